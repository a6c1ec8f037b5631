"""JSON with half an emoji in it, from a text that was cut in the middle of one."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.sources import json_values
from tests.sources.reading import read

THREAD = {
    "version": 1,
    "channel": "facebook",
    "post": {"id": "p1"},
    "comments": [{"id": "c1", "created": "2026-03-02T09:00:00Z", "text": "Bra jobbat HALF"}],
}


def broken(told):
    return json.dumps(told).replace("HALF", "\\ud83d")


def test_half_an_emoji_is_no_question_and_keeps_no_comment_out(write):
    comment = {"id": "1_2", "created_time": "2026-03-02T09:00:00+0000", "message": "Bra HALF"}
    page = {"data": [comment | {"like_count": 0}]}
    [graph] = read(write(broken(page))).comments
    assert graph.text == "Bra \N{REPLACEMENT CHARACTER}"
    for text in (broken(THREAD), broken(THREAD) + "\n", broken([THREAD])):
        [exchanged] = read(write(text)).comments
        assert exchanged.text == "Bra jobbat \N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        (rb"\ud83d", rb"\ufffd"),
        (rb"\uDE21!", rb"\ufffd!"),
        (rb"\ud83d\ud83d\ude21", rb"\ufffd\ud83d\ude21"),
        (rb"\\ud83d", rb"\\ud83d"),
        (rb"\\\ud83d", rb"\\\ufffd"),
        (rb"\ud83d\\ude21", rb"\ufffd\\ude21"),
        (rb"\u00e5\n\ud83d\ude21", rb"\u00e5\n\ud83d\ude21"),
    ],
)
def test_only_a_half_that_stands_alone_is_mended(written, mended):
    assert json_values.mended(written) == mended


class Dripping:
    """A stream that gives as few bytes at a time as the test says."""

    def __init__(self, content, size):
        self.content, self.size = content, size

    def read(self, _size=-1):
        piece, self.content = self.content[: self.size], self.content[self.size :]
        return piece


PIECES = st.sampled_from([b"\\\\", rb"\ud83d", rb"\ude21", rb"\u00e5", b"ud83d", b"x" * 9, rb"\n"])


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, max_size=12).map(b"".join), st.integers(1, 20))
def test_where_a_file_is_cut_into_pieces_makes_no_difference(content, size):
    stream = json_values._Mended(Dripping(content, size))
    assert b"".join(iter(stream.read, b"")) == json_values.mended(content)
