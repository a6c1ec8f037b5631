"""The words of the domain: what a comment, a thread, a reading and a score are.

Everything between two steps is one of these values: frozen, typed, without behaviour
that touches the world. Swedish names and definitions stand in GLOSSARY.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType

CommentId = NewType("CommentId", str)
PostId = NewType("PostId", str)
AuthorKey = NewType("AuthorKey", str)
HandleKey = NewType("HandleKey", str)


class Channel(StrEnum):
    """The social network that a thread was written on."""

    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    LINKEDIN = "linkedin"
    YOUTUBE = "youtube"
    X = "x"
    TIKTOK = "tiktok"
    OTHER = "other"


class Label(StrEnum):
    """What may hold of a comment, several at once; defined in data/annotation-guide.md."""

    QUESTION = "question"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    PRAISE = "praise"
    NEEDS_REPLY = "needs_reply"
    UNCIVIL = "uncivil"
    TOXIC = "toxic"
    REASONED = "reasoned"
    ON_TOPIC = "on_topic"
    FAULT_REPORT = "fault_report"
    LEGAL_REVIEW = "legal_review"
    PERSONAL_DATA = "personal_data"


FUNCTIONS: Final = (Label.QUESTION, Label.COMPLAINT, Label.SUGGESTION, Label.PRAISE)
"""What a comment wants; a comment on which none holds is övrigt."""

EVIDENCE_LABELS: Final = (Label.QUESTION, Label.COMPLAINT, Label.SUGGESTION, Label.PRAISE)
"""Labels whose carrying sentence is kept and shown."""


class Sentiment(StrEnum):
    """The attitude of a comment as a whole; exactly one."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class FollowUp(StrEnum):
    """What the writer did after having been answered. Silence is not satisfaction."""

    THANKS = "thanks"
    FURTHER_QUESTION = "further_question"
    NOT_SATISFIED = "not_satisfied"
    OTHER = "other"
    NONE = "none"


class WellAnswered(StrEnum):
    """The guide's verdict on a reply; UNANSWERED belongs to a comment, not to a reply."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNANSWERED = "unanswered"


class LinkRule(StrEnum):
    """How a reply was tied to the comment that it answers, strongest first."""

    PARENT = "parent"
    MENTION = "mention"
    MATCH = "match"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One text by one person under one post, cleaned and pseudonymised."""

    id: CommentId
    parent_id: CommentId | None
    author: AuthorKey | None
    handle: HandleKey | None = None
    from_organisation: bool
    created: datetime  # aware, UTC
    text: str = field(repr=False)  # never reaches a log or a traceback by accident
    likes: int | None = None
    mask_kinds: frozenset[str] = frozenset()
    """Kinds of personal data that were masked in the text, as `pseudonymise` names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMetrics:
    """The network's own figures of one post, as last reported. None is unknown, not zero."""

    reach: int | None = None
    views: int | None = None
    reactions: int | None = None
    comments: int | None = None
    shares: int | None = None
    link_clicks: int | None = None
    clicks: int | None = None
    saves: int | None = None
    follows: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What the organisation published and people comment on."""

    id: PostId
    text: str = field(repr=False)
    published: datetime | None
    permalink: str | None = None
    metrics: PostMetrics = PostMetrics()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """One post with all its comments, in time order."""

    channel: Channel
    account: str | None
    post: Post
    comments: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The half-open span [start, end) of a comment's text that carries a label."""

    label: Label
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SentimentReading:
    """Calibrated probabilities of the three attitudes; they sum to one."""

    negative: float
    neutral: float
    positive: float

    @property
    def label(self) -> Sentiment:
        """The likeliest attitude; at equal probability the guide leans to negative."""
        ranked = (
            (self.negative, Sentiment.NEGATIVE),
            (self.neutral, Sentiment.NEUTRAL),
            (self.positive, Sentiment.POSITIVE),
        )
        best = max(probability for probability, _ in ranked)
        return next(label for probability, label in ranked if probability == best)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that one pipeline version judged of one comment."""

    comment_id: CommentId
    language: str | None
    """ISO 639-1 code, "und" for a language that we do not know, None where there are no words."""
    labels: Mapping[Label, float]
    decided: tuple[Label, ...]
    """Labels that hold by the best guess, by the thresholds of models/pipeline.toml."""
    unsure: tuple[Label, ...]
    """Labels that the thresholds leave to a person, whichever way the best guess goes."""
    sentiment: SentimentReading
    sentiment_unsure: bool
    is_casual: bool = False
    """Written as people speak, or all in lower case."""
    evidence: tuple[Evidence, ...] = ()

    def holds(self, label: Label) -> bool | None:
        """True if decided, sure or not; else None if a person must say, else False."""
        if label in self.decided:
            return True
        return None if label in self.unsure else False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyLink:
    """One reply by the organisation and the comments that it answers."""

    reply_id: CommentId
    to: tuple[CommentId, ...]
    rule: LinkRule | None
    """None when nothing could be tied to it."""


@dataclass(frozen=True, slots=True)
class Passage:
    """The half-open span [start, end) of a reply's text."""

    reply_id: CommentId
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterScore:
    """One thing that a comment raised, and how far it was met."""

    label: Label
    """What it is: a question, a complaint, a suggestion or a report of a fault."""
    start: int
    end: int
    """Half-open span of the comment's text that raises it."""
    level: int
    """0 passed by, 1 touched, 2 met on its substance."""
    passages: tuple[Passage, ...] = ()
    """What the level rests on, where that is known."""
    machine: int | None = None
    """The level that the machine gave, where a person has given one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """How well somebody was answered, by section 4 of the guide."""

    answers: int  # 0–2
    next_step: int  # 0–2
    tone: int  # 0–2
    clarity: int  # 0–2
    grade: float  # 1–5
    well_answered: WellAnswered
    machine: Mapping[str, float] = field(default_factory=dict)
    """What the machine said, by name, where a person's word is what counts."""

    @property
    def index(self) -> float:
        """SKR's conversion of the grade: 1–5 becomes 0–100."""
        return (self.grade - 1) * 25


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyScore(Rated):
    """How well one reply met the comments that it answers."""

    reply_id: CommentId
    acknowledgement_only: bool
    reasons: tuple[str, ...] = ()
    """Codes of what the score rests on, explained in Swedish by the service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerScore(Rated):
    """How well one comment was answered, by all replies that it got together."""

    comment_id: CommentId
    reply_ids: tuple[CommentId, ...]
    """Neither receipts nor machines, in the order that they came."""
    matters: tuple[MatterScore, ...] = ()
    """All that the comment raised; questions first, each in the order of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscussionScore:
    """How a post's discussion went, each item 0–4, by section 5 of the guide."""

    civility: float
    reasoning: float
    reciprocity: float
    relevance: float
    constructiveness: float
    presence: float
    index: float  # 0–100
    machine: Mapping[str, float] = field(default_factory=dict)
    """What the machine said, by name, where a person's word is what counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscussionShares:
    """What can be counted of a discussion with no judgement of the whole; shares in [0, 1]."""

    comments: int
    """By citizens; what the shares are of."""
    reasoned: float
    uncivil: float
    suggestion: float
    question: float
    reciprocity: float
    """Written under another person's comment or under a reply: Kies' share of postings that answer
    somebody (Promises and Limits of Web-Deliberation, 2010)."""
    writers: int | None
    """Citizens; None where not all are named, for then nobody knows."""
    busiest: float | None
    """Share of the comments that the busiest of them has written; None likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadReading:
    """All that is judged of one thread: each comment, each reply, the discussion."""

    thread: Thread
    readings: tuple[Reading, ...]
    links: tuple[ReplyLink, ...]
    replies: tuple[ReplyScore, ...]
    automatic: frozenset[CommentId]
    """Replies that a machine sent; they stop no clock and are not scored as answers."""
    answers: Mapping[CommentId, CommentId]
    """By answered comment: the first reply by a person that is no mere acknowledgement."""
    answered: tuple[AnswerScore, ...]
    """How well each of those comments was answered."""
    follow_ups: Mapping[CommentId, FollowUp]
    """By answered comment: what its writer did next."""
    machine_follow_ups: Mapping[CommentId, FollowUp] = field(default_factory=dict)
    """What the machine took that for, where a person has said."""
    discussion: DiscussionScore | None
    """None where the guide says not rated: under three comments or under two people."""
