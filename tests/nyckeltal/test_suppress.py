"""Små tal: vad som rör för få människor visas inte, och går inte heller att räkna fram."""

from collections import defaultdict
from dataclasses import fields, replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.nyckeltal.compute import compute
from service.nyckeltal.definition import Goal, Unit
from service.nyckeltal.figure import Figure, Withheld
from service.nyckeltal.suppress import suppress
from service.period import Granularity, parse_period, split
from tests.nyckeltal.rows import frames, worlds

OCTOBER = parse_period("2026-10")
SHOWN = None


def figure(account=None, channel=None, *, n, writers=3, pending=None, name="share_question"):
    return Figure(
        nyckeltal=name,
        goal=Goal.ASSURED,
        unit=Unit.SHARE,
        period=OCTOBER,
        account=account,
        channel=channel,
        value=0.5,
        numerator=n,
        denominator=n,
        n=n,
        writers=writers,
        ci_low=0.1,
        ci_high=0.9,
        interval_method=None,
        pending=pending,
        withheld=None,
        fingerprint="prov",
    )


def by_account(**sizes):
    """Konton med så många kommentarer, och deras summa."""
    return [
        figure(n=sum(sizes.values())),
        *(figure(account, n=n) for account, n in sizes.items()),
    ]


def reasons(figures):
    return {one.account: one.withheld for one in suppress(figures)}


def test_five_comments_by_three_people_are_shown():
    assert suppress([figure(n=5, writers=3)]) == [figure(n=5, writers=3)]


@pytest.mark.parametrize(
    ("n", "writers", "reason"),
    [
        (4, 4, Withheld.TOO_FEW_COMMENTS),
        (1, 1, Withheld.TOO_FEW_COMMENTS),
        (5, 2, Withheld.TOO_FEW_WRITERS),
        (100, 1, Withheld.TOO_FEW_WRITERS),
    ],
)
def test_fewer_are_withheld(n, writers, reason):
    (withheld,) = suppress([figure(n=n, writers=writers)])
    assert withheld.withheld is reason


def test_no_number_is_left_in_what_is_withheld():
    (withheld,) = suppress([figure(n=4, writers=4, pending=9)])
    kept = {field.name for field in fields(Figure) if getattr(withheld, field.name) is not None}
    assert kept - {"withheld", "corrected_for"} == {
        *("nyckeltal", "goal", "unit", "period", "fingerprint")
    }


def test_the_only_small_account_takes_the_next_smallest_with_it():
    assert reasons(by_account(Badet=3, Parkerna=40, Skolorna=9)) == {
        None: SHOWN,
        "Badet": Withheld.TOO_FEW_COMMENTS,
        "Skolorna": Withheld.SECONDARY,
        "Parkerna": SHOWN,
    }


def test_two_small_accounts_hide_each_other():
    assert reasons(by_account(Badet=3, Parkerna=40, Skolorna=4)) == {
        None: SHOWN,
        "Badet": Withheld.TOO_FEW_COMMENTS,
        "Skolorna": Withheld.TOO_FEW_COMMENTS,
        "Parkerna": SHOWN,
    }


def test_but_not_when_they_are_too_small_together():
    assert reasons(by_account(Badet=2, Parkerna=40, Skolorna=2)) == {
        None: SHOWN,
        "Badet": Withheld.TOO_FEW_COMMENTS,
        "Skolorna": Withheld.TOO_FEW_COMMENTS,
        "Parkerna": Withheld.SECONDARY,
    }


def test_nor_when_they_are_too_few_people_together():
    figures = [
        figure(n=60),
        figure("Badet", n=10, writers=1),
        figure("Skolorna", n=10, writers=1),
        figure("Parkerna", n=40),
    ]
    assert reasons(figures)["Parkerna"] is Withheld.SECONDARY


def test_an_account_that_is_all_there_is_takes_the_total_with_it():
    figures = [figure(n=12, writers=2), figure("Badet", n=12, writers=2)]
    assert reasons(figures) == dict.fromkeys((None, "Badet"), Withheld.TOO_FEW_WRITERS)


def test_an_account_without_comments_is_shown_and_hides_nothing():
    assert reasons(by_account(Badet=3, Parkerna=40, Skolorna=0)) == {
        None: SHOWN,
        "Badet": Withheld.TOO_FEW_COMMENTS,
        "Skolorna": SHOWN,
        "Parkerna": Withheld.SECONDARY,
    }


def test_comments_that_only_wait_are_about_people_too():
    (withheld,) = suppress([figure(n=0, writers=2, pending=2)])
    assert withheld.withheld is Withheld.TOO_FEW_COMMENTS


def test_what_the_network_counts_of_posts_is_not_about_those_who_write():
    reach = figure(n=1, writers=None, name="reach_mean")
    assert suppress([reach]) == [reach]


def test_one_nyckeltal_does_not_hide_another():
    figures = [figure(n=3), figure(n=30, name="share_praise")]
    assert [one.withheld for one in suppress(figures)] == [Withheld.TOO_FEW_COMMENTS, SHOWN]


def test_an_account_on_one_channel_is_its_own_total():
    """Badet finns bara på Facebook: dess summa säger vad cellen säger."""
    figures = suppress(
        lattice({("Badet", "facebook"): 3, ("Parkerna", "facebook"): 8, ("Parkerna", "x"): 90})
    )
    hidden = {(one.account, one.channel) for one in figures if one.withheld}
    assert {("Badet", "facebook"), ("Badet", None)} < hidden
    assert recoverable(figures) == []


def test_four_small_cells_in_a_ring_hide_each_other():
    ring = [(account, channel) for account in ("Badet", "Parkerna") for channel in ("x", "youtube")]
    cells = {**dict.fromkeys(ring, 4), ("Skolorna", "x"): 20}
    figures = suppress([replace(one, writers=4) for one in lattice(cells)])
    assert {(one.account, one.channel) for one in figures if one.withheld} == {*ring}


def test_where_channels_are_not_added_up_they_do_not_give_each_other_away():
    cells = {
        ("Badet", "facebook"): 3,
        ("Badet", "x"): 50,
        ("Parkerna", "facebook"): 4,
        ("Parkerna", "x"): 60,
        ("Skolorna", "facebook"): 20,
    }
    per_channel = [one for one in lattice(cells) if one.channel]
    figures = suppress([replace(one, writers=3) for one in per_channel])
    hidden = {(one.account, one.channel) for one in figures if one.withheld}
    assert hidden == {("Badet", "facebook"), ("Parkerna", "facebook")}


sizes = st.integers(0, 12) | st.just(0) | st.integers(1, 4)
tables = st.dictionaries(
    st.tuples(st.sampled_from("ABCDE"), st.sampled_from(("facebook", "instagram", "x", "tiktok"))),
    sizes,
    max_size=20,
)


@given(cells=tables, dimensions=st.sampled_from(("both", "account", "channel", "apart")))
@example(
    # C/instagram röjs fast allt runt det redan är dolt: det som saknas står längre bort.
    cells={
        ("A", "facebook"): 12,
        ("B", "instagram"): 7,
        ("C", "facebook"): 7,
        ("C", "instagram"): 4,
    },
    dimensions="both",
)
@settings(deadline=None, max_examples=300)
def test_no_withheld_figure_follows_from_those_shown(cells, dimensions):
    figures = lattice(cells)
    if dimensions == "account":
        figures = [one for one in figures if one.channel is None]
    if dimensions == "channel":
        figures = [one for one in figures if one.account is None]
    if dimensions == "apart":  # as where channels are never added up
        figures = [one for one in figures if one.channel is not None]
    published = suppress(figures)
    assert recoverable(published) == []
    for before, after in zip(figures, published, strict=True):
        assert after.withheld or before.n == 0 or (before.n >= 5 and before.writers >= 3)
        assert after == before or after.withheld


@given(rows=worlds(date(2026, 9, 28), date(2026, 10, 12)))
@settings(deadline=None, max_examples=20)
def test_nor_in_figures_that_were_counted(rows):
    figures = compute(
        *frames(*rows),
        periods=split(parse_period("2026-09-28/2026-10-11"), Granularity.WEEK),
        as_of=datetime(2026, 10, 15, tzinfo=UTC),
        fingerprint="prov",
        group_by=["account", "channel"],
    )
    tables = defaultdict(list)
    for one in suppress(figures):
        tables[one.nyckeltal, one.period].append(one)
    assert [recoverable(table) for table in tables.values()] == [[]] * len(tables)


def lattice(cells):
    """Konton gånger kanaler med alla summor; var tredje kommentar har en egen skribent."""
    accounts = sorted({account for account, _ in cells})
    channels = sorted({channel for _, channel in cells})
    groups = [
        (None, None),
        *((account, None) for account in accounts),
        *((None, channel) for channel in channels),
        *cells,
    ]
    figures = []
    for group in groups:
        n = sum(size for cell, size in cells.items() if belongs(cell, group))
        figures.append(figure(*group, n=n, writers=-(-n // 2)))
    return figures


def belongs(cell, group):
    return all(wanted in (None, had) for had, wanted in zip(cell, group, strict=True))


def recoverable(figures):
    """Withheld groups whose numbers follow from the shown ones by linear algebra alone.

    Every total is the sum of its parts. With the shown numbers known, an unknown is determined
    when no solution of the homogeneous equations moves it.
    """
    table = {(one.account, one.channel): one for one in figures}
    unknown = [
        group for group, one in table.items() if one.withheld not in (None, Withheld.NO_DATA)
    ]
    equations = []
    for total in table:
        for place in (0, 1):
            parts = [
                group
                for group in table
                if total[place] is None
                and group[place] is not None
                and group[1 - place] == total[1 - place]
            ]
            if parts:
                equations.append([(group in parts) - (group == total) for group in unknown])
    if not unknown or not equations:
        return []
    _, strengths, directions = np.linalg.svd(np.array(equations, dtype=float))
    free = directions[int((strengths > 1e-9).sum()) :]
    moved = np.abs(free).sum(axis=0) > 1e-9 if len(free) else np.zeros(len(unknown), dtype=bool)
    return [group for group, moves in zip(unknown, moved, strict=True) if not moves]


def test_the_check_of_these_tests_finds_what_is_given_away():
    careless = [figure(n=43), figure("Parkerna", n=40), *suppress([figure("Badet", n=3)])]
    assert recoverable(careless) == [("Badet", None)]
