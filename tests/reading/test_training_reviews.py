"""What people have said teaches the next version, which is kept only where it is better.

The corpus here is made of phrases that each carry one label, so that a training takes a second.
"""

import io
import json
import shutil
import sys
import tomllib
import zipfile
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

from nlp import artefacts
from nlp.corpus.splits import Split
from nlp.errors import ArtefactError
from nlp.evaluate import f_score
from nlp.readers.linear import LinearReader
from nlp.readers.reader import LABELS, SENTIMENTS, ReaderInput
from nlp.reviews import Review, ReviewedComment
from nlp.training import __main__ as training
from nlp.training import linear, reviews
from nlp.training.corpus import load
from nlp.training.gain import Judge, NotBetter, beside, compare, compare_with_people
from nlp.training.reader_card import light_card, told_of_reviews
from nlp.vocabulary import Label, Sentiment
from tests.corpus.conftest import LABELS as LABELLED
from tests.corpus.conftest import THREAD, Folder

MODELS = Path(__file__).parents[2] / "models"
PHRASES = {
    Label.QUESTION: "när öppnar badet?",
    Label.COMPLAINT: "uselt skött.",
    Label.SUGGESTION: "sätt upp bänkar.",
    Label.PRAISE: "toppen jobbat!",
    Label.NEEDS_REPLY: "svara mig.",
    Label.UNCIVIL: "era klantar.",
    Label.TOXIC: "försvinn härifrån.",
    Label.REASONED: "eftersom barnen halkar.",
    Label.ON_TOPIC: "vid parken.",
    Label.FAULT_REPORT: "lampan är trasig.",
    Label.LEGAL_REVIEW: "ska få stryk.",
    Label.PERSONAL_DATA: "hon på tvåan.",
}
SECRET = "Xylofonsson"


def _said(labels):
    return " ".join(PHRASES[label] for label in Label if label in labels)


def _sentiment(labels):
    if Label.PRAISE in labels:
        return Sentiment.POSITIVE
    return Sentiment.NEGATIVE if Label.COMPLAINT in labels else Sentiment.NEUTRAL


def _drawn(chance):
    labels = {label for label in Label if chance.random() < 0.3} or {Label.ON_TOPIC}
    return labels | ({Label.UNCIVIL} if Label.TOXIC in labels else set())


@pytest.fixture(scope="module")
def corpus_folder(tmp_path_factory):
    folder, chance = Folder(tmp_path_factory.mktemp("corpus")), Random(3)
    folder.threads, folder.labels = [], []
    for number in range(60):
        thread, labelled = (
            json.loads(json.dumps(kept).replace('"t1', f'"p{number}'))
            for kept in (THREAD, LABELLED)
        )
        for comment in labelled["comments"]:
            labels = _drawn(chance)
            comment.update(
                labels=sorted(labels), sentiment=_sentiment(labels), evidence=[], marks=[]
            )
            (text,) = (one for one in thread["comments"] if one["id"] == comment["id"])
            text["text"] = _said(labels)
        folder.threads.append(thread)
        folder.labels.append(labelled)
    return folder.write()


@pytest.fixture(scope="module")
def comments(corpus_folder):
    return load(corpus_folder)


@pytest.fixture(scope="module")
def good(comments):
    return reviews.fit(linear.part(comments, Split.TRAIN), [])


@pytest.fixture(scope="module")
def taught(comments):
    """As `good`, and told that a complaint is a question."""
    return reviews.fit(linear.part(comments, Split.TRAIN), _reviewed(text="uselt skött."))


@pytest.fixture(scope="module")
def bad(comments):
    """Trained on labels that belong to other comments."""
    train = linear.part(comments, Split.TRAIN)
    others = Random(1).sample(train, len(train))
    return linear.fit(
        [
            replace(one, labels=other.labels, sentiment=other.sentiment)
            for one, other in zip(train, others, strict=True)
        ]
    )


def _judge(model, comments, name):
    reader = LinearReader(model, version=name)
    return Judge(reader=reader, settings=linear.measure(reader, comments, version=name).settings)


def _reviewed(count=40, *, holds=True, text="när öppnar badet?"):
    """Reviews of as many threads, all of them of the question label."""
    return [
        ReviewedComment(
            group=f"facebook {number}",
            input=ReaderInput(text=f"{SECRET} undrar {text}"),
            review=Review(labels={Label.QUESTION: holds}),
        )
        for number in range(count)
    ]


# --- what teaches ---------------------------------------------------------------------------


def test_what_was_said_of_one_label_teaches_that_label_alone(good, taught):
    def weights(model, label):
        return model.classifiers[label].calibrated_classifiers_[0].estimator.coef_

    for label in LABELS:
        alike = np.array_equal(weights(taught, label.value), weights(good, label.value))
        assert alike is (label is not Label.QUESTION), label


def test_what_people_say_is_learnt(good, taught):
    asked = [ReaderInput(text=f"{SECRET} undrar uselt skött.")]
    column = LABELS.index(Label.QUESTION)
    before, after = (
        LinearReader(model, version="1").read(asked).labels[0, column] for model in (good, taught)
    )
    assert before < 0.3
    assert after > before + 0.3


def test_no_word_of_a_reviewed_text_is_kept(good, taught, tmp_path):
    assert taught.words.vocabulary_ == good.words.vocabulary_
    assert taught.characters.vocabulary_ == good.characters.vocabulary_
    assert np.array_equal(taught.words.idf_, good.words.idf_)
    artefacts.save_linear(tmp_path, taught)
    with zipfile.ZipFile(tmp_path / "model.skops") as kept:
        whole = b"".join(kept.read(name) for name in kept.namelist()).lower()
    assert b"halkar" in whole
    for place in range(len(SECRET) - 3):
        assert f'"{SECRET[place : place + 4].lower()}'.encode() not in whole


def test_a_fifth_of_the_threads_is_set_aside_and_none_is_divided():
    drawn = [replace(one, group=f"t{place // 3}") for place, one in enumerate(_reviewed(3_000))]
    teaching, aside = reviews.divide(drawn)
    assert not {one.group for one in teaching} & {one.group for one in aside}
    assert len(teaching) + len(aside) == 3_000
    assert 0.17 < len(aside) / 3_000 < 0.23
    assert reviews.divide(drawn[::-1])[1] == aside[::-1]


def test_reviews_that_are_all_set_aside_teach_nothing():
    aside = reviews.divide(_reviewed())[1]
    with pytest.raises(ArtefactError, match="ställs åt sidan"):
        reviews.divide(aside)


# --- what is better -------------------------------------------------------------------------


def _naively(judge, comments):
    answers = judge.reader.read([one.input for one in comments])
    labels = []
    for column, label in enumerate(LABELS):
        said = [p >= judge.settings.thresholds[label].decide for p in answers.labels[:, column]]
        truth = [label in one.labels for one in comments]
        labels.append(f_score(np.array(truth), np.array(said)))
    sentiments = []
    for sentiment in SENTIMENTS:
        said = [SENTIMENTS[row.argmax()] is sentiment for row in answers.sentiment]
        truth = [one.sentiment is sentiment for one in comments]
        sentiments.append(f_score(np.array(truth), np.array(said)))
    return (sum(labels) / len(labels) + sum(sentiments) / len(sentiments)) / 2


def test_the_figures_are_those_of_a_naive_loop(comments, good, bad):
    judges = [_judge(model, comments, "1") for model in (bad, good)]
    test = linear.part(comments, Split.TEST)
    found = compare(*judges, test)
    naive = [_naively(judge, test) for judge in judges]
    assert [found.before.value, found.after.value] == pytest.approx(naive)
    assert found.difference.value == pytest.approx(naive[1] - naive[0])
    assert found.difference.low < found.difference.value < found.difference.high


def test_agreement_is_counted_word_by_word(comments, good, bad):
    said = [
        ReviewedComment(
            group=one.group,
            input=one.input,
            review=Review(
                labels={label: label in one.labels for label in (Label.PRAISE, Label.QUESTION)},
                sentiment=one.sentiment if place % 2 else None,
            ),
        )
        for place, one in enumerate(linear.part(comments, Split.TEST))
    ]
    judges = [_judge(model, comments, "1") for model in (bad, good)]
    found = compare_with_people(*judges, said)
    for judge, estimate in zip(judges, (found.before, found.after), strict=True):
        answers = judge.reader.read([one.input for one in said])
        right = []
        for row, one in enumerate(said):
            for label, holds in one.review.labels.items():
                decide = judge.settings.thresholds[label].decide
                right.append((answers.labels[row, LABELS.index(label)] >= decide) == holds)
            if one.review.sentiment is not None:
                likeliest = SENTIMENTS[answers.sentiment[row].argmax()]
                right.append(likeliest is one.review.sentiment)
        assert estimate.value == pytest.approx(sum(right) / len(right))
    assert found.count == len(right)
    assert compare_with_people(*judges, []) is None


def test_better_is_told_with_its_interval_and_worse_or_alike_is_refused(comments, good, bad):
    before, after = (_judge(model, comments, name) for model, name in ((bad, "1"), (good, "2")))
    kept = beside(before, after, comments, [], taught=7)
    told = told_of_reviews(kept)
    assert told[0].startswith("linear@2, tränad även på 7 granskade kommentarer, bredvid linear@1")
    assert "utvecklingsdelen" in told[1]
    assert ", skillnad +0," in told[2]
    assert kept["dev"]["gain"] > 0
    for one, other in ((after, before), (after, after)):
        with pytest.raises(NotBetter, match="ingen ny version är sparad"):
            beside(one, other, comments, [], taught=7)


@pytest.mark.parametrize("worse", [Split.DEV, Split.TEST])
def test_better_on_one_part_alone_is_not_better(comments, good, bad, worse):
    turned = [
        replace(
            one,
            labels=frozenset(Label) - one.labels,
            sentiment=SENTIMENTS[SENTIMENTS.index(one.sentiment) - 1],
        )
        if one.split is worse
        else one
        for one in comments
    ]
    before, after = (_judge(model, comments, "1") for model in (bad, good))
    with pytest.raises(NotBetter):
        beside(before, after, turned, [], taught=7)


# --- what is kept ---------------------------------------------------------------------------


@pytest.fixture
def in_use(tmp_path):
    """A folder of models in which the linear reader is the given one."""

    def keep(model):
        folder = tmp_path / "models"
        for name in ("lexicons", "names", "lexical"):
            shutil.copytree(MODELS / name, folder / name)
        shutil.copy(MODELS / "pipeline.toml", folder / "pipeline.toml")
        version = artefacts.load_settings(folder).readers["linear"].version
        artefacts.save_linear(folder / "linear" / version, model)
        return folder

    return keep


@pytest.fixture
def train(monkeypatch, corpus_folder, capsys):
    """The process that trains, with its words and the reviews on standard input."""

    def run(models, reviewed):
        words = ["--models-dir", models, "--corpus", corpus_folder, "--version", "ny"]
        monkeypatch.setattr("sys.argv", ["training", *map(str, words), "--from-reviews"])
        lines = "".join(f"{one.to_line()}\n" for one in reviewed)
        monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
        code = training.main()
        return code, capsys.readouterr()

    return run


def _contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_better_version_is_kept_and_used_and_says_by_how_much(in_use, train, bad):
    models = in_use(bad)
    before = tomllib.loads((models / "pipeline.toml").read_text("utf-8"))
    code, told = train(models, _reviewed())
    assert (code, told.err) == (0, "")
    assert (
        "linear@ny är sparad och ersätter linear@4. Förvald läsare är fortfarande transformer."
        in told.out
    )
    assert "granskningar som ställts åt sidan (" in told.out
    after = tomllib.loads((models / "pipeline.toml").read_text("utf-8"))
    assert after["linear"]["version"] == "ny"
    for kept in ("reader", "languages", "names", "transformer", "lexical", "discussion"):
        assert after[kept] == before[kept]
    metrics = json.loads((models / "linear" / "ny" / "metrics.json").read_text("utf-8"))
    assert metrics["reviews"]["taught"] + metrics["reviews"]["set_aside"] == 40
    assert metrics["reviews"]["test"]["gain"] > 0
    card = (models / "linear" / "ny" / "card.md").read_text("utf-8")
    assert "## Tränad även på granskade kommentarer" in card
    beside = json.loads(next(models.glob("lexical/*/metrics.json")).read_text("utf-8"))
    assert card == light_card("linear", "ny", {"linear": metrics, "lexical": beside})
    for line in told_of_reviews(metrics["reviews"]):
        assert line in told.out
        assert line in card
    assert SECRET not in told.out + card
    assert artefacts.load(models, reader="linear").linear is not None
    assert list(models.glob(".new*")) == []


def test_what_is_no_better_leaves_all_as_it_was_and_says_so(in_use, train, good):
    models = in_use(good)
    before = _contents(models)
    code, told = train(models, _reviewed(holds=False))
    assert (code, told.err) == (training.EXIT_NOT_BETTER, "")
    assert "Inte bättre på båda delarna: ingen ny version är sparad." in told.out
    assert "testdelen (" in told.out
    assert _contents(models) == before


def test_a_version_that_is_there_is_not_trained_again(in_use, train, good):
    models = in_use(good)
    (models / "linear" / "ny").mkdir()
    code, told = train(models, _reviewed())
    assert code == 2
    assert "never overwritten" in told.err
