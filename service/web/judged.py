"""What the reader says of one comment, as pills and as likelihoods in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from nlp.vocabulary import FUNCTIONS, Label, Reading
from service.web.views import Judged, Likelihood, Pill
from service.web.words import (
    LABEL_WORDS,
    SENTIMENT_TITLES,
    language_name,
    percent,
)

OWN_LANGUAGE: Final = "sv"


def is_left_to_a_person(
    language: str | None, decided: Collection[Label], unsure: Collection[Label]
) -> bool:
    """Whether the reader says nothing of what the text does: it is in a language it cannot read."""
    foreign = language not in (None, OWN_LANGUAGE)
    return foreign and set(FUNCTIONS) <= set(unsure) - set(decided)


def pills(
    decided: Collection[Label],
    unsure: Collection[Label],
    *,
    among: Iterable[Label],
) -> list[Pill]:
    """The labels that hold, then those that may hold.

    Without their probabilities: each label holds from a threshold of its own, and one that holds
    at 12 per cent would read as one that does not.
    """
    order = list(among)
    return [
        Pill(code=label, title=LABEL_WORDS[label].title, is_unsure=is_unsure)
        for is_unsure, held in ((False, decided), (True, unsure))
        for label in order
        if label in held and not (is_unsure and label in decided)
    ]


def judged(reading: Reading) -> Judged:
    """All that one reading says, the likeliest first."""
    is_foreign = is_left_to_a_person(reading.language, reading.decided, reading.unsure)
    sentiment = reading.sentiment
    best = max(sentiment.negative, sentiment.neutral, sentiment.positive)
    other = reading.language if reading.language != OWN_LANGUAGE else None
    # That a comment keeps to the subject is what one expects; only the opposite is worth a word.
    shown = [label for label in Label if label is not Label.ON_TOPIC]
    return Judged(
        pills=pills(
            reading.decided,
            () if is_foreign else reading.unsure,
            among=shown,
        ),
        is_left_to_a_person=is_foreign,
        sentiment=SENTIMENT_TITLES[sentiment.label],
        sentiment_percent=percent(best),
        sentiment_is_unsure=reading.sentiment_unsure,
        likelihoods=[
            Likelihood(
                title=LABEL_WORDS[label].title,
                percent=percent(probability),
                decision=_decision(label, reading),
            )
            for label, probability in sorted(reading.labels.items(), key=lambda pair: -pair[1])
        ],
        language=other,
        language_name=language_name(other),
    )


def _decision(label: Label, reading: Reading) -> str:
    if label in reading.decided:
        return "gäller troligen" if label in reading.unsure else "gäller"
    return "kanske" if label in reading.unsure else ""
