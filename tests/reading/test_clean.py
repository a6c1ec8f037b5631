"""Cleaning takes away what nobody sees and leaves what people wrote."""

import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlp.clean import MARKS_IN_A_ROW, clean

ODD_SIGNS = (
    " \n\r\t\v\x00\x1c\x85\xa0\xad\u2028\u200b\u200c\u200d\u202e\ufe0f\u20e3\ufeff\ud83d"
    "#1a❤👩🏽🔥🏴\U000e0067\U000e007fåo\u030a\u0308\u0316\u0301\u0344\ufb2c\u0f73\u1f82\u0958"
    "یا\u2329\u2adc\u2add\u0338\u1100\u1161\u11a8"
)
odd_texts = st.text(st.one_of(st.characters(), st.sampled_from(ODD_SIGNS)), max_size=60)


@pytest.mark.parametrize(
    "text",
    [
        "När öppnar badet?",
        "Sååååå BRAAA!!! 😍😍 #stockholm",
        "Rad ett\nrad två\n\nnytt stycke",
        "👩🏽‍🚒 👨‍👩‍👧‍👦 ❤️‍🔥 1️⃣ ☹️ 🏳️‍🌈 🇸🇪 🏴󠁧󠁢󠁷󠁬󠁳󠁿",
        "می‌خواهم",
        "https://start.stockholm/?a=b&c=%C3%A5",
        "",
    ],
)
def test_what_people_write_stays_as_it_is(text):
    cleaned = clean(text)
    assert cleaned.text == text
    assert cleaned.rounds == ()


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("A\u030angstro\u0308m", "Ångström"),
        ("ett  två\xa0\xa0tre\u2009fyra\tfem", "ett två tre fyra fem"),
        ("rad\r\nrad\rrad\u2028rad", "rad\nrad\nrad\nrad"),
        ("stycke \n \r\n\n\n stycke", "stycke\n\nstycke"),
        ("  \n hej \xa0\n", "hej"),
        (" \u200b\n", ""),
        ("\ufeffbo\xadstad\u200b\u2060s\x00k\x9fö", "bostadskö"),
        ("\u202egnirps\u202c \u200fنعم\u200e", "gnirps نعم"),
        ("a\u200db", "ab"),
        ("hej\ufe0f", "hej"),
        ("bra \ud83d", "bra"),
        ("👍\U000e0068\U000e0069", "👍"),
    ],
)
def test_what_nobody_sees_goes(text, cleaned):
    assert clean(text).text == cleaned


def test_a_letter_keeps_no_more_marks_than_any_script_needs():
    assert clean("h" + "\u0336" * 500).text == "h" + "\u0336" * MARKS_IN_A_ROW


def test_the_cleaned_text_leads_back_to_the_original():
    cleaned = clean("\ufeff Hej   da\u030a,\r\n\r\n\r\nbadet!")
    assert cleaned.text == "Hej då,\n\nbadet!"
    assert cleaned.origin_span(0, 3) == (2, 5)
    assert cleaned.origin_span(4, 6) == (8, 11)
    assert cleaned.origin_span(9, 15) == (18, 24)


@settings(deadline=None, max_examples=500)
@given(odd_texts)
@example("a" + "\u0344" * 16)
@example("\u2329\ufe0f")
def test_cleaning_twice_is_cleaning_once(text):
    once = clean(text)
    again = clean(once.text)
    assert again.text == once.text
    assert again.rounds == ()


@settings(deadline=None, max_examples=300)
@given(odd_texts)
def test_a_cleaned_text_is_composed_and_folded(text):
    cleaned = clean(text).text
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned == cleaned.strip()
    assert not {"  ", "\n\n\n", "\r", "\t", "\xa0", "\x00"} & {
        cleaned[place : place + size] for size in (1, 2, 3) for place in range(len(cleaned))
    }
    cleaned.encode()


@pytest.mark.parametrize(
    "hostile",
    [" ", "\n ", "\r\n", "\u200b", "❤\u200d", "e\u0301", "a\u0301\u0316" * 9, "\u0301\u0316", "å"],
)
def test_no_hostile_text_stalls_an_import(hostile):
    text = (hostile * 200_000)[:200_000]
    started = time.process_time()
    clean(text)
    # A third of a second when linear; minutes when the time grows with the square.
    assert time.process_time() - started < 10
