"""Count every nyckeltal for every period and group.

Nothing is withheld here for being small: what leaves the house goes through `suppress` first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import pandas as pd

from service.columns import LABEL_COLUMNS, check_comments, check_posts
from service.nyckeltal.definition import CommentShare, Definition, PostKind
from service.nyckeltal.definitions import NYCKELTAL
from service.nyckeltal.facts import CommentFacts, Comments, PostFacts, comment_facts, post_facts
from service.nyckeltal.figure import Figure, Withheld
from service.nyckeltal.outcome import Outcome, Rows, count_comments, count_posts
from service.nyckeltal.reviewed import (
    HOLDS,
    HOLDS_NOT,
    UNSURE,
    CorrectedShare,
    LabelReviews,
)
from service.period import Period

Dimension = Literal["account", "channel"]
_Level = tuple[bool, bool]

_A_MOMENT: Final = np.timedelta64(1, "us")
_NOTHING_SAID: Final[Mapping[str, LabelReviews]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """The comments and posts of one period and group."""

    period: Period
    account: str | None
    channel: str | None
    comments: Comments
    posts: Rows


def compute(
    comments: pd.DataFrame,
    posts: pd.DataFrame,
    *,
    periods: Sequence[Period],
    as_of: datetime,
    fingerprint: str,
    group_by: Sequence[Dimension] = (),
    definitions: Sequence[Definition] = NYCKELTAL,
    reviews: Mapping[str, LabelReviews] = _NOTHING_SAID,
) -> list[Figure]:
    """Count the definitions for every period, for every group and for the groups together.

    A comment belongs to the period that it was written in, a post to the one that it was
    published in, by Swedish local date. Groups are those found anywhere in the frames, so a group
    without comments in a period has its figure too. Totals come before their parts.

    Args:
        comments: All comments known, as `columns.COMMENT_COLUMNS` says; those under a post may
            lie outside the periods.
        posts: All posts known, as `columns.POST_COLUMNS` says.
        periods: Counted one by one; they may overlap.
        as_of: The aware moment that "now" means; nothing later is known.
        fingerprint: Of what read the comments.
        group_by: Figures are also given for each account, each channel, or each pair of both.
        definitions: What to count.
        reviews: What people have said of comments, by label; puts the shares of those right.

    Raises:
        ValueError: A frame is not as its columns say, or `as_of` has no zone.
    """
    check_comments(comments)
    check_posts(posts)
    if as_of.tzinfo is None:
        raise ValueError("now must be a moment with a zone")
    written = comment_facts(comments, as_of)
    published = post_facts(posts, written)
    # Whether accounts and channels are told apart: as asked, and before it every total of that.
    by_account = sorted({False, "account" in group_by})
    levels = list(product(by_account, sorted({False, "channel" in group_by})))
    channel_levels = list(product(by_account, (True,)))
    pairs = {*_pairs(written), *_pairs(published)}
    figures = []
    for period in periods:
        cells = {
            level: list(_cells(period, level, pairs, written, published))
            for level in {*levels, *channel_levels}
        }
        for definition in definitions:
            for level in channel_levels if definition.per_channel else levels:
                for cell in cells[level]:
                    outcome = _count(definition, cell, written, published)
                    corrected = _correct(definition, cell, written, reviews)
                    figures.append(_figure(definition, cell, outcome, corrected, fingerprint))
    return figures


def _pairs(facts: CommentFacts | PostFacts) -> Iterator[tuple[str, str]]:
    return zip(facts.account, facts.channel, strict=True)


def _cells(
    period: Period,
    level: _Level,
    pairs: Set[tuple[str, str]],
    comments: CommentFacts,
    posts: PostFacts,
) -> Iterator[_Cell]:
    first, last = _bounds(period)
    comment_rows = np.arange(*np.searchsorted(comments.created, (first, last)))
    post_rows = np.flatnonzero((first <= posts.published) & (posts.published < last))
    by_account, by_channel = level
    groups = {
        (account if by_account else None, channel if by_channel else None)
        for account, channel in pairs
    }
    if level == (False, False):
        groups = {(None, None)}  # also when there is nothing at all
    for account, channel in sorted(groups, key=lambda group: (group[0] or "", group[1] or "")):
        yield _Cell(
            period=period,
            account=account,
            channel=channel,
            comments=Comments(comments, _in_group(comments, comment_rows, account, channel)),
            posts=_in_group(posts, post_rows, account, channel),
        )


def _bounds(period: Period) -> tuple[np.datetime64, np.datetime64]:
    first, last = (np.datetime64(bound.replace(tzinfo=None), "us") for bound in period.as_utc())
    return first, last


def _in_group(
    facts: CommentFacts | PostFacts, rows: Rows, account: str | None, channel: str | None
) -> Rows:
    if account is not None:
        rows = rows[facts.account[rows] == account]
    if channel is not None:
        rows = rows[facts.channel[rows] == channel]
    return rows


def _count(
    definition: Definition, cell: _Cell, comments: CommentFacts, posts: PostFacts
) -> Outcome:
    if isinstance(definition.how, PostKind):
        return count_posts(definition.how, posts, comments, cell.posts)
    return count_comments(definition.how, cell.comments)


def _correct(
    definition: Definition, cell: _Cell, facts: CommentFacts, reviews: Mapping[str, LabelReviews]
) -> CorrectedShare | None:
    """The share of a label as people's word puts it, where enough of them have read enough."""
    how = definition.how
    if not isinstance(how, CommentShare) or how.that not in LABEL_COLUMNS:
        return None
    said = reviews.get(how.that)
    read = cell.comments.where("read")
    if said is None or not read:
        return None
    holds, unsure = len(read.where(how.that)), len(read.where(f"{how.that}_unsure"))
    start, end = _bounds(cell.period)
    return said.correct(
        {HOLDS: holds, UNSURE: unsure, HOLDS_NOT: len(read) - holds - unsure},
        start=start,
        # Of a period that still runs, what has been written.
        end=min(end, facts.created[-1] + _A_MOMENT),
        account=cell.account,
        channel=cell.channel,
    )


def _figure(
    definition: Definition,
    cell: _Cell,
    outcome: Outcome,
    corrected: CorrectedShare | None,
    fingerprint: str,
) -> Figure:
    interval = corrected.interval if corrected else outcome.interval
    return Figure(
        nyckeltal=definition.id,
        goal=definition.goal,
        unit=definition.unit,
        period=cell.period,
        account=cell.account,
        channel=cell.channel,
        value=corrected.value if corrected else outcome.value,
        numerator=outcome.numerator,
        denominator=outcome.denominator,
        n=outcome.n,
        writers=outcome.writers,
        ci_low=interval.low if interval else None,
        ci_high=interval.high if interval else None,
        interval_method=interval.method if interval else None,
        pending=outcome.pending,
        corrected_for=("reviews",) if corrected else (),
        uncorrected=outcome.value if corrected else None,
        reviews=corrected.reviews if corrected else None,
        withheld=Withheld.NO_DATA if outcome.value is None else None,
        fingerprint=fingerprint,
    )
