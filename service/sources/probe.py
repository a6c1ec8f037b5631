"""What the beginning of a file shows, cheaply: enough to tell which format it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final

import ijson

from service.sources import json_values
from service.sources.file import FileKind, SourceFile
from service.sources.json_values import RULES
from service.sources.tables import Head, Headers, heads

_HEAD: Final = 200_000
"""Bytes. A few hundred comments, and the keys of all of them are the same."""
_TAIL: Final = 16_384
"""Bytes. Graph API writes the links to other pages last, each up to some kilobytes."""
_IDENTIFIER_KEY: Final = re.compile(r"\d[\d_]*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """The beginning of a file. Holds pieces of its content, and shows none in its repr."""

    kind: FileKind
    heads: tuple[Head, ...] = field(default=(), repr=False)
    """First rows, for each way to read the file as a table."""
    keys: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)
    """JSON path of an object → its keys. Items of a list are `item`, keys that are ids `*`."""
    tail: str = field(default="", repr=False)
    """The last characters of a JSON file."""

    def most_headers(self, headers: Headers) -> int:
        """How many of a format's columns the best header row has."""
        return max((head.best_row(headers)[0] for head in self.heads), default=0)

    def has(self, path: str, *keys: str) -> bool:
        """Whether an object at the JSON path has all of the keys."""
        return self.keys.get(path, frozenset()).issuperset(keys)


def probe(file: SourceFile) -> Probe:
    """The beginning of a file, as far as telling its format needs it."""
    if file.kind is not FileKind.JSON:
        return Probe(kind=file.kind, heads=tuple(heads(file)))
    with file.open_utf8() as stream:
        start = stream.read(_HEAD)
    keys: dict[str, set[str]] = {}
    for path, key in _keys(file, start):
        keys.setdefault(path, set()).add(key)
    return Probe(
        kind=file.kind,
        keys={path: frozenset(names) for path, names in keys.items()},
        tail=_tail(file),
    )


def _keys(file: SourceFile, start: bytes) -> Iterator[tuple[str, str]]:
    """(path of an object, key in it) for every key until the piece ends or breaks."""
    for _ in json_values.depths(file, _events(ijson.basic_parse(BytesIO(start), **RULES))):
        pass
    for path, event, value in _events(ijson.parse(BytesIO(start), **RULES)):
        if event == "map_key":
            parent = ".".join(map(_starred, path.split(".")))
            yield parent, _starred(value)


def _events(events: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """The events of a piece that may end anywhere."""
    try:
        yield from events
    except (ijson.JSONError, UnicodeDecodeError):
        return


def _starred(key: str) -> str:
    return "*" if _IDENTIFIER_KEY.fullmatch(key) else key


def _tail(file: SourceFile) -> str:
    with file.path.open("rb") as stream:
        stream.seek(max(file.size - _TAIL, 0))
        return stream.read().decode(file.encoding, errors="replace")
