"""Intervallen: mot scipy där scipy kan, annars mot vad ett 95-procentigt intervall lovar."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from service.nyckeltal.figure import IntervalMethod
from service.nyckeltal.intervals import (
    FEWEST_POSTS,
    MOST_POSTS_TO_RESAMPLE,
    bonett_price,
    newcombe,
    order_statistics,
    price_bonett,
    ratio_of_sums,
    wilson,
)


@given(n=st.integers(1, 5000), part=st.floats(0, 1))
@example(n=1, part=0.0)
@example(n=1, part=1.0)
@settings(deadline=None, max_examples=150)
def test_wilson_is_scipys(n, part):
    successes = round(part * n)
    ours = wilson(successes, n)
    theirs = binomtest(successes, n).proportion_ci(method="wilson")
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert 0 <= ours.low <= successes / n <= ours.high <= 1


def test_nothing_observed_has_no_interval():
    assert wilson(0, 0) is None
    assert bonett_price(0, 0, 0) is None


@given(counts=st.tuples(*[st.integers(0, 300)] * 3).filter(any))
@settings(deadline=None, max_examples=150)
def test_a_net_difference_lies_in_its_interval(counts):
    plus, neither, minus = counts
    n = plus + neither + minus
    interval = bonett_price(plus, minus, n)
    assert -1 <= interval.low <= (plus - minus) / n <= interval.high <= 1
    assert interval.low < interval.high


@given(counts=st.tuples(*[st.integers(0, 300)] * 3).filter(any))
@settings(deadline=None, max_examples=50)
def test_turning_plus_and_minus_around_turns_the_interval(counts):
    plus, _, minus = counts
    one = bonett_price(plus, minus, sum(counts))
    other = bonett_price(minus, plus, sum(counts))
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))


@pytest.mark.parametrize("shares", [(0.2, 0.5, 0.3), (0.02, 0.9, 0.08), (0.6, 0.05, 0.35)])
def test_the_net_difference_is_covered_as_often_as_promised(shares):
    draws = np.random.default_rng(7).multinomial(40, shares, size=3000)
    truth = shares[0] - shares[2]
    covered = [
        interval.low <= truth <= interval.high
        for interval in (bonett_price(int(plus), int(minus), 40) for plus, _, minus in draws)
    ]
    assert 0.93 <= np.mean(covered) <= 0.99


@pytest.mark.parametrize(("n", "probability"), [(6, 0.5), (7, 0.5), (40, 0.5), (60, 0.9)])
def test_a_quantile_is_covered_at_least_as_often_as_promised(n, probability):
    """Räknat exakt: intervallet täcker när rätt antal observationer ligger under kvantilen."""
    ranks = np.arange(n, dtype=np.float64)
    interval = order_statistics(ranks, probability)
    rng = np.random.default_rng(7)
    below = (rng.random((20_000, n)) < probability).sum(axis=1)
    covered = (interval.low + 1 <= below) & (below <= interval.high)
    assert np.mean(covered) >= 0.945


@pytest.mark.parametrize(("n", "probability"), [(1, 0.5), (5, 0.5), (20, 0.9), (35, 0.9)])
def test_too_few_observations_give_no_interval_of_a_quantile(n, probability):
    assert order_statistics(np.arange(n, dtype=np.float64), probability) is None


amounts = st.lists(
    st.tuples(st.integers(0, 500), st.integers(1, 10_000)), min_size=FEWEST_POSTS, max_size=60
)


@given(posts=amounts)
@settings(deadline=None, max_examples=60)
def test_the_bootstrap_is_that_of_a_plain_loop(posts):
    """Samma dragningar som tjänsten, räknade en i taget."""
    ordered = sorted(posts, key=lambda post: (post[1], post[0]))
    rng = np.random.default_rng((20260101, len(posts)))
    ratios = []
    for drawn in rng.integers(len(posts), size=(1000, len(posts))):
        sample = [ordered[place] for place in drawn]
        ratios.append(sum(above for above, _ in sample) / sum(below for _, below in sample))
    low, high = np.quantile(ratios, (0.025, 0.975))
    ours = ratio_of_sums(*columns(posts))
    value = sum(above for above, _ in posts) / sum(below for _, below in posts)
    assert ours.method is IntervalMethod.BOOTSTRAP
    assert (ours.low, ours.high) == pytest.approx((min(low, value), max(high, value)))


def test_many_posts_go_by_the_delta_method_and_it_agrees_with_the_bootstrap():
    rng = np.random.default_rng(7)
    reach = rng.lognormal(8, 1, MOST_POSTS_TO_RESAMPLE + 1).round()
    interactions = rng.binomial(reach.astype(int), 0.04).astype(float)
    delta = ratio_of_sums(interactions, reach)
    bootstrap = ratio_of_sums(interactions[1:], reach[1:])
    assert (delta.method, bootstrap.method) == (IntervalMethod.DELTA, IntervalMethod.BOOTSTRAP)
    assert (delta.low, delta.high) == pytest.approx((bootstrap.low, bootstrap.high), rel=0.01)


def test_a_handful_of_posts_has_no_interval():
    assert ratio_of_sums(*columns([(1, 10)] * (FEWEST_POSTS - 1))) is None


def test_posts_that_reached_nobody_may_be_drawn():
    interval = ratio_of_sums(*columns([(0, 0)] * 4 + [(5, 100)]))
    assert (interval.low, interval.high) == (0.05, 0.05)


def columns(posts):
    above, below = np.array(posts, dtype=np.float64).T
    return above, below


def test_newcombes_interval_is_that_of_his_paper():
    """Newcombe (1998), table II, the contrasts (a), (b) and (h), by method 10."""
    for one, other, low, high in (
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ):
        interval = newcombe(one, other)
        assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)
    assert newcombe((0, 0), (3, 10)) is None


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_gap_the_other_way_round_is_the_same_with_the_other_sign(one, other):
    there, back = newcombe((one, 40), (other, 40)), newcombe((other, 40), (one, 40))
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert there.low <= (one - other) / 40 <= there.high


@pytest.mark.parametrize("sizes", [(10, 10), (12, 60), (40, 200)])
@pytest.mark.parametrize("draw", ["exponential", "lognormal"])
def test_price_and_bonetts_interval_covers_the_difference_of_the_medians(sizes, draw):
    chance = np.random.default_rng(20260101)
    drawn = getattr(chance, draw)
    centre = {"exponential": math.log(2), "lognormal": 1.0}[draw]
    runs, covered = 2_000, 0
    for _ in range(runs):
        one, other = (np.sort(drawn(size=size)) for size in sizes)
        interval = price_bonett(one, 3 * other)
        covered += interval.low <= -2 * centre <= interval.high
    assert 0.93 <= covered / runs <= 0.995


def test_price_and_bonetts_interval_needs_some_of_both_and_turns_with_them():
    few, many = np.arange(4.0), np.arange(20.0)
    assert price_bonett(few, many) is None
    one, other = np.arange(0.0, 50.0, 5.0), many
    there, back = price_bonett(one, other), price_bonett(other, one)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert there.low <= np.median(one) - np.median(other) <= there.high
