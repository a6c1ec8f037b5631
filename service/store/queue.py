"""What needs a person: comments that call for a reply and have none that counts.

And those that a person must see today, whether they call for a reply or not.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from nlp.vocabulary import Evidence, Label
from service.store.database import Store
from service.store.migrations import LABEL_COLUMNS
from service.store.readings import COUNTED_READING, counted
from service.store.rows import utc_text
from service.store.threads import ACCOUNT_NAME, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenComment:
    """One comment in the queue."""

    comment_id: int
    post_id: int
    account: str
    channel: str
    created: datetime
    language: str | None
    text: str = field(repr=False)
    post_text: str = field(repr=False)
    labels: tuple[Label, ...]
    unsure: tuple[Label, ...]
    evidence: tuple[Evidence, ...]
    needs_reply: float
    """Probability that a reply is called for."""
    acknowledged: bool
    """A receipt or an automatic reply has been sent; the clock still runs."""


def open_comments(
    store: Store,
    *,
    fingerprint: str,
    account: str | None = None,
    channel: str | None = None,
    label: Label | None = None,
    unsure: bool = False,
) -> list[OpenComment]:
    """Comments that wait, in no particular order.

    One that is toxic or that the law may ask to be removed waits until it is hidden, answered or
    not: it calls for moderation, not for a reply.

    Args:
        store: Where from.
        fingerprint: The pipeline version whose readings count.
        account: Only this account.
        channel: Only this channel.
        label: Only comments on which this label holds or may hold.
        unsure: Also comments where the reader leaves it to a person whether a reply is called for
            or moderation.
    """
    held = ", ".join(map(counted, LABEL_COLUMNS))
    waiting, values = _waiting(account=account, channel=channel, label=label, unsure=unsure)
    with store.guarded():
        rows = store.connection.execute(
            f"""
            WITH named AS (SELECT post.*, {ACCOUNT_NAME} AS account FROM post)
            SELECT comment.comment_id, comment.post_id, post.account, post.channel,
                   comment.created, reading.language, comment.text, post.text,
                   reading.evidence, COALESCE(said.needs_reply, reading.needs_reply_p),
                   answer.comment_id IS NULL AND post.scored_by = reading.fingerprint
                   AND EXISTS (SELECT 1 FROM reply_link WHERE comment_id = comment.comment_id),
                   {held}
            {waiting}
            """,  # noqa: S608
            (fingerprint, *values),
        ).fetchall()
    found = []
    for comment_id, post_id, name, network, created, language, text, post_text, *rest in rows:
        evidence, needs_reply, acknowledged, *marks = rest
        marked = dict(zip(LABEL_COLUMNS, marks, strict=True))
        found.append(
            OpenComment(
                comment_id=comment_id,
                post_id=post_id,
                account=name,
                channel=network,
                created=moment(created),
                language=language,
                text=text,
                post_text=post_text,
                labels=tuple(Label(column) for column in LABEL_COLUMNS if marked[column] == 1),
                unsure=tuple(Label(column) for column in LABEL_COLUMNS if marked[column] is None),
                evidence=tuple(
                    Evidence(Label(code), start, end)
                    for code, start, end in json.loads(evidence)
                    if marked[code] != 0
                ),
                needs_reply=needs_reply,
                acknowledged=bool(acknowledged),
            )
        )
    return found


def count_open(
    store: Store,
    *,
    fingerprint: str,
    now: datetime,
    account: str | None = None,
    channel: str | None = None,
) -> int:
    """How many certainly wait: those of `open_comments` that were written at a moment."""
    waiting, values = _waiting(account=account, channel=channel, label=None, unsure=False)
    with store.guarded():
        (count,) = store.connection.execute(
            f"""
            WITH named AS (SELECT post.*, {ACCOUNT_NAME} AS account FROM post)
            SELECT COUNT(*) {waiting} AND comment.created <= ?
            """,  # noqa: S608
            (fingerprint, *values, utc_text(now)),
        ).fetchone()
    return int(count)


def _waiting(
    *, account: str | None, channel: str | None, label: Label | None, unsure: bool
) -> tuple[str, list[str]]:
    """SQL from FROM on for what waits, with one fingerprint before the values that it needs."""
    holds = "IS NOT 0" if unsure else "= 1"
    legal, toxic = counted("legal_review"), counted("toxic")
    conditions = [
        # What certainly must be seen waits though somebody has answered it; a doubt does not.
        f"({legal} = 1 OR {toxic} = 1 OR (answer.comment_id IS NULL AND "
        f"({legal} {holds} OR {toxic} {holds} OR {counted('needs_reply')} {holds})))",
        "comment.from_organisation = 0",
        "comment.is_hidden = 0",
    ]
    values = []
    if account is not None:
        conditions.append("post.account = ?")
        values.append(account)
    if channel is not None:
        conditions.append("post.channel = ?")
        values.append(channel)
    if label is not None:
        conditions.append(f"{counted(label.value)} IS NOT 0")
    waiting = f"""
        FROM comment
        JOIN named AS post USING (post_id)
        JOIN {COUNTED_READING}
        LEFT JOIN answer
          ON answer.comment_id = comment.comment_id AND post.scored_by = reading.fingerprint
        WHERE {" AND ".join(conditions)}
        """
    return waiting, values
