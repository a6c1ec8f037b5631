"""Cuts the vocabulary of multilingual-e5-small and names its parts as Hugging Face folders do."""

from __future__ import annotations

import lzma
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from nlp import artefacts
from nlp.errors import ArtefactError
from nlp.training.four_bit import FourBitFile, Sizes

_LAYER: Final[Mapping[str, str]] = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
"""What the four-bit file calls the parts of a layer, and what transformers calls them."""


def kept_pieces(path: Path, pieces: int) -> npt.NDArray[np.int64]:
    """The ids of the kept pieces: one bit for each piece of the uncut tokenizer, the lowest first.

    Raises:
        ArtefactError: The list is missing, damaged or made for another tokenizer.
    """
    try:
        octets = np.frombuffer(lzma.decompress(artefacts.read_bytes(path)), np.uint8)
    except lzma.LZMAError as error:
        raise ArtefactError(f"{path} is damaged ({error}); restore it") from error
    bits = np.unpackbits(octets, bitorder="little")
    if len(octets) != -(-pieces // 8) or bits[pieces:].any():
        raise ArtefactError(f"{path} was not made for a tokenizer of {pieces} pieces; restore it")
    return np.flatnonzero(bits)


def cut_tokenizer(uncut: Mapping[str, Any], kept: npt.NDArray[np.int64]) -> dict[str, Any]:
    """The tokenizer with the kept pieces alone; ids are places in its list, and so move."""
    vocabulary = [uncut["model"]["vocab"][piece] for piece in kept]
    places = {text: place for place, (text, _) in enumerate(vocabulary)}
    try:
        special = [{**each, "id": places[each["content"]]} for each in uncut["added_tokens"]]
    except KeyError as error:
        raise ArtefactError(f"the list of kept pieces lacks {error}, which is special") from error
    return {
        **uncut,
        "added_tokens": special,
        "model": {**uncut["model"], "vocab": vocabulary},
    }


def cut_tensors(
    packed: FourBitFile, kept: npt.NDArray[np.int64]
) -> Iterator[tuple[str, npt.NDArray[np.float32]]]:
    """All tensors by the names of transformers; matrices are (out, in), the rest flat."""
    width, inner = packed.sizes.hidden, packed.sizes.feed_forward
    yield "embeddings.word_embeddings.weight", packed.tensor("emb.word", width, rows=kept)
    yield "embeddings.position_embeddings.weight", packed.tensor("emb.pos", width)
    yield "embeddings.token_type_embeddings.weight", packed.tensor("emb.type", width)
    yield "embeddings.LayerNorm.weight", packed.tensor("emb.ln.w", width)[0]
    yield "embeddings.LayerNorm.bias", packed.tensor("emb.ln.b", width)[0]
    for layer in range(packed.sizes.layers):
        for short, long in _LAYER.items():
            weight = packed.tensor(f"l{layer}.{short}.w", inner if short == "fo" else width)
            bias = packed.tensor(f"l{layer}.{short}.b", inner if short == "fi" else width)
            flat = short.endswith("ln")
            yield f"encoder.layer.{layer}.{long}.weight", weight[0] if flat else weight
            yield f"encoder.layer.{layer}.{long}.bias", bias[0]


def model_config(sizes: Sizes, pieces: int) -> dict[str, Any]:
    """What config.json says of the cut model; the origin is a BERT, though its tokenizer is not."""
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "dtype": "float16",
        "vocab_size": pieces,
        "hidden_size": sizes.hidden,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
        "intermediate_size": sizes.feed_forward,
        "hidden_act": "gelu",
        "max_position_embeddings": sizes.positions,
        "type_vocab_size": sizes.types,
        "layer_norm_eps": 1e-12,
        "bos_token_id": 0,
        "pad_token_id": 1,
        "eos_token_id": 2,
    }


def tokenizer_config(sizes: Sizes) -> dict[str, Any]:
    """What tokenizer_config.json says; a text is one whole, so there are no token types."""
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": sizes.positions,
        "model_input_names": ["input_ids", "attention_mask"],
        "bos_token": "<s>",
        "cls_token": "<s>",
        "eos_token": "</s>",
        "sep_token": "</s>",
        "mask_token": "<mask>",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
    }
