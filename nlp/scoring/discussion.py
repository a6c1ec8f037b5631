"""How the discussion under one post went: six items, each 0–4, and an additive index 0–100.

Every item is a share, so a long thread scores no higher than a short one of the same kind, and no
item has questions in it that count against it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from nlp.errors import ArtefactError
from nlp.tagger import content_lemmas, related
from nlp.vocabulary import (
    Comment,
    CommentId,
    DiscussionScore,
    Label,
    Reading,
    ReplyLink,
    ReplyScore,
    Thread,
)

ITEMS: Final = (
    "civility", "reasoning", "reciprocity", "relevance", "constructiveness", "presence",
)  # fmt: skip
"""The items of section 5 of the guide, and the keys of the weights."""

FEWEST_COMMENTS: Final = 3
FEWEST_PEOPLE: Final = 2
"""Fewer comments, or by fewer people, are not rated; the organisation counts as one of them."""

REPLIES_EXPECTED: Final = 1 / 3
"""Share of comments that answer another's, from which a discussion is fully mutual: where one
answers each remark and the other comes back half of the time it is just above this."""

UNCIVIL_COST: Final = 1.5
"""Civility lost for an uncivil comment, and again for a toxic one: readers stay away from a thread
long before half of it is abuse, so two of three uncivil, or one of three toxic, leave nothing."""

_CLAIMS: Final = (Label.COMPLAINT, Label.SUGGESTION, Label.PRAISE)


def score_discussion(
    thread: Thread,
    readings: Sequence[Reading],
    links: Sequence[ReplyLink],
    *,
    weights: Mapping[str, float],
    replies: Sequence[ReplyScore] = (),
) -> DiscussionScore | None:
    """Rate one discussion, or None with under three comments or under two people.

    - civility: less the share of uncivil comments, the toxic ones counted twice;
    - reasoning: the claims (complaint, proposal, praise, abuse) that come with a civil reason;
    - reciprocity: comments that answer another person's and take up what was said;
    - relevance: comments on the subject;
    - constructiveness: proposals and questions, reasons by half, less the abuse;
    - presence: comments calling for a reply that got one; full where none did.

    Args:
        thread: The thread.
        readings: Of the citizens' comments; comments without one are left out of the shares.
        links: Of the organisation's replies, by `threads.link`.
        weights: Of each of `ITEMS` in the index, none below 0; they need not sum to one.
        replies: Scores of the replies. A receipt or a machine answers nothing, and a reply takes
            up what was said by its `answers`; one without a score is judged by shared words.

    Raises:
        ArtefactError: A weight is missing, unknown or negative, or all are 0.
    """
    _check(weights)
    people = {"" if c.from_organisation else f"{c.author}" for c in thread.comments}
    if len(thread.comments) < FEWEST_COMMENTS or len(people) < FEWEST_PEOPLE:
        return None
    scores = {score.reply_id: score for score in replies}
    empty = {
        score.reply_id
        for score in replies
        if score.acknowledgement_only or "automatic" in score.reasons
    }
    answered = {target for one in links if one.reply_id not in empty for target in one.to}
    items = {
        "civility": _civility(readings),
        "reasoning": _reasoning(readings),
        "reciprocity": _reciprocity(thread, readings, links, scores),
        "relevance": _mean([_extent(reading, Label.ON_TOPIC) for reading in readings], 1.0),
        "constructiveness": _constructiveness(readings),
        "presence": _presence(readings, answered),
    }
    index = sum(weights[name] * items[name] for name in ITEMS) / sum(weights.values())
    return DiscussionScore(
        **{name: 4 * items[name] for name in ITEMS},
        index=100 * min(1.0, index),
    )


def _check(weights: Mapping[str, float]) -> None:
    if set(weights) != set(ITEMS):
        raise ArtefactError(f"the weights of the discussion must be those of {', '.join(ITEMS)}")
    if min(weights.values()) < 0 or sum(weights.values()) <= 0:
        raise ArtefactError("the weights of the discussion must not be negative, nor all 0")


def _extent(reading: Reading, label: Label) -> float:
    """1 where a label holds, its probability where a person must say, else 0."""
    held = reading.holds(label)
    return reading.labels[label] if held is None else float(held)


def _mean(shares: Sequence[float], empty: float) -> float:
    return sum(shares) / len(shares) if shares else empty


def _abuse(reading: Reading) -> float:
    return _extent(reading, Label.UNCIVIL) + _extent(reading, Label.TOXIC)


def _civility(readings: Sequence[Reading]) -> float:
    return max(0.0, 1 - UNCIVIL_COST * _mean([_abuse(reading) for reading in readings], 0.0))


def _reasoning(readings: Sequence[Reading]) -> float:
    """Reasons among claims only, so that a question, which claims nothing, lowers nothing."""
    reasons = claims = 0.0
    for reading in readings:
        uncivil = _extent(reading, Label.UNCIVIL)
        reasoned = _extent(reading, Label.REASONED)
        reasons += reasoned * (1 - uncivil)
        claims += max(reasoned, uncivil, *(_extent(reading, label) for label in _CLAIMS))
    # of a thread without claims nothing can be said: the middle
    return reasons / claims if claims else 0.5


def _constructiveness(readings: Sequence[Reading]) -> float:
    ways = [
        _extent(reading, Label.SUGGESTION)
        + _extent(reading, Label.QUESTION)
        + 0.5 * _extent(reading, Label.REASONED)
        - _abuse(reading)
        for reading in readings
    ]
    return min(1.0, max(0.0, _mean(ways, 0.0)))


def _reciprocity(
    thread: Thread,
    readings: Sequence[Reading],
    links: Sequence[ReplyLink],
    scores: Mapping[CommentId, ReplyScore],
) -> float:
    by_id = {comment.id: comment for comment in thread.comments}
    targets = {one.reply_id: [by_id[target] for target in one.to] for one in links}
    exchanges = 0
    taken_up = 0.0
    for comment in thread.comments:
        answered = targets.get(comment.id, [])
        parent = by_id.get(comment.parent_id) if comment.parent_id is not None else None
        if not comment.from_organisation and parent is not None and _are_two(comment, parent):
            answered = [parent]
        if answered:
            exchanges += 1
            taken_up += _takes_up(comment, answered, scores.get(comment.id))
    # a question is an offer to talk: the more there are, the more is not missing
    others = len(thread.comments) - sum(_extent(reading, Label.QUESTION) for reading in readings)
    return taken_up / max(exchanges, REPLIES_EXPECTED * others, 1)


def _are_two(comment: Comment, other: Comment) -> bool:
    return other.from_organisation or comment.author is None or comment.author != other.author


def _takes_up(comment: Comment, answered: Sequence[Comment], score: ReplyScore | None) -> float:
    if score is not None:
        return score.answers / 2
    said = content_lemmas(comment.text)
    heard = {word for other in answered for word in content_lemmas(other.text)}
    return float(any(related(word, other) for word in said for other in heard))


def _presence(readings: Sequence[Reading], answered: set[CommentId]) -> float:
    called = met = 0.0
    for reading in readings:
        calls = _extent(reading, Label.NEEDS_REPLY)
        called += calls
        met += calls if reading.comment_id in answered else 0.0
    return met / called if called else 1.0
