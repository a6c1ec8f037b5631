"""Which threads train, which tune and which test: by hash, evenly over channels and sizes.

A thread is never divided. Threads stand stratum by stratum, within each in the order of a hash of
the post's id, and certain places of every twenty are set aside: the parts are alike, their shares
exact, and nobody chose.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Mapping
from enum import StrEnum
from typing import Final

from nlp.corpus.records import ThreadRecord

_LARGE: Final = 15
"""Citizen comments from which a thread counts as large; near the corpus's own median."""


class Split(StrEnum):
    """What a thread is used for."""

    TRAIN = "train"
    DEV = "dev"
    TEST = "test"


SHARES: Final[Mapping[Split, float]] = {Split.TRAIN: 0.75, Split.DEV: 0.10, Split.TEST: 0.15}

_CYCLE: Final = 20
_SET_ASIDE: Final = {
    **dict.fromkeys((3, 10, 17), Split.TEST),
    **dict.fromkeys((6, 14), Split.DEV),
}


def split(threads: Iterable[ThreadRecord], *, seen: Container[str] = ()) -> dict[str, Split]:
    """The split of each thread, by the post's id; the same for any order of the threads.

    Args:
        threads: All threads of the corpus.
        seen: Threads that somebody wrote rules after: they test nothing, so they train.
    """
    splits: dict[str, Split] = {}
    place = 0
    for thread in sorted(threads, key=_place):
        if thread.name in seen:
            splits[thread.name] = Split.TRAIN
        else:
            splits[thread.name] = _SET_ASIDE.get(place % _CYCLE, Split.TRAIN)
            place += 1
    return splits


def _place(thread: ThreadRecord) -> tuple[str, bool, bytes]:
    shuffled = hashlib.sha256(thread.name.encode()).digest()
    return thread.channel, len(thread.citizens) >= _LARGE, shuffled
