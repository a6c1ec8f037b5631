"""Clean a comment's text of what nobody sees, and of nothing else.

Emoji, hashtags, punctuation, letter repetitions and case are part of the text and stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from nlp.edits import Edit, Edited

MARKS_IN_A_ROW: Final = 30
"""Combining marks kept on one letter, after Unicode's Stream-Safe Text Format (UAX #15).
No script needs more, and normalising takes quadratic time in the length of such a row."""

# Signs that join into emoji. U+2329, U+232A and U+2ADC turn into other signs under NFC.
_EMOJI = (
    "[#*0-9\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u2328\u232b-\u2adb\u2add-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_STYLED = f"{_EMOJI}[\ufe0e\ufe0f]?[\U0001f3fb-\U0001f3ff]?\u20e3?"
# C0 and C1 but those that are white space, soft hyphen, zero-width and bidi signs, blank
# letters, variation selectors, tags, and the half of an emoji that an export cut in two.
_UNSEEN = (
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_UNSEEN_OR_KEPT = re.compile(
    f"{_STYLED}(?:\u200d{_STYLED})*"  # 👩🏽‍🚒, 1️⃣
    "(?:[\U000e0020-\U000e007e]{1,6}\U000e007f)?"  # the flags of Wales, Scotland and England
    "|(?<=[\u0600-\u06ff])\u200c(?=[\u0600-\u06ff])"  # parts Persian words: می‌خواهم
    f"|(?P<unseen>{_UNSEEN}+)"
)
_WHITE = re.compile(r"\s+")
_LINE_END = re.compile("\r\n?|[\n\v\f\x85\u2028\u2029]")
_BEYOND_ASCII = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")
# No sign holds more than three marks, so a shorter stretch has no row that is too long.
_LONG_BEYOND_ASCII = re.compile(rf"[^\x00-\x7f]{{{MARKS_IN_A_ROW // 3},}}")
_WORTH_A_LOOK = re.compile(
    rf"{_UNSEEN}|^\s|\s\Z|[^\S \n]|  | \n|\n |\n\n\n|{_LONG_BEYOND_ASCII.pattern}"
)


def clean(text: str) -> Edited:
    """The text in NFC, without unseen signs, its white space folded and its ends stripped.

    A run of spaces becomes one space, a run of line ends at most two. Cleaning twice is
    cleaning once. Linear in the length of the text.
    """
    edited = Edited.unchanged(text)
    # The search comes first: only after it is every row of marks known to be short.
    if not _WORTH_A_LOOK.search(text) and unicodedata.is_normalized("NFC", text):
        return edited
    for find in (_unseen, _excess_marks, _not_composed, _white_space):
        edited = edited.replace(find(edited.text))
    return edited


def _unseen(text: str) -> Iterator[Edit]:
    for match in _UNSEEN_OR_KEPT.finditer(text):
        if match["unseen"]:
            yield *match.span(), ""


def _excess_marks(text: str) -> Iterator[Edit]:
    for stretch in _LONG_BEYOND_ASCII.finditer(text):
        row = 0
        for position, sign in enumerate(stretch[0], stretch.start()):
            parts = unicodedata.normalize("NFD", sign)  # one sign may hold two marks
            marks = sum(1 for part in parts if unicodedata.combining(part))
            row = marks + (row if unicodedata.combining(parts[0]) else 0)
            if row > MARKS_IN_A_ROW and unicodedata.combining(sign):
                yield position, position + 1, ""


def _not_composed(text: str) -> Iterator[Edit]:
    if unicodedata.is_normalized("NFC", text):
        return
    # Nothing composes across the start of an ASCII sign, so each stretch stands alone.
    for stretch in _BEYOND_ASCII.finditer(text):
        composed = unicodedata.normalize("NFC", stretch[0])
        if composed != stretch[0]:
            yield *stretch.span(), composed


def _white_space(text: str) -> Iterator[Edit]:
    for run in _WHITE.finditer(text):
        if run.start() == 0 or run.end() == len(text):
            folded = ""
        else:
            folded = "\n" * min(2, sum(1 for _ in _LINE_END.finditer(run[0]))) or " "
        if folded != run[0]:
            yield *run.span(), folded
