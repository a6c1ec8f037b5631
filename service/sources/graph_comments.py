"""Comments from Meta Graph API, of Facebook and Instagram, with the replies nested in them.

Which post they belong to stands in their ids, their links, the links to other pages, or
nowhere; then whoever imports must say it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import Field

from nlp.vocabulary import Channel
from service.errors import FileRefused
from service.sources import fields, links, times
from service.sources.fields import Count, FieldUnreadable, Identifier, Payload
from service.sources.file import SourceFile
from service.sources.graph import (
    Member,
    Person,
    Reference,
    channel_of,
    holds_comments,
    members,
    nested_members,
)
from service.sources.links import PostLink
from service.sources.probe import Probe
from service.sources.raw import ImportOptions, Place, RawComment, RawPost, Record

_PERSON_TAGS: Final = frozenset({"user", None})
"""Other tags are pages and events, whose names are no one's."""


class Tag(Payload):
    """A name that is marked in a text, at a place counted in UTF-16 units."""

    name: str | None = None
    type: str | None = None
    offset: Count = 0
    length: Count = 0


class GraphComment(Payload):
    """The fields of a comment that are used, by their names on both networks."""

    id: Identifier | None = None
    created_time: int | str | None = None
    timestamp: int | str | None = None
    message: str | None = None
    text: str | None = None
    author: Annotated[Person | None, Field(alias="from")] = None
    username: str | None = None
    like_count: Count | None = None
    parent: Reference | None = None
    parent_id: Identifier | None = None
    under: Annotated[Reference | None, Field(alias="object")] = None
    media: Reference | None = None
    permalink_url: str | None = None
    is_hidden: bool | None = None
    hidden: bool | None = None
    attachment: dict[str, object] | None = None
    message_tags: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True)
class _Import:
    """What holds for all comments of one file."""

    file_name: str
    options: ImportOptions
    posts: dict[str, RawPost] = field(default_factory=dict)
    """Those already told of, by each of their names."""


def recognises(probe: Probe) -> bool:
    """Objects with the keys of comments."""
    return holds_comments(probe) is True


def records(file: SourceFile, options: ImportOptions) -> Iterator[Record]:
    """Each comment and its replies, before them the post when it is new in this file."""
    context = _Import(file.name, options)
    for member in members(file):
        yield from _thread(member, None, context)


def comments_under(
    post: RawPost, member: Member, *, file_name: str, options: ImportOptions
) -> Iterator[Record]:
    """The comments that came inside their post."""
    context = _Import(file_name, options)
    _remember(post, context)
    for comment in nested_members(member, "comments"):
        yield from _thread(comment, post, context)


def _thread(first: Member, under: RawPost | None, context: _Import) -> Iterator[Record]:
    """A comment and all that lies under it, each after what it answers."""
    waiting: list[tuple[Member, str | None]] = [(first, None)]
    while waiting:
        member, parent_id = waiting.pop()
        own_id = None
        try:
            channel = channel_of(member.mapping())
            payload = fields.validated(GraphComment, member.value, path=member.path)
            link = links.read_link(payload.permalink_url or "")
            post = under or _post(payload, channel, link, member, context)
            comment = _comment(payload, post, link, parent_id, member.path, context.options)
            own_id = comment.id
            if post.id not in context.posts:
                _remember(post, context)
                yield post
            yield comment
        except FieldUnreadable as unreadable:
            yield unreadable.rejection()
        # The replies to a comment that could not be read are comments all the same.
        replies = [*nested_members(member, "comments"), *nested_members(member, "replies")]
        waiting.extend((reply, own_id) for reply in reversed(replies))


def _comment(
    payload: GraphComment,
    post: RawPost,
    link: PostLink | None,
    parent_id: str | None,
    path: str,
    options: ImportOptions,
) -> RawComment:
    text = payload.message if payload.message is not None else payload.text
    if text is None and payload.attachment is None:
        raise FieldUnreadable(f"{path}.message", "saknas; hämta kommentarerna med det fältet")
    written = payload.created_time or payload.timestamp
    if written is None:
        raise FieldUnreadable(f"{path}.created_time", "saknas")
    author = payload.author or Person()
    zone = times.zone_named(options.timezone)
    created = fields.moment(written, f"{path}.created_time", zone=zone)
    return RawComment(
        place=Place(None, path or None),
        channel=post.channel,
        post_id=post.id,
        id=payload.id or _id_in_link(link, reply=True),
        parent_id=_parent(payload, link) or parent_id,
        author_id=author.id,
        author_name=author.name or author.username or payload.username,
        # Another id may still be another of the organisation's accounts, so it says nothing.
        from_organisation=True if author.id and author.id == post.account_id else None,
        created=created.at,
        wall_clock=created.wall_clock,
        text=fields.bounded(text or "", f"{path}.message"),
        likes=payload.like_count,
        is_hidden=payload.hidden if payload.is_hidden is None else payload.is_hidden,
        tagged_names=_tagged(payload.message_tags, text or ""),
    )


def _parent(payload: GraphComment, link: PostLink | None) -> str | None:
    if payload.parent is not None:
        return payload.parent.id
    if payload.parent_id is not None:
        return payload.parent_id
    return _id_in_link(link, reply=False) if link and link.reply_id else None


def _id_in_link(link: PostLink | None, *, reply: bool) -> str | None:
    """The id that Graph API gives a comment, put together from its link."""
    if link is None or link.comment_id is None:
        return None
    own = link.reply_id if reply and link.reply_id else link.comment_id
    return f"{link.post_id}_{own}"


def _tagged(tags: tuple[Tag, ...], text: str) -> tuple[str, ...]:
    """The names of tagged people, whole and as the text has them."""
    names: dict[str, None] = {}
    units = text.encode("utf-16-le")
    for tag in tags:
        if tag.name and tag.type in _PERSON_TAGS:
            part = units[2 * tag.offset : 2 * (tag.offset + tag.length)]
            shown = part.decode("utf-16-le", errors="ignore")
            names[tag.name] = None
            if shown and shown in tag.name:
                names[shown] = None
    return tuple(names)


def _post(
    payload: GraphComment,
    channel: Channel,
    link: PostLink | None,
    member: Member,
    context: _Import,
) -> RawPost:
    """The post of a comment, by the first of its names that the file has."""
    page = member.page.object_id if member.page and member.page.edge == "comments" else None
    if channel is Channel.INSTAGRAM:
        names = [payload.media.id if payload.media else None, page]
    else:
        prefix = payload.id.rpartition("_")[0] if payload.id else None
        reference = payload.under.id if payload.under else None
        names = [prefix, link.full_id if link else None, reference, page]
    names.append(context.options.post_id)
    split = [links.page_and_post(name) for name in names if name]
    if not split:
        raise FileRefused(
            f"{context.file_name} säger inte vilket inlägg kommentarerna hör till. "
            "Ange inläggets id med --post."
        )
    short = split[0][1]
    account = next(
        (of for of, post in split if of and post == short), link.page_id if link else None
    )
    known = context.posts.get(short)
    if known is not None and (known.account_id or not account):
        return known
    post_id = f"{account}_{short}" if account else short
    return RawPost(
        place=Place(None, member.path or None),
        channel=channel,
        id=post_id,
        aliases=links.aliases_of(post_id, link.post_id if link else None),
        account_id=account,
        account_name=context.options.account,
    )


def _remember(post: RawPost, context: _Import) -> None:
    for name in (post.id, *post.aliases):
        context.posts[name] = post
