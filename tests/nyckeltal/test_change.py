"""Förändringen mot en tidigare period: skillnaden, och om den är mer än slump."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.nyckeltal.change import with_change
from service.nyckeltal.definition import CommentCount, CommentShare, Goal, PostSum, Unit
from service.nyckeltal.figure import Figure, IntervalMethod
from service.nyckeltal.intervals import newcombe, wilson
from service.period import parse_period

SHARE = CommentShare(that="question")


def figure(found, n, *, period="2026-10"):
    interval = wilson(found, n)
    return Figure(
        nyckeltal="share_question",
        goal=Goal.ASSURED,
        unit=Unit.SHARE,
        period=parse_period(period),
        account=None,
        channel=None,
        value=found / n,
        numerator=found,
        denominator=n,
        n=n,
        writers=n,
        ci_low=interval.low,
        ci_high=interval.high,
        interval_method=IntervalMethod.WILSON,
        pending=None,
        withheld=None,
        fingerprint="prov",
    )


COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS, COUNTS)
def test_of_two_shares_the_interval_is_newcombes(now, before):
    changed = with_change(
        figure(*now), figure(*before, period="2026-09"), how=SHARE, both_whole=True
    )
    theirs = newcombe(now, before)
    assert changed.change == pytest.approx(now[0] / now[1] - before[0] / before[1])
    assert max(-1, changed.change_low) == pytest.approx(theirs.low)
    assert min(1, changed.change_high) == pytest.approx(theirs.high)
    assert changed.compared_with.label == "2026-09"


def test_of_two_alike_one_in_twenty_seems_to_have_changed():
    random = np.random.default_rng(2026)
    outside = 0
    for now, before in zip(
        random.binomial(200, 0.3, 1_000), random.binomial(150, 0.3, 1_000), strict=True
    ):
        changed = with_change(figure(now, 200), figure(before, 150), how=SHARE, both_whole=True)
        outside += not changed.change_low <= 0 <= changed.change_high
    assert 30 <= outside <= 70


@pytest.mark.parametrize("how", [CommentCount(that="question"), PostSum(of="shares")])
def test_a_count_is_compared_only_when_both_periods_are_over(how):
    now, before = figure(30, 60), figure(20, 60, period="2026-09")
    assert with_change(now, before, how=how, both_whole=False).change is None
    over = with_change(now, before, how=how, both_whole=True)
    assert over.change == pytest.approx(10 / 60)
    assert over.change_low is None


@pytest.mark.parametrize("which", ["now", "before"])
def test_what_is_withheld_has_no_change(which):
    shown = {"now": figure(30, 60), "before": figure(20, 60, period="2026-09")}
    shown[which] = replace(shown[which], value=None)
    changed = with_change(shown["now"], shown["before"], how=SHARE, both_whole=True)
    assert (changed.change, changed.change_low, changed.change_high) == (None, None, None)


def test_without_an_interval_the_change_stands_alone():
    changed = with_change(
        figure(30, 60), replace(figure(20, 60), ci_low=None), how=SHARE, both_whole=True
    )
    assert changed.change == pytest.approx(10 / 60)
    assert changed.change_low is None


@pytest.mark.parametrize(
    ("period", "before", "a_year_before"),
    [
        ("2026-10", "2026-09", "2025-10"),
        ("2026-01", "2025-12", "2025-01"),
        ("2026-Q1", "2025-Q4", "2025-Q1"),
        ("2026", "2025", "2025"),
        ("2026-W01", "2025-W52", "2025-W01"),
        ("2026-W53", "2026-W52", "2025-W52"),
        ("2024-02-29", "2024-02-28", "2023-02-28"),
        ("2024-02", "2024-01", "2023-02"),
        ("2026-10-05/2026-10-14", "2026-09-25/2026-10-04", "2025-10-05/2025-10-14"),
    ],
)
def test_each_period_has_its_earlier_ones(period, before, a_year_before):
    asked = parse_period(period)
    assert asked.before().label == before
    assert asked.a_year_before().label == a_year_before


def test_a_corrected_share_is_not_compared_with_one_that_is_not():
    corrected = replace(figure(30, 60), corrected_for=("reviews",))
    before = figure(20, 60, period="2026-09")
    assert with_change(corrected, before, how=SHARE, both_whole=True).change is None
    both = replace(before, corrected_for=("reviews",))
    assert with_change(corrected, both, how=SHARE, both_whole=True).change is not None
