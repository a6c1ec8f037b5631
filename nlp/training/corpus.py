"""Labelled comments with what a reader is given: cleaned, masked, without keys, in context.

Nobody is tagged in these threads, so a name that stands without @ stays in the text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from nlp import artefacts
from nlp.clean import clean
from nlp.errors import ArtefactError
from nlp.pseudonymise import pseudonymise, without_keys
from nlp.readers.reader import ReaderInput
from nlp.vocabulary import Channel, Label, Sentiment

_KEY: Final = b"labelled threads are published, so this key hides nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledComment:
    """One citizen comment with what a reader by the guide said of it."""

    id: str
    group: str
    """The post's id; a thread is never split between training and testing."""
    input: ReaderInput = field(repr=False)
    labels: frozenset[Label]
    sentiment: Sentiment
    seen_by_rules: bool
    """The lexicons and rules were written with this thread in sight: no test of them."""


def load(folder: Path) -> list[LabelledComment]:
    """All labelled comments of a folder with threads.jsonl and labels.jsonl.

    Raises:
        ArtefactError: A file is missing, or a label or an id does not fit; says which line.
    """
    threads: dict[str, Any] = {}
    for line, thread in _lines(folder / "threads.jsonl"):
        try:
            threads[str(thread["post"]["id"])] = thread
        except (KeyError, TypeError) as error:
            raise ArtefactError(
                f"{folder / 'threads.jsonl'} line {line} is no thread: {error}"
            ) from error
    found: list[LabelledComment] = []
    for line, labelled in _lines(folder / "labels.jsonl"):
        try:
            found.extend(_comments(threads[str(labelled["post"])], labelled))
        except (KeyError, TypeError, ValueError) as error:
            raise ArtefactError(
                f"{folder / 'labels.jsonl'} line {line} does not fit threads.jsonl or the guide: "
                f"{error}"
            ) from error
    return found


def _lines(path: Path) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(artefacts.read_lines(path), start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except json.JSONDecodeError as error:
                raise ArtefactError(f"{path} line {number} is not valid JSON: {error}") from error


def _comments(thread: Mapping[str, Any], labelled: Mapping[str, Any]) -> Iterator[LabelledComment]:
    channel = Channel(thread["channel"])
    texts = {
        comment["id"]: without_keys(
            pseudonymise(
                clean(comment["text"]),
                key=_KEY,
                channel=channel,
                from_organisation=comment["from_organisation"],
            ).text
        )
        for comment in thread["comments"]
    }
    parents = {comment["id"]: comment["parent_id"] for comment in thread["comments"]}
    post_text = clean(thread["post"]["text"]).text
    for comment in labelled["comments"]:
        name = comment["id"]
        yield LabelledComment(
            id=name,
            group=thread["post"]["id"],
            input=ReaderInput(
                text=texts[name],
                post_text=post_text,
                parent_text=texts.get(parents[name] or "", ""),
            ),
            labels=frozenset(Label(label) for label in comment["labels"]),
            sentiment=Sentiment(comment["sentiment"]),
            seen_by_rules=bool(labelled.get("seen_by_rules", False)),
        )
