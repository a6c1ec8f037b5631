"""Fine-tunes one encoder for all labels of a comment at once.

A head reads the whole comment, a head per label looks at the words that carry it, and a third
weighs in the post and the comment that is answered. What labellers marked as evidence teaches the
words directly, which is worth more than as many comments again.
"""

from __future__ import annotations

import json
import math
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from nlp.readers.reader import LABELS, SENTIMENTS, Probabilities, ReaderInput, Standing
from nlp.readers.transformer import CONTEXT_PIECES, frame_of
from nlp.training.examples import (
    MARKS,
    UNKNOWN,
    Example,
    Pieces,
    batches,
    checksum,
    in_pieces,
    sloppy,
)
from nlp.training.refused import Refused
from nlp.vocabulary import EVIDENCE_LABELS

STATE_NAME: Final = "state.pt"
LOG_NAME: Final = "log.jsonl"

_CONTEXT_WIDTH: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All that is chosen about a training."""

    layers: int = 6
    epochs: int = 6
    learning_rate: float = 2e-4
    layer_decay: float = 0.9
    """What each layer's rate is of that of the layer above it."""
    head_rate: float = 1e-3
    batch: int = 16
    dropout: float = 0.1
    weight_decay: float = 0.01
    context: bool = True
    """Weigh in what a comment stands under."""
    partly: tuple[str, ...] = ()
    """Outside sets that teach what they themselves say of their texts, and nothing else."""
    words_weight: float = 1.0
    marks_weight: float = 0.3
    sentiment_weight: float = 0.5
    rare_weight: float = 0.5
    """Exponent of the weight of a label's positives: 0 none, 1 as much as all negatives."""
    sloppy_share: float = 0.0
    """Share of the texts that are shown as somebody in a hurry would have written them."""
    seed: int = 1


class Network(nn.Module):
    """The encoder and the heads on a text by itself; `Context` weighs in the rest."""

    def __init__(self, encoder: nn.Module, *, width: int, dropout: float) -> None:
        """Take a Hugging Face encoder of the given width, already cut to its layers."""
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.attend = nn.Linear(width, len(LABELS) + 1)
        """Which words carry each label, and the sentiment."""
        self.carried = nn.Parameter(torch.randn(len(LABELS), width) * 0.02)
        self.labels = nn.Linear(2 * width, len(LABELS))
        self.sentiment = nn.Linear(3 * width, len(SENTIMENTS))
        self.context = nn.Sequential(
            nn.Linear(5 * width + len(Standing._fields), _CONTEXT_WIDTH),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(_CONTEXT_WIDTH, len(LABELS) + len(SENTIMENTS)),
        )
        self.marks = nn.Linear(2 * width, len(MARKS))

    def forward(self, pieces: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Read texts by themselves.

        Args:
            pieces: Shape (texts, pieces), framed and filled up.
            mask: 1 for a piece, 0 for filling; same shape.

        Returns:
            State (texts, 2 · width), log odds of labels (texts, len(LABELS)) and of sentiment
            (texts, 3), and of each piece's carrying (texts, pieces, len(EVIDENCE_LABELS)).
        """
        read = self.encoder(input_ids=pieces, attention_mask=mask).last_hidden_state.float()
        hidden = self.dropout(read)
        # The frame is no word: the first piece and the last one do not count.
        ends = torch.nn.functional.pad(mask[:, 1:], (0, 1))
        own = (ends * (torch.cumsum(mask, 1) > 1)).unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * own).sum(1) / own.sum(1).clamp(min=1)
        state = torch.cat([mean, hidden[:, 0]], -1)
        attended = self.attend(hidden)
        # Times `own`, for a text of no words would else attend to its frame and padding.
        shares = torch.softmax(attended.masked_fill(own == 0, -1e4), 1) * own
        carried = torch.einsum("bnl,bnw->blw", shares, hidden)
        labels = self.labels(state) + (carried[:, : len(LABELS)] * self.carried).sum(-1)
        sentiment = self.sentiment(torch.cat([state, carried[:, -1]], -1))
        return state, labels, sentiment, attended[..., : len(EVIDENCE_LABELS)]


class ContextHead(nn.Module):
    """What a comment stands under changes: log odds to add, labels then sentiment."""

    def __init__(self, context: nn.Module) -> None:
        """Take a network's own head."""
        super().__init__()
        self.context = context

    def forward(
        self, state: Tensor, post: Tensor, parent: Tensor, previous: Tensor, standing: Tensor
    ) -> Tensor:
        """Weigh in means of shape (texts, width) with states of shape (texts, 2 · width)."""
        answer: Tensor = self.context(torch.cat([state, post, parent, previous, standing], -1))
        return answer


class Teacher:
    """A network in training or in use, with what it needs to be shown texts."""

    def __init__(self, network: Network, tokenizer: Any, recipe: Recipe) -> None:  # noqa: ANN401
        """Take a network and the tokenizers.Tokenizer that belongs to its encoder.

        Raises:
            ArtefactError: The tokenizer does not say what it frames a text with.
        """
        frame = frame_of(tokenizer)
        if frame is None:
            raise Refused("ordförrådet säger inte vad som öppnar, stänger och fyller ut")
        tokenizer.encode_special_tokens = True  # "<s>" in a comment is three signs, not a frame
        self.network = network
        self.tokenizer = tokenizer
        self.recipe = recipe
        self.frame = frame
        self._width = network.labels.in_features // 2
        self._contexts: dict[str, list[int]] = {}

    def answer(self, pieces: Sequence[Pieces]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Log odds of labels, sentiment and words, and of marks, of one batch."""
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.network.training):
            state, labels, sentiment, words = self.network(
                *_filled([one.pieces.tolist() for one in pieces], self.frame.padding)
            )
            if self.recipe.context:
                inputs = [one.example.input for one in pieces]
                added = ContextHead(self.network.context)(
                    state,
                    self._means([one.post_text for one in inputs]),
                    self._means([one.parent_text for one in inputs]),
                    self._means([one.previous_text for one in inputs]),
                    torch.tensor([one.standing for one in inputs], dtype=torch.float32),
                )
                labels = labels + added[:, : len(LABELS)]
                sentiment = sentiment + added[:, len(LABELS) :]
            marks = self.network.marks(state)
        return labels.float(), sentiment.float(), words.float(), marks.float()

    def _means(self, texts: Sequence[str]) -> Tensor:
        """Mean vectors of what a comment stands under; they are read, not taught."""
        known = {text: place for place, text in enumerate(dict.fromkeys(texts))}
        was_training = self.network.training
        self.network.eval()
        with torch.no_grad():
            state = self.network(
                *_filled([self._framed(text) for text in known], self.frame.padding)
            )[0]
        self.network.train(was_training)
        means = state[:, : self._width]
        return means[[known[text] for text in texts]]

    def _framed(self, text: str) -> list[int]:
        if text not in self._contexts:
            told = self.tokenizer.encode(text, add_special_tokens=False).ids[:CONTEXT_PIECES]
            self._contexts[text] = [self.frame.start, *told, self.frame.end]
        return self._contexts[text]

    def one_by_one(self, texts: Iterable[str]) -> Iterator[tuple[Any, Any]]:
        """Each text as the inputs of a graph, by itself."""
        for text in texts:
            told = self.in_pieces(_unknown(ReaderInput(text=text))).pieces
            yield told[None], np.ones_like(told)[None]

    def in_pieces(self, example: Example, *, text: str | None = None) -> Pieces:
        """One example, or another writing of it, as numbers."""
        return in_pieces(example, self.tokenizer, self.frame, text=text)

    def read(self, inputs: Sequence[ReaderInput]) -> Probabilities:
        """Probabilities as the exported reader would give them, but for what rounding costs."""
        self.network.eval()
        examples = [_unknown(one) for one in inputs]
        labels = np.zeros((len(inputs), len(LABELS)))
        sentiment = np.zeros((len(inputs), len(SENTIMENTS)))
        with torch.no_grad():
            for batch in batches(examples, 32):
                told = self.answer([self.in_pieces(examples[place]) for place in batch])
                labels[batch] = torch.sigmoid(told[0]).numpy()
                sentiment[batch] = torch.softmax(told[1], -1).numpy()
        return Probabilities(labels=labels, sentiment=sentiment)


def train(
    teacher: Teacher,
    examples: Sequence[Example],
    folder: Path,
    *,
    encoder: Mapping[str, str],
    progress: Callable[[str], None],
    after_epoch: Callable[[int], dict[str, float]] = lambda epoch: {},
) -> None:
    """Teach a network, an epoch at a time; an interrupted run goes on with the epoch it was in.

    Args:
        teacher: As new; its network is changed.
        examples: What is taught.
        folder: Where the state is kept after each epoch, with a log of one JSON line an epoch.
        encoder: Checksums of what the network was made from.
        progress: Told in Swedish how far it is.
        after_epoch: Figures to log, such as those on the development part.

    Raises:
        ArtefactError: The folder holds the state of another recipe, of other examples or of
            another encoder, or it is damaged.
    """
    recipe, network = teacher.recipe, teacher.network
    steps = recipe.epochs * math.ceil(len(examples) / recipe.batch)
    optimiser = torch.optim.AdamW(_groups(network, recipe), weight_decay=recipe.weight_decay)
    warm = max(1, steps // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, step / warm) * max(0.0, 1 - step / steps)
    )
    told = {"recipe": asdict(recipe), "examples": checksum(examples), "encoder": dict(encoder)}
    done = _resume(folder / STATE_NAME, told, network, optimiser, schedule)
    if done == 0:
        (folder / LOG_NAME).unlink(missing_ok=True)
    rare = _rare_weights(examples, recipe)
    for epoch in range(done, recipe.epochs):
        # Chance depends on the epoch alone, so that a run that goes on meets what it would have.
        random = Random(f"{recipe.seed} {epoch}")  # noqa: S311  no secret
        torch.manual_seed(random.getrandbits(63))
        network.train()
        made = list(batches(examples, recipe.batch, random))
        lost = 0.0
        for number, places in enumerate(made):
            if number % 50 == 0:
                progress(f"varv {epoch + 1} av {recipe.epochs}, {100 * number // len(made)} %")
            loss = _loss(teacher, [_shown(examples[p], teacher, random) for p in places], rare)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            lost += loss.item()
        figures = {"epoch": epoch + 1, "loss": round(lost / len(made), 4), **after_epoch(epoch + 1)}
        _save(folder, told, epoch + 1, network, optimiser, schedule, figures)


def _shown(example: Example, teacher: Teacher, random: Random) -> Pieces:
    written = None
    if random.random() < teacher.recipe.sloppy_share:
        written = sloppy(example.input.text, random)
    return teacher.in_pieces(example, text=written)


def _loss(teacher: Teacher, shown: Sequence[Pieces], rare: Tensor) -> Tensor:
    recipe = teacher.recipe
    labels, sentiment, words, marks = teacher.answer(shown)
    examples = [one.example for one in shown]
    loss = _known(labels, np.stack([one.labels for one in examples]), rare)
    loss = loss + recipe.marks_weight * _known(marks, np.stack([one.marks for one in examples]))
    told = torch.tensor([one.sentiment for one in examples])
    if (told >= 0).any():
        loss = loss + recipe.sentiment_weight * cross_entropy(
            sentiment, told, ignore_index=-1, label_smoothing=0.05
        )
    carried = np.full(words.shape, UNKNOWN, dtype=np.float32)
    for row, one in enumerate(shown):
        carried[row, 1 : 1 + len(one.words)] = one.words
    return loss + recipe.words_weight * _known(words, carried)


def _known(odds: Tensor, told: np.ndarray[Any, Any], rare: Tensor | None = None) -> Tensor:
    """Mean loss over what is known; nothing where nothing is."""
    truth = torch.from_numpy(told)
    known = (truth != UNKNOWN).float()
    each = binary_cross_entropy_with_logits(
        odds, truth.clamp(min=0), reduction="none", pos_weight=rare
    )
    return (each * known).sum() / known.sum().clamp(min=1)


def _rare_weights(examples: Sequence[Example], recipe: Recipe) -> Tensor:
    told = np.stack([one.labels for one in examples])
    positive, negative = (told == 1).sum(axis=0), (told == 0).sum(axis=0)
    weights = (negative / np.maximum(1, positive)) ** recipe.rare_weight
    return torch.tensor(weights, dtype=torch.float32)


def _groups(network: Network, recipe: Recipe) -> list[dict[str, Any]]:
    """Rates that fall from the top layer down; the table of pieces stands still."""
    encoder: Any = network.encoder
    layers = list(encoder.encoder.layer)
    for parameter in encoder.embeddings.word_embeddings.parameters():
        parameter.requires_grad = False
    below = [p for p in encoder.embeddings.parameters() if p.requires_grad]
    heads = [p for name, p in network.named_parameters() if not name.startswith("encoder.")]
    groups = [
        {"params": list(layer.parameters()), "lr": recipe.learning_rate * recipe.layer_decay**depth}
        for depth, layer in enumerate(reversed(layers))
    ]
    groups.append({"params": below, "lr": recipe.learning_rate * recipe.layer_decay ** len(layers)})
    return [*groups, {"params": heads, "lr": recipe.head_rate}]


def _filled(texts: Iterable[Sequence[int]], padding: int) -> tuple[Tensor, Tensor]:
    rows = list(texts)
    longest = max(map(len, rows))
    pieces = torch.full((len(rows), longest), padding)
    mask = torch.zeros((len(rows), longest), dtype=torch.long)
    for row, text in enumerate(rows):
        pieces[row, : len(text)] = torch.tensor(text)
        mask[row, : len(text)] = 1
    return pieces, mask


def _unknown(given: ReaderInput) -> Example:
    return Example(
        input=given,
        labels=np.full(len(LABELS), UNKNOWN, dtype=np.float32),
        marks=np.full(len(MARKS), UNKNOWN, dtype=np.float32),
        sentiment=-1,
        evidence=None,
    )


def _save(
    folder: Path,
    told: dict[str, Any],
    done: int,
    network: Network,
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
    figures: dict[str, float],
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    state = {
        "told": told,
        "done": done,
        "network": network.state_dict(),
        "optimiser": optimiser.state_dict(),
        "schedule": schedule.state_dict(),
    }
    # Written aside and moved: a run that is stopped while it saves can still go on.
    torch.save(state, folder / f"{STATE_NAME}.new")
    (folder / f"{STATE_NAME}.new").replace(folder / STATE_NAME)
    lines = (folder / LOG_NAME).read_text("utf-8") if (folder / LOG_NAME).exists() else ""
    (folder / LOG_NAME).write_text(lines + json.dumps(figures) + "\n", "utf-8")


def _resume(
    path: Path,
    told: dict[str, Any],
    network: Network,
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
) -> int:
    """Load what an interrupted run left; how many epochs it had done."""
    if not path.exists():
        return 0
    advice = f"Ta bort mappen {path.parent} för att börja om, eller ange en annan med --work"
    try:
        state = torch.load(path, weights_only=True)
        if state["told"] != told:
            other = {"recipe": "annat recept", "examples": "andra kommentarer"}
            what = [other.get(name, "en annan kodare") for name in told if
                    state["told"].get(name) != told[name]]  # fmt: skip
            raise Refused(f"{path} hör till en träning med {' och '.join(what)}. {advice}")
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        schedule.load_state_dict(state["schedule"])
        return int(state["done"])
    # A damaged file fails in zipfile, pickle or torch, each in its own way.
    except (
        *(AttributeError, EOFError, KeyError, OSError, RuntimeError, TypeError, ValueError),
        pickle.UnpicklingError,
    ) as error:
        raise Refused(f"{path} är skadad ({type(error).__name__}). {advice}") from error
