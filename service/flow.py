"""The way of a comment, top to bottom.

import → clean → pseudonymise → store → read → link → score → count → show

import_files goes as far as the store, analyse from there through score, count counts; to show is
for the command line and the web. What a step does in detail stands in the module it calls.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from nlp.errors import NamesError, ReadingError
from service import analysing, counting, drawing, importing
from service.counting import Answer, Question
from service.drawing import Lot
from service.errors import SettingsError, StoreError
from service.exchange import ExchangeThread, ThreadOut
from service.importing import ImportReceipt
from service.period import Period
from service.settings import Settings
from service.sources.raw import ImportOptions
from service.store import Store
from service.store.intake import Note
from service.store.reviews import save_rating, save_reviews
from service.store.verdicts import Subject

if TYPE_CHECKING:
    from nlp.names import NameFinder
    from nlp.pipeline import Pipeline
    from nlp.reviews import Review
    from nlp.vocabulary import Label

Progress = Callable[[int, int], None]
"""Told how much is done and how much there is in all."""


def open_store(settings: Settings) -> Store:
    """Open the installation's database; the caller closes it."""
    settings.prepare()
    # The secret comes first: a database without one could never be told apart from one whose
    # secret was lost.
    key = settings.author_key()
    return Store(settings.database, key=key)


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
    except NamesError as error:
        raise _without_names(settings, error) from error
    except ReadingError as error:
        raise SettingsError(
            f"Läsaren går inte att starta: en fil i {settings.models_dir} saknas, är skadad eller "
            "passar inte programmet. Hämta mappen på nytt, kör ”lyssnad train”, eller välj en "
            "lättare läsare med LYSSNAD_READER=linear.\n"
            f"Till den som felsöker, på engelska: {error}"
        ) from error
    return Pipeline(loaded, reader=settings.reader, threads=settings.cores_to_use)


def _name_finder(settings: Settings) -> NameFinder:
    from nlp import artefacts

    try:
        return artefacts.load_names(settings.models_dir)
    except ReadingError as error:
        raise _without_names(settings, error) from error


def _without_names(settings: Settings, error: ReadingError) -> SettingsError:
    """No other reader helps: without masking nothing is read and nothing is stored."""
    return SettingsError(
        f"Det som hittar personnamn går inte att starta: en fil i {settings.models_dir} saknas, är "
        "skadad eller passar inte programmet. Hämta mappen på nytt, eller återställ den från "
        "säkerhetskopian. Inget har lästs in.\n"
        f"Till den som felsöker, på engelska: {error}"
    )


def import_files(
    store: Store,
    paths: Sequence[Path],
    *,
    settings: Settings,
    options: ImportOptions,
    source: str | None = None,
    progress: Callable[[Path, int], None],
    received: Callable[[ImportReceipt], None] = lambda receipt: None,
    settled: Callable[[Path, Sequence[Note]], None] = lambda path, notes: None,
) -> list[ImportReceipt]:
    """Import: file ─► cleaned and pseudonymised rows in the store, with a receipt for each file.

    Args:
        store: Where to.
        paths: The files, each taken in whole or not at all, in this order.
        settings: Of this installation.
        options: What the person says that the files do not.
        source: Format to read them as; None recognises it.
        progress: Told a file and how many more of its records are in.
        received: Told each receipt once its file is in: a later file may end the import.
        settled: Told, of each file that is in, the notes that only show beside the others; when
            the import ends early, too.

    Returns:
        The receipts again, with those notes added.

    Raises:
        SettingsError: What finds names is missing or damaged; nothing is taken in.
        StoreError: The database cannot be written; the file it happened with is left out whole.
    """
    key = settings.author_key()
    now = settings.clock()
    names = _name_finder(settings)
    writers = importing.writers_in(store, paths, key=key, options=options, source_name=source)
    imported: list[tuple[int | None, ImportReceipt]] = []

    def settle() -> list[ImportReceipt]:
        whole = importing.with_loose_ends(store, imported)
        for (_, receipt), after in zip(imported, whole, strict=True):
            settled(after.path, after.notes[len(receipt.notes) :])
        return whole

    try:
        for path in paths:

            def tell(count: int, path: Path = path) -> None:
                progress(path, count)

            number, receipt = importing.import_file(
                store,
                path,
                key=key,
                writers=writers,
                names=names,
                options=options,
                source_name=source,
                now=now,
                progress=tell,
            )
            imported.append((number, receipt))
            received(receipt)
    except BaseException:
        with suppress(StoreError):  # what ended the import is to be told, not this
            settle()
        raise
    return settle()


def analyse(store: Store, pipeline: Pipeline, *, settings: Settings, progress: Progress) -> int:
    """Read, link and score: every thread in the store that this pipeline has not judged."""
    return analysing.analyse_store(store, pipeline, now=settings.clock(), progress=progress)


def review(
    store: Store,
    comment_id: int,
    said: Review,
    *,
    reviewer: str,
    pipeline: Pipeline,
    settings: Settings,
) -> None:
    """Keep a person's word on a comment, and score its thread by it.

    Raises:
        NotFound: There is no such comment.
        BadRequest: Nothing is said, or nobody says it, or it contradicts itself.
    """
    review_several(
        store, {comment_id: said}, reviewer=reviewer, pipeline=pipeline, settings=settings
    )


def review_several(
    store: Store,
    said: Mapping[int, Review],
    *,
    reviewer: str,
    pipeline: Pipeline,
    settings: Settings,
) -> None:
    """Keep a person's word on several comments, all or none, and score their threads by it.

    Raises:
        NotFound: One of the comments does not exist.
        BadRequest: Nothing is said of one, or nobody says it, or it contradicts itself.
    """
    now = settings.clock()
    posts = save_reviews(store, said, reviewer=reviewer, reviewed_at=now)
    analysing.analyse_posts(store, pipeline, posts, now=now)


def rate(
    store: Store,
    subject: Subject,
    number: int,
    said: Mapping[str, str | None],
    *,
    reviewer: str,
    reason: str,
    shown: str | None = None,
    pipeline: Pipeline,
    settings: Settings,
) -> int:
    """Keep a person's word on a reply, an answer or a discussion, and score its thread by it.

    Returns:
        The number of its post.

    Raises:
        NotFound: There is no such reply, answer or discussion.
        CorrectionRefused: Nothing is said, or nobody says it, or what is said cannot be, or the
            texts are no longer what the person read (`shown`, by `verdicts.shown_of`).
    """
    now = settings.clock()
    post_id = save_rating(
        store, subject, number, said, reviewer=reviewer, reviewed_at=now, reason=reason, shown=shown
    )
    analysing.analyse_posts(store, pipeline, [post_id], now=now)
    return post_id


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


def draw(
    store: Store,
    label: Label,
    period: Period,
    *,
    account: str | None,
    wanted: int,
    pipeline: Pipeline,
    settings: Settings,
) -> Lot:
    """Draw the comments whose reading would narrow the interval of a share the most.

    Raises:
        BadRequest: Nothing is read in that period, or figures of that label are not put right.
    """
    return drawing.draw(
        store,
        label,
        period,
        account=account,
        wanted=wanted,
        fingerprint=pipeline.fingerprint,
        drawn_at=settings.clock(),
    )
