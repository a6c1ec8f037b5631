"""Hur tal och tider skrivs på svenska."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.nyckeltal.definition import Unit
from service.swedish import (
    format_date,
    format_datetime,
    format_figure,
    format_hours,
    format_number,
    format_percent,
    format_working_time,
)


def plain(text):
    """The text with its hard spaces as ordinary ones; there must be no ordinary one before."""
    assert " " not in text
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (12345.6, "12 345,6"),
        (12345, "12 345"),
        (1_234_567, "1 234 567"),
        (999, "999"),
        (0, "0"),
        (2.0, "2"),
        (-1234.5, "−1 234,5"),
        (-0.04, "0,0"),
        (0.25, "0,3"),
    ],
)
def test_numbers(value, written):
    assert plain(format_number(value)) == written


def test_decimals_may_be_asked_for():
    assert plain(format_number(1234, decimals=2)) == "1 234,00"
    assert plain(format_number(1234.5, decimals=0)) == "1 235"


@given(value=st.floats(-1e9, 1e9), decimals=st.integers(0, 3))
@settings(deadline=None, max_examples=200)
def test_a_written_number_reads_back(value, decimals):
    written = plain(format_number(value, decimals=decimals))
    read = float(written.replace(" ", "").replace("−", "-").replace(",", "."))
    assert read == pytest.approx(value, abs=0.51 * 10**-decimals)


@pytest.mark.parametrize(
    ("share", "written"), [(0.047, "4,7 %"), (0, "0,0 %"), (1, "100,0 %"), (0.0625, "6,3 %")]
)
def test_percent(share, written):
    assert plain(format_percent(share)) == written


@pytest.mark.parametrize(
    ("hours", "written"),
    [
        (0, "0 minuter"),
        (1 / 60, "1 minut"),
        (0.999, "1 timme"),
        (1.02, "1 timme"),
        (2.5, "2,5 timmar"),
        (48, "2 dygn"),
    ],
)
def test_calendar_time(hours, written):
    assert plain(format_hours(hours)) == written


@pytest.mark.parametrize(
    ("hours", "written"),
    [
        (0.75, "45 arbetsminuter"),
        (1, "1 arbetstimme"),
        (3, "3 arbetstimmar"),
        (9, "1 arbetsdag"),
        (22.5, "2,5 arbetsdagar"),
    ],
)
def test_working_time(hours, written):
    assert plain(format_working_time(hours)) == written


def test_a_day_and_a_moment():
    assert plain(format_date(date(2026, 9, 1))) == "1 sept. 2026"
    assert plain(format_datetime(datetime(2026, 11, 12, 13, 5, tzinfo=UTC))) == (
        "12 nov. 2026 kl. 14.05"
    )


def test_a_moment_is_shown_on_its_swedish_date():
    assert plain(format_datetime(datetime(2026, 6, 30, 22, 30, tzinfo=UTC))) == (
        "1 juli 2026 kl. 00.30"
    )


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        format_datetime(datetime(2026, 6, 30, tzinfo=UTC).replace(tzinfo=None))


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (0.5, Unit.SHARE, "50,0 %"),
        (1.234, Unit.PER_1000, "1,23 per 1 000"),
        (3.5, Unit.HOURS, "3,5 timmar"),
        (3.5, Unit.WORKING_HOURS, "3,5 arbetstimmar"),
        (1, Unit.DAYS, "1 dag"),
        (12345.6, Unit.COUNT, "12 346"),
        (-12.34, Unit.POINTS, "−12,3"),
    ],
)
def test_a_figure_is_written_by_its_unit(value, unit, written):
    assert plain(format_figure(value, unit)) == written


@pytest.mark.parametrize("unit", Unit)
def test_every_unit_can_be_written_and_a_missing_value_is_a_dash(unit):
    assert format_figure(1.0, unit)
    assert format_figure(None, unit) == "–"


def test_an_unknown_unit_is_refused():
    with pytest.raises(ValueError, match="furlong"):
        format_figure(1.0, "furlong")
