"""What is read: comments in a file, or those in the database that are unread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service import terminal
from service.cli.options import DataDir, ReaderName, one_of
from service.errors import BadRequest
from service.settings import Settings, load_settings
from service.terminal import counted

if TYPE_CHECKING:
    from nlp.pipeline import Pipeline


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
        typer.Option(metavar="LÄSARE", help=f"Läsare: {one_of(ReaderName)}."),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Läser och bedömer kommentarer: i en fil, utan databas, eller de olästa i databasen."""
    from service import flow

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


def read_what_is_unread(settings: Settings, pipeline: Pipeline) -> None:
    """Read all of the database that this pipeline has not."""
    from service import flow

    with flow.open_store(settings) as store, terminal.bar("Läser kommentarer") as tell:
        flow.analyse(store, pipeline, settings=settings, progress=tell)
