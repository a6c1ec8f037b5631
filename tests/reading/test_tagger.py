"""Where a comment's sentences end, and which dictionary form a word has."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.tagger import content_lemmas, lemma, related, sentences
from tests.builders import tagger


def _split(text):
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("När öppnar ni? Och kostar det något?", ["När öppnar ni?", "Och kostar det något?"]),
        ("Hej!! Öppet bl.a. på lördag.", ["Hej!!", "Öppet bl.a. på lördag."]),
        ("Vi ses kl. 12.30 vid grinden", ["Vi ses kl. 12.30 vid grinden"]),
        (
            "Läs mer på www.stockholm.se. Välkommen!",
            ["Läs mer på www.stockholm.se.", "Välkommen!"],
        ),
        ("Det kostade 12.500 kr. Varför?", ["Det kostade 12.500 kr.", "Varför?"]),
        ("Klart den 3. maj eller den 4. Juni", ["Klart den 3. maj eller den 4. Juni"]),
        ("Vi väntade till 12. Ingen kom.", ["Vi väntade till 12.", "Ingen kom."]),
        ("1. Ring först\n2. Kom sedan", ["1. Ring först", "2. Kom sedan"]),
        ("jag var där igår. det var stängt", ["jag var där igår.", "det var stängt"]),
        ("Stängt badet.Och parken?Ja", ["Stängt badet.", "Och parken?", "Ja"]),
        ("FYRA FACK.VÅR UPPFART ÄR SMAL", ["FYRA FACK.", "VÅR UPPFART ÄR SMAL"]),
        ("Så fint 😍 När blir det klart?", ["Så fint 😍", "När blir det klart?"]),
        ("Så fint 😍😍 när blir det klart", ["Så fint 😍😍", "när blir det klart"]),
        ("jag 😂 dör", ["jag 😂 dör"]),
        ("Hurra! 🎉🎉 Vi kommer", ["Hurra! 🎉🎉", "Vi kommer"]),
        ("Tiden går.. är den kvar… undrar jag", ["Tiden går..", "är den kvar…", "undrar jag"]),
        ("Rad ett\nrad två\n\nrad tre", ["Rad ett", "rad två", "rad tre"]),
        ("Bra (!) gjort. Han sa ”nej.” Sen då?", ["Bra (!) gjort.", "Han sa ”nej.”", "Sen då?"]),
        ("Handläggare A. Svensson ringde. Tack", ["Handläggare A. Svensson ringde.", "Tack"]),
        ("kolla @~k3f9a.tack snälla", ["kolla @~k3f9a.tack snälla"]),
        ("https://bad.se/tider?dag=1. Se där", ["https://bad.se/tider?dag=1.", "Se där"]),
        ("😍😍", ["😍😍"]),
        ("???", ["???"]),
        ("", []),
        (" \n \t ", []),
    ],
)  # fmt: skip
def test_sentences_end_where_a_reader_hears_them_end(text, expected):
    assert _split(text) == expected


COMMENT_LIKE = st.text(
    alphabet=st.one_of(
        st.sampled_from("abcåäöABCÅÄÖ 0123.,!?…\n\t()[]\"'/@#-–😍❤\ufe0f👍"),
        st.characters(codec="utf-8"),
    ),
    max_size=80,
)


@settings(deadline=None, max_examples=300)
@given(COMMENT_LIKE)
def test_spans_are_in_order_apart_inside_and_cover_all_that_is_not_space(text):
    covered = set()
    reached = 0
    for start, end in sentences(text):
        assert reached <= start < end <= len(text)
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        covered.update(range(start, end))
        reached = end
    assert all(place in covered for place, sign in enumerate(text) if not sign.isspace())


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "a😍",
        "kl. ",
        ".",
        "a.",
        "😍",
        "@",
        "a@",
        "\n",
        " ",
        "a-",
        "😍 ",
        "www.",
        "(",
        "abc.d",
        "..a",
    ],
)
def test_no_hostile_text_stalls_a_reading(piece):
    text = piece * (40_000 // len(piece))
    start = time.process_time()
    sentences(text)
    assert time.process_time() - start < 10


def test_a_tagged_text_has_the_same_sentences():
    text = "Så bra 😍😍 När öppnar badet.Och kl. 12.30?\nJa"
    tagged = [(s.start_char, s.end_char) for s in tagger()(text).sents]
    assert [start for start, _ in tagged] == [start for start, _ in sentences(text)]


@settings(deadline=None, max_examples=60)
@given(COMMENT_LIKE)
def test_any_text_can_be_tagged(text):
    tagged = tagger()(text)
    assert tagged.text == text
    assert all(token.lemma_ for token in tagged)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("bänkarna", "bänk"),
        ("Papperskorgarna", "papperskorg"),
        ("öppnar", "öppna"),
        ("gick", "gå"),
        ("avgift", "avgift"),
        ("avgiften", "avgift"),
        ("såååå", "så"),
        ("braaaa", "bra"),
        ("SNÖRÖJNINGEN", "snöröjning"),
        ("162", "162"),
        ("😍", "😍"),
        ("ogästvänlig", "ogästvänlig"),
    ],
)
def test_a_word_is_known_by_its_dictionary_form(word, expected):
    assert lemma(word) == expected


def test_words_without_matter_masks_and_mentions_are_no_content():
    text = "Hej @~k3f9a! När öppnar badet? Skriv till [e-post] kl 8, jag tar buss 162"
    assert set(content_lemmas(text)) == {"öppna", "bad", "skriv", "buss", "162"}


def test_compounds_are_related_to_their_parts_but_not_every_word_that_begins_alike():
    assert related("avgift", "parkeringsavgift")
    assert related("lekpark", "lekparksplan")
    assert not related("bil", "bild")
    assert not related("bänk", "staket")
