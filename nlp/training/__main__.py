"""Runs a training as a process of its own: python -m nlp.training --help.

With --names what finds the names of people is trained, otherwise both plain readers.
`python -m nlp.training encoder --help` builds the base encoder instead.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from nlp.errors import ArtefactError, ReadingError
from nlp.reviews import ReviewedComment
from nlp.training import encoder
from nlp.training.keep import train_and_keep
from nlp.training.keep_names import train_and_keep_names
from nlp.training.reviews import train_linear_with_reviews
from nlp.training.trial import NotBetter

EXIT_NOT_BETTER: Final = 5
"""The new version is no better than the one in use, and is not kept."""


def _say(step: str) -> None:
    if sys.stderr.isatty():
        print(f"Tränar: {step}", file=sys.stderr, flush=True)  # noqa: T201


def _build_encoder(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m nlp.training encoder")
    parser.add_argument("--models-dir", type=Path, default=Path("models"))
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args(arguments)
    try:
        encoder.build(asked.models_dir, asked.out, progress=_say)
    except ReadingError as error:
        print(f"Kodaren gick inte att bygga: {error}", file=sys.stderr)  # noqa: T201
        return 2
    except OSError as error:
        told = f"Det gick inte att skriva {error.filename}: {error.strerror}"
        print(told, file=sys.stderr)  # noqa: T201
        return 2
    print(f"Kodaren ligger i {asked.out}")  # noqa: T201
    return 0


def main() -> int:
    """Train, say how it went, return the exit code."""
    if sys.argv[1:2] == ["encoder"]:
        return _build_encoder(sys.argv[2:])
    parser = argparse.ArgumentParser(prog="python -m nlp.training")
    parser.add_argument("--models-dir", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument(
        "--names",
        action="store_true",
        help="train what finds names; outside/ beside the corpus must hold ner-klintan",
    )
    parser.add_argument(
        "--encoder", type=Path, help="train the transformer reader on this Hugging Face folder"
    )
    parser.add_argument(
        "--work", type=Path, help="where an interrupted training of it finds its state again"
    )
    parser.add_argument(
        "--from-reviews",
        action="store_true",
        help="train also on reviewed comments, one line of JSON each on standard input; keep the "
        "new version only if it is better than the one in use, else exit with 5",
    )
    asked = parser.parse_args()
    asked.reviewed = []
    train = _names if asked.names else _transformer if asked.encoder else _readers
    if asked.from_reviews:
        asked.reviewed = [ReviewedComment.from_line(line) for line in sys.stdin]
        train = _transformer if asked.encoder else _linear
    try:
        for told in train(asked):
            print(told)  # noqa: T201
    except NotBetter as refused:
        print(refused)  # noqa: T201
        return EXIT_NOT_BETTER
    except ReadingError as error:
        print(f"Träningen gick inte att göra: {error}", file=sys.stderr)  # noqa: T201
        return 2
    except OSError as error:
        told = f"Det gick inte att skriva {error.filename}: {error.strerror}"
        print(told, file=sys.stderr)  # noqa: T201
        return 2
    return 0


def _readers(asked: argparse.Namespace) -> Iterator[str]:
    evaluations = train_and_keep(
        asked.models_dir, asked.corpus, version=asked.version, progress=_say
    )
    for kind, figures in evaluations.items():
        yield (
            f"{kind}: macro-F1 {figures.functions_macro_f1:.3f} (fråga, klagomål, förslag, beröm), "
            f"{figures.sentiment_macro_f1:.3f} (sentiment), på testdelen, n = {figures.n}"
        )


def _linear(asked: argparse.Namespace) -> Iterator[str]:
    yield from train_linear_with_reviews(
        asked.models_dir, asked.corpus, asked.reviewed, version=asked.version, progress=_say
    )


def _transformer(asked: argparse.Namespace) -> Iterator[str]:
    # Imported late: needs torch, which the others do without.
    try:
        from nlp.training.reader import train_reader_and_keep
        from nlp.training.transformer import Recipe
    except ImportError as error:
        raise ArtefactError(
            f"training a transformer needs the extra train ({error}): pip install 'lyssnad[train]'"
        ) from error

    work = asked.work or asked.models_dir / f".training-{asked.version}"
    figures, compared = train_reader_and_keep(
        asked.models_dir,
        asked.corpus,
        asked.encoder,
        work,
        version=asked.version,
        recipe=Recipe(),
        progress=_say,
        reviewed=asked.reviewed,
    )
    yield from compared
    yield (
        f"transformer: macro-F1 {figures.functions_macro_f1:.3f} (fråga, klagomål, förslag, "
        f"beröm), {figures.sentiment_macro_f1:.3f} (sentiment), på testdelen, n = {figures.n}"
    )


def _names(asked: argparse.Namespace) -> Iterator[str]:
    figures = train_and_keep_names(
        asked.models_dir, asked.corpus, version=asked.version, progress=_say
    )
    yield (
        f"names: täckning {figures.recall:.3f}, precision {figures.precision:.3f}, på testdelen, "
        f"n = {figures.names} namn i {figures.comments} kommentarer"
    )


if __name__ == "__main__":
    sys.exit(main())
