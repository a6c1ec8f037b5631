"""Near-copies and pet phrases, held against the slow and obvious way of finding them."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.corpus.repeats import ALIKE, SEQUENCE, near_duplicates, repeated_sequences, words

WORDS = st.sampled_from(
    ["jag", "vill", "att", "ni", "ska", "laga", "lampan", "vid", "bron", "i", "dag", "nu", "då"]
)
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=14).map(" ".join), max_size=12).map(
    lambda texts: {f"c{place}": text for place, text in enumerate(texts)}
)


def likeness(one, other):
    pairs = [set(zip(words(text), words(text)[1:], strict=False)) for text in (one, other)]
    return len(pairs[0] & pairs[1]) / len(pairs[0] | pairs[1])


@given(TEXTS)
@settings(deadline=None, max_examples=60)
def test_a_pair_that_is_named_is_alike(texts):
    for one, other in near_duplicates(texts):
        assert likeness(texts[one], texts[other]) >= ALIKE


def test_copies_with_other_punctuation_and_case_are_found():
    texts = {
        "a": "När öppnar badet i Ekhagen på lördag?",
        "b": "när öppnar badet i ekhagen på lördag",
        "c": "Varför stänger biblioteket i Lunden redan klockan fem?",
    }
    assert list(near_duplicates(texts)) == [("a", "b")]


def test_short_texts_may_be_alike():
    assert list(near_duplicates({"a": "Tack så mycket!", "b": "tack så mycket"})) == []


@given(TEXTS)
@settings(deadline=None, max_examples=60)
def test_sequences_are_those_that_a_loop_over_all_finds(texts):
    found = {
        sequence: set(names) for sequence, names in repeated_sequences(texts, most=1, allowed=())
    }
    expected = {}
    for (one, first), (other, second) in combinations(texts.items(), 2):
        told = words(first)
        for at in range(len(told) - SEQUENCE + 1):
            sequence = " ".join(told[at : at + SEQUENCE])
            if f" {sequence} " in f" {' '.join(words(second))} ":
                expected.setdefault(sequence, set()).update((one, other))
    assert found == expected


def test_a_set_phrase_may_recur():
    texts = dict.fromkeys("abcd", "Hej och tack för att du hör av dig till oss")
    assert list(repeated_sequences(texts, most=3, allowed=()))
    allowed = [
        "hej och tack för att du",
        "för att du hör av dig till oss",
        "tack för att du hör av",
    ]
    assert list(repeated_sequences(texts, most=3, allowed=allowed)) == [
        ("och tack för att du hör", ("a", "b", "c", "d"))
    ]
