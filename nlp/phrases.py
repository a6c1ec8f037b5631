"""Finds the phrases of all lexicons in a text, in one pass, sentence by sentence."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Final

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from nlp.errors import ArtefactError
from nlp.lexicon import Entry, Lexicon, MatchBy
from nlp.tagger import EMOJI

NEGATORS: Final = "negator"
INTENSIFIERS: Final = "intensifier"

MOST_KEPT: Final = 4_096
"""Texts whose sentences are remembered: a batch of comments and their replies."""

NEGATION_WINDOW: Final = 4
"""Words before a phrase in which a negator counts: "inte alls en särskilt bra" spans four."""

_CLAUSE_ENDS: Final = frozenset({",", ";", ":", "–", "men", "utan", "fast", "\n"})
"""A negation does not reach past these: "inte vackert, men bra"."""

_OPENING: Final = 4
"""Characters that may stand before an opening phrase: a short word such as "men" or "så"."""

_ENDS_ASKING: Final = re.compile(rf"\?[?!.\s\"”)\]{EMOJI}]*\Z")


@dataclass(frozen=True, slots=True)
class Hit:
    """One phrase found at the half-open span [start, end) of the text's characters."""

    phrase: str
    weight: float
    start: int
    end: int
    negated: bool
    """A negator stands shortly before ("inte alls bra") or right after ("gillar inte")."""
    intensified: bool
    """An intensifier stands right before ("väldigt bra")."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, [start, end) of its text, with what was found in it."""

    text: str = field(repr=False)
    start: int
    end: int
    hits: dict[str, list[Hit]] = field(repr=False)

    def of(self, lexicon: str) -> list[Hit]:
        """What was found of one lexicon, in text order."""
        return self.hits.get(lexicon, [])

    def opens_with(self, lexicon: str) -> Hit | None:
        """The phrase of the lexicon that stands first in the sentence, if one does."""
        hits = self.hits.get(lexicon)
        return hits[0] if hits and hits[0].start - self.start <= _OPENING else None

    @property
    def asks(self) -> bool:
        """Whether it ends on a question mark, whatever ornaments follow."""
        return _ENDS_ASKING.search(self.text) is not None


class Phrases:
    """The phrases of some lexicons, ready to be found in texts."""

    def __init__(
        self,
        lexicons: Mapping[str, Lexicon],
        tagger: Language,
        *,
        names: Iterable[str] | None = None,
    ) -> None:
        """Prepares the search; takes tenths of a second, so build once.

        Args:
            lexicons: By name; the negators and intensifiers must be among them.
            tagger: The text pipeline, by `tagger.build`.
            names: The lexicons to seek, if not all: fewer are faster.

        Raises:
            ArtefactError: A named lexicon is missing.
        """
        wanted = sorted({*(lexicons if names is None else names), NEGATORS, INTENSIFIERS})
        if missing := [f"{name}.tsv" for name in wanted if name not in lexicons]:
            raise ArtefactError(f"models/lexicons/sv lacks {', '.join(missing)}")
        self._tagger = tagger
        self._entries: dict[int, tuple[str, Entry]] = {}
        self._by_form = PhraseMatcher(tagger.vocab, attr="LOWER")
        self._by_lemma = PhraseMatcher(tagger.vocab, attr="LEMMA")
        self._parts: list[tuple[str, Entry]] = []
        for name in wanted:
            for entry in lexicons[name].entries:
                self._add(name, entry)
        self._parts_in = lru_cache(maxsize=100_000)(self._find_parts)
        self._cached = lru_cache(maxsize=MOST_KEPT)(self._find_sentences)

    def sentences(self, text: str) -> tuple[Sentence, ...]:
        """The sentences of a text with all phrases in them; of overlapping ones the longest.

        What raises a matter and what gives a reason are asked of the same comment, one after all
        others of its batch: it is gone through once.
        """
        found: tuple[Sentence, ...] = self._cached(text)
        return found

    def _find_sentences(self, text: str) -> tuple[Sentence, ...]:
        document = self._tagger(text)
        # whole columns at once: going through token objects doubles the time of reading
        begins = document.to_array("IDX").tolist()
        lengths = document.to_array("LENGTH").tolist()
        marks = document.to_array("SENT_START").tolist()
        ends = [begin + length for begin, length in zip(begins, lengths, strict=True)]
        firsts = [place for place, mark in enumerate(marks) if mark == 1]
        found = [
            _sentence(text, begins[first], ends[beyond - 1])
            for first, beyond in pairwise([*firsts, len(begins)])
        ]
        longest = self._find(document)
        negators = {end - 1 for _, end, entry in longest.get(NEGATORS, ()) if entry.weight > 0}
        intensified = {end for _, end, _ in longest.get(INTENSIFIERS, ())}
        for name, matches in longest.items():
            for begin, end, entry in matches:
                sentence = found[bisect_right(firsts, begin) - 1]
                sentence.hits.setdefault(name, []).append(
                    Hit(
                        phrase=entry.phrase,
                        weight=entry.weight,
                        start=begins[begin],
                        end=ends[end - 1],
                        negated=bool(negators) and _is_negated(document, begin, end, negators),
                        intensified=begin in intensified,
                    )
                )
        return tuple(found)

    def _add(self, name: str, entry: Entry) -> None:
        if entry.by is MatchBy.PART:
            self._parts.append((name, entry))
            return
        key = f"{name}\t{entry.by}\t{entry.phrase}"
        self._entries[self._tagger.vocab.strings.add(key)] = (name, entry)
        matcher = self._by_form if entry.by is MatchBy.FORM else self._by_lemma
        matcher.add(key, [self._tagger(entry.phrase)])

    def _find(self, document: Doc) -> dict[str, list[tuple[int, int, Entry]]]:
        found: dict[str, list[tuple[int, int, Entry]]] = defaultdict(list)
        for matcher in (self._by_form, self._by_lemma):
            for key, begin, end in matcher(document):
                name, entry = self._entries[key]
                found[name].append((begin, end, entry))
        for place, word in enumerate(document.to_array("LOWER").tolist()):
            for name, entry in self._parts_in(word):
                found[name].append((place, place + 1, entry))
        return {name: _longest(matches) for name, matches in found.items()}

    def _find_parts(self, key: int) -> tuple[tuple[str, Entry], ...]:
        word = self._tagger.vocab.strings[key]
        return tuple(
            (name, entry)
            for name, entry in self._parts
            if len(entry.phrase) <= len(word)
            and (
                word.startswith(entry.phrase[:-1])
                if entry.phrase.endswith("*")
                else word.endswith(entry.phrase[1:])
            )
        )


def _sentence(text: str, begin: int, end: int) -> Sentence:
    """The sentence in [begin, end), without the space around it."""
    piece = text[begin:end]
    start = begin + len(piece) - len(piece.lstrip())
    said = piece.strip()
    return Sentence(text=said, start=start, end=start + len(said), hits={})


def _longest(matches: list[tuple[int, int, Entry]]) -> list[tuple[int, int, Entry]]:
    """The matches without those inside another, in text order; of equals the heaviest."""
    if len(matches) < 2:
        return matches
    kept: list[tuple[int, int, Entry]] = []
    for match in sorted(matches, key=lambda match: (match[0], -match[1], -abs(match[2].weight))):
        if not kept or kept[-1][1] < match[1]:
            kept.append(match)
    return kept


def _is_negated(document: Doc, begin: int, end: int, negators: set[int]) -> bool:
    if end in negators:
        return True
    for index in range(begin - 1, max(-1, begin - 1 - NEGATION_WINDOW), -1):
        if document[index + 1].is_sent_start or document[index].lower_ in _CLAUSE_ENDS:
            return False
        if index in negators:
            return True
    return False
