"""Withhold figures about too few people, and those that would give them away.

The one policy: a figure rests on at least 5 comments by at least 3 people, and no withheld
figure, nor withheld ones together that are too small, can be had by adding and subtracting shown
ones of the same nyckeltal and period.

It does not look across periods or nyckeltal: a month less its other weeks gives a withheld week
away, and so may a count that rests on the same comments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import Final

from service.nyckeltal.figure import Figure, Withheld

FEWEST_COMMENTS: Final = 5
FEWEST_WRITERS: Final = 3

Group = tuple[str | None, str | None]
"""Account and channel; None is all of them together."""
_Line = tuple[str, str | None]
"""A total and its parts: the accounts of a channel, or the channels of an account."""


def suppress(figures: Sequence[Figure]) -> list[Figure]:
    """Withhold what may not be published; the order is kept.

    Args:
        figures: What `compute` gave, whole: what a total gives away is unseen without it.
    """
    tables: defaultdict[tuple[object, ...], dict[Group, Figure]] = defaultdict(dict)
    for figure in figures:
        tables[figure.nyckeltal, figure.period][figure.account, figure.channel] = figure
    reasons = {
        (*name, *group): reason
        for name, table in tables.items()
        for group, reason in _reasons(table).items()
    }
    keys = ((one.nyckeltal, one.period, one.account, one.channel) for one in figures)
    return [
        _without_numbers(figure, reasons[key]) if key in reasons else figure
        for figure, key in zip(figures, keys, strict=True)
    ]


def _without_numbers(figure: Figure, reason: Withheld) -> Figure:
    return replace(
        figure,
        value=None,
        numerator=None,
        denominator=None,
        n=None,
        writers=None,
        ci_low=None,
        ci_high=None,
        interval_method=None,
        pending=None,
        corrected_for=(),
        uncorrected=None,
        reviews=None,
        withheld=reason,
    )


def _reasons(table: Mapping[Group, Figure]) -> dict[Group, Withheld]:
    """Which figures of one nyckeltal and period are withheld, and why."""
    # Empty groups are about nobody: they are shown, and hide nothing behind them.
    sizes = {group: _comments(figure) for group, figure in table.items() if _comments(figure)}
    reasons: dict[Group, Withheld] = {}
    for group, size in sizes.items():
        writers = table[group].writers
        if writers is None:  # the network's own figures of posts, about no one who wrote
            return {}
        if size < FEWEST_COMMENTS:
            reasons[group] = Withheld.TOO_FEW_COMMENTS
        elif writers < FEWEST_WRITERS:
            reasons[group] = Withheld.TOO_FEW_WRITERS
    lines = _lines(sizes)
    while partners := _partners(table, sizes, lines, reasons):
        smallest = min(partners, key=lambda group: (sizes[group], group.count(None), str(group)))
        reasons[smallest] = Withheld.SECONDARY
    return reasons


def _comments(figure: Figure) -> int:
    """The comments that a figure rests on or, while it has none, those that it waits for."""
    return figure.n or figure.pending or 0


def _lines(groups: Iterable[Group]) -> dict[_Line, set[Group]]:
    """The sums among groups: each total with its parts."""
    lines: defaultdict[_Line, set[Group]] = defaultdict(set)
    for group in groups:
        for line in _lines_of(group):
            lines[line].add(group)
    return {
        line: members
        for line, members in lines.items()
        if _total(line) in members and len(members) > 1
    }


def _lines_of(group: Group) -> tuple[_Line, _Line]:
    account, channel = group
    return ("accounts", channel), ("channels", account)


def _total(line: _Line) -> Group:
    parts, other = line
    return (None, other) if parts == "accounts" else (other, None)


def _partners(
    table: Mapping[Group, Figure],
    sizes: Mapping[Group, int],
    lines: Mapping[_Line, Set[Group]],
    reasons: Mapping[Group, Withheld],
) -> Set[Group]:
    """Shown groups of which one must be withheld too; empty when nothing is given away."""
    shown = sizes.keys() - reasons.keys()
    for line, members in lines.items():
        withheld = members & reasons.keys()
        if withheld and _total(line) in shown:
            together = sum(sizes[group] for group in withheld)
            # The same people may have written in all of them.
            writers = max(table[group].writers or 0 for group in withheld)
            if together < FEWEST_COMMENTS or writers < FEWEST_WRITERS:
                return members & shown
    computable = _computable(reasons, lines)
    if not computable:
        return set()
    beside = {group for line in _lines_of(computable[0]) for group in lines.get(line, ())}
    return beside & shown or shown


def _computable(withheld: Iterable[Group], lines: Container[_Line]) -> list[Group]:
    """Which withheld groups follow from the shown ones, whatever sums one combines.

    Every group stands in at most two lines, so draw each as an edge between them, or to the
    outside: the numbers of exactly those that lie on no cycle can be had.
    """
    edges: defaultdict[_Line | None, list[tuple[_Line | None, Group]]] = defaultdict(list)
    for group in withheld:
        one, other = (line if line in lines else None for line in _lines_of(group))
        edges[one].append((other, group))
        edges[other].append((one, group))
    depths: dict[_Line | None, int] = {}
    bridges = []

    def visit(line: _Line | None, came_by: Group | None) -> int:
        """Return the least depth that can be reached from here without going back.

        Never deep: accounts and channels alternate along a path, and channels are few.
        """
        least = depths[line] = len(depths)
        for neighbour, group in edges[line]:
            if group == came_by:
                continue
            if neighbour in depths:
                least = min(least, depths[neighbour])
                continue
            reached = visit(neighbour, group)
            least = min(least, reached)
            if reached > depths[line]:
                bridges.append(group)
        return least

    for line in tuple(edges):
        if line not in depths:
            visit(line, None)
    return bridges
