"""Takes one exported file into the store, all or nothing, and gives a receipt.

file ─► source.records ─► prepare ─► intake, in chunks, inside one transaction.

A file is read twice: whoever is addressed in a comment may write in a later one, so all writers
must be known before anything is masked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from nlp.names import NameFinder
from nlp.vocabulary import Channel
from service import sources
from service.errors import FileRefused, UserError
from service.mentions import Writers
from service.prepare import HalfDone, Preparer
from service.sources import Source
from service.sources.file import SourceFile
from service.sources.raw import ImportOptions, RawComment, RawPost, Record, Rejection, Remark
from service.store import Store
from service.store.intake import Intake, IntakeCounts, Note, intake, known_handles, loose_ends
from service.store.rows import utc_text

CHUNK: Final = 2_000
"""Records held in memory at once; a larger chunk is no faster."""

NOTES_KEPT: Final = 10_000
"""Notes of one file that are kept; a file with more is wrong as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReceipt:
    """What became of one file. read = new + updated + unchanged + rejected."""

    path: Path
    source: str | None
    """Swedish title of the format; None when none was recognised."""
    timezone: str | None
    """Zone in which times without one were read; None when all times have one."""
    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    notes: tuple[Note, ...] = ()
    """Rows turned away, and rows taken in that a person should look at."""
    refused: UserError | None = None
    """Why nothing was taken from the file, if nothing was."""

    @property
    def needs_a_look(self) -> bool:
        """Whether anything was refused, rejected or remarked on."""
        return self.refused is not None or bool(self.rejected) or bool(self.notes)


def writers_in(
    store: Store,
    paths: Sequence[Path],
    *,
    key: bytes,
    options: ImportOptions,
    source_name: str | None,
) -> Writers:
    """Everyone who writes in the files, together or in what was imported before.

    A file that is refused gives the writers that it named before it was.
    """
    writers = Writers(key=key, known=known_handles(store))
    for path in paths:
        with suppress(FileRefused):
            file = SourceFile(path)
            for record in _source(file, source_name).records(file, options):
                if isinstance(record, RawComment) and record.author_name is not None:
                    writers.add(record.channel, record.author_name)
    return writers


def import_file(
    store: Store,
    path: Path,
    *,
    key: bytes,
    writers: Writers,
    names: NameFinder,
    options: ImportOptions,
    source_name: str | None,
    now: datetime,
    progress: Callable[[int], None],
) -> tuple[int | None, ImportReceipt]:
    """Take in one file.

    Args:
        store: Where to.
        path: The file.
        key: The installation's secret, for pseudonyms.
        writers: Who writes, in this file too; see writers_in.
        names: Finds the names of people in running text.
        options: What the person says that the file does not.
        source_name: Format to read it as; None recognises it.
        now: When, aware.
        progress: Told the number of records taken in, chunk by chunk.

    Returns:
        The number of the import, None when the file was refused, and the receipt.

    Raises:
        StoreError: The database cannot be written; nothing of the file is kept.
    """
    source = None
    try:
        file = SourceFile(path)
        source = _source(file, source_name)
        zone = options.timezone or source.default_zone
        with intake(
            store,
            file_name=path.name,
            file_sha256=_sha256(path),
            source=source.name,
            timezone=zone,
            started=utc_text(now),
        ) as current:
            preparer = Preparer(key=key, options=options, writers=writers, names=names)
            notes = _take_in(current, source.records(file, options), preparer, progress)
            current.add_notes(notes)
            counts = current.counts
        return current.import_id, _receipt(path, source.title, zone, counts, notes)
    except FileRefused as error:
        title = None if source is None else source.title
        return None, ImportReceipt(path=path, source=title, timezone=None, refused=error)


def with_loose_ends(
    store: Store, imported: Sequence[tuple[int | None, ImportReceipt]]
) -> list[ImportReceipt]:
    """Add to each receipt what only shows once all files of a run are in."""
    numbers = [number for number, _ in imported if number is not None]
    found = loose_ends(store, numbers) if numbers else []
    return [
        replace(receipt, notes=(*receipt.notes, *(note for at, note in found if at == number)))
        for number, receipt in imported
    ]


def _source(file: SourceFile, name: str | None) -> Source:
    return sources.source_named(name) if name else sources.detect(file)


def _receipt(
    path: Path, title: str, zone: str | None, counts: IntakeCounts, notes: Sequence[Note]
) -> ImportReceipt:
    return ImportReceipt(
        path=path,
        source=title,
        timezone=zone,
        read=counts.read,
        new=counts.new,
        updated=counts.updated,
        unchanged=counts.unchanged,
        rejected=counts.rejected,
        notes=tuple(notes),
    )


def _take_in(
    current: Intake,
    records: Iterator[Record],
    preparer: Preparer,
    progress: Callable[[int], None],
) -> list[Note]:
    notes: list[Note] = []
    while chunk := list(islice(records, CHUNK)):
        channels: list[Channel] = []
        half_done: list[HalfDone] = []
        for record in chunk:
            match record:
                case RawPost():
                    for own in preparer.own_authors(record):
                        current.add_own_author(record.channel, own)
                    current.add_post(preparer.post(record))
                case RawComment():
                    channels.append(record.channel)
                    half_done.append(preparer.by_rule(record))
                case Rejection():
                    current.counts.rejected += 1
                    _note(notes, "rejected", record.place.row, record.place.column, record.reason)
                case Remark():
                    _note(notes, "remark", record.place.row, record.place.column, record.text)
        done = preparer.without_names(half_done)
        current.add_comments(
            [(channel, *each) for channel, each in zip(channels, done, strict=True)]
        )
        progress(len(chunk))
    for external_id in current.other_texts:
        reason = (
            f"Kommentar {external_id} finns med två olika texter. Den senast redigerade gäller, "
            "eller den längre om ingen tid för redigering anges."
        )
        _note(notes, "remark", None, None, reason)
    return notes


def _note(notes: list[Note], kind: str, row: int | None, column: str | None, reason: str) -> None:
    if len(notes) < NOTES_KEPT:
        notes.append(Note(kind=kind, row=row, column=column, reason=reason))


def _sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
