"""Figures that are made of sums over texts, and their intervals by drawing threads anew.

All that is measured here is a formula of sums: hits, guesses, gaps between what was said and what
was. A draw of threads is then a weighing of the threads' own sums, so a thousand draws of every
figure take no longer than reading a few comments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from nlp.evaluate import RESAMPLES, BoolArray
from nlp.readers.reader import FloatArray

BINS: Final = 10
"""Bins of equal width that the calibration error compares in."""

SEED: Final = 20261123
"""One seed for all readers: each draw holds the same threads, so readers can be paired."""

_DRAWN_AT_ONCE: Final = 100
"""Bounds the memory of the draws from a set of many thousands of texts."""

Formula = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure, not yet counted."""

    columns: FloatArray
    """What each text adds to each sum, shape (n, k)."""
    formula: Formula
    """From sums of shape (…, k) to figures of shape (…); not a number where undefined."""
    centred: bool = False
    """Whether the draws are moved to have the figure as their mean. For absolute gaps: chance alone
    opens a gap, and a draw adds chance of its own, so all draws would lie above the figure, which
    itself errs on the high side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure with its 95 % interval; None where it is undefined."""

    value: float | None
    low: float | None
    high: float | None
    draws: FloatArray = field(repr=False)
    """The figure in each draw, not a number where undefined; shape (RESAMPLES,)."""


def ratio(part: BoolArray, whole: BoolArray) -> Figure:
    """The share of `whole` that is also `part`; undefined where there is no whole.

    Precision is ratio(truth, guess), recall ratio(guess, truth).
    """
    return Figure(columns=np.column_stack([part & whole, whole]).astype(float), formula=_quotient)


def f1(truth: BoolArray, guess: BoolArray) -> Figure:
    """F1 of one label; undefined where it neither holds nor is said."""
    found = 2.0 * (truth & guess)
    asked = truth.astype(float) + guess
    return Figure(columns=np.column_stack([found, asked]), formula=_quotient)


def kappa(gold: Sequence[int], said: Sequence[int], levels: Sequence[int], *, power: int) -> Figure:
    """Cohen's kappa; 1 where both say the same one thing of all, for then chance explains nothing.

    Args:
        gold: One level a row.
        said: Another.
        levels: All that may be said, in order.
        power: Of the distance by which a disagreement weighs: 0 all alike, 2 its square.
    """
    size = len(levels)
    columns = np.zeros((len(gold), size * size))
    rows = [
        levels.index(one) * size + levels.index(two) for one, two in zip(gold, said, strict=True)
    ]
    columns[np.arange(len(gold)), rows] = 1
    apart = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    weights = (apart > 0) * apart.astype(float) ** power

    def of(sums: FloatArray) -> FloatArray:
        table = sums.reshape(*sums.shape[:-1], size, size)
        by_chance = np.einsum("...i,...j->...ij", table.sum(-1), table.sum(-2))
        by_chance = by_chance / np.maximum(table.sum((-1, -2)), 1)[..., None, None]
        expected, met = ((each * weights).sum((-1, -2)) for each in (by_chance, table))
        answer: FloatArray = 1 - np.divide(
            met, expected, out=np.zeros_like(met), where=expected > 0
        )
        return answer

    return Figure(columns=columns, formula=of)


def rank_correlation(one: Sequence[float], other: Sequence[float]) -> Figure:
    """Spearman's correlation, equal values sharing their rank; undefined where nothing is ranked.

    Of what takes many values give few decimals: the table of both is as wide as their product.
    """
    values = [sorted(set(each)) for each in (one, other)]
    sizes = len(values[0]), len(values[1])
    places = [{value: place for place, value in enumerate(each)} for each in values]
    columns = np.zeros((len(one), sizes[0] * sizes[1]))
    for row, (first, second) in enumerate(zip(one, other, strict=True)):
        columns[row, places[0][first] * sizes[1] + places[1][second]] = 1

    def of(sums: FloatArray) -> FloatArray:
        table = sums.reshape(*sums.shape[:-1], *sizes)
        counts = table.sum(-1), table.sum(-2)
        total = table.sum((-1, -2))
        # The rank of a value is the middle of those of its rows, here from the mean of all ranks.
        ranks = [np.cumsum(each, -1) - each / 2 - total[..., None] / 2 for each in counts]
        spread = [
            np.sqrt((each * rank**2).sum(-1)) for each, rank in zip(counts, ranks, strict=True)
        ]
        together = np.einsum("...i,...ij,...j->...", ranks[0], table, ranks[1])
        scale = spread[0] * spread[1]
        answer: FloatArray = np.divide(
            together, scale, out=np.full(scale.shape, np.nan), where=scale > 0
        )
        return answer

    return Figure(columns=columns, formula=of)


def calibration(truth: BoolArray, probability: FloatArray) -> Figure:
    """Expected calibration error: mean gap between what was said and what was, by bin."""
    places = np.minimum((probability * BINS).astype(int), BINS - 1)
    columns = np.zeros((len(truth), BINS + 1))
    columns[np.arange(len(truth)), places] = probability - truth
    columns[:, BINS] = 1
    return Figure(columns=columns, formula=_mean_gap, centred=True)


def mean_of(figures: Sequence[Figure]) -> Figure:
    """The mean of figures of one kind: macro-F1 is the mean of F1."""
    return _combined(figures, np.mean)


def lowest_of(figures: Sequence[Figure]) -> Figure:
    """The lowest of figures of one kind."""
    return _combined(figures, np.min)


def highest_of(figures: Sequence[Figure]) -> Figure:
    """The highest of figures of one kind."""
    return _combined(figures, np.max)


def estimates(figures: Mapping[str, Figure], groups: Sequence[str]) -> dict[str, Estimate]:
    """Count figures on n texts, at least one, and draw whole groups for their intervals.

    Args:
        figures: By name; all on the same texts.
        groups: For each text, its thread. Those of a thread are alike, so they are drawn together.

    Returns:
        By name. Draws in which a figure is undefined are left out of its interval.
    """
    names = {name: place for place, name in enumerate(sorted(set(groups)))}
    columns = np.hstack([figure.columns for figure in figures.values()])
    sums = np.zeros((len(names), columns.shape[1]))
    np.add.at(sums, [names[group] for group in groups], columns)
    drawn = _drawn(sums)
    total = sums.sum(axis=0)
    made: dict[str, Estimate] = {}
    start = 0
    for name, figure in figures.items():
        ours = slice(start, start + figure.columns.shape[1])
        start = ours.stop
        value, draws = float(figure.formula(total[ours])), figure.formula(drawn[:, ours])
        if figure.centred:
            draws = np.clip(draws + value - np.mean(draws), 0.0, 1.0)
        made[name] = _estimate(value, draws)
    return made


def difference(one: Estimate, other: Estimate) -> Estimate:
    """How much higher `one` is, draw by draw; both must be of the same texts and groups."""
    value = np.nan if one.value is None or other.value is None else one.value - other.value
    return _estimate(value, one.draws - other.draws)


def _drawn(sums: FloatArray) -> FloatArray:
    """Sums over each draw of as many groups as there are, shape (RESAMPLES, k)."""
    random = np.random.default_rng(SEED)
    count = len(sums)
    drawn = np.empty((RESAMPLES, sums.shape[1]))
    for start in range(0, RESAMPLES, _DRAWN_AT_ONCE):
        size = min(_DRAWN_AT_ONCE, RESAMPLES - start)
        places = random.integers(0, count, size=(size, count))
        weights = np.array([np.bincount(row, minlength=count) for row in places], dtype=float)
        drawn[start : start + size] = weights @ sums
    return drawn


def _estimate(value: float, draws: FloatArray) -> Estimate:
    defined = draws[np.isfinite(draws)]
    low, high = np.percentile(defined, [2.5, 97.5]) if len(defined) else (None, None)
    if not np.isfinite(value) or low is None or high is None:
        return Estimate(value=None, low=None, high=None, draws=draws)
    return Estimate(value=float(value), low=float(low), high=float(high), draws=draws)


def _quotient(sums: FloatArray) -> FloatArray:
    part, whole = sums[..., 0], sums[..., 1]
    nowhere = np.full(whole.shape, np.nan)
    answer: FloatArray = np.divide(part, whole, out=nowhere, where=whole > 0)
    return answer


def _mean_gap(sums: FloatArray) -> FloatArray:
    gaps: FloatArray = np.abs(sums[..., :BINS]).sum(axis=-1)
    return gaps / sums[..., BINS]


def _combined(figures: Sequence[Figure], combine: Callable[..., FloatArray]) -> Figure:
    formula = figures[0].formula

    def of(sums: FloatArray) -> FloatArray:
        apart = sums.reshape(*sums.shape[:-1], len(figures), -1)
        answer: FloatArray = combine(formula(apart), axis=-1)
        return answer

    return Figure(
        columns=np.hstack([figure.columns for figure in figures]),
        formula=of,
        centred=figures[0].centred,
    )
