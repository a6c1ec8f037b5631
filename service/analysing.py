"""Reads and scores threads: those in the store that are not read yet, or those in a file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from service.errors import FileRefused, reason
from service.exchange import (
    ExchangeThread,
    ThreadOut,
    from_thread_reading,
    to_line,
    to_thread,
)
from service.sources import json_values
from service.sources.file import SourceFile
from service.store import Store
from service.store.readings import load_readings, save_thread_reading
from service.store.threads import load_thread, unread_posts

if TYPE_CHECKING:
    from nlp.pipeline import Pipeline

COMMENTS_AT_ONCE: Final = 2_000
"""Comments read in one go: large enough for the reader's batches, small in memory."""

PROBLEMS_SHOWN: Final = 20


def analyse_store(
    store: Store, pipeline: Pipeline, *, now: datetime, progress: Callable[[int, int], None]
) -> int:
    """Read and score every thread in the store that this pipeline has not.

    Args:
        store: Where from and to.
        pipeline: What reads.
        now: When, aware.
        progress: Told comments done and comments in all, batch by batch.

    Returns:
        How many comments there were in the threads that were read.
    """
    waiting = unread_posts(store, pipeline.fingerprint)
    total = sum(comments for _, comments in waiting)
    done = 0
    for batch in _batches(waiting):
        analyse_posts(store, pipeline, [post_id for post_id, _ in batch], now=now)
        done += sum(comments for _, comments in batch)
        progress(done, total)
    return total


def analyse_posts(store: Store, pipeline: Pipeline, posts: Sequence[int], *, now: datetime) -> None:
    """Read what is unread under a few posts, and score them by what is read and reviewed."""
    threads = [load_thread(store, post_id) for post_id in posts]
    judged = pipeline.read(
        [stored.thread for stored in threads],
        known=[
            load_readings(store, stored, fingerprint=pipeline.fingerprint) for stored in threads
        ],
        reviews=[stored.review for stored in threads],
    )
    for stored, one in zip(threads, judged, strict=True):
        save_thread_reading(store, stored, one, fingerprint=pipeline.fingerprint, read_at=now)


def _batches(waiting: Iterable[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    batch: list[tuple[int, int]] = []
    for post_id, comments in waiting:
        if batch and sum(count for _, count in batch) + comments > COMMENTS_AT_ONCE:
            yield batch
            batch = []
        batch.append((post_id, comments))
    if batch:
        yield batch


def analyse_threads(
    threads: Sequence[ExchangeThread], pipeline: Pipeline, *, key: bytes
) -> list[ThreadOut]:
    """Read and score threads in the exchange format, with no database."""
    made = [to_thread(thread, key=key, names=pipeline.names) for thread in threads]
    judged = pipeline.read([thread for thread, _ in made])
    return [
        from_thread_reading(one, edited, fingerprint=pipeline.fingerprint)
        for one, (_, edited) in zip(judged, made, strict=True)
    ]


def analyse_file(
    source: Path,
    target: Path,
    pipeline: Pipeline,
    *,
    key: bytes,
    progress: Callable[[int, int], None],
) -> int:
    """Read and score a file in the exchange format into another, line by line.

    Args:
        source: JSONL, one thread a line.
        target: JSONL, the answers in the same order; written whole or not at all.
        pipeline: What reads.
        key: Secret for the pseudonyms inside this run.
        progress: Told comments done and comments in all.

    Returns:
        How many threads were read.

    Raises:
        FileRefused: A line is no thread; all such lines are named, nothing is written.
    """
    if target.resolve() == source.resolve():
        raise FileRefused(
            f"{target} är också den fil som läses. Ange en annan fil med --out; "
            "inget har skrivits över."
        )
    total = _check(source)
    done = threads = 0
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=target.parent, prefix=f".{target.name}.", delete=False
        ) as opened:
            unfinished = Path(opened.name)
            try:
                for batch in _thread_batches(source):
                    for answer in analyse_threads(batch, pipeline, key=key):
                        opened.write(to_line(answer) + "\n")
                    threads += len(batch)
                    done += sum(len(thread.comments) for thread in batch)
                    progress(done, total)
                opened.flush()
                os.fsync(opened.fileno())
                unfinished.replace(target)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise FileRefused(
            f"{target} går inte att skriva: {reason(error)}. Ange en mapp som finns och som du "
            "får skriva i med --out."
        ) from error
    return threads


def parse_thread(line: str) -> ExchangeThread:
    """Read one line of the exchange format.

    Raises:
        ValueError: It does not fit; the message says where, in Swedish, without any text.
    """
    try:
        return ExchangeThread.model_validate_json(json_values.mended(line.encode()))
    except ValidationError as error:
        raise ValueError(_problems(error)) from None


def _problems(error: ValidationError) -> str:
    parts = []
    for problem in error.errors(include_url=False, include_input=False):
        place = _place(problem["loc"])
        match problem["type"]:
            case "missing":
                parts.append(f"{place} saknas")
            case "json_invalid":
                parts.append("raden är inte giltig JSON")
            case "value_error":
                parts.append(f"{place} {problem['ctx']['error']}".strip())
            case "literal_error" if place == "version":
                parts.append("version är inte 1, den enda som finns")
            case _:
                parts.append(f"{place} har ett värde som inte passar ({problem['type']})")
    return "; ".join(dict.fromkeys(parts))


def _place(location: Sequence[str | int]) -> str:
    """A place as an import writes it, such as comments[1].id."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(parts).removeprefix(".")


def _check(source: Path) -> int:
    """Validate every line before anything is read; return the number of comments."""
    problems = []
    comments = 0
    lines = 0
    for number, line in _lines(source):
        lines += 1
        try:
            comments += len(parse_thread(line).comments)
        except ValueError as error:
            problems.append(f"rad {number}: {error}")
    if not lines:
        raise FileRefused(f"{source} är tom. Den ska ha en tråd per rad, se service/README.md.")
    if problems:
        more = len(problems) - PROBLEMS_SHOWN
        shown = "\n".join(f"  {problem}" for problem in problems[:PROBLEMS_SHOWN])
        tail = f"\n  och {more} till" if more > 0 else ""
        raise FileRefused(
            f"Det här i {source} går inte att läsa:\n{shown}{tail}\n"
            "Rätta dem och kör igen; inget har skrivits."
        )
    return comments


def _thread_batches(source: Path) -> Iterator[list[ExchangeThread]]:
    batch: list[ExchangeThread] = []
    comments = 0
    for _, line in _lines(source):
        thread = parse_thread(line)
        if batch and comments + len(thread.comments) > COMMENTS_AT_ONCE:
            yield batch
            batch, comments = [], 0
        batch.append(thread)
        comments += len(thread.comments)
    if batch:
        yield batch


def _lines(source: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(SourceFile(source).lines(), start=1):
        if line.strip():
            yield number, line
