"""Swedish for what the command-line library says in English: headings and faulty commands."""

from __future__ import annotations

from typing import Final

import typer
from typer import rich_utils

USAGE_ERROR: Final[type[BaseException]] = typer.BadParameter.__bases__[0]
"""What the library raises for a command that cannot be followed; it has no public name."""

_HEADINGS: Final = {
    "ARGUMENTS_PANEL_TITLE": "Anges",
    "OPTIONS_PANEL_TITLE": "Flaggor",
    "COMMANDS_PANEL_TITLE": "Kommandon",
    "REQUIRED_LONG_STRING": "[måste anges]",
    "DEFAULT_STRING": "[annars: {}]",
    "ABORTED_TEXT": "Avbrutet.",
}


def speak_swedish() -> None:
    """Replace the library's headings by ours."""
    for name, words in _HEADINGS.items():
        setattr(rich_utils, name, words)


def explain(error: BaseException) -> str:
    """What is wrong with a command, and where the help is."""
    context = getattr(error, "ctx", None)
    command = getattr(context, "command_path", None) or "lyssnad"
    parameter = getattr(error, "param", None)
    name = getattr(parameter, "opts", None) or ["?"]
    shown = max(name, key=len) if name[0].startswith("-") else getattr(parameter, "metavar", None)
    match type(error).__name__:
        case "MissingParameter":
            told = f"{shown or name[0]} saknas."
        case "NoSuchOption":
            told = f"Flaggan {getattr(error, 'option_name', '?')} finns inte."
        case "BadOptionUsage":
            told = f"Flaggan {getattr(error, 'option_name', '?')} ska följas av ett värde."
        case "BadParameter":
            kinds = getattr(getattr(parameter, "type", None), "choices", None)
            among = f" Välj bland {', '.join(map(_word, kinds))}." if kinds else ""
            told = f"Värdet för {shown or name[0]} går inte att använda.{among}"
        case _:
            told = "Kommandot eller något av dess ord finns inte."
    return f"{told} Skriv ”{command} --help” för hjälp."


def _word(choice: object) -> str:
    return str(getattr(choice, "value", choice))
