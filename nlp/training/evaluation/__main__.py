"""Runs a comparison as a process of its own: python -m nlp.training.evaluation --help."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from nlp import artefacts
from nlp.errors import ReadingError
from nlp.training.evaluation.comparison import Asked, AskedInVain, compare
from nlp.training.evaluation.tree import as_tree
from nlp.training.refused import Refused

_CLEAR = "\r\033[2K"
"""Takes back what stands on the line of a terminal."""


def _say(step: str) -> None:
    if sys.stderr.isatty():
        print(f"{_CLEAR}Mäter: {step}", end="", file=sys.stderr, flush=True)  # noqa: T201


def main() -> int:
    """Compare, write the figures as JSON, return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m nlp.training.evaluation")
    parser.add_argument("--models-dir", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--manifest", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--reader", action="append", default=[])
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--encoder", type=Path)
    parser.add_argument("--all-texts", action="store_true")
    parser.add_argument("--cores", type=int, default=1)
    given = parser.parse_args()
    asked = Asked(
        models_dir=given.models_dir,
        corpus_dir=given.corpus,
        manifest=given.manifest,
        readers=given.reader,
        sets=given.set,
        encoder=given.encoder,
        cores=given.cores,
        everything=given.all_texts,
    )
    try:
        made = compare(asked, progress=_say)
        artefacts.save_json(given.out, as_tree(made))
    except AskedInVain as error:
        _end(str(error))
        return 2
    except Refused as error:
        _end(f"Mätningen gick inte att göra: {error}.")
        return 2
    except ReadingError as error:
        _end(f"Mätningen gick inte att göra. Felet, på engelska: {error}.")
        return 2
    except OSError as error:
        _end(f"Det gick inte att skriva {error.filename}: {error.strerror}")
        return 2
    _end("")
    return 0


def _end(told: str) -> None:
    """Take back the last step, and say what stopped the work if something did."""
    clear = _CLEAR if sys.stderr.isatty() else ""
    print(clear + told, end="\n" if told else "", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
