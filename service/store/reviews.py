"""Keeps what people have said of comments, beside the readings and never in their place.

Append-only: the last word on each label counts, and only of the text that it was said of. What
counts now stands in the view `said`, and of one thread in StoredThread.reviews.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from nlp.reviews import Review, ReviewedComment
from nlp.threads import reader_inputs
from nlp.vocabulary import Label
from service.errors import BadRequest, NotFound
from service.store.database import Store
from service.store.rows import utc_text
from service.store.threads import load_thread


def save_review(
    store: Store, comment_id: int, review: Review, *, reviewer: str, reviewed_at: datetime
) -> int:
    """Keep one person's word on one comment; its thread waits to be scored by it.

    What is toxic is uncivil: who says the one, or denies the other, has said both.

    Args:
        store: Where to.
        comment_id: The store's number of the comment.
        review: What is said; at least something.
        reviewer: Who says it.
        reviewed_at: When, aware.

    Returns:
        The number of the comment's post.

    Raises:
        NotFound: There is no such comment.
        BadRequest: Nothing is said, or nobody says it, or it contradicts itself, or the comment is
            the organisation's own.
    """
    labels = dict(review.labels)
    if labels.get(Label.TOXIC):
        labels.setdefault(Label.UNCIVIL, True)
    if labels.get(Label.UNCIVIL) is False:
        labels.setdefault(Label.TOXIC, False)
    said = {label.value: str(int(holds)) for label, holds in labels.items()}
    if review.sentiment is not None:
        said["sentiment"] = review.sentiment.value
    if not said or not reviewer.strip():
        raise BadRequest("En granskning ska säga något om kommentaren, och vem som säger det.")
    if labels.get(Label.TOXIC) and not labels[Label.UNCIVIL]:
        raise BadRequest(
            "En kommentar som är hatisk eller hotfull är också ohövlig. Ändra det ena."
        )
    with store.writing() as connection:
        found = connection.execute(
            "SELECT post_id, text_identity, from_organisation FROM comment WHERE comment_id = ?",
            (comment_id,),
        ).fetchone()
        if found is None:
            raise NotFound(f"Det finns ingen kommentar med nummer {comment_id} i databasen.")
        post_id, identity, from_organisation = found
        if from_organisation:
            raise BadRequest("Organisationens egna svar granskas inte på det här sättet.")
        connection.executemany(
            "INSERT INTO review (comment_id, text_identity, aspect, value, reviewer, reviewed_at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [
                (comment_id, identity, aspect, value, reviewer.strip(), utc_text(reviewed_at))
                for aspect, value in said.items()
            ],
        )
        connection.execute("UPDATE post SET is_dirty = 1 WHERE post_id = ?", (post_id,))
    return int(post_id)


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
            if comment.id in stored.reviews:
                yield ReviewedComment(
                    group=f"{thread.channel} {thread.post.id}",
                    input=given,
                    review=stored.reviews[comment.id],
                )
