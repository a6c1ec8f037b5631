"""The labelled corpus from the command line: what is wrong with it, and the tables of its card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from nlp.corpus import outside
from nlp.corpus.card import registers, tables
from nlp.corpus.check import check, labels_fit_threads
from nlp.corpus.folder import read_corpus
from nlp.corpus.records import Fault
from nlp.errors import ReadingError
from service.errors import FileRefused
from service.settings import CHECKOUT

_MANIFEST: Final = CHECKOUT / "data" / "outside-sets.toml"
_OUTSIDE: Final = CHECKOUT / "data" / "outside"

_COMPARED: Final = ("twitter-sv-palm", "trustpilot-sv", "brighter-swe")
"""Sets of real Swedish texts that the comments are held against."""


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except ReadingError as error:
        raise FileRefused(f"Korpusen går inte att läsa. Felet, på engelska: {error}.") from error


def faults(folder: Path) -> Sequence[Fault]:
    """All faults of a corpus and of the manifest of outside sets, by file and line.

    Raises:
        FileRefused: The folder holds no corpus, or a file cannot be read.
    """
    with _refused():
        _, manifest = outside.read_manifest(_MANIFEST)
        return [*check(read_corpus(folder)), *manifest]


def card(folder: Path) -> tuple[str, Sequence[str]]:
    """The card's tables as Markdown, and the names of sets that are not at hand to compare with.

    Raises:
        FileRefused: The folder holds no corpus, a file cannot be read, or lines do not fit.
    """
    with _refused():
        real, absent = real_texts()
        corpus = read_corpus(folder)
        # Else the tables would count what is left of the corpus and not say so.
        if corpus.unreadable or any(labels_fit_threads(corpus)):
            raise FileRefused(f"Korpusen i {folder} har fel. `lyssnad corpus check` nämner dem.")
        made = [*tables(corpus), registers(corpus, real)]
    return "\n".join(f"### {table.title}\n\n{table.markdown()}\n" for table in made), absent


def real_texts() -> tuple[Mapping[str, Sequence[str]], Sequence[str]]:
    """Real Swedish texts by the name of their set, and the names of sets that are not fetched."""
    described, _ = outside.read_manifest(_MANIFEST)
    compared = [each for each in described if each.name in _COMPARED]
    absent = [each.name for each in compared if not outside.is_at_hand(_OUTSIDE, each)]
    real = {
        each.name: [
            text.text
            for text in outside.read_for_measuring(_OUTSIDE, each)
            if isinstance(text, outside.OutsideText)
        ]
        for each in compared
        if each.name not in absent
    }
    return real, absent
