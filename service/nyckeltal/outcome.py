"""How each kind of nyckeltal is counted, for one group of comments or posts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.nyckeltal import intervals
from service.nyckeltal.definition import (
    AnsweredInTime,
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
)
from service.nyckeltal.facts import CommentFacts, PostFacts
from service.nyckeltal.intervals import Interval
from service.worktime import MINUTES_PER_WORKING_DAY

Rows = NDArray[np.intp]


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


def count_comments(how: CommentKind, facts: CommentFacts, rows: Rows) -> Outcome:
    """Count a nyckeltal over the comments at `rows`."""
    match how:
        case CommentShare():
            among = _where(facts, how.among, rows)
            return _share(_where(facts, how.that, among).size, among, facts)
        case CommentCount():
            return _comment_count(how, facts, rows)
        case AnsweredInTime():
            return _answered_in_time(how, facts, rows)
        case ReplyTime():
            return _reply_time(how, facts, rows)
        case NetDifference():
            return _net_difference(how, facts, rows)
        case Oldest():
            among = _where(facts, how.that, rows)
            age = facts.measures["age"][among].max() / (24 * 60) if among.size else None
            return Outcome(value=age, n=among.size, writers=_writers(facts, among))


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


def _share(successes: int, among: Rows, facts: CommentFacts) -> Outcome:
    return Outcome(
        value=successes / among.size if among.size else None,
        numerator=successes,
        denominator=among.size,
        n=among.size,
        writers=_writers(facts, among),
        interval=intervals.wilson(successes, among.size),
    )


def _comment_count(how: CommentCount, facts: CommentFacts, rows: Rows) -> Outcome:
    among = _where(facts, how.among, rows)
    found = _where(facts, how.that, among).size
    interval = intervals.wilson(found, among.size) if how.judged else None
    counts_all = how.that == how.among
    return Outcome(
        value=float(found) if counts_all or among.size else None,
        numerator=found,
        denominator=None if counts_all else among.size,
        n=among.size,
        writers=_writers(facts, among),
        interval=interval and interval.times(among.size),
    )


def _answered_in_time(how: AnsweredInTime, facts: CommentFacts, rows: Rows) -> Outcome:
    limit = how.working_days * MINUTES_PER_WORKING_DAY
    asked = _where(facts, how.among, rows)
    # More than the limit: at the limit a reply would still be in time.
    is_over = facts.measures["working_age"][asked] > limit
    over, pending = asked[is_over], asked[~is_over]
    in_time = int((facts.measures["working_minutes"][over] <= limit).sum())
    share = _share(in_time, over, facts)
    return Outcome(
        value=share.value,
        numerator=share.numerator,
        denominator=share.denominator,
        n=share.n,
        writers=share.writers if over.size else _writers(facts, pending),
        interval=share.interval,
        pending=pending.size,
    )


def _reply_time(how: ReplyTime, facts: CommentFacts, rows: Rows) -> Outcome:
    answered = _where(facts, "answered", rows)
    hours = np.sort(facts.measures[how.clock][answered]) / 60
    return Outcome(
        value=float(np.quantile(hours, how.probability)) if hours.size else None,
        n=hours.size,
        writers=_writers(facts, answered),
        interval=intervals.order_statistics(hours, how.probability) if hours.size else None,
    )


def _net_difference(how: NetDifference, facts: CommentFacts, rows: Rows) -> Outcome:
    among = _where(facts, how.among, rows)
    plus, minus = (_where(facts, name, among).size for name in (how.plus, how.minus))
    interval = intervals.bonett_price(plus, minus, among.size)
    return Outcome(
        value=100 * (plus - minus) / among.size if among.size else None,
        numerator=plus - minus,
        denominator=among.size,
        n=among.size,
        writers=_writers(facts, among),
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
        n, writers = under.size, _writers(comments, under)
    return Outcome(
        value=how.times * numerator / denominator if denominator else None,
        numerator=numerator,
        denominator=denominator,
        n=n,
        writers=writers,
        interval=interval and interval.times(how.times),
    )


def _where(facts: CommentFacts, name: str, rows: Rows) -> Rows:
    return rows[facts.holds[name][rows]]


def _writers(facts: CommentFacts, rows: Rows) -> int:
    return int(np.unique(facts.writer[rows]).size)


def _known(posts: PostFacts, rows: Rows, *metrics: str) -> list[NDArray[np.float64]]:
    """The metrics of those posts that have all of them."""
    amounts = np.stack([posts.metrics[name][rows] for name in metrics])
    return list(amounts[:, ~np.isnan(amounts).any(axis=0)])
