"""Lets what people have said outrank what was judged, and all that follows from it follow along.

What the machine said stays beside it, so that both can be shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeVar

from nlp.readers.pair import DIMENSIONS
from nlp.reviews import AnswerReview
from nlp.scoring.discussion import ITEMS, index_of
from nlp.scoring.reply import grade, well_answered
from nlp.vocabulary import AnswerScore, DiscussionScore, MatterScore, Rated, ReplyScore

R = TypeVar("R", bound=Rated)

RATINGS: Final = (*DIMENSIONS, "grade")
"""What people rate of a reply, or of all replies to a comment together."""


def correct_rating(score: R, said: Mapping[str, float]) -> R:
    """The rating with what people have said in it.

    Where a dimension is said and the grade is not, the grade follows from the dimensions; the
    verdict always does.

    Args:
        score: As the machine judged.
        said: By name, of `RATINGS`.
    """
    if not said:
        return score
    machine = {name: float(getattr(score, name)) for name in said if name not in score.machine}
    steps = {name: int(said.get(name, getattr(score, name))) for name in DIMENSIONS}
    whole = float(said.get("grade", score.grade))
    if "grade" not in said:
        whole = grade(**steps)
        machine["grade"] = score.machine.get("grade", score.grade)
    return replace(
        score,
        **steps,
        grade=whole,
        well_answered=well_answered(**steps),
        machine={**score.machine, **machine},
    )


def correct_receipt(machine: ReplyScore, said: ReplyScore) -> ReplyScore:
    """The score of a reply of which people have said whether it is a mere receipt.

    Args:
        machine: As it is judged by what the machine took it for.
        said: As it is judged by what people have said.
    """
    moved = [name for name in RATINGS if getattr(machine, name) != getattr(said, name)]
    told = {name: float(getattr(machine, name)) for name in ("acknowledgement_only", *moved)}
    return replace(said, machine=told)


def correct_answer(
    score: AnswerScore, said: AnswerReview, of_reply: Mapping[str, float]
) -> AnswerScore:
    """How well a comment was answered, with what people have said in it.

    A level that is said tells whether the reply answers, unless that is said too: 2 where all is
    met, 0 where nothing is, else 1 (guide, section 4).

    Args:
        score: As the machine judged.
        said: Of these replies together; of others it does not count.
        of_reply: What is said of the one reply, where there is one and it answers nobody else.
    """
    holds = said.of == score.reply_ids
    ratings = {**of_reply, **(said.ratings if holds else {})}
    levels = said.levels if holds else {}
    matters = tuple(_matter(one, levels.get((one.start, one.end))) for one in score.matters)
    if any(one.machine is not None for one in matters):
        met = {one.level for one in matters}
        ratings.setdefault("answers", met.pop() if len(met) == 1 else 1)
    return replace(correct_rating(score, ratings), matters=matters)


def _matter(one: MatterScore, said: int | None) -> MatterScore:
    return one if said is None else replace(one, level=said, machine=one.level)


def as_its_answer(score: ReplyScore, answer: AnswerScore) -> ReplyScore:
    """The score of a reply that alone answers one comment alone: what is said of one is of both."""
    if not answer.machine:
        return score
    return replace(
        score,
        **{name: getattr(answer, name) for name in (*RATINGS, "well_answered")},
        machine={
            **{name: float(getattr(score, name)) for name in answer.machine},
            **score.machine,
        },
    )


def correct_discussion(score: DiscussionScore, said: Mapping[str, float]) -> DiscussionScore:
    """The discussion with what people have said of its items; the index follows.

    Args:
        score: As the machine judged.
        said: By item, 0–4.
    """
    if not said:
        return score
    items = {name: float(said.get(name, getattr(score, name))) for name in ITEMS}
    machine = {name: float(getattr(score, name)) for name in said}
    return DiscussionScore(
        **items, index=index_of(items), machine={**machine, "index": score.index}
    )
