"""Posts as rows of a list, and what there is to choose among."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from service.store.database import Store, swedish_key
from service.store.threads import ACCOUNT_NAME, moment


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


def list_posts(
    store: Store, *, account: str | None = None, channel: str | None = None
) -> list[ListedPost]:
    """All posts, those most recently written under first.

    Args:
        store: Where from.
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
            LEFT JOIN discussion_score USING (post_id)
            WHERE (?1 IS NULL OR named.account = ?1) AND (?2 IS NULL OR named.channel = ?2)
            GROUP BY named.post_id
            ORDER BY COALESCE(MAX(comment.created), named.published) DESC, named.post_id
            """,  # noqa: S608
            (account, channel),
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
