"""Builds the page of one thread: the post, what people wrote, what was answered and how well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from nlp.scoring.discussion import counted_shares
from nlp.threads import order
from nlp.vocabulary import (
    AnswerScore,
    Comment,
    CommentId,
    DiscussionScore,
    DiscussionShares,
    Label,
    PostMetrics,
    Reading,
    ReplyLink,
    ReplyScore,
    WellAnswered,
)
from service.errors import NotFound
from service.store import Store
from service.store.answers import load_answers
from service.store.readings import load_judgements, load_reply_scores
from service.store.scores import (
    Reaction,
    load_automatic,
    load_discussion,
    load_follow_ups,
    load_links,
)
from service.store.threads import StoredThread, load_thread, unread_posts
from service.swedish import format_number, format_working_time
from service.web.choosing import paged
from service.web.judged import judged
from service.web.marking import passages
from service.web.views import (
    Answered,
    Dimension,
    Matter,
    Rated,
    Site,
    Target,
    ThreadComment,
    ThreadPage,
)
from service.web.words import (
    CHANNEL_TITLES,
    DISCUSSION_DIMENSIONS,
    DISCUSSION_SHARES,
    FOLLOW_UP_TITLES,
    FOLLOW_UP_WORDS,
    LABEL_WORDS,
    LINK_RULE_WORDS,
    MATTER_OUTCOMES,
    MATTER_TITLES,
    REASON_WORDS,
    REPLY_DIMENSIONS,
    WELL_ANSWERED_TITLES,
    counted,
)
from service.worktime import working_minutes

COMMENTS_ON_A_PAGE: Final = 100
"""A third of a megabyte at most; nearly every thread fits on one."""

DEEPEST: Final = 3
"""Levels that are drawn; no network has more, and a made-up file must not run off the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judgements:
    """All that the store has of one thread."""

    stored: StoredThread
    readings: Mapping[CommentId, Reading]
    scores: Mapping[CommentId, ReplyScore]
    answers: Mapping[CommentId, AnswerScore]
    links: Mapping[CommentId, ReplyLink]
    follow_ups: Mapping[CommentId, Reaction]
    automatic: frozenset[CommentId]
    comments: Mapping[CommentId, Comment]
    writers: Mapping[CommentId, str]
    pages: Mapping[CommentId, int]
    """On which page each comment stands."""
    page: int
    """The one that is laid out."""

    def href(self, comment: CommentId) -> str:
        """A link to a comment, on this page or another."""
        page = self.pages[comment]
        fragment = f"#k-{self.stored.comment_ids[comment]}"
        return fragment if page == self.page else f"?page={page}{fragment}"


def thread_page(
    store: Store,
    post_id: int,
    *,
    site: Site,
    fingerprint: str,
    page: int = 1,
    comment_id: int | None = None,
) -> ThreadPage:
    """Lay out one page of a thread.

    Args:
        store: Where from.
        post_id: The thread's post.
        site: The surroundings of the page.
        fingerprint: The pipeline version whose judgements count.
        page: Which page, from 1.
        comment_id: The comment to be seen, on whatever page it stands.

    Raises:
        NotFound: There is no such post, or no such page of it.
    """
    stored = load_thread(store, post_id)
    thread, post = stored.thread, stored.thread.post
    ordered = list(order(thread))
    pages = {
        comment.id: place // COMMENTS_ON_A_PAGE + 1 for place, (comment, _) in enumerate(ordered)
    }
    for name, number in stored.comment_ids.items():
        if number == comment_id:
            page = pages[name]
    shown, paging = paged(ordered, page, size=COMMENTS_ON_A_PAGE)
    if page > paging.pages:
        raise NotFound(f"Tråden har bara {counted(paging.pages, 'sida', 'sidor')}.")
    known = _Judgements(
        stored=stored,
        readings=load_judgements(store, stored, fingerprint=fingerprint),
        scores=load_reply_scores(store, stored, fingerprint=fingerprint),
        answers=load_answers(store, stored, fingerprint=fingerprint),
        links=load_links(store, stored, fingerprint=fingerprint),
        follow_ups=load_follow_ups(store, stored, fingerprint=fingerprint),
        automatic=load_automatic(store, stored, fingerprint=fingerprint),
        comments={comment.id: comment for comment in thread.comments},
        writers=dict(_writers(stored)),
        pages=pages,
        page=page,
    )
    discussion = load_discussion(store, stored, fingerprint=fingerprint)
    index = None if discussion is None else format_number(discussion.index, decimals=0)
    own = sum(comment.from_organisation for comment in thread.comments)
    return ThreadPage(
        site=site,
        account=thread.account or "okänt konto",
        channel=CHANNEL_TITLES[thread.channel],
        published=post.published,
        permalink=_followable(post.permalink),
        metrics=_known_metrics(post.metrics),
        text=post.text,
        comments=[_comment(comment, depth, known) for comment, depth in shown],
        paging=paging,
        from_citizens=len(thread.comments) - own,
        from_organisation=own,
        discussion_index=index,
        discussion=[] if discussion is None else list(_discussion(discussion)),
        is_corrected=discussion is not None and bool(discussion.machine),
        shares=list(_shares(counted_shares(thread, known.readings.values()))),
        post_id=post_id,
        meanings=[(words.title, words.meaning) for words in LABEL_WORDS.values()],
        is_unread=any(unread == post_id for unread, _ in unread_posts(store, fingerprint)),
        fingerprint=fingerprint,
    )


def _writers(stored: StoredThread) -> Iterator[tuple[CommentId, str]]:
    """A name for each comment's writer that says no more than who is who in this thread."""
    numbers: dict[str, int] = {}
    for comment in stored.thread.comments:
        if comment.from_organisation:
            yield comment.id, stored.thread.account or "Organisationen"
        elif comment.author is None:
            yield comment.id, "Okänd skribent"
        else:
            number = numbers.setdefault(comment.author, len(numbers) + 1)
            yield comment.id, f"Skribent {number}"


def _known_metrics(metrics: PostMetrics) -> list[tuple[str, int]]:
    """The network's own figures of a post that it has given, with their Swedish names."""
    return [
        (title, value)
        for title, value in (
            ("Räckvidd", metrics.reach),
            ("Visningar", metrics.views),
            ("Reaktioner", metrics.reactions),
            ("Kommentarer", metrics.comments),
            ("Delningar", metrics.shares),
            ("Klick på länk", metrics.link_clicks),
            ("Klick", metrics.clicks),
            ("Sparade", metrics.saves),
            ("Nya följare", metrics.follows),
        )
        if value is not None
    ]


def _followable(permalink: str | None) -> str | None:
    """A link that a browser may be sent to; data may hold other schemes than these."""
    if permalink is not None and permalink.startswith(("https://", "http://")):
        return permalink
    return None


def _comment(comment: Comment, depth: int, known: _Judgements) -> ThreadComment:
    reading = known.readings.get(comment.id)
    link = known.links.get(comment.id)
    score = known.scores.get(comment.id)
    answer = known.answers.get(comment.id)
    numbers = known.stored.comment_ids
    parent = comment.parent_id if comment.parent_id in numbers else None
    return ThreadComment(
        comment_id=numbers[comment.id],
        writer=known.writers[comment.id],
        from_organisation=comment.from_organisation,
        created=comment.created,
        likes=comment.likes,
        is_hidden=comment.id in known.stored.hidden,
        parent=None if parent is None else (known.href(parent), known.writers[parent]),
        is_orphan=comment.parent_id is not None and parent is None,
        passages=passages(comment.text, () if reading is None else reading.evidence),
        judged=None if reading is None else judged(reading),
        needs_answer=reading is not None
        and Label.NEEDS_REPLY in reading.decided
        and comment.id not in known.follow_ups
        and comment.id not in known.stored.hidden,
        answered=None if answer is None else _answered(comment, answer, known),
        rated=None if score is None else _rated(score, is_automatic=comment.id in known.automatic),
        targets=[] if link is None else [_target(target, comment, known) for target in link.to],
        linked_by=None if link is None or link.rule is None else LINK_RULE_WORDS[link.rule],
        depth=min(depth, DEEPEST),
    )


def _answered(comment: Comment, score: AnswerScore, known: _Judgements) -> Answered:
    verdict = WELL_ANSWERED_TITLES[score.well_answered].lower()
    return Answered(
        matters=[
            Matter(
                title=MATTER_TITLES[matter.label],
                text=comment.text[matter.start : matter.end],
                level=matter.level,
                outcome=MATTER_OUTCOMES[matter.label][matter.level],
                machine=(
                    None
                    if matter.machine is None
                    else MATTER_OUTCOMES[matter.label][matter.machine]
                ),
                passages=[
                    (
                        known.comments[one.reply_id].text[one.start : one.end],
                        known.href(one.reply_id),
                    )
                    for one in matter.passages
                ],
            )
            for matter in score.matters
        ],
        together=(
            f"{len(score.reply_ids)} svar tillsammans: {verdict}, "
            f"betyg {format_number(score.grade, decimals=1)} av 5"
            if len(score.reply_ids) > 1
            else None
        ),
        is_corrected=bool(score.machine)
        or any(matter.machine is not None for matter in score.matters)
        or known.follow_ups[comment.id].machine is not None,
    )


def _target(target: CommentId, reply: Comment, known: _Judgements) -> Target:
    asked = known.comments[target]
    reaction = known.follow_ups.get(target)
    if reaction is not None and reaction.reply_id != reply.id:
        reaction = None
    waited = None
    if asked.created <= reply.created:
        minutes = working_minutes(asked.created, reply.created)
        waited = (
            f"efter {format_working_time(minutes / 60)}"
            if minutes
            else "innan någon arbetstid gått"
        )
    return Target(
        href=known.href(target),
        writer=known.writers[target],
        waited=waited,
        follow_up=None if reaction is None else reaction.follow_up,
        follow_up_words=None if reaction is None else FOLLOW_UP_WORDS[reaction.follow_up],
        machine=(
            None
            if reaction is None or reaction.machine is None
            else FOLLOW_UP_TITLES[reaction.machine].lower()
        ),
    )


def _rated(score: ReplyScore, *, is_automatic: bool) -> Rated:
    points = {
        "answers": score.answers,
        "next_step": score.next_step,
        "tone": score.tone,
        "clarity": score.clarity,
    }
    verdict = WellAnswered(score.well_answered)
    return Rated(
        verdict=verdict,
        verdict_title=WELL_ANSWERED_TITLES[verdict],
        grade=format_number(score.grade, decimals=1),
        index=format_number(score.index, decimals=0),
        is_acknowledgement=score.acknowledgement_only,
        is_automatic=is_automatic,
        dimensions=[
            Dimension(
                title=words.title,
                points=points[name],
                most=len(words.points) - 1,
                shown=format_number(points[name]),
                meaning=words.points[points[name]],
                machine=_machine(score.machine, name),
            )
            for name, words in REPLY_DIMENSIONS.items()
        ],
        reasons=[REASON_WORDS[code] for code in score.reasons if code in REASON_WORDS],
        is_corrected=bool(score.machine),
    )


def _machine(machine: Mapping[str, float], name: str) -> str | None:
    """What the machine said of an item of which a person has said otherwise."""
    if name not in machine:
        return None
    return format_number(machine[name], decimals=0 if machine[name].is_integer() else 1)


def _shares(shares: DiscussionShares | None) -> Iterator[tuple[str, str]]:
    if shares is None:
        return
    if shares.writers is not None:
        yield "Skribenter", format_number(shares.writers)
    for name, title in DISCUSSION_SHARES.items():
        share: float | None = getattr(shares, name)
        if share is not None:
            yield title, f"{format_number(100 * share, decimals=0)} %"


def _discussion(score: DiscussionScore) -> Iterator[Dimension]:
    for name, (title, meaning) in DISCUSSION_DIMENSIONS.items():
        points: float = getattr(score, name)
        yield Dimension(
            title=title,
            points=points,
            most=4,
            shown=format_number(points, decimals=1),
            meaning=meaning,
            machine=_machine(score.machine, name),
        )
