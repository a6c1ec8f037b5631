"""Reads a corpus folder whole: threads with all that was said of them, pairs, what teaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nlp import artefacts
from nlp.corpus.records import (
    CommentRecord,
    Fault,
    LabelledComment,
    LabelledReply,
    LabelRecord,
    MattersRecord,
    NamesRecord,
    PairRecord,
    Placed,
    QuestionRecord,
    Record,
    ReplyContrastRecord,
    ThreadRecord,
    read,
)
from nlp.corpus.splits import Split, split
from nlp.errors import ArtefactError


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """All that a corpus folder holds, and the lines of it that could not be read."""

    threads: Sequence[Placed[ThreadRecord]]
    labels: Sequence[Placed[LabelRecord]]
    second: Sequence[Placed[LabelRecord]]
    """What another reader said, apart from the first, of some of the threads; before settling."""
    first: Sequence[Placed[LabelRecord]]
    """What the first reader had said of those threads; `labels` holds what was settled."""
    pairs: Sequence[Placed[PairRecord]]
    names: Sequence[Placed[NamesRecord]]
    """Of the comments that were read for it, where people are named."""
    matters: Sequence[Placed[MattersRecord]]
    """How far replies met what comments raised, pair by pair."""
    contrasts: Sequence[Placed[PairRecord]]
    """Minimal pairs that teach, while `pairs` measures."""
    reply_contrasts: Sequence[Placed[ReplyContrastRecord]]
    questions: Sequence[Placed[QuestionRecord]]
    set_phrases: Sequence[str]
    """Phrases that may recur: greetings, titles, what everybody writes."""
    unreadable: Sequence[Fault]

    @cached_property
    def splits(self) -> Mapping[str, Split]:
        """The split of each thread, by the post's id."""
        return split(thread.record for thread in self.threads)

    @cached_property
    def comments(self) -> Mapping[str, CommentRecord]:
        """Every comment and reply, by id."""
        return {
            comment.id: comment for thread in self.threads for comment in thread.record.comments
        }

    @cached_property
    def labelled_comments(self) -> Mapping[str, LabelledComment]:
        """What was settled of each citizen comment, by id."""
        return {each.id: each for placed in self.labels for each in placed.record.comments}

    @cached_property
    def labelled_replies(self) -> Mapping[str, LabelledReply]:
        """What was settled of each of the organisation's comments, by id."""
        return {each.id: each for placed in self.labels for each in placed.record.replies}

    @cached_property
    def thread_of(self) -> Mapping[str, ThreadRecord]:
        """The thread of each comment, by the comment's id."""
        return {
            comment.id: thread.record
            for thread in self.threads
            for comment in thread.record.comments
        }


def read_corpus(folder: Path) -> Corpus:
    """Read everything in the folder; lines that do not fit are named, not raised.

    Raises:
        ArtefactError: The folder holds no threads, or a file cannot be read.
    """
    unreadable: list[Fault] = []

    def lines(pattern: str, kind: type[Record]) -> list[Placed[Record]]:
        kept: list[Placed[Record]] = []
        for path in sorted(folder.glob(pattern)):
            for found in read(folder, path.relative_to(folder).as_posix(), kind):
                if isinstance(found, Fault):
                    unreadable.append(found)
                else:
                    kept.append(found)
        return kept

    threads = lines("threads/*.jsonl", ThreadRecord)
    if not threads and not unreadable:
        raise ArtefactError(f"{folder} holds no threads/*.jsonl with threads")
    return Corpus(
        threads=threads,
        labels=lines("labels/*.jsonl", LabelRecord),
        first=lines("agreement/first.jsonl", LabelRecord),
        second=lines("agreement/second.jsonl", LabelRecord),
        pairs=lines("pairs.jsonl", PairRecord),
        names=lines("names.jsonl", NamesRecord),
        matters=lines("matters.jsonl", MattersRecord),
        contrasts=lines("teaching/contrasts.jsonl", PairRecord),
        reply_contrasts=lines("teaching/replies.jsonl", ReplyContrastRecord),
        questions=lines("teaching/questions.jsonl", QuestionRecord),
        set_phrases=list(_phrases(folder / "set-phrases.txt")),
        unreadable=unreadable,
    )


def _phrases(path: Path) -> Iterator[str]:
    if path.exists():
        for line in artefacts.read_lines(path):
            phrase = line.partition("#")[0].strip()
            if phrase:
                yield phrase
