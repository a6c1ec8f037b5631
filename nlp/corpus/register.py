"""Measures how texts are written, so that invented comments can be held against real ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, quantiles
from typing import Final

from simplemma import is_known

from nlp.corpus.repeats import words
from nlp.errors import ArtefactError

_EMOJI: Final = re.compile("[\u2190-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]")
_ENDING: Final = (".", "!", "?", "…")
_WINDOW: Final = 500
"""Words over which types are counted; the share of types falls with length, so it must be fixed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """How a set of texts is written; shares are of texts unless said otherwise."""

    texts: int
    words_p10: float
    words_median: float
    words_p90: float
    ends_with_a_stop: float
    starts_in_lower_case: float
    holds_question_mark: float
    holds_exclamation_mark: float
    holds_emoji: float
    words_in_capitals: float
    """Share of words of two letters or more."""
    unknown_words: float
    """Share of words that a Swedish word list lacks: misspelt, names, slang, foreign."""
    types: float
    """Different words among 500 in a row, mean over the texts laid end to end."""


def register(texts: Sequence[str]) -> Register:
    """Describe at least ten texts.

    Raises:
        ArtefactError: Fewer than ten texts.
    """
    if len(texts) < 10:
        raise ArtefactError("the way texts are written is described from ten texts or more")
    told = [words(text) for text in texts]
    lengths = quantiles([len(each) for each in told], n=10)
    spoken = [word for each in told for word in each]
    spelled = [word for text in texts for word in re.findall(r"[^\W\d_]{2,}", text)]
    stripped = [text.strip() for text in texts]
    return Register(
        texts=len(texts),
        words_p10=lengths[0],
        words_median=lengths[4],
        words_p90=lengths[8],
        ends_with_a_stop=mean(text.endswith(_ENDING) for text in stripped),
        starts_in_lower_case=mean(text[:1].islower() for text in stripped),
        holds_question_mark=mean("?" in text for text in texts),
        holds_exclamation_mark=mean("!" in text for text in texts),
        holds_emoji=mean(bool(_EMOJI.search(text)) for text in texts),
        words_in_capitals=mean(word.isupper() for word in spelled),
        unknown_words=mean(not is_known(word, lang="sv") for word in spelled),
        types=_types(spoken),
    )


def _types(spoken: Sequence[str]) -> float:
    starts = range(0, max(1, len(spoken) - _WINDOW + 1), _WINDOW)
    return mean(
        len(set(spoken[at : at + _WINDOW])) / len(spoken[at : at + _WINDOW]) for at in starts
    )
