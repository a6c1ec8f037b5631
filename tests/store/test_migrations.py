"""Each step is tried on a database of the step before, with rows in it."""

import sqlite3

import pytest
from sqlite_utils import Database

from service.errors import StoreError
from service.store import Store
from service.store.migrations import DECLARED, MIGRATIONS, PROBABILITY_COLUMNS, SENTIMENT_COLUMNS
from service.store.readings import load_readings
from service.store.threads import load_thread, unread_posts

POST = "INSERT INTO post (post_id, channel, external_id, is_stand_in, text, text_hash) "
POST += "VALUES (1, 'facebook', 'p1', 0, 'Badet öppnar', 'h')"
IMPORT = "INSERT INTO import (import_id, file_name, file_sha256, source, started) "
IMPORT += "VALUES (1, 'a.jsonl', 'x', 'exchange', '2026-01-01T00:00:00Z')"
COMMENT = """
INSERT INTO comment (comment_id, post_id, external_id, id_is_derived, from_organisation, created,
                     text, text_hash, is_hidden, mask_kinds, import_id)
VALUES (1, 1, 'c1', 0, 0, '2026-01-01T10:00:00Z', 'Går det att bada?', 'h', 0, '', 1)
"""


def _until(path, name):
    """A database as it was before the named step, with a post and a comment in it."""
    database = Database(sqlite3.connect(path, isolation_level=None))
    MIGRATIONS.apply(database, stop_before=DECLARED[1])
    for statement in (IMPORT, POST, COMMENT):
        database.execute(statement)
    MIGRATIONS.apply(database, stop_before=name)
    return database


@pytest.mark.parametrize("step", DECLARED[1:])
def test_a_step_keeps_the_rows_of_the_step_before(tmp_path, step):
    path = tmp_path / "lyssnad.db"
    _until(path, step).close()
    with Store(path) as store:
        (text,) = store.connection.execute("SELECT text FROM comment").fetchone()
        assert text == "Går det att bada?"
        assert store.connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert store.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def _add_reading(database, comment_id, **others):
    row = {
        "comment_id": comment_id,
        "fingerprint": "f",
        "text_hash": "h",
        "post_text_hash": "h",
        "sentiment": "neutral",
        "sentiment_unsure": 0,
        "evidence": "[]",
        "read_at": "2026-01-02T00:00:00Z",
        **dict.fromkeys((*PROBABILITY_COLUMNS, *SENTIMENT_COLUMNS), 0.5),
        **others,
    }
    marks = ", ".join("?" * len(row))
    database.execute(
        f"INSERT INTO reading ({', '.join(row)}) VALUES ({marks})", tuple(row.values())
    )


PARENTS = "m006_what_readings_and_pseudonyms_rest_on"
AFTER_PARENTS = "m007_no_full_text_search"


@pytest.mark.parametrize(
    ("is_dirty", "parents"), [(0, ["", "h", ""]), (1, ["unknown", "unknown", "unknown"])]
)
def test_readings_from_before_parents_count_where_nothing_has_come_since(
    tmp_path, is_dirty, parents
):
    path = tmp_path / "lyssnad.db"
    database = _until(path, PARENTS)
    for number, parent in ((2, "c1"), (3, "borta")):
        database.execute(COMMENT.replace("VALUES (1, 1, 'c1'", f"VALUES ({number}, 1, 'c{number}'"))
        database.execute(
            "UPDATE comment SET parent_external_id = ? WHERE comment_id = ?", (parent, number)
        )
    for number in (1, 2, 3):
        _add_reading(database, number)
    database.execute("UPDATE post SET is_dirty = ?", (is_dirty,))
    MIGRATIONS.apply(database, stop_before=AFTER_PARENTS)
    kept = database.execute("SELECT parent_text_hash FROM reading ORDER BY comment_id").fetchall()
    database.close()
    assert [parent for (parent,) in kept] == parents


INPUTS = "m009_readings_of_all_that_is_read"


def test_readings_from_before_inputs_are_kept_and_made_again(tmp_path):
    path = tmp_path / "lyssnad.db"
    database = _until(path, INPUTS)
    for parent in ("", "h"):
        _add_reading(database, 1, parent_text_hash=parent)
    database.execute("UPDATE post SET is_dirty = 0, scored_by = 'f'")
    database.close()
    with Store(path) as store:
        assert store.connection.execute("SELECT COUNT(*) FROM reading").fetchone() == (2,)
        assert unread_posts(store, "f") == [(1, 1)]
        assert load_readings(store, load_thread(store, 1), fingerprint="f") == {}


def test_posts_from_before_scores_are_still_to_be_scored(tmp_path):
    path = tmp_path / "lyssnad.db"
    _until(path, "m003_answers_and_scores").close()
    with Store(path) as store:
        assert store.connection.execute("SELECT is_dirty, scored_by FROM post").fetchone() == (
            1,
            None,
        )


def test_opening_twice_changes_nothing(tmp_path):
    path = tmp_path / "lyssnad.db"
    Store(path).close()
    before = _schema(path)
    Store(path).close()
    assert _schema(path) == before


def test_the_schema_is_the_one_reviewed(tmp_path, golden):
    path = tmp_path / "lyssnad.db"
    Store(path).close()
    golden("schema.sql", _schema(path))


def test_a_database_of_a_newer_version_is_left_alone(tmp_path):
    path = tmp_path / "lyssnad.db"
    with Store(path) as store:
        store.connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('lyssnad', 'm999_later', '2030-01-01')"
        )
    with pytest.raises(StoreError, match="nyare version"):
        Store(path)


def test_a_step_that_fails_leaves_the_database_as_it_was(tmp_path):
    path = tmp_path / "lyssnad.db"
    database = _until(path, "m002_readings")
    database.execute("CREATE TABLE reading (in_the_way TEXT)")
    database.close()
    with pytest.raises(StoreError):
        Store(path)
    left = sqlite3.connect(path)
    names = {name for (name,) in left.execute("SELECT name FROM _sqlite_migrations")}
    assert names == {"m001_posts_comments_and_imports"}
    assert left.execute("SELECT COUNT(*) FROM comment").fetchone() == (1,)
    left.close()


def _schema(path):
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name"
    ).fetchall()
    connection.close()
    return "\n".join(f"{sql};" for (sql,) in rows) + "\n"
