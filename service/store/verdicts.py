"""Hands out what people have said of a thread, as far as it still holds of what stands there.

The last word on each item counts, and only of the texts that it was said of.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from nlp.reviews import AnswerReview, ReplyReview, Review, ThreadReview
from nlp.threads import MOST_BESIDE
from nlp.vocabulary import CommentId, FollowUp, Label, Sentiment
from service.store.database import Store

ACKNOWLEDGEMENT: Final = "acknowledgement_only"
FOLLOW_UP: Final = "follow_up"
MATTER: Final = "matter"
"""Aspects beside the ratings; a matter's is followed by where it stands, "matter:12:40"."""


class Subject(StrEnum):
    """What of a thread people rate, beside its comments."""

    REPLY = "reply"
    ANSWER = "answer"
    DISCUSSION = "discussion"


class Verdict(NamedTuple):
    """The last word on one item."""

    subject: Subject
    comment_id: int | None
    """The reply, or the comment that is answered."""
    aspect: str
    value: str
    beside: str
    """The store's numbers of the replies to the comment, or of the comments that the reply answers,
    that it was said of."""


def load_review(store: Store, post_id: int, names: Mapping[int, CommentId]) -> ThreadReview:
    """What people have said of one thread; within the caller's guard.

    Args:
        store: Where from.
        post_id: The thread's post.
        names: The thread's comments, by the store's number.
    """
    last = list(_last_words(store, post_id))
    by_comment: defaultdict[tuple[Subject, CommentId], list[Verdict]] = defaultdict(list)
    for one in last:
        if one.comment_id is not None:
            by_comment[one.subject, names[one.comment_id]].append(one)
    return ThreadReview(
        comments=_load_comment_reviews(store, post_id),
        replies={
            name: _reply_review(said, names)
            for (subject, name), said in by_comment.items()
            if subject is Subject.REPLY
        },
        answers={
            name: _answer_review(said, names)
            for (subject, name), said in by_comment.items()
            if subject is Subject.ANSWER
        },
        discussion={
            one.aspect: float(one.value) for one in last if one.subject is Subject.DISCUSSION
        },
    )


class Word(NamedTuple):
    """What one person said of one item, and when; it may no longer count."""

    aspect: str
    value: str | None
    reviewer: str
    reason: str
    reviewed_at: datetime


def load_words(store: Store, subject: Subject, number: int) -> list[Word]:
    """All that has been said of a reply, an answer or a discussion, the last first.

    Args:
        store: Where from.
        subject: What kind it is.
        number: The store's number of the reply, of the comment that is answered, or of the post.
    """
    where = "post_id" if subject is Subject.DISCUSSION else "comment_id"
    with store.guarded():
        found = store.connection.execute(
            f"""
            SELECT aspect, value, reviewer, reason, reviewed_at FROM rating_review
            WHERE subject = ? AND {where} = ? ORDER BY rating_review_id DESC
            """,  # noqa: S608
            (subject.value, number),
        ).fetchall()
    return [
        Word(aspect, value, reviewer, reason, datetime.fromisoformat(at))
        for aspect, value, reviewer, reason, at in found
    ]


def identity_of(store: Store, comment_ids: Iterable[int]) -> str:
    """What some comments say now, in a word that changes when one of them does."""
    identities = (
        store.connection.execute(
            "SELECT text_identity FROM comment WHERE comment_id = ?", (number,)
        ).fetchone()
        for number in comment_ids
    )
    return " ".join("" if found is None else found[0] for found in identities)


class Judged(NamedTuple):
    """One thing that people rate, as it stands now."""

    subject: Subject
    number: int
    """The store's number of the reply, of the comment that is answered, or of the post."""
    post_id: int
    beside: tuple[int, ...] = ()
    """The replies to the comment, or the first of the comments that the reply answers."""

    def column(self) -> str:
        """The numbers beside it as they are kept."""
        return " ".join(map(str, self.beside))

    def texts(self) -> tuple[int, ...]:
        """The comments whose words it is judged by, its own first."""
        return () if self.subject is Subject.DISCUSSION else (self.number, *self.beside)


def find_judged(store: Store, subject: Subject, number: int) -> Judged | None:
    """What was last judged, or None; within the caller's guard."""
    query = {
        Subject.REPLY: "SELECT post_id, NULL FROM reply_score WHERE reply_id = ?",
        Subject.ANSWER: "SELECT post_id, replies FROM answer WHERE comment_id = ?",
        Subject.DISCUSSION: "SELECT post_id, '' FROM discussion_score WHERE post_id = ?",
    }
    found = store.connection.execute(query[subject], (number,)).fetchone()
    if found is None:
        return None
    post_id, replies = found
    beside = _answered(store, number) if replies is None else map(int, replies.split())
    return Judged(subject, number, post_id, tuple(beside))


def find_twin(store: Store, judged: Judged) -> Judged | None:
    """The same under its other name, where one reply alone answers one comment alone."""
    other = {Subject.REPLY: Subject.ANSWER, Subject.ANSWER: Subject.REPLY}.get(judged.subject)
    if other is None or len(judged.beside) != 1:
        return None
    twin = find_judged(store, other, judged.beside[0])
    return twin if twin is not None and twin.beside == (judged.number,) else None


def shown_of(store: Store, judged: Judged) -> str:
    """A word that changes when what was judged is told in other words, or beside others."""
    told = f"{judged.column()} {identity_of(store, judged.texts())}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _answered(store: Store, reply_id: int) -> Iterator[int]:
    found = store.connection.execute(
        "SELECT comment_id FROM reply_link JOIN comment USING (comment_id) WHERE reply_id = ? "
        "ORDER BY comment.created, comment.external_id LIMIT ?",
        (reply_id, MOST_BESIDE),
    )
    return (number for (number,) in found)


def _last_words(store: Store, post_id: int) -> Iterator[Verdict]:
    found = store.connection.execute(
        """
        SELECT subject, comment_id, aspect, value, beside, text_identity FROM rating_review
        WHERE rating_review_id IN (
            SELECT MAX(rating_review_id)
            FROM rating_review
            WHERE post_id = :post
            OR comment_id IN (SELECT comment_id FROM comment WHERE post_id = :post)
            GROUP BY subject, comment_id, aspect
        )
        ORDER BY rating_review_id
        """,
        {"post": post_id},
    ).fetchall()
    for subject, comment_id, aspect, value, beside, identity in found:
        said_of = [] if comment_id is None else [comment_id, *map(int, beside.split())]
        # Said of other words, or taken back: the machine's word counts again.
        if value is not None and identity_of(store, said_of) == identity:
            yield Verdict(Subject(subject), comment_id, aspect, value, beside)


def _reply_review(said: list[Verdict], names: Mapping[int, CommentId]) -> ReplyReview:
    receipts = [one.value == "1" for one in said if one.aspect == ACKNOWLEDGEMENT]
    rated, of = _of_the_last([one for one in said if one.aspect != ACKNOWLEDGEMENT], names)
    return ReplyReview(
        ratings={one.aspect: float(one.value) for one in rated},
        of=of,
        acknowledgement_only=receipts[-1] if receipts else None,
    )


def _answer_review(said: list[Verdict], names: Mapping[int, CommentId]) -> AnswerReview:
    follow_ups = [FollowUp(one.value) for one in said if one.aspect == FOLLOW_UP]
    rated, of = _of_the_last([one for one in said if one.aspect != FOLLOW_UP], names)
    levels, ratings = {}, {}
    for one in rated:
        if one.aspect.startswith(MATTER):
            _, start, end = one.aspect.split(":")
            levels[int(start), int(end)] = int(one.value)
        else:
            ratings[one.aspect] = float(one.value)
    return AnswerReview(
        ratings=ratings,
        levels=levels,
        of=of,
        follow_up=follow_ups[-1] if follow_ups else None,
    )


def _of_the_last(
    said: list[Verdict], names: Mapping[int, CommentId]
) -> tuple[list[Verdict], tuple[CommentId, ...]]:
    """What was said beside the same comments as the last word was, and which those are."""
    beside = said[-1].beside if said else ""
    of = tuple(names[int(number)] for number in beside.split() if int(number) in names)
    return [one for one in said if one.beside == beside], of


def _load_comment_reviews(store: Store, post_id: int) -> dict[CommentId, Review]:
    """The last word on each label of each comment; of every text but the present one nothing."""
    labels: defaultdict[CommentId, dict[Label, bool]] = defaultdict(dict)
    sentiments: dict[CommentId, Sentiment] = {}
    for external_id, aspect, value in store.connection.execute(
        """
        SELECT external_id, aspect, value FROM comment JOIN review USING (comment_id)
        WHERE post_id = ? AND review.text_identity = comment.text_identity
        ORDER BY review_id
        """,
        (post_id,),
    ):
        name = CommentId(external_id)
        if aspect == "sentiment":
            sentiments[name] = Sentiment(value)
        else:
            labels[name][Label(aspect)] = value == "1"
    return {
        name: Review(labels=labels[name], sentiment=sentiments.get(name))
        for name in labels.keys() | sentiments.keys()
    }
