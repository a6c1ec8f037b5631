"""Makes readers, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from service.cli.options import CORPUS, CorpusFolder, DataDir
from service.cli.processes import leave
from service.errors import BadRequest
from service.settings import Settings, load_settings


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
    from_reviews: Annotated[
        bool,
        typer.Option(
            "--from-reviews",
            help="Träna även på granskningarna i databasen, den linjära läsaren om --encoder inte "
            "anges. Den nya versionen sparas bara om den är bättre än den som används.",
        ),
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Tränar läsare på märkta trådar, mäter dem och skriver deras kort."""
    settings = load_settings(data_dir=data_dir)
    # Through a pipe: the texts never lie in a file outside the database.
    reviewed = _reviewed(settings) if from_reviews else None
    # A process of its own: nothing of what training needs is ever loaded by the service.
    done = subprocess.run(  # noqa: S603  our own interpreter and module
        [
            *(sys.executable, "-m", "nlp.training", "--version", version),
            *("--models-dir", str(settings.models_dir), "--corpus", str(corpus)),
            *("--cores", str(settings.cores_to_use)),
            *(() if encoder is None else ("--encoder", str(encoder))),
            *(("--from-reviews",) if from_reviews else ()),
        ],
        check=False,
        start_new_session=True,  # Ctrl+C is ours to answer; it ends with us
        input=reviewed,
        text=True,
    )
    leave(done.returncode, "Ett fel i programmet stoppade träningen. Ingen ny version är sparad.")


def _reviewed(settings: Settings) -> str:
    """The reviewed comments of the database, a line each."""
    from service import flow
    from service.store.reviews import reviewed_comments

    with flow.open_store(settings) as store:
        lines = [f"{one.to_line()}\n" for one in reviewed_comments(store)]
    if not lines:
        raise BadRequest("Ingen kommentar i databasen är granskad, så det finns inget att lära av.")
    return "".join(lines)
