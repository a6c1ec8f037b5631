"""Opens the SQLite file: WAL, foreign keys, schema up to date.

One Store per request or command, closed by whoever opened it. A reader never waits for the
writer; a second writer waits five seconds and then gets a StoreError that says so.
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlite_utils import Database

from service.errors import StoreError
from service.store.migrations import DECLARED, MIGRATIONS

BUSY_MILLISECONDS: Final = 5_000

_PAUSE_SECONDS: Final = 0.01


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


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Make the file a WAL one if it is none.

    SQLite does not wait its turn for this change as it does for others: two first starts at once
    and the second is told at once that the file is locked. So we wait for it.
    """
    deadline = time.monotonic() + BUSY_MILLISECONDS / 1_000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


class Store:
    """The open database of one installation; a context manager that closes it."""

    def __init__(self, path: Path, *, key: bytes | None = None) -> None:
        """Open the file, creating and migrating it as needed.

        Args:
            path: The SQLite file; its folder must exist.
            key: The installation's secret; None for who neither writes nor compares pseudonyms.

        Raises:
            StoreError: The file cannot be opened, is damaged, is newer than this program, or was
                made with another secret.
        """
        self.path = path
        # SQLite would let everyone read the file that it makes; its log takes after the file. One
        # that exists is not even opened: closing it would drop the locks of this process.
        with suppress(OSError):
            path.touch(mode=0o600, exist_ok=False)
        with self.guarded():
            # A web request opens the store in one worker thread and uses it in another, never in
            # two at once; sqlite3 would refuse that unless told.
            connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            try:
                connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
                _use_write_ahead_log(connection)
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA foreign_keys = ON")
                # A text that is replaced by its masking must not lie on in a freed page.
                connection.execute("PRAGMA secure_delete = ON")
                self.database = Database(connection)
                self._migrate()
                if key is not None:
                    self._check_key(key)
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
            # Another start may be doing the same; it is asked again once it is our turn.
            with self.writing():
                MIGRATIONS.apply(self.database)

    def _check_key(self, key: bytes) -> None:
        """Compare the secret with that of the first opening, of which a check value is kept."""
        value = hmac.new(key, b"lyssnad author.key", hashlib.sha256).hexdigest()
        kept = self._kept_key_check()
        if kept is None:
            with self.writing() as connection:
                connection.execute("INSERT OR IGNORE INTO author_key_check VALUES (1, ?)", (value,))
            kept = self._kept_key_check()
        if kept != value:
            raise StoreError(
                f"Databasen {self.path} är gjord med en annan nyckel än den author.key som ligger "
                "bredvid. Lägg tillbaka rätt nyckel från säkerhetskopian; med en annan blir samma "
                "skribent två olika."
            )

    def _kept_key_check(self) -> str | None:
        row = self.connection.execute("SELECT value FROM author_key_check").fetchone()
        return None if row is None else str(row[0])

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
