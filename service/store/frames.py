"""The only place where SQL becomes a data frame: one row per citizen comment, one per post.

Columns, their order and types are those of service.columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from service.columns import COMMENT_COLUMNS, LABEL_COLUMNS, METRIC_COLUMNS, POST_COLUMNS
from service.store.database import Store
from service.store.readings import COUNTED_READING, counted
from service.store.threads import ACCOUNT_NAME

_WRITER: Final = list(COMMENT_COLUMNS).index("writer")


def comment_frame(store: Store, *, fingerprint: str) -> pd.DataFrame:
    """Every comment that somebody outside the organisation wrote, with what is judged of it.

    Args:
        store: Where from.
        fingerprint: The pipeline version whose readings count.
    """
    labels = ", ".join(map(counted, LABEL_COLUMNS))
    with store.guarded():
        rows = store.connection.execute(
            f"""
            WITH named AS (SELECT post.*, {ACCOUNT_NAME} AS account FROM post)
            SELECT comment.post_id, post.account, post.channel, comment.created,
                   comment.author_key, reading.language, {labels},
                   reading.reading_id IS NOT NULL, {counted("sentiment")},
                   said.sentiment IS NULL AND COALESCE(reading.sentiment_unsure, 1),
                   answer.first_reply, answer.well_answered, comment.is_hidden,
                   reading.is_casual, comment.handle_key
            FROM comment
            JOIN named AS post USING (post_id)
            LEFT JOIN {COUNTED_READING}
            LEFT JOIN answer
              ON answer.comment_id = comment.comment_id AND post.scored_by = ?
            WHERE comment.from_organisation = 0
            ORDER BY comment.comment_id
            """,  # noqa: S608
            (fingerprint, fingerprint),
        ).fetchall()
    frame = pd.DataFrame.from_records(rows, columns=[*COMMENT_COLUMNS, "handle"])
    # Of the rows themselves: in a column of text pandas writes NaN for None.
    frame["writer"] = _persons([(row[_WRITER], row[-1]) for row in rows])
    del frame["handle"]
    for moment in ("created", "first_reply"):
        frame[moment] = moments(frame[moment])
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
    frame["published"] = moments(frame["published"])
    return frame.astype(dict(POST_COLUMNS))


def moments(texts: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    """Moments as the store writes them, as pandas has them."""
    return pd.to_datetime(texts, utc=True, format="ISO8601")


def _persons(keys: Sequence[tuple[str | None, str | None]]) -> list[str | None]:
    """One key for each comment's writer, of its keys of id and of name; None for none at all.

    One file tells of a person by id, another by name, and a third by both: what any comment joins
    is one person. Two people of one name count as one, which withholds a figure too many rather
    than one too few; only an id and a name that no file tells together count apart.
    """
    same: dict[str, str] = {}

    def first(key: str) -> str:
        while (nearer := same.setdefault(key, key)) != key:
            same[key] = same[nearer]
            key = nearer
        return key

    for author, handle in keys:
        if author is not None and handle is not None:
            same[first(author)] = first(handle)
    return [None if author is None else first(author) for author, _ in keys]
