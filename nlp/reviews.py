"""What people have said of comments: it outranks every reading, and teaches the next reader."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from nlp.readers.reader import ReaderInput, Standing
from nlp.vocabulary import CommentId, FollowUp, Label, Reading, Sentiment, SentimentReading


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What people have said of one comment; of the rest they have said nothing."""

    labels: Mapping[Label, bool] = field(default_factory=dict)
    sentiment: Sentiment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyReview:
    """What people have said of one reply."""

    ratings: Mapping[str, float] = field(default_factory=dict)
    """By name: the four dimensions, 0–2, and the grade, 1–5."""
    of: tuple[CommentId, ...] = ()
    """The comments beside which it was rated; beside others it is not."""
    acknowledgement_only: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerReview:
    """What people have said of how one comment was answered."""

    ratings: Mapping[str, float] = field(default_factory=dict)
    """As of a reply, of all the replies together."""
    levels: Mapping[tuple[int, int], int] = field(default_factory=dict)
    """How far what stands in [start, end) of the comment was met: 0, 1 or 2."""
    of: tuple[CommentId, ...] = ()
    """The replies that ratings and levels were said of; of others they say nothing."""
    follow_up: FollowUp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadReview:
    """What people have said of one thread."""

    comments: Mapping[CommentId, Review] = field(default_factory=dict)
    replies: Mapping[CommentId, ReplyReview] = field(default_factory=dict)
    answers: Mapping[CommentId, AnswerReview] = field(default_factory=dict)
    discussion: Mapping[str, float] = field(default_factory=dict)
    """By item, 0–4."""


NOTHING_SAID: Final = ThreadReview()


def outranked(reading: Reading, review: Review) -> Reading:
    """The reading as it counts once people have said their word: what they said is certain."""
    said = review.labels
    open_labels = [label for label in Label if label not in said]
    changed = replace(
        reading,
        labels={label: float(said.get(label, told)) for label, told in reading.labels.items()},
        decided=tuple(
            label for label in Label if said.get(label, label in reading.decided) is True
        ),
        unsure=tuple(label for label in open_labels if label in reading.unsure),
        evidence=tuple(one for one in reading.evidence if said.get(one.label) is not False),
    )
    if review.sentiment is None:
        return changed
    certain = {each.value: float(each is review.sentiment) for each in Sentiment}
    return replace(changed, sentiment=SentimentReading(**certain), sentiment_unsure=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedComment:
    """One comment as a reader is given it, and what people have said of it."""

    group: str
    """The thread; its comments are alike, so they teach together or test together."""
    input: ReaderInput = field(repr=False)
    review: Review

    def to_line(self) -> str:
        """One line of JSON, for another process; `from_line` reads it back."""
        given = self.input
        return json.dumps(
            {
                "group": self.group,
                "text": given.text,
                "post_text": given.post_text,
                "parent_text": given.parent_text,
                "previous_text": given.previous_text,
                "standing": list(given.standing),
                "labels": dict(self.review.labels),
                "sentiment": self.review.sentiment,
            }
        )

    @classmethod
    def from_line(cls, line: str) -> ReviewedComment:
        """Read what `to_line` wrote."""
        tree = json.loads(line)
        texts = {name: tree[name] for name in ("text", "post_text", "parent_text", "previous_text")}
        said = tree["sentiment"]
        return cls(
            group=tree["group"],
            input=ReaderInput(**texts, standing=Standing(*tree["standing"])),
            review=Review(
                labels={Label(label): held for label, held in tree["labels"].items()},
                sentiment=None if said is None else Sentiment(said),
            ),
        )
