"""Opens the SQLite file: WAL, foreign keys, Swedish order, schema up to date.

One Store per request or command, closed by whoever opened it. A reader never waits for the
writer; a second writer waits five seconds and then gets a StoreError that says so.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlite_utils import Database

from service.errors import StoreError
from service.store.migrations import DECLARED, MIGRATIONS

BUSY_MILLISECONDS: Final = 5_000

_SWEDISH_LAST: Final = {"å": "{a", "ä": "{b", "æ": "{b", "ö": "{c", "ø": "{c"}
"""Keys that sort after z; Swedish sorts æ with ä and ø with ö."""


def swedish_key(text: str) -> str:
    """Sort key of Swedish alphabetical order: å, ä, ö last, other accents ignored."""
    key = []
    for character in unicodedata.normalize("NFC", text).casefold():
        last = _SWEDISH_LAST.get(character)
        if last is not None:
            key.append(last)
        elif character.isascii():
            key.append(character)
        else:
            base = unicodedata.normalize("NFD", character)
            key.extend(part for part in base if not unicodedata.combining(part))
    return "".join(key)


def _compare_swedish(left: str, right: str) -> int:
    left_key, right_key = swedish_key(left), swedish_key(right)
    return (left_key > right_key) - (left_key < right_key)


def _as_store_error(error: sqlite3.Error, path: Path) -> StoreError:
    message = str(error).casefold()
    if "locked" in message or "busy" in message:
        advice = "Den används av en annan körning. Vänta tills den är klar och försök igen."
    elif "full" in message:
        advice = "Disken är full. Frigör utrymme; inget i databasen har ändrats."
    elif "readonly" in message or "read-only" in message or "unable to open" in message:
        advice = "Kontrollera att mappen finns och att du får skriva i den, eller ange --data-dir."
    elif "malformed" in message or "not a database" in message:
        advice = "Filen är skadad eller är ingen databas. Återställ den från säkerhetskopian."
    else:
        advice = f"SQLite säger: {error}"
    return StoreError(f"Databasen {path} går inte att använda. {advice}")


class Store:
    """The open database of one installation; a context manager that closes it."""

    def __init__(self, path: Path) -> None:
        """Open the file, creating and migrating it as needed.

        Args:
            path: The SQLite file; its folder must exist.

        Raises:
            StoreError: The file cannot be opened, is damaged, or is newer than this program.
        """
        self.path = path
        with self.guarded():
            # A web request opens the store in one worker thread and uses it in another, never in
            # two at once; sqlite3 would refuse that unless told.
            connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            try:
                connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA foreign_keys = ON")
                connection.create_collation("swedish", _compare_swedish)
                self.database = Database(connection)
                self._migrate()
            except BaseException:
                connection.close()
                raise

    def _migrate(self) -> None:
        known = {migration.name for migration in MIGRATIONS.pending(self.database)} | {
            migration.name for migration in MIGRATIONS.applied(self.database)
        }
        declared = set(DECLARED)
        if newer := known - declared:
            raise StoreError(
                f"Databasen {self.path} är gjord av en nyare version av lyssnad "
                f"({', '.join(sorted(newer))}). Uppdatera programmet och försök igen."
            )
        if MIGRATIONS.pending(self.database):
            MIGRATIONS.apply(self.database)

    @property
    def connection(self) -> sqlite3.Connection:
        """The bare connection, for the hot paths."""
        connection: sqlite3.Connection = self.database.conn
        return connection

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Turn SQLite's errors into a StoreError that says what to do."""
        try:
            yield
        except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
            if isinstance(error, (sqlite3.IntegrityError, sqlite3.ProgrammingError)):
                raise  # a bug of ours, not something a user can mend
            raise _as_store_error(error, self.path) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: one write transaction, rolled back by any exception."""
        with self.guarded():
            connection = self.connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                # A full disk has made SQLite roll back by itself already.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file; a closed store cannot be used again."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
