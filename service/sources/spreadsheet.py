"""Excel workbooks, opened only after their archive has been found harmless.

No parser guards itself: 0.3 MB of zip can hold 315 MB of sheet, and two cells in opposite
corners make a parser lay out every cell between them.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import BinaryIO, Final, NoReturn

from python_calamine import CalamineError, CalamineSheet, SheetVisibleEnum, load_workbook

from service.errors import FileRefused

MAX_COMPRESSED: Final = 25 * 1024 * 1024
MAX_INFLATED: Final = 200 * 1024 * 1024
MAX_RATIO: Final = 100
"""Ordinary sheets compress ten to thirty times."""
MAX_ENTRIES: Final = 200
MAX_ROWS: Final = 250_000
MAX_COLUMNS: Final = 200
MAX_CELLS: Final = 5_000_000
"""Of the rectangle that a sheet spans; a parser takes 32 bytes for each, used or not."""
MAX_CELL_LENGTH: Final = 32_767
"""Characters, Excel's own limit."""

_MALFORMED: Final = "är inte uppbyggd som en Excelfil och öppnas därför inte"

Cell = str | float | int | bool | datetime | date | time | timedelta

_RATIO_COUNTS_FROM: Final = 1024 * 1024
_CHUNK: Final = 1 << 20
_LOCAL_HEADER: Final = struct.Struct("<4s22xHH")
_TAG: Final = re.compile(
    rb"""<(?:\w+:)?(row|c)(?=[\s/>])(?:[^<]*?\sr\s*=\s*["']([A-Za-z]*)([0-9]*)([^"'<]*))?"""
)
"""A row or cell and its place: letters, digits, and what does not belong in a place."""
_LAST_PLACE: Final = b"XFD", b"1048576"
"""The last cell there is. A place with more letters or digits is no place."""
_CLAIM: Final = re.compile(rb"""ount\s*=\s*["']\s*\+?0*([0-9]{7,})""")
"""A count of items. A parser reserves memory for as many, and count="9999999999999" ends it."""
_MAX_BETWEEN_TAGS: Final = 1 << 20
"""Bytes; a full cell is a tenth of it."""


class Workbook:
    """The visible sheets of one workbook; each is parsed once, when first asked for."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        _check_archive(path)
        try:
            # From a stream: from a path the file's name would decide what it is read as.
            with path.open("rb") as stream:
                self._workbook = load_workbook(stream)
        except (CalamineError, OSError, ValueError):
            self._refuse_unreadable()
        self.sheet_names: tuple[str, ...] = tuple(
            sheet.name
            for sheet in self._workbook.sheets_metadata
            if sheet.visible is SheetVisibleEnum.Visible
        )
        self._sheets: dict[str, CalamineSheet] = {}

    def rows(self, sheet_name: str) -> Iterator[tuple[int, list[Cell]]]:
        """Row number as Excel shows it, and its cells; an empty cell is ""."""
        try:
            if sheet_name not in self._sheets:
                self._sheets[sheet_name] = self._workbook.get_sheet_by_name(sheet_name)
            yield from enumerate(self._sheets[sheet_name].iter_rows(), start=1)
        except (CalamineError, OSError, ValueError):
            self._refuse_unreadable()

    def _refuse_unreadable(self) -> NoReturn:
        raise FileRefused(
            f"{self._name} går inte att läsa som Excelfil. "
            "Öppna den i Excel och spara om den som .xlsx."
        ) from None


def _check_archive(path: Path) -> None:
    """Refuse an archive that is too large, lies about its size, or is no workbook."""
    size = path.stat().st_size
    if size > MAX_COMPRESSED:
        _refuse(path, f"är {size // 1_000_000} MB; högst {MAX_COMPRESSED // 1_048_576} MB tas emot")
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error):
        _refuse(path, "är ett skadat eller avhugget zip-arkiv. Hämta exporten på nytt")
    if "xl/workbook.xml" not in {entry.filename for entry in entries}:
        _refuse(path, "är ett zip-arkiv men ingen Excelfil (.xlsx). Packa upp det först")
    if len(entries) > MAX_ENTRIES:
        _refuse(path, f"har {len(entries)} delar; en Excelfil har högst {MAX_ENTRIES}")
    if sum(entry.file_size for entry in entries) > MAX_INFLATED:
        _refuse(path, f"blir över {MAX_INFLATED // 1_048_576} MB uppackad och öppnas därför inte")
    with path.open("rb") as stream:
        for entry in entries:
            if (
                entry.file_size > _RATIO_COUNTS_FROM
                and entry.file_size > MAX_RATIO * entry.compress_size
            ):
                _refuse(path, f"är packad mer än {MAX_RATIO} gånger och öppnas därför inte")
            _check_entry(path, stream, entry)


def _check_entry(path: Path, stream: BinaryIO, entry: zipfile.ZipInfo) -> None:
    """Inflate one part as a parser will, and hold it to the size and span that it may have.

    The sizes in a zip's directory are claims. zipfile stops at the claimed size, other
    readers do not, so the parts are inflated here by hand. A sheet may lie in any part.
    """
    span = _Span()
    for piece in _between_tags(path, _inflate(path, stream, entry), entry.file_size):
        if any(int(claim) > MAX_CELLS for claim in _CLAIM.findall(piece)):
            _refuse(path, _MALFORMED)
        span.widen(piece)
        if not span.is_allowed():
            _refuse(
                path,
                f"har fler än {MAX_ROWS} rader, {MAX_COLUMNS} kolumner eller {MAX_CELLS} celler "
                "i en flik. Dela upp den",
            )


def _between_tags(path: Path, chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
    """The chunks laid anew so that none ends within a tag; refused past the size."""
    inflated, carried = 0, b""
    for chunk in chunks:
        inflated += len(chunk)
        text = carried + chunk
        cut = max(text.rfind(b"<"), 0)
        carried = text[cut:]
        if inflated > size or len(carried) > _MAX_BETWEEN_TAGS + len(chunk):
            _refuse(path, _MALFORMED)
        yield text[:cut]
    yield carried


class _Span:
    """How far the cells of one part reach, counted whether or not they say where they are."""

    def __init__(self) -> None:
        self._rows = self._columns = self._run = 0
        self._is_sheet = self._is_odd = False

    def widen(self, xml: bytes) -> None:
        """Take in the row and cell tags of a piece."""
        # Elsewhere, as in calcChain.xml, the same tags stand for other things.
        self._is_sheet |= b"sheetData" in xml
        tags = _TAG.findall(xml) if self._is_sheet else ()
        if not tags:
            return
        kinds, letters, numbers, others = zip(*tags, strict=True)
        columns, rows = {*letters}, {*numbers}
        self._is_odd |= {*others} != {b""} or any(
            len(max(parts, key=len)) > len(last)
            for parts, last in zip((columns, rows), _LAST_PLACE, strict=True)
        )
        if self._is_odd:
            return
        # Cells of the row that the piece begins in, then of each row that begins in it.
        runs = [*map(len, b"".join(kinds).split(b"row"))]
        runs[0] += self._run
        self._run = runs[-1]
        self._columns = max(self._columns, *runs, *map(_column_number, columns))
        self._rows = max(self._rows + len(runs) - 1, *(int(number or 0) for number in rows))

    def is_allowed(self) -> bool:
        """Whether a parser may lay out the rectangle."""
        return (
            not self._is_odd
            and self._rows <= MAX_ROWS
            and self._columns <= MAX_COLUMNS
            and self._rows * self._columns <= MAX_CELLS
        )


def _inflate(path: Path, stream: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        stream.seek(entry.header_offset)
        magic, name_length, extra_length = _LOCAL_HEADER.unpack(stream.read(_LOCAL_HEADER.size))
        stream.seek(name_length + extra_length, 1)
        left = entry.compress_size
        if magic != b"PK\x03\x04" or entry.flag_bits & 1:
            raise zlib.error
        if entry.compress_type == zipfile.ZIP_STORED:
            while left and (packed := stream.read(min(_CHUNK, left))):
                left -= len(packed)
                yield packed
            return
        if entry.compress_type != zipfile.ZIP_DEFLATED:
            raise zlib.error
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        while left and not inflater.eof and (packed := stream.read(min(_CHUNK, left))):
            left -= len(packed)
            while packed:
                yield inflater.decompress(packed, _CHUNK)
                packed = inflater.unconsumed_tail
    except (zlib.error, struct.error, OSError, ValueError):
        _refuse(path, "är ett skadat eller avhugget zip-arkiv. Hämta exporten på nytt")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _refuse(path: Path, reason: str) -> NoReturn:
    raise FileRefused(f"{path.name} {reason}.") from None
