"""What one line of each corpus file holds, and how a line that does not fit is named.

threads/*.jsonl hold the exchange format, one thread a line; labels/*.jsonl say what one reader saw
in a thread; second/*.jsonl what another reader saw, apart; pairs.jsonl holds minimal pairs. A
labelling and its thread have the post's id in common.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nlp import artefacts
from nlp.vocabulary import Channel, FollowUp, Label, Sentiment, WellAnswered


class Mark(StrEnum):
    """Own marks of a comment, beside the guide's labels: what makes it hard to read."""

    IRONIC = "ironic"
    RHETORICAL = "rhetorical"
    INDIRECT = "indirect"


class ReplyMark(StrEnum):
    """Own marks of a reply, beside the guide's ratings: how it misses."""

    OPEN_QUESTION = "open_question"
    """The comment asked several things and one is left open."""
    WRONG_POINT = "wrong_point"
    """It answers another point than the one that was raised."""


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class CommentRecord(_Line):
    """One comment or reply as written."""

    id: str
    parent_id: str | None
    author: str
    """Pen name within the thread; a1, a2 … for citizens, org for the organisation."""
    from_organisation: bool
    created: datetime
    text: Annotated[str, Field(min_length=1, repr=False)]
    likes: int | None = None


class PostRecord(_Line):
    """What the organisation published."""

    id: str
    text: Annotated[str, Field(repr=False)]
    published: datetime
    permalink: str | None = None
    metrics: dict[str, int | None] = {}


class ThreadRecord(_Line):
    """One post and all that was written under it, in time order."""

    version: Literal[1]
    channel: Channel
    account: str
    kind: str = ""
    """Kind of account, an English slug."""
    post: PostRecord
    comments: tuple[CommentRecord, ...]

    @property
    def name(self) -> str:
        """The post's id, by which labels find their thread."""
        return self.post.id

    @property
    def citizens(self) -> tuple[CommentRecord, ...]:
        """The comments that are not the organisation's own."""
        return tuple(comment for comment in self.comments if not comment.from_organisation)


class EvidenceRecord(_Line):
    """The half-open span of the comment's text that carries a label."""

    label: Label
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=1)]


class LabelledComment(_Line):
    """What one reader said of one citizen comment."""

    id: str
    labels: frozenset[Label]
    marks: frozenset[Mark] = frozenset()
    sentiment: Sentiment
    evidence: tuple[EvidenceRecord, ...] = ()


_Rating = Annotated[int, Field(ge=0, le=2)]


class LabelledReply(_Line):
    """What one reader said of one reply; no ratings when it answers nobody."""

    id: str
    to: tuple[str, ...]
    """Ids of the comments that it answers."""
    answers: _Rating | None = None
    next_step: _Rating | None = None
    tone: _Rating | None = None
    clarity: _Rating | None = None
    grade: Annotated[int, Field(ge=1, le=5)] | None = None
    acknowledgement_only: bool = False
    well_answered: WellAnswered | None = None
    marks: frozenset[ReplyMark] = frozenset()
    follow_up: dict[str, FollowUp] = {}
    """By answered comment: what its writer did next."""


_Item = Annotated[int, Field(ge=0, le=4)]


class LabelledDiscussion(_Line):
    """What one reader said of a thread as a whole."""

    civility: _Item
    reasoning: _Item
    reciprocity: _Item
    relevance: _Item
    constructiveness: _Item
    presence: _Item


class LabelRecord(_Line):
    """All that one reader said of one thread."""

    post: str
    comments: tuple[LabelledComment, ...]
    replies: tuple[LabelledReply, ...] = ()
    discussion: LabelledDiscussion | None = None
    seen_by_rules: bool = False
    """The lexicons and rules were written with this thread in sight: no test of them."""


class PairMember(_Line):
    """One half of a minimal pair: a comment, or a comment and the reply to it."""

    text: Annotated[str, Field(min_length=1, repr=False)]
    reply: Annotated[str | None, Field(repr=False)] = None
    labels: frozenset[Label] | None = None
    sentiment: Sentiment | None = None
    ironic: bool | None = None
    answers: _Rating | None = None


class PairRecord(_Line):
    """Two texts that differ in little but in what they mean; for testing, never for training."""

    id: str
    contrast: str
    """What tells the two apart, e.g. question-complaint, sincere-ironic, answered-missed."""
    post: Annotated[str, Field(repr=False)]
    members: Annotated[tuple[PairMember, ...], Field(min_length=2, max_length=2)]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something wrong in the corpus: where, and in Swedish what; never a comment's text."""

    file: str
    line: int
    """From one; 0 where the fault is of the file or folder as a whole."""
    said: str


Record = TypeVar("Record", bound=_Line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed(Generic[Record]):
    """A record with the file and line that it was read from."""

    file: str
    line: int
    record: Record

    def fault(self, said: str) -> Fault:
        """A fault of this line."""
        return Fault(self.file, self.line, said)


_SAID: Final = {
    "missing": "saknas",
    "extra_forbidden": "är ett okänt fält",
    "enum": "har ett okänt värde",
    "literal_error": "har ett okänt värde",
    "greater_than_equal": "är för litet",
    "less_than_equal": "är för stort",
    "too_short": "har för få delar",
    "too_long": "har för många delar",
    "string_too_short": "är tomt",
}


def read(path: Path, kind: type[Record]) -> Iterator[Placed[Record] | Fault]:
    """Each line of a file as a record, or as the faults that it has.

    Args:
        path: A UTF-8 file with one JSON object a line.
        kind: What a line shall hold.

    Raises:
        ArtefactError: The file cannot be read.
    """
    for number, line in enumerate(artefacts.read_lines(path), start=1):
        if not line.strip():
            continue
        try:
            told: Any = json.loads(line)
        except json.JSONDecodeError as error:
            yield Fault(path.name, number, f"raden är inte JSON (tecken {error.pos + 1})")
            continue
        try:
            yield Placed(file=path.name, line=number, record=kind.model_validate(told))
        except ValidationError as error:
            for problem in error.errors(include_input=False, include_url=False):
                place = ".".join(str(part) for part in problem["loc"]) or "raden"
                said = _SAID.get(problem["type"], "har fel typ eller värde")
                yield Fault(path.name, number, f"{place} {said}")
