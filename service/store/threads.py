"""Hands out whole threads, for reading and for showing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from nlp.reviews import ThreadReview
from nlp.vocabulary import (
    AuthorKey,
    Channel,
    Comment,
    CommentId,
    HandleKey,
    Post,
    PostId,
    PostMetrics,
    Thread,
)
from service.errors import NotFound
from service.store.database import Store
from service.store.migrations import METRIC_COLUMNS
from service.store.verdicts import load_review


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredThread:
    """A thread and the store's own numbers of its post and comments."""

    post_id: int
    thread: Thread
    comment_ids: Mapping[CommentId, int]
    hidden: frozenset[CommentId]
    review: ThreadReview
    """What people have said of it, as its texts stand."""


ACCOUNT_NAME = """
COALESCE(
    post.account_name,
    (SELECT MAX(known.account_name) FROM post AS known
     WHERE known.channel = post.channel
       AND known.account_external_id = post.account_external_id),
    post.account_external_id,
    'okänt konto')
"""
"""SQL for the name of a post's account: its own, else one that another file tells of."""


def moment(text: str) -> datetime:
    """Read a stored time, ISO 8601 with Z."""
    return datetime.fromisoformat(text)


def unread_posts(store: Store, fingerprint: str) -> list[tuple[int, int]]:
    """Posts whose comments are not all read and scored by that pipeline version.

    Returns:
        (post number, how many comments it has), largest discussions last so that progress shows.
    """
    with store.guarded():
        found = store.connection.execute(
            """
            SELECT post.post_id, COUNT(comment.comment_id) AS comments
            FROM post LEFT JOIN comment USING (post_id)
            WHERE post.is_dirty = 1 OR post.scored_by IS NOT ?
            GROUP BY post.post_id ORDER BY comments, post.post_id
            """,
            (fingerprint,),
        )
        return [(int(post_id), int(count)) for post_id, count in found]


def load_thread(store: Store, post_id: int) -> StoredThread:
    """One post with its comments in time order.

    Raises:
        NotFound: There is no such post.
    """
    with store.guarded():
        metrics = ", ".join(f"post.{column}" for column in METRIC_COLUMNS)
        row = store.connection.execute(
            f"SELECT channel, {ACCOUNT_NAME}, external_id, text, published, permalink, {metrics} "  # noqa: S608
            "FROM post WHERE post_id = ?",
            (post_id,),
        ).fetchone()
        if row is None:
            raise NotFound(f"Det finns inget inlägg med nummer {post_id} i databasen.")
        channel, account, external_id, text, published, permalink, *figures = row
        comments, comment_ids, hidden = _load_comments(store, post_id)
        review = load_review(store, post_id, {n: name for name, n in comment_ids.items()})
    return StoredThread(
        post_id=post_id,
        thread=Thread(
            channel=Channel(channel),
            account=account,
            post=Post(
                id=PostId(external_id),
                text=text,
                published=None if published is None else moment(published),
                permalink=permalink,
                metrics=PostMetrics(**dict(zip(METRIC_COLUMNS, figures, strict=True))),
            ),
            comments=tuple(comments),
        ),
        comment_ids=comment_ids,
        hidden=hidden,
        review=review,
    )


def _load_comments(
    store: Store, post_id: int
) -> tuple[list[Comment], dict[CommentId, int], frozenset[CommentId]]:
    comments = []
    comment_ids: dict[CommentId, int] = {}
    hidden = set()
    for (
        comment_id,
        external_id,
        parent_id,
        author,
        handle,
        from_organisation,
        created,
        text,
        likes,
        is_hidden,
        mask_kinds,
    ) in store.connection.execute(
        """
        SELECT comment_id, external_id, parent_external_id, author_key, handle_key,
               from_organisation, created, text, likes, is_hidden, mask_kinds
        FROM comment WHERE post_id = ? ORDER BY created, external_id
        """,
        (post_id,),
    ):
        name = CommentId(external_id)
        comment_ids[name] = comment_id
        if is_hidden:
            hidden.add(name)
        comments.append(
            Comment(
                id=name,
                parent_id=None if parent_id is None else CommentId(parent_id),
                author=None if author is None else AuthorKey(author),
                handle=None if handle is None else HandleKey(handle),
                from_organisation=bool(from_organisation),
                created=moment(created),
                text=text,
                likes=likes,
                mask_kinds=frozenset(mask_kinds.split()),
            )
        )
    return comments, comment_ids, frozenset(hidden)
