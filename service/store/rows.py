"""Posts and comments as the store keeps them, and how two tellings of one become one.

Merging is a join: it does not matter in which order, or how often, files that overlap are
imported. That is why a counter keeps its highest value and a text its latest edit, rather than
whatever was imported last. Only whether a comment is hidden is as the last import has it: that
is no fact about the comment but a state, which changes to and fro.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime

from nlp.pseudonymise import MASK
from nlp.vocabulary import AuthorKey, Channel, HandleKey, PostMetrics


def utc_text(moment: datetime) -> str:
    """Write an aware UTC time as the store keeps it: ISO 8601, seconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


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
    created_is_exact: bool
    """False when the zone was assumed, said neither by the file nor by whoever imported it."""
    edited: str | None
    text: str = field(repr=False)
    text_identity: str
    """The same for every masking of a text, and later in order the longer the text; "" for rows
    from before it was kept."""
    likes: int | None
    is_hidden: bool | None
    """None when no file has said."""
    mask_kinds: str


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


def _text_rank(row: CommentRow) -> tuple[str, str, int, str]:
    # Of several maskings of a text the one that shows least, such as the one whose file marks
    # the names of people.
    shown = len(MASK.sub("", row.text))
    return (row.edited or "", row.text_identity, -shown, row.text)


def merge_comments(known: CommentRow, told: CommentRow) -> CommentRow:
    """Join what is known of a comment with one more telling of it.

    Commutative, associative and idempotent, in all but `is_hidden`, where what is told counts.
    """
    rows = (known, told)
    timed = min(rows, key=lambda row: (not row.created_is_exact, row.created))
    said = (known.said_ours, told.said_ours)
    return replace(
        max(rows, key=_text_rank),
        id_is_derived=known.id_is_derived and told.id_is_derived,
        parent_external_id=_first(known.parent_external_id, told.parent_external_id),
        author_key=_as_author(_first(known.author_key, told.author_key)),
        handle_key=_as_handle(_first(known.handle_key, told.handle_key)),
        said_ours=True if True in said else (False if False in said else None),
        created=timed.created,
        created_is_exact=timed.created_is_exact,
        likes=_highest(known.likes, told.likes),
        is_hidden=known.is_hidden if told.is_hidden is None else told.is_hidden,
    )


def are_different_texts(left: CommentRow, right: CommentRow) -> bool:
    """Whether two tellings of a comment differ in more than how much of the text is masked."""
    return left.text != right.text and left.text_identity != right.text_identity


def _as_author(key: str | None) -> AuthorKey | None:
    return None if key is None else AuthorKey(key)


def _as_handle(key: str | None) -> HandleKey | None:
    return None if key is None else HandleKey(key)
