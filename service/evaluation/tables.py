"""The figures as tables. Single labels of the baselines stand in the JSON alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from nlp.vocabulary import Label
from service.evaluation.measuring import Tree
from service.evaluation.words import (
    FIGURES,
    HEADLINES,
    LABEL_WORDS,
    NAMES,
    OF_LABEL,
    OF_REPLIES,
    SEEN,
    SENTIMENT_WORDS,
    WITHOUT_A_PERSON,
)
from service.swedish import HARD_SPACE, format_number

NOT_MEASURED: Final = "inte mätt"

REFERENCES: Final = {"bert-base": "i buntar", "bert-base-alone": "en i taget"}
"""What the speed of the readers is compared with: one model, read in batches and one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table, in words."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    is_figures: bool = True
    """Whether all columns but the first hold figures, to be set flush right."""


def speeds(tree: Tree) -> Table:
    """What was timed: readers one by one, on the same texts."""
    readers: Mapping[str, Mapping[str, Any]] = tree["readers"]
    rows = []
    for name, speed in readers.items():
        rate = speed["comments_per_second"]
        references = (readers[each]["comments_per_second"] for each in REFERENCES)
        figures = (
            *(rate, speed["first_per_second"], speed["with_names_per_second"]),
            *(rate / other if rate and other else None for other in references),
            *(speed["one_comment_ms"], speed["peak_mb"], speed["cold_start_s"]),
        )
        shown = ("" if figure is None else format_number(figure, decimals=1) for figure in figures)
        rows.append([NAMES.get(name, name), *shown, speed["note"]])
    return Table(
        title="Hela vägen från rå text till belägg: "
        f"{format_number(tree['comments'])} kommentarer om "
        f"{format_number(tree['words'], decimals=1)} ord i medeltal, "
        f"{format_number(tree['cores'])} kärnor",
        headings=(
            "Läsare",
            "kommentarer/s",
            "första gången",
            "med namn maskade",
            *(f"gånger BERT base {how}" for how in REFERENCES.values()),
            "en kommentar, ms",
            "minne, MB",
            "kallstart, s",
            "",
        ),
        rows=rows,
    )


def scoring_speeds(tree: Tree) -> Table:
    """How fast pairs of a comment and a reply are scored."""
    return Table(
        title="Svar bedömda bredvid lästa kommentarer: "
        f"{format_number(tree['pairs'])} par, {format_number(tree['cores'])} kärnor",
        headings=("Läsare", "par/s", "minuter för 100 000 par"),
        rows=[
            (
                NAMES.get(name, name),
                format_number(speed["pairs_per_second"], decimals=1),
                format_number(speed["minutes_for_100000"], decimals=1),
            )
            for name, speed in tree["readers"].items()
        ],
    )


def tables(tree: Tree) -> Iterator[Table]:
    """All that is shown of what was measured, the bars last but for what is missing."""
    if "test" in tree["figures"]:
        yield from _of_test(tree)
    if "pairs" in tree["figures"]:
        told = tree["sets"]["pairs"]
        columns = {"right": f"alla, {_count(told['n'])}"}
        columns |= {name: f"{_name(name)}, {_count(n)}" for name, n in told["support"].items()}
        yield _by_reader("Svåra par: båda rätt", columns, tree, tree["figures"]["pairs"])
    if "replies" in tree["figures"]:
        yield _of_replies(tree)
    yield from _of_outside(tree)
    yield from _of_registers(tree)
    yield _bars(tree)
    left_out = [*tree["not_measured"].items(), *tree["skipped"].items()]
    left_out += [("underlag att lära av", told) for told in tree.get("remarks", ())]
    if left_out:
        rows = [(_name(name), why) for name, why in left_out]
        yield Table(title="Inte mätt", headings=("", "skäl"), rows=rows, is_figures=False)


def _of_test(tree: Tree) -> Iterator[Table]:
    told, found = tree["sets"]["test"], tree["figures"]["test"]
    columns = {name: FIGURES[name] for name in HEADLINES}
    size = f"{_count(told['n'])} kommentarer i {_count(told['groups'])} trådar"
    yield _by_reader(f"Korpusens testdel: {size}", columns, tree, found)
    if "test" in tree["differences"]:
        title = f"Korpusens testdel: skillnad mot {tree['reference']}"
        yield _by_reader(title, columns, tree, tree["differences"]["test"], signed=True)
    for reader in tree["readers"]:
        if reader["kept"]:
            ours = found[reader["name"]]
            title = f"Etikett för etikett: {reader['name']}"
            yield _label_by_label(title, OF_LABEL, told, ours)
            title = f"Vad som avgörs utan person: {reader['name']}"
            yield _label_by_label(title, WITHOUT_A_PERSON, told, ours)
    legal = {f"{Label.LEGAL_REVIEW}.{name}": title for name, title in SEEN.items()}
    yield _by_reader(f"Etiketten {LABEL_WORDS[Label.LEGAL_REVIEW]}", legal, tree, found)


def _of_replies(tree: Tree) -> Table:
    """A row a figure: there are many of them, and few readers."""
    found, told = tree["figures"]["replies"], tree["sets"]["replies"]["support"]
    readers = [name for name in found if any(figure in found[name] for figure in OF_REPLIES)]
    rows = [
        (FIGURES[figure], *(_figure(found[name].get(figure)) for name in readers))
        for figure in OF_REPLIES
        if any(figure in found[name] for name in readers)
    ]
    sizes = (
        ("replies", "svar"),
        ("follow_ups", "besvarade"),
        ("open", "med en obesvarad fråga"),
        ("discussions", "samtal"),
        ("questions", "frågor att välja svar på"),
    )
    size = ", ".join(f"{_count(told[name])} {word}" for name, word in sizes if told.get(name))
    return Table(
        title=f"Svar och samtal i korpusens testdel: {size}",
        headings=("mått", *map(_name, readers)),
        rows=rows,
    )


def _label_by_label(title: str, columns: Mapping[str, str], told: Tree, found: Tree) -> Table:
    names = {label.value: word for label, word in LABEL_WORDS.items()}
    names |= {f"sentiment.{each}": f"sentiment, {word}" for each, word in SENTIMENT_WORDS.items()}
    names["sentiment"] = "sentiment, som helhet"
    rows = [
        (
            shown,
            _count(told["support"].get(name, told["n"])),
            *(_figure(found.get(f"{name}.{kind}")) for kind in columns),
        )
        for name, shown in names.items()
    ]
    headings = ("etikett", "antal", *columns.values())
    return Table(title=title, headings=headings, rows=rows)


def _of_outside(tree: Tree) -> Iterator[Table]:
    """Attitude, and F1 of each label that a set knows; each with the difference."""
    sets = [name for name in tree["figures"] if name not in ("test", "pairs", "replies")]
    for figure, title in FIGURES.items():
        found = _by_set({name: tree["figures"][name] for name in sets}, figure)
        columns = {
            name: f"{name}, {_size(tree['sets'][name])}"
            for name in sets
            if any(name in ours for ours in found.values())
        }
        if not columns or figure not in ("sentiment_macro_f1", *_F1_OF_LABELS):
            continue
        yield _by_reader(f"Verkliga texter: {title}", columns, tree, found)
        if reference := tree["reference"]:
            apart = _by_set(tree["differences"], figure)
            title = f"Verkliga texter: {title}, skillnad mot {reference}"
            yield _by_reader(title, columns, tree, apart, signed=True)


_F1_OF_LABELS: Final = tuple(f"{label}.f1" for label in LABEL_WORDS)


def _by_set(source: Tree, figure: str) -> dict[str, dict[str, Any]]:
    """One figure by reader and set, of what is by set, reader and figure."""
    turned: dict[str, dict[str, Any]] = {}
    for name, of_set in source.items():
        for reader, found in of_set.items():
            if figure in found:
                turned.setdefault(reader, {})[name] = found[figure]
    return turned


def _of_registers(tree: Tree) -> Iterator[Table]:
    registers = tree["registers"]
    for figure in ("functions_macro_f1", "sentiment_macro_f1"):
        found = _by_set({name: each["figures"] for name, each in registers.items()}, figure)
        readers = [(reader, shown) for reader, shown in _readers(tree) if reader in found]
        rows = [
            (
                _name(name),
                _count(each["n"]) + ("*" if each["few"] else ""),
                *(_figure(found[reader].get(name)) for reader, _ in readers),
            )
            for name, each in registers.items()
        ]
        if readers:
            yield Table(
                title=f"Efter skrivsätt: {FIGURES[figure]}. * = få texter, ett osäkert tal",
                headings=("skrivsätt", "antal", *(shown for _, shown in readers)),
                rows=rows,
            )


def _bars(tree: Tree) -> Table:
    kept = [reader["name"] for reader in tree["readers"] if reader["kept"]]
    rows = []
    for bar in tree["bars"]:
        what = f"{_name(bar['set'])}: {FIGURES[bar['figure']]}"
        if bar["above"]:
            what += f", över {_name(bar['above'])}"
        sign = "högst" if bar["at_most"] else "minst" if bar["limit"] else "mer än"
        limit = f"{sign} {format_number(bar['limit'], decimals=2)}"
        if bar["precision"]:
            limit += f" vid precision {format_number(bar['precision'], decimals=2)}"
        cells = [_verdict(bar["readers"].get(name), signed=bool(bar["above"])) for name in kept]
        rows.append((what, limit, *cells))
    return Table(title="Krav", headings=("krav", "gräns", *kept), rows=rows)


def _verdict(told: Mapping[str, Any] | None, *, signed: bool) -> str:
    """Nothing of a reader that the bar would compare with itself."""
    if told is None:
        return "–"
    if told["met"] is None:
        return NOT_MEASURED
    figure = _figure(told, signed=signed)
    if "precision" in told:
        figure += f" vid precision {_figure(told['precision'])}"
    return f"{'ja' if told['met'] else 'nej'}: {figure}"


def _by_reader(
    title: str,
    columns: Mapping[str, str],
    tree: Tree,
    found: Mapping[str, Mapping[str, Any]],
    *,
    signed: bool = False,
) -> Table:
    """A row for each reader with any of the figures, and for each that could not be measured.

    Args:
        title: What the table shows.
        columns: What each is called, by its key in `found`.
        tree: The whole, for the order of the readers.
        found: The figures, by reader and column.
        signed: Whether they are differences; then only of readers that were measured.
    """
    rows = []
    for reader, shown in _readers(tree):
        ours = found.get(reader, {})
        if any(column in ours for column in columns):
            rows.append((shown, *(_figure(ours.get(name), signed=signed) for name in columns)))
        elif reader in tree["not_measured"] and not signed:
            rows.append((shown, *(NOT_MEASURED for _ in columns)))
    return Table(title=title, headings=("läsare", *columns.values()), rows=rows)


def _readers(tree: Tree) -> list[tuple[str, str]]:
    """All that were asked for, by name, with what they are called."""
    measured = [reader["name"] for reader in tree["readers"]]
    return [(name, _name(name)) for name in (*measured, *tree["not_measured"])]


def _name(name: str) -> str:
    return NAMES.get(name, name)


def _count(count: int) -> str:
    return format_number(count, decimals=0)


def _size(told: Tree) -> str:
    size = _count(told["n"])
    return size if told["n"] == told["available"] else f"{size} av {_count(told['available'])}"


def _figure(told: Mapping[str, Any] | None, *, signed: bool = False) -> str:
    """A figure with its interval; a dash where it is undefined."""
    if told is None or told["value"] is None:
        return "–"
    low, high = (_number(told[end], decimals=2, signed=signed) for end in ("low", "high"))
    between = f"{HARD_SPACE}till{HARD_SPACE}" if signed else "–"
    return f"{_number(told['value'], decimals=3, signed=signed)} ({low}{between}{high})"


def _number(value: float, *, decimals: int, signed: bool) -> str:
    written = format_number(value, decimals=decimals)
    return f"+{written}" if signed and round(value, decimals) > 0 else written
