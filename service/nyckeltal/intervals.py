"""95 % intervals: how far chance alone could have moved a figure.

Each function gives None where there are too few observations for an interval that holds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, ndtri

from service.nyckeltal.figure import IntervalMethod

LEVEL: Final = 0.95
RESAMPLES: Final = 1_000
MOST_POSTS_TO_RESAMPLE: Final = 1_000
"""Beyond, the delta method agrees to the second digit and takes a thousandth of the time."""
FEWEST_OF_A_MEDIAN: Final = 5
"""Fewer, and the observations beside the median are the smallest and the largest."""
FEWEST_POSTS: Final = 5
"""Fewer, and the resamples are the same handful of posts again: the interval is too narrow."""

_Z: Final = 1.959963984540054  # standard normal, 97.5 %
_TAIL: Final = (1 - LEVEL) / 2
_SEED: Final = 20260101


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval, both ends included, and how it was found."""

    low: float
    high: float
    method: IntervalMethod

    def times(self, factor: float) -> Interval:
        """The interval of the figure multiplied by a positive number."""
        return Interval(self.low * factor, self.high * factor, self.method)


def wilson(successes: int, n: int) -> Interval | None:
    """Wilson's score interval of a share; it has a width at 0 and 100 % too, unlike Wald's."""
    if n == 0:
        return None
    return wilson_of(successes / n, n, IntervalMethod.WILSON)


def wilson_of(share: float, n: float, method: IntervalMethod) -> Interval:
    """Wilson's interval of a share that is as uncertain as one of n observations, n > 0."""
    z2 = _Z * _Z
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    low = 0.0 if share == 0 else centre - half
    high = 1.0 if share == 1 else centre + half
    return Interval(low, high, method)


def bonett_price(plus: int, minus: int, n: int) -> Interval | None:
    """Bonett and Price's interval (2012) of (plus − minus) / n, two shares of the same n.

    One is added to both counts, so that it has a width also where all are of one kind.
    """
    if n == 0:
        return None
    share_plus, share_minus = (plus + 1) / (n + 2), (minus + 1) / (n + 2)
    centre = share_plus - share_minus
    half = _Z * math.sqrt((share_plus + share_minus - centre * centre) / (n + 2))
    return Interval(max(-1.0, centre - half), min(1.0, centre + half), IntervalMethod.BONETT_PRICE)


def newcombe(one: tuple[int, int], other: tuple[int, int]) -> Interval | None:
    """Newcombe's score interval (1998, method 10) of the difference of two independent shares.

    Args:
        one: Successes and observations.
        other: The same of those that it is compared with.
    """
    first, second = wilson(*one), wilson(*other)
    if first is None or second is None:
        return None
    share, beside = one[0] / one[1], other[0] / other[1]
    low = math.hypot(share - first.low, second.high - beside)
    high = math.hypot(first.high - share, beside - second.low)
    gap = share - beside
    return Interval(max(-1.0, gap - low), min(1.0, gap + high), IntervalMethod.NEWCOMBE)


def order_statistics(ascending: NDArray[np.float64], probability: float) -> Interval | None:
    """The two observations between which the quantile of the population lies.

    No distribution is assumed: how many observations fall below the quantile is binomial. None
    where even the smallest and the largest observation are not far enough apart to say.
    """
    low, high = _ranks(ascending.size, probability)
    if low < 0 or high >= ascending.size:
        return None
    return Interval(float(ascending[low]), float(ascending[high]), IntervalMethod.ORDER_STATISTICS)


def price_bonett(one: NDArray[np.float64], other: NDArray[np.float64]) -> Interval | None:
    """Price and Bonett's interval (2002) of the difference of two independent medians.

    None of few, and where those in the middle are all alike: it would claim to be exact.

    Args:
        one: Observations in ascending order.
        other: The same of those that they are compared with.
    """
    if min(one.size, other.size) < FEWEST_OF_A_MEDIAN:
        return None
    gap = float(np.median(one) - np.median(other))
    half = _Z * math.hypot(_spread_of_median(one), _spread_of_median(other))
    if half == 0:
        return None
    return Interval(gap - half, gap + half, IntervalMethod.PRICE_BONETT)


def _spread_of_median(ascending: NDArray[np.float64]) -> float:
    """The standard error of a median, by how far two observations beside it lie apart."""
    n = ascending.size
    beside = max(1, round((n + 1) / 2 - math.sqrt(n)))  # a rank, from 1
    z = -float(ndtri(bdtr(beside - 1, n, 0.5)))
    return float(ascending[n - beside] - ascending[beside - 1]) / (2 * z)


def ratio_of_sums(
    numerators: NDArray[np.float64], denominators: NDArray[np.float64]
) -> Interval | None:
    """The interval of Σ numerators / Σ denominators, the posts being what chance chose.

    Percentile bootstrap over posts, or for many posts the delta method.
    """
    posts = numerators.size
    if posts < FEWEST_POSTS:
        return None
    ratio = numerators.sum() / denominators.sum()
    if posts > MOST_POSTS_TO_RESAMPLE:
        residuals = numerators - ratio * denominators
        spread = math.sqrt(posts / (posts - 1) * float(residuals @ residuals))
        half = _Z * spread / float(denominators.sum())
        return Interval(max(0.0, ratio - half), ratio + half, IntervalMethod.DELTA)
    # The same posts in another order must give the same interval, to the last digit.
    order = np.lexsort((numerators, denominators))
    numerators, denominators = numerators[order], denominators[order]
    times_drawn = _times_drawn(posts).astype(np.float64)
    divisors = times_drawn @ denominators
    # A resample of nothing but posts that nobody was reached by has no ratio.
    ratios = (times_drawn @ numerators)[divisors > 0] / divisors[divisors > 0]
    low, high = np.quantile(ratios, (_TAIL, 1 - _TAIL))
    return Interval(min(float(low), ratio), max(float(high), ratio), IntervalMethod.BOOTSTRAP)


@lru_cache(maxsize=4096)
def _ranks(n: int, probability: float) -> tuple[int, int]:
    """Ranks, from 0, of the observations that enclose the quantile; outside [0, n) if none do."""
    # scipy.stats says this in one call, but takes longer to load than most reports to count.
    below = bdtr(np.arange(n + 1), n, probability)
    low, high = np.searchsorted(below, (_TAIL, 1 - _TAIL))
    return int(low) - 1, int(high)


@lru_cache(maxsize=128)
def _times_drawn(posts: int) -> NDArray[np.int8]:
    """How often each post is drawn in each resample: the same for every figure of as many posts.

    So a figure's interval depends on its posts alone, not on what else was counted before it.
    """
    drawn = np.random.default_rng((_SEED, posts)).integers(posts, size=(RESAMPLES, posts))
    drawn += np.arange(RESAMPLES)[:, np.newaxis] * posts
    return (
        np.bincount(drawn.ravel(), minlength=RESAMPLES * posts).reshape(-1, posts).astype(np.int8)
    )
