"""Our own comment table, for whoever has comments in a sheet: CSV or XLSX, one a row.

The columns and all their names stand in HEADERS. Text, time and post are needed; the post may
be given for the whole file. Times without an offset are Swedish.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo

from nlp.vocabulary import Channel
from service.sources import fields, links, times
from service.sources.fields import FieldUnreadable
from service.sources.file import SourceFile
from service.sources.probe import Probe
from service.sources.raw import ImportOptions, Place, RawComment, RawPost, Record
from service.sources.tables import Headers, Row, find_table, normalised

DEFAULT_ZONE: Final = "Europe/Stockholm"

HEADERS: Final[Headers] = {
    "text": ("kommentar", "text", "kommentarstext", "comment", "message", "meddelande"),
    "created": ("skapad", "datum", "tid", "created", "created_at", "created_time", "date"),
    "post_id": ("inlägg_id", "inlaggs_id", "inläggs_id", "inlagg_id", "post_id"),
    "id": ("kommentar_id", "id", "comment_id"),
    "parent_id": ("svar_på", "svar_pa", "parent_id", "reply_to"),
    "author": ("skribent", "författare", "namn", "author", "author_name"),
    "author_id": ("skribent_id", "författare_id", "author_id"),
    "from_organisation": ("från_oss", "fran_oss", "from_organisation"),
    "likes": ("gilla", "gillar", "likes", "like_count"),
    "is_hidden": ("dold", "hidden", "is_hidden"),
    "channel": ("kanal", "plattform", "channel", "platform"),
    "account": ("konto", "account"),
    "post_text": ("inlägg_text", "inläggstext", "inlagg_text", "post_text"),
    "post_published": ("inlägg_publicerat", "inlagg_publicerat", "post_published"),
    "permalink": ("permalänk", "permalank", "permalink"),
}
"""Column → its Swedish and English headers. Case makes no difference, nor whether words are
joined by a space, a hyphen or a low line."""

REQUIRED: Final = ("text", "created", "post_id")
"""The post may be said for the whole file instead."""

_CHANNELS: Final = {
    **{str(channel): channel for channel in Channel},
    "fb": Channel.FACEBOOK,
    "ig": Channel.INSTAGRAM,
    "twitter": Channel.X,
    "annat": Channel.OTHER,
    "annan": Channel.OTHER,
    "övrigt": Channel.OTHER,
}


def recognises(probe: Probe) -> bool:
    """Two of the headers make it ours, so that a missing third can be named."""
    return probe.most_headers(HEADERS) >= 2


def records(file: SourceFile, options: ImportOptions) -> Iterator[Record]:
    """Each post as the first of its rows tells of it, and each row as a comment under it."""
    zone = times.zone_named(options.timezone or DEFAULT_ZONE)
    table = find_table(file, HEADERS, minimum=2)
    said = {"post_id"} if options.post_id else set()
    table.require(*(key for key in REQUIRED if key not in said), headers=HEADERS)
    seen: set[tuple[Channel, str]] = set()
    for row in table.rows():
        if not isinstance(row, Row):
            yield row
            continue
        try:
            channel = _channel(row, options)
            post_id = row.identifier("post_id") or options.post_id
            if post_id is None:
                raise FieldUnreadable(
                    row.cell("post_id")[1], "är tomt; raden hör till inget inlägg"
                )
            comment, moment = _comment(row, channel, post_id, zone)
            if (channel, post_id) not in seen:
                yield _post(row, channel, post_id, zone, options)
                seen.add((channel, post_id))
        except FieldUnreadable as unreadable:
            yield unreadable.rejection(row=row.number)
            continue
        if moment.is_ambiguous:
            yield times.ambiguity(row.place("created"))
        yield comment


def _channel(row: Row, options: ImportOptions) -> Channel:
    cell, header = row.cell("channel")
    if cell == "":
        return options.channel or Channel.OTHER
    try:
        return _CHANNELS[normalised(cell)]
    except KeyError:
        raise FieldUnreadable(
            header, f"är ingen kanal som finns; kanaler: {', '.join(Channel)}"
        ) from None


def _comment(
    row: Row, channel: Channel, post_id: str, zone: ZoneInfo | None
) -> tuple[RawComment, times.Moment]:
    text, header = row.text("text"), row.cell("text")[1]
    if not text.strip():
        raise FieldUnreadable(header, "är tomt")
    created = row.moment("created", zone=zone)
    if created is None:
        raise FieldUnreadable(row.cell("created")[1], "är tomt")
    comment = RawComment(
        place=Place(row.number),
        channel=channel,
        post_id=post_id,
        id=row.identifier("id"),
        parent_id=row.identifier("parent_id"),
        author_id=row.identifier("author_id"),
        author_name=row.text("author").strip() or None,
        from_organisation=row.flag("from_organisation"),
        created=created.at,
        wall_clock=created.wall_clock,
        text=fields.bounded(text, header),
        likes=row.count("likes"),
        is_hidden=row.flag("is_hidden"),
    )
    return comment, created


def _post(
    row: Row, channel: Channel, post_id: str, zone: ZoneInfo | None, options: ImportOptions
) -> RawPost:
    published = row.moment("post_published", zone=zone, date_is_enough=True)
    permalink = links.safe_link(row.text("permalink"))
    return RawPost(
        place=Place(row.number),
        channel=channel,
        id=post_id,
        aliases=links.aliases_of(post_id, links.link_alias(permalink)),
        account_name=row.text("account").strip() or options.account,
        text=row.text("post_text").strip() or None,
        published=published.at if published else None,
        published_is_exact=published.is_exact if published else True,
        permalink=permalink,
    )
