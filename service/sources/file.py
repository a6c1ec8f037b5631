"""A file to import: what kind its bytes are, how its text is encoded, its lines.

The encoding follows a rule and is never guessed: byte order mark, else strict UTF-8, else
cp1252. Guessing libraries read Swedish cp1252 as cp1250, where å becomes ĺ.
"""

from __future__ import annotations

import codecs
import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, Final, NoReturn, Protocol

from service.errors import FileRefused, reason
from service.sources.spreadsheet import Workbook

MAX_LINE_LENGTH: Final = 8 * 1024 * 1024
"""Characters. Ten thousand comments of the usual length in one thread; more is no thread."""

_CHUNK: Final = 1 << 20
_HEAD: Final = 4096

_SIGNATURES: Final = (
    (b"\x89PNG", "en PNG-bild"),
    (b"\xff\xd8\xff", "en JPEG-bild"),
    (b"GIF8", "en GIF-bild"),
    (b"%PDF", "ett PDF-dokument"),
    (b"\x1f\x8b", "en gzip-komprimerad fil; packa upp den först"),
    (b"7z\xbc\xaf\x27\x1c", "ett 7-Zip-arkiv; packa upp det först"),
    (b"Rar!", "ett RAR-arkiv; packa upp det först"),
    (b"SQLite format 3\x00", "en SQLite-databas"),
    (b"PAR1", "en Parquet-fil"),
    (
        b"\xd0\xcf\x11\xe0",
        "en äldre eller lösenordsskyddad Excelfil; spara den som .xlsx utan lösen",
    ),
)
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What UTF-8 makes of å, é, ” and emoji. In cp1252 they would read Ã¥, Ã©, â€ and ðŸ, which
# nobody writes. Other leads are left out: Ä followed by … is valid UTF-8 for ą, and "NEJ DÄ…"
# in cp1252 is a comment.
_UTF8_TRACE: Final = re.compile(rb"[\xc2\xc3][\x80-\xbf]|\xe2[\x80-\xbf]{2}|\xf0\x9f[\x80-\xbf]{2}")


class FileKind(StrEnum):
    """What a file's bytes are, whatever its name says."""

    SPREADSHEET = "spreadsheet"
    JSON = "json"
    TEXT = "text"


class ByteReader(Protocol):
    """What a JSON parser reads from."""

    def read(self, size: int = -1, /) -> bytes:
        """About `size` bytes; none only at the end."""
        ...


class _Recoded:
    """A stream as UTF-8. codecs.EncodedFile also lends out the raw stream's readinto."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._reader = codecs.getreader(encoding)(stream)

    def read(self, size: int = -1, /) -> bytes:
        """About `size` bytes; none only at the end."""
        return self._reader.read(size).encode()


class SourceFile:
    """A file as the formats see it. Everything costly is done once and on demand."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name or str(path)  # the folder one stands in has no name
        try:
            if path.is_fifo():  # opening it would wait for ever
                self.refuse("är ingen vanlig fil. Spara innehållet i en fil först")
            self.size = path.stat().st_size
            with path.open("rb") as stream:
                self._start = stream.read(_HEAD)
        except IsADirectoryError:
            raise FileRefused(f"{self.name} är en mapp. Ange filerna i den.") from None
        except FileNotFoundError:
            raise FileRefused(f"{self.name} finns inte. Kontrollera sökvägen.") from None
        except OSError as error:
            raise FileRefused(f"{self.name} går inte att öppna: {reason(error)}.") from None
        except ValueError:  # a NUL in the path
            raise FileRefused("Sökvägen går inte att använda.") from None

    @cached_property
    def kind(self) -> FileKind:
        """Told by content. Raises FileRefused for what holds no comments in any case."""
        for signature, what in _SIGNATURES:
            if self._start.startswith(signature):
                self.refuse(f"är {what}")
        if self._start.startswith(_ZIP):
            return FileKind.SPREADSHEET
        for line in self._opening():
            if line[0] in "{[":
                return FileKind.JSON
            if line[0] == "<":
                self.refuse("är en webbsida eller XML-fil. Exportera som CSV, XLSX eller JSON")
            return FileKind.TEXT
        raise FileRefused(f"{self.name} är tom. Hämta exporten på nytt.")

    @cached_property
    def workbook(self) -> Workbook:
        """The file as a workbook, after its archive has been found harmless."""
        return Workbook(self.path)

    @cached_property
    def encoding(self) -> str:
        """The codec of the text, by the rule of this module."""
        for mark, codec in _BYTE_ORDER_MARKS:
            if self._start.startswith(mark):
                self._check_decodes(codec)
                return codec
        if b"\x00" in self._start:
            self.refuse("är ingen textfil (den innehåller nollbyte)")
        fault = self._first_fault("utf-8")
        if fault is None:
            return "utf-8"
        if self._has_utf8_trace():
            self._refuse_bytes(fault, "UTF-8")
        self._check_decodes("cp1252")
        return "cp1252"

    def lines(self) -> Iterator[str]:
        """Lines with their ends, none longer than MAX_LINE_LENGTH."""
        with self.path.open(encoding=self.encoding, newline="") as stream:
            if self.encoding.startswith("utf-16"):
                stream.read(1)  # the mark, which only utf-8-sig takes away by itself
            number = 0
            while line := stream.readline(MAX_LINE_LENGTH + 1):
                number += 1
                if len(line) > MAX_LINE_LENGTH:
                    self.refuse(
                        f"har en rad ({number}) som är längre än {MAX_LINE_LENGTH} tecken. "
                        "Dela upp den eller hämta exporten på nytt"
                    )
                yield line

    @contextmanager
    def open_utf8(self) -> Iterator[ByteReader]:
        """The text as UTF-8 bytes without a mark, whatever its encoding is on disk."""
        encoding = self.encoding
        with self.path.open("rb") as stream:
            mark = next((mark for mark, codec in _BYTE_ORDER_MARKS if codec == encoding), b"")
            stream.seek(len(mark))
            if encoding.startswith("utf-8"):
                yield stream
            else:
                yield _Recoded(stream, encoding)

    def refuse(self, reason: str) -> NoReturn:
        """Raise FileRefused with the file's name and a reason without its full stop."""
        # from None: a parser's own message may quote the file.
        raise FileRefused(f"{self.name} {reason}.") from None

    def _opening(self) -> Iterator[str]:
        """Lines with something on them, stripped of white space."""
        with self.open_utf8() as stream:
            while chunk := stream.read(_HEAD):
                # A character cut in two at the chunk's end cannot be the first one.
                if text := chunk.decode("utf-8", errors="ignore").strip():
                    yield text

    def _check_decodes(self, codec: str) -> None:
        fault = self._first_fault(codec)
        if fault is not None:
            self._refuse_bytes(fault, codec)

    def _first_fault(self, codec: str) -> int | None:
        """Offset of the first byte that the codec cannot read, or that is NUL in byte text."""
        decoder = codecs.getincrementaldecoder(codec)()
        offset = 0
        with self.path.open("rb") as stream:
            while True:
                chunk = stream.read(_CHUNK)
                pending = len(decoder.getstate()[0])
                try:
                    text = decoder.decode(chunk, final=not chunk)
                except UnicodeDecodeError as error:
                    return offset - pending + error.start
                if "\x00" in text:
                    self.refuse("är ingen textfil (den innehåller nolltecken)")
                if not chunk:
                    return None
                offset += len(chunk)

    def _has_utf8_trace(self) -> bool:
        with (
            self.path.open("rb") as stream,
            mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
        ):
            return _UTF8_TRACE.search(mapped) is not None

    def _refuse_bytes(self, offset: int, codec: str) -> NoReturn:
        with self.path.open("rb") as stream:
            line, left = 1, offset
            while left and (chunk := stream.read(min(_CHUNK, left))):
                line += chunk.count(b"\n")
                left -= len(chunk)
        self.refuse(
            f"har tecken som inte går att läsa som {codec.upper()} vid byte {offset + 1} "
            f"(rad {line}). Spara om den som UTF-8"
        )
