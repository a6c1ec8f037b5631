"""What was asked for and cannot be done: told in Swedish, as the other errors of nlp are not."""

from __future__ import annotations

from nlp.errors import ArtefactError


class Refused(ArtefactError):
    """Something cannot be trained, measured or timed as asked; says why and what to do."""
