"""The hard pairs: two texts that differ in little, of which both must be read right.

A pair is right when both its members are. A member is right when each label that the contrast is
about is decided as it holds, whether or not a person is asked as well, and, where the
contrast is one of tone, its likeliest sentiment is the right one as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from nlp.clean import clean
from nlp.corpus.records import PairMember, PairRecord
from nlp.names import NameFinder
from nlp.readers.reader import LABELS, SENTIMENTS, Probabilities, ReaderInput
from nlp.settings import ReaderSettings
from nlp.training.corpus import as_read
from nlp.training.evaluation.figures import Figure, ratio
from nlp.vocabulary import Channel, Label

PAIRS: Final = "pairs"
"""Name of the hard pairs among the sets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """What must be right of both members."""

    labels: tuple[Label, ...]
    tone: bool = False
    """Whether sentiment must be right too."""


CONTRASTS: Final[Mapping[str, Contrast]] = {
    "question-complaint": Contrast(labels=(Label.QUESTION, Label.COMPLAINT)),
    "question-suggestion": Contrast(labels=(Label.QUESTION, Label.SUGGESTION)),
    "complaint-suggestion": Contrast(labels=(Label.COMPLAINT, Label.SUGGESTION)),
    # What a rhetorical question says instead differs: complaint, praise, a sigh.
    "question-rhetorical": Contrast(labels=(Label.QUESTION,)),
    "praise-complaint": Contrast(labels=(Label.PRAISE, Label.COMPLAINT), tone=True),
    "sincere-ironic": Contrast(labels=(Label.PRAISE, Label.COMPLAINT), tone=True),
}
"""The contrasts between comments; answered-missed is between replies, which no reader reads."""


def measurable(pairs: Sequence[PairRecord]) -> list[PairRecord]:
    """The pairs of comments whose members say all that their contrast asks."""
    return [
        pair
        for pair in pairs
        if pair.contrast in CONTRASTS
        and all(
            member.labels is not None
            and (member.sentiment is not None or not CONTRASTS[pair.contrast].tone)
            for member in pair.members
        )
    ]


def inputs_of(pairs: Sequence[PairRecord], *, names: NameFinder | None = None) -> list[ReaderInput]:
    """Both members of each pair under their post, the two of a pair next to each other."""
    texts = [member.text for pair in pairs for member in pair.members]
    posts = [clean(pair.post).text for pair in pairs for _ in pair.members]
    read = as_read(texts, channel=Channel.OTHER, names=names)
    return [ReaderInput(text=text, post_text=post) for text, post in zip(read, posts, strict=True)]


def figures_of_pairs(
    pairs: Sequence[PairRecord], answers: Probabilities, settings: ReaderSettings
) -> dict[str, Figure]:
    """The share of pairs that are right, as a whole (`right`) and by contrast.

    Args:
        pairs: At least one, all `measurable`.
        answers: The reader's, to what `inputs_of` gives.
        settings: Its thresholds.
    """
    decide = np.array([settings.thresholds[label].decide for label in LABELS])
    decided = answers.labels >= decide
    said = answers.sentiment.argmax(axis=1)

    def is_right(row: int, member: PairMember, contrast: Contrast) -> bool:
        held = member.labels or frozenset()
        labels = all(
            decided[row, LABELS.index(label)] == (label in held) for label in contrast.labels
        )
        return bool(labels and (not contrast.tone or SENTIMENTS[said[row]] is member.sentiment))

    members = [(member, CONTRASTS[pair.contrast]) for pair in pairs for member in pair.members]
    each = [is_right(row, *member) for row, member in enumerate(members)]
    apart = np.array(each, dtype=bool)
    right = apart[::2] & apart[1::2]
    made = {"right": ratio(right, np.ones_like(right))}
    for contrast in CONTRASTS:
        ours = np.array([pair.contrast == contrast for pair in pairs], dtype=bool)
        if ours.any():
            made[contrast] = ratio(right, ours)
    return made
