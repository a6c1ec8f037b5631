"""The open file: what it keeps, and errors that say what to do."""

import sqlite3
import threading

import pytest

from service.errors import StoreError
from service.store import Store


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


def test_what_is_replaced_does_not_lie_on_in_the_file(tmp_path, monkeypatch):
    """Not even where SQLite is built to leave it: some of its builds do, others do not."""

    def connect_as_such_a_build(*args, **settings):
        connection = sqlite3.connect(*args, **settings)
        connection.execute("PRAGMA secure_delete = OFF")
        return connection

    monkeypatch.setattr("service.store.database.sqlite3", FakeSqlite(connect_as_such_a_build))
    path = tmp_path / "lyssnad.db"
    with Store(path) as store:
        store.connection.execute("CREATE TABLE note (text TEXT)")
        told = [(f"Tack Anna Svensson, bra svarat {number}",) for number in range(500)]
        store.connection.executemany("INSERT INTO note VALUES (?)", told)
        store.connection.execute("UPDATE note SET text = 'Tack [namn]'")
    assert b"Tack [namn]" in path.read_bytes()
    assert b"Svensson" not in path.read_bytes()


class FakeSqlite:
    """The module with another way to connect."""

    def __init__(self, connect):
        self.connect = connect

    def __getattr__(self, name):
        return getattr(sqlite3, name)


def test_a_start_waits_for_another_one_that_is_making_the_file(tmp_path):
    path = tmp_path / "lyssnad.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE made_by_another_start (id INTEGER)")
    done = threading.Timer(0.2, lambda: other.execute("COMMIT"))
    done.start()
    with Store(path) as store:
        assert store.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert store.connection.execute("SELECT * FROM made_by_another_start").fetchall() == []
    done.join()
    other.close()


def test_a_start_does_not_wait_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr("service.store.database.BUSY_MILLISECONDS", 50)
    path = tmp_path / "lyssnad.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="används av en annan körning"):
        Store(path)
    other.close()


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
