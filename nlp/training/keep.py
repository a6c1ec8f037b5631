"""Writes what is kept of a training run: models, figures, cards and thresholds.

A card is written by the same run that made the model, so it cannot lag behind.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from nlp import artefacts
from nlp.corpus.splits import Split
from nlp.errors import ArtefactError
from nlp.evaluate import Evaluation
from nlp.readers.calibrated import CalibratedReader
from nlp.readers.lexical import LexicalReader
from nlp.readers.linear import LinearReader
from nlp.settings import PipelineSettings, ReaderSettings
from nlp.tagger import build
from nlp.training.corpus import LabelledComment, load
from nlp.training.linear import FOLDS, calibrate, fit, measure, part
from nlp.vocabulary import Label, Sentiment

CODE_BOOK: Final = "1.1"

FEWEST_THREADS: Final[Mapping[Split, int]] = {Split.TRAIN: FOLDS, Split.DEV: 1, Split.TEST: 1}
"""Threads of each part that a label must hold in, and not hold in: the training part is divided
into folds, and each must have both."""

_VERSION: Final = re.compile(r"\w[\w.-]*", re.ASCII)

_TITLES: Final = {"linear": "TF-IDF och logistisk regression", "lexical": "Lexikon och regler"}


def train_and_keep(
    models_dir: Path, corpus_dir: Path, *, version: str, progress: Callable[[str], None]
) -> dict[str, Evaluation]:
    """Train and measure both baselines; write them, their cards and models/pipeline.toml.

    The better of the two by macro-F1 of question, complaint, suggestion and praise on the
    development part becomes the default reader, unless another kind of reader is. What else
    pipeline.toml says of languages and weights is kept.

    Args:
        models_dir: The folder with lexicons/ and pipeline.toml; the models are written there.
        corpus_dir: A folder with threads/*.jsonl and labels/*.jsonl.
        version: Name of the version to be kept; must not exist.
        progress: Told in Swedish what is being done.

    Returns:
        By reader, how it did on threads that it was not trained on.

    Raises:
        ArtefactError: The corpus does not fit or is too small, the version is there already, or
            its name is no name for a folder.
        OSError: The models cannot be written.
    """
    check_version(models_dir, version, kinds=_TITLES)
    before = artefacts.load_settings(models_dir)
    comments = load(corpus_dir, names=artefacts.load_names(models_dir))
    check_size(comments)
    lexicons = artefacts.load_lexicons(models_dir)
    training = part(comments, Split.TRAIN)
    progress("regelläsaren kalibreras")
    rules = LexicalReader(lexicons, build(), version=version)
    calibration = calibrate(rules, training)
    progress("den linjära läsaren tränas")
    model = fit(training)
    progress("båda mäts")
    measured = {
        "linear": measure(LinearReader(model, version=version), comments, version=version),
        "lexical": measure(CalibratedReader(rules, calibration), comments, version=version),
    }
    evaluations = {kind: each.evaluation for kind, each in measured.items()}
    settings = {**before.readers, **{kind: each.settings for kind, each in measured.items()}}
    best = before.default_reader
    if best in measured:
        best = max(measured, key=lambda kind: measured[kind].functions_on_dev)
    described = describe(comments, corpus_dir)
    # Written aside and then moved, the settings last: an interrupted run changes nothing.
    with tempfile.TemporaryDirectory(dir=models_dir, prefix=".new-") as aside:
        new = Path(aside)
        artefacts.save_linear(new / "linear", model)
        artefacts.save_text(new / "lexical" / "calibration.json", calibration.to_json())
        for kind, evaluation in evaluations.items():
            artefacts.save_json(new / kind / "metrics.json", figures(evaluation, described))
            card = plain_card(kind, version, evaluations, described)
            artefacts.save_text(new / kind / "card.md", card)
        artefacts.save_text(
            new / "pipeline.toml",
            pipeline_toml(best, settings, before, names_version=before.names_version),
        )
        for kind in evaluations:
            (models_dir / kind).mkdir(exist_ok=True)
            (new / kind).rename(models_dir / kind / version)
        (new / "pipeline.toml").replace(models_dir / "pipeline.toml")
    return evaluations


def check_version(models_dir: Path, version: str, *, kinds: Iterable[str]) -> None:
    """Refuse a version that is kept already, or whose name is no name for a folder.

    Raises:
        ArtefactError: It is one of the two.
    """
    if not _VERSION.fullmatch(version):
        raise ArtefactError(
            f"{version!r} is no name for a version; use letters a–z, digits, full stop and hyphen"
        )
    for kind in kinds:
        folder = models_dir / artefacts.FOLDERS.get(kind, kind) / version
        if folder.exists():
            raise ArtefactError(
                f"{folder} exists; a kept version is never overwritten, choose another --version"
            )


def check_size(comments: Sequence[LabelledComment]) -> None:
    """Refuse a corpus on which nothing can be trained or measured."""
    for split, fewest in FEWEST_THREADS.items():
        ours = part(comments, split)
        for name in (*Label, *Sentiment):
            with_it = {c.group for c in ours if name in c.labels or name is c.sentiment}
            without = {c.group for c in ours if name not in c.labels and name is not c.sentiment}
            if min(len(with_it), len(without)) < fewest:
                raise ArtefactError(
                    f"{name.value} holds in {len(with_it)} threads of the {split} part and not in "
                    f"{len(without)}; at least {fewest} of each are needed"
                )


def describe(comments: Sequence[LabelledComment], corpus_dir: Path) -> dict[str, Any]:
    """Of which corpus a reader was made: its checksum, and how much of what it holds."""
    digest = hashlib.sha256()
    for path in sorted([*corpus_dir.glob("threads/*.jsonl"), *corpus_dir.glob("labels/*.jsonl")]):
        digest.update(artefacts.read_bytes(path))
    held = Counter(label for comment in comments for label in comment.labels)
    return {
        "corpus_sha256": digest.hexdigest(),
        "code_book": CODE_BOOK,
        "comments": {split.value: len(part(comments, split)) for split in Split},
        "threads": {
            split.value: len({comment.group for comment in part(comments, split)})
            for split in Split
        },
        "labels": {label.value: held[label] for label in Label},
        "sentiments": dict(
            sorted(Counter(comment.sentiment.value for comment in comments).items())
        ),
    }


def figures(evaluation: Evaluation, described: Mapping[str, Any]) -> dict[str, Any]:
    """What metrics.json says of a reader."""
    return {
        "method": "fitted on train, thresholds by dev, measured on test; split by thread",
        "tested_on": evaluation.n,
        "data": dict(described),
        "functions_macro_f1": round(evaluation.functions_macro_f1, 4),
        "functions_interval": [round(value, 4) for value in evaluation.functions_interval],
        "sentiment_macro_f1": round(evaluation.sentiment_macro_f1, 4),
        "sentiment_interval": [round(value, 4) for value in evaluation.sentiment_interval],
        "labels": {
            label.value: {
                "support": metric.support,
                "precision": round(metric.precision, 4),
                "recall": round(metric.recall, 4),
                "f1": round(metric.f1, 4),
                "calibration_error": round(metric.calibration_error, 4),
                "unsure": round(metric.unsure, 4),
            }
            for label, metric in evaluation.labels.items()
        },
    }


def comma(value: float) -> str:
    """A figure as Swedish writes it, with two decimals."""
    return f"{value:.2f}".replace(".", ",")


def plain_card(
    kind: str, version: str, evaluations: Mapping[str, Evaluation], described: Mapping[str, Any]
) -> str:
    """The card of a plain reader, beside the figures of those that were measured with it."""
    evaluation = evaluations[kind]
    rows = "\n".join(
        f"| {label.value} | {metric.support} | {comma(metric.precision)} | "
        f"{comma(metric.recall)} | {comma(metric.f1)} | {comma(metric.calibration_error)} | "
        f"{comma(metric.unsure)} |"
        for label, metric in evaluation.labels.items()
    )
    compared = "\n".join(
        f"| {_TITLES[other]} | {comma(figures.functions_macro_f1)} "
        f"({comma(figures.functions_interval[0])}–{comma(figures.functions_interval[1])}) | "
        f"{comma(figures.sentiment_macro_f1)} "
        f"({comma(figures.sentiment_interval[0])}–{comma(figures.sentiment_interval[1])}) |"
        for other, figures in evaluations.items()
    )
    weak = ", ".join(
        label.value
        for label, metric in sorted(evaluation.labels.items(), key=lambda item: item[1].f1)[:4]
    )
    return f"""# {_TITLES[kind]}, version {version}

## Vad den inte klarar

- Den är en grundläsare, till för jämförelse och för maskiner där en större läsare inte får plats.
- Ironi läses som vad orden säger: ”Jättebra att snöröjningen kommer i april 👏” blir lätt beröm.
- Retoriska frågor och förslag i frågeform skiljs dåligt från frågor som väntar på svar.
- Svagast är {weak}.
- Lita inte på den för att hitta hot eller annat som lagen gäller: läs.
- Inlägget och den kommentar som besvaras påverkar knappt läsningen.
- Andra språk än svenska läses inte: sådana kommentarer lämnas helt till en person.

## Vad den är tränad på

Trådarna i `data/corpus`, påhittade för projektet och märkta av en annan än den som skrev, efter
`data/annotation-guide.md` version {described["code_book"]}. Både skribenter och märkare är
språkmodeller: det finns inget mått på hur människor skulle märka. Se `data/README.md`.
Träningsdelen har {described["comments"]["train"]} kommentarer i {described["threads"]["train"]}
trådar. Underlagets kontrollsumma är `{described["corpus_sha256"][:16]}…`.

## Mätvärden

Anpassad på träningsdelen, trösklar valda på utvecklingsdelen, mätt på testdelen: de
{evaluation.n} kommentarerna i {described["threads"]["test"]} trådar som varken anpassning eller
trösklar har sett. Intervallen kommer av dragningar bland hela trådar.

| läsare | macro-F1 fråga, klagomål, förslag, beröm | macro-F1 sentiment |
|---|---|---|
{compared}

| etikett | antal | precision | täckning | F1 | kalibreringsfel | lämnas till person |
|---|---|---|---|---|---|---|
{rows}
"""


def pipeline_toml(
    best: str,
    settings: Mapping[str, ReaderSettings],
    before: PipelineSettings,
    *,
    names_version: str,
) -> str:
    """models/pipeline.toml with other readers or another version of what finds names."""
    parts = [
        "# Which reader, which thresholds, which weights. Changing anything here changes figures:",
        "# the fingerprint that every reading carries changes with it. Written by `lyssnad train`.",
        "",
        f'code_book = "{CODE_BOOK}"',
        "languages = [" + ", ".join(f'"{language}"' for language in before.languages) + "]",
        f'reader = "{best}"',
        "",
        "[discussion]",
        *(f"{item} = {weight}" for item, weight in before.discussion_weights.items()),
        "",
        "[names]",
        f'version = "{names_version}"',
    ]
    for kind, reader in settings.items():
        parts += [
            "",
            f"[{kind}]",
            f'version = "{reader.version}"',
            f"sentiment_unsure_below = {reader.sentiment_unsure_below}",
            "",
            "# From the first number a person must say, from the second the label holds.",
            f"[{kind}.thresholds]",
            *(
                f"{label.value} = [{pair.unsure}, {pair.decide}]"
                for label, pair in reader.thresholds.items()
            ),
        ]
    return "\n".join(parts) + "\n"
