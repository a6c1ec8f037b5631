"""How well two readers agree who labelled the same threads apart: Krippendorff's alpha."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import krippendorff

from nlp.corpus.folder import Corpus
from nlp.corpus.records import (
    LabelledComment,
    LabelledReply,
    LabelRecord,
    Mark,
    Placed,
    ReplyMark,
)
from nlp.vocabulary import Label, Sentiment

Level = Literal["nominal", "ordinal"]

_SENTIMENTS = {sentiment: number for number, sentiment in enumerate(Sentiment)}
_RATINGS = ("answers", "next_step", "tone", "clarity", "grade")
_ITEMS = (
    *("civility", "reasoning", "reciprocity"),
    *("relevance", "constructiveness", "presence"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far two readers said the same of one thing."""

    what: str
    n: int
    """Things that both have judged."""
    same: float
    """Share of them on which they said the same."""
    held: int
    """How many the first reader said it of; for ratings, how many were rated."""
    alpha: float | None
    """None where both said the same of everything, so that there is nothing to explain."""


def agreement(corpus: Corpus) -> list[Agreement]:
    """Of each label, mark, rating and item: alpha between the two readers, before settling."""
    return [*_comments(corpus), *_replies(corpus), *_discussions(corpus)]


def _comments(corpus: Corpus) -> Iterator[Agreement]:
    both = _both(corpus, lambda record: {each.id: each for each in record.comments})
    for label in Label:
        yield _binary(label, [(label in one.labels, label in two.labels) for one, two in both])
    for mark in Mark:
        yield _binary(mark, [(mark in one.marks, mark in two.marks) for one, two in both])
    pairs = [(_SENTIMENTS[one.sentiment], _SENTIMENTS[two.sentiment]) for one, two in both]
    yield _compare("sentiment", pairs, "ordinal", held=len(pairs))


def _replies(corpus: Corpus) -> Iterator[Agreement]:
    both = [
        pair
        for pair in _both(corpus, lambda record: {each.id: each for each in record.replies})
        if pair[0].grade is not None and pair[1].grade is not None
    ]
    for rating in _RATINGS:
        pairs = [(int(getattr(one, rating)), int(getattr(two, rating))) for one, two in both]
        yield _compare(rating, pairs, "ordinal", held=len(pairs))
    yield _binary(
        "acknowledgement_only",
        [(one.acknowledgement_only, two.acknowledgement_only) for one, two in both],
    )
    for mark in ReplyMark:
        yield _binary(mark, [(mark in one.marks, mark in two.marks) for one, two in both])
    kinds = [
        (one.follow_up[name], two.follow_up[name])
        for one, two in both
        for name in one.follow_up.keys() & two.follow_up.keys()
    ]
    codes = {
        kind: number for number, kind in enumerate(sorted({k for pair in kinds for k in pair}))
    }
    yield _compare(
        "follow_up", [(codes[one], codes[two]) for one, two in kinds], "nominal", held=len(kinds)
    )


def _discussions(corpus: Corpus) -> Iterator[Agreement]:
    both = [
        (one.discussion, two.discussion)
        for one, two in _records(corpus)
        if one.discussion is not None and two.discussion is not None
    ]
    for item in _ITEMS:
        pairs = [(int(getattr(one, item)), int(getattr(two, item))) for one, two in both]
        yield _compare(item, pairs, "ordinal", held=len(pairs))


def _records(corpus: Corpus) -> Iterator[tuple[LabelRecord, LabelRecord]]:
    by_post: Mapping[str, Placed[LabelRecord]] = {
        placed.record.post: placed for placed in corpus.second
    }
    for placed in corpus.first:
        other = by_post.get(placed.record.post)
        if other is not None:
            yield placed.record, other.record


Judged = TypeVar("Judged", LabelledComment, LabelledReply)


def _both(
    corpus: Corpus, judged: Callable[[LabelRecord], Mapping[str, Judged]]
) -> list[tuple[Judged, Judged]]:
    return [
        (one, theirs[name])
        for first, second in _records(corpus)
        for theirs in [judged(second)]
        for name, one in judged(first).items()
        if name in theirs
    ]


def _binary(what: str, pairs: Sequence[tuple[bool, bool]]) -> Agreement:
    numbers = [(int(one), int(two)) for one, two in pairs]
    return _compare(what, numbers, "nominal", held=sum(one for one, _ in numbers))


def _compare(what: str, pairs: Sequence[tuple[int, int]], level: Level, *, held: int) -> Agreement:
    same = sum(one == two for one, two in pairs) / len(pairs) if pairs else 0.0
    values = {value for pair in pairs for value in pair}
    alpha = (
        float(
            krippendorff.alpha(
                reliability_data=list(zip(*pairs, strict=True)), level_of_measurement=level
            )
        )
        if len(values) > 1
        else None
    )
    return Agreement(what=what, n=len(pairs), same=same, held=held, alpha=alpha)
