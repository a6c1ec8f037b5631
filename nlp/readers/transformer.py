"""A small transformer, fine-tuned for all labels at once and run by ONNX Runtime.

Trained by nlp.training.transformer, exported by nlp.training.export, loaded by nlp.artefacts. One
pass over a comment gives its labels, its sentiment and, word by word, what carries each label.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
from scipy.special import expit, softmax

from nlp.readers.reader import LABELS, SENTIMENTS, Probabilities, ReaderInput, Words
from nlp.tagger import sentences

INPUTS: Final = ("pieces", "mask")
OUTPUTS: Final = ("state", "labels", "sentiment", "words")
"""What the encoder says of a text by itself: a vector, and log odds."""

CONTEXT_INPUTS: Final = ("state", "post", "parent", "previous", "standing")
CONTEXT_OUTPUT: Final = "added"
"""Log odds, of labels and then of sentiment, that what a comment stands under adds."""

LONGEST: Final = 160
"""Pieces that are read together; all but one comment in a thousand are shorter."""

CONTEXT_PIECES: Final = 48
"""Pieces of a post or of an answered comment that are read: what it is about stands first."""

BATCH_PIECES: Final = 512
"""Pieces, padding included, of one run of the model: what stays in a core's own cache."""

MOST_PADDING: Final = 1.5
"""How many times as long as the shortest text of a batch the longest may be."""

_EMPTY: Final = 2
"""Pieces of a text of no words: what opens and what closes it."""

Read = TypeVar("Read")

IntArray = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float32]


class Frame(NamedTuple):
    """Numbers of the pieces that open, close and fill up a text."""

    start: int
    end: int
    padding: int


def frame_of(tokenizer: Any) -> Frame | None:  # noqa: ANN401
    """What a tokenizers.Tokenizer puts around a text and fills up with; None if it does not say.

    What it fills up with stands in its own settings, or goes by the name that XLM-RoBERTa gives it.
    """
    around = tokenizer.encode("", add_special_tokens=True).ids
    padding = (tokenizer.padding or {}).get("pad_id", tokenizer.token_to_id("<pad>"))
    if len(around) != 2 or padding is None:
        return None
    return Frame(start=around[0], end=around[1], padding=padding)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformerModel:
    """What a kept version holds, loaded. Several threads may run a session at once."""

    encoder: Any
    """An onnxruntime.InferenceSession from INPUTS to OUTPUTS."""
    context: Any
    """One from CONTEXT_INPUTS to CONTEXT_OUTPUT."""
    tokenizer: Any
    """A tokenizers.Tokenizer that neither cuts nor fills up."""
    frame: Frame


@dataclass(frozen=True, slots=True)
class _Text:
    """One text in pieces, with the characters that each piece stands for."""

    pieces: IntArray
    spans: IntArray  # (pieces, 2)
    windows: tuple[tuple[int, int], ...]
    """Half-open ranges of pieces that are read together."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the encoder says of one window; log odds but for the state."""

    state: Numbers
    labels: Numbers
    sentiment: Numbers
    words: Numbers


class TransformerReader:
    """Reads a comment in windows of whole sentences, and weighs in what it stands under."""

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
        if not inputs:
            return Probabilities(
                labels=np.zeros((0, len(LABELS))),
                sentiment=np.zeros((0, len(SENTIMENTS))),
                words=(),
            )
        texts = self._texts(inputs)
        answers = self._answers(
            key
            for one in inputs
            for key in (
                *_windows(texts[one.text]),
                *(_opening(texts[context]) for context in _contexts(one)),
            )
        )
        whole = [_together([answers[key] for key in _windows(texts[i.text])]) for i in inputs]
        state = np.stack([answer.state for answer in whole])
        width = state.shape[1] // 2
        contexts = (
            np.stack([answers[_opening(texts[text])].state[:width] for text in told])
            for told in zip(*map(_contexts, inputs), strict=True)
        )
        standing = np.array([one.standing for one in inputs], dtype=np.float32)
        given = dict(zip(CONTEXT_INPUTS, (state, *contexts, standing), strict=True))
        (added,) = self._model.context.run((CONTEXT_OUTPUT,), given)
        labels = np.stack([answer.labels for answer in whole]) + added[:, : len(LABELS)]
        sentiment = np.stack([answer.sentiment for answer in whole]) + added[:, len(LABELS) :]
        return Probabilities(
            labels=expit(_steady(labels)),
            sentiment=softmax(_steady(sentiment), axis=1),
            words=tuple(
                Words(spans=texts[one.text].spans, carries=expit(_steady(answer.words)))
                for one, answer in zip(inputs, whole, strict=True)
            ),
        )

    def _texts(self, inputs: Sequence[ReaderInput]) -> dict[str, _Text]:
        """All comments, posts and answered comments in pieces; each text once."""
        said = {text for one in inputs for text in (one.text, *_contexts(one))}
        texts = sorted(said)
        found = self._model.tokenizer.encode_batch(texts, add_special_tokens=False)
        made = {}
        for text, encoded in zip(texts, found, strict=True):
            spans = np.array(encoded.offsets, dtype=np.int64).reshape(-1, 2)
            made[text] = _Text(
                np.array(encoded.ids, dtype=np.int64), spans, tuple(_parts(text, spans))
            )
        return made

    def _answers(self, keys: Iterable[bytes]) -> dict[bytes, _Answer]:
        """What the encoder says of each window; those of about one length are run together.

        Many comments are the same few words or signs, and an answered comment is mostly read for
        its own sake as well: a window is named by its pieces and read once.
        """
        order = sorted(dict.fromkeys(keys), key=lambda key: (len(key), key))
        made = list(batches(order, pieces_in))
        with ThreadPoolExecutor(self._threads) as pool:
            # A single batch is done sooner than a thread is started for it.
            told = pool.map(self._run, made) if len(made) > 1 else map(self._run, made)
            return {
                key: answer
                for batch, answers in zip(made, told, strict=True)
                for key, answer in zip(batch, answers, strict=True)
            }

    def _run(self, keys: Sequence[bytes]) -> list[_Answer]:
        rows = [np.frombuffer(key, dtype=np.int64) for key in keys]
        longest = max(map(len, rows))
        frame = self._model.frame
        pieces = np.full((len(rows), longest + 2), frame.padding, dtype=np.int64)
        mask = np.zeros_like(pieces)
        for place, row in enumerate(rows):
            pieces[place, : len(row) + 2] = [frame.start, *row, frame.end]
            mask[place, : len(row) + 2] = 1
        told = self._model.encoder.run(OUTPUTS, dict(zip(INPUTS, (pieces, mask), strict=True)))
        state, labels, sentiment, words = told
        return [
            _Answer(state[place], labels[place], sentiment[place], words[place, 1 : len(row) + 1])
            for place, row in enumerate(rows)
        ]


def _steady(odds: Numbers) -> npt.NDArray[np.float64]:
    """Without the last bits, which differ with what else was in the batch."""
    return odds.astype(np.float64).round(3)


def _contexts(one: ReaderInput) -> tuple[str, str, str]:
    return one.post_text, one.parent_text, one.previous_text


def _windows(text: _Text) -> list[bytes]:
    return [text.pieces[start:end].tobytes() for start, end in text.windows]


def _opening(text: _Text) -> bytes:
    return text.pieces[:CONTEXT_PIECES].tobytes()


def _together(answers: Sequence[_Answer]) -> _Answer:
    """What holds of a part holds of the whole; the attitude is that of most of it."""
    if len(answers) == 1:
        return answers[0]
    weights = np.array([[len(answer.words)] for answer in answers], dtype=np.float32)
    shares = weights / weights.sum()
    return _Answer(
        state=(np.stack([answer.state for answer in answers]) * shares).sum(axis=0),
        labels=np.max([answer.labels for answer in answers], axis=0),
        sentiment=(np.stack([answer.sentiment for answer in answers]) * shares).sum(axis=0),
        words=np.concatenate([answer.words for answer in answers]),
    )


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


def batches(order: Sequence[Read], length: Callable[[Read], int]) -> Iterator[list[Read]]:
    """Cut texts of rising length into batches of at most BATCH_PIECES, with little padding.

    Args:
        order: Shortest first.
        length: Pieces of one, with what is put around it.
    """
    batch: list[Read] = []
    shortest = 0
    for one in order:
        pieces = length(one)
        if pieces <= _EMPTY:  # a text of no words has nothing to attend to but padding
            yield [one]
            continue
        is_full = (len(batch) + 1) * pieces > BATCH_PIECES
        if batch and (is_full or pieces > MOST_PADDING * shortest):
            yield batch
            batch = []
        if not batch:
            shortest = pieces
        batch.append(one)
    if batch:
        yield batch


def pieces_in(key: bytes) -> int:
    """Pieces of a window, with what opens and closes it."""
    return len(key) // np.dtype(np.int64).itemsize + _EMPTY
