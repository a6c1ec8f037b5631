"""What a source yields: posts and comments as exported, and what could not be read.

A raw comment lives in memory only. Its repr shows no text and no author, and the store has
no method that accepts it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from nlp.vocabulary import Channel, PostMetrics


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stood, as a person would look it up."""

    row: int | None = None
    """Row of a table or line of a JSONL file, from 1; None where a file has no rows."""
    column: str | None = None
    """Column header or JSON path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPost:
    """One post as a file tells of it; what the file does not say is None."""

    place: Place
    channel: Channel
    id: str
    id_is_derived: bool = False
    """True where the source has made the id of what the file says, such as a title that names a
    person: then it may not be stored as it is, since whoever guesses the title could check."""
    aliases: tuple[str, ...] = ()
    """Other names of the same post: an id without its page prefix, the id in its link."""
    account_id: str | None = None
    account_name: str | None = None
    text: str | None = field(default=None, repr=False)
    published: datetime | None = None  # aware, UTC
    published_is_exact: bool = True
    """False when the zone was assumed rather than written in the file."""
    permalink: str | None = None
    metrics: PostMetrics = PostMetrics()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawComment:
    """One comment as exported; in memory only."""

    place: Place
    channel: Channel
    post_id: str
    """Any name of the post; the store resolves aliases."""
    post_id_is_derived: bool = False
    """As the post's own id_is_derived."""
    id: str | None
    """None where the format has no comment ids; one is then derived, always the same way."""
    id_is_local: bool = False
    """True where the id, and the parent's, are numbers that hold within the file only: they tie
    replies to comments, and an id that holds in every file is derived."""
    parent_id: str | None = None
    author_id: str | None = field(default=None, repr=False)
    author_name: str | None = field(default=None, repr=False)
    from_organisation: bool | None = None
    """None when the file does not say; the account's own name or id then decides."""
    created: datetime  # aware, UTC
    wall_clock: datetime | None = None
    """The time as written, naive, where the file says no zone and `created` is one reading of it;
    None when the file is exact."""
    text: str = field(repr=False)
    likes: int | None = None
    edited: datetime | None = None
    is_hidden: bool | None = None
    """None when the file does not say."""
    tagged_names: tuple[str, ...] = field(default=(), repr=False)
    """Names of people tagged in the text, where the format marks them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """One row that could not be taken in, and why, in Swedish. Never holds the row's text."""

    place: Place
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something taken in that a person should look at, in Swedish. Never holds the row's text."""

    place: Place
    text: str


Record = RawPost | RawComment | Rejection | Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What the person who imports says about a file; None means what the format's rule says."""

    channel: Channel | None = None
    account: str | None = None
    post_id: str | None = None
    """The post that a file without post ids belongs to."""
    timezone: str | None = None
    """IANA name for times without an offset; each format has its own default."""
