"""Times as files write them, turned into UTC, with what had to be assumed said aloud.

A time without an offset needs a zone. In autumn an hour happens twice, in spring one never
happens: the first is taken with a note, the second is unreadable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from service.errors import FileRefused
from service.period import LAST_YEAR
from service.sources.raw import Place, Remark

EARLIEST_YEAR: Final = 2004
"""Facebook opened that year; a comment from before is a misread time."""
LATEST_YEAR: Final = LAST_YEAR
"""Working time is known no longer than that."""

_MILLISECONDS_FROM: Final = 10**11
"""As seconds this is the year 5138, as milliseconds 1973: no comment lies near the border."""
_EXCEL_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - Excel's serial numbers have no zone
_EXCEL_SERIALS: Final = (38_000, 74_000)
"""2004 to 2102 as Excel counts days; any other number in a time column is something else."""

_ISO: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d[:.]\d\d(?:[:.]\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
_SWEDISH_CLOCK: Final = re.compile(r"([T ]\d\d)\.(\d\d)(?:\.(\d\d))?(?![\d.,])")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
ZONE_MISSING: Final = "saknar tidszon; skriv tiden med Z eller +01:00"
_EXAMPLE: Final = "skriv till exempel 2026-11-23 14:05"


class TimeUnreadable(Exception):
    """A value that is no usable time; its message is the Swedish reason, without the value."""


class ZoneMissing(TimeUnreadable):
    """A time without a zone, where none is said of the file either."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time and what had to be assumed to find it."""

    at: datetime  # aware, UTC
    wall_clock: datetime | None = None
    """The naive time that was written; None when its zone was written too."""
    is_ambiguous: bool = False
    """True when the local time happened twice and the first was taken."""

    @property
    def is_exact(self) -> bool:
        """Whether the zone was written rather than assumed."""
        return self.wall_clock is None


def zone_named(name: str | None) -> ZoneInfo | None:
    """The zone of an IANA name such as Europe/Stockholm; None stays None."""
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # ZoneInfo answers "Europe" with IsADirectoryError and "../x" with ValueError.
        raise FileRefused(
            f"Tidszonen {name!r} finns inte. Ange ett namn som Europe/Stockholm."
        ) from None


def from_unix(number: float) -> Moment:
    """Seconds or milliseconds since 1970, told apart by size."""
    seconds = number / 1000 if abs(number) >= _MILLISECONDS_FROM else number
    if not 0 <= seconds < 4_102_444_800:  # the year 2100, below what datetime can hold
        raise TimeUnreadable(_outside())
    return Moment(_within(datetime.fromtimestamp(seconds, UTC)))


def from_iso(text: str, *, zone: ZoneInfo | None, date_is_enough: bool = False) -> Moment:
    """ISO 8601 with or without offset, also +0000 and a Swedish 14.05."""
    text = text.strip()
    if _ISO.fullmatch(text):
        if "." in text:
            text = _SWEDISH_CLOCK.sub(_with_colons, text)
        try:
            written = datetime.fromisoformat(text)
            if written.tzinfo is not None:
                return Moment(_within(written.astimezone(UTC)))
        except (ValueError, OverflowError):
            raise TimeUnreadable(f"är inget datum som finns; {_EXAMPLE}") from None
        return from_local(written, zone=zone)
    if not _DATE.fullmatch(text):
        raise TimeUnreadable(f"går inte att tolka som en tid; {_EXAMPLE}")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise TimeUnreadable(f"är inget datum som finns; {_EXAMPLE}") from None
    return from_day(day, zone=zone, date_is_enough=date_is_enough)


def from_day(day: date, *, zone: ZoneInfo | None, date_is_enough: bool = False) -> Moment:
    """Midnight of a day, where a day is enough; reply times cannot be counted from one."""
    if not date_is_enough:
        raise TimeUnreadable(f"har datum men inget klockslag; {_EXAMPLE}")
    return from_local(datetime.combine(day, time()), zone=zone)


def from_excel_serial(number: float, *, zone: ZoneInfo | None) -> Moment:
    """Days since 1899-12-30 as Excel counts, to the nearest second."""
    first, last = _EXCEL_SERIALS
    if not first <= number < last:
        raise TimeUnreadable(f"går inte att tolka som en tid; {_EXAMPLE}")
    if number == int(number):
        raise TimeUnreadable(f"har datum men inget klockslag; {_EXAMPLE}")
    return from_local(_EXCEL_EPOCH + timedelta(seconds=round(number * 86_400)), zone=zone)


def from_local(naive: datetime, *, zone: ZoneInfo | None) -> Moment:
    """A wall-clock time in a zone: the first of two, and never one that did not happen."""
    if zone is None:
        raise ZoneMissing(f"{ZONE_MISSING}, eller ange --timezone")
    if not EARLIEST_YEAR <= naive.year <= LATEST_YEAR:
        raise TimeUnreadable(_outside())
    first = naive.replace(tzinfo=zone, fold=0)
    offset, other_offset = first.utcoffset(), naive.replace(tzinfo=zone, fold=1).utcoffset()
    if offset is None or other_offset is None or offset == other_offset:
        return Moment(_within(first.astimezone(UTC)), naive)
    if offset < other_offset:
        raise TimeUnreadable(f"finns inte i {zone.key}: klockan ställdes fram förbi den tiden")
    return Moment(_within(first.astimezone(UTC)), naive, is_ambiguous=True)


def ambiguity(place: Place) -> Remark:
    """The note on a time that happened twice."""
    return Remark(
        place=place,
        text="Klockslaget inträffade två gånger den natten (sommartiden tog slut); "
        "det första räknas.",
    )


def _with_colons(found: re.Match[str]) -> str:
    return ":".join(part for part in found.groups() if part)


def _within(at: datetime) -> datetime:
    if not EARLIEST_YEAR <= at.year <= LATEST_YEAR:
        raise TimeUnreadable(_outside())
    return at


def _outside() -> str:
    return f"ligger utanför åren {EARLIEST_YEAR}–{LATEST_YEAR}"
