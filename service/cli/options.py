"""What several commands ask for."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from service.settings import CHECKOUT

CORPUS: Final = CHECKOUT / "data" / "corpus"

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
CorpusFolder = Annotated[
    Path,
    typer.Option(
        metavar="MAPP",
        help="Den märkta korpusens mapp. Annars data/corpus.",
        readable=False,
    ),
]


class ReaderName(StrEnum):
    """Readers that can be asked for."""

    TRANSFORMER = "transformer"
    LINEAR = "linear"
    LEXICAL = "lexical"


def one_of(values: type[StrEnum]) -> str:
    """The values that may be given, as a help text names them."""
    return ", ".join(value.value for value in values)
