"""What a nyckeltal is made of: its goal, its unit and the closed set of ways to count one.

The strings in a kind are names of facts about comments or posts, which `facts.py` finds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal


class Goal(StrEnum):
    """The city's four communication goals."""

    INFORMED = "orienterad"
    ASSURED = "forvissad"
    LISTENED_TO = "lyssnad_till"
    FREE_TO_ACT = "fri_att_gora"

    @property
    def heading(self) -> str:
        """The goal as the guide writes it."""
        return _HEADINGS[self]


_HEADINGS: Final = {
    Goal.INFORMED: "Orienterad",
    Goal.ASSURED: "Förvissad",
    Goal.LISTENED_TO: "Lyssnad till",
    Goal.FREE_TO_ACT: "Fri att göra",
}


class Unit(StrEnum):
    """What a value is counted in. A share is 0–1; points are −100 to 100."""

    SHARE = "share"
    PER_1000 = "per_1000"
    HOURS = "hours"
    WORKING_HOURS = "working_hours"
    DAYS = "days"
    COUNT = "count"
    POINTS = "points"


class Direction(StrEnum):
    """Which way is better for the one who writes."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentShare:
    """The share, among some comments, of those that something holds for."""

    that: str
    among: str = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentCount:
    """How many comments something holds for."""

    that: str
    among: str = "read"
    judged: bool = True
    """Whether a reader judged it, so that it has an interval; False for plain facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredInTime:
    """The share answered in time of the comments whose time is over; the others are pending."""

    working_days: int
    among: str = "answerable"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareGap:
    """What something holds for of some comments, less what it holds for of others, times 100."""

    that: str
    one: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGap:
    """The share answered in time of some comments, less that of others, times 100."""

    working_days: int
    one: str
    other: str


Clock = Literal["minutes", "working_minutes"]
"""All hours of the day, or those that somebody is at work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeGap:
    """The median time until the first reply to some comments, less that to others."""

    clock: Clock
    one: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyTime:
    """A quantile of the time until the first reply, over the comments that have one."""

    clock: Clock
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NetDifference:
    """One share less another, of the same comments, times 100."""

    plus: str
    minus: str
    among: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Oldest:
    """The age in days of the oldest comment that something holds for."""

    that: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostSum:
    """The sum over the posts that have the metric."""

    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMean:
    """The mean over the posts that have the metric."""

    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRatio:
    """One sum over another, both over the posts that have both metrics."""

    of: str
    per: str
    times: int = 1
    from_comments: bool = False
    """Whether `of` counts comments that we read, so that small numbers are about people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMedian:
    """The median over posts of one metric by another, of posts that have both and some of it."""

    of: str
    per: str


CommentKind = (
    CommentShare
    | CommentCount
    | AnsweredInTime
    | ShareGap
    | AnswerGap
    | TimeGap
    | ReplyTime
    | NetDifference
    | Oldest
)
PostKind = PostSum | PostMean | PostRatio | PostMedian


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One nyckeltal: what it answers, how it is counted, what to beware of. Texts in Swedish."""

    id: str
    """Stable: it stands in the API and in what others have built on it."""
    title: str
    question: str
    goal: Goal
    unit: Unit
    direction: Direction
    numerator: str
    """What is counted or measured."""
    denominator: str | None
    """What it is counted among; None for a plain number."""
    caveat: str
    source: str
    how: CommentKind | PostKind

    @property
    def per_channel(self) -> bool:
        """Whether channels are kept apart: each network counts its own way."""
        return isinstance(self.how, PostKind)
