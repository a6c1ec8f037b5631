"""The text pipeline: tokens, sentences and lemmas of Swedish comments.

A comment is not newspaper prose: it ends a sentence with an emoji, a line break or
nothing at all, leaves out the space after a full stop and writes everything in lower case.
The sentence rules here are made for that and are used with and without spaCy.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import simplemma
import spacy
from spacy.lang.sv.stop_words import STOP_WORDS
from spacy.language import Language
from spacy.tokens import Doc

if TYPE_CHECKING:
    from thinc.types import Ints2d

EMOJI: Final = "\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\u20e3"
"""Inside of a character class: pictographs and the marks that join or colour them."""

_LEADING = (
    r"bl\.\s?a|t\.\s?ex|t\.\s?o\.\s?m|fr\.\s?o\.\s?m|p\.\s?g\.\s?a|s\.\s?k|f\.\s?d|d\.\s?v\.\s?s"
    r"|i\.\s?o\.\s?m|kl|nr|ca|c:a|tel|tfn|jfr|jmf|max|inkl|exkl|ev|dr|prof|bitr|resp|kap|sid|ang"
)
_CLOSING = (
    r"m\.\s?m|m\.\s?fl|o\.\s?s\.\s?v|o\.\s?d|a\.\s?k\.\s?a|etc|osv|st|kr|tr|str|min|avd|mvh|obs|vard"
    r"|mån|tis|ons|tors|fre|lör|sön|jan|feb|mar|apr|jun|jul|aug|sep|sept|okt|nov|dec"
)
_IS_LEADING: Final = re.compile(rf"(?<![^\W\d_])(?:{_LEADING})\Z", re.IGNORECASE)
"""Abbreviations that something must follow: a stop after them ends no sentence."""
_IS_CLOSING: Final = re.compile(rf"(?<![^\W\d_])(?:{_CLOSING})\Z", re.IGNORECASE)
"""Abbreviations that may stand last: the next letter's case decides."""
_LONGEST_ABBREVIATION: Final = 12

_SHORTEST_PART: Final = 4
"""Letters from which a word counts as part of a compound: "bil" begins "bild" as well."""

_NO_START: Final = np.uint64(2**64 - 1)
"""spaCy's mark for a token that starts no sentence: minus one in an unsigned column."""

_DOMAINS = "se|com|nu|org|net|eu|io|gov|info|example|fi|no|dk"
_SCAN: Final = re.compile(
    r"(?P<whole>https?://[^\s]*[^\s.,!?…)]"
    r"|\bwww\.[^\s]*[^\s.,!?…)]"
    r"|(?<![\w@.])@~?\w+(?:\.\w+){0,4}"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"
    rf"|\b[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,4}}\.(?:{_DOMAINS})\b(?:/[^\s]*[^\s.,!?…)])?)"
    r"|(?P<line>[\n\r\u2028\u2029]+)"
    r"|(?P<stop>[.!?…]+[\"”»')\]]*)"
    rf"|(?P<emoji>[{EMOJI}]+(?:[ \t]*[{EMOJI}]+)*)",
    re.IGNORECASE,
)
_TRAILING_EMOJI = re.compile(rf"[ \t]*[{EMOJI}]+(?:[ \t]*[{EMOJI}]+)*")
_WORD = re.compile(r"@~?\w+|\[[\w-]+\]|\w+(?:[-:]\w+)*")
_DATE_WORD = re.compile(
    r"(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec|mån|tis|ons|tors|fre|lör|sön"
    r"|gången|avenyn|klass|våningen|plats)",
    re.IGNORECASE,
)
_LONG_RUN = re.compile(r"([^\W\d_])\1{2,}")

_HABITS: Final = """
hej hejsan tjena hallå tack snälla ju väl typ liksom asså alltså o å e é d de dom nån nåt nåra mej
dej sej va sen ska skall kunna vilja skola böra borde bör finnas vara bli komma göra säga tycka tro
veta få gå ge ta se annan egen hela hel enda bara just precis faktiskt väldigt jätte jo aha okej ok
mvh hälsning hälsningar vänlig vänliga vänligen hör höra själv varje del inne kl klockan allting
nämligen ens in på av med lr el eller iaf ivf
"""
"""Forms and habits of comments that spaCy's list of function words lacks."""

_WORDS_OF_MATTER: Final = frozenset(
    {"beslut", "beslutat", "beslutit", "behöva", "behövas", "behövde", "behövt"}
)
"""On spaCy's list, yet they say what a question or an answer is about."""

_FUNCTION_WORDS: Final = (frozenset(STOP_WORDS) | frozenset(_HABITS.split())) - _WORDS_OF_MATTER


@lru_cache(maxsize=200_000)
def lemma(word: str) -> str:
    """The dictionary form of a word, in lower case; stretched letters are let go ("såååå")."""
    lowered = word.lower()
    if _LONG_RUN.search(lowered):
        single = _LONG_RUN.sub(r"\1", lowered)
        lowered = (
            single if simplemma.is_known(single, lang="sv") else _LONG_RUN.sub(r"\1\1", lowered)
        )
    if not lowered.isalpha():
        return lowered
    base = str(simplemma.lemmatize(lowered, lang="sv")).lower()
    # without its part of speech "avgift" would become the verb "avgifta", apart from "avgiften"
    return lowered if base == lowered + "a" else base


def content_lemmas(text: str) -> Counter[str]:
    """How often each lemma that carries matter occurs; no function words, mentions or masks."""
    return Counter(
        base
        for word in _WORD.findall(text)
        if word[0] not in "@[" and word.lower() not in _FUNCTION_WORDS
        for base in (lemma(word),)
        if len(base) > (2 if base.isdigit() else 1) and base not in _FUNCTION_WORDS
    )


def related(word: str, other: str) -> bool:
    """Whether two lemmas are equal, or one begins or ends the other: "avgift", "hyresavgift"."""
    short, long = sorted((word, other), key=len)
    return short == long or (
        len(short) >= _SHORTEST_PART and long.startswith(short) | long.endswith(short)
    )


def sentences(text: str) -> list[tuple[int, int]]:
    """Half-open spans of the sentences: in order, apart, covering all that is not space."""
    spans: list[tuple[int, int]] = []
    begin = 0
    position = 0
    while found := _SCAN.search(text, position):
        position = found.end()
        kind = found.lastgroup
        if kind == "whole":
            continue
        end = found.end()
        if kind == "stop":
            if not _ends_sentence(text, begin, found.start(), end):
                continue
            if trailing := _TRAILING_EMOJI.match(text, end):
                end = position = trailing.end()
        elif kind == "emoji" and not _emoji_ends(text, begin, found.start(), end):
            continue
        _add(spans, text, begin, end)
        begin = end
    _add(spans, text, begin, len(text))
    return spans


def _add(spans: list[tuple[int, int]], text: str, begin: int, end: int) -> None:
    piece = text[begin:end]
    stripped = piece.strip()
    if stripped:
        start = begin + piece.index(stripped[0])
        spans.append((start, start + len(stripped)))


def _ends_sentence(text: str, begin: int, start: int, end: int) -> bool:
    """Whether the run of stops at [start, end) closes the sentence that began at `begin`."""
    run = text[start:end]
    following = text[end : end + 1]
    if not following:
        return True
    if "!" in run or "?" in run:
        # "(!)" and "(?)" are remarks inside a sentence
        return not (text[start - 1 : start] == "(" and run.endswith(")"))
    if len(run.rstrip("\"”»')]")) > 1 or "…" in run:
        return start > begin or following.isspace()
    before = text[max(begin, start - _LONGEST_ABBREVIATION) : start]
    if not following.isspace():
        return _missing_space(before, text[end : end + 3])
    return _full_stop(
        before, text[end : end + 12].lstrip(), first=not text[begin:start].strip(" 0123456789")
    )


def _missing_space(before: str, after: str) -> bool:
    """Whether "badet.Och" or "badet.och" is two sentences; "12.30" and "k.b" are not."""
    return (
        len(before) >= 3
        and before[-3:].isalpha()
        and len(after) >= 2
        and after[:2].isalpha()
        and not _IS_LEADING.search(before)
    )


def _full_stop(before: str, after: str, *, first: bool) -> bool:
    """Whether one full stop before a space ends a sentence."""
    upper = after[:1].isupper()
    if before[-1:].isdigit():
        # "1. Börja" opens a list, "den 3. maj" is an ordinal, "klart kl. 12. Sedan" is an end
        return not first and upper and not _DATE_WORD.match(after)
    if _IS_LEADING.search(before):
        return False
    if _IS_CLOSING.search(before):
        return upper
    is_initial = before[-2:-1] in {"", " ", ".", "("} and before[-1:].isalpha()
    return not is_initial  # "A. Svensson"


def _emoji_ends(text: str, begin: int, start: int, end: int) -> bool:
    """Whether the emoji run at [start, end) closes a clause and another one starts after it."""
    rest = text[end : end + 3].lstrip()
    if not text[begin:start].strip() or not rest or rest[0] in ".!?…,":
        return False
    several = len(text[start:end].replace("\ufe0f", "").replace("\u200d", "")) > 1
    return text[end : end + 1].isspace() and (rest[0].isupper() or several)


@Language.component("comment_sentences")
def comment_sentences(document: Doc) -> Doc:
    """Marks where sentences start, by `sentences`."""
    if len(document):
        # whole columns at once: going through token objects takes longer than all else here
        begins = [start for start, _ in sentences(document.text)]
        marks = np.full(len(document), _NO_START, dtype=np.uint64)
        places = np.searchsorted(document.to_array("IDX"), np.array([0, *begins], dtype=np.uint64))
        marks[places[places < len(document)]] = 1
        document.from_array(["SENT_START"], cast("Ints2d", marks.reshape(-1, 1)))
    return document


@Language.component("dictionary_lemmas")
def dictionary_lemmas(document: Doc) -> Doc:
    """Sets the lemma of every token, by `lemma`."""
    if len(document):
        strings = document.vocab.strings
        words = document.to_array("ORTH").tolist()
        keys = np.array([strings.add(lemma(strings[word])) for word in words], dtype=np.uint64)
        document.from_array(["LEMMA"], cast("Ints2d", keys.reshape(-1, 1)))
    return document


def build() -> Language:
    """A new text pipeline for Swedish: tokens, sentences, lemmas. Reads no files of ours."""
    tagger = spacy.blank("sv")
    # spaCy's limit guards parsers, of which there is none here; a pasted novel must not stop a run
    tagger.max_length = 100_000_000
    tagger.add_pipe("comment_sentences")
    tagger.add_pipe("dictionary_lemmas")
    return tagger
