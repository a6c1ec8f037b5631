"""The ordered steps from threads to judgements, and the fingerprint of what judged.

language → labels and sentiment → decisions → evidence → links → replies → follow-up → discussion
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from spacy.language import Language

from nlp.artefacts import Artefacts
from nlp.conversations import Conversations, ReadThread
from nlp.errors import ArtefactError
from nlp.language import detect_many
from nlp.names import NAME
from nlp.readers.calibrated import CalibratedReader
from nlp.readers.lexical import LexicalReader
from nlp.readers.pair import PairReader
from nlp.readers.reader import LABELS, FloatArray, Reader, ReaderInput, Words
from nlp.readers.transformer import TransformerReader
from nlp.registers import is_casual
from nlp.reviews import NOTHING_SAID, ThreadReview, outranked
from nlp.settings import ReaderSettings
from nlp.tagger import build, sentences
from nlp.threads import reader_inputs
from nlp.vocabulary import (
    EVIDENCE_LABELS,
    Comment,
    CommentId,
    Evidence,
    Label,
    Reading,
    ReplyLink,
    SentimentReading,
    Thread,
    ThreadReading,
)

CODE_VERSION: Final = "8"
"""Raised when code changes what is judged from the same models and settings."""

CARRIES: Final = 0.5
"""From this much on a word is part of what carries a label."""

BoolArray = npt.NDArray[np.bool_]

_NOT_OF_THE_TEXT: Final = (Label.PERSONAL_DATA, Label.ON_TOPIC)
"""Labels that can be told without knowing the language."""


def build_reader(artefacts: Artefacts, kind: str, tagger: Language, *, threads: int = 1) -> Reader:
    """The kept reader of one kind.

    Args:
        artefacts: Loaded for the same kind.
        kind: One of the settings' readers.
        tagger: The text pipeline, by `tagger.build`.
        threads: How many cores a reader may use that can use several.

    Raises:
        ArtefactError: The artefacts were loaded for another kind.
    """
    version = artefacts.settings.readers[kind].version
    if kind == "lexical":
        lexical = LexicalReader(artefacts.lexicons, tagger, version=version)
        return CalibratedReader(lexical, artefacts.calibrations["lexical"])
    if kind == "linear" and artefacts.linear is not None:
        # Brings scikit-learn along, which the others start without: half a second, 100 MB.
        from nlp.readers.linear import LinearReader

        return LinearReader(artefacts.linear, version=version)
    if kind == "transformer" and artefacts.transformer is not None:
        transformer = TransformerReader(artefacts.transformer, version=version, threads=threads)
        return CalibratedReader(transformer, artefacts.calibrations["transformer"])
    raise ArtefactError(f"the artefacts were loaded without the reader {kind!r}")


class Pipeline:
    """Reads threads: one set of models, thresholds and rules, one fingerprint."""

    def __init__(
        self, artefacts: Artefacts, *, reader: str | None = None, threads: int = 1
    ) -> None:
        """Build from loaded artefacts.

        Args:
            artefacts: Loaded for the same reader.
            reader: Kind of reader; None takes the default of the settings.
            threads: How many cores a reader may use that can use several.

        Raises:
            ArtefactError: There is no such reader, or the artefacts were loaded for another one.
        """
        settings = artefacts.settings
        kind = settings.kind(reader)
        self._settings: ReaderSettings = settings.readers[kind]
        self._languages = frozenset(settings.languages)
        self._decide = np.array([self._settings.thresholds[label].decide for label in LABELS])
        self._unsure = np.array([self._settings.thresholds[label].unsure for label in LABELS])
        self._sure = np.array([self._settings.thresholds[label].sure for label in LABELS])
        tagger = build()
        self.reader = build_reader(artefacts, kind, tagger, threads=threads)
        self.pairs = (
            PairReader(artefacts.pairs, version=str(settings.pairs_version), threads=threads)
            if artefacts.pairs is not None
            else None
        )
        """Reads a comment and its reply together; None where rules rate replies."""
        self._conversations = Conversations(
            artefacts.lexicons,
            tagger,
            pairs=self.pairs,
            discussion_weights=settings.discussion_weights,
        )
        self.names = artefacts.names
        """Masks names in threads that are read without having been stored."""
        told = f"{CODE_VERSION}\0{self.reader.name}\0{artefacts.digest}"
        self.fingerprint = f"{self.reader.name}-{hashlib.sha256(told.encode()).hexdigest()[:12]}"
        """Names what judged: reader, version, and a hash of models, thresholds and lexicons."""

    def read(
        self,
        threads: Sequence[Thread],
        *,
        known: Sequence[Mapping[CommentId, Reading]] | None = None,
        reviews: Sequence[ThreadReview] | None = None,
        links: Sequence[tuple[ReplyLink, ...]] | None = None,
    ) -> list[ThreadReading]:
        """Judge whole threads; all their comments are read in one go.

        Args:
            threads: What to judge.
            known: For each thread, readings that this pipeline has made of the same inputs, by
                comment; they are not made again.
            reviews: For each thread, what people have said of it. That changes no reading but
                outranks them, and whatever else is judged, in all that follows.
            links: For each thread, whom its replies answer; None finds it.

        Raises:
            ThreadError: A thread holds two comments with one id.
        """
        held = known or [{}] * len(threads)
        said = reviews or [NOTHING_SAID] * len(threads)
        unread = [
            (comment, given)
            for thread, readings in zip(threads, held, strict=True)
            for comment, given in zip(_citizens(thread), reader_inputs(thread), strict=True)
            if comment.id not in readings
        ]
        fresh = iter(self._read_comments(unread))
        read = []
        told: Sequence[tuple[ReplyLink, ...] | None] = links or [None] * len(threads)
        for thread, readings, review, known_links in zip(threads, held, said, told, strict=True):
            words = review.comments
            ours = tuple(readings.get(one.id) or next(fresh) for one in _citizens(thread))
            counted = (
                outranked(one, words[one.comment_id]) if one.comment_id in words else one
                for one in ours
            )
            read.append(
                ReadThread(
                    thread=thread,
                    readings=ours,
                    counted=tuple(counted),
                    review=review,
                    links=known_links,
                )
            )
        return self._conversations.judge(read)

    def _read_comments(self, unread: Sequence[tuple[Comment, ReaderInput]]) -> list[Reading]:
        comments = [comment for comment, _ in unread]
        inputs = [given for _, given in unread]
        texts = [one.text for one in inputs]
        languages = detect_many(texts)
        answers = self.reader.read(inputs)
        labels = _with_rules(answers.labels, comments)
        decided = labels >= self._decide
        is_sure = labels >= self._sure
        unsure = (labels >= self._unsure) & ~is_sure
        # What is toxic is uncivil, whatever the two models say apart.
        toxic, uncivil = LABELS.index(Label.TOXIC), LABELS.index(Label.UNCIVIL)
        decided[:, uncivil] |= decided[:, toxic]
        unsure[:, uncivil] |= decided[:, toxic]
        unsure[:, uncivil] &= ~(is_sure[:, uncivil] | is_sure[:, toxic])
        foreign = np.array(
            [language is not None and language not in self._languages for language in languages],
            dtype=bool,
        )
        by_text = np.array([label not in _NOT_OF_THE_TEXT for label in LABELS])
        left = np.outer(foreign, by_text)
        # A reader of Swedish has no say on other languages: all of it goes to a person.
        unsure |= left
        decided &= ~left
        evidence = self._evidence(inputs, decided, answers.words)
        readings = []
        for row, comment in enumerate(comments):
            negative, neutral, positive = (float(p) for p in answers.sentiment[row])
            sentiment = SentimentReading(negative=negative, neutral=neutral, positive=positive)
            likeliest = max(negative, neutral, positive)
            readings.append(
                Reading(
                    comment_id=comment.id,
                    language=languages[row],
                    labels={label: float(labels[row, c]) for c, label in enumerate(LABELS)},
                    decided=tuple(label for c, label in enumerate(LABELS) if decided[row, c]),
                    unsure=tuple(label for c, label in enumerate(LABELS) if unsure[row, c]),
                    sentiment=sentiment,
                    sentiment_unsure=bool(foreign[row])
                    or likeliest < self._settings.sentiment_unsure_below,
                    is_casual=is_casual(texts[row]),
                    evidence=evidence[row],
                )
            )
        return readings

    def _evidence(
        self, inputs: Sequence[ReaderInput], decided: BoolArray, words: Sequence[Words] | None
    ) -> list[tuple[Evidence, ...]]:
        """For each label that holds, the sentences that carry it."""
        wanted: BoolArray = decided[:, [LABELS.index(label) for label in EVIDENCE_LABELS]]
        spans = [
            sentences(one.text) if some else []
            for one, some in zip(inputs, np.any(wanted, axis=1).tolist(), strict=True)
        ]
        if words is None:
            carries = self._read_apart(inputs, spans)
            least = self._decide[[LABELS.index(label) for label in EVIDENCE_LABELS]]
        else:
            carries = [
                sentence_carries(found, told) for found, told in zip(spans, words, strict=True)
            ]
            least = np.full(len(EVIDENCE_LABELS), CARRIES)
        return [
            tuple(
                Evidence(label, *found[place])
                for column, label in enumerate(EVIDENCE_LABELS)
                if holds[column]
                for place in _carriers(said[:, column], least[column])
            )
            for found, said, holds in zip(spans, carries, wanted, strict=True)
        ]

    def _read_apart(
        self, inputs: Sequence[ReaderInput], spans: Sequence[Sequence[tuple[int, int]]]
    ) -> list[FloatArray]:
        """How much each sentence carries each label, by reading each of several by itself."""
        parts = [
            ReaderInput(text=one.text[start:end], post_text=one.post_text)
            for one, found in zip(inputs, spans, strict=True)
            if len(found) > 1
            for start, end in found
        ]
        columns = [LABELS.index(label) for label in EVIDENCE_LABELS]
        scores = iter(self.reader.read(parts).labels[:, columns] if parts else ())
        return [
            np.array([next(scores) for _ in found])
            if len(found) > 1
            else np.ones((len(found), len(columns)))
            for found in spans
        ]


def sentence_carries(spans: Sequence[tuple[int, int]], words: Words) -> FloatArray:
    """How much each sentence carries each label: as much as the word in it that carries most.

    Shape (len(spans), len(EVIDENCE_LABELS)); a sentence in which no word was read carries nothing.
    """
    carries = np.zeros((len(spans), len(EVIDENCE_LABELS)))
    for row, (start, end) in enumerate(spans):
        inside = (words.spans[:, 0] < end) & (words.spans[:, 1] > start)
        if inside.any():
            carries[row] = words.carries[inside].max(axis=0)
    return carries


def _carriers(said: FloatArray, least: float) -> list[int]:
    """Which sentences carry a label: those that say so, else the likeliest."""
    if not len(said):
        return []
    past = np.flatnonzero(said >= least)
    return past.tolist() if len(past) else [int(said.argmax())]


def _citizens(thread: Thread) -> list[Comment]:
    return [comment for comment in thread.comments if not comment.from_organisation]


def _with_rules(labels: FloatArray, comments: Sequence[Comment]) -> FloatArray:
    """What exact rules have found outranks what a model believes."""
    ruled = labels.copy()
    column = LABELS.index(Label.PERSONAL_DATA)
    for row, comment in enumerate(comments):
        # A house number alone is mostly the place of a fault and a name alone mostly a friend's
        # or a politician's, so they are left to the reader.
        if comment.mask_kinds - {"address", NAME}:
            ruled[row, column] = 1.0
    return ruled
