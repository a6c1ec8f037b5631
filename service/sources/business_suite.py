"""Meta Business Suite's export of content, one row a post: figures, and no comments.

Its headers follow the language of whoever exported. Its times are Pacific Time, whatever the
page's country. A look-alike has one row a post and day; read as this one it gives figures
several times too high, so it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from nlp.vocabulary import Channel, PostMetrics
from service.errors import FileRefused
from service.sources import links, times
from service.sources.fields import FieldUnreadable
from service.sources.file import SourceFile
from service.sources.probe import Probe
from service.sources.raw import ImportOptions, Place, RawPost, Record
from service.sources.tables import Headers, Row, Table, find_table

DEFAULT_ZONE: Final = "America/Los_Angeles"

HEADERS: Final[Headers] = {
    "post_id": ("Publicerings-id", "Post ID", "Inläggs-ID"),
    "page_id": ("Sid-id", "Page ID"),
    "page_name": ("Sidnamn", "Page name"),
    "instagram_id": ("Konto-id", "Account ID"),
    "instagram_user": ("Kontots användarnamn", "Account username"),
    "instagram_name": ("Kontonamn", "Account name"),
    "title": ("Titel", "Title"),
    "description": ("Beskrivning", "Description", "Bildtext"),
    "published": ("Publiceringstid", "Publish time", "Publicerat"),
    "type": ("Inläggstyp", "Post type", "Medietyp"),
    "permalink": ("Permalänk", "Permalink"),
    "views": ("Visningar", "Views", "Intryck", "Impressions"),
    "reach": ("Räckvidd", "Reach"),
    "interactions": ("Reaktioner, kommentarer och delningar", "Reactions, Comments and Shares"),
    "reactions": ("Reaktioner", "Reactions", "Gilla-markeringar", "Likes"),
    "comments": ("Kommentarer", "Comments"),
    "shares": ("Delningar", "Shares"),
    "clicks": ("Totalt antal klick", "Total clicks"),
    "link_clicks": ("Länkklick", "Link Clicks"),
    "saves": ("Sparade objekt", "Sparade", "Saves"),
    "follows": ("Följer", "Follows"),
}
"""Column → its headers in Swedish, in English and in older exports."""

_METRICS: Final = (
    "reach",
    "views",
    "reactions",
    "comments",
    "shares",
    "link_clicks",
    "clicks",
    "saves",
    "follows",
)
_SURE_FROM: Final = 5
"""Known headers; our own comment table shares three with this format."""
_DAILY_SHARE: Final = 0.5
"""Distinct posts per row: about 1 in an export per post, about 1/28 in a month per day."""
_SLASHED: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d\d)(?::(\d\d))?", re.ASCII)


def recognises(probe: Probe) -> bool:
    """By enough of its headers."""
    return probe.most_headers(HEADERS) >= _SURE_FROM


def records(file: SourceFile, options: ImportOptions) -> Iterator[Record]:
    """Each row as a post with its figures."""
    zone = times.zone_named(options.timezone or DEFAULT_ZONE)
    table = find_table(file, HEADERS, minimum=3)
    table.require("post_id", "published", headers=HEADERS)
    channel = _channel(table, options)
    _check_rows(table)
    for row in table.rows():
        if not isinstance(row, Row):
            yield row
            continue
        try:
            post, published = _post(row, channel, zone, options)
        except FieldUnreadable as unreadable:
            yield unreadable.rejection(row=row.number)
            continue
        if published is not None and published.is_ambiguous:
            yield times.ambiguity(row.place("published"))
        yield post


def _channel(table: Table, options: ImportOptions) -> Channel:
    if "page_id" in table.positions:
        return Channel.FACEBOOK
    if "instagram_id" in table.positions:
        return Channel.INSTAGRAM
    if options.channel is not None:
        return options.channel
    raise FileRefused(
        f"{table.file.name} säger inte om inläggen är från Facebook eller Instagram: kolumnen "
        "Sid-id eller Konto-id saknas. Ange --channel facebook eller --channel instagram."
    )


def _check_rows(table: Table) -> None:
    """Refuse the export per day, and dates that can only be day before month."""
    rows = 0
    ids: set[str] = set()
    for row in table.rows():
        if not isinstance(row, Row):
            continue
        rows += 1
        ids.add(str(row.cell("post_id")[0]))
        written = _SLASHED.match(str(row.cell("published")[0]))
        if written and int(written[1]) > 12:
            table.file.refuse(
                f"har datum som skrivs dag/månad/år (rad {row.number}); exporten har "
                "månad/dag/år. Spara datumen som 2026-11-23 14:05 eller gör om exporten "
                "utan att öppna den i Excel"
            )
    if "views" not in table.positions and len(ids) < _DAILY_SHARE * rows:
        table.file.refuse(
            "är en export per inlägg och dag: samma inlägg står på många rader och kolumnen "
            "”Visningar” saknas. Som siffror per inlägg blir den flera gånger för hög. "
            "Välj innehåll per inlägg (livstid) i Meta Business Suite och exportera igen"
        )


def _post(
    row: Row, channel: Channel, zone: ZoneInfo | None, options: ImportOptions
) -> tuple[RawPost, times.Moment | None]:
    post_id = row.identifier("post_id")
    if post_id is None:
        raise FieldUnreadable(row.cell("post_id")[1], "är tomt")
    published = _published(row, zone)
    permalink = links.safe_link(row.text("permalink"))
    account = "page" if channel is Channel.FACEBOOK else "instagram"
    post = RawPost(
        place=Place(row.number),
        channel=channel,
        id=post_id,
        aliases=links.aliases_of(post_id, links.link_alias(permalink)),
        account_id=row.identifier(f"{account}_id"),
        account_name=row.text(f"{account}_name").strip()
        or row.text("instagram_user").strip()
        or options.account,
        text=_caption(row),
        published=published.at if published else None,
        published_is_exact=published.is_exact if published else True,
        permalink=permalink,
        metrics=PostMetrics(**{name: row.count(name) for name in _METRICS}),
    )
    return post, published


def _caption(row: Row) -> str | None:
    """The caption stands in the title, in the description, or split over both."""
    title, description = row.text("title").strip(), row.text("description").strip()
    if title in description:
        return description or None
    return f"{title}\n\n{description}".strip()


def _published(row: Row, zone: ZoneInfo | None) -> times.Moment | None:
    cell, header = row.cell("published")
    written = _SLASHED.fullmatch(cell.strip()) if isinstance(cell, str) else None
    if written is None:
        return row.moment("published", zone=zone, date_is_enough=True)
    month, day, year, hour, minute, second = (int(part or 0) for part in written.groups())
    try:
        naive = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - zone comes next
        return times.from_local(naive, zone=zone)
    except ValueError:
        raise FieldUnreadable(header, "är inget datum som finns") from None
    except times.TimeUnreadable as unreadable:
        raise FieldUnreadable(header, str(unreadable)) from None
