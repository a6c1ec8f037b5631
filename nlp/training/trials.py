"""Tries recipes on the development part, each with several seeds, and says how far apart they are.

A row is added to a plain file when a run is finished, so what was stopped goes on where it was.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any, Final

from nlp import artefacts
from nlp.training.encoder import load as load_encoder
from nlp.training.reader import begin, clear, gather, read_dev, teach
from nlp.training.refused import Refused
from nlp.training.transformer import Recipe

FIGURES: Final = ("functions", "sentiment")

Row = Mapping[str, Any]


def try_recipes(
    models_dir: Path,
    corpus_dir: Path,
    encoder_dir: Path,
    out: Path,
    *,
    recipes: Mapping[str, Recipe],
    seeds: Sequence[int],
    progress: Callable[[str], None],
) -> list[Row]:
    """Train every recipe with every seed that has no row yet, and return all rows.

    Args:
        models_dir: The folder with what finds names.
        corpus_dir: The labelled corpus, with outside/ and outside-labels/ beside it.
        encoder_dir: A Hugging Face folder with the encoder to start from.
        out: JSON lines, one a finished run; made if it is not there.
        recipes: By name.
        seeds: Chance of each run.
        progress: Told in Swedish what is being done.

    Raises:
        ArtefactError: The corpus or the encoder cannot be used, or the file is damaged.
        OSError: The file cannot be written.
    """
    rows = read_rows(out)
    names = artefacts.load_names(models_dir)
    for name, plain in recipes.items():
        for seed in seeds:
            recipe = replace(plain, seed=seed)
            taught = gather(corpus_dir, recipe, names=names, progress=progress)
            encoder = load_encoder(encoder_dir)
            told = {
                "name": name,
                "recipe": json.loads(json.dumps(asdict(recipe))),
                "encoder": dict(encoder.files),
                "examples": dict(taught.counts),
                "corpus_sha256": taught.described["corpus_sha256"],
                "measured_on": len(taught.dev),
            }
            if any(told.items() <= row.items() for row in rows):
                continue
            teacher = begin(encoder, recipe)
            work = out.parent / f".training-{out.stem}-{name}-{seed}"
            step = f"{name}, frö {seed}"
            teach(
                teacher,
                taught,
                work,
                encoder=encoder,
                progress=lambda said, step=step: progress(f"{step}: {said}"),  # type: ignore[misc]  # bound now
            )
            rows.append({**told, "dev": read_dev(teacher, taught.dev)})
            lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            artefacts.save_text(out, lines)
            clear(work)
    return rows


def read_rows(path: Path) -> list[Row]:
    """The finished runs; none if there is no such file.

    Raises:
        ArtefactError: It is damaged; says which line.
    """
    rows: list[Row] = []
    for number, line in enumerate(artefacts.read_lines(path) if path.exists() else (), start=1):
        if line:
            try:
                row = json.loads(line)
                rows.append({**row, "dev": {name: float(row["dev"][name]) for name in FIGURES}})
            except (ValueError, KeyError, TypeError) as error:
                raise Refused(f"{path} rad {number} är ingen rad om en körning") from error
    return rows


def table(rows: Iterable[Row]) -> str:
    """Mean and standard deviation over the seeds of each recipe, as a Markdown table.

    Runs on other comments, or with another encoder, are rows of their own.
    """
    alike: dict[str, list[Row]] = {}
    for row in rows:
        same = {name: told for name, told in row.items() if name != "dev"}
        same["recipe"] = {name: told for name, told in row["recipe"].items() if name != "seed"}
        alike.setdefault(json.dumps(same, sort_keys=True), []).append(row)
    lines = [
        "| recept | ändrat | lär av | mätt på | frön | funktioner | sentiment |",
        "|---|---|---|---|---|---|---|",
    ]
    for ours in alike.values():
        first = ours[0]
        counts = first["examples"]
        taught = counts["corpus"] + counts["outside"] + sum(counts["partly"].values())
        shown = (_spread([row["dev"][name] for row in ours]) for name in FIGURES)
        lines.append(
            f"| {first['name']} | {_changed(first['recipe'])} | {taught} | "
            f"{first['measured_on']} | {len(ours)} | {' | '.join(shown)} |"
        )
    return "\n".join(lines) + "\n"


def parse_recipe(text: str) -> tuple[str, Recipe]:
    """A name and what is changed in the usual recipe: "tolv:layers=12,partly=dkhate+surge".

    Raises:
        ValueError: It names something that a recipe has not, or a value of another kind.
    """
    name, _, changes = text.partition(":")
    usual = {field.name: field.default for field in fields(Recipe)}
    changed: dict[str, Any] = {}
    for change in filter(None, changes.split(",")):
        key, _, value = change.partition("=")
        if key not in usual:
            raise ValueError(f"{key} finns inte i ett recept; där finns {', '.join(usual)}")
        was = usual[key]
        if isinstance(was, bool):
            changed[key] = {"ja": True, "nej": False}[value]
        elif isinstance(was, tuple):
            changed[key] = tuple(value.split("+"))
        else:
            changed[key] = int(value) if isinstance(was, int) else float(value)
    return name, Recipe(**changed)


def _changed(recipe: Mapping[str, Any]) -> str:
    usual = json.loads(json.dumps(asdict(Recipe())))
    told = [
        f"{name}={value}"
        for name, value in recipe.items()
        if name != "seed" and value != usual.get(name)
    ]
    return ", ".join(told) or "inget"


def _spread(values: Sequence[float]) -> str:
    mean = statistics.mean(values)
    told = f"{mean:.3f}" if len(values) < 2 else f"{mean:.3f} ± {statistics.stdev(values):.3f}"
    return told.replace(".", ",")
