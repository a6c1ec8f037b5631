"""What metrics.json says of a reader: every figure that its card shows, with what it is of."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from nlp import artefacts
from nlp.corpus.records import Mark
from nlp.corpus.splits import Split
from nlp.evaluate import BoolArray, Evaluation, LabelMetric
from nlp.readers.reader import LABELS, FloatArray, Probabilities
from nlp.registers import REGISTERS
from nlp.training.corpus import LabelledComment, OutsideLabels
from nlp.training.evaluation.figures import BINS, Estimate, estimates
from nlp.training.evaluation.metrics import figures_of
from nlp.training.evaluation.texts import of_comments
from nlp.training.linear import Measured, part
from nlp.vocabulary import FUNCTIONS, Label

CODE_BOOK: Final = "1.1"

_WITH_INTERVAL: Final = ("precision", "recall", "f1", "yes_right", "no_right", "unsure")

_OF_REGISTERS: Final = ("functions_macro_f1", "sentiment_macro_f1", f"{Label.COMPLAINT}.recall")

CHOSEN_BY: Final = ("labels", "sentiment")
"""The reader whose mean of these is higher is the better one. Of all labels, for all are used, and
people correct all."""

_DECIMALS: Final = 4

_SHOWN: Final = 160
"""Characters of a comment that is shown as a failure; longer ones are passed over."""


def describe(
    comments: Sequence[LabelledComment],
    corpus_dir: Path,
    *,
    outside: Sequence[OutsideLabels] = (),
) -> dict[str, Any]:
    """Of what a reader was made: the corpus' checksum and how much of what it holds, and more.

    Args:
        comments: All of the corpus.
        corpus_dir: Where its files lie.
        outside: The labelled outside sets that taught as well.
    """
    digest = hashlib.sha256()
    for path in sorted([*corpus_dir.glob("threads/*.jsonl"), *corpus_dir.glob("labels/*.jsonl")]):
        digest.update(artefacts.read_bytes(path))
    held = Counter(label for comment in comments for label in comment.labels)
    return {
        "corpus_sha256": digest.hexdigest(),
        "code_book": CODE_BOOK,
        "comments": {split.value: len(part(comments, split)) for split in Split},
        "threads": {
            split.value: len({comment.group for comment in part(comments, split)})
            for split in Split
        },
        "labels": {label.value: held[label] for label in Label},
        "sentiments": dict(
            sorted(Counter(comment.sentiment.value for comment in comments).items())
        ),
        "outside": {
            each.name: {
                "licence": each.licence,
                "labels_sha256": each.labels_sha256,
                "labelled": each.labelled,
                "comments": len(each.comments),
            }
            for each in outside
        },
    }


def figures(
    measured: Measured, comments: Sequence[LabelledComment], described: Mapping[str, Any]
) -> dict[str, Any]:
    """All that was measured of a reader, on the test part unless said otherwise.

    Args:
        measured: The reader, measured on the same comments.
        comments: All of the corpus.
        described: What `describe` says.
    """
    test = part(comments, Split.TEST)
    texts, evaluation = of_comments(test), measured.test
    found = estimates(figures_of(texts, measured.answers, measured.settings), texts.groups)
    return {
        "method": "fitted on train, thresholds by dev, measured on test; split by thread",
        "tested_on": evaluation.n,
        "data": dict(described),
        "functions_macro_f1": _rounded(evaluation.functions_macro_f1),
        "functions_interval": [_rounded(value) for value in evaluation.functions_interval],
        "sentiment_macro_f1": _rounded(evaluation.sentiment_macro_f1),
        "sentiment_interval": [_rounded(value) for value in evaluation.sentiment_interval],
        "sentiment": {
            name: _numbers(found[f"sentiment.{name}"]) for name in ("ece", "unsure", "right")
        },
        "dev": {**on_dev(measured.dev), "tested_on": measured.dev.n},
        "labels": {
            label.value: {
                **_of_label(metric),
                "intervals": {name: _ends(found[f"{label}.{name}"]) for name in _WITH_INTERVAL},
                "dev": _of_label(measured.dev.labels[label]),
                "bins": _bins(texts.labels[label], measured.answers.labels[:, LABELS.index(label)]),
            }
            for label, metric in evaluation.labels.items()
        },
        "registers": dict(_registers(measured, test)),
        "failures": [*_failures(measured, test)],
    }


def on_dev(evaluation: Evaluation) -> dict[str, float]:
    """Macro-F1 of all labels, of the functions and of sentiment."""
    return {
        "labels": _rounded(float(np.mean([each.f1 for each in evaluation.labels.values()]))),
        "functions": _rounded(evaluation.functions_macro_f1),
        "sentiment": _rounded(evaluation.sentiment_macro_f1),
    }


def _of_label(metric: LabelMetric) -> dict[str, float | None]:
    return {
        name: _rounded(value) if isinstance(value, float) else value
        for name, value in asdict(metric).items()
    }


def _bins(truth: BoolArray, said: FloatArray) -> list[list[float]]:
    """Per tenth of probability: how many comments, mean of what was said, share where it held."""
    places = np.minimum((said * BINS).astype(int), BINS - 1)
    inside = [places == place for place in range(BINS)]
    return [
        [int(rows.sum()), _rounded(said[rows].mean()), _rounded(truth[rows].mean())]
        if rows.any()
        else [0, 0.0, 0.0]
        for rows in inside
    ]


def _registers(
    measured: Measured, test: Sequence[LabelledComment]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Ways of writing, told by rule, and what labellers have marked as hard to read."""
    told: dict[str, Callable[[LabelledComment], bool]] = {
        **{name: partial(_is_written, is_so) for name, is_so in REGISTERS.items()},
        **{mark.value: partial(_is_marked, mark) for mark in Mark},
    }
    texts = of_comments(test)
    for name, is_so in told.items():
        rows = np.array([is_so(one) for one in test], dtype=bool)
        made: dict[str, Any] = {"n": int(rows.sum())}
        if rows.any():
            ours = texts.only(rows)
            answers = Probabilities(
                labels=measured.answers.labels[rows], sentiment=measured.answers.sentiment[rows]
            )
            wanted = figures_of(ours, answers, measured.settings)
            kept = {each: wanted[each] for each in _OF_REGISTERS if each in wanted}
            made |= {each: _numbers(one) for each, one in estimates(kept, ours.groups).items()}
        yield name, made


def _is_written(is_so: Callable[[str], bool], comment: LabelledComment) -> bool:
    return is_so(comment.input.text)


def _is_marked(mark: Mark, comment: LabelledComment) -> bool:
    return mark in comment.marks


def _failures(measured: Measured, test: Sequence[LabelledComment]) -> Iterator[dict[str, Any]]:
    """Of each function, what was missed and what was seen in vain, most surely; texts are made up.

    One of each, and no text twice.
    """
    shown: set[str] = set()
    for label in FUNCTIONS:
        said = measured.answers.labels[:, LABELS.index(label)]
        decide = measured.settings.thresholds[label].decide
        truth = np.array([label in one.labels for one in test], dtype=bool)
        for holds, order in ((True, np.argsort(said)), (False, np.argsort(-said))):
            for row in order.tolist():
                text = test[row].input.text
                wrong = truth[row] == holds and (said[row] >= decide) != holds
                if wrong and len(text) <= _SHOWN and text not in shown:
                    shown.add(text)
                    yield {"label": label.value, "holds": holds, "text": text}
                    break


def _numbers(estimate: Estimate) -> list[float | None]:
    return [None if value is None else _rounded(value) for value in
            (estimate.value, estimate.low, estimate.high)]  # fmt: skip


def _ends(estimate: Estimate) -> list[float | None]:
    return _numbers(estimate)[1:]


def _rounded(value: float) -> float:
    return round(float(value), _DECIMALS)
