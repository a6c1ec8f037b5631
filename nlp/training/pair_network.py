"""Fine-tunes one encoder to read two texts together, for all that is asked of a pair at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from nlp.corpus.outside import OutsideQuestion
from nlp.readers.pair import (
    CUES,
    FOLLOW_UPS,
    STEPS,
    PairAnswer,
    PairInPieces,
    PairInput,
    answer_of,
    filled,
    in_pieces,
)
from nlp.training.encoder import framed
from nlp.training.examples import UNKNOWN
from nlp.training.loop import Pace, known_loss, run
from nlp.training.pair_examples import PairExample, checksum, mismatched, of_questions

_LOOKS: Final = 4
"""Ways in which the network looks over all pieces of a pair."""

_HIDDEN: Final = 256
_CUES: Final = 32
_MATCH: Final = 128

_NONE: Final = -1e4
"""Log odds of what is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRecipe(Pace):
    """All that is chosen about a training."""

    mismatched: float = 0.5
    """How many wrong replies are shown in an epoch, for each right one."""
    questions: int = 600
    """How many questions with right and wrong answers are shown in an epoch."""
    matters_weight: float = 1.0
    follow_up_weight: float = 1.0


class PairNetwork(nn.Module):
    """The encoder, and heads on the pair, on the parts of the first text and on both together."""

    def __init__(self, encoder: nn.Module, *, width: int, dropout: float) -> None:
        """Take a Hugging Face encoder of the given width, already cut to its layers."""
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.looks = nn.Linear(width, _LOOKS)
        self.whole = nn.Sequential(
            nn.Linear((3 + _LOOKS) * width, _HIDDEN), nn.GELU(), nn.Dropout(dropout)
        )
        self.cues = nn.Sequential(nn.Linear(len(CUES), _CUES), nn.GELU(), nn.Dropout(dropout))
        self.ratings = nn.Linear(_HIDDEN + _CUES, STEPS)
        self.fits = nn.Linear(_HIDDEN, 1)
        self.follow_up = nn.Linear(_HIDDEN, len(FOLLOW_UPS))
        self.part = nn.Linear(width, _MATCH)
        self.passage = nn.Linear(width, _MATCH)
        self.carries = nn.Linear(3 * _MATCH, 1)
        self.levels = nn.Sequential(nn.Linear(3 * width, _MATCH), nn.GELU(), nn.Linear(_MATCH, 2))

    def forward(
        self,
        pieces: Tensor,
        mask: Tensor,
        sides: Tensor,
        parts: Tensor,
        passages: Tensor,
        cues: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Read pairs as `nlp.readers.pair.filled` gives them; its OUTPUTS, as log odds.

        Returns:
            Ratings (pairs, STEPS), fits (pairs, 1), follow-up (pairs, len(FOLLOW_UPS)), levels
            (pairs, parts, 2), carries (pairs, parts, passages).
        """
        read = self.encoder(input_ids=pieces, attention_mask=mask).last_hidden_state.float()
        hidden = self.dropout(read)
        sums = [(sides == side).unsqueeze(-1).to(hidden.dtype) for side in (1, 2)]
        means = [(hidden * one).sum(1) / one.sum(1).clamp(min=1) for one in sums]
        looked = self.looks(hidden).masked_fill((sides == 0).unsqueeze(-1), _NONE)
        seen = torch.einsum("bnl,bnw->blw", torch.softmax(looked, 1), hidden).flatten(1)
        whole = self.whole(torch.cat([hidden[:, 0], *means, seen], -1))
        asked, told = parts @ hidden, passages @ hidden
        one = self.part(asked).unsqueeze(2) + torch.zeros_like(self.passage(told)).unsqueeze(1)
        other = self.passage(told).unsqueeze(1) + torch.zeros_like(self.part(asked)).unsqueeze(2)
        met = torch.cat([one * other, torch.tanh(one), torch.tanh(other)], -1)
        carries = self.carries(met).squeeze(-1)
        is_there = (passages.sum(-1) > 0).unsqueeze(1)
        shares = torch.softmax(carries.masked_fill(~is_there, _NONE), -1) * is_there
        given = shares @ told
        levels = self.levels(torch.cat([asked, given, asked * given], -1))
        rated = self.ratings(torch.cat([whole, self.cues(cues)], -1))
        return rated, self.fits(whole), self.follow_up(whole), levels, carries


class PairTeacher:
    """A network in training or in use, with what it needs to be shown pairs."""

    def __init__(self, network: PairNetwork, tokenizer: Any, recipe: PairRecipe) -> None:  # noqa: ANN401
        """Take a network and the tokenizers.Tokenizer that belongs to its encoder.

        Raises:
            ArtefactError: The tokenizer does not say what it frames a text with.
        """
        self.frame = framed(tokenizer)
        self.network = network
        self.tokenizer = tokenizer
        self.recipe = recipe

    def answer(self, pairs: Sequence[PairInPieces]) -> tuple[Tensor, ...]:
        """Log odds, as `PairNetwork` gives them, of one batch."""
        given = [torch.from_numpy(one) for one in filled(pairs, self.frame)]
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.network.training):
            return tuple(one.float() for one in self.network(*given))

    def in_pieces(self, pair: PairInput) -> PairInPieces:
        """One pair as numbers."""
        return in_pieces(pair, self.tokenizer)

    def read(self, pairs: Sequence[PairInput]) -> list[PairAnswer]:
        """What the exported reader would say, but for what rounding costs."""
        self.network.eval()
        told = [self.in_pieces(pair) for pair in pairs]
        answers: dict[PairInPieces, PairAnswer] = {}
        order = sorted(dict.fromkeys(told), key=lambda one: one.length)
        with torch.no_grad():
            for start in range(0, len(order), 32):
                batch = order[start : start + 32]
                said = [one.numpy() for one in self.answer(batch)]
                for row, pair in enumerate(batch):
                    answers[pair] = answer_of(pair, *(one[row] for one in said))
        return [answers[one] for one in told]


def train(
    teacher: PairTeacher,
    examples: Sequence[PairExample],
    questions: Sequence[OutsideQuestion],
    folder: Path,
    *,
    encoder: Mapping[str, str],
    progress: Callable[[str], None],
    after_epoch: Callable[[int], dict[str, Any]] = lambda epoch: {},
) -> None:
    """Teach a network, an epoch at a time; an interrupted run goes on with the epoch it was in.

    Args:
        teacher: As new; its network is changed.
        examples: Replies and reactions of the training part.
        questions: With right and wrong answers; may be none.
        folder: Where the state is kept after each epoch, with a log of one JSON line an epoch.
        encoder: Checksums of what the network was made from.
        progress: Told in Swedish how far it is.
        after_epoch: Figures to log, such as those on the development part.

    Raises:
        ArtefactError: The folder holds the state of another recipe, of other examples or of
            another encoder, or it is damaged.
    """
    recipe = teacher.recipe
    rated = [one for one in examples if one.gold is not None]
    rare = _rare_reactions(examples)

    def shown(random: Random) -> list[PairExample]:
        wrong = mismatched(rated, int(recipe.mismatched * len(rated)), random)
        return [*examples, *wrong, *of_questions(questions, recipe.questions, random)]

    def epoch(random: Random) -> list[Callable[[], Tensor]]:
        made = _batches(shown(random), recipe.batch, random)
        return [lambda batch=batch: _loss(teacher, batch, rare) for batch in made]  # type: ignore[misc]  # bound now

    most = len(examples) + int(recipe.mismatched * len(rated)) + 2 * recipe.questions
    run(
        teacher.network,
        epoch,
        folder,
        pace=recipe,
        steps=recipe.epochs * math.ceil(most / recipe.batch),
        told={"recipe": asdict(recipe), "examples": checksum(examples), "encoder": dict(encoder)},
        progress=progress,
        after_epoch=after_epoch,
    )


def _batches(examples: list[PairExample], size: int, random: Random) -> list[list[PairExample]]:
    """Shuffled batches of pairs of about one length."""
    random.shuffle(examples)
    made = []
    for start in range(0, len(examples), 20 * size):
        near = sorted(
            examples[start : start + 20 * size],
            key=lambda one: len(one.pair.first) + len(one.pair.second),
        )
        made += [near[begin : begin + size] for begin in range(0, len(near), size)]
    random.shuffle(made)
    return made


def _rare_reactions(examples: Sequence[PairExample]) -> Tensor:
    """The rarer a reaction, the more it weighs: by the root of how rare, one in the mean."""
    met = [one.follow_up for one in examples if one.follow_up >= 0]
    counts = np.maximum(1, np.bincount(np.array(met, dtype=int), minlength=len(FOLLOW_UPS)))
    weights = (counts.sum() / counts) ** 0.5
    return torch.tensor(weights / weights.mean(), dtype=torch.float32)


def _loss(teacher: PairTeacher, batch: Sequence[PairExample], rare: Tensor) -> Tensor:
    recipe = teacher.recipe
    ratings, fits, follow_up, levels, carries = teacher.answer(
        [teacher.in_pieces(one.pair) for one in batch]
    )
    told_levels, told_carries = (
        np.full(odds.shape, UNKNOWN, dtype=np.float32) for odds in (levels, carries)
    )
    for row, one in enumerate(batch):
        parts, passages = (
            min(size, room) for size, room in zip(one.carries.shape, carries.shape[1:], strict=True)
        )
        told_levels[row, :parts] = one.levels[:parts]
        told_carries[row, :parts, :passages] = one.carries[:parts, :passages]
    loss = known_loss(ratings, np.stack([one.ratings for one in batch]))
    loss = loss + known_loss(fits, np.array([[one.fits] for one in batch], dtype=np.float32))
    matters = known_loss(levels, told_levels) + known_loss(carries, told_carries)
    loss = loss + recipe.matters_weight * matters
    told = torch.tensor([one.follow_up for one in batch])
    if (told >= 0).any():
        share = (told >= 0).float().mean()
        loss = loss + recipe.follow_up_weight * share * cross_entropy(
            follow_up, told, weight=rare, ignore_index=-1, label_smoothing=0.05
        )
    return loss
