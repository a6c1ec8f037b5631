"""TF-IDF of words and characters, one calibrated logistic regression per label.

The light tier, and the baseline that any other reader has to beat. Trained by
nlp.training.linear, saved and loaded by nlp.artefacts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy import sparse
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction.text import TfidfVectorizer

from nlp.readers.reader import (
    LABELS,
    SENTIMENTS,
    FloatArray,
    Probabilities,
    ReaderInput,
)

BATCH: Final = 2_000
"""Texts vectorised at once; bounds the memory of a large archive."""


def word_vectorizer() -> TfidfVectorizer:
    """Words and pairs of words; emoji, question and exclamation marks are words of their own."""
    return TfidfVectorizer(
        lowercase=True,
        ngram_range=(1, 2),
        sublinear_tf=True,
        token_pattern=r"\w+|[?!]+|[^\w\s.,;:()\"'/-]",  # noqa: S106  a pattern, no password
        dtype=np.float32,
    )


def character_vectorizer() -> TfidfVectorizer:
    """Runs of two to five characters inside words: robust to misspelling and compounds."""
    return TfidfVectorizer(
        lowercase=True,
        analyzer="char_wb",
        ngram_range=(2, 5),
        min_df=2,
        sublinear_tf=True,
        dtype=np.float32,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearModel:
    """All that training leaves behind; scikit-learn estimators, fitted."""

    words: TfidfVectorizer
    characters: TfidfVectorizer
    classifiers: Mapping[str, CalibratedClassifierCV]
    """By label; each knows the classes False and True."""
    sentiment: CalibratedClassifierCV
    """Knows the classes negative, neutral and positive."""


def features_of(
    words: TfidfVectorizer, characters: TfidfVectorizer, texts: Sequence[str]
) -> sparse.csr_matrix:
    """Feature matrix of shape (len(texts), words + runs of characters)."""
    return sparse.csr_matrix(
        sparse.hstack([words.transform(texts), characters.transform(texts)], format="csr")
    )


class LinearReader:
    """Reads the comment's own text; the post and the parent are not looked at."""

    def __init__(self, model: LinearModel, *, version: str) -> None:
        self._model = model
        self._version = version

    @property
    def name(self) -> str:
        """Kind and version."""
        return f"linear@{self._version}"

    def read(self, inputs: Sequence[ReaderInput]) -> Probabilities:
        """Calibrated probabilities for each input."""
        labels = np.zeros((len(inputs), len(LABELS)))
        sentiment = np.zeros((len(inputs), len(SENTIMENTS)))
        for start in range(0, len(inputs), BATCH):
            batch = slice(start, start + BATCH)
            texts = [one.text for one in inputs[batch]]
            features = features_of(self._model.words, self._model.characters, texts)
            answers = probabilities(self._model.classifiers, self._model.sentiment, features)
            labels[batch], sentiment[batch] = answers.labels, answers.sentiment
        return Probabilities(labels=labels, sentiment=sentiment)


def probabilities(
    classifiers: Mapping[str, CalibratedClassifierCV],
    sentiment: CalibratedClassifierCV,
    features: sparse.csr_matrix | FloatArray,
) -> Probabilities:
    """What fitted classifiers say of the rows of a feature matrix, at least one."""
    labels = [_probability_of(classifiers[label.value], features, True) for label in LABELS]
    attitudes = [_probability_of(sentiment, features, each.value) for each in SENTIMENTS]
    return Probabilities(labels=np.column_stack(labels), sentiment=np.column_stack(attitudes))


def _probability_of(
    classifier: CalibratedClassifierCV,
    features: sparse.csr_matrix | FloatArray,
    wanted: Any,  # noqa: ANN401
) -> FloatArray:
    column = list(classifier.classes_).index(wanted)
    answer: FloatArray = classifier.predict_proba(features)[:, column]
    return answer
