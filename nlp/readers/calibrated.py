"""Turns the raw numbers of a reader into probabilities that mean what they say."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
from scipy.special import expit, logit, softmax

from nlp.errors import ArtefactError
from nlp.readers.reader import LABELS, FloatArray, Probabilities, Reader, ReaderInput
from nlp.vocabulary import Label

_EDGE: Final = 1e-6
"""Keeps the logit of a rule's 0 or 1 finite."""


@dataclass(frozen=True, slots=True)
class Line:
    """Platt scaling: probability = logistic(slope · logit(raw) + intercept)."""

    slope: float
    intercept: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What is learnt from labelled comments: a line per label, a temperature for sentiment."""

    lines: Mapping[Label, Line]
    temperature: float
    """Divides the logarithms of the sentiment numbers; above 1 the reader was too sure."""

    def to_json(self) -> str:
        """Text that `from_json` reads back."""
        lines = {label.value: asdict(line) for label, line in self.lines.items()}
        return json.dumps({"lines": lines, "temperature": self.temperature}, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Calibration:
        """Read what `to_json` wrote.

        Raises:
            ArtefactError: The text is damaged or lacks a label.
        """
        try:
            tree = json.loads(text)
            lines = {label: Line(**tree["lines"][label.value]) for label in LABELS}
            return cls(lines=lines, temperature=float(tree["temperature"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ArtefactError(f"the calibration is damaged: {error}") from error


def log_odds(raw: FloatArray) -> FloatArray:
    """Logit of raw numbers in [0, 1], finite also at the ends."""
    answer: FloatArray = logit(np.clip(raw, _EDGE, 1 - _EDGE))
    return answer


def at_temperature(raw: FloatArray, temperature: float) -> FloatArray:
    """Rows of probabilities, sharpened or flattened; still summing to one."""
    answer: FloatArray = softmax(np.log(np.clip(raw, _EDGE, 1)) / temperature, axis=1)
    return answer


def apply(calibration: Calibration, raw: Probabilities) -> Probabilities:
    """Calibrate raw answers."""
    slopes = np.array([calibration.lines[label].slope for label in LABELS])
    intercepts = np.array([calibration.lines[label].intercept for label in LABELS])
    return Probabilities(
        labels=expit(log_odds(raw.labels) * slopes + intercepts),
        sentiment=at_temperature(raw.sentiment, calibration.temperature),
        words=raw.words,
    )


class CalibratedReader:
    """Another reader's answers, calibrated."""

    def __init__(self, reader: Reader, calibration: Calibration) -> None:
        self._reader = reader
        self._calibration = calibration

    @property
    def name(self) -> str:
        """Kind and version of the reader underneath."""
        return self._reader.name

    def read(self, inputs: Sequence[ReaderInput]) -> Probabilities:
        """Calibrated probabilities for each input."""
        return apply(self._calibration, self._reader.read(inputs))
