"""The open file: Swedish order, search with å ä ö, and errors that say what to do."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import StoreError
from service.store import Store
from service.store.database import swedish_key


def test_swedish_order_puts_å_ä_ö_last_and_in_that_order(tmp_path):
    with Store(tmp_path / "lyssnad.db") as store:
        rows = store.connection.execute(
            "SELECT column1 FROM (VALUES ('Ängby'), ('Årsta'), ('Zinken'), ('Örby'), ('Akalla'), "
            "('ängar'), ('Éden'), ('Edsberg')) ORDER BY column1 COLLATE swedish"
        ).fetchall()
    assert [name for (name,) in rows] == [
        *("Akalla", "Éden", "Edsberg", "Zinken", "Årsta", "ängar", "Ängby", "Örby")
    ]


@given(st.text(), st.text(), st.text())
def test_the_order_is_total(one, two, three):
    keys = sorted(map(swedish_key, (one, two, three)))
    assert keys[0] <= keys[1] <= keys[2]


@pytest.mark.parametrize(
    ("asked", "found"),
    [("går", {1}), ("gar", {2}), ("möte*", {3}), ("mote*", {4}), ("GÅR", {1})],
)
def test_search_keeps_å_ä_ö_apart_from_a_and_o(store_with_texts, asked, found):
    store = store_with_texts("Det går bra", "Gar nix", "Mötet är flyttat", "Motet nummer två")
    rows = store.connection.execute(
        "SELECT rowid FROM comment_search WHERE comment_search MATCH ?", (asked,)
    ).fetchall()
    assert {rowid for (rowid,) in rows} == found


def test_search_follows_a_changed_and_a_removed_text(store_with_texts):
    store = store_with_texts("gamla ordet", "annat")
    store.connection.execute("UPDATE comment SET text = 'nya ordet' WHERE comment_id = 1")
    store.connection.execute("DELETE FROM comment WHERE comment_id = 2")

    def hits(word):
        return store.connection.execute(
            "SELECT COUNT(*) FROM comment_search WHERE comment_search MATCH ?", (word,)
        ).fetchone()[0]

    assert (hits("gamla"), hits("nya"), hits("annat")) == (0, 1, 0)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "lyssnad.db"
    path.write_bytes(b"Det h\xe4r \xe4r ingen databas" * 100)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="skadad eller är ingen databas"):
        Store(path)
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(StoreError, match="Kontrollera att mappen finns"):
        Store(tmp_path / "borta" / "lyssnad.db")


def test_a_second_writer_is_told_to_wait(tmp_path, monkeypatch):
    monkeypatch.setattr("service.store.database.BUSY_MILLISECONDS", 50)
    path = tmp_path / "lyssnad.db"
    with Store(path) as first, Store(path) as second, first.writing():
        with pytest.raises(StoreError, match="används av en annan körning"):
            with second.writing():
                pass
        # Readers go on while somebody writes.
        assert second.connection.execute("SELECT COUNT(*) FROM post").fetchone() == (0,)


def test_an_exception_inside_a_write_leaves_nothing(tmp_path):
    with Store(tmp_path / "lyssnad.db") as store:
        with pytest.raises(RuntimeError), store.writing() as connection:
            connection.execute("INSERT INTO own_author VALUES ('facebook', 'k')")
            raise RuntimeError
        assert store.connection.execute("SELECT COUNT(*) FROM own_author").fetchone() == (0,)


def test_a_full_disk_is_said_so(tmp_path):
    with Store(tmp_path / "lyssnad.db") as store:
        store.connection.execute("PRAGMA max_page_count = 1")
        with pytest.raises(StoreError, match="Disken är full"), store.writing() as connection:
            for number in range(10_000):
                connection.execute("INSERT INTO own_author VALUES ('x', ?)", (f"{number:0100}",))
        assert store.connection.execute("SELECT COUNT(*) FROM own_author").fetchone() == (0,)


def test_tables_are_strict_and_foreign_keys_are_kept(store_with_texts):
    store = store_with_texts("text")
    with pytest.raises(sqlite3.IntegrityError):
        store.connection.execute("UPDATE comment SET likes = 'många'")
    with pytest.raises(sqlite3.IntegrityError):
        store.connection.execute("UPDATE comment SET post_id = 99")
