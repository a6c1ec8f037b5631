"""LIX, the Swedish readability figure: words per sentence plus the share of long words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from nlp.tagger import sentences

FEWEST_WORDS: Final = 20
"""Below this LIX is not given: one long word more or less would move it by over five units,
half a band (30 easy, 40 medium, 50 hard, 60 official prose)."""

LONG_WORD: Final = 6
"""Words with more letters than this are long."""

_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_NOT_PROSE: Final = re.compile(r"https?://\S+|www\.\S+|[@#]~?\S+|\[[\w-]+\]")


@lru_cache(maxsize=256)  # every rule about a reply asks anew
def words_by_sentence(text: str) -> tuple[tuple[str, ...], ...]:
    """The words of each sentence that has any; links, mentions, hashtags and masks are none."""
    found = (_WORD.findall(_NOT_PROSE.sub(" ", text[start:end])) for start, end in sentences(text))
    return tuple(tuple(words) for words in found if words)


def lix(text: str) -> float | None:
    """LIX of a text, or None where it is too short for the figure to mean anything."""
    by_sentence = words_by_sentence(text)
    words = [word for sentence in by_sentence for word in sentence]
    if len(words) < FEWEST_WORDS:
        return None
    long_words = sum(len(word) > LONG_WORD for word in words)
    return len(words) / len(by_sentence) + 100 * long_words / len(words)
