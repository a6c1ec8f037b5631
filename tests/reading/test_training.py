"""What is kept of a training: from which corpora, how it is measured, and all of it or nothing."""

import json
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nlp import artefacts
from nlp.errors import ArtefactError
from nlp.evaluate import best_threshold, evaluate
from nlp.readers.reader import LABELS, Probabilities
from nlp.settings import ReaderSettings, Threshold
from nlp.training import keep
from nlp.training.corpus import load
from nlp.training.linear import Trained
from nlp.vocabulary import Label, Sentiment

ROOT = Path(__file__).parents[2]
SEED = ROOT / "data" / "seed"


@pytest.fixture
def corpus(tmp_path):
    """A copy of the seed corpus that may be damaged."""
    return Path(shutil.copytree(SEED, tmp_path / "corpus"))


@pytest.fixture
def models(tmp_path):
    """The lexicons and settings, with no version kept yet."""
    folder = tmp_path / "models"
    shutil.copytree(ROOT / "models" / "lexicons", folder / "lexicons")
    shutil.copy(ROOT / "models" / "pipeline.toml", folder / "pipeline.toml")
    return folder


def _change(path, change):
    """Rewrite every line of a corpus file."""
    lines = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    for line in lines:
        change(line)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")


def _keep(models, corpus, version="2"):
    return keep.train_and_keep(models, corpus, version=version, progress=lambda step: None)


# --- the corpus -----------------------------------------------------------------------------


def test_a_line_separator_inside_a_text_ends_no_line(corpus):
    lines = (corpus / "threads.jsonl").read_text("utf-8").split("\n")
    first = json.loads(lines[0])
    comment_id = first["comments"][0]["id"]
    first["comments"][0]["text"] = "Rad ett\u2028rad två"
    lines[0] = json.dumps(first, ensure_ascii=False)
    (corpus / "threads.jsonl").write_text("\n".join(lines), "utf-8")
    texts = {comment.id: comment.input.text for comment in load(corpus)}
    assert texts[comment_id] == "Rad ett\nrad två"


def test_people_are_alike_in_what_is_trained_on(corpus):
    def call_out(thread):
        for comment in thread["comments"]:
            comment["text"] = "@lisa " + comment["text"]

    _change(corpus / "threads.jsonl", call_out)
    assert len({comment.input.text[:12] for comment in load(corpus)}) == 1


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("threads.jsonl", "{}"),
        ("threads.jsonl", "[]"),
        ("threads.jsonl", "{"),
        ("labels.jsonl", '{"post": "s1-01", "comments": [{"id": "s1-01-c1"}]}'),
        ("labels.jsonl", '{"post": "s1-01", "comments": [{"id": "s1-01-c1", "labels": null}]}'),
        (
            "labels.jsonl",
            '{"post": "s1-01", "comments": [{"id": "s1-01-c1", "labels": [""], "sentiment": ""}]}',
        ),
        ("labels.jsonl", '{"post": "borta", "comments": []}'),
        ("labels.jsonl", "7"),
    ],
)
def test_a_line_that_does_not_fit_is_named(corpus, name, line):
    with (corpus / name).open("a", encoding="utf-8") as opened:
        opened.write(line + "\n")
    with pytest.raises(ArtefactError, match=rf"{name} line 49"):
        load(corpus)


def test_a_corpus_that_does_not_say_what_the_rules_have_seen_is_refused(models, corpus):
    _change(corpus / "labels.jsonl", lambda line: line.pop("seen_by_rules", None))
    with pytest.raises(ArtefactError, match="seen_by_rules"):
        _keep(models, corpus)


def test_a_label_without_enough_examples_is_named(models, corpus):
    def drop(line):
        for comment in line["comments"]:
            comment["labels"] = [label for label in comment["labels"] if label != "toxic"]

    _change(corpus / "labels.jsonl", drop)
    with pytest.raises(ArtefactError, match="toxic holds in 0 threads"):
        _keep(models, corpus)


# --- measuring ------------------------------------------------------------------------------


def test_a_label_without_examples_is_never_decided():
    for count in (0, 3):
        threshold = best_threshold(np.zeros(count, dtype=bool), np.full(count, 0.4))
        assert threshold == Threshold(unsure=1.0, decide=1.0)


def test_the_interval_comes_from_draws_of_whole_threads():
    """Comments that say the same thing a hundred times over are no hundred witnesses."""
    threads = [True, False, True, True, False, True, False, True]
    right = np.repeat(threads, 100)
    answers = np.zeros((len(right), len(LABELS)))
    answers[right] = 0.9
    settings = ReaderSettings(
        version="1",
        thresholds={label: Threshold(unsure=0.5, decide=0.5) for label in Label},
        sentiment_unsure_below=0.4,
    )
    given = {
        "labels": [frozenset(Label)] * len(right),
        "sentiments": [Sentiment.NEUTRAL] * len(right),
        "answers": Probabilities(
            labels=answers, sentiment=np.tile([0.1, 0.8, 0.1], (len(right), 1))
        ),
        "settings": settings,
    }
    by_thread = evaluate(**given, groups=[f"p{row // 100}" for row in range(len(right))])
    by_comment = evaluate(**given, groups=[f"p{row}" for row in range(len(right))])
    assert by_thread.functions_macro_f1 == by_comment.functions_macro_f1
    width, narrow = (
        high - low for low, high in (by_thread.functions_interval, by_comment.functions_interval)
    )
    assert width > 5 * narrow


# --- keeping --------------------------------------------------------------------------------


@pytest.fixture
def trained(monkeypatch):
    """Spares the minute that a training takes: the kept readers stand in for new ones."""
    kept = artefacts.load(ROOT / "models", reader="linear")
    readers = kept.settings.readers
    evaluation = evaluate(
        labels=[frozenset(Label)],
        sentiments=[Sentiment.NEUTRAL],
        groups=["p1"],
        answers=Probabilities(labels=np.ones((1, len(LABELS))), sentiment=np.ones((1, 3)) / 3),
        settings=readers["lexical"],
    )
    rules = (kept.calibration, replace(readers["lexical"], version="2"), evaluation)
    monkeypatch.setattr(keep, "measure_rules", lambda *given, **named: rules)
    linear = Trained(
        model=kept.linear, settings=replace(readers["linear"], version="2"), evaluation=evaluation
    )
    monkeypatch.setattr(keep, "train", lambda *given, **named: linear)


def test_a_version_is_kept_with_its_card_and_what_was_set_by_hand_stays(models, corpus, trained):
    settings = models / "pipeline.toml"
    changed = settings.read_text("utf-8").replace("civility = 1.0", "civility = 3.0")
    settings.write_text(changed.replace('languages = ["sv"]', 'languages = ["sv", "nb"]'), "utf-8")
    evaluations = _keep(models, corpus)
    told = tomllib.loads(settings.read_text("utf-8"))
    assert told["discussion"]["civility"] == 3.0
    assert told["languages"] == ["sv", "nb"]
    assert told["lexical"]["version"] == "2"
    for kind in ("linear", "lexical"):
        assert (models / kind / "2" / "card.md").exists()
        figures = json.loads((models / kind / "2" / "metrics.json").read_text("utf-8"))
        assert figures["tested_on"] == evaluations[kind].n
    assert not list(models.glob(".new*"))
    with pytest.raises(ArtefactError, match="never overwritten"):
        _keep(models, corpus)


def test_an_interrupted_training_leaves_nothing_behind(models, corpus, trained, monkeypatch):
    before = set(models.rglob("*"))

    def stop(*given):
        raise KeyboardInterrupt

    monkeypatch.setattr(keep, "_card", stop)
    with pytest.raises(KeyboardInterrupt):
        _keep(models, corpus)
    assert set(models.rglob("*")) == before
    shipped = (ROOT / "models" / "pipeline.toml").read_text("utf-8")
    assert (models / "pipeline.toml").read_text("utf-8") == shipped


@pytest.mark.parametrize("version", ["", "..", "a/b", 'a"b', "två ord", "1\n", "~1", "-1"])
def test_a_version_that_is_no_name_is_refused(models, corpus, version):
    with pytest.raises(ArtefactError, match="no name for a version"):
        _keep(models, corpus, version)


@pytest.mark.parametrize("kind", ["linear", "lexical"])
def test_the_figures_that_ship_are_those_of_the_data_that_ships(kind):
    """Trained anew whenever the corpus changes: the checksum tells."""
    figures = json.loads((ROOT / "models" / kind / "1" / "metrics.json").read_text("utf-8"))
    comments = load(SEED)
    assert figures["data"]["comments"] == len(comments)
    assert figures["data"] == keep._describe(comments, SEED)
