"""Templates use exactly what the views promise them."""

import dataclasses
import re

import pytest
from jinja2 import meta

from nlp.vocabulary import Label, WellAnswered
from service.web import views
from service.web.rendering import ENVIRONMENT, TEMPLATES
from service.web.thread import DEEPEST

PAGES = {
    view.__doc__.partition(":")[0]: view
    for view in vars(views).values()
    if dataclasses.is_dataclass(view) and view.__name__.endswith("Page")
}


def sources():
    return {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES.iterdir()}


def test_every_page_has_a_template_and_every_template_a_page():
    assert set(PAGES) == {name for name in sources() if name not in ("base.html", "_parts.html")}


@pytest.mark.parametrize("template", PAGES)
def test_a_template_uses_all_fields_of_its_view_and_nothing_else(template):
    base = ENVIRONMENT.parse(sources()["base.html"])
    used = meta.find_undeclared_variables(ENVIRONMENT.parse(sources()[template]))
    used |= meta.find_undeclared_variables(base)
    assert used - {"parts"} == {field.name for field in dataclasses.fields(PAGES[template])}


def test_nothing_is_ever_marked_as_safe():
    for name, source in sources().items():
        assert not re.search(r"\|\s*safe\b|autoescape|Markup", source), name
        assert " style=" not in source, name
        assert "<script" not in source, name


def test_every_class_has_a_style_and_every_style_a_use():
    sheet = (TEMPLATES.parent / "static" / "lyssnad.css").read_text(encoding="utf-8")
    rules = re.sub(r"/\*.*?\*/|\{[^{}]*\}", " ", sheet, flags=re.DOTALL)
    styled = set(re.findall(r"\.([a-z][\w-]*)", rules))
    used = set()
    for source in sources().values():
        for value in re.findall(r'class="([^"]*)"', source):
            words = re.sub(r"\{\{.*?\}\}", " ", value).split()
            used |= set(words) | set(re.findall(r"'\s?([a-z][\w-]*)'", value))
    made = {"pill-": Label, "verdict-": WellAnswered, "depth-": range(DEEPEST + 1)}
    made["met-"] = range(3)
    possible = {f"{start}{end}" for start, ends in made.items() for end in ends}
    assert styled - used - possible == set()
    assert used - styled - set(made) == set()
