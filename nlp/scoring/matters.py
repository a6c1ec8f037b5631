"""What a comment wants met, and how far the substance of a reply meets it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from nlp.phrases import Phrases
from nlp.scoring.courtesy import EMAIL, LINK, PHONE, YES_NO, ReplyParts
from nlp.tagger import content_lemmas, related
from nlp.vocabulary import Comment, Label, Reading

LEXICONS: Final = ("back_pointer", "contact", "outcome", "pointer", "question", "reason", "time")
"""The files in models/lexicons/sv that these rules read."""

_TOUCHED: Final = 0.2
_TAKEN_UP: Final = 0.4
"""Shares of a matter's words that a reply repeats when it touches the matter, and when it takes it
up. Good answers repeat few words, so what a question asks for counts as well."""

_AMPLE: Final = 10
"""Content words of a reply that says what is so at length; it may use other words for it."""

_SHARED: Final = 2
"""Words around a matter that the reply repeats when it touches it: one is chance."""

_BRIEF: Final = 5
"""Content words of a reply so short that it repeats nothing ("På lördag kl. 10.", "Nej.")."""

_ASKED_FOR: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (kind, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE))
    for kind, pattern in (
        ("time", r"när|hur dags|hur länge|vilken (?:dag|tid|vecka|månad)|hur snart|öppettider\w*"
                 r"|vilka (?:tider|datum|dagar)|when|what time|how long"),
        ("amount", r"hur (?:mycket|många|stort?|långt?|varmt?|högt?|ofta)|kosta\w*|avgift\w*"
                   r"|priset?|how (?:much|many)"),
        ("reason", r"varför|hur kommer det sig|anledning\w*|hur tänker|hur tänkte|why"),
        ("place", r"var|vart|varifrån|vem|vilka|vilken|vilket|where|who|which"),
        ("way", r"hur|how"),
    )
)  # fmt: skip
"""What a question asks for, by the first that fits; else it is answered by yes or no."""

_EXACT: Final = frozenset({"time", "amount", "reason", "place"})
"""What is seldom in a reply by chance, unlike a yes or something that is done."""

_CLOCK: Final = re.compile(
    r"\bkl\b|\b\d{1,2}[.:]\d{2}\b|\b\d{1,2}\s?[–-]\s?\d{1,2}\b|\b20\d\d\b|\b(?:vecka|v\.) ?\d+"
    r"|\b(?:inom|om|efter|före|till) \w+ (?:minut|timm|dag|dygn|veck|månad|arbetsdag)",
    re.IGNORECASE,
)
_AMOUNT: Final = re.compile(
    r"\d|\b(?:gratis|avgiftsfri\w*|kostnadsfri\w*|ingen|inga|inget|två|tre|fyra|fem|sex|tio|alla)\b",
    re.IGNORECASE,
)
_NAME: Final = re.compile(r"(?<=[\wåäö,] )[A-ZÅÄÖ][a-zåäö]{2,}")


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that a reply should meet."""

    label: Label
    start: int
    end: int
    """Half-open span of the comment's text that raises it."""
    words: frozenset[str] = field(repr=False)
    around: frozenset[str] = field(repr=False)
    """Words of the whole comment, where it holds no other question that they may belong to."""
    asks_for: str | None
    """What it asks for, a proposal for yes or no; None for a complaint or a fault."""


def matters(comment: Comment, reading: Reading, tools: Phrases) -> Iterator[Matter]:
    """Each question sentence of a comment, its proposal, its complaint or fault.

    A question that is left to a person counts: the guide would rather have it met than missed. Of
    a comment with none of these nothing comes out.
    """
    whole = frozenset(content_lemmas(comment.text))
    if reading.holds(Label.QUESTION) is not False:
        spans = _questions(comment, reading, tools)
        around = whole if len(spans) == 1 else frozenset()
        for start, end in spans:
            text = comment.text[start:end]
            words = frozenset(content_lemmas(text))
            yield Matter(Label.QUESTION, start, end, words, around, _asked_for(text))
    fault = Label.COMPLAINT if reading.holds(Label.COMPLAINT) else Label.FAULT_REPORT
    for label, asks_for in ((Label.SUGGESTION, "yes_no"), (fault, None)):
        if reading.holds(label):
            for start, end in _carried(reading, label) or [(0, len(comment.text))]:
                yield Matter(label, start, end, whole, whole, asks_for)


def _carried(reading: Reading, label: Label) -> list[tuple[int, int]]:
    """What carries a label, neighbouring sentences as one."""
    spans: list[tuple[int, int]] = []
    for one in sorted(
        (e for e in reading.evidence if e.label is label), key=lambda e: (e.start, e.end)
    ):
        if spans and one.start <= spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], max(spans[-1][1], one.end))
        else:
            spans.append((one.start, one.end))
    return spans


def _questions(comment: Comment, reading: Reading, tools: Phrases) -> list[tuple[int, int]]:
    carried = [(e.start, e.end) for e in reading.evidence if e.label is Label.QUESTION]
    spans = [
        (sentence.start, sentence.end)
        for sentence in tools.sentences(comment.text)
        if sentence.asks
        or any(start < sentence.end and sentence.start < end for start, end in carried)
        or (not carried and sentence.opens_with("question"))
    ]
    return spans or [(0, len(comment.text))]


def _asked_for(text: str) -> str:
    return next((kind for kind, shape in _ASKED_FOR if shape.search(text)), "yes_no")


class Answer:
    """What a reply says of matters; knows it once, for an update may answer thousands."""

    def __init__(self, parts: ReplyParts, post_text: str) -> None:
        """Take stock of a reply.

        Args:
            parts: The reply.
            post_text: Its words everybody repeats; they count only where there are no others.
        """
        self._parts = parts
        self._known = frozenset(content_lemmas(post_text))
        self._ample = len(parts.words) >= _AMPLE
        told = self._ample and (parts.states("time") or _CLOCK.search(parts.said))
        self._states = parts.states("outcome") or parts.states("reason") or bool(told)
        self._short = len(parts.words) <= _BRIEF or YES_NO.match(parts.said) is not None
        self._only_refers_on = _only_refers_on(parts)
        self._points_back = parts.has("back_pointer")
        self._repeats = cache(self._seek)
        self._gives = cache(lambda asked_for: _gives(asked_for, parts))

    def meets(self, matter: Matter) -> int:
        """How far it meets a matter: 0 passes it by, 1 touches it, 2 meets it."""
        if not self._parts.substance:
            return 0
        words = matter.words - self._known or matter.words
        share = self._repeated(words) / len(words) if words else 0.0
        touches = share >= _TOUCHED or self._repeated(matter.around) >= _SHARED
        if self._only_refers_on:
            # guide, ruling 11: a pointer that takes up the matter touches it
            return int(touches and not self._points_back)
        if matter.asks_for is None:
            if self._states and (touches or self._ample):
                return 2
            return int(self._states or share > 0)
        gives = self._gives(matter.asks_for)
        direct = matter.asks_for in _EXACT and self._states
        if gives and (touches or direct or self._short):
            return 2
        return 2 if share >= _TAKEN_UP and self._states else int(gives or share > 0)

    def _repeated(self, words: frozenset[str]) -> int:
        return sum(map(self._repeats, words))

    def _seek(self, word: str) -> bool:
        """Whether the reply takes up a word, as such or inside a compound."""
        return any(related(word, other) for other in self._parts.words)


def _gives(asked_for: str, parts: ReplyParts) -> bool:
    """Whether a reply holds the kind of thing that was asked for."""
    said = parts.said
    if asked_for == "time":
        return parts.states("time") or _CLOCK.search(said) is not None
    if asked_for == "amount":
        return _AMOUNT.search(said) is not None
    if asked_for == "reason":
        return parts.states("reason")
    if asked_for == "place":
        exact = any(shape.search(parts.text) for shape in (LINK, PHONE, EMAIL, _NAME))
        return exact or parts.states("contact")
    if asked_for == "way":
        return parts.states("outcome") or parts.states("contact")
    return YES_NO.search(said) is not None or parts.states("outcome")


def _only_refers_on(parts: ReplyParts) -> bool:
    """Whether the reply sends the person elsewhere, or back to the post, and says nothing more."""
    if parts.has("back_pointer"):
        return not parts.states("time") and not parts.states("reason")
    return all(sentence.of("pointer") and not sentence.of("time") for sentence in parts.substance)
