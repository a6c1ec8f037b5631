"""Rapporten som rader: varje kolumn är vad den heter, och inget kalkylark kör en cell."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.counting import Answer
from service.nyckeltal.compute import compute
from service.nyckeltal.figure import Withheld
from service.nyckeltal.intervals import wilson
from service.period import parse_period
from service.report.table import COLUMNS, as_csv, as_tree, record, rows
from tests.nyckeltal.rows import comment, frames

AS_OF = datetime(2026, 12, 1, 12, tzinfo=UTC)
OCTOBER = parse_period("2026-10")


def the_share(period=OCTOBER):
    """Andelen frågor: två av sju kommentarer den 5 oktober."""
    created = datetime(2026, 10, 5, 10, tzinfo=UTC)
    texts = [comment(created=created, question=number < 2) for number in range(7)]
    figures = compute(*frames(texts), periods=[period], as_of=AS_OF, fingerprint="prov")
    (found,) = (one for one in figures if one.nyckeltal == "share_question")
    return found


def answer(*figures):
    return Answer(
        figures=figures,
        period=OCTOBER,
        as_of=AS_OF,
        fingerprint="prov",
        accounts=(),
        channels=(),
    )


def read_back(text, **form):
    return list(csv.DictReader(io.StringIO(text), **form))


def test_a_row_tells_all_of_its_figure():
    interval = wilson(2, 7)
    assert record(the_share(), as_of=AS_OF) == {
        "nyckeltal": "share_question",
        "goal": "forvissad",
        "title": "Andel frågor",
        "unit": "share",
        "period": "2026-10",
        "period_start": "2026-10-01",
        "period_end": "2026-10-31",
        "granularity": "month",
        "account": None,
        "channel": None,
        "value": 2 / 7,
        "numerator": 2,
        "denominator": 7,
        "n": 7,
        "ci_low": interval.low,
        "ci_high": interval.high,
        "interval_method": "wilson",
        "pending": None,
        "corrected_for": None,
        "withheld": None,
        "fingerprint": "prov",
        "as_of": "2026-12-01T12:00:00Z",
        "uncorrected": None,
        "reviews": None,
        "compared_with": None,
        "change": None,
        "change_low": None,
        "change_high": None,
    }


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026-10-05", "2026-10-05", "2026-10-05"),
        ("2026-W41", "2026-10-05", "2026-10-11"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2026", "2026-01-01", "2026-12-31"),
    ],
)
def test_the_last_day_of_a_period_is_in_it(period, first, last):
    row = record(the_share(period=parse_period(period)), as_of=AS_OF)
    assert (row["period_start"], row["period_end"]) == (first, last)


def test_csv_holds_the_numbers_of_the_record_to_the_last_digit():
    (row,) = read_back(as_csv(answer(the_share())))
    (told,) = as_tree(answer(the_share()))["nyckeltal"]
    assert tuple(row) == COLUMNS
    assert {name: "" if cell is None else str(cell) for name, cell in told.items()} == row


def test_a_swedish_excel_gets_semicolons_commas_and_a_mark():
    text = as_csv(answer(the_share()), swedish_excel=True)
    assert text.startswith("\ufeffnyckeltal;goal;")
    (row,) = read_back(text.removeprefix("\ufeff"), delimiter=";")
    assert row["value"] == str(2 / 7).replace(".", ",")
    assert row["as_of"] == "2026-12-01T12:00:00Z"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", " =", "\u00a0@"])
@pytest.mark.parametrize("swedish_excel", [False, True])
def test_an_account_is_never_a_formula(start, swedish_excel):
    figure = replace(the_share(), account=f"{start}1+1")
    text = as_csv(answer(figure), swedish_excel=swedish_excel).removeprefix("\ufeff")
    (row,) = read_back(text, delimiter=";" if swedish_excel else ",")
    assert row["account"] == f"'{start}1+1"


@given(account=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
@settings(deadline=None, max_examples=100)
def test_any_account_comes_back_whole(account):
    (row,) = read_back(as_csv(answer(replace(the_share(), account=account))))
    assert row["account"] in (account, f"'{account}")


def test_a_number_below_zero_stays_a_number():
    (row,) = read_back(as_csv(answer(replace(the_share(), value=-0.5))))
    assert row["value"] == "-0.5"


def test_in_words_a_figure_has_both_ends_and_what_it_rests_on():
    (row,) = rows(answer(replace(the_share(), pending=3, account="Badet", channel="facebook")))
    assert row.group == "Badet · facebook · oktober 2026"
    assert row.value == "28,6\u00a0%"
    assert row.interval == "8,2–64,1\u00a0%"
    assert row.basis == "n = 7, 3 för nya"


@pytest.mark.parametrize(
    ("withheld", "said"),
    [(Withheld.TOO_FEW_WRITERS, "för få skribenter"), (Withheld.NO_DATA, "inget underlag")],
)
def test_in_words_a_figure_without_a_value_says_why(withheld, said):
    (row,) = rows(answer(replace(the_share(), value=None, withheld=withheld)))
    assert (row.value, row.interval, row.basis) == ("–", "", said)
