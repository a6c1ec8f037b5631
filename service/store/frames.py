"""The only place where SQL becomes a data frame: one row per citizen comment, one per post.

Columns, their order and types are those of service.columns.
"""

from __future__ import annotations

import pandas as pd

from service.columns import COMMENT_COLUMNS, LABEL_COLUMNS, METRIC_COLUMNS, POST_COLUMNS
from service.store.database import Store
from service.store.threads import ACCOUNT_NAME


def comment_frame(store: Store, *, fingerprint: str) -> pd.DataFrame:
    """Every comment that somebody outside the organisation wrote, with what is judged of it.

    Args:
        store: Where from.
        fingerprint: The pipeline version whose readings count.
    """
    labels = ", ".join(f"reading.{label}" for label in LABEL_COLUMNS)
    with store.guarded():
        rows = store.connection.execute(
            f"""
            WITH named AS (SELECT post.*, {ACCOUNT_NAME} AS account FROM post)
            SELECT comment.post_id, named.account, named.channel, comment.created,
                   comment.author_key, reading.language, {labels},
                   reading.reading_id IS NOT NULL, reading.sentiment,
                   COALESCE(reading.sentiment_unsure, 1), answer.first_reply, comment.is_hidden
            FROM comment
            JOIN named USING (post_id)
            LEFT JOIN reading
              ON reading.comment_id = comment.comment_id AND reading.fingerprint = ?
             AND reading.text_hash = comment.text_hash
             AND reading.post_text_hash = named.text_hash
            LEFT JOIN answer ON answer.comment_id = comment.comment_id
            WHERE comment.from_organisation = 0
            ORDER BY comment.comment_id
            """,  # noqa: S608
            (fingerprint,),
        ).fetchall()
    frame = pd.DataFrame.from_records(rows, columns=list(COMMENT_COLUMNS))
    for moment in ("created", "first_reply"):
        frame[moment] = _moments(frame[moment])
    return frame.astype(dict(COMMENT_COLUMNS))


def post_frame(store: Store) -> pd.DataFrame:
    """Every post with the network's own figures; stand-ins have none."""
    figures = ", ".join(METRIC_COLUMNS)
    with store.guarded():
        rows = store.connection.execute(
            f"SELECT post_id, {ACCOUNT_NAME}, channel, published, {figures} "  # noqa: S608
            "FROM post ORDER BY post_id"
        ).fetchall()
    frame = pd.DataFrame.from_records(rows, columns=list(POST_COLUMNS))
    frame["published"] = _moments(frame["published"])
    return frame.astype(dict(POST_COLUMNS))


def _moments(texts: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    return pd.to_datetime(texts, utc=True, format="ISO8601")
