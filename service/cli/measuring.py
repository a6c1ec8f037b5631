"""Measures the readers, times them, and looks through the corpus they rest on."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from service import terminal
from service.cli.options import CORPUS, CorpusFolder, one_of
from service.cli.processes import leave
from service.errors import EXIT_WITH_REMARKS, BadRequest
from service.settings import load_settings
from service.terminal import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import JustifyMethod

    from service.evaluation.tables import Table as Figures


class BenchTask(StrEnum):
    """What can be timed."""

    READ = "read"
    SCORE = "score"


class CorpusTask(StrEnum):
    """What can be done with the labelled corpus."""

    CHECK = "check"
    STATS = "stats"


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
            help="Texter att mäta på: test, pairs, replies eller ett namn i "
            "data/outside-sets.toml. Får anges flera gånger. Annars alla på svenska.",
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
    corpus: CorpusFolder = CORPUS,
) -> None:
    """Mäter läsarna på texter som de inte är tränade på, bredvid enklare sätt att läsa."""
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
        leave(stopped.code, "Ett fel i programmet stoppade mätningen.")
    if _is_shown_as_written(tree, out):
        return
    typer.echo("Inom parentes: 95 %-intervall, genom dragning av hela trådar (annars texter, par).")
    for made in tables(tree):
        print_figures(made)


def bench(
    task: Annotated[
        BenchTask,
        typer.Argument(metavar="VAD", help=f"Vad som ska tidtas: {one_of(BenchTask)}."),
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
    from service.evaluation.tables import scoring_speeds, speeds

    _must_be_writable(out)
    settings = load_settings()
    try:
        tree = timed(settings.models_dir, CORPUS, cores=settings.cores_to_use, task=task.value)
    except NotMeasured as stopped:
        leave(stopped.code, "Ett fel i programmet stoppade tidtagningen.")
    if not _is_shown_as_written(tree, out):
        print_figures(speeds(tree) if task is BenchTask.READ else scoring_speeds(tree))


def corpus(
    task: Annotated[
        CorpusTask,
        typer.Argument(metavar="VAD", help=f"Vad som ska göras: {one_of(CorpusTask)}."),
    ],
    folder: Annotated[
        Path,
        typer.Argument(metavar="MAPP", help="Korpusens mapp. Annars data/corpus.", readable=False),
    ] = CORPUS,
) -> None:
    """Granskar den märkta korpusen, eller skriver tabellerna till dess datakort."""
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


def print_figures(made: Figures) -> None:
    """Write one table of figures about readers."""
    table = Table(title=made.title, title_justify="left", title_style="bold", box=None)
    for place, heading in enumerate(made.headings):
        justify: JustifyMethod = "right" if place and made.is_figures else "left"
        table.add_column(heading, justify=justify, vertical="bottom")
    for row in made.rows:
        table.add_row(*map(terminal.plain, row))
    console = terminal.console()
    console.print()
    console.print(table)


def _must_be_writable(out: Path | None) -> None:
    """Met before what takes minutes, not after."""
    if out is None or out == Path("-"):
        return
    if not out.parent.is_dir():
        raise BadRequest(f"Mappen {out.parent} finns inte. Ange en annan fil med --json.")
    if out.is_dir():
        raise BadRequest(f"{out} är en mapp. Ange en fil med --json.")


def _is_shown_as_written(tree: Mapping[str, object], out: Path | None) -> bool:
    """Write all figures as JSON where that was asked for; whether that was on the screen."""
    written = json.dumps(tree, ensure_ascii=False, indent=1)
    if out == Path("-"):
        typer.echo(written)
        return True
    if out is not None:
        out.write_text(written + "\n", encoding="utf-8")
    return False
