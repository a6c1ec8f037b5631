"""Ends a command as the process that it started ended."""

from __future__ import annotations

from typing import NoReturn

import typer

from service import terminal
from service.errors import EXIT_NOT_BETTER, UserError


def leave(code: int, fault: str) -> NoReturn:
    """End as a process of ours ended: what a user can mend, it has told itself."""
    if code not in (0, UserError.exit_code, EXIT_NOT_BETTER):
        terminal.print_error(fault)
        code = terminal.EXIT_FAULT
    raise typer.Exit(code)
