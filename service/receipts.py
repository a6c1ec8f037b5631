"""What became of each imported file, in words on the terminal and row by row as CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from service.errors import BadRequest, reason
from service.importing import ImportReceipt
from service.report.table import harmless
from service.store.intake import Note
from service.terminal import console, counted, plain

NOTES_SHOWN: Final = 20
"""Notes of one file on the terminal; about as many as fit in a window."""

COLUMNS: Final = ("fil", "rad", "kolumn", "slag", "skäl")

_KINDS: Final = {"rejected": "avvisad", "remark": "anmärkning"}


def print_receipt(receipt: ImportReceipt) -> None:
    """Write what became of one file."""
    out = console(wrap=False)
    out.print(plain(str(receipt.path)), style="bold")
    if receipt.refused is not None:
        out.print(f"  Inget är inläst. {plain(str(receipt.refused))}", style="red")
        return
    zone = f", tider utan zon lästa som {receipt.timezone}" if receipt.timezone else ""
    out.print(f"  {receipt.source}{zone}")
    out.print(
        f"  {counted(receipt.read, 'inlägg eller kommentar', 'inlägg och kommentarer')}: "
        f"{counted(receipt.new, 'ny', 'nya')}, {counted(receipt.updated, 'ändrad', 'ändrade')}, "
        f"{counted(receipt.unchanged, 'oförändrad', 'oförändrade')}, "
        f"{counted(receipt.rejected, 'avvisad', 'avvisade')}"
    )
    _print_notes(receipt.notes)


def print_loose_ends(path: Path, notes: Sequence[Note]) -> None:
    """Write what only showed once all files were in."""
    if notes:
        console(wrap=False).print(f"{plain(str(path))}, sedd med de andra filerna", style="bold")
        _print_notes(notes)


def _print_notes(notes: Sequence[Note]) -> None:
    out = console(wrap=False)
    for note in notes[:NOTES_SHOWN]:
        row = "" if note.row is None else f"rad {note.row}"
        place = ", ".join(part for part in (row, note.column) if part)
        word = "Avvisad" if note.kind == "rejected" else "Obs"
        out.print(plain(f"  {word}{f' ({place})' if place else ''}: {note.reason}"))
    if (more := len(notes) - NOTES_SHOWN) > 0:
        out.print(f"  och {more} till; med --notes FIL skrivs alla till en fil")


@contextmanager
def notes_file(
    path: Path | None, files: Sequence[Path]
) -> Iterator[Callable[[Path, Sequence[Note]], None]]:
    """Gather notes, and write all of them in the end, however the import ends.

    The file is CSV as a Swedish Excel opens it: byte order mark and semicolon.

    Args:
        path: The file; None writes none.
        files: Those that are imported, none of which may be written over.

    Raises:
        BadRequest: The file cannot be written, or is one of those imported.
    """
    rows: list[tuple[str | int | None, ...]] = [COLUMNS]

    def gather(imported: Path, notes: Sequence[Note]) -> None:
        rows.extend(
            (imported.name, note.row, note.column, _KINDS[note.kind], note.reason) for note in notes
        )

    if path is None:
        yield gather
        return
    if path.resolve() in {file.resolve() for file in files}:
        raise BadRequest(f"{path} är också en fil som läses in. Ange en annan fil med --notes.")
    _write(path, rows)  # a name that cannot be used is told of before a long import
    try:
        yield gather
    finally:
        _write(path, rows)


def _write(path: Path, rows: Sequence[Sequence[str | int | None]]) -> None:
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as opened:
            writer = csv.writer(opened, delimiter=";")
            writer.writerows([harmless(cell) for cell in row] for row in rows)
    except OSError as error:
        raise BadRequest(
            f"{path} går inte att skriva: {reason(error)}. Ange en annan fil med --notes."
        ) from error
