"""JSON read value by value, so that a large file is never in memory as a whole.

A file is walked through once before anything is taken from it: a file that was cut off or is
broken is refused before its first record, not after half of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final, NoReturn

import ijson

from service.errors import FileRefused
from service.sources.file import ByteReader, SourceFile

RULES: Final = {"multiple_values": True, "use_float": True}
"""Several values may follow each other (JSONL). With use_float a number of five thousand digits
is an error; without it ijson's C parser crashes the process."""

_MAX_DEPTH: Final = 64
"""Real payloads reach ten. ijson's paths grow with the square of the depth: 100,000 brackets
took 23 GB."""
_LONE: Final = re.compile(rb"u[dD][89a-fA-F]")
_ESCAPE: Final = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_FIRST_HALF: Final = re.compile(rb"\\u[dD][89abAB]")
_PAIR_LENGTH: Final = 12
"""Bytes of \\ud83d\\ude21, the longest escape that must be seen whole."""
_MAX_LOCATED: Final = 64 * 1024 * 1024
"""Bytes; in a larger broken file the place is not looked for."""


class _Mended:
    """A stream of JSON in which every escaped character is whole."""

    def __init__(self, stream: ByteReader) -> None:
        self._stream = stream
        self._waiting = b""

    def read(self, size: int = -1, /) -> bytes:
        """About `size` bytes; none only at the end."""
        while chunk := self._stream.read(size):
            known = self._waiting + chunk
            cut = _cut(known)
            self._waiting = known[cut:]
            if cut:
                return mended(known[:cut])
        rest, self._waiting = self._waiting, b""
        return mended(rest)


def mended(json_bytes: bytes) -> bytes:
    """JSON in which half an emoji is U+FFFD, as long as before.

    Exports cut texts between the two escapes that make up an emoji. What is left is no
    character: ijson makes a question mark of it, which is read as a question, and pydantic
    refuses the whole thread.
    """
    if not _LONE.search(json_bytes):
        return json_bytes
    return _ESCAPE.sub(
        lambda escape: rb"\ufffd" if escape["lone"] is not None else escape[0], json_bytes
    )


def _cut(piece: bytes) -> int:
    """Where a piece can be cut so that no escape, and no pair of them, is cut in two."""
    found = piece.find(b"\\", max(len(piece) - _PAIR_LENGTH, 0))
    if found < 0:
        return len(piece)
    start = _escape_start(piece, found)
    first_half = max(start - _PAIR_LENGTH // 2, 0)
    return _escape_start(piece, first_half) if _FIRST_HALF.match(piece, first_half) else start


def _escape_start(piece: bytes, backslash: int) -> int:
    """Where the escape that a backslash is part of begins."""
    # In a row of backslashes every second one begins an escape, counted from the row's start.
    return backslash - (backslash - len(piece[:backslash].rstrip(b"\\"))) % 2


def check(file: SourceFile) -> int:
    """How many values stand one after the other; refuses JSON that is cut off or broken."""
    count = 0
    with file.open_utf8() as stream:
        try:
            for depth in depths(file, ijson.basic_parse(stream, **RULES)):
                count += depth == 0
        except (ijson.JSONError, UnicodeDecodeError) as error:
            _refuse_broken(file, is_cut="premature EOF" in str(error))
    return count


def depths(file: SourceFile, events: Iterable[tuple[str, ...]]) -> Iterator[int]:
    """The depth after each event; refuses a file in which lists and objects lie too deep."""
    depth = 0
    for event, *_ in events:
        if event in ("start_map", "start_array"):
            depth += 1
            if depth > _MAX_DEPTH:
                file.refuse(f"har listor och objekt inuti varandra i fler än {_MAX_DEPTH} nivåer")
        elif event in ("end_map", "end_array"):
            depth -= 1
        yield depth


def values(file: SourceFile, path: str) -> Iterator[object]:
    """The values at an ijson path, in order; the file has been checked."""
    with file.open_utf8() as stream:
        yield from ijson.items(_Mended(stream), path, **RULES)


def pairs(file: SourceFile) -> Iterator[tuple[str, object]]:
    """The keys and values of the outermost object; the file has been checked."""
    with file.open_utf8() as stream:
        yield from ijson.kvitems(_Mended(stream), "", **RULES)


def _refuse_broken(file: SourceFile, *, is_cut: bool) -> NoReturn:
    # from None throughout: a parser's own message quotes the file.
    if is_cut:
        raise FileRefused(
            f"{file.name} slutar mitt i ett JSON-värde, vid byte {file.size}: "
            "filen är avhuggen. Hämta den på nytt."
        ) from None
    raise FileRefused(
        f"{file.name} är inte giltig JSON{_location(file)}. Hämta den på nytt."
    ) from None


def _location(file: SourceFile) -> str:
    """Where Python's own parser, which counts lines, stops; "" when it does not."""
    if file.size > _MAX_LOCATED:
        return ""
    with file.open_utf8() as stream:
        text = stream.read().decode("utf-8")
    decoder = json.JSONDecoder()
    index = 0
    try:
        while index < len(text):
            _, index = decoder.raw_decode(text, index)
            while index < len(text) and text[index].isspace():
                index += 1
    except json.JSONDecodeError as error:
        return f" på rad {error.lineno}, tecken {error.colno}"
    except (RecursionError, ValueError):
        return ""
    return ""
