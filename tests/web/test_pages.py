"""The pages, as somebody reads them."""

import re
from urllib.parse import urldefrag, urljoin

import pytest

from nlp.vocabulary import Channel
from service import flow
from service.nyckeltal.definitions import NYCKELTAL, Goal
from service.period import Granularity
from service.web.rendering import ENVIRONMENT
from service.web.views import Site
from tests.web.conftest import BATHS, a_comment, a_reply, a_thread

PAGES = (
    "/",
    "/ko",
    "/ko?unsure=1",
    "/lyfta",
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
    assert "Visas inte: siffran vilar på färre än 5 kommentarer" in page.text
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


@pytest.mark.parametrize("path", ["/", "/ko", "/lyfta", "/tradar"])
def test_an_empty_installation_says_how_to_begin(empty_client, see, path):
    page = see(empty_client, path)
    assert "Här finns inget än" in page.text
    assert "lyssnad import inlagg.csv kommentarer.json" in page.text


def test_comments_that_nobody_has_read_are_told_of(browse, installation, see, settings):
    made = installation(BATHS)
    with flow.open_store(made) as store, store.writing() as connection:
        connection.execute("UPDATE post SET is_dirty = 1")
    page = see(browse(made), "/")
    from_citizens = sum(not comment["from_organisation"] for comment in BATHS["comments"])
    assert f"{from_citizens} kommentarer ligger i trådar med något oläst" in page.text


def test_a_thread_that_nobody_has_read_is_not_judged_by_its_silence(browse, installation, see):
    made = installation(BATHS)
    with flow.open_store(made) as store, store.writing() as connection:
        for table in ("reading", "reply_link", "reply_score", "discussion_score"):
            connection.execute(f"DELETE FROM {table}")
        connection.execute("UPDATE post SET is_dirty = 1, scored_by = NULL")
    text = see(browse(made), "/trad/1").text
    assert "Något här är inte läst än" in text
    assert "Inte bedömt än" in text
    assert "Kunde inte kopplas" not in text
    assert "det krävs minst tre" not in text


def test_commands_can_be_pasted(browse, empty_client, see):
    folder = empty_client.app.state.settings.data_dir
    text = see(empty_client, "/").text
    assert f".venv/bin/lyssnad import inlagg.csv kommentarer.json --data-dir {folder}" in text
    assert f".venv/bin/lyssnad analyse --data-dir {folder}" in text
    usual = ENVIRONMENT.get_template("_parts.html").make_module(
        {"site": Site(path="/", demo=False, stands_still_at=None, data_dir="")}
    )
    assert usual.command("analyse") == ".venv/bin/lyssnad analyse"


@pytest.mark.parametrize("path", ["/", "/ko", "/lyfta", "/tradar", "/nyckeltal", "/trad/1"])
def test_the_menu_marks_the_page_that_is_open(client, see, path):
    marked = [a for tag, a in see(client, path).tags if "aria-current" in a]
    own = [] if path == "/trad/1" else [{"href": path, "aria-current": "page"}]
    assert marked == own


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_told_by_a_tooltip_alone(client, see, path):
    assert not see(client, path).values("title")


def test_an_interval_is_told_with_both_ends_and_with_what_is_not_counted_yet(client, see):
    asked = "/api/v1/nyckeltal?nyckeltal=answer_rate"
    (rate,) = client.get(asked).json()["nyckeltal"]
    low, high = (f"{100 * rate[end]:.1f}".replace(".", ",") for end in ("ci_low", "ci_high"))
    assert rate["ci_low"] < rate["value"] < rate["ci_high"]
    assert rate["pending"]
    text = see(client, "/").text
    assert f"95 %-intervall: {low}–{high} %" in text
    assert f"{rate['pending']} är för nya att räkna in" in text


@pytest.fixture(scope="module")
def many(browse, installation):
    """Thirty posts of each of two accounts, on two channels."""
    return browse(
        installation(
            *(
                a_thread(
                    f"{account}{n}",
                    [a_comment(f"{account}{n}", "Hej!")],
                    account=account,
                    channel=channel,
                    text=f"{account} nummer {n}",
                )
                for account, channel in (("Badkontoret", "facebook"), ("Parkerna", "instagram"))
                for n in range(30)
            )
        )
    )


@pytest.mark.parametrize("asked", ["?account=Parkerna", "?channel=instagram"])
def test_the_list_of_threads_can_be_narrowed_and_stays_so_page_after_page(many, see, asked):
    first, second = (see(many, f"/tradar{asked}&page={number}") for number in (1, 2))
    for page, count in ((first, "1–25 av 30"), (second, "26–30 av 30")):
        assert count in page.text
        assert "Parkerna nummer" in page.text
        assert "Badkontoret nummer" not in page.text
        chosen = [a["value"] for tag, a in page.tags if tag == "option" and "selected" in a]
        assert asked.partition("=")[2] in chosen
    assert f"{asked}&page=2" in first.values("href")
    assert f"{asked}&page=1" in second.values("href")


def test_all_threads_are_there_when_nothing_is_chosen(many, see):
    assert "1–25 av 60" in see(many, "/tradar").text


@pytest.fixture(scope="module")
def tree(browse, installation):
    """A thread of five levels, one comment hidden, and a hundred more after them."""
    deep = [a_comment("d0", "När öppnar badet?") | {"likes": 41}]
    deep += [
        a_comment(f"d{n}", "Det undrar jag med.", minutes=n, parent=f"d{n - 1}")
        for n in range(1, 5)
    ]
    rest = [a_comment(f"r{n}", f"Kommentar {n}.", minutes=10 + n) for n in range(120)]
    rest[110]["parent_id"] = "d0"
    settings = installation(a_thread("bad", [*deep, *rest]))
    with flow.open_store(settings) as store, store.writing() as connection:
        connection.execute("UPDATE comment SET is_hidden = 1 WHERE external_id = 'd0'")
    return browse(settings)


def test_a_comment_is_shown_where_it_stands_in_the_tree(tree, see):
    page = see(tree, "/trad/1")
    depths = [a["class"] for tag, a in page.tags if tag == "li" and "depth" in a.get("class", "")]
    assert depths[:7] == [f"depth-{depth}" for depth in (0, 1, 2, 3, 3, 1, 0)]
    assert ("a", {"href": "#k-1"}) in page.tags
    first, second = page.text.split("Det undrar jag med.")[:2]
    assert "41 gillar" in first
    assert "under Skribent 1" in first.rpartition("Skribent 2")[2]
    assert "Dold i kanalen" in first
    assert "Dold i kanalen" not in second


def test_what_is_hidden_waits_for_no_answer(tree, see):
    assert "Obesvarad" not in see(tree, "/trad/1").text.partition("Det undrar jag med.")[0]


def test_a_long_thread_is_paged_and_every_comment_can_be_linked_to(tree, see):
    first, second = (see(tree, f"/trad/1?page={number}") for number in (1, 2))
    places = [[i for i in page.values("id") if i.startswith("k-")] for page in (first, second)]
    assert [len(names) for names in places] == [100, 25]
    assert not set(places[0]) & set(places[1])
    assert "Sida 1 av 2" in first.text
    there = places[1][-1]
    assert there in see(tree, f"/trad/1?comment={there.removeprefix('k-')}").values("id")
    assert "125 kommentarer" in second.text
    assert "Tråden har bara 2 sidor." in see(tree, "/trad/1?page=3", status=404).text


def test_a_comment_on_another_page_is_linked_to_there(browse, installation, see):
    comments = [a_comment("d0", "När öppnar badet?")]
    comments += [
        a_comment(f"d{n}", "Hej!", minutes=n, parent="d0" if n == 119 else None)
        for n in range(1, 120)
    ]
    replies = [a_comment(f"s{n}", "Hej!", minutes=200 + n, parent="d0") for n in range(110)]
    client = browse(installation(a_thread("bad", comments + replies)))
    assert "?page=1#k-1" in see(client, "/trad/1?page=2").values("href")


def test_a_pill_says_what_was_decided_and_not_how_likely_it_was(client):
    pills = re.findall(r'<li class="pill [^>]*>(.*?)</li>', client.get("/trad/1").text)
    assert "Fråga" in pills
    assert not any("%" in pill for pill in pills)


def test_the_likelihoods_say_what_was_decided(client, see):
    first = see(client, "/trad/1").text.partition("Svar till Skribent 1")[0]
    assert re.search(r"Fråga [<>]?\d+ % gäller", first)
    assert re.search(r"Beröm <?\d+ % [A-ZÅÄÖ]", first)


def test_nothing_is_said_of_a_text_that_the_reader_cannot_read(client, see):
    text = see(client, "/trad/1").text
    foreign = text.partition("Is the sauna open")[2].partition("Skribent")[0]
    assert "Läsningen kan inte språket." in foreign
    assert "%" not in foreign


def test_what_is_said_of_names_is_true(client, see):
    text = see(client, "/trad/1").text
    assert "det namn som kanalen anger för en skribent sparas inte" in text
    assert "Namn som någon har skrivit i en text kan däremot stå kvar." in text


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


def test_what_a_comment_raised_is_shown_with_what_became_of_it(client, browse, installation, see):
    assert "Frågan “När öppnar badet på lördag?” är besvarad" in quoted(see(client, "/trad/1"))
    asked = "Gäller klippkortet fortfarande? Och hur varmt är det i lilla bassängen?"
    replies = "Ja, klippkortet gäller så länge det finns klipp kvar.", "Tack för tipset om bussen!"
    thread = a_thread(
        "två",
        [
            a_comment("k1", asked, minutes=10),
            *(
                a_reply(f"s{place}", "k1", text, minutes=20 + place)
                for place, text in enumerate(replies)
            ),
        ],
    )
    told = quoted(see(browse(installation(thread)), "/trad/1"))
    assert "Frågan “Gäller klippkortet fortfarande?” är besvarad" in told
    assert "Frågan “Och hur varmt är det i lilla bassängen?” är obesvarad" in told


def quoted(page):
    """The text of a page with quotation marks as a browser sets them."""
    marked = re.sub(r"</q>", "”", re.sub(r"<q>", "“", page.html))
    return " ".join(re.sub(r"<[^>]*>", "", marked).split())


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
        "/ko?account=Nej",
        "/tradar?account=Nej",
        "/ko?channel=tiktok",
        "/ko?unsure=kanske",
    ],
)
def test_what_cannot_be_asked_for_gets_a_swedish_page(client, see, path):
    assert "Frågan går inte att besvara" in see(client, path, status=422).text


def test_a_page_past_the_last_says_so(client, see):
    assert "Kön tar slut före den här sidan" in see(client, "/ko?page=900").text


def test_the_page_of_the_api_lists_every_value_that_can_be_chosen(client, see):
    page = see(client, "/api")
    names = [one.id for one in NYCKELTAL]
    for values in (Granularity, Goal, Channel, ("account", "channel"), names):
        assert f"Värden: {' , '.join(values)} ." in page.text
