"""Varje nyckeltal räknat två gånger: av tjänsten, och rad för rad efter definitionen."""

from collections import defaultdict
from dataclasses import fields
from datetime import UTC, date, datetime
from itertools import product
from math import isfinite
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.nyckeltal.compute import compute
from service.nyckeltal.definition import AnsweredInTime, Unit
from service.nyckeltal.definitions import NYCKELTAL
from service.nyckeltal.figure import Withheld
from service.period import Granularity, parse_period, split
from tests.nyckeltal import naive
from tests.nyckeltal.rows import frames, some_moment, worlds

# Påsk, ett skifte till sommartid och ett månadsskifte.
FIRST, LAST = date(2026, 3, 22), date(2026, 4, 15)
PERIODS = (
    parse_period("2026-03-22/2026-04-15"),
    *split(parse_period("2026-03-30/2026-04-14"), Granularity.WEEK),
    parse_period("2026-03-29"),
    parse_period("2025"),
)
GROUPINGS = ((), ("account",), ("channel",), ("account", "channel"))

world = worlds(FIRST, LAST)
now = st.integers(0, 2**32).map(
    lambda seed: some_moment(Random(seed), date(2026, 4, 1), date(2026, 4, 28))
)


@given(rows=world, as_of=now, group_by=st.sampled_from(GROUPINGS))
@settings(deadline=None, max_examples=60)
def test_every_figure_is_that_of_the_naive_loop(rows, as_of, group_by):
    for figure in counted(rows, as_of, group_by):
        expected = naive.count(
            figure.nyckeltal,
            *rows,
            period=figure.period,
            account=figure.account,
            channel=figure.channel,
            as_of=as_of,
        )
        value = expected.pop("value")
        assert (figure.value is None) == (value is None) == (figure.withheld is Withheld.NO_DATA)
        if value is not None:
            assert figure.value == pytest.approx(value, rel=1e-12), figure.nyckeltal
        found = {name: getattr(figure, name) for name in expected}
        assert found == expected, figure.nyckeltal


def test_the_naive_loop_knows_every_nyckeltal():
    ids = {definition.id for definition in NYCKELTAL}
    assert ids == {*naive.OF_POSTS, *naive.OF_COMMENTS}
    assert {definition.id for definition in NYCKELTAL if definition.per_channel} == {
        *naive.OF_POSTS
    }


@given(rows=world, as_of=now)
@settings(deadline=None, max_examples=20)
def test_parts_add_up_to_their_total(rows, as_of):
    parts_of = defaultdict(list)
    figures = counted(rows, as_of, ("account", "channel"))
    for part in figures:
        if part.account is not None:
            parts_of[part.nyckeltal, part.period, None, part.channel, "account"].append(part)
        if part.channel is not None:
            parts_of[part.nyckeltal, part.period, part.account, None, "channel"].append(part)
    for total, dimension in product(figures, ("account", "channel")):
        parts = parts_of[total.nyckeltal, total.period, total.account, total.channel, dimension]
        for name in ("numerator", "denominator", "n", "pending") if parts else ():
            amounts = [getattr(part, name) for part in parts]
            if None not in amounts:
                assert getattr(total, name) == sum(amounts), (total.nyckeltal, name)


@given(rows=world, as_of=now, group_by=st.sampled_from(GROUPINGS))
@settings(deadline=None, max_examples=30)
def test_figures_are_finite_and_lie_in_their_intervals(rows, as_of, group_by):
    for figure in counted(rows, as_of, group_by):
        for field in fields(figure):
            amount = getattr(figure, field.name)
            assert not isinstance(amount, float) or isfinite(amount)
        assert (figure.ci_low is None) == (figure.ci_high is None) == (not figure.interval_method)
        if figure.ci_low is not None and figure.value is not None:
            assert figure.ci_low <= figure.value + 1e-9
            assert figure.value - 1e-9 <= figure.ci_high
        if figure.unit is Unit.SHARE and figure.writers is not None:
            assert 0 <= figure.numerator <= figure.denominator == figure.n


@given(rows=world, as_of=now, random=st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=15)
def test_the_order_of_rows_changes_nothing(rows, as_of, random):
    comments, posts = rows
    shuffled = random.sample(comments, len(comments)), random.sample(posts, len(posts))
    assert counted(shuffled, as_of, ("account",)) == counted(rows, as_of, ("account",))


@given(rows=world, as_of=now, days=st.sampled_from((1, 2, 5)))
@settings(deadline=None, max_examples=20)
def test_a_comment_whose_time_is_over_keeps_its_verdict(rows, as_of, days):
    """Svar som kommer senare ändrar aldrig vad som redan räknats som besvarat i tid."""
    in_time = [one for one in NYCKELTAL if one.how == AnsweredInTime(working_days=days)]
    for comment in rows[0][:5]:
        now_and_later = (
            counted(([comment], []), moment, (), definitions=in_time)[0].value
            for moment in (as_of, datetime(2026, 6, 1, tzinfo=UTC))
        )
        assert len({*now_and_later} - {None}) <= 1


def counted(rows, as_of, group_by, **definitions):
    comments, posts = frames(*rows)
    return compute(
        comments,
        posts,
        periods=PERIODS,
        as_of=as_of,
        fingerprint="prov",
        group_by=group_by,
        **definitions,
    )
