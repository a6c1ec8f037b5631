"""Threads in the exchange format: one a line, or one thread or a list of them as JSON.

A comment that cannot be read is rejected alone. A thread whose post cannot be read is rejected
with all its comments, each counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo

from pydantic_core import from_json

from nlp.vocabulary import PostMetrics
from service.errors import FileRefused
from service.sources import fields, json_values, links, times
from service.sources.exchange_format import VERSION, ExchangeComment, ExchangeHead
from service.sources.fields import FieldUnreadable
from service.sources.file import SourceFile
from service.sources.probe import Probe, probe
from service.sources.raw import ImportOptions, Place, RawComment, RawPost, Record, Rejection

_COLUMN: Final = re.compile(r"column (\d+)")


class _Thread(ExchangeHead):
    """One line. The comments are looked at one by one."""

    comments: list[object]


def recognises(found: Probe) -> bool:
    """Threads: a post and comments, or comments with a version and a channel."""
    return any(
        found.has(root, "comments", "post") or found.has(root, "comments", "version", "channel")
        for root in ("", "item")
    )


def records(file: SourceFile, options: ImportOptions) -> Iterator[Record]:
    """Each post, then its comments, in the order of the file."""
    zone = times.zone_named(options.timezone)
    for row, path, thread in _lines(file) if _has_lines(file) else _documents(file):
        if isinstance(thread, Rejection):
            yield thread
        else:
            yield from _thread(thread, row, path, file, zone, options)


def _has_lines(file: SourceFile) -> bool:
    """Whether the first line is a whole JSON object rather than the start of a larger one."""
    first = next((line for line in file.lines() if line.strip()), "")
    try:
        return isinstance(from_json(json_values.mended(first.encode())), dict)
    except ValueError:
        return False


def _lines(file: SourceFile) -> Iterator[tuple[int | None, str, object]]:
    """(line, "", thread) of JSONL; a Rejection for a line that is no JSON."""
    for number, line in enumerate(file.lines(), start=1):
        if line.isspace():
            continue
        try:
            yield number, "", from_json(json_values.mended(line.encode()))
        except ValueError as error:
            if not line.endswith("\n"):
                raise FileRefused(
                    f"{file.name} slutar mitt i rad {number}: filen är avhuggen. Hämta den på nytt."
                ) from None
            found = _COLUMN.search(str(error))
            where = f" (tecken {found[1]})" if found else ""
            reason = f"Raden är inte giltig JSON{where}."
            yield number, "", Rejection(place=Place(number), reason=reason)


def _documents(file: SourceFile) -> Iterator[tuple[int | None, str, object]]:
    """(None, path, thread) of one thread or a list of threads, however it is laid out."""
    json_values.check(file)
    if "item" in probe(file).keys:
        for index, thread in enumerate(json_values.values(file, "item")):
            yield None, f"[{index}]", thread
    else:
        for thread in json_values.values(file, ""):
            yield None, "", thread


def _thread(
    value: object,
    row: int | None,
    path: str,
    file: SourceFile,
    zone: ZoneInfo | None,
    options: ImportOptions,
) -> Iterator[Record]:
    found = value if isinstance(value, dict) else {}
    if found.get("version", VERSION) != VERSION:
        raise FileRefused(
            f"{file.name} har en version av utbytesformatet som inte kan läsas "
            f"({f'rad {row}' if row else path or 'version'}); här läses version {VERSION}. "
            "Uppdatera lyssnad eller skriv filen i den versionen."
        )
    try:
        thread = fields.validated(_Thread, value, path=path, context={"zone": zone})
    except FieldUnreadable as unreadable:
        yield unreadable.rejection(row=row)
        comments = found.get("comments")
        for index in range(len(comments) if isinstance(comments, list) else 0):
            yield Rejection(
                place=Place(row, f"{path}.comments[{index}]".lstrip(".")),
                reason="Trådens inlägg gick inte att läsa, så kommentaren hör inte till något.",
            )
        return
    post = _post(thread, row, path, options)
    yield post
    for index, comment in enumerate(thread.comments):
        column = f"{path}.comments[{index}]".lstrip(".")
        try:
            taken, created = _comment(comment, post, row, column, zone)
        except FieldUnreadable as unreadable:
            yield unreadable.rejection(row=row)
            continue
        if created.is_ambiguous:
            yield times.ambiguity(taken.place)
        yield taken


def _post(thread: _Thread, row: int | None, path: str, options: ImportOptions) -> RawPost:
    post = thread.post
    permalink = links.safe_link(post.permalink)
    return RawPost(
        place=Place(row, path or None),
        channel=thread.channel,
        id=post.id,
        aliases=links.aliases_of(post.id, links.link_alias(permalink)),
        account_name=thread.account or options.account,
        text=post.text,
        published=post.published.at if post.published else None,
        published_is_exact=post.published.is_exact if post.published else True,
        permalink=permalink,
        metrics=PostMetrics(**post.metrics.model_dump()) if post.metrics else PostMetrics(),
    )


def _comment(
    value: object, post: RawPost, row: int | None, column: str, zone: ZoneInfo | None
) -> tuple[RawComment, times.Moment]:
    comment = fields.validated(ExchangeComment, value, path=column, context={"zone": zone})
    taken = RawComment(
        place=Place(row, column),
        channel=post.channel,
        post_id=post.id,
        id=comment.id,
        parent_id=comment.parent_id,
        # The format has one field for both: any stable id or name.
        author_id=comment.author,
        author_name=comment.author,
        from_organisation=comment.from_organisation,
        created=comment.created.at,
        wall_clock=comment.created.wall_clock,
        text=comment.text,
        likes=comment.likes,
    )
    return taken, comment.created
