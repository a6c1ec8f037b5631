"""Which figures are counted of a reader on a set of texts, and what each is called.

The reader is measured as its thresholds decide. What the pipeline adds is left out, alike for
all: exact rules for masks, toxic that implies uncivil, other languages that go to a person.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nlp.readers.reader import LABELS, SENTIMENTS, Probabilities
from nlp.settings import ReaderSettings
from nlp.training.evaluation.figures import (
    Figure,
    calibration,
    f1,
    highest_of,
    lowest_of,
    mean_of,
    ratio,
)
from nlp.training.evaluation.texts import Texts
from nlp.vocabulary import FUNCTIONS

HEADLINES = ("functions_macro_f1", "sentiment_macro_f1", "needs_reply.f1", "uncivil.f1", "ece_mean")
"""Figures of the whole that readers are compared by."""


def figures_of(
    texts: Texts, answers: Probabilities, settings: ReaderSettings | None
) -> dict[str, Figure]:
    """All figures of one reader on some texts, at least one.

    Args:
        texts: What is known of the texts; of what is not known nothing is counted.
        answers: The reader's, in the same order.
        settings: Its thresholds; None for one that tells attitude only, and without saying how
            sure it is.

    Returns:
        By name. Of each label `<label>.precision`, `.recall`, `.f1`, `.ece`; `.unsure`, the share
        left to a person; `.yes` and `.no`, the shares that are decided without one, and `.right`,
        `.yes_right` and `.no_right`, what share of them is right; `.seen_precision` and
        `.seen_recall`, of what a person sees, decided or unsure. A macro-F1 is over the labels or
        attitudes that occur among the texts.
    """
    made: dict[str, Figure] = {}
    if settings is not None:
        for name, figure in _of_labels(texts, answers, settings):
            made[name] = figure
        occurring = [f"{label}.f1" for label in FUNCTIONS if _occurs(texts, label)]
        if occurring:
            made["functions_macro_f1"] = mean_of([made[name] for name in occurring])
    if texts.sentiments is not None:
        made |= _of_sentiment(texts, answers, settings)
    if settings is not None and texts.labels.keys() == set(LABELS):
        errors = [figure for name, figure in made.items() if name.endswith(".ece")]
        made["ece_mean"], made["ece_worst"] = mean_of(errors), highest_of(errors)
        right = [figure for name, figure in made.items() if name.endswith(".right")]
        made["right_worst"] = lowest_of(right)
    return made


def _occurs(texts: Texts, label: object) -> bool:
    return any(known is label and held.any() for known, held in texts.labels.items())


def _of_labels(
    texts: Texts, answers: Probabilities, settings: ReaderSettings
) -> Iterator[tuple[str, Figure]]:
    for label, held in texts.labels.items():
        said = answers.labels[:, LABELS.index(label)]
        threshold = settings.thresholds[label]
        decided = said >= threshold.decide
        seen, is_sure = said >= threshold.unsure, said >= threshold.sure
        unsure = seen & ~is_sure
        everyone = np.ones_like(held)
        yield f"{label}.precision", ratio(held, decided)
        yield f"{label}.recall", ratio(decided, held)
        yield f"{label}.f1", f1(held, decided)
        yield f"{label}.ece", calibration(held, said)
        yield f"{label}.unsure", ratio(unsure, everyone)
        yield f"{label}.yes", ratio(is_sure, everyone)
        yield f"{label}.yes_right", ratio(held, is_sure)
        yield f"{label}.no", ratio(~seen, everyone)
        yield f"{label}.no_right", ratio(~held, ~seen)
        yield f"{label}.right", ratio(decided == held, ~unsure)
        yield f"{label}.seen_precision", ratio(held, seen)
        yield f"{label}.seen_recall", ratio(seen, held)


def _of_sentiment(
    texts: Texts, answers: Probabilities, settings: ReaderSettings | None
) -> dict[str, Figure]:
    told, said = np.asarray(texts.sentiments), answers.sentiment.argmax(axis=1)
    made = {
        f"sentiment.{sentiment}.f1": f1(told == place, said == place)
        for place, sentiment in enumerate(SENTIMENTS)
        if np.any(told == place)
    }
    made["sentiment_macro_f1"] = mean_of(list(made.values()))
    if settings is not None:
        likeliest = answers.sentiment.max(axis=1)
        unsure = likeliest < settings.sentiment_unsure_below
        made["sentiment.ece"] = calibration(told == said, likeliest)
        made["sentiment.unsure"] = ratio(unsure, np.ones_like(unsure))
        made["sentiment.right"] = ratio(told == said, ~unsure)
    return made
