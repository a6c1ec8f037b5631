"""A file analysed into another: whole or not at all."""

import json

import pytest

from service import flow
from service.errors import FileRefused

THREAD = {
    "version": 1,
    "channel": "facebook",
    "account": "Idrott",
    "post": {"id": "p1", "text": "Badet öppnar i maj"},
    "comments": [
        {
            "id": "c1",
            "from_organisation": False,
            "created": "2026-03-02T09:00:00Z",
            "text": "När öppnar badet?",
        }
    ],
}


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "tradar.jsonl"
    path.write_text(json.dumps(THREAD) + "\n", "utf-8")
    return path


def never(done, total):
    raise KeyboardInterrupt


def test_a_target_that_is_a_folder_is_refused_and_nothing_is_left_behind(source, pipeline):
    target = source.parent / "svar"
    target.mkdir()
    with pytest.raises(FileRefused, match="det är en mapp"):
        flow.analyse_file(source, target, pipeline, progress=lambda done, total: None)
    assert sorted(path.name for path in source.parent.iterdir()) == ["svar", "tradar.jsonl"]


def test_a_run_that_is_broken_off_leaves_what_was_there(source, pipeline):
    target = source.parent / "svar.jsonl"
    target.write_text("förut", "utf-8")
    with pytest.raises(KeyboardInterrupt):
        flow.analyse_file(source, target, pipeline, progress=never)
    assert target.read_text("utf-8") == "förut"
    assert sorted(path.name for path in source.parent.iterdir()) == ["svar.jsonl", "tradar.jsonl"]
