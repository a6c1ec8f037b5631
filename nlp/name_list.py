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
_FEW_BEAR: Final = frozenset({None, WordKind.RARE, WordKind.SURNAME})
_GENITIVE: Final = re.compile(r"['\u2019\u00b4]?s$")
_LIKE_A_SURNAME: Final = re.compile(r"[a-zåäöé]{2,}(?:sson|[qk]vist|quist|stedt)")

_FIRST_PARTS: Final = (
    "ah ahl al alm asp ax back berg björk blom bo boh bol brand brod bro by bäck dahl ed edel ek "
    "eke eng fager falk fors frid glas gran grön gull gyllen hag hall hammar hassel hed hell "
    "hjelm hjert holm hult häg hägg hög jung karl kihl kjell klar kron kull käll lag lager lilj "
    "lilje lin lind ljung lund löf löv malm mel mell mo mol myr nor nord norr ny näs od palm pihl "
    "ram ring ros rosen rud rund ryd rönn sah sahl sal sand sed sel sell sjö skog sköld sten "
    "stjern strand ström ståhl stål sund svan sved svärd säf söder tall teg thor thun tor torn "
    "törn wahl val vall wall we wed wenner west wester vest vester vi vik wi wid wik win zetter å "
    "åg åh åhl åker ås äng ö öh öst öster"
).replace(" ", "|")
_LAST_PARTS: Final = (
    "ander berg bergh blad blom bom bäck dahl din ell én feldt felt gren holm in krantz lander lin "
    "lind lindh ling lund lundh löf löv man mark nér roth sten strand ström thorn vall wall"
).replace(" ", "|")
_COMPOUND: Final = re.compile(rf"(?:{_FIRST_PARTS})(?:{_LAST_PARTS})")
"""The surnames that people took by putting two words of nature together. Without the last parts
that places have as well, -by, -borg, -dal, -fors and -gård."""


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
    if kind not in _FEW_BEAR:
        return kind
    if not word[0].isupper():  # "lottas" is a verb, "Lottas" somebody's
        return kind or (WordKind.SURNAME if is_like_a_surname(word) else None)
    owner = _GENITIVE.sub("", lowered)
    if owner != lowered:
        of_owner = names.get(owner)
        # "Daniels" is somebody's far oftener than it is the name that few bear.
        if kind is None or of_owner is WordKind.GIVEN:
            kind = of_owner
    if kind is None and (_LIKE_A_SURNAME.fullmatch(owner) or _COMPOUND.fullmatch(owner)):
        return WordKind.SURNAME
    return kind


def is_like_a_surname(word: str) -> bool:
    """Whether a word is a surname by its ending alone, in any case: no word ends so."""
    return _LIKE_A_SURNAME.fullmatch(_GENITIVE.sub("", word.lower())) is not None


def is_candidate(word: str, names: Names) -> bool:
    """Whether a word may be a name, as far as the list and its first letter tell."""
    kind = word_kind(word, names)
    if kind is None or kind is WordKind.COMMON:
        return False
    return (
        kind is WordKind.GIVEN
        or word[0].isupper()
        or (kind is WordKind.SURNAME and is_like_a_surname(word))
    )
