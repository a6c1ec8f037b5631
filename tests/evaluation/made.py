"""Texts, answers and thresholds made up for the tests."""

import numpy as np
from hypothesis import strategies as st

from nlp.readers.reader import LABELS, SENTIMENTS, Probabilities, ReaderInput
from nlp.settings import ReaderSettings, Threshold
from nlp.training.evaluation.texts import TEST, Texts

HALF = ReaderSettings(
    version="1",
    thresholds=dict.fromkeys(LABELS, Threshold(unsure=0.3, decide=0.6, sure=0.8)),
    sentiment_unsure_below=0.5,
)


def texts_of(labels, sentiments, groups, *, name=TEST, written=None):
    """`labels`: for each text, the labels that hold."""
    written = written or ["En kommentar"] * len(groups)
    return Texts(
        name=name,
        inputs=[ReaderInput(text=text) for text in written],
        groups=list(groups),
        labels={label: np.array([label in held for held in labels]) for label in LABELS},
        sentiments=np.array([SENTIMENTS.index(each) for each in sentiments]),
        available=len(groups),
    )


def perfect(texts):
    """What a reader says that is right and sure."""
    return Probabilities(
        labels=np.column_stack([texts.labels[label] for label in LABELS]).astype(float),
        sentiment=np.eye(len(SENTIMENTS))[texts.sentiments],
    )


@st.composite
def measured(draw, most=25):
    """Some texts in some threads, and what a reader may have said of them."""
    count = draw(st.integers(1, most))
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    held = random.random((count, len(LABELS))) < draw(st.sampled_from([0.0, 0.2, 0.5, 1.0]))
    texts = texts_of(
        [{label for label, is_so in zip(LABELS, row, strict=True) if is_so} for row in held],
        [SENTIMENTS[place] for place in random.integers(0, 3, size=count)],
        [f"t{number}" for number in random.integers(0, draw(st.integers(1, 8)), size=count)],
    )
    # On a grid too: thresholds and edges of bins are met exactly.
    labels = np.round(random.random((count, len(LABELS))), draw(st.sampled_from([1, 6])))
    sentiment = random.random((count, 3)) + 1e-3
    sentiment /= sentiment.sum(axis=1, keepdims=True)
    return texts, Probabilities(labels=labels, sentiment=sentiment)
