"""Estimates what each share weighs in the items of a discussion, on rated threads.

By least squares with the guide's signs (a question never lowers an item) and a penalty on large
weights that is chosen on the development part. Where long threads are rated higher, length stands
beside the shares in the fit, and not in the score: what only goes with length gets no weight.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from scipy.optimize import lsq_linear
from scipy.stats import spearmanr

from nlp import artefacts
from nlp.corpus.splits import Split
from nlp.phrases import Phrases
from nlp.pipeline import Pipeline
from nlp.readers.reader import FloatArray
from nlp.scoring.discussion import BAD, BASE, ITEMS, LEXICONS, is_rated, shares_of
from nlp.tagger import build
from nlp.training.corpus import read_checked
from nlp.training.evaluation.replies import judged, rated_threads
from nlp.training.keep import pipeline_toml
from nlp.training.refused import Refused

MAY_COUNT: Final[Mapping[str, tuple[str, ...]]] = {
    "civility": ("uncivil", "toxic", "legal_review", "negative", "positive", "praise", "question"),
    "reasoning": (
        "reasoned", "best_reasoned", "reasoned_words", "reasoned_claims", "stated_reason", "empty",
        "uncivil", "toxic", "suggestion", "question", "replies", "met", "grade", "answered",
        "among_citizens",
    ),
    "reciprocity": (
        "organisation", "replies", "answered", "grade", "met", "among_citizens", "to_organisation",
        "thanks", "further_question", "not_satisfied", "uncivil", "toxic", "negative", "question",
    ),
    "relevance": (
        "off_topic", "furthest_off_topic", "to_the_point", "empty", "uncivil", "toxic",
        "legal_review", "reasoned", "reasoned_claims", "question", "positive", "negative",
    ),
    "constructiveness": (
        "suggestion", "question", "reasoned", "best_reasoned", "reasoned_claims", "empty", "thanks",
        "answered", "grade", "uncivil", "toxic", "legal_review", "negative", "positive",
        "complaint", "among_citizens",
    ),
    "presence": (
        "organisation", "replies", "answered", "grade", "met", "to_organisation", "thanks",
        "question",
    ),
}  # fmt: skip
"""What the guide's words for each item speak of; of these the fit chooses."""

PENALTIES: Final = (1.0, 5.0, 20.0, 80.0)

FEWEST_THREADS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One part of the corpus: its rated threads as numbers."""

    shares: Sequence[Mapping[str, float]]
    rated: Mapping[str, FloatArray]
    """By item."""
    lengths: FloatArray
    """Logarithm of the words of each thread."""


def fit_discussions(
    models_dir: Path, corpus_dir: Path, *, progress: Callable[[str], None]
) -> dict[str, dict[str, float]]:
    """Estimate the weights with the readers in use, and write them into pipeline.toml.

    Args:
        models_dir: The folder with pipeline.toml.
        corpus_dir: A folder with threads/*.jsonl and labels/*.jsonl.
        progress: Told in Swedish what is being done.

    Returns:
        By part and item, Spearman's correlation with what the rater said, as fitted.

    Raises:
        ArtefactError: The corpus does not fit or has too few rated threads, or a model is missing.
    """
    loaded = artefacts.load(models_dir)
    pipeline = Pipeline(loaded, threads=1)
    tools = Phrases(loaded.lexicons, build(), names=LEXICONS)
    corpus = read_checked(corpus_dir)
    parts = {}
    for split in Split:
        progress(f"trådarna i delen {split} läses")
        rated = [
            each
            for each in rated_threads(corpus, split, names=pipeline.names)
            if each.discussion is not None and is_rated(each.thread)
        ]
        parts[split] = _Part(
            shares=[
                shares_of(
                    one.thread,
                    one.readings,
                    one.links,
                    replies=one.replies,
                    follow_ups=one.follow_ups,
                    tools=tools,
                )
                for one in judged(pipeline, rated)
            ],
            rated={
                item: np.array([getattr(each.discussion, item) for each in rated], dtype=float)
                for item in ITEMS
            },
            lengths=np.log(
                [1 + sum(len(one.text.split()) for one in each.thread.comments) for each in rated]
            ),
        )
    if min(len(parts[split].shares) for split in (Split.TRAIN, Split.DEV)) < FEWEST_THREADS:
        raise Refused(f"{corpus_dir} har för få bedömda trådar att lära av")
    progress("vikterna skattas")
    weights = {item: _best(item, parts[Split.TRAIN], parts[Split.DEV]) for item in ITEMS}
    settings = replace(artefacts.load_settings(models_dir), discussion_weights=weights)
    artefacts.save_text(models_dir / "pipeline.toml", pipeline_toml(settings))
    return {
        str(split): {item: _likeness(item, weights[item], part) for item in ITEMS}
        for split, part in parts.items()
    }


def _best(item: str, training: _Part, dev: _Part) -> dict[str, float]:
    tried = [_fit(item, training, penalty) for penalty in PENALTIES]
    return max(tried, key=lambda weights: _likeness(item, weights, dev))


def _fit(item: str, part: _Part, penalty: float) -> dict[str, float]:
    """Ridge regression whose weights have the guide's signs; a weight of nothing is left out."""
    names = MAY_COUNT[item]
    table = _oriented(names, part)
    centre, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    gold = part.rated[item]
    beside = part.lengths - part.lengths.mean()
    found = lsq_linear(
        np.vstack(
            [
                np.column_stack([(table - centre) / spread, beside]),
                np.column_stack([np.sqrt(penalty) * np.eye(len(names)), np.zeros(len(names))]),
            ]
        ),
        np.concatenate([gold - gold.mean(), np.zeros(len(names))]),
        bounds=(0, np.inf),
    ).x[:-1]
    weights = {
        name: round(float(weight), 3)
        for name, weight in zip(names, found / spread, strict=True)
        if round(float(weight), 3) > 0
    }
    kept = [names.index(name) for name in weights]
    base = gold.mean() - table[:, kept].mean(axis=0) @ np.array(list(weights.values()))
    return {BASE: round(max(0.0, float(base)), 3), **weights}


def _oriented(names: Sequence[str], part: _Part) -> FloatArray:
    return np.array(
        [[-one[name] if name in BAD else one[name] for name in names] for one in part.shares],
        dtype=float,
    ).reshape(len(part.shares), len(names))


def _likeness(item: str, weights: Mapping[str, float], part: _Part) -> float:
    names = [name for name in weights if name != BASE]
    said = _oriented(names, part) @ np.array([weights[name] for name in names])
    if not len(said) or len(set(said.tolist())) == 1 or len(set(part.rated[item].tolist())) == 1:
        return 0.0
    return round(float(spearmanr(part.rated[item], said).statistic), 4)
