"""All readers on all sets: reads each text once per reader and counts every figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from nlp import artefacts
from nlp.corpus.folder import read_corpus
from nlp.corpus.outside import (
    OutsideQuestion,
    OutsideSet,
    is_at_hand,
    read_for_measuring,
    read_manifest,
)
from nlp.corpus.records import PairRecord
from nlp.corpus.splits import Split
from nlp.errors import ArtefactError
from nlp.evaluate import BoolArray
from nlp.names import NameFinder
from nlp.readers.reader import Probabilities
from nlp.registers import REGISTERS
from nlp.training.corpus import LabelledComment, load, load_outside, read_checked
from nlp.training.encoder import check_folder
from nlp.training.encoder import load as load_encoder
from nlp.training.evaluation import replies
from nlp.training.evaluation.contenders import (
    Contender,
    Ground,
    NotMeasured,
    build_contender,
    names,
)
from nlp.training.evaluation.figures import Estimate, estimates
from nlp.training.evaluation.frozen import embedding
from nlp.training.evaluation.metrics import figures_of
from nlp.training.evaluation.pairs import (
    CONTRASTS,
    PAIRS,
    figures_of_pairs,
    inputs_of,
    measurable,
)
from nlp.training.evaluation.replies import PICKED, QUESTIONS, REPLIES
from nlp.training.evaluation.texts import TEST, Skipped, Texts, of_comments, of_outside
from nlp.training.linear import part
from nlp.training.refused import Refused

_OF_REGISTERS: Final[tuple[str, ...]] = ("functions_macro_f1", "sentiment_macro_f1")
"""Registers are small: figures of single labels would be of a handful of comments."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be compared, and where it lies."""

    models_dir: Path
    corpus_dir: Path
    manifest: Path
    """Describes the outside sets; their files lie in outside/ beside it."""
    readers: Sequence[str] = ()
    """Kinds of kept readers and names of baselines; none means all."""
    sets: Sequence[str] = ()
    """`TEST`, `PAIRS`, `REPLIES` and outside sets; none means all in the readers' languages."""
    encoder: Path | None = None
    cores: int = 1
    """How many cores the kept readers may use."""
    everything: bool = False
    """Take all texts of the outside sets, not a sample of the large ones."""


class AskedInVain(Refused):
    """What was asked for is not there; says in Swedish what to ask for."""


@dataclass(slots=True, kw_only=True)
class Comparison:
    """All that was measured. What is by reader goes by its name, such as "linear@2"."""

    names: NameFinder | None = None
    """Finds the names that are masked in what is read, as in the service."""

    remarks: list[str] = field(default_factory=list)
    """In Swedish, what the baselines could not learn from."""
    contenders: list[Contender] = field(default_factory=list)
    not_measured: dict[str, str] = field(default_factory=dict)
    """Readers that could not be compared, with the reason in Swedish."""
    sets: dict[str, Texts] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    """Sets that were not measured on, with the reason in Swedish."""
    pairs: list[PairRecord] = field(default_factory=list)
    estimates: dict[str, dict[str, dict[str, Estimate]]] = field(default_factory=dict)
    """By set (also `PAIRS` and `REPLIES`), reader and figure."""
    answering: replies.Measured | None = None
    """How replies and discussions are judged, also in `estimates`."""
    register_sizes: dict[str, int] = field(default_factory=dict)
    registers: dict[str, dict[str, dict[str, Estimate]]] = field(default_factory=dict)
    """Of the test part, by register, reader and figure."""


def compare(asked: Asked, *, progress: Progress) -> Comparison:
    """Every figure of every reader on every set that was asked for.

    Args:
        asked: What to compare.
        progress: Told in Swedish what is being done.

    Raises:
        AskedInVain: There is no reader or set of a name that was asked for, or no test part.
        ArtefactError: The corpus, a kept reader, the encoder or the manifest is missing or does
            not fit.
    """
    kinds = names(asked.models_dir)
    described, faults = read_manifest(asked.manifest)
    if faults:
        raise ArtefactError(f"{asked.manifest} line {faults[0].line}: {faults[0].said}")
    _must_be_among(asked.readers, kinds, "läsare")
    _must_be_among(
        asked.sets, (TEST, PAIRS, REPLIES, *(each.name for each in described)), "textmängd"
    )
    if asked.encoder is not None:
        check_folder(asked.encoder)
    progress("korpusen läses")
    finder = artefacts.load_names(asked.models_dir)
    comments = load(asked.corpus_dir, names=finder)
    made = Comparison(names=finder)
    _choose_sets(made, asked, comments, described)
    ground = Ground(
        models_dir=asked.models_dir,
        comments=comments,
        others=_others(made, asked, finder),
        encoder=asked.encoder,
        cores=asked.cores,
    )
    _make_contenders(made, [kind for kind in kinds if kind in (asked.readers or kinds)], ground,
                     progress)  # fmt: skip
    measure(made, progress=progress)
    if REPLIES in (asked.sets or (REPLIES,)):
        _measure_replies(made, asked, described, progress)
    return made


def _measure_replies(
    made: Comparison, asked: Asked, described: Sequence[OutsideSet], progress: Progress
) -> None:
    """How replies and discussions are judged by the kept readers that were asked for."""
    folder = asked.manifest.parent / "outside"
    questions: list[OutsideQuestion] = []
    for each in described:
        if each.name == QUESTIONS and is_at_hand(folder, each):
            told = read_for_measuring(folder, each)
            questions = [one for one in told if isinstance(one, OutsideQuestion)]
    if not questions:
        made.skipped[f"{REPLIES}.{PICKED}"] = f"{QUESTIONS} är inte till hands"
    kinds = artefacts.load_settings(asked.models_dir).readers
    found = replies.measure(
        asked.models_dir,
        read_checked(asked.corpus_dir),
        kinds=[kind for kind in kinds if kind in (asked.readers or kinds)],
        questions=questions,
        embed=None if asked.encoder is None else embedding(load_encoder(asked.encoder)),
        cores=asked.cores,
        progress=progress,
    )
    made.estimates[REPLIES] = found.estimates
    made.answering = found


def _others(made: Comparison, asked: Asked, finder: NameFinder) -> list[LabelledComment]:
    """What the baselines learn from beside the corpus; what is missing of it is told."""
    labels_dir = asked.manifest.parent / "outside-labels"
    outside = load_outside(asked.manifest, labels_dir=labels_dir, names=finder)
    made.remarks.extend(each.remark for each in outside if each.remark is not None)
    return [one for each in outside for one in each.comments]


def measure(made: Comparison, *, progress: Progress) -> None:
    """Have every contender read every set and the pairs, and count."""
    for texts in made.sets.values():
        _measure_texts(made, texts, progress)
    _measure_pairs(made, progress)


def _must_be_among(asked: Sequence[str], known: Sequence[str], what: str) -> None:
    for name in asked:
        if name not in known:
            raise AskedInVain(f"Det finns ingen {what} {name}. Välj bland {', '.join(known)}.")


def _choose_sets(
    made: Comparison,
    asked: Asked,
    comments: Sequence[LabelledComment],
    described: Sequence[OutsideSet],
) -> None:
    if TEST in (asked.sets or (TEST,)):
        test = of_comments(part(comments, Split.TEST))
        if not test.inputs:
            raise AskedInVain(
                f"Korpusen i {asked.corpus_dir} har inga märkta kommentarer i sin testdel. "
                "Ange en annan mapp med --corpus."
            )
        made.sets[TEST] = test
    if PAIRS in (asked.sets or (PAIRS,)):
        records = [placed.record for placed in read_corpus(asked.corpus_dir).pairs]
        made.pairs.extend(measurable(records))
        if records and len(records) > len(made.pairs):
            others = sorted({pair.contrast for pair in records} - CONTRASTS.keys())
            made.skipped[PAIRS] = (
                f"{len(records) - len(made.pairs)} av {len(records)} par gäller inte etiketter "
                f"på kommentarer ({', '.join(others) or 'uppgifter saknas'})"
            )
        elif not records:
            made.skipped[PAIRS] = "korpusen har inga par (pairs.jsonl)"
    languages = artefacts.load_settings(asked.models_dir).languages
    for each in described:
        if asked.sets and each.name not in asked.sets:
            continue
        try:
            made.sets[each.name] = of_outside(
                asked.manifest.parent / "outside",
                each,
                languages=(*languages, each.language) if asked.sets else languages,
                everything=asked.everything,
                names=made.names,
            )
        except Skipped as why:
            made.skipped[each.name] = str(why)


def _make_contenders(
    made: Comparison, kinds: Sequence[str], ground: Ground, progress: Progress
) -> None:
    for kind in kinds:
        progress(f"{kind} görs i ordning")
        try:
            made.contenders.append(build_contender(kind, ground))
        except NotMeasured as why:
            made.not_measured[kind] = str(why)


def _measure_texts(made: Comparison, texts: Texts, progress: Progress) -> None:
    rows: Mapping[str, BoolArray] = {}
    if texts.name == TEST:
        rows = {
            name: np.array([is_so(one.text) for one in texts.inputs], dtype=bool)
            for name, is_so in REGISTERS.items()
        }
        made.register_sizes.update({name: int(ours.sum()) for name, ours in rows.items()})
    for each in made.contenders:
        progress(f"{each.name} läser {texts.name}, {len(texts.inputs)} texter")
        answers = each.reader.read(texts.inputs)
        figures = figures_of(texts, answers, each.settings)
        if not figures:  # the set knows labels only, and the reader attitude only
            continue
        made.estimates.setdefault(texts.name, {})[each.name] = estimates(figures, texts.groups)
        for name, ours in rows.items():
            if ours.any():
                found = _of_register(texts.only(ours), _only(answers, ours), each)
                made.registers.setdefault(name, {})[each.name] = found


def _of_register(texts: Texts, answers: Probabilities, contender: Contender) -> dict[str, Estimate]:
    figures = figures_of(texts, answers, contender.settings)
    wanted = {name: figures[name] for name in _OF_REGISTERS if name in figures}
    return estimates(wanted, texts.groups)


def _only(answers: Probabilities, rows: BoolArray) -> Probabilities:
    return Probabilities(labels=answers.labels[rows], sentiment=answers.sentiment[rows])


def _measure_pairs(made: Comparison, progress: Progress) -> None:
    if not made.pairs:
        return
    inputs = inputs_of(made.pairs, names=made.names)
    for each in made.contenders:
        if each.settings is not None:
            progress(f"{each.name} läser {PAIRS}, {len(made.pairs)} par")
            figures = figures_of_pairs(made.pairs, each.reader.read(inputs), each.settings)
            found = estimates(figures, [pair.id for pair in made.pairs])
            made.estimates.setdefault(PAIRS, {})[each.name] = found
