"""Run a command as a user does, inside the test's process."""

import sys
from dataclasses import dataclass

import pytest

from service import cli


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def lyssnad(monkeypatch, capsys, tmp_path):
    """Call with the words of a command; the data folder is the test's own."""
    monkeypatch.setenv("LYSSNAD_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # main sets it for the whole process

    def run(*words):
        monkeypatch.setattr("sys.argv", ["lyssnad", *map(str, words)])
        with pytest.raises(SystemExit) as exited:
            cli.main()
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Outcome(exited.value.code or 0, captured.out, captured.err)

    return run
