"""Keeps what was judged of a thread: readings for good, links and scores until the next time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from nlp.readers.reader import LABELS
from nlp.reviews import outranked
from nlp.vocabulary import (
    CommentId,
    Evidence,
    Label,
    Reading,
    ReplyScore,
    SentimentReading,
    ThreadReading,
    WellAnswered,
)
from service.errors import NotFound
from service.store.answers import store_answers
from service.store.database import Store
from service.store.inputs import settle_inputs
from service.store.migrations import LABEL_COLUMNS, PROBABILITY_COLUMNS, SENTIMENT_COLUMNS
from service.store.rows import utc_text
from service.store.threads import StoredThread, load_thread

HOLDING_READING = """
reading.comment_id = comment.comment_id AND reading.fingerprint = ?
AND reading.input_hash = comment.input_hash
"""
"""SQL to join a comment with the reading that holds of it now: made by that pipeline version of
all that a reader is given of it as it stands; see inputs.py."""

COUNTED_READING = f"""
reading ON {HOLDING_READING}
LEFT JOIN said ON said.comment_id = reading.comment_id
"""
"""The same, with what people have said of the comment, of which `counted` makes one."""


def counted(column: str) -> str:
    """SQL for a label or the sentiment as it counts: a person's word outranks the reading."""
    return f"COALESCE(said.{column}, reading.{column})"


_READING_COLUMNS = (
    "language",
    *PROBABILITY_COLUMNS,
    *LABEL_COLUMNS,
    *SENTIMENT_COLUMNS,
    "sentiment",
    "sentiment_unsure",
    "unsure",
    "is_casual",
    "evidence",
)


def _values(reading: Reading) -> tuple[object, ...]:
    held = (reading.holds(label) for label in LABELS)
    evidence = [[span.label.value, span.start, span.end] for span in reading.evidence]
    return (
        reading.language,
        *(reading.labels[label] for label in LABELS),
        *(None if holds is None else int(holds) for holds in held),
        reading.sentiment.negative,
        reading.sentiment.neutral,
        reading.sentiment.positive,
        reading.sentiment.label.value,
        int(reading.sentiment_unsure),
        " ".join(reading.unsure),
        int(reading.is_casual),
        json.dumps(evidence),
    )


def _reading(comment_id: CommentId, values: Mapping[str, object]) -> Reading:
    held = {label: values[label.value] for label in LABELS}
    return Reading(
        comment_id=comment_id,
        language=None if values["language"] is None else str(values["language"]),
        labels={label: float(str(values[f"{label.value}_p"])) for label in LABELS},
        decided=tuple(label for label in LABELS if held[label] == 1),
        unsure=tuple(map(Label, str(values["unsure"]).split())),
        sentiment=SentimentReading(
            **{name: float(str(values[name])) for name in SENTIMENT_COLUMNS}
        ),
        sentiment_unsure=bool(values["sentiment_unsure"]),
        is_casual=bool(values["is_casual"]),
        evidence=tuple(
            Evidence(Label(label), start, end)
            for label, start, end in json.loads(str(values["evidence"]))
        ),
    )


def save_thread_reading(
    store: Store,
    stored: StoredThread,
    judged: ThreadReading,
    *,
    fingerprint: str,
    read_at: datetime,
) -> bool:
    """Keep all that was judged of one thread, in one transaction.

    An import may have changed the thread while it was read. What was judged then holds no longer:
    nothing is kept, and the thread waits to be read again.

    Args:
        store: Where to.
        stored: The thread as it was read.
        judged: What was judged of it.
        fingerprint: The pipeline version that judged.
        read_at: When, aware.

    Returns:
        Whether it was kept.
    """
    numbers = stored.comment_ids
    with store.writing() as connection:
        if not _is_as_it_was(store, stored):
            return False
        inputs = settle_inputs(store, stored)
        columns = ", ".join(_READING_COLUMNS)
        marks = ", ".join("?" * (len(_READING_COLUMNS) + 4))
        connection.executemany(
            "INSERT OR IGNORE INTO reading "  # noqa: S608
            f"(comment_id, fingerprint, input_hash, read_at, {columns}) VALUES ({marks})",
            (
                (
                    numbers[reading.comment_id],
                    fingerprint,
                    inputs[reading.comment_id],
                    utc_text(read_at),
                    *_values(reading),
                )
                for reading in judged.readings
            ),
        )
        for table in ("reply_link", "reply_score", "answer", "matter", "discussion_score"):
            connection.execute(f"DELETE FROM {table} WHERE post_id = ?", (stored.post_id,))  # noqa: S608
        connection.executemany(
            "INSERT INTO reply_link VALUES (?, ?, ?, ?)",
            (
                (numbers[link.reply_id], numbers[target], stored.post_id, link.rule.value)
                for link in judged.links
                if link.rule is not None
                for target in link.to
            ),
        )
        connection.executemany(
            "INSERT INTO reply_score VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    numbers[score.reply_id],
                    stored.post_id,
                    score.answers,
                    score.next_step,
                    score.tone,
                    score.clarity,
                    score.grade,
                    int(score.acknowledgement_only),
                    int(score.reply_id in judged.automatic),
                    score.well_answered.value,
                    " ".join(score.reasons),
                    json.dumps(dict(score.machine)),
                )
                for score in judged.replies
            ),
        )
        store_answers(connection, stored, judged)
        if (discussion := judged.discussion) is not None:
            connection.execute(
                "INSERT INTO discussion_score VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    stored.post_id,
                    discussion.civility,
                    discussion.reasoning,
                    discussion.reciprocity,
                    discussion.relevance,
                    discussion.constructiveness,
                    discussion.presence,
                    discussion.index,
                    json.dumps(dict(discussion.machine)),
                ),
            )
        connection.execute(
            "UPDATE post SET is_dirty = 0, scored_by = ? WHERE post_id = ?",
            (fingerprint, stored.post_id),
        )
    return True


def _is_as_it_was(store: Store, stored: StoredThread) -> bool:
    try:
        return load_thread(store, stored.post_id) == stored
    except NotFound:  # two posts have turned out to be one
        return False


def load_readings(
    store: Store, stored: StoredThread, *, fingerprint: str
) -> dict[CommentId, Reading]:
    """The readings that hold now for one thread, by comment."""
    columns = ", ".join(f"reading.{column}" for column in _READING_COLUMNS)
    with store.guarded():
        found = store.connection.execute(
            f"""
            SELECT comment.external_id, {columns}
            FROM comment JOIN reading ON {HOLDING_READING}
            WHERE comment.post_id = ?
            """,  # noqa: S608
            (fingerprint, stored.post_id),
        ).fetchall()
    return {
        CommentId(external_id): _reading(
            CommentId(external_id), dict(zip(_READING_COLUMNS, values, strict=True))
        )
        for external_id, *values in found
    }


def load_judgements(
    store: Store, stored: StoredThread, *, fingerprint: str
) -> dict[CommentId, Reading]:
    """The readings of one thread as they count: what people have said outranks them."""
    said = stored.review.comments
    return {
        name: outranked(reading, said[name]) if name in said else reading
        for name, reading in load_readings(store, stored, fingerprint=fingerprint).items()
    }


def load_reply_scores(
    store: Store, stored: StoredThread, *, fingerprint: str
) -> dict[CommentId, ReplyScore]:
    """The scores of the organisation's replies in one thread, by reply."""
    with store.guarded():
        found = store.connection.execute(
            """
            SELECT comment.external_id, answers, next_step, tone, clarity, grade,
                   acknowledgement_only, well_answered, reasons, machine
            FROM reply_score JOIN comment ON comment.comment_id = reply_score.reply_id
            JOIN post ON post.post_id = reply_score.post_id
            WHERE reply_score.post_id = ? AND post.scored_by = ?
            """,
            (stored.post_id, fingerprint),
        ).fetchall()
    return {
        CommentId(reply): ReplyScore(
            reply_id=CommentId(reply),
            answers=answers,
            next_step=next_step,
            tone=tone,
            clarity=clarity,
            grade=grade,
            acknowledgement_only=bool(acknowledgement_only),
            well_answered=WellAnswered(well_answered),
            reasons=tuple(reasons.split()),
            machine=json.loads(machine),
        )
        for (
            reply,
            answers,
            next_step,
            tone,
            clarity,
            grade,
            acknowledgement_only,
            well_answered,
            reasons,
            machine,
        ) in found
    }
