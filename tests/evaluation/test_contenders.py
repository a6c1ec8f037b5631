"""The baselines are what they say, and one that lacks something says what."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from nlp import artefacts
from nlp.corpus.splits import Split
from nlp.readers.reader import LABELS, SENTIMENTS, ReaderInput
from nlp.training.corpus import LabelledComment
from nlp.training.evaluation import frozen
from nlp.training.evaluation.contenders import (
    BASELINES,
    Ground,
    MajorityReader,
    NotMeasured,
    VaderReader,
    WordSumReader,
    build_contender,
    names,
)
from nlp.training.evaluation.frozen import fit_frozen
from nlp.training.linear import fit, support_vectors
from nlp.vocabulary import Label, Sentiment

MODELS = Path(__file__).parents[2] / "models"


def inputs(*texts):
    return [ReaderInput(text=text) for text in texts]


def attitudes(reader, *texts):
    return [SENTIMENTS[place] for place in reader.read(inputs(*texts)).sentiment.argmax(axis=1)]


def comment(number, text, labels, sentiment, *, split=Split.TRAIN):
    return LabelledComment(
        id=f"c{number}",
        group=f"t{number % 20}",
        split=split,
        input=ReaderInput(text=text),
        labels=frozenset(labels),
        sentiment=sentiment,
    )


@pytest.fixture(scope="module")
def comments():
    """Told apart by one word: all labels hold of the odd ones, none of the even."""
    attitude = (Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE)
    words = ("usel", "vanlig", "toppen")
    return [
        comment(
            n,
            f"{'fråga' if n % 2 else 'sak'} {words[n % 3]}",
            Label if n % 2 else (),
            attitude[n % 3],
        )
        for n in range(60)
    ]


def test_the_majority_says_what_is_so_of_most(comments):
    mostly = comments[::2] + comments[1:20:2]
    answers = MajorityReader(mostly).read(inputs("vad som helst", ""))
    assert (answers.labels < 0.5).all()
    assert answers.labels[0, 0] == pytest.approx(10 / 40)
    assert answers.sentiment.sum(axis=1) == pytest.approx([1, 1])


def test_the_sum_of_words_heeds_no_rule():
    reader = WordSumReader(artefacts.load_lexicons(MODELS))
    assert attitudes(reader, "Jättebra!", "Dåligt", "Badet öppnar klockan tio", "") == [
        *(Sentiment.POSITIVE, Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.NEUTRAL)
    ]
    assert attitudes(reader, "aldrig nånsin jättebra") == [Sentiment.POSITIVE]


def test_vader_is_neutral_within_its_margin(monkeypatch):
    class Analyser:
        def polarity_scores(self, text):
            return {"compound": float(text)}

    package = SimpleNamespace(SentimentIntensityAnalyzer=Analyser)
    monkeypatch.setitem(sys.modules, "vaderSentiment", SimpleNamespace(vaderSentiment=package))
    monkeypatch.setitem(sys.modules, "vaderSentiment.vaderSentiment", package)
    assert attitudes(VaderReader(), "0.05", "0.049", "0", "-0.049", "-0.05") == [
        *(Sentiment.POSITIVE, Sentiment.NEUTRAL, Sentiment.NEUTRAL, Sentiment.NEUTRAL),
        Sentiment.NEGATIVE,
    ]


def test_what_is_not_installed_says_what_to_install(monkeypatch, tmp_path, comments):
    monkeypatch.setitem(sys.modules, "vaderSentiment", None)
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setattr("nlp.training.evaluation.contenders.check_size", lambda comments: None)
    ground = Ground(models_dir=MODELS, comments=comments, encoder=None)
    with pytest.raises(NotMeasured, match=r"pip install -e '\.\[evaluate\]'"):
        build_contender("vader", ground)
    with pytest.raises(NotMeasured, match="ange --encoder MAPP"):
        build_contender("frozen", ground)
    with pytest.raises(NotMeasured, match=r"pip install -e '\.\[train\]'"):
        build_contender("frozen", Ground(models_dir=MODELS, comments=comments, encoder=tmp_path))


@pytest.mark.parametrize("name", ["svm", "majority"])
def test_a_corpus_too_small_to_train_on_is_told(name):
    ground = Ground(models_dir=MODELS, comments=[], encoder=None)
    with pytest.raises(NotMeasured, match="korpusen"):
        build_contender(name, ground)


def test_every_reader_that_is_kept_can_be_compared():
    kept = artefacts.load_settings(MODELS).readers
    assert names(MODELS) == (*kept, *BASELINES)
    lexical = build_contender("lexical", Ground(models_dir=MODELS, comments=[], encoder=None))
    assert lexical.name == f"lexical@{kept['lexical'].version}"
    assert lexical.settings == kept["lexical"]


def test_support_vectors_learn_what_can_be_told_from_words(comments):
    from nlp.readers.linear import LinearReader

    reader = LinearReader(fit(comments, estimator=support_vectors), version="svm")
    answers = reader.read(inputs("fråga toppen", "sak usel"))
    assert (answers.labels[0] > 0.5).all()
    assert (answers.labels[1] < 0.5).all()
    assert attitudes(reader, "fråga toppen", "sak usel") == [
        *(Sentiment.POSITIVE, Sentiment.NEGATIVE)
    ]


def test_regressions_on_vectors_learn_what_the_vectors_tell(comments):
    words = ("fråga", "usel", "vanlig", "toppen")

    def embed(texts):
        return np.array([[float(word in text) for word in words] for text in texts])

    reader = fit_frozen(comments, embed)
    answers = reader.read(inputs("fråga toppen", "sak usel"))
    assert (answers.labels[0] > 0.5).all()
    assert (answers.labels[1] < 0.5).all()
    assert reader.read([]).labels.shape == (0, len(LABELS))


@pytest.mark.parametrize("name", ["tfidf", "svm", "majority", "frozen"])
def test_what_is_trained_here_learns_from_the_outside_texts_too(
    name, comments, monkeypatch, tmp_path
):
    """Else it would be compared with a reader that has learnt from more."""
    learnt = []

    def learn(training, *given, **told):
        learnt.extend(training)
        raise NotMeasured("far enough")

    for place in ("fit", "fit_frozen", "MajorityReader"):
        monkeypatch.setattr(f"nlp.training.evaluation.contenders.{place}", learn)
    for place, stands_in in (("load_encoder", Path), ("embedding", Path), ("find_spec", Path)):
        monkeypatch.setattr(f"nlp.training.evaluation.contenders.{place}", stands_in)
    monkeypatch.setattr("nlp.training.evaluation.contenders.check_size", lambda comments: None)
    others = [comment(99, "utifrån", (), Sentiment.NEUTRAL)]
    dev = comment(98, "annan del", (), Sentiment.NEUTRAL, split=Split.DEV)
    ground = Ground(models_dir=MODELS, comments=[*comments, dev], others=others, encoder=tmp_path)
    with pytest.raises(NotMeasured, match="far enough"):
        build_contender(name, ground)
    assert learnt == [*comments, *others]


def test_a_kept_reader_is_given_the_cores_that_were_asked_for():
    made = build_contender(
        "transformer", Ground(models_dir=MODELS, comments=[], encoder=None, cores=3)
    )
    assert made.reader._reader._threads == 3


def test_texts_of_like_length_are_read_together():
    texts = ["a" * (n * 7 % 50) for n in range(100)]
    batches = list(frozen._by_length(texts))
    assert sorted(place for batch in batches for place in batch) == list(range(100))
    longest = [max(len(texts[place]) for place in batch) for batch in batches]
    assert longest == sorted(longest)
