"""Trains, exports and measures the reader of pairs, and keeps it.

What is measured is what is kept: the exported graph, read as the service reads it.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from scipy.special import expit, logit
from scipy.stats import spearmanr
from sklearn.metrics import cohen_kappa_score, f1_score

from nlp import artefacts
from nlp.corpus.outside import OutsideQuestion, is_at_hand, read_for_training, read_manifest
from nlp.corpus.splits import Split
from nlp.readers.pair import (
    DIMENSIONS,
    FIRST_PIECES,
    FOLLOW_UPS,
    INPUTS,
    MOST_PARTS,
    OUTPUTS,
    SECOND_PIECES,
    STEPS,
    PairAnswer,
    PairInput,
    PairReader,
    filled,
)
from nlp.scoring.reply import REACHED, grade_of, levels_of, reply_phrases, well_answered
from nlp.tagger import build as build_tagger
from nlp.training.corpus import read_checked
from nlp.training.encoder import Encoder
from nlp.training.encoder import load as load_encoder
from nlp.training.export import Feed, graph_of, in_eight_bits
from nlp.training.keep import check_version, pipeline_toml, save_figures
from nlp.training.pair_card import card
from nlp.training.pair_examples import (
    PairExample,
    of_authorities,
    of_contrasts,
    of_corpus,
    reactions,
    replies,
)
from nlp.training.pair_network import PairNetwork, PairRecipe, PairTeacher, train
from nlp.training.reader import clear

PAIRS_FOR_SCALES: Final = 400
"""Pairs of the training part by which the exported reader's scales are fixed."""

CHOSEN_BY: Final = ("grade.rho", "answers.qwk", "well_answered", "parts.qwk", "follow_up")
"""The figures whose sum is higher of the better reader."""

QUESTIONS: Final = "swequad-mc"
"""The outside set whose questions teach what answers what."""

Reader = Callable[[Sequence[PairInput]], list[PairAnswer]]
Ints = npt.NDArray[np.int64]


def train_pairs_and_keep(
    models_dir: Path,
    corpus_dir: Path,
    encoder_dir: Path,
    work_dir: Path,
    *,
    version: str,
    recipe: PairRecipe,
    progress: Callable[[str], None],
) -> Mapping[str, float]:
    """Train one reader of pairs, keep it with its figures and its card, and use it if it is better.

    Better is a higher sum of `CHOSEN_BY` on the development part.

    Args:
        models_dir: The reader is written to pairs/<version> in it.
        corpus_dir: A folder with threads/, labels/, matters.jsonl and teaching/.
        encoder_dir: A Hugging Face folder with the encoder to start from.
        work_dir: Where an interrupted training finds its state again; emptied once all is kept.
        version: Name of the version to be kept; must not exist.
        recipe: What is chosen about the training.
        progress: Told in Swedish what is being done.

    Returns:
        Its figures on the test part, by name, as `measure` gives them.

    Raises:
        ArtefactError: The corpus does not fit, the version is there already, or the encoder
            cannot be used.
        OSError: The models cannot be written.
    """
    check_version(models_dir, version, kinds=[artefacts.PAIRS])
    encoder = load_encoder(encoder_dir)
    teacher = begin(encoder, recipe)
    corpus, names = read_checked(corpus_dir), artefacts.load_names(models_dir)
    tools = reply_phrases(artefacts.load_lexicons(models_dir), build_tagger())
    examples = of_corpus(corpus, names=names, tools=tools)
    training, dev, test = (
        [one for one in examples if one.split is split]
        for split in (Split.TRAIN, Split.DEV, Split.TEST)
    )
    taught = (each.record for each in corpus.reply_contrasts)
    contrasts = list(of_contrasts(taught, names=names, tools=tools))
    ours = of_authorities(each.record for each in corpus.questions)
    others = questions_of_others(corpus_dir.parent, progress)
    questions = [*ours, *others]
    progress("parläsaren tränas")
    train(
        teacher,
        [*training, *contrasts],
        questions,
        work_dir,
        encoder=encoder.files,
        progress=progress,
        after_epoch=lambda _: measure(teacher.read, dev),
    )
    shifts = settle(teacher, dev)
    progress("parläsaren rundas av till åtta bitar")
    exported = export(teacher, _drawn(training, recipe.seed))
    with tempfile.TemporaryDirectory(dir=models_dir, prefix=".new-") as aside:
        new = Path(aside) / artefacts.PAIRS
        artefacts.save_network(new, network=exported, tokenizer=teacher.tokenizer.to_str())
        model = artefacts.load_pairs(new)
        reader = PairReader(model, version=version, threads=torch.get_num_threads())
        progress("parläsaren mäts")
        figures = measure(reader.read, test)
        told = {
            "recipe": asdict(recipe),
            "encoder": {"folder": encoder_dir.resolve().name, "files": dict(encoder.files)},
            "examples": {
                split.value: {"replies": len(replies(part)), "reactions": len(reactions(part))}
                for split, part in zip(
                    (Split.TRAIN, Split.DEV, Split.TEST), (training, dev, test), strict=True
                )
            },
            "contrasts": len(contrasts),
            "questions": len(ours),
            "others": {QUESTIONS: len(others)},
            "shifts": shifts,
            "rounding": {
                "before": measure(teacher.read, dev),
                "after": measure(reader.read, dev),
            },
            "room": {
                "first": FIRST_PIECES,
                "second": SECOND_PIECES,
                "parts": MOST_PARTS,
            },
            "test": figures,
        }
        save_figures(new, told, card(version, told))
        # Read anew: it may have been changed during the training.
        settings = artefacts.load_settings(models_dir)
        if _is_better(models_dir, settings.pairs_version, told):
            settings = replace(settings, pairs_version=version)
        artefacts.save_text(Path(aside) / "pipeline.toml", pipeline_toml(settings))
        folder = models_dir / artefacts.PAIRS
        folder.mkdir(exist_ok=True)
        new.rename(folder / version)
        (Path(aside) / "pipeline.toml").replace(models_dir / "pipeline.toml")
    clear(work_dir)
    return figures


def questions_of_others(data_dir: Path, progress: Callable[[str], None]) -> list[OutsideQuestion]:
    """Questions that an outside set lets teach; that it is not at hand is told."""
    manifest = data_dir / "outside-sets.toml"
    described = read_manifest(manifest)[0] if manifest.is_file() else []
    for each in described:
        if each.name == QUESTIONS and is_at_hand(data_dir / "outside", each):
            told = read_for_training(data_dir / "outside", each)
            return [one for one in told if isinstance(one, OutsideQuestion)]
    progress(f"{QUESTIONS} är inte till hands och lär inte ut något")
    return []


def _is_better(models_dir: Path, used: str | None, told: Mapping[str, Any]) -> bool:
    """Whether it reads the development part better than the version in use."""
    if used is None:
        return True
    before = json.loads(artefacts.read_bytes(models_dir / artefacts.PAIRS / used / "metrics.json"))
    one, other = (
        sum(each["rounding"]["after"].get(name, 0.0) for name in CHOSEN_BY)
        for each in (told, before)
    )
    return bool(one > other)


def begin(encoder: Encoder, recipe: PairRecipe) -> PairTeacher:
    """A network that has learnt nothing yet, on top of the lowest layers of an encoder."""
    torch.manual_seed(recipe.seed)
    model = encoder.lowest(recipe.layers)
    network = PairNetwork(model, width=model.config.hidden_size, dropout=recipe.dropout)
    return PairTeacher(network, encoder.pieces, recipe)


def settle(teacher: PairTeacher, dev: Sequence[PairExample]) -> list[float]:
    """Shift the log odds of the steps so that they are reached where raters took them to be.

    The losses teach probabilities, and of a rare step, such as a reply that answers only a part, no
    reply may reach one half. Each step is shifted in turn by what serves `SETTLED_BY` best.

    Args:
        teacher: Trained; the bias of its ratings is changed.
        dev: Of the development part.

    Returns:
        The shift of each step.
    """
    rated = replies(dev)
    shifts = np.zeros(STEPS)
    if not rated:
        return shifts.tolist()
    answers = teacher.read([one.pair for one in rated])
    odds = [logit(np.clip(one.ratings, *_CLIPPED)) for one in answers]

    def worth() -> float:
        moved = [
            replace(one, ratings=expit(each + shifts))
            for one, each in zip(answers, odds, strict=True)
        ]
        figures = _of_replies(rated, moved)
        return sum(figures[name] for name in SETTLED_BY)

    best = worth()
    for _ in range(2):
        # The steps of the grade are summed up, not cut off: they stay.
        for step in (*range(2 * len(DIMENSIONS)), STEPS - 1):
            kept = shifts[step]
            for shift in SHIFTS:
                shifts[step] = shift
                if (found := worth()) > best + _GAIN:
                    best, kept = found, shift
            shifts[step] = kept
    with torch.no_grad():
        teacher.network.ratings.bias += torch.from_numpy(shifts).to(torch.float32)
    return [round(float(shift), 2) for shift in shifts]


SETTLED_BY: Final = (
    *(f"{dimension}.qwk" for dimension in DIMENSIONS),
    "well_answered",
    "acknowledgement",
)
"""Every step that is shifted is in one of them: none is moved by what another gains alone."""
SHIFTS: Final = (-1.2, -0.8, -0.4, 0.0, 0.4, 0.8, 1.2)
_GAIN: Final = 0.002
"""Less than this is chance."""
_CLIPPED: Final = (1e-4, 1 - 1e-4)


def export(teacher: PairTeacher, shown: Sequence[PairInput]) -> bytes:
    """Make a trained network into a graph in eight bits.

    Args:
        teacher: Trained; its network is put in the state of being used.
        shown: Some hundred pairs of the training part, by which the scales are fixed.
    """
    network = teacher.network.eval()
    example = [
        teacher.in_pieces(PairInput("a b", "c d e", ((0, 1), (2, 3)), ((0, 1), (2, 5)))),
        teacher.in_pieces(PairInput("a", "b", ((0, 1),), ((0, 1),))),
    ]
    given = tuple(torch.from_numpy(one) for one in filled(example, teacher.frame))
    axes = {
        **{name: {1: "pieces"} for name in INPUTS[:3]},
        "parts": {1: "parts", 2: "pieces"},
        "passages": {1: "passages", 2: "pieces"},
        "levels": {1: "parts"},
        "carries": {1: "parts", 2: "passages"},
    }
    graph = graph_of(network, given, INPUTS, OUTPUTS, axes)
    feeds: list[Feed] = [
        dict(zip(INPUTS, filled([teacher.in_pieces(pair)], teacher.frame), strict=True))
        for pair in shown
    ]
    return in_eight_bits(graph, feeds)


def measure(read: Reader, examples: Sequence[PairExample]) -> dict[str, float]:
    """How pairs are read beside what raters said.

    Returns:
        Of replies, each read beside all comments that it answers and then averaged: `grade.rho`
        (Spearman), `grade.qwk` and `<dimension>.qwk` (quadratic kappa), `well_answered` (macro-F1),
        `acknowledgement` (F1). Of parts: `parts.qwk` of the levels, `missed` (share of those not
        met that were found), `passage` (share of met parts whose likeliest passage is right). Of
        reactions: `follow_up` (macro-F1, silence left out). With `n.replies`, `n.parts` and
        `n.reactions`; a figure of nothing is left out.
    """
    figures: dict[str, float] = {}
    rated, reacted = replies(examples), reactions(examples)
    answers = read([one.pair for one in rated])
    figures |= _of_replies(rated, answers)
    figures |= _of_parts(rated, answers)
    if reacted:
        told = read([one.pair for one in reacted])
        gold = [one.follow_up for one in reacted]
        said = [int(one.follow_up.argmax()) for one in told]
        kinds = range(len(FOLLOW_UPS))
        figures["follow_up"] = f1_score(gold, said, average="macro", labels=kinds, zero_division=0)
        figures["n.reactions"] = len(reacted)
    return {name: round(float(value), 4) for name, value in figures.items()}


def _of_replies(rated: Sequence[PairExample], answers: Sequence[PairAnswer]) -> dict[str, float]:
    golds = {one.reply: one.gold for one in rated if one.gold is not None}
    if not golds:
        return {}
    told: dict[str, list[PairAnswer]] = {name: [] for name in golds}
    for one, answer in zip(rated, answers, strict=True):
        told[one.reply].append(answer)
    figures = {"n.replies": float(len(golds))}
    steps = {name: np.mean([one.ratings for one in ones], axis=0) for name, ones in told.items()}
    grades = [grade_of(steps[name]) for name in golds]
    given = [gold.grade or 1 for gold in golds.values()]
    figures["grade.rho"] = _spearman(given, grades)
    figures["grade.qwk"] = _kappa(given, [round(grade) for grade in grades])
    rated_as = {name: levels_of(steps[name]) for name in golds}
    for dimension in DIMENSIONS:
        figures[f"{dimension}.qwk"] = _kappa(
            [getattr(gold, dimension) for gold in golds.values()],
            [rated_as[name][dimension] for name in golds],
        )
    figures["well_answered"] = f1_score(
        [str(gold.well_answered) for gold in golds.values()],
        [str(well_answered(**rated_as[name])) for name in golds],
        average="macro",
        zero_division=0,
    )
    figures["acknowledgement"] = f1_score(
        [gold.acknowledgement_only for gold in golds.values()],
        [bool(steps[name][-1] >= REACHED) for name in golds],
        zero_division=0,
    )
    return figures


def _of_parts(rated: Sequence[PairExample], answers: Sequence[PairAnswer]) -> dict[str, float]:
    gold: list[int] = []
    said: list[int] = []
    right: list[bool] = []
    for one, answer in zip(rated, answers, strict=True):
        for place in range(min(len(one.levels), len(answer.levels))):
            gold.append(int(one.levels[place].sum()))
            said.append(int((answer.levels[place] >= REACHED).sum()))
            carries = one.carries[place, : answer.carries.shape[1]]
            if gold[-1] == len(one.levels[place]) and carries.any():
                right.append(bool(carries[answer.carries[place].argmax()]))
    if not gold:
        return {}
    missed = [level < 2 for level, truth in zip(said, gold, strict=True) if truth < 2]
    figures = {"n.parts": float(len(gold)), "parts.qwk": _kappa(gold, said)}
    if missed:
        figures["missed"] = float(np.mean(missed))
    if right:
        figures["passage"] = float(np.mean(right))
    return figures


def _spearman(gold: Sequence[int], said: Sequence[float]) -> float:
    """0 where either says the same of all: then nothing is ranked."""
    if len(set(gold)) == 1 or len(set(said)) == 1:
        return 0.0
    return float(spearmanr(gold, said).statistic)


def _kappa(gold: Sequence[int], said: Sequence[int]) -> float:
    """1 where both say the same one thing of all: then chance has nothing to explain."""
    if len({*gold, *said}) == 1:
        return 1.0
    return float(cohen_kappa_score(gold, said, weights="quadratic"))


def _drawn(training: Sequence[PairExample], seed: int) -> list[PairInput]:
    pairs = [one.pair for one in training]
    return Random(seed).sample(pairs, min(PAIRS_FOR_SCALES, len(pairs)))  # noqa: S311
