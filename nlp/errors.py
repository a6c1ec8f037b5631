"""What can go wrong while reading text.

ReadingError
├── ArtefactError    a model, lexicon or setting is missing, damaged or does not fit
│   └── NamesError   the list of names or its recogniser is, without which nothing is read
└── ThreadError      a thread that cannot be read as one (two comments with one id)
"""

from __future__ import annotations


class ReadingError(Exception):
    """Something in the reading of texts that a caller can tell a person about."""


class ArtefactError(ReadingError):
    """A model, lexicon or pipeline setting is missing, damaged or does not fit the code."""


class NamesError(ArtefactError):
    """What finds names is missing or damaged; no choice of another reader helps."""


class ThreadError(ReadingError):
    """A thread that cannot be read as one."""
