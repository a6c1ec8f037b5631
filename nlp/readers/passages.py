"""Which of several texts answers a question: every piece of it finds its nearest in the answer.

Late interaction (Khattab and Zaharia, ColBERT, 2020): questions and answers are read apart, so that
earlier answers need be read but once, and are compared piece by piece. Trained by
nlp.training.passages and run by ONNX Runtime.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from nlp.readers.transformer import Frame, batches

INPUTS: Final = ("pieces", "mask")
OUTPUT: Final = "vectors"
"""A vector of length one for every piece, shape (texts, pieces, width)."""

QUESTION, ANSWER = "query: ", "passage: "
"""What the encoder was taught to have before a text, by what the text is."""

QUESTION_PIECES: Final = 96
ANSWER_PIECES: Final = 256
"""Pieces that are read of either."""

WORDS_WEIGHT: Final = 0.5
"""Of the likeness of the characters beside that of the meaning, both in standard deviations."""

Numbers = npt.NDArray[np.float32]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageModel:
    """What a kept version holds, loaded. Several threads may run the session at once."""

    network: Any
    """An onnxruntime.InferenceSession from INPUTS to OUTPUT."""
    tokenizer: Any
    """A tokenizers.Tokenizer that neither cuts nor fills up."""
    frame: Frame


class PassageReader:
    """Reads questions and answers apart, those of about one length together."""

    def __init__(self, model: PassageModel, *, version: str, threads: int = 1) -> None:
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
        return f"passages@{self._version}"

    def questions(self, texts: Sequence[str]) -> list[Numbers]:
        """The vectors of each question, shape (pieces, width)."""
        return self._read([QUESTION + text for text in texts], QUESTION_PIECES)

    def answers(self, texts: Sequence[str]) -> list[Numbers]:
        """The vectors of each answer, shape (pieces, width)."""
        return self._read([ANSWER + text for text in texts], ANSWER_PIECES)

    def fits(self, question: str, answers: Sequence[str]) -> FloatArray:
        """How well each answer fits a question among these answers; higher is better.

        In standard deviations of what they are: by meaning, and by characters in common.
        """
        (asked,) = self.questions([question])
        told = dict(zip(distinct := [*dict.fromkeys(answers)], self.answers(distinct), strict=True))
        meaning = np.array([likeness(asked, told[one]) for one in answers])
        return _standard(meaning) + WORDS_WEIGHT * _standard(in_common(question, answers))

    def _read(self, texts: Sequence[str], room: int) -> list[Numbers]:
        frame = self._model.frame
        told = {text: self._pieces(text, room) for text in dict.fromkeys(texts)}
        order = sorted(set(told.values()), key=lambda one: (len(one), one))
        made = list(batches(order, len))

        def run(batch: Sequence[tuple[int, ...]]) -> list[Numbers]:
            pieces, mask = filled(batch, frame)
            given = dict(zip(INPUTS, (pieces, mask), strict=True))
            (vectors,) = self._model.network.run((OUTPUT,), given)
            return [vectors[row, : len(one)] for row, one in enumerate(batch)]

        with ThreadPoolExecutor(self._threads) as pool:
            ran = pool.map(run, made) if len(made) > 1 else map(run, made)
            vectors = {
                one: each
                for batch, said in zip(made, ran, strict=True)
                for one, each in zip(batch, said, strict=True)
            }
        return [vectors[told[text]] for text in texts]

    def _pieces(self, text: str, room: int) -> tuple[int, ...]:
        return in_pieces(text, self._model.tokenizer, self._model.frame, room)


def in_pieces(text: str, tokenizer: Any, frame: Frame, room: int) -> tuple[int, ...]:  # noqa: ANN401
    """As many pieces of a text as there is room for, framed."""
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    return (frame.start, *ids[:room], frame.end)


def filled(
    texts: Sequence[tuple[int, ...]], frame: Frame
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The network's INPUTS for some texts in pieces, each of shape (texts, pieces)."""
    shape = len(texts), max(map(len, texts))
    pieces = np.full(shape, frame.padding, dtype=np.int64)
    mask = np.zeros_like(pieces)
    for row, one in enumerate(texts):
        pieces[row, : len(one)] = one
        mask[row, : len(one)] = 1
    return pieces, mask


def likeness(question: Numbers, answer: Numbers) -> float:
    """The mean over a question's pieces of the cosine to the nearest of an answer's, −1 to 1.

    Args:
        question: Vectors of length one, shape (pieces, width).
        answer: The same of the answer.
    """
    return round(float((question @ answer.T).max(axis=1).mean()), 5)


def in_common(question: str, answers: Sequence[str]) -> FloatArray:
    """Cosines of TF-IDF over three to five characters, counted in these answers; (answers,)."""
    # Half a second and 100 MB that nothing else here needs.
    from sklearn.feature_extraction.text import TfidfVectorizer

    counts = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    try:
        told = counts.fit_transform(answers)
    except ValueError:  # not one letter in all of them
        return np.zeros(len(answers))
    return np.asarray((told @ counts.transform([question]).T).todense(), dtype=float).ravel()


def _standard(values: FloatArray) -> FloatArray:
    spread = values.std()
    return (values - values.mean()) / spread if spread > 0 else np.zeros_like(values)
