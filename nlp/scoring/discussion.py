"""How the discussion under one post went: six items, each 0–4, and an additive index 0–100.

Each item is a sum of shares, weighted as models/pipeline.toml says; the weights are estimated on
rated threads (nlp.training.discussions) with the guide's signs. A share does not grow with length:
the same talk twice over is as good as once. And none falls with a question: what only asks is
missing from the whole of which good things are a part, and is part of that of the bad ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from nlp.errors import ArtefactError
from nlp.phrases import Phrases
from nlp.readers.reader import FloatArray
from nlp.vocabulary import (
    Comment,
    CommentId,
    DiscussionScore,
    DiscussionShares,
    FollowUp,
    Label,
    Reading,
    ReplyLink,
    ReplyScore,
    Thread,
)

ITEMS: Final = (
    "civility", "reasoning", "reciprocity", "relevance", "constructiveness", "presence",
)  # fmt: skip
"""The items of section 5 of the guide, all alike in the index."""

GOOD: Final = (
    "reasoned", "best_reasoned", "reasoned_words", "reasoned_claims", "stated_reason",
    "suggestion", "question", "praise", "positive", "to_the_point",
    "organisation", "replies", "answered", "grade", "met", "thanks", "further_question",
    "among_citizens", "to_organisation",
)  # fmt: skip
BAD: Final = (
    "uncivil", "toxic", "legal_review", "negative", "complaint", "empty", "off_topic",
    "furthest_off_topic", "not_satisfied",
)  # fmt: skip
"""Shares of which more is better, and worse; see `shares_of`."""

BASE: Final = "base"
"""The item where all shares are 0, beside the weights."""

LEXICONS: Final = ("reason",)
"""The files in models/lexicons/sv that are read."""

FEWEST_COMMENTS: Final = 3
FEWEST_PEOPLE: Final = 2
"""Fewer comments, or by fewer people, are not rated; the organisation counts as one of them."""

_BEST: Final = 1 / 3
"""The part of a talk whose reasons are looked at by themselves."""

_CLAIMS: Final = (Label.COMPLAINT, Label.SUGGESTION, Label.PRAISE)
_POINTS: Final = (*_CLAIMS, Label.QUESTION)

Weights = Mapping[str, Mapping[str, float]]
"""By item, its `BASE` and the weight of each share that counts, none below 0."""


def score_discussion(
    thread: Thread,
    readings: Sequence[Reading],
    links: Sequence[ReplyLink],
    *,
    weights: Weights,
    replies: Sequence[ReplyScore],
    follow_ups: Mapping[CommentId, FollowUp],
    tools: Phrases,
) -> DiscussionScore | None:
    """Rate one discussion, or None with under three comments or under two people.

    Args:
        thread: The thread.
        readings: Of the citizens' comments; comments without one are left out of the shares.
        links: Of the organisation's replies, by `threads.link`.
        weights: See `Weights`; `check_weights` tells whether they fit.
        replies: Scores of the replies. A receipt or a machine answers nothing.
        follow_ups: What those who were answered did next.
        tools: The phrases, of at least `LEXICONS`.
    """
    if not is_rated(thread):
        return None
    shares = shares_of(thread, readings, links, replies=replies, follow_ups=follow_ups, tools=tools)
    items = {item: _item(weights[item], shares) for item in ITEMS}
    return DiscussionScore(**items, index=index_of(items), machine={})


def index_of(items: Mapping[str, float]) -> float:
    """The additive index, 0–100, of `ITEMS`, each 0–4."""
    return 100 * sum(items.values()) / (4 * len(ITEMS))


def counted_shares(thread: Thread, readings: Iterable[Reading]) -> DiscussionShares | None:
    """What can be counted of a discussion; None where no citizen has written.

    Args:
        thread: The thread.
        readings: Of the citizens' comments, as they count; what is left to a person is not so.
    """
    by_id = {comment.id: comment for comment in thread.comments}
    ours = [(by_id[reading.comment_id], reading) for reading in readings]
    if not ours:
        return None

    def share(label: Label) -> float:
        return sum(reading.holds(label) is True for _, reading in ours) / len(ours)

    wrote = Counter(comment.author for comment, _ in ours)
    is_known = None not in wrote
    answering = sum(_answers_another(comment, by_id) for comment, _ in ours)
    return DiscussionShares(
        comments=len(ours),
        reasoned=share(Label.REASONED),
        uncivil=share(Label.UNCIVIL),
        suggestion=share(Label.SUGGESTION),
        question=share(Label.QUESTION),
        reciprocity=answering / len(ours),
        writers=len(wrote) if is_known else None,
        busiest=max(wrote.values()) / len(ours) if is_known else None,
    )


def _answers_another(comment: Comment, by_id: Mapping[CommentId, Comment]) -> bool:
    parent = by_id.get(comment.parent_id) if comment.parent_id is not None else None
    if parent is None:
        return False
    return parent.from_organisation or comment.author is None or comment.author != parent.author


def is_rated(thread: Thread) -> bool:
    """Whether the guide has it rated at all."""
    people = {"" if c.from_organisation else f"{c.author}" for c in thread.comments}
    return len(thread.comments) >= FEWEST_COMMENTS and len(people) >= FEWEST_PEOPLE


def check_weights(weights: Weights) -> None:
    """ArtefactError where an item is missing or unknown, or a share, or a weight is below 0."""
    if set(weights) != set(ITEMS):
        raise ArtefactError(f"the weights of the discussion must be those of {', '.join(ITEMS)}")
    for item, ours in weights.items():
        if unknown := set(ours) - {BASE, *GOOD, *BAD}:
            raise ArtefactError(f"the weights of {item} name {', '.join(sorted(unknown))}")
        if BASE not in ours or min(ours.values()) < 0:
            raise ArtefactError(f"the weights of {item} must have a base, and none be negative")


def _item(weights: Mapping[str, float], shares: Mapping[str, float]) -> float:
    value = weights[BASE]
    for name, weight in weights.items():
        if name != BASE:
            value += weight * (-shares[name] if name in BAD else shares[name])
    return min(4.0, max(0.0, value))


def shares_of(
    thread: Thread,
    readings: Sequence[Reading],
    links: Sequence[ReplyLink],
    *,
    replies: Sequence[ReplyScore],
    follow_ups: Mapping[CommentId, FollowUp],
    tools: Phrases,
) -> dict[str, float]:
    """What the items are made of, each in [0, 1], by name.

    A label left to a person counts by its probability. Of the citizens' comments:

    - `uncivil`, `toxic`, `legal_review`, `negative`, `complaint`: that are so;
    - `empty`: without question, claim or reason; `off_topic`: by probability, and
      `furthest_off_topic`, that of the worst;
    - `suggestion`, `question`, `praise`, `positive`: that are so; `to_the_point`: that are on
      topic and ask or claim something;
    - `reasoned`: with a reason and civil, by probability; `reasoned_words` the same weighed by
      words, `best_reasoned` of the best third, `reasoned_claims` among those that claim something,
      `stated_reason` by phrases such as "eftersom";
    - `among_citizens`, `to_organisation`: that stand under another citizen's, under a reply;
    - `thanks`, `further_question`, `not_satisfied`: whose writer, once answered, went on so.

    And of the organisation: `organisation` whether it takes part, `replies` how many to each
    comment, at most one, `answered` the share of those calling for a reply that got one (1 where
    none did), `grade` and `met`, the mean of its grades and of their `answers`.
    """
    citizens = {reading.comment_id for reading in readings}
    ours = [comment for comment in thread.comments if comment.id in citizens]
    texts = {comment.id: comment.text for comment in ours}
    count = len(readings)

    def extent(*labels: Label) -> FloatArray:
        held = [[_extent(reading, label) for label in labels] for reading in readings]
        highest: FloatArray = np.array(held).reshape(count, len(labels)).max(axis=1, initial=0.0)
        return highest

    civil = 1 - _likely(readings, Label.UNCIVIL)
    reasoned = _likely(readings, Label.REASONED) * civil
    positive = np.array([reading.sentiment.positive for reading in readings])
    claims = extent(*_CLAIMS)
    words = np.array([1 + len(texts[reading.comment_id].split()) for reading in readings])
    # What only asks has no part in the whole of which good things are a part.
    offers = np.maximum.reduce([claims, reasoned, positive, np.zeros(count)])
    counts = 1 - extent(Label.QUESTION) * (1 - offers)
    whole = float(counts.sum())
    off_topic = 1 - _likely(readings, Label.ON_TOPIC)
    claimed = extent(*_CLAIMS, Label.REASONED, Label.UNCIVIL)
    states = [any(s.of("reason") for s in tools.sentences(comment.text)) for comment in ours]
    shares = {
        "uncivil": _mean(extent(Label.UNCIVIL)),
        "toxic": _mean(extent(Label.TOXIC)),
        "legal_review": _mean(extent(Label.LEGAL_REVIEW)),
        "negative": _mean([reading.sentiment.negative for reading in readings]),
        "complaint": _mean(extent(Label.COMPLAINT)),
        "empty": _mean(1 - extent(*_POINTS, Label.REASONED)),
        "off_topic": _mean(off_topic),
        "furthest_off_topic": float(off_topic.max(initial=0.0)),
        "suggestion": _part(extent(Label.SUGGESTION).sum(), whole),
        "question": _mean(extent(Label.QUESTION)),
        "praise": _part(extent(Label.PRAISE).sum(), whole),
        "positive": _part(positive.sum(), whole),
        "to_the_point": _mean(extent(Label.ON_TOPIC) * extent(*_POINTS)),
        "reasoned": _part(reasoned.sum(), whole),
        "reasoned_words": _part((reasoned * words).sum(), float((counts * words).sum())),
        "best_reasoned": _best(reasoned, _BEST * whole),
        "reasoned_claims": (
            float((extent(Label.REASONED) * (1 - extent(Label.UNCIVIL))).sum() / claimed.sum())
            if claimed.sum()
            else 0.5  # of a thread without claims nothing can be said: the middle
        ),
        "stated_reason": _part(sum(states), max(whole, sum(states))),
    }
    shares |= _exchange(thread, ours, whole, follow_ups)
    return shares | _of_organisation(thread, readings, links, replies)


def _exchange(
    thread: Thread,
    citizens: Sequence[Comment],
    whole: float,
    follow_ups: Mapping[CommentId, FollowUp],
) -> dict[str, float]:
    by_id = {comment.id: comment for comment in thread.comments}
    among = to_organisation = 0
    for comment in citizens:
        parent = by_id.get(comment.parent_id) if comment.parent_id is not None else None
        if parent is not None and parent.from_organisation:
            to_organisation += 1
        elif parent is not None and (comment.author is None or comment.author != parent.author):
            among += 1

    def after(kind: FollowUp) -> int:
        return sum(said is kind for said in follow_ups.values())

    return {
        "among_citizens": _part(among, whole),
        "to_organisation": _part(to_organisation, whole),
        "thanks": _part(after(FollowUp.THANKS), whole),
        "further_question": _part(after(FollowUp.FURTHER_QUESTION), whole),
        "not_satisfied": _part(after(FollowUp.NOT_SATISFIED), len(citizens)),
    }


def _of_organisation(
    thread: Thread,
    readings: Sequence[Reading],
    links: Sequence[ReplyLink],
    replies: Sequence[ReplyScore],
) -> dict[str, float]:
    empty = {
        score.reply_id
        for score in replies
        if score.acknowledgement_only or "automatic" in score.reasons
    }
    answered = {target for one in links if one.reply_id not in empty for target in one.to}
    written = sum(comment.from_organisation for comment in thread.comments)
    called = met = 0.0
    for reading in readings:
        calls = _extent(reading, Label.NEEDS_REPLY)
        called += calls
        met += calls if reading.comment_id in answered else 0.0
    return {
        "organisation": float(written > 0),
        "replies": _part(written, len(readings)),
        "answered": met / called if called else 1.0,
        "grade": _mean([(score.grade - 1) / 4 for score in replies]),
        "met": _mean([score.answers / 2 for score in replies]),
    }


def _extent(reading: Reading, label: Label) -> float:
    """1 where a label holds, its probability where a person must say, else 0."""
    held = reading.holds(label)
    return reading.labels[label] if held is None else float(held)


def _likely(readings: Sequence[Reading], label: Label) -> FloatArray:
    return np.array([reading.labels[label] for reading in readings], dtype=float)


def _mean(values: Sequence[float] | FloatArray) -> float:
    return float(np.mean(values)) if len(values) else 0.0


def _part(part: float, whole: float) -> float:
    """A share, at most all; none of nothing."""
    return float(min(1.0, part / whole)) if whole > 0 else 0.0


def _best(values: FloatArray, size: float) -> float:
    """The mean of the highest values, as many as the size says, the last of them in part."""
    if not len(values) or size <= 0:
        return 0.0
    ranked = np.sort(values)[::-1]
    taken = np.clip(size - np.arange(len(ranked)), 0, 1)
    return float((ranked * taken).sum() / taken.sum())
