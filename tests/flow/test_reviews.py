"""A person's word on a comment: it outranks the reading in all that is shown and counted."""

import json
from datetime import UTC, datetime

import pytest

from nlp.reviews import Review, ReviewedComment, outranked
from nlp.vocabulary import Label, Sentiment
from service import flow
from service.errors import BadRequest, NotFound
from service.settings import Settings
from service.sources.raw import ImportOptions
from service.store.frames import comment_frame
from service.store.queue import count_open, open_comments
from service.store.readings import load_judgements, load_readings
from service.store.reviews import reviewed_comments, save_review
from service.store.scores import load_discussion
from service.store.threads import load_thread, unread_posts
from tests.builders import a_reading
from tests.store.test_intake import a_comment as a_row
from tests.store.test_intake import a_post, take_in

NOW = datetime(2026, 3, 3, tzinfo=UTC)


@pytest.fixture
def installation(tmp_path, pipeline):
    """A thread of three comments, read; what is shown and counted of it."""
    settings = Settings(data_dir=tmp_path / "data")

    class Installation:
        def __init__(self, store):
            self.store = store
            self.asked = {"fingerprint": pipeline.fingerprint}

        def take_in(self, *texts, writer="Skribent"):
            path = tmp_path / "tradar.jsonl"
            comments = [
                {
                    "id": f"c{number}",
                    "parent_id": None,
                    "author": f"{writer} {number}",
                    "from_organisation": False,
                    "created": f"2026-03-02T09:0{number}:00Z",
                    "text": text,
                    "likes": 0,
                }
                for number, text in enumerate(texts, start=1)
            ]
            thread = {
                "version": 1,
                "channel": "facebook",
                "account": "Idrott",
                "post": {"id": "p1", "text": "Badet öppnar", "published": "2026-03-02T08:00:00Z"},
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
            flow.analyse(self.store, pipeline, settings=settings, progress=lambda *counts: None)

        def say(self, number, sentiment=None, **labels):
            said = {Label(name): holds for name, holds in labels.items()}
            flow.review(
                self.store,
                number,
                Review(labels=said, sentiment=sentiment),
                reviewer="Kim",
                pipeline=pipeline,
                settings=settings,
            )

        def thread(self):
            return load_thread(self.store, 1)

        def waiting(self):
            return [one.text for one in open_comments(self.store, **self.asked)]

        def frame(self):
            return comment_frame(self.store, **self.asked)

    with flow.open_store(settings) as store:
        made = Installation(store)
        made.take_in("När öppnar badet på morgonen?", "Så fint det blev!", "Vad kostar det?")
        yield made


def test_who_has_been_said_to_need_no_reply_does_not_wait(installation):
    assert len(installation.waiting()) == 2
    installation.say(1, needs_reply=False)
    assert installation.waiting() == ["Vad kostar det?"]
    assert count_open(installation.store, now=NOW, **installation.asked) == 1
    installation.say(2, needs_reply=True)
    assert set(installation.waiting()) == {"Så fint det blev!", "Vad kostar det?"}
    (first, *_) = open_comments(installation.store, label=Label.PRAISE, **installation.asked)
    assert first.needs_reply == 1


def test_what_is_said_not_to_hold_is_shown_with_no_evidence(installation):
    installation.say(1, question=False, needs_reply=True)
    (shown,) = (
        one
        for one in open_comments(installation.store, **installation.asked)
        if one.comment_id == 1
    )
    assert Label.QUESTION not in (*shown.labels, *shown.unsure)
    assert Label.QUESTION not in {one.label for one in shown.evidence}


def test_figures_are_counted_from_what_people_said(installation):
    before = installation.frame()
    assert before["question"].tolist() == [True, False, True]
    assert before["sentiment"].iloc[1] == "positive"
    installation.say(1, question=False)
    installation.store.connection.execute("UPDATE reading SET sentiment_unsure = 1")
    installation.say(2, sentiment=Sentiment.NEGATIVE, complaint=True)
    after = installation.frame()
    assert after["question"].tolist() == [False, False, True]
    assert after["complaint"].iloc[1]
    assert after["sentiment"].iloc[1] == "negative"
    assert after["sentiment_unsure"].tolist() == [True, False, True]
    assert after["read"].all()


def test_a_word_on_a_comment_that_is_not_read_counts_for_nothing_yet(installation):
    save_review(
        installation.store,
        1,
        Review(labels={Label.PRAISE: True}),
        reviewer="Kim",
        reviewed_at=NOW,
    )
    frame = comment_frame(installation.store, fingerprint="another-version")
    assert frame["praise"].isna().all()
    assert frame["sentiment_unsure"].all()


def test_the_discussion_is_scored_by_what_people_said(installation):
    def civility():
        return load_discussion(installation.store, installation.thread(), **installation.asked)

    before = civility().civility
    for number in (1, 2, 3):
        installation.say(number, uncivil=True)
    assert civility().civility < before
    assert unread_posts(installation.store, installation.asked["fingerprint"]) == []


def test_the_reading_stays_as_the_reader_made_it(installation):
    before = load_readings(installation.store, installation.thread(), **installation.asked)
    installation.say(1, question=False, sentiment=Sentiment.NEGATIVE)
    stored = installation.thread()
    assert load_readings(installation.store, stored, **installation.asked) == before
    counted = load_judgements(installation.store, stored, **installation.asked)["c1"]
    assert Label.QUESTION not in counted.decided
    assert counted.sentiment.label is Sentiment.NEGATIVE


def test_the_last_word_counts_and_every_word_is_kept(installation):
    installation.say(1, question=False, praise=True)
    installation.say(1, question=True)
    (said,) = installation.thread().review.comments.values()
    assert said.labels == {Label.QUESTION: True, Label.PRAISE: True}
    kept = installation.store.connection.execute(
        "SELECT aspect, value, reviewer FROM review ORDER BY review_id"
    ).fetchall()
    assert kept == [("question", "0", "Kim"), ("praise", "1", "Kim"), ("question", "1", "Kim")]
    assert installation.frame()["question"].iloc[0]


def test_what_is_toxic_is_uncivil(installation):
    installation.say(1, toxic=True)
    installation.say(2, uncivil=False)
    labels = {name: said.labels for name, said in installation.thread().review.comments.items()}
    assert labels["c1"] == {Label.TOXIC: True, Label.UNCIVIL: True}
    assert labels["c2"] == {Label.TOXIC: False, Label.UNCIVIL: False}


@pytest.mark.parametrize(
    ("number", "review", "reviewer", "refused"),
    [
        (1, Review(), "Kim", BadRequest),
        (1, Review(labels={Label.PRAISE: True}), " ", BadRequest),
        (1, Review(labels={Label.TOXIC: True, Label.UNCIVIL: False}), "Kim", BadRequest),
        (99, Review(labels={Label.PRAISE: True}), "Kim", NotFound),
    ],
    ids=["nothing said", "by nobody", "contradicts itself", "of no comment"],
)
def test_a_word_that_cannot_be_kept_is_refused(installation, number, review, reviewer, refused):
    with pytest.raises(refused):
        save_review(installation.store, number, review, reviewer=reviewer, reviewed_at=NOW)
    count = installation.store.connection.execute("SELECT COUNT(*) FROM review").fetchone()
    assert count == (0,)


def test_the_organisations_own_replies_are_not_reviewed(installation):
    installation.store.connection.execute("UPDATE comment SET from_organisation = 1")
    with pytest.raises(BadRequest):
        installation.say(1, praise=True)


def test_a_word_on_a_text_that_has_changed_counts_no_longer(installation):
    installation.say(1, question=False)
    installation.take_in("När öppnar badet på morgonen? Vi undrar alla", writer="Skribent")
    assert installation.thread().review.comments == {}
    assert installation.frame()["question"].iloc[0]
    assert list(reviewed_comments(installation.store)) == []


def test_a_word_that_comes_while_a_thread_is_scored_is_not_lost(installation, pipeline):
    read = pipeline.read

    def interrupted(threads, **given):
        judged = read(threads, **given)
        save_review(
            installation.store,
            2,
            Review(labels={Label.UNCIVIL: True}),
            reviewer="Bo",
            reviewed_at=NOW,
        )
        return judged

    pipeline.read = interrupted
    try:
        installation.say(1, praise=True)
    finally:
        del pipeline.read
    assert unread_posts(installation.store, pipeline.fingerprint) != []


def test_words_follow_a_comment_whose_post_turns_out_to_be_another(store):
    take_in(store, ("122157", a_row("c1")), ("900", a_row("c1")))
    for number, label in ((1, Label.PRAISE), (2, Label.QUESTION)):
        save_review(store, number, Review(labels={label: True}), reviewer="Kim", reviewed_at=NOW)
    take_in(store, a_post("122157", names=("900",)))
    (said,) = load_thread(store, 1).review.comments.values()
    assert said.labels == {Label.PRAISE: True, Label.QUESTION: True}


def test_what_teaches_is_what_a_reader_is_given_and_what_was_said(installation):
    installation.say(2, praise=True, sentiment=Sentiment.POSITIVE)
    (taught,) = reviewed_comments(installation.store)
    assert taught.input.text == "Så fint det blev!"
    assert taught.input.post_text == "Badet öppnar"
    assert taught.review == Review(labels={Label.PRAISE: True}, sentiment=Sentiment.POSITIVE)
    assert ReviewedComment.from_line(taught.to_line()) == taught
    assert "Så fint" not in repr(taught)


def test_a_word_leaves_all_else_of_a_reading_as_it_was():
    reading = a_reading("k1", "question", unsure=("complaint", "praise"))
    counted = outranked(reading, Review(labels={Label.PRAISE: True}))
    assert counted.decided == (Label.QUESTION, Label.PRAISE, Label.ON_TOPIC)
    assert counted.unsure == (Label.COMPLAINT,)
    assert counted.sentiment == reading.sentiment
    assert counted.labels[Label.PRAISE] == 1
    assert outranked(reading, Review()) == reading
