"""The command line's own words in Swedish: the help, and what is wrong with a command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

if TYPE_CHECKING:
    # Where the library keeps the types of what its public classes are given.
    from typer._click import Context, HelpFormatter

_WIDTH: Final = 30
"""Characters of the first column of a help text at the most; fits --timezone and its value."""


class Command(TyperCommand):
    """A command whose help is in Swedish."""

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the whole help."""
        _write_help(self, ctx, formatter)


class Group(TyperGroup):
    """The commands, with a help in Swedish."""

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the whole help."""
        _write_help(self, ctx, formatter)


def _write_help(command: Command | Group, context: Context, formatter: HelpFormatter) -> None:
    arguments, flags = [], []
    for parameter in command.get_params(context):
        if isinstance(parameter, TyperOption):
            names = ", ".join((*parameter.opts, *parameter.secondary_opts))
            value = f" {parameter.metavar}" if parameter.metavar else ""
            # The library adds --help by itself, with its own words.
            told = "Visar den här hjälpen." if parameter.name == "help" else parameter.help
            flags.append((names + value, told or ""))
        else:
            arguments.append((parameter.metavar or "", getattr(parameter, "help", None) or ""))
    commands = command.commands if isinstance(command, Group) else {}
    words = [name for name, _ in arguments] + (["KOMMANDO"] if commands else [])
    formatter.write_usage(context.command_path, " ".join((*words, "[FLAGGOR]")), prefix="Så här: ")
    formatter.write_paragraph()
    formatter.write_text(command.help or "")
    for heading, rows in (
        ("Anges", arguments),
        ("Flaggor", flags),
        ("Kommandon", [(name, each.help or "") for name, each in commands.items()]),
    ):
        if rows:
            with formatter.section(heading):
                formatter.write_dl(rows, col_max=_WIDTH)
    formatter.write_paragraph()
    formatter.write_text(command.epilog or "")


def explain(error: typer.TyperException) -> str:
    """What is wrong with a command, and where the help is."""
    context = getattr(error, "ctx", None)
    command = getattr(context, "command", None)
    match type(error).__name__:
        case "MissingParameter":
            told = f"{_name(error)} saknas."
        case "NoSuchOption":
            told = f"Flaggan {getattr(error, 'option_name', '?')} finns inte."
        case "BadOptionUsage":
            told = f"Flaggan {getattr(error, 'option_name', '?')} ska följas av ett värde."
        case "BadParameter":
            told = f"Värdet för {_name(error)} går inte att använda.{_among(error)}"
        case _ if isinstance(command, Group):
            told = f"Det kommandot finns inte. Välj bland {', '.join(command.commands)}."
        case _:
            told = (
                "Kommandot tar inte emot så många ord. "
                "Sätt citattecken om en sökväg som har mellanslag i sig."
            )
    path = getattr(context, "command_path", None) or "lyssnad"
    return f"{told} Skriv ”{path} --help” för hjälp."


def _name(error: typer.TyperException) -> str:
    """What the faulty parameter is called where it is typed."""
    parameter = getattr(error, "param", None)
    if isinstance(parameter, TyperOption):
        return max(parameter.opts, key=len)
    return getattr(parameter, "metavar", None) or "Ett värde"


def _among(error: typer.TyperException) -> str:
    """Which values the faulty parameter takes, where they can be counted up."""
    parameter = getattr(error, "param", None)
    choices = getattr(getattr(parameter, "type_descriptor", None), "choices", None)
    if choices:
        return f" Välj bland {', '.join(str(getattr(one, 'value', one)) for one in choices)}."
    if isinstance(parameter, TyperOption) and parameter.max is not None:
        return f" Välj ett tal från {parameter.min} till {parameter.max}."
    return ""
