"""Cuts a comment's text where evidence begins and ends, and shows signs that would deceive."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from nlp.vocabulary import Evidence, Label

_DECEIVING: Final = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
"""Signs that turn the order of writing around or take no room, so that a text reads as another.

The joiners U+200C and U+200D stay: emoji and Persian words are made with them.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of a text, and the labels that it carries; none where nothing is marked."""

    text: str = field(repr=False)
    labels: tuple[Label, ...]


def passages(text: str, evidence: Iterable[Evidence]) -> tuple[Passage, ...]:
    """Cut a text at the borders of its evidence; the pieces together are the text."""
    spans = list(evidence)
    cuts = {0, len(text)}
    for span in spans:
        cuts |= {min(span.start, len(text)), min(span.end, len(text))}
    return tuple(
        Passage(
            text=text[start:end],
            labels=tuple(
                dict.fromkeys(s.label for s in spans if s.start <= start and end <= s.end)
            ),
        )
        for start, end in pairwise(sorted(cuts))
    )


def visible(text: str) -> str:
    """The text with signs that deceive the eye written out.

    >>> visible("gnp\u202e.exe")
    'gnp⟨U+202E⟩.exe'
    """
    return _DECEIVING.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)
