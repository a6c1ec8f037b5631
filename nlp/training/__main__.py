"""Runs a training as a process of its own: python -m nlp.training --help.

`python -m nlp.training encoder --help` builds the base encoder instead.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from nlp.errors import ReadingError
from nlp.training import encoder
from nlp.training.keep import train_and_keep


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
    asked = parser.parse_args()
    try:
        evaluations = train_and_keep(
            asked.models_dir,
            asked.corpus,
            version=asked.version,
            progress=_say,
        )
    except ReadingError as error:
        print(f"Träningen gick inte att göra: {error}", file=sys.stderr)  # noqa: T201
        return 2
    except OSError as error:
        told = f"Det gick inte att skriva {error.filename}: {error.strerror}"
        print(told, file=sys.stderr)  # noqa: T201
        return 2
    for kind, figures in evaluations.items():
        told = (
            f"{kind}: macro-F1 {figures.functions_macro_f1:.3f} (fråga, klagomål, förslag, beröm), "
            f"{figures.sentiment_macro_f1:.3f} (sentiment), på testdelen, n = {figures.n}"
        )
        print(told)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
