"""Judges what follows from the readings of a thread: who was answered, how well, what came next.

links → replies → answers → follow-ups → discussion; all pairs of texts of many threads are read in
one go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Final

from spacy.language import Language

from nlp.corrections import (
    as_its_answer,
    correct_answer,
    correct_discussion,
    correct_rating,
    correct_receipt,
)
from nlp.lexicon import Lexicon
from nlp.phrases import Phrases
from nlp.pseudonymise import without_keys
from nlp.readers.pair import PairAnswer, PairInput, PairReader
from nlp.reviews import NOTHING_SAID, AnswerReview, ReplyReview, ThreadReview
from nlp.scoring.discussion import Weights, check_weights, score_discussion
from nlp.scoring.follow_up import LEXICONS as FOLLOW_UP_LEXICONS
from nlp.scoring.follow_up import follow_ups, said_next
from nlp.scoring.matters import matters
from nlp.scoring.reply import (
    Asked,
    Said,
    is_receipt,
    joined,
    pair_of,
    reply_phrases,
    score_answer,
    score_reply,
)
from nlp.threads import MOST_BESIDE, link, root_of
from nlp.vocabulary import (
    AnswerScore,
    Comment,
    CommentId,
    FollowUp,
    Reading,
    ReplyLink,
    ReplyScore,
    Thread,
    ThreadReading,
)

MOST_TOGETHER: Final = 6
"""Replies to a comment that are judged together; more no reader of pairs would read."""


_NOTHING_OF_ANSWER: Final = AnswerReview()
_NOTHING_OF_REPLY: Final = ReplyReview()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadThread:
    """One thread whose comments have been read."""

    thread: Thread
    readings: tuple[Reading, ...]
    """As read, in the order of the citizens' comments."""
    counted: tuple[Reading, ...]
    """The same as they count: what people have said outranks them."""
    review: ThreadReview = NOTHING_SAID
    """What people have said of the rest; it outranks too."""
    links: tuple[ReplyLink, ...] | None = None
    """Whom each reply answers, where that is known; else it is found."""


class Conversations:
    """Judges threads by their readings. One for many threads: it knows what the models hold."""

    def __init__(
        self,
        lexicons: Mapping[str, Lexicon],
        tagger: Language,
        *,
        pairs: PairReader | None,
        discussion_weights: Weights,
    ) -> None:
        """Get ready.

        Args:
            lexicons: By name.
            tagger: The text pipeline, by `tagger.build`.
            pairs: Rates replies and knows reactions; where there is none, rules do.
            discussion_weights: Of each share in the items of a discussion.

        Raises:
            ArtefactError: A lexicon is missing, or the weights do not fit.
        """
        self._replies = reply_phrases(lexicons, tagger)
        self._reactions = Phrases(lexicons, tagger, names=FOLLOW_UP_LEXICONS)
        self._pairs = pairs
        check_weights(discussion_weights)
        self._weights = discussion_weights

    def judge(self, read: Sequence[ReadThread]) -> list[ThreadReading]:
        """All that follows from the readings of some threads, in their order.

        Raises:
            ThreadError: A thread holds two comments with one id.
        """
        linked = [_Linked(one, self._replies) for one in read]
        told: dict[PairInput, PairAnswer] = {}
        self._read(told, (pair for one in linked for pair in one.pairs()))
        for one in linked:
            one.settle(told)
        # What answers a comment, and what its writer then says to it, is known only now.
        self._read(told, (pair for one in linked for pair in one.settled_pairs()))
        return [self._judged(one, told) for one in linked]

    def _read(self, told: dict[PairInput, PairAnswer], pairs: Iterable[PairInput]) -> None:
        """Have the reader of pairs, where there is one, read what it has not been told of yet."""
        if self._pairs is not None:
            wanted = [pair for pair in dict.fromkeys(pairs) if pair not in told]
            told.update(zip(wanted, self._pairs.read(wanted), strict=True))

    def _judged(self, one: _Linked, told: Mapping[PairInput, PairAnswer]) -> ThreadReading:
        answered = one.answered(told)
        replies = one.scores(told, answered)
        said = one.read.review
        machine = follow_ups(
            one.thread,
            one.first,
            one.by_comment,
            later=one.later,
            read={asked: told[pair] for asked, pair in one.reactions.items() if pair in told},
            tools=self._reactions,
        )
        reactions = {asked: one.reaction(asked, took) for asked, took in machine.items()}
        discussion = score_discussion(
            one.thread,
            one.read.counted,
            one.links,
            weights=self._weights,
            replies=replies,
            follow_ups=reactions,
            tools=self._replies,
        )
        return ThreadReading(
            thread=one.read.thread,
            readings=one.read.readings,
            links=one.links,
            replies=replies,
            automatic=one.automatic,
            answers=one.first,
            answered=answered,
            follow_ups=reactions,
            machine_follow_ups={
                asked: took for asked, took in machine.items() if one.said_of(asked).follow_up
            },
            discussion=(
                None if discussion is None else correct_discussion(discussion, said.discussion)
            ),
        )


class _Linked:
    """One thread, its replies tied to what they answer; what recurs is taken apart once."""

    def __init__(self, read: ReadThread, tools: Phrases) -> None:
        self.read = read
        self.thread = _without_keys(read.thread)
        self.by_comment = {reading.comment_id: reading for reading in read.counted}
        self.links = link(read.thread) if read.links is None else read.links
        self._targets = {one.reply_id: one.to for one in self.links}
        self._comments = {comment.id: comment for comment in self.thread.comments}
        self._said = cache(lambda text: Said(text, self.thread.post, tools))
        self._matters = cache(
            lambda target: tuple(matters(self._comments[target], self.by_comment[target], tools))
        )
        self.automatic = frozenset(
            one.reply_id for one in self.links if self._together([one.reply_id]).is_automatic
        )
        self._replies: dict[CommentId, list[CommentId]] = {}
        self.first: dict[CommentId, CommentId] = {}
        """The first reply by a person that is no receipt, by answered comment."""
        self.later: dict[CommentId, Comment] = {}
        self.reactions: dict[CommentId, PairInput] = {}

    def pairs(self) -> Iterator[PairInput]:
        """Each reply beside those whom it answers."""
        for one in self.links:
            for target in one.to[:MOST_BESIDE]:
                yield self._pair(target, [one.reply_id])

    def settle(self, told: Mapping[PairInput, PairAnswer]) -> None:
        """Settle what answers whom, now that it can be told which replies are mere receipts."""
        receipts = {one.reply_id for one in self.links if self._counts_as_receipt(one, told)}
        self._replies = _answering(self.links, self._comments, receipts | self.automatic)
        self.first = {asked: replies[0] for asked, replies in self._replies.items()}
        self.later = said_next(self.thread, self.first, roots=root_of(self.thread))
        self.reactions = {
            asked: PairInput(self._comments[self.first[asked]].text, later.text)
            for asked, later in self.later.items()
        }

    def said_of(self, asked: CommentId) -> AnswerReview:
        """What people have said of how a comment was answered."""
        return self.read.review.answers.get(asked, _NOTHING_OF_ANSWER)

    def reaction(self, asked: CommentId, machine: FollowUp) -> FollowUp:
        """What a comment's writer did next, as it counts."""
        return self.said_of(asked).follow_up or machine

    def _reviewed(self, reply: CommentId) -> ReplyReview:
        return self.read.review.replies.get(reply, _NOTHING_OF_REPLY)

    def _ratings_of(self, reply: CommentId) -> Mapping[str, float]:
        """How people have rated a reply beside those whom it answers."""
        said = self._reviewed(reply)
        return said.ratings if set(said.of) == set(self._targets[reply][:MOST_BESIDE]) else {}

    def _counts_as_receipt(self, one: ReplyLink, told: Mapping[PairInput, PairAnswer]) -> bool:
        said = self._reviewed(one.reply_id).acknowledgement_only
        return self._is_receipt(one, told) if said is None else said

    def _is_receipt(self, one: ReplyLink, told: Mapping[PairInput, PairAnswer]) -> bool:
        beside = one.to[:MOST_BESIDE] if told else ()
        read = (told.get(self._pair(target, [one.reply_id])) for target in beside)
        return is_receipt(read, self._together([one.reply_id]))

    def settled_pairs(self) -> Iterator[PairInput]:
        """All that answers a comment beside it, and its writer's next words beside the answer."""
        for asked, replies in self._replies.items():
            yield self._pair(asked, replies)
        yield from self.reactions.values()

    def scores(
        self, told: Mapping[PairInput, PairAnswer], answered: Iterable[AnswerScore]
    ) -> tuple[ReplyScore, ...]:
        """Of each reply that answers somebody."""
        answers = {one.comment_id: one for one in answered}
        return tuple(self._score(one, told, answers) for one in self.links if one.to)

    def _score(
        self,
        one: ReplyLink,
        told: Mapping[PairInput, PairAnswer],
        answers: Mapping[CommentId, AnswerScore],
    ) -> ReplyScore:
        asked = [self._asked(target, [one.reply_id], told) for target in one.to]
        said = self._together([one.reply_id])
        by_machine = self._is_receipt(one, told)
        score = score_reply(asked, one.reply_id, said, receipt=by_machine)
        by_person = self._reviewed(one.reply_id).acknowledgement_only
        if by_person is not None:
            as_said = score_reply(asked, one.reply_id, said, receipt=by_person)
            score = correct_receipt(score, as_said)
        answer = answers.get(one.to[0])
        alone = (one.reply_id,), (one.to[0],)
        if answer is not None and (answer.reply_ids, one.to) == alone:
            return as_its_answer(score, answer)
        ratings = dict(self._ratings_of(one.reply_id))
        if score.acknowledgement_only:  # guide, section 4: it counts as no answer
            ratings.pop("answers", None)
        return correct_rating(score, ratings)

    def answered(self, told: Mapping[PairInput, PairAnswer]) -> tuple[AnswerScore, ...]:
        """Of each comment that got an answer."""
        return tuple(self._answer(asked, replies, told) for asked, replies in self._replies.items())

    def _answer(
        self, asked: CommentId, replies: Sequence[CommentId], told: Mapping[PairInput, PairAnswer]
    ) -> AnswerScore:
        score = score_answer(
            self._asked(asked, replies, told),
            [self._comments[reply] for reply in replies],
            self._together(replies),
        )
        of_reply = self._ratings_of(replies[0]) if self._is_alone(score) else {}
        return correct_answer(score, self.said_of(asked), of_reply)

    def _is_alone(self, answer: AnswerScore) -> bool:
        """Whether one reply alone answers the comment, and the comment alone."""
        first, *more = answer.reply_ids
        return not more and self._targets[first] == (answer.comment_id,)

    def _together(self, replies: Iterable[CommentId]) -> Said:
        return self._said(joined(self._comments[reply] for reply in replies))

    def _asked(
        self, target: CommentId, replies: Sequence[CommentId], told: Mapping[PairInput, PairAnswer]
    ) -> Asked:
        read = told.get(self._pair(target, replies)) if told else None
        return Asked(self._comments[target], self._matters(target), read)

    def _pair(self, target: CommentId, replies: Sequence[CommentId]) -> PairInput:
        return pair_of(self._comments[target], self._matters(target), self._together(replies))


def _answering(
    links: Sequence[ReplyLink],
    comments: Mapping[CommentId, Comment],
    empty: Collection[CommentId],
) -> dict[CommentId, list[CommentId]]:
    """By comment, the replies that answer it, as they came: none empty, none earlier than it.

    Of very many those are taken that were written to it rather than to everybody.
    """

    def came(name: CommentId) -> tuple[datetime, CommentId]:
        return comments[name].created, name

    answering: dict[CommentId, list[ReplyLink]] = defaultdict(list)
    for one in links:
        if one.reply_id not in empty:
            for target in one.to:
                if comments[target].created <= comments[one.reply_id].created:
                    answering[target].append(one)
    chosen = {
        target: sorted(ours, key=lambda one: (len(one.to), came(one.reply_id)))[:MOST_TOGETHER]
        for target, ours in answering.items()
    }
    return {
        target: sorted((one.reply_id for one in ours), key=came) for target, ours in chosen.items()
    }


def _without_keys(thread: Thread) -> Thread:
    comments = (replace(comment, text=without_keys(comment.text)) for comment in thread.comments)
    return replace(thread, comments=tuple(comments))
