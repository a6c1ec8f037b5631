"""What a network is taught of a text: which words carry what, and what nobody knows."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.corpus.outside import OutsideQuestion, OutsideText
from nlp.corpus.records import Mark, PairMember, PairRecord
from nlp.corpus.splits import Split
from nlp.readers.reader import LABELS, SENTIMENTS, ReaderInput, Standing
from nlp.readers.transformer import LONGEST
from nlp.reviews import Review, ReviewedComment
from nlp.training.corpus import LabelledComment
from nlp.training.examples import (
    MARKS,
    UNKNOWN,
    batches,
    in_pieces,
    of_contrasts,
    of_corpus,
    of_outside,
    of_reviews,
    sloppy,
)
from nlp.vocabulary import EVIDENCE_LABELS, Evidence, Label, Sentiment
from tests.reading.test_transformer import MODEL

TEXT = "Hallen är iskall. När lagas värmen?"


def _comment(text=TEXT, labels=(Label.QUESTION, Label.COMPLAINT), evidence=()):
    return LabelledComment(
        id="p1-c1",
        group="p1",
        split=Split.TRAIN,
        input=ReaderInput(text=text),
        labels=frozenset(labels),
        sentiment=Sentiment.NEGATIVE,
        evidence=evidence,
    )


def _words(comment):
    (example,) = of_corpus([comment])
    return in_pieces(example, MODEL.tokenizer, MODEL.frame)


def test_the_words_of_the_evidence_carry_the_label_and_no_others():
    taught = _words(_comment(evidence=(Evidence(Label.QUESTION, 18, len(TEXT)),)))
    column = taught.words[:, EVIDENCE_LABELS.index(Label.QUESTION)]
    offsets = MODEL.tokenizer.encode(TEXT, add_special_tokens=False).offsets
    for (start, end), carries in zip(offsets, column, strict=True):
        assert carries == (start < len(TEXT) and end > 18)


def test_a_contrast_teaches_what_it_was_written_for_and_nothing_else():
    (one, other) = of_contrasts(
        [
            PairRecord(
                id="k1",
                contrast="sincere-ironic",
                post="Snöröjningen pågår.",
                members=(
                    PairMember(
                        text="Tack, plogat innan sju 👏",
                        labels=frozenset({Label.PRAISE}),
                        sentiment=Sentiment.POSITIVE,
                        ironic=False,
                    ),
                    PairMember(
                        text="Tack, plogat lagom till april 👏",
                        post="Nu är våren här.",
                        labels=frozenset({Label.COMPLAINT}),
                        sentiment=Sentiment.NEGATIVE,
                        ironic=True,
                    ),
                ),
            )
        ]
    )
    assert (one.input.post_text, other.input.post_text) == (
        "Snöröjningen pågår.",
        "Nu är våren här.",
    )
    said = [dict(zip(LABELS, each.labels, strict=True)) for each in (one, other)]
    assert [(each[Label.PRAISE], each[Label.COMPLAINT]) for each in said] == [(1, 0), (0, 1)]
    assert all(each[Label.NEEDS_REPLY] == UNKNOWN for each in said)
    marks = [dict(zip(MARKS, each.marks, strict=True)) for each in (one, other)]
    assert [each[Mark.IRONIC] for each in marks] == [0, 1]
    assert marks[0][Mark.INDIRECT] == UNKNOWN
    assert [SENTIMENTS[each.sentiment] for each in (one, other)] == [
        Sentiment.POSITIVE,
        Sentiment.NEGATIVE,
    ]


def test_a_label_that_holds_with_no_place_marked_leaves_its_words_unknown():
    taught = _words(_comment(evidence=(Evidence(Label.QUESTION, 18, len(TEXT)),)))
    assert (taught.words[:, EVIDENCE_LABELS.index(Label.COMPLAINT)] == UNKNOWN).all()


def test_of_a_label_that_does_not_hold_no_word_carries_it():
    taught = _words(_comment())
    assert (taught.words[:, EVIDENCE_LABELS.index(Label.PRAISE)] == 0).all()


def test_pieces_are_framed_and_cut_where_the_room_ends():
    taught = _words(_comment(text="mycket " * 500))
    assert len(taught.pieces) == LONGEST + 2
    assert len(taught.words) == LONGEST
    assert (taught.pieces[0], taught.pieces[-1]) == MODEL.frame[:2]


def test_an_outside_text_teaches_what_its_set_says_and_nothing_else():
    known = OutsideText(text="Usch", labels={Label.UNCIVIL: True, Label.TOXIC: False})
    question = OutsideQuestion(question="När?", candidates=("Nu",), right=0)
    (example,) = of_outside([known, question])
    told = dict(zip(LABELS, example.labels.tolist(), strict=True))
    assert told.pop(Label.UNCIVIL) == 1
    assert told.pop(Label.TOXIC) == 0
    assert set(told.values()) == {UNKNOWN}
    assert example.sentiment == -1
    assert example.evidence is None
    assert (in_pieces(example, MODEL.tokenizer, MODEL.frame).words == UNKNOWN).all()


def test_an_outside_attitude_is_taught():
    (example,) = of_outside([OutsideText(text="Fint!", sentiment=Sentiment.POSITIVE)])
    assert SENTIMENTS[example.sentiment] is Sentiment.POSITIVE
    assert (example.labels == UNKNOWN).all()


@given(st.text(max_size=80), st.integers())
def test_sloppy_writing_is_as_long_as_the_text(text, seed):
    # Else the marked evidence would point at other words.
    assert len(sloppy(text, Random(seed))) == len(text)


def test_sloppy_writing_now_and_then_changes_something():
    written = {sloppy("Är Åsa där? Ja, i parken.", Random(seed)) for seed in range(30)}
    assert len(written) > 10


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), max_size=60), st.integers(1, 9), st.booleans())
def test_batches_hold_every_example_once(texts, size, shuffled):
    examples = of_corpus([_comment(text=text) for text in texts])
    made = list(batches(examples, size, Random(1) if shuffled else None))
    assert sorted(place for batch in made for place in batch) == list(range(len(texts)))
    assert all(0 < len(batch) <= size for batch in made)


@pytest.mark.parametrize("label", LABELS)
def test_each_label_of_a_comment_is_taught_in_its_column(label):
    (example,) = of_corpus([_comment(labels=(label,))])
    assert np.flatnonzero(example.labels).tolist() == [LABELS.index(label)]


def test_of_a_review_only_what_was_said_teaches():
    said = Review(labels={Label.QUESTION: True, Label.PRAISE: False})
    given = ReaderInput(text="Fint!", post_text="Badet", standing=Standing(is_reply=True))
    (example,) = of_reviews([ReviewedComment(group="t", input=given, review=said)])
    told = dict(zip(LABELS, example.labels.tolist(), strict=True))
    assert (told.pop(Label.QUESTION), told.pop(Label.PRAISE)) == (1, 0)
    assert set(told.values()) == {UNKNOWN}
    assert (example.marks == UNKNOWN).all()
    assert (example.sentiment, example.evidence, example.input) == (-1, None, given)
    (happy,) = of_reviews(
        [ReviewedComment(group="t", input=given, review=Review(sentiment=Sentiment.POSITIVE))]
    )
    assert happy.sentiment == SENTIMENTS.index(Sentiment.POSITIVE)
