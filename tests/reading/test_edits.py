"""An edited text knows where each of its parts came from."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.edits import Edited

quick = settings(deadline=None, max_examples=200)


@st.composite
def edits_of(draw, length):
    """Edits of a text of that length: in order and apart."""
    cuts = sorted(draw(st.lists(st.integers(0, length), max_size=8)))
    cuts = cuts[: len(cuts) // 2 * 2]
    return [
        (start, end, draw(st.text("xyz", max_size=3)))
        for start, end in zip(cuts[::2], cuts[1::2], strict=True)
    ]


@st.composite
def text_and_edits(draw):
    text = draw(st.text("abcdefåäö", max_size=30))
    return text, draw(edits_of(len(text)))


def naive_replace(text, edits):
    """The text after the edits, and for each of its signs the span that it came from."""
    result, origins, done = "", [], 0
    for start, end, replacement in [*edits, (len(text), len(text), "")]:
        result += text[done:start] + replacement
        origins += [(place, place + 1) for place in range(done, start)]
        origins += [(start, end)] * len(replacement)
        done = end
    return result, origins


def test_unchanged_text_maps_to_itself_and_holds_no_alignment():
    edited = Edited.unchanged("När öppnar badet?")
    assert edited.text == "När öppnar badet?"
    assert edited.rounds == ()
    assert edited.origin_span(4, 10) == (4, 10)


def test_no_edits_give_the_same_value():
    edited = Edited.unchanged("hej")
    assert edited.replace([]) is edited


def test_a_span_covers_all_of_a_replacement_that_it_touches():
    edited = Edited.unchanged("ring 070-174 06 05 nu").replace([(5, 18, "[nr]")])
    assert edited.text == "ring [nr] nu"
    assert edited.origin_span(0, 4) == (0, 4)
    assert edited.origin_span(6, 8) == (5, 18)
    assert edited.origin_span(5, 12) == (5, 21)
    assert edited.origin_span(10, 12) == (19, 21)


def test_what_was_deleted_at_the_edge_stays_outside():
    edited = Edited.unchanged("ab--cd").replace([(2, 4, "")])
    assert edited.origin_span(0, 2) == (0, 2)
    assert edited.origin_span(2, 4) == (4, 6)
    assert edited.origin_span(1, 3) == (1, 5)
    assert edited.origin_span(2, 2) == (2, 2)


@pytest.mark.parametrize(
    "edits", [[(2, 1, "")], [(0, 2, ""), (1, 3, "")], [(2, 3, ""), (0, 1, "")], [(0, 9, "")]]
)
def test_edits_out_of_order_or_outside_are_refused(edits):
    with pytest.raises(ValueError, match="in order"):
        Edited.unchanged("abc").replace(edits)


@pytest.mark.parametrize("span", [(-1, 1), (2, 1), (0, 4)])
def test_spans_outside_the_text_are_refused(span):
    with pytest.raises(ValueError, match="outside"):
        Edited.unchanged("abc").origin_span(*span)


def test_the_text_is_in_no_repr():
    edited = Edited.unchanged("hemligt namn").replace([(0, 1, "H")])
    assert "hemligt" not in repr(edited)
    assert "emligt" not in repr(edited)


@quick
@given(text_and_edits(), st.data())
def test_every_span_is_what_sign_by_sign_bookkeeping_gives(case, picks):
    text, edits = case
    edited = Edited.unchanged(text).replace(edits)
    result, origins = naive_replace(text, edits)
    assert edited.text == result
    if result:
        start = picks.draw(st.integers(0, len(result) - 1))
        end = picks.draw(st.integers(start + 1, len(result)))
        assert edited.origin_span(start, end) == (origins[start][0], origins[end - 1][1])


@quick
@given(text_and_edits(), st.data())
def test_two_rounds_map_back_one_after_the_other(case, picks):
    text, edits = case
    once = Edited.unchanged(text).replace(edits)
    later = picks.draw(edits_of(len(once.text)))
    twice = once.replace(later)
    alone = Edited.unchanged(once.text).replace(later)
    assert twice.text == alone.text
    start = picks.draw(st.integers(0, len(twice.text)))
    end = picks.draw(st.integers(start, len(twice.text)))
    assert twice.origin_span(start, end) == once.origin_span(*alone.origin_span(start, end))


@quick
@given(text_and_edits(), st.data())
def test_spans_lie_inside_the_original_and_grow_with_what_they_cover(case, picks):
    text, edits = case
    edited = Edited.unchanged(text).replace(edits)
    start = picks.draw(st.integers(0, len(edited.text)))
    end = picks.draw(st.integers(start, len(edited.text)))
    low, high = edited.origin_span(start, end)
    assert 0 <= low <= high <= len(text)
    if start < end:
        whole_low, whole_high = edited.origin_span(0, len(edited.text))
        assert whole_low <= low
        assert high <= whole_high
