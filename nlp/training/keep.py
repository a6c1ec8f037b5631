"""Writes what is kept of a training run: models, figures, cards and thresholds.

A card is written by the same run that made the model, so it cannot lag behind.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from nlp import artefacts
from nlp.corpus.records import PairRecord
from nlp.corpus.splits import Split
from nlp.errors import ArtefactError
from nlp.evaluate import Evaluation
from nlp.names import NameFinder
from nlp.readers.calibrated import CalibratedReader
from nlp.readers.lexical import LexicalReader
from nlp.readers.linear import LinearReader
from nlp.settings import PipelineSettings
from nlp.tagger import build
from nlp.training.corpus import LabelledComment, comments_of, load_outside, read_checked
from nlp.training.figures import CODE_BOOK, describe, figures
from nlp.training.linear import calibrate, check_size, fit, measure, part
from nlp.training.reader_card import comma as comma
from nlp.training.reader_card import light_card

_VERSION: Final = re.compile(r"\w[\w.-]*", re.ASCII)

LIGHT: Final = ("linear", "lexical")
"""The kinds that need no more than a processor and a moment; made together."""


def train_and_keep(
    models_dir: Path, corpus_dir: Path, *, version: str, progress: Callable[[str], None]
) -> dict[str, Evaluation]:
    """Train and measure both baselines; write them, their cards and models/pipeline.toml.

    The better of the two by macro-F1 of question, complaint, suggestion and praise on the
    development part becomes the default reader, unless another kind of reader is. What else
    pipeline.toml says of languages and weights is kept.

    Args:
        models_dir: The folder with lexicons/ and pipeline.toml; the models are written there.
        corpus_dir: A folder with threads/*.jsonl and labels/*.jsonl. What lies beside it in
            outside/ and outside-labels/ teaches as well.
        version: Name of the version to be kept; must not exist.
        progress: Told in Swedish what is being done.

    Returns:
        By reader, how it did on threads that it was not trained on.

    Raises:
        ArtefactError: The corpus does not fit or is too small, the version is there already, or
            its name is no name for a folder.
        OSError: The models cannot be written.
    """
    check_version(models_dir, version, kinds=LIGHT)
    before = artefacts.load_settings(models_dir)
    names = artefacts.load_names(models_dir)
    ground = read_ground(corpus_dir, names=names, progress=progress)
    comments, training = ground.comments, ground.training
    lexicons = artefacts.load_lexicons(models_dir)
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
    told = {kind: figures(each, comments, ground.described) for kind, each in measured.items()}
    # Written aside and then moved, the settings last: an interrupted run changes nothing.
    with tempfile.TemporaryDirectory(dir=models_dir, prefix=".new-") as aside:
        new = Path(aside)
        artefacts.save_linear(new / "linear", model)
        artefacts.save_text(new / "lexical" / "calibration.json", calibration.to_json())
        for kind in LIGHT:
            save_figures(new / kind, told[kind], light_card(kind, version, told))
        # Read anew: it may have been changed while this one was trained.
        before = artefacts.load_settings(models_dir)
        best = before.default_reader
        if best in measured:
            best = max(measured, key=lambda kind: measured[kind].dev.functions_macro_f1)
        chosen = {kind: each.settings for kind, each in measured.items()}
        artefacts.save_text(
            new / "pipeline.toml",
            pipeline_toml(
                replace(before, default_reader=best, readers={**before.readers, **chosen})
            ),
        )
        for kind in LIGHT:
            (models_dir / kind).mkdir(exist_ok=True)
            (new / kind).rename(models_dir / kind / version)
        (new / "pipeline.toml").replace(models_dir / "pipeline.toml")
    return {kind: each.test for kind, each in measured.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every reader learns from."""

    comments: Sequence[LabelledComment]
    """All of the corpus."""
    others: Sequence[LabelledComment]
    """Texts of outside sets, labelled by our own guide."""
    contrasts: Sequence[PairRecord]
    """Near neighbours of which only some labels are told; for readers that can learn from that."""
    described: Mapping[str, Any]
    """What `describe` says of the first two."""

    @property
    def training(self) -> list[LabelledComment]:
        """What teaches every reader."""
        return [*part(self.comments, Split.TRAIN), *self.others]


def read_ground(corpus_dir: Path, *, names: NameFinder, progress: Callable[[str], None]) -> Ground:
    """The corpus, and what is at hand of the outside sets beside it; what is missing is told.

    Raises:
        ArtefactError: The corpus is too small, or it, the manifest or a set does not fit.
    """
    corpus = read_checked(corpus_dir)
    comments = list(comments_of(corpus, names))
    check_size(comments)
    outside = load_outside(
        corpus_dir.parent / "outside-sets.toml",
        labels_dir=corpus_dir.parent / "outside-labels",
        names=names,
    )
    for each in outside:
        if each.remark is not None:
            progress(each.remark)
    return Ground(
        comments=comments,
        others=[one for each in outside for one in each.comments],
        contrasts=[placed.record for placed in corpus.contrasts],
        described=describe(comments, corpus_dir, outside=outside),
    )


def save_figures(folder: Path, told: Mapping[str, Any], card: str) -> None:
    """Write what was measured of a reader, and its card, into its folder."""
    artefacts.save_json(folder / "metrics.json", told)
    artefacts.save_text(folder / "card.md", card)


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


def pipeline_toml(settings: PipelineSettings) -> str:
    """The text of models/pipeline.toml that says these settings."""
    parts = [
        "# Which reader, which thresholds, which weights. Changing anything here changes figures:",
        "# the fingerprint that every reading carries changes with it. Written by `lyssnad train`.",
        "",
        f'code_book = "{CODE_BOOK}"',
        "languages = [" + ", ".join(f'"{language}"' for language in settings.languages) + "]",
        f'reader = "{settings.default_reader}"',
        "",
        "[names]",
        f'version = "{settings.names_version}"',
    ]
    if settings.pairs_version is not None:
        parts += ["", "[pairs]", f'version = "{settings.pairs_version}"']
    if settings.passages_version is not None:
        parts += ["", "[passages]", f'version = "{settings.passages_version}"']
    for kind, reader in settings.readers.items():
        parts += [
            "",
            f"[{kind}]",
            f'version = "{reader.version}"',
            f"sentiment_unsure_below = {reader.sentiment_unsure_below}",
            "",
            "# From the first number up to the third a person must say; from the second the label",
            "# is taken to hold, and counts as such.",
            f"[{kind}.thresholds]",
            *(
                f"{label.value} = [{limits.unsure}, {limits.decide}, {limits.sure}]"
                for label, limits in reader.thresholds.items()
            ),
        ]
    for item, weights in settings.discussion_weights.items():
        parts += ["", f"[discussion.{item}]"]
        parts += (f"{share} = {weight}" for share, weight in weights.items())
    return "\n".join(parts) + "\n"
