"""The tables of a tiny comparison, as they are shown; LYSSNAD_WRITE_GOLDEN=1 renews them."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from nlp.evaluate import RESAMPLES
from nlp.readers.reader import LABELS, SENTIMENTS, Probabilities
from nlp.training.evaluation.comparison import Comparison, measure
from nlp.training.evaluation.contenders import Contender
from nlp.training.evaluation.figures import Estimate
from nlp.training.evaluation.replies import Measured
from nlp.training.evaluation.texts import Texts
from nlp.training.evaluation.tree import as_tree
from nlp.vocabulary import Label, Sentiment
from service.cli import measuring
from service.evaluation.tables import tables
from service.evaluation.words import LABEL_WORDS
from tests.evaluation.made import HALF, texts_of
from tests.evaluation.test_pairs import ASKED, COMPLAINED, IRONIC, MEANT, pair

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "evaluation.txt"

WRITTEN = (
    ("När öppnar badet?", {Label.QUESTION, Label.NEEDS_REPLY, Label.ON_TOPIC}, "neutral"),
    ("varför är det stängt jämt", {Label.COMPLAINT, Label.ON_TOPIC}, "negative"),
    ("Sätt upp en bänk", {Label.SUGGESTION, Label.NEEDS_REPLY, Label.ON_TOPIC}, "neutral"),
    ("Tack för snabb hjälp!", {Label.PRAISE, Label.ON_TOPIC}, "positive"),
    ("😍", {Label.PRAISE, Label.ON_TOPIC}, "positive"),
    ("Jag vet var han bor, ring [telefonnummer]", {Label.LEGAL_REVIEW, Label.PERSONAL_DATA},
     "negative"),
    ("Idioter", {Label.UNCIVIL, Label.TOXIC}, "negative"),
)  # fmt: skip


WORDS = {
    Label.QUESTION: ("?", "när", "varför"),
    Label.COMPLAINT: ("stängt", "ens"),
    Label.SUGGESTION: ("sätt upp",),
    Label.PRAISE: ("tack", "😍"),
    Label.UNCIVIL: ("idioter",),
    Label.LEGAL_REVIEW: ("bor",),
    Label.ON_TOPIC: ("a", "e"),
}


class ByWords:
    """Reads by a few words, more or less surely."""

    def __init__(self, name, sure):
        self.name, self._sure = name, sure

    def read(self, inputs):
        labels = np.full((len(inputs), len(LABELS)), 0.1)
        sentiment = np.full((len(inputs), len(SENTIMENTS)), 0.2)
        for row, one in enumerate(inputs):
            for label, words in WORDS.items():
                if any(word in one.text.lower() for word in words):
                    labels[row, LABELS.index(label)] = self._sure
            praised = labels[row, LABELS.index(Label.PRAISE)] > 0.1
            sentiment[row, SENTIMENTS.index(Sentiment.POSITIVE if praised else "neutral")] = 0.6
        return Probabilities(labels=labels, sentiment=sentiment)


@pytest.fixture(scope="module")
def tree():
    threads = [f"t{number // 5}" for number in range(28)]
    rows = [WRITTEN[number % 7] for number in range(28)]
    test = texts_of(
        [held for _, held, _ in rows],
        [Sentiment(attitude) for *_, attitude in rows],
        threads,
        written=[text for text, *_ in rows],
    )
    outside = [text for text, *_ in WRITTEN]
    real = texts_of([()] * 7, [Sentiment(each) for *_, each in WRITTEN], outside, written=outside)
    made = Comparison(
        contenders=[
            Contender(name="linear@1", reader=ByWords("linear@1", 0.7), settings=HALF),
            Contender(name="lexical@1", reader=ByWords("lexical@1", 0.5), settings=HALF),
            Contender(name="word-sum", reader=ByWords("word-sum", 0.9), settings=None),
        ],
        not_measured={"vader": "kräver tillägget evaluate"},
        sets={
            "test": test,
            "twitter-sv-palm": Texts(
                name="twitter-sv-palm",
                inputs=real.inputs,
                groups=real.groups,
                labels={},
                sentiments=real.sentiments,
                available=10_658,
            ),
        },
        skipped={"trustpilot-sv": "inte hämtad"},
        pairs=[
            pair("question-complaint", ASKED, COMPLAINED, number=1),
            pair("sincere-ironic", MEANT, IRONIC, number=2),
        ],
    )
    measure(made, progress=lambda step: None)
    made.estimates["replies"] = {
        "length": {"grade.rho": _estimate(0.21)},
        "linear@1": {
            "grade.rho": _estimate(0.61),
            "missed": _estimate(None),
            "civility.rho": _estimate(0.7),
            "index.words": _estimate(-0.02),
        },
    }
    made.answering = Measured(
        estimates=made.estimates["replies"], sizes={"replies": 400, "discussions": 90}, threads=120
    )
    return as_tree(made)


def _estimate(value):
    """A figure that is nearly the same in all draws."""
    ends = (None, None) if value is None else (value - 0.05, value + 0.05)
    draws = np.full(RESAMPLES, np.nan if value is None else value)
    return Estimate(value=value, low=ends[0], high=ends[1], draws=draws)


def test_the_tables_are_those_that_were_reviewed(tree, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "170")
    for made in tables(tree):
        measuring.print_figures(made)
    shown = "\n".join(line.rstrip() for line in capsys.readouterr().out.split("\n"))
    if os.environ.get("LYSSNAD_WRITE_GOLDEN") == "1":
        GOLDEN.write_text(shown, "utf-8")
    assert shown == GOLDEN.read_text("utf-8")


def test_the_tree_is_json_of_figures_with_intervals(tree):
    again = json.loads(json.dumps(tree, allow_nan=False))
    assert again == tree
    assert tree["reference"] == "linear@1"
    assert tree["figures"]["test"]["linear@1"]["praise.recall"] == {
        "value": 1.0,
        "low": 1.0,
        "high": 1.0,
    }
    assert tree["sets"]["test"]["support"]["praise"] == 8


def test_what_was_not_measured_has_a_row_that_says_so(tree):
    first, *_, last = tables(tree)
    assert ("VADER på svenska", *["inte mätt"] * 6) in first.rows
    assert ("trustpilot-sv", "inte hämtad") in last.rows


def test_labels_are_called_what_the_glossary_calls_them():
    glossary = (ROOT / "nlp" / "GLOSSARY.md").read_text("utf-8")
    for label, word in LABEL_WORDS.items():
        assert f"| {word} | `{label}` |" in glossary
