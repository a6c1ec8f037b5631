"""How far a figure has moved since an earlier period, and whether that is more than chance."""

from __future__ import annotations

import math
from dataclasses import replace

from service.nyckeltal.definition import CommentCount, CommentKind, PostKind, PostSum
from service.nyckeltal.figure import Figure


def with_change(
    now: Figure, before: Figure, *, how: CommentKind | PostKind, both_whole: bool
) -> Figure:
    """A figure with its change since an earlier period beside it.

    The interval is that of a difference of two independent figures, of the interval of each
    (Zou and Donner 2008, the method of variance estimates recovery; of two shares it is
    Newcombe's). Where one of them has none, the change stands without.

    Args:
        now: The figure.
        before: The same nyckeltal of the same group in the earlier period.
        how: How it is counted: of a number or a sum a longer stretch has more.
        both_whole: Whether both periods are over and as long as they are to be.
    """
    compared = replace(now, compared_with=before.period)
    if now.value is None or before.value is None:
        return compared
    if now.corrected_for != before.corrected_for:
        return compared  # it would tell how wrong the reader is, not what has happened
    grows = isinstance(how, CommentCount | PostSum)
    if grows and not both_whole:
        return compared
    change = now.value - before.value
    compared = replace(compared, change=change)
    if grows:
        return compared  # what is counted whole is no sample of anything
    ends = (now.ci_low, now.ci_high, before.ci_low, before.ci_high)
    if any(end is None for end in ends):
        return compared
    low, high, low_before, high_before = (float(end or 0) for end in ends)
    return replace(
        compared,
        change_low=change - math.hypot(now.value - low, high_before - before.value),
        change_high=change + math.hypot(high - now.value, before.value - low_before),
    )
