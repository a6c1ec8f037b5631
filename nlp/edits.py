"""A text after edits, with the way back to the text that it came from.

Cleaning and masking change a text's length; evidence found in the result is shown in, or
compared with, the original. The original itself is not kept here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

Edit = tuple[int, int, str]
"""Replace the half-open span [start, end) by the string."""


class _Change(NamedTuple):
    """One replaced span, after the edit and before it."""

    start: int
    end: int
    origin_start: int
    origin_end: int


_start = attrgetter("start")
_end = attrgetter("end")


@dataclass(frozen=True, slots=True)
class Edited:
    """A text and, for each round of edits that led to it, the spans that were replaced."""

    text: str = field(repr=False)
    rounds: tuple[tuple[_Change, ...], ...] = ()

    @classmethod
    def unchanged(cls, text: str) -> Edited:
        """The text as it is."""
        return cls(text)

    def replace(self, edits: Iterable[Edit]) -> Edited:
        """The text after one more round of edits.

        Args:
            edits: Spans of this text in order, none overlapping the one before.

        Raises:
            ValueError: A span lies outside the text, or they are out of order.
        """
        pieces: list[str] = []
        changes: list[_Change] = []
        done = length = 0
        for start, end, replacement in edits:
            if not done <= start <= end <= len(self.text):
                raise ValueError("edits must be in order, apart and inside the text")
            length += start - done
            pieces += (self.text[done:start], replacement)
            changes.append(_Change(length, length + len(replacement), start, end))
            length += len(replacement)
            done = end
        if not changes:
            return self
        pieces.append(self.text[done:])
        return Edited("".join(pieces), (*self.rounds, tuple(changes)))

    def origin_span(self, start: int, end: int) -> tuple[int, int]:
        """The smallest span of the original that covers [start, end) of this text.

        Text outside the edits maps exactly; a span that touches a replacement covers all that
        was replaced. What was deleted at a span's edge stays outside it. An empty span maps to
        an empty one, unless it lies inside a replacement.

        Raises:
            ValueError: The span is not one of this text.
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError("the span lies outside the text")
        for changes in reversed(self.rounds):
            start, end = _step_back(changes, start, end)
        return start, end


def _step_back(changes: tuple[_Change, ...], start: int, end: int) -> tuple[int, int]:
    before = bisect_left(changes, end, key=_start)  # changes that begin left of the end
    origin_end = end
    if before:
        last = changes[before - 1]
        origin_end = last.origin_end + max(0, end - last.end)
    ended = bisect_right(changes, start, key=_end)  # changes that are over at the start
    origin_start = start
    if ended:
        past = changes[ended - 1]
        origin_start = past.origin_end + start - past.end
    if ended < len(changes) and changes[ended].start < start:
        origin_start = changes[ended].origin_start
    # Only an empty span beside something deleted has its start to the right of its end.
    return min(origin_start, origin_end), origin_end
