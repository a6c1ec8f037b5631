"""Trains, exports, calibrates and measures the transformer reader, and keeps it.

What is measured is what is kept: the exported graphs, read as the service reads them.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import torch
from tokenizers import Tokenizer

from nlp import artefacts
from nlp.corpus.splits import Split
from nlp.evaluate import Evaluation, f_score
from nlp.pipeline import build_reader
from nlp.readers.calibrated import CalibratedReader
from nlp.readers.reader import LABELS, SENTIMENTS, Probabilities, Reader
from nlp.readers.transformer import TransformerReader
from nlp.reviews import ReviewedComment
from nlp.tagger import build
from nlp.training.corpus import LabelledComment, load, load_outside
from nlp.training.encoder import load as load_encoder
from nlp.training.examples import of_corpus, of_reviews
from nlp.training.export import export
from nlp.training.keep import check_size, check_version, describe, figures, pipeline_toml
from nlp.training.linear import calibrate, measure, part, truth_of
from nlp.training.reader_card import card
from nlp.training.reviews import WEIGHT, divide
from nlp.training.transformer import LOG_NAME, Network, Recipe, Teacher, train
from nlp.training.trial import Judge, beside, card_of_reviews
from nlp.vocabulary import FUNCTIONS

TEXTS_FOR_SCALES: Final = 500
"""Comments of the training part by which the exported reader's scales are fixed."""

KIND: Final = "transformer"


def train_reader_and_keep(
    models_dir: Path,
    corpus_dir: Path,
    encoder_dir: Path,
    work_dir: Path,
    *,
    version: str,
    recipe: Recipe,
    progress: Callable[[str], None],
    reviewed: Sequence[ReviewedComment] = (),
) -> tuple[Evaluation, list[str]]:
    """Train one reader, keep it with its figures and its card, and make it the default.

    Args:
        models_dir: The folder with pipeline.toml; the reader is written to reader/<version>.
        corpus_dir: A folder with threads/*.jsonl and labels/*.jsonl. What lies beside it in
            outside/ and outside-labels/ teaches as well.
        encoder_dir: A Hugging Face folder with the encoder to start from.
        work_dir: Where an interrupted training finds its state again.
        version: Name of the version to be kept; must not exist.
        recipe: What is chosen about the training.
        progress: Told in Swedish what is being done.
        reviewed: What people have said of other comments. Where there is any, the new reader must
            be better than the one in use.

    Returns:
        How it does on the test part, and what to tell in Swedish of how it compares.

    Raises:
        ArtefactError: The corpus does not fit, the version is there already, or the encoder
            cannot be used.
        NotBetter: The new reader is not better than the one in use; nothing is kept.
        OSError: The models cannot be written.
    """
    check_version(models_dir, version, kinds=[KIND])
    before = artefacts.load_settings(models_dir)
    names = artefacts.load_names(models_dir)
    comments = load(corpus_dir, names=names)
    check_size(comments)
    training, dev = part(comments, Split.TRAIN), part(comments, Split.DEV)
    others = load_outside(
        corpus_dir.parent / "outside-sets.toml",
        labels_dir=corpus_dir.parent / "outside-labels",
        names=names,
    )
    teaching, set_aside = divide(reviewed) if reviewed else ([], [])
    examples = [*of_corpus([*training, *others]), *list(of_reviews(teaching)) * WEIGHT]
    teacher = begin(encoder_dir, recipe)
    progress("läsaren tränas")
    train(
        teacher,
        examples,
        work_dir,
        progress=progress,
        after_epoch=lambda _: on_part(teacher.read([one.input for one in dev]), dev),
    )
    progress("läsaren rundas av till åtta bitar")
    texts = [one.input.text for one in training[:TEXTS_FOR_SCALES]]
    exported = export(teacher, texts)
    with tempfile.TemporaryDirectory(dir=models_dir, prefix=".new-") as aside:
        new = Path(aside) / KIND
        artefacts.save_transformer(
            new,
            encoder=exported.encoder,
            context=exported.context,
            tokenizer=teacher.tokenizer.to_str(),
        )
        reader = TransformerReader(
            artefacts.load_transformer(new), version=version, threads=torch.get_num_threads()
        )
        progress("läsaren kalibreras och mäts")
        calibration = calibrate(reader, dev)
        measured = measure(CalibratedReader(reader, calibration), comments, version=version)
        compared: dict[str, Any] = {}
        lines: list[str] = []
        if reviewed:
            progress("läsaren jämförs med den som används")
            lines, compared["reviews"] = beside(
                _in_use(models_dir),
                Judge(reader=CalibratedReader(reader, calibration), settings=measured.settings),
                comments,
                set_aside,
                taught=len(teaching),
            )
        artefacts.save_text(new / "calibration.json", calibration.to_json())
        added = card_of_reviews(lines) if lines else ""
        told = {
            **figures(measured.evaluation, describe(comments, corpus_dir)),
            "recipe": asdict(recipe),
            "encoder": _digest(encoder_dir / "model.safetensors"),
            "examples": {"corpus": len(training), "outside": len(others)},
            "epochs": [*_log(work_dir / LOG_NAME)],
            "rounding": {
                "before": on_part(teacher.read([one.input for one in dev]), dev),
                "after": on_part(_read(reader, dev), dev),
            },
            **compared,
        }
        artefacts.save_json(new / "metrics.json", told)
        artefacts.save_text(new / "card.md", card(version, measured.evaluation, told) + added)
        settings = {**before.readers, KIND: measured.settings}
        artefacts.save_text(
            Path(aside) / "pipeline.toml",
            pipeline_toml(KIND, settings, before, names_version=before.names_version),
        )
        folder = models_dir / artefacts.FOLDERS[KIND]
        folder.mkdir(exist_ok=True)
        new.rename(folder / version)
        (Path(aside) / "pipeline.toml").replace(models_dir / "pipeline.toml")
    return measured.evaluation, lines


def _in_use(models_dir: Path) -> Judge:
    kept = artefacts.load(models_dir, reader=KIND)
    return Judge(
        reader=build_reader(kept, KIND, build(), threads=torch.get_num_threads()),
        settings=kept.settings.readers[KIND],
    )


def begin(encoder_dir: Path, recipe: Recipe) -> Teacher:
    """A network that has learnt nothing yet, on top of the lowest layers of an encoder."""
    torch.manual_seed(recipe.seed)
    encoder = load_encoder(encoder_dir).model
    encoder.set_attn_implementation("eager")  # what can be exported to ONNX in eight bits
    encoder.encoder.layer = encoder.encoder.layer[: recipe.layers]
    network = Network(encoder, width=encoder.config.hidden_size, dropout=recipe.dropout)
    tokenizer = Tokenizer.from_file(str(encoder_dir / "tokenizer.json"))
    tokenizer.encode_special_tokens = True
    return Teacher(network, tokenizer, recipe)


def on_part(answers: Probabilities, comments: Sequence[LabelledComment]) -> dict[str, float]:
    """Macro-F1 on comments, of the functions at their best thresholds and of sentiment."""
    functions = []
    for label in FUNCTIONS:
        truth, said = truth_of(comments, label), answers.labels[:, LABELS.index(label)]
        functions.append(max(f_score(truth, said >= least / 100) for least in range(1, 100)))
    told = [SENTIMENTS.index(one.sentiment) for one in comments]
    guessed = answers.sentiment.argmax(axis=1).tolist()
    attitudes = [
        2
        * sum(t == g == each for t, g in zip(told, guessed, strict=True))
        / max(1, told.count(each) + guessed.count(each))
        for each in range(len(SENTIMENTS))
    ]
    return {
        "functions": round(sum(functions) / len(functions), 4),
        "sentiment": round(sum(attitudes) / len(attitudes), 4),
    }


def _read(reader: Reader, comments: Sequence[LabelledComment]) -> Probabilities:
    return reader.read([one.input for one in comments])


def _digest(path: Path) -> str:
    return hashlib.sha256(artefacts.read_bytes(path)).hexdigest()


def _log(path: Path) -> list[Any]:
    return [json.loads(line) for line in artefacts.read_lines(path) if line]
