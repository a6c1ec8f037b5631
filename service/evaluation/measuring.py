"""Has the readers measured, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from service.errors import UserError
from service.settings import CHECKOUT

Tree = Mapping[str, Any]
"""What nlp.training.evaluation writes; its tree.py says what the keys are."""

_MANIFEST: Final = CHECKOUT / "data" / "outside-sets.toml"


class NotMeasured(UserError):
    """The measuring ended early; what stopped it is told already."""

    def __init__(self, code: int) -> None:
        super().__init__(f"mätningen slutade med {code}")
        self.code = code


def measure(
    models_dir: Path,
    corpus: Path,
    *,
    readers: Sequence[str],
    sets: Sequence[str],
    encoder: Path | None,
    all_texts: bool,
    cores: int,
) -> Tree:
    """Measure in a process of its own: nothing of what training needs is loaded by the service.

    Raises:
        NotMeasured: It could not be done; the process has said why.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "figures.json"
        done = subprocess.run(  # noqa: S603  our own interpreter and module
            [
                *(sys.executable, "-m", "nlp.training.evaluation", "--out", str(out)),
                *("--models-dir", str(models_dir), "--corpus", str(corpus)),
                *("--manifest", str(_MANIFEST), "--cores", str(cores)),
                *(word for name in readers for word in ("--reader", name)),
                *(word for name in sets for word in ("--set", name)),
                *(() if encoder is None else ("--encoder", str(encoder))),
                *(("--all-texts",) if all_texts else ()),
            ],
            check=False,
            start_new_session=True,  # Ctrl+C is ours to answer; it ends with us
        )
        if done.returncode:
            raise NotMeasured(done.returncode)
        tree: Tree = json.loads(out.read_text(encoding="utf-8"))
        return tree


def bench(models_dir: Path, corpus: Path, *, cores: int, task: str = "read") -> Tree:
    """Time the readers in a process of its own, as `measure` measures them.

    Raises:
        NotMeasured: It could not be done; the process has said why.
    """
    done = subprocess.run(  # noqa: S603  our own interpreter and module
        [
            *(sys.executable, "-m", "nlp.training.bench", "--task", task),
            *("--models-dir", str(models_dir), "--corpus", str(corpus), "--cores", str(cores)),
        ],
        check=False,
        start_new_session=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise NotMeasured(done.returncode)
    tree: Tree = json.loads(done.stdout)
    return tree
