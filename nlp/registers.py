"""Registers: ways of writing that can be told from the text alone, by rules simple enough to say.

A text may be of several, or of none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from nlp.language import DEFAULT, detect
from nlp.pseudonymise import MASK, PLACEHOLDERS
from nlp.tagger import EMOJI

FEW: Final = 50
"""Texts under which a figure of a register is marked: one text then moves it by two points."""

_EMOJI: Final = re.compile(f"[{EMOJI}]")
_LETTER: Final = re.compile(r"[^\W\d_]")
_WORD: Final = re.compile(r"[^\W_]+(?:['’:-][^\W_]+)*")
_OUTCRY: Final = re.compile(r"[!?.]{2,}|…")
_NAMED: Final = re.compile(r"@~?\w+|(?:https?://|www\.)\S+")

_FEW_LETTERS: Final = 10
"""Below this a text without capitals is no way of writing: "ok", "tack"."""

_MANY_WORDS: Final = 25
"""Whole sentences of this length are a letter rather than a remark."""


_SPOKEN: Final = frozenset(
    (
        *("asså", "ba", "bre", "bror", "e", "fett", "haha", "hahaha", "iaf", "keff", "len", "lol"),
        *("mkt", "nice", "ngn", "ngt", "nt", "nån", "nåt", "nånsin", "omg", "oxå", "pga", "soft"),
        *("stan", "sån", "sånt", "såna", "typ", "va", "vafan", "wallah", "wtf", "yalla"),
    )
)
"""Spellings of speech, of the net and of slang."""


def _bare(text: str) -> str:
    """The text without masks, names and links, whose case nobody chose."""
    return _NAMED.sub(" ", MASK.sub(" ", text))


def _is_emoji_only(text: str) -> bool:
    bare = _bare(text)
    return bool(_EMOJI.search(bare)) and not _WORD.search(bare)


def _is_lower_case(text: str) -> bool:
    bare = _bare(text)
    return len(_LETTER.findall(bare)) >= _FEW_LETTERS and bare == bare.lower()


def _is_formal(text: str) -> bool:
    bare = _bare(text).strip()
    return (
        len(_WORD.findall(bare)) >= _MANY_WORDS
        and bare[0].isupper()
        and bare[-1] in ".!?"
        and not _EMOJI.search(bare)
        and not _OUTCRY.search(bare)
    )


def _is_spoken(text: str) -> bool:
    return any(word.lower() in _SPOKEN for word in _WORD.findall(_bare(text)))


def _is_masked(text: str) -> bool:
    return any(mask in text for mask in PLACEHOLDERS.values())


def _is_english(text: str) -> bool:
    return detect(text) == "en"


def _is_in_another_language(text: str) -> bool:
    return detect(text) not in (None, DEFAULT, "en")


def is_casual(text: str) -> bool:
    """Whether a text is written as people speak, or all in lower case, rather than by the book."""
    return _is_lower_case(text) or _is_spoken(text)


REGISTERS: Final[Mapping[str, Callable[[str], bool]]] = {
    "emoji_only": _is_emoji_only,
    "lower_case": _is_lower_case,
    "spoken": _is_spoken,
    "formal": _is_formal,
    "masked": _is_masked,
    "english": _is_english,
    "other_language": _is_in_another_language,
}
"""By name: emoji and no word; no capital among ten letters or more; a word written as it is spoken,
shortened or in slang; twenty-five words or more from a capital to a full stop, without emoji and
outcry; something masked but names; by language."""
