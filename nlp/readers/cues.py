"""What the lexical reader notices: the rules, label by label, that turn phrases into cues.

Each rule follows a line of the annotation guide; the weights are log-odds, set by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from nlp.phrases import Sentence
from nlp.vocabulary import Label

LEXICONS: Final = (
    "address", "complaint", "contempt", "contrast", "digital", "exposure", "fault", "fault_object",
    "finite_verb", "friend", "group", "home", "imperative", "insult", "intensifier",
    "interrogative", "kin", "luck", "negative", "negator", "person", "place", "positive", "praise",
    "pronoun", "question", "reason", "request", "rhetorical", "solved", "spam", "suggestion",
    "suggestion_form", "swear", "threat", "wish_harm",
)  # fmt: skip
"""The files in models/lexicons/sv that these rules read."""

_MASK: Final = re.compile(r"\[(?:personnummer|telefonnummer|e-post|kontonummer)\]")
_HOUSE: Final = re.compile(r"\[husnummer\]")
_MENTION: Final = re.compile(r"@~\w+")
"""A person's keyed handle; the organisation's own names are not keyed."""
_SHOUT: Final = re.compile(r"\b[A-ZÅÄÖ]{4,}\b")
_QUOTED: Final = re.compile(r"[\"”“][\w -]{3,25}[\"”“]")
_WONDERS: Final = re.compile(r"\?[?!]+")
_NUMBER: Final = re.compile(r"\b\d{2,}\b|\d\s?(?:%|kr|m|km|år|min|tim|ggr)\b")
_DURATION: Final = re.compile(
    r"\b(?:\d+|ett|en|två|tre|fyra|fem|sex|sju|åtta|nio|tio|flera|många|halva|hela|andra|tredje)\s+"
    r"(?:minuter|timmar|timme|dygn|dagar|dagen|veckor|veckan|månader|år|året|gånger|gången|ggr)\b",
    re.IGNORECASE,
)
_OPENS_ASKING: Final = re.compile(
    r"\W*(?:hej|men|och|så|jaha|ok|okej)?[\s,!.]*(?:när|var|vart|hur|varför|vad|va|vem) \w+[rs]\b",
    re.IGNORECASE,
)
"""An interrogative before what looks like a verb in the present: "när släcks", "var ligger"."""
_WORD: Final = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing noticed at [start, end) that speaks for a label, or against it."""

    label: Label
    weight: float
    start: int
    end: int


def cues(text: str, sentences: Sequence[Sentence]) -> Iterator[Cue]:
    """Everything noticed in one text."""
    addressed = any(sentence.of("address") for sentence in sentences)
    to_friend = not addressed and (
        _MENTION.match(text.lstrip()) is not None
        or any(sentence.opens_with("friend") for sentence in sentences)
    )
    for sentence in sentences:
        if not to_friend:
            yield from _suggestion(sentence)
        yield from _question(sentence, to_friend=to_friend)
        yield from _complaint(sentence)
        yield from _praise(sentence)
        yield from _uncivil(sentence)
        yield from _fault(sentence)
        yield from _private(sentence)
        for hit in sentence.of("reason"):
            yield Cue(Label.REASONED, hit.weight, hit.start, hit.end)
        for hit in sentence.of("spam"):
            yield Cue(Label.ON_TOPIC, -hit.weight, hit.start, hit.end)
        for hit in sentence.of("solved"):
            yield Cue(Label.NEEDS_REPLY, -2.5 * hit.weight, hit.start, hit.end)
    yield from _whole(text)
    if to_friend:
        for label, weight in (
            (Label.NEEDS_REPLY, -1.5), (Label.PRAISE, -1.0), (Label.COMPLAINT, -1.5)
        ):  # fmt: skip
            yield Cue(label, weight, 0, 0)


def _whole(text: str) -> Iterator[Cue]:
    for number in _NUMBER.finditer(text):
        yield Cue(Label.REASONED, 0.7, *number.span())
    for duration in _DURATION.finditer(text):
        yield Cue(Label.REASONED, 0.6, *duration.span())
        yield Cue(Label.COMPLAINT, 0.6, *duration.span())
    words = len(_WORD.findall(text))
    # reasons take room: below six words there is hardly any, a paragraph nearly always holds one
    yield Cue(Label.REASONED, -1.5 if words < 6 else 0.5 * min(3, words // 15), 0, 0)


def _question(sentence: Sentence, *, to_friend: bool) -> Iterator[Cue]:
    """One cue per sentence: its clearest sign of a question, less what makes it a mere form."""
    indirect = max((hit.weight for hit in sentence.of("question")), default=0.0)
    if sentence.asks:
        weight = 3.5 + 0.3 * indirect
    else:
        weight = max(
            indirect - (0.0 if indirect >= 4.0 else 1.0),
            max((hit.weight for hit in sentence.of("request")), default=0.0),
            _unmarked_question(sentence),
        )
    if sentence.of("rhetorical"):
        weight -= 3.0 if sentence.opens_with("rhetorical") else 1.5
    if sentence.of("suggestion_form"):
        weight -= 2.0
    if to_friend:
        weight -= 3.5
    if len(_WORD.findall(sentence.text)) < 2:
        weight -= 2.0  # "Pool??", "Va?", "???"
    if weight > 0:
        yield Cue(Label.QUESTION, weight, sentence.start, sentence.end)


def _unmarked_question(sentence: Sentence) -> float:
    """How much the word order asks where no question mark does ("var hittar man blanketten")."""
    verb_at = {hit.start for hit in sentence.of("finite_verb")}
    opening = sentence.opens_with("interrogative")
    if (opening and opening.end + 1 in verb_at) or _OPENS_ASKING.match(sentence.text):
        return 2.4
    subject_at = {hit.start for hit in sentence.of("pronoun")}
    verb = sentence.opens_with("finite_verb")
    return 1.8 if verb and verb.end + 1 in subject_at else 0.0


def _suggestion(sentence: Sentence) -> Iterator[Cue]:
    for hit in sentence.of("suggestion"):
        yield Cue(Label.SUGGESTION, 0.2 if hit.negated else hit.weight, hit.start, hit.end)
    for hit in sentence.of("suggestion_form"):
        yield Cue(Label.SUGGESTION, 0.8, hit.start, hit.end)
    if len(_WORD.findall(sentence.text)) < 3:
        return  # "Fixa!" names nothing that could be passed on
    for hit in sentence.of("imperative"):
        before = sentence.text[: hit.start - sentence.start].rstrip().lower()
        if len(before) < 4 or before[-1] in ":,(":
            yield Cue(Label.SUGGESTION, hit.weight, hit.start, hit.end)
        elif before.endswith((" och", " så", " å", " o", " annars")):
            yield Cue(Label.SUGGESTION, 0.5 * hit.weight, hit.start, hit.end)


def _complaint(sentence: Sentence) -> Iterator[Cue]:
    share = 0.5 if sentence.asks else 1.0  # "Är det stängt?" complains of nothing yet
    for hit in sentence.of("complaint"):
        weight = 0.2 if hit.negated else share * hit.weight
        yield Cue(Label.COMPLAINT, weight, hit.start, hit.end)
    for lexicon, weight, negated in (
        ("negative", 0.4 * share, False),
        ("positive", 0.8, True),
        ("contrast", 0.3 * share, False),
        # "Hur svårt kan det vara?" complains by asking
        ("rhetorical", 1.2 if sentence.asks else 0.0, False),
        # "Ni svarar inte" blames, "Det regnar inte" does not
        ("negator", 0.8 if sentence.of("address") and not sentence.asks else 0.0, False),
    ):
        for hit in sentence.of(lexicon):
            if hit.negated is negated:
                yield Cue(Label.COMPLAINT, weight * hit.weight, hit.start, hit.end)
    for shape, weight in ((_SHOUT, 0.4), (_QUOTED, 0.8), (_WONDERS, 0.8)):
        for seen in shape.finditer(sentence.text):
            start, end = seen.span()
            yield Cue(Label.COMPLAINT, weight, sentence.start + start, sentence.start + end)


def _praise(sentence: Sentence) -> Iterator[Cue]:
    share = 0.4 if sentence.asks else 1.0  # "Går det bra att ta med hund? Tack" is manners
    for hit in sentence.of("praise"):
        yield Cue(Label.PRAISE, -0.5 if hit.negated else share * hit.weight, hit.start, hit.end)
    for hit in sentence.of("positive"):
        if not hit.negated:
            yield Cue(Label.PRAISE, 0.5 * share * hit.weight, hit.start, hit.end)
    for hit in sentence.of("luck"):
        yield Cue(Label.PRAISE, -1.5, hit.start, hit.end)  # guide, ruling 3


def _uncivil(sentence: Sentence) -> Iterator[Cue]:
    swearing = 0.6 if sentence.of("swear") else 0.0
    for hit in sentence.of("insult"):
        gross = hit.weight + swearing
        yield Cue(Label.UNCIVIL, 3.8 * gross, hit.start, hit.end)
        yield Cue(Label.TOXIC, (2.3 if gross >= 1.6 else 0.8) * gross, hit.start, hit.end)
        yield Cue(Label.ON_TOPIC, -0.4, hit.start, hit.end)
    for hit in sentence.of("swear"):
        yield Cue(Label.UNCIVIL, 0.9 * hit.weight, hit.start, hit.end)
    for hit in sentence.of("wish_harm"):
        if not hit.negated:
            yield Cue(Label.TOXIC, hit.weight, hit.start, hit.end)
    for hit in sentence.of("threat"):
        if not hit.negated:
            yield Cue(Label.TOXIC, hit.weight, hit.start, hit.end)
            yield Cue(Label.LEGAL_REVIEW, hit.weight, hit.start, hit.end)
    despised = sentence.of("contempt")
    for hit in sentence.of("group") if despised else ():
        yield Cue(Label.TOXIC, 5.0, hit.start, hit.end)
        yield Cue(Label.LEGAL_REVIEW, 5.0, hit.start, hit.end)
    for hit in despised:
        yield Cue(Label.TOXIC, 0.8, hit.start, hit.end)


def _private(sentence: Sentence) -> Iterator[Cue]:
    """Masks, and what is sensitive about a person; of the law's only if another's (ruling 6)."""
    lives = sentence.of("home") or sentence.of("person")
    for shape, weight in ((_MASK, 8.0), (_HOUSE, 7.0 if lives else 2.0)):
        for mask in shape.finditer(sentence.text):
            # a house number alone is mostly the place of a fault
            start, end = mask.span()
            yield Cue(Label.PERSONAL_DATA, weight, sentence.start + start, sentence.start + end)
    if not sentence.of("person"):
        return
    own = bool(sentence.of("kin"))
    for hit in sentence.of("exposure"):
        yield Cue(Label.PERSONAL_DATA, 3.0, hit.start, hit.end)
        if not own:
            yield Cue(Label.LEGAL_REVIEW, 3.5, hit.start, hit.end)


def _fault(sentence: Sentence) -> Iterator[Cue]:
    things = sentence.of("fault_object")
    faults = [hit for hit in sentence.of("fault") if not hit.negated or "inte" in hit.phrase]
    for hit in faults:
        # a state without a thing that has it ("det var halt i går") is seldom a report
        yield Cue(Label.FAULT_REPORT, hit.weight * (1.0 if things else 0.5), hit.start, hit.end)
        yield Cue(Label.COMPLAINT, 0.3 * hit.weight, hit.start, hit.end)
    if faults:
        for near in (*things[:2], *sentence.of("place")[:2]):
            yield Cue(Label.FAULT_REPORT, near.weight, near.start, near.end)
        # guide, ruling 1: nobody has to go anywhere to mend a link
        for digital in sentence.of("digital"):
            yield Cue(Label.FAULT_REPORT, -3.0, digital.start, digital.end)
