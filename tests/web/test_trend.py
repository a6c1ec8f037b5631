"""A small chart draws what there is, and gives nothing away."""

import dataclasses
from datetime import date, timedelta

import pytest

from service.nyckeltal.definitions import NYCKELTAL
from service.nyckeltal.figure import Figure, Withheld
from service.period import Granularity, Period
from service.web.trend import HEIGHT, WIDTH, trend

BY_ID = {one.id: one for one in NYCKELTAL}
MONDAY = date(2026, 9, 7)


def figures(name, *values):
    """One figure a week; None is nothing to show, "dold" is withheld."""
    definition = BY_ID[name]
    return [
        Figure(
            nyckeltal=name,
            goal=definition.goal,
            unit=definition.unit,
            period=Period(MONDAY + timedelta(weeks=week), MONDAY + timedelta(weeks=week + 1)),
            account=None,
            channel=None,
            value=value if isinstance(value, float) else None,
            numerator=None,
            denominator=None,
            n=None,
            writers=None,
            ci_low=value - 0.1 if isinstance(value, float) else None,
            ci_high=value + 0.1 if isinstance(value, float) else None,
            interval_method=None,
            pending=None,
            withheld={None: Withheld.NO_DATA, "dold": Withheld.TOO_FEW_COMMENTS}.get(value),
            fingerprint="x",
        )
        for week, value in enumerate(values)
    ]


def drawn(name, *values, today=date(2026, 12, 31), cut_off=0):
    """The chart of so many weeks; the first may lack days at its beginning."""
    first, *others = figures(name, *values)
    start = first.period.start + timedelta(days=cut_off)
    return trend(
        BY_ID[name],
        [dataclasses.replace(first, period=Period(start, first.period.end)), *others],
        granularity=Granularity.WEEK,
        today=today,
    )


def test_a_line_is_broken_where_there_is_nothing_to_show():
    chart = drawn("share_question", 0.2, 0.4, None, 0.3, "dold", 0.5, 0.6)
    assert [line.count(",") for line in chart.lines] == [2, 2]
    assert len(chart.bands) == 2
    assert len(chart.dots) == 2  # the lone week and the last one
    assert [value for _, value in chart.rows][2:5] == [
        "inget att visa",
        "30,0\u00a0%",
        "inget att visa",
    ]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("share_question", [0.0, 0.0, 0.0]),
        ("answer_rate", [1.0, 0.5, 0.0]),
        ("net_sentiment", [-40.0, 80.0, 0.0]),
        ("comments", [5.0, 800.0, 30.0]),
    ],
)
def test_everything_is_drawn_inside_the_box_and_more_is_higher(name, values):
    chart = drawn(name, *values)
    points = [
        tuple(map(float, point.split(",")))
        for line in (*chart.lines, *chart.bands)
        for point in line.split()
    ]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    heights = [y for _, y in points[: len(values)]]
    ranked = sorted(range(len(values)), key=lambda place: values[place])
    assert heights == [heights[place] for place in range(len(values))]
    assert [heights[place] for place in ranked] == sorted(heights, reverse=True)


def test_two_points_are_no_trend():
    assert drawn("share_question", 0.2, None, 0.4) is None


def test_a_week_that_is_not_over_is_not_drawn():
    weeks = (9.0, 8.0, 7.0, 1.0)
    sunday = MONDAY + timedelta(weeks=4, days=-1)
    assert [value for _, value in drawn("comments", *weeks, today=sunday).rows] == ["9", "8", "7"]
    monday = sunday + timedelta(days=1)
    assert len(drawn("comments", *weeks, today=monday).rows) == 4


def test_a_week_that_is_cut_off_is_not_drawn():
    chart = drawn("comments", 1.0, 9.0, 8.0, 7.0, cut_off=6)
    assert [value for _, value in chart.rows] == ["9", "8", "7"]
    assert chart.lines[0].startswith("4.0,")


def test_a_hidden_week_is_kept_also_where_it_is_not_over():
    assert drawn("comments", 9.0, 8.0, 7.0, "dold", today=MONDAY + timedelta(weeks=3)) is None


def test_a_count_is_not_drawn_where_a_hidden_week_is_the_whole_less_the_others():
    assert drawn("comments", 9.0, 8.0, "dold", 7.0) is None
    assert drawn("comments", 9.0, 8.0, None, 7.0) is not None


def test_the_age_of_the_oldest_has_no_course():
    assert drawn("oldest_open", 1.0, 2.0, 3.0) is None


def test_a_chart_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        drawn("share_question", 0.2, 0.3, 0.4).title = "x"
