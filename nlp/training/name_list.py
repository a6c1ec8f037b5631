"""Derives the list of names from how many people are called what, and from running text.

A name that is written in lower case where nobody is meant is a word as well, and one that is a
word a hundred times for every bearer is no name at all: "Vi" and "Kan" are given names too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from nlp import artefacts
from nlp.corpus.outside import OutsideSentence
from nlp.errors import ArtefactError
from nlp.name_list import Names, WordKind

KNOWN_BY: Final = 200
"""Bearers from which a given name is a name in any case."""

BEARERS_PER_WORD: Final = 100
"""Bearers that a name must have for each time it stands as a word, not to be taken for one."""

BEARERS_PER_WORD_BY_HAND: Final = 60
"""The same for one that is known to be both, as Liv; with fewer "Maj" and "Sol" would be names."""

SURELY_A_NAME: Final = 1_000
"""Bearers of a name that one chance use as a word, or a slip of a shift key, makes no word."""

COMMON_FROM: Final = 3
"""Times that a word must be seen in lower case to count as an everyday one."""

_WORD: Final = re.compile(r"(?<![@\w.])[^\W\d_]+(?:-[^\W\d_]+)*")


def read_bearers(path: Path) -> dict[str, int]:
    """How many people bear each name, in lower case; lines of a name, a tab and a number.

    Raises:
        ArtefactError: The file is missing or a line does not fit.
    """
    bearers: Counter[str] = Counter()
    for number, line in enumerate(artefacts.read_lines(path), 1):
        if line:
            name, _, count = line.partition("\t")
            try:
                bearers[name.lower()] += int(count)
            except ValueError as error:
                raise ArtefactError(f"{path} line {number} has no number of bearers") from error
    return dict(bearers)


def derive_names(
    folder: Path, *, sentences: Sequence[OutsideSentence], texts: Iterable[str]
) -> Names:
    """The list of names.

    Args:
        folder: Where given.tsv and surnames.tsv lie, and what is known by hand: nicknames.txt,
            words.txt with names that are words as well, and not-people.txt with what looks like a
            name and is nobody's.
        sentences: News with names marked: what stands in lower case there is a word.
        texts: Comments, in which some write their own names in lower case.
    """
    news = Counter(
        word
        for sentence in sentences
        for word, is_name in zip(sentence.words, sentence.is_name, strict=True)
        if not is_name and word.islower()
    )
    said = Counter(
        match[0] for text in texts for match in _WORD.finditer(text) if match[0].islower()
    )
    names = {
        word: WordKind.COMMON for word in news | said if news[word] + said[word] >= COMMON_FROM
    }
    words = _words_in(folder / "words.txt")
    for surname in _surnames_in(sentences) | read_bearers(folder / "surnames.tsv").keys():
        is_word = surname in words or bool(news[surname] + said[surname])
        names[surname] = WordKind.WORD if is_word else WordKind.SURNAME
    for name, count in read_bearers(folder / "given.tsv").items():
        # Lower-case mentions in comments may be of people: as many more as many are called so.
        of_people = 1 + count // SURELY_A_NAME
        as_word = news[name] + max(0, said[name] - of_people)
        if name in words and as_word * BEARERS_PER_WORD_BY_HAND <= count:
            names[name] = WordKind.WORD
        elif as_word * BEARERS_PER_WORD <= count:
            names[name] = _kind_of_given(count, as_word)
    names |= dict.fromkeys(_words_in(folder / "nicknames.txt"), WordKind.GIVEN)
    names |= dict.fromkeys(_words_in(folder / "not-people.txt"), WordKind.COMMON)
    return dict(sorted(names.items()))


def _words_in(path: Path) -> set[str]:
    lines = (line.strip() for line in artefacts.read_lines(path))
    return {line for line in lines if line and line[0] != "#"}


def _kind_of_given(bearers: int, as_word: int) -> WordKind:
    if as_word > 1 or (as_word and bearers < SURELY_A_NAME):
        return WordKind.WORD
    return WordKind.GIVEN if bearers >= KNOWN_BY else WordKind.RARE


def _surnames_in(sentences: Sequence[OutsideSentence]) -> set[str]:
    """What stands last in names of several words."""
    found = set()
    for sentence in sentences:
        marked = [*sentence.is_name, False]
        for place in range(1, len(sentence.words)):
            word = sentence.words[place]
            is_last = marked[place - 1] and marked[place] and not marked[place + 1]
            if is_last and len(word) > 2 and word[0].isupper() and word.isalpha():
                found.add(word.lower())
    return {name for name in found if name.removesuffix("s") == name or name[:-1] not in found}
