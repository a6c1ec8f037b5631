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
IntArray = npt.NDArray[np.int64]

RESAMPLES: Final = 1_000
"""Bootstrap draws of whole threads behind each 95 % interval."""


RIGHT: Final = 0.95
"""Share of what is decided without a person that shall be right, of yes and of no alike."""

AIMED_AT: Final = 0.97
"""The share that limits are chosen for. Chosen for `RIGHT` on half of the development part, they
gave some labels less on the other half; chosen for this, none."""

FEWEST_SURE: Final = 20
"""Comments that a limit is judged by: of fewer, all may be right by chance."""

WORTHWHILE: Final = 0.5
"""The share of what a person is shown that must not be in vain."""

_STEPS: Final = 1_000
"""Limits have three decimals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMetric:
    """One label on n comments. Shares of nothing are None."""

    support: int
    precision: float
    recall: float
    f1: float
    calibration_error: float
    """Expected calibration error over ten bins of equal width."""
    yes: float
    """Share of comments of which it is decided without a person that the label holds."""
    yes_right: float | None
    """Of those, the share of which it does."""
    no: float
    """Share of comments of which it is decided without a person that it does not hold."""
    no_right: float | None
    unsure: float
    """Share of comments that the thresholds leave to a person."""
    seen: float | None
    """Of the comments with the label, the share that is decided or left to a person."""
    seen_right: float | None
    """Of what is decided or left to a person, the share that has the label."""


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


def macro_f1(truth: BoolArray, guess: BoolArray) -> float:
    """Mean F1 of the columns, shape (n, labels) both."""
    return float(np.mean([f_score(*columns) for columns in zip(truth.T, guess.T, strict=True)]))


def best_threshold(
    truth: BoolArray,
    probability: FloatArray,
    *,
    beta: float = 1.0,
    seen: float = 0.0,
) -> Threshold:
    """The threshold with the highest F1, and the band around it that a person must judge.

    The band is as narrow as it can be with `AIMED_AT` of what lies above it having the label, and
    as many of what lies below it lacking it. Where the label cannot be told that well, it ends
    where the most above it, or below it, are right. A label of which there is no example is never
    decided, nor left to a person.

    Args:
        truth: Whether the label holds, shape (n,).
        probability: What the reader says, shape (n,), of texts it was not trained on.
        beta: How much worse it is to miss than to ask a person in vain. Above 1 the band reaches
            down to the threshold with the highest F-beta.
        seen: Share of the texts with the label that a person must get to see: the band reaches
            down to there, or as near it as it can without more than half of what is seen being in
            vain.
    """
    if not truth.any():
        return Threshold(unsure=1.0, decide=1.0, sure=1.0)
    # Rounded down: rounding up would miss the very text that sets a limit.
    said = np.floor(probability * _STEPS + 1e-9).astype(np.int64)
    decide = _highest(truth, said, beta=1.0)
    sure = _sure_from(truth, said, decide)
    sure_not = _sure_from(~truth, -said, 1 - decide)
    unsure = 0 if sure_not is None else 1 - sure_not
    if beta > 1:
        unsure = min(unsure, _highest(truth, said, beta=beta))
    if seen:
        unsure = min(unsure, _seen_from(truth, said, seen))
    return Threshold(
        unsure=unsure / _STEPS,
        decide=decide / _STEPS,
        sure=1.0 if sure is None else sure / _STEPS,
    )


def _sure_from(truth: BoolArray, said: IntArray, least: int) -> int | None:
    """The lowest limit, from `least` up, above which enough are right; else the one with most.

    None if so few are above that nothing can be told.
    """
    best, highest = None, 0.0
    for limit in (least, *np.unique(said[said > least]).tolist()):
        above = truth[said >= limit]
        if len(above) < FEWEST_SURE:
            break
        right = float(above.mean())
        if right >= AIMED_AT:
            return int(limit)
        if right > highest:
            best, highest = int(limit), right
    return best


def _seen_from(truth: BoolArray, said: IntArray, seen: float) -> int:
    """The limit from which the wanted share is seen; a higher one if too much would be in vain."""
    held = np.sort(said[truth])
    wanted = held[int((1 - seen) * len(held))]
    for limit in np.unique(held[held >= wanted]).tolist():
        if truth[said >= limit].mean() >= WORTHWHILE:
            return int(limit)
    return _STEPS


def _highest(truth: BoolArray, said: IntArray, *, beta: float) -> int:
    candidates = np.unique(said)
    scores = [f_score(truth, said >= candidate, beta=beta) for candidate in candidates]
    return int(candidates[int(np.argmax(scores))])


def label_metric(truth: BoolArray, probability: FloatArray, threshold: Threshold) -> LabelMetric:
    """How well one label is told of n comments by its thresholds."""
    found, seen = probability >= threshold.decide, probability >= threshold.unsure
    is_sure = probability >= threshold.sure
    hits = int(np.sum(truth & found))
    return LabelMetric(
        support=int(truth.sum()),
        precision=hits / max(1, int(found.sum())),
        recall=hits / max(1, int(truth.sum())),
        f1=f_score(truth, found),
        calibration_error=calibration_error(truth, probability),
        yes=_share(is_sure) or 0.0,
        yes_right=_share(truth[is_sure]),
        no=_share(~seen) or 0.0,
        no_right=_share(~truth[~seen]),
        unsure=_share(seen & ~is_sure) or 0.0,
        seen=_share(seen[truth]),
        seen_right=_share(truth[seen]),
    )


def _share(rows: BoolArray) -> float | None:
    return float(rows.mean()) if len(rows) else None


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
    guess = answers.labels >= decide
    metrics = {
        label: label_metric(truth[:, c], answers.labels[:, c], settings.thresholds[label])
        for c, label in enumerate(LABELS)
    }
    columns = [LABELS.index(label) for label in FUNCTIONS]
    functions, guessed = truth[:, columns], guess[:, columns]
    told = np.array([[each is held for each in SENTIMENTS] for held in sentiments], dtype=bool)
    said = np.eye(len(SENTIMENTS), dtype=bool)[answers.sentiment.argmax(axis=1)]

    def of_functions(rows: npt.NDArray[np.int64]) -> float:
        return macro_f1(functions[rows], guessed[rows])

    def of_sentiment(rows: npt.NDArray[np.int64]) -> float:
        return macro_f1(told[rows], said[rows])

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
