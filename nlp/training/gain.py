"""Sets a new version of a reader beside the one in use: is it better, and by how much?

Better is told by the mean of two macro-F1, that of all labels and that of sentiment, as everywhere
that readers are chosen; here with the interval of the difference. It must be higher on the
development part and on the test part. How much more often the new one says what people
have said is told as well, of threads that it was not trained on; that decides nothing, for it may
be a handful.
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
    mean_of,
    ratio,
)
from nlp.training.evaluation.metrics import figures_of
from nlp.training.evaluation.texts import of_comments
from nlp.training.linear import choose_settings, part, read
from nlp.training.reader_card import told_of_reviews


class NotBetter(Exception):
    """The new version reads no better than the one in use; nothing is kept of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """A reader and the thresholds that it decides by."""

    reader: Reader
    settings: ReaderSettings

    @classmethod
    def at_its_best(cls, reader: Reader, comments: Sequence[LabelledComment]) -> Judge:
        """By the thresholds that are best on the development part, as a new version has them.

        By those that it is used with, a corpus that has grown would look like a better reader.
        """
        dev = part(comments, Split.DEV)
        return cls(reader=reader, settings=choose_settings(dev, read(reader, dev), version=""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """One figure of two readers on the same texts."""

    count: int
    """Of how many comments, or answers by people."""
    before: Estimate
    after: Estimate
    difference: Estimate

    def to_json(self) -> dict[str, float | None]:
        """The figures for metrics.json."""
        numbers = {
            "before": self.before.value,
            "after": self.after.value,
            "gain": self.difference.value,
            "low": self.difference.low,
            "high": self.difference.high,
        }
        return {
            "n": self.count,
            **{name: None if one is None else round(one, 4) for name, one in numbers.items()},
        }


def beside(
    before: Judge,
    after: Judge,
    comments: Sequence[LabelledComment],
    set_aside: Sequence[ReviewedComment],
    *,
    taught: int,
) -> dict[str, Any]:
    """Compare a new version with the one in use.

    Args:
        before: The one in use.
        after: As it would be used.
        comments: The corpus, of which the development and the test part are read.
        set_aside: Reviewed comments that the new version was not trained on.
        taught: How many it was trained on.

    Returns:
        What to keep in metrics.json; `told_of_reviews` tells it.

    Raises:
        NotBetter: The new version is not better; says so with the figures, in Swedish.
    """
    dev, test = (compare(before, after, part(comments, one)) for one in (Split.DEV, Split.TEST))
    people = compare_with_people(before, after, set_aside)
    told = {
        "reader": after.reader.name,
        "beside": before.reader.name,
        "taught": taught,
        "set_aside": len(set_aside),
        "dev": dev.to_json(),
        "test": test.to_json(),
        "people": None if people is None else people.to_json(),
    }
    gains = dev.difference.value, test.difference.value
    if any(gain is None or gain <= 0 for gain in gains):
        refusal = "Inte bättre på båda delarna: ingen ny version är sparad."
        raise NotBetter("\n".join([*told_of_reviews(told), refusal]))
    return told


def compare(before: Judge, after: Judge, comments: Sequence[LabelledComment]) -> Gain:
    """The mean of the macro-F1 of labels and of sentiment, of two readers on labelled comments."""
    groups = [comment.group for comment in comments]
    old, new = (
        estimates({"read": _all_that_is_read(judge, comments)}, groups)["read"]
        for judge in (before, after)
    )
    return Gain(count=len(comments), before=old, after=new, difference=difference(new, old))


def compare_with_people(
    before: Judge, after: Judge, reviewed: Sequence[ReviewedComment]
) -> Gain | None:
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
    return Gain(count=len(words), before=old, after=new, difference=difference(new, old))


def _all_that_is_read(judge: Judge, comments: Sequence[LabelledComment]) -> Figure:
    found = figures_of(of_comments(comments), read(judge.reader, comments), judge.settings)
    labels = [found[f"{label}.f1"] for label in LABELS]
    sentiments = [found[name] for one in SENTIMENTS if (name := f"sentiment.{one}.f1") in found]
    # As often as makes the labels together weigh as much as the sentiments.
    return mean_of([*labels * len(sentiments), *sentiments * len(labels)])
