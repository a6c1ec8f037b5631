"""What a kept reader has to reach before it is trusted, and whether it does.

A bar is met by the figure itself; its interval stands beside it. Speed, memory and the masking of
names are measured elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from nlp.training.evaluation.figures import Estimate, difference
from nlp.training.evaluation.pairs import PAIRS
from nlp.training.evaluation.replies import LENGTH, PICKED, REPLIES
from nlp.training.evaluation.texts import TEST
from nlp.vocabulary import FUNCTIONS

Estimates = Mapping[str, Mapping[str, Mapping[str, Estimate]]]
"""By set, reader and figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One figure and what it must reach."""

    set: str
    figure: str
    limit: float
    """What the figure must reach."""
    at_most: bool = False
    """The figure must not be above the limit; else not below it."""
    above: str | None = None
    """The kind of reader that the figure must be more than `limit` above, not equal to it where
    the limit is zero; None compares with nothing."""
    precision: float | None = None
    """What the precision beside a recall must reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How one reader stands to one bar."""

    estimate: Estimate | None
    """The figure, or how far it is above the other reader's; None where not measured."""
    met: bool | None
    beside: Estimate | None = None
    """The precision that a recall was judged with."""


_OF_REPLIES: Final = (
    Bar(set=REPLIES, figure="grade.rho", limit=0.70),
    Bar(set=REPLIES, figure="grade.rho", limit=0.35, above=LENGTH),
    Bar(set=REPLIES, figure="grade.qwk", limit=0.65),
    Bar(set=REPLIES, figure="answers.qwk", limit=0.65),
    Bar(set=REPLIES, figure="well_answered", limit=0.72),
    Bar(set=REPLIES, figure="acknowledgement", limit=0.90),
    Bar(set=REPLIES, figure="follow_up", limit=0.75),
    Bar(set=REPLIES, figure=PICKED, limit=0.72),
    Bar(set=REPLIES, figure="missed", limit=0.75),
    Bar(set=REPLIES, figure="discussion.rho", limit=0.60),
    Bar(set=REPLIES, figure="index.words", limit=0.30, at_most=True),
)

REAL_TEXTS: Final = ("twitter-sv-palm", "trustpilot-sv", "brighter-swe")
"""Real Swedish texts on which attitude is compared; no kept reader is trained on them."""

ABOVE_TFIDF: Final = 0.06
"""Above TF-IDF: the kept reader, and one that has learnt from all that the transformer has."""

LEGAL: Final = Bar(set=TEST, figure="legal_review.recall", limit=0.95, precision=0.5)
"""Met where recall and precision are both reached at one threshold, the deciding one or the one
from which a person sees the comment."""

BARS: Final = (
    Bar(set=TEST, figure="functions_macro_f1", limit=0.88),
    *(Bar(set=TEST, figure=f"{label}.f1", limit=0.84) for label in FUNCTIONS),
    Bar(set=TEST, figure="sentiment_macro_f1", limit=0.84),
    Bar(set=TEST, figure="needs_reply.f1", limit=0.88),
    Bar(set=TEST, figure="uncivil.f1", limit=0.80),
    LEGAL,
    Bar(set=TEST, figure="ece_mean", limit=0.03, at_most=True),
    Bar(set=TEST, figure="ece_worst", limit=0.03, at_most=True),
    Bar(set=TEST, figure="right_worst", limit=0.95),
    Bar(set=PAIRS, figure="right", limit=0.70),
    *(
        Bar(set=name, figure="sentiment_macro_f1", limit=limit, above=kind)
        for name in REAL_TEXTS
        for kind, limit in (
            ("linear", ABOVE_TFIDF),
            ("tfidf", ABOVE_TFIDF),
            ("vader", 0.0),
            ("lexical", 0.0),
            ("word-sum", 0.0),
        )
    ),
    *_OF_REPLIES,
)


def judge(bar: Bar, estimates: Estimates, reader: str) -> Verdict | None:
    """How a reader stands to a bar; None if the bar would compare it with its own kind."""
    if bar.above == _kind(reader):
        return None
    of_set = estimates.get(bar.set, {})
    ours = of_set.get(reader, {})
    if bar.precision is not None:
        return _with_precision(bar, bar.precision, ours)
    estimate = ours.get(bar.figure)
    if estimate is not None and bar.above is not None:
        others = [made for name, made in of_set.items() if _kind(name) == bar.above]
        estimate = difference(estimate, others[0][bar.figure]) if others else None
    if estimate is None or estimate.value is None:
        return Verdict(estimate=None, met=None)
    if bar.at_most:
        met = estimate.value <= bar.limit
    else:
        met = estimate.value > bar.limit or (bar.limit > 0 and estimate.value == bar.limit)
    return Verdict(estimate=estimate, met=met)


def _with_precision(bar: Bar, least: float, ours: Mapping[str, Estimate]) -> Verdict:
    """At the deciding threshold if it will do, else at the one from which a person sees it."""
    label = bar.figure.partition(".")[0]
    for prefix in ("", "seen_"):
        recall = ours.get(f"{label}.{prefix}recall")
        precision = ours.get(f"{label}.{prefix}precision")
        if recall is None or precision is None or recall.value is None:
            return Verdict(estimate=None, met=None)
        met = recall.value >= bar.limit and (precision.value or 0.0) >= least
        verdict = Verdict(estimate=recall, met=met, beside=precision)
        if met:
            break
    return verdict


def _kind(reader: str) -> str:
    return reader.partition("@")[0]
