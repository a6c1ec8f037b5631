"""The shape of the house: what lies where, what things are called, what may not be said."""

import ast
import importlib.metadata
import re
import subprocess
from pathlib import Path

import pytest

import nlp
import service

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*ROOT.glob("nlp/**/*.py"), *ROOT.glob("service/**/*.py")])
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "core", "base", "manager", "handlers"}
VISIBLE = {
    *("nlp", "service", "models", "data", "tests"),
    *("pyproject.toml", "README.md", "Makefile", "LICENSE"),
}


def test_the_top_level_holds_these_and_nothing_else():
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if tracked.returncode or not tracked.stdout:
        pytest.skip("not a git checkout")
    top = {Path(line).parts[0] for line in tracked.stdout.splitlines()}
    assert {name for name in top if not name.startswith(".")} <= VISIBLE


def test_the_packages_are_ours():
    for package in (nlp, service):
        assert Path(package.__file__).is_relative_to(ROOT)
    owners = importlib.metadata.packages_distributions()
    assert set(owners.get("nlp", ["lyssnad"])) == {"lyssnad"}
    assert set(owners.get("service", ["lyssnad"])) == {"lyssnad"}


@pytest.mark.parametrize("folder", ["models", "data"])
def test_things_hold_no_code(folder):
    assert list((ROOT / folder).rglob("*.py")) == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_named_after_things(path):
    assert path.stem not in FORBIDDEN_NAMES


def _identifiers(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_name_nlp_means_our_package(path):
    assert "nlp" not in set(_identifiers(ast.parse(path.read_text("utf-8"))))


PURE = [
    path
    for path in ROOT.glob("nlp/**/*.py")
    if "training" not in path.parts and path.name != "artefacts.py"
]


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_inside_knows_no_files_clock_chance_or_environment(path):
    text = path.read_text("utf-8")
    for word in (r"\bopen\(", r"datetime\.now", r"\bimport random\b", r"os\.environ", r"\bprint\("):
        assert not re.search(word, text), word


SHOWN = [*SOURCES, *ROOT.glob("*.md"), *ROOT.glob(".ci/run"), ROOT / "Makefile"]


def test_the_project_speaks_of_itself_alone():
    place = re.compile("/wo" + "rk/|/ro" + r"ot/|sub" + "agent", re.IGNORECASE)
    spoken = [path for path in SHOWN if path.exists() and place.search(path.read_text("utf-8"))]
    assert spoken == []


def test_the_lock_names_no_registry():
    for lock in ROOT.glob(".ci/*.lock"):
        assert not re.search(
            r"https?://|--(extra-)?index-url|--find-links", lock.read_text("utf-8")
        )


def test_the_running_service_has_no_torch():
    locked = (ROOT / ".ci/requirements.lock").read_text("utf-8")
    assert not re.search(r"^(torch|tensorflow|transformers)\b", locked, re.MULTILINE)


def test_what_is_locked_for_running_is_the_same_for_testing():
    def pins(name):
        text = (ROOT / ".ci" / name).read_text("utf-8")
        return set(re.findall(r"^([\w.-]+==\S+)", text, re.MULTILINE))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")
