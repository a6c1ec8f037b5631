"""What a writer did after having been answered: the rating's witness, kept apart from it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from nlp.phrases import Phrases
from nlp.readers.pair import FOLLOW_UPS, PairAnswer
from nlp.tagger import content_lemmas, related
from nlp.vocabulary import (
    AuthorKey,
    Comment,
    CommentId,
    FollowUp,
    Label,
    Reading,
    Sentiment,
    Thread,
)

LEXICONS: Final = ("satisfied", "unmet")
"""The files in models/lexicons/sv that these rules read."""

_INSISTS: Final = re.compile(
    r"\bdå\s*\?|\A\s*(?:jaha|okej|ok)?[\s,.]*(?:och|men)\b[^?]{0,40}\?", re.I
)

_OPEN: Final = 0.8
"""Sum of the weights in unmet.tsv from which the writer says that the answer fell short."""


def follow_ups(
    thread: Thread,
    answers: Mapping[CommentId, CommentId],
    readings: Mapping[CommentId, Reading],
    *,
    later: Mapping[CommentId, Comment],
    read: Mapping[CommentId, PairAnswer],
    tools: Phrases,
) -> dict[CommentId, FollowUp]:
    """For each answered comment, what its writer's next comment in the same branch says.

    Args:
        thread: The thread.
        answers: By answered comment, the reply by a person that answered it.
        readings: By comment; what is missing there is judged by its text alone.
        later: By answered comment, what its writer said next, by `said_next`.
        read: By answered comment, what a reader of pairs says of the reply and of that; where it
            has not read them, rules judge.
        tools: The phrases, of at least `LEXICONS`.

    Returns:
        By answered comment. NONE is silence, and all that can be said of an unknown writer.
    """
    by_id = {comment.id: comment for comment in thread.comments}

    def kind(asked: CommentId, answered: CommentId) -> FollowUp:
        if asked not in later:
            return FollowUp.NONE
        if asked in read:
            return FOLLOW_UPS[int(read[asked].follow_up.argmax())]
        return reaction(
            by_id[asked],
            by_id[answered],
            later[asked],
            readings.get(later[asked].id),
            tools=tools,
        )

    return {asked: kind(asked, answered) for asked, answered in answers.items()}


def said_next(
    thread: Thread, answers: Mapping[CommentId, CommentId], *, roots: Mapping[CommentId, CommentId]
) -> dict[CommentId, Comment]:
    """By answered comment, its writer's next comment in the same branch, where there is one.

    Args:
        thread: The thread.
        answers: By answered comment, the reply that answered it.
        roots: The branch of each comment, by `threads.root_of`.
    """
    by_id = {comment.id: comment for comment in thread.comments}
    written: dict[tuple[AuthorKey, CommentId], list[Comment]] = defaultdict(list)
    for comment in sorted(thread.comments, key=lambda comment: (comment.created, comment.id)):
        if comment.author is not None and not comment.from_organisation:
            written[comment.author, roots[comment.id]].append(comment)
    found = {}
    for asked, answered in answers.items():
        author, reply = by_id[asked].author, by_id[answered]
        if author is not None:
            same = written[author, roots[asked]]
            if later := next(
                (c for c in same if reply.created < c.created and c.id != asked), None
            ):
                found[asked] = later
    return found


def reaction(
    comment: Comment, reply: Comment, later: Comment, reading: Reading | None, *, tools: Phrases
) -> FollowUp:
    """What the writer's later comment says of the reply to the first one.

    In a mixed reaction the part that stays open decides (guide, ruling 4): whoever thanks and asks
    again for what was not answered is not satisfied.
    """
    sentences = tools.sentences(later.text)
    unmet = sum(hit.weight for sentence in sentences for hit in sentence.of("unmet"))
    satisfied = any(hit for sentence in sentences for hit in sentence.of("satisfied"))
    if reading is None:
        asks, complains, sour, glad = any(s.asks for s in sentences), False, False, satisfied
    else:
        asks = reading.holds(Label.QUESTION) is True
        complains = reading.holds(Label.COMPLAINT) is True
        sour = reading.sentiment.label is Sentiment.NEGATIVE
        glad = satisfied or reading.holds(Label.PRAISE) is True
        glad = glad or reading.sentiment.label is Sentiment.POSITIVE
    if unmet >= _OPEN or complains or (asks and (sour or _asks_again(comment, reply, later))):
        return FollowUp.NOT_SATISFIED
    if asks:
        return FollowUp.FURTHER_QUESTION
    return FollowUp.THANKS if glad else FollowUp.OTHER


def _asks_again(comment: Comment, reply: Comment, later: Comment) -> bool:
    """Whether it insists ("Och tunneln då?") or takes up words that the reply left out."""
    if _INSISTS.search(later.text):
        return True
    answered = content_lemmas(reply.text)
    left_out = [
        word
        for word in content_lemmas(comment.text)
        if not any(related(word, other) for other in answered)
    ]
    again = content_lemmas(later.text)
    return any(related(word, other) for word in again for other in left_out)
