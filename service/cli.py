"""The command line: parse, call flow, print in Swedish. Nothing else happens here."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from nlp.vocabulary import Channel
from service import demonstration, flow, usage
from service.counting import Answer, GroupBy, Question
from service.errors import EXIT_WITH_REMARKS, BadRequest, UserError
from service.importing import ImportReceipt
from service.nyckeltal.definition import Goal
from service.nyckeltal.definitions import NYCKELTAL
from service.period import Granularity, parse_period
from service.report import table as report_table
from service.settings import CHECKOUT, Settings, load_settings
from service.sources import SOURCES
from service.sources.raw import ImportOptions
from service.swedish import STOCKHOLM

NOTES_SHOWN: Final = 20

app = typer.Typer(
    name="lyssnad",
    help="Läser kommentarsfält och visar hur väl människor blir lyssnade till.",
    no_args_is_help=False,
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir", help="Mapp för databasen (annars LYSSNAD_DATA_DIR).", show_default=False
    ),
]


class ReportFormat(StrEnum):
    """Forms that a report can be had in."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@app.callback()
def show_help(context: typer.Context) -> None:
    """Läser kommentarsfält och visar hur väl människor blir lyssnade till."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


class Grouping(StrEnum):
    """What figures can be split by."""

    ACCOUNT = "account"
    CHANNEL = "channel"


_GROUPS: Final[dict[Grouping, GroupBy]] = {
    Grouping.ACCOUNT: "account",
    Grouping.CHANNEL: "channel",
}


@app.command("import", epilog="Exempel: lyssnad import inlagg.csv kommentarer.json")
def import_command(
    files: Annotated[list[Path], typer.Argument(help="Exporterade filer.", metavar="FIL")],
    *,
    source: Annotated[
        str | None,
        typer.Option(
            help=f"Filernas slag, om det inte känns igen: {', '.join(s.name for s in SOURCES)}."
        ),
    ] = None,
    channel: Annotated[
        Channel | None, typer.Option(help="Kanal, för filer som inte anger någon.")
    ] = None,
    account: Annotated[
        str | None, typer.Option(help="Konto, för filer som inte anger något.")
    ] = None,
    post: Annotated[
        str | None, typer.Option(help="Inläggets id, för filer som inte anger något.")
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option(help="Tidszon för tider utan zon, till exempel Europe/Stockholm."),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Läser in exporterade filer och lämnar ett kvitto för varje fil."""
    settings = load_settings(data_dir=data_dir)
    options = ImportOptions(channel=channel, account=account, post_id=post, timezone=timezone)
    with flow.open_store(settings) as store, _counter("Läser in") as tell:
        receipts = flow.import_files(
            store, files, settings=settings, options=options, source=source, progress=tell
        )
    for receipt in receipts:
        _print_receipt(receipt)
    if all(receipt.refused for receipt in receipts):
        raise typer.Exit(UserError.exit_code)
    if any(receipt.needs_a_look for receipt in receipts):
        raise typer.Exit(EXIT_WITH_REMARKS)


@app.command(epilog="Exempel: lyssnad analyse tradar.jsonl --out svar.jsonl")
def analyse(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="Trådar i utbytesformatet, en per rad. Utan fil läses det som ligger oläst "
            "i databasen.",
            metavar="FIL",
            show_default=False,
        ),
    ] = None,
    *,
    out: Annotated[
        Path | None, typer.Option(help="Fil som svaren skrivs till.", show_default=False)
    ] = None,
    reader: Annotated[
        str | None, typer.Option(help="Läsare: linear eller lexical.", show_default=False)
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Läser och bedömer kommentarer: i en fil, utan databas, eller de olästa i databasen."""
    if (file is None) != (out is None):
        raise BadRequest(
            "Ange både en fil att läsa och --out FIL att skriva till, eller ingendera."
        )
    settings = load_settings(data_dir=data_dir, reader=reader)
    pipeline = flow.build_pipeline(settings)
    if file is not None and out is not None:
        with _bar("Läser") as tell:
            threads = flow.analyse_file(file, out, pipeline, progress=tell)
        typer.echo(f"{threads} trådar är lästa. Svaren finns i {out}.")
        return
    with flow.open_store(settings) as store, _bar("Läser") as tell:
        comments = flow.analyse(store, pipeline, settings=settings, progress=tell)
    typer.echo(f"{comments} kommentarer är lästa." if comments else "Allt är redan läst.")


@app.command(epilog="Exempel: lyssnad report 2026-10 --by account")
def report(
    period: Annotated[
        str | None,
        typer.Argument(
            help="2026-10, 2026-W42, 2026-Q3, 2026, 2026-10-05 eller 2026-09-01/2026-10-31. "
            "Utan period: allt.",
            metavar="PERIOD",
            show_default=False,
        ),
    ] = None,
    *,
    by: Annotated[
        list[Grouping] | None,
        typer.Option(help="Dela upp på account eller channel.", show_default=False),
    ] = None,
    granularity: Annotated[
        Granularity | None, typer.Option(help="Dela upp perioden.", show_default=False)
    ] = None,
    form: Annotated[
        ReportFormat, typer.Option("--format", help="Form på rapporten.")
    ] = ReportFormat.TABLE,
    data_dir: DataDir = None,
) -> None:
    """Skriver ut nyckeltalen för en period, ordnade efter de fyra målen."""
    settings = load_settings(data_dir=data_dir)
    question = Question(
        period=None if period is None else parse_period(period),
        granularity=granularity,
        group_by=tuple(_GROUPS[grouping] for grouping in by or ()),
    )
    _print_report(_counted(settings, question), form)


@app.command(epilog="Exempel: lyssnad serve --port 8080")
def serve(
    *,
    host: Annotated[
        str | None, typer.Option(help="Adress att lyssna på.", show_default=False)
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port att lyssna på.", show_default=False)
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Startar tjänsten med sidor och API."""
    settings = load_settings(data_dir=data_dir, host=host, port=port)
    _read_what_is_unread(settings)
    _serve(settings)


@app.command(epilog="Exempel: lyssnad demo --no-serve")
def demo(
    *,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Starta tjänsten efteråt.")
    ] = True,
    host: Annotated[
        str | None, typer.Option(help="Adress att lyssna på.", show_default=False)
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port att lyssna på.", show_default=False)
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Läser in påhittade exempeldata, räknar nyckeltalen och startar tjänsten."""
    settings = demonstration.settings(load_settings(data_dir=data_dir, host=host, port=port))
    with flow.open_store(settings) as store, _counter("Läser in exempeldata") as tell:
        receipts = flow.import_files(
            store,
            demonstration.files(),
            settings=settings,
            options=ImportOptions(),
            progress=tell,
        )
    rows = sum(receipt.read for receipt in receipts)
    typer.echo(f"{len(receipts)} filer med {rows} inlägg och kommentarer är inlästa.")
    answer = _counted(settings, Question())
    if not serve:
        _print_report(answer, ReportFormat.TABLE)
        return
    _serve(settings)


@app.command(epilog="Exempel: lyssnad train --version 2")
def train(
    *,
    version: Annotated[str, typer.Option(help="Den nya versionens namn.")],
    corpus: Annotated[
        Path, typer.Option(help="Mapp med threads.jsonl och labels.jsonl.")
    ] = CHECKOUT / "data" / "seed",
) -> None:
    """Tränar de två grundläsarna på märkta trådar, mäter dem och skriver deras kort."""
    settings = load_settings()
    # A process of its own: nothing of what training needs is ever loaded by the service.
    done = subprocess.run(  # noqa: S603  our own interpreter and module
        [
            *(sys.executable, "-m", "nlp.training", "--version", version),
            *("--models-dir", str(settings.models_dir), "--corpus", str(corpus)),
        ],
        check=False,
    )
    raise typer.Exit(done.returncode)


def main() -> NoReturn:
    """Run a command; a UserError becomes one message and its exit code."""
    usage.speak_swedish()
    try:
        code = app(standalone_mode=False)
    except UserError as error:
        _print_error(f"{error.title}.\n{error}")
        sys.exit(error.exit_code)
    except usage.USAGE_ERROR as error:
        _print_error(usage.explain(error))
        sys.exit(UserError.exit_code)
    except typer.Abort:
        _print_error("Avbrutet.")
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)


def _print_error(message: str) -> None:
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    console.print(message, markup=False, style="red")


def _counted(settings: Settings, question: Question) -> Answer:
    pipeline = flow.build_pipeline(settings)
    with flow.open_store(settings) as store:
        with _bar("Läser kommentarer") as tell:
            flow.analyse(store, pipeline, settings=settings, progress=tell)
        return flow.count(store, question, pipeline=pipeline, settings=settings)


def _read_what_is_unread(settings: Settings) -> None:
    pipeline = flow.build_pipeline(settings)
    with flow.open_store(settings) as store, _bar("Läser kommentarer") as tell:
        flow.analyse(store, pipeline, settings=settings, progress=tell)


def _serve(settings: Settings) -> None:
    # Imported late: the web is not needed by, and should not slow, the other commands.
    from service.web.server import run

    run(
        settings,
        announce=lambda address: typer.echo(
            f"Tjänsten är igång på {address}\nÖppna adressen i en webbläsare. Avsluta med Ctrl+C."
        ),
    )


def _print_report(answer: Answer, form: ReportFormat) -> None:
    match form:
        case ReportFormat.JSON:
            typer.echo(json.dumps(report_table.as_tree(answer), ensure_ascii=False, indent=1))
        case ReportFormat.CSV:
            typer.echo(report_table.as_csv(answer), nl=False)
        case ReportFormat.TABLE:
            _print_table(answer)


def _print_table(answer: Answer) -> None:
    console = Console(highlight=False)
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
            table.add_row(row.title, row.group, row.value, row.interval, row.basis)
        console.print()
        console.print(table)


def _print_receipt(receipt: ImportReceipt) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{receipt.path}", style="bold", markup=False)
    if receipt.refused is not None:
        console.print(f"  Inget är inläst. {receipt.refused}", style="red", markup=False)
        return
    zone = f", tider utan zon lästa som {receipt.timezone}" if receipt.timezone else ""
    console.print(f"  {receipt.source}{zone}", markup=False)
    console.print(
        f"  {receipt.read} inlägg och kommentarer: {receipt.new} nya, {receipt.updated} ändrade, "
        f"{receipt.unchanged} oförändrade, {receipt.rejected} avvisade"
    )
    for note in receipt.notes[:NOTES_SHOWN]:
        place = "".join(
            (
                "" if note.row is None else f"rad {note.row}",
                "" if note.column is None else f", {note.column}",
            )
        ).strip(", ")
        word = "Avvisad" if note.kind == "rejected" else "Obs"
        console.print(f"  {word}{f' ({place})' if place else ''}: {note.reason}", markup=False)
    if (more := len(receipt.notes) - NOTES_SHOWN) > 0:
        console.print(f"  och {more} till")


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on the terminal; nothing where the output is no terminal."""
    console = Console(stderr=True)
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def _counter(title: str) -> Iterator[Callable[[Path, int], None]]:
    """A running count of rows on the terminal; a file does not tell its rows beforehand."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn(title + " {task.fields[name]}"), MofNCompleteColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(title, total=None, name="")
        yield lambda path, count: bar.update(task, advance=count, name=path.name)
