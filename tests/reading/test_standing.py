"""What a reader is told of where a comment stands in its conversation."""

from nlp.readers.reader import ALONE, Standing
from nlp.threads import reader_inputs
from tests.builders import a_thread

THREAD = """
k1 anna: Är hissen trasig igen?
  s1 staden: Ja, den lagas i dag.
  k2 anna: Tack!
  k3 bo: Det sa ni i går med
  k4 anna: sant
k5 bo: Fint väder
"""


def _inputs():
    thread = a_thread(THREAD, post="Hissen vid torget")
    names = [comment.id for comment in thread.comments if not comment.from_organisation]
    return dict(zip(names, reader_inputs(thread), strict=True))


def test_only_citizens_are_read_in_the_order_of_the_thread():
    assert list(_inputs()) == ["k1", "k2", "k3", "k4", "k5"]


def test_all_comments_are_told_the_post():
    assert {one.post_text for one in _inputs().values()} == {"Hissen vid torget"}


def test_what_opens_a_conversation_stands_alone():
    opening = _inputs()["k1"]
    assert (opening.parent_text, opening.previous_text) == ("", "")
    assert opening.standing == ALONE


def test_a_reply_knows_its_parent_and_what_was_said_last_before_it():
    third = _inputs()["k3"]
    assert third.parent_text == "Är hissen trasig igen?"
    assert third.previous_text == "Tack!"
    assert third.standing == Standing(is_reply=True, organisation_has_spoken=True)


def test_whoever_comes_back_after_an_answer_is_known_as_such():
    second = _inputs()["k2"]
    assert second.previous_text == "Ja, den lagas i dag."
    assert second.standing == Standing(
        is_reply=True,
        to_self=True,
        after_organisation=True,
        has_spoken=True,
        organisation_has_spoken=True,
    )


def test_writers_are_followed_within_a_conversation_only():
    inputs = _inputs()
    assert inputs["k4"].standing.has_spoken
    assert inputs["k5"].standing == Standing(organisation_has_spoken=True)


def test_a_reply_to_the_organisation_is_told_so():
    thread = a_thread("k1 anna: Hej\n  s1 staden: Hej!\n    k2 bo: hej hej")
    assert reader_inputs(thread)[1].standing.to_organisation


def test_what_nobody_has_signed_is_nobodys():
    thread = a_thread("k1 ?: Hej\n  k2 ?: hej hej")
    standing = reader_inputs(thread)[1].standing
    assert not (standing.to_self)
    assert not (standing.after_self)
    assert not (standing.has_spoken)
