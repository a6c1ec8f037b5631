"""Our own labels of texts that are not ours: found by the text, used only where training may."""

import hashlib
import json
from pathlib import Path

import pytest

from nlp.corpus.outside import label_id, read_labels
from nlp.corpus.splits import Split
from nlp.errors import ArtefactError
from nlp.training.corpus import load_outside
from nlp.vocabulary import Label, Sentiment

DATA = Path(__file__).parents[2] / "data"
TEXT = "Ring 070-174 06 05, jättebra bemötande men dyrt!"


@pytest.fixture
def data(tmp_path):
    """A manifest with one set at hand, and a label of its only text."""

    def make(licence="CC-BY-4.0", text=TEXT, absent=False):
        line = json.dumps({"text": text, "emotions": []}, ensure_ascii=False) + "\n"
        (tmp_path / "outside" / "brighter-swe").mkdir(parents=True)
        (tmp_path / "outside" / "brighter-swe" / "train.jsonl").write_text(line, "utf-8")
        digest = hashlib.sha256(line.encode()).hexdigest()
        (tmp_path / "outside-sets.toml").write_text(
            '[[set]]\nname = "brighter-swe"\nsource = "https://example.org"\n'
            f'licence = "{licence}"\nlanguage = "sv"\nused_for = "train"\n'
            f'[set.sha256]\n"train.jsonl" = "{digest}"\n',
            "utf-8",
        )
        start = TEXT.index("jättebra")
        said = {
            "id": label_id(TEXT),
            "labels": ["praise", "complaint"],
            "marks": [],
            "sentiment": "positive",
            "evidence": [{"label": "praise", "start": start, "end": start + 17}],
        }
        (tmp_path / "outside-labels").mkdir()
        (tmp_path / "outside-labels" / "brighter-swe.jsonl").write_text(json.dumps(said), "utf-8")
        if absent:
            (tmp_path / "outside" / "brighter-swe" / "train.jsonl").unlink()
        (found,) = load_outside(
            tmp_path / "outside-sets.toml", labels_dir=tmp_path / "outside-labels"
        )
        return found

    return make


def test_a_text_is_taught_masked_with_the_evidence_where_it_now_stands(data):
    (comment,) = data().comments
    assert comment.split is Split.TRAIN
    assert comment.labels == {Label.PRAISE, Label.COMPLAINT}
    assert comment.sentiment is Sentiment.POSITIVE
    assert "070" not in comment.input.text
    (evidence,) = comment.evidence
    assert comment.input.text[evidence.start : evidence.end] == "jättebra bemötande"


def test_a_text_that_is_another_than_was_labelled_teaches_nothing(data):
    found = data(text="Något annat")
    assert (found.comments, found.labelled) == ((), 1)
    assert "1 av 1 märkta texter är inte till hands" in found.remark


def test_a_set_whose_licence_does_not_permit_it_is_refused(data):
    with pytest.raises(ArtefactError, match="får inte lära ut något"):
        data(licence="none stated")


def test_of_a_set_that_is_whole_nothing_is_remarked(data):
    assert data().remark is None


def test_a_set_whose_file_is_gone_teaches_nothing_and_is_told(data):
    found = data(absent=True)
    assert found.comments == ()
    assert found.remark.startswith("brighter-swe: 1 av 1 märkta texter är inte till hands")


def test_labels_of_a_set_that_is_not_described_are_refused(data, tmp_path):
    data()
    (tmp_path / "outside-labels" / "borta.jsonl").write_text("", "utf-8")
    with pytest.raises(ArtefactError, match=r"borta\.jsonl märker en mängd som .* inte beskriver"):
        load_outside(tmp_path / "outside-sets.toml", labels_dir=tmp_path / "outside-labels")


def test_a_fault_in_the_manifest_is_refused(data, tmp_path):
    data()
    path = tmp_path / "outside-sets.toml"
    path.write_text(path.read_text("utf-8").replace('language = "sv"\n', ""), "utf-8")
    with pytest.raises(ArtefactError, match=r"outside-sets\.toml rad 1: .*language saknas"):
        load_outside(path, labels_dir=tmp_path / "outside-labels")


def test_a_damaged_line_is_named(tmp_path):
    path = tmp_path / "labels.jsonl"
    path.write_text('{"id": "x"}\n', "utf-8")
    with pytest.raises(ArtefactError, match=r"labels\.jsonl line 1 does not fit"):
        read_labels(path)


def test_the_labels_that_ship_are_whole_and_hold_no_text():
    labels = read_labels(DATA / "outside-labels" / "brighter-swe.jsonl")
    assert len(labels) == len({one.id for one in labels}) == 1178
    lines = (DATA / "outside-labels" / "brighter-swe.jsonl").read_text("utf-8").splitlines()
    assert {key for line in lines for key in json.loads(line)} == {
        "id", "labels", "marks", "sentiment", "evidence",
    }  # fmt: skip
