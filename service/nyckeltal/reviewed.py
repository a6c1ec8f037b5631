"""Shares that a reader found, put right by what people said of comments drawn by lot.

The reader's own count of all comments and people's word on a few are joined as in
prediction-powered inference (Angelopoulos et al. 2023): what the reader decided makes the strata,
and people's word tells how many of each the label really holds for. The reader may be as wrong as
it likes: the share is right on average, and a good reader only makes the interval narrow.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from service.columns import check_drawn, check_reviews
from service.nyckeltal.figure import IntervalMethod
from service.nyckeltal.intervals import Interval, wilson_of

FEWEST_REVIEWS: Final = 100
"""Fewer, and the interval is wider than the reader is wrong."""
FEWEST_OF_A_STRATUM: Final = 10
"""A stratum with fewer reviews is joined with the next: one comment would weigh too much."""

HOLDS: Final = 1
UNSURE: Final = -1
HOLDS_NOT: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """The comments of which a reader decided the same."""

    size: int
    """How many there are."""
    said: NDArray[np.bool_]
    """For each that a person read: whether the label holds."""
    weights: NDArray[np.float64]
    """For each of them: how many comments it stands for, in any unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedShare:
    """A share that people's word has put right."""

    value: float
    interval: Interval
    reviews: int


def corrected_share(strata: Sequence[Stratum]) -> CorrectedShare | None:
    """The share that a label holds for, of all comments of some strata.

    Each stratum's share is estimated by its reviews and weighed by its size. The interval is
    Wilson's, of as many observations as would be as uncertain: it has both the chance of the lot
    and that of which comments were written.

    Args:
        strata: In an order in which neighbours may be joined where reviews are few.

    Returns:
        None where the reviews are too few.
    """
    reviews = sum(one.said.size for one in strata)
    if reviews < FEWEST_REVIEWS:
        return None
    joined = _joined(strata)
    total = sum(one.size for one in joined)
    value = spread = likely = 0.0
    for one in joined:
        part = one.size / total
        share = float(np.average(one.said, weights=one.weights))
        # Of unequal weights fewer observations are as good (Kish).
        n = float(one.weights.sum() ** 2 / (one.weights**2).sum())
        # Of few where all are alike a variance of 0 would claim too much (Agresti and Coull).
        careful = (n * share + 1) / (n + 2)
        value += part * share
        likely += part * careful
        left = max(0.0, 1 - one.said.size / one.size)
        spread += part * part * careful * (1 - careful) / n * left
    spread += likely * (1 - likely) / total
    return CorrectedShare(
        value=value,
        interval=wilson_of(value, likely * (1 - likely) / spread, IntervalMethod.REVIEWED),
        reviews=reviews,
    )


def _joined(strata: Sequence[Stratum]) -> list[Stratum]:
    joined: list[Stratum] = []
    for one in (one for one in strata if one.size):
        if joined and min(joined[-1].said.size, one.said.size) < FEWEST_OF_A_STRATUM:
            one = _together(joined.pop(), one)
        joined.append(one)
    return joined


def _together(one: Stratum, other: Stratum) -> Stratum:
    return Stratum(
        size=one.size + other.size,
        said=np.concatenate((one.said, other.said)),
        weights=np.concatenate((one.weights, other.weights)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draw:
    """One lot: what it was drawn from, and the reviews that came of it."""

    start: np.datetime64
    end: np.datetime64
    account: str | None
    drawn_at: np.datetime64
    rows: NDArray[np.intp]
    """Places among the reviews."""
    weights: NDArray[np.float64]

    def covers(self, start: np.datetime64, end: np.datetime64, account: str | None) -> bool:
        """Whether every comment of a cell could have been drawn."""
        is_within = self.start <= start and end <= min(self.end, self.drawn_at)
        return bool(is_within) and self.account in (None, account)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelReviews:
    """All that people have said of one label."""

    account: NDArray[np.object_]
    channel: NDArray[np.object_]
    created: NDArray[np.datetime64]
    said: NDArray[np.bool_]
    machine: NDArray[np.int8]
    """What the reader decided: HOLDS, HOLDS_NOT or UNSURE."""
    draws: tuple[_Draw, ...]

    def correct(
        self,
        counted: Mapping[int, int],
        *,
        start: np.datetime64,
        end: np.datetime64,
        account: str | None,
        channel: str | None,
    ) -> CorrectedShare | None:
        """Put a cell's share right by the lot that says most of it; None where none says enough.

        Args:
            counted: How many comments of the cell the label holds for, holds not for, and may,
                as they count: people's word before the reader's.
            start: The first moment of the cell, UTC.
            end: The moment after it.
            account: Of the cell; None for all.
            channel: Of the cell; None for all.
        """
        inside = (start <= self.created) & (self.created < end)
        if account is not None:
            inside &= self.account == account
        if channel is not None:
            inside &= self.channel == channel
        best: CorrectedShare | None = None
        for draw in self.draws:
            if not draw.covers(start, end, account):
                continue
            chosen = inside[draw.rows]
            rows, weights = draw.rows[chosen], draw.weights[chosen]
            strata = []
            for decided in (HOLDS, UNSURE, HOLDS_NOT):
                # The reader's own strata: what a person said of a comment does not move it.
                as_said = HOLDS if decided == HOLDS else HOLDS_NOT
                moved_here = int((inside & (self.machine == decided)).sum())
                said_here = (
                    0 if decided == UNSURE else int((inside & (self.said == bool(as_said))).sum())
                )
                mine = self.machine[rows] == decided
                strata.append(
                    Stratum(
                        size=counted[decided] + moved_here - said_here,
                        said=self.said[rows[mine]],
                        weights=weights[mine],
                    )
                )
            corrected = corrected_share(strata)
            if corrected is not None and (best is None or corrected.reviews > best.reviews):
                best = corrected
        return best


def label_reviews(reviews: pd.DataFrame, drawn: pd.DataFrame) -> dict[str, LabelReviews]:
    """What people have said, by label.

    Args:
        reviews: As `columns.REVIEW_COLUMNS` says.
        drawn: As `columns.DRAWN_COLUMNS` says.

    Raises:
        ValueError: A frame is not as its columns say.
    """
    check_reviews(reviews)
    check_drawn(drawn)
    return {
        str(label): LabelReviews(
            account=of_label["account"].to_numpy(dtype=object),
            channel=of_label["channel"].to_numpy(dtype=object),
            created=_utc(of_label["created"]),
            said=of_label["said"].to_numpy(dtype=np.bool_),
            machine=np.where(
                of_label["machine"].isna(), UNSURE, of_label["machine"].fillna(value=False)
            ).astype(np.int8),
            draws=tuple(_draws(of_label, drawn[drawn["label"] == label])),
        )
        for label, of_label in reviews.groupby("label", sort=True)
    }


def _draws(reviews: pd.DataFrame, drawn: pd.DataFrame) -> list[_Draw]:
    places = pd.Index(reviews["comment"])
    found = []
    for _, lot in drawn.groupby("draw", sort=True):
        rows = places.get_indexer(pd.Index(lot["comment"]))
        known = rows >= 0
        first = lot.iloc[0]
        reviewed = lot[known]
        # Those of a stratum that nobody has read yet are like the others: the lot is in no order.
        weights = reviewed["size"] / reviewed.groupby("stratum")["comment"].transform("size")
        found.append(
            _Draw(
                start=_moment(first["start"]),
                end=_moment(first["end"]),
                account=None if pd.isna(first["of_account"]) else str(first["of_account"]),
                drawn_at=_moment(first["drawn_at"]),
                rows=rows[known],
                weights=weights.to_numpy(dtype=np.float64),
            )
        )
    return found


def _moment(moment: pd.Timestamp) -> np.datetime64:
    return np.datetime64(moment.tz_localize(None), "us")


def _utc(moments: pd.Series) -> NDArray[np.datetime64]:
    return np.asarray(moments.dt.tz_localize(None), dtype="datetime64[us]")


def allocate(sizes: Sequence[int], spreads: Sequence[float], wanted: int) -> list[int]:
    """How many to draw of each stratum, so that the interval of the share becomes narrowest.

    Neyman's allocation: by size times spread; none more than there are, and of each that has any
    at least one.

    Args:
        sizes: Comments of each stratum.
        spreads: The standard deviation that is expected of people's word in each, not negative.
        wanted: How many in all.

    Returns:
        As many numbers; their sum is `wanted`, or all that there are.
    """
    shares = [
        min(1, size) + size * max(spread, 1e-6) for size, spread in zip(sizes, spreads, strict=True)
    ]
    given = [0] * len(sizes)
    for _ in range(min(wanted, sum(sizes))):
        # As seats are given by Sainte-Laguë: next to the one that lies furthest behind.
        behind = max(
            (place for place, size in enumerate(sizes) if given[place] < size),
            key=lambda place: (given[place] == 0, shares[place] / (2 * given[place] + 1)),
        )
        given[behind] += 1
    return given


def spread_of(probability: float, reader_is_wrong: float = 0.02) -> float:
    """The standard deviation of a yes or no that holds with some probability.

    A reader that is sure may still be wrong, so it is never less than of that.
    """
    likely = min(max(probability, reader_is_wrong), 1 - reader_is_wrong)
    return math.sqrt(likely * (1 - likely))
