"""How numbers, times and figures are written in Swedish.

A digit never parts from its thousands or its unit: the space between is U+00A0.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from zoneinfo import ZoneInfo

STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")
"""The zone in which Swedish days begin and end."""

HARD_SPACE: Final = "\u00a0"
MINUS: Final = "\u2212"

MONTH_NAMES: Final = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)
_SHORT_MONTH_NAMES: Final = (
    *("jan.", "feb.", "mars", "april", "maj", "juni"),
    *("juli", "aug.", "sept.", "okt.", "nov.", "dec."),
)

HOURS_PER_WORKING_DAY: Final = 9  # 08–17


def format_number(value: float, *, decimals: int | None = None) -> str:
    """Write a number with decimal comma; whole numbers get no decimals, others one.

    >>> format_number(12345.6).replace("\u00a0", "_")
    '12_345,6'
    >>> format_number(-3)
    '−3'
    """
    if decimals is None:
        decimals = 0 if float(value).is_integer() else 1
    # The z drops the sign of what is rounded to zero: nobody reads "−0,0" as nothing.
    plain = f"{_rounded(value, decimals):z,f}"
    return plain.translate(str.maketrans(",.-", f"{HARD_SPACE},{MINUS}"))


def format_percent(share: float) -> str:
    """Write a share from 0 to 1 as per cent with one decimal.

    >>> format_percent(0.047).replace("\u00a0", "_")
    '4,7_%'
    """
    return f"{format_number(share * 100, decimals=1)}{HARD_SPACE}%"


def format_hours(hours: float) -> str:
    """Write a stretch of calendar time in the unit that a person would choose.

    >>> [format_hours(hours).replace("\u00a0", "_") for hours in (0.5, 1, 3.25, 60)]
    ['30_minuter', '1_timme', '3,3_timmar', '2,5_dygn']
    """
    if round(hours * 60) < 60:
        return _counted(round(hours * 60), "minut", "minuter")
    if hours < 48:
        return _counted(hours, "timme", "timmar")
    return _counted(hours / 24, "dygn", "dygn")


def format_working_time(hours: float) -> str:
    """Write a stretch of working time; nine working hours are one working day.

    A difference may be below zero.

    >>> [format_working_time(hours).replace("\u00a0", "_") for hours in (0.5, 3, 22.5, -2.6)]
    ['30_arbetsminuter', '3_arbetstimmar', '2,5_arbetsdagar', '−2,6_arbetstimmar']
    """
    if abs(round(hours * 60)) < 60:
        return _counted(round(hours * 60), "arbetsminut", "arbetsminuter")
    if abs(hours) < HOURS_PER_WORKING_DAY:
        return _counted(hours, "arbetstimme", "arbetstimmar")
    return _counted(hours / HOURS_PER_WORKING_DAY, "arbetsdag", "arbetsdagar")


def format_date(day: date) -> str:
    """Write a day; a moment must be given as its Swedish date.

    >>> format_date(date(2026, 11, 12)).replace("\u00a0", "_")
    '12_nov._2026'
    """
    return HARD_SPACE.join((str(day.day), _SHORT_MONTH_NAMES[day.month - 1], str(day.year)))


def format_datetime(moment: datetime) -> str:
    """Write an aware moment as Swedish local time.

    >>> from datetime import UTC
    >>> format_datetime(datetime(2026, 11, 12, 13, 5, tzinfo=UTC)).replace("\u00a0", "_")
    '12_nov._2026_kl._14.05'

    Raises:
        ValueError: The moment has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone cannot be shown as Swedish time")
    local = moment.astimezone(STOCKHOLM)
    return HARD_SPACE.join((format_date(local), "kl.", f"{local:%H.%M}"))


def format_figure(value: float | None, unit: str) -> str:
    """Write the value of a nyckeltal by its unit; a missing value is a dash.

    Raises:
        ValueError: The unit is none of the nyckeltal's units.
    """
    if value is None:
        return "–"
    match unit:
        case "share":
            return format_percent(value)
        case "per_1000":
            return HARD_SPACE.join((format_number(value, decimals=2), "per", format_number(1000)))
        case "hours":
            return format_hours(value)
        case "working_hours":
            return format_working_time(value)
        case "days":
            return _counted(value, "dag", "dagar")
        case "count":
            return format_number(value, decimals=0)
        case "points":
            return format_number(value, decimals=1)
        case _:
            raise ValueError(f"no way to write the unit {unit!r}")


def format_interval(low: float, high: float, unit: str) -> str:
    """Write both ends of an interval, with a unit that they share only once.

    >>> format_interval(0.05, 0.051, "share").replace(HARD_SPACE, "_")
    '5,0–5,1_%'
    """
    # A dash before a minus sign cannot be read.
    between = "–" if low >= 0 else " till "
    low_number, _, low_unit = format_figure(low, unit).partition(HARD_SPACE)
    _, _, high_unit = format_figure(high, unit).partition(HARD_SPACE)
    if low_unit != high_unit or unit == "count":
        low_number = format_figure(low, unit)
    return f"{low_number}{between}{format_figure(high, unit)}"


def _counted(amount: float, one: str, many: str) -> str:
    """Write an amount with its noun, singular only when what is shown is exactly one."""
    rounded = float(_rounded(amount, 1))
    return f"{format_number(rounded)}{HARD_SPACE}{one if rounded == 1 else many}"


def _rounded(value: float, decimals: int) -> Decimal:
    """Round a half away from zero, as Excel does and people expect; `round` would not."""
    return Decimal(str(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
