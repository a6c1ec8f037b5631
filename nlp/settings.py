"""What models/pipeline.toml says: which reader, which thresholds, which weights.

This is the scientific configuration: changing it changes figures, so its hash is part of the
fingerprint that every reading carries.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from nlp.errors import ArtefactError
from nlp.vocabulary import Label

READER_KINDS: Final = ("transformer", "linear", "lexical")


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """From `decide` a label is taken to hold; from `unsure` up to `sure` a person must say.

    The one splits where fewest are wrong, which is what counts and shares need; the other two leave
    to a person what lies so near the split that it is wrong too often.
    """

    unsure: float
    decide: float
    sure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderSettings:
    """One reader's version and thresholds."""

    version: str
    thresholds: Mapping[Label, Threshold]
    sentiment_unsure_below: float
    """Probability of the likeliest sentiment under which a person must say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineSettings:
    """The whole of models/pipeline.toml."""

    code_book: str
    """Version of the annotation guide that the labels follow."""
    languages: tuple[str, ...]
    """Languages that the readers know; comments in others are left to a person."""
    default_reader: str
    readers: Mapping[str, ReaderSettings]
    discussion_weights: Mapping[str, Mapping[str, float]]
    """By item of a discussion, what each share weighs."""
    names_version: str
    """Version of what finds the names of people."""
    pairs_version: str | None
    """Version of what reads a comment and its reply together, beside the transformer; None where
    rules alone rate replies."""
    passages_version: str | None = None
    """Version of what finds the answer to a question among earlier ones; None where there is
    none."""

    def kind(self, asked: str | None) -> str:
        """The kind of reader that was asked for, or the default one.

        Raises:
            ArtefactError: There is no such reader.
        """
        kind = self.default_reader if asked is None else asked
        if kind not in self.readers:
            raise ArtefactError(f"there is no reader {kind!r}; there are {', '.join(self.readers)}")
        return kind

    @classmethod
    def parse(cls, text: str) -> PipelineSettings:
        """Read the TOML text.

        Raises:
            ArtefactError: It is no TOML, or a key is missing or out of range.
        """
        try:
            tree = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ArtefactError(f"models/pipeline.toml is not valid TOML: {error}") from error
        try:
            settings = cls(
                code_book=str(tree["code_book"]),
                languages=tuple(tree["languages"]),
                default_reader=str(tree["reader"]),
                readers={kind: _reader(tree[kind]) for kind in READER_KINDS if kind in tree},
                discussion_weights={
                    item: {share: float(weight) for share, weight in weights.items()}
                    for item, weights in tree["discussion"].items()
                },
                names_version=str(tree["names"]["version"]),
                pairs_version=str(tree["pairs"]["version"]) if "pairs" in tree else None,
                passages_version=str(tree["passages"]["version"]) if "passages" in tree else None,
            )
        except KeyError as error:
            raise ArtefactError(f"models/pipeline.toml lacks the key {error}") from error
        except (AttributeError, TypeError, ValueError) as error:
            raise ArtefactError(
                f"models/pipeline.toml has a value that does not fit: {error}"
            ) from error
        if settings.default_reader not in settings.readers:
            raise ArtefactError(
                f"models/pipeline.toml names the reader {settings.default_reader!r}; "
                f"there are {', '.join(settings.readers) or 'none'}"
            )
        return settings


def _reader(tree: Mapping[str, Mapping[str, object]]) -> ReaderSettings:
    thresholds = {}
    for label in Label:
        limits = tree["thresholds"][label.value]
        if not isinstance(limits, list) or len(limits) != 3:
            raise ValueError(f"thresholds.{label.value} must be [unsure, decide, sure]")
        unsure, decide, sure = (float(value) for value in limits)
        if not 0 <= unsure <= decide <= sure <= 1:
            raise ValueError(f"thresholds.{label.value} must rise within [0, 1]")
        thresholds[label] = Threshold(unsure=unsure, decide=decide, sure=sure)
    return ReaderSettings(
        version=str(tree["version"]),
        thresholds=thresholds,
        sentiment_unsure_below=float(str(tree["sentiment_unsure_below"])),
    )
