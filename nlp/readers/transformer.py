"""A small transformer, fine-tuned for all labels at once and run by ONNX Runtime.

Trained by nlp.training.transformer, exported by nlp.training.export, loaded by nlp.artefacts. One
pass over a comment gives its labels, its sentiment and, word by word, what carries each label.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.special import expit, softmax

from nlp.readers.reader import LABELS, SENTIMENTS, Probabilities, ReaderInput, Words
from nlp.tagger import sentences

INPUTS: Final = ("pieces", "mask")
OUTPUTS: Final = ("labels", "sentiment", "words")

LONGEST: Final = 160
"""Pieces that are read together; all but one comment in a thousand are shorter."""

BATCH_PIECES: Final = 512
"""Pieces, padding included, of one run of the model: what stays in a core's own cache."""

IntArray = npt.NDArray[np.int64]
Logits = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformerModel:
    """What a kept version holds, loaded."""

    session: Any
    """An onnxruntime.InferenceSession; several threads may run it at once."""
    tokenizer: Any
    """A tokenizers.Tokenizer that neither cuts nor fills up."""
    start: int
    end: int
    padding: int
    """Numbers of the pieces that open, close and fill up a text."""


@dataclass(frozen=True, slots=True)
class _Window:
    """As much of one text as is read together."""

    row: int
    pieces: IntArray
    """Framed by the pieces that open and close a text."""
    spans: IntArray
    """Characters of the text that each piece but the frame stands for, shape (pieces - 2, 2)."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the model says of one window, as log odds."""

    labels: Logits
    sentiment: Logits
    words: Logits


class TransformerReader:
    """Reads the comment's own text, in windows of whole sentences where it is long."""

    def __init__(self, model: TransformerModel, *, version: str, threads: int = 1) -> None:
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
        return f"transformer@{self._version}"

    def read(self, inputs: Sequence[ReaderInput]) -> Probabilities:
        """Probabilities, not yet calibrated, for each input and for each of its words."""
        # Many comments are the same few words or signs; each of those is read once.
        rows = {text: row for row, text in enumerate(dict.fromkeys(one.text for one in inputs))}
        windows = list(self._windows(list(rows)))
        labels = np.full((len(rows), len(LABELS)), -np.inf)
        sentiment = np.zeros((len(rows), len(SENTIMENTS)))
        length = np.zeros((len(rows), 1))
        words: list[list[Words]] = [[] for _ in rows]
        for window, answer in zip(windows, self._answers(windows), strict=True):
            # What holds of a part holds of the whole; the attitude is that of most of it.
            labels[window.row] = np.maximum(labels[window.row], answer.labels)
            sentiment[window.row] += answer.sentiment * len(window.pieces)
            length[window.row] += len(window.pieces)
            words[window.row].append(Words(spans=window.spans, carries=expit(answer.words)))
        wanted = [rows[one.text] for one in inputs]
        return Probabilities(
            labels=expit(labels)[wanted],
            sentiment=softmax(sentiment / np.maximum(length, 1), axis=1)[wanted],
            words=tuple(_joined(words[row]) for row in wanted),
        )

    def _windows(self, texts: Sequence[str]) -> Iterator[_Window]:
        found = self._model.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        for row, (text, encoded) in enumerate(zip(texts, found, strict=True)):
            pieces = np.array(encoded.ids, dtype=np.int64)
            spans = np.array(encoded.offsets, dtype=np.int64).reshape(-1, 2)
            for start, end in _parts(text, spans):
                framed = np.concatenate(([self._model.start], pieces[start:end], [self._model.end]))
                yield _Window(row, framed, spans[start:end])

    def _answers(self, windows: Sequence[_Window]) -> list[_Answer]:
        """In the order of the windows; those of about one length are run together."""
        order = sorted(range(len(windows)), key=lambda place: len(windows[place].pieces))
        batches = list(_batches(order, [len(window.pieces) for window in windows]))
        answers: dict[int, _Answer] = {}
        with ThreadPoolExecutor(self._threads) as pool:
            told = pool.map(lambda batch: self._run([windows[place] for place in batch]), batches)
            for batch, said in zip(batches, told, strict=True):
                answers.update(zip(batch, said, strict=True))
        return [answers[place] for place in range(len(windows))]

    def _run(self, windows: Sequence[_Window]) -> list[_Answer]:
        longest = max(len(window.pieces) for window in windows)
        pieces = np.full((len(windows), longest), self._model.padding, dtype=np.int64)
        mask = np.zeros((len(windows), longest), dtype=np.int64)
        for row, window in enumerate(windows):
            pieces[row, : len(window.pieces)] = window.pieces
            mask[row, : len(window.pieces)] = 1
        told = self._model.session.run(OUTPUTS, dict(zip(INPUTS, (pieces, mask), strict=True)))
        labels, sentiment, words = told
        return [
            _Answer(labels[row], sentiment[row], words[row, 1 : 1 + len(window.spans)])
            for row, window in enumerate(windows)
        ]


def _parts(text: str, spans: IntArray) -> Iterator[tuple[int, int]]:
    """Half-open ranges of pieces to read together: whole sentences, as many as there is room for.

    A text of no pieces is one empty range; a sentence without end is cut where the room ends.
    """
    if len(spans) <= LONGEST:
        yield 0, len(spans)
        return
    # Where each sentence begins, in pieces.
    starts = np.searchsorted(spans[:, 1], [start for start, _ in sentences(text)], side="right")
    begin = 0
    while begin < len(spans):
        if len(spans) - begin <= LONGEST:
            end = len(spans)
        else:
            whole = starts[(starts > begin) & (starts <= begin + LONGEST)]
            end = int(whole[-1]) if len(whole) else begin + LONGEST
        yield begin, end
        begin = end


def _batches(order: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """Cut rising lengths into batches that hold at most BATCH_PIECES with their padding."""
    batch: list[int] = []
    for place in order:
        if batch and (len(batch) + 1) * lengths[place] > BATCH_PIECES:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _joined(words: Sequence[Words]) -> Words:
    if len(words) == 1:
        return words[0]
    return Words(
        spans=np.concatenate([each.spans for each in words]),
        carries=np.concatenate([each.carries for each in words]),
    )
