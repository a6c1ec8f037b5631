"""Which comments people should read, drawn by lot."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.options import DataDir
from service.cli.reading import read_what_is_unread
from service.errors import BadRequest
from service.nyckeltal.definitions import CORRECTED_LABELS, USUAL_LOT
from service.period import parse_period
from service.settings import load_settings
from service.terminal import counted


def sample(
    label: Annotated[
        str,
        typer.Argument(
            help=f"Vilken andel det gäller: {', '.join(CORRECTED_LABELS)}.", metavar="ETIKETT"
        ),
    ],
    period: Annotated[
        str, typer.Argument(help="Till exempel 2026-10 eller 2026.", metavar="PERIOD")
    ],
    *,
    account: Annotated[
        str | None, typer.Option(metavar="KONTO", help="Bara det här kontots kommentarer.")
    ] = None,
    size: Annotated[
        int, typer.Option(metavar="ANTAL", help="Hur många kommentarer som ska läsas.")
    ] = USUAL_LOT,
    data_dir: DataDir = None,
) -> None:
    """Lottar kommentarer att läsa, så att en andel kan rättas och dess osäkerhet minska."""
    from nlp.vocabulary import Label
    from service import flow

    if label not in CORRECTED_LABELS:
        raise BadRequest(f"Välj en av {', '.join(CORRECTED_LABELS)}.", parameter="label")
    asked = parse_period(period)
    settings = load_settings(data_dir=data_dir)
    pipeline = flow.build_pipeline(settings)
    read_what_is_unread(settings, pipeline)
    with flow.open_store(settings) as store:
        lot = flow.draw(
            store,
            Label(label),
            asked,
            account=account,
            wanted=size,
            pipeline=pipeline,
            settings=settings,
        )
    typer.echo(
        f"{counted(lot.drawn, 'kommentar är lottad', 'kommentarer är lottade')}, "
        f"{lot.in_all} med tidigare omgångar. Läs dem på sidan /granska/{lot.number}; när "
        f"{lot.needed} är lästa rättas andelen."
    )
