"""Runs a training as a process of its own: python -m nlp.training --help.

With --names what finds the names of people is trained, with --encoder the transformer reader, with
--pairs what reads a comment and its reply together, or with --passages what finds the answer to a
question, otherwise both plain readers. Three words do something else, each with a --help of its
own: `encoder` builds the base encoder, `trials` tries recipes, `measure` measures the kept readers
anew and writes their thresholds and cards.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from nlp.errors import ReadingError
from nlp.reviews import ReviewedComment
from nlp.training import encoder
from nlp.training.again import measure_again
from nlp.training.discussions import fit_discussions
from nlp.training.gain import NotBetter
from nlp.training.keep import train_and_keep
from nlp.training.keep_names import train_and_keep_names
from nlp.training.refused import Refused
from nlp.training.reviews import train_linear_with_reviews

EXIT_NOT_BETTER: Final = 5
"""The new version is no better than the one in use, and is not kept."""


def _say(step: str) -> None:
    if sys.stderr.isatty():
        print(f"Tränar: {step}", file=sys.stderr, flush=True)  # noqa: T201


def _build_encoder(arguments: list[str]) -> Iterator[str]:
    parser = argparse.ArgumentParser(prog="python -m nlp.training encoder")
    parser.add_argument("--models-dir", type=Path, default=Path("models"))
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args(arguments)
    encoder.build(asked.models_dir, asked.out, progress=_say)
    yield f"Kodaren ligger i {asked.out}"


def _measure(arguments: list[str]) -> Iterator[str]:
    parser = argparse.ArgumentParser(prog="python -m nlp.training measure")
    parser.add_argument("--models-dir", type=Path, default=Path("models"))
    parser.add_argument("--corpus", type=Path, default=Path("data/corpus"))
    parser.add_argument("--cores", type=int, default=1)
    asked = parser.parse_args(arguments)
    measure_again(asked.models_dir, asked.corpus, cores=asked.cores, progress=_say)
    yield f"Trösklar, siffror och kort är skrivna i {asked.models_dir}"


def _weigh_discussions(arguments: list[str]) -> Iterator[str]:
    parser = argparse.ArgumentParser(prog="python -m nlp.training discussions")
    parser.add_argument("--models-dir", type=Path, default=Path("models"))
    parser.add_argument("--corpus", type=Path, default=Path("data/corpus"))
    asked = parser.parse_args(arguments)
    found = fit_discussions(asked.models_dir, asked.corpus, progress=_say)
    for split, by_item in found.items():
        told = ", ".join(f"{item} {value:.3f}" for item, value in by_item.items())
        yield f"{split}: {told}".replace(".", ",")
    yield f"Vikterna är skrivna i {asked.models_dir / 'pipeline.toml'}"


def _try(arguments: list[str]) -> Iterator[str]:
    parser = argparse.ArgumentParser(prog="python -m nlp.training trials")
    parser.add_argument("--models-dir", type=Path, default=Path("models"))
    parser.add_argument("--corpus", type=Path, default=Path("data/corpus"))
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="JSON lines, one a finished run")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--cores", type=int)
    parser.add_argument(
        "--recipe", action="append", default=[], metavar="NAME:KEY=VALUE,…", help="may be repeated"
    )
    asked = parser.parse_args(arguments)
    with _extra_train():
        from nlp.training.trials import parse_recipe, table, try_recipes

    _use(asked.cores)
    try:
        recipes = dict(map(parse_recipe, asked.recipe or ["vanligt"]))
    except (KeyError, ValueError) as error:
        parser.error(str(error))
    yield table(
        try_recipes(
            asked.models_dir,
            asked.corpus,
            asked.encoder,
            asked.out,
            recipes=recipes,
            seeds=asked.seeds,
            progress=_say,
        )
    )


_OTHERS: Final[Mapping[str, tuple[Callable[[list[str]], Iterator[str]], str]]] = {
    "encoder": (_build_encoder, "Kodaren gick inte att bygga"),
    "trials": (_try, "Recepten gick inte att pröva"),
    "discussions": (_weigh_discussions, "Vikterna gick inte att skatta"),
    "measure": (_measure, "Läsarna gick inte att mäta"),
}


@contextmanager
def _extra_train() -> Iterator[None]:
    """Says what is needed where torch is not installed; the rest does without it."""
    try:
        yield
    except ImportError as error:
        raise Refused(
            f"för att träna transformatorläsaren behövs tillägget train ({error}): "
            "pip install 'lyssnad[train]'"
        ) from error


def _use(cores: int | None) -> None:
    if cores is not None:
        import torch

        torch.set_num_threads(cores)


def main() -> int:
    """Train, say how it went, return the exit code."""
    if len(sys.argv) > 1 and sys.argv[1] in _OTHERS:
        do, fault = _OTHERS[sys.argv[1]]
        return _told(do(sys.argv[2:]), fault)
    parser = argparse.ArgumentParser(prog="python -m nlp.training")
    parser.add_argument("--models-dir", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--cores", type=int, help="how many cores the transformer may use")
    special = parser.add_mutually_exclusive_group()
    special.add_argument(
        "--names",
        action="store_true",
        help="train what finds names; outside/ beside the corpus must hold ner-klintan",
    )
    special.add_argument(
        "--pairs",
        action="store_true",
        help="train what reads a comment and its reply together, on the folder of --encoder",
    )
    special.add_argument(
        "--passages",
        action="store_true",
        help="train what finds the answer to a question, on the folder of --encoder",
    )
    parser.add_argument(
        "--encoder", type=Path, help="train the transformer reader on this Hugging Face folder"
    )
    parser.add_argument(
        "--work", type=Path, help="where an interrupted training of it finds its state again"
    )
    special.add_argument(
        "--from-reviews",
        action="store_true",
        help="train also on reviewed comments, one line of JSON each on standard input; keep the "
        "new version only if it is better than the one in use, else exit with 5",
    )
    asked = parser.parse_args()
    if (asked.pairs or asked.passages) and not asked.encoder:
        parser.error("--pairs and --passages need --encoder")
    train = _transformer if asked.encoder else _readers
    train = _names if asked.names else _pairs if asked.pairs else train
    train = _passages if asked.passages else train
    asked.reviewed = []
    if asked.from_reviews:
        asked.reviewed = [ReviewedComment.from_line(line) for line in sys.stdin]
        if not asked.reviewed:
            parser.error("no reviewed comment on standard input")
        train = _transformer if asked.encoder else _linear
    return _told(train(asked), "Träningen gick inte att göra")


def _told(work: Iterator[str], fault: str) -> int:
    """Do the work, printing what it tells; the exit code."""
    try:
        for told in work:
            print(told)  # noqa: T201
    except NotBetter as refused:
        print(refused)  # noqa: T201
        return EXIT_NOT_BETTER
    except ReadingError as error:
        print(f"{fault}: {error}", file=sys.stderr)  # noqa: T201
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
    with _extra_train():
        from nlp.training.reader import train_reader_and_keep
        from nlp.training.transformer import Recipe

    _use(asked.cores)
    work = asked.work or asked.models_dir / f".training-{asked.version}"
    kept = train_reader_and_keep(
        asked.models_dir,
        asked.corpus,
        asked.encoder,
        work,
        version=asked.version,
        recipe=Recipe(),
        progress=_say,
        reviewed=asked.reviewed,
    )
    figures = kept.evaluation
    yield (
        f"transformer: macro-F1 {figures.functions_macro_f1:.3f} (fråga, klagomål, förslag, "
        f"beröm), {figures.sentiment_macro_f1:.3f} (sentiment), på testdelen, n = {figures.n}"
    )
    yield from kept.verdict


def _pairs(asked: argparse.Namespace) -> Iterator[str]:
    with _extra_train():
        from nlp.training.pair_network import PairRecipe
        from nlp.training.pairs import train_pairs_and_keep

    _use(asked.cores)
    figures = train_pairs_and_keep(
        asked.models_dir,
        asked.corpus,
        asked.encoder,
        asked.work or asked.models_dir / f".training-pairs-{asked.version}",
        version=asked.version,
        recipe=PairRecipe(),
        progress=_say,
    )
    yield "pairs: " + ", ".join(f"{name} {value:.3f}" for name, value in figures.items())


def _passages(asked: argparse.Namespace) -> Iterator[str]:
    with _extra_train():
        from nlp.training.passages import PassageRecipe, train_passages_and_keep

    _use(asked.cores)
    figures = train_passages_and_keep(
        asked.models_dir,
        asked.corpus,
        asked.encoder,
        asked.work or asked.models_dir / f".training-passages-{asked.version}",
        version=asked.version,
        recipe=PassageRecipe(),
        progress=_say,
    )
    yield "passages: " + ", ".join(f"{name} {value:.3f}" for name, value in figures.items())


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
