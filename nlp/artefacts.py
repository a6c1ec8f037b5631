"""The only file in nlp that opens files: settings, lexicons, trained models, labelled threads.

Local folders only; nothing is downloaded. A trained reader is stored by skops, which runs no code
on loading and is told here which classes to expect; the recogniser of names is bare numbers.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nlp.errors import ArtefactError, NamesError
from nlp.lexicon import Lexicon
from nlp.name_list import Names, parse_names
from nlp.names import NameFinder
from nlp.readers.calibrated import Calibration
from nlp.readers.pair import PairModel
from nlp.readers.passages import PassageModel
from nlp.readers.reader import LABELS
from nlp.readers.transformer import Frame, TransformerModel, frame_of
from nlp.recogniser import Recogniser, new_model, set_weights, weights
from nlp.settings import PipelineSettings

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from spacy.language import Language
    from tokenizers import Tokenizer

    from nlp.readers.linear import LinearModel

TRUSTED_TYPES: Final = (
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
)
"""Private classes of scikit-learn inside a calibrated classifier; all others are public."""

_MODEL_NAME: Final = "model.skops"
_NAMES: Final = "names.tsv"
_RECOGNISER: Final = "recogniser.msgpack"

FOLDERS: Final = {"transformer": "reader", "linear": "linear", "lexical": "lexical"}
"""Where the versions of each kind of reader are kept, under models/."""

_ENCODER_NAME: Final = "encoder.onnx"
_CONTEXT_NAME: Final = "context.onnx"
_TOKENIZER_NAME: Final = "tokenizer.json"
_CHECKSUMS_NAME: Final = "sha256.json"

_RESTORE: Final = "restore the folder from the repository"

PAIRS: Final = "pairs"
"""Where the versions of the reader of pairs are kept, under models/."""

PASSAGES: Final = "passages"
"""Where the versions of what finds answers are kept."""

_NETWORK_NAME: Final = "network.onnx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefacts:
    """Everything that a pipeline is built from, and one hash of it all."""

    settings: PipelineSettings
    lexicons: Mapping[str, Lexicon]
    calibrations: Mapping[str, Calibration]
    """By reader: the one that was asked for, if it needs one."""
    names: NameFinder
    """Finds the names to be masked in what is read without having been stored."""
    linear: LinearModel | None = None
    transformer: TransformerModel | None = None
    """Each model is there only if its reader was asked for."""
    pairs: PairModel | None = None
    """There with the transformer, if pipeline.toml names a version: the light tier has rules."""
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
    folder = models_dir / FOLDERS[kind] / settings.readers[kind].version
    calibrations = {}
    linear = transformer = pairs = None
    if kind != "linear":
        calibrations[kind] = Calibration.from_json(_text(read(folder / "calibration.json")))
    if kind == "linear":
        linear = _linear_model(folder / _MODEL_NAME, read(folder / _MODEL_NAME))
    if kind == "transformer":
        transformer = _transformer_model(folder, read)
        if settings.pairs_version is not None:
            pairs = _pair_model(models_dir / PAIRS / settings.pairs_version, read)
    names = _name_finder(models_dir / "names" / settings.names_version, read)
    hasher.update(kind.encode())
    return Artefacts(
        settings=settings,
        lexicons=lexicons,
        calibrations=calibrations,
        linear=linear,
        transformer=transformer,
        pairs=pairs,
        names=names,
        digest=hasher.hexdigest(),
    )


def load_lexicons(models_dir: Path) -> dict[str, Lexicon]:
    """The lexicons alone, by name; ArtefactError if there is none or one is damaged."""
    return _lexicons(models_dir, read_bytes)


def load_transformer(folder: Path) -> TransformerModel:
    """One kept version of the transformer reader; ArtefactError if it is missing or damaged."""
    return _transformer_model(folder, read_bytes)


def load_pairs(folder: Path) -> PairModel:
    """One kept version of the reader of pairs; ArtefactError if it is missing or damaged."""
    return _pair_model(folder, read_bytes)


def load_passages(folder: Path) -> PassageModel:
    """One kept version of what finds answers; ArtefactError if it is missing or damaged."""
    graphs, tokenizer, frame = _graphs(folder, (_NETWORK_NAME,), read_bytes, _RESTORE)
    return PassageModel(network=graphs[_NETWORK_NAME], tokenizer=tokenizer, frame=frame)


def load_settings(models_dir: Path) -> PipelineSettings:
    """What pipeline.toml says; ArtefactError if it is missing or does not fit."""
    return PipelineSettings.parse(_text(read_bytes(models_dir / "pipeline.toml")))


def load_names(models_dir: Path) -> NameFinder:
    """What finds the names of people, of the version that pipeline.toml names.

    Raises:
        NamesError: A file is missing, damaged or of a version that does not fit.
        ArtefactError: pipeline.toml is.
    """
    version = load_settings(models_dir).names_version
    return _name_finder(models_dir / "names" / version, read_bytes)


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
    import skops.io

    folder.mkdir(parents=True, exist_ok=True)
    tree = {
        "words": model.words,
        "characters": model.characters,
        "classifiers": dict(model.classifiers),
        "sentiment": model.sentiment,
    }
    packed = skops.io.dumps(tree, compression=zipfile.ZIP_DEFLATED, compresslevel=9)
    (folder / _MODEL_NAME).write_bytes(packed)


def save_transformer(folder: Path, *, encoder: bytes, context: bytes, tokenizer: str) -> None:
    """Write an exported reader into a folder, which is made if need be."""
    graphs = {_ENCODER_NAME: encoder, _CONTEXT_NAME: context}
    _save_with_checksums(folder, {**graphs, _TOKENIZER_NAME: tokenizer.encode("utf-8")})


def save_network(folder: Path, *, network: bytes, tokenizer: str) -> None:
    """Write a reader of one graph into a folder, which is made if need be."""
    _save_with_checksums(
        folder, {_NETWORK_NAME: network, _TOKENIZER_NAME: tokenizer.encode("utf-8")}
    )


def save_names(folder: Path, names: Names, model: Language) -> None:
    """Write the list of names and the model that was trained with it into a folder."""
    listed = "".join(f"{word}\t{kind}\n" for word, kind in names.items()).encode("utf-8")
    _save_with_checksums(folder, {_NAMES: listed, _RECOGNISER: weights(model)})


def _save_with_checksums(folder: Path, contents: Mapping[str, bytes]) -> None:
    for name, content in contents.items():
        save_bytes(folder / name, content)
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    save_json(folder / _CHECKSUMS_NAME, sums)


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


def _transformer_model(folder: Path, read: Callable[[Path], bytes]) -> TransformerModel:
    advice = (
        'restore the folder from the repository, or set reader = "linear" in models/pipeline.toml'
    )
    graphs, tokenizer, frame = _graphs(folder, (_ENCODER_NAME, _CONTEXT_NAME), read, advice)
    return TransformerModel(
        encoder=graphs[_ENCODER_NAME],
        context=graphs[_CONTEXT_NAME],
        tokenizer=tokenizer,
        frame=frame,
    )


def _pair_model(folder: Path, read: Callable[[Path], bytes]) -> PairModel:
    graphs, tokenizer, frame = _graphs(folder, (_NETWORK_NAME,), read, _RESTORE)
    return PairModel(network=graphs[_NETWORK_NAME], tokenizer=tokenizer, frame=frame)


def _graphs(
    folder: Path, names: Sequence[str], read: Callable[[Path], bytes], advice: str
) -> tuple[dict[str, InferenceSession], Tokenizer, Frame]:
    """The named graphs of a kept version, its tokenizer, and what that puts around a text."""
    # An import of comments reads none, and need not wait for what reads them.
    from onnxruntime.capi import onnxruntime_pybind11_state as onnx
    from tokenizers import Tokenizer

    try:
        stated = json.loads(read(folder / _CHECKSUMS_NAME))
        contents = {name: read(folder / name) for name in (*names, _TOKENIZER_NAME)}
        # A model with one wrong byte still runs, and reads wrong.
        for name, content in contents.items():
            if hashlib.sha256(content).hexdigest() != stated[name]:
                raise ArtefactError(f"{folder / name} is not the file that was kept; {advice}")
        tokenizer = Tokenizer.from_buffer(contents[_TOKENIZER_NAME])
        frame = frame_of(tokenizer)
        tokenizer.no_truncation()
        tokenizer.no_padding()
        tokenizer.encode_special_tokens = True  # "<s>" in a comment is three signs, not a frame
        graphs = {name: _session(contents[name]) for name in names}
    except (
        *(KeyError, TypeError, ValueError),
        *(onnx.Fail, onnx.InvalidArgument, onnx.InvalidGraph, onnx.InvalidProtobuf),
        *(onnx.NotImplemented, onnx.RuntimeException),
    ) as error:
        raise ArtefactError(
            f"{folder} is damaged or holds no reader ({error}); {advice}"
        ) from error
    if frame is None:
        raise ArtefactError(
            f"{folder / _TOKENIZER_NAME} does not say what opens, closes and fills up a text; "
            f"{advice}"
        )
    return graphs, tokenizer, frame


def _session(content: bytes) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Several batches at once, each on one core, is faster than one batch on several.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what goes wrong is raised as well
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _name_finder(folder: Path, read: Callable[[Path], bytes]) -> NameFinder:
    advice = (
        "restore the folder from the repository, or train it with `python -m nlp.training --names`"
    )
    try:
        stated = json.loads(read(folder / _CHECKSUMS_NAME))
        contents = {name: read(folder / name) for name in (_NAMES, _RECOGNISER)}
        # Git on Windows may have changed the ends of the lines, which changes no name.
        contents[_NAMES] = contents[_NAMES].replace(b"\r\n", b"\n")
        # A list that is cut short is still a list, and lets names through.
        for name, content in contents.items():
            if hashlib.sha256(content).hexdigest() != stated[name]:
                raise NamesError(f"{folder / name} is not the file that was kept; {advice}")
        names = parse_names(_text(contents[_NAMES]).split("\n"))
        model = new_model(names)
        set_weights(model, contents[_RECOGNISER])
        # Weights of another shape are only met when they are used.
        finder = NameFinder(names, Recogniser(model))
        finder.find(["Anna Svensson"])
    except NamesError:
        raise
    except ArtefactError as error:
        raise NamesError(f"{error}; {advice}") from error
    # Msgpack, spaCy and numpy each have their own ways to fail on what was kept by another version.
    except (
        *(AttributeError, EOFError, IndexError, KeyError, TypeError, ValueError),
        *(MemoryError, OverflowError, RuntimeError),
    ) as error:
        raise NamesError(
            f"{folder} is damaged or finds no names ({type(error).__name__}); {advice}"
        ) from error
    return finder


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ArtefactError(f"a text file is not UTF-8: {error.reason}") from error


def _linear_model(path: Path, content: bytes) -> LinearModel:
    # Loaded when needed: an import masks names, and need not wait for scikit-learn.
    import skops.io
    from skops.io.exceptions import UntrustedTypesFoundException

    from nlp.readers.linear import LinearModel

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
