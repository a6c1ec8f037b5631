"""One published figure and all that must stand beside it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from service.nyckeltal.definition import Goal, Unit
from service.period import Period


class IntervalMethod(StrEnum):
    """How a 95 % interval was found; each is explained in `intervals.py`."""

    WILSON = "wilson"
    BONETT_PRICE = "bonett_price"
    NEWCOMBE = "newcombe"
    PRICE_BONETT = "price_bonett"
    BOOTSTRAP = "bootstrap"
    DELTA = "delta"
    ORDER_STATISTICS = "order_statistics"
    REVIEWED = "reviewed"


class Withheld(StrEnum):
    """Why a figure shows no value."""

    TOO_FEW_COMMENTS = "too_few_comments"
    TOO_FEW_WRITERS = "too_few_writers"
    SECONDARY = "secondary"
    """Large enough itself, but another withheld figure could be computed from it."""
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The value of one nyckeltal for one period and one group.

    No field is ever NaN or infinite: what cannot be said is None.
    """

    nyckeltal: str
    goal: Goal
    unit: Unit
    period: Period
    account: str | None
    """None: all accounts together."""
    channel: str | None
    """None: all channels together; never for a nyckeltal that is counted per channel."""
    value: float | None
    numerator: int | None
    """None where the value is no quotient or count, as a median or an age."""
    denominator: int | None
    n: int | None
    """How many comments the figure rests on; posts, where nothing but the network's own
    figures enters."""
    writers: int | None
    """How many people wrote those comments; None where no comment enters."""
    ci_low: float | None
    ci_high: float | None
    interval_method: IntervalMethod | None
    pending: int | None
    """Comments that will enter the denominator when their time to be answered is over."""
    corrected_for: tuple[str, ...] = ()
    """"reviews" where people's word on comments drawn by lot has put a reader's share right."""
    uncorrected: float | None = None
    """The value as the reader alone has it, where it is corrected."""
    reviews: int | None = None
    """How many comments that people read the correction rests on."""
    compared_with: Period | None = None
    """The earlier period that the change is since; None where none was asked for."""
    change: float | None = None
    """The value less that of the earlier period, in the same unit."""
    change_low: float | None = None
    """95 % interval of the change: where both ends lie on one side of 0 it is more than chance."""
    change_high: float | None = None
    withheld: Withheld | None
    fingerprint: str
