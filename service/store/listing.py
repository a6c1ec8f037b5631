"""Posts as rows of a list, and what there is to choose among."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from service.store.database import Store
from service.store.threads import ACCOUNT_NAME, moment

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPost:
    """One post and how lively it is under it."""

    post_id: int
    account: str
    channel: str
    text: str = field(repr=False)
    published: datetime | None
    comments: int
    """By people outside the organisation."""
    replies: int
    """By the organisation."""
    discussion_index: float | None


def known_groups(store: Store) -> tuple[list[str], list[str]]:
    """The accounts and the channels that there are posts of, in Swedish order."""
    with store.guarded():
        found = store.connection.execute(
            f"SELECT DISTINCT {ACCOUNT_NAME}, channel FROM post"  # noqa: S608
        ).fetchall()
    accounts, channels = ({row[place] for row in found} for place in (0, 1))
    return sorted(accounts, key=swedish_key), sorted(channels)


def first_moment(store: Store) -> datetime | None:
    """When the first post or comment was written; None in an empty store."""
    with store.guarded():
        (first,) = store.connection.execute(
            "SELECT MIN(at) FROM (SELECT MIN(published) AS at FROM post "
            "UNION ALL SELECT MIN(created) FROM comment)"
        ).fetchone()
    return None if first is None else moment(first)


def count_comments(
    store: Store, *, fingerprint: str, account: str | None = None, channel: str | None = None
) -> tuple[int, int]:
    """How many comments people outside the organisation have written, and how many are unread.

    Unread are those in threads that the pipeline version has not read and scored as they are now.
    """
    with store.guarded():
        written, unread = store.connection.execute(
            f"""
            WITH named AS (SELECT post.*, {ACCOUNT_NAME} AS account FROM post)
            SELECT COUNT(*), COALESCE(SUM(named.is_dirty = 1 OR named.scored_by IS NOT ?1), 0)
            FROM comment JOIN named USING (post_id)
            WHERE comment.from_organisation = 0
              AND (?2 IS NULL OR named.account = ?2) AND (?3 IS NULL OR named.channel = ?3)
            """,  # noqa: S608
            (fingerprint, account, channel),
        ).fetchone()
    return int(written), int(unread)


def list_posts(
    store: Store, *, fingerprint: str, account: str | None = None, channel: str | None = None
) -> list[ListedPost]:
    """All posts, those most recently written under first.

    Args:
        store: Where from.
        fingerprint: The pipeline version whose scores count.
        account: Only this account.
        channel: Only this channel.
    """
    with store.guarded():
        rows = store.connection.execute(
            f"""
            WITH named AS (SELECT post.*, {ACCOUNT_NAME} AS account FROM post)
            SELECT named.post_id, named.account, named.channel, named.text, named.published,
                   COUNT(CASE comment.from_organisation WHEN 0 THEN 1 END),
                   COUNT(CASE comment.from_organisation WHEN 1 THEN 1 END),
                   discussion_score.discussion_index
            FROM named
            LEFT JOIN comment USING (post_id)
            LEFT JOIN discussion_score
              ON discussion_score.post_id = named.post_id AND named.scored_by = ?1
            WHERE (?2 IS NULL OR named.account = ?2) AND (?3 IS NULL OR named.channel = ?3)
            GROUP BY named.post_id
            ORDER BY COALESCE(MAX(comment.created), named.published) DESC, named.post_id
            """,  # noqa: S608
            (fingerprint, account, channel),
        ).fetchall()
    return [
        ListedPost(
            post_id=post_id,
            account=name,
            channel=network,
            text=text,
            published=None if published is None else moment(published),
            comments=comments,
            replies=replies,
            discussion_index=index,
        )
        for post_id, name, network, text, published, comments, replies, index in rows
    ]
