"""Finds texts that are nearly the same, and word sequences that come back too often.

Both would let a reader score by memory: a near-copy in another split, a pet phrase of one writer.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final

from datasketch import MinHash, MinHashLSH

SEQUENCE: Final = 6
"""Words in a sequence that counts as repeated."""

ALIKE: Final = 0.6
"""Jaccard likeness of two texts' word pairs from which they are near-duplicates."""

SHORTEST: Final = 6
"""Words under which texts are not compared: two people may well both write "Tack så mycket"."""

_PERMUTATIONS: Final = 128
_WORD: Final = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """The words of a text, lower case, without punctuation and emojis."""
    return _WORD.findall(text.lower())


def near_duplicates(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Pairs of ids whose texts are nearly the same, each pair once, first id first.

    Candidates come from MinHash with banding (Broder 1997); each is then compared exactly.
    """
    shingles = {name: found for name, text in texts.items() if (found := _shingles(text))}
    index = MinHashLSH(threshold=ALIKE - 0.3, num_perm=_PERMUTATIONS)
    for name, found in shingles.items():
        sketch = MinHash(num_perm=_PERMUTATIONS)
        sketch.update_batch([" ".join(pair).encode() for pair in found])
        for other in index.query(sketch):
            both = len(found & shingles[other])
            if both >= ALIKE * (len(found) + len(shingles[other]) - both):
                yield other, name
        index.insert(name, sketch)


def _shingles(text: str) -> frozenset[tuple[str, str]]:
    told = words(text)
    if len(told) < SHORTEST:
        return frozenset()
    return frozenset(pairwise(told))


def repeated_sequences(
    texts: Mapping[str, str], *, most: int, allowed: Iterable[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Sequences of six words that stand in more than `most` texts, with the ids of those texts.

    Args:
        texts: By id.
        most: Number of texts that may share a sequence.
        allowed: Set phrases; a sequence inside one of them, or that holds one, is no repeat.
    """
    phrases = [f" {' '.join(words(phrase))} " for phrase in allowed]
    places: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, text in texts.items():
        told = words(text)
        for sequence in {tuple(told[at : at + SEQUENCE]) for at in range(len(told) - SEQUENCE + 1)}:
            places[sequence].append(name)
    for sequence, names in places.items():
        if len(names) > most:
            spelled = f" {' '.join(sequence)} "
            if not any(phrase in spelled or spelled in phrase for phrase in phrases):
                yield spelled.strip(), tuple(names)
