"""What the README of the service says is generated from the code; LYSSNAD_WRITE_GOLDEN=1 renews."""

import os
import re
from pathlib import Path

import pytest
import typer.main

from service import cli
from service.settings import Settings
from service.sources import SOURCES
from service.sources.comment_table import HEADERS, REQUIRED

ROOT = Path(__file__).parents[2]
README = ROOT / "service" / "README.md"


def _formats():
    yield "| format | `--source` | tider utan zon |"
    yield "|---|---|---|"
    for source in SOURCES:
        yield f"| {source.title} | {source.name} | {source.default_zone or 'finns inte'} |"


def _table():
    yield "| kolumn | måste finnas | får heta |"
    yield "|---|---|---|"
    for key, names in HEADERS.items():
        yield f"| {names[0]} | {'ja' if key in REQUIRED else ''} | {', '.join(names[1:])} |"


def _settings():
    yield "| namn | vad | annars |"
    yield "|---|---|---|"
    for name, setting in Settings.model_fields.items():
        default = setting.default
        if isinstance(default, Path):
            default = default.relative_to(ROOT)
        shown = "" if default is None else f"`{default}`"
        yield f"| `LYSSNAD_{name.upper()}` | {setting.description} | {shown} |"


def _commands():
    group = typer.main.get_command(cli.app)
    yield "| kommando | vad | exempel |"
    yield "|---|---|---|"
    for name, command in group.commands.items():
        example = command.epilog.removeprefix("Exempel: ")
        yield f"| `lyssnad {name}` | {command.help.splitlines()[0]} | `{example}` |"


@pytest.mark.parametrize("part", ["formats", "table", "settings", "commands"])
def test_the_readme_says_what_the_code_does(part):
    makers = {
        "formats": _formats,
        "table": _table,
        "settings": _settings,
        "commands": _commands,
    }
    made = "\n".join(makers[part]())
    marked = re.compile(rf"(<!-- {part} -->\n)(.*?)(\n?<!-- /{part} -->)", re.DOTALL)
    text = README.read_text("utf-8")
    if os.environ.get("LYSSNAD_WRITE_GOLDEN") == "1":
        text = marked.sub(lambda found: f"{found[1]}{made}\n<!-- /{part} -->", text)
        README.write_text(text, "utf-8")
    found = marked.search(text)
    assert found is not None
    assert found[2] == made


@pytest.mark.parametrize(
    "name", ["import", "analyse", "report", "serve", "demo", "train", "evaluate", "bench", "corpus"]
)
def test_every_command_has_help_that_ends_with_an_example(name):
    command = typer.main.get_command(cli.app).commands[name]
    assert command.help
    assert command.epilog.startswith(f"Exempel: lyssnad {name}")


def test_the_readme_names_the_two_commands_that_the_makefile_has():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    told = re.findall(r"^make (\w+)$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert told == ["demo", "test"]
    for target in told:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_ci_calls_the_test_command_of_the_readme():
    assert "make test" in (ROOT / ".ci" / "run").read_text("utf-8")


@pytest.mark.parametrize(
    "path", [*ROOT.glob("*.md"), *ROOT.glob("*/*.md")], ids=lambda path: path.name
)
def test_every_link_between_documents_leads_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8")):
        if not target.startswith("http"):
            assert (path.parent / target).exists(), target
