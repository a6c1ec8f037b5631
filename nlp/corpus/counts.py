"""Counts what a corpus holds: how often each label, mark, grade and kind of follow-up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from scipy.stats import spearmanr

from nlp.corpus.folder import Corpus
from nlp.corpus.records import LabelledComment, LabelledReply, Mark, ReplyMark
from nlp.corpus.repeats import words
from nlp.vocabulary import FUNCTIONS, FollowUp, Label, Sentiment

SPEARMAN_LIMIT: Final = 0.30
"""Where long or courteous replies are the good ones, a reader learns to look at that alone."""

_GREETING: Final = re.compile(r"(?:hej|hallå|tjena|god (?:morgon|dag|middag|kväll))", re.IGNORECASE)
_SIGNATURE: Final = re.compile(r"(?:/|\bmvh\b|hälsning\w*,?)\s*[A-ZÅÄÖ][^.!?]*$", re.IGNORECASE)

_FORMS: Final[Mapping[str, Callable[[str], int]]] = {
    "längd": lambda text: len(words(text)),
    "hälsning": lambda text: bool(_GREETING.match(text)),
    "tack": lambda text: "tack" in text.lower(),
    "länk": lambda text: "http" in text or "www." in text or ".se/" in text,
    "underskrift": lambda text: bool(_SIGNATURE.search(text)),
}
"""What can be seen of a reply without reading it."""

MINIMA: Final[Mapping[str, int]] = {
    "threads": 420,
    "kinds of account": 40,
    "citizen comments": 6_500,
    "replies": 1_300,
    Label.QUESTION: 1_400,
    Label.COMPLAINT: 1_900,
    Label.SUGGESTION: 900,
    Label.PRAISE: 950,
    "no function": 1_800,
    "two functions or more": 900,
    Sentiment.NEGATIVE: 2_300,
    Sentiment.NEUTRAL: 1_900,
    Sentiment.POSITIVE: 1_200,
    Label.NEEDS_REPLY: 2_600,
    Label.UNCIVIL: 500,
    Label.TOXIC: 200,
    Label.LEGAL_REVIEW: 160,
    Label.REASONED: 1_800,
    "not on_topic": 500,
    Label.FAULT_REPORT: 400,
    Label.PERSONAL_DATA: 300,
    Mark.IRONIC: 350,
    Mark.RHETORICAL: 350,
    Mark.INDIRECT: 350,
    **{f"follow_up {kind}": 120 for kind in FollowUp},
    **{f"grade {grade}": 150 for grade in range(1, 6)},
    "acknowledgement_only": 120,
    ReplyMark.OPEN_QUESTION: 120,
    ReplyMark.WRONG_POINT: 100,
    "comments with evidence": 2_500,
    "comments read twice": 800,
    "replies read twice": 200,
    "threads read twice": 50,
    "minimal pairs": 400,
}
"""What the corpus must hold at least, by the names that `counts` gives."""


def counts(corpus: Corpus) -> Counter[str]:
    """How many there are of everything that MINIMA names."""
    threads = [placed.record for placed in corpus.threads]
    found: Counter[str] = Counter(
        {
            "threads": len(threads),
            "kinds of account": len({thread.kind for thread in threads}),
            "citizen comments": sum(len(thread.citizens) for thread in threads),
            "replies": sum(len(thread.comments) - len(thread.citizens) for thread in threads),
            "minimal pairs": len(corpus.pairs),
            "matters judged": sum(len(each.record.matters) for each in corpus.matters),
            "threads read twice": len(corpus.second),
            "comments read twice": sum(len(each.record.comments) for each in corpus.second),
            "replies read twice": sum(len(each.record.replies) for each in corpus.second),
        }
    )
    for comment in corpus.labelled_comments.values():
        found.update(_of_comment(comment))
    for reply in corpus.labelled_replies.values():
        found.update(_of_reply(reply))
    return found


def _of_comment(comment: LabelledComment) -> Iterator[str]:
    yield from comment.labels
    yield from comment.marks
    yield comment.sentiment
    functions = comment.labels.intersection(FUNCTIONS)
    if not functions:
        yield "no function"
    if len(functions) > 1:
        yield "two functions or more"
    if Label.ON_TOPIC not in comment.labels:
        yield "not on_topic"
    if comment.evidence:
        yield "comments with evidence"


def _of_reply(reply: LabelledReply) -> Iterator[str]:
    if reply.grade is not None:
        yield f"grade {reply.grade}"
    if reply.acknowledgement_only:
        yield "acknowledgement_only"
    yield from reply.marks
    for kind in reply.follow_up.values():
        yield f"follow_up {kind}"


def form_and_grade(corpus: Corpus) -> dict[str, float]:
    """Spearman's rank correlation of a reply's outer form and its grade, by Swedish name.

    Empty below ten replies; a form that all share, or grades that are all the same, is left out:
    nothing can go together then.
    """
    rated = [
        (corpus.comments[name].text, reply.grade)
        for name, reply in corpus.labelled_replies.items()
        if reply.grade is not None and name in corpus.comments
    ]
    if len(rated) < 10:
        return {}
    grades = [grade for _, grade in rated]
    found: dict[str, float] = {}
    for form, measure in _FORMS.items():
        measured = [measure(text) for text, _ in rated]
        if len(set(measured)) > 1 and len(set(grades)) > 1:
            found[form] = float(spearmanr(measured, grades).statistic)
    return found
