"""How each kind of nyckeltal is counted, for one group of comments or posts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.columns import LABEL_COLUMNS
from service.nyckeltal import intervals
from service.nyckeltal.definition import (
    AnsweredInTime,
    AnswerGap,
    CommentCount,
    CommentKind,
    CommentShare,
    NetDifference,
    Oldest,
    PostKind,
    PostMean,
    PostMedian,
    PostRatio,
    PostSum,
    ReplyTime,
    ShareGap,
    TimeGap,
)
from service.nyckeltal.facts import CommentFacts, Comments, PostFacts
from service.nyckeltal.figure import IntervalMethod
from service.nyckeltal.intervals import Interval
from service.worktime import MINUTES_PER_WORKING_DAY

Rows = NDArray[np.intp]

FEWEST_COMPARED: Final = 5
"""Comments on either side of a gap: of fewer a share says nothing, and it would be about a few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was counted; the fields mean what they mean in `Figure`."""

    value: float | None
    numerator: int | None = None
    denominator: int | None = None
    n: int
    writers: int | None = None
    interval: Interval | None = None
    pending: int | None = None


def count_comments(how: CommentKind, comments: Comments) -> Outcome:
    """Count a nyckeltal over some comments."""
    match how:
        case CommentShare():
            among = comments.where(how.among)
            return _share(len(among.where(how.that)), among)
        case CommentCount():
            return _comment_count(how, comments)
        case AnsweredInTime():
            return _answered_in_time(how, comments)
        case ShareGap():
            groups = comments.where(how.one), comments.where(how.other)
            return _gap(*(_share(len(among.where(how.that)), among) for among in groups))
        case AnswerGap():
            return _gap(
                *(
                    _answered_in_time(
                        AnsweredInTime(working_days=how.working_days, among=among), comments
                    )
                    for among in (how.one, how.other)
                )
            )
        case TimeGap():
            return _time_gap(how, comments)
        case ReplyTime():
            return _reply_time(how, comments)
        case NetDifference():
            return _net_difference(how, comments)
        case Oldest():
            among = comments.where(how.that)
            age = among.measure("age").max() / (24 * 60) if among else None
            return Outcome(value=age, n=len(among), writers=among.writers)


def count_posts(how: PostKind, posts: PostFacts, comments: CommentFacts, rows: Rows) -> Outcome:
    """Count a nyckeltal over the posts at `rows`."""
    match how:
        case PostSum():
            (amounts,) = _known(posts, rows, how.of)
            total = int(amounts.sum())
            return Outcome(
                value=float(total) if amounts.size else None, numerator=total, n=amounts.size
            )
        case PostMean():
            # No numerator: for reach it would be a sum over posts.
            (amounts,) = _known(posts, rows, how.of)
            return Outcome(
                value=float(amounts.mean()) if amounts.size else None,
                denominator=amounts.size,
                n=amounts.size,
                interval=intervals.ratio_of_sums(amounts, np.ones_like(amounts)),
            )
        case PostMedian():
            parts, wholes = _known(posts, rows, how.of, how.per)
            rates = np.sort(parts[wholes > 0] / wholes[wholes > 0])
            return Outcome(
                value=float(np.median(rates)) if rates.size else None,
                n=rates.size,
                interval=intervals.order_statistics(rates, 0.5) if rates.size else None,
            )
        case PostRatio():
            return _ratio(how, posts, comments, rows)


def interval_methods(how: CommentKind | PostKind) -> tuple[IntervalMethod, ...]:
    """The methods that the interval of a nyckeltal may be found by; empty where it has none."""
    match how:
        case CommentShare(that=that) if that in LABEL_COLUMNS:
            return (IntervalMethod.WILSON, IntervalMethod.REVIEWED)
        case CommentShare() | AnsweredInTime() | CommentCount(judged=True):
            return (IntervalMethod.WILSON,)
        case ShareGap() | AnswerGap():
            return (IntervalMethod.NEWCOMBE,)
        case TimeGap():
            return (IntervalMethod.PRICE_BONETT,)
        case NetDifference():
            return (IntervalMethod.BONETT_PRICE,)
        case PostMean() | PostRatio():
            return (IntervalMethod.BOOTSTRAP, IntervalMethod.DELTA)
        case ReplyTime() | PostMedian():
            return (IntervalMethod.ORDER_STATISTICS,)
        case CommentCount() | Oldest() | PostSum():
            return ()


def _share(successes: int, among: Comments) -> Outcome:
    n = len(among)
    return Outcome(
        value=successes / n if n else None,
        numerator=successes,
        denominator=n,
        n=n,
        writers=among.writers,
        interval=intervals.wilson(successes, n),
    )


def _comment_count(how: CommentCount, comments: Comments) -> Outcome:
    among = comments.where(how.among)
    found, n = len(among.where(how.that)), len(among)
    interval = intervals.wilson(found, n) if how.judged else None
    counts_all = how.that == how.among
    return Outcome(
        value=float(found) if counts_all or n else None,
        numerator=found,
        denominator=None if counts_all else n,
        n=n,
        writers=among.writers,
        interval=interval and interval.times(n),
    )


def _answered_in_time(how: AnsweredInTime, comments: Comments) -> Outcome:
    limit = how.working_days * MINUTES_PER_WORKING_DAY
    asked = comments.where(how.among)
    # More than the limit: at the limit a reply would still be in time.
    is_over = asked.measure("working_age") > limit
    over, pending = asked.chosen(is_over), asked.chosen(~is_over)
    share = _share(int((over.measure("working_minutes") <= limit).sum()), over)
    return replace(share, writers=over.writers if over else pending.writers, pending=len(pending))


def _gap(one: Outcome, other: Outcome) -> Outcome:
    """One share less another, of different comments; nothing where either are too few.

    `n` is of both together, so that it adds up as all do.
    """
    pending = None if one.pending is None else one.pending + (other.pending or 0)
    outcome = Outcome(
        value=None,
        n=one.n + other.n,
        writers=min(one.writers or 0, other.writers or 0),
        pending=pending,
    )
    if one.value is None or other.value is None or min(one.n, other.n) < FEWEST_COMPARED:
        return outcome
    interval = intervals.newcombe(
        (one.numerator or 0, one.n),
        (other.numerator or 0, other.n),
    )
    return replace(
        outcome,
        value=100 * (one.value - other.value),
        interval=interval and interval.times(100),
    )


def _time_gap(how: TimeGap, comments: Comments) -> Outcome:
    groups = comments.where(how.one), comments.where(how.other)
    one, other = (np.sort(among.measure(how.clock)) / 60 for among in groups)
    is_shown = min(one.size, other.size) >= FEWEST_COMPARED
    return Outcome(
        value=float(np.median(one) - np.median(other)) if is_shown else None,
        n=one.size + other.size,
        writers=min(among.writers for among in groups),
        interval=intervals.price_bonett(one, other) if is_shown else None,
    )


def _reply_time(how: ReplyTime, comments: Comments) -> Outcome:
    answered = comments.where("answered")
    hours = np.sort(answered.measure(how.clock)) / 60
    return Outcome(
        value=float(np.quantile(hours, how.probability)) if hours.size else None,
        n=hours.size,
        writers=answered.writers,
        interval=intervals.order_statistics(hours, how.probability) if hours.size else None,
    )


def _net_difference(how: NetDifference, comments: Comments) -> Outcome:
    among = comments.where(how.among)
    plus, minus, n = len(among.where(how.plus)), len(among.where(how.minus)), len(among)
    interval = intervals.bonett_price(plus, minus, n)
    return Outcome(
        value=100 * (plus - minus) / n if n else None,
        numerator=plus - minus,
        denominator=n,
        n=n,
        writers=among.writers,
        interval=interval and interval.times(100),
    )


def _ratio(how: PostRatio, posts: PostFacts, comments: CommentFacts, rows: Rows) -> Outcome:
    used = rows[~np.isnan(posts.metrics[how.of][rows] + posts.metrics[how.per][rows])]
    parts, wholes = posts.metrics[how.of][used], posts.metrics[how.per][used]
    numerator, denominator = int(parts.sum()), int(wholes.sum())
    interval = intervals.ratio_of_sums(parts, wholes) if denominator else None
    n, writers = used.size, None
    if how.from_comments:
        under = np.concatenate([*(posts.comments[row] for row in used), np.empty(0, np.intp)])
        n, writers = under.size, Comments(comments, under).writers
    return Outcome(
        value=how.times * numerator / denominator if denominator else None,
        numerator=numerator,
        denominator=denominator,
        n=n,
        writers=writers,
        interval=interval and interval.times(how.times),
    )


def _known(posts: PostFacts, rows: Rows, *metrics: str) -> list[NDArray[np.float64]]:
    """The metrics of those posts that have all of them."""
    amounts = np.stack([posts.metrics[name][rows] for name in metrics])
    return list(amounts[:, ~np.isnan(amounts).any(axis=0)])
