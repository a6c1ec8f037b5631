"""Labelled comments with what a reader is given: cleaned, masked, without keys, in context.

Nobody is tagged in these threads, so a name that stands without @ stays in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nlp.clean import clean
from nlp.corpus.check import labels_fit_threads, threads_are_whole
from nlp.corpus.folder import Corpus, read_corpus
from nlp.corpus.records import EvidenceRecord, LabelRecord, Mark, ThreadRecord
from nlp.corpus.splits import Split
from nlp.edits import Edited
from nlp.errors import ArtefactError
from nlp.pseudonymise import pseudonymise, without_keys
from nlp.readers.reader import ReaderInput
from nlp.threads import reader_inputs
from nlp.vocabulary import (
    AuthorKey,
    Channel,
    Comment,
    CommentId,
    Evidence,
    Label,
    Post,
    PostId,
    Sentiment,
    Thread,
)

_WORD: Final = re.compile(r"\S+")

_KEY: Final = b"labelled threads are published, so this key hides nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledComment:
    """One citizen comment with what a reader by the guide said of it."""

    id: str
    group: str
    """The post's id; a thread is never split between training and testing."""
    split: Split
    input: ReaderInput = field(repr=False)
    labels: frozenset[Label]
    sentiment: Sentiment
    marks: frozenset[Mark] = frozenset()
    evidence: tuple[Evidence, ...] = ()
    """Spans of the input's text that carry a label, as the labeller marked them."""


def load(folder: Path) -> list[LabelledComment]:
    """All labelled comments of a corpus folder.

    Raises:
        ArtefactError: A file is missing, or a line or a label does not fit; says which line.
    """
    corpus = read_corpus(folder)
    faults = [*corpus.unreadable, *threads_are_whole(corpus), *labels_fit_threads(corpus)]
    if faults:
        first = min(faults)
        raise ArtefactError(
            f"{folder} has {len(faults)} faults, the first in {first.file} line {first.line}: "
            f"{first.said}; `lyssnad corpus check` names them all"
        )
    return list(_comments(corpus))


def as_read(text: str, *, channel: Channel, from_organisation: bool = False) -> str:
    """A published text as a reader is given it: cleaned, masked, all people alike."""
    return without_keys(_masked(text, channel, from_organisation).text)


def _masked(text: str, channel: Channel, from_organisation: bool) -> Edited:
    return pseudonymise(
        clean(text), key=_KEY, channel=channel, from_organisation=from_organisation
    ).edited


def _comments(corpus: Corpus) -> Iterator[LabelledComment]:
    threads = {placed.record.name: placed.record for placed in corpus.threads}
    for placed in corpus.labels:
        labelled = placed.record
        yield from _of_thread(threads[labelled.post], labelled, corpus.splits[labelled.post])


def _of_thread(
    thread: ThreadRecord, labelled: LabelRecord, split: Split
) -> Iterator[LabelledComment]:
    edited = {
        comment.id: _masked(comment.text, thread.channel, comment.from_organisation)
        for comment in thread.comments
    }
    said = Thread(
        channel=thread.channel,
        account=thread.account,
        post=Post(
            id=PostId(thread.name),
            text=clean(thread.post.text).text,
            published=thread.post.published,
        ),
        comments=tuple(
            Comment(
                id=CommentId(comment.id),
                parent_id=None if comment.parent_id is None else CommentId(comment.parent_id),
                author=AuthorKey(comment.author),
                from_organisation=comment.from_organisation,
                created=comment.created,
                text=without_keys(edited[comment.id].text),
            )
            for comment in thread.comments
        ),
    )
    inputs = dict(zip((one.id for one in thread.citizens), reader_inputs(said), strict=True))
    for comment in labelled.comments:
        yield LabelledComment(
            id=comment.id,
            group=thread.name,
            split=split,
            input=inputs[comment.id],
            labels=comment.labels,
            sentiment=comment.sentiment,
            marks=comment.marks,
            evidence=tuple(_moved(edited[comment.id], comment.evidence)),
        )


def _moved(edited: Edited, evidence: Iterable[EvidenceRecord]) -> Iterator[Evidence]:
    """Evidence marked in the text as written, in the text as read."""
    words = [match.span() for match in _WORD.finditer(edited.text)]
    for one in evidence:
        inside = [
            (start, end)
            for start, end in words
            if _overlap(edited.origin_span(start, end), (one.start, one.end))
        ]
        if inside:
            yield Evidence(one.label, inside[0][0], inside[-1][1])


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
