"""Our own comment table, and what every table has to stand."""

from datetime import UTC, date, datetime

import pytest

from nlp.vocabulary import Channel
from service.errors import FileRefused
from service.sources.comment_table import HEADERS
from service.sources.raw import Place
from tests.sources.reading import read

TOP = "inlägg_id;id;kommentar;skapad;gilla\n"


def row(text="Hej", created="2026-09-15 14:05", likes="1", post="900", name="1"):
    return f"{post};{name};{text};{created};{likes}\n"


def test_a_swedish_table_from_excel_comes_in_whole():
    outcome = read("comments_sv.csv")
    [post] = outcome.posts
    assert (post.channel, post.id, post.aliases) == (Channel.FACEBOOK, "101_900", ("900",))
    assert post.account_name == "Trafikkontoret"
    question, reply = outcome.comments
    assert question.created == datetime(2026, 9, 15, 12, 5, tzinfo=UTC)
    assert (question.author_name, question.from_organisation, question.likes) == (
        "Åsa Öst",
        False,
        1234,
    )
    assert (reply.parent_id, reply.from_organisation, reply.likes) == ("900_1", True, 2000)
    assert (question.place, reply.place) == (Place(2), Place(3))


def test_an_english_table_comes_in_whole():
    first, second = read("comments_en.csv").comments
    assert (first.channel, first.text) == (Channel.INSTAGRAM, "Så fint, tack!")
    assert first.created == datetime(2026, 10, 2, 11, 40, tzinfo=UTC)
    assert (second.channel, second.from_organisation, second.likes) == (Channel.X, True, None)
    assert second.created == datetime(2026, 9, 15, 6, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize("key", HEADERS)
def test_no_header_has_two_meanings(key):
    others = {name for other, names in HEADERS.items() if other != key for name in names}
    assert others.isdisjoint(HEADERS[key])


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_found(delimiter, write):
    told = (TOP + row("Hej du")).replace(";", delimiter)
    assert read(write(told)).comments[0].text == "Hej du"


@pytest.mark.parametrize(
    "header", ["KOMMENTAR", " kommentar ", "\u200bkommentar", "comment", '"kommentar"']
)
def test_headers_are_compared_by_their_letters(header, write):
    assert len(read(write((TOP + row()).replace("kommentar", header))).comments) == 1


def test_a_decomposed_header_is_the_same_header(write):
    told = (TOP + row()).replace("inlägg", "inla\u0308gg")
    assert read(write(told)).comments[0].post_id == "900"


def test_a_note_above_the_table_is_let_be(write):
    assert read(write("Utdrag september\n\nsep=;\n" + TOP + row())).comments[0].place == Place(5)


def test_a_missing_column_is_named_with_those_found(write):
    with pytest.raises(FileRefused) as refused:
        read(write("inlägg_id;kommentar;gilla\n900;Hej;1\n"))
    message = str(refused.value)
    assert "”skapad” saknas i export (rad 1)" in message
    assert "inlägg_id, kommentar, gilla" in message


def test_the_post_may_be_said_for_the_whole_file(write):
    told = "kommentar;skapad\nHej;2026-09-15 14:05\n"
    with pytest.raises(FileRefused, match="inlägg_id"):
        read(write(told))
    outcome = read(write(told), post_id="900", channel=Channel.LINKEDIN, account="Trafik")
    assert (outcome.posts[0].id, outcome.posts[0].account_name) == ("900", "Trafik")
    assert outcome.comments[0].channel is Channel.LINKEDIN


@pytest.mark.parametrize(
    ("bad", "column", "said"),
    [
        (row(text=" "), "kommentar", "är tomt"),
        (row(text="a" * 10_001), "kommentar", "citattecken"),
        (row(text="a" * 40_000), "kommentar", "citattecken"),
        (row(created=""), "skapad", "är tomt"),
        (row(created="2026-09-15"), "skapad", "klockslag"),
        (row(created="15/9 2026"), "skapad", "tolka"),
        (row(created="2026-03-29 02:30"), "skapad", "finns inte"),
        (row(likes="3,5"), "gilla", "heltal"),
        (row(likes="-3"), "gilla", "heltal"),
        (row(likes="12 34"), "gilla", "heltal"),
        (row(likes="9" * 20), "gilla", "för stort"),
        (row(post=""), "inlägg_id", "inget inlägg"),
        (row(name="1,22157E+17"), "id", "Excel"),
        (row(name="1.22157342944322e17"), "id", "Excel"),
        (row().replace("\n", ";och en till\n"), None, "6 celler"),
    ],
)
def test_a_bad_row_is_rejected_alone_with_its_place_and_reason(bad, column, said, write):
    outcome = read(write(TOP + row() + bad + row(text="Sist")))
    assert [kept.text for kept in outcome.comments] == ["Hej", "Sist"]
    [rejection] = outcome.rejections
    assert rejection.place == Place(3, column)
    assert said in rejection.reason


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("", None), ("0", 0), ("12", 12), ("1 234", 1234), ("1\u00a0234", 1234),
        ("1\u202f234\u202f567", 1234567), ("1,234", 1234), ("1.234", 1234), ("12,0", 12),
    ],
)  # fmt: skip
def test_counts_are_written_in_many_ways(written, number, write):
    assert read(write(TOP + row(likes=written))).comments[0].likes == number


def test_a_time_that_happened_twice_is_taken_and_remarked(write):
    outcome = read(write(TOP + row(created="2026-10-25 02:30")))
    assert outcome.comments[0].created == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert outcome.remarks[0].place == Place(2, "skapad")


def test_the_zone_may_be_said(write):
    outcome = read(write(TOP + row()), timezone="UTC")
    assert outcome.comments[0].created == datetime(2026, 9, 15, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "broken",
    ['900;2;"Hej;2026-09-15 14:05;1\n' + row() * 3, '900;2;"Hej" du;2026-09-15 14:05;1\n'],
    ids=["never closed", "text after it"],
)
def test_a_stray_quote_is_refused_rather_than_swallowing_rows(broken, write):
    with pytest.raises(FileRefused, match="citattecken"):
        read(write(TOP + row() + broken))


def test_a_quote_inside_a_plain_cell_is_text(write):
    assert read(write(TOP + row(text='Säg "hej"'))).comments[0].text == 'Säg "hej"'


def test_a_formula_is_text(write):
    text = '"=HYPERLINK(""http://example.invalid"")"'
    assert read(write(TOP + row(text=text))).comments[0].text.startswith("=HYPERLINK")


def test_yes_and_no_are_said_in_two_languages(write):
    top = "post_id;text;created;från_oss;dold\n"
    told = [("ja", "nej"), ("TRUE", "FALSE"), ("x", "0"), ("", "")]
    rows = "".join(f"1;Hej;2026-09-15 14:05;{ours};{hidden}\n" for ours, hidden in told)
    outcome = read(write(top + rows + "1;Hej;2026-09-15 14:05;kanske;\n"))
    assert [kept.from_organisation for kept in outcome.comments] == [True, True, True, None]
    assert not any(kept.is_hidden for kept in outcome.comments)
    assert "ja eller nej" in outcome.reasons[0]


def test_an_unknown_channel_is_rejected_and_those_that_exist_are_named(write):
    outcome = read(write("kanal;inlägg_id;text;skapad\nMySpace;1;Hej;2026-09-15 14:05\n"))
    assert "linkedin" in outcome.reasons[0]


def test_what_a_table_says_of_the_post_is_kept(write):
    top = "inlägg_id;text;skapad;inlägg_text;inlägg_publicerat;permalänk;kanal\n"
    link = "https://www.instagram.com/p/CzA1bC2/"
    told = f"77;Hej;2026-09-15 14:05;Höst;2026-09-15;{link};ig\n"
    told += "78;Hej;2026-09-15 14:05;;;javascript:x;ig\n"
    post, other = read(write(top + told)).posts
    assert (post.text, post.permalink, post.aliases) == ("Höst", link, ("CzA1bC2",))
    assert (post.published, post.published_is_exact) == (
        datetime(2026, 9, 14, 22, 0, tzinfo=UTC),
        False,
    )
    assert (other.permalink, other.text, other.published) == (None, None, None)


SHEET = ("inlägg_id", "id", "kommentar", "skapad", "gilla", "från_oss")
TIME = datetime(2026, 9, 15, 14, 5)  # noqa: DTZ001 - Excel has no zones


def test_a_workbook_comes_in_with_dates_numbers_and_truth_values(write_sheet):
    serial = 46280.5868055556
    path = write_sheet(
        ("Utdrag",),
        SHEET,
        ("900", 7, "Hej", TIME, 3, True),
        (),
        (900.0, 8, True, serial, None, None),
    )
    outcome = read(path)
    first, second = outcome.comments
    assert (first.id, first.likes, first.from_organisation) == ("7", 3, True)
    assert first.created == second.created == datetime(2026, 9, 15, 12, 5, tzinfo=UTC)
    assert (second.id, second.post_id, second.text) == ("8", "900", "SANT")
    assert (first.place.row, second.place.row) == (3, 5)
    assert len(outcome.posts) == 1


@pytest.mark.parametrize(
    ("name", "created", "said"),
    [
        (122157342944321561, TIME, "Excel"),
        (2**53 + 2, TIME, "Excel"),
        (1234567890123450, TIME, "Excel"),
        (1.5, TIME, "decimaltal"),
        ("1.22157342944321E+17", TIME, "Excel"),
        ("1", date(2026, 9, 15), "klockslag"),
        ("1", True, "klockslag men inget datum"),
        ("1", 3, "tolka"),
    ],
)
def test_what_excel_has_spoilt_is_rejected(name, created, said, write_sheet):
    outcome = read(write_sheet(SHEET, ("900", name, "Hej", created, 1, False)))
    assert said in outcome.reasons[0]


def test_sheets_that_are_not_read_are_named(write_sheet):
    row = ("900", "1", "Hej", TIME, 1, False)
    [remark] = read(write_sheet(SHEET, row, other={"Oktober": "Text", "Tom": ""})).remarks
    assert "”Oktober”" in remark.text
    assert "Tom" not in remark.text


def test_an_id_as_text_keeps_every_digit_in_a_workbook(write_sheet):
    outcome = read(write_sheet(SHEET, ("122157342944321561", "1", "Hej", TIME, 1, False)))
    assert outcome.comments[0].post_id == "122157342944321561"
