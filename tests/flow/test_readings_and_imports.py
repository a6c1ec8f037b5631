"""Which readings an import makes stale: those whose reader would be given something else, no more.

Whichever files tell of a thread, in whatever order and however often it is read in between, the
readings that hold in the end are those of one import of everything.
"""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service import flow
from service.settings import Settings
from service.sources.raw import ImportOptions
from service.store.inputs import input_hashes
from service.store.readings import load_readings
from service.store.threads import load_thread

TEXTS = ("När öppnar badet?", "Det undrar jag med", "Nej!!", "Tack för svaret", "Dåligt skött")
WRITERS = ("Kim", "Bo", "Staden")


def a_comment(name, text, **changes):
    return {
        "id": name,
        "parent_id": None,
        "author": f"Skribent {name}",
        "from_organisation": False,
        "created": f"2026-03-02T09:0{name[1:]}:00Z",
        "text": text,
        "likes": 0,
    } | changes


class Installation:
    """A database of its own, and the readings that were asked for."""

    def __init__(self, folder, pipeline):
        self.folder = Path(folder)
        self.settings = Settings(data_dir=self.folder)
        self.pipeline = pipeline
        self.store = flow.open_store(self.settings)

    def take_in(self, *comments, post="Badet öppnar i maj"):
        path = self.folder / "tradar.jsonl"
        thread = {
            "version": 1,
            "channel": "facebook",
            "account": "Idrott",
            "post": {"id": "p1", "text": post, "published": "2026-03-02T08:00:00Z"},
            "comments": list(comments),
        }
        path.write_text(json.dumps(thread) + "\n", "utf-8")
        flow.import_files(
            self.store,
            [path],
            settings=self.settings,
            options=ImportOptions(),
            progress=lambda path, count: None,
        )

    def analyse(self):
        """Read what is unread; returns the texts that were given to the reader, in order."""
        reader, given = self.pipeline.reader, []

        class Listening:
            name = reader.name

            def read(self, inputs):
                given.extend(one.text for one in inputs)
                return reader.read(inputs)

        self.pipeline.reader = Listening()
        try:
            flow.analyse(
                self.store, self.pipeline, settings=self.settings, progress=lambda *counts: None
            )
        finally:
            self.pipeline.reader = reader
        return sorted(given)

    def readings(self):
        stored = load_thread(self.store, 1)
        return load_readings(self.store, stored, fingerprint=self.pipeline.fingerprint)


@pytest.fixture
def installation(tmp_path, pipeline):
    made = Installation(tmp_path, pipeline)
    yield made
    made.store.close()


QUESTION = a_comment("c1", "När öppnar badet?")
ECHO = a_comment("c3", "Det undrar jag med", parent_id="c1")
ALONE = a_comment("c5", "Fint väder")


def test_a_comment_is_read_again_when_another_comes_between_it_and_its_parent(installation):
    installation.take_in(QUESTION, ECHO, ALONE)
    installation.analyse()
    installation.take_in(a_comment("c2", "I maj, tror jag", parent_id="c1"))
    assert set(installation.readings()) == {"c1", "c5"}
    assert installation.analyse() == ["Det undrar jag med", "I maj, tror jag"]
    assert set(installation.readings()) == {"c1", "c2", "c3", "c5"}


@pytest.mark.parametrize(
    "told",
    [
        a_comment("c2", "I maj, tror jag att de sa", parent_id="c1"),
        a_comment("c2", "I maj", parent_id="c1", author="Skribent c3"),
        a_comment("c2", "I maj", parent_id="c1", from_organisation=True),
    ],
    ids=["what it says", "who said it", "for whom it was said"],
)
def test_a_comment_is_read_again_when_more_is_told_of_the_one_before_it(installation, told):
    before = a_comment("c2", "I maj", parent_id="c1", author=None, from_organisation=None)
    installation.take_in(QUESTION, before, ECHO, ALONE)
    installation.analyse()
    installation.take_in(told)
    assert set(installation.readings()) >= {"c1"}
    assert "c3" not in installation.readings()
    assert ECHO["text"] in installation.analyse()


def test_a_comment_is_read_again_when_a_name_is_masked_in_the_one_before_it(installation):
    installation.take_in(QUESTION, a_comment("c2", "Fråga mig", parent_id="c1"), ECHO)
    installation.store.connection.execute(
        "UPDATE comment SET text = 'Fråga Anna', text_identity = '' WHERE external_id = 'c2'"
    )
    installation.store.connection.execute("UPDATE comment SET input_hash = NULL")
    installation.analyse()
    assert len(installation.readings()) == 3
    installation.take_in(a_comment("c2", "Fråga Anna", parent_id="c1"))
    (text,) = installation.store.connection.execute(
        "SELECT text FROM comment WHERE external_id = 'c2'"
    ).fetchone()
    assert text == "Fråga [namn]"
    assert set(installation.readings()) == {"c1"}
    assert installation.analyse() == ["Det undrar jag med", "Fråga [namn]"]


@pytest.mark.parametrize(
    "told",
    [
        a_comment("c3", "Det undrar jag med", parent_id="c1", likes=9),
        a_comment("c6", "Tack!", parent_id="c1"),
        a_comment("c4", "Och jag", parent_id="c1"),
        a_comment("c0", "Går det att bada?"),
    ],
    ids=["a like", "a later comment", "a comment after it", "another conversation"],
)
def test_nothing_is_read_again_that_would_be_read_alike(installation, told):
    installation.take_in(QUESTION, ECHO, ALONE)
    installation.analyse()
    installation.take_in(told)
    assert set(installation.readings()) >= {"c1", "c3", "c5"}
    new = [] if told["id"] == "c3" else [told["text"]]
    assert installation.analyse() == new


def test_whose_key_a_mention_is_changes_no_reading(installation):
    installation.take_in(QUESTION, a_comment("c2", "@Kim Ek vet", parent_id="c1"), ECHO)
    stored = load_thread(installation.store, 1)
    (mention,) = (one for one in stored.thread.comments if one.id == "c2")
    assert "@~" in mention.text
    before = input_hashes(stored.thread)
    other = mention.text.replace(mention.text[mention.text.index("@~") :][:12], "@~" + "a" * 10)
    installation.store.connection.execute(
        "UPDATE comment SET text = ? WHERE external_id = 'c2'", (other,)
    )
    assert input_hashes(load_thread(installation.store, 1).thread) == before


def test_what_was_read_once_is_known_when_the_context_comes_back(installation):
    installation.take_in(QUESTION, ECHO)
    installation.analyse()
    first = installation.readings()
    installation.take_in(a_comment("c2", "I maj", parent_id="c1"))
    installation.analyse()
    assert installation.readings()["c3"] != first["c3"]
    installation.store.connection.execute("DELETE FROM comment WHERE external_id = 'c2'")
    installation.store.connection.execute("UPDATE post SET is_dirty = 1")
    installation.take_in(a_comment("c3", "Det undrar jag med", parent_id="c1", likes=1))
    assert installation.readings() == first
    assert installation.analyse() == []


@st.composite
def threads(draw):
    """A few comments, each under one of those before it, or of the first level, or under none."""
    comments = []
    for number in range(draw(st.integers(2, 7))):
        writer = draw(st.sampled_from(WRITERS))
        comments.append(
            a_comment(
                f"c{number}",
                draw(st.sampled_from(TEXTS)),
                parent_id=draw(st.sampled_from([None, "borta", *(one["id"] for one in comments)])),
                author=writer,
                from_organisation=writer == "Staden",
                created=f"2026-03-02T09:0{draw(st.integers(0, 5))}:00Z",
            )
        )
    return comments


@settings(max_examples=15, deadline=None)
@given(comments=threads(), chance=st.randoms(use_true_random=False))
def test_the_order_of_files_changes_no_reading(pipeline, comments, chance):
    files = [[one for one in comments if chance.random() < 0.5] for _ in range(2)] + [comments]
    chance.shuffle(files)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        at_once, bit_by_bit = Installation(folder, pipeline), Installation(other, pipeline)
        at_once.take_in(*comments)
        at_once.analyse()
        for file in files:
            bit_by_bit.take_in(*file, post=chance.choice(["", "Badet öppnar i maj"]))
            if chance.random() < 0.5:
                bit_by_bit.analyse()
        bit_by_bit.take_in()
        held = bit_by_bit.readings()
        bit_by_bit.analyse()
        assert bit_by_bit.readings() == at_once.readings()
        # What held before the last analysis was not made again but stands.
        assert held.items() <= bit_by_bit.readings().items()
        for installation in (at_once, bit_by_bit):
            assert installation.analyse() == []
            installation.store.close()
