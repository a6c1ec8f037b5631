"""Takes one exported file into the store, all or nothing, and gives a receipt.

file ─► source.records ─► prepare ─► intake, in chunks, inside one transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from nlp.vocabulary import Channel
from service import sources
from service.errors import FileRefused, UserError
from service.prepare import CommentPreparer, own_authors, post_row
from service.sources.file import SourceFile
from service.sources.raw import ImportOptions, RawComment, RawPost, Record, Rejection, Remark
from service.store import Store
from service.store.intake import Intake, IntakeCounts, Note, intake, loose_ends
from service.store.rows import CommentRow, utc_text

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


def import_file(
    store: Store,
    path: Path,
    *,
    key: bytes,
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
        source = sources.source_named(source_name) if source_name else sources.detect(file)
        zone = options.timezone or source.default_zone
        with intake(
            store,
            file_name=path.name,
            file_sha256=_sha256(path),
            source=source.name,
            timezone=zone,
            started=utc_text(now),
        ) as current:
            notes = _take_in(current, source.records(file, options), key, options, progress)
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
    key: bytes,
    options: ImportOptions,
    progress: Callable[[int], None],
) -> list[Note]:
    notes: list[Note] = []
    preparer = CommentPreparer(key=key, account=options.account)
    while chunk := list(islice(records, CHUNK)):
        rows: list[tuple[Channel, str, CommentRow]] = []
        for record in chunk:
            match record:
                case RawPost():
                    for own in own_authors(record, key=key):
                        current.add_own_author(record.channel, own)
                    current.add_post(post_row(record))
                    preparer.meet(record)
                case RawComment():
                    rows.append((record.channel, record.post_id, preparer.row(record)))
                case Rejection():
                    current.counts.rejected += 1
                    _note(notes, "rejected", record.place.row, record.place.column, record.reason)
                case Remark():
                    _note(notes, "remark", record.place.row, record.place.column, record.text)
        current.add_comments(rows)
        progress(len(chunk))
    for external_id in current.other_texts:
        reason = (
            f"Kommentar {external_id} finns med två olika texter. Båda är sparade; den senast "
            "redigerade gäller, eller den längre om ingen tid för redigering anges."
        )
        _note(notes, "remark", None, None, reason)
    return notes


def _note(notes: list[Note], kind: str, row: int | None, column: str | None, reason: str) -> None:
    if len(notes) < NOTES_KEPT:
        notes.append(Note(kind=kind, row=row, column=column, reason=reason))


def _sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
