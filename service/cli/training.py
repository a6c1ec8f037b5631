"""Makes readers, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from service.cli.options import CORPUS, CorpusFolder
from service.cli.processes import leave
from service.settings import load_settings


def train(
    *,
    version: Annotated[str, typer.Option(metavar="NAMN", help="Den nya versionens namn.")],
    corpus: CorpusFolder = CORPUS,
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
    leave(done.returncode, "Ett fel i programmet stoppade träningen. Ingen ny version är sparad.")
