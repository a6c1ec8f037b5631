"""How a discussion went: six items, an additive index, and what must not move it."""

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.errors import ArtefactError
from nlp.scoring.discussion import ITEMS, score_discussion
from nlp.threads import link
from nlp.vocabulary import Label, ReplyLink, ReplyScore, WellAnswered
from tests.builders import START, a_comment, a_reading, a_reply, a_thread

WEIGHTS = dict.fromkeys(ITEMS, 1.0)

TALK = """
k1 anna: När öppnar badet i Farsta?
  s1 staden: Badet i Farsta öppnar på lördag.
k2 per: Sätt upp fler bänkar vid badet, min mamma orkar inte stå
  k3 eva: Bänkar vid badet vore bra
"""


def _score(thread, *readings, weights=WEIGHTS, replies=()):
    return score_discussion(thread, readings, link(thread), weights=weights, replies=replies)


def _talk(**labels):
    """The discussion above; labels by comment, each on topic."""
    return _score(
        a_thread(TALK), *(a_reading(f"k{n}", *labels.get(f"k{n}", ())) for n in (1, 2, 3))
    )


def _a_score(reply_id="s1", **changes):
    fields = {
        "reply_id": reply_id, "answers": 2, "next_step": 2, "tone": 2, "clarity": 2, "grade": 5.0,
        "acknowledgement_only": False, "well_answered": WellAnswered.YES,
    }  # fmt: skip
    return ReplyScore(**(fields | changes))


@pytest.mark.parametrize(
    ("drawing", "rated"),
    [
        ("", False),
        ("k1 anna: Hej", False),
        ("k1 anna: Hej\n  s1 staden: Hej", False),
        ("k1 anna: Hej\nk2 anna: Hallå\nk3 anna: Nån där", False),
        ("k1 anna: Hej\nk2 per: Hej\nk3 anna: Hej", True),
        ("k1 anna: Hej\n  s1 staden: Hej\nk2 anna: Tack", True),
        ("s1 staden: Hej\ns2 staden: Hej\ns3 staden: Hej", False),
    ],
)
def test_under_three_comments_or_two_people_nothing_is_rated(drawing, rated):
    assert (_score(a_thread(drawing)) is not None) is rated


def test_a_good_discussion_is_full_on_every_item():
    score = _talk(k1=["question", "needs_reply"], k2=["suggestion", "reasoned", "needs_reply"],
                  k3=["suggestion", "reasoned"])  # fmt: skip
    assert (score.civility, score.reasoning, score.relevance) == (4, 4, 4)
    assert score.reciprocity == 4
    assert score.presence == 2  # one of two that called for a reply got one


@pytest.mark.parametrize(
    ("labels", "civility"),
    [
        ({}, 4.0),
        ({"k1": ["uncivil"]}, 2.0),
        ({"k1": ["uncivil", "toxic"]}, 0.0),
        ({"k1": ["uncivil"], "k2": ["uncivil"]}, 0.0),
    ],
)
def test_abuse_costs_civility_and_the_toxic_kind_twice(labels, civility):
    assert _talk(**labels).civility == pytest.approx(civility)


def test_reasoning_is_the_share_of_claims_that_come_with_a_reason():
    assert _talk(k1=["complaint", "reasoned"], k2=["complaint"]).reasoning == 2
    assert _talk(k1=["question"], k2=["complaint", "reasoned"]).reasoning == 4
    assert _talk(k1=["question"]).reasoning == 2  # no claims: nothing can be said
    assert _talk(k1=["complaint", "reasoned", "uncivil"], k2=["complaint"]).reasoning == 0


def test_relevance_is_the_share_on_topic():
    thread = a_thread(TALK)
    readings = [a_reading("k1"), a_reading("k2", on_topic=False), a_reading("k3")]
    assert _score(thread, *readings).relevance == pytest.approx(4 * 2 / 3)


def test_what_is_left_to_a_person_counts_by_its_probability():
    thread = a_thread(TALK)
    readings = [a_reading("k1", unsure=["uncivil"]), a_reading("k2"), a_reading("k3")]
    assert _score(thread, *readings).civility == pytest.approx(4 * (1 - 1.5 * 0.5 / 3))


def test_past_each_other_is_not_reciprocal():
    thread = a_thread("""
k1 anna: När öppnar badet?
  k2 per: Skatten är för hög
k3 eva: Fin bild
""")
    assert _score(thread).reciprocity == 0


def test_a_reply_takes_up_what_was_said_as_far_as_it_answers():
    thread = a_thread("k1 anna: När öppnar badet?\n  s1 staden: På lördag.\nk2 per: Bra")
    assert _score(thread, replies=[_a_score()]).reciprocity == 4
    assert _score(thread, replies=[_a_score(answers=1)]).reciprocity == 2
    assert _score(thread).reciprocity == 0  # no score: no word in common


def test_answering_oneself_is_no_exchange():
    thread = a_thread("k1 anna: Badet är stängt\n  k2 anna: Badet alltså\nk3 per: Jaha")
    assert _score(thread).reciprocity == 0


def test_a_receipt_or_a_machine_is_no_presence():
    thread = a_thread("k1 anna: När öppnar badet?\n  s1 staden: Vi återkommer.\nk2 per: Bra")
    asked = a_reading("k1", "question", "needs_reply")
    assert _score(thread, asked, replies=[_a_score()]).presence == 4
    assert _score(thread, asked, replies=[_a_score(acknowledgement_only=True)]).presence == 0
    assert _score(thread, asked, replies=[_a_score(reasons=("automatic",))]).presence == 0


def test_where_no_reply_is_called_for_presence_is_full():
    assert _talk().presence == 4


@pytest.mark.parametrize(
    "weights",
    [
        {},
        {"civility": 1.0},
        WEIGHTS | {"length": 1.0},
        WEIGHTS | {"presence": -1.0},
        dict.fromkeys(ITEMS, 0.0),
    ],
)
def test_weights_that_do_not_fit_are_refused(weights):
    with pytest.raises(ArtefactError, match="weights"):
        _score(a_thread(TALK), weights=weights)


LABEL_SETS = st.lists(
    st.sets(st.sampled_from([label for label in Label if label is not Label.ON_TOPIC])),
    min_size=3,
    max_size=3,
)


def _readings(label_sets, *, on_topic=True):
    return [
        a_reading(f"k{n}", *labels, on_topic=on_topic) for n, labels in enumerate(label_sets, 1)
    ]


@settings(deadline=None, max_examples=150)
@given(LABEL_SETS, st.lists(st.floats(0.1, 5), min_size=6, max_size=6))
def test_items_and_index_stay_in_range_and_the_index_is_the_weighted_mean(label_sets, weights):
    named = dict(zip(ITEMS, weights, strict=True))
    score = _score(a_thread(TALK), *_readings(label_sets), weights=named)
    items = {name: getattr(score, name) for name in ITEMS}
    assert all(0 <= value <= 4 for value in items.values())
    naive = 0.0
    for name in ITEMS:
        naive += named[name] * items[name] / 4
    assert score.index == pytest.approx(100 * naive / sum(weights))
    assert 0 <= score.index <= 100


@settings(deadline=None, max_examples=150)
@given(LABEL_SETS, st.integers(0, 2))
def test_a_comment_that_becomes_a_question_never_lowers_any_item(label_sets, place):
    thread = a_thread(TALK)
    before = _score(thread, *_readings(label_sets))
    label_sets[place] = label_sets[place] | {Label.QUESTION}
    after = _score(thread, *_readings(label_sets))
    assert all(getattr(after, name) >= getattr(before, name) - 1e-9 for name in ITEMS)


@settings(deadline=None, max_examples=150)
@given(LABEL_SETS)
def test_one_more_question_that_is_answered_never_lowers_the_index(label_sets):
    thread = a_thread(TALK)
    asked = a_comment("Finns det kiosk?", id="k9", author="ulf", created=START + timedelta(hours=3))
    answered = a_reply(
        "Ja, det finns en kiosk.", id="s9", parent_id="k9", created=START + timedelta(hours=4)
    )
    longer = dataclasses.replace(thread, comments=(*thread.comments, asked, answered))
    readings = _readings(label_sets)
    question = a_reading("k9", "question", "needs_reply")
    assert _score(longer, *readings, question).index >= _score(thread, *readings).index - 1e-9


@settings(deadline=None, max_examples=100)
@given(LABEL_SETS, st.integers(2, 5))
def test_length_alone_changes_nothing(label_sets, times):
    """The same discussion several times over is as good as once."""
    thread = a_thread(TALK)
    comments, readings, links = [], [], []
    for copy in range(times):
        comments += [
            dataclasses.replace(
                comment,
                id=f"{comment.id}-{copy}",
                parent_id=comment.parent_id and f"{comment.parent_id}-{copy}",
            )
            for comment in thread.comments
        ]
        readings += [
            dataclasses.replace(reading, comment_id=f"{reading.comment_id}-{copy}")
            for reading in _readings(label_sets)
        ]
        links += [
            ReplyLink(
                reply_id=f"{one.reply_id}-{copy}",
                to=tuple(f"{target}-{copy}" for target in one.to),
                rule=one.rule,
            )
            for one in link(thread)
        ]
    longer = dataclasses.replace(thread, comments=tuple(comments))
    once = _score(thread, *_readings(label_sets))
    often = score_discussion(longer, readings, links, weights=WEIGHTS)
    for name in (*ITEMS, "index"):
        assert getattr(often, name) == pytest.approx(getattr(once, name))


@settings(deadline=None, max_examples=100)
@given(LABEL_SETS)
def test_civility_relevance_and_presence_equal_a_naive_loop(label_sets):
    score = _score(a_thread(TALK), *_readings(label_sets))
    uncivil = toxic = called = met = 0
    for number, labels in enumerate(label_sets, 1):
        uncivil += Label.UNCIVIL in labels
        toxic += Label.TOXIC in labels
        called += Label.NEEDS_REPLY in labels
        met += Label.NEEDS_REPLY in labels and number == 1  # s1 answers k1 and nobody else
    assert score.civility == pytest.approx(4 * max(0, 1 - 1.5 * (uncivil + toxic) / 3))
    assert score.presence == pytest.approx(4 * (met / called if called else 1))
    assert score.relevance == 4
