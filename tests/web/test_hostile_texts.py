"""Whatever people write is shown as they wrote it, and never does anything."""

import re

import pytest

from service import flow
from service.store.threads import load_thread
from tests.web.conftest import EVIL, HOSTILE

HARMLESS = {
    *("html", "head", "meta", "title", "link", "body", "header", "nav", "main", "footer", "aside"),
    *("section", "article", "div", "span", "p", "h1", "h2", "h3", "ul", "ol", "li", "dl", "dt"),
    *("dd", "a", "form", "label", "select", "optgroup", "option", "input", "button", "details"),
    *("summary", "table", "caption", "thead", "tbody", "tr", "th", "td", "svg", "rect", "line"),
    *("polyline", "polygon", "circle", "mark", "bdi", "time", "strong", "code", "pre"),
}
PATHS = ("/trad/3", "/ko?unsure=1", "/ko?unsure=1&page=2", "/tradar", "/", "/?account=%3Cscript%3E")


@pytest.mark.parametrize("path", PATHS)
def test_no_text_becomes_a_tag_or_an_attribute(client, see, path):
    page = see(client, path, status=422 if "script" in path else 200)
    assert {tag for tag, _ in page.tags} <= HARMLESS
    attributes = {name for _, attributes in page.tags for name in attributes}
    assert not {name for name in attributes if name.startswith("on") or name == "style"}
    for target in (*page.values("href"), *page.values("action")):
        assert target.startswith(("/", "#", "?", "https://example.com/")), target


def test_every_text_can_be_read_as_it_is_stored(client, see, settings):
    with flow.open_store(settings) as store:
        comments = load_thread(store, 3).thread.comments
    assert len(comments) == len(HOSTILE)
    shown = "".join("".join(see(client, "/trad/3").texts).split())
    without_marks = re.sub(r"\((?:fråga|klagomål|förslag|beröm|,)+\)", "", shown)
    for comment in comments:
        assert "".join(comment.text.split()) in without_marks, comment.text


def test_a_link_that_is_no_web_address_is_no_link(client, see):
    assert EVIL["post"]["permalink"] not in see(client, "/trad/3").values("href")


def test_signs_that_turn_text_around_are_written_out(client, see):
    page = see(client, "/tradar")
    assert "\u202e" not in page.text
    assert "⟨U+202E⟩" in page.text


def test_a_name_of_an_account_is_kept_to_itself(client):
    assert "<bdi>&lt;b onclick" in client.get("/tradar").text
