"""A small transformer that reads two texts together: a comment and its reply, a reply and the next.

Trained by nlp.training.pairs and run by ONNX Runtime. One pass over a pair gives the ratings of the
reply, how far each part of the comment was met and by which passages of the reply, whether the two
belong together at all, and how the second text takes the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.special import expit, softmax

from nlp.readers.transformer import Frame, batches
from nlp.vocabulary import FollowUp

INPUTS: Final = ("pieces", "mask", "sides", "parts", "passages", "cues")
OUTPUTS: Final = ("ratings", "fits", "follow_up", "levels", "carries")
"""Log odds: of each step of each rating, of belonging together, of each kind of follow-up, of each
step of each part's being met, and of each passage's carrying the answer to each part."""

DIMENSIONS: Final = ("answers", "next_step", "tone", "clarity")
"""Rated in two steps each, 0–2."""

GRADES: Final = (2, 3, 4, 5)
"""The steps of the whole judgement, which begins at 1."""

STEPS: Final = 2 * len(DIMENSIONS) + len(GRADES) + 1
"""Columns of the ratings: the dimensions, the grade, and whether it is a mere receipt."""

CUES: Final = (
    "receipt", "acknowledgement", "stock", "pointer", "link", "phone", "email", "contact", "time",
    "outcome", "named", "signed", "greeting", "thanks", "regret", "understanding", "blame",
    "substance", "words",
)  # fmt: skip
"""What rules find in the second text, where it is a reply: each from 0 to 1."""

FOLLOW_UPS: Final = (
    FollowUp.THANKS, FollowUp.FURTHER_QUESTION, FollowUp.NOT_SATISFIED, FollowUp.OTHER,
)  # fmt: skip
"""Columns of the follow-up, silence left out: then there is no second text."""

FIRST_PIECES: Final = 160
SECOND_PIECES: Final = 288
"""Pieces that are read of either text; the encoder has places for 512. Of a longer first text the
parts that were named go first."""

MOST_PARTS: Final = 8
MOST_PASSAGES: Final = 24
"""Parts and passages of a pair that are read; hardly any pair has more."""

_FRAME: Final = 4
"""Pieces around the texts: one before, two between and one after."""

Span = tuple[int, int]
IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PairInput:
    """Two texts that are read together."""

    first: str = field(repr=False)
    second: str = field(repr=False)
    parts: tuple[Span, ...] = ()
    """Half-open spans of the first text that a reply should meet."""
    passages: tuple[Span, ...] = ()
    """Half-open spans of the second text, its sentences, that may meet them."""
    cues: tuple[float, ...] = ()
    """One for each of CUES; nothing where the second text is no reply."""


@dataclass(frozen=True, slots=True)
class PairAnswer:
    """What was read of one pair, all of it probabilities."""

    ratings: FloatArray
    """Of reaching each step, shape (STEPS,)."""
    fits: float
    """That the second text speaks to the first at all."""
    follow_up: FloatArray
    """Of each of FOLLOW_UPS, shape (4,); they sum to one."""
    levels: FloatArray
    """Of each part's being touched, and met; shape (parts, 2), NaN where it was not read."""
    carries: FloatArray
    """Of each passage's carrying the answer to each part; shape (parts, passages), 0 if unread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairModel:
    """What a kept version holds, loaded. Several threads may run the session at once."""

    network: Any
    """An onnxruntime.InferenceSession from INPUTS to OUTPUTS."""
    tokenizer: Any
    """A tokenizers.Tokenizer that neither cuts nor fills up."""
    frame: Frame


@dataclass(frozen=True, slots=True)
class PairInPieces:
    """One pair as numbers; training and reading have this in common."""

    first: tuple[int, ...]
    second: tuple[int, ...]
    parts: tuple[Span | None, ...]
    """Half-open ranges of `first`; None for a part that is not read."""
    passages: tuple[Span | None, ...]
    """Half-open ranges of `second`."""
    cues: tuple[float, ...] = ()

    @property
    def length(self) -> int:
        """Pieces with what is put around them."""
        return len(self.first) + len(self.second) + _FRAME


class PairReader:
    """Reads pairs, those of about one length together."""

    def __init__(self, model: PairModel, *, version: str, threads: int = 1) -> None:
        """Take a loaded model.

        Args:
            model: One kept version.
            version: Its name.
            threads: How many cores may be used at once.
        """
        self._model = model
        self._version = version
        self._threads = threads

    @property
    def name(self) -> str:
        """Kind and version."""
        return f"pairs@{self._version}"

    def read(self, pairs: Sequence[PairInput]) -> list[PairAnswer]:
        """What is to be read of each pair, the same alone and beside others."""
        # An update may answer thousands of comments: it is cut into pieces once.
        cut = cache(lambda text, spans, room: _cut(text, spans, room, self._model.tokenizer))
        told = [_in_pieces(pair, cut) for pair in pairs]
        order = sorted(dict.fromkeys(told), key=_place)
        made = list(batches(order, lambda one: one.length))
        with ThreadPoolExecutor(self._threads) as pool:
            run = pool.map(self._run, made) if len(made) > 1 else map(self._run, made)
            answers = {
                one: answer
                for batch, said in zip(made, run, strict=True)
                for one, answer in zip(batch, said, strict=True)
            }
        return [answers[one] for one in told]

    def _run(self, pairs: Sequence[PairInPieces]) -> list[PairAnswer]:
        given = dict(zip(INPUTS, filled(pairs, self._model.frame), strict=True))
        said = self._model.network.run(OUTPUTS, given)
        return [answer_of(pair, *(one[row] for one in said)) for row, pair in enumerate(pairs)]


def _place(one: PairInPieces) -> tuple[int, tuple[int, ...], tuple[int, ...], tuple[float, ...]]:
    return one.length, one.first, one.second, one.cues


def in_pieces(pair: PairInput, tokenizer: Any) -> PairInPieces:  # noqa: ANN401
    """Cut both texts into pieces and find the named spans among them."""
    return _in_pieces(pair, lambda text, spans, room: _cut(text, spans, room, tokenizer))


def filled(
    pairs: Sequence[PairInPieces], frame: Frame
) -> tuple[IntArray, IntArray, IntArray, Numbers, Numbers, Numbers]:
    """The network's INPUTS for some pairs.

    Returns:
        Pieces, mask (1 for a piece) and sides (1 and 2 for the texts, 0 for what is around them),
        each of shape (pairs, pieces); and the shares by which the pieces of each part and of each
        passage are averaged, of shape (pairs, parts, pieces) and (pairs, passages, pieces), with at
        least one row, of zeros where there is nothing to average; and the cues, (pairs, CUES).
    """
    shape = len(pairs), max(pair.length for pair in pairs)
    pieces = np.full(shape, frame.padding, dtype=np.int64)
    mask, sides = np.zeros_like(pieces), np.zeros_like(pieces)
    parts, passages = (
        np.zeros((shape[0], max(1, *map(len, spans), 0), shape[1]), dtype=np.float32)
        for spans in ([pair.parts for pair in pairs], [pair.passages for pair in pairs])
    )
    cues = np.zeros((shape[0], len(CUES)), dtype=np.float32)
    for row, pair in enumerate(pairs):
        cues[row, : len(pair.cues)] = pair.cues
        second = 1 + len(pair.first) + 2
        told = (frame.start, *pair.first, frame.end, frame.end, *pair.second, frame.end)
        pieces[row, : len(told)] = told
        mask[row, : len(told)] = 1
        sides[row, 1 : second - 2] = 1
        sides[row, second : len(told) - 1] = 2
        for shares, spans, shift in ((parts, pair.parts, 1), (passages, pair.passages, second)):
            for place, span in enumerate(spans):
                if span is not None:
                    start, end = span
                    shares[row, place, shift + start : shift + end] = 1 / (end - start)
    return pieces, mask, sides, parts, passages, cues


def answer_of(
    pair: PairInPieces,
    ratings: Numbers,
    fits: Numbers,
    follow_up: Numbers,
    levels: Numbers,
    carries: Numbers,
) -> PairAnswer:
    """The network's OUTPUTS of one pair as probabilities, without what fills up its batch."""
    parts, passages = len(pair.parts), len(pair.passages)
    is_read, may_carry = (
        np.array([span is not None for span in spans], dtype=bool)
        for spans in (pair.parts, pair.passages)
    )
    met = expit(_steady(levels[:parts]))
    met[~is_read] = np.nan
    return PairAnswer(
        ratings=expit(_steady(ratings)),
        fits=float(expit(_steady(fits))[0]),
        follow_up=softmax(_steady(follow_up)),
        levels=met,
        carries=expit(_steady(carries[:parts, :passages])) * np.outer(is_read, may_carry),
    )


def _steady(odds: Numbers) -> FloatArray:
    """Without the last bits, which differ with what else was in the batch."""
    return odds.astype(np.float64).round(3)


def _in_pieces(pair: PairInput, cut: Any) -> PairInPieces:  # noqa: ANN401
    first, parts = cut(pair.first, pair.parts[:MOST_PARTS], FIRST_PIECES)
    second, passages = cut(pair.second, pair.passages[:MOST_PASSAGES], SECOND_PIECES)
    return PairInPieces(first, second, parts, passages, pair.cues)


def _cut(
    text: str,
    spans: tuple[Span, ...],
    room: int,
    tokenizer: Any,  # noqa: ANN401
) -> tuple[tuple[int, ...], tuple[Span | None, ...]]:
    """As many pieces of a text as there is room for, and where its spans are among them.

    Of a text that is too long what no span names is left out first, from the end.
    """
    encoded = tokenizer.encode(text, add_special_tokens=False)
    offsets = np.array(encoded.offsets, dtype=np.int64).reshape(-1, 2)
    places = [_within(offsets, span) for span in spans]
    kept = np.arange(len(encoded.ids))
    if len(kept) > room:
        is_named = np.zeros(len(kept), dtype=bool)
        for place in places:
            is_named[place] = True
        kept = np.sort(np.lexsort((kept, ~is_named))[:room])
        places = [np.flatnonzero(np.isin(kept, place)) for place in places]
    return (
        tuple(encoded.ids[place] for place in kept),
        tuple((int(p[0]), int(p[-1]) + 1) if len(p) else None for p in places),
    )


def _within(offsets: IntArray, span: Span) -> IntArray:
    start, end = span
    return np.flatnonzero((offsets[:, 0] < end) & (offsets[:, 1] > start))
