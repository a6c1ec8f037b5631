"""How well a reader does against labelled comments: precision, recall, F1, calibration.

A *metric* is about a model. A *score* is about a comment or thread, a *nyckeltal* is published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from nlp.readers.reader import LABELS, SENTIMENTS, FloatArray, Probabilities
from nlp.settings import ReaderSettings, Threshold
from nlp.vocabulary import FUNCTIONS, Label, Sentiment

BoolArray = npt.NDArray[np.bool_]

RESAMPLES: Final = 1_000
"""Bootstrap draws of whole threads behind each 95 % interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMetric:
    """One label on n comments."""

    support: int
    precision: float
    recall: float
    f1: float
    calibration_error: float
    """Expected calibration error over ten bins of equal width."""
    unsure: float
    """Share of comments that the thresholds leave to a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One reader on n labelled comments."""

    n: int
    labels: Mapping[Label, LabelMetric]
    functions_macro_f1: float
    functions_interval: tuple[float, float]
    sentiment_macro_f1: float
    sentiment_interval: tuple[float, float]


def f_score(truth: BoolArray, guess: BoolArray, *, beta: float = 1.0) -> float:
    """F of one label, recall weighing `beta` times precision; 0 where there is nothing to find."""
    hits = int(np.sum(truth & guess))
    asked = beta**2 * int(np.sum(truth)) + int(np.sum(guess))
    return 0.0 if asked == 0 else (1 + beta**2) * hits / asked


def calibration_error(truth: BoolArray, probability: FloatArray, *, bins: int = 10) -> float:
    """Expected calibration error: mean gap between what was said and what was, by bin."""
    if not len(truth):
        return 0.0
    places = np.minimum((probability * bins).astype(int), bins - 1)
    gap = 0.0
    for place in range(bins):
        inside = places == place
        if inside.any():
            gap += inside.mean() * abs(truth[inside].mean() - probability[inside].mean())
    return float(gap)


def best_threshold(
    truth: BoolArray,
    probability: FloatArray,
    *,
    unsure_share: float = 0.08,
    beta: float = 1.0,
    seen: float = 0.0,
) -> Threshold:
    """The threshold with the highest F1, and a band below it for a person to judge.

    A label of which there is no example is never decided, nor left to a person.

    Args:
        truth: Whether the label holds, shape (n,).
        probability: What the reader says, shape (n,), of texts it was not trained on.
        unsure_share: Upper bound of the share of all comments that the band may hold.
        beta: How much worse it is to miss than to ask a person in vain. Above 1 the band reaches
            down to the threshold with the highest F-beta.
        seen: Share of the texts with the label that a person must get to see: the band reaches
            down to there, unless more than half of what is seen would then be in vain.
    """
    if not truth.any():
        return Threshold(unsure=1.0, decide=1.0)
    decide = _highest(truth, probability, beta=1.0)
    below = np.sort(probability[probability < decide])[::-1]
    reach = int(unsure_share * len(truth))
    unsure = decide if reach == 0 or not len(below) else float(below[min(reach, len(below)) - 1])
    # A band that reaches down to the bulk of plain negatives would ask about everything.
    unsure = max(unsure, decide / 2)
    if beta > 1:
        unsure = min(unsure, _highest(truth, probability, beta=beta))
    if seen:
        # Rounded down: rounding up would miss the very text that sets the limit.
        held = np.sort(probability[truth])
        limit = float(np.floor(held[int((1 - seen) * len(held))] * 1_000) / 1_000)
        if truth[probability >= limit].mean() >= 0.5:
            unsure = min(unsure, limit)
    return Threshold(unsure=round(unsure, 3), decide=round(decide, 3))


def _highest(truth: BoolArray, probability: FloatArray, *, beta: float) -> float:
    candidates = np.unique(np.round(probability, 3))
    scores = [f_score(truth, probability >= candidate, beta=beta) for candidate in candidates]
    return float(candidates[int(np.argmax(scores))])


def evaluate(
    labels: Sequence[frozenset[Label]],
    sentiments: Sequence[Sentiment],
    groups: Sequence[str],
    answers: Probabilities,
    settings: ReaderSettings,
) -> Evaluation:
    """Compare a reader's answers with labelled comments, at least one.

    Args:
        labels: For each comment, the labels that hold.
        sentiments: For each comment, its sentiment.
        groups: For each comment, its thread. The comments of a thread are alike, so the intervals
            come from draws of threads; draws of comments would make them too narrow.
        answers: The reader's probabilities, in the same order.
        settings: The thresholds to decide by.
    """
    truth = np.array([[label in held for label in LABELS] for held in labels], dtype=bool)
    decide = np.array([settings.thresholds[label].decide for label in LABELS])
    unsure = np.array([settings.thresholds[label].unsure for label in LABELS])
    guess = answers.labels >= decide
    metrics = {}
    for column, label in enumerate(LABELS):
        held, found = truth[:, column], guess[:, column]
        hits = int(np.sum(held & found))
        metrics[label] = LabelMetric(
            support=int(held.sum()),
            precision=hits / max(1, int(found.sum())),
            recall=hits / max(1, int(held.sum())),
            f1=f_score(held, found),
            calibration_error=calibration_error(held, answers.labels[:, column]),
            unsure=float(
                np.mean((answers.labels[:, column] >= unsure[column]) & ~found) if len(held) else 0
            ),
        )
    functions = [LABELS.index(label) for label in FUNCTIONS]
    order = [sentiment.value for sentiment in SENTIMENTS]
    told = np.array([order.index(sentiment.value) for sentiment in sentiments])
    said = answers.sentiment.argmax(axis=1)

    def of_functions(rows: npt.NDArray[np.int64]) -> float:
        return float(np.mean([f_score(truth[rows, c], guess[rows, c]) for c in functions]))

    def of_sentiment(rows: npt.NDArray[np.int64]) -> float:
        return float(
            np.mean([f_score(told[rows] == c, said[rows] == c) for c in range(len(order))])
        )

    everyone = np.arange(len(labels))
    named = np.array(groups)
    threads = [np.flatnonzero(named == name) for name in sorted(set(groups))]
    drawn = np.random.default_rng(20261123).integers(
        0, len(threads), size=(RESAMPLES, len(threads))
    )
    draws = [np.concatenate([threads[place] for place in places]) for places in drawn]
    return Evaluation(
        n=len(labels),
        labels=metrics,
        functions_macro_f1=of_functions(everyone),
        functions_interval=_interval([of_functions(rows) for rows in draws]),
        sentiment_macro_f1=of_sentiment(everyone),
        sentiment_interval=_interval([of_sentiment(rows) for rows in draws]),
    )


def _interval(values: Sequence[float]) -> tuple[float, float]:
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
