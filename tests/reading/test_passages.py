"""What finds the answer to a question: how it is taught, exported and asked."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nlp import artefacts
from nlp.corpus.outside import OutsideQuestion
from nlp.errors import ArtefactError
from nlp.readers.passages import PassageReader, in_common, likeness

vectors = arrays(
    np.float32, st.tuples(st.integers(1, 5), st.just(3)), elements=st.floats(-1, 1, width=32)
)


@given(vectors, vectors)
def test_each_piece_of_the_question_counts_by_its_nearest_in_the_answer(question, answer):
    naive = [max(float(np.dot(one, other)) for other in answer) for one in question]
    assert likeness(question, answer) == pytest.approx(sum(naive) / len(naive), abs=1e-4)


def test_characters_in_common_are_weighed_by_how_few_answers_have_them():
    answers = ["Badet öppnar i juni.", "Badet kostar 40 kronor.", "Badet."]
    first, second, third = in_common("När öppnar badet?", answers)
    assert first > third > 0
    assert first > second
    assert in_common("När?", ["!", "?"]).tolist() == [0, 0]


# From here on with torch.


QUESTIONS = [
    OutsideQuestion(question="när öppnar badet", candidates=("i juni", "40 kronor"), right=0),
    OutsideQuestion(question="vad kostar det", candidates=("i juni", "40 kronor"), right=1),
    OutsideQuestion(question="var ligger det", candidates=("vid ån", "på torget"), right=0),
]


@pytest.fixture(scope="module")
def teacher(tmp_path_factory):
    """A network of chance on a small encoder of chance."""
    pytest.importorskip("torch")
    pytest.importorskip("onnx")
    from nlp.training import encoder as encoders
    from nlp.training.passages import PassageRecipe, begin
    from tests.reading.small_encoders import bert

    folder = bert(tmp_path_factory.mktemp("bert"), room=600)
    recipe = PassageRecipe(layers=2, frozen=1, epochs=2, batch=2, learning_rate=1e-3)
    encoder = encoders.load(folder)
    return begin(encoder.lowest(2), encoder.pieces, recipe)


def test_the_same_answer_of_another_question_is_not_wrong(teacher):
    from nlp.training.passages import Asked

    alike = [Asked("när öppnar badet", "i juni"), Asked("vilken månad öppnar ni", "i juni")]
    other = [alike[0], Asked("vad kostar det", "40 kronor")]
    teacher.network.eval()
    assert teacher.loss(alike, Random(1)).item() == pytest.approx(0, abs=1e-6)
    assert teacher.loss(other, Random(1)).item() > 1e-3


@pytest.fixture(scope="module")
def reader(teacher, tmp_path_factory):
    from nlp.training.passages import as_asked, export

    folder = tmp_path_factory.mktemp("passages")
    artefacts.save_network(
        folder,
        network=export(teacher, [as_asked(one) for one in QUESTIONS]),
        tokenizer=teacher.tokenizer.to_str(),
    )
    return PassageReader(artefacts.load_passages(folder), version="1", threads=2), folder


@pytest.mark.filterwarnings("ignore")
def test_a_text_is_read_the_same_alone_and_beside_others(reader):
    asked, _ = reader
    texts = ["när?", "", "a " * 900, "vad kostar det att bada", "när?"]
    together = asked.answers(texts)
    for text, vectors_of in zip(texts, together, strict=True):
        (alone,) = asked.answers([text])
        np.testing.assert_allclose(alone, vectors_of, atol=2e-3)
        np.testing.assert_allclose(np.linalg.norm(vectors_of, axis=1), 1, atol=1e-3)
    assert len(together[2]) < 300


@pytest.mark.filterwarnings("ignore")
def test_the_same_answer_fits_as_well_wherever_it_stands(reader):
    asked, _ = reader
    answers = ["i juni", "40 kronor", "på torget"]
    fits = asked.fits("när öppnar badet", answers)
    turned = asked.fits("när öppnar badet", answers[::-1])
    assert fits.tolist() == pytest.approx(turned.tolist()[::-1], abs=1e-2)
    assert fits.sum() == pytest.approx(0, abs=1e-6)
    assert asked.fits("när", ["i juni"]).tolist() == [0]


@pytest.mark.filterwarnings("ignore")
def test_a_kept_version_that_was_changed_is_refused(reader, tmp_path):
    import shutil

    _, folder = reader
    shutil.copytree(folder, tmp_path / "kept")
    path = tmp_path / "kept" / "network.onnx"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ArtefactError, match="is not the file that was kept"):
        artefacts.load_passages(tmp_path / "kept")


def test_it_learns_which_answer_is_whose_and_what_stands_still_stands_still(teacher, tmp_path):
    import torch

    from nlp.training.passages import as_asked, train

    examples = [as_asked(one) for one in QUESTIONS]
    layers = teacher.network.encoder.encoder.layer
    still = [p.detach().clone() for p in layers[0].parameters()]
    teacher.network.eval()
    with torch.no_grad():
        before = teacher.loss(examples, Random(1)).item()
    train(
        teacher,
        examples,
        tmp_path / "work",
        encoder={},
        progress=lambda said: None,
        after_epoch=lambda epoch: {},
    )
    teacher.network.eval()
    with torch.no_grad():
        after = teacher.loss(examples, Random(1)).item()
    assert after < before
    assert all(torch.equal(a, b) for a, b in zip(still, layers[0].parameters(), strict=True))


def test_all_questions_on_one_text_teach_or_measure_together():
    pytest.importorskip("torch")
    from nlp.training.passages import divided

    questions = [
        OutsideQuestion(question=f"{n}?", candidates=(f"a{n // 3}", f"b{n // 3}"), right=0)
        for n in range(300)
    ]
    taught, held_out = divided(questions)
    assert len(taught) + len(held_out) == 300
    assert 10 <= len(held_out) <= 60
    assert not {one.candidates for one in taught} & {one.candidates for one in held_out}
