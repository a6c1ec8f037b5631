"""Trains the recogniser of names, and measures how many names the whole of masking leaves.

The training part of our own threads and a set of news teach it; what is set below was chosen on
the development part; the test part measures.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from spacy.tokens import Span as Stretch
from spacy.training import Example
from thinc.api import Adam, fix_random_seed

from nlp.clean import clean
from nlp.corpus.folder import Corpus
from nlp.corpus.outside import OutsideSentence
from nlp.corpus.records import NamesRecord
from nlp.corpus.splits import Split
from nlp.evaluate import RESAMPLES
from nlp.name_list import Names, WordKind, word_kind
from nlp.names import NameFinder, Span, mask_names, tokens
from nlp.pseudonymise import MASK, PLACEHOLDERS, Masked, pseudonymise
from nlp.recogniser import ENTITY, Recogniser, new_model, set_weights, weights
from nlp.sign_offs import is_signature

SEED: Final = 20261123
ROUNDS: Final = 8
"""Times that everything is gone through; more gain nothing on the development part."""
OWN_REPEATS: Final = 10
"""Times that a comment of ours with a name is shown, each time with another; news once."""
WORDS_AS_NAMES: Final = 0.4
"""Share of the exchanged names that are words as well: there context is all there is."""
NAMES_IN_LOWER_CASE: Final = 0.25
"""Share of the texts in which names are written as words are, or those in lower case go unseen."""
BATCH: Final = 64
DROPOUT: Final = 0.2

_KEY: Final = b"labelled threads are published, so this key hides nothing"
_HIDDEN: Final = PLACEHOLDERS["name"]
_SIGNS: Final = frozenset(".,!?:;")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadComment:
    """A comment that a person's eye has gone through for names, and what masking does to it."""

    group: str
    """The post's id; a thread is never split."""
    split: Split
    text: str = field(repr=False)
    names: tuple[Span, ...]
    masked: Masked = field(repr=False)
    """By the exact rules alone, names still in it."""
    from_organisation: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """The words of a text and which stretches of them are names."""

    words: tuple[str, ...] = field(repr=False)
    names: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pools:
    """What names are exchanged for in training."""

    given: Sequence[str]
    words: Sequence[str]
    """Names that are words as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameFigures:
    """How many of the names were masked, and how much else."""

    comments: int
    names: int
    """Names to be masked: all but those that an organisation signs with."""
    masked: int
    """Names of which no letter is left."""
    stretches: int
    """Stretches masked as names."""
    false: int
    """Of those, the ones that touch no name."""
    recall_interval: tuple[float, float]
    precision_interval: tuple[float, float]

    @property
    def recall(self) -> float:
        """Share of the names that are masked whole."""
        return self.masked / max(1, self.names)

    @property
    def precision(self) -> float:
        """Share of the masked stretches that touch a name."""
        return 1 - self.false / max(1, self.stretches)


def read_comments(corpus: Corpus) -> list[ReadComment]:
    """The comments of the corpus that were read for names."""
    return [_read(corpus, placed.record) for placed in corpus.names]


def _read(corpus: Corpus, record: NamesRecord) -> ReadComment:
    comment, thread = corpus.comments[record.id], corpus.thread_of[record.id]
    return ReadComment(
        group=thread.name,
        split=corpus.splits[thread.name],
        text=comment.text,
        names=record.names,
        masked=pseudonymise(
            clean(comment.text),
            key=_KEY,
            channel=thread.channel,
            organisation_names=(thread.account,),
            from_organisation=comment.from_organisation,
        ),
        from_organisation=comment.from_organisation,
    )


def train(
    names: Names,
    comments: Sequence[ReadComment],
    sentences: Sequence[OutsideSentence],
    *,
    progress: Callable[[str], None],
) -> Language:
    """A model that has gone through everything `ROUNDS` times, averaged over its steps."""
    chance = random.Random(SEED)  # noqa: S311 - no secret: the same run gives the same model
    fix_random_seed(SEED)
    model = new_model(names)
    pools = Pools(
        given=[name for name, kind in names.items() if kind in {WordKind.GIVEN, WordKind.RARE}],
        words=[name for name, kind in names.items() if kind is WordKind.WORD],
    )
    ours = [_marked(comment) for comment in of_split(comments, Split.TRAIN)]
    shown = [
        *(one for one in ours for _ in range(OWN_REPEATS if one.names else 1)),
        *map(_marked_news, sentences),
    ]
    dev = of_split(comments, Split.DEV)
    model.initialize(lambda: [_example(model, one) for one in shown])
    optimizer = Adam(0.001, L2=0.01, grad_clip=1.0, use_averages=True)
    for number in range(ROUNDS):
        examples = [_example(model, _varied(one, names, pools, chance)) for one in shown]
        chance.shuffle(examples)
        for start in range(0, len(examples), BATCH):
            model.update(examples[start : start + BATCH], sgd=optimizer, drop=DROPOUT)
        # The average over all steps so far is steadier than the last one.
        with model.use_params(optimizer.averages):
            figures = measure(NameFinder(names, Recogniser(model)), dev)
            learnt = weights(model)
        progress(
            f"omgång {number + 1} av {ROUNDS}: täckning {figures.recall:.3f}, "
            f"precision {figures.precision:.3f} på utvecklingsdelen"
        )
    set_weights(model, learnt)
    return model


def _marked(comment: ReadComment) -> Marked:
    """A comment as the recogniser meets it: what the exact rules mask is no name to be found."""
    edited = comment.masked.edited
    cut = tokens(edited.text)
    owners: list[Span | None] = []
    for start, end in cut:
        begin, finish = edited.origin_span(start, end)
        is_mask = MASK.fullmatch(edited.text, start, end) is not None
        touched = [name for name in comment.names if name[0] < finish and begin < name[1]]
        owners.append(None if is_mask or not touched else touched[0])
    return Marked(
        words=tuple(edited.text[start:end] for start, end in cut), names=_stretches(owners)
    )


def _marked_news(sentence: OutsideSentence) -> Marked:
    parts = [
        (word[start:end], is_name)
        for word, is_name in zip(sentence.words, sentence.is_name, strict=True)
        for start, end in tokens(word)
    ]
    return Marked(
        words=tuple(word for word, _ in parts),
        names=_stretches([(0, 0) if is_name else None for _, is_name in parts]),
    )


def _stretches(owners: Sequence[Span | None]) -> tuple[Span, ...]:
    """Runs of words that belong to one name."""
    found: list[Span] = []
    for place, owner in enumerate(owners):
        if owner is None:
            continue
        if found and found[-1][1] == place and owners[place - 1] == owner:
            found[-1] = (found[-1][0], place + 1)
        else:
            found.append((place, place + 1))
    return tuple(found)


def _example(model: Language, marked: Marked) -> Example:
    told = Doc(model.vocab, words=list(marked.words))
    told.set_ents([Stretch(told, start, end, label=ENTITY) for start, end in marked.names])
    return Example(Doc(model.vocab, words=list(marked.words)), told)


def _with_other_names(
    marked: Marked, names: Names, pools: Pools, chance: random.Random
) -> list[str]:
    """The words with other given names, and sometimes all names in lower case."""
    words = list(marked.words)
    inside = [place for start, end in marked.names for place in range(start, end)]
    if chance.random() < 0.5:
        for place in inside:
            if word_kind(words[place], names) in {WordKind.GIVEN, WordKind.RARE}:
                other = chance.choice(
                    pools.words if chance.random() < WORDS_AS_NAMES else pools.given
                )
                words[place] = other.title() if words[place][0].isupper() else other
    if chance.random() < NAMES_IN_LOWER_CASE:
        for place in inside:
            words[place] = words[place].lower()
    return words


def _varied(marked: Marked, names: Names, pools: Pools, chance: random.Random) -> Marked:
    """The same with other given names, and as sloppy as people write."""
    words = _with_other_names(marked, names, pools, chance)
    spans = list(marked.names)
    opening = [place for place, word in enumerate(words) if names.get(word) is WordKind.WORD]
    way = chance.random()
    if opening and not spans and way < 0.1:
        # "Sten och grus": a word that is a name as well opens a sentence.
        words = words[chance.choice(opening) :]
        words[0] = words[0].title()
    elif way < 0.15:
        words = [word if word[0] == "[" else word.lower() for word in words]
    elif way < 0.17:
        words = [word if word[0] == "[" else word.upper() for word in words]
    elif way < 0.27:
        inside = {place for start, end in spans for place in range(start, end)}
        kept = [place for place, word in enumerate(words) if place in inside or word not in _SIGNS]
        moved = {place: after for after, place in enumerate(kept)}
        words = [words[place] for place in kept]
        spans = [(moved[start], moved[end - 1] + 1) for start, end in spans]
    elif way < 0.32 and spans:
        # A name beside one that is masked already.
        start, end = spans.pop(chance.randrange(len(spans)))
        words[start:end] = [_HIDDEN]
        gone = end - start - 1
        spans = [(a, b) if a < start else (a - gone, b - gone) for a, b in spans]
    return Marked(words=tuple(words), names=tuple(spans))


def measure(finder: NameFinder, comments: Sequence[ReadComment]) -> NameFigures:
    """How many names are masked, by keys or as names, and how much is masked in vain."""
    done = mask_names(
        [comment.masked for comment in comments],
        finder,
        from_organisation=[comment.from_organisation for comment in comments],
    )
    counts = np.array(
        [_counted(comment, each) for comment, each in zip(comments, done, strict=True)]
    ).reshape(-1, 4)
    groups = np.array([comment.group for comment in comments])
    by_thread = np.array([counts[groups == name].sum(axis=0) for name in sorted(set(groups))])
    drawn = np.random.default_rng(SEED).integers(
        0, len(by_thread), size=(RESAMPLES, len(by_thread))
    )
    sums = by_thread[drawn].sum(axis=1)
    names, masked, stretches, false = (int(each) for each in counts.sum(axis=0))
    return NameFigures(
        comments=len(comments),
        names=names,
        masked=masked,
        stretches=stretches,
        false=false,
        recall_interval=_interval(sums[:, 1] / np.maximum(1, sums[:, 0])),
        precision_interval=_interval(1 - sums[:, 3] / np.maximum(1, sums[:, 2])),
    )


def _interval(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, float]:
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def _counted(comment: ReadComment, masked: Masked) -> tuple[int, int, int, int]:
    """Names to mask, names masked, stretches masked as names, and those in vain."""
    hidden = [
        (match[0], *masked.edited.origin_span(*match.span()))
        for match in MASK.finditer(masked.text)
    ]
    covered = {place for _, start, end in hidden for place in range(start, end)}
    wanted = [
        span
        for span in comment.names
        if not (comment.from_organisation and is_signature(comment.text, *span))
    ]
    gone = sum(
        all(place in covered for place in range(start, end) if comment.text[place].isalpha())
        for start, end in wanted
    )
    stretches = [(start, end) for mask, start, end in hidden if mask == _HIDDEN]
    false = sum(
        not any(start < finish and begin < end for begin, finish in comment.names)
        for start, end in stretches
    )
    return len(wanted), gone, len(stretches), false


def of_split(comments: Sequence[ReadComment], split: Split) -> list[ReadComment]:
    """The comments of one split."""
    return [comment for comment in comments if comment.split is split]
