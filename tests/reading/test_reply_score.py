"""How well a reply met a comment: the dimensions of the guide, receipts, and the verdict."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.readers.pair import CUES, FOLLOW_UPS, PairAnswer
from nlp.scoring.matters import matters
from nlp.scoring.readability import FEWEST_WORDS, lix
from nlp.scoring.reply import (
    Asked,
    Said,
    grade,
    is_receipt,
    joined,
    pair_of,
    score_answer,
    score_reply,
    well_answered,
)
from nlp.vocabulary import Evidence, Label, WellAnswered
from tests.builders import a_comment, a_post, a_reading, a_reply, phrases


def _score(asked, answered, *labels, post=""):
    return _scored((asked, a_reading("k1", *(labels or ("question",)))), answered, post=post)


def _scored(*asked_and_read, post=""):
    """The score of the last text as a reply to the comments before it."""
    *asked, answered = asked_and_read
    wanted = [_asked(text, reading) for text, reading in asked]
    return _rate(wanted, _said(answered, post=post))


def _rate(asked, said):
    return score_reply(asked, "s1", said, receipt=is_receipt([one.read for one in asked], said))


def _said(*replies, post=""):
    return Said(joined(map(a_reply, replies)), a_post(post), phrases())


def _asked(text, reading):
    comment = a_comment(text)
    return Asked(comment, tuple(matters(comment, reading, phrases())))


def _read(asked, *, ratings, levels, carries):
    """What a reader of pairs might say, each a probability."""
    read = PairAnswer(
        ratings=np.array(ratings, dtype=float),
        fits=1.0,
        follow_up=np.full(len(FOLLOW_UPS), 0.25),
        levels=np.array(levels, dtype=float),
        carries=np.array(carries, dtype=float),
    )
    return replace(asked, read=read)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("När öppnar badet?", "Hej Anna! Badet öppnar på lördag klockan 10. /Malin"),
        ("När öppnar badet?", "På lördag kl. 10."),
        ("Får man ta med hund?", "Ja, det går bra så länge den är kopplad."),
        ("Kostar det något?", "Nej, det är gratis."),
        ("Hur mycket kostar det?", "En vuxenbiljett kostar 60 kronor."),
        ("Vart ringer man om lampan är trasig?", "Ring 08-651 00 00, jouren svarar dygnet runt."),
        ("Varför är badet stängt?", "Badet är stängt eftersom vi byter reningsverk."),
        ("Hur gör man för att söka plats?", "Du ansöker på stockholm.se/kulturskolan."),
    ],
)
def test_a_question_that_gets_what_it_asks_for_is_answered(asked, answered):
    score = _score(asked, answered)
    assert score.answers == 2
    assert score.next_step == 2


def test_a_complaint_is_met_when_the_reply_says_what_is_so_or_will_happen():
    score = _score(
        "Lampan i tunneln har varit släckt i tre veckor, det är livsfarligt",
        "Hej Anna! Tråkigt att höra. Lampan i tunneln är felanmäld och byts på torsdag. /Malin",
        "complaint",
        "fault_report",
    )
    assert (score.answers, score.tone, score.well_answered) == (2, 2, WellAnswered.YES)
    assert score.grade == 5.0


def test_a_full_but_bare_no_answers_a_proposal_and_is_curt():
    score = _score("Kan ni inte sätta upp fler bänkar i parken?", "Nej.", "suggestion")
    assert (score.answers, score.tone) == (2, 0)
    assert score.well_answered is WellAnswered.NO


def test_one_of_two_questions_left_open_is_partly_answered():
    score = _score(
        "Gäller klippkortet fortfarande? Och hur varmt är det i lilla bassängen?",
        "Ja, klippkortet gäller så länge det finns klipp kvar 😊",
    )
    assert score.answers == 1
    assert score.well_answered is WellAnswered.PARTLY
    assert "question_sentence_unmatched" in score.reasons


def test_a_reply_to_two_people_must_meet_them_both():
    reading = a_reading("k1", "question")
    score = _scored(
        ("När öppnar badet?", reading),
        ("Hur mycket kostar det?", reading),
        "Badet öppnar på lördag.",
    )
    assert score.answers == 1


def test_a_pointer_that_takes_up_the_matter_touches_it_and_one_that_does_not_passes_it_by():
    asked = "Hur söker min son plats på kulturskolan?"
    touching = _score(asked, "Läs om kulturskolan på vår hemsida.")
    passing = _score(asked, "Se vår hemsida.")
    assert (touching.answers, passing.answers) == (1, 0)
    assert touching.next_step == 1


def test_who_is_sent_back_to_the_post_is_not_answered():
    score = _score("Gäller det även Granhult?", "Läs inlägget. Orterna står där.")
    assert score.answers == 0
    assert score.well_answered is WellAnswered.NO
    assert "back_pointer" in score.reasons


def test_stock_phrases_answer_nothing():
    score = _score(
        "Varför har avgiften höjts?",
        "Hej! Vi arbetar ständigt för att utveckla vår verksamhet. Alla ska känna sig välkomna.",
    )
    assert score.answers == 0
    assert "stock_phrase" in score.reasons


@pytest.mark.parametrize(
    "answered",
    [
        "Det är ditt eget ansvar att läsa villkoren som du har godkänt.",
        "Det borde du veta.",
        "Läs inlägget.",
        "Nej.",
    ],
)
def test_blame_and_bare_words_are_no_tone_to_take(answered):
    assert _score("Varför fick jag böter?", answered).tone == 0


@pytest.mark.parametrize(
    ("answered", "tone"),
    [
        ("Hej Anna! Tack för att du frågar. Badet öppnar på lördag. /Malin", 2),
        ("Hej! Så tråkigt att höra. Vi ser det som en viktig fråga.", 1),
        ("Öppettiderna är 10–18 från och med den 3 juni.", 1),
        ("Ja! Badet öppnar på lördag 🌞", 2),
    ],
)
def test_the_tone_is_personal_with_a_name_thanks_or_understanding(answered, tone):
    expected = _score("När öppnar badet?", answered).tone
    assert expected == tone or (tone == 1 and expected == 2 and "Hej" in answered)


RECEIPTS = [
    "Tack för din synpunkt, vi har tagit emot den.",
    "Hej! Tack för din fråga. Vi återkommer.",
    "Hej Anna! Tack för din synpunkt. Vi noterar den och tar med oss den i det fortsatta arbetet.",
    "Tack för ditt meddelande, vi har tagit emot det och återkommer.",
    "Vi återkommer så snart vi kan. /Malin",
    "Hej! Vi kollar upp det och återkommer med svar. Mvh Stockholms stad",
    "Tack för tipset!",
    "Tack för dina synpunkter, vi skickar frågan vidare till ansvarig förvaltning.",
    "❤️",
    "👍",
    "Vi återkommer inom två arbetsdagar.",
    "Tack för att du hörde av dig! Vi tittar på saken. Ha en fin dag!",
    "Vi är medvetna om detta.",
]

NO_RECEIPTS = [
    "Tack för din fråga. Badet öppnar på lördag.",
    "Tack för att du sa till! Gungan är lagad.",
    "Hej! Vi har noterat felet och byter lampan på torsdag.",
    "Tack för din synpunkt. Synpunkter lämnas via e-tjänsten.",
    "Vi återkommer, men ring 08-651 00 00 om det är bråttom.",
    "Tack för din fråga! Läs mer på stockholm.se/bad",
    "Nej.",
    "Ja, det går bra.",
    "Tack för frågan. Tyvärr har vi inga lediga platser i höst.",
    "Vi återkommer när upphandlingen av ny entreprenör är klar i mars.",
    "Hej! Jag har felanmält lampan åt dig, ärende 26-0381.",
    "Tack för ditt inlägg! Vi arbetar ständigt med att utveckla våra parker.",
    "Det är entreprenören som ansvarar.",
]


@pytest.mark.parametrize("answered", RECEIPTS)
def test_a_receipt_says_nothing_of_substance(answered):
    score = _score("När öppnar badet?", answered)
    assert score.acknowledgement_only
    assert score.reasons[0] == "ack_only"
    assert score.answers == 0
    assert score.well_answered is WellAnswered.NO


@pytest.mark.parametrize("answered", NO_RECEIPTS)
def test_what_says_anything_of_substance_is_no_receipt(answered):
    assert not _score("När öppnar badet?", answered).acknowledgement_only


def test_coming_back_is_a_next_step_only_with_a_time():
    asked = "Varför är lampan släckt?"
    assert _score(asked, "Vi återkommer.").next_step == 0
    assert _score(asked, "Vi återkommer på torsdag.").next_step == 2


@pytest.mark.parametrize(
    ("text", "automatic"),
    [
        ("Detta är ett autosvar. Vi svarar vardagar 8–17.", True),
        ("Automatiskt svar: tack för ditt meddelande!", True),
        ("Hej! Jag är stadens digitala assistent.", True),
        ("Hej Anna! Badet öppnar på lördag. /Malin", False),
        ("Dörren öppnas automatiskt.", False),
    ],
)
def test_a_machine_is_known_by_what_it_says_of_itself(text, automatic):
    assert _said(text).is_automatic is automatic
    assert ("automatic" in _score("Hallå?", text).reasons) is automatic


@pytest.mark.parametrize(
    ("answered", "code"),
    [
        ("Anmäl det på stockholm.se/felanmalan", "link"),
        ("Ring 08-651 00 00", "phone"),
        ("Skriv till bad@stockholm.se", "email"),
        ("Vi beklagar.", "regret"),
        ("Tack för att du sa till!", "thanks"),
        ("Kontakta oss.", "pointer"),
        ("Det är ditt eget ansvar.", "blame"),
        ("Hej Anna!", "named"),
        ("Badet öppnar på lördag. /Malin", "signed"),
    ],
)
def test_the_score_tells_what_it_rests_on(answered, code):
    assert code in _score("När öppnar badet?", answered).reasons


def test_official_prose_is_not_plain():
    muddled = (
        "En komplett ansökan ska innehålla de handlingar som anges i lagen jämte föreskrifterna, "
        "och det åligger sökanden att underlaget är fackmässigt utfört och måttsatt samt att "
        "situationsplan upprättas på nybyggnadskarta eller annat godtagbart kartunderlag där så "
        "erfordras med hänsyn till åtgärdens omfattning och fastighetens belägenhet i kommunen."
    )
    assert _score("Vad ska jag skicka in?", muddled).clarity == 0
    assert _score("Vad ska jag skicka in?", "Skicka in en ritning med mått.").clarity == 2


def test_the_question_that_the_reading_points_out_is_the_one_to_meet():
    asked = "Jag var där igår. När öppnar kiosken"
    reading = a_reading("k1", "question", evidence=[Evidence(Label.QUESTION, 18, len(asked))])
    score = _scored((asked, reading), "Kiosken öppnar i juni.")
    assert score.answers == 2


TWO_QUESTIONS = "Gäller klippkortet fortfarande? Och hur varmt är det i lilla bassängen?"
OF_THE_TICKET = "Ja, klippkortet gäller så länge det finns klipp kvar 😊"


def _answer(asked, *replies):
    return score_answer(
        asked, [a_reply(text, id=f"s{n}") for n, text in enumerate(replies, 1)], _said(*replies)
    )


def test_each_matter_is_named_with_its_place_and_how_far_it_was_met():
    score = _answer(_asked(TWO_QUESTIONS, a_reading("k1", "question")), OF_THE_TICKET)
    assert [
        (TWO_QUESTIONS[one.start : one.end], one.label, one.level) for one in score.matters
    ] == [
        ("Gäller klippkortet fortfarande?", Label.QUESTION, 2),
        ("Och hur varmt är det i lilla bassängen?", Label.QUESTION, 0),
    ]


def test_what_both_asks_and_complains_is_one_matter():
    text = "Varför är badet stängt igen?"
    whole = [Evidence(label, 0, len(text)) for label in (Label.QUESTION, Label.COMPLAINT)]
    asked = _asked(text, a_reading("k1", "question", "complaint", evidence=whole))
    assert [(one.label, one.start, one.end) for one in _answer(asked, "Nej.").matters] == [
        (Label.QUESTION, 0, len(text))
    ]
    assert pair_of(asked.comment, asked.matters, _said("Nej.")).parts == ((0, len(text)),)


NOTHING = [0.1] * 13
ALL = [0.9] * 12 + [0.1]


def test_a_reader_of_pairs_outranks_the_rules_and_shows_what_it_rests_on():
    replies = "Hej! Vi hörs.", "Hej! Den sjätte juni kör vi igång."
    asked = _read(
        _asked(TWO_QUESTIONS, a_reading("k1", "question")),
        ratings=[0.9, 0.4, 0.9, 0.9, 0.9, 0.4, 0.9, 0.9, 0.9, 0.8, 0.4, 0.2, 0.1],
        levels=[[0.9, 0.8], [0.3, 0.1]],
        carries=[[0.1, 0.2, 0.1, 0.9], [0.1, 0.1, 0.3, 0.1]],
    )
    score = _answer(asked, *replies)
    assert (score.answers, score.next_step, score.tone, score.clarity) == (1, 2, 1, 2)
    assert score.grade == 3.3
    assert score.well_answered is WellAnswered.PARTLY
    assert [one.level for one in score.matters] == [2, 0]
    ((shown,), ()) = (one.passages for one in score.matters)
    assert shown.reply_id == "s2"
    assert replies[1][shown.start : shown.end] == "Den sjätte juni kör vi igång."
    reasons = _rate([asked], _said(*replies)).reasons
    assert "question_sentence_unmatched" in reasons


def test_a_receipt_answers_nothing_whatever_a_reader_of_pairs_says():
    asked = _read(
        _asked("När öppnar badet?", a_reading("k1", "question")),
        ratings=ALL,
        levels=[[0.9, 0.9]],
        carries=[[0.9]],
    )
    score = _rate([asked], _said("Tack, vi återkommer!"))
    assert score.acknowledgement_only
    assert (score.answers, score.grade, score.well_answered) == (0, 2.0, WellAnswered.NO)


def test_of_a_reply_to_two_people_the_mean_is_taken():
    asked = [
        _read(
            _asked(text, a_reading("k1", "question")),
            ratings=ratings,
            levels=[[0.9, 0.9]],
            carries=[[0.9]],
        )
        for text, ratings in (("När öppnar badet?", ALL), ("Får man ta med hund?", NOTHING))
    ]
    score = _rate(asked, _said("Badet öppnar i juni."))
    assert score.grade == 3.0


def test_several_replies_to_one_comment_are_judged_together():
    asked = _asked(TWO_QUESTIONS, a_reading("k1", "question"))
    replies = [OF_THE_TICKET, "Lilla bassängen håller 32 grader, den är varm."]
    apart = [_rate([asked], _said(reply)) for reply in replies]
    assert [score.answers for score in apart] == [1, 1]
    together = _answer(asked, *replies)
    assert (together.answers, together.reply_ids) == (2, ("s1", "s2"))
    assert [one.level for one in together.matters] == [2, 2]


def test_a_kind_word_meets_a_comment_that_called_for_nothing():
    score = _score("Så fint det blev!", "Tack Anna, vad roligt att höra! /Malin", "praise")
    assert (score.answers, score.tone) == (2, 2)


DIMENSIONS = list(itertools.product(range(3), repeat=4))


@pytest.mark.parametrize(("answers", "next_step", "tone", "clarity"), DIMENSIONS)
def test_the_verdict_is_that_of_the_guide(answers, next_step, tone, clarity):
    """`yes` when answers = 2 and nothing else is 0; `no` when answers = 0 or tone = 0."""
    rated = {"answers": answers, "next_step": next_step, "tone": tone, "clarity": clarity}
    verdict = well_answered(**rated)
    if answers == 2 and 0 not in (next_step, tone, clarity):
        assert verdict is WellAnswered.YES
    elif answers == 0 or tone == 0:
        assert verdict is WellAnswered.NO
    else:
        assert verdict is WellAnswered.PARTLY
    assert 1 <= grade(**rated) <= 5


def test_the_grade_never_falls_when_a_dimension_rises():
    names = ("answers", "next_step", "tone", "clarity")
    for rated in DIMENSIONS:
        for place in range(4):
            if rated[place] < 2:
                better = [value + (number == place) for number, value in enumerate(rated)]
                assert grade(**dict(zip(names, better, strict=True))) >= grade(
                    **dict(zip(names, rated, strict=True))
                )


PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "Hej Anna!", "Tack för din fråga.", "Vi återkommer", "på lördag", "kl. 10", "Nej.",
                "stockholm.se/bad", "Ring 08-651 00 00", "Vi beklagar.", "/Malin", "Läs inlägget.",
                "Badet öppnar", "eftersom", "😊", "\n", "Automatiskt svar", "du har godkänt",
            ]
        ),
        st.text(max_size=8),
    ),
    max_size=8,
).map(" ".join)  # fmt: skip
LABEL_SETS = st.lists(st.sampled_from(list(Label)), max_size=5)


@settings(deadline=None, max_examples=150)
@given(PIECES, PIECES, LABEL_SETS, LABEL_SETS)
def test_any_pair_gets_a_score_within_its_ranges(asked, answered, decided, unsure):
    reading = a_reading("k1", *decided, unsure=[label for label in unsure if label not in decided])
    score = _scored((asked, reading), answered, post="Badet")
    rated = {name: getattr(score, name) for name in ("answers", "next_step", "tone", "clarity")}
    assert all(value in (0, 1, 2) for value in rated.values())
    assert score.grade == grade(**rated)
    assert score.well_answered is well_answered(**rated)
    assert 0 <= score.index <= 100
    assert not (score.acknowledgement_only and score.answers)
    assert len(set(score.reasons)) == len(score.reasons)


def test_lix_is_words_per_sentence_plus_the_share_of_long_words():
    text = "Vi plogar gatan i dag. " * 4 + "Snöröjningen fortsätter i morgon bitti. " * 2
    words = 4 * 5 + 2 * 5
    long_words = 2 * 2
    assert lix(text) == pytest.approx(words / 6 + 100 * long_words / words)


def test_lix_of_a_short_text_means_nothing():
    assert lix("ord " * (FEWEST_WORDS - 1)) is None
    assert lix("ord " * FEWEST_WORDS) == FEWEST_WORDS


def test_links_and_mentions_are_no_words():
    plain = "Vi plogar gatan i dag och i morgon. " * 4
    assert lix(plain + "https://stockholm.se/snorojning @~k3f9a [telefonnummer]") == lix(plain)


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        ("Tack, vi återkommer!", {"receipt", "acknowledgement", "thanks"}),
        ("Läs mer på stad.se, eller ring 08-123 45 67.", {"link", "phone"}),
        ("Hej Ada! Badet öppnar i juni. Hälsningar Kim", {"named", "signed", "greeting"}),
    ],
)
def test_a_reader_of_pairs_is_told_what_rules_find(reply, found):
    told = dict(zip(CUES, _said(reply).cues, strict=True))
    assert {name for name in found if told[name] == 1} == found
    assert all(0 <= value <= 1 for value in told.values())
    assert told["words"] > 0
    assert (told["substance"] > 0) == (not told["receipt"])
