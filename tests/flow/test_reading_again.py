"""What is read again when something has changed, and what then counts."""

import json

import pytest

from service import flow
from service.settings import Settings
from service.sources.raw import ImportOptions
from service.store.answers import load_answers
from service.store.frames import comment_frame
from service.store.listing import list_posts
from service.store.queue import open_comments
from service.store.readings import load_readings, load_reply_scores, save_thread_reading
from service.store.scores import load_automatic, load_discussion, load_follow_ups, load_links
from service.store.threads import load_thread, unread_posts


def a_comment(name, text, **changes):
    return {
        "id": name,
        "parent_id": None,
        "author": f"Skribent {name}",
        "from_organisation": False,
        "created": "2026-03-02T09:00:00Z",
        "text": text,
        "likes": 0,
    } | changes


@pytest.fixture
def installation(tmp_path, pipeline):
    """Import threads by name of post, text of post and comments; analyse; look."""
    settings = Settings(data_dir=tmp_path / "data")

    class Installation:
        def __init__(self, store):
            self.store = store

        def take_in(self, *comments, post="p1", text="Badet öppnar i maj", account="Idrott"):
            path = tmp_path / "tradar.jsonl"
            thread = {
                "version": 1,
                "channel": "facebook",
                "account": account,
                "post": {"id": post, "text": text, "published": "2026-03-02T08:00:00Z"},
                "comments": list(comments),
            }
            path.write_text(json.dumps(thread) + "\n", "utf-8")
            return flow.import_files(
                self.store,
                [path],
                settings=settings,
                options=ImportOptions(),
                progress=lambda path, count: None,
            )

        def analyse(self):
            return flow.analyse(
                self.store, pipeline, settings=settings, progress=lambda done, total: None
            )

        def frame(self):
            return comment_frame(self.store, fingerprint=pipeline.fingerprint)

        def waiting(self):
            found = open_comments(self.store, fingerprint=pipeline.fingerprint)
            return [one.text for one in found]

        def one(self, sql):
            return self.store.connection.execute(sql).fetchone()[0]

    with flow.open_store(settings) as store:
        yield Installation(store)


def test_a_new_comment_makes_its_thread_unread(installation):
    installation.take_in(a_comment("c1", "När öppnar badet?"))
    assert installation.analyse() == 1
    assert installation.analyse() == 0
    installation.take_in(a_comment("c2", "Vad kostar det?"))
    assert installation.analyse() == 2
    assert installation.frame()["read"].all()


def test_a_changed_text_is_read_again_and_the_old_reading_is_kept_but_does_not_count(installation):
    installation.take_in(a_comment("c1", "Hej"))
    installation.analyse()
    assert installation.waiting() == []
    installation.take_in(a_comment("c1", "Hej, när öppnar badet på lördagar?"))
    # Changed and not read yet: no reading counts.
    assert not installation.frame()["read"].any()
    assert installation.waiting() == []
    installation.analyse()
    assert installation.waiting() == ["Hej, när öppnar badet på lördagar?"]
    assert installation.one("SELECT COUNT(*) FROM reading") == 2
    assert len(installation.frame()) == 1


def test_a_post_whose_text_comes_late_is_read_again(installation):
    installation.take_in(a_comment("c1", "När öppnar badet?"), text="")
    installation.analyse()
    installation.take_in(text="Nu öppnar Vanadisbadet!")
    assert not installation.frame()["read"].any()
    installation.analyse()
    assert installation.frame()["read"].all()


def test_another_pipeline_version_reads_everything_again(installation, pipeline):
    installation.take_in(a_comment("c1", "När öppnar badet?"))
    installation.analyse()
    assert unread_posts(installation.store, pipeline.fingerprint) == []
    assert len(unread_posts(installation.store, "another-version")) == 1


def test_a_thread_that_changed_while_it_was_read_is_not_kept(installation, pipeline):
    installation.take_in(a_comment("c1", "När öppnar badet?"))
    stored = load_thread(installation.store, 1)
    (judged,) = pipeline.read([stored.thread])
    installation.take_in(a_comment("c1", "När öppnar badet? Och vad kostar det?"))
    kept = save_thread_reading(
        installation.store,
        stored,
        judged,
        fingerprint=pipeline.fingerprint,
        read_at=Settings().clock(),
    )
    assert not kept
    assert installation.one("SELECT COUNT(*) FROM reading") == 0
    assert installation.one("SELECT is_dirty FROM post") == 1


@pytest.mark.parametrize(
    "told",
    [
        a_comment("c2", "Samma här", parent_id="c1"),
        a_comment("c2", "Samma här", likes=9),
        a_comment("c2", "Samma här", from_organisation=True),
        a_comment("c3", "Och tunneln?"),
    ],
    ids=["parent", "likes", "writer", "new comment"],
)
def test_a_thread_of_which_more_was_told_while_it_was_read_is_not_kept(
    installation, pipeline, told
):
    installation.take_in(
        a_comment("c1", "När öppnar badet?"),
        a_comment("c2", "Samma här", from_organisation=None),
    )
    stored = load_thread(installation.store, 1)
    (judged,) = pipeline.read([stored.thread])
    installation.take_in(told)
    now = Settings().clock()
    version = pipeline.fingerprint
    assert not save_thread_reading(
        installation.store, stored, judged, fingerprint=version, read_at=now
    )
    assert installation.analyse() > 0
    assert installation.frame()["read"].all()


def test_a_post_that_became_another_while_it_was_read_is_not_kept(installation, pipeline):
    installation.take_in(a_comment("c1", "När öppnar badet?"), post="900")
    stored = load_thread(installation.store, 1)
    (judged,) = pipeline.read([stored.thread])
    installation.store.connection.execute("DELETE FROM post")
    now = Settings().clock()
    version = pipeline.fingerprint
    assert not save_thread_reading(
        installation.store, stored, judged, fingerprint=version, read_at=now
    )


def test_a_changed_text_makes_the_reading_of_its_answers_stale(installation):
    reply = a_comment("c2", "Det undrar jag med", parent_id="c1")
    installation.take_in(a_comment("c1", "När öppnar badet?"), reply)
    installation.analyse()
    installation.take_in(a_comment("c1", "När öppnar badet på lördagar?"))
    assert not installation.frame()["read"].any()
    assert installation.waiting() == []
    installation.analyse()
    assert installation.frame()["read"].all()
    # The reading of the answer under the other text is kept, beside the new one.
    assert installation.one("SELECT COUNT(*) FROM reading") == 4


def test_a_parent_that_is_met_later_makes_the_reading_stale(installation):
    installation.take_in(a_comment("c2", "Det undrar jag med", parent_id="c1"))
    installation.analyse()
    installation.take_in(a_comment("c1", "När öppnar badet?"))
    assert not installation.frame()["read"].any()
    installation.analyse()
    assert installation.frame()["read"].all()


def test_of_another_pipeline_version_nothing_is_shown_but_what_it_judged(installation, pipeline):
    installation.take_in(
        a_comment("c1", "När öppnar badet på morgonen?"),
        a_comment(
            "c2",
            "Hej! Badet öppnar klockan 7 varje dag.",
            parent_id="c1",
            from_organisation=True,
            created="2026-03-02T10:00:00Z",
        ),
        a_comment("c3", "Och vad kostar det?"),
    )
    installation.analyse()
    store = installation.store
    stored = load_thread(store, 1)

    def shown(fingerprint):
        asked = {"fingerprint": fingerprint}
        (post,) = list_posts(store, **asked)
        return [
            load_links(store, stored, **asked),
            load_reply_scores(store, stored, **asked),
            load_answers(store, stored, **asked),
            load_follow_ups(store, stored, **asked),
            load_discussion(store, stored, **asked),
            post.discussion_index,
            comment_frame(store, **asked)["first_reply"].count(),
        ]

    assert all(shown(pipeline.fingerprint))
    assert not any(shown("another-version"))
    assert load_automatic(store, stored, fingerprint="another-version") == frozenset()


def test_what_became_of_each_thing_is_kept_as_it_was_judged(installation, pipeline):
    installation.take_in(
        a_comment("c1", "Gäller klippkortet fortfarande? Och hur varmt är det i bassängen?"),
        *(
            a_comment(
                name,
                text,
                parent_id="c1",
                from_organisation=True,
                created=f"2026-03-02T1{hour}:00:00Z",
            )
            for hour, (name, text) in enumerate(
                [
                    ("s1", "Tack för din fråga, vi återkommer."),
                    ("s2", "Ja, klippkortet gäller så länge det finns klipp kvar."),
                    ("s3", "Bassängen håller 32 grader."),
                ]
            )
        ),
    )
    installation.analyse()
    stored = load_thread(installation.store, 1)
    (judged,) = pipeline.read([stored.thread])
    kept = load_answers(installation.store, stored, fingerprint=pipeline.fingerprint)
    assert kept == {one.comment_id: one for one in judged.answered}
    assert kept["c1"].reply_ids == ("s2", "s3")
    assert len(kept["c1"].matters) == 2


def test_an_answer_that_another_version_found_takes_nothing_from_the_queue(installation):
    installation.take_in(
        a_comment("c1", "När öppnar badet på morgonen?"),
        a_comment(
            "c2",
            "Badet öppnar klockan 7 varje dag.",
            parent_id="c1",
            from_organisation=True,
            created="2026-03-02T10:00:00Z",
        ),
    )
    installation.analyse()
    assert installation.waiting() == []
    # Another version has read the thread since, and its answers stand.
    installation.store.connection.execute("UPDATE post SET scored_by = 'another-version'")
    assert installation.waiting() == ["När öppnar badet på morgonen?"]


def test_what_was_judged_comes_back_as_it_was(installation, pipeline):
    installation.take_in(
        a_comment("c1", "När öppnar badet? Så dåligt skött!"), a_comment("c2", "Is it open?")
    )
    installation.analyse()
    stored = load_thread(installation.store, 1)
    (judged,) = pipeline.read([stored.thread])
    loaded = load_readings(installation.store, stored, fingerprint=pipeline.fingerprint)
    assert loaded == {reading.comment_id: reading for reading in judged.readings}


def test_scores_are_replaced_when_a_thread_is_read_again(installation):
    question = a_comment("c1", "När öppnar badet på morgonen?")
    answer = a_comment(
        "c2",
        "Hej! Badet öppnar klockan 7 varje dag.",
        parent_id="c1",
        from_organisation=True,
        created="2026-03-02T10:00:00Z",
    )
    installation.take_in(question, answer, a_comment("c3", "Och tunneln?"))
    installation.analyse()
    installation.take_in(a_comment("c4", "Tack!", parent_id="c1", author="Skribent c1"))
    installation.analyse()
    for table, rows in (("reply_link", 1), ("reply_score", 1), ("answer", 1)):
        assert installation.one(f"SELECT COUNT(*) FROM {table}") == rows
    assert installation.one("SELECT COUNT(*) FROM discussion_score") == 1


def test_an_answered_a_hidden_and_an_own_comment_do_not_wait(installation):
    asked = "När öppnar badet på morgonen?"
    installation.take_in(
        a_comment("c1", asked),
        a_comment(
            "c2",
            "Badet öppnar klockan 7. När är du ute?",
            parent_id="c1",
            from_organisation=True,
            created="2026-03-02T10:00:00Z",
        ),
        a_comment("c3", "Vad kostar det för barn?"),
    )
    installation.analyse()
    assert installation.waiting() == ["Vad kostar det för barn?"]
    installation.store.connection.execute("UPDATE comment SET is_hidden = 1")
    assert installation.waiting() == []


def test_the_account_learnt_later_turns_its_comments_into_answers(installation):
    installation.take_in(a_comment("c1", "När öppnar badet på morgonen?"))
    reply = a_comment(
        "c2",
        "Badet öppnar klockan 7 varje dag.",
        parent_id="c1",
        author="Idrott",
        created="2026-03-02T10:00:00Z",
    )
    del reply["from_organisation"]
    installation.take_in(reply, account=None)
    assert installation.one("SELECT from_organisation FROM comment WHERE external_id='c2'") == 1
    installation.analyse()
    assert installation.one("SELECT COUNT(*) FROM answer") == 1


def test_notes_of_an_import_are_kept_with_it(installation):
    installation.take_in(
        a_comment("c1", "Hej", parent_id="borta"), a_comment("c2", "Hej", created="i går")
    )
    kinds = installation.store.connection.execute(
        "SELECT kind, COUNT(*) FROM import_note GROUP BY kind ORDER BY kind"
    ).fetchall()
    assert kinds == [("rejected", 1), ("remark", 1)]
