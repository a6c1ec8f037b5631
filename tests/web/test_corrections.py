"""People's word on what was judged, from the pages and from programs."""

import pytest

from tests.web.conftest import BATHS, HERE, HOSTILE


@pytest.fixture
def opened(installation, browse):
    return browse(installation(BATHS))


def _links(page):
    return [href for href in page.values("href") if "/ratta/" in href]


def _reply(opened, see):
    page = see(opened, "/trad/1")
    return next(href for href in _links(page) if "/reply/" in href)


def _send(opened, href, **fields):
    *_, post_id, _, subject, number = href.split("/")
    said = {name: value for name, value in fields.items() if name not in ("reviewer", "reason")}
    told = {f"said.{name}": value for name, value in said.items()}
    for name in ("reviewer", "reason"):
        told[name] = fields.get(name, "Kim")
    return opened.post(
        f"/trad/{post_id}/ratta",
        data={"subject": subject, "id": number, **told},
        headers={"accept": "text/html", "origin": HERE},
        follow_redirects=False,
    )


def test_everything_that_is_judged_leads_to_a_form_with_nothing_chosen(opened, see):
    links = _links(see(opened, "/trad/1"))
    assert {href.split("/")[-2] for href in links} == {"reply", "answer", "discussion"}
    for href in links:
        form = see(opened, href)
        chosen = [given["value"] for tag, given in form.tags if "selected" in given]
        assert chosen
        assert set(chosen) == {""}


def test_a_correction_is_shown_with_the_machines_value_beside_it(opened, see):
    href = _reply(opened, see)
    before = see(opened, "/trad/1").text
    assert "Rättad av en människa" not in before
    answer = _send(opened, href, tone="0", answers="", reason="Läste om")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/trad/1?comment=")
    after = see(opened, "/trad/1").text
    assert "Rättad av en människa" in after
    assert "(maskinen: " in after
    form = see(opened, href).text
    assert "Bemötande: 0" in form
    assert "Kim" in form
    assert "Läste om" in form


def test_what_is_taken_back_leaves_the_page_as_it_was(opened, see):
    href = _reply(opened, see)
    before = see(opened, "/trad/1").text
    _send(opened, href, tone="0")
    assert see(opened, "/trad/1").text != before
    _send(opened, href, tone="-")
    assert see(opened, "/trad/1").text == before


@pytest.mark.parametrize("kind", ["answer", "discussion"])
def test_the_other_kinds_can_be_corrected_too(opened, see, kind):
    href = next(one for one in _links(see(opened, "/trad/1")) if f"/{kind}/" in one)
    said = {"answer": {"follow_up": "not_satisfied"}, "discussion": {"civility": "0"}}[kind]
    assert _send(opened, href, **said).status_code == 303
    shown = see(opened, "/trad/1").text
    assert {"answer": "Rättat av en människa", "discussion": "Rättad av en människa"}[kind] in shown


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"tone": ""}, 422),
        ({"tone": "0", "reviewer": " "}, 422),
        ({"tone": "3"}, 422),
        ({"nonsense": "1"}, 422),
        ({"tone": "0", "reason": "x" * 501}, 422),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(opened, see, fields, status):
    href = _reply(opened, see)
    before = see(opened, "/trad/1").text
    answer = _send(opened, href, **fields)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert see(opened, "/trad/1").text == before


@pytest.mark.parametrize(
    "path",
    ["/trad/1/ratta/reply/1", "/trad/1/ratta/reply/999", "/trad/9/ratta/reply/1",
     "/trad/1/ratta/discussion/2", "/trad/1/ratta/answer/3"],
)  # fmt: skip
def test_of_what_is_not_judged_there_is_no_form(opened, see, path):
    see(opened, path, status=404)


def test_what_reviewers_write_is_shown_as_text(opened, see):
    href = _reply(opened, see)
    for text in HOSTILE:
        assert _send(opened, href, tone="0", reviewer=text[:100], reason=text).status_code == 303
    form = see(opened, href)
    assert "script" not in {tag for tag, _ in form.tags if tag != "link"}
    assert not [name for _, given in form.tags for name in given if name.startswith("on")]


def test_another_site_cannot_send_a_form(opened):
    answer = opened.post(
        "/trad/1/ratta", data={"subject": "reply"}, headers={"origin": "https://evil.example"}
    )
    assert answer.status_code == 403


def test_a_program_corrects_and_takes_back(opened, see):
    number = int(_reply(opened, see).rsplit("/", 1)[1])
    word = {"subject": "reply", "id": number, "reviewer": "Rapport", "said": {"tone": 0}}
    answer = opened.post("/api/v1/corrections", json=word)
    assert answer.status_code == 200
    assert answer.json() == {"thread": 1}
    assert "Rättad av en människa" in see(opened, "/trad/1").text
    opened.post("/api/v1/corrections", json=word | {"said": {"tone": None}})
    assert "Rättad av en människa" not in see(opened, "/trad/1").text


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"said": {}}, 422),
        ({"said": {"tone": 3}}, 422),
        ({"said": {"acknowledgement_only": 2}}, 422),
        ({"subject": "post"}, 422),
        ({"id": 999}, 404),
        ({"more": 1}, 422),
    ],
)
def test_a_program_is_told_what_was_wrong(opened, see, problem, change, status):
    number = int(_reply(opened, see).rsplit("/", 1)[1])
    word = {"subject": "reply", "id": number, "reviewer": "Rapport", "said": {"tone": 0}}
    problem(opened.post("/api/v1/corrections", json=word | change), status)


def test_the_form_is_refused_where_the_texts_are_no_longer_those_read(opened, see):
    href = _reply(opened, see)
    form = see(opened, href)
    shown = [given["value"] for tag, given in form.tags if given.get("name") == "shown"]
    assert len(shown) == 1
    *_, post_id, _, subject, number = href.split("/")
    sent = {"subject": subject, "id": number, "said.tone": "0", "reviewer": "Kim", "reason": ""}
    headers = {"accept": "text/html", "origin": HERE}
    for told, status in (("0" * 16, 422), (shown[0], 200)):
        answer = opened.post(
            f"/trad/{post_id}/ratta", data={**sent, "shown": told}, headers=headers
        )
        assert answer.status_code == status


def test_a_form_leads_back_to_the_thread_that_it_was_about(opened, see):
    href = _reply(opened, see)
    *_, subject, number = href.split("/")
    answer = opened.post(
        "/trad/99/ratta",
        data={"subject": subject, "id": number, "said.tone": "0", "reviewer": "Kim", "reason": ""},
        headers={"accept": "text/html", "origin": HERE},
        follow_redirects=False,
    )
    assert answer.headers["location"].startswith("/trad/1?")


def test_nothing_that_was_sent_is_repeated(opened):
    answer = opened.post(
        "/api/v1/corrections",
        json={"subject": "reply", "id": 1, "said": {"Ada Ek bor på": [1]}, "reviewer": "Kim"},
        headers={"origin": HERE},
    )
    assert answer.status_code == 422
    assert "Ada" not in answer.text
    assert "said" in answer.text


def test_only_what_was_said_can_be_taken_back_and_the_history_names_each_part(opened, see):
    href = next(one for one in _links(see(opened, "/trad/1")) if "/answer/" in one)
    names = [given["name"] for tag, given in see(opened, href).tags if tag == "select"]
    matter = next(name for name in names if name.startswith("said.matter:"))
    _send(opened, href, **{matter.removeprefix("said."): "0"})
    after = see(opened, href)
    taken_back = [given for tag, given in after.tags if given.get("value") == "-"]
    assert len(taken_back) == 1  # "Besvarar" follows from it, but nobody has said it
    assert "Om det blev bemött ”" in after.text
