"""The exchange format, version 1, as it is written: one description for whoever reads it.

An import and an analysis differ in what they do about what does not fit, never in what fits:
an import leaves out a comment that does not, an analysis the whole file.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypedDict
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidationInfo
from pydantic.json_schema import WithJsonSchema
from pydantic_core import PydanticKnownError

from nlp.vocabulary import Channel
from service.sources import times
from service.sources.fields import (
    MAX_COMMENT_LENGTH,
    Count,
    FieldUnreadable,
    Identifier,
    Payload,
    bounded,
)

VERSION: Final = 1


class Said(TypedDict):
    """What the person says of a file, as pydantic's context; without it a time needs its zone."""

    zone: ZoneInfo | None


def _moment(value: object, info: ValidationInfo) -> times.Moment:
    if not isinstance(value, str):
        raise PydanticKnownError("string_type")
    said: Said | None = info.context
    try:
        return times.from_iso(value, zone=said["zone"] if said else None)
    except times.ZoneMissing as unreadable:
        # Only an import has a --timezone to advise.
        raise ValueError(str(unreadable) if said else times.ZONE_MISSING) from None
    except times.TimeUnreadable as unreadable:
        raise ValueError(str(unreadable)) from None


def _of_one_comment(text: str) -> str:
    try:
        return bounded(text, "text")
    except FieldUnreadable as unreadable:
        raise ValueError(unreadable.reason) from None


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


Moment = Annotated[
    times.Moment,
    PlainValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A time in ISO 8601 with its zone, or in the zone that is said of the file."""
_IdentifierOrEmpty = Annotated[Identifier | None, BeforeValidator(_empty_is_none)]


class ExchangeMetrics(Payload):
    """The network's own figures of a post; what is left out is unknown."""

    reach: Count | None = None
    views: Count | None = None
    reactions: Count | None = None
    comments: Count | None = None
    shares: Count | None = None
    link_clicks: Count | None = None
    clicks: Count | None = None
    saves: Count | None = None
    follows: Count | None = None


class ExchangePost(Payload):
    """What the organisation published."""

    id: Identifier
    text: str | None = Field(default=None, repr=False)
    published: Moment | None = None
    permalink: str | None = None
    metrics: ExchangeMetrics | None = None


class ExchangeComment(Payload):
    """One comment, by anyone."""

    id: Identifier
    parent_id: _IdentifierOrEmpty = None
    author: _IdentifierOrEmpty = Field(default=None, repr=False)
    from_organisation: bool | None = None
    """Left out, a comment is the organisation's when its author is called as the account is."""
    created: Moment
    text: Annotated[str, AfterValidator(_of_one_comment)] = Field(
        repr=False, json_schema_extra={"maxLength": MAX_COMMENT_LENGTH}
    )
    likes: Count | None = None


class ExchangeHead(Payload):
    """A line of the format less its comments."""

    version: Literal[1]
    channel: Channel
    account: str | None = None
    post: ExchangePost
