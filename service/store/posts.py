"""Keeps posts under all their names, so that texts and figures from different files meet."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from enum import Enum, auto
from typing import Final

from nlp.vocabulary import Channel, PostMetrics
from service.store.migrations import METRIC_COLUMNS
from service.store.rows import PostRow, merge_posts

POST_COLUMNS: Final = (
    "channel",
    "external_id",
    "is_stand_in",
    "account_external_id",
    "account_name",
    "text",
    "published",
    "published_is_exact",
    "permalink",
    *METRIC_COLUMNS,
)


class Outcome(Enum):
    """What one telling of a post or comment did to the store."""

    NEW = auto()
    UPDATED = auto()
    UNCHANGED = auto()


def _post_values(row: PostRow) -> tuple[object, ...]:
    return (
        row.channel.value,
        row.external_id,
        int(row.is_stand_in),
        row.account_external_id,
        row.account_name,
        row.text,
        row.published,
        int(row.published_is_exact),
        row.permalink,
        *(getattr(row.metrics, column) for column in METRIC_COLUMNS),
    )


class PostShelf:
    """The posts of the store, inside one transaction."""

    def __init__(
        self, connection: sqlite3.Connection, *, move_comments: Callable[[int, int], None]
    ) -> None:
        """Stand on an open transaction.

        Args:
            connection: The open transaction's connection.
            move_comments: Called with (from, to) when two posts turn out to be one.
        """
        self.changed: set[int] = set()
        """Posts of which more is known than before."""
        self._connection = connection
        self._move_comments = move_comments
        self._post_ids: dict[tuple[str, str], int] = {}

    def join(self, row: PostRow) -> Outcome:
        """Join one telling of a post with what is known."""
        known = self._known_posts(row)
        if not known:
            self._insert_post(row)
            return Outcome.NEW
        first, *others = sorted(known)
        before = self._load_post(first)
        joined = merge_posts(before, row)
        for other in others:
            joined = merge_posts(joined, self._load_post(other))
            self._absorb(other, first)
        if joined == before:
            return Outcome.UNCHANGED
        self._update_post(first, joined)
        # Nobody has counted a stand-in yet: it becomes known now.
        return Outcome.NEW if before.is_stand_in and not others else Outcome.UPDATED

    def post_of(self, channel: Channel, name: str) -> int:
        """The post with that name; a stand-in is made for a post not yet told of."""
        key = (channel.value, name)
        if key in self._post_ids:
            return self._post_ids[key]
        stand_in = PostRow(
            channel=channel, external_id=name, names=frozenset({name}), is_stand_in=True
        )
        known = self._known_posts(stand_in)
        post_id = min(known) if known else self._insert_post(stand_in)
        self._post_ids[key] = post_id
        return post_id

    def _absorb(self, source: int, target: int) -> None:
        """Two posts turned out to be one: the second hands over its comments and goes."""
        self._move_comments(source, target)
        self._connection.execute(
            "UPDATE post_name SET post_id = ? WHERE post_id = ?", (target, source)
        )
        self._connection.execute(
            "UPDATE rating_review SET post_id = ? WHERE post_id = ?", (target, source)
        )
        self._connection.execute("DELETE FROM post WHERE post_id = ?", (source,))

    def _known_posts(self, row: PostRow) -> set[int]:
        names = sorted(row.names)
        marks = ", ".join("?" * len(names))
        found = self._connection.execute(
            f"SELECT post_id FROM post_name WHERE channel = ? AND name IN ({marks})",  # noqa: S608
            (row.channel.value, *names),
        )
        return {post_id for (post_id,) in found}

    def _insert_post(self, row: PostRow) -> int:
        marks = ", ".join("?" * len(POST_COLUMNS))
        cursor = self._connection.execute(
            f"INSERT INTO post ({', '.join(POST_COLUMNS)}) VALUES ({marks})",  # noqa: S608
            _post_values(row),
        )
        post_id = cursor.lastrowid
        assert post_id is not None  # noqa: S101  an INSERT always has one; tells mypy
        self._write_names(post_id, row)
        return post_id

    def _update_post(self, post_id: int, row: PostRow) -> None:
        assignments = ", ".join(f"{column} = ?" for column in POST_COLUMNS)
        self._connection.execute(
            f"UPDATE post SET {assignments}, is_dirty = 1 WHERE post_id = ?",  # noqa: S608
            (*_post_values(row), post_id),
        )
        self._write_names(post_id, row)
        self.changed.add(post_id)

    def _write_names(self, post_id: int, row: PostRow) -> None:
        self._connection.executemany(
            "INSERT INTO post_name VALUES (?, ?, ?) "
            "ON CONFLICT (channel, name) DO UPDATE SET post_id = excluded.post_id",
            [(row.channel.value, name, post_id) for name in sorted(row.names)],
        )
        for name in row.names:
            self._post_ids[row.channel.value, name] = post_id

    def _load_post(self, post_id: int) -> PostRow:
        cursor = self._connection.execute(
            f"SELECT {', '.join(POST_COLUMNS)} FROM post WHERE post_id = ?",  # noqa: S608
            (post_id,),
        )
        named = dict(zip(POST_COLUMNS, cursor.fetchone(), strict=True))
        names = self._connection.execute("SELECT name FROM post_name WHERE post_id = ?", (post_id,))
        return PostRow(
            channel=Channel(named["channel"]),
            external_id=named["external_id"],
            names=frozenset(name for (name,) in names),
            is_stand_in=bool(named["is_stand_in"]),
            account_external_id=named["account_external_id"],
            account_name=named["account_name"],
            text=named["text"],
            published=named["published"],
            published_is_exact=bool(named["published_is_exact"]),
            permalink=named["permalink"],
            metrics=PostMetrics(**{column: named[column] for column in METRIC_COLUMNS}),
        )
