"""Days free from work in 2026 and a week into 2027, by hand: the calendar of the tests."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")

FREE_DAYS = {
    date(2026, 1, 1),  # nyårsdagen
    date(2026, 1, 6),  # trettondedag jul
    date(2026, 4, 3),  # långfredagen
    date(2026, 4, 6),  # annandag påsk
    date(2026, 5, 1),  # första maj
    date(2026, 5, 14),  # Kristi himmelsfärdsdag
    date(2026, 6, 19),  # midsommarafton
    date(2026, 12, 24),  # julafton
    date(2026, 12, 25),  # juldagen
    date(2026, 12, 31),  # nyårsafton
    date(2027, 1, 1),  # nyårsdagen
    date(2027, 1, 6),  # trettondedag jul
}
"""Those on a Saturday or Sunday change nothing and are left out."""


def is_working_minute(moment):
    """Whether the minute that begins at an aware moment is working time."""
    local = moment.astimezone(STOCKHOLM)
    return local.weekday() < 5 and 8 <= local.hour < 17 and local.date() not in FREE_DAYS


def working_minutes(start, end):
    """Working minutes, day by day: slower than the service's way, and nothing like it."""
    worked = timedelta()
    day = start.astimezone(STOCKHOLM).date()
    while day <= end.astimezone(STOCKHOLM).date():
        if day.weekday() < 5 and day not in FREE_DAYS:
            opens = datetime.combine(day, time(8), STOCKHOLM).astimezone(start.tzinfo)
            closes = datetime.combine(day, time(17), STOCKHOLM).astimezone(start.tzinfo)
            worked += max(timedelta(), min(end, closes) - max(start, opens))
        day += timedelta(days=1)
    return worked // timedelta(minutes=1)
