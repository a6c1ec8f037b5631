"""The only file in nlp that opens files: settings, lexicons, trained models, labelled threads.

Local folders only; nothing is downloaded. A trained model is stored by skops, which runs no code
on loading and is told here which classes to expect.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import skops.io
from skops.io.exceptions import UntrustedTypesFoundException

from nlp.errors import ArtefactError
from nlp.lexicon import Lexicon
from nlp.readers.calibrated import Calibration
from nlp.readers.linear import LinearModel
from nlp.readers.reader import LABELS
from nlp.settings import PipelineSettings

TRUSTED_TYPES: Final = (
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
)
"""Private classes of scikit-learn inside a calibrated classifier; all others are public."""

_MODEL_NAME: Final = "model.skops"


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefacts:
    """Everything that a pipeline is built from, and one hash of it all."""

    settings: PipelineSettings
    lexicons: Mapping[str, Lexicon]
    calibration: Calibration
    linear: LinearModel | None
    """None when a pipeline with the lexical reader was asked for."""
    digest: str
    """SHA-256 in hex over the files that were read, by name and content."""


def load(models_dir: Path, *, reader: str | None = None) -> Artefacts:
    """Load what a pipeline needs.

    Args:
        models_dir: The folder with pipeline.toml.
        reader: Kind of reader; None takes the default of pipeline.toml.

    Raises:
        ArtefactError: A file is missing, damaged or of a version that does not fit.
    """
    hasher = hashlib.sha256()

    def read(path: Path) -> bytes:
        content = read_bytes(path)
        hasher.update(f"{path.relative_to(models_dir)}\0{len(content)}\0".encode())
        hasher.update(content)
        return content

    settings = PipelineSettings.parse(_text(read(models_dir / "pipeline.toml")))
    kind = settings.kind(reader)
    lexicons = _lexicons(models_dir, read)
    lexical = models_dir / "lexical" / settings.readers["lexical"].version
    calibration = Calibration.from_json(_text(read(lexical / "calibration.json")))
    linear = None
    if kind == "linear":
        path = models_dir / "linear" / settings.readers[kind].version / _MODEL_NAME
        linear = _linear_model(path, read(path))
    hasher.update(kind.encode())
    return Artefacts(
        settings=settings,
        lexicons=lexicons,
        calibration=calibration,
        linear=linear,
        digest=hasher.hexdigest(),
    )


def load_lexicons(models_dir: Path) -> dict[str, Lexicon]:
    """The lexicons alone, by name; ArtefactError if there is none or one is damaged."""
    return _lexicons(models_dir, read_bytes)


def load_settings(models_dir: Path) -> PipelineSettings:
    """What pipeline.toml says; ArtefactError if it is missing or does not fit."""
    return PipelineSettings.parse(_text(read_bytes(models_dir / "pipeline.toml")))


def read_bytes(path: Path) -> bytes:
    """All of one file; ArtefactError says why it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ArtefactError(f"{path} cannot be read: {error.strerror}") from error


def read_lines(path: Path) -> list[str]:
    """The lines of a text file, which may hold line separators of other kinds (U+2028)."""
    try:
        return read_bytes(path).decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise ArtefactError(f"{path} is not UTF-8: {error.reason}") from error


def save_linear(folder: Path, model: LinearModel) -> None:
    """Write a trained linear model into a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    tree = {
        "words": model.words,
        "characters": model.characters,
        "classifiers": dict(model.classifiers),
        "sentiment": model.sentiment,
    }
    packed = skops.io.dumps(tree, compression=zipfile.ZIP_DEFLATED, compresslevel=9)
    (folder / _MODEL_NAME).write_bytes(packed)


def save_bytes(path: Path, content: bytes) -> None:
    """Write weights, or what goes along with them as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def save_text(path: Path, text: str) -> None:
    """Write a card, figures or settings beside a model."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def save_json(path: Path, tree: Mapping[str, Any]) -> None:
    """Write figures beside a model, in stable order."""
    save_text(path, json.dumps(tree, ensure_ascii=False, indent=1) + "\n")


def _lexicons(models_dir: Path, read: Callable[[Path], bytes]) -> dict[str, Lexicon]:
    folder = models_dir / "lexicons" / "sv"
    paths = sorted(folder.glob("*.tsv"))
    if not paths:
        raise ArtefactError(f"{folder} holds no lexicon (*.tsv)")
    return {path.stem: Lexicon.parse(path.stem, _text(read(path)).split("\n")) for path in paths}


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ArtefactError(f"a text file is not UTF-8: {error.reason}") from error


def _linear_model(path: Path, content: bytes) -> LinearModel:
    try:
        tree = skops.io.loads(content, trusted=list(TRUSTED_TYPES))
        model = LinearModel(
            words=tree["words"],
            characters=tree["characters"],
            classifiers=tree["classifiers"],
            sentiment=tree["sentiment"],
        )
    except UntrustedTypesFoundException as error:
        raise ArtefactError(f"{path} holds classes that are not expected: {error}") from error
    # A damaged archive fails in zipfile, json, numpy or in skops itself, in many ways.
    except (
        *(KeyError, TypeError, ValueError, OSError, AttributeError, RuntimeError, EOFError),
        *(zipfile.BadZipFile, zlib.error),
    ) as error:
        raise ArtefactError(
            f"{path} is damaged or not a linear model ({error}); "
            "restore it from the repository or run `lyssnad train`"
        ) from error
    if missing := [label.value for label in LABELS if label.value not in model.classifiers]:
        raise ArtefactError(f"{path} has no classifier for {', '.join(missing)}; train it again")
    return model
