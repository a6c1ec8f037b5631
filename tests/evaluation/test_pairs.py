"""A hard pair is right when both texts are, on what the pair is about and on nothing else."""

from pathlib import Path

import numpy as np
import pytest

from nlp.corpus.folder import read_corpus
from nlp.corpus.records import PairMember, PairRecord
from nlp.readers.reader import LABELS, SENTIMENTS, Probabilities
from nlp.training.evaluation.figures import estimates
from nlp.training.evaluation.pairs import CONTRASTS, figures_of_pairs, inputs_of, measurable
from nlp.vocabulary import Label, Sentiment
from tests.evaluation import naive
from tests.evaluation.made import HALF

CORPUS = Path(__file__).parents[2] / "data" / "corpus"


def pair(contrast, one, other, *, number=1):
    members = [
        PairMember(text=text, labels=frozenset(labels), sentiment=sentiment)
        for text, labels, sentiment in (one, other)
    ]
    return PairRecord(
        id=f"p{number}", contrast=contrast, post="Badet öppnar på lördag.", members=tuple(members)
    )


ASKED = ("när öppnar badet igen", {Label.QUESTION}, Sentiment.NEUTRAL)
COMPLAINED = ("ni vet inte ens när badet öppnar", {Label.COMPLAINT}, Sentiment.NEGATIVE)
MEANT = ("Plogat före sju, man tackar", {Label.PRAISE}, Sentiment.POSITIVE)
IRONIC = ("Plogat före maj, man tackar", {Label.COMPLAINT}, Sentiment.NEGATIVE)


def said(*members):
    """For each member, the labels that the reader decides and the sentiment that it says."""
    labels = np.array([[label in held for label in LABELS] for held, _ in members], dtype=float)
    places = [SENTIMENTS.index(sentiment) for _, sentiment in members]
    return Probabilities(labels=labels, sentiment=np.eye(3)[places])


def share_right(pairs, answers):
    figures = figures_of_pairs(pairs, answers, HALF)
    return estimates(figures, [pair.id for pair in pairs])["right"].value


def test_both_must_be_right():
    asked = pair("question-complaint", ASKED, COMPLAINED)
    right = ({Label.QUESTION}, Sentiment.NEUTRAL), ({Label.COMPLAINT}, Sentiment.NEUTRAL)
    assert share_right([asked], said(*right)) == 1
    assert share_right([asked], said(right[0], right[0])) == 0
    assert share_right([asked], said(right[1], right[1])) == 0


def test_labels_that_the_contrast_is_not_about_do_not_count():
    asked = pair("question-complaint", ASKED, COMPLAINED)
    chatty = {Label.NEEDS_REPLY, Label.PRAISE, Label.ON_TOPIC}
    answers = said(
        ({Label.QUESTION} | chatty, Sentiment.POSITIVE), ({Label.COMPLAINT}, Sentiment.POSITIVE)
    )
    assert share_right([asked], answers) == 1


def test_both_labels_of_the_contrast_count():
    asked = pair("question-complaint", ASKED, COMPLAINED)
    both = {Label.QUESTION, Label.COMPLAINT}
    answers = said((both, Sentiment.NEUTRAL), ({Label.COMPLAINT}, Sentiment.NEGATIVE))
    assert share_right([asked], answers) == 0


def test_where_tone_is_the_contrast_sentiment_counts():
    ironic = pair("sincere-ironic", MEANT, IRONIC)
    taken_at_its_word = said(
        ({Label.PRAISE}, Sentiment.POSITIVE), ({Label.COMPLAINT}, Sentiment.POSITIVE)
    )
    understood = said(({Label.PRAISE}, Sentiment.POSITIVE), ({Label.COMPLAINT}, Sentiment.NEGATIVE))
    assert share_right([ironic], taken_at_its_word) == 0
    assert share_right([ironic], understood) == 1


def test_what_is_left_to_a_person_is_not_decided():
    asked = pair("question-rhetorical", ASKED, COMPLAINED)
    answers = said(({Label.QUESTION}, Sentiment.NEUTRAL), (set(), Sentiment.NEUTRAL))
    answers.labels[0, LABELS.index(Label.QUESTION)] = 0.5
    assert share_right([asked], answers) == 0


def test_the_share_is_that_of_a_naive_loop_on_the_pairs_of_the_corpus():
    pairs = measurable([placed.record for placed in read_corpus(CORPUS).pairs])
    assert {pair.contrast for pair in pairs} == CONTRASTS.keys()
    random = np.random.default_rng(1)
    truth = [member for pair in pairs for member in pair.members]
    held = np.array([[label in each.labels for label in LABELS] for each in truth], dtype=float)
    answers = Probabilities(
        labels=0.7 * held + 0.3 * random.random(held.shape) ** 0.2,
        sentiment=np.eye(3)[[SENTIMENTS.index(each.sentiment) for each in truth]]
        + random.random((len(truth), 3)),
    )
    answers.labels[random.random(held.shape) < 0.1] = 0.0
    members = [
        (dict(zip(LABELS, row, strict=True)), SENTIMENTS[int(np.argmax(attitude))])
        for row, attitude in zip(answers.labels, answers.sentiment, strict=True)
    ]
    right = {name: [] for name in ("right", *CONTRASTS)}
    for place, one in enumerate(pairs):
        contrast = CONTRASTS[one.contrast]
        is_right = naive.pair_is_right(
            one, contrast.labels, contrast.tone, members[2 * place : 2 * place + 2], HALF
        )
        right["right"].append(is_right)
        right[one.contrast].append(is_right)
    found = estimates(figures_of_pairs(pairs, answers, HALF), [one.id for one in pairs])
    for name, outcomes in right.items():
        assert 0 < naive.share(outcomes) < 1
        assert found[name].value == pytest.approx(naive.share(outcomes))


def test_pairs_of_replies_and_pairs_that_say_too_little_are_left_out():
    silent = PairMember(text="Jaha")
    records = [
        pair("question-complaint", ASKED, COMPLAINED),
        pair("answered-missed", ASKED, COMPLAINED),
        PairRecord(id="p3", contrast="question-complaint", post="", members=(silent, silent)),
    ]
    assert measurable(records) == records[:1]


def test_a_pair_is_read_as_a_comment_is():
    """Cleaned, masked and under its post, the two next to each other."""
    called = ("ring 070-174 06 05  när ni öppnar", {Label.QUESTION}, Sentiment.NEUTRAL)
    inputs = inputs_of([pair("question-complaint", called, COMPLAINED)])
    assert [one.text for one in inputs] == ["ring [telefonnummer] när ni öppnar", COMPLAINED[0]]
    assert {one.post_text for one in inputs} == {"Badet öppnar på lördag."}
