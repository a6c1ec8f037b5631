"""The command line speaks Swedish: the help, and what is wrong with a command."""

import re
import subprocess
import sys

import pytest
import typer.main

from service import cli
from service.settings import CHECKOUT

COMMANDS = sorted(typer.main.get_command(cli.app).commands)
ENGLISH = re.compile(
    r"usage|options?\b|arguments?\b|\bcommands?\b|show|message|\bexit|default|required|error|try|"
    r"no such|invalid|value|missing|<|\[must",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import",), "FIL saknas"),
        (
            ("spela",),
            "Välj bland import, analyse, report, sample, serve, demo, train, evaluate, bench, "
            "corpus.",
        ),
        (("serve", "nu", "genast"), "tar inte emot så många ord"),
        (("report", "--by", "planet"), "Värdet för --by går inte att använda. Välj bland account"),
        (("analyse", "--reader", "kula"), "Värdet för --reader går inte att använda. Välj bland"),
        (("import", "--bogus"), "Flaggan --bogus finns inte"),
        (("import", "-x"), "Flaggan -x finns inte"),
        (("serve", "--port"), "Flaggan --port ska följas av ett värde"),
        (("serve", "--port", "hej"), "--port går inte att använda. Välj ett tal från 1 till 65535"),
        (("serve", "--port", "0"), "--port går inte att använda. Välj ett tal från 1 till 65535"),
        (("demo", "--port", "65536"), "--port går inte att använda. Välj ett tal"),
        (("train",), "--version saknas"),
    ],
)
def test_a_faulty_command_is_explained(lyssnad, words, said):
    outcome = lyssnad(*words)
    assert outcome.code == 2
    assert said in outcome.err
    assert "lyssnad" in outcome.err
    assert "--help” för hjälp" in outcome.err
    assert not ENGLISH.search(outcome.err)


@pytest.mark.parametrize("words", [(), ("--help",), *((name, "--help") for name in COMMANDS)])
def test_help_is_given_in_swedish(lyssnad, words):
    outcome = lyssnad(*words)
    assert outcome.code == 0
    assert outcome.out.startswith(f"Så här: lyssnad {'' if len(words) < 2 else words[0]}")
    assert "--help" in outcome.out
    assert "Visar den här hjälpen." in outcome.out
    assert not ENGLISH.search(outcome.out)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_names_every_flag_and_what_it_takes(lyssnad, name):
    told = lyssnad(name, "--help").out
    for parameter in typer.main.get_command(cli.app).commands[name].params:
        assert parameter.help
        for flag in (*parameter.opts, *parameter.secondary_opts):
            shown = parameter.metavar if not flag.startswith("-") else flag
            assert shown in told
        assert getattr(parameter, "is_flag", False) or parameter.metavar in told


def test_no_name_that_is_to_be_typed_is_broken_over_two_lines(lyssnad, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    words = re.split(r"[\s,]+", lyssnad("import", "--help").out)
    assert {"business-suite", "graph-comments", "facebook-download"} <= set(words)


def test_the_help_waits_for_nothing_that_only_a_command_needs():
    heavy = {"numpy", "pandas", "spacy", "onnxruntime"}
    program = (
        "import atexit, sys; from service import start\n"
        f"atexit.register(lambda: print('loaded:', *{heavy} & sys.modules.keys()))\n"
        "sys.argv[1:] = ['--help']; start.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0
    assert done.stdout.startswith("Så här: lyssnad")
    assert done.stdout.endswith("\nloaded:\n")
