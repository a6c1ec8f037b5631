"""Meta Business Suite's export per post, in both languages, and its look-alike."""

from datetime import UTC, datetime

import pytest

from nlp.vocabulary import Channel, PostMetrics
from service.errors import FileRefused
from service.sources.raw import Place
from tests.sources.reading import FIXTURES, read

TOP = "Publicerings-id,Sid-id,Titel,Publiceringstid,Permalänk,Räckvidd,Visningar\n"


def row(published="09/14/2026 23:05", reach="100", name="1"):
    return f"{name},101,Snö,{published},https://www.facebook.com/101/posts/900,{reach},\n"


def test_facebook_posts_come_in_with_their_figures():
    first, second, third = read("business_suite_facebook_sv.csv").posts
    assert (first.channel, first.account_id, first.account_name) == (
        Channel.FACEBOOK,
        "101",
        "Trafikkontoret",
    )
    assert (first.id, first.aliases) == ("122157342944000001", ("900",))
    assert first.text == "Slussen är öppen för cyklar, äntligen"
    assert first.metrics == PostMetrics(
        reach=12000,
        views=15400,
        reactions=210,
        comments=34,
        shares=12,
        link_clicks=96,
        clicks=130,
    )
    assert (second.text, second.aliases) == ('Vi asfalterar om "Götgatan" i natt', ("pfbid0Abc9",))
    assert third.text == "Så röjer vi snö\n\nFilm om nattens snöröjning"


def test_blank_is_unknown_and_nought_is_nought():
    _, second, third = read("business_suite_facebook_sv.csv").posts
    assert (second.metrics.views, second.metrics.link_clicks) == (None, 0)
    assert (third.metrics.link_clicks, third.metrics.shares) == (None, 0)


def test_instagram_posts_come_in_with_their_figures():
    first, second = read("business_suite_instagram_sv.csv").posts
    assert (first.channel, first.account_id, first.account_name) == (
        Channel.INSTAGRAM,
        "1784",
        "Stockholmsliv",
    )
    assert (first.id, first.aliases) == ("17900000000000077", ("CzA1bC2",))
    assert first.metrics == PostMetrics(
        reach=4000, views=5000, reactions=600, comments=9, shares=3, saves=22, follows=1
    )
    assert (second.account_name, second.aliases) == ("stockholmsliv", ("DxY9zW8",))
    assert second.metrics.shares is None


@pytest.mark.parametrize("network", ["facebook", "instagram"])
def test_both_languages_say_the_same(network):
    swedish, english = (read(f"business_suite_{network}_{lang}.csv").posts for lang in ("sv", "en"))
    assert swedish == english


def test_times_are_pacific_unless_said_otherwise():
    first, second, third = read("business_suite_facebook_sv.csv").posts
    assert first.published == datetime(2026, 9, 15, 6, 5, tzinfo=UTC)
    assert second.published == datetime(2026, 9, 15, 9, 10, 30, tzinfo=UTC)
    assert third.published == datetime(2026, 9, 16, 15, 0, tzinfo=UTC)
    assert not first.published_is_exact
    [swedish, *_] = read("business_suite_facebook_sv.csv", timezone="Europe/Stockholm").posts
    assert swedish.published == datetime(2026, 9, 14, 21, 5, tzinfo=UTC)


def test_a_month_of_days_is_refused_even_without_its_date_column(write):
    told = (FIXTURES / "business_suite_daily.csv").read_text("utf-8-sig").replace("Datum", "Dag")
    with pytest.raises(FileRefused, match="livstid"):
        read(write(told))


def test_an_export_with_views_or_with_its_posts_once_is_none(write):
    assert len(read(write(TOP + row() * 3)).posts) == 3
    once = TOP.replace("Visningar", "Annat") + row(name="1") + row(name="2")
    assert len(read(write(once)).posts) == 2


def test_dates_that_can_only_be_day_before_month_are_refused(write):
    with pytest.raises(FileRefused, match=r"dag/månad/år \(rad 3\)"):
        read(write(TOP + row() + row("14/09/2026 23:05")))


@pytest.mark.parametrize(
    ("bad", "column", "said"),
    [
        (row("09/31/2026 10:00"), "Publiceringstid", "finns"),
        (row("i går"), "Publiceringstid", "tolka"),
        (row("03/08/2026 02:30"), "Publiceringstid", "finns inte i America/Los_Angeles"),
        (row(reach="många"), "Räckvidd", "heltal"),
        (row(name=""), "Publicerings-id", "är tomt"),
        (row(name='"1,22E+17"'), "Publicerings-id", "Excel"),
        (row().replace("\n", ",och mer\n"), None, "8 celler"),
    ],
)
def test_a_bad_row_is_rejected_alone(bad, column, said, write):
    outcome = read(write(TOP + row() + bad + row()))
    assert outcome.counts() == (2, 0, 1, 0)
    assert outcome.rejections[0].place == Place(3, column)
    assert said in outcome.reasons[0]


def test_an_hour_that_happened_twice_is_remarked(write):
    outcome = read(write(TOP + row("11/01/2026 01:30")))
    assert outcome.posts[0].published == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    assert outcome.remarks[0].place == Place(2, "Publiceringstid")


def test_a_column_that_stands_in_both_languages_gives_its_first_filled_cell(write):
    top = TOP.replace("Räckvidd", "Räckvidd,Reach").replace("Titel", "Titel,Description")
    told = "1,101,,Snö,09/14/2026 23:05,,,700,9\n2,101,Is,,09/14/2026 23:05,,800,700,9\n"
    first, second = read(write(top + told)).posts
    assert (first.metrics.reach, first.text) == (700, "Snö")
    assert (second.metrics.reach, second.text) == (800, "Is")


def test_part_of_a_header_is_another_column(write):
    top = TOP.replace("Räckvidd", '"Reaktioner, kommentarer och delningar"')
    assert read(write(top + row())).posts[0].metrics.reactions is None


def test_older_headers_are_known(write):
    top = "Inläggs-ID,Konto-id,Bildtext,Publicerat,Permalänk,Intryck,Räckvidd,Sparade\n"
    [post] = read(write(top + "77,1784,Höst,2026-09-15 10:00,,500,400,2\n")).posts
    assert (post.text, post.metrics.views, post.metrics.saves) == ("Höst", 500, 2)


def test_a_missing_column_is_named_with_those_found(write):
    with pytest.raises(FileRefused, match=r"”Publicerings-id” saknas.*Sid-id, Titel"):
        read(write(TOP.replace("Publicerings-id,", "") + "101,Snö,09/14/2026 23:05,,1,\n"))


def test_the_network_may_be_said_when_the_file_does_not(write):
    told = TOP.replace("Sid-id", "Något") + row()
    with pytest.raises(FileRefused, match="--channel"):
        read(write(told))
    assert read(write(told), channel=Channel.INSTAGRAM).posts[0].channel is Channel.INSTAGRAM


def test_an_export_saved_by_excel_comes_in(write, write_sheet):
    assert len(read(write((TOP + row()).replace(",", ";"), encoding="cp1252")).posts) == 1
    sheet = [cells.split(",") for cells in (TOP + row()).strip().split("\n")]
    [post] = read(write_sheet(*sheet)).posts
    assert post.published == datetime(2026, 9, 15, 6, 5, tzinfo=UTC)
