"""What is compared: every kept reader, and what a user could pick instead.

The baselines are trained here, on all that the transformer reader learns from, the labelled outside
sets at hand included, and take their thresholds from the development part by the same rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from nlp import artefacts
from nlp.corpus.splits import Split
from nlp.errors import ArtefactError
from nlp.lexicon import Lexicon
from nlp.phrases import Phrases
from nlp.pipeline import build_reader
from nlp.readers.linear import LinearReader
from nlp.readers.reader import LABELS, SENTIMENTS, FloatArray, Probabilities, Reader, ReaderInput
from nlp.settings import ReaderSettings, Threshold
from nlp.tagger import build
from nlp.training.corpus import LabelledComment
from nlp.training.encoder import load as load_encoder
from nlp.training.evaluation.frozen import embedding, fit_frozen
from nlp.training.linear import check_size, choose_settings, fit, part, support_vectors
from nlp.vocabulary import Sentiment

INSTALL_VADER: Final = "kräver tillägget evaluate: pip install -e '.[evaluate]'"

_VADER_MARGIN: Final = 0.05
"""Between minus and plus this, VADER's authors call a text neutral."""


class NotMeasured(Exception):
    """A reader that cannot be compared; says in Swedish why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One reader with the thresholds that it decides by."""

    name: str
    reader: Reader
    settings: ReaderSettings | None
    """None for one that tells attitude only, and without saying how sure it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What contenders are made from."""

    models_dir: Path
    comments: Sequence[LabelledComment]
    """The whole labelled corpus; the test part is not looked at."""
    encoder: Path | None
    """A folder with a frozen encoder."""
    others: Sequence[LabelledComment] = ()
    """Texts of outside sets that have been labelled by our guide, and teach as well."""
    cores: int = 1

    @property
    def training(self) -> list[LabelledComment]:
        """All that may be learnt from."""
        return [*part(self.comments, Split.TRAIN), *self.others]


class MajorityReader:
    """Says of every comment what is so of most; as sure as the shares of the training part."""

    name = "majority"

    def __init__(self, comments: Sequence[LabelledComment]) -> None:
        self._labels = np.array(
            [np.mean([label in comment.labels for comment in comments]) for label in LABELS]
        )
        self._sentiment = np.array(
            [np.mean([comment.sentiment is each for comment in comments]) for each in SENTIMENTS]
        )

    def read(self, inputs: Sequence[ReaderInput]) -> Probabilities:
        """The same for each input."""
        return Probabilities(
            labels=np.tile(self._labels, (len(inputs), 1)),
            sentiment=np.tile(self._sentiment, (len(inputs), 1)),
        )


class WordSumReader:
    """Attitude as the weights of the positive words less those of the negative, and no rule."""

    name = "word-sum"

    def __init__(self, lexicons: Mapping[str, Lexicon]) -> None:
        """Prepares the words; ArtefactError if a lexicon is missing."""
        self._phrases = Phrases(lexicons, build(), names=("positive", "negative"))

    def read(self, inputs: Sequence[ReaderInput]) -> Probabilities:
        """Attitude alone, one of three with certainty; no label."""
        return _by_sign([self._sum(one.text) for one in inputs])

    def _sum(self, text: str) -> float:
        sentences = self._phrases.sentences(text)
        good = sum(hit.weight for one in sentences for hit in one.of("positive"))
        bad = sum(hit.weight for one in sentences for hit in one.of("negative"))
        return good - bad


class VaderReader:
    """Attitude by VADER with its lexicon translated into Swedish (vaderSentiment-swedish)."""

    name = "vader"

    def __init__(self) -> None:
        """Loads the lexicon; NotMeasured if the package is not installed."""
        try:
            from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
        except ImportError as error:
            raise NotMeasured(INSTALL_VADER) from error
        self._analyser = SentimentIntensityAnalyzer()

    def read(self, inputs: Sequence[ReaderInput]) -> Probabilities:
        """Attitude alone, one of three with certainty; no label."""
        compounds = [self._analyser.polarity_scores(one.text)["compound"] for one in inputs]
        return _by_sign(
            [value if abs(value) >= _VADER_MARGIN else 0.0 for value in map(float, compounds)]
        )


def _by_sign(values: Sequence[float]) -> Probabilities:
    order = (Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE)
    places: npt.NDArray[np.int64] = np.array(
        [SENTIMENTS.index(order[int(np.sign(value)) + 1]) for value in values], dtype=np.int64
    )
    sentiment: FloatArray = np.eye(len(SENTIMENTS))[places]
    return Probabilities(labels=np.zeros((len(values), len(LABELS))), sentiment=sentiment)


def _majority(ground: Ground) -> Contender:
    if not part(ground.comments, Split.TRAIN):
        raise NotMeasured("korpusen har inga kommentarer i sin träningsdel")
    settings = ReaderSettings(
        version="1",
        thresholds=dict.fromkeys(LABELS, Threshold(unsure=0.5, decide=0.5, sure=0.5)),
        sentiment_unsure_below=0.0,
    )
    reader = MajorityReader(ground.training)
    return Contender(name=reader.name, reader=reader, settings=settings)


def _word_sum(ground: Ground) -> Contender:
    reader = WordSumReader(artefacts.load_lexicons(ground.models_dir))
    return Contender(name=reader.name, reader=reader, settings=None)


def _vader(_: Ground) -> Contender:
    reader = VaderReader()
    return Contender(name=reader.name, reader=reader, settings=None)


def _tfidf(ground: Ground) -> Contender:
    _check(ground)
    return _by_dev("tfidf", LinearReader(fit(ground.training), version="tfidf"), ground)


def _svm(ground: Ground) -> Contender:
    _check(ground)
    model = fit(ground.training, estimator=support_vectors)
    return _by_dev("svm", LinearReader(model, version="svm"), ground)


def _frozen(ground: Ground) -> Contender:
    if ground.encoder is None:
        raise NotMeasured(
            "kräver en språkmodell: ange --encoder MAPP, en mapp i Hugging Faces format, "
            "och installera tillägget train: pip install -e '.[train]'"
        )
    _check(ground)
    if find_spec("torch") is None or find_spec("transformers") is None:
        raise NotMeasured("kräver tillägget train: pip install -e '.[train]'")
    embed = embedding(load_encoder(ground.encoder))
    return _by_dev("frozen", fit_frozen(ground.training, embed), ground)


def _check(ground: Ground) -> None:
    try:
        check_size(ground.comments)
    except ArtefactError as error:
        raise NotMeasured(f"korpusen räcker inte att träna på ({error})") from error


def _by_dev(name: str, reader: Reader, ground: Ground) -> Contender:
    dev = part(ground.comments, Split.DEV)
    answers = reader.read([comment.input for comment in dev])
    return Contender(name=name, reader=reader, settings=choose_settings(dev, answers, version=name))


BASELINES: Final[Mapping[str, Callable[[Ground], Contender]]] = {
    "majority": _majority,
    "word-sum": _word_sum,
    "vader": _vader,
    "tfidf": _tfidf,
    "svm": _svm,
    "frozen": _frozen,
}
"""By name, in the order that they are shown."""


def names(models_dir: Path) -> tuple[str, ...]:
    """All that can be compared: the kinds that pipeline.toml names, then the baselines.

    Raises:
        ArtefactError: pipeline.toml is missing or does not fit.
    """
    return (*artefacts.load_settings(models_dir).readers, *BASELINES)


def build_contender(name: str, ground: Ground) -> Contender:
    """Make one contender ready, training it if need be: up to a minute.

    Raises:
        NotMeasured: Something that it needs is not here.
        ArtefactError: A kept reader is missing or damaged.
    """
    if name in BASELINES:
        return BASELINES[name](ground)
    loaded = artefacts.load(ground.models_dir, reader=name)
    reader = build_reader(loaded, name, build(), threads=ground.cores)
    return Contender(name=reader.name, reader=reader, settings=loaded.settings.readers[name])
