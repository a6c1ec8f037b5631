"""Two texts read together: how they are cut, taught, exported and read."""

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from nlp import artefacts
from nlp.corpus.folder import read_corpus
from nlp.corpus.outside import OutsideQuestion
from nlp.corpus.records import (
    ContrastedReply,
    LabelledReply,
    QuestionRecord,
    ReplyContrastRecord,
)
from nlp.corpus.splits import Split
from nlp.errors import ArtefactError
from nlp.readers import pair as pairs
from nlp.readers.pair import (
    CUES,
    FIRST_PIECES,
    FOLLOW_UPS,
    MOST_PARTS,
    SECOND_PIECES,
    STEPS,
    PairInput,
    PairReader,
    answer_of,
    filled,
    in_pieces,
)
from nlp.readers.transformer import Frame
from nlp.training import pair_examples
from nlp.training.examples import UNKNOWN
from nlp.training.pair_examples import PairExample, mismatched, of_questions
from nlp.vocabulary import WellAnswered
from tests.builders import phrases

ROOT = Path(__file__).parents[2]
FRAME = Frame(start=1, end=2, padding=0)


@pytest.fixture(scope="module")
def tokenizer():
    """A piece for every sign: places are easy to count."""
    signs = ["[UNK]", *(chr(code) for code in range(33, 127)), *"åäöÅÄÖ"]
    made = Tokenizer(
        models.WordLevel({sign: place + 3 for place, sign in enumerate(signs)}, unk_token="[UNK]")
    )
    made.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    return made


def test_a_span_becomes_the_range_of_its_pieces(tokenizer):
    told = in_pieces(PairInput("abcd", "efg", ((1, 3),), ((0, 1), (1, 3))), tokenizer)

    assert len(told.first) == 4
    assert told.parts == ((1, 3),)
    assert told.passages == ((0, 1), (1, 3))


def test_of_a_long_first_text_what_was_named_is_read_and_the_rest_from_the_beginning(tokenizer):
    text = "a" * 300 + "b" * 10 + "c" * 300
    told = in_pieces(PairInput(text, "x", ((300, 310),)), tokenizer)

    b = tokenizer.token_to_id("b")
    assert len(told.first) == FIRST_PIECES
    assert [n for n, piece in enumerate(told.first) if piece == b] == list(range(150, 160))
    assert told.parts == ((150, 160),)


def test_what_there_is_no_room_for_is_no_part_and_no_passage(tokenizer):
    long = "a" * (SECOND_PIECES + 20)
    told = in_pieces(
        PairInput("a b", long, ((1, 1),), ((0, SECOND_PIECES), (SECOND_PIECES, len(long)))),
        tokenizer,
    )

    assert told.parts == (None,)
    assert told.passages == ((0, SECOND_PIECES), None)


def test_more_parts_than_are_read_are_left_out(tokenizer):
    text = "a" * 30
    spans = tuple((n, n + 1) for n in range(30))

    assert len(in_pieces(PairInput(text, "x", spans), tokenizer).parts) == MOST_PARTS


texts = st.text("abcdefgh ?.", min_size=0, max_size=40)


@st.composite
def inputs(draw):
    def spans(text):
        places = st.integers(0, len(text))
        return tuple(
            (min(one), max(one)) for one in draw(st.lists(st.tuples(places, places), max_size=4))
        )

    first, second = draw(texts), draw(texts)
    cues = draw(st.sampled_from([(), tuple(n / len(CUES) for n in range(len(CUES)))]))
    return PairInput(first, second, spans(first), spans(second), cues)


@given(st.lists(inputs(), min_size=1, max_size=5))
def test_the_network_is_given_both_texts_and_the_mean_of_each_span(tokenizer, given_pairs):
    told = [in_pieces(one, tokenizer) for one in given_pairs]
    pieces, mask, sides, parts, passages, cues = filled(told, FRAME)

    for row, one in enumerate(told):
        length = int(mask[row].sum())
        assert length == one.length
        assert tuple(pieces[row][sides[row] == 1]) == one.first
        assert tuple(pieces[row][sides[row] == 2]) == one.second
        assert (pieces[row, length:] == FRAME.padding).all()
        assert cues[row] == pytest.approx(one.cues or [0] * len(CUES))
        for shares, spans, said in (
            (parts[row], one.parts, one.first),
            (passages[row], one.passages, one.second),
        ):
            for place, share in enumerate(shares):
                span = spans[place] if place < len(spans) else None
                assert share.sum() == pytest.approx(0 if span is None else 1)
                if span is not None:
                    assert tuple(pieces[row][share > 0]) == said[span[0] : span[1]]


def test_what_fills_up_a_batch_is_not_in_the_answer(tokenizer):
    one = in_pieces(PairInput("ab", "cd", ((0, 1), (9, 9)), ((0, 2),)), tokenizer)
    odds = [np.zeros(shape, np.float32) for shape in ((STEPS,), (1,), (4,), (5, 2), (5, 7))]
    answer = answer_of(one, *odds)

    assert answer.levels.shape == (2, 2)
    assert answer.levels[0] == pytest.approx([0.5, 0.5])
    assert np.isnan(answer.levels[1]).all()
    assert answer.carries.tolist() == [[0.5], [0.0]]
    assert answer.follow_up.sum() == pytest.approx(1)


@pytest.fixture(scope="module")
def corpus():
    return read_corpus(ROOT / "data" / "corpus")


@pytest.fixture(scope="module")
def examples(corpus):
    return pair_examples.of_corpus(corpus, names=None, tools=phrases())


def test_every_rated_reply_teaches_beside_each_comment_that_it_answers(corpus, examples):
    expected = {
        (gold.id, target)
        for gold in corpus.labelled_replies.values()
        if gold.grade is not None
        for target in gold.to
    }

    taught = pair_examples.replies(examples)
    assert len(taught) == len(expected)
    assert {one.reply for one in taught} == {reply for reply, _ in expected}
    for one in taught[::50]:
        held = one.ratings[:8].reshape(4, 2).sum(axis=1)
        assert [*held] == [
            one.gold.answers, one.gold.next_step, one.gold.tone, one.gold.clarity,
        ]  # fmt: skip
        assert 1 + one.ratings[8:12].sum() == one.gold.grade


def test_a_matter_stands_where_it_stood_and_rests_on_its_passages(corpus, examples):
    by_text = {
        (placed.record.reply, len(placed.record.matters)): placed.record
        for placed in corpus.matters
    }
    seen = 0
    for one in pair_examples.replies(examples):
        read = by_text.get((one.reply, len(one.pair.parts)))
        if read is None or one.pair.first != corpus.comments[read.to].text:
            continue
        for place, matter in enumerate(read.matters):
            start, end = one.pair.parts[place]
            assert (start, end) == (matter.start, matter.end) or (
                one.pair.first[start:end].strip() in one.pair.first
            )
            assert one.levels[place].sum() == matter.level
            assert one.carries[place].any() == bool(matter.passages)
            seen += 1
    assert seen > 1000


def test_a_reaction_is_the_writers_own_next_comment(corpus, examples):
    reacted = pair_examples.reactions(examples)
    said = {comment.text for thread in corpus.threads for comment in thread.record.citizens}

    assert len(reacted) > 1000
    # Masked ones are written otherwise, and are few.
    assert sum(one.pair.second in said for one in reacted) > 0.8 * len(reacted)
    assert {FOLLOW_UPS[one.follow_up] for one in reacted} == set(FOLLOW_UPS)


def test_a_wrong_reply_was_never_given_to_that_comment(examples):
    taught = pair_examples.replies(examples)[:400]
    right = {(one.pair.first, one.pair.second) for one in taught}

    made = list(mismatched(taught, 100, Random(1)))
    assert len(made) == 100
    assert all(one.fits == 0 and (one.pair.first, one.pair.second) not in right for one in made)
    assert all((one.ratings == UNKNOWN).all() for one in made)


def test_of_one_reply_no_wrong_one_can_be_made(examples):
    one = pair_examples.replies(examples)[0]

    assert list(mismatched([one], 5, Random(1))) == []


def test_a_question_teaches_what_answers_it_and_one_that_does_not():
    asked = OutsideQuestion(question="När?", candidates=("I maj.", "I Kista."), right=0)

    made = list(of_questions([asked], 10, Random(1)))
    assert [(one.pair.second, one.fits) for one in made] == [("I maj.", 1.0), ("I Kista.", 0.0)]


def test_a_contrast_teaches_which_questions_are_met_and_not_where():
    told = {"next_step": 1, "tone": 2, "clarity": 2}
    contrast = ReplyContrastRecord(
        id="s1",
        post="Biblioteket flyttar.",
        comment="Bra! När flyttar ni? Finns det hiss?",
        questions=("När flyttar ni?", "Finns det hiss?"),
        replies=(
            ContrastedReply(text="I mars. Hiss finns.", answers=2, grade=4, **told),
            ContrastedReply(text="Flytten sker i mars.", answers=1, grade=3, open=(1,), **told),
        ),
    )

    whole, half = pair_examples.of_contrasts([contrast], names=None, tools=phrases())
    assert [whole.pair.first[start:end] for start, end in whole.pair.parts] == [
        "När flyttar ni?",
        "Finns det hiss?",
    ]
    assert whole.levels.tolist() == [[1, 1], [1, 1]]
    # Whether it was touched nobody has said, only that it was not met.
    assert half.levels.tolist() == [[1, 1], [UNKNOWN, 0]]
    assert (whole.carries == UNKNOWN).all()
    assert whole.carries.shape == (2, 2)
    assert (whole.ratings != half.ratings).any()
    assert whole.split is Split.TRAIN
    assert whole.gold is None


def test_a_question_to_an_authority_is_told_apart_from_the_rest_of_its_category():
    asked = pair_examples.of_authorities(
        QuestionRecord(id=f"f{place}", category=category, question=f"{place}?", answer=str(place))
        for place, category in enumerate(["bad", "skor", "bad"])
    )

    assert [(one.question, one.candidates, one.right) for one in asked] == [
        ("0?", ("0", "2"), 0),
        ("2?", ("0", "2"), 1),
        ("1?", ("1",), 0),
    ]


# From here on with torch.


@pytest.fixture(scope="module")
def teacher(tmp_path_factory):
    """A network of chance on a small encoder of chance."""
    pytest.importorskip("torch")
    pytest.importorskip("onnx")
    from nlp.training import encoder as encoders
    from nlp.training.pair_network import PairRecipe
    from nlp.training.pairs import begin
    from tests.reading.small_encoders import bert

    folder = bert(tmp_path_factory.mktemp("bert"), room=600)
    recipe = PairRecipe(layers=2, epochs=2, batch=4, learning_rate=1e-3)
    return begin(encoders.load(folder), recipe), folder


EXAMPLES = [
    PairExample(
        pair=PairInput(
            "när öppnar badet?", "badet öppnar i maj. välkommen!", ((0, 17),), ((0, 19), (20, 30)),
        ),
        split=Split.TRAIN, ratings=np.ones(STEPS, np.float32), fits=1.0,
        levels=np.ones((1, 2), np.float32), carries=np.array([[1, 0]], np.float32), reply="r1",
    ),
    PairExample(pair=PairInput("uselt", "tack"), split=Split.TRAIN, follow_up=2),
    PairExample(pair=PairInput("när?", "nej"), split=Split.TRAIN, fits=0.0),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore")
def test_a_pair_is_read_the_same_alone_and_beside_others(teacher, tmp_path):
    from nlp.training.pairs import export

    taught, _ = teacher
    artefacts.save_network(
        tmp_path,
        network=export(taught, [one.pair for one in EXAMPLES]),
        tokenizer=taught.tokenizer.to_str(),
    )
    reader = PairReader(artefacts.load_pairs(tmp_path), version="1", threads=2)
    asked = [*(one.pair for one in EXAMPLES), PairInput("", ""), PairInput("a " * 900, "b " * 900)]

    together = reader.read(asked)
    for one, answer in zip(asked, together, strict=True):
        (alone,) = reader.read([one])
        np.testing.assert_allclose(alone.ratings, answer.ratings, atol=2e-3)
        np.testing.assert_allclose(alone.levels, answer.levels, atol=2e-3)
        np.testing.assert_allclose(alone.carries, answer.carries, atol=2e-3)
    for answer, meant in zip(together, taught.read(asked), strict=True):
        np.testing.assert_allclose(answer.ratings, meant.ratings, atol=0.1)


def _rated(name, *, answers):
    return LabelledReply(
        id=name, to=("k",), answers=answers, next_step=1, tone=1, clarity=1, grade=1 + 2 * answers,
        acknowledgement_only=not answers,
        well_answered=WellAnswered(("no", "partly", "yes")[answers]),
    )  # fmt: skip


def test_the_steps_are_shifted_to_where_raters_took_them_to_be(teacher):
    import torch

    from nlp.training.pairs import SETTLED_BY, measure, settle

    taught, _ = teacher
    kept = taught.network.ratings.bias.detach().clone()
    told = [
        replace(EXAMPLES[0], reply=f"r{n}", gold=_rated(f"r{n}", answers=n % 3)) for n in range(12)
    ]
    before = measure(taught.read, told)
    shifts = settle(taught, told)
    after = measure(taught.read, told)

    assert sum(after[name] for name in SETTLED_BY) >= sum(before[name] for name in SETTLED_BY)
    assert shifts[8:12] == [0, 0, 0, 0]  # the grade is summed up, not cut off
    moved = taught.network.ratings.bias.detach() - kept
    assert moved.numpy() == pytest.approx(shifts)
    assert settle(taught, []) == [0] * STEPS
    with torch.no_grad():
        taught.network.ratings.bias.copy_(kept)


@pytest.mark.filterwarnings("ignore")
def test_a_kept_version_that_was_changed_is_refused(teacher, tmp_path):
    from nlp.training.pairs import export

    taught, _ = teacher
    artefacts.save_network(
        tmp_path, network=export(taught, [EXAMPLES[0].pair]), tokenizer=taught.tokenizer.to_str()
    )
    path = tmp_path / "network.onnx"
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(ArtefactError, match="is not the file that was kept"):
        artefacts.load_pairs(tmp_path)


def test_what_is_not_known_teaches_nothing(teacher):
    from nlp.training.pair_network import _loss

    torch = pytest.importorskip("torch")
    taught, _ = teacher
    nothing = PairExample(pair=EXAMPLES[0].pair, split=Split.TRAIN)

    assert _loss(taught, [nothing], torch.ones(4)).item() == 0.0


def test_an_interrupted_training_goes_on_where_it_was(teacher, tmp_path):
    from nlp.training import encoder as encoders
    from nlp.training.pair_network import PairRecipe, train
    from nlp.training.pairs import begin

    _, folder = teacher
    recipe = PairRecipe(layers=2, epochs=2, batch=2, learning_rate=1e-3, dropout=0.0)

    def run(work, stop_after=None):
        opened = encoders.load(folder)
        made = begin(opened, recipe)

        def after(epoch):
            if epoch == stop_after:
                raise KeyboardInterrupt
            return {}

        train(
            made, EXAMPLES, (), work, encoder=opened.files, progress=lambda _: None,
            after_epoch=after,
        )  # fmt: skip
        return made

    whole = run(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "parts", stop_after=2)
    again = run(tmp_path / "parts")

    asked = [one.pair for one in EXAMPLES]
    for one, other in zip(whole.read(asked), again.read(asked), strict=True):
        np.testing.assert_allclose(one.ratings, other.ratings, atol=1e-4)
    told = [
        json.loads(line) for line in (tmp_path / "parts" / "log.jsonl").read_text().splitlines()
    ]
    assert [one["epoch"] for one in told] == [1, 2]


def test_figures_are_those_of_a_perfect_and_of_a_useless_reader(examples):
    pytest.importorskip("torch")
    from nlp.training.pairs import measure

    some = [one for one in examples if one.split is Split.DEV]
    truth = {one.pair: one for one in some}

    def perfect(asked):
        return [_answer(truth[pair]) for pair in asked]

    def useless(asked):
        return [_answer(PairExample(pair=pair, split=Split.DEV), flat=True) for pair in asked]

    figures = measure(perfect, some)
    assert {name: figures[name] for name in ("answers.qwk", "acknowledgement", "missed")} == {
        "answers.qwk": 1.0, "acknowledgement": 1.0, "missed": 1.0,
    }  # fmt: skip
    assert figures["follow_up"] == figures["passage"] == figures["parts.qwk"] == 1.0
    assert figures["grade.rho"] > 0.99
    nothing = measure(useless, [replace(one) for one in some])
    assert nothing["answers.qwk"] == nothing["parts.qwk"] == 0.0


def _answer(one, *, flat=False):
    kinds = np.full(len(FOLLOW_UPS), 0.25)
    if one.follow_up >= 0 and not flat:
        kinds = np.eye(len(FOLLOW_UPS))[one.follow_up]
    parts, passages = len(one.pair.parts), len(one.pair.passages)
    return pairs.PairAnswer(
        ratings=np.zeros(STEPS) if flat else one.ratings.clip(0, 1).astype(float),
        fits=0.5,
        follow_up=kinds,
        levels=np.zeros((parts, 2)) if flat else one.levels,
        carries=np.zeros((parts, passages)) if flat else one.carries,
    )
