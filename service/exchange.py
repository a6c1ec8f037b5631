"""The exchange format, version 1: one thread a line in, what was judged of it a line out.

The shapes are the product's own contract with other programs: fields may be added, none is
renamed or changes meaning. Documented in service/README.md; the OpenAPI document shows them too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Literal, Self

from pydantic import BaseModel, model_validator

from nlp.clean import clean
from nlp.edits import Edited
from nlp.names import NameFinder, mask_names
from nlp.pseudonymise import author_key, handle_key, pseudonymise
from nlp.readers.reader import LABELS
from nlp.scoring.discussion import counted_shares
from nlp.vocabulary import (
    AnswerScore,
    Comment,
    CommentId,
    DiscussionScore,
    DiscussionShares,
    Evidence,
    MatterScore,
    Post,
    PostId,
    PostMetrics,
    Rated,
    Reading,
    ReplyLink,
    ReplyScore,
    Thread,
    ThreadReading,
)
from service.mentions import Writers
from service.sources.exchange_format import VERSION, ExchangeComment, ExchangeHead
from service.worktime import working_minutes


class ExchangeThread(ExchangeHead):
    """One post with its comments: a line of the format."""

    comments: tuple[ExchangeComment, ...]

    @model_validator(mode="after")
    def _check(self) -> Self:
        """Check what the shape does not say; a message holds places, never what was sent."""
        first: dict[str, int] = {}
        for number, comment in enumerate(self.comments):
            if (before := first.setdefault(comment.id, number)) != number:
                raise ValueError(f"comments[{number}].id är samma som comments[{before}].id")
        return self


class LabelProbabilities(BaseModel):
    """Calibrated probabilities that each label of the annotation guide holds."""

    question: float
    complaint: float
    suggestion: float
    praise: float
    needs_reply: float
    uncivil: float
    toxic: float
    reasoned: float
    on_topic: float
    fault_report: float
    legal_review: float
    personal_data: float


class SentimentOut(BaseModel):
    """The likeliest attitude and the probabilities of all three."""

    label: Literal["negative", "neutral", "positive"]
    negative: float
    neutral: float
    positive: float


class EvidenceOut(BaseModel):
    """The half-open span of the comment's own text that carries a label."""

    label: str
    start: int
    end: int


class PassageOut(BaseModel):
    """The half-open span of a reply's own text."""

    reply: str
    start: int
    end: int


class MatterOut(BaseModel):
    """One thing that a comment raised, and how far it was met."""

    label: Literal["question", "complaint", "suggestion", "fault_report"]
    start: int
    end: int
    """Half-open span of the comment's own text."""
    level: int
    """0 passed by, 1 touched, 2 met on its substance."""
    passages: list[PassageOut]
    """What the level rests on, where that is known."""


class AnswerOut(BaseModel):
    """How well one comment was answered, by all replies that it got together."""

    replies: list[str]
    answers: int
    next_step: int
    tone: int
    clarity: int
    grade: float
    well_answered: Literal["yes", "partly", "no"]
    matters: list[MatterOut]


class CommentOut(BaseModel):
    """What was judged of one comment by somebody outside the organisation."""

    id: str
    language: str | None
    labels: LabelProbabilities
    decided: list[str]
    unsure: list[str]
    sentiment: SentimentOut
    evidence: list[EvidenceOut]
    follow_up: Literal["thanks", "further_question", "not_satisfied", "other", "none"] | None
    """What the writer did after a reply by a person; null where nobody replied."""
    answered: AnswerOut | None
    """Null where nobody replied, or only a machine or with a mere receipt."""


class ReplyOut(BaseModel):
    """How well one reply by the organisation met the comments that it answers."""

    id: str
    to: list[str]
    linked_by: Literal["parent", "mention", "match"] | None
    answers: int | None
    next_step: int | None
    tone: int | None
    clarity: int | None
    grade: float | None
    acknowledgement_only: bool | None
    well_answered: Literal["yes", "partly", "no"] | None
    """Null, like all scores, for a comment by the organisation that answers nobody."""
    minutes: int | None
    working_minutes: int | None


class DiscussionOut(BaseModel):
    """How the discussion went, each item 0–4, the index 0–100."""

    civility: float
    reasoning: float
    reciprocity: float
    relevance: float
    constructiveness: float
    presence: float
    index: float


class SharesOut(BaseModel):
    """What can be counted of the discussion; shares in [0, 1] of the citizens' comments."""

    comments: int
    reasoned: float
    uncivil: float
    suggestion: float
    question: float
    reciprocity: float
    writers: int | None
    busiest: float | None
    """Null where not all writers are named."""


class PostOut(BaseModel):
    """The post that the thread stands under."""

    id: str


class ThreadOut(BaseModel):
    """What was judged of one thread: a line of the answer."""

    version: Literal[1] = VERSION
    fingerprint: str
    post: PostOut
    comments: list[CommentOut]
    replies: list[ReplyOut]
    discussion: DiscussionOut | None
    shares: SharesOut | None


def to_thread(
    given: ExchangeThread, *, key: bytes, names: NameFinder
) -> tuple[Thread, dict[CommentId, Edited]]:
    """Clean and mask a thread for reading.

    Args:
        given: The thread as another program sent it.
        key: Secret for the pseudonyms; what is judged does not depend on it.
        names: Finds the names of people in running text.

    Returns:
        The thread, and for each comment how its text was edited, so that evidence can be told in
        the text as it was sent.
    """
    edited: dict[CommentId, Edited] = {}
    comments = []
    organisation = frozenset() if given.account is None else frozenset({given.account})
    account = None if given.account is None else handle_key(key, given.channel, given.account)
    writers = Writers(key=key)
    for comment in given.comments:
        if comment.author is not None:
            writers.add(given.channel, comment.author)
    cleaned = [clean(comment.text) for comment in given.comments]
    by_rule = [
        pseudonymise(
            text,
            key=key,
            channel=given.channel,
            tagged_names=writers.mentioned(given.channel, text.text),
            organisation_names=organisation,
            from_organisation=comment.from_organisation is True,
        )
        for comment, text in zip(given.comments, cleaned, strict=True)
    ]
    ours = [comment.from_organisation is True for comment in given.comments]
    all_masked = mask_names(by_rule, names, from_organisation=ours)
    for comment, masked in zip(given.comments, all_masked, strict=True):
        name = CommentId(comment.id)
        edited[name] = masked.edited
        author = comment.author
        handle = None if author is None else handle_key(key, given.channel, author)
        comments.append(
            Comment(
                id=name,
                parent_id=None if comment.parent_id is None else CommentId(comment.parent_id),
                author=None if author is None else author_key(key, given.channel, author),
                handle=handle,
                from_organisation=(
                    handle is not None and handle == account
                    if comment.from_organisation is None
                    else comment.from_organisation
                ),
                created=comment.created.at,
                text=masked.text,
                likes=comment.likes,
                mask_kinds=masked.kinds,
            )
        )
    metrics = given.post.metrics
    post = Post(
        id=PostId(given.post.id),
        text=clean(given.post.text or "").text,
        published=given.post.published.at if given.post.published else None,
        permalink=given.post.permalink,
        metrics=PostMetrics(**metrics.model_dump()) if metrics else PostMetrics(),
    )
    return (
        Thread(channel=given.channel, account=given.account, post=post, comments=tuple(comments)),
        edited,
    )


def from_thread_reading(
    judged: ThreadReading, edited: Mapping[CommentId, Edited], *, fingerprint: str
) -> ThreadOut:
    """Tell what was judged, in the order and the words of the exchange format."""
    comments = {comment.id: comment for comment in judged.thread.comments}
    scores = {score.reply_id: score for score in judged.replies}
    links = {one.reply_id: one for one in judged.links}
    answered = {one.comment_id: one for one in judged.answered}
    return ThreadOut(
        fingerprint=fingerprint,
        post=PostOut(id=judged.thread.post.id),
        comments=[
            _comment_out(reading, edited, judged, answered.get(reading.comment_id))
            for reading in judged.readings
        ],
        replies=[
            _reply_out(comment, links.get(comment.id), scores.get(comment.id), comments)
            for comment in judged.thread.comments
            if comment.from_organisation
        ],
        discussion=None if judged.discussion is None else _discussion_out(judged.discussion),
        shares=_shares_out(counted_shares(judged.thread, judged.readings)),
    )


def _shares_out(shares: DiscussionShares | None) -> SharesOut | None:
    if shares is None:
        return None
    return SharesOut.model_validate(
        {name: None if n is None else round(n, 4) for name, n in asdict(shares).items()}
    )


def _probability(value: float) -> float:
    return round(value, 4)


def _comment_out(
    reading: Reading,
    edited: Mapping[CommentId, Edited],
    judged: ThreadReading,
    answered: AnswerScore | None,
) -> CommentOut:
    follow_up = judged.follow_ups.get(reading.comment_id)
    sentiment = reading.sentiment
    return CommentOut(
        id=reading.comment_id,
        language=reading.language,
        labels=LabelProbabilities(
            **{label.value: _probability(reading.labels[label]) for label in LABELS}
        ),
        decided=[label.value for label in reading.decided],
        unsure=[label.value for label in reading.unsure],
        sentiment=SentimentOut(
            label=sentiment.label.value,
            negative=_probability(sentiment.negative),
            neutral=_probability(sentiment.neutral),
            positive=_probability(sentiment.positive),
        ),
        evidence=[_evidence_out(span, edited[reading.comment_id]) for span in reading.evidence],
        follow_up=None if follow_up is None else follow_up.value,
        answered=None if answered is None else _answer_out(answered, edited),
    )


def _answer_out(score: AnswerScore, edited: Mapping[CommentId, Edited]) -> AnswerOut:
    return AnswerOut(
        replies=list(score.reply_ids),
        answers=score.answers,
        next_step=score.next_step,
        tone=score.tone,
        clarity=score.clarity,
        grade=round(score.grade, 2),
        well_answered=_verdict(score),
        matters=[_matter_out(one, edited[score.comment_id], edited) for one in score.matters],
    )


def _matter_out(
    matter: MatterScore, comment: Edited, edited: Mapping[CommentId, Edited]
) -> MatterOut:
    start, end = comment.origin_span(matter.start, matter.end)
    passages = []
    for one in matter.passages:
        first, last = edited[one.reply_id].origin_span(one.start, one.end)
        passages.append(PassageOut(reply=one.reply_id, start=first, end=last))
    return MatterOut.model_validate(
        {
            "label": matter.label.value,
            "start": start,
            "end": end,
            "level": matter.level,
            "passages": passages,
        }
    )


def _evidence_out(span: Evidence, edited: Edited) -> EvidenceOut:
    start, end = edited.origin_span(span.start, span.end)
    return EvidenceOut(label=span.label.value, start=start, end=end)


def _reply_out(
    reply: Comment,
    link: ReplyLink | None,
    score: ReplyScore | None,
    comments: Mapping[CommentId, Comment],
) -> ReplyOut:
    asked = () if link is None else link.to
    # The wait is that of the one who waited longest for this reply.
    first = min((comments[target].created for target in asked), default=None)
    waited = first is not None and first <= reply.created
    return ReplyOut(
        id=reply.id,
        to=list(asked),
        linked_by=None if link is None or link.rule is None else link.rule.value,
        answers=None if score is None else score.answers,
        next_step=None if score is None else score.next_step,
        tone=None if score is None else score.tone,
        clarity=None if score is None else score.clarity,
        grade=None if score is None else round(score.grade, 2),
        acknowledgement_only=None if score is None else score.acknowledgement_only,
        well_answered=None if score is None else _verdict(score),
        minutes=(
            int((reply.created - first).total_seconds() // 60)
            if first is not None and waited
            else None
        ),
        working_minutes=(
            working_minutes(first, reply.created) if first is not None and waited else None
        ),
    )


def _verdict(score: Rated) -> Literal["yes", "partly", "no"]:
    match score.well_answered.value:
        case "yes":
            return "yes"
        case "partly":
            return "partly"
        case _:
            return "no"


def _discussion_out(score: DiscussionScore) -> DiscussionOut:
    return DiscussionOut(
        civility=round(score.civility, 2),
        reasoning=round(score.reasoning, 2),
        reciprocity=round(score.reciprocity, 2),
        relevance=round(score.relevance, 2),
        constructiveness=round(score.constructiveness, 2),
        presence=round(score.presence, 2),
        index=round(score.index, 1),
    )


def to_line(answer: ThreadOut) -> str:
    """One line of JSON, with Swedish letters as they are."""
    tree: dict[str, Any] = answer.model_dump(mode="json")
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":"))
