"""A sheet from exportcomments.com: the comments of one post, without ids.

A few rows tell of the post, then come the headers. A reply is numbered under its comment:
1-1 answers 1. Links in the sheet are never followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Final

from nlp.vocabulary import Channel
from service.errors import FileRefused
from service.sources import fields, links, times
from service.sources.fields import FieldUnreadable
from service.sources.file import SourceFile
from service.sources.probe import Probe
from service.sources.raw import ImportOptions, Place, RawComment, RawPost, Record, Remark
from service.sources.spreadsheet import Cell
from service.sources.tables import Headers, Row, Table, cell_text, find_table, normalised

DEFAULT_ZONE: Final = "Europe/Stockholm"

HEADERS: Final[Headers] = {
    "author": ("Name (click to view profile)", "Name", "Username"),
    "author_id": ("Profile ID", "Author ID"),
    "created": ("Date",),
    "likes": ("Likes",),
    "text": ("Comment",),
    "link": ("(view source)",),
}
_OWN_HEADERS: Final[Headers] = {name: HEADERS[name][:1] for name in ("author", "author_id", "link")}
"""Those that no other format has."""

_NUMBER_HEADERS: Final = frozenset({"", "#", "nr", "no", "no."})
_NUMBERING: Final = re.compile(r"\d+(?:-\d+)*", re.ASCII)
_ID_PREFIX: Final = re.compile(r"\AID:\s*")


def recognises(probe: Probe) -> bool:
    """Three of its headers, one of which is nobody else's."""
    return probe.most_headers(HEADERS) >= 3 and probe.most_headers(_OWN_HEADERS) >= 1


def records(file: SourceFile, options: ImportOptions) -> Iterator[Record]:
    """The post, then its comments, each reply under the comment that its number names."""
    zone = times.zone_named(options.timezone or DEFAULT_ZONE)
    table = find_table(file, HEADERS, minimum=3)
    table.require("text", "created", headers=HEADERS)
    post = _post(table, options)
    yield post
    numbered: set[str] = set()
    for row in table.rows():
        if not isinstance(row, Row):
            yield row
            continue
        try:
            created = row.moment("created", zone=zone)
            if created is None:
                raise FieldUnreadable(row.cell("created")[1], "är tomt")
            comment = _comment(row, post, created)
        except FieldUnreadable as unreadable:
            yield unreadable.rejection(row=row.number)
            continue
        if created.is_ambiguous:
            yield times.ambiguity(row.place("created"))
        number, above = _numbering(row)
        if number is not None:
            numbered.add(number)
            comment = replace(comment, id=number)
        if above is None:
            yield comment
        elif above in numbered:
            yield replace(comment, parent_id=above)
        else:
            yield Remark(
                place=row.place(),
                text=f"Raden svarar på nummer {above}, som inte gick att läsa; "
                "den står nu som en egen kommentar.",
            )
            yield comment


def _comment(row: Row, post: RawPost, created: times.Moment) -> RawComment:
    text, header = row.text("text"), row.cell("text")[1]
    if not text.strip():
        raise FieldUnreadable(header, "är tomt")
    return RawComment(
        place=Place(row.number),
        channel=post.channel,
        post_id=post.id,
        id=None,
        # The rows' numbers change with the next export.
        id_is_local=True,
        author_id=_ID_PREFIX.sub("", row.identifier("author_id") or "") or None,
        author_name=row.text("author").strip() or None,
        created=created.at,
        wall_clock=created.wall_clock,
        text=fields.bounded(text, header),
        likes=row.count("likes"),
    )


def _numbering(row: Row) -> tuple[str | None, str | None]:
    """A row's running number and that of the comment it answers: 1-1 gives (1-1, 1)."""
    if not row.cells or normalised(row.written[0]) not in _NUMBER_HEADERS:
        return None, None
    number = cell_text(row.cells[0]).strip()
    if not _NUMBERING.fullmatch(number):
        return None, None
    above, dash, _ = number.rpartition("-")
    return number, above if dash else None


def _post(table: Table, options: ImportOptions) -> RawPost:
    url = next(_source_urls(table.preamble), None)
    link = None if url is None else links.read_link(url)
    if link is None and options.post_id is None:
        raise FileRefused(
            f"{table.file.name} säger inte vilket inlägg kommentarerna hör till (raden "
            "Source URL). Ange inläggets id med --post."
        )
    if link is None:
        names: tuple[str, ...] = (str(options.post_id),)
    else:
        names = (link.full_id, link.post_id)
    return RawPost(
        place=Place(1),
        channel=link.channel if link else options.channel or Channel.OTHER,
        id=names[0],
        aliases=links.aliases_of(*names),
        account_id=link.page_id if link else None,
        account_name=options.account,
        permalink=links.safe_link(url),
    )


def _source_urls(preamble: tuple[tuple[Cell, ...], ...]) -> Iterator[str]:
    for cells in preamble:
        for name, value in pairwise(cells):
            if normalised(name) == "source url" and isinstance(value, str):
                yield value
