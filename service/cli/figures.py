"""What is counted: a period's nyckeltal on the terminal, or as JSON or CSV."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table

from service import terminal
from service.cli.options import DataDir, one_of
from service.cli.reading import read_what_is_unread
from service.nyckeltal.definition import Goal
from service.nyckeltal.definitions import NYCKELTAL
from service.period import Granularity, parse_period
from service.settings import Settings, load_settings
from service.swedish import STOCKHOLM

if TYPE_CHECKING:
    from nlp.pipeline import Pipeline
    from service.counting import Answer, GroupBy, Question


class ReportFormat(StrEnum):
    """Forms that a report can be had in."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class Grouping(StrEnum):
    """What figures can be split by."""

    ACCOUNT = "account"
    CHANNEL = "channel"


_GROUPS: Final[dict[Grouping, GroupBy]] = {
    Grouping.ACCOUNT: "account",
    Grouping.CHANNEL: "channel",
}


def report(
    period: Annotated[
        str | None,
        typer.Argument(
            help="2026-10, 2026-W42, 2026-Q3, 2026, 2026-10-05 eller 2026-09-01/2026-10-31. "
            "Utan period: allt.",
            metavar="[PERIOD]",
        ),
    ] = None,
    *,
    by: Annotated[
        list[Grouping] | None,
        typer.Option(
            metavar="GRUPP", help=f"Dela upp: {one_of(Grouping)}. Får anges flera gånger."
        ),
    ] = None,
    granularity: Annotated[
        Granularity | None,
        typer.Option(metavar="DEL", help=f"Dela upp perioden: {one_of(Granularity)}."),
    ] = None,
    form: Annotated[
        ReportFormat,
        typer.Option(
            "--format",
            metavar="FORM",
            help=f"Form på rapporten: {one_of(ReportFormat)}. Annars {ReportFormat.TABLE.value}.",
        ),
    ] = ReportFormat.TABLE,
    data_dir: DataDir = None,
) -> None:
    """Skriver ut nyckeltalen för en period, ordnade efter de fyra målen."""
    from service import flow
    from service.counting import Question

    settings = load_settings(data_dir=data_dir)
    question = Question(
        period=None if period is None else parse_period(period),
        granularity=granularity,
        group_by=tuple(_GROUPS[grouping] for grouping in by or ()),
    )
    pipeline = flow.build_pipeline(settings)
    read_what_is_unread(settings, pipeline)
    print_counted(settings, question, pipeline, form)


def print_counted(
    settings: Settings, question: Question, pipeline: Pipeline, form: ReportFormat
) -> None:
    """Count, and print what was counted."""
    from service import flow
    from service.report import table

    with flow.open_store(settings) as store:
        answer = flow.count(store, question, pipeline=pipeline, settings=settings)
    match form:
        case ReportFormat.JSON:
            typer.echo(json.dumps(table.as_tree(answer), ensure_ascii=False, indent=1))
        case ReportFormat.CSV:
            typer.echo(table.as_csv(answer), nl=False)
        case ReportFormat.TABLE:
            _print_tables(answer)


def _print_tables(answer: Answer) -> None:
    from service.report import table as report_table

    console = terminal.console()
    shown = answer.as_of.astimezone(STOCKHOLM)
    console.print(f"Nyckeltal för {answer.period.title}, räknade {shown:%Y-%m-%d %H:%M}.")
    definitions = {definition.id: definition for definition in NYCKELTAL}
    for goal in Goal:
        rows = [
            row
            for row in report_table.rows(answer)
            if definitions[row.figure.nyckeltal].goal is goal
        ]
        if not rows:
            continue
        table = Table(title=goal.heading, title_justify="left", title_style="bold", box=None)
        for heading in ("Nyckeltal", "Grupp", "Värde", "95 %-intervall", "Underlag"):
            table.add_column(
                heading, justify="left" if heading in ("Nyckeltal", "Grupp") else "right"
            )
        for row in rows:
            table.add_row(row.title, terminal.plain(row.group), row.value, row.interval, row.basis)
        console.print()
        console.print(table)
