"""What Meta's webhooks deliver of a feed, kept as files: whole deliveries or bare changes.

An event tells of one change. What needs the comment's text and does not carry it, such as a
removal, cannot be a comment and is told of instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Annotated, Final

from pydantic import Field

from nlp.vocabulary import Channel
from service.sources import fields, json_values, links, times
from service.sources.fields import FieldUnreadable, Identifier, Payload
from service.sources.file import SourceFile
from service.sources.graph import Person, Reference
from service.sources.probe import Probe, probe
from service.sources.raw import ImportOptions, Place, RawComment, RawPost, Record, Remark

_POST_ITEMS: Final = frozenset({"status", "post", "photo", "video", "share", "album"})
_WITHOUT_TEXT: Final[Mapping[str, str]] = {
    "remove": "har tagits bort på Facebook; har den lästs in förut ligger den kvar här",
    "hide": "har dolts på Facebook; hämta kommentaren på nytt för att det ska synas här",
    "unhide": "visas åter på Facebook; hämta kommentaren på nytt för att det ska synas här",
}


class PostReference(Payload):
    """The post that a change is under."""

    permalink_url: str | None = None


class FeedChange(Payload):
    """A change of a page's feed, or a comment on Instagram."""

    item: str | None = None
    verb: str = "add"
    id: Identifier | None = None
    comment_id: Identifier | None = None
    post_id: Identifier | None = None
    media: Reference | None = None
    parent_id: Identifier | None = None
    author: Annotated[Person | None, Field(alias="from")] = None
    sender_id: Identifier | None = None
    sender_name: str | None = None
    created_time: int | str | None = None
    message: str | None = None
    text: str | None = None
    photo: object = None
    video: object = None
    post: PostReference | None = None


class Change(Payload):
    """One change and the name of what changed."""

    field: str
    value: FeedChange


@dataclass(frozen=True, slots=True)
class _Event:
    """One change with what its delivery says around it."""

    path: str
    value: object = dataclass_field(repr=False)
    account_id: str | None = None
    time: int | str | None = None


def recognises(found: Probe) -> bool:
    """Entries with changes, or changes alone."""
    return (
        found.has("entry.item", "changes")
        or found.has("item.entry.item", "changes")
        or found.has("item", "field", "value")
    )


def records(file: SourceFile, options: ImportOptions) -> Iterator[Record]:
    """The comments and posts that were added or changed, before each comment its post."""
    count = json_values.check(file)
    level = "item" if "item" in probe(file).keys else ""
    told: set[str] = set()
    others = 0
    for index, delivery in enumerate(json_values.values(file, level)):
        for event in _events(delivery, f"[{index}]" if count > 1 or level else ""):
            try:
                change = fields.validated(Change, event.value, path=event.path)
                taken = _taken(change, event, options)
            except FieldUnreadable as unreadable:
                yield unreadable.rejection()
                continue
            others += not taken
            for record in taken:
                # A comment's post is told of once; a post that changes, every time.
                if isinstance(record, RawPost) and record.published is None:
                    if record.id in told:
                        continue
                    told.add(record.id)
                yield record
    if others:
        yield Remark(
            place=Place(),
            text=f"{others} händelser är varken kommentarer eller inlägg, till exempel "
            "reaktioner, och lästes inte.",
        )


def _events(delivery: object, path: str) -> Iterator[_Event]:
    entries = delivery.get("entry") if isinstance(delivery, dict) else None
    if not isinstance(entries, list):
        yield _Event(path, delivery)
        return
    for number, entry in enumerate(entries):
        changes = entry.get("changes") if isinstance(entry, dict) else None
        for index, change in enumerate(changes if isinstance(changes, list) else ()):
            yield _Event(
                f"{path}.entry[{number}].changes[{index}]".lstrip("."),
                change,
                str(entry.get("id")),
                entry.get("time"),
            )


def _taken(change: Change, event: _Event, options: ImportOptions) -> tuple[Record, ...]:
    """What one change tells of; nothing when it is neither comment nor post."""
    value = change.value
    if change.field == "comments" and value.media is not None:
        return _comment(value, value.media.id, Channel.INSTAGRAM, event, options)
    if change.field != "feed" or value.post_id is None:
        return ()
    if value.item == "comment":
        has_content = value.message is not None or value.photo or value.video
        if value.verb in _WITHOUT_TEXT and (value.verb == "remove" or not has_content):
            text = f"Kommentaren {value.comment_id} {_WITHOUT_TEXT[value.verb]}."
            return (Remark(place=Place(None, event.path), text=text),)
        return _comment(value, value.post_id, Channel.FACEBOOK, event, options)
    if value.item in _POST_ITEMS and value.verb != "remove":
        return (_post(value, value.post_id, Channel.FACEBOOK, event, options, is_whole=True),)
    return ()


def _comment(
    value: FeedChange, post_id: str, channel: Channel, event: _Event, options: ImportOptions
) -> tuple[Record, ...]:
    written = value.created_time if value.created_time is not None else event.time
    if written is None:
        raise FieldUnreadable(f"{event.path}.value.created_time", "saknas")
    identifier = value.comment_id or value.id
    text = value.message if value.message is not None else value.text
    if text is None and not (value.photo or value.video):
        raise FieldUnreadable(f"{event.path}.value.message", "saknas")
    post = _post(value, post_id, channel, event, options, is_whole=False)
    author = value.author or Person(id=value.sender_id, name=value.sender_name)
    is_own = author.id == post.account_id if author.id and post.account_id else None
    edited = event.time if value.verb.startswith("edit") else None
    comment = RawComment(
        place=Place(None, event.path),
        channel=channel,
        post_id=post_id,
        id=identifier,
        parent_id=value.parent_id if value.parent_id != post_id else None,
        author_id=author.id,
        author_name=author.name or author.username,
        # Another id may still be another of the organisation's accounts, so it says nothing.
        from_organisation=is_own or None,
        created=_moment(written, event, options).at,
        text=fields.bounded(text or "", f"{event.path}.value.message"),
        edited=None if edited is None else _moment(edited, event, options).at,
        is_hidden={"hide": True, "unhide": False}.get(value.verb),
    )
    return post, comment


def _post(
    value: FeedChange,
    post_id: str,
    channel: Channel,
    event: _Event,
    options: ImportOptions,
    *,
    is_whole: bool,
) -> RawPost:
    """The post itself, or what a comment says of its post."""
    account_id = links.page_and_post(post_id)[0] or event.account_id
    author = value.author or Person()
    is_own = is_whole and author.id == account_id
    written = value.created_time if is_whole else None
    permalink = links.safe_link(value.post.permalink_url if value.post else None)
    return RawPost(
        place=Place(None, event.path),
        channel=channel,
        id=post_id,
        aliases=links.aliases_of(post_id, links.link_alias(permalink)),
        account_id=account_id,
        account_name=(author.name if is_own else None) or options.account,
        # What a visitor writes on the page is no text of ours to keep.
        text=value.message if is_own else None,
        published=None if written is None else _moment(written, event, options).at,
        permalink=permalink,
    )


def _moment(written: int | str, event: _Event, options: ImportOptions) -> times.Moment:
    zone = times.zone_named(options.timezone)
    return fields.moment(written, f"{event.path}.value.created_time", zone=zone)
