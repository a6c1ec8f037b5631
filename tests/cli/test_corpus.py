"""The corpus from the command line: each fault on its line, and an exit code to build on."""

import pytest

from tests.corpus.conftest import Folder


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "corpus")


def test_a_fault_is_told_with_file_and_line(lyssnad, folder):
    folder.labels[0]["comments"][0]["labels"].append("toxic")
    outcome = lyssnad("corpus", "check", str(folder.write()))
    assert outcome.code == 1
    assert "labels/a.jsonl:1: t1-c1: toxic utan uncivil\n" in outcome.out
    assert outcome.out.endswith(f" fel i {folder.path}.\n")


def test_a_corpus_of_nothing_that_can_be_read_is_told_line_by_line(lyssnad, folder):
    folder.threads[0]["comments"][0]["created"] = "2025-06-01T09:00:00"
    outcome = lyssnad("corpus", "check", str(folder.write()))
    assert outcome.code == 1
    assert "threads/a.jsonl:1: comments.0.created saknar tidszon\n" in outcome.out


def test_a_folder_without_a_corpus_is_refused(lyssnad, tmp_path):
    outcome = lyssnad("corpus", "check", str(tmp_path))
    assert outcome.code == 2
    assert "Korpusen går inte att läsa" in outcome.err


def test_a_corpus_too_small_to_describe_is_refused(lyssnad, folder):
    outcome = lyssnad("corpus", "stats", str(folder.write()))
    assert outcome.code == 2
    assert "ten texts or more" in outcome.err


def test_a_corpus_with_labels_of_no_thread_is_not_described(lyssnad, folder):
    folder.labels[0]["post"] = "t9"
    for comment in folder.labels[0]["comments"]:
        comment["id"] = comment["id"].replace("t1", "t9")
    outcome = lyssnad("corpus", "stats", str(folder.write()))
    assert outcome.code == 2
    assert "`lyssnad corpus check` nämner dem" in outcome.err


def test_the_tables_are_those_of_the_corpus(lyssnad, folder):
    for number in range(4, 14):
        written = dict(folder.threads[0]["comments"][2], id=f"t1-c{number}", text="Bra " * number)
        folder.threads[0]["comments"].append(written)
        said = dict(folder.labels[0]["comments"][1], id=f"t1-c{number}")
        folder.labels[0]["comments"].append(said)
    outcome = lyssnad("corpus", "stats", str(folder.write()))
    assert outcome.code == 0
    assert "| citizen comments | 12 | 6\u00a0500 |" in outcome.out
    assert "| praise | 11 | 950 |" in outcome.out


def test_an_unknown_task_is_explained(lyssnad):
    outcome = lyssnad("corpus", "dance")
    assert outcome.code == 2
    assert "check, stats" in outcome.err
