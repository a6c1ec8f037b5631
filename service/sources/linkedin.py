"""LinkedIn comments as socialActions answers. Times are milliseconds.

The file names neither people nor pages, and does not say whose the post is: a page that comments
is the organisation only when --account gives that page's id.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import Field

from nlp.vocabulary import Channel
from service.sources import fields, json_values, links
from service.sources.fields import Count, FieldUnreadable, Identifier, Payload
from service.sources.file import SourceFile
from service.sources.probe import Probe
from service.sources.raw import ImportOptions, Place, RawComment, RawPost, Record, Remark

_PAGE: Final = "urn:li:organization:"
_PERSON: Final = "urn:li:person:"


class Stamp(Payload):
    """When, in milliseconds since 1970."""

    time: int


class Attribute(Payload):
    """A marked part of a text."""

    start: Count = 0
    length: Count = 0
    value: dict[str, object] | None = None

    @property
    def is_of_member(self) -> bool:
        """Whether a person is marked, rather than a company or hashtag."""
        return any("member" in kind.casefold() for kind in self.value or ())


class Message(Payload):
    """The text and what is marked in it."""

    text: str = ""
    attributes: tuple[Attribute, ...] = ()


class Likes(Payload):
    """How many like a comment."""

    total: Annotated[Count | None, Field(alias="aggregatedTotalLikes")] = None


class LinkedInComment(Payload):
    """The fields of a comment that are used."""

    id: Identifier
    actor: Identifier | None = None
    created: Stamp
    changed: Annotated[Stamp | None, Field(alias="lastModified")] = None
    message: Message
    post: Annotated[Identifier, Field(alias="object")]
    parent: Annotated[str | None, Field(alias="parentComment")] = None
    likes: Annotated[Likes | None, Field(alias="likesSummary")] = None
    content: tuple[object, ...] = ()


def recognises(probe: Probe) -> bool:
    """Elements with an actor and a message."""
    return probe.has("elements.item", "actor", "message")


def records(file: SourceFile, options: ImportOptions) -> Iterator[Record]:
    """Each comment, before it the post when it is new in this file."""
    json_values.check(file)
    own_page = _page_id(options)
    has_unknown_page = False
    seen: set[str] = set()
    for index, value in enumerate(json_values.values(file, "elements.item")):
        path = f"elements[{index}]"
        try:
            comment = _comment(value, path)
        except FieldUnreadable as unreadable:
            yield unreadable.rejection()
            continue
        if comment.post_id not in seen:
            seen.add(comment.post_id)
            yield RawPost(
                place=comment.place,
                channel=Channel.LINKEDIN,
                id=comment.post_id,
                aliases=links.aliases_of(comment.post_id, comment.post_id.rpartition(":")[2]),
                account_id=own_page,
                account_name=options.account if own_page is None else None,
            )
        has_unknown_page |= own_page is None and (comment.author_id or "").startswith(_PAGE)
        yield comment
    if has_unknown_page:
        yield Remark(
            place=Place(),
            text="Filen har kommentarer från företagssidor och säger inte vilken som är "
            "organisationens. Läs in filen på nytt med --account och sidans id, till exempel "
            f"{_PAGE}12345; annars räknas de som andras.",
        )


def _page_id(options: ImportOptions) -> str | None:
    """The organisation's page as an actor, when the account is given by its id."""
    number = (options.account or "").strip().removeprefix(_PAGE)
    return f"{_PAGE}{number}" if number.isdecimal() else None


def _comment(value: object, path: str) -> RawComment:
    comment = fields.validated(LinkedInComment, value, path=path)
    text = comment.message.text
    if not text and not comment.content:
        raise FieldUnreadable(f"{path}.message.text", "är tomt")
    created = fields.moment(comment.created.time, f"{path}.created.time").at
    changed = created
    if comment.changed is not None:
        changed = fields.moment(comment.changed.time, f"{path}.lastModified.time").at
    return RawComment(
        place=Place(None, path),
        channel=Channel.LINKEDIN,
        post_id=comment.post,
        id=comment.id,
        # urn:li:comment:(urn:li:activity:700,6635) answers comment 6635.
        parent_id=comment.parent.rpartition(",")[2].rstrip(")") if comment.parent else None,
        author_id=comment.actor,
        # A page may be anybody's; the post's account decides.
        from_organisation=False if (comment.actor or "").startswith(_PERSON) else None,
        created=created,
        text=fields.bounded(text, f"{path}.message.text"),
        likes=comment.likes.total if comment.likes else None,
        edited=changed if changed != created else None,
        tagged_names=tuple(
            text[mark.start : mark.start + mark.length]
            for mark in comment.message.attributes
            if mark.is_of_member and mark.length
        ),
    )
