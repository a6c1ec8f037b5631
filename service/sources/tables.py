"""Tables: rows with headers, in a workbook or as text with any usual delimiter.

A header row is recognised by the headers that a format knows, matched whole: "Reaktioner" is
a part of "Reaktioner, kommentarer och delningar" and another column.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from service.errors import FileRefused
from service.sources import fields, times
from service.sources.fields import FieldUnreadable
from service.sources.file import FileKind, SourceFile
from service.sources.raw import Place, Rejection, Remark
from service.sources.spreadsheet import MAX_CELL_LENGTH, Cell

HEAD_ROWS: Final = 20
"""exportcomments.com has its headers on row 6; a note above a table is seldom longer."""

_DELIMITERS: Final = ",;\t|"
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff"))
_SPACES: Final = re.compile(r"[\s_-]+")
# Excel writes thousands with a space of some width, English exports with a comma.
_COUNT: Final = re.compile(
    r"\d+(?:[.,]0{1,2})?|\d{1,3}(?:([ \u00a0\u202f.,])\d{3})(?:\1\d{3})*", re.ASCII
)
_NO_DECIMALS: Final = re.compile(r"[.,]0{1,2}\Z")
_SCIENTIFIC: Final = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+", re.ASCII)
_EXCEL_DIGITS: Final = 10**15
"""Excel keeps fifteen digits of a number and writes the rest as zeros."""
_LOST_DIGITS: Final = (
    "är ett id som Excel har gjort till ett tal och tappat siffror i; "
    "gör om exporten och formatera kolumnen som text"
)
_UNIX_FROM: Final = 10**9
"""Seconds; below that a number in a time column is Excel's count of days."""
_YES: Final = frozenset({"ja", "sant", "true", "yes", "x", "1"})
_NO: Final = frozenset({"nej", "falskt", "false", "no", "0"})

Headers = Mapping[str, tuple[str, ...]]
"""Our name of a column → its headers in a file, first choice first."""


def normalised(header: Cell) -> str:
    """A header as it is compared: NFC, no invisible marks, any joint one space, no case.

    A hyphen joins as a low line does: people write Inlägg-id as often as inlägg_id.
    """
    text = unicodedata.normalize("NFC", str(header)).translate(_INVISIBLE)
    return _SPACES.sub(" ", text).strip().casefold()


@dataclass(frozen=True, slots=True)
class Head:
    """The first rows of one way to read a file as a table."""

    way: str
    """A delimiter, or the name of a sheet."""
    rows: tuple[tuple[str, ...], ...]
    """Normalised cells."""

    def best_row(self, headers: Headers) -> tuple[int, int]:
        """How many of the columns the best header row has, and its index."""
        names = {key: {normalised(name) for name in alias} for key, alias in headers.items()}
        scores = [sum(not wanted.isdisjoint(row) for wanted in names.values()) for row in self.rows]
        best = max(scores, default=0)
        return best, scores.index(best) if scores else 0


@dataclass(frozen=True, slots=True)
class Row:
    """One row under known headers. Its readers raise FieldUnreadable."""

    number: int
    cells: Sequence[Cell]
    positions: Mapping[str, tuple[int, ...]]
    written: Sequence[Cell]
    """The headers as the file has them."""

    def cell(self, key: str) -> tuple[Cell, str]:
        """The first filled cell of a column that may stand several times, and its header."""
        spots = self.positions.get(key, ())
        for spot in spots:
            if spot < len(self.cells) and not is_blank(self.cells[spot]):
                return self.cells[spot], str(self.written[spot]).strip()
        return "", str(self.written[spots[0]]).strip() if spots else key

    def place(self, key: str | None = None) -> Place:
        """Where in the file the row, or one cell of it, stands."""
        return Place(self.number, None if key is None else self.cell(key)[1])

    def text(self, key: str) -> str:
        """The cell as text; "" when blank."""
        cell, header = self.cell(key)
        return fields.bounded(cell_text(cell), header, limit=MAX_CELL_LENGTH)

    def identifier(self, key: str) -> str | None:
        """An id, unless Excel has turned it into a number and dropped digits."""
        cell, header = self.cell(key)
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            if abs(cell) >= _EXCEL_DIGITS:
                raise FieldUnreadable(header, _LOST_DIGITS)
            if not float(cell).is_integer():
                raise FieldUnreadable(header, "är ett decimaltal och inget id")
        elif isinstance(cell, str) and _SCIENTIFIC.fullmatch(cell.strip()):
            raise FieldUnreadable(header, _LOST_DIGITS)
        return self.text(key).strip() or None

    def count(self, key: str) -> int | None:
        """A whole number, with or without separators of thousands; None when blank."""
        cell, header = self.cell(key)
        if cell == "":
            return None
        text = self.text(key).strip()
        if not _COUNT.fullmatch(text):
            raise FieldUnreadable(header, "ska vara ett heltal")
        number = int("".join(filter(str.isdecimal, _NO_DECIMALS.sub("", text))))
        if number > fields.MAX_COUNT:
            raise FieldUnreadable(header, "är ett för stort tal")
        return number

    def flag(self, key: str) -> bool | None:
        """Ja or nej; None when blank."""
        cell, header = self.cell(key)
        if isinstance(cell, bool) or cell == "":
            return cell if isinstance(cell, bool) else None
        word = self.text(key).strip().casefold()
        if word not in _YES | _NO:
            raise FieldUnreadable(header, "ska vara ja eller nej")
        return word in _YES

    def moment(
        self, key: str, *, zone: ZoneInfo | None, date_is_enough: bool = False
    ) -> times.Moment | None:
        """A time as text, date cell, Excel's serial number or unix time; None when blank."""
        cell, header = self.cell(key)
        if cell == "":
            return None
        if isinstance(cell, bool | time | timedelta):
            raise FieldUnreadable(header, "har klockslag men inget datum")
        if isinstance(cell, str):
            number = _number(cell)
            if number is None:
                return fields.moment(cell, header, zone=zone, date_is_enough=date_is_enough)
            cell = number
        if isinstance(cell, datetime | date) or cell >= _UNIX_FROM:
            return fields.moment(cell, header, zone=zone, date_is_enough=date_is_enough)
        try:
            return times.from_excel_serial(cell, zone=zone)
        except times.TimeUnreadable as unreadable:
            raise FieldUnreadable(header, str(unreadable)) from None


@dataclass(frozen=True, slots=True)
class Table:
    """A header row that was found, and the way to the rows under it."""

    file: SourceFile
    way: str
    header_number: int
    positions: Mapping[str, tuple[int, ...]]
    written: tuple[Cell, ...]
    preamble: tuple[tuple[Cell, ...], ...]
    """The rows above the headers."""
    unread: tuple[str, ...] = ()
    """Other visible sheets with something on them."""

    def rows(self) -> Iterator[Row | Rejection | Remark]:
        """Rows with something in them; a row with more cells than headers is rejected."""
        if self.unread:
            sheets = ", ".join(f"”{name}”" for name in self.unread)
            yield Remark(
                place=Place(),
                text=f"Bara fliken ”{self.way}” lästes. Andra flikar med innehåll: {sheets}.",
            )
        width = len(self.written)
        for number, cells in read_rows(self.file, self.way):
            if number <= self.header_number or all(map(is_blank, cells)):
                continue
            if len(cells) > width and not all(map(is_blank, cells[width:])):
                yield Rejection(
                    place=Place(number),
                    reason=f"Raden har {len(cells)} celler men tabellen {width} kolumner; "
                    "kanske saknas ett citattecken.",
                )
                continue
            yield Row(number, cells, self.positions, self.written)

    def require(self, *keys: str, headers: Headers) -> None:
        """Refuse the file when a column is missing, naming it and those that were found."""
        missing = [key for key in keys if key not in self.positions]
        if missing:
            wanted = ", ".join(f"”{headers[key][0]}”" for key in missing)
            found = ", ".join(str(name).strip() for name in self.written if not is_blank(name))
            noun = "Kolumnen" if len(missing) == 1 else "Kolumnerna"
            raise FileRefused(
                f"{noun} {wanted} saknas i {self.file.name} (rad {self.header_number}). "
                f"Kolumner som finns: {found}. Lägg till det som saknas och försök igen."
            )


def heads(file: SourceFile) -> Iterator[Head]:
    """The first rows of every way to read the file as a table."""
    ways = file.workbook.sheet_names if file.kind is FileKind.SPREADSHEET else _DELIMITERS
    for way in ways:
        yield Head(way, tuple(tuple(map(normalised, cells)) for cells in _first_rows(file, way)))


def find_table(file: SourceFile, headers: Headers, *, minimum: int) -> Table:
    """The table with the most of the headers; refused when none has `minimum` of them."""
    found = [(*head.best_row(headers), head) for head in heads(file)]
    score, index, head = max(found, key=lambda candidate: candidate[0], default=(0, 0, None))
    if head is None or score < minimum:
        file.refuse(
            "har ingen rad med de kolumnrubriker som behövs: "
            + ", ".join(names[0] for names in headers.values())
        )
    above = [tuple(cells) for cells in islice(_first_rows(file, head.way), index + 1)]
    by_name: dict[str, list[int]] = {}
    for position, name in enumerate(head.rows[index]):
        by_name.setdefault(name, []).append(position)
    positions = {
        key: tuple(spot for name in names for spot in by_name.get(normalised(name), ()))
        for key, names in headers.items()
    }
    return Table(
        file=file,
        way=head.way,
        header_number=index + 1,
        positions={key: spots for key, spots in positions.items() if spots},
        written=above[-1],
        preamble=tuple(above[:-1]),
        unread=tuple(
            other.way
            for *_, other in found
            if other is not head and file.kind is FileKind.SPREADSHEET and any(map(any, other.rows))
        ),
    )


def _first_rows(file: SourceFile, way: str) -> Iterator[Sequence[Cell]]:
    """Rows of the head, fewer where a delimiter that is not the file's makes no rows."""
    if file.kind is FileKind.SPREADSHEET:
        yield from islice((cells for _, cells in file.workbook.rows(way)), HEAD_ROWS)
        return
    try:
        yield from islice(csv.reader(file.lines(), delimiter=way, strict=True), HEAD_ROWS)
    except csv.Error:
        return


def read_rows(file: SourceFile, way: str) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Row number, from 1, and cells. A quoted line break does not make a new row."""
    if file.kind is FileKind.SPREADSHEET:
        yield from file.workbook.rows(way)
        return
    # strict: otherwise a quote that is never closed swallows the rest of the file in silence.
    reader = csv.reader(file.lines(), delimiter=way, strict=True)
    number = 1
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, cells
    except csv.Error:
        file.refuse(
            f"har ett citattecken på fel plats eller ett som aldrig stängs, i tabellens "
            f"rad {number + 1} eller omkring den (rad {reader.line_num} i en texteditor)"
        )


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing; 0 is something."""
    return isinstance(cell, str) and (not cell or cell.isspace())


def cell_text(cell: Cell) -> str:
    """A cell as Excel shows it in Swedish; all its numbers are floats to a parser."""
    if isinstance(cell, bool):
        return "SANT" if cell else "FALSKT"
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _number(text: str) -> float | None:
    """A bare number in a time column, with point or decimal comma."""
    try:
        return float(text.strip().replace(",", ".")) if text.strip()[:1].isdecimal() else None
    except ValueError:
        return None
