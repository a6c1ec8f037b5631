"""What was measured, as the tree that is written as JSON and shown as tables."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from nlp.evaluate import RESAMPLES
from nlp.readers.reader import SENTIMENTS
from nlp.registers import FEW
from nlp.training.evaluation.bars import BARS, Verdict, judge
from nlp.training.evaluation.comparison import Comparison
from nlp.training.evaluation.contenders import BASELINES
from nlp.training.evaluation.figures import SEED, Estimate, difference
from nlp.training.evaluation.pairs import PAIRS
from nlp.training.evaluation.replies import REPLIES, Measured
from nlp.training.evaluation.texts import TEST, Texts

REFERENCE: Final = "linear@"
"""Whose figures the others' are held against: the light tier."""

_DECIMALS: Final = 4


def as_tree(made: Comparison) -> dict[str, Any]:
    """All figures with their intervals.

    Keys: `readers` in order, `not_measured` and `skipped` with reasons, `remarks` on what taught;
    by set `sets` (what is in them), `figures` and `differences` (to `reference`), by reader and
    figure; `registers` of the test part; `bars`.
    """
    order = [each.name for each in made.contenders]
    reference = next((name for name in order if name.startswith(REFERENCE)), None)
    return {
        "draws": RESAMPLES,
        "seed": SEED,
        "readers": [
            {
                "name": each.name,
                "kept": each.name not in BASELINES,
                "attitude_only": each.settings is None,
            }
            for each in made.contenders
        ],
        "not_measured": made.not_measured,
        "skipped": made.skipped,
        "remarks": made.remarks,
        "reference": reference,
        "sets": {
            **{name: _set(texts) for name, texts in made.sets.items()},
            **({PAIRS: _pairs(made)} if made.pairs else {}),
            **({REPLIES: _answering(made.answering)} if made.answering else {}),
        },
        "figures": {
            name: {reader: _figures(found) for reader, found in of_set.items()}
            for name, of_set in made.estimates.items()
        },
        "differences": {
            name: {
                reader: _figures(_differences(found, of_set[reference]))
                for reader, found in of_set.items()
                if reader != reference
            }
            for name, of_set in made.estimates.items()
            if reference in of_set
        },
        "registers": {
            name: {
                "n": size,
                "few": size < FEW,
                "figures": {
                    reader: _figures(found)
                    for reader, found in made.registers.get(name, {}).items()
                },
            }
            for name, size in made.register_sizes.items()
        },
        "bars": _bars(made),
    }


def _set(texts: Texts) -> dict[str, Any]:
    held: dict[str, int] = {label.value: int(rows.sum()) for label, rows in texts.labels.items()}
    if texts.sentiments is not None:
        for place, sentiment in enumerate(SENTIMENTS):
            held[f"sentiment.{sentiment}"] = int(np.sum(texts.sentiments == place))
    return {
        "n": len(texts.inputs),
        "available": texts.available,
        "drawn": "threads" if texts.name == TEST else "texts",
        "groups": len(set(texts.groups)),
        "support": held,
    }


def _pairs(made: Comparison) -> dict[str, Any]:
    contrasts = [pair.contrast for pair in made.pairs]
    return {
        "n": len(made.pairs),
        "available": len(made.pairs),
        "drawn": "pairs",
        "groups": len(made.pairs),
        "support": {name: contrasts.count(name) for name in sorted(set(contrasts))},
    }


def _answering(found: Measured) -> dict[str, Any]:
    return {
        "n": found.sizes.get("replies", 0),
        "available": found.sizes.get("replies", 0),
        "drawn": "threads",
        "groups": found.threads,
        "support": found.sizes,
    }


def _differences(ours: dict[str, Estimate], theirs: dict[str, Estimate]) -> dict[str, Estimate]:
    return {name: difference(one, theirs[name]) for name, one in ours.items() if name in theirs}


def _figures(found: dict[str, Estimate]) -> dict[str, Any]:
    return {name: _numbers(estimate) for name, estimate in found.items()}


def _numbers(estimate: Estimate | None) -> dict[str, float | None]:
    if estimate is None:
        return {"value": None, "low": None, "high": None}
    return {
        "value": _rounded(estimate.value),
        "low": _rounded(estimate.low),
        "high": _rounded(estimate.high),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DECIMALS)


def _bars(made: Comparison) -> list[dict[str, Any]]:
    """Each bar with how every kept reader stands to it."""
    kept = [each.name for each in made.contenders if each.name not in BASELINES]
    return [
        {
            "set": bar.set,
            "figure": bar.figure,
            "limit": bar.limit,
            "at_most": bar.at_most,
            "above": bar.above,
            "precision": bar.precision,
            "readers": {
                name: _verdict(verdict)
                for name in kept
                if (verdict := judge(bar, made.estimates, name)) is not None
            },
        }
        for bar in BARS
    ]


def _verdict(verdict: Verdict) -> dict[str, Any]:
    told: dict[str, Any] = {**_numbers(verdict.estimate), "met": verdict.met}
    if verdict.beside is not None:
        told["precision"] = _numbers(verdict.beside)
    return told
