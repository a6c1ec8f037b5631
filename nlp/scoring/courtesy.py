"""Takes a reply apart into courtesy and substance, and knows receipts and machines by it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from nlp.phrases import Phrases, Sentence
from nlp.readers.pair import CUES
from nlp.scoring.readability import words_by_sentence
from nlp.tagger import content_lemmas

COURTESY: Final = ("greeting", "thanks", "sign_off", "acknowledgement", "stock", "regret")
"""Lexicons of what is polite or promised and tells nothing of the matter."""

LEXICONS: Final = (*COURTESY, "acknowledgement_filler", "pointer")
"""The files in models/lexicons/sv that these rules read."""

LINK: Final = re.compile(
    r"https?://\S+|\bwww\.\S+|\b[\w-]{2,}(?:\.[\w-]{2,})*\.(?:se|com|nu|org|eu|example)\b",
    re.IGNORECASE,
)
PHONE: Final = re.compile(
    r"\b0\d{1,3}[- ]?\d[\d ]{4,}\d\b|\b(?:112|1177|114 ?14)\b|\[telefonnummer\]"
)
EMAIL: Final = re.compile(r"\S+@[\w-]+\.\w+|\[e-post\]")
YES_NO: Final = re.compile(
    r"\b(?:ja|jo|japp|jajamän|nej|nix|absolut|självklart|gärna|tyvärr|precis|stämmer|inte"
    r"|det (?:gör|är|går|får|blir|finns|kan)|går bra|yes|no)\b",
    re.IGNORECASE,
)

_SIGNATURE: Final = re.compile(
    r"(?:(?<=[\s.!?])/{1,2}\s?|\n\s*[–-]\s?)[A-ZÅÄÖ][^\n/]{0,60}\s*\Z"
    r"|\b(?i:mvh|(?:med )?vänliga? hälsning(?:ar)?|hälsningar)\b[^\n]{0,60}\s*\Z"
)
_GREETING: Final = re.compile(
    r"\A\s*(?i:hej|hejsan|hallå|tjena|god (?:morgon|dag|kväll)|hi|hello)\b(?: igen| där)?"
    r"(?P<name>,? (?:@~?\w+|[A-ZÅÄÖ][\w-]+(?: [A-ZÅÄÖ][\w-]+)?))?\s*[!,.]*"
)


@dataclass(frozen=True, slots=True)
class ReplyParts:
    """A reply taken apart."""

    text: str = field(repr=False)
    sentences: Sequence[Sentence] = field(repr=False)
    substance: Sequence[Sentence] = field(repr=False)
    """The sentences that say something of the matter."""
    words: frozenset[str] = field(repr=False)
    """Content lemmas of the substance."""
    named: bool
    """It greets or mentions the person by name."""
    signed: bool
    """A person or unit has signed it."""

    def has(self, lexicon: str) -> bool:
        """Whether a phrase of the lexicon stands anywhere in it."""
        return any(sentence.of(lexicon) for sentence in self.sentences)

    def states(self, lexicon: str) -> bool:
        """Whether a phrase of the lexicon stands in its substance."""
        return any(sentence.of(lexicon) for sentence in self.substance)

    @property
    def said(self) -> str:
        """The text of the substance."""
        return " ".join(sentence.text for sentence in self.substance)

    @property
    def is_exact(self) -> bool:
        """Whether it gives a link, a number or an address to turn to."""
        return any(shape.search(self.text) for shape in (LINK, PHONE, EMAIL))


def take_apart(text: str, tools: Phrases) -> ReplyParts:
    """Courtesy and substance of one reply."""
    signature = _SIGNATURE.search(text)
    greeting = _GREETING.match(text)
    # blanked, not cut, so that places in the text stay what they are
    body = text[: signature.start()].ljust(len(text)) if signature else text
    if greeting:
        body = body[greeting.end() :].rjust(len(body))
    sentences = tools.sentences(text)
    substance = [sentence for sentence in sentences if _says_something(sentence, body)]
    return ReplyParts(
        text=text,
        sentences=sentences,
        substance=substance,
        words=frozenset(
            word
            for sentence in substance
            for word in content_lemmas(body[sentence.start : sentence.end])
        ),
        named="@~" in text or (greeting is not None and greeting["name"] is not None),
        signed=signature is not None,
    )


def is_acknowledgement(parts: ReplyParts) -> bool:
    """Whether a reply only says that it was received or that somebody will come back (kvittens).

    Strict on purpose: one word of substance, one pointer or one number, and it is none. A receipt
    taken for an answer is seen in the figures of quality; an answer taken for a receipt is lost.
    """
    wordless = not words_by_sentence(parts.text)  # "❤️" or "👍" is a receipt as well
    return (
        (wordless or parts.has("acknowledgement"))
        and not parts.substance
        # "vi arbetar ständigt för …" is empty, too, but claims something
        and all(s.of("acknowledgement") for s in parts.sentences if s.of("stock"))
        and not parts.has("pointer")
        and not parts.is_exact
    )


def cues(parts: ReplyParts) -> tuple[float, ...]:
    """What a reader of pairs is told of a reply beside its words: `CUES`, each from 0 to 1."""
    words = sum(map(len, words_by_sentence(parts.text)))
    told = {
        "receipt": is_acknowledgement(parts),
        "link": LINK.search(parts.text) is not None,
        "phone": PHONE.search(parts.text) is not None,
        "email": EMAIL.search(parts.text) is not None,
        "named": parts.named,
        "signed": parts.signed,
        "substance": min(1.0, len(parts.substance) / _MUCH_SUBSTANCE),
        "words": min(1.0, words / _MANY_WORDS),
    }
    return tuple(float(told.get(name, parts.has(name))) for name in CUES)


_MUCH_SUBSTANCE: Final = 5
_MANY_WORDS: Final = 100
"""Sentences of substance and words from which more tells nothing more."""


def _says_something(sentence: Sentence, body: str) -> bool:
    """Whether words are left without greeting, thanks, regret, receipt and what goes with them."""
    if sentence.of("stock"):
        return False
    rest = list(body[sentence.start : sentence.end])
    if YES_NO.match("".join(rest).strip()):
        return True
    for lexicon in (*COURTESY, "acknowledgement_filler"):
        for hit in sentence.of(lexicon):
            start, end = hit.start - sentence.start, hit.end - sentence.start
            rest[start:end] = " " * (end - start)
    return bool(content_lemmas("".join(rest)))
