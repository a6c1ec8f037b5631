"""Andelen i en ruta, rättad efter lottade kommentarer: densamma som en naiv slinga får fram."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from service.columns import DRAWN_COLUMNS, REVIEW_COLUMNS
from service.nyckeltal.reviewed import (
    FEWEST_OF_A_STRATUM,
    HOLDS,
    HOLDS_NOT,
    UNSURE,
    label_reviews,
)

START = datetime(2026, 3, 1, tzinfo=UTC)
END = START + timedelta(days=31)
AFTER = END + timedelta(days=1)
WHAT = {HOLDS: True, HOLDS_NOT: False, UNSURE: pd.NA}
ORDER = (HOLDS, UNSURE, HOLDS_NOT)


def made(random, comments=900):
    """Comments with what a reader decided and what a person would say."""
    return [
        {
            "comment": number,
            "account": f"konto {random.integers(2)}",
            "channel": ("facebook", "youtube")[random.integers(2)],
            "created": START + timedelta(minutes=int(random.integers(31 * 24 * 60))),
            "machine": int(random.choice([HOLDS, UNSURE, HOLDS_NOT], p=[0.3, 0.2, 0.5])),
            "truth": bool(random.random() < 0.4),
            "drawn": bool(random.random() < 0.4),
            "corrected": bool(random.random() < 0.1),
        }
        for number in range(comments)
    ]


def frames(rows, **lot):
    said = [row for row in rows if row["drawn"] or row["corrected"]]
    reviews = pd.DataFrame(
        [
            {**row, "label": "question", "said": row["truth"], "machine": WHAT[row["machine"]]}
            for row in said
        ]
    )
    sizes = {code: sum(row["machine"] == code for row in rows) for code in ORDER}
    drawn = pd.DataFrame(
        [
            {
                "draw": 1,
                "label": "question",
                "start": START,
                "end": END,
                "of_account": None,
                "drawn_at": AFTER,
                "stratum": str(row["machine"]),
                "size": sizes[row["machine"]],
                "comment": row["comment"],
                **lot,
            }
            for row in rows
            if row["drawn"]
        ]
    )
    return (
        reviews[list(REVIEW_COLUMNS)].astype(dict(REVIEW_COLUMNS)),
        drawn[list(DRAWN_COLUMNS)].astype(dict(DRAWN_COLUMNS)),
    )


def counted(rows):
    """As a frame of comments has them: what people have said stands before the reader's."""
    found = dict.fromkeys(ORDER, 0)
    for row in rows:
        is_said = row["drawn"] or row["corrected"]
        found[(HOLDS if row["truth"] else HOLDS_NOT) if is_said else row["machine"]] += 1
    return found


def naive(rows):
    """The share of a cell: each of the reader's strata by what people said of those drawn."""
    value = 0.0
    for code in ORDER:
        stratum = [row for row in rows if row["machine"] == code]
        read = [row for row in stratum if row["drawn"]]
        assert len(read) >= FEWEST_OF_A_STRATUM
        value += sum(row["truth"] for row in read) / len(read) * len(stratum)
    return value / len(rows)


def correct(rows, reviews, drawn, *, account=None, channel=None, start=START, end=END):
    return label_reviews(reviews, drawn)["question"].correct(
        counted(rows),
        start=np.datetime64(start.replace(tzinfo=None), "us"),
        end=np.datetime64(end.replace(tzinfo=None), "us"),
        account=account,
        channel=channel,
    )


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("account", [None, "konto 0"])
def test_a_cells_share_is_that_of_a_naive_loop(seed, account):
    rows = made(np.random.default_rng(seed))
    reviews, drawn = frames(rows)
    inside = [row for row in rows if account in (None, row["account"])]
    corrected = correct(inside, reviews, drawn, account=account)
    assert corrected.value == pytest.approx(naive(inside))
    assert corrected.reviews == sum(row["drawn"] for row in inside)
    assert corrected.interval.low < corrected.value < corrected.interval.high


def test_corrections_beside_the_lot_do_not_move_the_share():
    rows = made(np.random.default_rng(1))
    without = [{**row, "corrected": False} for row in rows]
    assert correct(rows, *frames(rows)).value == pytest.approx(
        correct(without, *frames(without)).value
    )


@pytest.mark.parametrize(
    "lot",
    [
        {"start": START + timedelta(days=1)},
        {"end": END - timedelta(days=1)},
        {"of_account": "konto 1"},
        {"drawn_at": START + timedelta(days=3)},
    ],
)
def test_a_lot_says_nothing_of_what_it_was_not_drawn_from(lot):
    rows = made(np.random.default_rng(2))
    reviews, drawn = frames(rows, **lot)
    inside = [row for row in rows if row["account"] == "konto 0"]
    assert correct(inside, reviews, drawn, account="konto 0") is None


def test_reviews_that_nobody_drew_correct_nothing():
    rows = [{**row, "drawn": row["comment"] == 0} for row in made(np.random.default_rng(3))]
    assert correct(rows, *frames(rows)) is None


def test_of_two_lots_the_one_with_more_reviews_counts():
    rows = made(np.random.default_rng(4))
    reviews, drawn = frames(rows)
    fewer = drawn[drawn["comment"] < 450].assign(draw=2)
    both = pd.concat([drawn, fewer]).astype(dict(DRAWN_COLUMNS))
    assert correct(rows, reviews, both) == correct(rows, reviews, drawn)
