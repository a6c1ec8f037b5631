"""A person's word on a reply, an answer or a discussion: it outranks, and the machine's stays."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.corrections import correct_answer, correct_discussion, correct_rating
from nlp.reviews import AnswerReview
from nlp.scoring.discussion import ITEMS
from nlp.scoring.reply import grade, well_answered
from nlp.vocabulary import (
    AnswerScore,
    DiscussionScore,
    FollowUp,
    Label,
    MatterScore,
    WellAnswered,
)
from service import flow
from service.errors import BadRequest, CorrectionRefused, NotFound
from service.settings import Settings
from service.sources.raw import ImportOptions
from service.store.answers import load_answers
from service.store.frames import comment_frame
from service.store.readings import load_reply_scores
from service.store.scores import load_discussion, load_follow_ups
from service.store.threads import load_thread
from service.store.verdicts import Subject, find_judged, shown_of

STEPS = st.integers(0, 2)
GOOD = AnswerScore(
    comment_id="k1",
    reply_ids=("s1",),
    answers=2,
    next_step=2,
    tone=2,
    clarity=2,
    grade=4.6,
    well_answered=WellAnswered.YES,
    matters=(
        MatterScore(label=Label.QUESTION, start=0, end=9, level=2),
        MatterScore(label=Label.COMPLAINT, start=10, end=20, level=2),
    ),
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("answers", "tone", "clarity"), STEPS)))
def test_the_verdict_and_the_grade_follow_what_is_said(said):
    counted = correct_rating(GOOD, said)
    steps = {"answers": 2, "next_step": 2, "tone": 2, "clarity": 2} | said
    assert counted.well_answered is well_answered(**steps)
    assert counted.grade == (grade(**steps) if said else GOOD.grade)
    assert counted.machine == ({**dict.fromkeys(said, 2.0), "grade": 4.6} if said else {})


def test_a_grade_that_is_said_stands():
    counted = correct_rating(GOOD, {"grade": 3, "tone": 1})
    assert (counted.grade, counted.tone) == (3, 1)
    assert counted.well_answered is WellAnswered.YES


@pytest.mark.parametrize(
    ("first", "second", "answers"), [(0, 0, 0), (0, 2, 1), (1, 1, 1), (2, 2, 2), (1, 2, 1)]
)
def test_what_is_said_of_the_parts_tells_whether_it_answers(first, second, answers):
    said = AnswerReview(levels={(0, 9): first, (10, 20): second}, of=("s1",))
    counted = correct_answer(GOOD, said, {})
    assert counted.answers == answers
    assert [one.level for one in counted.matters] == [first, second]
    assert [one.machine for one in counted.matters] == [2, 2]


def test_of_other_replies_nothing_was_said_but_what_the_writer_did_next():
    said = AnswerReview(ratings={"answers": 0}, levels={(0, 9): 0}, of=("s0",))
    assert correct_answer(GOOD, said, {}) == GOOD


@given(st.fixed_dictionaries({}, optional={name: st.integers(0, 4) for name in ITEMS}))
def test_the_index_follows_the_items(said):
    score = DiscussionScore(**dict.fromkeys(ITEMS, 2.0), index=50.0)
    counted = correct_discussion(score, said)
    assert counted.index == pytest.approx(
        sum(said.get(name, 2.0) for name in ITEMS) / (4 * len(ITEMS)) * 100
    )
    assert set(counted.machine) == ({*said, "index"} if said else set())


def _line(comment_id, text, *, ours=False, parent=None, minute=0, writer="Ada"):
    return {
        "id": comment_id,
        "parent_id": parent,
        "author": "Idrott" if ours else writer,
        "from_organisation": ours,
        "created": f"2026-03-02T09:{minute:02}:00Z",
        "text": text,
        "likes": 0,
    }


ASKED = _line("c1", "När öppnar badet? Och vad kostar det?")
ANSWERED = _line("s1", "Hej! Badet öppnar den 1 juni. Hälsar Kim", ours=True, parent="c1", minute=5)
EDITED = ANSWERED | {"text": "Hej Ada! Badet öppnar redan den 1 juni. Hälsningar från Kim"}
OTHERS = [
    _line("c2", "Fint bad!", minute=7, writer="Bo"),
    _line("c3", "Håller med", minute=8, writer="Cia"),
]


class Installation:
    """A thread where a comment with two questions got one reply, and two others wrote."""

    def __init__(self, store, settings, pipeline):
        self.store = store
        self.given = {"settings": settings, "pipeline": pipeline}
        self.asked = {"fingerprint": pipeline.fingerprint}

    def take_in(self, *comments):
        settings = self.given["settings"]
        path = settings.data_dir / "tradar.jsonl"
        thread = {
            "version": 1,
            "channel": "facebook",
            "account": "Idrott",
            "post": {"id": "p1", "text": "Badet", "published": "2026-03-02T08:00:00Z"},
            "comments": comments,
        }
        path.write_text(json.dumps(thread) + "\n", "utf-8")
        flow.import_files(
            self.store,
            [path],
            settings=settings,
            options=ImportOptions(),
            progress=lambda path, count: None,
        )
        flow.analyse(self.store, **self.given, progress=lambda *counts: None)

    def number(self, name):
        return self.stored().comment_ids[name]

    def stored(self):
        return load_thread(self.store, 1)

    def say(self, subject, number, *, reviewer="Kim", shown=None, **said):
        flow.rate(
            self.store,
            subject,
            number,
            {name.replace("__", ":"): value for name, value in said.items()},
            reviewer=reviewer,
            reason="Läste båda",
            shown=shown,
            **self.given,
        )

    def reply(self, name="s1"):
        return load_reply_scores(self.store, self.stored(), **self.asked).get(name)

    def answer(self, name="c1"):
        return load_answers(self.store, self.stored(), **self.asked).get(name)

    def follow_up(self, name="c1"):
        found = load_follow_ups(self.store, self.stored(), **self.asked)
        return found.get(name)

    def discussion(self):
        return load_discussion(self.store, self.stored(), **self.asked)

    def frame(self):
        return comment_frame(self.store, **self.asked)


@pytest.fixture
def installation(tmp_path, pipeline):
    settings = Settings(data_dir=tmp_path)
    with flow.open_store(settings) as store:
        made = Installation(store, settings, pipeline)
        made.take_in(ASKED, ANSWERED, *OTHERS)
        yield made


def test_what_is_said_of_a_reply_is_said_of_the_answer_that_it_is(installation):
    before = installation.reply()
    other = str(2 if before.answers == 0 else 0)
    installation.say(Subject.REPLY, installation.number("s1"), answers=other)
    reply, answer = installation.reply(), installation.answer()
    assert reply.answers == answer.answers == int(other)
    assert reply.machine["answers"] == answer.machine["answers"] == before.answers
    assert reply.machine["grade"] == before.grade
    assert reply.well_answered is answer.well_answered
    assert installation.frame()["well_answered"].iloc[0] == answer.well_answered


def test_what_is_taken_back_is_the_machines_again(installation):
    before = installation.reply(), installation.answer()
    installation.say(Subject.REPLY, installation.number("s1"), answers="0", tone="0", grade="1")
    assert (installation.reply().grade, installation.reply().tone) == (1, 0)
    installation.say(Subject.REPLY, installation.number("s1"), answers=None, tone=None, grade=None)
    assert (installation.reply(), installation.answer()) == before


def test_what_a_person_calls_a_receipt_is_no_answer_and_stops_no_clock(installation):
    assert installation.follow_up() is not None
    installation.say(Subject.REPLY, installation.number("s1"), acknowledgement_only="1")
    reply = installation.reply()
    assert reply.acknowledgement_only
    assert reply.answers == 0
    assert reply.machine["acknowledgement_only"] == 0
    assert installation.answer() is None
    assert installation.follow_up() is None
    installation.say(Subject.REPLY, installation.number("s1"), acknowledgement_only="0")
    assert not installation.reply().acknowledgement_only
    assert installation.answer() is not None


def test_each_part_of_a_comment_can_be_corrected(installation):
    first, *_ = installation.answer().matters
    assert first.machine is None
    other = 0 if first.level else 2
    said = {f"matter__{first.start}__{first.end}": str(other)}
    installation.say(Subject.ANSWER, installation.number("c1"), **said)
    counted, *_ = installation.answer().matters
    assert (counted.level, counted.machine) == (other, first.level)


def test_a_new_reply_is_judged_anew_but_what_the_writer_did_next_stands(installation):
    number = installation.number("c1")
    installation.say(Subject.ANSWER, number, answers="0", follow_up="not_satisfied")
    assert installation.answer().answers == 0
    more = _line("s2", "Det kostar 40 kronor.", ours=True, parent="c1", minute=9)
    installation.take_in(ASKED, ANSWERED, *OTHERS, more)
    assert installation.answer().reply_ids == ("s1", "s2")
    assert "answers" not in installation.answer().machine
    assert installation.follow_up()[1] is FollowUp.NOT_SATISFIED


def test_of_an_edited_reply_nothing_is_said(installation):
    installation.say(Subject.REPLY, installation.number("s1"), tone="0")
    installation.take_in(ASKED, EDITED, *OTHERS)
    assert installation.reply().machine == {}


def test_the_items_of_a_discussion_can_be_corrected(installation):
    before = installation.discussion()
    installation.say(Subject.DISCUSSION, 1, civility="0", presence="4")
    after = installation.discussion()
    assert (after.civility, after.presence) == (0, 4)
    assert after.machine == {
        "civility": before.civility, "presence": before.presence, "index": before.index,
    }  # fmt: skip
    assert after.reasoning == before.reasoning


def test_who_and_why_are_kept(installation):
    installation.say(Subject.DISCUSSION, 1, civility="0", reviewer=" Kim ")
    kept = installation.store.connection.execute(
        "SELECT reviewer, reason FROM rating_review"
    ).fetchall()
    assert kept == [("Kim", "Läste båda")]


@pytest.mark.parametrize(
    ("subject", "name", "said"),
    [
        (Subject.REPLY, "s1", {"answers": "3"}),
        (Subject.REPLY, "s1", {"answers": ""}),
        (Subject.REPLY, "s1", {"grade": "4.5"}),
        (Subject.REPLY, "s1", {"follow_up": "thanks"}),
        (Subject.REPLY, "s1", {"well_answered": "yes"}),
        (Subject.REPLY, "s1", {}),
        (Subject.ANSWER, "c1", {"acknowledgement_only": "1"}),
        (Subject.ANSWER, "c1", {"follow_up": "glad"}),
        (Subject.ANSWER, "c1", {"matter__0__99": "1"}),
        (Subject.DISCUSSION, None, {"civility": "5"}),
        (Subject.DISCUSSION, None, {"index": "1"}),
        (Subject.DISCUSSION, None, {"civility": "1", "nonsense": "1"}),
    ],
)
def test_what_cannot_be_is_refused_whole(installation, subject, name, said):
    number = 1 if name is None else installation.number(name)
    with pytest.raises(BadRequest):
        installation.say(subject, number, **said)
    count = installation.store.connection.execute("SELECT COUNT(*) FROM rating_review")
    assert count.fetchone() == (0,)


def test_nobody_says_nothing(installation):
    with pytest.raises(BadRequest):
        installation.say(Subject.DISCUSSION, 1, civility="1", reviewer="  ")


@pytest.mark.parametrize("subject", Subject)
def test_what_is_not_judged_cannot_be_corrected(installation, subject):
    with pytest.raises(NotFound):
        installation.say(subject, 99, tone="1")


def test_a_receipt_beside_the_answer_keeps_its_own_words(installation):
    receipt = _line("s0", "Tack, vi återkommer!", ours=True, parent="c1", minute=2)
    installation.take_in(ASKED, receipt, ANSWERED, *OTHERS)
    assert installation.answer().reply_ids == ("s1",)
    before = installation.reply("s0")
    installation.say(Subject.REPLY, installation.number("s1"), grade="1")
    assert installation.reply("s0") == before
    installation.say(Subject.REPLY, installation.number("s0"), tone="0")
    assert installation.reply("s0").machine["tone"] == before.tone
    assert installation.reply("s1").grade == 1


@pytest.mark.parametrize("first", [Subject.REPLY, Subject.ANSWER])
@pytest.mark.parametrize("last", [Subject.REPLY, Subject.ANSWER])
def test_of_one_reply_to_one_comment_the_last_word_counts_under_either_name(
    installation, first, last
):
    numbers = {Subject.REPLY: installation.number("s1"), Subject.ANSWER: installation.number("c1")}
    before = installation.reply(), installation.answer()
    installation.say(first, numbers[first], tone="0", grade="2")
    installation.say(last, numbers[last], tone="1", grade="3")
    for counted in (installation.reply(), installation.answer()):
        assert (counted.tone, counted.grade) == (1, 3)
        assert counted.machine["tone"] == before[0].tone
    other = Subject.REPLY if last is Subject.ANSWER else Subject.ANSWER
    installation.say(other, numbers[other], tone=None, grade=None)
    assert (installation.reply(), installation.answer()) == before


def test_a_word_on_a_reply_holds_beside_what_it_answers_only(installation):
    installation.say(Subject.REPLY, installation.number("s1"), tone="0")
    assert installation.reply().tone == 0
    more = _line("c0", "Och vad kostar det?", minute=3, writer="Bo")
    installation.take_in(more, ASKED, ANSWERED | {"parent_id": "c0"}, *OTHERS)
    assert installation.answer("c0") is not None
    assert installation.reply().machine == {}


def test_that_it_is_a_receipt_holds_whomever_it_answers(installation):
    installation.say(Subject.REPLY, installation.number("s1"), acknowledgement_only="1")
    more = _line("c0", "Och vad kostar det?", minute=3, writer="Bo")
    installation.take_in(more, ASKED, ANSWERED | {"parent_id": "c0"}, *OTHERS)
    assert installation.reply().acknowledgement_only


def test_what_the_machine_said_before_it_was_called_a_receipt_is_kept(installation):
    before = installation.reply()
    assert before.answers > 0
    installation.say(Subject.REPLY, installation.number("s1"), acknowledgement_only="1")
    assert installation.reply().machine == {
        "acknowledgement_only": 0, "answers": before.answers, "grade": before.grade,
    }  # fmt: skip


def test_who_says_that_a_receipt_answers_has_said_that_it_is_none(installation):
    number = installation.number("s1")
    installation.say(Subject.REPLY, number, acknowledgement_only="1")
    installation.say(Subject.REPLY, number, answers="2")
    assert not installation.reply().acknowledgement_only
    assert installation.reply().answers == installation.answer().answers == 2
    installation.say(Subject.REPLY, number, acknowledgement_only="1")
    assert (installation.reply().acknowledgement_only, installation.reply().answers) == (True, 0)
    with pytest.raises(BadRequest):
        installation.say(Subject.REPLY, number, acknowledgement_only="1", answers="1")


def test_a_rules_receipt_that_a_person_calls_an_answer_may_answer(installation):
    receipt = _line("s1", "Tack, vi återkommer den 1 juni!", ours=True, parent="c1", minute=5)
    installation.take_in(ASKED, receipt, *OTHERS)
    installation.say(Subject.REPLY, installation.number("s1"), acknowledgement_only="0")
    assert not installation.reply().acknowledgement_only
    assert installation.answer() is not None


def test_what_was_not_read_is_not_corrected(installation):
    store, number = installation.store, installation.number("s1")
    with store.guarded():
        read = shown_of(store, find_judged(store, Subject.REPLY, number))
    installation.say(Subject.REPLY, number, shown=read, tone="0")
    installation.take_in(ASKED, EDITED, *OTHERS)
    with pytest.raises(CorrectionRefused, match="ändrats"):
        installation.say(Subject.REPLY, number, shown=read, tone="1")
    assert installation.reply().machine == {}


def test_what_the_writer_did_next_is_kept_as_the_machine_took_it(installation):
    before = installation.follow_up()
    installation.say(Subject.ANSWER, installation.number("c1"), follow_up="not_satisfied")
    after = installation.follow_up()
    assert (after.follow_up, after.machine) == (FollowUp.NOT_SATISFIED, before.follow_up)
