"""What a timing needs is looked at before the minutes that it takes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def no_timing(monkeypatch):
    def timed(*given, **told):
        raise AssertionError("timed before the path was looked at")

    monkeypatch.setattr("service.evaluation.measuring.bench", timed)


def test_a_file_that_cannot_be_written_is_told_before_the_timing(lyssnad, tmp_path, no_timing):
    done = lyssnad("bench", "read", "--json", tmp_path / "borta" / "tider.json")
    assert done.code == 2
    assert f"Mappen {tmp_path / 'borta'} finns inte" in done.err
    done = lyssnad("bench", "read", "--json", tmp_path)
    assert done.code == 2
    assert "är en mapp. Ange en fil med --json" in done.err


PROGRAM = """
import os
from pathlib import Path
from service.settings import load_settings
from nlp import artefacts
load_settings()
os.environ["TOKENIZERS_PARALLELISM"] = "false"  # its threads are to start after the count
model = artefacts.load(Path("models"), reader="transformer").transformer
before = len(os.listdir("/proc/self/task"))
os.environ["TOKENIZERS_PARALLELISM"] = "true"
model.tokenizer.encode_batch(["När öppnar badet i sommar?"] * 2_000)
print(len(os.listdir("/proc/self/task")) - before)
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system tells no threads")
@pytest.mark.parametrize("cores", [1, 3])
def test_the_tokenizer_keeps_to_the_cores_of_the_settings(cores):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=os.environ | {"LYSSNAD_CORES": str(cores)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == cores
