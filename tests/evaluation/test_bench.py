"""What is timed, and how it is told; the timing itself is a command of its own."""

from pathlib import Path

import pytest

from nlp.corpus.folder import read_corpus
from nlp.training.bench import prepared, raw_threads
from service.evaluation.tables import speeds

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


def test_the_table_compares_with_the_reference():
    nothing = {
        "with_names_per_second": None,
        "one_comment_ms": None,
        "peak_mb": None,
        "cold_start_s": None,
        "note": "",
    }
    made = speeds(
        {
            "comments": 4000,
            "words": 15.4,
            "cores": 2,
            "readers": {
                "linear": {
                    "comments_per_second": 2500.0,
                    "with_names_per_second": 2000.0,
                    "one_comment_ms": 3.25,
                    "peak_mb": 412.0,
                    "cold_start_s": 1.5,
                    "note": "",
                },
                "bert-base": {**nothing, "comments_per_second": 25.0},
            },
        }
    )
    assert "4 000 kommentarer".replace(" ", "\u00a0", 1) in made.title
    linear, reference = made.rows
    assert linear[3] == "100,0"
    assert reference[3:7] == ["1,0", "", "", ""]


def test_without_the_reference_no_ratio_is_told():
    missing = {
        "comments_per_second": None, "with_names_per_second": None, "one_comment_ms": None,
        "peak_mb": None, "cold_start_s": None, "note": 'inte mätt; kräver tillägget "train"',
    }  # fmt: skip
    made = speeds(
        {
            "comments": 1,
            "words": 2.0,
            "cores": 1,
            "readers": {"linear": {**missing, "comments_per_second": 9.0}, "bert-base": missing},
        }
    )
    assert [row[3] for row in made.rows] == ["", ""]
    assert made.rows[1][-1].startswith("inte mätt")
