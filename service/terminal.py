"""What a command writes to the terminal besides its answer: progress, errors, a fault of ours."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from service.settings import CHECKOUT

EXIT_FAULT: Final = 4
"""The program itself is at fault; Python's own 1 would read as "done, with remarks"."""
EXIT_INTERRUPTED: Final = 130

_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def plain(text: str) -> str:
    """A text from a file without the signs that a terminal takes as orders."""
    return _CONTROL.sub("\ufffd", text)


def counted(count: int, one: str, many: str) -> str:
    """A count with the right form of its word.

    >>> counted(1, "rad", "rader"), counted(0, "rad", "rader")
    ('1 rad', '0 rader')
    """
    return f"{count} {one if count == 1 else many}"


def console(*, wrap: bool = True) -> Console:
    """Standard output, where what stands in a name is never taken as layout."""
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=not wrap)


def print_error(message: str) -> None:
    """Write to standard error, in red where there are colours."""
    written = Console(stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False)
    written.print(plain(message), style="red")


def tell_of_fault(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """End the program after what nobody caught: an interruption, or a fault of ours.

    Takes the place of sys.excepthook. Tells where, never the message: that may hold a comment.
    """
    if issubclass(kind, KeyboardInterrupt):
        print_error("Avbrutet.")
        sys.exit(EXIT_INTERRUPTED)
    ours = [
        f"{Path(step.filename).relative_to(CHECKOUT)} rad {step.lineno}"
        for step in traceback.extract_tb(trace)
        if Path(step.filename).is_relative_to(CHECKOUT) and ".venv" not in step.filename
    ]
    place = ", ".join((kind.__name__, *ours[-1:]))
    print_error(
        f"Ett fel i programmet stoppade kommandot ({place}). Inget är sparat till hälften. "
        "Kör det igen; händer det på nytt, lämna den här raden till den som sköter lyssnad."
    )
    sys.exit(EXIT_FAULT)


@contextmanager
def bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on the terminal; nothing where standard error is no terminal."""
    with _progress(TextColumn(title), BarColumn(), MofNCompleteColumn()) as shown:
        task = shown.add_task(title, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


class Counter:
    """A running count of rows; a file does not tell its rows beforehand."""

    def __init__(self, shown: Progress, title: str) -> None:
        self._shown = shown
        self._task = shown.add_task(title, total=None, name="")

    def tell(self, path: Path, count: int) -> None:
        """Add rows of a file."""
        self._shown.update(self._task, advance=count, name=plain(path.name))

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the count away from the terminal while something else is written."""
        self._shown.stop()
        yield
        self._shown.start()


@contextmanager
def counter(title: str) -> Iterator[Counter]:
    """A running count on the terminal; nothing where standard error is no terminal."""
    columns = (SpinnerColumn(), TextColumn(title + " {task.fields[name]}"), MofNCompleteColumn())
    with _progress(*columns) as shown:
        yield Counter(shown, title)


def _progress(*columns: TextColumn | BarColumn | MofNCompleteColumn | SpinnerColumn) -> Progress:
    errors = Console(stderr=True, markup=False, emoji=False)
    return Progress(
        *columns,
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
        # Else what is written to a file meanwhile would end up on the terminal.
        redirect_stdout=False,
        redirect_stderr=False,
    )
