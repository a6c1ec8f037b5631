"""The overview says what it counts, and what it cannot say yet."""

import pytest

from service import counting, flow
from service.counting import Question
from service.nyckeltal.definitions import NYCKELTAL
from service.nyckeltal.figure import Figure
from service.period import parse_period
from service.store.listing import count_comments
from service.store.queue import count_open
from service.web.overview import _change, overview
from service.web.queue import waiting
from service.web.views import Site
from tests.web.conftest import BATHS, FEW, NOW, a_comment, a_reply, a_thread

CALM = "Ingen kommentar väntar på svar just nu."
TOO_LITTLE = "för lite underlag för att säga om det är slump"
WEEK = 60 * 24 * 7


@pytest.fixture(scope="module")
def unread_client(browse, installation):
    made = installation(BATHS, FEW)
    with flow.open_store(made) as store, store.writing() as connection:
        connection.execute("UPDATE post SET is_dirty = 1")
        connection.execute("DELETE FROM reading")
    return browse(made)


@pytest.fixture(scope="module")
def five_weeks(browse, installation):
    """Six questions in each of four weeks, one in the week that NOW lies in."""
    comments = [
        a_comment(f"k{number}", "När öppnar badet?", minutes=number % 4 * WEEK + number)
        for number in range(24)
    ]
    comments.append(a_comment("sist", "När stänger badet?", minutes=3 * WEEK + 4 * 24 * 60))
    return browse(installation(a_thread("bad", comments)))


def test_what_nobody_has_read_gives_no_all_clear(unread_client, see):
    text = see(unread_client, "/").text
    assert CALM not in text
    assert "11 kommentarer ligger i trådar med något oläst" in text


def test_the_unread_are_citizens_comments_of_the_account_that_is_chosen(unread_client, see):
    assert "9 kommentarer ligger i" in see(unread_client, "/?account=Badkontoret").text
    assert "2 kommentarer ligger i" in see(unread_client, "/?channel=instagram").text


def test_posts_alone_give_no_all_clear(browse, installation, see):
    text = see(browse(installation(a_thread("tyst", []))), "/").text
    assert CALM not in text
    assert "Här finns inga kommentarer än, bara inlägg." in text


def test_when_all_is_read_and_answered_it_is_calm(browse, installation, see):
    answered = [
        a_comment("k1", "När öppnar badet på lördag?"),
        a_reply("s1", "k1", "Hej! Badet öppnar klockan 9 på lördag. /Maja", minutes=9),
    ]
    assert CALM in see(browse(installation(a_thread("bad", answered))), "/").text


@pytest.mark.parametrize("chosen", [{}, {"account": "Badkontoret"}, {"channel": "instagram"}])
def test_the_number_that_waits_is_the_length_of_the_queue(settings, pipeline, chosen):
    with flow.open_store(settings) as store:
        for now in (NOW, NOW.replace(day=6)):
            ask = {"fingerprint": pipeline.fingerprint, "now": now, **chosen}
            assert count_open(store, **ask) == len(waiting(store, **ask))
        assert count_open(store, fingerprint=pipeline.fingerprint, now=NOW) > 3


def test_comments_are_counted_by_who_wrote_them_and_whether_they_are_read(settings, pipeline):
    with flow.open_store(settings) as store:
        few = count_comments(store, fingerprint=pipeline.fingerprint, account="Lilla kontot")
        assert few == (2, 0)
        assert count_comments(store, fingerprint="en annan", channel="instagram") == (2, 2)


def test_a_trend_leaves_out_the_week_that_is_not_over(five_weeks, see):
    text = see(five_weeks, "/").text
    course = text.partition("Kommentarer per vecka Vecka Värde ")[2]
    assert course.startswith("vecka 41, 2026 6 vecka 42, 2026 6 vecka 43, 2026 6 ")
    assert "vecka 44" not in course.partition("Dolda kommentarer")[0]


def test_a_trend_of_more_accounts_than_can_be_counted_by_week_is_by_month(
    five_weeks, see, monkeypatch
):
    assert "varje vecka som är hel" in see(five_weeks, "/").text
    monkeypatch.setattr(counting, "FIGURES_AT_MOST", 500)
    assert "varje månad som är hel" in see(five_weeks, "/").text


def test_the_figures_of_a_trend_can_be_opened(five_weeks, see):
    page = see(five_weeks, "/")
    tags = [tag for tag, _ in page.tags]
    assert tags.count("table") == tags.count("svg") > 5
    assert tags.count("details") == tags.count("table") + 1  # and one for dates of one's own


def test_both_ends_of_an_interval_are_shown(client, see):
    ask = "/api/v1/nyckeltal?nyckeltal=share_question,net_sentiment"
    share, net = client.get(ask).json()["nyckeltal"]
    text = see(client, "/").text
    low, high = (f"{100 * share[end]:.1f}".replace(".", ",") for end in ("ci_low", "ci_high"))
    assert f"95 %-intervall: {low}–{high} %" in text
    low, high = (
        f"{net[end]:.1f}".replace(".", ",").replace("-", "−") for end in ("ci_low", "ci_high")
    )
    assert f"95 %-intervall: {low} till {high}" in text


def test_what_is_too_young_to_count_does_not_seem_to_wait_for_an_answer(five_weeks, see):
    text = see(five_weeks, "/").text
    assert "är för nya att räkna in" in text
    assert "väntar ännu" not in text


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("period=2026-Q4", "kvartal 4, 2026"),
        ("period=2026-10&from=2026-10-05&to=2026-10-07", "5 oktober–7 oktober 2026"),
        ("period=&from=2026-10-05&to=", "5 oktober 2026"),
        ("from=&to=2026-10-06", "6 oktober 2026"),
        ("period=2026-10&from=&to=", "oktober 2026"),
    ],
)
def test_a_quarter_or_dates_of_ones_own_can_be_chosen(client, see, query, title):
    page = see(client, f"/?{query}")
    assert f"Nyckeltal för {title}, alla konton" in page.text
    chosen = [a["value"] for tag, a in page.tags if tag == "option" and "selected" in a]
    assert f"period={chosen[0]}".replace("/", "%2F") in page.html


def test_dates_in_the_wrong_order_are_refused(client, see):
    page = see(client, "/?from=2026-10-07&to=2026-10-05", status=422)
    assert "slutar innan den börjar" in page.text


def test_the_same_figures_are_offered_for_a_swedish_excel(client, see):
    page = see(client, "/?period=2026-10&account=Badkontoret")
    (address,) = (href for href in page.values("href") if "excel" in href)
    assert address == "/api/v1/nyckeltal.csv?period=2026-10&account=Badkontoret&excel=true"
    assert client.get(address).content.startswith(b"\xef\xbb\xbfnyckeltal;")


def test_all_comments_are_fetched_once_though_a_trend_is_counted_too(settings, pipeline):
    site = Site(path="/", demo=False, stands_still_at=None, data_dir="")
    asked = []
    with flow.open_store(settings) as store:
        store.connection.set_trace_callback(asked.append)
        view = overview(store, Question(), site=site, pipeline=pipeline, settings=settings)
    assert view.sections
    assert sum("reading.sentiment" in statement for statement in asked) == 1


@pytest.mark.parametrize(
    ("name", "change", "ends", "told"),
    [
        ("answer_rate", 0.031, (-0.01, 0.07), "upp 3,1_procentenheter sedan {}, kan vara slump"),
        ("answer_rate", -0.031, (-0.07, -0.01), "ner 3,1_procentenheter sedan {}, mer än slump"),
        ("shares", 12.0, (None, None), "upp 12 sedan {}"),
        ("reach_mean", 12.0, (None, None), f"upp 12 sedan {{}}, {TOO_LITTLE}"),
        ("answer_rate", 0.0, (-0.01, 0.01), "oförändrat sedan {}"),
        ("answer_rate", None, (None, None), None),
    ],
)
def test_a_change_says_which_way_how_far_and_whether_it_is_chance(name, change, ends, told):
    definition = next(one for one in NYCKELTAL if one.id == name)
    figure = Figure(
        nyckeltal=name,
        goal=definition.goal,
        unit=definition.unit,
        period=parse_period("2026-10"),
        account=None,
        channel=None,
        value=0.4,
        numerator=None,
        denominator=None,
        n=10,
        writers=5,
        ci_low=None,
        ci_high=None,
        interval_method=None,
        pending=None,
        compared_with=parse_period("2026-09"),
        change=change,
        change_low=ends[0],
        change_high=ends[1],
        withheld=None,
        fingerprint="prov",
    )
    expected = None if told is None else told.format("september 2026").replace("_", "\u00a0")
    assert _change(definition, figure) == expected


def test_a_chosen_period_is_compared_with_the_one_before(five_weeks, see):
    assert "sedan vecka 41, 2026" in see(five_weeks, "/?period=2026-W42").text
    assert "Förändring: " not in see(five_weeks, "/").text
