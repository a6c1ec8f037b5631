"""Trains the linear reader, calibrates the rules, and measures both on threads set aside.

Each split has one use: the training part fits, the development part chooses thresholds and the
better of the two readers, the test part measures. What is measured is what is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize_scalar
from sklearn.base import BaseEstimator
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.svm import LinearSVC

from nlp.corpus.splits import Split
from nlp.errors import ArtefactError
from nlp.evaluate import Evaluation, best_threshold, evaluate
from nlp.readers.calibrated import Calibration, Line, at_temperature, log_odds
from nlp.readers.linear import (
    LinearModel,
    character_vectorizer,
    features_of,
    word_vectorizer,
)
from nlp.readers.reader import LABELS, SENTIMENTS, FloatArray, Probabilities, Reader
from nlp.settings import ReaderSettings
from nlp.training.corpus import LabelledComment
from nlp.vocabulary import Label, Sentiment

FOLDS = 5
SEED = 20261123

MISSING_IS_WORSE: Final[Mapping[Label, float]] = {Label.LEGAL_REVIEW: 2.0, Label.TOXIC: 2.0}
"""Where a person must look the same day, doubt goes to a person sooner."""

MUST_BE_SEEN: Final[Mapping[Label, float]] = {Label.LEGAL_REVIEW: 0.98}
"""Share that a person must get to see; aimed above the 0.95 asked for, since dev is not test."""

Rows = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]

Truth = npt.NDArray[np.str_] | npt.NDArray[np.bool_]
"""What is to be told of each text: one of several words, or whether something holds."""


FEWEST_THREADS: Final[Mapping[Split, int]] = {Split.TRAIN: FOLDS, Split.DEV: 1, Split.TEST: 1}
"""Threads of each part that a label must hold in, and not hold in: the training part is divided
into folds, and each must have both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Thresholds chosen on the development part, and how the reader did by them."""

    settings: ReaderSettings
    dev: Evaluation
    test: Evaluation
    answers: Probabilities
    """What it said of the test part."""


def part(comments: Sequence[LabelledComment], split: Split) -> list[LabelledComment]:
    """The comments of one split."""
    return [comment for comment in comments if comment.split is split]


def check_size(comments: Sequence[LabelledComment]) -> None:
    """Refuse a corpus on which nothing can be trained or measured."""
    for split, fewest in FEWEST_THREADS.items():
        ours = part(comments, split)
        for name in (*Label, *Sentiment):
            with_it = {c.group for c in ours if name in c.labels or name is c.sentiment}
            without = {c.group for c in ours if name not in c.labels and name is not c.sentiment}
            if min(len(with_it), len(without)) < fewest:
                raise ArtefactError(
                    f"{name.value} holds in {len(with_it)} threads of the {split} part and not in "
                    f"{len(without)}; at least {fewest} of each are needed"
                )


def measure(reader: Reader, comments: Sequence[LabelledComment], *, version: str) -> Measured:
    """Choose thresholds on the development part, then read the test part once."""
    dev, test = part(comments, Split.DEV), part(comments, Split.TEST)
    on_dev, answers = read(reader, dev), read(reader, test)
    settings = choose_settings(dev, on_dev, version=version)
    return Measured(
        settings=settings,
        dev=against(dev, on_dev, settings),
        test=against(test, answers, settings),
        answers=answers,
    )


def against(
    comments: Sequence[LabelledComment], answers: Probabilities, settings: ReaderSettings
) -> Evaluation:
    """How answers stand to what is known of the comments, in the same order."""
    return evaluate(
        [comment.labels for comment in comments],
        [comment.sentiment for comment in comments],
        [comment.group for comment in comments],
        answers,
        settings,
    )


def read(reader: Reader, comments: Sequence[LabelledComment]) -> Probabilities:
    """What a reader says of comments."""
    return reader.read([comment.input for comment in comments])


def choose_settings(
    comments: Sequence[LabelledComment], answers: Probabilities, *, version: str
) -> ReaderSettings:
    """Thresholds by answers to comments that the reader was not trained on."""
    likeliest = np.sort(answers.sentiment.max(axis=1))
    return ReaderSettings(
        version=version,
        thresholds={
            label: best_threshold(
                truth_of(comments, label),
                answers.labels[:, column],
                beta=MISSING_IS_WORSE.get(label, 1.0),
                seen=MUST_BE_SEEN.get(label, 0.0),
            )
            for column, label in enumerate(LABELS)
        },
        # The tenth of the comments that the reader hesitates most about goes to a person.
        sentiment_unsure_below=round(float(likeliest[len(likeliest) // 10]), 3),
    )


def truth_of(comments: Sequence[LabelledComment], label: Label) -> npt.NDArray[np.bool_]:
    """Of each comment, whether a label holds."""
    return np.array([label in comment.labels for comment in comments], dtype=bool)


def logistic_regression() -> LogisticRegression:
    """What the kept linear reader is made of; fitted to one label at a time."""
    return LogisticRegression(C=10, max_iter=2_000, class_weight="balanced")


def support_vectors() -> LinearSVC:
    """What the kept reader is compared with: the other common choice on TF-IDF."""
    return LinearSVC(class_weight="balanced", max_iter=5_000)


def fit(
    comments: Sequence[LabelledComment],
    *,
    estimator: Callable[[], BaseEstimator] = logistic_regression,
) -> LinearModel:
    """Train the linear reader on comments, its probabilities calibrated within them."""
    texts = [comment.input.text for comment in comments]
    words, characters = word_vectorizer(), character_vectorizer()
    words.fit(texts)
    characters.fit(texts)
    classifiers, sentiment = fit_classifiers(
        comments, features_of(words, characters, texts), estimator
    )
    return LinearModel(
        words=words, characters=characters, classifiers=classifiers, sentiment=sentiment
    )


def fit_classifiers(
    comments: Sequence[LabelledComment],
    features: sparse.csr_matrix | FloatArray,
    estimator: Callable[[], BaseEstimator],
) -> tuple[Mapping[str, CalibratedClassifierCV], CalibratedClassifierCV]:
    """One calibrated classifier per label, by name, and one for sentiment.

    Args:
        comments: What holds of each row of the features, in their order.
        features: Shape (len(comments), any).
        estimator: Makes what is to be fitted; one for each of them.
    """
    groups = np.array([comment.group for comment in comments])

    def classifier(truth: Truth) -> CalibratedClassifierCV:
        return fit_classifier(features, truth, groups, estimator)

    classifiers = {label.value: classifier(truth_of(comments, label)) for label in LABELS}
    return classifiers, classifier(np.array([comment.sentiment.value for comment in comments]))


def fit_classifier(
    features: sparse.csr_matrix | FloatArray,
    truth: Truth,
    groups: npt.NDArray[np.str_],
    estimator: Callable[[], BaseEstimator] = logistic_regression,
    *,
    weights: FloatArray | None = None,
) -> CalibratedClassifierCV:
    """One classifier, calibrated on threads that its estimator was not trained on."""
    calibrated = CalibratedClassifierCV(
        estimator(), method="sigmoid", ensemble=False, cv=list(_folds(groups, truth))
    )
    return calibrated.fit(features, truth, sample_weight=weights)


def _folds(groups: npt.NDArray[np.str_], truth: Truth) -> Iterator[Rows]:
    folds = StratifiedGroupKFold(n_splits=FOLDS, shuffle=True, random_state=SEED)
    yield from folds.split(np.zeros(len(truth)), truth, groups)


def calibrate(reader: Reader, comments: Sequence[LabelledComment]) -> Calibration:
    """Fit Platt lines and a temperature to a rule-based reader's raw answers."""
    answers = read(reader, comments)
    odds = log_odds(answers.labels)
    lines = {}
    for column, label in enumerate(LABELS):
        regression = LogisticRegression(C=1.0).fit(odds[:, [column]], truth_of(comments, label))
        # A rule that speaks against its own label is a fault in the rule, not to be learnt from.
        slope = max(0.0, float(regression.coef_[0, 0]))
        lines[label] = Line(
            slope=round(slope, 4), intercept=round(float(regression.intercept_[0]), 4)
        )
    order = [sentiment.value for sentiment in SENTIMENTS]
    told = np.array([order.index(comment.sentiment.value) for comment in comments])

    def loss(temperature: float) -> float:
        said = at_temperature(answers.sentiment, temperature)[np.arange(len(told)), told]
        return float(-np.log(said).mean())

    best = minimize_scalar(loss, bounds=(0.05, 20), method="bounded")
    return Calibration(lines=lines, temperature=round(float(best.x), 4))
