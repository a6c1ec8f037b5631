"""The only place where SQL becomes a data frame: one row per citizen comment, one per post.

Columns and types are those of service.nyckeltal.columns, which also checks them.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from service.store.database import Store
from service.store.threads import ACCOUNT_NAME

_LABELS: Final = (
    "question",
    "complaint",
    "suggestion",
    "praise",
    "needs_reply",
    "fault_report",
    "uncivil",
    "reasoned",
)
_COMMENT_TYPES: Final = {
    "post": "int64",
    "account": "str",
    "channel": "str",
    "writer": "str",
    "language": "str",
    **dict.fromkeys(_LABELS, "boolean"),
    "read": "bool",
    "sentiment": "str",
    "sentiment_unsure": "bool",
    "hidden": "bool",
}
_POST_FIGURES: Final = (
    "reach",
    "views",
    "reactions",
    "comments",
    "shares",
    "link_clicks",
    "clicks",
)
_POST_TYPES: Final = {
    "post": "int64",
    "account": "str",
    "channel": "str",
    **dict.fromkeys(_POST_FIGURES, "Int64"),
}


def comment_frame(store: Store, *, fingerprint: str) -> pd.DataFrame:
    """Every comment that somebody outside the organisation wrote, with what is judged of it.

    Args:
        store: Where from.
        fingerprint: The pipeline version whose readings count.
    """
    labels = ", ".join(f"reading.{label}" for label in _LABELS)
    columns = ["post", "account", "channel", "created", "writer", "language", *_LABELS]
    columns += ["read", "sentiment", "sentiment_unsure", "first_reply", "hidden"]
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
    frame = pd.DataFrame.from_records(rows, columns=columns)
    for moment in ("created", "first_reply"):
        frame[moment] = _moments(frame[moment])
    return frame.astype(_COMMENT_TYPES)


def post_frame(store: Store) -> pd.DataFrame:
    """Every post with the network's own figures; stand-ins have none."""
    figures = ", ".join(_POST_FIGURES)
    with store.guarded():
        rows = store.connection.execute(
            f"SELECT post_id, {ACCOUNT_NAME}, channel, published, {figures} "  # noqa: S608
            "FROM post ORDER BY post_id"
        ).fetchall()
    columns = ["post", "account", "channel", "published", *_POST_FIGURES]
    frame = pd.DataFrame.from_records(rows, columns=columns)
    frame["published"] = _moments(frame["published"])
    return frame.astype(_POST_TYPES)


def _moments(texts: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    return pd.to_datetime(texts, utc=True, format="ISO8601").astype("datetime64[us, UTC]")
