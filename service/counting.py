"""Which figures are asked for, and the answer: nyckeltal with small cells withheld."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from service.errors import BadRequest
from service.nyckeltal.change import with_change
from service.nyckeltal.compute import compute
from service.nyckeltal.definition import Definition
from service.nyckeltal.definitions import NYCKELTAL
from service.nyckeltal.figure import Figure
from service.nyckeltal.reviewed import label_reviews
from service.nyckeltal.suppress import suppress
from service.period import Earlier, Granularity, Period, split
from service.store import Store
from service.store.draws import drawn_frame, review_frame
from service.store.frames import comment_frame, post_frame
from service.store.listing import first_moment
from service.swedish import STOCKHOLM, format_number

GroupBy = Literal["account", "channel"]
"""What figures can be split by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which figures are asked for. None means all."""

    period: Period | None = None
    granularity: Granularity | None = None
    with_whole: bool = False
    """Whether a period that is split is also told whole, before its parts."""
    group_by: tuple[GroupBy, ...] = ()
    account: str | None = None
    channel: str | None = None
    nyckeltal: tuple[str, ...] = ()
    goal: str | None = None
    compare: Earlier | None = None
    """What each period is compared with; of a period told whole and in parts, only the whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Figures, and what they rest on."""

    figures: tuple[Figure, ...] = field(repr=False)
    period: Period
    as_of: datetime
    fingerprint: str
    accounts: tuple[str, ...]
    channels: tuple[str, ...]


class TooManyFigures(BadRequest):
    """A question whose periods and groups are more than can be counted at once."""


_BY_ID: Final = {definition.id: definition for definition in NYCKELTAL}

FIGURES_AT_MOST: Final = 500_000
"""Figures that one answer may take counting: a quarter of a minute and some hundred megabytes.
Half a year of weeks for five hundred groups stays below."""


def count(store: Store, question: Question, *, fingerprint: str, as_of: datetime) -> Answer:
    """Count: the nyckeltal of a period, small cells withheld.

    Raises:
        BadRequest: The period is empty or in the future, or a group or nyckeltal is unknown.
    """
    definitions = _definitions(question)
    comments, posts = comment_frame(store, fingerprint=fingerprint), post_frame(store)
    accounts = tuple(sorted(set(posts["account"])))
    channels = tuple(sorted(set(posts["channel"])))
    for name, swedish, wanted, known in (
        ("account", "inget konto", question.account, accounts),
        ("channel", "ingen kanal", question.channel, channels),
    ):
        if wanted is not None and wanted not in known:
            raise BadRequest(
                f"Det finns {swedish} med det namnet. Det här finns: {', '.join(known)}.",
                parameter=name,
            )
    period = question.period or whole_period(store, as_of=as_of)
    if as_of.astimezone(STOCKHOLM).date() < period.start:
        raise BadRequest(
            f"Perioden {period.title} har inte börjat än. Välj en tidigare.", parameter="period"
        )
    periods = split(period, question.granularity) if question.granularity else [period]
    if question.with_whole:
        periods = list(dict.fromkeys((period, *periods)))
    earlier = _earlier([period] if question.with_whole else periods, question.compare)
    counted = list(dict.fromkeys((*periods, *earlier.values())))
    pairs = {*zip(posts["account"], posts["channel"], strict=True)}
    groups = 1 + len(accounts) + len(channels) + len(pairs)
    if len(counted) * groups * len(definitions) > FIGURES_AT_MOST:
        raise TooManyFigures(
            f"Frågan ger {format_number(len(counted))} perioder för {format_number(groups)} "
            "grupper av konton och kanaler, och det är för mycket att räkna på en gång. Välj en "
            "kortare period, en grövre indelning eller färre nyckeltal.",
            parameter="granularity",
        )
    figures = compute(
        comments,
        posts,
        definitions=definitions,
        periods=counted,
        # Always the finest groups, whatever is asked for: what is withheld of a period must not
        # depend on which groups the question names.
        group_by=("account", "channel"),
        as_of=as_of,
        fingerprint=fingerprint,
        reviews=label_reviews(
            review_frame(store, fingerprint=fingerprint),
            drawn_frame(store, fingerprint=fingerprint),
        ),
    )
    return Answer(
        figures=tuple(
            _compared(
                [figure for figure in suppress(figures) if _is_asked_for(figure, question)],
                periods,
                earlier,
                as_of=as_of,
            )
        ),
        period=period,
        as_of=as_of,
        fingerprint=fingerprint,
        accounts=accounts,
        channels=channels,
    )


def _earlier(periods: Sequence[Period], compare: Earlier | None) -> dict[Period, Period]:
    """What each period is compared with."""
    match compare:
        case None:
            return {}
        case Earlier.PREVIOUS:
            return {period: period.before() for period in periods}
        case Earlier.LAST_YEAR:
            return {period: period.a_year_before() for period in periods}


def _compared(
    figures: Sequence[Figure],
    periods: Sequence[Period],
    earlier: Mapping[Period, Period],
    *,
    as_of: datetime,
) -> Iterator[Figure]:
    """The figures of the periods asked for, with their change since the earlier ones.

    What is withheld has no change: it was counted of figures that are shown.
    """
    today = as_of.astimezone(STOCKHOLM).date()
    known = {(one.nyckeltal, one.account, one.channel, one.period): one for one in figures}
    asked = set(periods)
    for one in figures:
        if one.period not in asked:
            continue
        since = earlier.get(one.period)
        before = known.get((one.nyckeltal, one.account, one.channel, since)) if since else None
        if before is None:
            yield one
        else:
            yield with_change(
                one,
                before,
                how=_BY_ID[one.nyckeltal].how,
                both_whole=one.period.end <= today,
            )


def _is_asked_for(figure: Figure, question: Question) -> bool:
    """Whether a figure is of the groups asked for; totals stand beside the groups they add up."""
    of_account = (
        "account" in question.group_by
        if question.account is None and figure.account is not None
        else figure.account == question.account
    )
    # What a network counts is only ever told per channel.
    by_channel = "channel" in question.group_by or _BY_ID[figure.nyckeltal].per_channel
    of_channel = (
        by_channel
        if question.channel is None and figure.channel is not None
        else figure.channel == question.channel
    )
    return of_account and of_channel


def _definitions(question: Question) -> tuple[Definition, ...]:
    known = {definition.id for definition in NYCKELTAL}
    if unknown := sorted(set(question.nyckeltal) - known):
        raise BadRequest(
            f"Det finns inget nyckeltal som heter {', '.join(unknown)}. "
            "Alla finns på /api/v1/definitions.",
            parameter="nyckeltal",
        )
    return tuple(
        definition
        for definition in NYCKELTAL
        if (not question.nyckeltal or definition.id in question.nyckeltal)
        and question.goal in (None, definition.goal.value)
    )


def whole_period(store: Store, *, as_of: datetime) -> Period:
    """From the first post or comment up to and with today."""
    today = as_of.astimezone(STOCKHOLM).date()
    first = first_moment(store)
    start = today if first is None else min(first.astimezone(STOCKHOLM).date(), today)
    return Period(start, today + timedelta(days=1))
