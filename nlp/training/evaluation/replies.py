"""How well replies and discussions are judged: the whole way, beside what could be used instead.

Threads of the test part are read as the service reads them, but for one thing: which comments a
reply answers is taken from the labels, so that a rating is not blamed for a link; how well replies
are linked is a figure of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from nlp import artefacts
from nlp.corpus.folder import Corpus
from nlp.corpus.outside import OutsideQuestion
from nlp.corpus.records import LabelledDiscussion, LabelledReply, MattersRecord
from nlp.corpus.splits import Split
from nlp.edits import Edited
from nlp.names import NameFinder
from nlp.pipeline import Pipeline
from nlp.readers.pair import PairInput, PairReader
from nlp.readers.passages import PassageReader
from nlp.readers.reader import FloatArray
from nlp.scoring.discussion import ITEMS
from nlp.training.corpus import moved, thread_as_read
from nlp.training.evaluation.figures import (
    Estimate,
    Figure,
    estimates,
    f1,
    kappa,
    mean_of,
    rank_correlation,
    ratio,
)
from nlp.training.evaluation.frozen import Embed
from nlp.vocabulary import (
    CommentId,
    FollowUp,
    Label,
    LinkRule,
    ReplyLink,
    Thread,
    ThreadReading,
    WellAnswered,
)

REPLIES: Final = "replies"

LENGTH, COSINE, FROZEN = "length", "tfidf-cosine", "frozen-cosine"

PICKED: Final = "picked"
"""Share of questions of authorities whose right answer is picked among its category's."""

QUESTIONS: Final = "superlim"
"""The outside set that they are taken from."""

DIMENSIONS: Final = ("answers", "next_step", "tone", "clarity")
GRADES: Final = tuple(range(1, 6))

_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedThread:
    """One thread with what its raters said."""

    thread: Thread
    edited: Mapping[str, Edited]
    replies: tuple[LabelledReply, ...]
    """Those that answer somebody."""
    linked: tuple[LabelledReply, ...]
    """All of them."""
    discussion: LabelledDiscussion | None
    matters: Mapping[tuple[str, str], MattersRecord]
    """By reply and comment."""
    asking: Mapping[str, tuple[tuple[int, int], ...]]
    """By comment, where it asks."""


def rated_threads(corpus: Corpus, split: Split, *, names: NameFinder | None) -> list[RatedThread]:
    """The threads of one part of a corpus."""
    records = {placed.record.name: placed.record for placed in corpus.threads}
    matters = {(placed.record.reply, placed.record.to): placed.record for placed in corpus.matters}
    made = []
    for placed in corpus.labels:
        labelled = placed.record
        if corpus.splits[labelled.post] is split:
            thread, edited = thread_as_read(records[labelled.post], names)
            ours = {reply.id for reply in labelled.replies}
            made.append(
                RatedThread(
                    thread=thread,
                    edited=edited,
                    replies=tuple(one for one in labelled.replies if one.grade is not None),
                    linked=labelled.replies,
                    discussion=labelled.discussion,
                    matters={key: one for key, one in matters.items() if key[0] in ours},
                    asking={
                        comment.id: tuple(
                            (one.start, one.end)
                            for one in comment.evidence
                            if one.label is Label.QUESTION
                        )
                        for comment in labelled.comments
                    },
                )
            )
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How replies and discussions are judged."""

    estimates: dict[str, dict[str, Estimate]]
    """By reader or baseline, and figure."""
    sizes: dict[str, int]
    """How many replies, follow_ups, open questions, discussions and questions there were."""
    threads: int


def measure(
    models_dir: Path,
    corpus: Corpus,
    *,
    kinds: Sequence[str],
    questions: Sequence[OutsideQuestion],
    embed: Embed | None,
    cores: int,
    progress: Callable[[str], None],
) -> Measured:
    """Every figure of `figures_of`, of links, and of picking answers.

    Args:
        models_dir: The folder with pipeline.toml.
        corpus: Of which the test part is read.
        kinds: Kinds of kept readers.
        questions: With candidates for their answer, none of which taught; may be none.
        embed: An encoder as it came, for the cosine of its vectors; None leaves that out.
        cores: How many cores a reader may use.
        progress: Told in Swedish what is being done.

    Raises:
        ArtefactError: A kept reader is missing or damaged.
    """
    names = artefacts.load_names(models_dir)
    rated = rated_threads(corpus, Split.TEST, names=names)
    training = rated_threads(corpus, Split.TRAIN, names=names)
    progress("svar och samtal mäts med längd och likhet")
    made = of_baselines(rated, training, embed)
    sizes: dict[str, int] = {}
    reader: PairReader | None = None
    for kind in kinds:
        loaded = artefacts.load(models_dir, reader=kind)
        pipeline = Pipeline(loaded, reader=kind, threads=cores)
        progress(f"{pipeline.reader.name} bedömer svar och samtal, {len(rated)} trådar")
        counted = figures_of(rated, judged(pipeline, rated))
        found = links_found(rated, pipeline.read([each.thread for each in rated]))
        sizes |= {name: size for name, (size, _) in counted.items()}
        made[pipeline.reader.name] = {
            **{name: one for _, ours in counted.values() for name, one in ours.items()},
            **found,
        }
        reader = reader or pipeline.pairs
    if questions:
        progress(f"svar väljs på {len(questions)} frågor")
        sizes["questions"] = len(questions)
        passages = _passages(models_dir, cores)
        picker = passages or reader
        for name, estimate in pick_answers(questions, reader, passages, embed).items():
            # What picks in use is part of the reader that is measured beside it.
            owner = _owner(made, name) if picker is not None and name == picker.name else name
            made.setdefault(owner, {})[PICKED] = estimate
    return Measured(estimates=made, sizes=sizes, threads=len(rated))


def _passages(models_dir: Path, cores: int) -> PassageReader | None:
    version = artefacts.load_settings(models_dir).passages_version
    if version is None:
        return None
    model = artefacts.load_passages(models_dir / artefacts.PASSAGES / version)
    return PassageReader(model, version=version, threads=cores)


def _owner(made: Mapping[str, Mapping[str, Estimate]], name: str) -> str:
    """The transformer, where it is measured, else what picks by its own name."""
    return next((kept for kept in made if kept.startswith("transformer")), name)


def judged(pipeline: Pipeline, rated: Sequence[RatedThread]) -> list[ThreadReading]:
    """What a pipeline says of the threads, told whom each reply answers."""
    links = [
        tuple(
            ReplyLink(
                reply_id=CommentId(one.id),
                to=tuple(map(CommentId, one.to)),
                rule=LinkRule.PARENT if one.to else None,
            )
            for one in each.linked
        )
        for each in rated
    ]
    return pipeline.read([each.thread for each in rated], links=links)


def figures_of(
    rated: Sequence[RatedThread], told: Sequence[ThreadReading]
) -> dict[str, tuple[int, dict[str, Estimate]]]:
    """By what is counted how many there were, and every figure of it.

    What is counted is replies, answered comments, open questions and discussions:

    - `grade.rho` (Spearman), `grade.qwk` and `<dimension>.qwk` (kappa with quadratic weights),
      `answers.kappa` (without weights), `well_answered` (macro-F1), `acknowledgement` (F1);
    - `follow_up` (macro-F1 over all kinds, silence among them) and `follow_up.said` (of those who
      wrote again);
    - `missed`: of comments of which one question was met and another was not, those of which the
      open one is named and a met one is not;
    - `<item>.rho` of discussions, `discussion.rho` their mean, `index.words`: Spearman of the index
      with the number of words.
    """
    return {
        "replies": _of_replies(rated, told),
        "follow_ups": _of_follow_ups(rated, told),
        "open": _of_open_questions(rated, told),
        "discussions": _of_discussions(rated, told),
    }


def _of_replies(
    rated: Sequence[RatedThread], told: Sequence[ThreadReading]
) -> tuple[int, dict[str, Estimate]]:
    gold, said, groups = [], [], []
    for each, judgement in zip(rated, told, strict=True):
        scores = {score.reply_id: score for score in judgement.replies}
        for reply in each.replies:
            gold.append(reply)
            said.append(scores[CommentId(reply.id)])
            groups.append(each.thread.post.id)
    if not gold:
        return 0, {}
    grades = [reply.grade or 1 for reply in gold]
    figures = {
        "grade.rho": rank_correlation(grades, [score.grade for score in said]),
        "grade.qwk": kappa(grades, [round(score.grade) for score in said], GRADES, power=2),
        "answers.kappa": kappa(
            [reply.answers or 0 for reply in gold],
            [score.answers for score in said],
            range(3),
            power=0,
        ),
        "well_answered": _macro_f1(
            [reply.well_answered for reply in gold],
            [score.well_answered for score in said],
            [verdict for verdict in WellAnswered if verdict is not WellAnswered.UNANSWERED],
        ),
        "acknowledgement": f1(
            np.array([reply.acknowledgement_only for reply in gold]),
            np.array([score.acknowledgement_only for score in said]),
        ),
    }
    for name in DIMENSIONS:
        figures[f"{name}.qwk"] = kappa(
            [getattr(reply, name) for reply in gold],
            [getattr(score, name) for score in said],
            range(3),
            power=2,
        )
    return len(gold), estimates(figures, groups)


def _of_follow_ups(
    rated: Sequence[RatedThread], told: Sequence[ThreadReading]
) -> tuple[int, dict[str, Estimate]]:
    gold, said, groups = [], [], []
    for each, judgement in zip(rated, told, strict=True):
        replies = {reply.id: reply for reply in each.replies}
        for asked, kind in judgement.follow_ups.items():
            gold.append(replies[judgement.answers[asked]].follow_up.get(asked, FollowUp.NONE))
            said.append(kind)
            groups.append(each.thread.post.id)
    if not gold:
        return 0, {}
    spoken = [kind for kind in FollowUp if kind is not FollowUp.NONE]
    return len(gold), estimates(
        {
            "follow_up": _macro_f1(gold, said, list(FollowUp)),
            "follow_up.said": _macro_f1(gold, said, spoken),
        },
        groups,
    )


def _of_open_questions(
    rated: Sequence[RatedThread], told: Sequence[ThreadReading]
) -> tuple[int, dict[str, Estimate]]:
    found, groups = [], []
    for each, judgement in zip(rated, told, strict=True):
        for score in judgement.answered:
            if len(score.reply_ids) > 1:  # what each met was rated reply by reply
                continue
            labelled = each.matters.get((score.reply_ids[0], score.comment_id))
            asking = each.asking.get(score.comment_id, ())
            questions = [
                one
                for one in (() if labelled is None else labelled.matters)
                if any(start < one.end and one.start < end for start, end in asking)
            ]
            met = [one for one in questions if one.level == 2]
            left = [one for one in questions if one.level < 2]
            if met and left:
                edited = each.edited[score.comment_id]
                said = [((one.start, one.end), one.level) for one in score.matters]
                found.append(
                    any(_said_open(said, moved(edited, one.start, one.end)) for one in left)
                    and not all(_said_open(said, moved(edited, o.start, o.end)) for o in met)
                )
                groups.append(each.thread.post.id)
    if not found:
        return 0, {}
    hits = np.array(found, dtype=bool)
    return len(found), estimates({"missed": ratio(hits, np.ones_like(hits))}, groups)


def _said_open(said: Sequence[tuple[tuple[int, int], int]], place: tuple[int, int] | None) -> bool:
    if place is None:
        return False
    ours = [level for (start, end), level in said if start < place[1] and place[0] < end]
    return bool(ours) and min(ours) < 2


def _of_discussions(
    rated: Sequence[RatedThread], told: Sequence[ThreadReading]
) -> tuple[int, dict[str, Estimate]]:
    both = [
        (each.discussion, judgement.discussion, each.thread)
        for each, judgement in zip(rated, told, strict=True)
        if each.discussion is not None and judgement.discussion is not None
    ]
    if not both:
        return 0, {}
    figures = {
        f"{item}.rho": rank_correlation(
            [getattr(gold, item) for gold, _, _ in both],
            [round(getattr(said, item), 2) for _, said, _ in both],
        )
        for item in ITEMS
    }
    figures["index.words"] = rank_correlation(
        [round(said.index, 1) for _, said, _ in both],
        [sum(_words(comment.text) for comment in thread.comments) for _, _, thread in both],
    )
    made = estimates(figures, [thread.post.id for _, _, thread in both])
    draws = np.mean([made[f"{item}.rho"].draws for item in ITEMS], axis=0)
    low, high = np.nanpercentile(draws, [2.5, 97.5])
    values = [made[f"{item}.rho"].value or 0.0 for item in ITEMS]
    made["discussion.rho"] = Estimate(
        value=float(np.mean(values)), low=float(low), high=float(high), draws=draws
    )
    return len(both), made


def of_baselines(
    rated: Sequence[RatedThread], training: Sequence[RatedThread], embed: Embed | None
) -> dict[str, dict[str, Estimate]]:
    """By name, how well the rater's grade goes with something plain: `grade.rho`."""
    texts, asked, grades, groups = [], [], [], []
    for each in rated:
        comments = {comment.id: comment.text for comment in each.thread.comments}
        for reply in each.replies:
            texts.append(comments[CommentId(reply.id)])
            asked.append("\n".join(comments[CommentId(target)] for target in reply.to))
            grades.append(reply.grade or 1)
            groups.append(each.thread.post.id)
    if not texts:
        return {}
    known = [comment.text for each in training for comment in each.thread.comments]
    said: dict[str, Sequence[float]] = {LENGTH: [_words(text) for text in texts]}
    if known:
        said[COSINE] = _likeness(known, asked, texts)
    if embed is not None:
        said[FROZEN] = _cosines(
            embed([f"query: {text}" for text in asked]),
            embed([f"passage: {text}" for text in texts]),
        )
    return {
        name: estimates(
            {"grade.rho": rank_correlation(grades, [round(value, 3) for value in values])}, groups
        )
        for name, values in said.items()
    }


def pick_answers(
    questions: Sequence[OutsideQuestion],
    pairs: PairReader | None,
    passages: PassageReader | None,
    embed: Embed | None,
) -> dict[str, Estimate]:
    """By reader, the share of questions whose right answer is picked among all candidates."""
    groups = [str(place) for place in range(len(questions))]
    flat = [(q.question, candidate) for q in questions for candidate in q.candidates]
    made = {}
    said = dict(_fits(flat, pairs, embed))
    if passages is not None:
        said[passages.name] = [
            float(fit) for q in questions for fit in passages.fits(q.question, q.candidates)
        ]
    for name, scores in said.items():
        told = iter(scores)
        right = [int(np.argmax([next(told) for _ in q.candidates])) == q.right for q in questions]
        hits = np.array(right, dtype=bool)
        made[name] = estimates({"picked": ratio(hits, np.ones_like(hits))}, groups)["picked"]
    return made


def _fits(
    flat: Sequence[tuple[str, str]], pairs: PairReader | None, embed: Embed | None
) -> dict[str, Sequence[float]]:
    firsts, seconds = [one for one, _ in flat], [other for _, other in flat]
    said: dict[str, Sequence[float]] = {
        COSINE: _likeness([*dict.fromkeys(seconds)], firsts, seconds)
    }
    if pairs is not None:
        read = pairs.read([PairInput(*one) for one in flat])
        said[pairs.name] = [one.fits for one in read]
    if embed is not None:
        said[FROZEN] = _cosines(
            embed([f"query: {text}" for text in firsts]),
            embed([f"passage: {text}" for text in seconds]),
        )
    return said


def links_found(rated: Sequence[RatedThread], told: Sequence[ThreadReading]) -> dict[str, Estimate]:
    """Precision and recall of (reply, comment), of links that were found and not told."""
    truth, guess, groups = [], [], []
    for each, judgement in zip(rated, told, strict=True):
        gold = {(one.id, target) for one in each.linked for target in one.to}
        found = {(str(one.reply_id), str(t)) for one in judgement.links for t in one.to}
        for pair in sorted(gold | found):
            truth.append(pair in gold)
            guess.append(pair in found)
            groups.append(each.thread.post.id)
    if not truth:
        return {}
    is_so, is_said = np.array(truth, dtype=bool), np.array(guess, dtype=bool)
    return estimates(
        {"links.precision": ratio(is_so, is_said), "links.recall": ratio(is_said, is_so)}, groups
    )


def _macro_f1(gold: Sequence[object], said: Sequence[object], kinds: Sequence[object]) -> Figure:
    return mean_of(
        [
            f1(np.array([one is kind for one in gold]), np.array([one is kind for one in said]))
            for kind in kinds
        ]
    )


def _likeness(known: Sequence[str], ones: Sequence[str], others: Sequence[str]) -> list[float]:
    """Cosine of TF-IDF over character n-grams, text by text.

    Args:
        known: What the weights are taken from.
        ones: Texts.
        others: As many.
    """
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True).fit(known)
    told = vectors.transform(ones).multiply(vectors.transform(others)).sum(axis=1)
    return [float(value) for value in np.asarray(told).ravel()]


def _cosines(one: FloatArray, other: FloatArray) -> list[float]:
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    told = (one * other).sum(axis=1) / np.maximum(lengths, 1e-9)
    return [float(value) for value in told]


def _words(text: str) -> int:
    return len(_WORD.findall(text))
