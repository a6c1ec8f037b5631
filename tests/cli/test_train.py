"""Training on reviews as a user runs it: from the database through a process of its own."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nlp.reviews import Review
from nlp.vocabulary import Label
from service import flow
from service.settings import Settings
from service.store.reviews import save_review
from tests.store.test_intake import a_comment, take_in

ROOT = Path(__file__).parents[2]


@pytest.fixture
def reviewed(tmp_path):
    """A database with a reviewed comment in each of forty threads."""
    settings = Settings(data_dir=tmp_path / "data")
    with flow.open_store(settings) as store:
        tellings = [(f"p{n}", a_comment(f"c{n}", text="Xylofonsson undrar?")) for n in range(40)]
        take_in(store, *tellings)
        for number in range(1, 41):
            said = Review(labels={Label.QUESTION: True})
            save_review(
                store, number, said, reviewer="Kim", reviewed_at=datetime(2026, 3, 3, tzinfo=UTC)
            )
    return tmp_path


_LISTENER = """
import os, sys
from nlp.reviews import ReviewedComment
lines = sys.stdin.read().splitlines()
taught = [ReviewedComment.from_line(line) for line in lines]
print(len(taught), taught[0].review.labels, "--from-reviews" in sys.argv)
sys.exit(int(os.environ["CODE"]))
"""


@pytest.mark.parametrize(("code", "left"), [(0, 0), (5, 5), (2, 2), (1, 4), (-9, 4)])
def test_reviews_go_through_a_pipe_and_the_outcome_comes_back(reviewed, tmp_path, code, left):
    """Another program stands in for the training and says what it was given."""

    listener = tmp_path / "listener.py"
    listener.write_text(_LISTENER if code >= 0 else "import os; os.kill(os.getpid(), 9)", "utf-8")
    program = (
        "import subprocess, sys; run = subprocess.run\n"
        f"subprocess.run = lambda words, **given: run([words[0], {str(listener)!r}, *words[3:]],"
        " **given)\n"
        "from service.start import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "train", "--version", "ny", "--from-reviews"],
        cwd=ROOT,
        env=os.environ
        | {"LYSSNAD_DATA_DIR": str(reviewed / "data"), "CODE": str(code), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == left
    if code >= 0:
        assert done.stdout == "40 {<Label.QUESTION: 'question'>: True} True\n"
    assert ("Ett fel i programmet stoppade träningen" in done.stderr) is (left == 4)
    assert "Xylofonsson" not in done.stdout + done.stderr


def test_without_reviews_there_is_nothing_to_learn_from(lyssnad):
    outcome = lyssnad("train", "--version", "ny", "--from-reviews")
    assert outcome.code == 2
    assert "Ingen kommentar i databasen är granskad" in outcome.err
