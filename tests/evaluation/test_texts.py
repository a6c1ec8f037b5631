"""What is measured on: outside sets that are there and are the right ones, else named."""

import hashlib
import json

import pytest

from nlp.corpus.outside import OutsideSet
from nlp.training.evaluation import texts
from nlp.training.evaluation.texts import Skipped, of_outside
from nlp.vocabulary import Label

ROWS = [
    {"text": "Bra  service!!", "label": "positiv"},
    {"text": "Ring 070-174 06 05 @lisa", "label": "negativ"},
    {"text": "Öppet till nio", "label": "neutral"},
    {"text": "Bra service!!", "label": "positiv"},
]


@pytest.fixture
def at_hand(tmp_path):
    """Puts a set of rows in its place and describes it."""

    def put(rows=ROWS, *, name="twitter-sv-palm", language="sv", licence="none stated"):
        content = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / name).mkdir()
        (tmp_path / name / "rows.jsonl").write_text(content, "utf-8")
        return tmp_path, OutsideSet(
            name=name,
            source="https://example.org/rows",
            licence=licence,
            language=language,
            used_for="attitude",
            sha256={"rows.jsonl": hashlib.sha256(content.encode()).hexdigest()},
        )

    return put


def test_texts_are_read_as_comments_are_and_the_same_are_drawn_together(at_hand):
    found = of_outside(*at_hand(), languages=["sv"])
    assert [one.text for one in found.inputs] == [
        *("Bra service!!", "Ring [telefonnummer] @~omnämnande", "Öppet till nio", "Bra service!!")
    ]
    assert found.groups[0] == found.groups[3]
    assert found.sentiments.tolist() == [2, 0, 1, 2]
    assert found.labels == {}


def test_a_set_of_labels_says_nothing_of_attitude(at_hand):
    rows = [{"text": "Dra", "TOXIC": 1}, {"text": "Kom", "TOXIC": 0}]
    found = of_outside(*at_hand(rows, name="swe-toxicity-flashback"), languages=["sv"])
    assert found.sentiments is None
    assert found.labels[Label.TOXIC].tolist() == [True, False]


def test_a_large_set_is_sampled_alike_each_time_unless_all_is_asked_for(at_hand, monkeypatch):
    monkeypatch.setattr(texts, "SAMPLE", 10)
    rows = [{"text": f"Rad {number}", "label": "neutral"} for number in range(50)]
    folder, described = at_hand(rows)
    one, other = (of_outside(folder, described, languages=["sv"]) for _ in range(2))
    assert one.inputs == other.inputs
    assert (len(one.inputs), one.available) == (10, 50)
    assert len(of_outside(folder, described, languages=["sv"], everything=True).inputs) == 50


def test_a_set_that_is_not_fetched_is_named(at_hand):
    folder, described = at_hand()
    (folder / described.name / "rows.jsonl").unlink()
    with pytest.raises(Skipped, match="inte hämtad"):
        of_outside(folder, described, languages=["sv"])


def test_another_file_than_the_manifests_is_named_with_its_source(at_hand):
    folder, described = at_hand()
    (folder / described.name / "rows.jsonl").write_text("{}\n", "utf-8")
    with pytest.raises(Skipped, match=r"kontrollsumman skiljer.*https://example\.org/rows"):
        of_outside(folder, described, languages=["sv"])


def test_a_set_in_another_language_is_read_only_when_asked_for(at_hand):
    folder, described = at_hand(language="da")
    with pytest.raises(Skipped, match="inte på svenska"):
        of_outside(folder, described, languages=["sv"])
    assert len(of_outside(folder, described, languages=["sv", "da"]).inputs) == 4


def test_a_set_that_may_only_train_or_knows_no_label_is_named(at_hand):
    with pytest.raises(Skipped, match="alla filer i den är till för träning"):
        of_outside(*at_hand(licence="MIT"), languages=["sv"])
    rows = [{"question": "När?", "candidate_answers": ["Nu"], "label": 0}]
    with pytest.raises(Skipped, match="säger inget om etiketter eller sentiment"):
        of_outside(*at_hand(rows, name="superlim"), languages=["sv"])
