"""Which comments people should read, so that a share that the reader found can be put right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from nlp.vocabulary import Label
from service.errors import BadRequest
from service.nyckeltal.definitions import CORRECTED_LABELS, LARGEST_LOT
from service.nyckeltal.reviewed import FEWEST_REVIEWS, allocate, spread_of
from service.period import Period
from service.store import Store
from service.store.draws import DrawnFrom, StratumCount, count_strata
from service.store.draws import draw as draw_comments


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Comments that were drawn for people to read."""

    number: int
    """Of the lot, in the store."""
    drawn: int
    """In this round."""
    in_all: int
    """With the rounds before."""
    needed: int
    """How many must be read before a share is put right."""


def draw(
    store: Store,
    label: Label,
    period: Period,
    *,
    account: str | None,
    wanted: int,
    fingerprint: str,
    drawn_at: datetime,
    random: np.random.Generator | None = None,
) -> Lot:
    """Draw by lot; a lot that was drawn of the very same before grows.

    Args:
        store: Where from.
        label: Whose share.
        period: Of which comments.
        account: Of which account; None for all.
        wanted: How many more to read.
        fingerprint: The pipeline version whose readings count.
        drawn_at: When, aware.
        random: Who draws; None for chance itself.

    Raises:
        BadRequest: No share is put right by that label, the size cannot be, or nothing is read.
    """
    if label not in CORRECTED_LABELS:
        known = ", ".join(CORRECTED_LABELS)
        raise BadRequest(
            f"Andelen {label.value} redovisas inte. Välj en av {known}.", parameter="label"
        )
    if not 1 <= wanted <= LARGEST_LOT:
        raise BadRequest(
            f"Lotta från 1 till {LARGEST_LOT} kommentarer åt gången.", parameter="size"
        )
    start, end = period.as_utc()
    drawn_from = DrawnFrom(
        label=label, start=start, end=end, account=account, fingerprint=fingerprint
    )
    strata = count_strata(store, drawn_from)
    if not strata:
        raise BadRequest(
            f"Det finns inga lästa kommentarer att lotta bland i {period.title}. "
            "Välj en annan period eller ett annat konto.",
            parameter="period",
        )
    numbers = _more(strata, wanted)
    number = draw_comments(
        store, drawn_from, numbers, drawn_at=drawn_at, random=random or np.random.default_rng()
    )
    drawn = sum(numbers.values())
    return Lot(
        number=number,
        drawn=drawn,
        in_all=drawn + sum(one.drawn for one in strata),
        needed=FEWEST_REVIEWS,
    )


def _more(strata: list[StratumCount], wanted: int) -> dict[str, int]:
    """How many more of each stratum: the rounds together as one lot would have been given out."""
    in_all = allocate(
        [one.size for one in strata],
        [spread_of(one.probability) for one in strata],
        wanted + sum(one.drawn for one in strata),
    )
    # A stratum that earlier rounds gave more than its share gets nothing, and the others less.
    numbers = [max(0, whole - one.drawn) for one, whole in zip(strata, in_all, strict=True)]
    over = sum(numbers) - wanted
    while over > 0:
        most = max(range(len(numbers)), key=numbers.__getitem__)
        numbers[most] -= 1
        over -= 1
    return {one.name: number for one, number in zip(strata, numbers, strict=True)}
