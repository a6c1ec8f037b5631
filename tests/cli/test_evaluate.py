"""The readers measured from the command line, on a corpus of a few threads."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nlp.training.evaluation import __main__ as measuring
from tests.corpus.conftest import LABELS, THREAD, Folder


def _of_test(count):
    """Ids of posts that the splits put in the test part."""
    names = (f"p{number}" for number in range(1_000))
    found = [
        name
        for name in names
        if int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") / 2**64 < 0.15
    ]
    return found[:count]


@pytest.fixture
def corpus(tmp_path):
    """Three threads, all of the test part, and a pair."""
    folder = Folder(tmp_path / "corpus")
    folder.threads, folder.labels = [], []
    for name in _of_test(3):
        for kept, line in ((folder.threads, THREAD), (folder.labels, LABELS)):
            kept.append(json.loads(json.dumps(line).replace('"t1', f'"{name}')))
    folder.pairs = [
        {
            "id": "p1",
            "contrast": "question-complaint",
            "post": "Vi har öppet i sommar.",
            "members": [
                {"text": "När öppnar ni?", "labels": ["question"], "sentiment": "neutral"},
                {"text": "Stängt igen, uselt", "labels": ["complaint"], "sentiment": "negative"},
            ],
        }
    ]
    return folder.write()


ROOT = Path(__file__).parents[2]


def test_figures_are_shown_and_written(corpus, tmp_path):
    """As a user runs it: the command, and the process that it starts."""
    out = tmp_path / "matt.json"
    done = subprocess.run(
        [
            *(sys.executable, "-c", "from service.start import main; main()", "evaluate"),
            *("--corpus", corpus, "--json", out),
            *("--reader", "lexical", "--reader", "majority", "--set", "test", "--set", "pairs"),
            *("--set", "replies"),
        ],
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Korpusens testdel: 6 kommentarer i 3 trådar" in done.stdout
    assert "Etikett för etikett: lexical@" in done.stdout
    assert "korpusen har inga kommentarer i sin träningsdel" in done.stdout
    tree = json.loads(out.read_text("utf-8"))
    assert tree["sets"]["test"]["n"] == 6
    assert tree["sets"]["pairs"]["n"] == 1
    assert tree["sets"]["replies"]["n"] == 3
    assert "Svar och samtal i korpusens testdel: 3 svar, 3 besvarade" in done.stdout
    assert [reader["kept"] for reader in tree["readers"]] == [True]


@pytest.fixture
def refused(corpus, monkeypatch, capsys):
    """Runs the measuring itself; returns what it says when it refuses."""

    def run(*words):
        given = {
            "--models-dir": ROOT / "models",
            "--corpus": corpus,
            "--manifest": ROOT / "data" / "outside-sets.toml",
            "--out": corpus / "figures.json",
        }
        flat = [str(word) for pair in given.items() for word in pair]
        monkeypatch.setattr("sys.argv", ["measuring", *flat, *map(str, words)])
        assert measuring.main() == 2
        assert not (corpus / "figures.json").exists()
        return capsys.readouterr().err

    return run


def test_a_reader_that_is_not_there_is_told_with_those_that_are(refused):
    told = refused("--reader", "gissning")
    assert told.startswith(
        "Det finns ingen läsare gissning. Välj bland transformer, linear, lexical, "
    )


def test_a_set_that_is_not_there_is_told_with_those_that_are(refused):
    told = refused("--set", "påhitt")
    assert told.startswith("Det finns ingen textmängd påhitt. Välj bland test, pairs, ")


def test_an_encoder_that_is_none_is_told_before_measuring(refused, tmp_path):
    told = refused("--encoder", tmp_path)
    assert told.startswith("Mätningen gick inte att göra: ")
    assert "saknar inställningar (någon av config.json)" in told


def test_a_corpus_without_a_test_part_is_told(refused, tmp_path):
    empty = Folder(tmp_path / "other").write()  # its one thread trains
    assert "har inga märkta kommentarer i sin testdel" in refused("--corpus", empty)


def test_a_corpus_with_faults_is_told(refused, tmp_path):
    folder = Folder(tmp_path / "other")
    folder.labels = []
    folder.write()
    told = refused("--corpus", folder.path)
    assert told.startswith("Mätningen gick inte att göra. Felet, på engelska: ")


def test_what_stops_the_process_reaches_the_command(lyssnad, corpus, monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    outcome = lyssnad("evaluate", "--corpus", corpus)
    assert outcome.code == 4
    assert outcome.err == "Ett fel i programmet stoppade mätningen.\n"


def test_a_place_for_the_figures_that_is_not_there_is_told_before_measuring(lyssnad, tmp_path):
    outcome = lyssnad("evaluate", "--json", tmp_path / "borta" / "matt.json")
    assert outcome.code == 2
    assert "--json" in outcome.err
