"""What is shown: the service, of this installation or of the examples."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service import demonstration
from service.cli.figures import ReportFormat, print_counted
from service.cli.options import DataDir
from service.cli.reading import read_what_is_unread
from service.cli.taking_in import import_examples
from service.settings import Settings, load_settings

if TYPE_CHECKING:
    from nlp.pipeline import Pipeline

Host = Annotated[
    str | None,
    typer.Option(metavar="ADRESS", help="Adress att lyssna på, på den egna datorn."),
]
Port = Annotated[
    int | None, typer.Option(metavar="TAL", min=1, max=65535, help="Port att lyssna på.")
]


def serve(*, host: Host = None, port: Port = None, data_dir: DataDir = None) -> None:
    """Startar tjänsten med sidor och API."""
    settings = load_settings(data_dir=data_dir, host=host, port=port)
    _serve(settings)


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
    from service import flow
    from service.counting import Question

    settings = demonstration.settings(load_settings(data_dir=data_dir, host=host, port=port))
    if serve:
        _serve(settings, examples=demonstration.files())
        return
    pipeline = flow.build_pipeline(settings)
    import_examples(settings, demonstration.files())
    read_what_is_unread(settings, pipeline)
    print_counted(settings, Question(), pipeline, ReportFormat.TABLE)


def _serve(settings: Settings, *, examples: Sequence[Path] = ()) -> None:
    from service.web.server import run

    def prepare(pipeline: Pipeline) -> None:
        if examples:
            import_examples(settings, examples)
        read_what_is_unread(settings, pipeline)

    run(
        settings,
        prepare=prepare,
        announce=lambda address: typer.echo(
            f"Tjänsten är igång på {address}\nÖppna adressen i en webbläsare. Avsluta med Ctrl+C."
        ),
    )
