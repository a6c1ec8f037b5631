"""What one line of each corpus file holds, and how a line that does not fit is named.

threads/*.jsonl hold the exchange format, one thread a line; labels/*.jsonl what was
settled of a thread; agreement/*.jsonl what two readers saw in it, apart; pairs.jsonl holds minimal
pairs; names.jsonl tells where people are named; matters.jsonl how far replies met what comments
raised. A labelling and its thread have the post's id in common. teaching/ holds what teaches and
measures nothing: contrasts.jsonl and replies.jsonl near neighbours on either side of a border,
questions.jsonl questions with the answers of their category.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Generic, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

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


_Text = Annotated[str, Field(pattern=r"\S", repr=False)]


class _Line(BaseModel):
    # Strict: else "no" would be false, 7.0 seven, and a number a time since 1970.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, strict=True)


class CommentRecord(_Line):
    """One comment or reply as written."""

    id: str
    parent_id: str | None
    author: str
    """Pen name within the thread; a1, a2 … for citizens, org for the organisation."""
    from_organisation: bool
    created: AwareDatetime
    text: _Text
    likes: int | None = None


class PostRecord(_Line):
    """What the organisation published."""

    id: str
    text: Annotated[str, Field(repr=False)]
    published: AwareDatetime
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


class PairMember(_Line):
    """One half of a minimal pair: a comment, or a comment and the reply to it."""

    text: _Text
    post: Annotated[str | None, Field(repr=False)] = None
    """Where it stands, if elsewhere than the other half."""
    reply: Annotated[str | None, Field(repr=False)] = None
    labels: frozenset[Label] | None = None
    sentiment: Sentiment | None = None
    ironic: bool | None = None
    answers: _Rating | None = None


class PairRecord(_Line):
    """Two texts that differ in little but in what they mean."""

    id: str
    contrast: str
    """What tells the two apart, e.g. question-complaint, sincere-ironic, answered-missed."""
    post: Annotated[str, Field(repr=False)]
    members: Annotated[tuple[PairMember, ...], Field(min_length=2, max_length=2)]


class ContrastedReply(_Line):
    """One of several replies that somebody might have got, and how it was rated."""

    text: _Text
    answers: _Rating
    next_step: _Rating
    tone: _Rating
    clarity: _Rating
    grade: Annotated[int, Field(ge=1, le=5)]
    open: tuple[int, ...] = ()
    """Places of the questions that it leaves unanswered."""


class ReplyContrastRecord(_Line):
    """One comment, and replies that differ in little but in how well they answer it."""

    id: str
    post: Annotated[str, Field(repr=False)]
    comment: _Text
    questions: Annotated[
        tuple[Annotated[str, Field(pattern=r"\S")], ...], Field(min_length=1, repr=False)
    ]
    """Stretches of the comment, in its own words."""
    replies: Annotated[tuple[ContrastedReply, ...], Field(min_length=2)]


class QuestionRecord(_Line):
    """A question to an authority and its answer, among others that are nearly about the same."""

    id: str
    category: str
    question: _Text
    answer: _Text


class MetMatter(_Line):
    """One thing that a comment raised, and how far a reply met it."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=1)]
    """Half-open span of the comment's text that raises it: a piece of its evidence."""
    level: _Rating
    """0 passed by, 1 touched, 2 met on its substance."""
    passages: tuple[tuple[int, int], ...] = ()
    """Half-open spans of the reply's text that the judgement rests on; none where passed by."""


class MattersRecord(_Line):
    """What one reader said of how far a reply met each matter of a comment that it answers."""

    reply: str
    to: str
    matters: tuple[MetMatter, ...]
    doubtful: bool = False
    """The reader was in doubt."""


class NamesRecord(_Line):
    """Where the names of people stand in one comment or reply, as its writer wrote it."""

    id: str
    names: tuple[tuple[int, int], ...]
    """Half-open spans, in order and apart; none in a comment that was read and names nobody."""


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
    "string_pattern_mismatch": "är tomt",
    "timezone_aware": "saknar tidszon",
}


def read(folder: Path, file: str, kind: type[Record]) -> Iterator[Placed[Record] | Fault]:
    """Each line of a file as a record, or as the faults that it has.

    Args:
        folder: The corpus.
        file: A UTF-8 file with one JSON object a line, by its path in the folder: threads and
            their labels have files of the same name.
        kind: What a line shall hold.

    Raises:
        ArtefactError: The file cannot be read.
    """
    content = artefacts.read_bytes(folder / file)
    if not content.strip():
        yield Fault(file, 1, "filen är tom")
    # As bytes: a line in another encoding is a fault of that line, not of the whole file.
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            yield Placed(file=file, line=number, record=kind.model_validate_json(line))
        except ValidationError as error:
            for problem in error.errors(include_input=False, include_url=False):
                place = ".".join(str(part) for part in problem["loc"]) or "raden"
                said = _SAID.get(problem["type"], "har fel typ eller värde")
                if problem["type"] == "json_invalid":
                    at = problem["ctx"]["error"].rpartition(" ")[2]
                    said = f"är inte JSON i UTF-8 (byte {at})"
                yield Fault(file, number, f"{place} {said}")
