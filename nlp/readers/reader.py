"""What every reader does: texts with their context in, probabilities of all labels out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from nlp.vocabulary import Label, Sentiment

LABELS: Final = tuple(Label)
"""Order of the label columns of every reader's answer."""

SENTIMENTS: Final = tuple(Sentiment)
"""Order of the sentiment columns: negative, neutral, positive."""

FloatArray = npt.NDArray[np.float64]


class Standing(NamedTuple):
    """Where a comment stands in its conversation: what the texts do not tell."""

    is_reply: bool = False
    to_organisation: bool = False
    to_self: bool = False
    after_organisation: bool = False
    """The organisation wrote last in the same conversation."""
    after_self: bool = False
    has_spoken: bool = False
    """The writer has written before in the same conversation."""
    organisation_has_spoken: bool = False
    """Anywhere under the post."""


ALONE: Final = Standing()
"""A comment that opens a conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderInput:
    """One comment with what it stands under; pseudonymised text."""

    text: str = field(repr=False)
    post_text: str = field(default="", repr=False)
    parent_text: str = field(default="", repr=False)
    previous_text: str = field(default="", repr=False)
    """What was said last before it in the same conversation, which need not be its parent."""
    standing: Standing = ALONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How much each word, or piece of one, of a text carries each label that has evidence."""

    spans: npt.NDArray[np.int64]  # (words, 2), half-open, in order
    carries: npt.NDArray[np.floating]  # (words, len(EVIDENCE_LABELS)), each in [0, 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probabilities:
    """A reader's answer to n comments, in the order they were asked."""

    labels: FloatArray  # (n, len(LABELS)), each in [0, 1]
    sentiment: FloatArray  # (n, len(SENTIMENTS)), rows sum to 1
    words: tuple[Words, ...] | None = None
    """By comment; None from a reader that can only read its sentences one by one."""


class Reader(Protocol):
    """One way of reading; lexical, linear and transformer readers are interchangeable."""

    @property
    def name(self) -> str:
        """Kind and version, such as "lexical@1"; part of the fingerprint."""

    def read(self, inputs: Sequence[ReaderInput]) -> Probabilities:
        """Probabilities for each input; an empty sequence gives arrays of no rows."""
