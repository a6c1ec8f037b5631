"""What is true of each comment and each post, as arrays that figures are counted from.

Here stands what answerable, answered and open mean. Nothing later than `as_of` is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from service.columns import LABEL_COLUMNS, METRIC_COLUMNS
from service.worktime import working_minutes_many

_A_MINUTE: Final = pd.Timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentFacts:
    """One element per comment, oldest first."""

    post: NDArray[np.int64]
    account: NDArray[np.object_]
    channel: NDArray[np.object_]
    created: NDArray[np.datetime64]  # UTC
    writer: NDArray[np.int64]
    """Equal where the writer is; a comment whose source names nobody has a number of its own."""
    holds: Mapping[str, NDArray[np.bool_]]
    measures: Mapping[str, NDArray[np.float64]]
    """Minutes: `minutes` and `working_minutes` until the first reply (NaN without one),
    `age` and `working_age` until now."""


class Comments:
    """Some of the comments; what several nyckeltal ask of them is found once."""

    def __init__(self, facts: CommentFacts, rows: NDArray[np.intp]) -> None:
        self._facts = facts
        self._rows = rows
        self._found: dict[str, Comments] = {}

    def __len__(self) -> int:
        return self._rows.size

    def where(self, name: str) -> Comments:
        """Those that a fact holds for."""
        if name not in self._found:
            self._found[name] = self.chosen(self._facts.holds[name][self._rows])
        return self._found[name]

    def chosen(self, mask: NDArray[np.bool_]) -> Comments:
        """Those that a mask, one element per comment, is true for."""
        return Comments(self._facts, self._rows[mask])

    def measure(self, name: str) -> NDArray[np.float64]:
        """A measure, one element per comment."""
        return self._facts.measures[name][self._rows]

    @cached_property
    def writers(self) -> int:
        """How many people wrote them."""
        return int(np.unique(self._facts.writer[self._rows]).size)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFacts:
    """One element per post."""

    account: NDArray[np.object_]
    channel: NDArray[np.object_]
    published: NDArray[np.datetime64]  # UTC; NaT where unknown
    metrics: Mapping[str, NDArray[np.float64]]
    """NaN where unknown. Besides the network's own: `interactions` and `questions`."""
    comments: tuple[NDArray[np.intp], ...]
    """For each post, which elements of the comment facts are read comments under it."""


def comment_facts(comments: pd.DataFrame, as_of: datetime) -> CommentFacts:
    """Find the facts of every comment that was written at `as_of`.

    Args:
        comments: A frame as `columns.COMMENT_COLUMNS` says.
        as_of: An aware moment.
    """
    known = comments[comments["created"] <= as_of].sort_values("created", kind="stable")
    created = known["created"]
    first_reply = known["first_reply"].where(known["first_reply"] <= as_of)
    labels = {name: _true(known[name]) for name in LABEL_COLUMNS}
    read, unsure = _true(known["read"]), _true(known["sentiment_unsure"])
    answerable = labels["needs_reply"] & ~_true(known["hidden"])
    answered = first_reply.notna().to_numpy()
    rated = answerable & answered & known["well_answered"].notna().to_numpy()
    in_hours = working_minutes_many(created, created + _A_MINUTE) > 0
    groups = {
        "question": labels["question"],
        "complaint": labels["complaint"],
        "uncivil": labels["uncivil"],
        "civil": _true(known["uncivil"] == False),  # noqa: E712  missing is neither
        "in_hours": in_hours,
        "out_of_hours": ~in_hours,
        "casual": _true(known["casual"]),
        "by_the_book": _true(known["casual"] == False),  # noqa: E712
    }
    sentiment = known["sentiment"]
    sentiment_sure = read & ~unsure & sentiment.notna().to_numpy()
    return CommentFacts(
        post=known["post"].to_numpy(),
        account=known["account"].to_numpy(dtype=object),
        channel=known["channel"].to_numpy(dtype=object),
        created=_utc(created),
        writer=_numbered(known["writer"]),
        holds={
            **labels,
            **{f"{name}_unsure": read & known[name].isna().to_numpy() for name in LABEL_COLUMNS},
            "written": np.ones(len(known), dtype=np.bool_),
            "read": read,
            "hidden": _true(known["hidden"]),
            "answerable": answerable,
            "answered": answerable & answered,
            "rated": rated,
            **{
                f"{name}_{group}": mask & holds
                for name, mask in (
                    ("answerable", answerable),
                    ("answered", answerable & answered),
                    ("rated", rated),
                )
                for group, holds in groups.items()
            },
            "well_answered": rated & _true(known["well_answered"] == "yes"),
            "unanswered_in_substance": rated & _true(known["well_answered"] == "no"),
            "open": answerable & ~answered,
            "sentiment_sure": sentiment_sure,
            "sentiment_unsure": unsure,
            "positive": sentiment_sure & _true(sentiment == "positive"),
            "negative": sentiment_sure & _true(sentiment == "negative"),
        },
        measures={
            "minutes": _minutes(created, first_reply),
            "working_minutes": working_minutes_many(created, first_reply),
            "age": _minutes(created, pd.Series(as_of, index=created.index)),
            "working_age": working_minutes_many(created, as_of),
        },
    )


def post_facts(posts: pd.DataFrame, comments: CommentFacts) -> PostFacts:
    """Find the facts of every post.

    Args:
        posts: A frame as `columns.POST_COLUMNS` says.
        comments: The facts of all comments known, whichever post they stand under.
    """
    metrics = {
        name: posts[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in METRIC_COLUMNS
    }
    read = np.flatnonzero(comments.holds["read"])
    place = pd.Index(posts["post"]).get_indexer(pd.Index(comments.post[read]))
    order = np.argsort(place, kind="stable")
    borders = np.searchsorted(place[order], np.arange(len(posts) + 1))
    under = tuple(read[order[first:last]] for first, last in pairwise(borders))
    question = comments.holds["question"]
    questions = np.array([question[rows].sum() for rows in under], dtype=np.float64)
    # Where the network counts comments that nobody has read, no question found is not none asked.
    read_any = np.array([rows.size > 0 for rows in under], dtype=np.bool_)
    questions[~read_any & ~(metrics["comments"] == 0)] = np.nan
    return PostFacts(
        account=posts["account"].to_numpy(dtype=object),
        channel=posts["channel"].to_numpy(dtype=object),
        published=_utc(posts["published"]),
        metrics={
            **metrics,
            "interactions": metrics["reactions"] + metrics["comments"] + metrics["shares"],
            "questions": questions,
        },
        comments=under,
    )


def _true(column: pd.Series) -> NDArray[np.bool_]:
    """Where a column is known to be true: what a person must still decide does not count."""
    return column.fillna(False).to_numpy(dtype=np.bool_)


def _utc(moments: pd.Series) -> NDArray[np.datetime64]:
    return np.asarray(moments.dt.tz_localize(None), dtype="datetime64[us]")


def _minutes(starts: pd.Series, ends: pd.Series) -> NDArray[np.float64]:
    """Whole minutes, as for working time; a reply that a wrong clock dates earlier took none."""
    seconds = np.asarray((ends - starts).dt.total_seconds(), dtype=np.float64)
    return np.maximum(seconds // 60, 0)


def _numbered(writers: pd.Series) -> NDArray[np.int64]:
    # A source that names nobody would otherwise seem to have a single writer, and publish nothing.
    numbers = pd.factorize(writers)[0].astype(np.int64)
    unnamed = numbers < 0
    numbers[unnamed] = numbers.size + np.arange(unnamed.sum())
    return numbers
