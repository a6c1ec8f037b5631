"""How fast, how large and how soon a reader reads, beside what a user could pick instead.

All in one run on one machine: ratios mean something, seconds alone do not. The texts are the
corpus' own, as they came; what is timed is the whole way of a text from cleaning to evidence,
without and with the masking of names. The first reading of the texts is told apart from the next
ones, which find in memory what the first one had to look up.
"""

from __future__ import annotations

import argparse
import json
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
from typing import Any, Final

import numpy as np

from nlp import artefacts
from nlp.clean import clean
from nlp.corpus.folder import Corpus, read_corpus
from nlp.errors import ReadingError
from nlp.names import NameFinder, mask_names
from nlp.pipeline import Pipeline
from nlp.pseudonymise import pseudonymise
from nlp.readers.transformer import IntArray, batches, pieces_in
from nlp.training.bench_scoring import bench_scoring
from nlp.training.refused import Refused
from nlp.vocabulary import Channel, Comment, CommentId, Post, PostId, Thread

COMMENTS: Final = 4_000
ONE_BY_ONE: Final = 200
ROUNDS: Final = 3
REFERENCE_COMMENTS: Final = 256
"""A model of the size of BERT base reads some tens a second; this many give a batch its fill."""

REFERENCE_ALONE: Final = 64
"""Of those, how many are also read one by one."""

_KEY: Final = b"made for measuring, hides nothing"
_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """What one reader was measured at."""

    comments_per_second: float | None
    """Median of the rounds, all memories warm; None where it could not be measured."""
    first_per_second: float | None = None
    """The first time that the texts were read."""
    with_names_per_second: float | None = None
    """With the masking of names added."""
    one_comment_ms: float | None = None
    peak_mb: float | None = None
    """None also where the system does not say."""
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
    first = count / _seconds(lambda: pipeline.read(prepared(threads)))
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
    peak = _apart((*told, "--corpus", str(corpus_dir))).strip()
    return Speed(
        comments_per_second=round(statistics.median(rates), 1),
        first_per_second=round(first, 1),
        with_names_per_second=round(statistics.median(with_names), 1),
        one_comment_ms=round(1_000 * statistics.median(each), 2),
        peak_mb=round(float(peak), 1) if peak else None,
        cold_start_s=round(cold_start, 2),
    )


def _read_one(pipeline: Pipeline, one: RawThread) -> None:
    pipeline.read(prepared([one]))


def of_reference(models_dir: Path, threads: Sequence[RawThread], *, cores: int) -> dict[str, Speed]:
    """A text classifier of the size of BERT base in PyTorch; random weights serve for speed.

    It is given each text once and in batches of like length, cut by the same rule as our own, and
    then one text at a time, as a plain loop over a pipeline does. Cutting the texts into pieces is
    not counted.
    """
    texts = [text for thread in threads for text in thread.comments]
    rows = _pieces(models_dir, texts)[:REFERENCE_COMMENTS]
    try:
        import torch
        from transformers import BertConfig, BertForSequenceClassification
    except ImportError:
        missing = Speed(comments_per_second=None, note='inte mätt; kräver tillägget "train"')
        return {"bert-base": missing, "bert-base-alone": missing}
    torch.set_num_threads(cores)
    model = BertForSequenceClassification(BertConfig()).eval()
    made = {
        "bert-base": (
            list(batches(sorted(rows, key=len), pieces_in)),
            "slumpade vikter, buntar som våra",
        ),
        "bert-base-alone": ([[row] for row in rows[:REFERENCE_ALONE]], "slumpade vikter"),
    }
    measured = {}
    for name, (given, note) in made.items():
        filled = [_filled(batch) for batch in given]
        tensors = [tuple(map(torch.from_numpy, one)) for one in filled]

        def read(tensors: list[Any] = tensors) -> None:
            with torch.inference_mode():
                for pieces, mask in tensors:
                    model(input_ids=pieces, attention_mask=mask)

        first = _seconds(read)
        median = statistics.median(_seconds(read) for _ in range(ROUNDS))
        count = sum(map(len, given))
        measured[name] = Speed(
            comments_per_second=round(count / median, 1),
            first_per_second=round(count / first, 1),
            note=note,
        )
    return measured


def _pieces(models_dir: Path, texts: Sequence[str]) -> list[bytes]:
    """As many pieces as the kept transformer reads of each text; random ones serve as well."""
    lengths = [max(3, len(text) // 4) for text in texts]
    if "transformer" in artefacts.load_settings(models_dir).readers:
        kept = artefacts.load(models_dir, reader="transformer").transformer
        if kept is not None:
            told = kept.tokenizer.encode_batch(list(texts), add_special_tokens=False)
            lengths = [len(one.ids) + 2 for one in told]
    random = np.random.default_rng(1)
    # The model has places for 512.
    return [random.integers(1_000, 30_000, min(length, 512)).tobytes() for length in lengths]


def _filled(batch: Sequence[bytes]) -> tuple[IntArray, IntArray]:
    rows = [np.frombuffer(key, dtype=np.int64) for key in batch]
    pieces = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
    mask = np.zeros_like(pieces)
    for place, row in enumerate(rows):
        pieces[place, : len(row)], mask[place, : len(row)] = row, 1
    return pieces, mask


def bench(models_dir: Path, corpus_dir: Path, *, cores: int) -> Mapping[str, object]:
    """Every kept reader and the reference, in turn, on the same texts.

    Raises:
        ArtefactError: A reader is missing or damaged.
        TimingError: A process of ours ended early.
    """
    threads = raw_threads(read_corpus(corpus_dir), COMMENTS)
    texts = [text for thread in threads for text in thread.comments]
    kinds = artefacts.load_settings(models_dir).readers
    measured = {
        kind: of_reader(models_dir, kind, corpus_dir, threads, cores=cores) for kind in kinds
    }
    measured |= of_reference(models_dir, threads, cores=cores)
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


_AS_IN_SERVICE: Final = """
import sys

class NoTorch:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "torch":
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, NoTorch())
from nlp.training.bench import main
sys.exit(main())
"""
"""The service runs where there is no torch. Where there is, spaCy loads it, unasked: 200 MB. To put
None in its place among the loaded modules will not do: others look there and take it for torch."""


class TimingError(Refused):
    """A process that was timed ended early; says in Swedish which and what it said last."""


def _apart(told: Sequence[str]) -> str:
    """Run `main` in a process of its own and return what it printed."""
    command = (sys.executable, "-c", _AS_IN_SERVICE, *told)
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["den sade inget"])[-1]
        how = "avbröts" if done.returncode < 0 else "gick inte att göra"
        raise TimingError(f"läsningen i en egen process {how} ({done.returncode}): {last}")
    return done.stdout


def peak_mb() -> float | None:
    """The most memory that this process has held; None where the system does not say.

    Not by getrusage: what it tells is never less than what the process that started this one held.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    lines = [line for line in artefacts.read_lines(status) if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) / 1_024 if lines else None


def read_apart(models_dir: Path, kind: str, corpus_dir: Path | None, *, cores: int) -> None:
    """Load one reader, read one comment or a corpus, print this process' peak memory in MB."""
    pipeline = Pipeline(artefacts.load(models_dir, reader=kind), reader=kind, threads=cores)
    post = "Från och med måndag är cykelbanan vid torget avstängd."
    comment = "Varför stänger ni cykelbanan igen? Tredje gången i år, och ingen skylt."
    said = [RawThread(post=post, comments=(comment,))]
    if corpus_dir is not None:
        said = raw_threads(read_corpus(corpus_dir), COMMENTS)
    pipeline.read(prepared(said))
    peak = peak_mb()
    print("" if peak is None else peak)  # noqa: T201


_TASKS: Final[Mapping[str, Callable[..., Mapping[str, object]]]] = {
    "read": bench,
    "score": bench_scoring,
}


def main() -> int:
    """Time all readers and print the figures as JSON, or read apart; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m nlp.training.bench")
    parser.add_argument("--models-dir", type=Path, required=True)
    parser.add_argument("--cores", type=int, required=True)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--apart", metavar="KIND")
    parser.add_argument("--task", choices=sorted(_TASKS), default="read")
    given = parser.parse_args()
    if given.apart is not None:
        read_apart(given.models_dir, given.apart, given.corpus, cores=given.cores)
        return 0
    try:
        told = _TASKS[given.task](given.models_dir, given.corpus, cores=given.cores)
        print(json.dumps(told))  # noqa: T201
    except Refused as error:
        print(f"Tidtagningen gick inte att göra: {error}.", file=sys.stderr)  # noqa: T201
        return 2
    except ReadingError as error:
        what = f"Tidtagningen gick inte att göra. Felet, på engelska: {error}."
        print(what, file=sys.stderr)  # noqa: T201
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
