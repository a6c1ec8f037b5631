"""Figures in tidy form: one row a figure, the same columns in JSON, CSV and on the terminal.

Columns keep their names, meaning and order within version 1; new ones are added last.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from service.counting import Answer
from service.nyckeltal.definition import Definition
from service.nyckeltal.definitions import NYCKELTAL
from service.nyckeltal.figure import Figure
from service.swedish import format_figure, format_interval, format_number

_DAY: Final = timedelta(days=1)

Value = str | int | float | None

COLUMNS: Final = (
    "nyckeltal",
    "goal",
    "title",
    "unit",
    "period",
    "period_start",
    "period_end",
    "granularity",
    "account",
    "channel",
    "value",
    "numerator",
    "denominator",
    "n",
    "ci_low",
    "ci_high",
    "interval_method",
    "pending",
    "corrected_for",
    "withheld",
    "fingerprint",
    "as_of",
    "uncorrected",
    "reviews",
    "compared_with",
    "change",
    "change_low",
    "change_high",
)

WITHHELD: Final = {
    "too_few_comments": "för få kommentarer",
    "too_few_writers": "för få skribenter",
    "secondary": "skyddar en annan siffra",
    "no_data": "inget underlag",
}

_BY_ID: Final = {definition.id: definition for definition in NYCKELTAL}

_BYTE_ORDER_MARK: Final = "\ufeff"
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """One figure in Swedish words."""

    figure: Figure
    title: str
    group: str
    value: str
    interval: str
    basis: str


def timestamp(moment: datetime) -> str:
    """A moment as every answer writes it: UTC, whole seconds, RFC 3339.

    >>> timestamp(datetime(2026, 10, 30, 12, 0, 0, 999_999, tzinfo=UTC))
    '2026-10-30T12:00:00Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def record(figure: Figure, *, as_of: datetime) -> dict[str, Value]:
    """One figure under the names of COLUMNS; times in UTC, the last day included."""
    definition = _definition(figure)
    return {
        "nyckeltal": figure.nyckeltal,
        "goal": figure.goal.value,
        "title": definition.title,
        "unit": figure.unit.value,
        "period": figure.period.label,
        "period_start": figure.period.start.isoformat(),
        "period_end": (figure.period.end - _DAY).isoformat(),
        "granularity": figure.period.granularity.value if figure.period.granularity else None,
        "account": figure.account,
        "channel": figure.channel,
        "value": figure.value,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "n": figure.n,
        "ci_low": figure.ci_low,
        "ci_high": figure.ci_high,
        "interval_method": figure.interval_method.value if figure.interval_method else None,
        "pending": figure.pending,
        "corrected_for": " ".join(figure.corrected_for) or None,
        "withheld": figure.withheld.value if figure.withheld else None,
        "fingerprint": figure.fingerprint,
        "as_of": timestamp(as_of),
        "uncorrected": figure.uncorrected,
        "reviews": figure.reviews,
        "compared_with": figure.compared_with.label if figure.compared_with else None,
        "change": figure.change,
        "change_low": figure.change_low,
        "change_high": figure.change_high,
    }


def as_tree(answer: Answer) -> dict[str, object]:
    """The whole answer as plain values, ready for JSON."""
    return {"nyckeltal": [record(figure, as_of=answer.as_of) for figure in answer.figures]}


def as_csv(answer: Answer, *, swedish_excel: bool = False) -> str:
    """The whole answer as CSV: comma, point decimals, CRLF as RFC 4180 asks.

    Args:
        answer: What was counted.
        swedish_excel: As a Swedish Excel opens it by a double click: semicolon, decimal comma,
            and a byte order mark, without which it takes å for something else.
    """
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, delimiter=";" if swedish_excel else ",")
    writer.writeheader()
    for figure in answer.figures:
        row = {name: harmless(value) for name, value in record(figure, as_of=answer.as_of).items()}
        if swedish_excel:
            row = {name: _with_comma(value) for name, value in row.items()}
        writer.writerow(row)
    return f"{_BYTE_ORDER_MARK if swedish_excel else ''}{written.getvalue()}"


def rows(answer: Answer) -> list[ReportRow]:
    """The whole answer in Swedish words, in the order of the definitions."""
    return [_row(figure) for figure in answer.figures]


def _row(figure: Figure) -> ReportRow:
    group = " · ".join(part for part in (figure.account, figure.channel) if part)
    if figure.period.granularity is not None:
        group = " · ".join(part for part in (group, figure.period.title) if part)
    if figure.withheld is not None or figure.value is None:
        reason = WITHHELD["no_data" if figure.withheld is None else figure.withheld.value]
        return ReportRow(
            figure=figure,
            title=_definition(figure).title,
            group=group,
            value="–",
            interval="",
            basis=reason,
        )
    interval = ""
    if figure.ci_low is not None and figure.ci_high is not None:
        interval = format_interval(figure.ci_low, figure.ci_high, figure.unit)
    basis = "" if figure.n is None else f"n = {format_number(figure.n)}"
    if figure.reviews is not None and figure.uncorrected is not None:
        basis += (
            f", rättad efter {format_number(figure.reviews)} lästa, utan rättning "
            f"{format_figure(figure.uncorrected, figure.unit)}"
        )
    if figure.pending:
        basis += f", {format_number(figure.pending)} för nya"
    return ReportRow(
        figure=figure,
        title=_definition(figure).title,
        group=group,
        value=format_figure(figure.value, figure.unit),
        interval=interval,
        basis=basis,
    )


def _definition(figure: Figure) -> Definition:
    return _BY_ID[figure.nyckeltal]


def _with_comma(value: Value) -> Value:
    return str(value).replace(".", ",") if isinstance(value, float) else value


def harmless(value: Value) -> Value:
    """A text that a spreadsheet would run as a formula gets an apostrophe before it."""
    if isinstance(value, str) and value.lstrip(" \u00a0").startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
