"""Comments drawn by lot for people to read, and what they have said of them.

A lot is drawn of the read comments of a period, in strata by what the reader decided; inside each
every comment is as likely as the next, and the accounts get their shares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd

from nlp.vocabulary import Label
from service.columns import DRAWN_COLUMNS, LABEL_COLUMNS, REVIEW_COLUMNS
from service.store.database import Store
from service.store.frames import moments
from service.store.readings import HOLDING_READING
from service.store.rows import utc_text
from service.store.threads import ACCOUNT_NAME, moment

MOST_GROWN: Final = 1.02
"""A lot speaks for what it was drawn from: when that has since grown by more than a fiftieth, by
an import of older comments, it no longer corrects anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnFrom:
    """What a lot is drawn from."""

    label: Label
    start: datetime
    end: datetime
    account: str | None
    fingerprint: str

    def _values(self) -> dict[str, str | None]:
        return {
            "label": self.label.value,
            "starts": utc_text(self.start),
            "ends": utc_text(self.end),
            "account": self.account,
            "fingerprint": self.fingerprint,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumCount:
    """How many comments a reader decided the same of."""

    name: str
    """yes, no or unsure."""
    size: int
    probability: float
    """The mean of what the reader gave the label."""
    drawn: int
    """How many have been drawn already."""


_FROM: Final = f"""
    FROM comment
    JOIN (SELECT post.*, {ACCOUNT_NAME} AS account FROM post) AS post USING (post_id)
    JOIN reading ON {HOLDING_READING.replace("?", ":fingerprint")}
    WHERE comment.from_organisation = 0
      AND comment.created >= :starts AND comment.created < :ends
      AND (:account IS NULL OR post.account = :account)
"""  # noqa: S608


def _decided(label: Label) -> str:
    return f"CASE reading.{label.value} WHEN 1 THEN 'yes' WHEN 0 THEN 'no' ELSE 'unsure' END"


def count_strata(store: Store, drawn_from: DrawnFrom) -> list[StratumCount]:
    """The strata of what a lot is to be drawn from, the reader's yes first."""
    label = drawn_from.label
    with store.guarded():
        found = store.connection.execute(
            f"""
            SELECT {_decided(label)} AS stratum, COUNT(*), AVG(reading.{label.value}_p)
            {_FROM} GROUP BY stratum
            """,
            drawn_from._values(),
        ).fetchall()
        draw_id = _open_draw(store, drawn_from, {name: size for name, size, _ in found})
        drawn = dict(
            store.connection.execute(
                "SELECT stratum, COUNT(*) FROM drawn WHERE draw_id = ? GROUP BY stratum", (draw_id,)
            ).fetchall()
        )
    strata = {
        name: StratumCount(name=name, size=size, probability=likely, drawn=drawn.get(name, 0))
        for name, size, likely in found
    }
    return [strata[name] for name in ("yes", "unsure", "no") if name in strata]


def _open_draw(store: Store, drawn_from: DrawnFrom, sizes: Mapping[str, int]) -> int | None:
    """The lot that was drawn of the very same before, which another round adds to."""
    found = store.connection.execute(
        """
        SELECT draw_id FROM draw
        WHERE label = :label AND starts = :starts AND ends = :ends AND account IS :account
          AND fingerprint = :fingerprint
        ORDER BY draw_id DESC LIMIT 1
        """,
        drawn_from._values(),
    ).fetchone()
    if found is None:
        return None
    (draw_id,) = found
    kept = dict(
        store.connection.execute(
            "SELECT stratum, size FROM drawn_stratum WHERE draw_id = ?", (draw_id,)
        ).fetchall()
    )
    return int(draw_id) if kept == dict(sizes) else None


def draw(
    store: Store,
    drawn_from: DrawnFrom,
    numbers: Mapping[str, int],
    *,
    drawn_at: datetime,
    random: np.random.Generator,
) -> int:
    """Draw comments by lot, in one transaction.

    Args:
        store: Where from and where to.
        drawn_from: Of what.
        numbers: How many of each stratum, beside those that are drawn already.
        drawn_at: When, aware.
        random: Who draws.

    Returns:
        The number of the lot.
    """
    values = drawn_from._values()
    with store.writing() as connection:
        rows = connection.execute(
            f"SELECT {_decided(drawn_from.label)}, comment.comment_id {_FROM} "
            "ORDER BY post.account, comment.created, comment.comment_id",
            values,
        ).fetchall()
        strata: dict[str, list[int]] = {}
        for name, comment_id in rows:
            strata.setdefault(name, []).append(comment_id)
        sizes = {name: len(members) for name, members in strata.items()}
        draw_id = _open_draw(store, drawn_from, sizes)
        if draw_id is None:
            draw_id = int(
                connection.execute(
                    "INSERT INTO draw (label, starts, ends, account, fingerprint, drawn_at) VALUES "
                    "(:label, :starts, :ends, :account, :fingerprint, :drawn_at) RETURNING draw_id",
                    {**values, "drawn_at": utc_text(drawn_at)},
                ).fetchone()[0]
            )
            connection.executemany(
                "INSERT INTO drawn_stratum VALUES (?, ?, ?)",
                [(draw_id, name, size) for name, size in sizes.items()],
            )
        known = connection.execute("SELECT comment_id FROM drawn WHERE draw_id = ?", (draw_id,))
        already = {comment_id for (comment_id,) in known}
        chosen = [
            (name, comment_id)
            for name, members in strata.items()
            for comment_id in _every_nth(
                [one for one in members if one not in already], numbers.get(name, 0), random
            )
        ]
        # In no order, so that those who stop half-way have read a lot of the lot.
        connection.executemany(
            "INSERT INTO drawn (draw_id, comment_id, stratum, place) VALUES (?, ?, ?, ?)",
            [
                (draw_id, *chosen[index][::-1], len(already) + place)
                for place, index in enumerate(random.permutation(len(chosen)))
            ],
        )
    return draw_id


def _every_nth(members: list[int], wanted: int, random: np.random.Generator) -> list[int]:
    """Evenly spread over the members in their order, from a start by chance: all as likely."""
    wanted = min(wanted, len(members))
    if not wanted:
        return []
    places = (random.random() + np.arange(wanted)) * (len(members) / wanted)
    return [members[int(place)] for place in places]


def drawn_frame(store: Store, *, fingerprint: str) -> pd.DataFrame:
    """Every comment that was drawn, as `columns.DRAWN_COLUMNS` says, of lots that still speak.

    Args:
        store: Where from.
        fingerprint: The pipeline version whose readings count.
    """
    with store.guarded():
        rows = store.connection.execute(
            f"""
            WITH speaking AS MATERIALIZED (
                SELECT * FROM draw
                WHERE {MOST_GROWN} * (
                    SELECT SUM(size) FROM drawn_stratum WHERE draw_id = draw.draw_id
                ) >= (
                    SELECT COUNT(*)
                    FROM comment
                    JOIN (SELECT post_id, {ACCOUNT_NAME} AS named FROM post) USING (post_id)
                    JOIN reading ON {HOLDING_READING}
                    WHERE from_organisation = 0 AND created >= starts AND created < ends
                      AND created < drawn_at AND (account IS NULL OR named = account)
                )
            )
            SELECT draw_id, label, starts, ends, account, drawn_at, stratum, size, comment_id
            FROM speaking JOIN drawn_stratum USING (draw_id) JOIN drawn USING (draw_id, stratum)
            ORDER BY draw_id, place
            """,  # noqa: S608
            (fingerprint,),
        ).fetchall()
    frame = pd.DataFrame.from_records(rows, columns=list(DRAWN_COLUMNS))
    for name in ("start", "end", "drawn_at"):
        frame[name] = moments(frame[name])
    return frame.astype(dict(DRAWN_COLUMNS))


def review_frame(store: Store, *, fingerprint: str) -> pd.DataFrame:
    """What people have said of labels of read comments, as `columns.REVIEW_COLUMNS` says."""
    labels = ", ".join(f"said.{label}, reading.{label}" for label in LABEL_COLUMNS)
    with store.guarded():
        # Crossed, so that it begins with the few that people have read and not with all comments.
        found = store.connection.execute(
            f"""
            SELECT comment.comment_id, {ACCOUNT_NAME}, post.channel, comment.created, {labels}
            FROM said CROSS JOIN comment USING (comment_id) JOIN post USING (post_id)
            JOIN reading ON {HOLDING_READING}
            WHERE comment.from_organisation = 0
            ORDER BY comment.comment_id
            """,  # noqa: S608
            (fingerprint,),
        ).fetchall()
    rows = [
        (*comment, label, said, machine)
        for *comment, in_pairs in ((*row[:4], row[4:]) for row in found)
        for label, said, machine in zip(LABEL_COLUMNS, in_pairs[::2], in_pairs[1::2], strict=True)
        if said is not None
    ]
    frame = pd.DataFrame.from_records(rows, columns=list(REVIEW_COLUMNS))
    frame["created"] = moments(frame["created"])
    return frame.astype(dict(REVIEW_COLUMNS))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLot:
    """A lot, and how far people have come in reading it."""

    number: int
    label: Label
    start: datetime
    end: datetime
    account: str | None
    drawn: int
    read: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnComment:
    """A comment that waits to be read by a person."""

    comment_id: int
    post_id: int
    language: str | None
    text: str = field(repr=False)
    parent: str | None = field(repr=False)
    """What it answers, where that is known."""
    post_text: str = field(repr=False)


def load_lots(store: Store) -> list[StoredLot]:
    """Every lot, the last drawn first."""
    with store.guarded():
        rows = store.connection.execute(
            """
            SELECT draw_id, label, starts, ends, account, COUNT(*), COUNT(last_word)
            FROM (
                SELECT draw.*, drawn.comment_id, (
                    SELECT MAX(review_id) FROM review JOIN comment USING (comment_id)
                    WHERE review.comment_id = drawn.comment_id AND aspect = draw.label
                      AND review.text_identity = comment.text_identity
                ) AS last_word
                FROM draw JOIN drawn USING (draw_id)
            )
            GROUP BY draw_id ORDER BY draw_id DESC
            """
        ).fetchall()
    return [
        StoredLot(
            number=number,
            label=Label(label),
            start=moment(starts),
            end=moment(ends),
            account=account,
            drawn=drawn,
            read=read,
        )
        for number, label, starts, ends, account, drawn, read in rows
    ]


def load_waiting(store: Store, lot: StoredLot, *, at_most: int) -> list[DrawnComment]:
    """The next comments of a lot that nobody has read."""
    with store.guarded():
        rows = store.connection.execute(
            f"""
            SELECT comment.comment_id, comment.post_id, comment.text, parent.text, post.text,
                   (SELECT language FROM reading WHERE reading.comment_id = comment.comment_id
                    ORDER BY reading_id DESC LIMIT 1)
            FROM drawn JOIN comment USING (comment_id) JOIN post USING (post_id)
            LEFT JOIN comment AS parent
              ON parent.post_id = comment.post_id
             AND parent.external_id = comment.parent_external_id
            LEFT JOIN said ON said.comment_id = comment.comment_id
            WHERE draw_id = ? AND said.{lot.label.value} IS NULL
            ORDER BY place LIMIT ?
            """,  # noqa: S608
            (lot.number, at_most),
        ).fetchall()
    return [
        DrawnComment(
            comment_id=comment_id,
            post_id=post_id,
            text=text,
            parent=parent,
            post_text=post_text,
            language=language,
        )
        for comment_id, post_id, text, parent, post_text, language in rows
    ]
