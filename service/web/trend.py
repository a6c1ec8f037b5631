"""Geometry of a small line chart: where values, intervals and gaps lie in its box.

The numbers are in the units of the SVG's viewBox. The template draws; no style is set here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from service.nyckeltal.definition import (
    AnsweredInTime,
    CommentCount,
    Definition,
    Oldest,
    Unit,
)
from service.nyckeltal.figure import Figure, Withheld
from service.period import Granularity
from service.swedish import format_figure

WIDTH: Final = 176
HEIGHT: Final = 44
_INSET: Final = 4  # room for a dot at the edge

FEWEST_POINTS: Final = 3
"""Two points are a comparison, not a trend."""

UNITS: Final = {
    Granularity.WEEK: "vecka",
    Granularity.MONTH: "månad",
    Granularity.QUARTER: "kvartal",
    Granularity.YEAR: "år",
}
"""What a point of a trend may stand for, the finest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A chart ready to be drawn, and the same in words."""

    title: str
    width: int
    height: int
    baseline: float
    """Height of zero."""
    lines: Sequence[str]
    """Points of each unbroken line, as `polyline` takes them."""
    bands: Sequence[str]
    """Points of each unbroken interval, as `polygon` takes them."""
    dots: Sequence[tuple[float, float]]
    """Values with no neighbour, and the last one."""
    rows: Sequence[tuple[str, str]]
    """Each period and its value in words."""


@dataclass(frozen=True, slots=True)
class _Point:
    """One period with a value."""

    place: int
    value: float
    low: float
    high: float


def trend(
    definition: Definition, figures: Sequence[Figure], *, granularity: Granularity, today: date
) -> Trend | None:
    """Lay out one figure's course over consecutive periods.

    Only whole ones that are over are shown: a week that is cut off, or not at its end, would seem
    to be a fall.

    Args:
        definition: Of the figures.
        figures: One per period, in time order, of one group.
        granularity: What a whole period is.
        today: The Swedish date that the figures were counted on.

    Returns:
        None where too few periods have a value, where a course says nothing (the age of the
        oldest is of now), or where what is withheld of one period could be had by subtracting
        the others from the whole.
    """
    shown = [
        figure
        for figure in figures
        if figure.period.granularity is granularity and figure.period.end <= today
    ]
    points = [
        _Point(
            place,
            figure.value,
            figure.value if figure.ci_low is None else figure.ci_low,
            figure.value if figure.ci_high is None else figure.ci_high,
        )
        for place, figure in enumerate(shown)
        if figure.value is not None
    ]
    if len(points) < FEWEST_POINTS or isinstance(definition.how, Oldest):
        return None
    is_count = isinstance(definition.how, CommentCount)
    if is_count and any(one.withheld not in (None, Withheld.NO_DATA) for one in figures):
        return None
    least, most = _range(definition, points)
    x = _scale(0, len(shown) - 1, _INSET, WIDTH - _INSET)
    y = _scale(least, most, HEIGHT - _INSET, _INSET)
    runs = list(_runs(points))
    alone = [run[0] for run in runs if len(run) == 1]
    return Trend(
        title=f"{definition.title} per {UNITS[granularity]}",
        width=WIDTH,
        height=HEIGHT,
        baseline=round(y(0), 1),
        lines=[
            _joined((x(point.place), y(point.value)) for point in run)
            for run in runs
            if len(run) > 1
        ],
        bands=[
            _joined(
                (
                    *((x(point.place), y(point.high)) for point in run),
                    *((x(point.place), y(point.low)) for point in reversed(run)),
                )
            )
            for run in runs
            if len(run) > 1 and any(point.low < point.high for point in run)
        ],
        dots=[
            (round(x(point.place), 1), round(y(point.value), 1))
            for point in dict.fromkeys((*alone, points[-1]))
        ],
        rows=[
            (
                figure.period.title,
                "inget att visa"
                if figure.value is None
                else format_figure(figure.value, figure.unit),
            )
            for figure in shown
        ],
    )


def _runs(points: Iterable[_Point]) -> Iterator[list[_Point]]:
    """Neighbours together: a line is broken where there is no value."""
    run: list[_Point] = []
    for point in points:
        if run and run[-1].place != point.place - 1:
            yield run
            run = []
        run.append(point)
    if run:
        yield run


def _range(definition: Definition, points: Sequence[_Point]) -> tuple[float, float]:
    """From zero up, so that a small change looks small; intervals may reach outside."""
    most = max(abs(point.value) for point in points) or 1
    if definition.unit is Unit.POINTS:
        return -most, most
    if isinstance(definition.how, AnsweredInTime):
        return 0, 1
    return 0, most * 1.1


def _scale(first: float, last: float, start: float, end: float) -> Callable[[float], float]:
    """Map [first, last] to [start, end], and what lies outside to the nearer end."""

    def scaled(value: float) -> float:
        inside = min(max(value, first), last)
        return start + (inside - first) / (last - first) * (end - start)

    return scaled


def _joined(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
