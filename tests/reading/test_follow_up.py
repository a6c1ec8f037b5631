"""What a writer did after having been answered."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.scoring.follow_up import follow_ups, reaction, said_next
from nlp.threads import root_of
from nlp.vocabulary import FollowUp, Label
from tests.builders import a_comment, a_reading, a_reply, a_thread, phrases


def _reaction(asked, answered, later, *labels, sentiment="neutral"):
    return reaction(
        a_comment(asked),
        a_reply(answered),
        a_comment(later, id="k2"),
        a_reading("k2", *labels, sentiment=sentiment),
        tools=phrases(),
    )


def _follow_ups(thread, answers, *readings):
    by_id = {reading.comment_id: reading for reading in readings}
    later = said_next(thread, answers, roots=root_of(thread))
    return follow_ups(thread, answers, by_id, later=later, read={}, tools=phrases())


@pytest.mark.parametrize(
    ("later", "labels", "sentiment"),
    [
        ("Tack för snabbt svar!", ["praise"], "positive"),
        ("Kanon, då vet jag", ["praise"], "positive"),
        ("👍", [], "positive"),
        ("Det funkade, tusen tack Elin", ["praise"], "positive"),
        ("ok, torsdag kan funka. bra att ni förklarar", ["praise"], "positive"),
    ],
)
def test_thanks_are_thanks(later, labels, sentiment):
    found = _reaction("När öppnar badet?", "På lördag.", later, *labels, sentiment=sentiment)
    assert found is FollowUp.THANKS


@pytest.mark.parametrize(
    "later",
    ["Vilken tid på lördag?", "Toppen, tack! Finns det kiosk också?", "Kan man ta med hund?"],
)
def test_a_new_question_builds_on_the_answer(later):
    found = _reaction("När öppnar badet?", "Badet öppnar på lördag.", later, "question")
    assert found is FollowUp.FURTHER_QUESTION


@pytest.mark.parametrize(
    ("asked", "answered", "later", "labels"),
    [
        # guide, ruling 4: asking again for the part that was not answered, however friendly
        ("När öppnar bron och tunneln?", "Bron öppnar i maj.", "Tack! Och tunneln?", ["question"]),
        ("Vad betalar jag för?", "Vatten är viktigt.", "Jaha. Och fakturan då?", ["question"]),
        ("Går bussen?", "Se tidtabellen.", "Det var bussen jag frågade om", ["complaint"]),
        ("När öppnar badet?", "Snart.", "Det var inget svar på min fråga", []),
        ("Gungan är trasig", "Den är lagad.", "Funkar fortfarande inte", ["complaint"]),
        ("När öppnar badet?", "Läs inlägget.", "Jag har redan läst inlägget", ["complaint"]),
        ("När öppnar badet?", "Vi återkommer.", "Vad är det för svar", []),
        ("Blir det kiosk?", "Vi ser över det.", "Ni lovade ju. När då?", ["question"]),
    ],
)
def test_who_asks_again_or_objects_is_not_satisfied(asked, answered, later, labels):
    assert _reaction(asked, answered, later, *labels) is FollowUp.NOT_SATISFIED


def test_in_a_mixed_reaction_the_part_that_stays_open_decides():
    found = _reaction(
        "Lampan är släckt", "Den byts i dag.", "Tack, men den är fortfarande släckt", "complaint"
    )
    assert found is FollowUp.NOT_SATISFIED


def test_what_is_none_of_these_is_other():
    found = _reaction("När öppnar badet?", "På lördag.", "Då åker vi till Farsta")
    assert found is FollowUp.OTHER


def test_without_a_reading_the_text_alone_decides():
    told = [
        reaction(a_comment("Hej?"), a_reply("Ja."), a_comment(later), None, tools=phrases())
        for later in ("Tack så mycket!", "Vilken tid stänger kiosken?", "Bussen kom")
    ]
    assert told == [FollowUp.THANKS, FollowUp.FURTHER_QUESTION, FollowUp.OTHER]


def test_the_writers_next_comment_in_the_branch_is_the_witness():
    thread = a_thread("""
k1 anna: När öppnar badet?
  s1 staden: På lördag.
  k2 per: Toppen, tack!
  k3 anna: Tack!
  k4 anna: Nu är det stängt igen, skandal
""")
    found = _follow_ups(thread, {"k1": "s1"}, a_reading("k3", "praise", sentiment="positive"))
    assert found == {"k1": FollowUp.THANKS}


def test_silence_is_silence_and_no_satisfaction():
    thread = a_thread("""
k1 anna: När öppnar badet?
  s1 staden: På lördag.
""")
    assert _follow_ups(thread, {"k1": "s1"}) == {"k1": FollowUp.NONE}


def test_thanks_from_somebody_else_are_no_follow_up():
    thread = a_thread("""
k1 anna: När öppnar badet?
  s1 staden: På lördag.
  k2 per: Tack för svaret!
""")
    assert _follow_ups(thread, {"k1": "s1"}) == {"k1": FollowUp.NONE}


def test_what_the_writer_says_in_another_branch_is_no_follow_up():
    thread = a_thread("""
k1 anna: När öppnar badet?
  s1 staden: På lördag.
k2 anna: Tack för en fin sommar!
""")
    assert _follow_ups(thread, {"k1": "s1"}) == {"k1": FollowUp.NONE}


def test_what_was_written_before_the_reply_is_no_follow_up():
    thread = a_thread("""
k1 anna: När öppnar badet?
  k2 anna: Tack på förhand
  s1 staden: På lördag.
""")
    assert _follow_ups(thread, {"k1": "s1"}) == {"k1": FollowUp.NONE}


def test_of_an_unknown_writer_nothing_can_be_said():
    thread = a_thread("""
k1 ?: När öppnar badet?
  s1 staden: På lördag.
  k2 ?: Tack!
""")
    assert _follow_ups(thread, {"k1": "s1"}) == {"k1": FollowUp.NONE}


@settings(deadline=None, max_examples=80)
@given(
    st.text(max_size=40),
    st.lists(st.sampled_from(list(Label)), max_size=3),
    st.sampled_from(["negative", "neutral", "positive"]),
)
def test_any_reaction_is_one_of_four_and_the_order_of_the_list_does_not_matter(
    text, labels, sentiment
):
    thread = a_thread("""
k1 anna: När öppnar badet?
  s1 staden: På lördag.
  k2 anna: Tack
""")
    comments = tuple(
        dataclasses.replace(comment, text=text) if comment.id == "k2" else comment
        for comment in thread.comments
    )
    reading = a_reading("k2", *labels, sentiment=sentiment)
    there, back = (
        _follow_ups(dataclasses.replace(thread, comments=ordered), {"k1": "s1"}, reading)
        for ordered in (comments, comments[::-1])
    )
    assert there == back
    assert there["k1"] is not FollowUp.NONE
