"""A comment's language: Swedish unless something else shows, nothing where there are no words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.language import UNKNOWN, detect, detect_many

COMMENTS = {
    "sv": [
        "När öppnar badet?",
        "Hej hej",
        "Jaha, typiskt kommunen",
        "Tack!",
        "Nice!",
        "Toppen",
        "asså va fan e de här",
        "nån som vet va som händer me lekplatsen",
        "Skärpning!!!",
        "kmr ni ploga nån gång lr",
        "shit va fint de blev",
        "Wow, love it, så himla fint blev det",
        "Kan ni fixa lampan vid Odenplan",
        "Bra jobbat Stockholms stad",
        "fyfan va dåligt",
        "Vi väntar fortfarande på svar...",
        "Ring mig på [telefonnummer] tack",
        "@~abcdefghij ska vi gå",
        "Ikväll kl 19 vid Medis",
        "Cyklar överallt, folk ramlar",
        "Grattis till vinnarna!",
        "Sista gången jag åker buss 4",
        "OMG så gulligt",
        "Heja Hammarby",
        "Vart anmäler man fel",
    ],
    "en": [
        "Thank you!",
        "So beautiful",
        "When does the pool open?",
        "Is there parking for bikes nearby?",
        "The metro is closed again, why?",
        "Great job Stockholm!",
        "I have been waiting three weeks for an answer",
        "Can someone please translate",
    ],
    "fi": [
        "Kiitos!",
        "Milloin kirjasto aukeaa?",
        "Miksi uimahalli on kiinni taas?",
        "Tämä on todella hyvä asia kaikille lapsille",
    ],
    "da": ["Det er ikke første gang, at jeg har oplevet det på jeres bibliotek"],
    "nb": [
        "Jeg synes dere burde åpne biblioteket tidligere på lørdager, hvorfor gjør dere ikke det"
    ],
    "de": ["Wann öffnet das Schwimmbad am Wochenende wieder?"],
    "es": ["¿Cuándo abre la piscina los domingos?"],
    "fr": ["Pourquoi la bibliothèque est-elle fermée aujourd'hui ?"],
    "pl": ["Kiedy będzie otwarty basen w niedzielę?"],
    "tr": ["Kütüphane pazar günleri neden kapalı?"],
    "so": ["Maxaa maktabadda loo xiray maanta oo dhan?"],
    "ar": ["متى تفتح المكتبة؟", "شكرا", "شكرا Stockholm جزيلا"],
    "fa": ["چرا کتابخانه امروز بسته است؟"],
    "uk": ["Коли відкривається басейн у вихідні?"],
    "ru": ["Почему библиотека сегодня закрыта?"],
}


@pytest.mark.parametrize(
    ("text", "language"), [(text, code) for code, texts in COMMENTS.items() for text in texts]
)
def test_comments_as_people_write_them(text, language):
    assert detect(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "😍😍😍",
        "👏🏽!!",
        "2026",
        "https://start.stockholm/badet",
        "@lisa",
        "...",
        "[e-post]",
    ],
)
def test_what_has_no_words_has_no_language(text):
    assert detect(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "图书馆什么时候开门 Stockholm?",
        "谢谢",
        "図書館はいつ開きますか",
        "도서관은 언제 열어요?",
        "ห้องสมุดเปิดเมื่อไหร่",
        "Γιατί είναι κλειστό;",
        "מתי נפתחת הספרייה?",
        "पुस्तकालय कब खुलता है?",
        "ቤተ መጻሕፍት መቼ ይከፈታል?",
        "Գրադարանը ե՞րբ է բացվում",
    ],
)
def test_a_script_of_none_of_our_languages_is_foreign_all_the_same(text):
    assert detect(text) == UNKNOWN


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("¯\\_(ツ)_/¯", None),
        ("ಠ_ಠ", None),
        ("ツ H", "sv"),
        ("Tack 谢谢", "sv"),
        ("Kolla bion Αθήνα på lördag", "sv"),
    ],
)
def test_a_drawn_face_or_a_foreign_word_makes_no_language(text, language):
    assert detect(text) == language


def test_links_mentions_and_masks_do_not_speak():
    assert detect("https://www.example.com/the-new-library-is-open-now-for-you") is None
    assert detect("@theonlyone [telefonnummer] Is it open on Sundays?") == "en"
    assert detect("#bibliotek öppet") == "sv"


def test_many_comments_keep_their_order():
    assert detect_many(["Tack!", "😍", "Thank you!"]) == ["sv", None, "en"]
    assert detect_many([]) == []


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=80))
def test_any_text_has_a_code_or_none(text):
    language = detect(text)
    assert language in (None, UNKNOWN) or (len(language) == 2 and language.islower())


def test_a_long_text_costs_no_more_than_its_beginning():
    assert detect("Så bra! " * 100_000) == "sv"
