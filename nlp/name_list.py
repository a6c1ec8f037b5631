"""The list of names: which words people are called, and which of those are everyday words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from nlp.errors import ArtefactError


class WordKind(StrEnum):
    """What the list says of a word."""

    GIVEN = "given"
    """A given name and nothing else: a candidate in any case, a name with a capital."""
    RARE = "rare"
    """A given name of few people: a candidate with a capital."""
    SURNAME = "surname"
    """A surname and no everyday word: a candidate with a capital, or by its ending."""
    WORD = "word"
    """A name that is a word as well, "Bo", "Berg": a candidate with a capital."""
    COMMON = "common"
    """An everyday word: no candidate, and no surname when it follows a name."""


Names = Mapping[str, WordKind]
"""The list, by word in lower case."""

_GIVEN: Final = frozenset({WordKind.GIVEN, WordKind.RARE, WordKind.WORD})
_LIKE_A_SURNAME: Final = re.compile(r"[a-zåäöé]{2,}(?:sson|[qk]vist|quist)")


def parse_names(lines: Sequence[str]) -> Names:
    """The list from its lines, each a word, a tab and a kind.

    Raises:
        ArtefactError: A line does not fit.
    """
    names: dict[str, WordKind] = {}
    for number, line in enumerate(lines, 1):
        if line:
            word, _, kind = line.partition("\t")
            try:
                names[word] = WordKind(kind)
            except ValueError as error:
                raise ArtefactError(f"line {number} of the list of names has no kind") from error
    return names


def word_kind(word: str, names: Names) -> WordKind | None:
    """What the list says of a word, with a capital also in the genitive; None if nothing."""
    lowered = word.lower()
    kind = names.get(lowered)
    if "-" in lowered and kind is not WordKind.GIVEN:  # "Kent-Ove": few bear just this pair
        parts = [names.get(part) for part in lowered.split("-")]
        if parts[0] is WordKind.GIVEN and _GIVEN.issuperset(parts):
            return WordKind.GIVEN
    if kind is not None:
        return kind
    owner = lowered.removesuffix("s")
    if owner != lowered and word[0].isupper():  # "lottas" is a verb, "Lottas" somebody's
        kind = names.get(owner)
    if kind is None and _LIKE_A_SURNAME.fullmatch(owner):
        return WordKind.SURNAME
    return kind


def is_candidate(word: str, names: Names) -> bool:
    """Whether a word may be a name, as far as the list and its first letter tell."""
    kind = word_kind(word, names)
    if kind is None or kind is WordKind.COMMON:
        return False
    return (
        kind is WordKind.GIVEN
        or word[0].isupper()
        or (kind is WordKind.SURNAME and _LIKE_A_SURNAME.fullmatch(word) is not None)
    )
