"""Teaches a network an epoch at a time, and goes on where an interrupted run was.

What is taught and how it is lost is for the caller to say; rates, resuming and logs are here.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from nlp.training.examples import UNKNOWN
from nlp.training.refused import Refused

STATE_NAME: Final = "state.pt"
LOG_NAME: Final = "log.jsonl"

Losses = Callable[[Random], Sequence[Callable[[], Tensor]]]
"""Of an epoch's chance: what gives the loss of each batch, in the order they are met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How big a network is, and how fast it is taught."""

    layers: int = 6
    epochs: int = 6
    learning_rate: float = 2e-4
    layer_decay: float = 0.9
    """What each layer's rate is of that of the layer above it."""
    head_rate: float = 1e-3
    batch: int = 16
    dropout: float = 0.1
    weight_decay: float = 0.01
    seed: int = 1


def run(
    network: nn.Module,
    losses: Losses,
    folder: Path,
    *,
    pace: Pace,
    steps: int,
    told: dict[str, Any],
    progress: Callable[[str], None],
    after_epoch: Callable[[int], dict[str, Any]],
) -> None:
    """Teach a network; an interrupted run goes on with the epoch it was in.

    Args:
        network: As new, with an `encoder` of Hugging Face's kind; it is changed.
        losses: What an epoch shows.
        folder: Where the state is kept after each epoch, with a log of one JSON line an epoch.
        pace: How fast.
        steps: Batches of all epochs, over which the rates fall to nothing.
        told: What the run rests on: recipe, examples and encoder. Another is not gone on with.
        progress: Told in Swedish how far it is.
        after_epoch: Figures to log, such as those on the development part.

    Raises:
        ArtefactError: The folder holds the state of another recipe, of other examples or of
            another encoder, or it is damaged.
    """
    optimiser = torch.optim.AdamW(_groups(network, pace), weight_decay=pace.weight_decay)
    warm = max(1, steps // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, step / warm) * max(0.0, 1 - step / steps)
    )
    done = _resume(folder / STATE_NAME, told, network, optimiser, schedule)
    if done == 0:
        (folder / LOG_NAME).unlink(missing_ok=True)
    for epoch in range(done, pace.epochs):
        # Chance depends on the epoch alone, so that a run that goes on meets what it would have.
        random = Random(f"{pace.seed} {epoch}")  # noqa: S311  no secret
        torch.manual_seed(random.getrandbits(63))
        network.train()
        made = losses(random)
        lost = 0.0
        for number, loss_of in enumerate(made):
            if number % 50 == 0:
                progress(f"varv {epoch + 1} av {pace.epochs}, {100 * number // len(made)} %")
            loss = loss_of()
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            lost += loss.item()
        figures = {"epoch": epoch + 1, "loss": round(lost / len(made), 4), **after_epoch(epoch + 1)}
        _save(folder, told, epoch + 1, network, optimiser, schedule, figures)


def known_loss(odds: Tensor, told: np.ndarray[Any, Any], rare: Tensor | None = None) -> Tensor:
    """Mean loss over what is known; nothing where nothing is."""
    truth = torch.from_numpy(told)
    known = (truth != UNKNOWN).float()
    each = binary_cross_entropy_with_logits(
        odds, truth.clamp(min=0), reduction="none", pos_weight=rare
    )
    return (each * known).sum() / known.sum().clamp(min=1)


def _groups(network: nn.Module, pace: Pace) -> list[dict[str, Any]]:
    """Rates that fall from the top layer down; the table of pieces stands still."""
    encoder: Any = network.encoder
    layers = list(encoder.encoder.layer)
    for parameter in encoder.embeddings.word_embeddings.parameters():
        parameter.requires_grad = False
    below = [p for p in encoder.embeddings.parameters() if p.requires_grad]
    heads = [p for name, p in network.named_parameters() if not name.startswith("encoder.")]
    groups = [
        {"params": list(layer.parameters()), "lr": pace.learning_rate * pace.layer_decay**depth}
        for depth, layer in enumerate(reversed(layers))
    ]
    groups.append({"params": below, "lr": pace.learning_rate * pace.layer_decay ** len(layers)})
    return [*groups, {"params": heads, "lr": pace.head_rate}]


def _save(
    folder: Path,
    told: dict[str, Any],
    done: int,
    network: nn.Module,
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
    figures: dict[str, Any],
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
    network: nn.Module,
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
