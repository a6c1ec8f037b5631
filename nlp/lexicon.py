"""Lists of Swedish words and phrases with weights, as the files in models/lexicons/sv/ hold them.

Opens no files: `artefacts` reads the lines and hands them to `Lexicon.parse`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from nlp.errors import ArtefactError

COLUMNS: Final = ("phrase", "weight", "by", "note")
"""Header of every lexicon file; the columns are separated by tabs."""


class MatchBy(StrEnum):
    """How a phrase is sought in a text."""

    FORM = "form"
    """The words as written, upper and lower case alike."""
    LEMMA = "lemma"
    """The dictionary form of every word: "trasig" finds "trasiga"."""
    PART = "part"
    """One word that begins ("jätte*") or ends ("*jävel") so: Swedish writes compounds together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of a lexicon. The weight's unit is that of the rule which reads the lexicon."""

    phrase: str
    weight: float
    by: MatchBy
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """One immutable list of phrases; `name` is its file's name without ".tsv"."""

    name: str
    entries: tuple[Entry, ...]

    @classmethod
    def parse(cls, name: str, lines: Iterable[str]) -> Self:
        """The lexicon in the lines of a file; ArtefactError names the file and the broken row."""
        entries: list[Entry] = []
        seen: set[tuple[str, MatchBy]] = set()
        numbered = enumerate(lines, start=1)
        header = next(numbered, (1, ""))[1].rstrip("\r\n").removeprefix("\ufeff")
        if tuple(header.split("\t")) != COLUMNS:
            raise _broken(name, 1, f"the columns must be {', '.join(COLUMNS)}, separated by tabs")
        for number, line in numbered:
            if not line.strip():
                continue
            entry = _entry(name, number, line.rstrip("\r\n").split("\t"))
            if (entry.phrase, entry.by) in seen:
                raise _broken(name, number, f"{entry.phrase!r} stands there twice")
            seen.add((entry.phrase, entry.by))
            entries.append(entry)
        if not entries:
            raise _broken(name, 1, "there are no rows under the header")
        return cls(name=name, entries=tuple(entries))


def _entry(name: str, number: int, cells: list[str]) -> Entry:
    if len(cells) != len(COLUMNS):
        raise _broken(name, number, f"it has {len(cells)} columns instead of {len(COLUMNS)}")
    phrase, weight_text, by_text, note = (cell.strip() for cell in cells)
    try:
        weight = float(weight_text)
    except ValueError:
        raise _broken(name, number, f"the weight {weight_text!r} is no number") from None
    if not math.isfinite(weight):
        raise _broken(name, number, f"the weight {weight_text!r} is not finite")
    if by_text not in tuple(MatchBy):
        known = ", ".join(MatchBy)
        raise _broken(name, number, f"{by_text!r} is no way to match; there are {known}")
    by = MatchBy(by_text)
    if not phrase or phrase != phrase.lower():
        raise _broken(name, number, "the phrase must stand in lower case and not be empty")
    if (by is MatchBy.PART) != ("*" in phrase):
        raise _broken(name, number, "a star goes with matching by part, and only with that")
    if by is MatchBy.PART and not _is_part(phrase):
        raise _broken(name, number, "the star must stand first or last in a single word")
    return Entry(phrase=phrase, weight=weight, by=by, note=note)


def _is_part(phrase: str) -> bool:
    stem = phrase.strip("*")
    return len(phrase) - len(stem) == 1 and stem.isalpha()


def _broken(name: str, number: int, reason: str) -> ArtefactError:
    return ArtefactError(f"{name}.tsv, line {number}: {reason}")
