"""Recipes are named and changed in one line, and told with mean and spread over their seeds."""

import json
from types import SimpleNamespace

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

from dataclasses import asdict, replace

from nlp.errors import ArtefactError
from nlp.training import trials
from nlp.training.transformer import Recipe


def _row(name, recipe, functions, sentiment=0.7, corpus="a"):
    return {
        "name": name,
        "recipe": json.loads(json.dumps(asdict(recipe))),
        "encoder": {},
        "examples": {"corpus": 9_000, "outside": 1_000, "partly": {"dkhate": 50}},
        "corpus_sha256": corpus,
        "measured_on": 1_325,
        "dev": {"functions": functions, "sentiment": sentiment},
    }


def test_a_recipe_is_what_it_says():
    assert trials.parse_recipe("vanligt") == ("vanligt", Recipe())
    assert trials.parse_recipe("tolv:layers=12,context=nej,sloppy_share=0.3,partly=a+b") == (
        "tolv",
        Recipe(layers=12, context=False, sloppy_share=0.3, partly=("a", "b")),
    )


@pytest.mark.parametrize("text", ["x:lager=12", "x:layers=tolv", "x:context=kanske"])
def test_a_recipe_with_what_there_is_not_is_refused(text):
    with pytest.raises((KeyError, ValueError)):
        trials.parse_recipe(text)


def test_seeds_are_told_together_and_other_corpora_apart():
    twelve = Recipe(layers=12)
    rows = [
        _row("tolv", replace(twelve, seed=1), 0.80),
        _row("tolv", replace(twelve, seed=2), 0.82),
        _row("vanligt", Recipe(), 0.81),
        _row("tolv", replace(twelve, seed=3), 0.84),
        _row("tolv", replace(twelve, seed=3), 0.90, corpus="b"),
    ]
    assert trials.table(rows).splitlines()[2:] == [
        "| tolv | layers=12 | 10050 | 1325 | 3 | 0,820 ± 0,020 | 0,700 ± 0,000 |",
        "| vanligt | inget | 10050 | 1325 | 1 | 0,810 | 0,700 |",
        "| tolv | layers=12 | 10050 | 1325 | 1 | 0,900 | 0,700 |",
    ]


def test_a_file_that_is_no_trials_is_refused(tmp_path):
    path = tmp_path / "prov.jsonl"
    assert trials.read_rows(path) == []
    path.write_text(json.dumps(_row("a", Recipe(), 0.8)) + "\n{}\n", "utf-8")
    with pytest.raises(ArtefactError, match=r"prov\.jsonl rad 2"):
        trials.read_rows(path)


def test_a_finished_run_is_not_run_again(tmp_path, monkeypatch):
    taught = []
    told = _row("a", Recipe(), 0.8)

    gathered = SimpleNamespace(
        counts=told["examples"],
        described={"corpus_sha256": told["corpus_sha256"]},
        dev=range(told["measured_on"]),
    )
    opened = SimpleNamespace(files={})
    monkeypatch.setattr(trials, "gather", lambda *given, **told: gathered)
    monkeypatch.setattr(trials.artefacts, "load_names", lambda folder: None)
    monkeypatch.setattr(trials, "load_encoder", lambda folder: opened)
    monkeypatch.setattr(trials, "begin", lambda encoder, recipe: recipe)
    monkeypatch.setattr(trials, "teach", lambda teacher, *given, **told: taught.append(teacher))
    monkeypatch.setattr(trials, "read_dev", lambda teacher, dev: told["dev"])
    out = tmp_path / "prov.jsonl"

    def go():
        return trials.try_recipes(
            *(tmp_path, tmp_path, tmp_path, out),
            recipes={"a": Recipe(), "b": Recipe(layers=12)},
            seeds=[1, 2],
            progress=print,
        )

    first = go()
    assert len(first) == len(taught) == 4
    lines = out.read_text("utf-8").splitlines(keepends=True)
    out.write_text("".join(lines[:3]), "utf-8")
    assert go() == first
    assert len(taught) == 5
