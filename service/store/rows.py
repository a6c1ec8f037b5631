"""Posts and comments as the store keeps them, and how two tellings of one become one.

Merging is a join: it does not matter in which order, or how often, files that overlap are
imported. That is why a counter keeps its highest value and a text its latest edit, rather than
whatever was imported last.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime

from nlp.vocabulary import AuthorKey, Channel, HandleKey, PostMetrics


def utc_text(moment: datetime) -> str:
    """Write an aware UTC time as the store keeps it: ISO 8601, seconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def text_hash(text: str) -> str:
    """Short name of a text, for telling whether it has changed since it was read."""
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    """One telling of a post, or the sum of several. None is not known."""

    channel: Channel
    external_id: str
    names: frozenset[str]
    """All names of the post, `external_id` among them."""
    is_stand_in: bool = False
    """True while only comments have told of the post."""
    account_external_id: str | None = None
    account_name: str | None = None
    text: str = field(default="", repr=False)
    published: str | None = None
    published_is_exact: bool = False
    permalink: str | None = None
    metrics: PostMetrics = PostMetrics()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRow:
    """One telling of a comment, or the sum of several; text cleaned and pseudonymised."""

    external_id: str
    id_is_derived: bool
    parent_external_id: str | None
    author_key: AuthorKey | None
    handle_key: HandleKey | None
    said_ours: bool | None
    """What the file says of who wrote it; None when it does not say."""
    created: str
    edited: str | None
    text: str = field(repr=False)
    likes: int | None
    is_hidden: bool
    mask_kinds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupersededText:
    """A text that a comment has had, or has been said to have, beside the one that counts."""

    text_hash: str
    text: str = field(repr=False)


def _first(left: str | None, right: str | None) -> str | None:
    """Return the one that is known; of two different ones always the same."""
    if left is None or right is None:
        return left if right is None else right
    return min(left, right)


def _highest(left: int | None, right: int | None) -> int | None:
    if left is None or right is None:
        return left if right is None else right
    return max(left, right)


def _merge_metrics(left: PostMetrics, right: PostMetrics) -> PostMetrics:
    return PostMetrics(
        **{
            metric.name: _highest(getattr(left, metric.name), getattr(right, metric.name))
            for metric in fields(PostMetrics)
        }
    )


def merge_posts(left: PostRow, right: PostRow) -> PostRow:
    """Join two tellings of one post; commutative, associative and idempotent."""
    named = min(
        (left, right), key=lambda row: (row.is_stand_in, len(row.external_id), row.external_id)
    )
    # A time with a written zone beats one whose zone was assumed.
    timed = min(
        (left, right),
        key=lambda row: (row.published is None, not row.published_is_exact, row.published or ""),
    )
    return PostRow(
        channel=left.channel,
        external_id=named.external_id,
        names=left.names | right.names,
        is_stand_in=left.is_stand_in and right.is_stand_in,
        account_external_id=_first(left.account_external_id, right.account_external_id),
        account_name=_first(left.account_name, right.account_name),
        text=max(left.text, right.text, key=lambda text: (len(text), text)),
        published=timed.published,
        published_is_exact=timed.published_is_exact,
        permalink=_first(left.permalink, right.permalink),
        metrics=_merge_metrics(left.metrics, right.metrics),
    )


def _text_rank(row: CommentRow) -> tuple[str, int, str]:
    # Without a time of editing nothing tells which text is newer; the longer one loses least.
    return (row.edited or "", len(row.text), row.text)


def merge_comments(left: CommentRow, right: CommentRow) -> tuple[CommentRow, SupersededText | None]:
    """Join two tellings of one comment.

    Returns:
        The joined row, and the text that it does not carry when the two had different texts.
    """
    newer, older = (left, right) if _text_rank(right) <= _text_rank(left) else (right, left)
    said = (left.said_ours, right.said_ours)
    joined = replace(
        newer,
        id_is_derived=left.id_is_derived and right.id_is_derived,
        parent_external_id=_first(left.parent_external_id, right.parent_external_id),
        author_key=_as_author(_first(left.author_key, right.author_key)),
        handle_key=_as_handle(_first(left.handle_key, right.handle_key)),
        said_ours=True if True in said else (False if False in said else None),
        created=min(left.created, right.created),
        likes=_highest(left.likes, right.likes),
        is_hidden=left.is_hidden or right.is_hidden,
    )
    if newer.text == older.text:
        return joined, None
    return joined, SupersededText(text_hash=text_hash(older.text), text=older.text)


def _as_author(key: str | None) -> AuthorKey | None:
    return None if key is None else AuthorKey(key)


def _as_handle(key: str | None) -> HandleKey | None:
    return None if key is None else HandleKey(key)
