"""Outside data sets: what the manifest says of them, and how their files are read.

The manifest is data/outside-sets.toml; the files lie in data/outside/, which is not part of the
project. A file is read only if its checksum is the one that the manifest states.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any, Final

from nlp import artefacts
from nlp.corpus.records import Fault, LabelledComment
from nlp.errors import ArtefactError
from nlp.vocabulary import Label, Sentiment

PERMITTED: Final = frozenset({"CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "MIT", "Apache-2.0"})
"""SPDX names of licences that let a model trained on a set be shipped, also by others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideText:
    """One text with what its set says of it; what the set does not say is left out."""

    text: str = field(repr=False)
    sentiment: Sentiment | None = None
    labels: Mapping[Label, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideQuestion:
    """A question, answers that might fit, and which one does."""

    question: str = field(repr=False)
    candidates: tuple[str, ...] = field(repr=False)
    right: int
    """Place of the right answer among the candidates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideSentence:
    """The words of a sentence and which of them belong to a person's name."""

    words: tuple[str, ...] = field(repr=False)
    is_name: tuple[bool, ...]


Outside = OutsideText | OutsideQuestion | OutsideSentence


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideSet:
    """One set of the manifest."""

    name: str
    source: str
    licence: str
    """SPDX name, or "none stated"."""
    language: str
    used_for: str
    sha256: Mapping[str, str]
    """Checksum of each file, by its name."""
    held_out: frozenset[str] = frozenset()
    """Files that measure and never train, whatever the licence."""

    @property
    def training_files(self) -> tuple[str, ...]:
        """The files that a shipped model may learn from; none unless the licence permits it."""
        if self.licence not in PERMITTED:
            return ()
        return tuple(name for name in self.sha256 if name not in self.held_out)


def read_manifest(path: Path) -> tuple[list[OutsideSet], list[Fault]]:
    """The sets of the manifest, and the faults of those that are not described whole.

    Raises:
        ArtefactError: The file is missing, is no TOML or does not open each set with [[set]].
    """
    content = "\n".join(artefacts.read_lines(path))
    try:
        told = tomllib.loads(content)
    except ValueError as error:
        raise ArtefactError(f"{path} is not valid TOML: {error}") from error
    starts = [
        match.start() for match in re.finditer(r"^[ \t]*\[\[ *set *\]\]", content, re.MULTILINE)
    ]
    given = told.get("set", [])
    if not isinstance(given, list) or len(given) != len(starts):
        raise ArtefactError(f"{path} does not open each set with a line [[set]]")
    sets: list[OutsideSet] = []
    faults: list[Fault] = []
    for start, described in zip(starts, given, strict=True):
        line = content.count("\n", 0, start) + 1
        said = list(_missing(described))
        if described.get("name") in {each.name for each in sets}:
            said.append(f"{described['name']} finns redan")
        faults.extend(Fault(path.name, line, each) for each in said)
        if not said:
            held_out = frozenset(described.pop("held_out", ()))
            sets.append(OutsideSet(**described, held_out=held_out))
    return sets, faults


def _missing(described: Mapping[str, Any]) -> Iterator[str]:
    wanted: Mapping[str, type] = {
        **dict.fromkeys(("name", "source", "licence", "language", "used_for"), str),
        "sha256": dict,
    }
    title = described.get("name", "uppgiften")
    for name, kind in wanted.items():
        if not isinstance(described.get(name), kind) or not str(described[name]).strip():
            yield f"{title}: {name} saknas"
    sums, held_out = described.get("sha256"), described.get("held_out", [])
    if isinstance(sums, dict) and not (sums and all(isinstance(s, str) for s in sums.values())):
        yield f"{title}: sha256 ska vara en kontrollsumma för varje fil"
    if not isinstance(held_out, list) or not all(isinstance(name, str) for name in held_out):
        yield f"{title}: held_out ska vara en lista av filnamn"
        return
    for name in described.keys() - wanted.keys() - {"held_out"}:
        yield f"{title}: {name} är ett okänt fält"
    for name in sorted(set(held_out) - set(sums if isinstance(sums, dict) else ())):
        yield f"{title}: {name} hålls undan men har ingen kontrollsumma"


def read_for_training(folder: Path, described: OutsideSet) -> Iterator[Outside]:
    """What a shipped model may learn from a set: nothing unless its licence permits it.

    Raises:
        ArtefactError: The licence does not permit training, or a file is absent or another.
    """
    if not described.training_files:
        raise ArtefactError(
            f"{described.name} may not be trained on (licence: {described.licence}); "
            "it is for measuring only"
        )
    for name in described.training_files:
        yield from _read(folder, described, name)


def texts_for_training(folder: Path, described: OutsideSet) -> Iterator[str]:
    """The bare texts of a set that a shipped model may learn from, also those it does not judge.

    Raises:
        ArtefactError: As for `read_for_training`, or the set is not kept as lines of JSON.
    """
    if not described.training_files:
        raise ArtefactError(
            f"{described.name} may not be trained on (licence: {described.licence})"
        )
    for name in described.training_files:
        content = _content(folder / described.name / name, described)
        yield from (row["text"] for row in _json_lines(content))


def label_id(text: str) -> str:
    """By which our labels of an outside text find it: the labels are ours, the text is not."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def read_labels(path: Path) -> list[LabelledComment]:
    """What readers by the guide said of an outside set's texts.

    Raises:
        ArtefactError: The file is damaged; says which line.
    """
    found = []
    for number, line in enumerate(artefacts.read_lines(path), start=1):
        if line:
            try:
                found.append(LabelledComment.model_validate_json(line))
            except ValueError as error:
                raise ArtefactError(f"{path} line {number} does not fit") from error
    return found


def read_for_measuring(folder: Path, described: OutsideSet) -> Iterator[Outside]:
    """What a model may be measured on: files that it is never trained on.

    Raises:
        ArtefactError: A file is absent or is another than the manifest's.
    """
    for name in described.sha256:
        if name not in described.training_files:
            yield from _read(folder, described, name)


def is_at_hand(folder: Path, described: OutsideSet) -> bool:
    """Whether all files of the set have been fetched."""
    return all((folder / described.name / name).is_file() for name in described.sha256)


def _read(folder: Path, described: OutsideSet, name: str) -> Iterator[Outside]:
    reader = _READERS.get(described.name)
    if reader is None:
        raise ArtefactError(f"{described.name} has no reader in nlp/corpus/outside.py")
    return reader(_content(folder / described.name / name, described), name)


def _content(path: Path, described: OutsideSet) -> str:
    if not path.is_file():
        raise ArtefactError(
            f"{path} is not there. Fetch {described.name} from {described.source} "
            f"(licence: {described.licence}) and put its files in {path.parent}"
        )
    content = artefacts.read_bytes(path)
    if hashlib.sha256(content).hexdigest() != described.sha256[path.name]:
        raise ArtefactError(
            f"{path} is not the file that the manifest describes (its checksum differs); "
            f"fetch it again from {described.source}"
        )
    return content.decode("utf-8-sig")


def _json_lines(content: str) -> Iterator[Mapping[str, Any]]:
    return (json.loads(line) for line in content.split("\n") if line.strip())


def _table(content: str, *, delimiter: str = ",") -> Iterator[Mapping[str, str]]:
    return csv.DictReader(StringIO(content, newline=""), delimiter=delimiter)


_JOYLESS: Final = frozenset({"anger", "disgust", "fear", "sadness"})


def _emotions(content: str, name: str) -> Iterator[OutsideText]:
    """Joy alone is positive, a dark emotion without joy negative, none neutral; mixed is left."""
    if name.endswith(".csv"):
        rows = [
            (row["text"], {key for key, value in row.items() if value == "1"})
            for row in _table(content)
        ]
    else:
        rows = [(row["text"], set(row["emotions"])) for row in _json_lines(content)]
    for text, emotions in rows:
        emotions.discard("surprise")
        if not emotions:
            yield OutsideText(text=text, sentiment=Sentiment.NEUTRAL)
        elif emotions == {"joy"}:
            yield OutsideText(text=text, sentiment=Sentiment.POSITIVE)
        elif emotions <= _JOYLESS:
            yield OutsideText(text=text, sentiment=Sentiment.NEGATIVE)


_POLARITIES: Final = {
    **dict.fromkeys(("negativ", "negative", "-1", "-2"), Sentiment.NEGATIVE),
    **dict.fromkeys(("neutral", "0"), Sentiment.NEUTRAL),
    **dict.fromkeys(("positiv", "positive", "1", "2"), Sentiment.POSITIVE),
}


def _polarity_lines(content: str, _: str) -> Iterator[OutsideText]:
    for row in _json_lines(content):
        yield OutsideText(text=row["text"], sentiment=_POLARITIES[row["label"]])


def _polarity_rows(content: str, _: str) -> Iterator[OutsideText]:
    for polarity, text in csv.reader(StringIO(content, newline="")):
        yield OutsideText(text=text, sentiment=_POLARITIES[polarity])


def _offensive(content: str, _: str) -> Iterator[OutsideText]:
    rows = csv.reader(StringIO(content, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
    for row in list(rows)[1:]:
        if len(row) == 3:  # the file ends in a line of blanks
            yield OutsideText(text=row[1], labels={Label.UNCIVIL: row[2] == "OFF"})


def _toxic_rows(content: str, _: str) -> Iterator[OutsideText]:
    for row in _table(content):
        yield OutsideText(text=row["text"], labels={Label.TOXIC: row["is_toxic"] == "Toxic"})


def _toxic_lines(content: str, _: str) -> Iterator[OutsideText]:
    for row in _json_lines(content):
        yield OutsideText(text=row["text"], labels={Label.TOXIC: row["TOXIC"] == 1})


def _talk_show(content: str, _: str) -> Iterator[OutsideText]:
    for row in _table(content):
        yield OutsideText(
            text=row["comment_text"],
            labels={
                Label.UNCIVIL: row["Sub1_Toxic"] == "1",
                Label.REASONED: row["Sub3_FactClaiming"] == "1",
            },
        )


def _suggestions(content: str, _: str) -> Iterator[OutsideText]:
    for _number, text, said in csv.reader(StringIO(content, newline="")):
        yield OutsideText(text=text, labels={Label.SUGGESTION: said == "1"})


def _complaints(content: str, _: str) -> Iterator[OutsideText]:
    for row in _json_lines(content):
        yield OutsideText(text=row["text"], labels={Label.COMPLAINT: row["complaint"] == 1})


def _questions(content: str, _: str) -> Iterator[OutsideQuestion]:
    for row in _json_lines(content):
        yield OutsideQuestion(
            question=row["question"],
            candidates=tuple(row["candidate_answers"]),
            right=row["label"],
        )


def _reading_test(content: str, name: str) -> Iterator[OutsideQuestion]:
    """Questions on texts of authorities with answers to choose among.

    What may teach is given otherwise: each question with the paragraphs of its text, of which one
    holds the answer, for that is what a reply is to a comment.
    """
    for row in json.loads(content)["data"]:
        choices: Sequence[Mapping[str, Any]] = row["choices"]
        right = [
            place for place, choice in enumerate(choices) if choice["type"] == "Correct answer"
        ]
        if len(right) != 1:
            continue
        if name == "training.json":
            yield from _paragraphs(row["question"], row["context"], choices[right[0]]["text"])
        else:
            yield OutsideQuestion(
                question=row["question"],
                candidates=tuple(choice["text"] for choice in choices),
                right=right[0],
            )


_FEWEST_WORDS: Final = 8
"""Words of a paragraph that says something; headings have fewer."""

_BEGINNING: Final = 60
"""Characters of an answer by which its paragraph is found: longer ones run over several."""


def _paragraphs(question: str, context: str, answer: str) -> Iterator[OutsideQuestion]:
    paragraphs = [
        paragraph.strip()
        for paragraph in context.replace("\r", "").split("\n")
        if len(paragraph.split()) >= _FEWEST_WORDS
    ]
    beginning = answer[:_BEGINNING].split("\n")[0].strip()
    holding = [place for place, text in enumerate(paragraphs) if beginning in text]
    if len(holding) == 1 and len(paragraphs) > 1:
        yield OutsideQuestion(question=question, candidates=tuple(paragraphs), right=holding[0])


def _frequent_questions(content: str, _: str) -> Iterator[OutsideQuestion]:
    told = json.loads(content)
    answers = tuple(row["answer"] for row in told)
    for place, row in enumerate(told):
        for question in row["paraphrases"]:
            yield OutsideQuestion(question=question, candidates=answers, right=place)


def _named(content: str, _: str) -> Iterator[OutsideSentence]:
    for sentence in re.split(r"\r?\n[ \t]*\r?\n", content):
        tokens = [line.split() for line in sentence.split("\n") if len(line.split()) == 2]
        if tokens:
            yield OutsideSentence(
                words=tuple(word for word, _ in tokens),
                is_name=tuple(kind == "PER" for _, kind in tokens),
            )


_READERS: Final[Mapping[str, Callable[[str, str], Iterator[Outside]]]] = {
    "brighter-swe": _emotions,
    "superlim": _questions,
    "swequad-mc": _reading_test,
    "ner-klintan": _named,
    "dkhate": _offensive,
    "surge-toxicity-en": _toxic_rows,
    "twitter-sv-palm": _polarity_lines,
    "trustpilot-sv": _polarity_lines,
    "swe-toxicity-flashback": _toxic_lines,
    "faq-corona": _frequent_questions,
    "danish-political-comments": _polarity_rows,
    "germeval2021": _talk_show,
    "suggestion-semeval2019t9": _suggestions,
    "complaints-preotiuc": _complaints,
}
