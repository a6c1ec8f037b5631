"""The pages, as somebody reads them."""

import re
from urllib.parse import urldefrag, urljoin

import pytest

from service import flow
from service.nyckeltal.definitions import NYCKELTAL, Goal
from tests.web.conftest import BATHS, a_comment, a_thread

PAGES = (
    "/",
    "/ko",
    "/ko?unsure=1",
    "/tradar",
    "/trad/1",
    "/nyckeltal",
    "/nyckeltal/answer_rate",
    "/api",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_whole_swedish_and_says_what_the_service_is(client, see, path):
    page = see(client, path)
    assert ("html", {"lang": "sv"}) in page.tags
    assert "Tjänsten har ingen inloggning och lyssnar bara på den här datorn." in page.text
    assert "script" not in {tag for tag, _ in page.tags}
    assert not page.values("style")
    assert len([tag for tag, _ in page.tags if tag == "h1"]) == 1
    labelled = {attributes["for"] for tag, attributes in page.tags if tag == "label"}
    fields = {a["id"] for tag, a in page.tags if tag in ("select", "input")}
    assert fields == labelled


def test_every_link_leads_somewhere(client, see):
    pages, waiting = {}, ["/"]

    def page_at(path):
        if path not in pages:
            pages[path] = see(client, path)
            waiting.append(path)
        return pages[path]

    while waiting:
        path = waiting.pop()
        for target in page_at(path).values("href"):
            if target.startswith("https://example.com/"):
                continue
            address, fragment = urldefrag(urljoin(f"http://127.0.0.1:8000{path}", target))
            place = address.removeprefix("http://127.0.0.1:8000")
            assert place.startswith("/"), target
            if place.startswith(("/static", "/openapi", "/api/")):
                assert client.get(place).status_code == 200
                continue
            found = page_at(place)
            assert not fragment or fragment in found.values("id"), target
    assert {f"/nyckeltal/{definition.id}" for definition in NYCKELTAL} <= set(pages)
    assert {"/trad/1", "/trad/2", "/trad/3"} <= set(pages)


def test_the_overview_shows_every_nyckeltal_under_its_goal(client, see):
    page = see(client, "/")
    places = [page.text.index(goal.heading) for goal in Goal]
    assert places == sorted(places)
    for definition in NYCKELTAL:
        assert definition.id in page.values("id")
        assert definition.question in page.text


def test_the_overview_shows_the_figures_that_the_api_gives(client, see):
    rows = client.get("/api/v1/nyckeltal?nyckeltal=comments,share_question").json()["nyckeltal"]
    page = see(client, "/")
    questions, comments = rows
    assert f"Kommentarer Hur mycket skriver människor? {comments['value']:.0f}" in page.text
    shown = f"{100 * questions['value']:.1f}".replace(".", ",")
    assert f"{shown} %" in page.text
    assert f"{questions['numerator']} av {questions['n']} kommentarer" in page.text


def test_a_figure_about_too_few_is_explained_and_not_shown(client, see):
    page = see(client, "/?account=Lilla+kontot")
    assert "Visas inte: underlaget är färre än 5 kommentarer" in page.text
    assert "Instagram" in page.text


def test_the_period_picker_remembers_what_was_chosen(client, see):
    page = see(client, "/?period=2026-10&account=Badkontoret&channel=facebook")
    chosen = [a["value"] for tag, a in page.tags if tag == "option" and "selected" in a]
    assert chosen == ["2026-10", "Badkontoret", "facebook"]
    assert "Nyckeltal för oktober 2026, Badkontoret, Facebook" in page.text


def test_a_period_that_is_in_no_list_can_be_written_in_the_address(client, see):
    page = see(client, "/?period=2026-10-05/2026-10-07")
    chosen = [a["value"] for tag, a in page.tags if tag == "option" and "selected" in a]
    assert chosen[0] == "2026-10-05/2026-10-07"


def test_a_trend_says_in_a_table_what_it_draws(browse, installation, see):
    week = 60 * 24 * 7
    comments = [
        a_comment(f"k{number}", "När öppnar badet?", minutes=number % 3 * week + number)
        for number in range(18)
    ]
    page = see(browse(installation(a_thread("bad", comments))), "/")
    assert "polyline" in {tag for tag, _ in page.tags}
    assert "Kommentarer per vecka Vecka Värde vecka 41, 2026 6 vecka 42, 2026 6" in page.text


@pytest.mark.parametrize("path", ["/", "/ko", "/tradar"])
def test_an_empty_installation_says_how_to_begin(empty_client, see, path):
    page = see(empty_client, path)
    assert "Här finns inget än" in page.text
    assert "lyssnad import inlagg.csv kommentarer.json" in page.text


def test_comments_that_nobody_has_read_are_told_of(browse, installation, see, settings):
    made = installation(BATHS)
    with flow.open_store(made) as store, store.writing() as connection:
        connection.execute("UPDATE post SET is_dirty = 1")
    page = see(browse(made), "/")
    assert "11 kommentarer ligger i trådar som inte är lästa än" in page.text


def test_the_demonstration_says_on_every_page_that_nothing_in_it_is_real(browse, settings, see):
    demo = browse(settings.model_copy(update={"demo": True}))
    for path in PAGES:
        text = see(demo, path).text
        assert "Demonstration. Inlägg, kommentarer, människor och siffror är påhittade." in text
        assert "Klockan står stilla på 30 okt. 2026 kl. 13.00." in text
    assert "påhittade" in see(demo, "/finns/inte", status=404).text


def test_the_thread_keeps_the_order_of_the_tree(client, see):
    page = see(client, "/trad/1")
    said = [
        page.text.index(words)
        for words in (
            "När öppnar badet på lördag?",
            "Badet öppnar klockan 9",
            "Tack så mycket för svaret!",
            "Skandal att bastun",
            "Tack för din kommentar",
            "Hur mycket kostar",
        )
    ]
    assert said == sorted(said)
    assert "under en kommentar som inte finns kvar" in page.text


def test_a_reply_is_shown_with_its_scores_and_what_came_of_it(client, see):
    text = see(client, "/trad/1").text
    assert "Maskinens bedömning" in text
    assert "Svar till Skribent 1 efter 30 arbetsminuter." in text
    assert "Skribenten tackade eller skrev att det löste sig." in text
    assert "Kopplat för att svaret skrevs direkt under kommentaren." in text
    for title in ("Svar i sak", "Nästa steg", "Bemötande", "Klarspråk"):
        assert re.search(rf"{title} [012] av 2 ", text)
    assert "Kvittens: stoppar ingen klocka" in text


def test_the_thread_shows_the_post_and_the_networks_own_figures(client, see):
    page = see(client, "/trad/1")
    assert "Räckvidd 1 000" in page.text
    assert "Klick på länk" not in page.text.split("Kommentarer")[0]
    assert "https://example.com/inlagg/bad" in page.values("href")


def test_words_that_carry_a_label_are_marked_and_named(client, see):
    page = see(client, "/trad/1")
    assert "mark" in {tag for tag, _ in page.tags}
    assert "När öppnar badet på lördag? (fråga" in page.text


def test_a_text_in_another_language_says_so_to_a_screen_reader(client, see):
    page = see(client, "/trad/1")
    assert ("p", {"class": "said", "dir": "auto", "lang": "en"}) in page.tags
    assert "På engelska" in page.text


@pytest.mark.parametrize("definition", NYCKELTAL, ids=lambda one: one.id)
def test_every_nyckeltal_has_a_page_that_tells_all_of_its_definition(client, see, definition):
    text = see(client, f"/nyckeltal/{definition.id}").text
    for told in (definition.title, definition.question, definition.numerator, definition.caveat):
        assert told in text
    assert definition.denominator is None or definition.denominator in text
    assert definition.source in text
    assert "95 %-intervall" in text
    assert definition.goal.heading in text


@pytest.mark.parametrize(
    "path",
    [
        "/finns-inte",
        "/trad/999",
        "/trad/0",
        "/trad/x",
        "/trad/99999999999999999999",
        "/nyckeltal/x",
    ],
)
def test_what_is_not_there_gets_a_swedish_page(client, see, path):
    page = see(client, path, status=404)
    assert "Finns inte" in page.text
    assert "Till översikten" in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/?period=oktober",
        "/?period=2031-01",
        "/?channel=fax",
        "/?account=Nej",
        "/ko?label=x",
        "/ko?page=0",
        "/tradar?page=x",
        "/?period=2026-W60",
    ],
)
def test_what_cannot_be_asked_for_gets_a_swedish_page(client, see, path):
    assert "Frågan går inte att besvara" in see(client, path, status=422).text


def test_a_page_past_the_last_says_so(client, see):
    assert "Kön tar slut före den här sidan" in see(client, "/ko?page=900").text
