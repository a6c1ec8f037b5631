"""Reads weights that are packed in four bits: the file e5-small-q4.bin, laid out as its e5.c says.

Thirty-two weights share a block of eighteen bytes (Q4_0): a half-precision scale and sixteen bytes,
the first sixteen weights in their low halves and the last sixteen in their high halves.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from nlp.errors import ArtefactError

BLOCK: Final = 32
"""Weights in a block."""

BLOCK_TYPE: Final = np.dtype([("scale", "<f2"), ("codes", "u1", (BLOCK // 2,))])

_MAGIC: Final = b"E5S1"
_PLAIN, _PACKED = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """What the file says of its network."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    words: int
    """Rows of the word table, some more than there are pieces."""
    positions: int
    types: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FourBitFile:
    """An opened file: its sizes, and its tensors by the names that it gives them."""

    sizes: Sizes
    _places: dict[str, tuple[int, int, int]] = field(repr=False)
    """By tensor: whether it is packed, how many weights, and the first byte."""
    _content: bytes = field(repr=False)

    def tensor(
        self, name: str, columns: int, *, rows: npt.NDArray[np.int64] | None = None
    ) -> npt.NDArray[np.float32]:
        """One tensor, (rows, columns); of the word table only the rows asked for are unpacked.

        Raises:
            ArtefactError: The file has no such tensor, or it ends before the tensor does.
        """
        try:
            packed, weights, start = self._places[name]
            if packed:
                flat = np.frombuffer(self._content, BLOCK_TYPE, weights // BLOCK, start)
                blocks = flat.reshape(-1, columns // BLOCK)
                return unpack(blocks if rows is None else blocks[rows])
            plain = np.frombuffer(self._content, "<f4", weights, start).reshape(-1, columns)
        except (KeyError, ValueError, IndexError) as error:
            raise ArtefactError(f"the packed weights have no whole {name} ({error})") from error
        return plain if rows is None else plain[rows]


def unpack(blocks: npt.NDArray[np.void]) -> npt.NDArray[np.float32]:
    """The weights of a table of Q4_0 blocks, (rows, blocks) to (rows, blocks × 32)."""
    codes = blocks["codes"]
    signed = np.concatenate([codes & 15, codes >> 4], axis=-1).astype(np.float32) - 8
    weights: npt.NDArray[np.float32] = signed * blocks["scale"].astype(np.float32)[..., None]
    return weights.reshape(len(blocks), -1)


def read(content: bytes) -> FourBitFile:
    """Find the tensors of a file.

    Raises:
        ArtefactError: These are not four-bit weights, or the file is cut short.
    """
    if content[:4] != _MAGIC:
        raise ArtefactError("the packed weights do not start as four-bit weights do")
    try:
        sizes, start = _sizes(content)
        return FourBitFile(sizes=sizes, _places=dict(_directory(content, start)), _content=content)
    except (struct.error, UnicodeDecodeError) as error:
        raise ArtefactError(f"the packed weights are cut short or damaged ({error})") from error


def _sizes(content: bytes) -> tuple[Sizes, int]:
    """The sizes, and where the directory starts: after the tokenizer, which we take elsewhere."""
    (hidden, layers, heads, feed_forward, words, positions, types, _epsilon, block), start = _next(
        "<7ifi", content, len(_MAGIC) + 4
    )
    if block != BLOCK:
        raise ArtefactError(f"the packed weights have blocks of {block}, not of {BLOCK}")
    (pieces, *_special, text), start = _next("<5iQ", content, start)
    start += 4 * (pieces + 1) + 4 * pieces + text  # where each piece starts, its score, its letters
    (_characters, normalising), start = _next("<iI", content, start)
    sizes = Sizes(
        hidden=hidden,
        layers=layers,
        heads=heads,
        feed_forward=feed_forward,
        words=words,
        positions=positions,
        types=types,
    )
    return sizes, start + normalising


def _directory(content: bytes, start: int) -> Iterator[tuple[str, tuple[int, int, int]]]:
    (tensors,), start = _next("<i", content, start)
    for _ in range(tensors):
        (length,), start = _next("<H", content, start)
        (name, kind, weights, place, _size), start = _next(f"<{length}sBIQQ", content, start)
        if kind not in (_PLAIN, _PACKED):
            raise ArtefactError(f"the packed weights hold a tensor of an unknown kind, {kind}")
        yield name.decode(), (kind == _PACKED, weights, place)


def _next(layout: str, content: bytes, start: int) -> tuple[tuple[Any, ...], int]:
    return struct.unpack_from(layout, content, start), start + struct.calcsize(layout)
