"""Find the names of people in running text and mask them.

A list of names points at the few texts that may hold one. A capitalised given name that is no
word is a name; a small recogniser reads the text and decides the rest by context, for "Bo" and
"Rosa" are words as well. Names after @ are keyed by `pseudonymise`, which goes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from nlp.name_list import Names, WordKind, is_candidate, word_kind
from nlp.pseudonymise import MOST_ROUNDS, PLACEHOLDERS, Masked

if TYPE_CHECKING:
    from nlp.recogniser import Recogniser

Span = tuple[int, int]

NAME: Final = "name"
"""The kind of personal data that a name is, of `PLACEHOLDERS`."""


_LETTERS: Final = r"[^\W\d_]+(?:[-\u2010\u2011’'´][^\W\d_]+)*"
_WORD: Final = re.compile(_LETTERS)
_TOKEN: Final = re.compile(
    r"\[[\w-]+\]|@~?[\w.]++|\w[\w.+-]{0,63}+@[\w.-]++|(?:https?://|www\.)[^\s\ud800-\udfff]+"
    r"|[\w-]{1,63}+(?:\.[\w-]{1,63}+){0,4}\.(?:se|com|nu|org|net|eu)\b"
    rf"|{_LETTERS}|\d+|\n+|[^\w\s\ud800-\udfff]|_"
)
_PLACE: Final = re.compile(
    r"\w*(?:gata(?:n|s)?|väg(?:en)?|torg(?:et)?|platsen|gränd(?:en)?|parken|backen|allén?"
    r"|skola(?:n|ns)?|kyrka(?:n|ns)?|sjukhus(?:et)?|priset)"
    r"|\w{2,}(?:plan|plats|park|backe|stig(?:en)?|bron|hagen)"
    r"|plan|plats|park|backe|minne|stiftelse|pizza|pizzeria|salong|frisör|livs|café|kiosk|bageri",
    re.IGNORECASE,
)
"""What a place or business called after somebody ends in: "Karl Johansgatan", "Olles Pizza"."""

# fmt: off
_LEADS: Final = frozenset({
    "hej", "hejsan", "tack", "mvh", "heter", "hälsning", "hälsningar", "hälsa", "hälsar", "kram",
    "ring", "fråga", "kontakta", "mejla", "herr", "fru", "farbror", "tant", "moster", "morbror",
    "faster", "syster", "bror", "doktor",
})
# fmt: on
"""Words after which one that may be a name is a name: "Tack Bo", "jag heter My"."""

_TAIL: Final = 120
"""Signs at the end of a reply among which its sign-off stands."""
_SIGN_OFF: Final = re.compile(
    r"(?:(?<![\w/:])/{1,2} ?(?=[^\W\d_])"
    r"|(?<!\w)(?:mvh|vh|hälsar|\w*hälsning(?:ar)?|regards)\b[ ,.!:\n]*)"
    r"[^.!?]{1,80}[.!]?[^\w/]*\Z",
    re.IGNORECASE,
)
_LAST_WORDS: Final = re.compile(r"(?:(?:,| och| &| \|)[^.!?\n]{0,50})?[^\w.!?]*\Z")
_LAST_LINE: Final = re.compile(r"[^.!?\n]{0,50}\Z")


def tokens(text: str) -> list[Span]:
    """The spans of what the recogniser reads as one: words, signs, masks, addresses."""
    return [match.span() for match in _TOKEN.finditer(text)]


class NameFinder:
    """Finds names: the list proposes, the recogniser decides what the list leaves open."""

    def __init__(self, names: Names, recogniser: Recogniser) -> None:
        """Put a list and the recogniser that was trained with it together."""
        self._names = names
        self._recogniser = recogniser

    def find(self, texts: Sequence[str]) -> list[list[Span]]:
        """For each text, the spans of the names in it: in order, apart, of whole words.

        Linear in the length of the texts; many at once are several times faster than one by one.
        """
        found: list[list[Span]] = [[] for _ in texts]
        worth = [place for place, text in enumerate(texts) if self._may_hold_a_name(text)]
        cut = [tokens(texts[place]) for place in worth]
        words = [
            [texts[place][start:end] for start, end in spans]
            for place, spans in zip(worth, cut, strict=True)
        ]
        read = self._recogniser.read(words)
        for place, spans, each, told in zip(worth, cut, words, read, strict=True):
            found[place] = [
                (spans[start][0], spans[end - 1][1]) for start, end in self._names_in(each, told)
            ]
        return found

    def _may_hold_a_name(self, text: str) -> bool:
        return any(is_candidate(match[0], self._names) for match in _WORD.finditer(text))

    def _names_in(self, words: Sequence[str], told: Sequence[Span]) -> Iterator[Span]:
        """Stretches of words that are a name, by the list or by the recogniser."""
        recognised = {place for start, end in told for place in range(start, end)}
        held: list[bool] = []
        for place, word in enumerate(words):
            before = words[place - 1] if place else ""
            is_name = place in recognised or self._is_name(
                word, before=before, follows_name=bool(held) and held[-1]
            )
            held.append(is_name and _WORD.fullmatch(word) is not None)
        place = 0
        while place < len(words):
            start = place
            while place < len(words) and held[place]:
                place += 1
            end = self._without_place(words, start, place)
            if any(
                word[0].isupper() or is_candidate(word, self._names) for word in words[start:end]
            ):
                yield start, end
            place += 1

    def _is_name(self, word: str, *, before: str, follows_name: bool) -> bool:
        """Whether the list and the word before tell that this is a name."""
        kind = word_kind(word, self._names)
        if not word[0].isupper() or kind is WordKind.COMMON:
            return False
        if kind is WordKind.GIVEN:
            return True
        if follows_name:  # a surname, but not what somebody owns: "Olles Pizza"
            return not before.endswith("s") or before.lower() in self._names
        if before.startswith("@"):  # "@lisa Ekström": a mention is keyed as far as the space
            return kind is WordKind.SURNAME
        return kind is not None and before.lower() in _LEADS

    def _without_place(self, words: Sequence[str], start: int, end: int) -> int:
        """Where a name ends that a place may follow; its start when it is the place's own."""
        last = end
        while last > start and _PLACE.fullmatch(words[last - 1]):
            last -= 1
        if last == start:
            return start
        following = words[last] if last < len(words) else ""
        # "Olles Pizza", "Olof Palmes gata"; "Karl Johansgatan", but "Sven Ekman Ringvägen 18".
        is_owner = words[last - 1].endswith("s") and _PLACE.fullmatch(following) is not None
        return start if is_owner or (last < end and last - start == 1) else last


def mask_names(
    masked: Sequence[Masked], finder: NameFinder, *, from_organisation: Sequence[bool]
) -> list[Masked]:
    """The texts with the names of people masked as well. Masking twice is masking once.

    Args:
        masked: Texts as `pseudonymise` gives them: what is found after @ or marked is keyed.
        finder: Finds the names.
        from_organisation: Of each text, whether the organisation signs it with a name to be
            reached by, which is kept.
    """
    done = list(masked)
    open_places = list(range(len(done)))
    for _ in range(MOST_ROUNDS):  # a name that is masked is context for the next
        changed = []
        found = finder.find([done[place].text for place in open_places])
        for place, spans in zip(open_places, found, strict=True):
            before = done[place]
            hidden = [
                span
                for span in spans
                if not (from_organisation[place] and is_signature(before.text, *span))
            ]
            if hidden:
                edited = before.edited.replace(
                    (start, end, PLACEHOLDERS[NAME]) for start, end in hidden
                )
                done[place] = Masked(edited=edited, kinds=before.kinds | {NAME})
                changed.append(place)
        open_places = changed
    return done


def is_signature(text: str, start: int, end: int) -> bool:
    """Whether the name at [start, end) signs the text: "/Anna", "Mvh Anna, Kundtjänst"."""
    tail = max(0, len(text) - _TAIL)
    if start < tail:
        return False
    signed = _SIGN_OFF.search(text, tail)
    return (signed is not None and start >= signed.start()) or _closes(text, start, end)


def _closes(text: str, start: int, end: int) -> bool:
    """Whether a name opens the last line or sentence and little follows: "Marie, rektor"."""
    before = text[max(0, start - 2) : start].rstrip(" ")[-1:]
    if before == "\n":
        return _LAST_LINE.match(text, end) is not None
    return before in {".", "!", "?"} and _LAST_WORDS.match(text, end) is not None
