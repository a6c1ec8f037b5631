"""Comments as a network is taught them: pieces, and what is known of them; what is not is masked.

Sets with some of the labels only, or with a sentiment and nothing else, teach what they know.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from nlp.clean import clean
from nlp.corpus.outside import Outside, OutsideText
from nlp.corpus.records import Mark, PairRecord
from nlp.names import NameFinder
from nlp.readers.reader import LABELS, SENTIMENTS, ReaderInput
from nlp.readers.transformer import LONGEST, Frame
from nlp.reviews import ReviewedComment
from nlp.training.corpus import LabelledComment, as_read
from nlp.vocabulary import EVIDENCE_LABELS, Channel, Label

MARKS: Final = tuple(Mark)

CONTRASTED: Final = frozenset(
    {Label.QUESTION, Label.COMPLAINT, Label.SUGGESTION, Label.PRAISE, Label.UNCIVIL}
)
"""What is said of every member of a contrast, beside its sentiment."""

UNKNOWN: Final = -1.0
"""Stands where a source does not say whether something holds."""

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One text with its context, and what is known of it."""

    input: ReaderInput = field(repr=False)
    labels: FloatArray
    """Per label 0, 1 or UNKNOWN."""
    marks: FloatArray
    """Per mark 0, 1 or UNKNOWN."""
    sentiment: int
    """Place in SENTIMENTS; -1 where it is unknown."""
    evidence: tuple[tuple[int, int, int], ...] | None
    """Place in EVIDENCE_LABELS, start and end of what carries it; None where nobody marked it."""


def of_corpus(comments: Iterable[LabelledComment]) -> list[Example]:
    """All that the corpus says."""
    return [
        Example(
            input=comment.input,
            labels=np.array([label in comment.labels for label in LABELS], dtype=np.float32),
            marks=np.array([mark in comment.marks for mark in MARKS], dtype=np.float32),
            sentiment=SENTIMENTS.index(comment.sentiment),
            evidence=tuple(
                (EVIDENCE_LABELS.index(one.label), one.start, one.end)
                for one in comment.evidence
                if one.label in EVIDENCE_LABELS
            ),
        )
        for comment in comments
    ]


def of_outside(texts: Iterable[Outside], *, names: NameFinder | None = None) -> list[Example]:
    """What an outside set itself says of its texts, masked as the service masks them."""
    said = [one for one in texts if isinstance(one, OutsideText)]
    read = as_read([one.text for one in said], channel=Channel.OTHER, names=names)
    return [
        Example(
            input=ReaderInput(text=text),
            labels=np.array(
                [float(one.labels.get(label, UNKNOWN)) for label in LABELS], dtype=np.float32
            ),
            marks=np.full(len(MARKS), UNKNOWN, dtype=np.float32),
            sentiment=-1 if one.sentiment is None else SENTIMENTS.index(one.sentiment),
            evidence=None,
        )
        for one, text in zip(said, read, strict=True)
    ]


def of_contrasts(pairs: Iterable[PairRecord], *, names: NameFinder | None = None) -> list[Example]:
    """Near neighbours on either side of a border; what they were not written for stays unknown."""
    members = [(pair, member) for pair in pairs for member in pair.members]
    read = as_read([member.text for _, member in members], channel=Channel.OTHER, names=names)
    made = []
    for (pair, member), text in zip(members, read, strict=True):
        held, post = member.labels or frozenset(), clean(member.post or pair.post).text
        made.append(
            Example(
                input=ReaderInput(text=text, post_text=post),
                labels=np.array(
                    [label in held if label in CONTRASTED else UNKNOWN for label in LABELS],
                    dtype=np.float32,
                ),
                marks=np.array(
                    [
                        float(bool(member.ironic)) if mark is Mark.IRONIC else UNKNOWN
                        for mark in MARKS
                    ],
                    dtype=np.float32,
                ),
                sentiment=-1 if member.sentiment is None else SENTIMENTS.index(member.sentiment),
                evidence=None,
            )
        )
    return made


def of_reviews(reviewed: Iterable[ReviewedComment]) -> list[Example]:
    """What people have said of comments, and nothing of what they have not."""
    return [
        Example(
            input=one.input,
            labels=np.array(
                [float(one.review.labels.get(label, UNKNOWN)) for label in LABELS], dtype=np.float32
            ),
            marks=np.full(len(MARKS), UNKNOWN, dtype=np.float32),
            sentiment=(
                -1 if one.review.sentiment is None else SENTIMENTS.index(one.review.sentiment)
            ),
            evidence=None,
        )
        for one in reviewed
    ]


def checksum(examples: Iterable[Example]) -> str:
    """SHA-256 in hex of all that is taught, in order."""
    digest = hashlib.sha256()
    for one in examples:
        given = one.input
        told = (
            *(given.text, given.post_text, given.parent_text, given.previous_text),
            *(tuple(given.standing), one.labels.tolist(), one.marks.tolist()),
            *(one.sentiment, one.evidence),
        )
        digest.update(repr(told).encode("utf-8") + b"\0")
    return digest.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """One example as numbers."""

    pieces: npt.NDArray[np.int64]
    words: FloatArray  # (len(pieces) - 2, len(EVIDENCE_LABELS)): 0, 1 or UNKNOWN
    example: Example = field(repr=False)


def in_pieces(
    example: Example,
    tokenizer: Any,  # noqa: ANN401
    frame: Frame,
    *,
    text: str | None = None,
) -> Pieces:
    """Cut a text into pieces, and say of each what it carries.

    Args:
        example: What is taught.
        tokenizer: A tokenizers.Tokenizer.
        frame: What it puts around a text.
        text: Another writing of the text, as long as the example's own.
    """
    told = tokenizer.encode(example.input.text if text is None else text, add_special_tokens=False)
    numbers, spans = told.ids[:LONGEST], told.offsets[:LONGEST]
    words = np.full((len(numbers), len(EVIDENCE_LABELS)), UNKNOWN, dtype=np.float32)
    if example.evidence is not None:
        marked = {column for column, _, _ in example.evidence}
        for column, label in enumerate(EVIDENCE_LABELS):
            # A label that holds and whose place nobody marked leaves its words unknown.
            if column in marked or example.labels[LABELS.index(label)] == 0:
                words[:, column] = 0
        for column, start, end in example.evidence:
            for place, (begin, stop) in enumerate(spans):
                if begin < end and start < stop:
                    words[place, column] = 1
    return Pieces(
        pieces=np.array([frame.start, *numbers, frame.end], dtype=np.int64),
        words=words,
        example=example,
    )


_BARE: Final = str.maketrans("åäöÅÄÖé", "aaoAAOe")


def sloppy(text: str, random: Random) -> str:
    """The text as somebody in a hurry would have written it, exactly as long.

    Lower case, dots left off the Swedish letters, no marks, two letters swapped: each now and then.
    """
    if random.random() < 0.4:
        text = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
    if random.random() < 0.25:
        text = text.translate(_BARE)
    if random.random() < 0.3:
        text = "".join(" " if sign in "?!.," else sign for sign in text)
    if random.random() < 0.4 and len(text) > 8:
        place = random.randrange(1, len(text) - 2)
        if text[place : place + 2].isalpha():
            text = f"{text[:place]}{text[place + 1]}{text[place]}{text[place + 2 :]}"
    return text


def batches(
    examples: Sequence[Example], size: int, random: Random | None = None
) -> Iterator[list[int]]:
    """Places of examples of about one length; shuffled if there is chance to shuffle by."""
    order = list(range(len(examples)))
    if random is None:
        order.sort(key=lambda place: len(examples[place].input.text))
        yield from (order[start : start + size] for start in range(0, len(order), size))
        return
    random.shuffle(order)
    made = []
    for start in range(0, len(order), size * 20):
        near = sorted(
            order[start : start + size * 20], key=lambda place: len(examples[place].input.text)
        )
        made += [near[begin : begin + size] for begin in range(0, len(near), size)]
    random.shuffle(made)
    yield from made
