"""How well replies met the comments that they answer, by section 4 of the guide.

A reader of pairs rates them where there is one, else plain rules; what is exact, such as links,
receipts and signatures, is found by rules in any case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypedDict

import numpy as np
from spacy.language import Language

from nlp.lexicon import Lexicon
from nlp.phrases import Phrases
from nlp.readers.pair import DIMENSIONS, GRADES, FloatArray, PairAnswer, PairInput, Span
from nlp.scoring import courtesy, matters
from nlp.scoring.courtesy import ReplyParts
from nlp.scoring.matters import Answer, Matter
from nlp.scoring.readability import lix, words_by_sentence
from nlp.tagger import EMOJI, sentences
from nlp.vocabulary import (
    AnswerScore,
    Comment,
    CommentId,
    MatterScore,
    Passage,
    Post,
    ReplyScore,
    WellAnswered,
)

LEXICONS: Final = (
    *courtesy.LEXICONS, *matters.LEXICONS, "automatic", "blame", "jargon", "understanding",
)  # fmt: skip
"""The files in models/lexicons/sv that these rules read."""

REACHED: Final = 0.5
"""Probability from which a step is taken to be reached, and a passage to carry an answer."""

WEIGHTS: Final[Mapping[str, float]] = {"answers": 0.6, "next_step": 0.2, "tone": 0.2}
"""Share of each dimension in the grade: whether the matter was met outweighs all the rest."""

UNCLEAR: Final = 0.3
"""Grade lost for each step of clarity: plain language is expected, not rewarded."""

GRADE_UNANSWERED: Final = 2.0
"""Highest grade of a reply that passes the matter by: no tone makes up for that."""

GRADE_RUDE: Final = 2.5
"""Highest grade of a reply that is curt, blaming or mocking: raters give a bare "Nej." 2."""

CURT_WORDS: Final = 5
BARE_WORDS: Final = 2
"""A reply of so few words and hardly a kind one is curt: "Hej! Ansök via vår hemsida."; of a full
answer only the barest is: "Nej."."""

LONG_SENTENCE: Final = 30
MUDDLED_SENTENCE: Final = 45
"""Words in a sentence that takes effort, and in one that loses the reader (klarspråk advises
twenty at most)."""

HARD_LIX: Final = 50.0
BUREAUCRATIC_LIX: Final = 60.0
"""LIX from which a text is hard, and from which it is official prose."""

_WILLING: Final = re.compile(
    r"\s*(?:ja|jajamän|absolut|gärna|självklart|visst|javisst|yes)\b", re.I
)
_EMOJI: Final = re.compile(f"[{EMOJI}]")


def reply_phrases(lexicons: Mapping[str, Lexicon], tagger: Language) -> Phrases:
    """The `tools` that scoring works with; ArtefactError if one of `LEXICONS` is missing."""
    return Phrases(lexicons, tagger, names=LEXICONS)


class Said:
    """What a reply says, or several together; taken apart once, for an update answers thousands."""

    def __init__(self, text: str, post: Post, tools: Phrases) -> None:
        """Take it apart.

        Args:
            text: The reply, or several by `joined`.
            post: What it stands under.
            tools: The phrases, by `reply_phrases`.
        """
        self.parts = courtesy.take_apart(text, tools)
        self.is_receipt = courtesy.is_acknowledgement(self.parts)
        """It only says that something was received or that somebody will come back."""
        self.is_automatic = self.parts.has("automatic")
        """It says that a machine wrote it. It stops no clock and is no answer."""
        self.passages = tuple(sentences(text))
        self._answer = Answer(self.parts, post.text)

    @cached_property
    def cues(self) -> tuple[float, ...]:
        """What a reader of pairs is told of it beside its words; rules alone never ask."""
        return courtesy.cues(self.parts)

    def meets(self, matter: Matter) -> int:
        """How far it meets a matter by rules: 0 passes it by, 1 touches it, 2 meets it."""
        return self._answer.meets(matter)


@dataclass(frozen=True, slots=True)
class Asked:
    """A comment that is answered, and what the two say read together."""

    comment: Comment
    matters: Sequence[Matter]
    """What it wants met, by `matters`; nothing where it called for nothing."""
    read: PairAnswer | None = None
    """What a reader of pairs says of `pair_of` these; None where rules alone judge."""


def pair_of(comment: Comment, wanted: Sequence[Matter], said: Said) -> PairInput:
    """What a reader of pairs is given: both texts, what the one wants met, the other's sentences.

    Args:
        comment: What is answered.
        wanted: What it wants met, by `matters`.
        said: What is answered to it.
    """
    return PairInput(comment.text, said.parts.text, _places(wanted), said.passages, said.cues)


def joined(replies: Iterable[Comment]) -> str:
    """The text of several replies as one."""
    return "\n".join(reply.text for reply in replies)


def score_reply(
    asked: Sequence[Asked], reply_id: CommentId, said: Said, *, receipt: bool
) -> ReplyScore:
    """Rate one reply against the comments that it answers, knowing only the thread.

    Where a reader of pairs has read them the ratings are its, the mean over the comments; what the
    score rests on, rules find.

    Args:
        asked: Those comments, at least one.
        reply_id: The organisation's comment.
        said: What it says.
        receipt: Whether it counts as a mere receipt, as `is_receipt` tells or a person.
    """
    is_open = any((receipt and one.matters) or 0 in _levels(one, said) for one in asked)
    return ReplyScore(
        reply_id=reply_id,
        acknowledgement_only=receipt,
        reasons=tuple(_reasons(said, receipt=receipt, is_open=is_open)),
        **_rate(asked, said, receipt=receipt),
    )


def score_answer(asked: Asked, replies: Sequence[Comment], said: Said) -> AnswerScore:
    """Rate all that one comment got for an answer: what one reply leaves open another may meet.

    Args:
        asked: The comment.
        replies: The replies to it, in the order that they came: no receipts, no machines.
        said: What they say together, of the text that `joined` makes of them.
    """
    return AnswerScore(
        comment_id=asked.comment.id,
        reply_ids=tuple(reply.id for reply in replies),
        matters=tuple(_met(asked, replies, said)),
        **_rate([asked], said, receipt=False),
    )


def is_receipt(read: Iterable[PairAnswer | None], said: Said) -> bool:
    """Whether a reply is a mere receipt, to the rules or to a reader of pairs.

    Args:
        read: What that says of the reply beside each comment that it answers.
        said: What the reply says.
    """
    told = [one.ratings[-1] for one in read if one is not None]
    return said.is_receipt or (bool(told) and float(np.mean(told)) >= REACHED)


class _Rated(TypedDict):
    answers: int
    next_step: int
    tone: int
    clarity: int
    grade: float
    well_answered: WellAnswered


def _rate(asked: Sequence[Asked], said: Said, *, receipt: bool) -> _Rated:
    if read := [one.read for one in asked if one.read is not None]:
        steps = np.mean([one.ratings for one in read], axis=0)
        ratings, whole = levels_of(steps), grade_of(steps)
    else:
        levels = {said.meets(matter) for one in asked for matter in one.matters}
        ratings = _by_rules(levels, said.parts, receipt=receipt)
        whole = grade(**ratings)
    if receipt and ratings["answers"]:
        # guide, section 4: it counts as no answer
        ratings, whole = {**ratings, "answers": 0}, min(whole, GRADE_UNANSWERED)
    return _Rated(
        answers=ratings["answers"],
        next_step=ratings["next_step"],
        tone=ratings["tone"],
        clarity=ratings["clarity"],
        grade=whole,
        well_answered=well_answered(**ratings),
    )


def levels_of(steps: FloatArray) -> dict[str, int]:
    """The dimensions, 0–2, by what a reader of pairs says of reaching each step, shape (STEPS,)."""
    reached = steps >= REACHED
    return {name: int(reached[2 * k : 2 * k + 2].sum()) for k, name in enumerate(DIMENSIONS)}


def grade_of(steps: FloatArray) -> float:
    """The whole judgement, 1–5, to one decimal: what a reader of pairs expects it to be."""
    first = 2 * len(DIMENSIONS)
    return round(float(1 + steps[first : first + len(GRADES)].sum()), 1)


def _levels(asked: Asked, said: Said) -> list[int]:
    """How far each place of a comment that wants something met is met."""
    told = []
    for place, span in enumerate(_places(asked.matters)):
        level = min(said.meets(one) for one in asked.matters if (one.start, one.end) == span)
        if asked.read is not None and place < len(asked.read.levels):
            steps = asked.read.levels[place]
            if not np.isnan(steps).any():
                level = int((steps >= REACHED).sum())
        told.append(level)
    return told


def _met(asked: Asked, replies: Sequence[Comment], said: Said) -> Iterator[MatterScore]:
    """Each place of a comment that wants something met, once; what it asks goes first."""
    labels = {(one.start, one.end): one.label for one in reversed(asked.matters)}
    for place, ((start, end), level) in enumerate(
        zip(_places(asked.matters), _levels(asked, said), strict=True)
    ):
        said_of: FloatArray | None = None
        if asked.read is not None and place < len(asked.read.carries):
            said_of = asked.read.carries[place]
        rests_on = _resting(said_of) if level and said_of is not None else []
        yield MatterScore(
            label=labels[start, end],
            start=start,
            end=end,
            level=level,
            passages=tuple(_in_its_reply(said.passages[one], replies) for one in rests_on),
        )


def _in_its_reply(passage: Span, replies: Sequence[Comment]) -> Passage:
    """Where a place in the text of several replies stands in the reply that it begins in."""
    start, end = passage
    for reply in replies[:-1]:
        length = len(reply.text) + 1
        if start < length:
            return Passage(reply.id, start, min(end, length - 1))
        start, end = start - length, end - length
    return Passage(replies[-1].id, start, end)


def _resting(carries: FloatArray) -> list[int]:
    """The passages that carry an answer, or else the likeliest."""
    if not len(carries):
        return []
    past = np.flatnonzero(carries >= REACHED)
    return past.tolist() if len(past) else [int(carries.argmax())]


def _places(wanted: Sequence[Matter]) -> tuple[Span, ...]:
    return tuple(dict.fromkeys((matter.start, matter.end) for matter in wanted))


def well_answered(*, answers: int, next_step: int, tone: int, clarity: int) -> WellAnswered:
    """The guide's verdict from the four dimensions, each 0–2."""
    if answers == 0 or tone == 0:
        return WellAnswered.NO
    if answers == 2 and next_step > 0 and clarity > 0:
        return WellAnswered.YES
    return WellAnswered.PARTLY


def grade(*, answers: int, next_step: int, tone: int, clarity: int) -> float:
    """The whole judgement, 1–5, to one decimal.

    1 + 4 · (0.6 · answers + 0.2 · next_step + 0.2 · tone) / 2 − 0.3 · (2 − clarity), and at most
    `GRADE_UNANSWERED` where answers is 0 and `GRADE_RUDE` where tone is 0.
    """
    points = {"answers": answers, "next_step": next_step, "tone": tone}
    whole = 1 + 4 * sum(WEIGHTS[name] * value / 2 for name, value in points.items())
    whole -= UNCLEAR * (2 - clarity)
    if answers == 0:
        whole = min(whole, GRADE_UNANSWERED)
    if tone == 0:
        whole = min(whole, GRADE_RUDE)
    return round(max(1.0, whole), 1)


def _by_rules(levels: Set[int], parts: ReplyParts, *, receipt: bool) -> dict[str, int]:
    answers = _answers(levels, parts, receipt=receipt)
    return {
        "answers": answers,
        "next_step": _next_step(answers, parts, needed=bool(levels)),
        "tone": _tone(parts, answers),
        "clarity": _clarity(parts),
    }


def _answers(levels: Set[int], parts: ReplyParts, *, receipt: bool) -> int:
    if receipt:
        return 0
    if not levels:  # nothing was called for; a kind word meets it
        return 2 if parts.substance or parts.has("thanks") or parts.has("understanding") else 1
    return min(levels) if len(levels) == 1 else 1


def _next_step(answers: int, parts: ReplyParts, *, needed: bool) -> int:
    """An exact way on, a general pointer, or nothing; full marks where none is needed."""
    if parts.is_exact or (parts.states("contact") and answers > 0):
        return 2
    if answers == 2 or not needed:
        return 2
    # guide, ruling 12: an answer that leaves something open creates the need; "vi återkommer"
    # with no time is nothing to expect
    if parts.has("acknowledgement") and parts.has("time"):
        return 2
    return 1 if parts.has("pointer") or (answers == 1 and parts.states("time")) else 0


def _tone(parts: ReplyParts, answers: int) -> int:
    """Curt by blame or a few bare words; personal by two kind signs, or one in a full answer."""
    words = sum(map(len, words_by_sentence(parts.text)))
    kind = sum(
        (
            parts.named,
            parts.signed,
            parts.has("greeting") and not parts.named,
            parts.has("thanks"),
            parts.has("regret"),
            parts.has("understanding"),
            _WILLING.match(parts.said) is not None,
            _EMOJI.search(parts.text) is not None,
        )
    )
    blame = sum(hit.weight for sentence in parts.sentences for hit in sentence.of("blame"))
    if kind < 3 and (blame >= 1 or (blame > 0 and not kind)):
        return 0
    if kind < 2 and words <= (BARE_WORDS if answers == 2 else CURT_WORDS):
        return 0
    stock = parts.has("stock") and not (parts.named and parts.signed)
    fitted = int(answers == 2)
    return 2 if kind + fitted >= 2 and kind and not stock and not blame else 1


def _clarity(parts: ReplyParts) -> int:
    longest = max(map(len, words_by_sentence(parts.text)), default=0)
    jargon = len({hit.phrase for sentence in parts.sentences for hit in sentence.of("jargon")})
    readability = lix(parts.text) or 0.0
    if longest > MUDDLED_SENTENCE or (readability >= BUREAUCRATIC_LIX and jargon >= 2):
        return 0
    hard = longest > LONG_SENTENCE or readability >= HARD_LIX or jargon >= 2
    return 1 if hard else 2


def _reasons(said: Said, *, receipt: bool, is_open: bool) -> list[str]:
    """Codes of what the score rests on, the weightiest first."""
    parts = said.parts
    codes = {
        "automatic": said.is_automatic,
        "ack_only": receipt,
        "question_sentence_unmatched": is_open,
        "blame": parts.has("blame"),
        "stock_phrase": parts.has("stock"),
        "link": courtesy.LINK.search(parts.text) is not None,
        "phone": courtesy.PHONE.search(parts.text) is not None,
        "email": courtesy.EMAIL.search(parts.text) is not None,
        "named": parts.named,
        "signed": parts.signed,
        "long_sentences": _clarity(parts) < 2,
    }
    for lexicon in ("outcome", "pointer", "back_pointer", "regret", "thanks", "understanding"):
        codes[lexicon] = parts.has(lexicon)
    return [code for code, holds in codes.items() if holds]
