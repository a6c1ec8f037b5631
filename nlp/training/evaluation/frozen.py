"""Frozen encoder and logistic regression: what anybody gets from a downloaded language model.

The encoder is used as it came; the mean of its last layer over a comment's tokens is all that the
regressions see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nlp.readers.linear import probabilities
from nlp.readers.reader import LABELS, SENTIMENTS, FloatArray, Probabilities, ReaderInput
from nlp.training.corpus import LabelledComment
from nlp.training.encoder import Encoder
from nlp.training.linear import fit_classifiers

MOST_TOKENS: Final = 256
"""Tokens of one text that are read; a comment has some thirty, hardly any more than these."""

_BATCH: Final = 32
"""Texts at once, of like length: more would mostly pad."""

Embed = Callable[[Sequence[str]], FloatArray]
"""Texts to vectors, shape (n, width)."""


class FrozenReader:
    """Calibrated regressions on an encoder's vectors."""

    name = "frozen"

    def __init__(
        self,
        embed: Embed,
        classifiers: Mapping[str, CalibratedClassifierCV],
        sentiment: CalibratedClassifierCV,
    ) -> None:
        self._embed = embed
        self._classifiers = classifiers
        self._sentiment = sentiment

    def read(self, inputs: Sequence[ReaderInput]) -> Probabilities:
        """Calibrated probabilities for each input."""
        if not inputs:
            return Probabilities(
                labels=np.zeros((0, len(LABELS))), sentiment=np.zeros((0, len(SENTIMENTS)))
            )
        features = self._embed([one.text for one in inputs])
        return probabilities(self._classifiers, self._sentiment, features)


def fit_frozen(comments: Sequence[LabelledComment], embed: Embed) -> FrozenReader:
    """Train one regression per label, and one for sentiment, on the vectors of comments."""
    features = embed([comment.input.text for comment in comments])
    classifiers, sentiment = fit_classifiers(
        comments,
        features,
        lambda: make_pipeline(
            StandardScaler(), LogisticRegression(C=0.1, max_iter=2_000, class_weight="balanced")
        ),
    )
    return FrozenReader(embed, classifiers, sentiment)


def embedding(encoder: Encoder) -> Embed:
    """What makes vectors of texts with an opened encoder."""
    import torch

    model, tokenizer = encoder.model, encoder.tokenizer

    def embed(texts: Sequence[str]) -> FloatArray:
        vectors: dict[int, FloatArray] = {}
        for places in _by_length(texts):
            packed = tokenizer(
                [texts[place] for place in places],
                padding=True,
                truncation=True,
                max_length=MOST_TOKENS,
                return_tensors="pt",
            )
            with torch.inference_mode():
                last = model(**packed).last_hidden_state
            mask = packed["attention_mask"].unsqueeze(-1)
            means = (last * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1)
            vectors |= dict(zip(places, means.double().numpy(), strict=True))
        return np.array([vectors[place] for place in range(len(texts))])

    return embed


def _by_length(texts: Sequence[str]) -> Iterator[list[int]]:
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    for start in range(0, len(order), _BATCH):
        yield order[start : start + _BATCH]
