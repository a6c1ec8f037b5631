"""Finds the names of several words that stand after @ in a text.

Most exports write "@Lisa Ek" with nothing to say where the name ends. But whoever is addressed has
mostly written in the same thread, so the names of its writers tell.
"""

from __future__ import annotations

from collections import defaultdict


class WritersOfThreads:
    """Names of several words, by thread and by their first word; in memory only."""

    def __init__(self) -> None:
        self._names: defaultdict[tuple[str, str], set[str]] = defaultdict(set)

    def add(self, thread: str, name: str) -> None:
        """Remember that somebody of this name writes in the thread."""
        words = name.split()
        if len(words) > 1:
            self._names[thread, words[0].casefold()].add(name)

    def mentioned(self, thread: str, text: str) -> tuple[str, ...]:
        """The names of the thread's writers that stand after @ in the text, longest first."""
        found: set[str] = set()
        for part in text.split("@")[1:]:
            words = part.split(maxsplit=1)
            names = self._names.get((thread, words[0].casefold())) if words else None
            if names:
                start = part.casefold()
                found.update(name for name in names if start.startswith(name.casefold()))
        return tuple(sorted(found, key=lambda name: (-len(name), name)))
