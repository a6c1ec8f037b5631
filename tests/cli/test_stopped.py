"""What stops a command leaves nothing half done, and says in Swedish what, where and what to do."""

import csv
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from nlp import artefacts
from nlp.errors import ArtefactError
from service import terminal
from service.errors import StoreError
from service.settings import CHECKOUT
from service.store import database

HEADINGS = "kanal;konto;inlägg_id;kommentar_id;skribent;skapad;kommentar\n"


@pytest.fixture
def files(tmp_path):
    """Three files of one comment each, with one faulty row in the first."""
    paths = []
    for name in ("a", "b", "c"):
        path = tmp_path / f"{name}.csv"
        row = f"facebook;Idrott;p1;{name};Kim;2026-03-02 10:00;När öppnar badet?\n"
        bad = "facebook;Idrott;p1;x;Kim;i går;Ingen tid\n" if name == "a" else ""
        path.write_text(HEADINGS + row + bad, "utf-8")
        paths.append(path)
    return paths


def _stored(tmp_path):
    connection = sqlite3.connect(tmp_path / "data" / "lyssnad.db")
    found = {name for (name,) in connection.execute("SELECT external_id FROM comment")}
    imports = connection.execute("SELECT COUNT(*) FROM import").fetchone()[0]
    connection.close()
    return found, imports


@pytest.fixture
def stopped_at_b(monkeypatch):
    """Something stops the import inside the second file, after rows of it are written."""

    def arrange(error):
        tell = terminal.Counter.tell

        def stop(self, path, count):
            if path.name == "b.csv":
                raise error
            tell(self, path, count)

        monkeypatch.setattr(terminal.Counter, "tell", stop)

    return arrange


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (StoreError("Disken är full."), 3, "Disken är full."),
        (KeyboardInterrupt(), 130, "Avbrutet."),
        (OSError(5, "Input/output error", "b.csv"), 2, "b.csv går inte att läsa eller skriva"),
    ],
)
def test_an_import_that_is_stopped_keeps_whole_files_and_names_the_rest(
    lyssnad, files, tmp_path, stopped_at_b, error, code, said
):
    stopped_at_b(error)
    outcome = lyssnad("import", *files, "--notes", tmp_path / "rader.csv")
    assert outcome.code == code
    assert "a.csv" in outcome.out
    assert "2 inlägg" not in outcome.out
    assert "1 avvisad" in outcome.out
    assert said in outcome.err
    assert f"Inte inlästa: {files[1]}, {files[2]}. Kör kommandot igen" in outcome.err
    assert _stored(tmp_path) == ({"a"}, 1)
    assert "i går" not in outcome.err
    assert "Ingen tid" not in outcome.err
    assert (tmp_path / "rader.csv").read_text("utf-8-sig").count("a.csv;3;") == 1


def test_an_import_that_is_stopped_still_tells_what_only_shows_beside_other_files(
    lyssnad, files, tmp_path, stopped_at_b
):
    text = files[0].read_text("utf-8").replace("kommentar\n", "kommentar;svar_på\n", 1)
    files[0].write_text(text.replace("badet?\n", "badet?;borta\n"), "utf-8")
    stopped_at_b(StoreError("Disken är full."))
    outcome = lyssnad("import", *files, "--notes", tmp_path / "rader.csv")
    assert outcome.code == 3
    assert "Kommentar a svarar på borta" in outcome.out.partition("sedd med de andra filerna")[2]
    assert "svarar på borta" in (tmp_path / "rader.csv").read_text("utf-8-sig")


def test_two_imports_at_once_end_with_one_told_to_wait(lyssnad, files, tmp_path, monkeypatch):
    assert lyssnad("import", files[0]).code == 1
    monkeypatch.setattr(database, "BUSY_MILLISECONDS", 10)
    other = sqlite3.connect(tmp_path / "data" / "lyssnad.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    outcome = lyssnad("import", files[1])
    other.close()
    assert outcome.code == 3
    assert "används av en annan körning. Vänta" in outcome.err
    assert _stored(tmp_path) == ({"a"}, 1)
    assert lyssnad("import", files[1]).code == 0


def test_all_notes_can_be_had_as_a_file_that_excel_opens(lyssnad, tmp_path):
    rows = "".join(f"facebook;Idrott;p1;k{n};Kim;i går;Ingen tid\n" for n in range(30))
    path = tmp_path / "många.csv"
    path.write_text(HEADINGS + rows, "utf-8")
    outcome = lyssnad("import", path)
    assert "och 10 till; med --notes FIL" in outcome.out
    outcome = lyssnad("import", path, "--notes", tmp_path / "rader.csv")
    written = (tmp_path / "rader.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbffil;rad;kolumn;slag;sk")
    told = list(csv.DictReader(written.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert [row["rad"] for row in told] == [str(row) for row in range(2, 32)]
    assert {(row["fil"], row["kolumn"], row["slag"]) for row in told} == {
        ("många.csv", "skapad", "avvisad")
    }


def test_what_only_shows_once_all_files_are_in_stands_under_its_file(lyssnad, tmp_path):
    def write(name, **comment):
        thread = {
            "version": 1,
            "channel": "facebook",
            "account": "Idrott",
            "post": {"id": name, "text": "Badet", "published": "2026-03-02T08:00:00Z"},
            "comments": [
                {"id": "c1", "parent_id": None, "author": "Kim", "from_organisation": False}
                | {"created": "2026-03-02T09:00:00Z", "text": "Hej", "likes": 0}
                | comment
            ],
        }
        path = tmp_path / f"{name}.jsonl"
        path.write_text(json.dumps(thread) + "\n", "utf-8")
        return path

    lone = write("ensam", parent_id="borta")
    outcome = lyssnad("import", lone, write("hel"), "--notes", tmp_path / "rader.csv")
    assert outcome.code == 1
    receipts, _, late = outcome.out.partition(", sedd med de andra filerna")
    assert receipts.endswith("ensam.jsonl")
    assert "svarar på borta" not in receipts
    assert "svarar på borta" in late
    told = (tmp_path / "rader.csv").read_text("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in told] == ["fil", "ensam.jsonl"]


@pytest.mark.parametrize("name", ["a.csv", "saknas/rader.csv", "."])
def test_notes_that_cannot_be_written_stop_the_import_before_it_starts(
    lyssnad, files, tmp_path, name
):
    before = files[0].read_bytes()
    outcome = lyssnad("import", *files, "--notes", tmp_path / name)
    assert outcome.code == 2
    assert "--notes" in outcome.err
    assert files[0].read_bytes() == before
    assert not (tmp_path / "data").exists()


def test_a_damaged_model_is_told_of_in_swedish(lyssnad, monkeypatch):
    def damaged(*_, **__):
        raise ArtefactError("models/x is not valid")

    monkeypatch.setattr(artefacts, "load", damaged)
    outcome = lyssnad("analyse")
    assert outcome.code == 2
    assert "Hämta mappen på nytt" in outcome.err
    assert "Till den som felsöker, på engelska: models/x is not valid" in outcome.err


def _start(program, *words, **streams):
    """Run as a process of its own, after a line of program."""
    command = f"import sys; sys.argv[1:] = {words!r}; from service import cli, flow; {program}"
    return subprocess.run(
        [sys.executable, "-c", f"{command}; cli.main()"],
        cwd=CHECKOUT,
        check=False,
        stderr=subprocess.PIPE,
        text=True,
        **streams,
    )


def test_a_fault_of_ours_is_one_line_with_a_code_of_its_own():
    done = _start("flow.open_store = lambda settings: {}['en hemlig text']", "import", "x.csv")
    assert done.returncode == 4
    assert (
        "Ett fel i programmet stoppade kommandot (KeyError, service/cli/taking_in.py rad "
        in done.stderr
    )
    assert "Kör det igen" in done.stderr
    for unwanted in ("Traceback", "hemlig", str(CHECKOUT)):
        assert unwanted not in done.stderr


def test_an_answer_that_finds_no_room_is_told_of():
    with Path("/dev/full").open("w") as full:
        done = _start("pass", "import", "--help", stdout=full)
    assert done.returncode == 2
    assert done.stderr.startswith("Det som kommandot svarar går inte att läsa eller skriva: disken")
    assert done.stderr.count("\n") == 1


_LOADING = """
import sys
from service import start

class Interruption:
    def find_spec(self, name, *_):
        if name == "typer":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interruption())
start.main()
"""


def test_an_interruption_while_the_program_loads_is_told_of_as_any_other():
    done = subprocess.run(
        [sys.executable, "-c", _LOADING],
        cwd=CHECKOUT,
        check=False,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert (done.returncode, done.stderr) == (130, "Avbrutet.\n")
