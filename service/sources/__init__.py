"""The formats that can be imported, and which of them a file is.

A file's format is told by its content, never by its name. A new format is a module with
`recognises` and `records`, and a line in SOURCES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from service.errors import BadRequest
from service.sources import (
    business_suite,
    comment_table,
    exchange,
    exportcomments,
    facebook_download,
    graph_comments,
    graph_insights,
    graph_posts,
    linkedin,
    refusals,
    tiktok,
    webhook,
    youtube,
)
from service.sources.file import SourceFile
from service.sources.probe import Probe, probe
from service.sources.raw import ImportOptions, Record

__all__ = ["SOURCES", "Source", "SourceFile", "detect", "source_named"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One format.

    `records` raises FileRefused for a file that it cannot understand, for a few formats only
    after some records: whoever takes them in must be able to undo.
    """

    name: str
    """What --source takes."""
    title: str
    """What a person calls it, in Swedish."""
    default_zone: str | None = None
    """The zone of times without an offset; None where such a time is unreadable."""
    recognises: Callable[[Probe], bool]
    records: Callable[[SourceFile, ImportOptions], Iterator[Record]]


SOURCES: Final = (
    Source(
        name="exchange",
        title="Utbytesformatet (JSONL, en tråd per rad)",
        recognises=exchange.recognises,
        records=exchange.records,
    ),
    # The tables from the most particular headers to the freest.
    Source(
        name="business-suite",
        title="Meta Business Suite, innehåll per inlägg (CSV)",
        default_zone=business_suite.DEFAULT_ZONE,
        recognises=business_suite.recognises,
        records=business_suite.records,
    ),
    Source(
        name="exportcomments",
        title="exportcomments.com (XLSX eller CSV)",
        default_zone=exportcomments.DEFAULT_ZONE,
        recognises=exportcomments.recognises,
        records=exportcomments.records,
    ),
    Source(
        name="table",
        title="Egen kommentarstabell (CSV eller XLSX)",
        default_zone=comment_table.DEFAULT_ZONE,
        recognises=comment_table.recognises,
        records=comment_table.records,
    ),
    # Every other JSON format before posts, which are told by the least.
    Source(
        name="graph-insights",
        title="Meta Graph API, statistik för inlägg (JSON)",
        recognises=graph_insights.recognises,
        records=graph_insights.records,
    ),
    Source(
        name="webhook",
        title="Meta webhook, ändringar i flödet (JSON)",
        recognises=webhook.recognises,
        records=webhook.records,
    ),
    Source(
        name="facebook-download",
        title="Facebook, Ladda ned din information (JSON)",
        recognises=facebook_download.recognises,
        records=facebook_download.records,
    ),
    Source(
        name="youtube",
        title="YouTube, kommentarer (JSON)",
        recognises=youtube.recognises,
        records=youtube.records,
    ),
    Source(
        name="linkedin",
        title="LinkedIn, kommentarer (JSON)",
        recognises=linkedin.recognises,
        records=linkedin.records,
    ),
    Source(
        name="tiktok",
        title="TikTok, kommentarer (JSON)",
        recognises=tiktok.recognises,
        records=tiktok.records,
    ),
    Source(
        name="graph-comments",
        title="Meta Graph API, kommentarer (JSON)",
        recognises=graph_comments.recognises,
        records=graph_comments.records,
    ),
    Source(
        name="graph-posts",
        title="Meta Graph API, inlägg (JSON)",
        recognises=graph_posts.recognises,
        records=graph_posts.records,
    ),
)
"""In order of detection; the first that recognises a file reads it."""


def detect(file: SourceFile) -> Source:
    """The format of a file; FileRefused, saying what was found, when it is none of them."""
    found = probe(file)
    refusals.check(file, found)
    for source in SOURCES:
        if source.recognises(found):
            return source
    titles = "; ".join(source.title for source in SOURCES)
    return file.refuse(f"{refusals.description(file, found)}. Filer som kan läsas: {titles}")


def source_named(name: str) -> Source:
    """The format with a name, as --source takes it."""
    for source in SOURCES:
        if source.name == name:
            return source
    names = ", ".join(source.name for source in SOURCES)
    raise BadRequest(f"Källan {name!r} finns inte. Välj en av {names}.", parameter="source")
