"""Sheets from exportcomments.com: one post, comments without ids, replies by their number."""

from datetime import UTC, datetime

import pytest

from nlp.vocabulary import Channel
from service.errors import FileRefused
from service.sources.raw import Place
from tests.sources.reading import read

TOP = (
    ("ExportComments.com",),
    ("Source URL", "https://www.facebook.com/101_900"),
    (),
    (),
    (),
    (
        "",
        "",
        "Name (click to view profile)",
        "Profile ID",
        "Date",
        "Likes",
        "Comment",
        "(view source)",
    ),
)
TIME = datetime(2026, 9, 15, 14, 5, 55)  # noqa: DTZ001 - the sheet has no zone


def line(number, text, name="Åsa Öst", profile="ID: 5001", time=TIME, likes=0):
    return (number, "", name, profile, time, likes, text, "view comment")


def test_the_comments_of_a_post_come_in_under_it(write_sheet):
    outcome = read(write_sheet(*TOP, line("1", "När blir det snöröjt?", likes=2)))
    assert outcome.source == "exportcomments"
    [post], [comment] = outcome.posts, outcome.comments
    assert (post.id, post.aliases, post.account_id) == ("101_900", ("900",), "101")
    assert (post.channel, post.permalink) == (Channel.FACEBOOK, "https://www.facebook.com/101_900")
    assert comment.created == datetime(2026, 9, 15, 12, 5, 55, tzinfo=UTC)
    assert (comment.author_id, comment.author_name, comment.likes) == ("5001", "Åsa Öst", 2)
    assert comment.place == Place(7)


def test_a_reply_is_under_the_comment_that_its_number_names(write_sheet):
    outcome = read(
        write_sheet(
            *TOP,
            line(1, "När?"),
            line("1-1", "I natt.", name="Trafikkontoret"),
            line("1-1-1", "Tack"),
            line("2", "Var?"),
        )
    )
    first, reply, thanks, other = outcome.comments
    assert (first.parent_id, other.parent_id) == (None, None)
    assert (reply.parent_id, thanks.parent_id) == (first.id, reply.id)


def test_the_numbers_of_the_rows_hold_within_the_file_only(write_sheet):
    first, second = read(write_sheet(*TOP, line("1", "När?"), line("", "I natt."))).comments
    assert (first.id, first.id_is_local) == ("1", True)
    assert second.id is None
    assert first.wall_clock == TIME


def test_a_reply_to_a_row_that_was_rejected_is_kept_and_remarked(write_sheet):
    outcome = read(write_sheet(*TOP, line("1", " "), line("1-1", "I natt.")))
    assert outcome.counts() == (1, 1, 1, 1)
    assert outcome.comments[0].parent_id is None
    assert outcome.remarks[0].place == Place(8)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": ""}, "är tomt"),
        ({"text": "a" * 10_001}, "10000"),
        ({"time": ""}, "är tomt"),
        ({"time": "i går"}, "tolka"),
        ({"time": datetime(2026, 3, 29, 2, 30)}, "finns inte"),  # noqa: DTZ001
    ],
)
def test_a_bad_row_is_rejected_alone(changes, said, write_sheet):
    outcome = read(write_sheet(*TOP, line("1", **({"text": "Hej"} | changes)), line("2", "Sist")))
    assert outcome.counts() == (1, 1, 1, 0)
    assert said in outcome.reasons[0]


@pytest.mark.parametrize(
    ("url", "channel", "name"),
    [
        ("https://www.instagram.com/p/CzA1bC2/", Channel.INSTAGRAM, "CzA1bC2"),
        ("https://youtu.be/aB3-dE_f9xY", Channel.YOUTUBE, "aB3-dE_f9xY"),
        ("https://www.tiktok.com/@stad/video/7000", Channel.TIKTOK, "7000"),
    ],
)
def test_the_link_says_which_network_it_is(url, channel, name, write_sheet):
    [post] = read(write_sheet(TOP[0], ("Source URL", url), *TOP[2:], line("1", "Hej"))).posts
    assert (post.channel, post.id) == (channel, name)


def test_without_a_link_the_post_must_be_said(write_sheet):
    path = write_sheet(*TOP[2:], line("1", "Hej"))
    with pytest.raises(FileRefused, match="--post"):
        read(path)
    [post] = read(path, post_id="900", channel=Channel.FACEBOOK).posts
    assert (post.id, post.channel) == ("900", Channel.FACEBOOK)


def test_a_hyperlink_is_not_followed_and_not_kept(write_sheet):
    assert "view comment" not in repr(read(write_sheet(*TOP, line("1", "Hej"))).records)


def test_a_number_that_is_none_makes_a_comment_of_its_own(write_sheet):
    outcome = read(write_sheet(*TOP, line("1", "Hej"), line("", "Du"), line("se 1-1", "Där")))
    assert [comment.parent_id for comment in outcome.comments] == [None, None, None]


def test_a_first_column_with_a_header_holds_no_numbers(write_sheet):
    top = (*TOP[:2], ("Comment", "Date", "Name (click to view profile)"))
    outcome = read(write_sheet(*top, ("1", TIME, "Kim"), ("1-1", TIME, "Bo")))
    assert [comment.parent_id for comment in outcome.comments] == [None, None]


def test_a_time_that_happened_twice_is_remarked(write_sheet):
    twice = datetime(2026, 10, 25, 2, 30)  # noqa: DTZ001
    outcome = read(write_sheet(*TOP, line("1", "Hej", time=twice)))
    assert outcome.counts() == (1, 1, 0, 1)


def test_the_same_sheet_as_csv_comes_in(write):
    rows = "ExportComments.com,,\nSource URL,https://www.facebook.com/101_900,\n\n"
    rows += ",,Name (click to view profile),Profile ID,Date,Likes,Comment,(view source)\n"
    rows += '1,,Åsa Öst,ID: 5001,2026-09-15 14:05:55,0,"Hej, hej",view comment\n'
    outcome = read(write(rows, "yt-comments_x_1 - ExportComments.com.csv"))
    assert outcome.source == "exportcomments"
    assert outcome.comments[0].text == "Hej, hej"
    stray = read(write(rows + "2,,Kim,ID: 1,2026-09-15 14:05:55,0,Hej,,,för mycket\n"))
    assert stray.counts() == (1, 1, 1, 0)
