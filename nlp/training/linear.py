"""Trains the linear reader, and measures both baselines on texts they have not seen.

Small and quick: a few hundred comments take under a minute. What is trained on all comments is
kept. What is reported comes from five-fold cross-validation over threads, counted only on threads
that no rule was written after, with thresholds chosen on the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from nlp.evaluate import Evaluation, best_threshold, evaluate
from nlp.readers.calibrated import Calibration, Line, apply, at_temperature, log_odds
from nlp.readers.linear import (
    LinearModel,
    LinearReader,
    character_vectorizer,
    features_of,
    word_vectorizer,
)
from nlp.readers.reader import LABELS, SENTIMENTS, Probabilities, Reader
from nlp.settings import ReaderSettings
from nlp.training.corpus import LabelledComment
from nlp.vocabulary import Label

FOLDS = 5
SEED = 20261123

Split = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A model for keeping, its thresholds, and how it did on unseen threads."""

    model: LinearModel
    settings: ReaderSettings
    evaluation: Evaluation


def train(
    comments: Sequence[LabelledComment],
    *,
    version: str,
    progress: Callable[[str], None],
) -> Trained:
    """Train on all comments; choose thresholds and measure by cross-validation over threads.

    Args:
        comments: The labelled comments.
        version: Name of the version to be kept.
        progress: Told what is being done, once per step.
    """
    answers = _cross_validated(comments, version=version, progress=progress)
    settings = choose_settings(comments, answers, version=version)
    progress("alla kommentarer")
    return Trained(
        model=_fit(comments),
        settings=settings,
        evaluation=_evaluation(comments, answers, version=version),
    )


def choose_settings(
    comments: Sequence[LabelledComment], answers: Probabilities, *, version: str
) -> ReaderSettings:
    """Thresholds with the best F1 per label on answers to unseen comments."""
    likeliest = np.sort(answers.sentiment.max(axis=1))
    return ReaderSettings(
        version=version,
        thresholds={
            label: best_threshold(_truth(comments, label), answers.labels[:, column])
            for column, label in enumerate(LABELS)
        },
        # The tenth of the comments that the reader hesitates most about goes to a person.
        sentiment_unsure_below=round(float(likeliest[len(likeliest) // 10]), 3),
    )


def _truth(comments: Sequence[LabelledComment], label: Label) -> npt.NDArray[np.bool_]:
    return np.array([label in comment.labels for comment in comments], dtype=bool)


def _evaluation(
    comments: Sequence[LabelledComment], answers: Probabilities, *, version: str
) -> Evaluation:
    """Metrics on threads that no rule was written after, by thresholds chosen on the others."""
    seen = np.array([comment.seen_by_rules for comment in comments], dtype=bool)
    chosen_on, tested_on = np.flatnonzero(seen).tolist(), np.flatnonzero(~seen).tolist()
    settings = choose_settings(
        [comments[row] for row in chosen_on], _rows(answers, np.array(chosen_on)), version=version
    )
    return evaluate(
        [comments[row].labels for row in tested_on],
        [comments[row].sentiment for row in tested_on],
        [comments[row].group for row in tested_on],
        _rows(answers, np.array(tested_on)),
        settings,
    )


def _splits(
    groups: npt.NDArray[np.str_], truth: npt.NDArray[np.str_] | npt.NDArray[np.bool_]
) -> Iterator[Split]:
    folds = StratifiedGroupKFold(n_splits=FOLDS, shuffle=True, random_state=SEED)
    yield from folds.split(np.zeros(len(truth)), truth, groups)


def _cross_validated(
    comments: Sequence[LabelledComment], *, version: str, progress: Callable[[str], None]
) -> Probabilities:
    groups = np.array([comment.group for comment in comments])
    sentiments = np.array([comment.sentiment.value for comment in comments])
    labels = np.zeros((len(comments), len(LABELS)))
    sentiment = np.zeros((len(comments), len(SENTIMENTS)))
    for number, (train_rows, test_rows) in enumerate(_splits(groups, sentiments), start=1):
        progress(f"korsvalidering {number} av {FOLDS}")
        reader = LinearReader(_fit([comments[row] for row in train_rows]), version=version)
        answers = reader.read([comments[row].input for row in test_rows])
        labels[test_rows] = answers.labels
        sentiment[test_rows] = answers.sentiment
    return Probabilities(labels=labels, sentiment=sentiment)


def _fit(comments: Sequence[LabelledComment]) -> LinearModel:
    texts = [comment.input.text for comment in comments]
    groups = np.array([comment.group for comment in comments])
    words, characters = word_vectorizer(), character_vectorizer()
    words.fit(texts)
    characters.fit(texts)
    features = features_of(words, characters, texts)

    def classifier(
        truth: npt.NDArray[np.str_] | npt.NDArray[np.bool_],
    ) -> CalibratedClassifierCV:
        regression = LogisticRegression(C=10, max_iter=2_000, class_weight="balanced")
        # Calibrated on threads that the regression was not trained on.
        calibrated = CalibratedClassifierCV(
            regression, method="sigmoid", ensemble=False, cv=list(_splits(groups, truth))
        )
        return calibrated.fit(features, truth)

    return LinearModel(
        words=words,
        characters=characters,
        classifiers={label.value: classifier(_truth(comments, label)) for label in LABELS},
        sentiment=classifier(np.array([comment.sentiment.value for comment in comments])),
    )


def calibrate(comments: Sequence[LabelledComment], answers: Probabilities) -> Calibration:
    """Fit Platt lines and a temperature to a rule-based reader's raw answers."""
    odds = log_odds(answers.labels)
    lines = {}
    for column, label in enumerate(LABELS):
        regression = LogisticRegression(C=1.0).fit(odds[:, [column]], _truth(comments, label))
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


def measure_rules(
    reader: Reader, comments: Sequence[LabelledComment], *, version: str
) -> tuple[Calibration, ReaderSettings, Evaluation]:
    """Calibrate a rule-based reader on all comments; measure it by cross-validation.

    Returns:
        The calibration and the thresholds to keep, made on all comments; and metrics on threads
        that no rule was written after, by a calibration and thresholds made on others.
    """
    raw = reader.read([comment.input for comment in comments])
    groups = np.array([comment.group for comment in comments])
    sentiments = np.array([comment.sentiment.value for comment in comments])
    labels, sentiment = np.zeros_like(raw.labels), np.zeros_like(raw.sentiment)
    for train_rows, test_rows in _splits(groups, sentiments):
        calibration = calibrate([comments[row] for row in train_rows], _rows(raw, train_rows))
        answers = apply(calibration, _rows(raw, test_rows))
        labels[test_rows] = answers.labels
        sentiment[test_rows] = answers.sentiment
    unseen = Probabilities(labels=labels, sentiment=sentiment)
    settings = choose_settings(comments, unseen, version=version)
    evaluation = _evaluation(comments, unseen, version=version)
    return calibrate(comments, raw), settings, evaluation


def _rows(answers: Probabilities, rows: npt.NDArray[np.int64]) -> Probabilities:
    return Probabilities(labels=answers.labels[rows], sentiment=answers.sentiment[rows])
