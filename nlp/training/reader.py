"""Trains, exports, calibrates and measures the transformer reader, and keeps it.

What is measured is what is kept: the exported graphs, read as the service reads them. Every version
is kept; it becomes the one that is used only if it reads better than what is used now.
"""

from __future__ import annotations

import json
import re
import statistics
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, Final

import torch

from nlp import artefacts
from nlp.corpus.outside import read_for_training, read_manifest
from nlp.corpus.splits import Split
from nlp.evaluate import Evaluation
from nlp.names import NameFinder
from nlp.pipeline import build_reader
from nlp.readers.calibrated import CalibratedReader
from nlp.readers.reader import Reader
from nlp.readers.transformer import TransformerReader
from nlp.reviews import ReviewedComment
from nlp.settings import PipelineSettings, ReaderSettings
from nlp.tagger import EMOJI, build
from nlp.training.corpus import LabelledComment
from nlp.training.encoder import Encoder
from nlp.training.encoder import load as load_encoder
from nlp.training.examples import Example, of_contrasts, of_corpus, of_outside, of_reviews
from nlp.training.export import export
from nlp.training.figures import CHOSEN_BY, figures, on_dev
from nlp.training.gain import Judge, NotBetter, beside
from nlp.training.keep import check_version, pipeline_toml, read_ground, save_figures
from nlp.training.linear import (
    against,
    calibrate,
    choose_settings,
    measure,
    part,
)
from nlp.training.loop import LOG_NAME, STATE_NAME
from nlp.training.reader_card import card, comma, told_of_reviews
from nlp.training.refused import Refused
from nlp.training.reviews import WEIGHT, divide
from nlp.training.transformer import Network, Recipe, Teacher, train

TEXTS_FOR_SCALES: Final = 500
"""Comments of the training part by which the exported reader's scales are fixed."""

KIND: Final = "transformer"
LIGHT: Final = "linear"

_EMOJI: Final = re.compile(f"[{EMOJI}]")

_NEVER_SEEN: Final = 4
"""Emoji that the encoder knows nothing of, named in the card: the commonest of the corpus."""

OnDev = Mapping[str, float]
"""Macro-F1 on the development part: what `on_dev` says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A version that has been kept."""

    evaluation: Evaluation
    """On the test part."""
    verdict: tuple[str, ...]
    """In Swedish: by how much it is better than each of the others, and whether it is used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """What a network learns from, and what it is chosen by."""

    comments: Sequence[LabelledComment]
    """All of the corpus."""
    examples: Sequence[Example]
    described: Mapping[str, Any]
    """What `describe` says of it."""
    counts: Mapping[str, Any]
    """How many examples come from where."""

    @property
    def dev(self) -> list[LabelledComment]:
        """The development part."""
        return part(self.comments, Split.DEV)


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
) -> Kept:
    """Train one reader, keep it with its figures and its card, and use it if it is better.

    Better is a higher macro-F1 on the development part, the mean of all labels and sentiment. The
    work folder is emptied once all is kept, or once it is clear that nothing will be.

    Args:
        models_dir: The folder with pipeline.toml; the reader is written to reader/<version>.
        corpus_dir: A folder with threads/*.jsonl and labels/*.jsonl. What lies beside it in
            outside/ and outside-labels/ teaches as well.
        encoder_dir: A Hugging Face folder with the encoder to start from.
        work_dir: Where an interrupted training finds its state again.
        version: Name of the version to be kept; must not exist.
        recipe: What is chosen about the training.
        progress: Told in Swedish what is being done.
        reviewed: What people have said of other comments. Where there is any, the new reader is
            kept only if it is better than the one in use.

    Raises:
        ArtefactError: The corpus does not fit, the version is there already, or the encoder
            cannot be used.
        NotBetter: There are reviews, and the new reader is not better; nothing is kept.
        OSError: The models cannot be written.
    """
    check_version(models_dir, version, kinds=[KIND])
    encoder = load_encoder(encoder_dir)
    teacher = begin(encoder, recipe)
    taught = gather(corpus_dir, recipe, names=artefacts.load_names(models_dir), progress=progress)
    dev = taught.dev
    progress("de läsare som finns läser utvecklingsdelen")
    rivals = _rivals(models_dir, dev)
    teaching, set_aside = divide(reviewed) if reviewed else ([], [])
    taught = replace(taught, examples=[*taught.examples, *of_reviews(teaching) * WEIGHT])
    progress("läsaren tränas")
    teach(teacher, taught, work_dir, encoder=encoder, progress=progress)
    progress("läsaren rundas av till åtta bitar")
    exported = export(teacher, texts_for_scales(taught.comments, recipe.seed))
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
        measured = measure(CalibratedReader(reader, calibration), taught.comments, version=version)
        artefacts.save_text(new / "calibration.json", calibration.to_json())
        told = {
            **figures(measured, taught.comments, taught.described),
            "recipe": asdict(recipe),
            "encoder": {"folder": encoder_dir.resolve().name, "files": dict(encoder.files)},
            "examples": dict(taught.counts),
            "epochs": [*_log(work_dir / LOG_NAME)],
            "rounding": {
                "before": read_dev(teacher, dev),
                "after": read_dev(reader, dev),
            },
            "rivals": rivals,
            "unseen_emoji": unseen_emoji(teacher.tokenizer, taught.comments),
        }  # fmt: skip
        if reviewed:
            progress("läsaren ställs bredvid den som används")
            before = _in_use(models_dir, taught.comments)
            after = Judge(reader=CalibratedReader(reader, calibration), settings=measured.settings)
            try:
                told["reviews"] = beside(
                    before, after, taught.comments, set_aside, taught=len(teaching)
                )
            except NotBetter:
                clear(work_dir)
                raise
        save_figures(new, told, card(version, told))
        # Read anew: it may have been changed during the training.
        settings = artefacts.load_settings(models_dir)
        # Beside the one in use it has been judged already, on both parts.
        judged = told["reviews"]["beside"] if reviewed else None
        others = {name: one for name, one in rivals.items() if name != judged}
        choice = choose(settings, measured.settings, on_dev(measured.dev), others)
        artefacts.save_text(
            Path(aside) / "pipeline.toml",
            pipeline_toml(replace(settings, default_reader=choice.default, readers=choice.readers)),
        )
        folder = models_dir / artefacts.FOLDERS[KIND]
        folder.mkdir(exist_ok=True)
        new.rename(folder / version)
        (Path(aside) / "pipeline.toml").replace(models_dir / "pipeline.toml")
    clear(work_dir)
    said = told_of_reviews(told["reviews"]) if reviewed else ()
    return Kept(evaluation=measured.test, verdict=(*said, *choice.verdict))


def gather(
    corpus_dir: Path, recipe: Recipe, *, names: NameFinder, progress: Callable[[str], None]
) -> Taught:
    """All that a network learns from; what is missing of it is told.

    Raises:
        ArtefactError: The corpus, the manifest or a set does not fit.
    """
    ground = read_ground(corpus_dir, names=names, progress=progress)
    manifest = corpus_dir.parent / "outside-sets.toml"
    described = {each.name: each for each in read_manifest(manifest)[0]} if recipe.partly else {}
    partly = {}
    for name in recipe.partly:
        if name not in described:
            raise Refused(f"{manifest} beskriver ingen mängd {name}")
        texts = read_for_training(manifest.parent / "outside", described[name])
        partly[name] = of_outside(texts, names=names)
    examples = of_corpus(ground.training)
    examples += (one for ones in partly.values() for one in ones)
    contrasted = of_contrasts(ground.contrasts, names=names) if recipe.contrasts else []
    examples += contrasted
    return Taught(
        comments=ground.comments,
        examples=examples,
        described=ground.described,
        counts={
            "corpus": len(ground.training) - len(ground.others),
            "outside": len(ground.others),
            "contrasts": len(contrasted),
            "partly": {name: len(ones) for name, ones in partly.items()},
        },
    )  # fmt: skip


def begin(encoder: Encoder, recipe: Recipe) -> Teacher:
    """A network that has learnt nothing yet, on top of the lowest layers of an encoder."""
    torch.manual_seed(recipe.seed)
    model = encoder.lowest(recipe.layers)
    network = Network(model, width=model.config.hidden_size, dropout=recipe.dropout)
    if not recipe.context:
        # Exported with the rest, it must say nothing rather than what nobody has taught it.
        for parameter in network.context[-1].parameters():
            torch.nn.init.zeros_(parameter)
    return Teacher(network, encoder.pieces, recipe)


def teach(
    teacher: Teacher,
    taught: Taught,
    work_dir: Path,
    *,
    encoder: Encoder,
    progress: Callable[[str], None],
) -> None:
    """Train a network, with its figures on the development part logged after each epoch."""
    train(
        teacher,
        taught.examples,
        work_dir,
        encoder=encoder.files,
        progress=progress,
        after_epoch=lambda _: read_dev(teacher, taught.dev),
    )


def texts_for_scales(comments: Sequence[LabelledComment], seed: int) -> list[str]:
    """Texts drawn from the whole training part: what stands together in it is alike."""
    training = part(comments, Split.TRAIN)
    drawn = Random(seed).sample(training, min(TEXTS_FOR_SCALES, len(training)))  # noqa: S311
    return [one.input.text for one in drawn]


def read_dev(reader: Reader | Teacher, dev: Sequence[LabelledComment]) -> dict[str, float]:
    """Macro-F1 on the development part, by the thresholds that are best there."""
    answers = reader.read([one.input for one in dev])
    return on_dev(against(dev, answers, choose_settings(dev, answers, version="")))


def unseen_emoji(tokenizer: Any, comments: Sequence[LabelledComment]) -> list[str]:  # noqa: ANN401
    """The commonest emoji of the corpus that the tokenizer has no piece for."""
    unknown = {tokenizer.token_to_id(piece) for piece in ("<unk>", "[UNK]")}
    met = Counter(sign for one in comments for sign in _EMOJI.findall(one.input.text))
    found = (
        sign
        for sign, _ in met.most_common()
        if unknown.intersection(tokenizer.encode(sign, add_special_tokens=False).ids)
    )
    return list(islice(found, _NEVER_SEEN))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which reader is used from now on."""

    default: str
    readers: Mapping[str, ReaderSettings]
    verdict: tuple[str, ...]


def choose(
    before: PipelineSettings, made: ReaderSettings, ours: OnDev, rivals: Mapping[str, OnDev]
) -> Choice:
    """Use a new version of the transformer reader if it reads better than each of the others.

    Args:
        before: What models/pipeline.toml says.
        made: Version and thresholds of the new one.
        ours: How it does on the development part.
        rivals: How the others do, by name, such as "linear@3".
    """
    verdict = []
    beaten = {}
    for name, theirs in rivals.items():
        mine, its = (statistics.mean(one[each] for each in CHOSEN_BY) for one in (ours, theirs))
        lead = mine - its
        beaten[name.partition("@")[0]] = lead > 0
        verdict.append(
            f"{'bättre' if lead > 0 else 'inte bättre'} än {name} på utvecklingsdelen: "
            f"etiketter {comma(ours['labels'])} mot {comma(theirs['labels'])}, "
            f"sentiment {comma(ours['sentiment'])} mot {comma(theirs['sentiment'])} "
            + f"(i medeltal {lead:+.3f})".replace(".", ",")
        )
    readers = dict(before.readers)
    default = before.default_reader
    if beaten.get(KIND, True):
        readers[KIND] = made
        default = KIND if beaten.get(LIGHT, True) else LIGHT
    used = readers[KIND] is made
    verdict.append(
        f"version {made.version} är sparad och "
        + ("används nu" if used and default == KIND else "används inte: något bättre finns redan")
    )
    return Choice(default=default, readers=readers, verdict=tuple(verdict))


def _rivals(models_dir: Path, dev: Sequence[LabelledComment]) -> dict[str, OnDev]:
    """How the light tier and the version that is used now do on the development part."""
    made: dict[str, OnDev] = {}
    for kind in (LIGHT, KIND):
        if kind in artefacts.load_settings(models_dir).readers:
            reader = build_reader(artefacts.load(models_dir, reader=kind), kind, build())
            made[reader.name] = read_dev(reader, dev)
    return made


def _in_use(models_dir: Path, comments: Sequence[LabelledComment]) -> Judge:
    """The transformer reader that is used, or what is used where there is none."""
    settings = artefacts.load_settings(models_dir)
    kind = KIND if KIND in settings.readers else settings.default_reader
    kept = artefacts.load(models_dir, reader=kind)
    return Judge.at_its_best(
        build_reader(kept, kind, build(), threads=torch.get_num_threads()), comments
    )


def _log(path: Path) -> list[Any]:
    return [json.loads(line) for line in artefacts.read_lines(path) if line]


def clear(work_dir: Path) -> None:
    """Remove the state of a training that is kept; the folder too, if nothing else lies in it."""
    for name in (STATE_NAME, LOG_NAME):
        (work_dir / name).unlink(missing_ok=True)
    with suppress(OSError):
        work_dir.rmdir()
