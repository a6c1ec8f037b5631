"""Whole conversations through the pipeline that ships: whatever a file may hold, it is judged."""

import random
from datetime import timedelta

import pytest

from nlp.vocabulary import FollowUp
from tests.builders import START, a_comment, a_post, a_reply
from tests.builders import a_thread as drawn

ASKED = (
    "När öppnar badet på lördag?",
    "Varför är bastun trasig igen? Skandal.",
    "Kan ni sätta upp fler cykelställ vid entrén?",
    "Så fint det blev!",
    "Vad kostar det, och går det att betala på plats?",
    "Håller med.",
)
ANSWERED = (
    "Hej! Badet öppnar klockan 9 på lördag.",
    "Tack, vi återkommer.",
    "Hej! Bastun lagas på tisdag. Hälsningar Kim",
    "Det kostar 40 kronor. Ja, på plats går bra.",
)


def _judge(pipeline, *comments):
    (judged,) = pipeline.read([_thread(*comments)])
    return judged


def _thread(*comments):
    thread = drawn("k1 anna: Hej", post="Badet")
    return type(thread)(
        channel=thread.channel, account=thread.account, post=a_post("Badet"), comments=comments
    )


def _holds_together(judged):
    """What must hold of every thread, however it is made."""
    ours = {one.id for one in judged.thread.comments if one.from_organisation}
    theirs = {one.id for one in judged.thread.comments} - ours
    created = {one.id: one.created for one in judged.thread.comments}
    answered = {one.comment_id: one for one in judged.answered}
    assert {one.comment_id for one in judged.readings} == theirs
    assert answered.keys() == judged.answers.keys() == judged.follow_ups.keys()
    assert answered.keys() <= theirs
    for asked, answer in answered.items():
        assert answer.reply_ids[0] == judged.answers[asked]
        assert set(answer.reply_ids) <= ours
        assert all(created[asked] <= created[reply] for reply in answer.reply_ids)
        assert 1 <= answer.grade <= 5
        assert all(matter.level in (0, 1, 2) for matter in answer.matters)
    for one in judged.links:
        assert set(one.to) <= theirs
    assert 0 <= judged.discussion.index <= 100


@pytest.mark.parametrize("shape", ["flat", "deep", "broken"])
def test_five_thousand_comments_are_judged(pipeline, shape):
    chance = random.Random(7)
    comments = []
    for number in range(5_000):
        ours = number % 7 == 6
        parents = {
            "flat": "0" if number else None,
            "deep": str(number - 1) if number else None,
            # Deleted, later than its answer, or answering what answers it.
            "broken": str(chance.choice((number + 1, number - 1, -1, chance.randrange(5_000)))),
        }
        comments.append(
            a_comment(
                chance.choice(ANSWERED if ours else ASKED),
                id=str(number),
                parent_id=parents[shape],
                author=f"a{number % 400}",
                from_organisation=ours,
                created=START + timedelta(minutes=chance.randrange(9_000)),
            )
        )
    judged = _judge(pipeline, *comments)
    _holds_together(judged)
    assert len(judged.answered) > 100


def test_two_organisations_answer_for_one_another(pipeline):
    """Both are the organisation's: together they answer, and neither answers the other."""
    judged = _judge(
        pipeline,
        a_comment("När öppnar badet, och vad kostar det?", id="k1"),
        a_reply("Hej! Badet öppnar den 1 juni.", id="s1", author="badet"),
        a_reply(
            "Hej! Det kostar 40 kronor för vuxna.",
            id="s2", parent_id="s1", author="staden", created=START + timedelta(hours=2),
        ),
        a_comment("Tack så mycket!", id="k2", parent_id="s2", created=START + timedelta(hours=3)),
        a_comment("Fint", id="k3", author="bo", created=START + timedelta(hours=4)),
    )  # fmt: skip
    _holds_together(judged)
    (answer,) = (one for one in judged.answered if one.comment_id == "k1")
    assert answer.reply_ids == ("s1", "s2")
    assert judged.answers["k1"] == "s1"
    assert judged.follow_ups["k1"] is FollowUp.THANKS


def test_another_organisation_than_ours_is_somebody_who_writes(pipeline):
    judged = _judge(
        pipeline,
        a_comment("När öppnar badet?", id="k1"),
        a_reply("Vi i regionen vet inte.", id="s1", author="regionen", from_organisation=False),
        a_comment("Synd", id="k2", author="bo", created=START + timedelta(hours=4)),
    )
    _holds_together(judged)
    assert judged.answered == ()


def test_an_organisation_that_answers_itself_answers_nobody(pipeline):
    later = START + timedelta(hours=2)
    judged = _judge(
        pipeline,
        a_reply("Badet öppnar i morgon.", id="s0", parent_id=None, created=START),
        a_reply("Vi öppnar klockan 9.", id="s1", parent_id="s0"),
        *(a_comment("Fint", id=f"k{n}", author=f"a{n}", created=later) for n in range(3)),
    )
    _holds_together(judged)
    assert judged.answered == ()
    assert all(one.to == () for one in judged.links)


def test_replies_that_are_older_than_what_they_stand_under_answer_nothing(pipeline):
    judged = _judge(
        pipeline,
        a_comment("När öppnar badet?", id="k1", created=START + timedelta(hours=5)),
        a_reply("Badet öppnar klockan 9.", id="s1"),
        a_comment("Fint", id="k2", author="bo"),
        a_comment("Bra", id="k3", author="cia"),
    )
    _holds_together(judged)
    assert judged.answered == ()


def test_a_circle_of_parents_is_judged_like_any_thread(pipeline):
    judged = _judge(
        pipeline,
        a_comment("När öppnar badet?", id="k1", parent_id="k2"),
        a_comment("Vad kostar det?", id="k2", parent_id="k1", author="bo"),
        a_comment("Jag med", id="k3", parent_id="k3", author="cia"),
        a_reply("Det kostar 40 kronor.", id="s1", parent_id="k2"),
    )
    _holds_together(judged)
    assert "k2" in judged.answers
