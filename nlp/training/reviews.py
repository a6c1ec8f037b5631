"""Trains a plain reader on the corpus and on what people have said of comments.

Nothing of the reviewed texts is left in it but weights: its words are the corpus's own.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy import sparse

from nlp import artefacts
from nlp.pipeline import build_reader
from nlp.readers.linear import (
    LinearModel,
    LinearReader,
    character_vectorizer,
    features_of,
    word_vectorizer,
)
from nlp.readers.reader import LABELS
from nlp.reviews import ReviewedComment
from nlp.tagger import build
from nlp.training.again import kept_figures
from nlp.training.corpus import LabelledComment
from nlp.training.figures import figures
from nlp.training.gain import Judge, beside
from nlp.training.keep import check_version, pipeline_toml, read_ground, save_figures
from nlp.training.linear import fit_classifier, measure, truth_of
from nlp.training.reader_card import light_card, told_of_reviews
from nlp.training.refused import Refused

WEIGHT: Final = 2
"""What one word of a person weighs beside one of the corpus, whose texts are invented."""

SET_ASIDE: Final = 0.2
"""Share of the reviewed threads that test and never train."""


def divide(
    reviewed: Sequence[ReviewedComment],
) -> tuple[list[ReviewedComment], list[ReviewedComment]]:
    """Those that teach and those that test, by a hash of the thread: one never comes to be other.

    Raises:
        ArtefactError: None is left to teach.
    """
    teaching: list[ReviewedComment] = []
    set_aside: list[ReviewedComment] = []
    for one in reviewed:
        place = int.from_bytes(hashlib.sha256(one.group.encode()).digest()[:8], "big") / 2**64
        (set_aside if place < SET_ASIDE else teaching).append(one)
    if not teaching:
        raise Refused(
            "ingen granskad kommentar är kvar att lära av: en femtedel av trådarna ställs åt sidan "
            "för att pröva, och dessa hör alla dit. Granska kommentarer i fler trådar"
        )
    return teaching, set_aside


def fit(comments: Sequence[LabelledComment], reviewed: Sequence[ReviewedComment]) -> LinearModel:
    """Train the linear reader on labelled comments, and on what was said of reviewed ones.

    Of a reviewed comment only what was said teaches, label by label.
    """
    texts = [comment.input.text for comment in comments]
    # Of the corpus alone, for they are kept word by word.
    words, characters = word_vectorizer(), character_vectorizer()
    words.fit(texts)
    characters.fit(texts)
    features = features_of(words, characters, [*texts, *(one.input.text for one in reviewed)])
    groups = np.array([*(c.group for c in comments), *(one.group for one in reviewed)])
    own = np.arange(len(comments))

    def classifier(truth: Sequence[Any], said: Sequence[Any]) -> Any:  # noqa: ANN401
        known = [place for place, word in enumerate(said) if word is not None]
        rows = np.concatenate([own, len(own) + np.array(known, dtype=np.int64)])
        return fit_classifier(
            sparse.csr_matrix(features[rows]),
            np.array([*truth, *(said[place] for place in known)]),
            groups[rows],
            weights=np.where(rows < len(own), 1.0, WEIGHT),
        )

    return LinearModel(
        words=words,
        characters=characters,
        classifiers={
            label.value: classifier(
                truth_of(comments, label).tolist(),
                [one.review.labels.get(label) for one in reviewed],
            )
            for label in LABELS
        },
        sentiment=classifier(
            [comment.sentiment.value for comment in comments],
            [one.review.sentiment and one.review.sentiment.value for one in reviewed],
        ),
    )


def train_linear_with_reviews(
    models_dir: Path,
    corpus_dir: Path,
    reviewed: Sequence[ReviewedComment],
    *,
    version: str,
    progress: Callable[[str], None],
) -> list[str]:
    """Train the linear reader with reviews; keep it if it is better than the one in use.

    Args:
        models_dir: The folder with pipeline.toml and the version in use.
        corpus_dir: A folder with threads/*.jsonl and labels/*.jsonl.
        reviewed: What people have said.
        version: Name of the version to be kept; must not exist.
        progress: Told in Swedish what is being done.

    Returns:
        What to tell in Swedish.

    Raises:
        NotBetter: The new version is not better; all is as it was.
        ArtefactError: The corpus or the reviews are too small, the version in use is missing or
            damaged, or the new one is there already.
        OSError: The models cannot be written.
    """
    check_version(models_dir, version, kinds=["linear"])
    kept = artefacts.load(models_dir, reader="linear")
    teaching, set_aside = divide(reviewed)
    ground = read_ground(corpus_dir, names=kept.names, progress=progress)
    comments = ground.comments
    progress("den linjära läsaren tränas")
    model = fit(ground.training, teaching)
    progress("den ställs bredvid den som används")
    reader = LinearReader(model, version=version)
    measured = measure(reader, comments, version=version)
    in_use = build_reader(kept, "linear", build())
    compared = beside(
        Judge.at_its_best(in_use, comments),
        Judge(reader=reader, settings=measured.settings),
        comments,
        set_aside,
        taught=len(teaching),
    )
    told = {**figures(measured, comments, ground.described), "reviews": compared}
    light = {"linear": told}
    if "lexical" in kept.settings.readers:
        light["lexical"] = kept_figures(models_dir, "lexical")
    with tempfile.TemporaryDirectory(dir=models_dir, prefix=".new-") as aside:
        new = Path(aside) / "linear"
        artefacts.save_linear(new, model)
        save_figures(new, told, light_card("linear", version, light))
        # Read anew: it may have been changed during the training.
        before = artefacts.load_settings(models_dir)
        artefacts.save_text(
            Path(aside) / "pipeline.toml",
            pipeline_toml(replace(before, readers={**before.readers, "linear": measured.settings})),
        )
        new.rename(models_dir / "linear" / version)
        (Path(aside) / "pipeline.toml").replace(models_dir / "pipeline.toml")
    used = before.default_reader
    return [
        *told_of_reviews(compared),
        f"Bättre på båda delarna: {reader.name} är sparad och ersätter {in_use.name}."
        + ("" if used == "linear" else f" Förvald läsare är fortfarande {used}."),
    ]
