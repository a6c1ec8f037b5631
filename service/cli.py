"""The command line: parse, call flow, print in Swedish. Nothing else happens here."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer
import typer.main
from rich.table import Table

from nlp.vocabulary import Channel
from service import demonstration, flow, receipts, terminal, usage
from service.counting import Answer, GroupBy, Question
from service.errors import EXIT_WITH_REMARKS, BadRequest, UserError, reason
from service.importing import ImportReceipt
from service.nyckeltal.definition import Goal
from service.nyckeltal.definitions import NYCKELTAL
from service.period import Granularity, parse_period
from service.report import table as report_table
from service.settings import CHECKOUT, Settings, load_settings
from service.sources import SOURCES
from service.sources.raw import ImportOptions
from service.store.intake import Note
from service.swedish import STOCKHOLM
from service.terminal import counted

if TYPE_CHECKING:
    from rich.console import JustifyMethod

    from nlp.pipeline import Pipeline
    from service.evaluation.tables import Table as Figures

app = typer.Typer(
    name="lyssnad",
    help="Läser kommentarsfält och visar hur väl människor blir lyssnade till.",
    cls=usage.Group,
    no_args_is_help=False,
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


class ReportFormat(StrEnum):
    """Forms that a report can be had in."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class Grouping(StrEnum):
    """What figures can be split by."""

    ACCOUNT = "account"
    CHANNEL = "channel"


class BenchTask(StrEnum):
    """What can be timed."""

    READ = "read"


class CorpusTask(StrEnum):
    """What can be done with the labelled corpus."""

    CHECK = "check"
    STATS = "stats"


class ReaderName(StrEnum):
    """Readers that can be asked for."""

    TRANSFORMER = "transformer"
    LINEAR = "linear"
    LEXICAL = "lexical"


_GROUPS: Final[dict[Grouping, GroupBy]] = {
    Grouping.ACCOUNT: "account",
    Grouping.CHANNEL: "channel",
}

_SOURCE_NAMES: Final = textwrap.fill(
    ", ".join(source.name for source in SOURCES), width=56, break_on_hyphens=False
)

# readable=False: whoever opens a path says more about what is wrong with it than the library does.
DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        metavar="MAPP",
        help="Mapp för databasen. Annars LYSSNAD_DATA_DIR.",
        readable=False,
    ),
]
Host = Annotated[
    str | None,
    typer.Option(metavar="ADRESS", help="Adress att lyssna på, på den egna datorn."),
]
Port = Annotated[
    int | None, typer.Option(metavar="TAL", min=1, max=65535, help="Port att lyssna på.")
]


def _one_of(values: type[StrEnum]) -> str:
    return ", ".join(value.value for value in values)


@app.callback()
def show_help(context: typer.Context) -> None:
    """Läser kommentarsfält och visar hur väl människor blir lyssnade till."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command(
    "import", cls=usage.Command, epilog="Exempel: lyssnad import inlagg.csv kommentarer.json"
)
def import_command(
    files: Annotated[
        list[Path],
        typer.Argument(help="Exporterade filer, en eller flera.", metavar="FIL", readable=False),
    ],
    *,
    source: Annotated[
        str | None,
        typer.Option(
            metavar="SLAG",
            help=f"Filernas slag, om det inte känns igen:\n\n\b\n{_SOURCE_NAMES}",
        ),
    ] = None,
    channel: Annotated[
        Channel | None,
        typer.Option(
            metavar="KANAL", help=f"Kanal, för filer som inte anger någon: {_one_of(Channel)}."
        ),
    ] = None,
    account: Annotated[
        str | None, typer.Option(metavar="NAMN", help="Konto, för filer som inte anger något.")
    ] = None,
    post: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Inläggets id, för filer som inte anger något."),
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option(
            metavar="ZON", help="Tidszon för tider utan zon, till exempel Europe/Stockholm."
        ),
    ] = None,
    notes: Annotated[
        Path | None,
        typer.Option(
            metavar="FIL",
            help="Fil (CSV för Excel) att skriva alla avvisade och anmärkta rader i.",
            readable=False,
        ),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Läser in exporterade filer och lämnar ett kvitto för varje fil."""
    settings = load_settings(data_dir=data_dir)
    options = ImportOptions(channel=channel, account=account, post_id=post, timezone=timezone)
    first: list[ImportReceipt] = []
    with (
        receipts.notes_file(notes, files) as keep,
        _left_out(files, first),
        flow.open_store(settings) as store,
        terminal.counter("Läser in") as counter,
    ):

        def receive(receipt: ImportReceipt) -> None:
            with counter.aside():
                receipts.print_receipt(receipt)
            first.append(receipt)
            keep(receipt.path, receipt.notes)

        def settle(path: Path, late: Sequence[Note]) -> None:
            with counter.aside():
                receipts.print_loose_ends(path, late)
            keep(path, late)

        final = flow.import_files(
            store,
            files,
            settings=settings,
            options=options,
            source=source,
            progress=counter.tell,
            received=receive,
            settled=settle,
        )
    if all(receipt.refused for receipt in final):
        raise typer.Exit(UserError.exit_code)
    if any(receipt.needs_a_look for receipt in final):
        raise typer.Exit(EXIT_WITH_REMARKS)


@app.command(cls=usage.Command, epilog="Exempel: lyssnad analyse tradar.jsonl --out svar.jsonl")
def analyse(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="Trådar i utbytesformatet, en per rad. Utan fil läses det som ligger oläst "
            "i databasen.",
            metavar="[FIL]",
            readable=False,
        ),
    ] = None,
    *,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FIL", help="Fil som svaren skrivs till.", readable=False),
    ] = None,
    reader: Annotated[
        ReaderName | None,
        typer.Option(metavar="LÄSARE", help=f"Läsare: {_one_of(ReaderName)}."),
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
        with terminal.bar("Läser") as tell:
            threads = flow.analyse_file(file, out, pipeline, progress=tell)
        typer.echo(f"{counted(threads, 'tråd är läst', 'trådar är lästa')}. Svaren finns i {out}.")
        return
    with flow.open_store(settings) as store, terminal.bar("Läser") as tell:
        comments = flow.analyse(store, pipeline, settings=settings, progress=tell)
    typer.echo(
        f"{counted(comments, 'kommentar är läst', 'kommentarer är lästa')}."
        if comments
        else "Allt är redan läst."
    )


@app.command(cls=usage.Command, epilog="Exempel: lyssnad report 2026-10 --by account")
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
            metavar="GRUPP", help=f"Dela upp: {_one_of(Grouping)}. Får anges flera gånger."
        ),
    ] = None,
    granularity: Annotated[
        Granularity | None,
        typer.Option(metavar="DEL", help=f"Dela upp perioden: {_one_of(Granularity)}."),
    ] = None,
    form: Annotated[
        ReportFormat,
        typer.Option(
            "--format",
            metavar="FORM",
            help=f"Form på rapporten: {_one_of(ReportFormat)}. Annars {ReportFormat.TABLE.value}.",
        ),
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
    pipeline = flow.build_pipeline(settings)
    _read_what_is_unread(settings, pipeline)
    _print_report(_counted(settings, question, pipeline), form)


@app.command(cls=usage.Command, epilog="Exempel: lyssnad serve --port 8080")
def serve(*, host: Host = None, port: Port = None, data_dir: DataDir = None) -> None:
    """Startar tjänsten med sidor och API."""
    settings = load_settings(data_dir=data_dir, host=host, port=port)
    _serve(settings)


@app.command(cls=usage.Command, epilog="Exempel: lyssnad demo --no-serve")
def demo(
    *,
    serve: Annotated[
        bool,
        typer.Option("--serve/--no-serve", help="Starta tjänsten efteråt, eller skriv ut."),
    ] = True,
    host: Host = None,
    port: Port = None,
    data_dir: DataDir = None,
) -> None:
    """Läser in påhittade exempeldata, räknar nyckeltalen och startar tjänsten."""
    settings = demonstration.settings(load_settings(data_dir=data_dir, host=host, port=port))
    if serve:
        _serve(settings, examples=demonstration.files())
        return
    pipeline = flow.build_pipeline(settings)
    _import_examples(settings, demonstration.files())
    _read_what_is_unread(settings, pipeline)
    _print_report(_counted(settings, Question(), pipeline), ReportFormat.TABLE)


@app.command(cls=usage.Command, epilog="Exempel: lyssnad train --version 2")
def train(
    *,
    version: Annotated[str, typer.Option(metavar="NAMN", help="Den nya versionens namn.")],
    corpus: Annotated[
        Path,
        typer.Option(
            metavar="MAPP",
            help="Den märkta korpusens mapp. Annars data/corpus.",
            readable=False,
        ),
    ] = CHECKOUT / "data" / "corpus",
    encoder: Annotated[
        Path | None,
        typer.Option(
            metavar="MAPP",
            help="Träna transformatorläsaren på en kodare i Hugging Face-format, t.ex. KB-BERT.",
            readable=False,
        ),
    ] = None,
) -> None:
    """Tränar läsare på märkta trådar, mäter dem och skriver deras kort."""
    settings = load_settings()
    # A process of its own: nothing of what training needs is ever loaded by the service.
    done = subprocess.run(  # noqa: S603  our own interpreter and module
        [
            *(sys.executable, "-m", "nlp.training", "--version", version),
            *("--models-dir", str(settings.models_dir), "--corpus", str(corpus)),
            *("--cores", str(settings.cores_to_use)),
            *(() if encoder is None else ("--encoder", str(encoder))),
        ],
        check=False,
        start_new_session=True,  # Ctrl+C is ours to answer; it ends with us
    )
    _leave(done.returncode, "Ett fel i programmet stoppade träningen. Ingen ny version är sparad.")


@app.command(cls=usage.Command, epilog="Exempel: lyssnad evaluate --json matt.json")
def evaluate(
    *,
    reader: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LÄSARE",
            help="Läsare att mäta: slag i models/pipeline.toml, eller majority, word-sum, vader, "
            "tfidf, svm, frozen. Får anges flera gånger. Annars alla.",
        ),
    ] = None,
    chosen: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAMN",
            help="Texter att mäta på: test, pairs eller ett namn i data/outside-sets.toml. "
            "Får anges flera gånger. Annars alla på svenska.",
        ),
    ] = None,
    encoder: Annotated[
        Path | None,
        typer.Option(
            metavar="MAPP",
            help="Språkmodell i Hugging Faces format, för läsaren frozen. Kräver tillägget train.",
            readable=False,
        ),
    ] = None,
    all_texts: Annotated[
        bool,
        typer.Option(
            "--all-texts", help="Läs alla texter i stora mängder, inte ett urval av 4 000."
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--json",
            metavar="FIL",
            help="Fil att skriva alla siffror i som JSON; - skriver ut dem i stället för "
            "tabellerna.",
            readable=False,
        ),
    ] = None,
    corpus: Annotated[
        Path,
        typer.Option(
            metavar="MAPP",
            help="Den märkta korpusens mapp. Annars data/corpus.",
            readable=False,
        ),
    ] = CHECKOUT / "data" / "corpus",
) -> None:
    """Mäter läsarna på texter som de inte är tränade på, bredvid enklare sätt att läsa."""
    # Imported late: of no use to the other commands.
    from service.evaluation.measuring import NotMeasured, measure
    from service.evaluation.tables import tables

    _must_be_writable(out)
    settings = load_settings()
    try:
        tree = measure(
            settings.models_dir,
            corpus,
            readers=reader or (),
            sets=chosen or (),
            encoder=encoder,
            all_texts=all_texts,
            cores=settings.cores_to_use,
        )
    except NotMeasured as stopped:
        _leave(stopped.code, "Ett fel i programmet stoppade mätningen.")
    written = json.dumps(tree, ensure_ascii=False, indent=1)
    if out == Path("-"):
        typer.echo(written)
        return
    if out is not None:
        out.write_text(written + "\n", encoding="utf-8")
    typer.echo("Inom parentes: 95 %-intervall, genom dragning av hela trådar (annars texter, par).")
    for made in tables(tree):
        _print_figures(made)


@app.command(cls=usage.Command, epilog="Exempel: lyssnad bench read")
def bench(
    task: Annotated[
        BenchTask,
        typer.Argument(metavar="VAD", help=f"Vad som ska tidtas: {_one_of(BenchTask)}."),
    ],
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "--json",
            metavar="FIL",
            help="Fil som siffrorna skrivs till, eller - för skärmen.",
            readable=False,
        ),
    ] = None,
) -> None:
    """Tidtar läsarna på den här datorn, bredvid en modell av vanlig storlek i PyTorch."""
    from service.evaluation.measuring import NotMeasured
    from service.evaluation.measuring import bench as timed
    from service.evaluation.tables import speeds

    _must_be_writable(out)
    settings = load_settings()
    try:
        tree = timed(settings.models_dir, CHECKOUT / "data" / "corpus", cores=settings.cores_to_use)
    except NotMeasured as stopped:
        _leave(stopped.code, "Ett fel i programmet stoppade tidtagningen.")
    written = json.dumps(tree, ensure_ascii=False, indent=1)
    if out == Path("-"):
        typer.echo(written)
        return
    if out is not None:
        out.write_text(written + "\n", encoding="utf-8")
    _print_figures(speeds(tree))


@app.command(cls=usage.Command, epilog="Exempel: lyssnad corpus check")
def corpus(
    task: Annotated[
        CorpusTask,
        typer.Argument(metavar="VAD", help=f"Vad som ska göras: {_one_of(CorpusTask)}."),
    ],
    folder: Annotated[
        Path,
        typer.Argument(metavar="MAPP", help="Korpusens mapp. Annars data/corpus.", readable=False),
    ] = CHECKOUT / "data" / "corpus",
) -> None:
    """Granskar den märkta korpusen, eller skriver tabellerna till dess datakort."""
    # Imported late: of no use to the other commands, and slow to load.
    from service import corpus as labelled

    if task is CorpusTask.STATS:
        tables, absent = labelled.card(folder)
        typer.echo(tables)
        for name in absent:
            terminal.print_error(
                f"{name} är inte hämtad och därför inte jämförd; data/outside-sets.toml säger var "
                "den finns, och data/outside/ är dess plats."
            )
        return
    found = labelled.faults(folder)
    for fault in found:
        typer.echo(f"{fault.file}:{fault.line}: {fault.said}" if fault.line else fault.said)
    typer.echo(f"{counted(len(found), 'fel', 'fel')} i {folder}." if found else "Inga fel.")
    raise typer.Exit(EXIT_WITH_REMARKS if found else 0)


def main() -> NoReturn:
    """Run a command; what stops it becomes one message and its exit code."""
    sys.excepthook = terminal.tell_of_fault
    try:
        # Not app(): that puts the library's own hook in place of ours.
        code = typer.main.get_command(app)(prog_name="lyssnad", standalone_mode=False)
        sys.stdout.flush()  # else a full disk is met when nobody can tell of it any more
    except UserError as error:
        terminal.print_error(f"{error.title}.\n{error}")
        sys.exit(error.exit_code)
    except typer.TyperException as error:
        terminal.print_error(usage.explain(error))
        sys.exit(UserError.exit_code)
    except OSError as error:
        where = error.filename or "Det som kommandot svarar"
        terminal.print_error(
            f"{where} går inte att läsa eller skriva: {reason(error)}. Inget är sparat till "
            "hälften. Rätta det och kör kommandot igen."
        )
        if error.filename is None:
            with suppress(OSError):
                sys.stdout.close()  # else Python tries once more, and complains in English
        sys.exit(UserError.exit_code)
    if code == terminal.EXIT_INTERRUPTED:
        terminal.print_error("Avbrutet.")
    sys.exit(code if isinstance(code, int) else 0)


@contextmanager
def _left_out(files: Sequence[Path], receipts: Sequence[ImportReceipt]) -> Iterator[None]:
    """When an import ends early, tell which files have no receipt."""
    try:
        yield
    finally:
        if left := files[len(receipts) :]:
            terminal.print_error(
                f"Inte inlästa: {', '.join(str(path) for path in left)}. Kör kommandot igen; "
                "det som redan är inläst ändras inte av det."
            )


def _must_be_writable(out: Path | None) -> None:
    """Met before what takes minutes, not after."""
    if out is None or out == Path("-"):
        return
    if not out.parent.is_dir():
        raise BadRequest(f"Mappen {out.parent} finns inte. Ange en annan fil med --json.")
    if out.is_dir():
        raise BadRequest(f"{out} är en mapp. Ange en fil med --json.")


def _leave(code: int, fault: str) -> NoReturn:
    """End as a process of ours ended: what a user can mend, it has told itself."""
    if code not in (0, UserError.exit_code):
        terminal.print_error(fault)
        code = terminal.EXIT_FAULT
    raise typer.Exit(code)


def _print_figures(made: Figures) -> None:
    table = Table(title=made.title, title_justify="left", title_style="bold", box=None)
    for place, heading in enumerate(made.headings):
        justify: JustifyMethod = "right" if place and made.is_figures else "left"
        table.add_column(heading, justify=justify, vertical="bottom")
    for row in made.rows:
        table.add_row(*map(terminal.plain, row))
    console = terminal.console()
    console.print()
    console.print(table)


def _counted(settings: Settings, question: Question, pipeline: Pipeline) -> Answer:
    with flow.open_store(settings) as store:
        return flow.count(store, question, pipeline=pipeline, settings=settings)


def _read_what_is_unread(settings: Settings, pipeline: Pipeline) -> None:
    with flow.open_store(settings) as store, terminal.bar("Läser kommentarer") as tell:
        flow.analyse(store, pipeline, settings=settings, progress=tell)


def _import_examples(settings: Settings, files: Sequence[Path]) -> None:
    with flow.open_store(settings) as store, terminal.counter("Läser in exempeldata") as counter:
        imported = flow.import_files(
            store, files, settings=settings, options=ImportOptions(), progress=counter.tell
        )
    rows = sum(receipt.read for receipt in imported)
    typer.echo(f"{len(imported)} filer med {rows} inlägg och kommentarer är inlästa.")


def _serve(settings: Settings, *, examples: Sequence[Path] = ()) -> None:
    # Imported late: the web is not needed by, and should not slow, the other commands.
    from service.web.server import run

    def prepare(pipeline: Pipeline) -> None:
        if examples:
            _import_examples(settings, examples)
        _read_what_is_unread(settings, pipeline)

    run(
        settings,
        prepare=prepare,
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
