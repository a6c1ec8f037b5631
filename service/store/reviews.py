"""Keeps what people have said, beside what was read and judged and never in its place.

Append-only: the last word on each item counts, and only of the texts that it was said of. What
counts of comments now stands in the view `said`, and of one thread in StoredThread.review.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Final

from nlp.corrections import RATINGS
from nlp.readers.pair import DIMENSIONS
from nlp.reviews import Review, ReviewedComment
from nlp.scoring.discussion import ITEMS
from nlp.threads import reader_inputs
from nlp.vocabulary import FollowUp, Label
from service.errors import BadRequest, CorrectionRefused, NotFound
from service.store.database import Store
from service.store.rows import utc_text
from service.store.threads import load_thread
from service.store.verdicts import (
    ACKNOWLEDGEMENT,
    FOLLOW_UP,
    MATTER,
    Judged,
    Subject,
    find_judged,
    find_twin,
    identity_of,
    shown_of,
)


def save_review(
    store: Store,
    comment_id: int,
    review: Review,
    *,
    reviewer: str,
    reviewed_at: datetime,
    reason: str = "",
) -> int:
    """Keep one person's word on one comment; its thread waits to be scored by it.

    What is toxic is uncivil: who says the one, or denies the other, has said both.

    Args:
        store: Where to.
        comment_id: The store's number of the comment.
        review: What is said; at least something.
        reviewer: Who says it.
        reviewed_at: When, aware.
        reason: Why, in the person's own words.

    Returns:
        The number of the comment's post.

    Raises:
        NotFound: There is no such comment.
        BadRequest: Nothing is said, or nobody says it, or it contradicts itself, or the comment is
            the organisation's own.
    """
    (post_id,) = save_reviews(
        store, {comment_id: review}, reviewer=reviewer, reviewed_at=reviewed_at, reason=reason
    )
    return post_id


def save_reviews(
    store: Store,
    said: Mapping[int, Review],
    *,
    reviewer: str,
    reviewed_at: datetime,
    reason: str = "",
) -> list[int]:
    """Keep one person's word on several comments, all or none, as `save_review` does on one.

    Returns:
        The numbers of their posts, each once.

    Raises:
        NotFound: One of the comments does not exist.
        BadRequest: What `save_review` refuses is said of one.
    """
    if not said or not reviewer.strip():
        raise BadRequest(_NOTHING_SAID)
    words = {comment_id: _words(review) for comment_id, review in said.items()}
    posts: dict[int, None] = {}
    with store.writing() as connection:
        for comment_id, values in words.items():
            found = connection.execute(
                "SELECT post_id, text_identity, from_organisation FROM comment "
                "WHERE comment_id = ?",
                (comment_id,),
            ).fetchone()
            if found is None:
                raise NotFound(f"Det finns ingen kommentar med nummer {comment_id} i databasen.")
            post_id, identity, from_organisation = found
            if from_organisation:
                raise BadRequest("Organisationens egna svar granskas inte på det här sättet.")
            at = (reason.strip(), reviewer.strip(), utc_text(reviewed_at))
            connection.executemany(
                "INSERT INTO review "
                "(comment_id, text_identity, aspect, value, reason, reviewer, reviewed_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(comment_id, identity, aspect, value, *at) for aspect, value in values.items()],
            )
            connection.execute("UPDATE post SET is_dirty = 1 WHERE post_id = ?", (post_id,))
            posts[int(post_id)] = None
    return list(posts)


_NOTHING_SAID: Final = "En granskning ska säga något om kommentaren, och vem som säger det."


def _words(review: Review) -> dict[str, str]:
    """All that is said by what is said, by aspect; BadRequest where that cannot be."""
    labels = dict(review.labels)
    if labels.get(Label.TOXIC):
        labels.setdefault(Label.UNCIVIL, True)
    if labels.get(Label.UNCIVIL) is False:
        labels.setdefault(Label.TOXIC, False)
    said = {label.value: str(int(holds)) for label, holds in labels.items()}
    if review.sentiment is not None:
        said["sentiment"] = review.sentiment.value
    if not said:
        raise BadRequest(_NOTHING_SAID)
    if labels.get(Label.TOXIC) and not labels[Label.UNCIVIL]:
        raise BadRequest(
            "En kommentar som är hatisk eller hotfull är också ohövlig. Ändra det ena."
        )
    return said


def save_rating(
    store: Store,
    subject: Subject,
    number: int,
    said: Mapping[str, str | None],
    *,
    reviewer: str,
    reviewed_at: datetime,
    reason: str = "",
    shown: str | None = None,
) -> int:
    """Keep one person's word on a reply, an answer or a discussion; its thread waits to be scored.

    Where one reply alone answers one comment alone, what is said of the one is said of the other.
    Who says that a reply answers has also said that it is no mere receipt.

    Args:
        store: Where to.
        subject: What it is said of.
        number: The store's number of the reply, of the comment that is answered, or of the post.
        said: By aspect: `corrections.RATINGS`, and of a reply `ACKNOWLEDGEMENT`, of an answer
            `FOLLOW_UP` and "matter:start:end"; of a discussion its items. None takes back what was
            said, and the machine's word counts again.
        reviewer: Who says it.
        reviewed_at: When, aware.
        reason: Why, in the person's own words.
        shown: What the person read, by `shown_of`, where it is known.

    Returns:
        The number of the post.

    Raises:
        NotFound: There is no such reply, answer or discussion.
        CorrectionRefused: Nothing is said, or nobody says it, or what is said cannot be, or the
            texts are no longer what the person read.
    """
    if not said or not reviewer.strip():
        raise CorrectionRefused("En rättelse ska säga vad som ska ändras, och vem som säger det.")
    with store.writing() as connection:
        judged = find_judged(store, subject, number)
        if judged is None:
            raise NotFound(_NOT_JUDGED[subject])
        if shown is not None and shown != shown_of(store, judged):
            raise CorrectionRefused(
                "Någon av texterna har ändrats, eller ett svar har tillkommit, sedan sidan "
                "öppnades. Inget är sparat. Gå tillbaka till tråden och läs den igen."
            )
        said = _meant(store, judged, said)
        twin = find_twin(store, judged)
        words = [
            (one, aspect, value)
            for aspect, value in said.items()
            for one in ((judged, twin) if aspect in RATINGS else (judged,))
            if one is not None
        ]
        at = (reason.strip(), reviewer.strip(), utc_text(reviewed_at))
        connection.executemany(
            "INSERT INTO rating_review (subject, post_id, comment_id, text_identity, beside, "
            "aspect, value, reason, reviewer, reviewed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(*_said_of(store, one, aspect), aspect, value, *at) for one, aspect, value in words],
        )
        connection.execute("UPDATE post SET is_dirty = 1 WHERE post_id = ?", (judged.post_id,))
    return judged.post_id


def _said_of(
    store: Store, judged: Judged, aspect: str
) -> tuple[str, int | None, int | None, str, str]:
    """What a word is said of, as it is kept: subject, post, comment, texts, numbers beside it."""
    if judged.subject is Subject.DISCUSSION:
        return judged.subject.value, judged.number, None, "", ""
    if aspect in (ACKNOWLEDGEMENT, FOLLOW_UP):
        # The same whomever it answers, and however many answered.
        judged = judged._replace(beside=())
    texts = identity_of(store, judged.texts())
    return judged.subject.value, None, judged.number, texts, judged.column()


def _meant(store: Store, judged: Judged, said: Mapping[str, str | None]) -> dict[str, str | None]:
    """All that is said by what is said; CorrectionRefused where that cannot be."""
    of_comment = (judged.number if judged.subject is Subject.ANSWER else None,)
    matters = {
        f"{MATTER}:{start}:{end}"
        for start, end in store.connection.execute(
            "SELECT starts, ends FROM matter WHERE comment_id = ?", of_comment
        )
    }
    for aspect, value in said.items():
        _check_rating(judged.subject, aspect, value, matters)
    if judged.subject is Subject.REPLY and said.get("answers") in ("1", "2"):
        if said.get(ACKNOWLEDGEMENT) == "1":
            raise CorrectionRefused(
                "Ett svar som bara kvitterar besvarar ingenting. Ändra det ena.", parameter="said"
            )
        is_receipt = store.connection.execute(
            "SELECT acknowledgement_only FROM reply_score WHERE reply_id = ?", (judged.number,)
        ).fetchone()
        if is_receipt[0]:
            return {ACKNOWLEDGEMENT: "0", **said}
    return dict(said)


_NOT_JUDGED: Final = {
    Subject.REPLY: "Det finns inget bedömt svar med det numret.",
    Subject.ANSWER: "Kommentaren är inte besvarad, eller så är svaret inte bedömt än.",
    Subject.DISCUSSION: "Samtalet är inte bedömt: det krävs tre kommentarer av två personer.",
}


def _check_rating(subject: Subject, aspect: str, value: str | None, matters: set[str]) -> None:
    """Refuse what the guide has no room for."""
    known: dict[str, Collection[str]] = {}
    if subject is Subject.DISCUSSION:
        known = dict.fromkeys(ITEMS, "01234")
    else:
        known = {**dict.fromkeys(DIMENSIONS, "012"), "grade": "12345"}
        if subject is Subject.REPLY:
            known[ACKNOWLEDGEMENT] = "01"
        else:
            known |= {FOLLOW_UP: tuple(FollowUp), **dict.fromkeys(matters, "012")}
    if aspect not in known:
        raise CorrectionRefused("Det som ska rättas finns inte i bedömningen.", parameter="said")
    if value is not None and value not in tuple(known[aspect]):
        raise CorrectionRefused("Värdet finns inte på skalan.", parameter="said")


def reviewed_comments(store: Store) -> Iterator[ReviewedComment]:
    """Every comment of which somebody has said something, as a reader is given it."""
    with store.guarded():
        posts = store.connection.execute(
            "SELECT DISTINCT post_id FROM comment JOIN review USING (comment_id) ORDER BY post_id"
        ).fetchall()
    for (post_id,) in posts:
        stored = load_thread(store, post_id)
        thread = stored.thread
        citizens = [comment for comment in thread.comments if not comment.from_organisation]
        for comment, given in zip(citizens, reader_inputs(thread), strict=True):
            if comment.id in stored.review.comments:
                yield ReviewedComment(
                    group=f"{thread.channel} {thread.post.id}",
                    input=given,
                    review=stored.review.comments[comment.id],
                )
