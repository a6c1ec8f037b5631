"""Arbetstid: måndag–fredag 08–17, utom helgdagar och de aftnar som alla är lediga."""

from datetime import UTC, date, datetime, timedelta

import holidays
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.worktime import (
    MINUTES_PER_WORKING_DAY,
    add_working_days,
    working_minutes,
    working_minutes_many,
)
from tests.nyckeltal import calendar_2026
from tests.nyckeltal.calendar_2026 import STOCKHOLM, is_working_minute

MINUTE = timedelta(minutes=1)
MINUTES_OF_2026 = 365 * 24 * 60

moments = st.integers(0, MINUTES_OF_2026 - 1).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + minutes * MINUTE
)
stretches = st.integers(0, 9 * 24 * 60).map(lambda minutes: minutes * MINUTE)


def swedish(*parts):
    return datetime(*parts, tzinfo=STOCKHOLM)


@given(start=moments, stretch=stretches)
@example(start=swedish(2026, 3, 28, 22, 0), stretch=timedelta(days=2))  # fram till sommartid
@example(start=swedish(2026, 10, 24, 22, 0), stretch=timedelta(days=2))  # tillbaka till normaltid
@example(start=swedish(2026, 4, 2, 16, 0), stretch=timedelta(days=5))  # påsk
@example(start=swedish(2026, 6, 18, 16, 0), stretch=timedelta(days=4))  # midsommar
@example(start=swedish(2026, 12, 23, 16, 0), stretch=timedelta(days=8))  # jul och nyår
@settings(deadline=None, max_examples=40)
def test_working_time_is_what_one_gets_by_counting_minute_by_minute(start, stretch):
    counted = sum(
        is_working_minute(start.astimezone(UTC) + minute * MINUTE)
        for minute in range(stretch // MINUTE)
    )
    end = start.astimezone(UTC) + stretch
    assert working_minutes(start, end) == counted
    assert calendar_2026.working_minutes(start.astimezone(UTC), end) == counted


@given(
    pairs=st.lists(
        st.tuples(st.none() | moments, moments),
        max_size=20,
    )
)
@settings(deadline=None, max_examples=40)
def test_many_pairs_at_once_give_the_same_as_one_by_one(pairs):
    starts, ends = [start for start, _ in pairs], [end for _, end in pairs]
    many = working_minutes_many(column(starts), column(ends))
    one_by_one = [
        np.nan if start is None else working_minutes(start, end)
        for start, end in zip(starts, ends, strict=True)
    ]
    np.testing.assert_array_equal(many, one_by_one)


@given(start=moments, end=moments, later=stretches)
@settings(deadline=None, max_examples=100)
def test_working_time_never_shrinks_and_is_never_longer_than_the_calendar(start, end, later):
    minutes = working_minutes(start, end)
    assert 0 <= minutes <= max(0, (end - start) // MINUTE)
    assert working_minutes(start, end + later) >= minutes


def test_the_evening_and_the_weekend_take_no_working_time():
    assert working_minutes(swedish(2026, 10, 16, 18, 30), swedish(2026, 10, 19, 9, 0)) == 60


def test_a_whole_working_day_is_nine_hours():
    assert working_minutes(swedish(2026, 10, 5, 0, 0), swedish(2026, 10, 6, 0, 0)) == 540


def test_seconds_that_make_no_whole_minute_are_dropped():
    assert working_minutes(swedish(2026, 10, 5, 9, 0, 30), swedish(2026, 10, 5, 9, 2, 29)) == 1


def test_an_answer_dated_before_its_comment_took_no_time():
    assert working_minutes(swedish(2026, 10, 6, 9, 0), swedish(2026, 10, 5, 9, 0)) == 0


@pytest.mark.parametrize(
    "day",
    [date(2026, 12, 24), date(2026, 12, 31), date(2026, 6, 19), date(2026, 5, 14)],
    ids=["julafton", "nyårsafton", "midsommarafton", "Kristi himmelsfärdsdag"],
)
def test_days_when_everybody_is_free_hold_no_working_time(day):
    midnight = datetime(day.year, day.month, day.day, tzinfo=STOCKHOLM)
    assert working_minutes(midnight, midnight + timedelta(days=1)) == 0


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027, 2028])
def test_ordinary_sundays_are_not_what_makes_a_day_free(year):
    free = holidays.country_holidays(
        "SE", categories=("public", "de_facto"), years=year, language="sv"
    )
    assert len(free) == 16
    assert {"Julafton", "Midsommarafton", "Nyårsafton"} <= set(free.values())


def test_the_almanac_of_the_tests_agrees_for_the_whole_year():
    free = holidays.country_holidays("SE", categories=("public", "de_facto"), years=2026)
    own = {day for day in calendar_2026.FREE_DAYS if day.year == 2026}
    assert {day for day in free if day.weekday() < 5} == own


@given(moment=moments, days=st.integers(1, 12))
@settings(deadline=None, max_examples=100)
def test_a_deadline_is_the_first_moment_when_the_working_days_have_passed(moment, days):
    deadline = add_working_days(moment, days)
    allowed = days * MINUTES_PER_WORKING_DAY
    assert working_minutes(moment, deadline) == allowed
    assert working_minutes(moment, deadline - timedelta(microseconds=1)) == allowed - 1


def test_five_working_days_over_easter_end_after_the_holidays():
    onsdag_kväll = swedish(2026, 4, 1, 20, 0)
    assert add_working_days(onsdag_kväll, 5) == swedish(2026, 4, 10, 17, 0)


def test_moments_without_a_zone_are_refused():
    aware = swedish(2026, 10, 5, 9)
    naive = aware.replace(tzinfo=None)
    with pytest.raises(ValueError, match="zone"):
        working_minutes(naive, aware)
    with pytest.raises(ValueError, match="zone"):
        add_working_days(naive, 1)
    with pytest.raises(ValueError, match="from 1"):
        add_working_days(aware, 0)


def column(values):
    return pd.Series(values, dtype="datetime64[us, UTC]")
