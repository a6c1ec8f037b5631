"""A small chart draws what there is, and gives nothing away."""

import dataclasses
from datetime import date, timedelta

import pytest

from service.nyckeltal.definitions import NYCKELTAL
from service.nyckeltal.figure import Figure, Withheld
from service.period import Period
from service.web.trend import HEIGHT, WIDTH, trend

BY_ID = {one.id: one for one in NYCKELTAL}


def figures(name, *values):
    """One figure a week; None is nothing to show, "dold" is withheld."""
    definition = BY_ID[name]
    monday = date(2026, 9, 7)
    return [
        Figure(
            nyckeltal=name,
            goal=definition.goal,
            unit=definition.unit,
            period=Period(monday + timedelta(weeks=week), monday + timedelta(weeks=week + 1)),
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


def drawn(name, *values):
    return trend(BY_ID[name], figures(name, *values), unit="vecka")


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


def test_a_count_is_not_drawn_where_a_hidden_week_is_the_whole_less_the_others():
    assert drawn("comments", 9.0, 8.0, "dold", 7.0) is None
    assert drawn("comments", 9.0, 8.0, None, 7.0) is not None


def test_the_age_of_the_oldest_has_no_course():
    assert drawn("oldest_open", 1.0, 2.0, 3.0) is None


def test_a_chart_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        drawn("share_question", 0.2, 0.3, 0.4).title = "x"
