"""Every command on good input: what it prints, what it writes, what it leaves alone."""

import csv
import io
import json
import sqlite3

import pytest

from service import demonstration
from service.report.table import COLUMNS

THREADS = [
    {
        "version": 1,
        "channel": "facebook",
        "account": "Idrott",
        "post": {"id": "p1", "text": "Vi öppnar Vanadisbadet i maj.", "metrics": {"reach": 900}},
        "comments": [
            {
                "id": "c1",
                "parent_id": None,
                "author": "Lisa Ek",
                "from_organisation": False,
                "created": "2026-03-02T08:14:00Z",
                "text": "Hej!  Äntligen 😍 När öppnar badet på morgonen? Ring 070-174 06 05",
                "likes": 3,
            },
            {
                "id": "c2",
                "parent_id": "c1",
                "author": "Idrott",
                "from_organisation": True,
                "created": "2026-03-02T11:10:00Z",
                "text": "Hej Lisa! Badet öppnar klockan 7 varje dag. Varmt välkommen! /Kim",
            },
            {
                "id": "c3",
                "parent_id": "c1",
                "author": "Lisa Ek",
                "from_organisation": False,
                "created": "2026-03-02T12:00:00Z",
                "text": "Tack för snabbt svar!",
            },
        ],
    },
    {
        "version": 1,
        "channel": "other",
        "post": {"id": "p0", "text": ""},
        "comments": [],
        "something_new": True,
    },
]


@pytest.fixture
def threads_file(tmp_path):
    path = tmp_path / "tradar.jsonl"
    path.write_text("".join(json.dumps(thread) + "\n" for thread in THREADS), "utf-8")
    return path


@pytest.fixture
def answers(lyssnad, threads_file, tmp_path):
    target = tmp_path / "svar.jsonl"
    outcome = lyssnad("analyse", threads_file, "--out", target)
    assert outcome.code == 0
    assert "2 trådar är lästa" in outcome.out
    return [json.loads(line) for line in target.read_text("utf-8").splitlines()]


def test_analyse_answers_thread_by_thread_in_order_under_the_same_ids(answers):
    assert [answer["post"]["id"] for answer in answers] == ["p1", "p0"]
    first, empty = answers
    assert [comment["id"] for comment in first["comments"]] == ["c1", "c3"]
    assert [reply["id"] for reply in first["replies"]] == ["c2"]
    assert (empty["comments"], empty["replies"], empty["discussion"]) == ([], [], None)
    assert first["version"] == 1
    assert first["fingerprint"] == empty["fingerprint"]


def test_analyse_tells_what_the_exchange_format_promises(answers):
    comment = answers[0]["comments"][0]
    assert comment["language"] == "sv"
    assert len(comment["labels"]) == 12
    assert all(0 <= probability <= 1 for probability in comment["labels"].values())
    assert "question" in comment["decided"]
    assert "personal_data" in comment["decided"]
    assert sum(comment["sentiment"][name] for name in ("negative", "neutral", "positive")) == (
        pytest.approx(1, abs=0.001)
    )
    assert comment["follow_up"] == "thanks"
    reply = answers[0]["replies"][0]
    assert reply["to"] == ["c1"]
    assert reply["answers"] in (0, 1, 2)
    assert 1 <= reply["grade"] <= 5
    assert reply["well_answered"] in ("yes", "partly", "no")
    assert reply["acknowledgement_only"] is False
    assert (reply["minutes"], reply["working_minutes"]) == (176, 176)


def test_evidence_is_told_in_the_text_as_it_was_sent(answers):
    text = THREADS[0]["comments"][0]["text"]
    carried = [
        text[span["start"] : span["end"]]
        for span in answers[0]["comments"][0]["evidence"]
        if span["label"] == "question"
    ]
    assert carried == ["När öppnar badet på morgonen?"]


def test_analyse_of_a_file_needs_and_makes_no_database(answers, tmp_path):
    assert not (tmp_path / "data").exists()


def test_analyse_never_writes_over_what_it_reads(lyssnad, threads_file):
    before = threads_file.read_bytes()
    assert lyssnad("analyse", threads_file, "--out", threads_file).code == 2
    assert threads_file.read_bytes() == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "rad 3: raden är inte giltig JSON"),
        (json.dumps(THREADS[0] | {"version": 2}), "version är inte 1"),
        (json.dumps(THREADS[0] | {"channel": "fax"}), "channel har ett värde som inte passar"),
        (json.dumps({"version": 1, "channel": "x", "comments": []}), "post saknas"),
        (
            json.dumps(THREADS[0] | {"comments": [THREADS[0]["comments"][0]] * 2}),
            "comments[1].id är samma som comments[0].id",
        ),
    ],
)
def test_analyse_names_every_line_it_cannot_read_and_writes_nothing(
    lyssnad, threads_file, tmp_path, line, said
):
    with threads_file.open("a", encoding="utf-8") as opened:
        opened.write(line + "\n")
    target = tmp_path / "svar.jsonl"
    outcome = lyssnad("analyse", threads_file, "--out", target)
    assert outcome.code == 2
    assert said in outcome.err
    assert "Vanadisbadet" not in outcome.err
    assert not target.exists()
    assert list(tmp_path.glob(".svar*")) == []


@pytest.mark.parametrize("reader", ["linear", "lexical"])
def test_both_readers_can_be_asked_for(lyssnad, threads_file, tmp_path, reader):
    target = tmp_path / "svar.jsonl"
    assert lyssnad("analyse", threads_file, "--out", target, "--reader", reader).code == 0
    answer = json.loads(target.read_text("utf-8").splitlines()[0])
    assert answer["fingerprint"].startswith(f"{reader}@")


def test_names_are_written_as_they_are(lyssnad, tmp_path):
    thread = THREADS[0] | {"account": "[/]Idrott [red]:smile: \x1b[31m"}
    path = tmp_path / "[b]tradar:smile:.jsonl"
    path.write_text(json.dumps(thread) + "\n", "utf-8")
    assert "[b]tradar:smile:.jsonl" in lyssnad("import", path).out
    told = lyssnad("report", "2026-03", "--by", "account").out
    assert "[/]Idrott [red]:smile:" in told
    assert "\x1b" not in told


@pytest.mark.parametrize(
    ("count", "answered", "read"),
    [
        (1, "1 tråd är läst.", "1 kommentar är läst."),
        (2, "2 trådar är lästa.", "2 kommentarer är lästa."),
    ],
)
def test_one_is_told_in_the_singular(lyssnad, tmp_path, count, answered, read):
    path = tmp_path / "tradar.jsonl"
    threads = [
        THREADS[0]
        | {
            "post": THREADS[0]["post"] | {"id": f"q{number}"},
            "comments": [THREADS[0]["comments"][0] | {"id": f"k{number}"}],
        }
        for number in range(count)
    ]
    path.write_text("".join(json.dumps(thread) + "\n" for thread in threads), "utf-8")
    assert answered in lyssnad("analyse", path, "--out", tmp_path / "svar.jsonl").out
    lyssnad("import", path)
    assert read in lyssnad("analyse").out


def test_import_analyse_report(lyssnad, threads_file):
    imported = lyssnad("import", threads_file)
    assert (imported.code, imported.err) == (0, "")
    assert "5 inlägg och kommentarer: 5 nya, 0 ändrade" in imported.out
    again = lyssnad("import", threads_file)
    assert "0 nya, 0 ändrade, 5 oförändrade, 0 avvisade" in again.out
    assert "3 kommentarer är lästa" in lyssnad("analyse").out
    assert "Allt är redan läst" in lyssnad("analyse").out
    report = lyssnad("report", "2026-03")
    assert report.code == 0
    for goal in ("Orienterad", "Förvissad", "Lyssnad till", "Fri att göra"):
        assert goal in report.out
    assert "för få kommentarer" in report.out


def test_report_as_csv_and_json_tell_the_same(lyssnad, threads_file, monkeypatch):
    monkeypatch.setenv("LYSSNAD_NOW", "2026-06-01T10:00:00Z")
    lyssnad("import", threads_file)
    words = ("report", "2026-03", "--by", "account", "--format")
    told = json.loads(lyssnad(*words, "json").out)["nyckeltal"]
    rows = list(csv.DictReader(io.StringIO(lyssnad(*words, "csv").out)))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(told) > 20
    for row, record in zip(rows, told, strict=True):
        for name in COLUMNS:
            assert row[name] == ("" if record[name] is None else str(record[name]))


def test_a_progress_bar_is_not_shown_where_the_output_is_no_terminal(lyssnad, threads_file):
    assert lyssnad("import", threads_file).err == ""
    assert lyssnad("analyse").err == ""


def test_the_demonstration_prints_the_figures_and_keeps_to_its_own_database(lyssnad, tmp_path):
    outcome = lyssnad("demo", "--no-serve")
    assert outcome.code == 0
    assert "Svarsgrad" in outcome.out
    assert "räknade 2026-11-15 18:00" in outcome.out
    assert not (tmp_path / "data" / "lyssnad.db").exists()
    connection = sqlite3.connect(tmp_path / "data" / "demo" / "lyssnad.db")
    (files,) = connection.execute("SELECT COUNT(*) FROM import").fetchone()
    connection.close()
    assert files == len(demonstration.files())


def test_without_a_command_the_help_is_shown(lyssnad):
    outcome = lyssnad()
    assert "lyssnad" in outcome.out + outcome.err
    assert "demo" in outcome.out + outcome.err
