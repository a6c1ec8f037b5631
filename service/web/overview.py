"""Builds the overview: the nyckeltal of a period by the four goals, in Swedish words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from typing import Final

from nlp.pipeline import Pipeline
from nlp.vocabulary import Channel
from service import flow
from service.counting import Answer, Question
from service.nyckeltal.definition import AnsweredInTime, CommentShare, Definition, Goal
from service.nyckeltal.definitions import NYCKELTAL
from service.nyckeltal.figure import Figure, Withheld
from service.period import Granularity, Period, parse_period, split
from service.settings import Settings
from service.store import Store
from service.store.listing import first_moment
from service.store.threads import unread_posts
from service.swedish import HARD_SPACE, MINUS, STOCKHOLM, format_figure, format_number
from service.web import queue
from service.web.choosing import group_choices, group_in_words
from service.web.rendering import query_string
from service.web.trend import Trend, trend
from service.web.views import (
    Choice,
    Choices,
    FigureLine,
    FigureRow,
    GoalSection,
    OverviewPage,
    Site,
)
from service.web.words import CHANNEL_TITLES, GOAL_MEANINGS, WITHHELD_WORDS, counted

WEEKS_IN_A_TREND: Final = 26
"""A longer period is shown by month: half a year of weeks is what a small chart can hold."""

_NUMBER: Final = re.compile(rf"([{MINUS}\d,{HARD_SPACE}]*\d)(?:{HARD_SPACE}(.+))?")


def overview(
    store: Store, question: Question, *, site: Site, pipeline: Pipeline, settings: Settings
) -> OverviewPage:
    """Count and lay out one period for some or all accounts and channels.

    Args:
        store: Where the figures come from.
        question: Period, account and channel; the rest is decided here.
        site: The surroundings of the page.
        pipeline: Whose readings count.
        settings: Whose clock counts.

    Raises:
        BadRequest: The period has not begun, or there is no such account or channel.
    """
    answer = flow.count(store, question, pipeline=pipeline, settings=settings)
    weeks = (answer.period.end - answer.period.start) // timedelta(weeks=1)
    granularity = Granularity.WEEK if weeks <= WEEKS_IN_A_TREND else Granularity.MONTH
    course = flow.count(
        store,
        replace(question, period=answer.period, granularity=granularity),
        pipeline=pipeline,
        settings=settings,
    )
    unit = "vecka" if granularity is Granularity.WEEK else "månad"
    chosen = {"account": question.account, "channel": question.channel}
    waiting = queue.waiting(
        store,
        fingerprint=pipeline.fingerprint,
        now=answer.as_of,
        account=question.account,
        channel=question.channel,
    )
    return OverviewPage(
        site=site,
        period="hela tiden" if question.period is None else answer.period.title,
        group=group_in_words(**chosen),
        as_of=answer.as_of,
        choices=(_period_choices(store, answer, question.period), *group_choices(store, **chosen)),
        sections=list(_sections(answer, course, unit=unit)),
        is_empty=not answer.accounts,
        unread=sum(comments for _, comments in unread_posts(store, pipeline.fingerprint)),
        waiting=len(waiting),
        fingerprint=answer.fingerprint,
        trend_unit=unit,
        query=query_string(
            period=None if question.period is None else question.period.label, **chosen
        ),
        queue_query=query_string(**chosen),
    )


def _period_choices(store: Store, answer: Answer, chosen: Period | None) -> Choices:
    """All time, and each month and week from the first text up to now, the latest first."""
    first = first_moment(store)
    known = answer.period
    if first is not None:
        today = answer.as_of.astimezone(STOCKHOLM).date()
        start = min(first.astimezone(STOCKHOLM).date(), today)
        known = Period(start, today + timedelta(days=1))
    groups = []
    for title, granularity, label in (
        ("Månader", Granularity.MONTH, "%Y-%m"),
        ("Veckor", Granularity.WEEK, "%G-W%V"),
    ):
        whole = [parse_period(f"{piece.start:{label}}") for piece in split(known, granularity)]
        groups.append((title, [_choice(one, chosen) for one in reversed(whole)]))
    listed = {choice.value for _, choices in groups for choice in choices}
    loose = [Choice(value="", title="Hela tiden", chosen=chosen is None)]
    if chosen is not None and chosen.label not in listed:
        loose.append(_choice(chosen, chosen))
    return Choices(name="period", title="Period", groups=[(None, loose), *groups])


def _choice(period: Period, chosen: Period | None) -> Choice:
    return Choice(value=period.label, title=period.title, chosen=period == chosen)


def _sections(answer: Answer, course: Answer, *, unit: str) -> Iterator[GoalSection]:
    courses = _by_group(course.figures)
    figures = _by_definition(answer.figures)
    for goal in Goal:
        yield GoalSection(
            goal=goal,
            meaning=GOAL_MEANINGS[goal],
            rows=[
                FigureRow(
                    definition=definition,
                    lines=[
                        _line(
                            definition,
                            figure,
                            trend(definition, courses.get(_group(figure), ()), unit=unit),
                        )
                        for figure in figures.get(definition.id, ())
                    ],
                )
                for definition in NYCKELTAL
                if definition.goal is goal
            ],
        )


def _group(figure: Figure) -> tuple[str, str | None]:
    return figure.nyckeltal, figure.channel


def _by_group(figures: Sequence[Figure]) -> Mapping[tuple[str, str | None], list[Figure]]:
    ordered = sorted(figures, key=lambda figure: (figure.nyckeltal, figure.channel or ""))
    return {group: list(course) for group, course in groupby(ordered, key=_group)}


def _by_definition(figures: Sequence[Figure]) -> Mapping[str, list[Figure]]:
    return {
        name: list(found)
        for name, found in groupby(
            sorted(figures, key=lambda figure: figure.nyckeltal), key=lambda one: one.nyckeltal
        )
    }


def _line(definition: Definition, figure: Figure, course: Trend | None) -> FigureLine:
    channel = None if figure.channel is None else CHANNEL_TITLES[Channel(figure.channel)]
    pending = f"{format_number(figure.pending)} väntar ännu" if figure.pending else None
    if figure.value is None:
        return FigureLine(
            channel=channel,
            number=None,
            unit="",
            interval=None,
            basis=None,
            pending=pending,
            withheld=WITHHELD_WORDS[figure.withheld or Withheld.NO_DATA],
            trend=None,
        )
    number, unit = _parted(format_figure(figure.value, figure.unit))
    return FigureLine(
        channel=channel,
        number=number,
        unit=unit,
        interval=_interval(figure),
        basis=_basis(definition, figure),
        pending=pending,
        withheld=None,
        trend=course,
    )


def _parted(shown: str) -> tuple[str, str]:
    """A figure as its number, set large, and its unit."""
    found = _NUMBER.fullmatch(shown)
    return (shown, "") if found is None else (found[1], found[2] or "")


def _interval(figure: Figure) -> str | None:
    """Both ends, the unit once where it is the same."""
    if figure.ci_low is None or figure.ci_high is None:
        return None
    low, high = (format_figure(end, figure.unit) for end in (figure.ci_low, figure.ci_high))
    (low_number, low_unit), (_, high_unit) = _parted(low), _parted(high)
    start = low_number if low_unit == high_unit else low
    is_plain = MINUS not in low and low_unit == high_unit
    return f"{start}–{high}" if is_plain else f"{start} till {high}"


def _basis(definition: Definition, figure: Figure) -> str | None:
    if figure.n is None:
        return None
    noun = ("inlägg", "inlägg") if figure.writers is None else ("kommentar", "kommentarer")
    if isinstance(definition.how, CommentShare | AnsweredInTime) and figure.numerator is not None:
        return f"{format_number(figure.numerator)} av {counted(figure.n, *noun)}"
    return counted(figure.n, *noun)
