"""Times: every way that files write them, and the two hours a year that are not like others."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from service.sources import times
from service.sources.times import Moment, TimeUnreadable

STOCKHOLM = ZoneInfo("Europe/Stockholm")
PACIFIC = ZoneInfo("America/Los_Angeles")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NOON_IN_STOCKHOLM = datetime(2026, 11, 23, 13, 0)  # noqa: DTZ001 - as a file without zones has it


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T12:00:00Z",
        "2026-11-23T12:00:00.000Z",
        "2026-11-23T12:00:00+0000",
        "2026-11-23T13:00:00+01:00",
        "2026-11-23 13:00+01",
        " 2026-11-23T04:00:00-08:00 ",
    ],
)
def test_a_time_with_an_offset_is_exact(text):
    assert times.from_iso(text, zone=None) == Moment(NOON)
    assert times.from_iso(text, zone=None).is_exact


@pytest.mark.parametrize(
    "text", ["2026-11-23 13:00", "2026-11-23T13:00:00", "2026-11-23 13.00", "2026-11-23 13.00.00"]
)
def test_a_time_without_an_offset_takes_the_zone_and_says_so(text):
    assert times.from_iso(text, zone=STOCKHOLM) == Moment(NOON, NOON_IN_STOCKHOLM)


@pytest.mark.parametrize("number", [1795435200, 1795435200.0, 1795435200000])
def test_unix_time_comes_in_seconds_and_milliseconds(number):
    assert times.from_unix(number) == Moment(NOON)


def test_an_hour_that_happened_twice_is_the_first_and_noted():
    found = times.from_iso("2026-10-25 02:30", zone=STOCKHOLM)
    written = datetime(2026, 10, 25, 2, 30)  # noqa: DTZ001
    assert found == Moment(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), written, is_ambiguous=True)
    assert not found.is_exact
    assert times.from_iso("2026-11-01 01:30", zone=PACIFIC).is_ambiguous


def test_an_hour_that_never_happened_is_unreadable():
    with pytest.raises(TimeUnreadable, match="finns inte i Europe/Stockholm"):
        times.from_iso("2026-03-29 02:30", zone=STOCKHOLM)
    with pytest.raises(TimeUnreadable, match="finns inte i America/Los_Angeles"):
        times.from_iso("2026-03-08 02:30", zone=PACIFIC)


@pytest.mark.parametrize("text", ["2026-03-29 01:59", "2026-03-29 03:00", "2026-10-25 03:00"])
def test_the_minutes_around_the_change_are_plain(text):
    assert not times.from_iso(text, zone=STOCKHOLM).is_ambiguous


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-11-24", "inget klockslag"),
        ("2026-13-01 10:00", "finns"),
        ("2026-02-30T10:00:00Z", "finns"),
        ("2026-02-30", "finns"),
        ("i går", "tolka"),
        ("23/11/2026 14:05", "tolka"),
        ("20261123", "tolka"),
        ("", "tolka"),
        ("1999-01-01T00:00:00Z", "2004–2099"),
        ("2203-01-01 00:00", "2004–2099"),
        ("0001-01-01T00:00:00+14:00", "."),
        ("9999-12-31T23:59:59-14:00", "."),
    ],
)
def test_what_is_no_time_is_unreadable_and_the_value_is_not_quoted(text, said):
    with pytest.raises(TimeUnreadable, match=said) as unreadable:
        times.from_iso(text, zone=STOCKHOLM)
    assert not text or text not in str(unreadable.value)


def test_a_time_without_an_offset_needs_a_zone():
    with pytest.raises(TimeUnreadable, match="--timezone"):
        times.from_iso("2026-11-23 13:00", zone=None)


@pytest.mark.parametrize("number", [-1, 0, 10**9 - 1, 5 * 10**9, 10**18, 1e300])
def test_a_number_that_is_no_time_is_unreadable(number):
    with pytest.raises(TimeUnreadable, match="2004–2099"):
        times.from_unix(number)


def test_a_post_may_have_a_date_alone():
    found = times.from_day(date(2026, 11, 23), zone=STOCKHOLM, date_is_enough=True)
    assert found.at == datetime(2026, 11, 22, 23, 0, tzinfo=UTC)


def test_excel_counts_days():
    assert times.from_excel_serial(46349.5868055556, zone=STOCKHOLM).at == datetime(
        2026, 11, 23, 13, 5, tzinfo=UTC
    )
    for number in (46349.0, 12.5, 99_999.5):
        with pytest.raises(TimeUnreadable):
            times.from_excel_serial(number, zone=STOCKHOLM)
