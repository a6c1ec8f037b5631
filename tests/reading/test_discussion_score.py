"""How a discussion went: shares, six items, an additive index, and what must not move them."""

import dataclasses
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import artefacts
from nlp.errors import ArtefactError
from nlp.scoring.discussion import (
    BAD,
    BASE,
    GOOD,
    ITEMS,
    check_weights,
    counted_shares,
    score_discussion,
    shares_of,
)
from nlp.threads import link
from nlp.vocabulary import FollowUp, Label, ReplyLink, ReplyScore, Sentiment, WellAnswered
from tests.builders import MODELS, START, a_comment, a_reading, a_reply, a_thread, phrases

SHIPPED = artefacts.load_settings(MODELS).discussion_weights

TALK = """
k1 anna: När öppnar badet i Farsta?
  s1 staden: Badet i Farsta öppnar på lördag.
k2 per: Sätt upp fler bänkar vid badet, min mamma orkar inte stå
  k3 eva: Bänkar vid badet vore bra
"""


def _score(thread, *readings, weights=SHIPPED, replies=(), follow_ups=None, links=None):
    return score_discussion(
        thread,
        readings,
        link(thread) if links is None else links,
        weights=weights,
        replies=replies,
        follow_ups=follow_ups or {},
        tools=phrases(),
    )


def _shares(thread, *readings, replies=(), follow_ups=None):
    return shares_of(
        thread,
        readings,
        link(thread),
        replies=replies,
        follow_ups=follow_ups or {},
        tools=phrases(),
    )


def _talk(**labels):
    """The shares of the discussion above; labels by comment, each on topic."""
    return _shares(
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


def test_a_good_discussion_is_rated_above_a_bad_one_on_every_item():
    thread, silent = a_thread(TALK), a_thread(TALK.replace("  s1 staden: Badet", "k9 ulf: Badet"))
    good = _score(
        thread,
        a_reading("k1", "question", "needs_reply"),
        a_reading("k2", "suggestion", "reasoned"),
        a_reading("k3", "suggestion", "reasoned", sentiment="positive"),
        replies=[_a_score()],
        follow_ups={"k1": FollowUp.THANKS},
    )
    bad = _score(
        silent,
        a_reading("k1", "complaint", "needs_reply", sentiment="negative"),
        a_reading("k2", "uncivil", "toxic", sentiment="negative", on_topic=False),
        a_reading("k3", "complaint", sentiment="negative"),
        a_reading("k9", on_topic=False),
    )
    assert all(getattr(good, item) > getattr(bad, item) + 0.3 for item in ITEMS)
    assert good.index > 60 > 40 > bad.index


def test_bad_things_are_shares_of_all_comments():
    shares = _talk(k1=["question"], k2=["uncivil", "toxic"], k3=["uncivil", "complaint"])
    assert shares["uncivil"] == pytest.approx(2 / 3)
    assert shares["toxic"] == pytest.approx(1 / 3)
    assert shares["complaint"] == pytest.approx(1 / 3)
    assert shares["empty"] == pytest.approx(1 / 3)  # abuse alone says nothing


def test_good_things_are_shares_of_what_does_not_only_ask():
    alone = _talk(k2=["suggestion", "reasoned"])
    beside_a_question = _talk(k1=["question"], k2=["suggestion", "reasoned"])
    assert alone["suggestion"] == pytest.approx(1 / 3)
    # The question counts by the little that it might offer: 0.9 likely reasoned is one offer.
    assert beside_a_question["suggestion"] > 0.45


def test_reasoning_is_the_share_of_claims_that_come_with_a_reason():
    assert _talk(k1=["complaint", "reasoned"], k2=["complaint"])["reasoned_claims"] == 0.5
    assert _talk(k1=["question"], k2=["complaint", "reasoned"])["reasoned_claims"] == 1
    assert _talk(k1=["question"])["reasoned_claims"] == 0.5  # no claims: nothing can be said
    told = _talk(k1=["complaint", "reasoned", "uncivil"], k2=["complaint"])
    assert told["reasoned_claims"] == 0


def test_what_is_left_to_a_person_counts_by_its_probability():
    thread = a_thread(TALK)
    readings = [a_reading("k1", unsure=["uncivil"]), a_reading("k2"), a_reading("k3")]
    assert _shares(thread, *readings)["uncivil"] == pytest.approx(0.5 / 3)


def test_who_stands_under_whom_is_told_and_answering_oneself_is_no_exchange():
    thread = a_thread("""
k1 anna: Badet är stängt
  s1 staden: Det öppnar i maj
    k2 anna: Tack
  k3 anna: Badet alltså
  k4 per: Jaha
""")
    readings = [a_reading(name) for name in ("k1", "k2", "k3", "k4")]
    shares = _shares(thread, *readings)
    assert shares["among_citizens"] == 1 / 4
    assert shares["to_organisation"] == 1 / 4
    assert shares["replies"] == 1 / 4


def test_a_receipt_or_a_machine_is_no_answer():
    thread = a_thread("k1 anna: När öppnar badet?\n  s1 staden: Vi återkommer.\nk2 per: Bra")
    asked = a_reading("k1", "question", "needs_reply")
    assert _shares(thread, asked, replies=[_a_score()])["answered"] == 1
    for changes in ({"acknowledgement_only": True}, {"reasons": ("automatic",)}):
        assert _shares(thread, asked, replies=[_a_score(**changes)])["answered"] == 0


def test_where_no_reply_is_called_for_none_is_missing():
    assert _talk()["answered"] == 1


def test_how_well_was_answered_is_the_mean_of_the_replies():
    scores = [_a_score("s1", answers=2, grade=5.0), _a_score("s2", answers=1, grade=2.0)]
    shares = _shares(a_thread(TALK), replies=scores)
    assert (shares["met"], shares["grade"]) == (0.75, 0.625)


@pytest.mark.parametrize(
    ("item", "changed"),
    [
        ("civility", {"uncivil": -1.0}),
        ("civility", {"length": 1.0}),
        ("civility", {BASE: -1.0}),
        ("civility", None),
    ],
)
def test_weights_that_do_not_fit_are_refused(item, changed):
    weights = dict(SHIPPED)
    if changed is None:
        del weights[item]
    else:
        weights[item] = {**weights[item], **changed}
    with pytest.raises(ArtefactError, match="weights"):
        check_weights(weights)


def test_the_shipped_weights_fit_and_every_share_is_good_or_bad():
    check_weights(SHIPPED)
    assert set(_talk()) == {*GOOD, *BAD}
    assert not set(GOOD) & set(BAD)


LABEL_SETS = st.lists(
    st.sets(st.sampled_from([label for label in Label if label is not Label.ON_TOPIC])),
    min_size=3,
    max_size=3,
)


def _readings(label_sets, *, on_topic=True):
    return [
        a_reading(f"k{n}", *labels, on_topic=on_topic) for n, labels in enumerate(label_sets, 1)
    ]


WEIGHTS = st.fixed_dictionaries(
    dict.fromkeys(
        ITEMS,
        st.dictionaries(st.sampled_from([*GOOD, *BAD]), st.floats(0.1, 3), max_size=6).map(
            lambda weights: {BASE: 1.0, **weights}
        ),
    )
)
SENTIMENTS = st.lists(st.sampled_from([*Sentiment]), min_size=3, max_size=3)


def _felt(label_sets, sentiments):
    return [
        a_reading(f"k{n}", *labels, sentiment=sentiment)
        for n, (labels, sentiment) in enumerate(zip(label_sets, sentiments, strict=True), 1)
    ]


@settings(deadline=None, max_examples=150)
@given(LABEL_SETS, SENTIMENTS, WEIGHTS)
def test_items_are_weighted_sums_and_the_index_is_their_mean(label_sets, sentiments, weights):
    thread, readings = a_thread(TALK), _felt(label_sets, sentiments)
    score = _score(thread, *readings, weights=weights)
    shares = _shares(thread, *readings)
    assert all(0 <= share <= 1 for share in shares.values())
    total = 0.0
    for item in ITEMS:
        naive = 0.0
        for name, weight in weights[item].items():
            if name == BASE:
                naive += weight
            elif name in BAD:
                naive -= weight * shares[name]
            else:
                naive += weight * shares[name]
        assert getattr(score, item) == pytest.approx(min(4, max(0, naive)))
        total += getattr(score, item)
    assert score.index == pytest.approx(100 * total / 24)


@settings(deadline=None, max_examples=200)
@given(LABEL_SETS, SENTIMENTS, st.integers(0, 2), WEIGHTS)
def test_a_comment_that_becomes_a_question_never_lowers_any_item(
    label_sets, sentiments, place, weights
):
    thread = a_thread(TALK)
    before = _score(thread, *_felt(label_sets, sentiments), weights=weights)
    label_sets[place] = label_sets[place] | {Label.QUESTION}
    after = _score(thread, *_felt(label_sets, sentiments), weights=weights)
    assert all(getattr(after, name) >= getattr(before, name) - 1e-9 for name in ITEMS)


@settings(deadline=None, max_examples=150)
@given(LABEL_SETS, SENTIMENTS)
def test_one_more_question_that_is_answered_lowers_the_index_by_next_to_nothing(
    label_sets, sentiments
):
    """Next to nothing: what is 0.1 likely to have a reason counts as that much of an offer."""
    thread = a_thread(TALK)
    asked = a_comment("Finns det kiosk?", id="k9", author="ulf", created=START + timedelta(hours=3))
    answered = a_reply(
        "Ja, det finns en kiosk.", id="s9", parent_id="k9", created=START + timedelta(hours=4)
    )
    longer = dataclasses.replace(thread, comments=(*thread.comments, asked, answered))
    readings = _felt(label_sets, sentiments)
    question = a_reading("k9", "question", "needs_reply")
    before, after = _score(thread, *readings), _score(longer, *readings, question)
    assert after.index >= before.index - 1.5


@settings(deadline=None, max_examples=100)
@given(LABEL_SETS, SENTIMENTS, st.integers(2, 5))
def test_length_alone_changes_nothing(label_sets, sentiments, times):
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
            for reading in _felt(label_sets, sentiments)
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
    once = _score(thread, *_felt(label_sets, sentiments))
    often = _score(longer, *readings, links=links)
    for name in (*ITEMS, "index"):
        assert getattr(often, name) == pytest.approx(getattr(once, name))


@settings(deadline=None, max_examples=100)
@given(LABEL_SETS, SENTIMENTS)
def test_shares_equal_a_naive_loop(label_sets, sentiments):
    readings = _felt(label_sets, sentiments)
    shares = _shares(a_thread(TALK), *readings)
    called = met = 0
    kept = suggested = reasoned = 0.0
    for number, (labels, reading) in enumerate(zip(label_sets, readings, strict=True), 1):
        called += Label.NEEDS_REPLY in labels
        met += Label.NEEDS_REPLY in labels and number == 1  # s1 answers k1 and nobody else
        has_reason = reading.labels[Label.REASONED] * (1 - reading.labels[Label.UNCIVIL])
        offers = max(has_reason, reading.sentiment.positive)
        if {Label.COMPLAINT, Label.SUGGESTION, Label.PRAISE} & labels:
            offers = 1.0
        kept += offers if Label.QUESTION in labels else 1.0
        suggested += Label.SUGGESTION in labels
        reasoned += has_reason
    assert shares["answered"] == pytest.approx(met / called if called else 1)
    assert shares["suggestion"] == pytest.approx(suggested / kept)
    assert shares["reasoned"] == pytest.approx(min(1, reasoned / kept))
    assert shares["best_reasoned"] <= 1
    assert np.isfinite(list(shares.values())).all()


def test_what_can_be_counted_is_counted_of_the_citizens_comments():
    thread = a_thread(
        """
        k1 anna: När öppnar badet?
          s1 staden: På lördag.
            k2 anna: Tack
          k3 bo: Jag undrar med
          k4 anna: Och sen?
        k5 ?: Usch
        k6 anna: Bra
        """
    )
    readings = [
        a_reading("k1", "question"),
        a_reading("k2"),
        a_reading("k3", "question", "reasoned"),
        a_reading("k4", "question"),
        a_reading("k5", "uncivil"),
        a_reading("k6", unsure=("uncivil",)),
    ]
    shares = counted_shares(thread, readings)
    assert shares.comments == 6
    assert shares.question == pytest.approx(3 / 6)
    assert shares.reasoned == shares.uncivil == pytest.approx(1 / 6)  # not what is left to a person
    assert shares.suggestion == 0
    assert shares.reciprocity == pytest.approx(2 / 6)  # k2 and k3; anna does not answer herself
    assert (shares.writers, shares.busiest) == (None, None)  # nobody knows who wrote k5
    of_named = counted_shares(thread, [one for one in readings if one.comment_id != "k5"])
    assert (of_named.writers, of_named.busiest) == (2, pytest.approx(4 / 5))
    assert counted_shares(thread, []) is None
