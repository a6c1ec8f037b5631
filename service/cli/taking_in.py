"""What comes in: exported files, each with a receipt."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from nlp.vocabulary import Channel
from service import terminal
from service.cli.options import DataDir, one_of
from service.errors import EXIT_WITH_REMARKS, UserError
from service.settings import Settings, load_settings
from service.sources import SOURCES
from service.sources.raw import ImportOptions

if TYPE_CHECKING:
    from service.importing import ImportReceipt
    from service.store.intake import Note

_SOURCE_NAMES: Final = textwrap.fill(
    ", ".join(source.name for source in SOURCES), width=56, break_on_hyphens=False
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
            metavar="KANAL", help=f"Kanal, för filer som inte anger någon: {one_of(Channel)}."
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
    from service import flow, receipts

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


def import_examples(settings: Settings, files: Sequence[Path]) -> None:
    """Take in the files of the demonstration, and say how much it was."""
    from service import flow

    with flow.open_store(settings) as store, terminal.counter("Läser in exempeldata") as counter:
        imported = flow.import_files(
            store, files, settings=settings, options=ImportOptions(), progress=counter.tell
        )
    rows = sum(receipt.read for receipt in imported)
    typer.echo(f"{len(imported)} filer med {rows} inlägg och kommentarer är inlästa.")


@contextmanager
def _left_out(files: Sequence[Path], done: Sequence[ImportReceipt]) -> Iterator[None]:
    """When an import ends early, tell which files have no receipt."""
    try:
        yield
    finally:
        if left := files[len(done) :]:
            terminal.print_error(
                f"Inte inlästa: {', '.join(str(path) for path in left)}. Kör kommandot igen; "
                "det som redan är inläst ändras inte av det."
            )
