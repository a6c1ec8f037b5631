"""Which threads train, which choose thresholds and which test: by a hash of the post's id alone.

A thread is never divided and never moves, however the corpus grows, so what has once tested can
never come to train. That the parts are alike in channels and labels is not left to luck but
checked (`splits_are_fair` in check.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from nlp.corpus.records import ThreadRecord


class Split(StrEnum):
    """What a thread is used for."""

    TRAIN = "train"
    DEV = "dev"
    TEST = "test"


SHARES: Final[Mapping[Split, float]] = {Split.TRAIN: 0.75, Split.DEV: 0.10, Split.TEST: 0.15}


def split(threads: Iterable[ThreadRecord]) -> dict[str, Split]:
    """The split of each thread, by the post's id."""
    return {thread.name: _split_of(thread.name) for thread in threads}


def _split_of(name: str) -> Split:
    place = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") / 2**64
    if place < SHARES[Split.TEST]:
        return Split.TEST
    return Split.DEV if place < SHARES[Split.TEST] + SHARES[Split.DEV] else Split.TRAIN
