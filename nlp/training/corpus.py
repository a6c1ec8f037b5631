"""Labelled comments with what a reader is given: cleaned, masked, without keys, in context.

Nobody is tagged in these threads: a name that stands without @ is masked only if it is found.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nlp import artefacts
from nlp.clean import clean
from nlp.corpus.check import labels_fit_threads, threads_are_whole
from nlp.corpus.folder import Corpus, read_corpus
from nlp.corpus.outside import (
    is_at_hand,
    label_id,
    read_labels,
    read_manifest,
    texts_for_training,
)
from nlp.corpus.records import EvidenceRecord, LabelRecord, Mark, ThreadRecord
from nlp.corpus.records import LabelledComment as LabelRecordOfComment
from nlp.corpus.splits import Split
from nlp.edits import Edited
from nlp.errors import ArtefactError
from nlp.names import NameFinder, mask_names
from nlp.pseudonymise import pseudonymise, without_keys
from nlp.readers.reader import ReaderInput
from nlp.threads import reader_inputs
from nlp.training.refused import Refused
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


def load(folder: Path, *, names: NameFinder | None = None) -> list[LabelledComment]:
    """All labelled comments of a corpus folder.

    Args:
        folder: Holds threads/*.jsonl and labels/*.jsonl.
        names: Finds the names of people, which are then masked as the service masks them.

    Raises:
        ArtefactError: A file is missing, or a line or a label does not fit; says which line.
    """
    return list(comments_of(read_checked(folder), names))


def read_checked(folder: Path) -> Corpus:
    """A corpus folder of which threads and labels fit.

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
    return corpus


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideLabels:
    """One outside set of which texts have been labelled by our own guide."""

    name: str
    licence: str
    labels_sha256: str
    comments: tuple[LabelledComment, ...]
    """Those whose texts are at hand."""
    labelled: int
    """How many have been labelled."""

    @property
    def remark(self) -> str | None:
        """In Swedish, what is missing; None if nothing is."""
        if len(self.comments) == self.labelled:
            return None
        return (
            f"{self.name}: {self.labelled - len(self.comments)} av {self.labelled} märkta texter "
            "är inte till hands och lär inte ut något. data/outside-sets.toml säger var de finns"
        )


def load_outside(
    manifest: Path, *, labels_dir: Path, names: NameFinder | None = None
) -> list[OutsideLabels]:
    """Texts of outside sets that may train and that have been labelled by our own guide.

    The labels are ours and lie in `labels_dir`, a file per set; the texts are not, and lie beside
    the manifest in outside/. A set that is not at hand has no comments, and a remark that says so.

    Raises:
        ArtefactError: The manifest has a fault, there are labels of a set that it does not
            describe, a file is damaged, or its licence does not permit training.
    """
    if not manifest.is_file() and not labels_dir.is_dir():
        return []
    sets, faults = read_manifest(manifest)
    if faults:
        raise Refused(f"{manifest} rad {faults[0].line}: {faults[0].said}")
    described = {each.name: each for each in sets}
    made = []
    for path in sorted(labels_dir.glob("*.jsonl")):
        if path.stem not in described:
            raise Refused(f"{path} märker en mängd som {manifest} inte beskriver")
        ours = {one.id: one for one in read_labels(path)}
        each, folder = described[path.stem], manifest.parent / "outside"
        if not each.training_files:
            raise Refused(f"{each.name} får inte lära ut något (licens: {each.licence})")
        texts = texts_for_training(folder, each) if is_at_hand(folder, each) else ()
        found = [(text, ours[label_id(text)]) for text in texts if label_id(text) in ours]
        made.append(
            OutsideLabels(
                name=each.name,
                licence=each.licence,
                labels_sha256=hashlib.sha256(artefacts.read_bytes(path)).hexdigest(),
                comments=tuple(_of_outside(text, said, names) for text, said in found),
                labelled=len(ours),
            )
        )
    return made


def _of_outside(text: str, said: LabelRecordOfComment, names: NameFinder | None) -> LabelledComment:
    (edited,) = _masked([text], Channel.OTHER, [False], names)
    return LabelledComment(
        id=said.id,
        group=said.id,  # nobody answers it: a thread of its own
        split=Split.TRAIN,
        input=ReaderInput(text=without_keys(edited.text)),
        labels=said.labels,
        sentiment=said.sentiment,
        marks=said.marks,
        evidence=_evidence(edited, said.evidence),
    )


def as_read(
    texts: Sequence[str], *, channel: Channel, names: NameFinder | None = None
) -> list[str]:
    """Published texts as a reader is given them: cleaned, masked, all people alike."""
    masked = _masked(texts, channel, [False] * len(texts), names)
    return [without_keys(one.text) for one in masked]


def _masked(
    texts: Sequence[str],
    channel: Channel,
    from_organisation: Sequence[bool],
    names: NameFinder | None,
) -> list[Edited]:
    masked = [
        pseudonymise(clean(text), key=_KEY, channel=channel, from_organisation=ours)
        for text, ours in zip(texts, from_organisation, strict=True)
    ]
    if names is not None:
        masked = mask_names(masked, names, from_organisation=from_organisation)
    return [one.edited for one in masked]


def comments_of(corpus: Corpus, names: NameFinder | None) -> Iterator[LabelledComment]:
    """All labelled comments of a corpus of which threads and labels fit."""
    threads = {placed.record.name: placed.record for placed in corpus.threads}
    for placed in corpus.labels:
        labelled = placed.record
        split = corpus.splits[labelled.post]
        yield from _of_thread(threads[labelled.post], labelled, split, names)


def thread_as_read(
    thread: ThreadRecord, names: NameFinder | None
) -> tuple[Thread, Mapping[str, Edited]]:
    """A thread as the pipeline is given it, and by id how each text became what is read."""
    masked = _masked(
        [comment.text for comment in thread.comments],
        thread.channel,
        [comment.from_organisation for comment in thread.comments],
        names,
    )
    edited = dict(zip((comment.id for comment in thread.comments), masked, strict=True))
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
    return said, edited


def _of_thread(
    thread: ThreadRecord, labelled: LabelRecord, split: Split, names: NameFinder | None
) -> Iterator[LabelledComment]:
    said, edited = thread_as_read(thread, names)
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
            evidence=_evidence(edited[comment.id], comment.evidence),
        )


def _evidence(edited: Edited, evidence: Iterable[EvidenceRecord]) -> tuple[Evidence, ...]:
    spans = ((one.label, moved(edited, one.start, one.end)) for one in evidence)
    return tuple(Evidence(label, *span) for label, span in spans if span is not None)


def moved(edited: Edited, start: int, end: int) -> tuple[int, int] | None:
    """The words of a text as read that a span of the text as written covers; None if no word."""
    inside = [
        match.span()
        for match in _WORD.finditer(edited.text)
        if _overlap(edited.origin_span(*match.span()), (start, end))
    ]
    return (inside[0][0], inside[-1][1]) if inside else None


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
