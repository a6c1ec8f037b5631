"""Tells by its form whether a name signs a reply, or is of somebody spoken to or about.

Where the form says neither, the name is taken for a citizen's: one of ours that is hidden is a
pity, one of theirs that is shown is a leak.
"""

from __future__ import annotations

import re
from typing import Final

_BACK: Final = 120
"""Signs before a name among which the mark of its sign-off stands; a bound on the work."""

_SPEAKS: Final = (
    r"(?i:hej(?:san)?|tack|ps|obs|edit|ring|hälsa|du|dig|dej|dina?|ditt|ni|er|ert|era|vi|vår|jag"
    r"|det|den|kan|kom|hör|skriv|mejla)\b"
)
"""Words of one who speaks to somebody: in no name, title or office."""

_MARK: Final = (
    r"(?:(?<![\w/:])/{1,2} ?|(?<!\w)(?i:mvh|vh|\w{0,12}hälsning(?:ar)?|regards)\b[ ,.!:\n]*)"
)
_SLASH: Final = re.compile(r"(?<![\w/:])/{1,2} ?\Z")
_MARKED: Final = re.compile(rf"{_MARK}\Z")
_GREETS: Final = re.compile(r"(?<!\w)(?i:hälsar)[ ,:\n]*\Z")
_MARKED_BEFORE: Final = re.compile(
    rf"{_MARK}(?:\b(?!{_SPEAKS})[A-ZÅÄÖÉÜ][^\W\d_]*+|\b(?:från|genom|på|i|och|oss)\b"
    r"|[-’'´,|/& \n])++\Z"
)
"""A mark, and then nothing but other names or an office."""

_LAST: Final = re.compile(r"[^.!?]{0,80}[.!]?[^\w/]*\Z")
_APART: Final = re.compile(r"(?:\A|\n|[^\w\s,;:-]) */{1,2} ?\Z")
_OFFICES: Final = (
    r"\w*(?i:chef|ledare|handläggare|ansvarig|kommunikatör|strateg|rektor|lärare|pedagog|ingenjör"
    r"|tekniker|bibliotekarie|samordnare|sekreterare|utvecklare|planerare|inspektör|direktör"
    r"|redaktör|ordförande|assistent|värd|mästare|arkitekt|kurator|konsult|controller|rådgivare"
    r"|vägledare|sköterska|specialist|support|service|tjänst|ning(?:en)?|kontoret|enheten|teamet"
    r"|kommun(?:en)?|stad(?:en)?|receptionen|redaktionen|jouren|gruppen)\b"
)
_TITLE: Final = (
    rf"(?![^.!?\n]{{0,60}}\b{_SPEAKS})(?:[^.!?\n]{{0,40}}\b(?:{_OFFICES})|[A-ZÅÄÖ\d])"
    r"[^.!?\n]{0,50}"
)
_TITLED: Final = re.compile(rf"(?:,| \|) ?{_TITLE}")
_NO_MORE: Final = re.compile(rf"\s*(?:\Z|[.!|)&/\n]|(?:och|på|från)\b)|, ?{_TITLE}")
_LAST_WORDS: Final = re.compile(rf"(?:(?:,| \|) ?{_TITLE}| (?:och|&) [^.!?\n]{{0,50}})?[^\w.!?]*\Z")
_LAST_LINE: Final = re.compile(
    rf"(?:,? (?:på|från|vid|i|hos|och|&) [^.!?\n]{{0,50}}|[ ,|]{{1,3}}{_TITLE})?[^\w.!?]*\Z"
)
_GREETINGS: Final = re.compile(
    r"(?i:\s*(?:hej(?:san)?|hallå|tjena|god \w+|goddag)\b[^.!?,\n]{0,20}[.!?,\n][.!?,\s]*+)+"
)


def is_signature(text: str, start: int, end: int) -> bool:
    """Whether the name at [start, end) signs the text: "/Anna", "Mvh Anna, Kundtjänst".

    A text may go on after its sign-off: "Mvh Anna. PS: Det är öppet."
    """
    since = max(0, start - _BACK)
    if _SLASH.search(text, since, start):  # "Lisa/Kalle, kom" is none, nor "Lisa / Kalle! Tack"
        return bool(_LAST.match(text, end) or _APART.search(text, since, start))
    if _MARKED.search(text, since, start):
        return True
    if _GREETS.search(text, since, start) or _MARKED_BEFORE.search(text, since, start):
        return _NO_MORE.match(text, end) is not None
    return _closes(text, start, end)


def _closes(text: str, start: int, end: int) -> bool:
    """Whether a name opens the last line or sentence and little follows: "Marie, rektor"."""
    before = text[max(0, start - 2) : start].rstrip(" ")[-1:]
    last = _LAST_LINE if before == "\n" else _LAST_WORDS if before in {".", "!", "?"} else None
    if last is None or not last.match(text, end):
        return False
    # "Hej! Lisa": who is spoken to, unless a title says that it is one of ours.
    only_greeted = start <= _BACK and _GREETINGS.fullmatch(text, 0, start) is not None
    return not only_greeted or _TITLED.match(text, end) is not None
