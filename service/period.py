"""The stretches of time that figures are counted over: Swedish local days, half-open.

A period knows how it is written: `2026-10` in the API, "oktober 2026" on a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from service.errors import BadRequest
from service.swedish import MONTH_NAMES, STOCKHOLM

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2099
"""Nobody commented in social media before; a year outside is a slip of the keyboard."""

_DAY: Final = timedelta(days=1)
_FORMS: Final = (
    "Skriv en månad (2026-10), en vecka (2026-W42), ett kvartal (2026-Q3), ett år (2026), "
    "en dag (2026-10-05) eller första och sista dagen (2026-09-01/2026-10-31)."
)
_PERIOD: Final = re.compile(
    r"(?P<year>[0-9]{4})"
    r"(?:-(?:Q(?P<quarter>[1-4])|W(?P<week>[0-9]{2})|(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?))?"
)


class Granularity(StrEnum):
    """The calendar units that a period can be split into."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Earlier(StrEnum):
    """What a period can be compared with."""

    PREVIOUS = "previous"
    LAST_YEAR = "last_year"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The Swedish local days [start, end)."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if not self.start < self.end:
            raise ValueError("a period ends after it starts")

    @property
    def granularity(self) -> Granularity | None:
        """The calendar unit that this is exactly one of, or None."""
        units = (unit for unit in Granularity if unit_around(self.start, unit) == self)
        return next(units, None)

    @property
    def label(self) -> str:
        """How the period is written in the API; `parse_period` reads it back."""
        start = self.start
        match self.granularity:
            case Granularity.DAY:
                return start.isoformat()
            case Granularity.WEEK:
                iso = start.isocalendar()
                return f"{iso.year}-W{iso.week:02}"
            case Granularity.MONTH:
                return f"{start:%Y-%m}"
            case Granularity.QUARTER:
                return f"{start.year}-Q{_quarter(start)}"
            case Granularity.YEAR:
                return f"{start.year}"
            case None:
                return f"{start}/{self.end - _DAY}"

    @property
    def title(self) -> str:
        """How the period is written on a Swedish page."""
        start, last = self.start, self.end - _DAY
        match self.granularity:
            case Granularity.DAY:
                return _long_date(start)
            case Granularity.WEEK:
                iso = start.isocalendar()
                return f"vecka {iso.week}, {iso.year}"
            case Granularity.MONTH:
                return f"{MONTH_NAMES[start.month - 1]} {start.year}"
            case Granularity.QUARTER:
                return f"kvartal {_quarter(start)}, {start.year}"
            case Granularity.YEAR:
                return f"{start.year}"
            case None:
                shared_year = f" {start.year}" if start.year == last.year else ""
                return f"{_long_date(start).removesuffix(shared_year)}–{_long_date(last)}"

    def before(self) -> Period:
        """The period just before: a calendar unit's neighbour, else one of as many days.

        >>> parse_period("2026-03").before().label
        '2026-02'
        """
        if self.granularity is not None:
            return unit_around(self.start - _DAY, self.granularity)
        return Period(self.start - (self.end - self.start), self.start)

    def a_year_before(self) -> Period:
        """The same a year earlier: the same month, or the ISO week of the same number.

        >>> parse_period("2026-W53").a_year_before().label
        '2025-W52'
        """
        if self.granularity is Granularity.WEEK:
            iso = self.start.isocalendar()
            last = date(iso.year - 1, 12, 28).isocalendar().week  # always in the last week
            monday = date.fromisocalendar(iso.year - 1, min(iso.week, last), 1)
            return unit_around(monday, Granularity.WEEK)
        if self.granularity is Granularity.DAY:
            return unit_around(_a_year_before(self.start), Granularity.DAY)
        return Period(_a_year_before(self.start), _a_year_before(self.end))

    def as_utc(self) -> tuple[datetime, datetime]:
        """The moments [first, end) between which the period's days lie."""
        return _midnight(self.start), _midnight(self.end)


def parse_period(text: str) -> Period:
    """Read a period as people write it; both ends of a range are included.

    >>> parse_period("2026-W42")
    Period(start=datetime.date(2026, 10, 12), end=datetime.date(2026, 10, 19))
    >>> parse_period("2026-09-01/2026-10-31").title
    '1 september–31 oktober 2026'

    Raises:
        BadRequest: The text is no period, or one outside the calendar.
    """
    first, slash, last = text.strip().upper().partition("/")
    if not slash:
        return _parse_unit(first)
    start, end = _parse_unit(first).start, _parse_unit(last).end
    if end <= start:
        raise BadRequest(
            f"Perioden {_quoted(text)} slutar innan den börjar. Skriv den första dagen först.",
            parameter="period",
        )
    return Period(start, end)


def split(period: Period, granularity: Granularity) -> list[Period]:
    """Cut a period at the borders of calendar units; the outer pieces may be shorter than one."""
    return list(_pieces(period, granularity))


def _pieces(period: Period, granularity: Granularity) -> Iterator[Period]:
    start = period.start
    while start < period.end:
        end = min(unit_around(start, granularity).end, period.end)
        yield Period(start, end)
        start = end


def _parse_unit(text: str) -> Period:
    parts = _PERIOD.fullmatch(text.strip())
    if parts is None:
        raise BadRequest(f"{_quoted(text)} är ingen period. {_FORMS}", parameter="period")
    year = int(parts["year"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadRequest(
            f"Året {year} går inte att räkna på. "
            f"Välj ett år från {FIRST_YEAR} till och med {LAST_YEAR}.",
            parameter="period",
        )
    try:
        if parts["week"]:
            day = date.fromisocalendar(year, int(parts["week"]), 1)
            return unit_around(day, Granularity.WEEK)
        if parts["quarter"]:
            day = date(year, 3 * int(parts["quarter"]), 1)
            return unit_around(day, Granularity.QUARTER)
        day = date(year, int(parts["month"] or 1), int(parts["day"] or 1))
    except ValueError:
        raise BadRequest(
            f"{_quoted(text)} finns inte i kalendern. {_FORMS}", parameter="period"
        ) from None
    if parts["day"]:
        return unit_around(day, Granularity.DAY)
    return unit_around(day, Granularity.MONTH if parts["month"] else Granularity.YEAR)


def unit_around(day: date, granularity: Granularity) -> Period:
    """The whole calendar unit that a day lies in."""
    match granularity:
        case Granularity.DAY:
            return Period(day, day + _DAY)
        case Granularity.WEEK:
            monday = day - timedelta(days=day.weekday())
            return Period(monday, monday + timedelta(weeks=1))
        case Granularity.MONTH:
            first_month, length = day.month, 1
        case Granularity.QUARTER:
            first_month, length = 3 * _quarter(day) - 2, 3
        case Granularity.YEAR:
            first_month, length = 1, 12
    year, month = divmod(first_month - 1 + length, 12)
    return Period(day.replace(month=first_month, day=1), date(day.year + year, month + 1, 1))


def _a_year_before(day: date) -> date:
    """The same date; 28 February for the leap day."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)


def _quarter(day: date) -> int:
    return (day.month + 2) // 3


def _midnight(day: date) -> datetime:
    # Sweden changes clocks between 01 and 03, so every midnight there happens exactly once.
    return datetime.combine(day, time(), STOCKHOLM).astimezone(UTC)


def _long_date(day: date) -> str:
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def _quoted(text: str) -> str:
    """The text as given, cut where it is too long to be a period: it may be a pasted comment."""
    return f"”{text}”" if len(text) <= len("2026-09-01/2026-10-31") else "Det som skrevs"
