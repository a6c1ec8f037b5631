"""Evidence is marked without a sign being lost."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.vocabulary import Evidence, Label
from service.web.marking import passages, visible

SPANS = st.lists(
    st.builds(
        lambda label, start, length: Evidence(label, start, start + length),
        st.sampled_from(Label),
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    max_size=5,
)


@settings(deadline=None, max_examples=80)
@given(text=st.text(max_size=30), evidence=SPANS)
def test_the_pieces_are_the_text_and_each_sign_carries_its_labels(text, evidence):
    pieces = passages(text, evidence)
    assert "".join(piece.text for piece in pieces) == text
    labels = [set(piece.labels) for piece in pieces for _ in piece.text]
    assert labels == [
        {span.label for span in evidence if span.start <= place < span.end}
        for place in range(len(text))
    ]


def test_two_labels_of_one_sentence_are_told_together():
    (piece,) = passages("Var?", [Evidence(Label.QUESTION, 0, 4), Evidence(Label.COMPLAINT, 0, 4)])
    assert piece.labels == (Label.QUESTION, Label.COMPLAINT)


def test_emoji_and_persian_words_keep_their_joiners():
    assert visible("👩🏽‍🚒 می‌خواهم") == "👩🏽‍🚒 می‌خواهم"


def test_what_deceives_is_written_out():
    assert visible("a\u200bb\u2066c") == "a⟨U+200B⟩b⟨U+2066⟩c"
