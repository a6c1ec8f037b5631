"""Takes in the posts and comments of one file, all or nothing, and counts what became of them.

Each row is joined with what is known already (see rows.py), so importing again changes nothing
and the order of files does not matter.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from nlp.vocabulary import AuthorKey, Channel, HandleKey
from service.errors import NotFound
from service.store.comments import CommentShelf
from service.store.database import Store
from service.store.inputs import settle_inputs
from service.store.posts import Outcome, PostShelf
from service.store.rows import CommentRow, PostRow
from service.store.threads import load_thread


@dataclass(slots=True, kw_only=True)
class IntakeCounts:
    """What became of the rows of one file; read = new + updated + unchanged + rejected."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0

    def count(self, outcome: Outcome) -> None:
        """Count one row that was taken in."""
        match outcome:
            case Outcome.NEW:
                self.new += 1
            case Outcome.UPDATED:
                self.updated += 1
            case Outcome.UNCHANGED:
                self.unchanged += 1

    @property
    def read(self) -> int:
        """All rows that were met."""
        return self.new + self.updated + self.unchanged + self.rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A row that was turned away or that a person should look at; Swedish, never a text."""

    kind: str  # "rejected" or "remark"
    row: int | None
    column: str | None
    reason: str


class Intake:
    """One file on its way into the store, inside one transaction."""

    def __init__(self, connection: sqlite3.Connection, import_id: int) -> None:
        self.import_id = import_id
        self.counts = IntakeCounts()
        self._connection = connection
        self._comments = CommentShelf(connection, import_id)
        self._posts = PostShelf(connection, move_comments=self._comments.move)

    @property
    def other_texts(self) -> Collection[str]:
        """External ids of comments that came with another text than they had."""
        return self._comments.other_texts

    def add_own_author(self, channel: Channel, key: AuthorKey | HandleKey) -> None:
        """Remember that this author writes for the organisation on that channel."""
        self._comments.add_own_author(channel, key)

    def add_post(self, row: PostRow) -> None:
        """Join one telling of a post with what is known; count it."""
        self.counts.count(self._posts.join(row))

    def add_comments(self, rows: Sequence[tuple[Channel, str, CommentRow]]) -> None:
        """Join tellings of comments with what is known; count each.

        Args:
            rows: In file order: the channel, any name of the post, and the comment.
        """
        placed = [
            ((channel, self._posts.post_of(channel, name)), row) for channel, name, row in rows
        ]
        for outcome in self._comments.join(placed):
            self.counts.count(outcome)

    def add_notes(self, notes: Iterable[Note]) -> None:
        """Keep rows that were turned away, and remarks, beside the import."""
        self._connection.executemany(
            "INSERT INTO import_note VALUES (?, ?, ?, ?, ?)",
            ((self.import_id, n.kind, n.row, n.column, n.reason) for n in notes),
        )

    def finish(self) -> Collection[int]:
        """Settle what only the whole file can tell, and write the counts.

        Returns:
            The posts that are not what they were; some may have become part of others.
        """
        self._comments.settle_own_authors()
        self._connection.execute(
            "UPDATE import SET read = ?, new = ?, updated = ?, unchanged = ?, rejected = ? "
            "WHERE import_id = ?",
            (
                self.counts.read,
                self.counts.new,
                self.counts.updated,
                self.counts.unchanged,
                self.counts.rejected,
                self.import_id,
            ),
        )
        return self._comments.changed | self._posts.changed


@contextmanager
def intake(
    store: Store,
    *,
    file_name: str,
    file_sha256: str,
    source: str,
    timezone: str | None,
    started: str,
) -> Iterator[Intake]:
    """Open the way in for one file; any exception leaves the store as it was.

    Raises:
        StoreError: The database is locked, full or cannot be written.
    """
    with store.writing() as connection:
        cursor = connection.execute(
            "INSERT INTO import (file_name, file_sha256, source, timezone, started) "
            "VALUES (?, ?, ?, ?, ?)",
            (file_name, file_sha256, source, timezone, started),
        )
        import_id = cursor.lastrowid
        assert import_id is not None  # noqa: S101  an INSERT always has one; tells mypy
        current = Intake(connection, import_id)
        yield current
        for post_id in current.finish():
            with suppress(NotFound):
                settle_inputs(store, load_thread(store, post_id))


def known_handles(store: Store) -> Iterator[HandleKey]:
    """The keyed names of everyone who has written a comment."""
    with store.guarded():
        for (handle,) in store.connection.execute(
            "SELECT DISTINCT handle_key FROM comment WHERE handle_key IS NOT NULL"
        ):
            yield HandleKey(handle)


def loose_ends(store: Store, import_ids: Sequence[int]) -> list[tuple[int, Note]]:
    """What a person should look at once all files are in, and keep it beside each import.

    A comment whose parent has not been met, and one that is older than its post: the first may
    have been deleted, the second mostly means that a time zone is wrong.
    """
    marks = ", ".join("?" * len(import_ids))
    notes: list[tuple[int, Note]] = []
    with store.writing() as connection:
        orphans = connection.execute(
            f"""
            SELECT import_id, external_id, parent_external_id FROM comment
            WHERE import_id IN ({marks}) AND parent_external_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM comment AS parent WHERE parent.post_id = comment.post_id
                AND parent.external_id = comment.parent_external_id)
            ORDER BY comment_id
            """,  # noqa: S608
            tuple(import_ids),
        )
        for import_id, external_id, parent_id in orphans:
            reason = (
                f"Kommentar {external_id} svarar på {parent_id}, som inte finns i någon inläst "
                "fil. Den är inläst och visas utan sitt sammanhang; läs in filen med "
                f"{parent_id} om den finns."
            )
            notes.append((import_id, Note(kind="remark", row=None, column=None, reason=reason)))
        early = connection.execute(
            f"""
            SELECT comment.import_id, comment.external_id, comment.created, post.published, CASE
                WHEN NOT created_is_exact THEN 'kommentarens fil på nytt med --timezone'
                WHEN NOT published_is_exact THEN 'inläggets fil på nytt med --timezone' END
            FROM comment JOIN post USING (post_id)
            WHERE comment.import_id IN ({marks}) AND comment.created < post.published
            ORDER BY comment_id
            """,  # noqa: S608
            tuple(import_ids),
        )
        for import_id, external_id, created, published, advice in early:
            cause = (
                "båda tiderna är angivna med tidszon, så felet ligger i filerna"
                if advice is None
                else f"troligen är en antagen tidszon fel, läs in {advice}"
            )
            reason = (
                f"Kommentar {external_id} är skriven {created}, före sitt inlägg ({published}). "
                f"Den är inläst; {cause}."
            )
            notes.append((import_id, Note(kind="remark", row=None, column=None, reason=reason)))
        connection.executemany(
            "INSERT INTO import_note VALUES (?, ?, ?, ?, ?)",
            ((import_id, n.kind, n.row, n.column, n.reason) for import_id, n in notes),
        )
    return notes
