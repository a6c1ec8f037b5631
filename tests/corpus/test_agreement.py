"""Agreement of two readers, against figures worked out by hand."""

import json

import pytest

from nlp.corpus.agreement import agreement
from nlp.corpus.folder import read_corpus
from tests.corpus.conftest import LABELS


def of(corpus, what):
    return next(each for each in agreement(corpus) if each.what == what)


def read_apart(folder, change):
    other = json.loads(json.dumps(LABELS))
    change(other)
    path = folder.write() / "agreement"
    path.mkdir()
    for name, labels in (("first", LABELS), ("second", other)):
        (path / f"{name}.jsonl").write_text(json.dumps(labels) + "\n", encoding="utf-8")
    return read_corpus(folder.path)


def test_readers_who_say_the_same_agree_wholly(folder):
    corpus = read_apart(folder, lambda other: None)
    question = of(corpus, "question")
    assert (question.n, question.held, question.same, question.alpha) == (2, 1, 1.0, 1.0)
    assert of(corpus, "toxic").alpha is None
    assert of(corpus, "follow_up").same == 1.0


def test_alpha_is_krippendorffs(folder):
    def change(other):
        other["comments"][1]["labels"].append("question")

    # Two things, values (1, 1) and (0, 1): observed disagreement 1/2; expected, of three ones and
    # a nought, 2·3·1 / (4·3) = 1/2. So alpha is 1 − 1 = 0.
    question = of(read_apart(folder, change), "question")
    assert question.same == 0.5
    assert question.alpha == pytest.approx(0.0)
