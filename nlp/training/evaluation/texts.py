"""The texts that readers are measured on: the corpus' test part, and outside sets at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from nlp.corpus import outside
from nlp.corpus.outside import OutsideSet, OutsideText
from nlp.errors import ArtefactError
from nlp.evaluate import BoolArray
from nlp.names import NameFinder
from nlp.readers.reader import LABELS, SENTIMENTS, ReaderInput
from nlp.threads import READ_AT_MOST
from nlp.training.corpus import LabelledComment, as_read
from nlp.training.evaluation.figures import SEED
from nlp.vocabulary import Channel, Label, Sentiment

SAMPLE: Final = 4_000
"""Texts drawn of an outside set that has more. An interval of macro-F1 is then three to four points
wide, enough to see a lead of six; all of the large sets would be three times the work."""

TEST: Final = "test"
"""Name of the corpus' test part among the sets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Texts with what is known to hold of them."""

    name: str
    inputs: Sequence[ReaderInput] = field(repr=False)
    groups: Sequence[str] = field(repr=False)
    """What is drawn together: the thread, or outside the corpus texts that are the same."""
    labels: Mapping[Label, BoolArray]
    """Of the labels that are known, whether each holds of each text."""
    sentiments: npt.NDArray[np.int64] | None
    """Places in SENTIMENTS; None where attitude is not known."""
    available: int
    """How many texts the set has; more than are here when a sample was drawn."""

    def only(self, rows: BoolArray) -> Texts:
        """Some of the texts."""
        places = np.flatnonzero(rows).tolist()
        return Texts(
            name=self.name,
            inputs=[self.inputs[place] for place in places],
            groups=[self.groups[place] for place in places],
            labels={label: held[rows] for label, held in self.labels.items()},
            sentiments=None if self.sentiments is None else self.sentiments[rows],
            available=self.available,
        )


class Skipped(Exception):
    """A set that is not measured on; says in Swedish why."""


def of_comments(comments: Sequence[LabelledComment]) -> Texts:
    """Labelled comments of the corpus, drawn by thread."""
    return Texts(
        name=TEST,
        inputs=[comment.input for comment in comments],
        groups=[comment.group for comment in comments],
        labels={
            label: np.array([label in comment.labels for comment in comments], dtype=bool)
            for label in LABELS
        },
        sentiments=_places([comment.sentiment for comment in comments]),
        available=len(comments),
    )


def of_outside(
    folder: Path,
    described: OutsideSet,
    *,
    languages: Sequence[str],
    everything: bool = False,
    names: NameFinder | None = None,
) -> Texts:
    """The texts of an outside set that no shipped reader may have learnt from.

    Args:
        folder: Where the sets lie, each in a folder of its name.
        described: What the manifest says of the set.
        languages: Those that sets are read in.
        everything: Take all texts, not a sample of `SAMPLE`.
        names: Finds the names to be masked.

    Raises:
        Skipped: It is not at hand, is another than the manifest's, is in another language, or
            says nothing of labels or attitude.
    """
    if described.language not in languages:
        raise Skipped(
            f"texterna är inte på svenska ({described.language}); sådana lämnas till en person. "
            f"Ange --set {described.name} för att mäta ändå"
        )
    if not outside.is_at_hand(folder, described):
        raise Skipped("inte hämtad; data/outside-sets.toml säger var den finns")
    try:
        found = list(outside.read_for_measuring(folder, described))
    except ArtefactError:
        raise Skipped(
            "filen är en annan än den som data/outside-sets.toml anger (kontrollsumman skiljer); "
            f"hämta den på nytt från {described.source}"
        ) from None
    texts = [one for one in found if isinstance(one, OutsideText)]
    if not texts:
        told = (
            "den säger inget om etiketter eller sentiment"
            if found
            else "alla filer i den är till för träning"
        )
        raise Skipped(told)
    available = len(texts)
    if not everything and available > SAMPLE:
        drawn = np.random.default_rng(SEED).permutation(available)[:SAMPLE]
        texts = [texts[place] for place in sorted(drawn.tolist())]
    masked = as_read([one.text for one in texts], channel=Channel.OTHER, names=names)
    read = [text[:READ_AT_MOST] for text in masked]
    said = [one.sentiment for one in texts if one.sentiment is not None]
    return Texts(
        name=described.name,
        inputs=[ReaderInput(text=text) for text in read],
        groups=read,
        labels={
            label: np.array([one.labels[label] for one in texts], dtype=bool)
            for label in texts[0].labels
        },
        sentiments=_places(said) if len(said) == len(texts) else None,
        available=available,
    )


def _places(sentiments: Sequence[Sentiment]) -> npt.NDArray[np.int64]:
    return np.array([SENTIMENTS.index(sentiment) for sentiment in sentiments], dtype=np.int64)
