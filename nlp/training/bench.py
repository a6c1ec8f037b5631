"""How fast, how large and how soon a reader reads, beside what a user could pick instead.

All in one run on one machine: ratios mean something, seconds alone do not. The texts are the
corpus' own, as they came; what is timed is the whole way of a text from cleaning to evidence,
without and with the masking of names.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

from nlp import artefacts
from nlp.clean import clean
from nlp.corpus.folder import Corpus, read_corpus
from nlp.errors import ReadingError
from nlp.names import NameFinder, mask_names
from nlp.pipeline import Pipeline
from nlp.pseudonymise import pseudonymise
from nlp.vocabulary import Channel, Comment, CommentId, Post, PostId, Thread

COMMENTS: Final = 4_000
ONE_BY_ONE: Final = 200
ROUNDS: Final = 3
REFERENCE_COMMENTS: Final = 64
"""A model of the size of BERT base reads some tens a second."""

_KEY: Final = b"made for measuring, hides nothing"
_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """What one reader was measured at."""

    comments_per_second: float | None
    """Median of the rounds; None where it could not be measured."""
    with_names_per_second: float | None = None
    """With the masking of names added."""
    one_comment_ms: float | None = None
    peak_mb: float | None = None
    cold_start_s: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawThread:
    """A post and the citizens' comments under it, as they came."""

    post: str
    comments: tuple[str, ...]


def raw_threads(corpus: Corpus, comments: int) -> list[RawThread]:
    """Threads of the corpus drawn by chance until there are comments enough; none twice."""
    found = [placed.record for placed in corpus.threads]
    Random(20261123).shuffle(found)  # noqa: S311  no secret
    drawn: list[RawThread] = []
    for record in found:
        room = comments - sum(len(one.comments) for one in drawn)
        if room <= 0:
            break
        texts = tuple(comment.text for comment in record.citizens)[:room]
        drawn.append(RawThread(post=record.post.text, comments=texts))
    return drawn


def prepared(threads: Sequence[RawThread], *, names: NameFinder | None = None) -> list[Thread]:
    """Cleaned and masked, as an import leaves them; with the masking of names if it is given."""
    return [_prepared(thread, number, names) for number, thread in enumerate(threads)]


def _prepared(thread: RawThread, number: int, names: NameFinder | None) -> Thread:
    comments = []
    found = [pseudonymise(clean(text), key=_KEY, channel="facebook") for text in thread.comments]
    if names is not None:
        found = mask_names(found, names, from_organisation=[False] * len(found))
    for place, masked in enumerate(found):
        comments.append(
            Comment(
                id=CommentId(f"{number}-{place}"),
                parent_id=None,
                author=None,
                from_organisation=False,
                created=_EPOCH,
                text=masked.text,
                mask_kinds=masked.kinds,
            )
        )
    post = Post(id=PostId(str(number)), text=clean(thread.post).text, published=_EPOCH)
    return Thread(channel=Channel.FACEBOOK, account="Konto", post=post, comments=tuple(comments))


def of_reader(
    models_dir: Path, kind: str, corpus_dir: Path, threads: Sequence[RawThread], *, cores: int
) -> Speed:
    """Rates of one kept reader in this process; its memory and start in processes of their own."""
    pipeline = Pipeline(artefacts.load(models_dir, reader=kind), reader=kind, threads=cores)
    count = sum(len(thread.comments) for thread in threads)
    pipeline.read(prepared(threads[:3]))
    rates = [count / _seconds(lambda: pipeline.read(prepared(threads))) for _ in range(ROUNDS)]
    with_names = [
        count / _seconds(lambda: pipeline.read(prepared(threads, names=pipeline.names)))
        for _ in range(ROUNDS)
    ]
    singles = [
        RawThread(post=thread.post, comments=(text,))
        for thread in threads
        for text in thread.comments
    ][:ONE_BY_ONE]
    each = [_seconds(partial(_read_one, pipeline, one)) for one in singles]
    told = ("--models-dir", str(models_dir), "--apart", kind, "--cores", str(cores))
    cold_start = _seconds(lambda: _apart(told))
    return Speed(
        comments_per_second=round(statistics.median(rates), 1),
        with_names_per_second=round(statistics.median(with_names), 1),
        one_comment_ms=round(1_000 * statistics.median(each), 2),
        peak_mb=round(float(_apart((*told, "--corpus", str(corpus_dir)))), 1),
        cold_start_s=round(cold_start, 2),
    )


def _read_one(pipeline: Pipeline, one: RawThread) -> None:
    pipeline.read(prepared([one]))


def of_reference(threads: Sequence[RawThread], *, cores: int) -> Speed:
    """A text classifier of the size of BERT base in PyTorch; random weights serve for speed."""
    try:
        import torch
        from transformers import BertConfig, BertForSequenceClassification
    except ImportError:
        return Speed(comments_per_second=None, note='inte mätt; kräver tillägget "train"')
    torch.set_num_threads(cores)
    model = BertForSequenceClassification(BertConfig()).eval()
    texts = [text for thread in threads for text in thread.comments][:REFERENCE_COMMENTS]
    # As many pieces as the words have: the weights are random, and so may the pieces be.
    rows = [torch.randint(1_000, 30_000, (1, max(3, len(text) // 4))) for text in texts]

    def read() -> None:
        with torch.no_grad():
            for row in rows:
                model(input_ids=row)

    read()
    rate = len(rows) / statistics.median(_seconds(read) for _ in range(ROUNDS))
    return Speed(comments_per_second=round(rate, 1), note="slumpade vikter, en text i taget")


def bench(models_dir: Path, corpus_dir: Path, *, cores: int) -> Mapping[str, object]:
    """Every kept reader and the reference, in turn, on the same texts."""
    threads = raw_threads(read_corpus(corpus_dir), COMMENTS)
    texts = [text for thread in threads for text in thread.comments]
    kinds = artefacts.load_settings(models_dir).readers
    measured = {
        kind: of_reader(models_dir, kind, corpus_dir, threads, cores=cores) for kind in kinds
    }
    measured["bert-base"] = of_reference(threads, cores=cores)
    return {
        "comments": len(texts),
        "words": round(statistics.mean(len(text.split()) for text in texts), 1),
        "cores": cores,
        "readers": {name: asdict(speed) for name, speed in measured.items()},
    }


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _apart(told: Sequence[str]) -> str:
    """Run `main` in a process of its own and return what it printed."""
    command = (sys.executable, "-m", "nlp.training.bench", *told)
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603


def read_apart(models_dir: Path, kind: str, corpus_dir: Path | None, *, cores: int) -> None:
    """Load one reader, read one comment or a corpus, print this process' peak memory in MB."""
    pipeline = Pipeline(artefacts.load(models_dir, reader=kind), reader=kind, threads=cores)
    post = "Från och med måndag är cykelbanan vid torget avstängd."
    comment = "Varför stänger ni cykelbanan igen? Tredje gången i år, och ingen skylt."
    said = [RawThread(post=post, comments=(comment,))]
    if corpus_dir is not None:
        said = raw_threads(read_corpus(corpus_dir), COMMENTS)
    pipeline.read(prepared(said))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024)  # noqa: T201


def main() -> int:
    """Time all readers and print the figures as JSON, or read apart; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m nlp.training.bench")
    parser.add_argument("--models-dir", type=Path, required=True)
    parser.add_argument("--cores", type=int, required=True)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--apart", metavar="KIND")
    given = parser.parse_args()
    if given.apart is not None:
        read_apart(given.models_dir, given.apart, given.corpus, cores=given.cores)
        return 0
    try:
        print(json.dumps(bench(given.models_dir, given.corpus, cores=given.cores)))  # noqa: T201
    except ReadingError as error:
        told = f"Tidtagningen gick inte att göra. Felet, på engelska: {error}."
        print(told, file=sys.stderr)  # noqa: T201
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
