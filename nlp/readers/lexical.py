"""The lexical reader: phrases, punctuation and masks, weighed by rules that can be read.

A label's number is the logistic of a fixed bias plus the weights of its cues. The weights are set
by hand, so the numbers rank comments but are not calibrated; calibration is fitted outside, on
labelled comments. `explain` shows which phrases a label rests on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from spacy.language import Language

from nlp.lexicon import Lexicon
from nlp.phrases import Phrases, Sentence
from nlp.readers.cues import LEXICONS, Cue, cues
from nlp.readers.reader import LABELS, SENTIMENTS, Probabilities, ReaderInput
from nlp.tagger import content_lemmas
from nlp.vocabulary import Evidence, Label, Sentiment

_BIAS: Final[Mapping[Label, float]] = {
    Label.QUESTION: -2.2,
    Label.COMPLAINT: -1.4,
    Label.SUGGESTION: -2.6,
    Label.PRAISE: -1.4,
    Label.NEEDS_REPLY: -2.8,
    Label.UNCIVIL: -3.5,
    Label.TOXIC: -4.5,
    Label.REASONED: -1.2,
    Label.ON_TOPIC: 2.0,
    Label.FAULT_REPORT: -2.8,
    Label.LEGAL_REVIEW: -4.5,
    Label.PERSONAL_DATA: -5.0,
}
"""What is assumed of a comment in which nothing is noticed, as log-odds."""

_MOST: Final[Mapping[Label, float]] = {Label.COMPLAINT: 6.0, Label.PRAISE: 6.0, Label.REASONED: 4.5}
"""Most that the cues of one label may add up to: a long comment is not a truer one."""


class LexicalReader:
    """Reads by the project's own word lists; needs no training and can say why."""

    def __init__(self, lexicons: Mapping[str, Lexicon], tagger: Language, *, version: str) -> None:
        """Prepares the phrases; ArtefactError if one of `cues.LEXICONS` is missing."""
        self._version = version
        self._phrases = Phrases(lexicons, tagger, names=LEXICONS)

    @property
    def name(self) -> str:
        """Kind and version."""
        return f"lexical@{self._version}"

    def read(self, inputs: Sequence[ReaderInput]) -> Probabilities:
        """Rule-made numbers in [0, 1] for each input; sentiment rows sum to one."""
        labels = np.zeros((len(inputs), len(LABELS)))
        sentiment = np.zeros((len(inputs), len(SENTIMENTS)))
        for row, comment in enumerate(inputs):
            sentences = self._phrases.sentences(comment.text)
            numbers = _numbers(list(cues(comment.text, sentences)), _relevance(comment))
            labels[row] = [numbers[label] for label in LABELS]
            sentiment[row] = _sentiment(sentences, numbers)
        return Probabilities(labels=labels, sentiment=sentiment)

    def explain(self, text: str) -> list[Evidence]:
        """What was noticed that speaks for a label, in text order: the label and the place."""
        noticed = {
            (cue.start, cue.end, cue.label)
            for cue in cues(text, self._phrases.sentences(text))
            if cue.weight > 0 and cue.start < cue.end
        }
        return [Evidence(label, start, end) for start, end, label in sorted(noticed)]


def _relevance(comment: ReaderInput) -> float:
    """Log-odds of staying with the subject, by words shared with the post and the parent."""
    said = content_lemmas(comment.text)
    context = content_lemmas(f"{comment.post_text}\n{comment.parent_text}")
    return min(2.0, 0.8 * len(said.keys() & context.keys()))


def _logistic(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(-12.0, min(12.0, log_odds))))


def _numbers(noticed: Sequence[Cue], relevance: float) -> dict[Label, float]:
    """The number of every label, from the cues and from what one label says of another."""
    sums = dict.fromkeys(Label, 0.0)
    for cue in noticed:
        if cue.label is Label.QUESTION:
            # many question sentences make no clearer question than the clearest one
            sums[cue.label] = max(sums[cue.label], cue.weight)
        else:
            sums[cue.label] += cue.weight
    for label, most in _MOST.items():
        sums[label] = min(sums[label], most)
    sums[Label.ON_TOPIC] += relevance
    # the louder of two opposite attitudes speaks against the other
    complains, praises = sums[Label.COMPLAINT], sums[Label.PRAISE]
    sums[Label.PRAISE] -= 0.5 * max(0.0, complains)
    sums[Label.COMPLAINT] -= 0.4 * max(0.0, praises)
    sums[Label.COMPLAINT] += 0.25 * max(0.0, sums[Label.UNCIVIL])
    numbers = {label: _logistic(_BIAS[label] + total) for label, total in sums.items()}
    # guide 3: a reason is given for a claim; background to a mere question does not count
    claims = max(numbers[label] for label in (Label.COMPLAINT, Label.SUGGESTION, Label.PRAISE))
    numbers[Label.REASONED] *= 0.4 + 0.6 * claims
    numbers[Label.UNCIVIL] = max(numbers[Label.UNCIVIL], numbers[Label.TOXIC])
    numbers[Label.NEEDS_REPLY] = _logistic(
        _BIAS[Label.NEEDS_REPLY]
        + sums[Label.NEEDS_REPLY]
        + 4.5 * numbers[Label.QUESTION]
        + 3.5 * numbers[Label.FAULT_REPORT]
        + 3.5 * numbers[Label.SUGGESTION]
        # guide, ruling 7: a grumble with an own case or a checkable fact, not a bare sigh
        + numbers[Label.COMPLAINT] * (1.5 + 2.0 * numbers[Label.REASONED])
        # guide, ruling 5: threats and hate call for moderation, not for a reply
        - 5.0 * max(numbers[Label.TOXIC], numbers[Label.LEGAL_REVIEW])
    )
    return numbers


def _sentiment(sentences: Sequence[Sentence], numbers: Mapping[Label, float]) -> list[float]:
    """Negative, neutral, positive: a softmax of what was said, the last sentence weighing more."""
    good = bad = 0.0
    for place, sentence in enumerate(sentences, start=1):
        # guide 2: a mixed comment takes the attitude that it ends on
        emphasis = 1.3 if place == len(sentences) and place > 1 else 1.0
        # joy at one's own luck is no praise of anybody, but it is joy (guide, ruling 3)
        good += emphasis * sum(hit.weight for hit in sentence.of("luck"))
        for hit in sentence.of("positive"):
            strength = emphasis * hit.weight * (1.3 if hit.intensified else 1.0)
            good, bad = (good, bad + strength) if hit.negated else (good + strength, bad)
        for hit in sentence.of("negative"):
            strength = emphasis * hit.weight * (1.3 if hit.intensified else 1.0)
            # "inte bra" is bad, but "inte dåligt" only half good
            good, bad = (good + 0.4 * strength, bad) if hit.negated else (good, bad + strength)
    scores = {
        Sentiment.NEGATIVE: 0.5 * min(bad, 6.0)
        + 3.0 * numbers[Label.COMPLAINT]
        + 2.0 * numbers[Label.UNCIVIL],
        Sentiment.NEUTRAL: 1.3 + 0.5 * numbers[Label.QUESTION],
        Sentiment.POSITIVE: 0.5 * min(good, 6.0) + 3.0 * numbers[Label.PRAISE],
    }
    powers = [math.exp(scores[sentiment]) for sentiment in SENTIMENTS]
    return [power / sum(powers) for power in powers]
