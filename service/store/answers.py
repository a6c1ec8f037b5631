"""Keeps and hands out how well each comment was answered, by all replies that it got together."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from sqlite3 import Connection

from nlp.vocabulary import (
    AnswerScore,
    CommentId,
    FollowUp,
    Label,
    MatterScore,
    Passage,
    ThreadReading,
    WellAnswered,
)
from service.store.database import Store
from service.store.rows import utc_text
from service.store.threads import StoredThread


def store_answers(connection: Connection, stored: StoredThread, judged: ThreadReading) -> None:
    """Keep the answers of a thread of which none are kept; within the caller's transaction."""
    numbers = stored.comment_ids
    machine = {asked: took.value for asked, took in judged.machine_follow_ups.items()}
    created = {comment.id: comment.created for comment in stored.thread.comments}
    connection.executemany(
        "INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                numbers[one.comment_id],
                stored.post_id,
                numbers[one.reply_ids[0]],
                utc_text(created[one.reply_ids[0]]),
                judged.follow_ups.get(one.comment_id, FollowUp.NONE).value,
                one.answers,
                one.next_step,
                one.tone,
                one.clarity,
                one.grade,
                one.well_answered.value,
                " ".join(str(numbers[reply]) for reply in one.reply_ids),
                json.dumps(dict(one.machine)),
                machine.get(one.comment_id),
            )
            for one in judged.answered
        ),
    )
    connection.executemany(
        "INSERT INTO matter VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                numbers[one.comment_id],
                place,
                stored.post_id,
                matter.label.value,
                matter.start,
                matter.end,
                matter.level,
                json.dumps([[numbers[p.reply_id], p.start, p.end] for p in matter.passages]),
                matter.machine,
            )
            for one in judged.answered
            for place, matter in enumerate(one.matters)
        ),
    )


def load_answers(
    store: Store, stored: StoredThread, *, fingerprint: str
) -> dict[CommentId, AnswerScore]:
    """How well each answered comment of one thread was answered, by comment."""
    names = {number: name for name, number in stored.comment_ids.items()}
    with store.guarded():
        found = store.connection.execute(
            """
            SELECT comment_id, answers, next_step, tone, clarity, grade, well_answered, replies,
                   machine
            FROM answer JOIN post USING (post_id)
            WHERE post_id = ? AND post.scored_by = ? AND grade IS NOT NULL
            """,
            (stored.post_id, fingerprint),
        ).fetchall()
        matters = defaultdict(list)
        for number, matter in _matters(store, stored.post_id, names):
            matters[number].append(matter)
    return {
        names[number]: AnswerScore(
            comment_id=names[number],
            reply_ids=tuple(names[int(reply)] for reply in replies.split()),
            answers=answers,
            next_step=next_step,
            tone=tone,
            clarity=clarity,
            grade=grade,
            well_answered=WellAnswered(well_answered),
            matters=tuple(matters[number]),
            machine=json.loads(machine),
        )
        for (
            number,
            answers,
            next_step,
            tone,
            clarity,
            grade,
            well_answered,
            replies,
            machine,
        ) in found
    }


def _matters(
    store: Store, post_id: int, names: dict[int, CommentId]
) -> Iterator[tuple[int, MatterScore]]:
    for number, label, start, end, level, passages, machine in store.connection.execute(
        """
        SELECT comment_id, label, starts, ends, level, passages, machine FROM matter
        WHERE post_id = ? ORDER BY comment_id, place
        """,
        (post_id,),
    ):
        yield (
            number,
            MatterScore(
                label=Label(label),
                start=start,
                end=end,
                level=level,
                passages=tuple(
                    Passage(names[reply], first, last)
                    for reply, first, last in json.loads(passages)
                ),
                machine=machine,
            ),
        )
