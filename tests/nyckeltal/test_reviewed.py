"""Andelar som människor har rättat: rätt i snitt, och intervallet håller vad det lovar."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.nyckeltal.reviewed import (
    FEWEST_REVIEWS,
    Stratum,
    allocate,
    corrected_share,
    spread_of,
)

RUNS = 1_000
COMMENTS = 2_000


def simulated(random, *, truth, found, invented, unsure, reviews):
    """One period's comments, a reader with its faults, and the reviews of a lot drawn of them."""
    holds = random.random(COMMENTS) < truth
    says = np.where(holds, random.random(COMMENTS) < found, random.random(COMMENTS) < invented)
    decided = np.where(random.random(COMMENTS) < unsure, 1, np.where(says, 0, 2))
    sizes = [int((decided == one).sum()) for one in range(3)]
    numbers = allocate(sizes, [spread_of(p) for p in (0.8, 0.5, 0.1)], reviews)
    strata = []
    for one, (size, number) in enumerate(zip(sizes, numbers, strict=True)):
        drawn = random.choice(np.flatnonzero(decided == one), number, replace=False)
        weights = np.full(number, size / max(number, 1))
        strata.append(Stratum(size=size, said=holds[drawn], weights=weights))
    return strata, float((decided == 0).mean())


@pytest.mark.parametrize(
    ("truth", "found", "invented", "unsure", "reviews"),
    [
        (0.40, 0.72, 0.02, 0.00, 150),  # 10 points too low
        (0.15, 0.95, 0.13, 0.00, 200),  # 10 points too high
        (0.30, 0.75, 0.03, 0.10, 120),
        (0.10, 0.60, 0.02, 0.05, 400),
        (0.50, 0.50, 0.50, 0.00, 100),  # a reader that guesses
    ],
)
def test_the_interval_covers_the_truth(truth, found, invented, unsure, reviews):
    random = np.random.default_rng(2026)
    covered, values, raw = 0, [], []
    for _ in range(RUNS):
        strata, uncorrected = simulated(
            random, truth=truth, found=found, invented=invented, unsure=unsure, reviews=reviews
        )
        corrected = corrected_share(strata)
        covered += corrected.interval.low <= truth <= corrected.interval.high
        values.append(corrected.value)
        raw.append(uncorrected)
    assert 0.93 <= covered / RUNS <= 0.97
    noise = 4 * np.std(values) / RUNS**0.5
    assert abs(np.mean(values) - truth) < noise
    if unsure == 0 and found != invented:
        assert abs(np.mean(raw) - truth) > 0.09


def test_too_few_reviews_correct_nothing():
    few = FEWEST_REVIEWS - 1
    lot = Stratum(size=500, said=np.ones(few, bool), weights=np.ones(few))
    assert corrected_share([lot]) is None


@given(
    st.lists(
        st.tuples(st.integers(10, 60), st.integers(0, 500), st.integers(0, 10)),
        min_size=3,
        max_size=3,
    ).filter(lambda strata: sum(read for read, _, _ in strata) >= FEWEST_REVIEWS)
)
def test_the_share_is_that_of_a_naive_loop(strata):
    made, holding = [], 0.0
    for read, unread, tenths in strata:
        said = np.arange(read) < read * tenths // 10
        made.append(Stratum(size=read + unread, said=said, weights=np.ones(read)))
        for one in said:
            holding += one * (read + unread) / read
    corrected = corrected_share(made)
    total = sum(read + unread for read, unread, _ in strata)
    assert corrected.value == pytest.approx(holding / total)
    assert 0 <= corrected.interval.low <= corrected.value <= corrected.interval.high <= 1


def test_who_has_read_all_knows_the_share_of_what_was_written():
    said = np.arange(400) < 100
    corrected = corrected_share([Stratum(size=400, said=said, weights=np.ones(400))])
    assert corrected.value == 0.25
    assert corrected.interval.low == pytest.approx(0.21, abs=0.01)


def test_a_stratum_with_few_reviews_is_joined_with_its_neighbour():
    many = Stratum(size=900, said=np.zeros(120, bool), weights=np.full(120, 7.5))
    few = Stratum(size=20, said=np.ones(2, bool), weights=np.full(2, 10.0))
    corrected = corrected_share([few, many])
    assert corrected.value == pytest.approx(20 / 920)
    assert corrected.interval.high > corrected.value


@given(
    st.lists(st.tuples(st.integers(0, 300), st.floats(0, 0.5)), min_size=1, max_size=5),
    st.integers(0, 400),
)
def test_a_lot_is_as_large_as_asked_and_no_stratum_gives_more_than_it_has(strata, wanted):
    sizes, spreads = zip(*strata, strict=True)
    given_out = allocate(sizes, spreads, wanted)
    assert sum(given_out) == min(wanted, sum(sizes))
    assert all(one <= size for one, size in zip(given_out, sizes, strict=True))
    if wanted >= len(sizes):
        assert all(one >= 1 for one, size in zip(given_out, sizes, strict=True) if size)


def test_where_the_reader_is_unsure_more_is_read():
    assert allocate([1000, 1000], [spread_of(0.5), spread_of(0.99)], 50)[0] >= 35
