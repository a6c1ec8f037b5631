"""Comments worth lifting: civil ones that appreciate or propose something, and say why."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from nlp.vocabulary import Evidence, Label
from service.store.database import Store
from service.store.readings import COUNTED_READING, counted
from service.store.rows import utc_text
from service.store.threads import ACCOUNT_NAME, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class WorthLifting:
    """One comment that others might like to see."""

    comment_id: int
    post_id: int
    account: str
    channel: str
    created: datetime
    text: str = field(repr=False)
    post_text: str = field(repr=False)
    labels: tuple[Label, ...]
    """Of praise and suggestion, those that hold."""
    evidence: tuple[Evidence, ...]


def worth_lifting(
    store: Store,
    *,
    fingerprint: str,
    now: datetime,
    account: str | None = None,
    channel: str | None = None,
) -> list[WorthLifting]:
    """The likeliest first, of equals the newest.

    A comment is worth lifting that is reasoned, on topic, and praises or proposes something; that
    certainly is neither uncivil nor for moderation, and names nobody's personal data. How likely it
    is: the probability of a reason times the higher of those of praise and of a proposal. What a
    person has said counts as certain.

    Args:
        store: Where from.
        fingerprint: The pipeline version whose readings count.
        now: What is written later than this is left out.
        account: Only this account.
        channel: Only this channel.
    """

    def likely(column: str) -> str:
        return f"COALESCE(said.{column}, reading.{column}_p)"

    conditions = [
        "comment.from_organisation = 0",
        "comment.is_hidden = 0",
        "comment.created <= ?",
        f"{counted('reasoned')} = 1",
        f"{counted('on_topic')} = 1",
        f"({counted('praise')} = 1 OR {counted('suggestion')} = 1)",
        *(f"{counted(name)} = 0" for name in ("uncivil", "toxic", "legal_review", "personal_data")),
    ]
    values = [utc_text(now)]
    for column, value in (("account", account), ("channel", channel)):
        if value is not None:
            conditions.append(f"post.{column} = ?")
            values.append(value)
    with store.guarded():
        rows = store.connection.execute(
            f"""
            WITH named AS (SELECT post.*, {ACCOUNT_NAME} AS account FROM post)
            SELECT comment.comment_id, comment.post_id, post.account, post.channel,
                   comment.created, comment.text, post.text, reading.evidence,
                   {counted("praise")}, {counted("suggestion")}
            FROM comment
            JOIN named AS post USING (post_id)
            JOIN {COUNTED_READING}
            WHERE {" AND ".join(conditions)}
            ORDER BY {likely("reasoned")} * MAX({likely("praise")}, {likely("suggestion")}) DESC,
                     comment.created DESC, comment.comment_id
            """,  # noqa: S608
            (fingerprint, *values),
        ).fetchall()
    found = []
    for comment_id, post_id, name, network, created, text, post_text, evidence, *held in rows:
        labels = (Label.PRAISE, Label.SUGGESTION)
        ours = tuple(label for label, holds in zip(labels, held, strict=True) if holds == 1)
        found.append(
            WorthLifting(
                comment_id=comment_id,
                post_id=post_id,
                account=name,
                channel=network,
                created=moment(created),
                text=text,
                post_text=post_text,
                labels=ours,
                evidence=tuple(
                    Evidence(Label(code), start, end)
                    for code, start, end in json.loads(evidence)
                    if Label(code) in ours
                ),
            )
        )
    return found
