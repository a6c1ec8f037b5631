"""Working time: Monday to Friday 08–17 in Stockholm, less public and de-facto holidays.

A working day is nine working hours. What happens outside them takes no working time: a
comment from Friday evening that is answered on Monday at 09 waited one working hour.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final

import holidays
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from service.period import FIRST_YEAR, LAST_YEAR
from service.swedish import HOURS_PER_WORKING_DAY, STOCKHOLM

MINUTES_PER_WORKING_DAY: Final = HOURS_PER_WORKING_DAY * 60

_OPENS: Final = 8 * 3_600_000_000  # microseconds after midnight
_LENGTH: Final = MINUTES_PER_WORKING_DAY * 60_000_000  # microseconds
_FIRST_WORKDAY: Final = np.datetime64(f"{FIRST_YEAR}-01-03", "D")
"""A Monday that working time is counted from; only differences are ever used."""


def working_minutes(start: datetime, end: datetime) -> int:
    """Count the whole working minutes between two aware moments; 0 if `end` is not later.

    >>> fredag_kväll = datetime(2026, 10, 16, 18, 30, tzinfo=STOCKHOLM)
    >>> working_minutes(fredag_kväll, datetime(2026, 10, 19, 9, 0, tzinfo=STOCKHOLM))
    60

    Raises:
        ValueError: A moment has no zone.
    """
    began, ended = _worked(np.array([_local(start), _local(end)], "datetime64[us]"))
    return max(0, int(ended - began) // 60_000_000)


def working_minutes_many(starts: pd.Series, ends: pd.Series | datetime) -> NDArray[np.float64]:
    """Count working minutes as `working_minutes` does, row by row; NaN where a moment is missing.

    Args:
        starts: Dtype datetime64[us, UTC].
        ends: The same dtype and length, or one aware moment for all rows.
    """
    began = _local_many(starts)
    ended = (
        np.full(began.shape, _local(ends), "datetime64[us]")
        if isinstance(ends, datetime)
        else _local_many(ends)
    )
    known = ~(np.isnat(began) | np.isnat(ended))
    minutes = np.full(began.shape, np.nan)
    elapsed = (_worked(ended[known]) - _worked(began[known])) // 60_000_000
    minutes[known] = np.maximum(elapsed, 0)
    return minutes


def add_working_days(moment: datetime, days: int) -> datetime:
    """Find the first moment (UTC) when so many working days have passed since another.

    >>> söndag = datetime(2026, 10, 18, 12, 0, tzinfo=STOCKHOLM)
    >>> add_working_days(söndag, 1).astimezone(STOCKHOLM).isoformat()
    '2026-10-19T17:00:00+02:00'

    Raises:
        ValueError: The moment has no zone, or fewer than one day is asked for.
    """
    if days < 1:
        raise ValueError("working days are added from 1 and up")
    target = int(_worked(np.array([_local(moment)], "datetime64[us]"))[0]) + days * _LENGTH
    # A target at the very end of a day is reached then, not at the next day's opening.
    full_days, rest = divmod(target - 1, _LENGTH)
    day = np.busday_offset(_FIRST_WORKDAY, full_days, busdaycal=_calendar())
    since_midnight = timedelta(microseconds=_OPENS + rest + 1)
    local = pd.Timestamp(day).to_pydatetime() + since_midnight
    return local.replace(tzinfo=STOCKHOLM).astimezone(UTC)


@cache
def _calendar() -> np.busdaycalendar:
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    free_days = holidays.country_holidays("SE", categories=("public", "de_facto"), years=years)
    return np.busdaycalendar(holidays=np.array(sorted(free_days), "datetime64[D]"))


def _worked(local: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Working microseconds from the first workday until each Swedish wall-clock time."""
    days = local.astype("datetime64[D]")
    today = np.clip((local - days).astype(np.int64) - _OPENS, 0, _LENGTH)
    full_days = np.busday_count(_FIRST_WORKDAY, days, busdaycal=_calendar())
    worked: NDArray[np.int64] = full_days * _LENGTH
    worked += today * np.is_busday(days, busdaycal=_calendar())
    return worked


def _local(moment: datetime) -> datetime:
    """The wall-clock time in Stockholm, without zone.

    Clocks change on Sunday nights only, so between 08 and 17 of a working day the wall clock
    runs evenly and may be subtracted.
    """
    if moment.tzinfo is None:
        raise ValueError("working time is counted between moments with a zone")
    return moment.astimezone(STOCKHOLM).replace(tzinfo=None)


def _local_many(moments: pd.Series) -> NDArray[np.datetime64]:
    local = moments.dt.tz_convert(STOCKHOLM).dt.tz_localize(None)
    return np.asarray(local, dtype="datetime64[us]")
