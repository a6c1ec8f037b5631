"""Comments from Facebook's "Ladda ned din information": what one account wrote, without ids.

The file has UTF-8 bytes written as Latin-1 characters. It does not name the posts, so those
with the same title share a stand-in.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Annotated

from pydantic import Field

from nlp.vocabulary import Channel
from service.sources import fields, json_values
from service.sources.fields import FieldUnreadable, Payload
from service.sources.file import SourceFile
from service.sources.probe import Probe, probe
from service.sources.raw import ImportOptions, Place, RawComment, RawPost, Record, Remark


class Comment(Payload):
    """What was written."""

    text: Annotated[str, Field(alias="comment")] = ""
    author: str | None = None
    timestamp: int | None = None


class Part(Payload):
    """One part of an entry; others tell of something else."""

    comment: Comment | None = None


class Entry(Payload):
    """One event in the account's history."""

    timestamp: int | None = None
    title: str = ""
    parts: Annotated[tuple[Part, ...], Field(alias="data")] = ()
    attachments: tuple[object, ...] = ()


def recognises(found: Probe) -> bool:
    """A list of events, under its name or bare, whose data hold comments."""
    return (
        "comments_v2" in found.keys.get("", ())
        or "item.data.item.comment" in found.keys
        or found.has("item", "timestamp", "title")
    )


def records(file: SourceFile, options: ImportOptions) -> Iterator[Record]:
    """Each comment, under a stand-in for its post."""
    json_values.check(file)
    seen: set[str] = set()
    path = "comments_v2.item" if "comments_v2" in probe(file).keys.get("", ()) else "item"
    for index, value in enumerate(json_values.values(file, path)):
        column = path.replace(".item", "").replace("item", "") + f"[{index}]"
        place = Place(None, column)
        try:
            entry = fields.validated(Entry, value, path=column)
            post_id = _stand_in(entry)
            comments = [
                _comment(entry, part.comment, post_id, place)
                for part in entry.parts
                if part.comment
            ]
            if not comments:
                raise FieldUnreadable(f"{column}.data", "har ingen kommentar")
        except FieldUnreadable as unreadable:
            yield unreadable.rejection()
            continue
        if post_id not in seen:
            seen.add(post_id)
            yield RawPost(
                place=place,
                channel=Channel.FACEBOOK,
                id=post_id,
                id_is_derived=True,
                account_name=options.account,
            )
        yield from comments
    if options.account is None:
        yield Remark(
            place=Place(),
            text="Filen innehåller det som ett enda konto har skrivit. Är det organisationens "
            "eget, läs in filen på nytt med --account och kontots namn; annars räknas "
            "kommentarerna som andras.",
        )


def repaired(text: str) -> str:
    """The text with UTF-8 read as Latin-1 put right; any other text as it is."""
    while True:
        try:
            mended = text.encode("latin-1").decode("utf-8")
        except UnicodeError:
            return text
        if mended == text:
            return text
        # Once more, so that mending what is mended changes nothing.
        text = mended


def _comment(entry: Entry, comment: Comment, post_id: str, place: Place) -> RawComment:
    written = comment.timestamp or entry.timestamp
    if written is None:
        raise FieldUnreadable(f"{place.column}.timestamp", "saknas")
    if not comment.text and not entry.attachments:
        raise FieldUnreadable(f"{place.column}.comment", "är tomt")
    text = fields.bounded(repaired(comment.text), f"{place.column}.comment")
    return RawComment(
        place=place,
        channel=Channel.FACEBOOK,
        post_id=post_id,
        post_id_is_derived=True,
        id=None,
        author_name=None if comment.author is None else repaired(comment.author),
        created=fields.moment(written, f"{place.column}.timestamp").at,
        text=text,
    )


def _stand_in(entry: Entry) -> str:
    # A hash, because a title names the person whose post it was and an id is shown in reprs.
    return sha256(entry.title.encode()).hexdigest()
