"""What several test files share: golden files and stores with rows."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from service import flow
from service.settings import Settings
from service.store import Store

GOLDEN = Path(__file__).parent / "golden"

# A change is judged on its own cases, the same wherever they run; `make search` draws new ones.
settings.register_profile("same", derandomize=True)
settings.register_profile("search", derandomize=False, print_blob=True)
settings.load_profile("same")


@pytest.fixture
def golden():
    """Compare with a reviewed file; LYSSNAD_WRITE_GOLDEN=1 writes it anew for review."""

    def compare(name, text):
        path = GOLDEN / name
        if os.environ.get("LYSSNAD_WRITE_GOLDEN") == "1":
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8"), (
            f"{name} has changed; run with LYSSNAD_WRITE_GOLDEN=1 and review the difference"
        )

    return compare


@pytest.fixture(scope="session")
def pipeline():
    """The pipeline that ships, built once."""
    return flow.build_pipeline(Settings())


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "lyssnad.db") as opened:
        yield opened


@pytest.fixture
def store_with_texts(store):
    """Put one comment per text, numbered from 1, under one post."""

    def fill(*texts):
        connection = store.connection
        connection.execute(
            "INSERT INTO import (import_id, file_name, file_sha256, source, started) "
            "VALUES (1, 'a.jsonl', 'x', 'exchange', '2026-01-01T00:00:00Z')"
        )
        connection.execute(
            "INSERT INTO post (post_id, channel, external_id, is_stand_in, text) "
            "VALUES (1, 'facebook', 'p1', 0, '')"
        )
        for number, text in enumerate(texts, start=1):
            connection.execute(
                "INSERT INTO comment (comment_id, post_id, external_id, id_is_derived, "
                "from_organisation, created, text, is_hidden, mask_kinds, import_id) "
                "VALUES (?, 1, ?, 0, 0, '2026-01-01T10:00:00Z', ?, 0, '', 1)",
                (number, f"c{number}", text),
            )
        return store

    return fill
