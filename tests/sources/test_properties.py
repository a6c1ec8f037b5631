"""What holds for every file and every text."""

import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from service.errors import FileRefused
from service.sources import SOURCES, SourceFile, detect
from service.sources.facebook_download import repaired
from service.sources.fields import MAX_COMMENT_LENGTH
from service.sources.raw import ImportOptions, RawComment, RawPost, Rejection, Remark
from tests.sources.reading import FIXTURES, read

SWEDISH = st.text(alphabet="abc åäöÅÄÖé!?.,\n😡💙❄️")
SEEDS = [path.read_bytes() for path in sorted(FIXTURES.iterdir())]
TOKENS = [
    *(b"null", b"true", b"[]", b"{}", b'""', b"-1", b"1e400", b"9" * 25, b'"\\ud800"', b"1.5"),
    *(b'"', b",", b";", b"\n", b"\r", b"\x00", b"\xff", b"{", b"}", b"[", b"]", b"\xc3", b"<"),
]
AS_IT_COMES = settings(
    deadline=None,
    max_examples=120,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@given(text=st.one_of(st.text(), SWEDISH))
@settings(deadline=None, max_examples=200)
def test_mending_what_is_mended_changes_nothing(text):
    assert repaired(repaired(text)) == repaired(text)


@given(text=SWEDISH)
@settings(deadline=None, max_examples=200)
def test_mending_clean_swedish_changes_nothing_and_mending_broken_brings_it_back(text):
    assert repaired(text) == text
    assert repaired(text.encode().decode("latin-1")) == text


@st.composite
def damaged(draw):
    """A fixture in which a few bytes have been lost, changed or put in."""
    content = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(len(content) - 1, 0)))
        lost = draw(st.sampled_from([0, 1, 1, 7, 100_000]))
        content[place : place + lost] = draw(st.sampled_from(TOKENS))
    return bytes(content)


@given(content=st.one_of(st.binary(max_size=300), damaged()))
@example(content=b"[" * 3_000)
@example(content=b'{"a":' + b"9" * 5_000 + b"}")
@example(content=b"\xff\xfe{\x00")
@AS_IT_COMES
def test_whatever_a_file_holds_it_is_read_or_refused(content, tmp_path):
    path = tmp_path / "fil"
    path.write_bytes(content)
    options = [ImportOptions(), ImportOptions(post_id="1", timezone="Europe/Stockholm")]
    for option in options:
        for choose in (detect, *(lambda _, source=source: source for source in SOURCES)):
            with suppress(FileRefused):
                file = SourceFile(path)
                for record in choose(file).records(file, option):
                    check(record)


def check(record):
    """Every record is of a kind and within its bounds."""
    assert isinstance(record, RawComment | RawPost | Rejection | Remark)
    if isinstance(record, RawComment):
        assert len(record.text) <= MAX_COMMENT_LENGTH
        assert record.post_id
        assert record.id != ""
        assert record.created.utcoffset().total_seconds() == 0
        assert record.likes is None or 0 <= record.likes <= 2**53
        record.text.encode()
    if isinstance(record, Rejection):
        assert record.reason.endswith(".")


@pytest.mark.parametrize("name", ["exchange.jsonl", "comments_sv.csv", "graph_comments_page.json"])
def test_reading_twice_gives_the_same(name):
    assert read(name).records == read(name).records


def test_a_long_file_is_never_in_memory_as_a_whole(tmp_path):
    row = b'{"id":"900_1","message":"%s","created_time":"2026-09-15T06:05:12+0000","like_count":1},'
    path = tmp_path / "kommentarer.json"
    with path.open("wb") as stream:
        stream.write(b'{"data":[')
        for _ in range(4_000):
            stream.write(row % (b"Hej " * 1_000))
        stream.write(row[:-1] % b"Sist" + b"]}")
    tracemalloc.start()
    try:
        file = SourceFile(path)
        count = sum(1 for _ in detect(file).records(file, ImportOptions()))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 4_002
    assert peak < path.stat().st_size / 2
