"""Fine-tunes one encoder for all labels of a comment at once.

A head reads the whole comment, a head per label looks at the words that carry it, and a third
weighs in the post and the comment that is answered. What labellers marked as evidence teaches the
words directly, which is worth more than as many comments again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from nlp.readers.reader import LABELS, SENTIMENTS, Probabilities, ReaderInput, Standing
from nlp.readers.transformer import CONTEXT_PIECES
from nlp.training.encoder import framed
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
from nlp.training.loop import Pace, known_loss, run
from nlp.vocabulary import EVIDENCE_LABELS

_CONTEXT_WIDTH: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe(Pace):
    """All that is chosen about a training."""

    context: bool = True
    """Weigh in what a comment stands under."""
    partly: tuple[str, ...] = ()
    """Outside sets that teach what they themselves say of their texts, and nothing else."""
    contrasts: bool = True
    """Let the near neighbours in the corpus' teaching/contrasts.jsonl teach as well."""
    words_weight: float = 1.0
    marks_weight: float = 0.3
    sentiment_weight: float = 0.5
    rare_weight: float = 0.5
    """Exponent of the weight of a label's positives: 0 none, 1 as much as all negatives."""
    sloppy_share: float = 0.0
    """Share of the texts that are shown as somebody in a hurry would have written them."""


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
        self.frame = framed(tokenizer)
        self.network = network
        self.tokenizer = tokenizer
        self.recipe = recipe
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
    recipe = teacher.recipe
    rare = _rare_weights(examples, recipe)

    def epoch(random: Random) -> list[Callable[[], Tensor]]:
        return [
            lambda places=places: _loss(  # type: ignore[misc]  # bound now
                teacher, [_shown(examples[place], teacher, random) for place in places], rare
            )
            for places in batches(examples, recipe.batch, random)
        ]

    run(
        teacher.network,
        epoch,
        folder,
        pace=recipe,
        steps=recipe.epochs * math.ceil(len(examples) / recipe.batch),
        told={"recipe": asdict(recipe), "examples": checksum(examples), "encoder": dict(encoder)},
        progress=progress,
        after_epoch=after_epoch,
    )


def _shown(example: Example, teacher: Teacher, random: Random) -> Pieces:
    written = None
    if random.random() < teacher.recipe.sloppy_share:
        written = sloppy(example.input.text, random)
    return teacher.in_pieces(example, text=written)


def _loss(teacher: Teacher, shown: Sequence[Pieces], rare: Tensor) -> Tensor:
    recipe = teacher.recipe
    labels, sentiment, words, marks = teacher.answer(shown)
    examples = [one.example for one in shown]
    loss = known_loss(labels, np.stack([one.labels for one in examples]), rare)
    loss = loss + recipe.marks_weight * known_loss(marks, np.stack([one.marks for one in examples]))
    told = torch.tensor([one.sentiment for one in examples])
    if (told >= 0).any():
        loss = loss + recipe.sentiment_weight * cross_entropy(
            sentiment, told, ignore_index=-1, label_smoothing=0.05
        )
    carried = np.full(words.shape, UNKNOWN, dtype=np.float32)
    for row, one in enumerate(shown):
        carried[row, 1 : 1 + len(one.words)] = one.words
    return loss + recipe.words_weight * known_loss(words, carried)


def _rare_weights(examples: Sequence[Example], recipe: Recipe) -> Tensor:
    told = np.stack([one.labels for one in examples])
    positive, negative = (told == 1).sum(axis=0), (told == 0).sum(axis=0)
    weights = (negative / np.maximum(1, positive)) ** recipe.rare_weight
    return torch.tensor(weights, dtype=torch.float32)


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
