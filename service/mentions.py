"""Finds the names that stand after @ in a text.

Most exports write "@Lisa Ek" with nothing to say where the name ends. But whoever is addressed
has mostly written a comment too, so those who write tell. Of them only keys are remembered, the
same that the store keeps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from nlp.clean import clean
from nlp.pseudonymise import handle_key
from nlp.vocabulary import HandleKey

_LONGEST_NAME: Final = 100
"""Characters; Facebook's own limit is 50 for each of two names."""
_MOST_ENDS: Final = 8
"""Places where a name could end that are tried: six words and a bracket or two."""
_END: Final = re.compile(r"\S(?!\w)")
_WORD: Final = re.compile(r"\w+")


class Writers:
    """Those who have written comments, by the keys of their names."""

    def __init__(self, *, key: bytes, known: Iterable[HandleKey] = ()) -> None:
        """Set up.

        Args:
            key: The secret that the keys of people are made with.
            known: Writers from before.
        """
        self._handles = set(known)
        self._handle = lru_cache(maxsize=10_000)(
            lambda channel, name: handle_key(key, channel, name)
        )

    def add(self, channel: str, name: str) -> None:
        """Remember that somebody of this name writes on the channel."""
        self._handles.add(self._handle(channel, clean(name).text))

    def mentioned(self, channel: str, text: str) -> tuple[str, ...]:
        """The writers' names that stand after @ in a cleaned text, as it spells them.

        Not those of a single word: masking finds their ends by itself, and a name given here is
        masked without @ as well, where "sol" need not be the Sol who was addressed.
        """
        found = {
            name: None
            for part in text.split("@")[1:]
            for name in _possible_names(part[:_LONGEST_NAME])
            if not _WORD.fullmatch(name) and self._handle(channel, name) in self._handles
        }
        return tuple(found)


def _possible_names(part: str) -> Iterator[str]:
    """The beginnings of what stands after an @ that could be a whole name."""
    for number, end in enumerate(_END.finditer(part)):
        if number == _MOST_ENDS:
            return
        yield part[: end.end()]
