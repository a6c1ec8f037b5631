"""Outside sets: what may train is decided by the licence, and a file must be the very one."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.corpus.outside import (
    PERMITTED,
    OutsideSet,
    is_at_hand,
    read_for_measuring,
    read_for_training,
    read_manifest,
)
from nlp.corpus.records import Fault
from nlp.errors import ArtefactError
from nlp.vocabulary import Sentiment

MANIFEST = Path(__file__).parents[2] / "data" / "outside-sets.toml"
LINE = '{"text": "Bra", "label": "positiv"}\n'


def described(licence, *, held_out=()):
    return OutsideSet(
        name="trustpilot-sv",
        source="https://example.org/reviews",
        licence=licence,
        language="sv",
        used_for="attitude",
        sha256={"reviews.jsonl": hashlib.sha256(LINE.encode()).hexdigest()},
        held_out=frozenset(held_out),
    )


@pytest.fixture
def fetched(tmp_path):
    (tmp_path / "trustpilot-sv").mkdir()
    (tmp_path / "trustpilot-sv" / "reviews.jsonl").write_text(LINE, encoding="utf-8")
    return tmp_path


def test_the_manifest_is_whole():
    sets, faults = read_manifest(MANIFEST)
    assert faults == []
    assert len({each.name for each in sets}) == len(sets) >= 10


def test_no_set_of_the_manifest_trains_unless_its_licence_permits_it():
    sets, _ = read_manifest(MANIFEST)
    for each in sets:
        if each.licence not in PERMITTED:
            assert each.training_files == ()
            with pytest.raises(ArtefactError, match="may not be trained on"):
                list(read_for_training(Path("nowhere"), each))
    assert {each.name for each in sets if each.training_files} == {
        *("brighter-swe", "swequad-mc", "ner-klintan", "dkhate", "surge-toxicity-en")
    }


@given(st.text(max_size=20))
def test_a_licence_that_is_not_known_to_permit_does_not(licence):
    if licence not in PERMITTED:
        assert described(licence).training_files == ()


def test_a_permitted_set_trains_but_for_what_is_held_out(fetched):
    assert [text.sentiment for text in read_for_training(fetched, described("CC-BY-4.0"))] == [
        Sentiment.POSITIVE
    ]
    held = described("CC-BY-4.0", held_out=["reviews.jsonl"])
    assert held.training_files == ()
    assert len(list(read_for_measuring(fetched, held))) == 1
    assert list(read_for_measuring(fetched, described("CC-BY-4.0"))) == []


def test_an_absent_set_says_where_to_fetch_it_and_where_to_put_it(tmp_path):
    assert not is_at_hand(tmp_path, described("MIT"))
    with pytest.raises(ArtefactError, match=r"https://example\.org/reviews .* put its files in"):
        list(read_for_training(tmp_path, described("MIT")))


def test_another_file_of_the_same_name_is_refused(fetched):
    (fetched / "trustpilot-sv" / "reviews.jsonl").write_text(LINE * 2, encoding="utf-8")
    with pytest.raises(ArtefactError, match="its checksum differs"):
        list(read_for_training(fetched, described("MIT")))


def test_a_set_without_a_licence_is_named_with_its_line(tmp_path):
    lines = MANIFEST.read_text(encoding="utf-8").split("\n")
    lines.remove('licence = "MIT"')
    manifest = tmp_path / "outside-sets.toml"
    manifest.write_text("\n".join(lines), encoding="utf-8")
    sets, faults = read_manifest(manifest)
    at = lines.index('name = "surge-toxicity-en"')  # the line before it opens the set
    assert faults == [Fault("outside-sets.toml", at, "surge-toxicity-en: licence saknas")]
    assert "surge-toxicity-en" not in {each.name for each in sets}


ENTRY = """
[[set]]
name = "ours"
source = "https://example.org"
licence = "MIT"
language = "sv"
used_for = "attitude"
held_out = ["a.csv"]
[set.sha256]
"a.csv" = "00"
"""


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('"MIT"', '" "', "ours: licence saknas"),
        ('["a.csv"]', "3", "ours: held_out ska vara en lista av filnamn"),
        ('["a.csv"]', '"a.csv"', "ours: held_out ska vara en lista av filnamn"),
        ('["a.csv"]', '["b.csv"]', "ours: b.csv hålls undan men har ingen kontrollsumma"),
        ('"00"', "3", "ours: sha256 ska vara en kontrollsumma för varje fil"),
    ],
)
def test_a_set_that_is_not_described_whole_is_named(tmp_path, right, wrong, said):
    manifest = tmp_path / "sets.toml"
    manifest.write_text(ENTRY.replace(right, wrong), encoding="utf-8")
    assert read_manifest(manifest) == ([], [Fault("sets.toml", 2, said)])


def test_a_set_described_twice_is_named(tmp_path):
    manifest = tmp_path / "sets.toml"
    manifest.write_text(ENTRY + ENTRY, encoding="utf-8")
    sets, faults = read_manifest(manifest)
    assert (len(sets), faults) == (1, [Fault("sets.toml", 12, "ours finns redan")])


@pytest.mark.parametrize("content", ["set = 3", 'set = ["a"]', 'set = [{name = "a"}]'])
def test_a_manifest_written_another_way_is_refused(tmp_path, content):
    (tmp_path / "sets.toml").write_text(content, encoding="utf-8")
    with pytest.raises(ArtefactError, match="does not open each set"):
        read_manifest(tmp_path / "sets.toml")


def test_a_file_in_another_encoding_is_named(tmp_path):
    (tmp_path / "sets.toml").write_bytes("# på".encode("latin-1"))
    with pytest.raises(ArtefactError, match=r"sets\.toml is not UTF-8"):
        read_manifest(tmp_path / "sets.toml")


@pytest.mark.parametrize("each", read_manifest(MANIFEST)[0], ids=lambda each: each.name)
def test_every_set_at_hand_can_be_read(each):
    folder = MANIFEST.parent / "outside"
    if not is_at_hand(folder, each):
        pytest.skip(f"{each.name} is not fetched")
    read = list(read_for_measuring(folder, each))
    if each.training_files:
        read += read_for_training(folder, each)
    assert len(read) >= 100
