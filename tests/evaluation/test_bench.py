"""What is timed, and how it is told; the timing itself is a command of its own."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nlp.corpus.folder import read_corpus
from nlp.training.bench import _AS_IN_SERVICE, TimingError, _apart, peak_mb, prepared, raw_threads
from nlp.training.bench_scoring import drawn_pairs
from service.evaluation.tables import scoring_speeds, speeds

CORPUS = read_corpus(Path(__file__).parents[2] / "data" / "corpus")


@pytest.mark.parametrize("count", [1, 100, 1_000])
def test_as_many_citizens_comments_are_drawn_as_were_asked_for_none_twice(count):
    drawn = raw_threads(CORPUS, count)
    assert sum(len(thread.comments) for thread in drawn) == count
    assert len({thread.post for thread in drawn}) == len(drawn)
    assert raw_threads(CORPUS, count) == drawn


def test_what_is_timed_is_cleaned_and_masked():
    text = "Ring  070-174 06 05"
    drawn = raw_threads(CORPUS, 50)
    (thread,) = prepared([type(drawn[0])(post="Inlägg", comments=(text,))])
    (comment,) = thread.comments
    assert comment.text == "Ring [telefonnummer]"
    assert comment.mask_kinds == {"phone"}


def test_pairs_of_a_comment_and_a_reply_are_drawn_and_none_twice():
    drawn = drawn_pairs(CORPUS, 500, names=None)
    assert len({tuple(comment.text for comment in one.comments) for one in drawn}) > 490
    for thread in drawn:
        asked, said = thread.comments
        assert (asked.from_organisation, said.from_organisation) == (False, True)
        assert said.parent_id == asked.id
        assert said.created > asked.created


def test_the_speed_of_scoring_is_told_in_minutes():
    tree = {
        "pairs": 4_000,
        "cores": 2,
        "readers": {"linear": {"pairs_per_second": 1_250.0, "minutes_for_100000": 1.333}},
    }
    table = scoring_speeds(tree)
    assert table.title.endswith("4\u00a0000 par, 2 kärnor")
    assert table.rows == [("linear", "1\u00a0250,0", "1,3")]


PROGRAM = """
from pathlib import Path
from nlp.training.bench import peak_mb
lines = Path("/proc/self/status").read_text().splitlines()
(now,) = (int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
print(peak_mb(), now / 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not say")
def test_the_most_memory_is_this_process_own():
    """A process that is started by a large one is not as large for that."""
    hoard = np.ones(500 * 2**20, dtype=np.uint8)
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    most, now = map(float, done.stdout.split())
    assert now <= most + 5 < now + 100
    assert peak_mb() > hoard.nbytes / 2**20


def test_a_process_that_ends_early_is_told_in_swedish(tmp_path):
    with pytest.raises(TimingError, match=r"egen process gick inte att göra \(\d+\): .*pipeline"):
        _apart(("--models-dir", str(tmp_path), "--apart", "linear", "--cores", "1"))


def _speed(**told):
    names = (
        *("comments_per_second", "first_per_second", "with_names_per_second"),
        *("one_comment_ms", "peak_mb", "cold_start_s"),
    )
    return {**dict.fromkeys(names), "note": "", **told}


def test_what_is_timed_runs_as_where_there_is_no_torch():
    """Nor may another package find a thing of that name and ask it for tensors."""
    looks = """
try:
    import torch
except ModuleNotFoundError:
    print("torch" in sys.modules)
"""
    before, _ = _AS_IN_SERVICE.split("from nlp.training.bench")
    told = subprocess.run(
        (sys.executable, "-c", before + looks), check=True, capture_output=True, text=True
    )
    assert told.stdout.strip() == "False"


def test_the_table_compares_with_the_reference_in_batches_and_alone():
    linear = _speed(comments_per_second=2500.0, first_per_second=1250.0, peak_mb=412.0)
    made = speeds(
        {
            "comments": 4000,
            "words": 15.4,
            "cores": 2,
            "readers": {
                "linear": linear,
                "bert-base": _speed(comments_per_second=50.0),
                "bert-base-alone": _speed(comments_per_second=25.0),
            },
        }
    )
    assert "4 000 kommentarer".replace(" ", "\u00a0", 1) in made.title
    assert all(len(row) == len(made.headings) for row in made.rows)
    first = dict(zip(made.headings, made.rows[0], strict=True))
    assert first["första gången"].replace("\u00a0", "") == "1250,0"
    assert first["gånger BERT base i buntar"] == "50,0"
    assert first["gånger BERT base en i taget"] == "100,0"
    assert dict(zip(made.headings, made.rows[1], strict=True))["minne, MB"] == ""


def test_without_the_reference_no_ratio_is_told():
    missing = _speed(note='inte mätt; kräver tillägget "train"')
    made = speeds(
        {
            "comments": 1,
            "words": 2.0,
            "cores": 1,
            "readers": {
                "linear": _speed(comments_per_second=9.0),
                "bert-base": missing,
                "bert-base-alone": missing,
            },
        }
    )
    assert [row[4:6] for row in made.rows] == [["", ""]] * 3
    assert made.rows[1][-1].startswith("inte mätt")
