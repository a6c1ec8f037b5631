"""How a network is taught, kept and exported: with small encoders of chance, made here."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
onnx = pytest.importorskip("onnx")

from nlp import artefacts  # noqa: E402
from nlp.corpus.outside import OutsideText  # noqa: E402
from nlp.corpus.splits import Split  # noqa: E402
from nlp.errors import ArtefactError  # noqa: E402
from nlp.readers.reader import LABELS, Probabilities, ReaderInput  # noqa: E402
from nlp.readers.transformer import LONGEST, TransformerReader  # noqa: E402
from nlp.reviews import Review, ReviewedComment  # noqa: E402
from nlp.settings import ReaderSettings, Threshold  # noqa: E402
from nlp.training import encoder as encoders  # noqa: E402
from nlp.training import keep  # noqa: E402
from nlp.training import reader as reading  # noqa: E402
from nlp.training.corpus import LabelledComment  # noqa: E402
from nlp.training.examples import UNKNOWN, of_corpus, of_outside  # noqa: E402
from nlp.training.export import export  # noqa: E402
from nlp.training.gain import Judge, NotBetter  # noqa: E402
from nlp.training.loop import STATE_NAME, known_loss  # noqa: E402
from nlp.training.reader_card import card, comma, told_of_reviews  # noqa: E402
from nlp.training.reviews import WEIGHT, divide  # noqa: E402
from nlp.training.transformer import Recipe, _loss, train  # noqa: E402
from nlp.vocabulary import EVIDENCE_LABELS, Evidence, Label, Sentiment  # noqa: E402
from tests.reading.small_encoders import SMALL, bert, roberta  # noqa: E402

# The newer exporter needs a package more and gives the same graph.
pytestmark = pytest.mark.filterwarnings("ignore")

ROOT = Path(__file__).parents[2]
TEXTS = ["När öppnar badet?", "uselt.", "", "🙂", "Tack för hjälpen! Vad gäller i maj?" * 20]

KINDS = {"bert": (bert, (2, 3, 0)), "xlm-roberta": (roberta, (0, 2, 1))}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return {kind: make(tmp_path_factory.mktemp(kind)) for kind, (make, _) in KINDS.items()}


RECIPE = Recipe(layers=2, epochs=2, batch=4, learning_rate=1e-3)


def _begin(folder, **changed):
    opened = encoders.load(folder)
    return reading.begin(opened, replace(RECIPE, **changed)), opened


def _comment(number, text, labels=(), evidence=(), split=Split.TRAIN):
    return LabelledComment(
        id=f"c{number}",
        group=f"t{number}",
        split=split,
        input=ReaderInput(text=text, post_text="badet öppnar"),
        labels=frozenset(labels),
        sentiment=list(Sentiment)[number % 3],
        evidence=evidence,
    )


COMMENTS = [
    _comment(
        n,
        f"{'usel' if n % 2 else 'fin'} sak {'abcdefgh'[n % 8]}",
        (Label.COMPLAINT,) if n % 2 else (),
        (Evidence(Label.COMPLAINT, 0, 4),) if n % 2 else (),
    )
    for n in range(12)
]


def _inputs(texts):
    return [ReaderInput(text=text, post_text="Badet är stängt") for text in texts]


def _say_nothing(step):
    pass


def _train(teacher, opened, folder, examples=None, **given):
    train(
        teacher,
        of_corpus(COMMENTS) if examples is None else examples,
        folder,
        encoder=opened.files,
        progress=given.pop("progress", _say_nothing),
        **given,
    )


# --- any encoder ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_an_encoder_of_either_family_can_be_taught_exported_and_read(folders, kind, tmp_path):
    teacher, opened = _begin(folders[kind])
    assert teacher.frame == KINDS[kind][1]
    _train(teacher, opened, tmp_path / "work")
    exported = export(teacher, [one.input.text for one in COMMENTS], rounded=False)
    artefacts.save_transformer(
        tmp_path / "kept",
        encoder=exported.encoder,
        context=exported.context,
        tokenizer=teacher.tokenizer.to_str(),
    )
    kept = artefacts.load_transformer(tmp_path / "kept")
    assert kept.frame == KINDS[kind][1]
    texts = [text for text in TEXTS if len(text) < LONGEST]
    ours = teacher.read(_inputs(texts))
    theirs = TransformerReader(kept, version="1").read(_inputs(texts))
    assert np.abs(ours.labels - theirs.labels).max() < 2e-3
    assert np.abs(ours.sentiment - theirs.sentiment).max() < 2e-3
    assert TransformerReader(kept, version="1").read(_inputs(TEXTS)).labels.shape[0] == len(TEXTS)


def test_weights_of_the_older_kind_are_read_too(folders, tmp_path):
    folder = tmp_path / "bert"
    shutil.copytree(folders["bert"], folder)
    model = transformers.BertForMaskedLM.from_pretrained(folder)
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    ours, theirs = (encoders.load(each).model.state_dict() for each in (folder, folders["bert"]))
    assert all(torch.equal(weight, theirs[name]) for name, weight in ours.items())


def test_an_encoder_that_reads_too_little_at_once_is_refused(folders, tmp_path):
    folder = tmp_path / "bert"
    shutil.copytree(folders["bert"], folder)
    config = transformers.BertConfig(vocab_size=71, **{**SMALL, "max_position_embeddings": 64})
    transformers.BertModel(config).save_pretrained(folder)
    with pytest.raises(ArtefactError, match=r"läser bara 64 ordbitar.*Ta en annan kodare"):
        encoders.load(folder)


def test_a_checksum_is_taken_of_every_file_of_an_encoder(folders, tmp_path):
    folder = tmp_path / "bert"
    shutil.copytree(folders["bert"], folder)
    before = encoders.load(folder).files
    assert set(before) == {path.name for path in folder.iterdir()}
    (folder / "vocab.txt").write_text((folder / "vocab.txt").read_text("utf-8") + "x\n", "utf-8")
    after = encoders._checksums(folder)
    assert {name for name in before if before[name] != after[name]} == {"vocab.txt"}


# --- what is taught ---------------------------------------------------------------------------


def test_what_is_not_known_teaches_nothing():
    odds = torch.randn(3, 4, requires_grad=True)
    told = np.array([[1, 0, UNKNOWN, UNKNOWN]] * 2 + [[UNKNOWN] * 4], dtype=np.float32)
    known_loss(odds, told).backward()
    assert ((odds.grad != 0).numpy() == (told != UNKNOWN)).all()
    assert known_loss(odds, np.full((3, 4), UNKNOWN, dtype=np.float32)).item() == 0


def test_a_text_with_one_known_label_moves_the_head_of_that_label_alone(folders):
    teacher, _ = _begin(folders["bert"], dropout=0.0)
    (example,) = of_outside([OutsideText(text="usel sak", labels={Label.UNCIVIL: True})])
    teacher.network.train()
    _loss(teacher, [teacher.in_pieces(example)], torch.ones(len(LABELS))).backward()
    moved = teacher.network.labels.weight.grad.abs().sum(dim=1) > 0
    assert moved.nonzero().flatten().tolist() == [LABELS.index(Label.UNCIVIL)]
    assert teacher.network.marks.weight.grad.abs().sum() == 0
    assert teacher.network.sentiment.weight.grad is None


def test_marked_evidence_teaches_which_words_carry_a_label(folders, tmp_path):
    teacher, opened = _begin(folders["bert"], epochs=8, dropout=0.0, head_rate=2e-2)
    _train(teacher, opened, tmp_path)
    teacher.network.eval()
    (example,) = of_corpus([COMMENTS[1]])
    with torch.no_grad():
        words = teacher.answer([teacher.in_pieces(example)])[2][0]
    carries = words[:, EVIDENCE_LABELS.index(Label.COMPLAINT)]
    spans = teacher.tokenizer.encode(example.input.text, add_special_tokens=False).offsets
    inside = [place for place, (start, _) in enumerate(spans, start=1) if start < 4]
    outside = [place for place, (start, _) in enumerate(spans, start=1) if start >= 4]
    assert carries[inside].min() > carries[outside].max()


def test_without_context_what_is_exported_adds_nothing(folders):
    teacher, _ = _begin(folders["bert"], context=False)
    head = onnx.load_from_string(export(teacher, ["sak"], rounded=False).context)
    import onnxruntime

    session = onnxruntime.InferenceSession(head.SerializeToString())
    random = np.random.default_rng(1)
    given = {
        one.name: random.normal(size=(3, one.shape[1])).astype(np.float32)
        for one in session.get_inputs()
    }
    assert not session.run(None, given)[0].any()
    taught = teacher.read(_inputs(TEXTS[:2])).labels
    bare = teacher.read([ReaderInput(text=text) for text in TEXTS[:2]]).labels
    assert np.array_equal(taught, bare)


# --- going on ---------------------------------------------------------------------------------


def _stop_in(epoch):
    def progress(step):
        if step.startswith(f"varv {epoch} "):
            raise KeyboardInterrupt

    return progress


def test_a_run_that_was_stopped_ends_where_it_would_have(folders, tmp_path):
    whole, opened = _begin(folders["bert"])
    _train(whole, opened, tmp_path / "whole")
    stopped, opened = _begin(folders["bert"])
    with pytest.raises(KeyboardInterrupt):
        _train(stopped, opened, tmp_path / "stopped", progress=_stop_in(2))
    resumed, opened = _begin(folders["bert"])
    met = []
    _train(resumed, opened, tmp_path / "stopped", progress=met.append)
    assert all(step.startswith("varv 2 ") for step in met)
    theirs = whole.network.state_dict()
    assert all(torch.equal(one, theirs[name]) for name, one in resumed.network.state_dict().items())
    log = (tmp_path / "stopped" / "log.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["epoch"] for line in log] == [1, 2]


def test_a_run_does_not_go_on_with_other_things_than_it_began_with(folders, tmp_path):
    teacher, opened = _begin(folders["bert"], epochs=1)
    _train(teacher, opened, tmp_path)
    again, _ = _begin(folders["bert"], epochs=1)
    other_label = [replace(COMMENTS[0], labels=frozenset({Label.PRAISE})), *COMMENTS[1:]]
    with pytest.raises(ArtefactError, match=r"state\.pt hör till en träning med andra kommentarer"):
        _train(again, opened, tmp_path, of_corpus(other_label))
    with pytest.raises(ArtefactError, match=r"med en annan kodare\. Ta bort mappen"):
        _train(again, replace(opened, files={**opened.files, "vocab.txt": "0"}), tmp_path)
    other, _ = _begin(folders["bert"], epochs=1, seed=2)
    with pytest.raises(ArtefactError, match="med annat recept"):
        _train(other, opened, tmp_path)


@pytest.mark.parametrize("left", [0, 10, 3_000, -1])
def test_a_damaged_state_says_which_folder_to_remove(folders, tmp_path, left):
    teacher, opened = _begin(folders["bert"], epochs=1)
    _train(teacher, opened, tmp_path)
    path = tmp_path / STATE_NAME
    content = path.read_bytes()
    path.write_bytes(content[:left] if left >= 0 else b"inget tillstand" * 100)
    with pytest.raises(ArtefactError, match=r"state\.pt är skadad.*Ta bort mappen"):
        _train(teacher, opened, tmp_path)


# --- what is exported -------------------------------------------------------------------------


def test_weights_are_rounded_by_a_scale_for_each_column_and_scales_are_fixed(folders):
    teacher, _ = _begin(folders["bert"])
    graph = onnx.load_from_string(export(teacher, ["usel sak", "fin sak"]).encoder).graph
    assert not [node for node in graph.node if node.op_type == "DynamicQuantizeLinear"]
    sizes = {one.name: list(one.dims) for one in graph.initializer}
    products = [
        node for node in graph.node if node.op_type == "MatMulInteger" and node.input[1] in sizes
    ]
    assert len(products) == 6 * SMALL["num_hidden_layers"]
    for node in products:
        columns = sizes[node.input[1]][1]
        scale = node.input[1].replace("_quantized", "_scale")
        assert sizes[scale] == [columns]


def test_what_is_rounded_reads_nearly_the_same(folders, tmp_path):
    teacher, opened = _begin(folders["bert"])
    _train(teacher, opened, tmp_path / "work")
    texts = [one.input.text for one in COMMENTS]
    answers = []
    for rounded in (True, False):
        made = export(teacher, texts, rounded=rounded)
        folder = tmp_path / str(rounded)
        artefacts.save_transformer(
            folder,
            encoder=made.encoder,
            context=made.context,
            tokenizer=teacher.tokenizer.to_str(),
        )
        model = artefacts.load_transformer(folder)
        answers.append(TransformerReader(model, version="1").read(_inputs(texts)).labels)
    assert 0 < np.abs(answers[0] - answers[1]).max() < 0.05


def test_texts_for_the_scales_are_drawn_from_the_whole_training_part():
    comments = [_comment(n, str(n)) for n in range(5_000)]
    comments += [_comment(n, "dev", split=Split.DEV) for n in range(5_000)]
    drawn = reading.texts_for_scales(comments, 1)
    assert len(set(drawn)) == reading.TEXTS_FOR_SCALES
    assert "dev" not in drawn
    quarters = np.bincount([int(text) // 1_250 for text in drawn])
    assert quarters.min() > 60
    assert drawn == reading.texts_for_scales(comments, 1) != reading.texts_for_scales(comments, 2)


# --- which reader is used ---------------------------------------------------------------------


def _settings(version):
    return ReaderSettings(
        version=version,
        thresholds=dict.fromkeys(Label, Threshold(unsure=0.5, decide=0.5, sure=0.5)),
        sentiment_unsure_below=0.5,
    )


BEFORE = replace(artefacts.load_settings(ROOT / "models"), default_reader="linear")


@pytest.mark.parametrize(
    ("linear", "earlier", "default", "version"),
    [
        (0.70, 0.75, "transformer", "ny"),
        (0.70, None, "transformer", "ny"),
        (0.85, None, "linear", "ny"),
        (0.85, 0.75, "linear", "ny"),
        (0.70, 0.85, "linear", "2"),
        (0.80, 0.75, "linear", "ny"),
    ],
)
def test_a_new_version_is_used_if_it_is_better_than_each_of_the_others(
    linear, earlier, default, version
):
    rivals = {"linear@4": {"labels": linear, "sentiment": linear}}
    if earlier is not None:
        rivals["transformer@2"] = {"labels": earlier, "sentiment": earlier}
    ours = {"labels": 0.82, "sentiment": 0.78}
    made = reading.choose(BEFORE, _settings("ny"), ours, rivals)
    assert made.default == default
    assert made.readers["transformer"].version == version
    assert ("används nu" in made.verdict[-1]) is (default == "transformer")
    assert made.verdict[0].startswith(
        f"{'bättre' if linear < 0.8 else 'inte bättre'} än linear@4 på utvecklingsdelen: "
        f"etiketter 0,82 mot {comma(linear)}, sentiment 0,78 mot {comma(linear)}"
    )
    assert f"{0.8 - linear:+.3f}".replace(".", ",") in made.verdict[0]


# --- the whole, in small ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A sixth of the corpus with the settings that ship, and no other version of a transformer."""
    folder = tmp_path_factory.mktemp("small")
    for name in ("threads", "labels"):
        (folder / "data" / "corpus" / name).mkdir(parents=True)
        for batch in ("k10", "k11", "k17"):
            shutil.copy(
                ROOT / "data" / "corpus" / name / f"{batch}.jsonl",
                folder / "data" / "corpus" / name,
            )
    for name in ("lexicons", "names", "linear", "lexical"):
        shutil.copytree(ROOT / "models" / name, folder / "models" / name)
    text = (ROOT / "models" / "pipeline.toml").read_text("utf-8")
    start, end = text.index("[transformer]"), text.index("[linear]")
    text = text[:start] + text[end:]
    (folder / "models" / "pipeline.toml").write_text(
        text.replace('reader = "transformer"', 'reader = "linear"'), "utf-8"
    )
    return folder


@pytest.fixture
def little(monkeypatch):
    """Of all that would be taught, what takes a moment."""
    monkeypatch.setattr(keep, "check_size", lambda comments: None)
    gather = reading.gather

    def gather_little(*given, **told):
        taught = gather(*given, **told)
        return replace(taught, examples=taught.examples[:64])

    monkeypatch.setattr(reading, "gather", gather_little)


REVIEWED = [
    ReviewedComment(
        group=f"facebook {number}",
        input=ReaderInput(text="Xylofonsson undrar?"),
        review=Review(labels={Label.QUESTION: True}),
    )
    for number in range(20)
]


def _train_with_reviews(small, folder, work):
    return reading.train_reader_and_keep(
        small / "models",
        small / "data" / "corpus",
        folder,
        work,
        version="granskad",
        recipe=replace(RECIPE, epochs=1, batch=32, context=False),
        progress=_say_nothing,
        reviewed=REVIEWED,
    )


@pytest.mark.usefixtures("little")
def test_reviews_teach_but_what_is_no_better_is_not_kept(small, folders, monkeypatch):
    work = small / "models" / ".training-granskad"
    before = {path: path.read_bytes() for path in small.rglob("*") if path.is_file()}
    met = []
    teach = reading.teach

    def look(teacher, taught, *given, **told):
        met.extend(one for one in taught.examples if "Xylofonsson" in one.input.text)
        teach(teacher, taught, *given, **told)

    monkeypatch.setattr(reading, "teach", look)
    with pytest.raises(NotBetter, match="ingen ny version är sparad") as refused:
        _train_with_reviews(small, folders["bert"], work)
    assert {path: path.read_bytes() for path in small.rglob("*") if path.is_file()} == before
    assert not work.exists()
    assert "bredvid linear@4" in str(refused.value)
    assert "Xylofonsson" not in str(refused.value)
    teaching, _ = divide(REVIEWED)
    assert len(met) == WEIGHT * len(teaching)
    assert {one.labels[LABELS.index(Label.QUESTION)] for one in met} == {1}


@pytest.mark.usefixtures("little")
def test_what_is_better_with_reviews_is_kept_and_its_card_says_by_how_much(
    small, folders, monkeypatch, tmp_path
):
    class Silent:
        name = "transformer@2"

        def read(self, inputs):
            sentiment = np.tile([0.0, 0.0, 1.0], (len(inputs), 1))
            return Probabilities(labels=np.zeros((len(inputs), len(LABELS))), sentiment=sentiment)

    nothing = Threshold(unsure=1.0, decide=1.0, sure=1.0)
    settings = replace(_settings("2"), thresholds=dict.fromkeys(Label, nothing))
    mute = Judge(reader=Silent(), settings=settings)
    monkeypatch.setattr(reading, "_in_use", lambda *given: mute)
    copied = tmp_path / "small"
    shutil.copytree(small, copied)
    kept = _train_with_reviews(copied, folders["bert"], tmp_path / "work")
    folder = copied / "models" / "reader" / "granskad"
    told = json.loads((folder / "metrics.json").read_text("utf-8"))
    assert told["reviews"]["dev"]["gain"] > 0 < told["reviews"]["test"]["gain"]
    assert told["reviews"]["taught"] + told["reviews"]["set_aside"] == len(REVIEWED)
    said = (folder / "card.md").read_text("utf-8")
    assert said == card("granskad", told)
    for line in told_of_reviews(told["reviews"]):
        assert line in kept.verdict
        assert line in said
    assert "Xylofonsson" not in said + "".join(kept.verdict)
    made = artefacts.load_settings(copied / "models")
    assert made.readers["transformer"].version == "granskad"
    assert made.default_reader == "linear", "the light tier is better still"


@pytest.mark.usefixtures("little")
def test_a_version_is_kept_whole_and_what_changed_meanwhile_stays(small, folders):
    settings = small / "models" / "pipeline.toml"
    work = small / "models" / ".training-ny"

    def meddle(step):
        if step.startswith("läsaren kalibreras"):
            changed = settings.read_text("utf-8").replace(
                "[discussion.civility]\nbase = ", "[discussion.civility]\nbase = 7"
            )
            settings.write_text(changed, "utf-8")

    kept = reading.train_reader_and_keep(
        small / "models",
        small / "data" / "corpus",
        folders["bert"],
        work,
        version="ny",
        recipe=replace(RECIPE, epochs=1, batch=32, context=False),
        progress=meddle,
    )
    assert not work.exists()
    made = artefacts.load_settings(small / "models")
    assert made.discussion_weights["civility"]["base"] > 70
    assert made.default_reader == "linear", "a network of chance is not used"
    assert kept.verdict[0].startswith("inte bättre än linear@4 på utvecklingsdelen")
    assert "används inte" in kept.verdict[-1]
    folder = small / "models" / "reader" / "ny"
    told = json.loads((folder / "metrics.json").read_text("utf-8"))
    assert set(told["encoder"]["files"]) == {path.name for path in folders["bert"].iterdir()}
    assert (folder / "card.md").read_text("utf-8") == card("ny", told)
    assert f"kodaren i mappen `{folders['bert'].name}`" in card("ny", told)
    assert len(told["epochs"]) == 1
    assert artefacts.load(small / "models", reader="transformer").transformer is not None
