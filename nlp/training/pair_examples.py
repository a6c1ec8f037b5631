"""What the reader of pairs is taught: replies as they were rated, reactions, and what fits.

From the corpus come comments with their replies, and replies with what the writer said next. A
comment beside a reply to somebody else, and a question beside another passage of the same text of
an authority, teach what it is not to be answered.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

import numpy as np
import numpy.typing as npt

from nlp.corpus.folder import Corpus
from nlp.corpus.outside import OutsideQuestion
from nlp.corpus.records import (
    ContrastedReply,
    LabelledReply,
    MattersRecord,
    QuestionRecord,
    ReplyContrastRecord,
    ThreadRecord,
)
from nlp.corpus.splits import Split
from nlp.names import NameFinder
from nlp.phrases import Phrases
from nlp.readers.pair import DIMENSIONS, FOLLOW_UPS, GRADES, STEPS, PairInput, Span
from nlp.scoring.courtesy import cues, take_apart
from nlp.scoring.follow_up import said_next
from nlp.tagger import sentences
from nlp.threads import root_of
from nlp.training.corpus import as_read, moved, thread_as_read
from nlp.training.examples import UNKNOWN
from nlp.vocabulary import Channel, Comment, CommentId, FollowUp

OWN_ACCOUNT: Final = 0.6
"""Share of the wrong replies that come from the same account: those are the hardest to tell."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairExample:
    """Two texts and what is known of them; UNKNOWN teaches nothing."""

    pair: PairInput
    split: Split
    ratings: Floats = field(default_factory=lambda: np.full(STEPS, UNKNOWN, dtype=np.float32))
    """Whether each step is reached, shape (STEPS,)."""
    fits: float = UNKNOWN
    """Whether the second text speaks to the first."""
    follow_up: int = -1
    """Column of FOLLOW_UPS, or -1."""
    levels: Floats = field(default_factory=lambda: np.zeros((0, 2), dtype=np.float32))
    """Whether each part is touched, and met; shape (parts, 2)."""
    carries: Floats = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))
    """Whether each passage carries what meets each part; shape (parts, passages)."""
    reply: str = ""
    """Id of the reply; several comments may have one in common."""
    account: str = ""
    gold: LabelledReply | None = field(default=None, repr=False)
    """All that was said of the reply, to measure by."""


def of_corpus(corpus: Corpus, *, names: NameFinder | None, tools: Phrases) -> list[PairExample]:
    """Every rated reply beside each comment that it answers, and beside what was said next."""
    threads = {placed.record.name: placed.record for placed in corpus.threads}
    matters = {(placed.record.reply, placed.record.to): placed.record for placed in corpus.matters}
    return [
        example
        for placed in corpus.labels
        for example in _of_thread(
            threads[placed.record.post],
            placed.record.replies,
            corpus.splits[placed.record.post],
            matters,
            names,
            tools,
        )
    ]


def of_contrasts(
    contrasts: Iterable[ReplyContrastRecord], *, names: NameFinder | None, tools: Phrases
) -> Iterator[PairExample]:
    """Comments beside replies that differ in little but in how well they answer.

    Which questions are met is known; where, and whether an open one was touched, is not.
    """
    for contrast in contrasts:
        comment, *said = as_read(
            [contrast.comment, *(reply.text for reply in contrast.replies)],
            channel=Channel.OTHER,
            names=names,
        )
        parts = [_found(comment, question) for question in contrast.questions]
        for reply, text in zip(contrast.replies, said, strict=True):
            passages = tuple(sentences(text))
            known = [place for place, part in enumerate(parts) if part is not None]
            yield PairExample(
                pair=PairInput(
                    comment,
                    text,
                    tuple(part for part in parts if part is not None),
                    passages,
                    cues(take_apart(text, tools)),
                ),
                split=Split.TRAIN,
                ratings=_steps(reply),
                fits=float(bool(reply.answers)) or UNKNOWN,
                levels=np.array(
                    [(UNKNOWN, 0.0) if place in reply.open else (1.0, 1.0) for place in known],
                    dtype=np.float32,
                ).reshape(-1, 2),
                carries=np.full((len(known), len(passages)), UNKNOWN, dtype=np.float32),
                reply=f"{contrast.id}/{len(text)}",
                account=contrast.id,
            )


def _found(comment: str, question: str) -> Span | None:
    """Where a question stands; None if masking has changed its words."""
    start = comment.find(question)
    return None if start < 0 else (start, start + len(question))


def of_authorities(records: Iterable[QuestionRecord]) -> list[OutsideQuestion]:
    """Each question with all the answers of its category, in the form that others' sets have."""
    by_category: dict[str, list[QuestionRecord]] = defaultdict(list)
    for record in records:
        by_category[record.category].append(record)
    return [
        OutsideQuestion(
            question=record.question,
            candidates=tuple(other.answer for other in ours),
            right=place,
        )
        for ours in by_category.values()
        for place, record in enumerate(ours)
    ]


def replies(examples: Iterable[PairExample]) -> list[PairExample]:
    """Those that are a comment and its reply."""
    return [one for one in examples if one.gold is not None]


def reactions(examples: Iterable[PairExample]) -> list[PairExample]:
    """Those that are a reply and what the writer said next."""
    return [one for one in examples if one.follow_up >= 0]


def mismatched(
    examples: Sequence[PairExample], count: int, random: Random
) -> Iterator[PairExample]:
    """Comments beside replies to others, mostly of the same account.

    Args:
        examples: Comments with their own replies.
        count: How many to make.
        random: Which.
    """
    answered: dict[str, set[str]] = defaultdict(set)
    by_account: dict[str, list[PairExample]] = defaultdict(list)
    for one in examples:
        answered[one.reply].add(one.pair.first)
        by_account[one.account].append(one)
    made = 0
    for _ in range(20 * count):  # of a corpus with one reply there is nothing to make
        if made == count:
            return
        asked = random.choice(examples)
        is_near = random.random() < OWN_ACCOUNT
        other = random.choice(by_account[asked.account] if is_near else examples)
        # Of a reply that answers nothing it cannot be told whom it does not answer.
        is_empty = other.gold is None or not other.gold.answers
        if asked.pair.first not in answered[other.reply] and not is_empty:
            made += 1
            yield PairExample(
                pair=PairInput(asked.pair.first, other.pair.second), split=Split.TRAIN, fits=0.0
            )


def of_questions(
    questions: Sequence[OutsideQuestion], count: int, random: Random
) -> Iterator[PairExample]:
    """Some questions, each beside what answers it and beside a passage that does not."""
    for one in random.sample(questions, min(count, len(questions))):
        others = [text for place, text in enumerate(one.candidates) if place != one.right]
        told = [(one.candidates[one.right], 1.0)]
        if others:
            told.append((random.choice(others), 0.0))
        for text, fits in told:
            yield PairExample(pair=PairInput(one.question, text), split=Split.TRAIN, fits=fits)


def checksum(examples: Iterable[PairExample]) -> str:
    """SHA-256 in hex of all that is taught, in order."""
    digest = hashlib.sha256()
    for one in examples:
        told = (
            *(one.pair.first, one.pair.second, one.pair.parts, one.pair.passages, one.pair.cues),
            *(one.ratings.tolist(), one.fits, one.follow_up),
            *(one.levels.tolist(), one.carries.tolist()),
        )
        digest.update(repr(told).encode("utf-8") + b"\0")
    return digest.hexdigest()


def _of_thread(
    thread: ThreadRecord,
    labelled: Sequence[LabelledReply],
    split: Split,
    matters: Mapping[tuple[str, str], MattersRecord],
    names: NameFinder | None,
    tools: Phrases,
) -> Iterator[PairExample]:
    said, edited = thread_as_read(thread, names)
    comments: Mapping[str, Comment] = {comment.id: comment for comment in said.comments}
    roots = root_of(said)
    for gold in labelled:
        if gold.grade is None:
            continue
        reply = comments[gold.id]
        passages = tuple(sentences(reply.text))
        told = cues(take_apart(reply.text, tools))
        answers = {CommentId(target): reply.id for target in gold.to}
        later = said_next(said, answers, roots=roots)
        for target in gold.to:
            met = matters.get((gold.id, target))
            parts, levels, carries = [], [], []
            for matter in () if met is None else met.matters:
                part = moved(edited[target], matter.start, matter.end)
                if part is not None:
                    rests_on = [moved(edited[gold.id], *passage) for passage in matter.passages]
                    parts.append(part)
                    levels.append([matter.level >= 1, matter.level >= 2])
                    carries.append([_meets(passage, rests_on) for passage in passages])
            yield PairExample(
                pair=PairInput(comments[target].text, reply.text, tuple(parts), passages, told),
                split=split,
                ratings=_steps(gold),
                fits=float(bool(gold.answers)) or UNKNOWN,
                levels=np.array(levels, dtype=np.float32).reshape(-1, 2),
                carries=np.array(carries, dtype=np.float32).reshape(len(parts), len(passages)),
                reply=gold.id,
                account=thread.account,
                gold=gold,
            )
            kind = gold.follow_up.get(target, FollowUp.NONE)
            if kind in FOLLOW_UPS and CommentId(target) in later:
                yield PairExample(
                    pair=PairInput(reply.text, later[CommentId(target)].text),
                    split=split,
                    follow_up=FOLLOW_UPS.index(kind),
                    reply=gold.id,
                    account=thread.account,
                )


def _steps(gold: LabelledReply | ContrastedReply) -> Floats:
    rated = [getattr(gold, dimension) for dimension in DIMENSIONS]
    grade = gold.grade or 1
    told = [
        *(rating >= step for rating in rated for step in (1, 2)),
        *(grade >= step for step in GRADES),
        gold.acknowledgement_only if isinstance(gold, LabelledReply) else UNKNOWN,
    ]
    return np.array(told, dtype=np.float32)


def _meets(passage: Span, rests_on: Iterable[Span | None]) -> bool:
    return any(one is not None and one[0] < passage[1] and passage[0] < one[1] for one in rests_on)
