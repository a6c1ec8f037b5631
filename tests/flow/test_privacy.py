"""Marked texts and names go the whole way in; the mark is found in the comment's text alone."""

import datetime
import json
import logging
import sqlite3
from contextlib import closing

import pytest

from nlp.pseudonymise import MASK
from service import flow
from service.errors import SettingsError
from service.exchange import ExchangeThread, to_thread
from service.mentions import Writers
from service.prepare import Preparer
from service.settings import Settings
from service.sources.raw import ImportOptions, Place, RawComment
from tests.builders import name_finder

MARK = "hemligordet"
NAME = "Hemlig Skribentsson"


@pytest.fixture
def marked_file(tmp_path):
    comments = [
        {
            "id": f"c{number}",
            "parent_id": None,
            "author": NAME,
            "from_organisation": False,
            "created": "2026-03-02T09:00:00Z",
            "text": f"När öppnar {MARK}? Ring 070-174 06 05, jag heter 20121212-1212 @{NAME}",
            "likes": 0,
        }
        for number in range(3)
    ]
    comments.append(comments[0] | {"text": MARK, "created": "i går"})
    comments.append(comments[0] | {"id": "x", "text": MARK * 2_000})
    thread = {
        "version": 1,
        "channel": "facebook",
        "account": "Idrott",
        "post": {"id": "p1", "text": "Badet", "published": "2026-03-02T08:00:00Z"},
        "comments": comments,
    }
    path = tmp_path / "markt.jsonl"
    path.write_text(json.dumps(thread) + "\n", "utf-8")
    return path


def test_no_text_or_author_leaks_on_the_way(marked_file, tmp_path, caplog, capsys, pipeline):
    caplog.set_level(logging.DEBUG)
    settings = Settings(data_dir=tmp_path / "data")
    with flow.open_store(settings) as store:
        receipts = flow.import_files(
            store,
            [marked_file],
            settings=settings,
            options=ImportOptions(),
            progress=lambda path, count: None,
        )
        flow.analyse(store, pipeline, settings=settings, progress=lambda done, total: None)
        told = repr(receipts) + repr(store) + caplog.text + "".join(capsys.readouterr())
        assert MARK not in told
        assert NAME not in told
        tables = [
            name
            for (name,) in store.connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE V%' "
                "AND name NOT LIKE 'comment_search%'"
            )
        ]
        for table in tables:
            for row in store.connection.execute(f"SELECT * FROM {table}"):
                cells = "|".join(map(str, row))
                assert NAME not in cells, table
                if table != "comment":
                    assert MARK not in cells, table
        texts = "".join(t for (t,) in store.connection.execute("SELECT text FROM comment"))
    assert MARK in texts
    for hidden in (NAME, "070-174", "20121212-1212", "Skribentsson"):
        assert hidden not in texts
    # Not even the bytes of the file, with its index and its log, hold what was masked.
    for path in (tmp_path / "data").glob("lyssnad.db*"):
        assert b"Skribentsson" not in path.read_bytes()
        assert b"070-174" not in path.read_bytes()


def a_thread(*comments):
    """A line of the exchange format with (author, text) in order."""
    return {
        "version": 1,
        "channel": "facebook",
        "post": {"id": "p1", "text": "Badet", "published": "2026-03-02T08:00:00Z"},
        "comments": [
            {
                "id": f"{author}{text}",
                "author": author,
                "from_organisation": False,
                "created": "2026-03-02T09:00:00Z",
                "text": text,
            }
            for author, text in comments
        ],
    }


ADDRESSED = ("Bo", f"@{NAME} hur gick det?")
WRITER = (NAME, "Hej")


def imported(folder, *files):
    """The texts in a new store after one run for each list of files of threads."""
    installation = Settings(data_dir=folder / "data")
    with flow.open_store(installation) as store:
        for number, run in enumerate(files):
            paths = []
            for thread in run:
                paths.append(folder / f"{number}-{len(paths)}.jsonl")
                paths[-1].write_text(json.dumps(thread) + "\n", "utf-8")
            receipts = flow.import_files(
                store,
                paths,
                settings=installation,
                options=ImportOptions(),
                progress=lambda path, count: None,
            )
            assert all(receipt.refused is None for receipt in receipts)
            assert not any(receipt.notes for receipt in receipts)
        rows = store.connection.execute("SELECT text FROM comment ORDER BY external_id")
        return [text for (text,) in rows]


@pytest.mark.parametrize(
    "files",
    [
        [[a_thread(WRITER, ADDRESSED)]],
        [[a_thread(ADDRESSED, WRITER)]],
        [[a_thread(ADDRESSED), a_thread(WRITER)]],
        [[a_thread(WRITER)], [a_thread(ADDRESSED)]],
        [[a_thread(ADDRESSED)], [a_thread(WRITER)], [a_thread(ADDRESSED)]],
    ],
    ids=["oldest first", "newest first", "pages of one run", "runs", "imported again"],
)
def test_whoever_writes_is_masked_whole_wherever_their_comment_stands(files, tmp_path):
    texts = imported(tmp_path, *files)
    assert len(texts) == 2
    assert not any("Skribentsson" in text for text in texts)


def test_an_import_masks_what_an_analysis_masks(tmp_path):
    thread = a_thread(
        ADDRESSED, WRITER, ("Bo", "Tack 070-174 06 05"), ("Bo", "Hej Anna Svensson, ring Kim Ek")
    )
    Settings(data_dir=tmp_path / "data").prepare()
    key = Settings(data_dir=tmp_path / "data").author_key()
    judged, _ = to_thread(ExchangeThread.model_validate(thread), key=key, names=name_finder())
    texts = imported(tmp_path, [thread])
    # With one key, all is the same to the letter: which mask stands where, and whose key it is.
    assert sorted(texts) == sorted(comment.text for comment in judged.comments)
    assert sum(len(MASK.findall(text)) for text in texts) == 4


def test_importing_again_masks_the_names_in_what_was_stored_before_and_doubles_nothing(tmp_path):
    thread = a_thread(("Bo", "Tack Anna Svensson för hjälpen"))
    assert imported(tmp_path, [thread]) == ["Tack [namn] för hjälpen"]
    database = tmp_path / "data" / "lyssnad.db"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE comment SET text = 'Tack Kim Hemligsson för hjälpen'")
    assert imported(tmp_path, [thread]) == ["Tack [namn] för hjälpen"]
    # Not even the freed bytes of the file hold what stood there before.
    for path in database.parent.glob("lyssnad.db*"):
        assert b"Hemligsson" not in path.read_bytes()


def test_what_shows_less_stays_whatever_is_imported_later(tmp_path):
    """A ratchet: what was masked, even in vain, is not brought back by masking that shows more."""
    thread = a_thread(("Bo", "Lampan är trasig"))
    imported(tmp_path, [thread])
    with closing(sqlite3.connect(tmp_path / "data" / "lyssnad.db")) as connection, connection:
        connection.execute("UPDATE comment SET text = '[namn] är trasig'")
    assert imported(tmp_path, [thread]) == ["[namn] är trasig"]


@pytest.mark.parametrize("ours", [True, False])
def test_a_name_in_a_text_never_makes_another_comment_of_it(ours):
    raw = RawComment(
        place=Place(),
        channel="facebook",
        post_id="p",
        id=None,
        author_name="Kim",
        created=datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC),
        text="Tack Anna Svensson för hjälpen",
        from_organisation=ours,
    )
    preparer = Preparer(
        key=b"k" * 32, options=ImportOptions(), writers=Writers(key=b"k" * 32), names=name_finder()
    )
    half_done = preparer.by_rule(raw)
    ((_, row),) = preparer.without_names([half_done])
    assert row.text == "Tack [namn] för hjälpen"
    assert row.mask_kinds == "name"
    assert (row.external_id, row.text_identity) == (
        half_done.row.external_id,
        half_done.row.text_identity,
    )


ROWS = "inlägg_id;namn;skapad;kommentar\n"
ROW = "Kim;2026-03-02 10:00;När öppnar badet?\n"


def test_importing_again_with_the_right_zone_mends_the_time_and_doubles_nothing(tmp_path):
    installation = Settings(data_dir=tmp_path / "data")
    with flow.open_store(installation) as store:
        for post, zone in (("101_900", None), ("900", "America/New_York"), ("900", None)):
            path = tmp_path / "tabell.csv"
            path.write_text(f"{ROWS}{post};{ROW}", "utf-8")
            flow.import_files(
                store,
                [path],
                settings=installation,
                options=ImportOptions(timezone=zone),
                progress=lambda path, count: None,
            )
        created = store.connection.execute("SELECT created FROM comment").fetchall()
    assert created == [("2026-03-02T15:00:00Z",)]


def test_a_raw_comment_shows_nothing_of_itself():
    raw = RawComment(
        place=Place(),
        channel="facebook",
        post_id="p",
        id="c",
        author_name=NAME,
        created=datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC),
        text=MARK,
    )
    assert MARK not in repr(raw)
    assert NAME not in repr(raw)


def test_two_installations_cannot_be_joined_by_their_keys(marked_file, tmp_path):
    keys = []
    for name in ("ett", "två"):
        settings = Settings(data_dir=tmp_path / name)
        with flow.open_store(settings) as store:
            flow.import_files(
                store,
                [marked_file],
                settings=settings,
                options=ImportOptions(),
                progress=lambda path, count: None,
            )
            rows = store.connection.execute("SELECT DISTINCT author_key FROM comment").fetchall()
            keys.append({key for (key,) in rows})
    assert len(keys[0]) == len(keys[1]) == 1
    assert not keys[0] & keys[1]


def test_the_secret_lies_beside_the_database_readable_by_its_owner_only(tmp_path):
    settings = Settings(data_dir=tmp_path / "data")
    flow.open_store(settings).close()
    path = tmp_path / "data" / "author.key"
    assert path.stat().st_mode & 0o077 == 0
    assert path.read_bytes().strip() not in (tmp_path / "data" / "lyssnad.db").read_bytes()


def test_a_lost_secret_stops_the_import_rather_than_splitting_people(tmp_path):
    settings = Settings(data_dir=tmp_path / "data")
    flow.open_store(settings).close()
    (tmp_path / "data" / "author.key").unlink()
    with pytest.raises(SettingsError, match="saknas men databasen finns"):
        flow.open_store(settings)
