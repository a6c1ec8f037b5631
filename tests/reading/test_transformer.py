"""The transformer reader that ships: what it is given, what it gives, and what it refuses."""

import hashlib
import json
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import artefacts
from nlp.errors import ArtefactError
from nlp.pipeline import sentence_carries
from nlp.readers.reader import LABELS, SENTIMENTS, ReaderInput, Words
from nlp.readers.transformer import LONGEST, TransformerReader, _parts
from nlp.tagger import sentences
from nlp.vocabulary import EVIDENCE_LABELS, Label, Sentiment

ROOT = Path(__file__).parents[2]
KEPT = artefacts.load_settings(ROOT / "models").readers["transformer"].version
FOLDER = ROOT / "models" / "reader" / KEPT
MODEL = artefacts.load_transformer(FOLDER)
READER = TransformerReader(MODEL, version=KEPT)

TEXTS = [
    "När öppnar badet i sommar?",
    "Tredje veckan utan sophämtning. Skärpning!",
    "sätt upp en bänk vid hållplatsen",
    "Tack för fin hjälp i receptionen 😊",
    "👍",
    "",
    "Följer",
    "Where can I find the form?",
    "<s> är inget </s> särskilt <pad>",
    "Snälla svara nån gång. " * 90 + "Hur lång är kön?",
]


def _inputs(texts):
    return [ReaderInput(text=text, post_text="Badet är stängt v. 12.") for text in texts]


def test_probabilities_are_probabilities():
    answers = READER.read(_inputs(TEXTS))
    assert answers.labels.shape == (len(TEXTS), len(LABELS))
    assert answers.sentiment.shape == (len(TEXTS), len(SENTIMENTS))
    assert (answers.labels >= 0).all()
    assert (answers.labels <= 1).all()
    assert np.allclose(answers.sentiment.sum(axis=1), 1)
    assert len(answers.words) == len(TEXTS)


def test_nothing_to_read_gives_no_rows():
    answers = READER.read([])
    assert answers.labels.shape == (0, len(LABELS))
    assert answers.words == ()


@settings(deadline=None, max_examples=8)
@given(st.permutations(range(len(TEXTS))), st.integers(1, len(TEXTS)), st.sampled_from([1, 3]))
def test_a_comment_reads_the_same_whatever_is_read_beside_it(order, count, threads):
    reader = TransformerReader(MODEL, version=KEPT, threads=threads)
    chosen = list(order)[:count]
    whole = READER.read(_inputs(TEXTS))
    some = reader.read(_inputs([TEXTS[place] for place in chosen]))
    assert np.abs(some.labels - whole.labels[chosen]).max() < 1e-3
    assert np.abs(some.sentiment - whole.sentiment[chosen]).max() < 1e-3


def test_a_comment_of_no_words_reads_the_same_beside_others():
    alone = READER.read(_inputs([""])).labels[0]
    beside = READER.read(_inputs(["", "x", "Uselt! Varför svarar ni inte?"])).labels[0]
    assert np.abs(alone - beside).max() < 1e-6


def test_plain_comments_are_read_as_anybody_would():
    answers = READER.read(_inputs(TEXTS[:4]))
    for row, label in enumerate((Label.QUESTION, Label.COMPLAINT, Label.SUGGESTION, Label.PRAISE)):
        assert answers.labels[row, LABELS.index(label)] > 0.5, label
    said = [SENTIMENTS[place] for place in answers.sentiment.argmax(axis=1)]
    assert said[1] is Sentiment.NEGATIVE
    assert said[3] is Sentiment.POSITIVE


def test_a_question_at_the_end_of_a_very_long_text_is_found_and_shown():
    text = TEXTS[-1]
    assert len(text) > 2_000
    answers = READER.read(_inputs([text]))
    column = EVIDENCE_LABELS.index(Label.QUESTION)
    assert answers.labels[0, LABELS.index(Label.QUESTION)] > 0.5
    spans = sentences(text)
    said = sentence_carries(spans, answers.words[0])[:, column]
    assert said.argmax() == len(spans) - 1


@pytest.mark.parametrize("text", TEXTS)
def test_words_lie_in_the_text_in_order(text):
    (words,) = READER.read(_inputs([text])).words
    assert words.carries.shape == (len(words.spans), len(EVIDENCE_LABELS))
    for start, end in words.spans.tolist():
        assert 0 <= start <= end <= len(text)
    assert all(one[1] <= other[1] for one, other in pairwise(words.spans.tolist()))


# --- long texts -------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(["hej", "Nej!", "vad då?", "x" * 400, "😡", "\n"]), max_size=500))
@settings(deadline=None, max_examples=50)
def test_windows_cover_every_piece_once_and_never_too_many(parts):
    text = " ".join(parts)
    offsets = MODEL.tokenizer.encode(text, add_special_tokens=False).offsets
    spans = np.array(offsets, dtype=np.int64).reshape(-1, 2)
    windows = list(_parts(text, spans))
    assert windows[0][0] == 0
    assert windows[-1][1] == len(spans)
    assert all(one[1] == other[0] for one, other in pairwise(windows))
    assert all(end - start <= LONGEST for start, end in windows)


def test_a_window_ends_where_a_sentence_does():
    text = "Det här är en mening om badet. " * 60
    offsets = MODEL.tokenizer.encode(text, add_special_tokens=False).offsets
    spans = np.array(offsets, dtype=np.int64)
    for _, end in list(_parts(text, spans))[:-1]:
        assert text[: spans[end - 1][1]].endswith(".")


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), min_size=1, max_size=6),
    st.randoms(use_true_random=False),
)
def test_a_sentence_carries_as_much_as_its_strongest_word(pieces, random):
    spans = sorted((start, start + length) for start, length in pieces)
    carries = np.array([[random.random() for _ in EVIDENCE_LABELS] for _ in spans])
    words = Words(spans=np.array(spans), carries=carries)
    asked = [(0, 20), (20, 50), (50, 60)]
    found = sentence_carries(asked, words)
    for row, (start, end) in enumerate(asked):
        for column in range(len(EVIDENCE_LABELS)):
            inside = [
                carries[place, column]
                for place, (begin, stop) in enumerate(spans)
                if begin < end and start < stop
            ]
            assert found[row, column] == max(inside, default=0)


# --- artefacts --------------------------------------------------------------------------------


@pytest.fixture
def models(tmp_path):
    """The kept reader, to be damaged."""
    folder = tmp_path / "reader" / KEPT
    shutil.copytree(FOLDER, folder)
    return folder


@pytest.mark.parametrize("name", ["encoder.onnx", "context.onnx", "tokenizer.json", "sha256.json"])
def test_a_missing_file_is_named(models, name):
    (models / name).unlink()
    with pytest.raises(ArtefactError, match=name.replace(".", r"\.")):
        artefacts.load_transformer(models)


@pytest.mark.parametrize("name", ["encoder.onnx", "context.onnx", "tokenizer.json"])
def test_one_wrong_byte_is_noticed(models, name):
    content = bytearray((models / name).read_bytes())
    content[len(content) // 2] ^= 1
    (models / name).write_bytes(content)
    with pytest.raises(ArtefactError, match="is not the file that was kept; restore the folder"):
        artefacts.load_transformer(models)


def _state(models, name):
    """Make the checksums say that the file is the right one."""

    stated = json.loads((models / "sha256.json").read_text("utf-8"))
    stated[name] = hashlib.sha256((models / name).read_bytes()).hexdigest()
    (models / "sha256.json").write_text(json.dumps(stated), "utf-8")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("encoder.onnx", b""),
        ("encoder.onnx", b"inte onnx" * 100),
        ("context.onnx", b"\x00"),
        ("tokenizer.json", b"{}"),
        ("tokenizer.json", b"\xff"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_advice(models, name, content):
    (models / name).write_bytes(content)
    _state(models, name)
    with pytest.raises(ArtefactError, match='set reader = "linear"'):
        artefacts.load_transformer(models)


def test_a_tokenizer_of_another_model_is_refused(models):
    path = models / "tokenizer.json"
    told = json.loads(path.read_text("utf-8"))
    told["added_tokens"] = [token for token in told["added_tokens"] if token["content"] != "<pad>"]
    told["model"]["vocab"] = [
        ["<fyllning>", score] if piece == "<pad>" else [piece, score]
        for piece, score in told["model"]["vocab"]
    ]
    told["padding"] = None
    path.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    _state(models, path.name)
    with pytest.raises(ArtefactError, match="does not say what opens, closes and fills up a text"):
        artefacts.load_transformer(models)
