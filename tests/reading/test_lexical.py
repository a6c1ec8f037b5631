"""What the lexical reader sees in a comment, by the examples of the annotation guide."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.errors import ArtefactError
from nlp.lexicon import Lexicon, MatchBy
from nlp.phrases import Phrases
from nlp.readers.cues import LEXICONS
from nlp.readers.lexical import LexicalReader
from nlp.readers.reader import LABELS, SENTIMENTS, ReaderInput
from nlp.scoring import follow_up, reply
from nlp.vocabulary import Evidence, Label
from tests.builders import lexical_reader, lexicons, phrases, tagger


def _number(label, text, **context):
    answer = lexical_reader().read([ReaderInput(text=text, **context)])
    return answer.labels[0][LABELS.index(Label(label))]


HOLDS = {
    "question": [
        "När öppnar badet?",
        "Undrar om man får ta med hund",
        "Hittar ingenstans var man anmäler sig…",
        "öppet på midsommar?",
        "hur gör man för att söka plats på kulturskolan",
        "Nån som vet om simhallen har öppet på söndag",
        "Lampan vid nr 12 är trasig, vem anmäler man till?",
    ],
    "complaint": [
        "Tredje veckan utan sophämtning",
        "Så dålig idé att stänga biblioteket",
        "Ni svarar ju aldrig",
        "Skandal att ni lägger ner skolan",
        "Hur svårt kan det vara??",
    ],
    "suggestion": [
        "Sätt upp fler papperskorgar vid bryggan",
        "Varför inte ha kvällsöppet på torsdagar?",
        "Önskar en hundrastgård i Rågsved",
        "Kan ni inte sätta upp fler bänkar?",
    ],
    "praise": ["Tack för snabb hjälp!", "Bästa lekplatsen 😍", "👏👏", "Vad fint det blev"],
    "needs_reply": [
        "När öppnar badet?",
        "Tredje veckan utan sophämtning på Hornsgatan, vi har ringt fyra gånger",
        "Gungan i parken har gått sönder",
    ],
    "uncivil": ["dra åt helvete", "inkompetenta jävla idioter", "Vilka clowner ni är"],
    "toxic": ["inkompetenta jävla idioter", "Hoppas du dör", "Jag vet var du bor, akta dig"],
    "reasoned": [
        "Stäng inte biblioteket, min dotter läser läxor där eftersom det är trångt hemma",
        "Fel beslut. Enligt er egen plan skulle skolan vara kvar till 2030",
    ],
    "on_topic": ["Bra att badet öppnar"],
    "fault_report": [
        "Lampan vid nr 12 är trasig, vem anmäler man till?",
        "Gungan i parken har gått sönder",
        "Oplogat övergångsställe vid skolan, barnen får gå i vägen",
    ],
    "legal_review": ["Jag vet var du bor, akta dig", "Romer är tjuvar, kasta ut dem med våld"],
    "personal_data": ["Ring mig på [telefonnummer]", "Jag bor på Ringvägen [husnummer]"],
}

HOLDS_NOT = {
    "question": [
        "Hur svårt kan det vara??",
        "Är ni inte kloka?",
        "@~k3f9aaaaaa ska vi gå?",
        "Kan ni inte sätta upp fler bänkar?",
        "Tack för hjälpen!",
        "När jag var liten badade vi där varje dag",
    ],
    "complaint": ["När öppnar badet?", "Bästa lekplatsen 😍", "Vi ses på lördag"],
    "suggestion": ["Fixa detta!", "Skärpning!", "Börja ploga då!", "När öppnar badet?"],
    "praise": ["inte bra alls", "Grattis Lisa!", "Vi kom in! Längtar"],
    "needs_reply": ["Tack för snabb hjälp!", "@~k3f9aaaaaa kolla här", "Hoppas du dör"],
    "uncivil": ["Det här är ett uselt beslut av nämnden"],
    "toxic": ["Vilka clowner ni är", "Fan vad bra!"],
    "reasoned": ["Så dåligt!", "När öppnar badet?"],
    "on_topic": ["Earn 900€ a day, link in bio"],
    "fault_report": ["länken på hemsidan funkar inte", "När öppnar badet?"],
    "legal_review": ["inkompetenta jävla idioter"],
    "personal_data": ["Ring mig gärna", "Lampan vid Ringvägen [husnummer] är trasig"],
}


@pytest.mark.parametrize(
    ("label", "text"), [(label, text) for label, texts in HOLDS.items() for text in texts]
)
def test_the_label_holds(label, text):
    assert _number(label, text) >= 0.5


@pytest.mark.parametrize(
    ("label", "text"), [(label, text) for label, texts in HOLDS_NOT.items() for text in texts]
)
def test_the_label_does_not_hold(label, text):
    assert _number(label, text) < 0.5


@pytest.mark.parametrize(
    ("attitude", "text"),
    [
        ("positive", "Bästa lekplatsen 😍"),
        ("positive", "Tack så mycket för hjälpen"),
        ("positive", "Vi kom in! Längtar"),
        ("positive", "❤️"),
        ("positive", "inte dåligt alls, tvärtom jättebra"),
        ("negative", "Så dålig idé att stänga biblioteket"),
        ("negative", "inte bra"),
        ("negative", "👎"),
        ("negative", "😡"),
        ("negative", "Fin park men dålig belysning och trasiga bänkar, riktigt trist"),
        ("neutral", "När öppnar badet?"),
        ("neutral", "Bussen går från torget kl 12"),
        ("neutral", "@~k3f9aaaaaa kolla"),
    ],
)
def test_the_sentiment_is(attitude, text):
    row = lexical_reader().read([ReaderInput(text=text)]).sentiment[0]
    assert SENTIMENTS[row.argmax()] == attitude


def test_words_of_the_post_make_a_comment_more_on_topic():
    text = "Badhuset i Farsta behöver längre öppettider"
    assert _number("on_topic", text, post_text="Farsta badhus har öppnat igen") > _number(
        "on_topic", text, post_text="Sök plats på kulturskolan"
    )


def test_it_says_which_words_a_label_rests_on():
    text = "Tack för snabb hjälp! Men lampan är trasig igen."
    shown = {(one.label, text[one.start : one.end]) for one in lexical_reader().explain(text)}
    assert (Label.PRAISE, "Tack för snabb") in shown
    assert (Label.FAULT_REPORT, "trasig") in shown
    assert (Label.COMPLAINT, "igen") in shown


def test_a_question_is_shown_by_its_whole_sentence():
    text = "Vi var där igår. När öppnar kiosken?"
    assert Evidence(Label.QUESTION, 17, 36) in lexical_reader().explain(text)


CUES = [
    "inte", "bra", "dåligt", "tack", "idioter", "?", "!", "😍", "👎", "trasig", "lampan", "Varför",
    "Kan ni", ".", "\n", "@~abc", "döda", "[telefonnummer]", "eftersom", "förslag", "MEN",
]  # fmt: skip
ANY_COMMENT = st.lists(st.one_of(st.sampled_from(CUES), st.text(max_size=6)), max_size=12).map(
    " ".join
)


@settings(deadline=None, max_examples=150)
@given(st.lists(ANY_COMMENT, max_size=4))
def test_numbers_are_probabilities_and_sentiments_sum_to_one(texts):
    answer = lexical_reader().read([ReaderInput(text=text) for text in texts])
    assert answer.labels.shape == (len(texts), len(LABELS))
    assert answer.sentiment.shape == (len(texts), len(SENTIMENTS))
    assert ((answer.labels >= 0) & (answer.labels <= 1)).all()
    assert ((answer.sentiment >= 0) & (answer.sentiment <= 1)).all()
    assert np.allclose(answer.sentiment.sum(axis=1), 1)
    toxic, uncivil = LABELS.index(Label.TOXIC), LABELS.index(Label.UNCIVIL)
    assert (answer.labels[:, uncivil] >= answer.labels[:, toxic]).all()


@settings(deadline=None, max_examples=60)
@given(st.lists(ANY_COMMENT, min_size=2, max_size=4))
def test_a_comment_reads_the_same_alone_and_among_others(texts):
    inputs = [ReaderInput(text=text) for text in texts]
    together = lexical_reader().read(inputs)
    for row, one in enumerate(inputs):
        alone = lexical_reader().read([one])
        assert (alone.labels[0] == together.labels[row]).all()
        assert (alone.sentiment[0] == together.sentiment[row]).all()


@settings(deadline=None, max_examples=100)
@given(ANY_COMMENT)
def test_what_is_shown_lies_inside_the_text(text):
    for one in lexical_reader().explain(text):
        assert 0 <= one.start < one.end <= len(text)


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("inte bra", True),
        ("inte alls särskilt bra", True),
        ("Det blev aldrig bra", True),
        ("bra", False),
        ("inte dyrt, men bra", False),
        ("Det regnar inte. Badet är bra", False),
        ("inte bara bra", False),
    ],
)
def test_a_negation_reaches_some_words_ahead_within_its_clause(text, negated):
    hits = [hit for s in phrases().sentences(text) for hit in s.of("positive")]
    assert [hit.negated for hit in hits if hit.phrase == "bra"] == [negated]


def test_of_overlapping_phrases_the_longest_counts():
    hits = [hit for s in phrases().sentences("Stort tack för svaret") for hit in s.of("praise")]
    assert "tack" not in {hit.phrase for hit in hits}


HEADER = "phrase\tweight\tby\tnote"


def test_a_lexicon_is_read_row_by_row():
    lexicon = Lexicon.parse("fault", [HEADER, "trasig\t3\tlemma\tfel\n", "", "*kaos\t2\tpart\t"])
    assert [entry.phrase for entry in lexicon.entries] == ["trasig", "*kaos"]
    assert [entry.by for entry in lexicon.entries] == [MatchBy.LEMMA, MatchBy.PART]
    assert lexicon.entries[0].weight == 3.0


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([], "line 1"),
        (["ord\tvikt"], "line 1"),
        ([HEADER], "line 1"),
        ([HEADER, "bra\t1\tform"], "line 2"),
        ([HEADER, "bra\tmycket\tform\t"], "line 2"),
        ([HEADER, "bra\tnan\tform\t"], "line 2"),
        ([HEADER, "bra\t1\tljud\t"], "line 2"),
        ([HEADER, "Bra\t1\tform\t"], "line 2"),
        ([HEADER, "\t1\tform\t"], "line 2"),
        ([HEADER, "bra*\t1\tform\t"], "line 2"),
        ([HEADER, "bra\t1\tpart\t"], "line 2"),
        ([HEADER, "br*a\t1\tpart\t"], "line 2"),
        ([HEADER, "fint\t1\tform\t", "bra\t1\tform\t", "bra\t2\tform\t"], "line 4"),
    ],
)
def test_a_broken_row_is_refused_with_file_and_line(lines, told):
    with pytest.raises(ArtefactError, match=rf"praise\.tsv, {told}:"):
        Lexicon.parse("praise", lines)


def test_a_missing_lexicon_is_named():
    some = {name: lexicon for name, lexicon in lexicons().items() if name != "threat"}
    with pytest.raises(ArtefactError, match=r"threat\.tsv"):
        LexicalReader(some, tagger(), version="1")


def test_every_shipped_lexicon_is_read_by_some_rule():
    read = {*LEXICONS, *reply.LEXICONS, *follow_up.LEXICONS, "negator", "intensifier"}
    assert set(lexicons()) == read


def test_every_shipped_phrase_is_found_in_itself():
    for name, lexicon in lexicons().items():
        found = Phrases(lexicons(), tagger(), names=[name])
        for entry in lexicon.entries:
            text = entry.phrase.replace("*", "prov")
            assert any(sentence.of(name) for sentence in found.sentences(text)), (name, text)
