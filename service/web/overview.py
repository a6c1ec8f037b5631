"""Builds the overview: the nyckeltal of a period by the four goals, in Swedish words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Final

from nlp.pipeline import Pipeline
from nlp.vocabulary import Channel
from service import flow
from service.counting import Answer, Question, TooManyFigures, whole_period
from service.nyckeltal.definition import AnsweredInTime, CommentShare, Definition, Goal, Unit
from service.nyckeltal.definitions import NYCKELTAL
from service.nyckeltal.figure import Figure, Withheld
from service.nyckeltal.outcome import interval_methods
from service.period import Earlier, Granularity, Period, split, unit_around
from service.settings import Settings
from service.store import Store
from service.store.listing import count_comments
from service.store.queue import count_open
from service.swedish import HARD_SPACE, MINUS, STOCKHOLM, format_figure, format_number
from service.web.choosing import group_choices, group_in_words
from service.web.rendering import query_string
from service.web.trend import UNITS, Trend, trend
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

POINTS_IN_A_TREND: Final = 26
"""Half a year of weeks is what a small chart can hold; a longer period is shown by month."""

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
    period = question.period or whole_period(store, as_of=settings.clock())
    answer, granularity = _counted(store, question, period, pipeline=pipeline, settings=settings)
    chosen = {"account": question.account, "channel": question.channel}
    asked = {"period": question.period.label if question.period else None, **chosen}
    written, unread = count_comments(store, fingerprint=pipeline.fingerprint, **chosen)
    return OverviewPage(
        site=site,
        period="hela tiden" if question.period is None else answer.period.title,
        group=group_in_words(**chosen),
        as_of=answer.as_of,
        choices=(_period_choices(store, answer, question.period), *group_choices(store, **chosen)),
        sections=list(_sections(answer, granularity)),
        is_empty=not answer.accounts,
        has_comments=written > 0,
        unread=unread,
        waiting=count_open(store, fingerprint=pipeline.fingerprint, now=answer.as_of, **chosen),
        fingerprint=answer.fingerprint,
        trend_unit=UNITS[granularity],
        query=query_string(**asked),
        sheet_query=query_string(**asked, excel="true"),
        queue_query=query_string(**chosen),
    )


def _counted(
    store: Store, question: Question, period: Period, *, pipeline: Pipeline, settings: Settings
) -> tuple[Answer, Granularity]:
    """Count with trends as fine as the page can hold and as can be counted of so many accounts."""

    def ask(granularity: Granularity) -> tuple[Answer, Granularity]:
        asked = replace(
            question,
            period=period,
            granularity=granularity,
            with_whole=True,
            # Before all time there is nothing.
            compare=None if question.period is None else Earlier.PREVIOUS,
        )
        return flow.count(store, asked, pipeline=pipeline, settings=settings), granularity

    for unit in UNITS:
        if len(split(period, unit)) <= POINTS_IN_A_TREND:
            with suppress(TooManyFigures):
                return ask(unit)
    return ask(Granularity.YEAR)


def _period_choices(store: Store, answer: Answer, chosen: Period | None) -> Choices:
    """All time, and each quarter, month and week from the first text up to now, latest first."""
    known = whole_period(store, as_of=answer.as_of)
    groups = []
    for title, granularity in (
        ("Kvartal", Granularity.QUARTER),
        ("Månader", Granularity.MONTH),
        ("Veckor", Granularity.WEEK),
    ):
        whole = [unit_around(piece.start, granularity) for piece in split(known, granularity)]
        groups.append((title, [_choice(one, chosen) for one in reversed(whole)]))
    listed = {choice.value for _, choices in groups for choice in choices}
    loose = [Choice(value="", title="Hela tiden", chosen=chosen is None)]
    if chosen is not None and chosen.label not in listed:
        loose.append(_choice(chosen, chosen))
    return Choices(name="period", title="Period", groups=[(None, loose), *groups])


def _choice(period: Period, chosen: Period | None) -> Choice:
    return Choice(value=period.label, title=period.title, chosen=period == chosen)


def _sections(answer: Answer, granularity: Granularity) -> Iterator[GoalSection]:
    today = answer.as_of.astimezone(STOCKHOLM).date()
    courses = defaultdict(list)
    for figure in answer.figures:
        if figure.period != answer.period:
            courses[figure.nyckeltal, figure.channel].append(figure)

    def line(definition: Definition, figure: Figure) -> FigureLine:
        course = courses[figure.nyckeltal, figure.channel]
        return _line(
            definition, figure, trend(definition, course, granularity=granularity, today=today)
        )

    for goal in Goal:
        yield GoalSection(
            goal=goal,
            meaning=GOAL_MEANINGS[goal],
            rows=[
                FigureRow(
                    definition=definition,
                    lines=[
                        line(definition, figure)
                        for figure in answer.figures
                        if figure.period == answer.period and figure.nyckeltal == definition.id
                    ],
                )
                for definition in NYCKELTAL
                if definition.goal is goal
            ],
        )


def _line(definition: Definition, figure: Figure, course: Trend | None) -> FigureLine:
    channel = None if figure.channel is None else CHANNEL_TITLES[Channel(figure.channel)]
    pending = f"{format_number(figure.pending)} är för nya att räkna in" if figure.pending else None
    if figure.value is None:
        return FigureLine(
            channel=channel,
            number=None,
            unit="",
            interval=None,
            basis=None,
            change=None,
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
        change=_change(definition, figure),
        pending=pending,
        withheld=None,
        trend=course,
    )


def _change(definition: Definition, figure: Figure) -> str | None:
    """Which way it went since the period before, how far, and whether that is more than chance."""
    if figure.change is None or figure.compared_with is None:
        return None
    since = f"sedan {figure.compared_with.title}"
    if figure.change == 0:
        return f"oförändrat {since}"
    far = abs(figure.change)
    size = (
        f"{format_number(far * 100, decimals=1)}{HARD_SPACE}procentenheter"
        if figure.unit is Unit.SHARE
        else format_figure(far, figure.unit)
    )
    told = f"{'upp' if figure.change > 0 else 'ner'} {size} {since}"
    if not interval_methods(definition.how):
        return told
    if figure.change_low is None or figure.change_high is None:
        return f"{told}, för lite underlag för att säga om det är slump"
    is_chance = figure.change_low <= 0 <= figure.change_high
    return f"{told}, {'kan vara slump' if is_chance else 'mer än slump'}"


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
    if figure.reviews is not None and figure.uncorrected is not None:
        return (
            f"rättad efter {counted(figure.reviews, 'läst kommentar', 'lästa kommentarer')} av "
            f"{format_number(figure.n)}; utan rättning "
            f"{format_figure(figure.uncorrected, figure.unit)}"
        )
    noun = ("inlägg", "inlägg") if figure.writers is None else ("kommentar", "kommentarer")
    if isinstance(definition.how, CommentShare | AnsweredInTime) and figure.numerator is not None:
        return f"{format_number(figure.numerator)} av {counted(figure.n, *noun)}"
    return counted(figure.n, *noun)
