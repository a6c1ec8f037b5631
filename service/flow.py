"""The way of a comment, top to bottom.

import → clean → pseudonymise → store → read → link → score → count → show

Each step is one function here; what it does in detail stands in the module it calls.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nlp.errors import ReadingError
from service import analysing, counting, importing
from service.counting import Answer, Question
from service.errors import SettingsError
from service.exchange import ExchangeThread, ThreadOut
from service.importing import ImportReceipt
from service.settings import Settings
from service.sources.raw import ImportOptions
from service.store import Store

if TYPE_CHECKING:
    from nlp.pipeline import Pipeline

Progress = Callable[[int, int], None]
"""Told how much is done and how much there is in all."""


def open_store(settings: Settings) -> Store:
    """Open the installation's database; the caller closes it."""
    settings.prepare()
    # The secret comes first: a database without one could never be told apart from one whose
    # secret was lost.
    settings.author_key()
    return Store(settings.database)


def build_pipeline(settings: Settings) -> Pipeline:
    """Load models and rules.

    Raises:
        SettingsError: A model, lexicon or setting is missing or damaged.
    """
    # Loaded when needed: an import or a help text should not wait for what only reading needs.
    from nlp import artefacts
    from nlp.pipeline import Pipeline

    try:
        loaded = artefacts.load(settings.models_dir, reader=settings.reader)
    except ReadingError as error:
        raise SettingsError(
            f"Läsaren går inte att starta: {error}. Hämta mappen models/ på nytt, eller kör "
            "”lyssnad train”."
        ) from error
    return Pipeline(loaded, reader=settings.reader)


def import_files(
    store: Store,
    paths: Sequence[Path],
    *,
    settings: Settings,
    options: ImportOptions,
    source: str | None = None,
    progress: Callable[[Path, int], None],
) -> list[ImportReceipt]:
    """Import: file ─► cleaned and pseudonymised rows in the store, with a receipt for each file."""
    key = settings.author_key()
    now = settings.clock()
    imported = []
    for path in paths:

        def tell(count: int, path: Path = path) -> None:
            progress(path, count)

        imported.append(
            importing.import_file(
                store,
                path,
                key=key,
                options=options,
                source_name=source,
                now=now,
                progress=tell,
            )
        )
    return importing.with_loose_ends(store, imported)


def analyse(store: Store, pipeline: Pipeline, *, settings: Settings, progress: Progress) -> int:
    """Read, link and score: every thread in the store that this pipeline has not judged."""
    return analysing.analyse_store(store, pipeline, now=settings.clock(), progress=progress)


def analyse_file(source: Path, target: Path, pipeline: Pipeline, *, progress: Progress) -> int:
    """Read, link and score a file in the exchange format, with no database."""
    # Pseudonyms made here leave with nothing, so the key need not outlive the run.
    key = secrets.token_bytes(32)
    return analysing.analyse_file(source, target, pipeline, key=key, progress=progress)


def analyse_threads(threads: Sequence[ExchangeThread], pipeline: Pipeline) -> list[ThreadOut]:
    """Read, link and score threads that another program sent, with no database."""
    return analysing.analyse_threads(threads, pipeline, key=secrets.token_bytes(32))


def count(store: Store, question: Question, *, pipeline: Pipeline, settings: Settings) -> Answer:
    """Count: the nyckeltal of a period, small cells withheld."""
    return counting.count(store, question, fingerprint=pipeline.fingerprint, as_of=settings.clock())
