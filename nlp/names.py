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
from nlp.sign_offs import is_signature

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
    r"(?P<of>\w*)(?:gata(?:n|s)?|väg(?:en)?|torg(?:et)?|platsen|gränd(?:en)?|parken|backen|allén?"
    r"|skolan?|kyrkan?|sjukhus(?:et)?|priset)"
    r"|(?P<of_short>\w{2,})(?:plan|plats|park|backe|stig(?:en)?|bron|hagen)",
    re.IGNORECASE,
)
"""How places end that are called after somebody: "Karl Johansgatan"."""

# fmt: off
_STREETS: Final = frozenset({
    "gata", "väg", "torg", "gränd", "plan", "plats", "park", "backe", "allé", "hage", "stig", "bro",
    "minne", "stiftelse", "gymnasium",
})
"""What is called after one with a surname: "Karin Boyes gata". "Karins gata" is where she lives."""
_CHURCHES: Final = frozenset({"kyrka", "kyrkogård", "kapell", "församling", "distrikt"})
_SCHOOLS: Final = frozenset({"skola", "förskola", "sjukhus", "torg", "park"})
"""What is called after somebody without a genitive: "Maria kyrka", "Sofia skola"."""
_BUSINESSES: Final = frozenset({
    "pizza", "pizzeria", "salong", "frisör", "livs", "café", "kiosk", "bageri", "konditori", "krog",
})
"""What is called after whoever has it, with a capital: "Olles Pizza", "Astrid Lindgrens Värld"."""
_FEAST: Final = re.compile(r"bebådelse\w{0,9}|himmelsfärd\w{0,9}|gås")
_HOLY: Final = frozenset({"Sankt", "sankt", "Sankta", "sankta", "St", "Tjugondag", "tjugondag"})
"""What stands before saints and feasts, "Sankt Görans"; "S:t" is cut in three."""

_LEADS: Final = frozenset({
    "hej", "hejsan", "tack", "mvh", "heter", "hette", "hälsning", "hälsningar", "hälsa", "hälsar",
    "kram", "ring", "fråga", "kontakta", "mejla", "herr", "fru", "farbror", "tant", "moster",
    "morbror", "faster", "syster", "bror", "doktor",
})
# fmt: on
"""Words after which one that may be a name is a name: "Tack Bo", "jag heter My"."""

_SURE_LEADS: Final = frozenset({"heter", "hette", "mvh"})

_PARTICLES: Final = frozenset({"af", "al", "bin", "da", "de", "del", "della", "el", "van", "von"})
"""What stands in small letters inside of names."""

_NO_SURNAME: Final = re.compile(r"\w{2,}(?:ingen|ingar|heten|arna|erna|orna|igt|ande|platsen)")
"""How words end that stand with a capital after a name, and that no surname does."""


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
        before = ""
        for match in _WORD.finditer(text):
            word = match[0]
            if is_candidate(word, self._names) or self._is_led_to(word, before):
                return True
            before = word
        return False

    def _is_led_to(self, word: str, before: str) -> bool:
        """Whether the word before makes a name of one that may be one, in any case."""
        lead = before.lower()
        if lead not in _LEADS:
            return False
        kind = word_kind(word, self._names)
        if kind is None or kind is WordKind.COMMON:
            return False
        # "tack rosa" may be thanks for what is pink, "mvh rosa" is nothing but a name.
        return word[0].isupper() or kind is not WordKind.WORD or lead in _SURE_LEADS

    def _names_in(self, words: Sequence[str], told: Sequence[Span]) -> Iterator[Span]:
        """Stretches of words that are a name, by the list or by the recogniser."""
        recognised = {place for start, end in told for place in range(start, end)}
        held: list[bool] = []
        for place, word in enumerate(words):
            before = words[place - 1] if place else ""
            follows_name = bool(held) and held[-1]
            is_name = self._is_name(word, before=before, follows_name=follows_name) or (
                place in recognised and self._may_be_held(word, before if follows_name else "")
            )
            held.append(is_name and _WORD.fullmatch(word) is not None)
        place = 0
        while place < len(words):
            start = place
            while place < len(words) and held[place]:
                place += 1
            end = self._without_place(words, start, place)
            if any(
                words[at][0].isupper()
                or is_candidate(words[at], self._names)
                or (at > 0 and self._is_led_to(words[at], words[at - 1]))
                for at in range(start, end)
            ):
                yield start, end
            place += 1

    def _may_be_held(self, word: str, name_before: str) -> bool:
        """Whether what the recogniser takes for a name, or the rest of one, may be so."""
        if len(word) > 1 and word_kind(word, self._names) is WordKind.COMMON:
            return word in _PARTICLES and name_before != ""
        return word[0].isupper() or not name_before[:1].isupper() or word in _PARTICLES

    def _is_name(self, word: str, *, before: str, follows_name: bool) -> bool:
        """Whether the list and the word before tell that this is a name."""
        kind = word_kind(word, self._names)
        if kind is WordKind.COMMON:
            return False
        if self._is_led_to(word, before) or (kind is WordKind.GIVEN and word[0].isupper()):
            return True
        if not word[0].isupper():  # "kalle lundgren"
            as_written = word_kind(word.capitalize(), self._names)
            return follows_name and before.islower() and as_written is WordKind.SURNAME
        if follows_name:  # a surname, but not what somebody owns: "Olles Pizza"
            is_owned = before.endswith("s") and before.lower() not in self._names
            return not is_owned and (kind is not None or not _NO_SURNAME.fullmatch(word))
        if before.startswith("@"):  # "@lisa Ekström": a mention is keyed as far as the space
            return kind is WordKind.SURNAME
        return False

    def _without_place(self, words: Sequence[str], start: int, end: int) -> int:
        """Where a name ends that a place may follow; its start when it is the place's own."""
        last = end
        while last > start and _is_place(words[last - 1]):
            last -= 1
        following = words[last] if last < len(words) else ""
        is_place = (
            last == start
            or self._is_called_after(words[start:last], following)
            # "Karl Johansgatan", but "Sven Ringvägen 18" and "Sven Ekman Karlsgatan 2"
            or (last == start + 1 < end and self._is_of_somebody(following))
            or (start > 0 and words[start - 1] in _HOLY)
            or (start > 1 and words[start - 2] == ":" and words[start - 1] in {"t", "ta"})
        )
        return start if is_place else last

    def _is_called_after(self, name: Sequence[str], following: str) -> bool:
        """Whether a name and the word after it are that of a place, a business or a feast."""
        is_given = word_kind(name[-1], self._names) is WordKind.GIVEN
        kind_of_place = following.lower()
        if name[-1].lower() in self._names and kind_of_place in _CHURCHES:
            return True  # "Maria kyrka", "Johannes församling"
        if not name[-1].endswith("s"):
            return following in _SCHOOLS or _FEAST.fullmatch(following) is not None
        if (
            len(name) > 1 or not is_given
        ):  # "Karin Boyes gata", but "Karins gata" is where she lives
            return kind_of_place in _STREETS or kind_of_place.endswith("sjukhus")
        return kind_of_place in _BUSINESSES and following.istitle()  # "Olles Pizza"

    def _is_of_somebody(self, place: str) -> bool:
        """Whether a place written as one word opens with whom it is called after."""
        match = _PLACE.fullmatch(place)
        owner = (match["of"] or match["of_short"] or "") if match else ""
        return owner.endswith("s") and owner[:-1].lower() in self._names


def _is_place(word: str) -> bool:
    if word in _STREETS:  # in small letters: "Hage", "Bro" and "Park" are surnames
        return True
    return word.lower() in _BUSINESSES or _PLACE.fullmatch(word) is not None


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
