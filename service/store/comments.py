"""Keeps comments, each once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from nlp.vocabulary import AuthorKey, Channel, HandleKey
from service.store.posts import Outcome
from service.store.rows import CommentRow, are_different_texts, merge_comments

VARIABLES_AT_ONCE: Final = 900
"""Below SQLite's oldest limit of 999 bound variables in a statement."""

COMMENT_COLUMNS: Final = (
    "external_id",
    "id_is_derived",
    "parent_external_id",
    "author_key",
    "handle_key",
    "said_ours",
    "created",
    "created_is_exact",
    "edited",
    "text",
    "text_identity",
    "likes",
    "is_hidden",
    "mask_kinds",
)

_Key = tuple[str, int]
"""External id and post: exports may number the comments of each post from one."""


def _chunks(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), VARIABLES_AT_ONCE):
        yield items[start : start + VARIABLES_AT_ONCE]


def _comment_values(row: CommentRow) -> tuple[object, ...]:
    return (
        row.external_id,
        int(row.id_is_derived),
        row.parent_external_id,
        row.author_key,
        row.handle_key,
        None if row.said_ours is None else int(row.said_ours),
        row.created,
        int(row.created_is_exact),
        row.edited,
        row.text,
        row.text_identity,
        row.likes,
        int(row.is_hidden or False),
        row.mask_kinds,
    )


def _comment_row(values: Sequence[object]) -> CommentRow:
    named = dict(zip(COMMENT_COLUMNS, values, strict=True))
    said = named["said_ours"]
    return CommentRow(
        external_id=str(named["external_id"]),
        id_is_derived=bool(named["id_is_derived"]),
        parent_external_id=_text_or_none(named["parent_external_id"]),
        author_key=None if named["author_key"] is None else AuthorKey(str(named["author_key"])),
        handle_key=None if named["handle_key"] is None else HandleKey(str(named["handle_key"])),
        said_ours=None if said is None else bool(said),
        created=str(named["created"]),
        created_is_exact=bool(named["created_is_exact"]),
        edited=_text_or_none(named["edited"]),
        text=str(named["text"]),
        text_identity=str(named["text_identity"]),
        likes=None if named["likes"] is None else int(str(named["likes"])),
        is_hidden=bool(named["is_hidden"]),
        mask_kinds=str(named["mask_kinds"]),
    )


def _text_or_none(value: object) -> str | None:
    return None if value is None else str(value)


class CommentShelf:
    """The comments of the store, inside one transaction."""

    def __init__(self, connection: sqlite3.Connection, import_id: int) -> None:
        self.other_texts: dict[str, None] = {}
        """External ids, in order, of comments that came with another text than they had."""
        self.changed: set[int] = set()
        """Posts whose comments are others than before."""
        self._connection = connection
        self._import_id = import_id
        self._own = {
            (channel, key)
            for channel, key in connection.execute("SELECT channel, author_key FROM own_author")
        }
        self._own_is_new = False

    def add_own_author(self, channel: Channel, key: AuthorKey | HandleKey) -> None:
        """Remember that this author writes for the organisation on that channel."""
        if (channel.value, key) in self._own:
            return
        self._own.add((channel.value, key))
        self._own_is_new = True
        self._connection.execute("INSERT INTO own_author VALUES (?, ?)", (channel.value, key))

    def join(self, placed: Sequence[tuple[tuple[Channel, int], CommentRow]]) -> list[Outcome]:
        """Join tellings of comments with what is known.

        Args:
            placed: For each comment, in file order, its channel and post, and its row.

        Returns:
            What became of each.
        """
        keys = [(row.external_id, post_id) for (_, post_id), row in placed]
        known = self._known_comments({external_id for external_id, _ in keys})
        inserts: dict[_Key, CommentRow] = {}
        updates: dict[_Key, CommentRow] = {}
        dirty: set[int] = set()
        outcomes: list[Outcome] = []
        for key, (_, row) in zip(keys, placed, strict=True):
            before = inserts.get(key) or updates.get(key)
            if before is None and key in known:
                before = known[key][1]
            if before is None:
                inserts[key] = row
                outcomes.append(Outcome.NEW)
                dirty.add(key[1])
                continue
            if are_different_texts(before, row):
                self.other_texts[row.external_id] = None
            joined = merge_comments(before, row)
            if joined == before:
                outcomes.append(Outcome.UNCHANGED)
                continue
            outcomes.append(Outcome.UPDATED)
            (inserts if key in inserts else updates)[key] = joined
            dirty.add(key[1])
        channels = {post_id: channel.value for (channel, post_id), _ in placed}
        self._write_comments(inserts, updates, known, channels)
        self._mark_dirty(dirty)
        return outcomes

    def settle_own_authors(self) -> None:
        """Find out who writes for the organisation, now that the whole file is known."""
        if not self._own_is_new:
            return
        changed = self._connection.execute(
            """
            UPDATE comment SET from_organisation = 1
            WHERE said_ours IS NULL AND from_organisation = 0 AND EXISTS (
                SELECT 1 FROM own_author AS own JOIN post USING (channel)
                WHERE post.post_id = comment.post_id
                  AND own.author_key IN (comment.author_key, comment.handle_key))
            RETURNING post_id
            """
        ).fetchall()
        self._mark_dirty({post_id for (post_id,) in changed})

    def _mark_dirty(self, posts: set[int]) -> None:
        """Let the posts be read and scored again."""
        self.changed |= posts
        self._connection.executemany(
            "UPDATE post SET is_dirty = 1 WHERE post_id = ? AND is_dirty = 0",
            [(post_id,) for post_id in posts],
        )

    def move(self, source: int, target: int) -> None:
        """Give the comments of one post to another; the same comment in both becomes one."""
        columns = ", ".join(f"c.{column}" for column in COMMENT_COLUMNS)
        (channel,) = self._connection.execute(
            "SELECT channel FROM post WHERE post_id = ?", (target,)
        ).fetchone()
        clashes = self._connection.execute(
            f"""
            SELECT c.comment_id, kept.comment_id, {columns} FROM comment AS c
            JOIN comment AS kept ON kept.external_id = c.external_id AND kept.post_id = ?
            WHERE c.post_id = ?
            """,  # noqa: S608
            (target, source),
        ).fetchall()
        for moved_id, kept_id, *values in clashes:
            kept = self._connection.execute(
                f"SELECT {', '.join(COMMENT_COLUMNS)} FROM comment WHERE comment_id = ?",  # noqa: S608
                (kept_id,),
            ).fetchone()
            moved = _comment_row(values)
            # Which of the two was told last is not known, and no row tells "not hidden" from
            # "nobody has said": hidden by either is hidden.
            moved = replace(moved, is_hidden=moved.is_hidden or None)
            joined = merge_comments(_comment_row(kept), moved)
            self._connection.execute(
                "UPDATE review SET comment_id = ? WHERE comment_id = ?", (kept_id, moved_id)
            )
            self._connection.execute(
                "UPDATE rating_review SET comment_id = ? WHERE comment_id = ?", (kept_id, moved_id)
            )
            self._connection.execute(
                "UPDATE OR IGNORE drawn SET comment_id = ? WHERE comment_id = ?",
                (kept_id, moved_id),
            )
            # A word names the replies that it was said of, with a space between.
            self._connection.execute(
                "UPDATE rating_review SET beside = "
                "TRIM(REPLACE(' ' || beside || ' ', ' ' || ? || ' ', ' ' || ? || ' ')) "
                "WHERE ' ' || beside || ' ' LIKE '% ' || ? || ' %'",
                (moved_id, kept_id, moved_id),
            )
            self._connection.execute("DELETE FROM comment WHERE comment_id = ?", (moved_id,))
            self._update_comments([(joined, kept_id, channel)])
        self._connection.execute(
            "UPDATE comment SET post_id = ? WHERE post_id = ?", (target, source)
        )

    def _known_comments(self, external_ids: set[str]) -> dict[_Key, tuple[int, CommentRow]]:
        known = {}
        columns = ", ".join(COMMENT_COLUMNS)
        for chunk in _chunks(sorted(external_ids)):
            marks = ", ".join("?" * len(chunk))
            for comment_id, post_id, *values in self._connection.execute(
                f"SELECT comment_id, post_id, {columns} FROM comment "  # noqa: S608
                f"WHERE external_id IN ({marks})",
                chunk,
            ):
                row = _comment_row(values)
                known[row.external_id, post_id] = (comment_id, row)
        return known

    def _write_comments(
        self,
        inserts: dict[_Key, CommentRow],
        updates: dict[_Key, CommentRow],
        known: dict[_Key, tuple[int, CommentRow]],
        channels: dict[int, str],
    ) -> None:
        columns = ", ".join(COMMENT_COLUMNS)
        marks = ", ".join("?" * (len(COMMENT_COLUMNS) + 3))
        self._connection.executemany(
            f"INSERT INTO comment ({columns}, post_id, from_organisation, import_id) "  # noqa: S608
            f"VALUES ({marks})",
            (
                (
                    *_comment_values(row),
                    post_id,
                    int(self._is_ours(row, channels[post_id])),
                    self._import_id,
                )
                for (_, post_id), row in inserts.items()
            ),
        )
        self._update_comments(
            [(row, known[key][0], channels[key[1]]) for key, row in updates.items()]
        )

    def _is_ours(self, row: CommentRow, channel: str) -> bool:
        if row.said_ours is not None:
            return row.said_ours
        return (channel, row.author_key) in self._own or (channel, row.handle_key) in self._own

    def _update_comments(self, rows: Sequence[tuple[CommentRow, int, str]]) -> None:
        """Write joined rows: each with its comment number and its channel."""
        assignments = ", ".join(f"{column} = ?" for column in COMMENT_COLUMNS)
        self._connection.executemany(
            f"UPDATE comment SET {assignments}, from_organisation = ? "  # noqa: S608
            "WHERE comment_id = ?",
            [
                (
                    *_comment_values(row),
                    int(self._is_ours(row, channel)),
                    comment_id,
                )
                for row, comment_id, channel in rows
            ],
        )
