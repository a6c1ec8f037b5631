"""Threads that are on their way off the rails: much of what was written last is uncivil."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from service.store.database import Store
from service.store.readings import COUNTED_READING, counted
from service.store.rows import utc_text
from service.store.threads import ACCOUNT_NAME, moment

LATEST: Final = 8
"""Comments that are looked at: what a reader has on the screen when the thread is opened."""

FADES: Final = 0.85
"""What each comment weighs of the one after it: the tone of the last ones is that of the next."""

FEWEST: Final = 2
WARNED: Final = 0.25
"""Uncivil comments among the latest, and the weighed share of them, from which one is warned."""

STILL_ON: Final = timedelta(days=7)
"""A thread in which nobody has written for so long cannot be turned any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derailing:
    """One thread to look at now."""

    post_id: int
    account: str
    channel: str
    text: str = field(repr=False)
    uncivil: int
    """Uncivil comments among the latest."""
    latest: int
    """How many those are, at most `LATEST`."""
    last: datetime
    """When the last of them was written."""
    share: float
    """The weighed share of uncivil comments, the newest weighing most."""


def derailing_threads(
    store: Store,
    *,
    fingerprint: str,
    now: datetime,
    account: str | None = None,
    channel: str | None = None,
) -> list[Derailing]:
    """Those that are going wrong, the worst first; what is hidden already counts no more.

    Args:
        store: Where from.
        fingerprint: The pipeline version whose readings count; what people have said outranks them.
        now: What is written later than this is left out.
        account: Only this account.
        channel: Only this channel.
    """
    conditions = ["comment.from_organisation = 0", "comment.is_hidden = 0", "comment.created <= ?"]
    values = [utc_text(now)]
    for column, value in (("account", account), ("channel", channel)):
        if value is not None:
            conditions.append(f"post.{column} = ?")
            values.append(value)
    with store.guarded():
        rows = store.connection.execute(
            f"""
            WITH named AS (SELECT post.*, {ACCOUNT_NAME} AS account FROM post),
            placed AS (
                SELECT comment.post_id, post.account, post.channel, post.text, comment.created,
                       {counted("uncivil")} AS uncivil, reading.uncivil_p AS likely,
                       ROW_NUMBER() OVER (
                           PARTITION BY comment.post_id
                           ORDER BY comment.created DESC, comment.comment_id DESC
                       ) AS place
                FROM comment
                JOIN named AS post USING (post_id)
                JOIN {COUNTED_READING}
                WHERE {" AND ".join(conditions)}
            )
            SELECT post_id, account, channel, text, created, uncivil, likely FROM placed
            WHERE place <= {LATEST} ORDER BY post_id, place
            """,  # noqa: S608
            (fingerprint, *values),
        ).fetchall()
    by_post = defaultdict(list)
    for row in rows:
        by_post[row[0]].append(row[1:])
    found = []
    for post_id, latest in by_post.items():
        name, network, text, created, *_ = latest[0]
        last = moment(created)
        weights = [FADES**place for place in range(len(latest))]
        # A label left to a person counts by its probability.
        abuse = [likely if held is None else float(held) for *_, held, likely in latest]
        share = sum(w * a for w, a in zip(weights, abuse, strict=True)) / sum(weights)
        uncivil = sum(held == 1 for *_, held, _ in latest)
        if uncivil >= FEWEST and share >= WARNED and now - last <= STILL_ON:
            found.append(
                Derailing(
                    post_id=post_id,
                    account=name,
                    channel=network,
                    text=text,
                    uncivil=uncivil,
                    latest=len(latest),
                    last=last,
                    share=share,
                )
            )
    return sorted(found, key=lambda one: (-one.share, -one.uncivil, one.post_id))
