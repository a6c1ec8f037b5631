"""Tries a new version of a reader beside the one in use: is it better, and by how much?

Better is told by the mean of two macro-F1, that of all labels and that of sentiment. It must be
higher on the development part and not lower on the test part than that of the version in use, as it
is used. How much more often the new one says what people have said is told as well, of threads that
it was not trained on; that decides nothing, for it may be a handful.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nlp.corpus.splits import Split
from nlp.readers.reader import LABELS, SENTIMENTS, Reader
from nlp.reviews import ReviewedComment
from nlp.settings import ReaderSettings
from nlp.training.corpus import LabelledComment
from nlp.training.evaluation.figures import (
    Estimate,
    Figure,
    difference,
    estimates,
    f1,
    mean_of,
    ratio,
)
from nlp.training.linear import part, truth_of


class NotBetter(Exception):
    """The new version reads no better than the one in use; nothing is kept of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """A reader and the thresholds that it decides by."""

    reader: Reader
    settings: ReaderSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One figure of two readers on the same texts."""

    title: str
    """In Swedish: which texts, and how many."""
    before: Estimate
    after: Estimate
    gain: Estimate

    def told(self) -> str:
        """The figures in Swedish, with the 95 % interval of the difference."""
        if self.gain.value is None or self.gain.low is None or self.gain.high is None:
            return f"{self.title}: går inte att mäta"
        return (
            f"{self.title}: {_comma(self.before.value)} → {_comma(self.after.value)}, skillnad "
            f"{_signed(self.gain.value)} ({_signed(self.gain.low)} till {_signed(self.gain.high)})"
        )

    def to_json(self) -> dict[str, float | None]:
        """The figures for metrics.json."""
        numbers = {
            "before": self.before.value,
            "after": self.after.value,
            "gain": self.gain.value,
            "low": self.gain.low,
            "high": self.gain.high,
        }
        return {name: None if value is None else round(value, 4) for name, value in numbers.items()}


def beside(
    before: Judge,
    after: Judge,
    comments: Sequence[LabelledComment],
    set_aside: Sequence[ReviewedComment],
    *,
    taught: int,
) -> tuple[list[str], dict[str, Any]]:
    """Compare a new version with the one in use.

    Args:
        before: As it is used.
        after: As it would be used.
        comments: The corpus, of which the development and the test part are read.
        set_aside: Reviewed comments that the new version was not trained on.
        taught: How many it was trained on.

    Returns:
        What to tell in Swedish, and what to keep in metrics.json.

    Raises:
        NotBetter: The new version is not better; says so with the figures, in Swedish.
    """
    dev, test = (
        compare(before, after, part(comments, split), title=title)
        for split, title in ((Split.DEV, "utvecklingsdelen"), (Split.TEST, "testdelen"))
    )
    people = compare_with_people(before, after, set_aside)
    told = [
        f"{after.reader.name}, tränad även på {taught} granskade kommentarer, bredvid "
        f"{before.reader.name} som används. Medel av macro-F1 för etiketterna och för sentiment, "
        "med 95 %-intervall för skillnaden:",
        dev.told(),
        test.told(),
        "inga granskningar är ställda åt sidan" if people is None else people.told(),
    ]
    if not _is_better(dev, test):
        told.append("Inte bättre på båda delarna: ingen ny version är sparad.")
        raise NotBetter("\n".join(told))
    return told, {
        "taught": taught,
        "set_aside": len(set_aside),
        "dev": dev.to_json(),
        "test": test.to_json(),
        "people": None if people is None else people.to_json(),
    }


def compare(
    before: Judge, after: Judge, comments: Sequence[LabelledComment], *, title: str
) -> Comparison:
    """The mean of the macro-F1 of labels and of sentiment, of two readers on labelled comments."""
    groups = [comment.group for comment in comments]
    old, new = (
        estimates({"read": _all_that_is_read(judge, comments)}, groups)["read"]
        for judge in (before, after)
    )
    return Comparison(
        title=f"{title} ({len(comments)} kommentarer)",
        before=old,
        after=new,
        gain=difference(new, old),
    )


def compare_with_people(
    before: Judge, after: Judge, reviewed: Sequence[ReviewedComment]
) -> Comparison | None:
    """How often two readers say what people said; None where people said nothing."""
    if not reviewed:
        return None
    words = [
        (row, label)
        for row, one in enumerate(reviewed)
        for label in (*one.review.labels, *(() if one.review.sentiment is None else (None,)))
    ]
    groups = [reviewed[row].group for row, _ in words]

    def agrees(judge: Judge) -> Estimate:
        answers = judge.reader.read([one.input for one in reviewed])
        right = []
        for row, label in words:
            review = reviewed[row].review
            if label is None:
                right.append(SENTIMENTS[answers.sentiment[row].argmax()] is review.sentiment)
            else:
                holds = answers.labels[row, LABELS.index(label)]
                decide = judge.settings.thresholds[label].decide
                right.append(bool(holds >= decide) is review.labels[label])
        all_of_them = np.ones(len(right), dtype=bool)
        return estimates({"agrees": ratio(np.array(right), all_of_them)}, groups)["agrees"]

    old, new = agrees(before), agrees(after)
    return Comparison(
        title=f"granskningar som ställts åt sidan ({len(words)} svar)",
        before=old,
        after=new,
        gain=difference(new, old),
    )


def card_of_reviews(told: Sequence[str]) -> str:
    """What a card says of the reviews that a version was trained on."""
    rows = "\n".join(f"- {line}" for line in told[1:])
    return f"""
## Tränad även på granskade kommentarer

{told[0]}

{rows}

De granskade kommentarernas texter ligger kvar i databasen. Modellen har fått andra vikter av dem men
inga ord.
"""


def _is_better(dev: Comparison, test: Comparison) -> bool:
    gains = dev.gain.value, test.gain.value
    return gains[0] is not None and gains[1] is not None and gains[0] > 0 and gains[1] >= 0


def _all_that_is_read(judge: Judge, comments: Sequence[LabelledComment]) -> Figure:
    answers = judge.reader.read([comment.input for comment in comments])
    told = np.array([SENTIMENTS.index(comment.sentiment) for comment in comments])
    said = answers.sentiment.argmax(axis=1)
    labels = [
        f1(truth_of(comments, label), answers.labels[:, column] >= threshold.decide)
        for column, label in enumerate(LABELS)
        for threshold in (judge.settings.thresholds[label],)
    ]
    sentiments = [f1(told == place, said == place) for place in range(len(SENTIMENTS))]
    # As often as makes the labels together weigh as much as the sentiments.
    return mean_of([*labels * len(sentiments), *sentiments * len(labels)])


def _comma(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".replace(".", ",")


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace(".", ",").replace("-", "−")
