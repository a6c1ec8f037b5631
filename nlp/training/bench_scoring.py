"""How fast pairs of a comment and a reply are scored, by every kept reader in turn.

What is timed is all that follows from a reading: linking, rating, matching each thing that was
raised to a passage, and the discussion. The comments have been read before.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final

from nlp import artefacts
from nlp.corpus.folder import Corpus, read_corpus
from nlp.corpus.splits import Split
from nlp.names import NameFinder
from nlp.pipeline import Pipeline
from nlp.training.evaluation.replies import rated_threads
from nlp.vocabulary import Comment, CommentId, PostId, Thread

PAIRS: Final = 4_000

AT_ONCE: Final = 1_000
"""Pairs judged in one go, as many comments as the service takes."""

_HUNDRED_THOUSAND: Final = 100_000


def bench_scoring(models_dir: Path, corpus_dir: Path, *, cores: int) -> Mapping[str, object]:
    """Pairs a second and minutes for 100,000, by reader.

    Raises:
        ArtefactError: A reader or the corpus is missing or damaged.
    """
    names = artefacts.load_names(models_dir)
    threads = drawn_pairs(read_corpus(corpus_dir), PAIRS, names=names)
    told: dict[str, dict[str, float]] = {}
    for kind in artefacts.load_settings(models_dir).readers:
        loaded = artefacts.load(models_dir, reader=kind)
        read = Pipeline(loaded, reader=kind, threads=cores).read(threads)
        known = [{reading.comment_id: reading for reading in one.readings} for one in read]
        # Another pipeline, which remembers nothing of these texts.
        pipeline = Pipeline(loaded, reader=kind, threads=cores)
        started = time.perf_counter()
        for start in range(0, len(threads), AT_ONCE):
            here = slice(start, start + AT_ONCE)
            pipeline.read(threads[here], known=known[here])
        seconds = time.perf_counter() - started
        told[kind] = {
            "pairs_per_second": round(len(threads) / seconds, 1),
            "minutes_for_100000": round(_HUNDRED_THOUSAND * seconds / len(threads) / 60, 2),
        }
    return {"pairs": len(threads), "cores": cores, "readers": told}


def drawn_pairs(corpus: Corpus, count: int, *, names: NameFinder | None) -> list[Thread]:
    """Threads of one comment and one reply each, drawn by chance; no pair comes twice."""
    chance = Random(20261124)  # noqa: S311  no secret
    asked: list[tuple[Comment, Thread]] = []
    said: list[Comment] = []
    for split in Split:
        for each in rated_threads(corpus, split, names=names):
            for comment in each.thread.comments:
                if comment.from_organisation:
                    said.append(comment)
                else:
                    asked.append((comment, each.thread))
    made: list[Thread] = []
    met: set[tuple[str, str]] = set()
    most = min(count, len(asked) * len(said))
    while len(made) < most:
        comment, thread = chance.choice(asked)
        reply = chance.choice(said)
        if (comment.id, reply.id) not in met:
            met.add((comment.id, reply.id))
            number = len(made)
            first = replace(comment, id=CommentId(f"k{number}"), parent_id=None)
            second = replace(
                reply,
                id=CommentId(f"s{number}"),
                parent_id=first.id,
                created=first.created + timedelta(hours=1),
            )
            post = replace(thread.post, id=PostId(f"p{number}"))
            made.append(replace(thread, post=post, comments=(first, second)))
    return made
