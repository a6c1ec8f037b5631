"""The command line: parse, call flow, print in Swedish. Nothing else happens here."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Final, NoReturn

import typer
import typer.main

from service import terminal, usage
from service.cli import figures, measuring, reading, sampling, serving, taking_in, training
from service.errors import UserError, reason

app = typer.Typer(
    name="lyssnad",
    help="Läser kommentarsfält och visar hur väl människor blir lyssnade till.",
    cls=usage.Group,
    no_args_is_help=False,
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def show_help(context: typer.Context) -> None:
    """Läser kommentarsfält och visar hur väl människor blir lyssnade till."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


_COMMANDS: Final = (
    ("import", taking_in.import_command, "inlagg.csv kommentarer.json"),
    ("analyse", reading.analyse, "tradar.jsonl --out svar.jsonl"),
    ("report", figures.report, "2026-10 --by account"),
    ("sample", sampling.sample, "complaint 2026-10 --size 50"),
    ("serve", serving.serve, "--port 8080"),
    ("demo", serving.demo, "--no-serve"),
    ("train", training.train, "--version 2"),
    ("evaluate", measuring.evaluate, "--json matt.json"),
    ("bench", measuring.bench, "read"),
    ("corpus", measuring.corpus, "check"),
)
"""In the order of the help: the name, what it does, and an example of what may follow."""

for name, command, words in _COMMANDS:
    app.command(name, cls=usage.Command, epilog=f"Exempel: lyssnad {name} {words}")(command)


def main() -> NoReturn:
    """Run a command; what stops it becomes one message and its exit code."""
    sys.excepthook = terminal.tell_of_fault
    try:
        # Not app(): that puts the library's own hook in place of ours.
        code = typer.main.get_command(app)(prog_name="lyssnad", standalone_mode=False)
        sys.stdout.flush()  # else a full disk is met when nobody can tell of it any more
    except UserError as error:
        terminal.print_error(f"{error.title}.\n{error}")
        sys.exit(error.exit_code)
    except typer.TyperException as error:
        terminal.print_error(usage.explain(error))
        sys.exit(UserError.exit_code)
    except OSError as error:
        where = error.filename or "Det som kommandot svarar"
        terminal.print_error(
            f"{where} går inte att läsa eller skriva: {reason(error)}. Inget är sparat till "
            "hälften. Rätta det och kör kommandot igen."
        )
        if error.filename is None:
            with suppress(OSError):
                sys.stdout.close()  # else Python tries once more, and complains in English
        sys.exit(UserError.exit_code)
    if code == terminal.EXIT_INTERRUPTED:
        terminal.print_error("Avbrutet.")
    sys.exit(code if isinstance(code, int) else 0)
