"""Measures the kept readers anew and chooses their thresholds anew; nothing is trained.

What a reader learnt from and how stays as the run that made it wrote it; what can be measured is
measured, and the cards are written from both. It takes seconds a reader.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from nlp import artefacts
from nlp.pipeline import build_reader
from nlp.tagger import build
from nlp.training.corpus import load
from nlp.training.figures import describe, figures
from nlp.training.keep import LIGHT, pipeline_toml
from nlp.training.linear import check_size, measure
from nlp.training.reader_card import card, light_card
from nlp.training.refused import Refused


def measure_again(
    models_dir: Path, corpus_dir: Path, *, cores: int, progress: Callable[[str], None]
) -> None:
    """Write metrics.json, card.md and the thresholds of every reader that pipeline.toml names.

    Args:
        models_dir: The folder with pipeline.toml.
        corpus_dir: The corpus that the readers were made of.
        cores: How many cores may be used.
        progress: Told in Swedish what is being done.

    Raises:
        ArtefactError: A reader is missing or damaged, or was made of another corpus.
        OSError: The models cannot be written.
    """
    before = artefacts.load_settings(models_dir)
    comments = load(corpus_dir, names=artefacts.load_names(models_dir))
    check_size(comments)
    described = describe(comments, corpus_dir)
    settings = dict(before.readers)
    told: dict[str, dict[str, Any]] = {}
    for kind in before.readers:
        progress(f"{kind} mäts")
        was = kept_figures(models_dir, kind)
        if was["data"]["corpus_sha256"] != described["corpus_sha256"]:
            raise Refused(
                f"läsaren {kind} är gjord av en annan korpus än {corpus_dir}; träna den på nytt"
            )
        reader = build_reader(artefacts.load(models_dir, reader=kind), kind, build(), threads=cores)
        measured = measure(reader, comments, version=before.readers[kind].version)
        settings[kind] = measured.settings
        told[kind] = was | figures(measured, comments, was["data"])
    if "transformer" in told and "linear" in told:
        dev = {name: value for name, value in told["linear"]["dev"].items() if name != "tested_on"}
        rivals = told["transformer"].setdefault("rivals", {})
        rivals[f"linear@{settings['linear'].version}"] = dev
    with tempfile.TemporaryDirectory(dir=models_dir, prefix=".new-") as aside:
        path = Path(aside) / "pipeline.toml"
        text = pipeline_toml(replace(before, readers=settings))
        artefacts.save_text(path, text)
        for kind, each in told.items():
            folder = _folder(models_dir, kind, settings[kind].version)
            artefacts.save_json(folder / "metrics.json", each)
        path.replace(models_dir / "pipeline.toml")
    for path, text in cards(models_dir).items():
        artefacts.save_text(path, text)


def cards(models_dir: Path) -> dict[Path, str]:
    """The cards of the readers that pipeline.toml names, from what metrics.json says alone."""
    readers = artefacts.load_settings(models_dir).readers
    told = {kind: kept_figures(models_dir, kind) for kind in readers}
    beside: dict[str, dict[str, Any]] = {name: told[name] for name in LIGHT if name in told}
    made = {}
    for kind, settings in readers.items():
        version = settings.version
        made[_folder(models_dir, kind, version) / "card.md"] = (
            light_card(kind, version, beside) if kind in LIGHT else card(version, told[kind])
        )
    return made


def _folder(models_dir: Path, kind: str, version: str) -> Path:
    return models_dir / artefacts.FOLDERS[kind] / version


def kept_figures(models_dir: Path, kind: str) -> dict[str, Any]:
    """What metrics.json says of the version that pipeline.toml names.

    Raises:
        ArtefactError: It is missing or damaged.
    """
    version = artefacts.load_settings(models_dir).readers[kind].version
    path = _folder(models_dir, kind, version) / "metrics.json"
    try:
        told: dict[str, Any] = json.loads(artefacts.read_bytes(path))
    except ValueError as error:
        raise Refused(f"{path} är skadad; återställ den") from error
    return told
