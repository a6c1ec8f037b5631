"""The installation's secret: made once, whole, and never exchanged for another."""

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from service import flow
from service.errors import SettingsError, StoreError
from service.settings import CHECKOUT, Settings

FIRST_START = """
import sys
from pathlib import Path
from service import flow
from service.settings import Settings
settings = Settings(data_dir=Path(sys.argv[1]))
print("klar", flush=True)
sys.stdin.readline()
flow.open_store(settings).close()
print(settings.author_key().hex())
"""


@pytest.fixture
def settings(tmp_path):
    made = Settings(data_dir=tmp_path / "data")
    made.prepare()
    return made


def test_the_key_stays_the_same(settings):
    assert len(settings.author_key()) == 32
    assert settings.author_key() == settings.author_key()
    assert [path.name for path in settings.data_dir.iterdir()] == ["author.key"]


@pytest.mark.parametrize("step", ["fsync", "link"])
def test_a_start_that_is_killed_leaves_no_half_key(settings, monkeypatch, step):
    def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(os, step, killed)
        settings.author_key()
    assert list(settings.data_dir.iterdir()) == []
    assert len(settings.author_key()) == 32


def test_a_key_that_another_start_has_made_meanwhile_is_not_overwritten(settings, monkeypatch):
    link = os.link

    def late(source, target):
        monkeypatch.setattr(os, "link", link)
        settings.author_key()
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    key = settings.author_key()
    assert (settings.data_dir / "author.key").read_text().strip() == key.hex()
    assert [path.name for path in settings.data_dir.iterdir()] == ["author.key"]


@pytest.mark.slow
def test_first_starts_at_the_same_time_agree(tmp_path):
    def start(_):
        return subprocess.Popen(
            [sys.executable, "-c", FIRST_START, str(tmp_path / "data")],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    running = [start(number) for number in range(6)]
    for process in running:
        assert process.stdout.readline() == "klar\n"
    with ThreadPoolExecutor(len(running)) as pool:
        told = list(pool.map(lambda process: process.communicate("nu\n"), running))
    assert [errors for _, errors in told] == [""] * len(running)
    assert len({key for key, _ in told}) == 1


def test_another_key_than_the_one_the_database_was_made_with_is_refused(settings):
    flow.open_store(settings).close()
    path = settings.data_dir / "author.key"
    right = path.read_text()
    path.write_text("ab" * 32 + "\n")
    with pytest.raises(StoreError, match="en annan nyckel"):
        flow.open_store(settings)
    path.write_text(right)
    flow.open_store(settings).close()


def test_opening_asks_for_no_turn_to_write(settings):
    flow.open_store(settings).close()
    with flow.open_store(settings) as writer, writer.writing():
        flow.open_store(settings).close()


def test_the_database_is_readable_by_its_owner_only(settings):
    before = os.umask(0o022)
    try:
        with flow.open_store(settings) as store, store.writing() as connection:
            connection.execute("INSERT INTO own_author VALUES ('facebook', 'k')")
            modes = {path.stat().st_mode & 0o777 for path in settings.data_dir.iterdir()}
    finally:
        os.umask(before)
    assert modes == {0o600}


def test_an_empty_key_is_said_to_be_damaged(settings):
    (settings.data_dir / "author.key").touch()
    with pytest.raises(SettingsError, match=r"skadad \(0 byte"):
        settings.author_key()


def test_the_database_holds_nothing_that_the_key_can_be_read_from(settings):
    flow.open_store(settings).close()
    content = settings.database.read_bytes()
    key = settings.author_key()
    assert key not in content
    assert key.hex().encode() not in content
    with sqlite3.connect(settings.database) as connection:
        (kept,) = connection.execute("SELECT value FROM author_key_check").fetchone()
    connection.close()
    assert len(kept) == 64
