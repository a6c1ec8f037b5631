"""The frames that figures are counted from: their columns and dtypes, in one place.

`frame.astype(dict(COMMENT_COLUMNS))` gives a frame the right dtypes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import pandas as pd

_TIME: Final = "datetime64[us, UTC]"

LABEL_COLUMNS: Final = (
    "question",
    "complaint",
    "suggestion",
    "praise",
    "needs_reply",
    "fault_report",
    "uncivil",
    "reasoned",
)
"""Labels that figures are counted from: holds, holds not, or missing where a person must say."""

COMMENT_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "post": "int64",
        "account": "str",
        "channel": "str",
        "created": _TIME,
        "writer": "str",  # pseudonym; missing where the source names nobody
        "language": "str",
        **dict.fromkeys(LABEL_COLUMNS, "boolean"),
        "read": "bool",  # a reading exists
        "sentiment": "str",
        "sentiment_unsure": "bool",
        "first_reply": _TIME,  # by a person, and not merely an acknowledgement
        "well_answered": "str",  # yes, partly or no; missing where nobody replied
        "hidden": "bool",
        "casual": "boolean",  # written as people speak, or all in lower case
    }
)
"""One row per comment by a citizen; the organisation's own are not in it."""

REVIEW_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "comment": "int64",
        "account": "str",
        "channel": "str",
        "created": _TIME,
        "label": "str",
        "said": "bool",  # by a person
        "machine": "boolean",  # by the reader; missing where it leaves it to a person
    }
)
"""One row per label of a read comment that a person has said something of, the last word."""

DRAWN_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "draw": "int64",
        "label": "str",
        "start": _TIME,  # of what it was drawn from, half-open
        "end": _TIME,
        "of_account": "str",  # missing for all
        "drawn_at": _TIME,
        "stratum": "str",
        "size": "int64",  # comments of the stratum that it was drawn from
        "comment": "int64",
    }
)
"""One row per comment that was drawn by lot for people to read."""

METRIC_COLUMNS: Final = (
    "reach",
    "views",
    "reactions",
    "comments",
    "shares",
    "link_clicks",
    "clicks",
)
"""What the network itself has counted of a post; missing is unknown, not zero."""

POST_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "post": "int64",
        "account": "str",
        "channel": "str",
        "published": _TIME,
        **dict.fromkeys(METRIC_COLUMNS, "Int64"),
    }
)
"""One row per post."""


def check_comments(frame: pd.DataFrame) -> None:
    """Check that a frame is one of comments.

    Raises:
        ValueError: A column is missing or of another dtype, or holds no value where one must be.
    """
    _check(frame, COMMENT_COLUMNS, filled=("account", "channel", "created"))


def check_posts(frame: pd.DataFrame) -> None:
    """Check that a frame is one of posts.

    Raises:
        ValueError: A column is missing or of another dtype, or holds no value where one must be,
            or a post stands twice.
    """
    _check(frame, POST_COLUMNS, filled=("account", "channel"))
    if not frame["post"].is_unique:
        raise ValueError("a post stands more than once in the frame of posts")


def check_reviews(frame: pd.DataFrame) -> None:
    """Refuse a frame of reviews that is not as its columns say.

    Raises:
        ValueError: A column is missing, has another dtype, or lacks a value where one must be.
    """
    _check(frame, REVIEW_COLUMNS, filled=("account", "channel", "created", "label"))


def check_drawn(frame: pd.DataFrame) -> None:
    """Refuse a frame of drawn comments that is not as its columns say.

    Raises:
        ValueError: A column is missing, has another dtype, or lacks a value where one must be.
    """
    _check(frame, DRAWN_COLUMNS, filled=("label", "start", "end", "drawn_at", "stratum"))


def _check(frame: pd.DataFrame, columns: Mapping[str, str], *, filled: tuple[str, ...]) -> None:
    found = {str(name): str(dtype) for name, dtype in frame.dtypes.items()}
    wrong = {
        name: found.get(name, "missing")
        for name, dtype in columns.items()
        if found.get(name) != dtype
    }
    if wrong:
        wanted = {name: columns[name] for name in wrong}
        raise ValueError(f"columns are {wrong}, must be {wanted}")
    for name in filled:
        if frame[name].isna().any():
            raise ValueError(f"the column {name} has rows without a value")
