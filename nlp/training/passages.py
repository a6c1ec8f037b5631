"""Trains, exports and measures what finds the answer to a question, and keeps it.

What is measured is what is kept: the exported graph, read as the service reads it.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from nlp import artefacts
from nlp.corpus.outside import OutsideQuestion
from nlp.corpus.splits import Split
from nlp.readers.passages import (
    ANSWER,
    ANSWER_PIECES,
    INPUTS,
    OUTPUT,
    QUESTION,
    QUESTION_PIECES,
    PassageReader,
    filled,
    in_pieces,
    likeness,
)
from nlp.scoring.reply import reply_phrases
from nlp.tagger import build as build_tagger
from nlp.training.corpus import read_checked
from nlp.training.encoder import framed
from nlp.training.encoder import load as load_encoder
from nlp.training.export import Feed, graph_of, in_eight_bits
from nlp.training.keep import check_version, pipeline_toml, save_figures
from nlp.training.loop import Pace, run
from nlp.training.pair_examples import of_authorities, of_corpus, replies
from nlp.training.pairs import QUESTIONS, questions_of_others
from nlp.training.passage_card import AMONG, card
from nlp.training.reader import clear

TAUGHT_PIECES: Final = 128
"""Pieces of an answer that are read in training: half of what is read later, in half the time."""

TEXTS_FOR_SCALES: Final = 400

HELD_OUT: Final = 10
"""One text of the authorities in so many does not teach: it measures."""

FEWEST_CHARACTERS: Final = 60
"""A shorter reply, "Ja, det stämmer.", fits any number of questions."""

_NONE: Final = -1e4


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageRecipe(Pace):
    """All that is chosen about a training."""

    layers: int = 12
    epochs: int = 3
    learning_rate: float = 2e-5
    frozen: int = 6
    """Layers, from below, that stay as they came."""
    temperature: float = 0.02
    """What cosines are divided by: the smaller, the more the nearest wrong answers weigh."""


class PassageNetwork(nn.Module):
    """The encoder, with every vector brought to length one."""

    def __init__(self, encoder: nn.Module, *, frozen: int) -> None:
        """Take a Hugging Face encoder, already cut to its layers; the lowest stand still."""
        super().__init__()
        self.encoder = encoder
        still: Any = encoder
        for part in (still.embeddings, *still.encoder.layer[:frozen]):
            for parameter in part.parameters():
                parameter.requires_grad = False

    def forward(self, pieces: Tensor, mask: Tensor) -> Tensor:
        """Vectors of pieces, shape (texts, pieces, width)."""
        read = self.encoder(input_ids=pieces, attention_mask=mask).last_hidden_state
        return normalize(read.float(), dim=-1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what answers it, and what stands beside that and does not."""

    question: str
    answer: str
    others: tuple[str, ...] = ()


class PassageTeacher:
    """A network in training or in use, with what it needs to be shown texts."""

    def __init__(self, network: PassageNetwork, tokenizer: Any, recipe: PassageRecipe) -> None:  # noqa: ANN401
        """Take a network and the tokenizers.Tokenizer that belongs to its encoder."""
        self.frame = framed(tokenizer)
        self.network = network
        self.tokenizer = tokenizer
        self.recipe = recipe

    def inputs(self, texts: Sequence[str], room: int) -> tuple[Tensor, Tensor]:
        """The network's inputs."""
        cut = [in_pieces(text, self.tokenizer, self.frame, room) for text in texts]
        pieces, mask = filled(cut, self.frame)
        return torch.from_numpy(pieces), torch.from_numpy(mask)

    def loss(self, batch: Sequence[Asked], random: Random) -> Tensor:
        """Whether each question is nearest to its answer, among the others' and one more each."""
        told = [one.answer for one in batch]
        told += [random.choice(one.others) for one in batch if one.others]
        asked, asks = self.inputs([QUESTION + one.question for one in batch], QUESTION_PIECES)
        answers, answering = self.inputs([ANSWER + text for text in told], TAUGHT_PIECES)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.network.training):
            one, other = self.network(asked, asks), self.network(answers, answering)
        near = torch.einsum("anw,bmw->abnm", one, other)
        near = near.masked_fill((answering == 0)[None, :, None, :], _NONE).amax(-1)
        weights = asks.float()
        cosines = (near * weights[:, None]).sum(-1) / weights.sum(-1)[:, None]
        # The same text again, as an answer that an authority gives to two questions, is not wrong.
        again = [
            [place != row and text == told[row] for place, text in enumerate(told)]
            for row in range(len(batch))
        ]
        cosines = cosines.masked_fill(torch.tensor(again), _NONE)
        return cross_entropy(cosines / self.recipe.temperature, torch.arange(len(batch)))


def train_passages_and_keep(
    models_dir: Path,
    corpus_dir: Path,
    encoder_dir: Path,
    work_dir: Path,
    *,
    version: str,
    recipe: PassageRecipe,
    progress: Callable[[str], None],
) -> Mapping[str, float]:
    """Train one finder of answers, keep it with its figures and its card, and use it.

    Args:
        models_dir: It is written to passages/<version> in it.
        corpus_dir: A folder with threads/, labels/ and teaching/.
        encoder_dir: A Hugging Face folder with the encoder to start from.
        work_dir: Where an interrupted training finds its state again; emptied once all is kept.
        version: Name of the version to be kept; must not exist.
        recipe: What is chosen about the training.
        progress: Told in Swedish what is being done.

    Returns:
        Its figures on the test part, by name, as `measure` gives them.

    Raises:
        ArtefactError: The corpus does not fit, the version is there already, or the encoder
            cannot be used.
        OSError: The models cannot be written.
    """
    check_version(models_dir, version, kinds=[artefacts.PASSAGES])
    encoder = load_encoder(encoder_dir)
    teacher = begin(encoder.lowest(recipe.layers), encoder.pieces, recipe)
    corpus, names = read_checked(corpus_dir), artefacts.load_names(models_dir)
    tools = reply_phrases(artefacts.load_lexicons(models_dir), build_tagger())
    pairs = replies(of_corpus(corpus, names=names, tools=tools))
    by_split = {
        split: [
            Asked(one.pair.first, one.pair.second)
            for one in pairs
            if one.split is split
            and one.gold is not None
            and one.gold.answers
            and "?" in one.pair.first
            and len(one.pair.second) >= FEWEST_CHARACTERS
        ]
        for split in Split
    }
    ours = of_authorities(each.record for each in corpus.questions)
    others, held_out = divided(questions_of_others(corpus_dir.parent, progress))
    taught = [*by_split[Split.TRAIN], *map(as_asked, (*ours, *others))]
    progress("det som hittar svar tränas")
    train(
        teacher,
        taught,
        work_dir,
        encoder=encoder.files,
        progress=progress,
        after_epoch=lambda _: {},
    )
    progress("det som hittar svar rundas av till åtta bitar")
    exported = export(teacher, taught)
    with tempfile.TemporaryDirectory(dir=models_dir, prefix=".new-") as aside:
        new = Path(aside) / artefacts.PASSAGES
        artefacts.save_network(new, network=exported, tokenizer=teacher.tokenizer.to_str())
        model = artefacts.load_passages(new)
        reader = PassageReader(model, version=version, threads=torch.get_num_threads())
        progress("det som hittar svar mäts")
        figures = measure(reader, by_split[Split.TEST], held_out)
        told = {
            "recipe": asdict(recipe),
            "encoder": {"folder": encoder_dir.resolve().name, "files": dict(encoder.files)},
            "examples": {split.value: len(part) for split, part in by_split.items()},
            "questions": len(ours),
            "others": {QUESTIONS: {"taught": len(others), "held_out": len(held_out)}},
            "dev": measure(reader, by_split[Split.DEV], []),
            "test": figures,
        }
        save_figures(new, told, card(version, told))
        # Read anew: it may have been changed during the training.
        settings = replace(artefacts.load_settings(models_dir), passages_version=version)
        artefacts.save_text(Path(aside) / "pipeline.toml", pipeline_toml(settings))
        folder = models_dir / artefacts.PASSAGES
        folder.mkdir(exist_ok=True)
        new.rename(folder / version)
        (Path(aside) / "pipeline.toml").replace(models_dir / "pipeline.toml")
    clear(work_dir)
    return figures


def begin(model: nn.Module, tokenizer: Any, recipe: PassageRecipe) -> PassageTeacher:  # noqa: ANN401
    """A network that has learnt nothing yet, on top of an encoder cut to its layers."""
    torch.manual_seed(recipe.seed)
    return PassageTeacher(PassageNetwork(model, frozen=recipe.frozen), tokenizer, recipe)


def as_asked(one: OutsideQuestion) -> Asked:
    """A question beside its right answer and the wrong ones."""
    others = tuple(text for place, text in enumerate(one.candidates) if place != one.right)
    return Asked(one.question, one.candidates[one.right], others)


def divided(
    questions: Sequence[OutsideQuestion],
) -> tuple[list[OutsideQuestion], list[OutsideQuestion]]:
    """Those that teach and those that measure; all on one text go the same way."""
    taught: list[OutsideQuestion] = []
    held_out: list[OutsideQuestion] = []
    for one in questions:
        text = "\n".join(one.candidates).encode("utf-8")
        (taught if sha256(text).digest()[0] % HELD_OUT else held_out).append(one)
    return taught, held_out


def train(
    teacher: PassageTeacher,
    examples: Sequence[Asked],
    folder: Path,
    *,
    encoder: Mapping[str, str],
    progress: Callable[[str], None],
    after_epoch: Callable[[int], dict[str, Any]],
) -> None:
    """Teach a network, an epoch at a time; an interrupted run goes on with the epoch it was in.

    Args:
        teacher: As new; its network is changed.
        examples: What it learns from; those with others beside them are shown together.
        folder: Where the state is kept after each epoch, with a log of one JSON line an epoch.
        encoder: Checksums of what the network was made from.
        progress: Told in Swedish how far it is.
        after_epoch: Figures to log.
    """
    recipe = teacher.recipe

    def epoch(random: Random) -> list[Callable[[], Tensor]]:
        made = _batches(examples, recipe.batch, random)
        return [lambda batch=batch: teacher.loss(batch, random) for batch in made]  # type: ignore[misc]  # bound now

    digest = sha256("\0".join(str(one) for one in examples).encode("utf-8")).hexdigest()
    run(
        teacher.network,
        epoch,
        folder,
        pace=recipe,
        steps=recipe.epochs * math.ceil(len(examples) / recipe.batch),
        told={"recipe": asdict(recipe), "examples": digest, "encoder": dict(encoder)},
        progress=progress,
        after_epoch=after_epoch,
    )


def _batches(examples: Sequence[Asked], size: int, random: Random) -> list[list[Asked]]:
    made = []
    for is_hard in (True, False):
        alike = [one for one in examples if bool(one.others) is is_hard]
        random.shuffle(alike)
        made += [alike[start : start + size] for start in range(0, len(alike), size)]
    made = [batch for batch in made if len(batch) > 1]  # one alone has nothing to be told from
    random.shuffle(made)
    return made


def export(teacher: PassageTeacher, examples: Sequence[Asked]) -> bytes:
    """Make a trained network into a graph in eight bits.

    Args:
        teacher: Trained; its network is put in the state of being used.
        examples: Of the training part, by which the scales are fixed.
    """
    network = teacher.network.eval()
    axes = {name: {1: "pieces"} for name in (*INPUTS, OUTPUT)}
    graph = graph_of(network, teacher.inputs(["a b", "c d e f"], 8), INPUTS, (OUTPUT,), axes)
    random = Random(teacher.recipe.seed)  # noqa: S311  no secret
    drawn = random.sample(list(examples), min(TEXTS_FOR_SCALES // 2, len(examples)))
    feeds: list[Feed] = []
    for one in drawn:
        for text, room in (
            (QUESTION + one.question, QUESTION_PIECES),
            (ANSWER + one.answer, ANSWER_PIECES),
        ):
            given = teacher.inputs([text], room)
            feeds.append(dict(zip(INPUTS, (each.numpy() for each in given), strict=True)))
    return in_eight_bits(graph, feeds)


def measure(
    reader: PassageReader, asked: Sequence[Asked], held_out: Sequence[OutsideQuestion]
) -> dict[str, float]:
    """How often the right answer comes first.

    Returns:
        `replies`: of comments with a question, among the replies to `AMONG` of them; `questions`:
        of questions on texts of authorities that taught nothing, among the paragraphs of the text.
        With `n.replies` and `n.questions`; a figure of nothing is left out.
    """
    figures: dict[str, float] = {}
    hits = []
    for start in range(0, len(asked), AMONG):
        some = asked[start : start + AMONG]
        if len(some) > 1:
            questions = reader.questions([one.question for one in some])
            answers = reader.answers([one.answer for one in some])
            near = np.array([[likeness(one, other) for other in answers] for one in questions])
            found = [some[place].answer for place in near.argmax(axis=1)]
            hits += [answer == one.answer for answer, one in zip(found, some, strict=True)]
    if hits:
        figures |= {"replies": float(np.mean(hits)), "n.replies": float(len(hits))}
    picked = [
        int(reader.fits(one.question, one.candidates).argmax()) == one.right for one in held_out
    ]
    if picked:
        figures |= {"questions": float(np.mean(picked)), "n.questions": float(len(picked))}
    return {name: round(value, 4) for name, value in figures.items()}
