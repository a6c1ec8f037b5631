"""The exchange format: a thread a line, what is wrong rejected alone."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.vocabulary import Channel, PostMetrics
from service.analysing import parse_thread
from service.errors import FileRefused
from service.exchange import to_thread
from service.sources.raw import Place
from tests.builders import name_finder
from tests.sources.reading import read


def thread(*comments, **changes):
    return {
        "version": 1,
        "channel": "facebook",
        "account": "Idrott",
        "post": {"id": "101_900", "text": "Badet", "published": "2026-03-02T08:00:00Z"},
        "comments": list(comments),
    } | changes


def comment(name="c1", **changes):
    return {"id": name, "created": "2026-03-02T08:14:00Z", "text": "När öppnar badet?"} | changes


def lines(*threads):
    return "".join(json.dumps(thread, ensure_ascii=False) + "\n" for thread in threads)


def test_a_thread_comes_in_whole():
    outcome = read("exchange.jsonl")
    post, other = outcome.posts
    assert (post.id, post.aliases) == ("101_900", ("900",))
    assert (post.channel, post.account_name) == (Channel.FACEBOOK, "Idrottsförvaltningen")
    assert post.published == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert post.metrics == PostMetrics(
        reach=12000, views=15400, reactions=210, comments=34, shares=12, link_clicks=96
    )
    assert (other.channel, other.text, other.metrics) == (Channel.INSTAGRAM, "", PostMetrics())
    question, reply, third, fourth = outcome.comments
    assert (question.id, question.parent_id, question.from_organisation) == ("900_1", None, False)
    assert (reply.parent_id, reply.from_organisation) == ("900_1", True)
    assert reply.created == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    assert (question.likes, third.likes, third.text) == (3, None, "Äntligen 😍")
    assert (fourth.from_organisation, fourth.author_id, fourth.post_id) == (None, None, other.id)
    assert reply.place == Place(1, "comments[1]")


@pytest.mark.parametrize("indent", [None, 1])
def test_one_thread_and_a_list_may_be_laid_out_in_any_way(indent, write):
    for value in (thread(comment()), [thread(comment())]):
        outcome = read(write(json.dumps(value, indent=indent)))
        assert (outcome.source, outcome.counts()) == ("exchange", (1, 1, 0, 0))


def test_blank_lines_and_other_fields_are_let_be(write):
    told = lines(thread(comment(mood="glad"), colour="blå"))
    assert read(write(f"\n{told}\n\n")).counts() == (1, 1, 0, 0)


def test_an_empty_text_is_a_comment_such_as_a_picture(write):
    assert read(write(thread(comment(text="")))).comments[0].text == ""


def test_ids_keep_every_digit(write):
    large = 2**53 + 1
    outcome = read(write(thread(comment(large, parent_id=str(large + 1)))))
    assert outcome.comments[0].id == str(large)
    assert outcome.comments[0].parent_id == str(large + 1)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": None}, "comments[0].id” ska vara text"),
        ({"id": ""}, "comments[0].id” är tomt"),
        ({"id": 1.5}, "comments[0].id” ska vara text"),
        ({"id": True}, "comments[0].id” ska vara text"),
        ({"id": "x" * 501}, "längre än 500 tecken"),
        ({"text": None}, "comments[0].text” ska vara text"),
        ({"text": "a" * 10_001}, "citattecken"),
        ({"created": "2026-03-02 08:14"}, "saknar tidszon"),
        ({"created": "2026-03-02"}, "inget klockslag"),
        ({"created": None}, "comments[0].created” ska vara text"),
        ({"likes": -1}, "negativt"),
        ({"likes": "många"}, "heltal"),
        ({"likes": 10**30}, "för stort"),
        ({"from_organisation": "kanske"}, "true eller false"),
    ],
)
def test_a_bad_comment_is_rejected_alone(changes, said, write):
    outcome = read(write(thread(comment(**changes), comment("c2"))))
    assert [kept.id for kept in outcome.comments] == ["c2"]
    assert said in outcome.reasons[0]
    assert outcome.rejections[0].place.row == 1


ODD = [None, "", " ", "c1", 7, 1.5, True, [], {}, "x" * 501, "2026-03-02T08:00:00Z", -1, 2**60]
TIMES = [
    "2003-12-31T23:59:59Z",
    "2004-01-01T00:00:00Z",
    "2099-12-31T23:59:59Z",
    "2100-01-01T00:00:00Z",
    "2026-03-02 08.14+01:00",
    "2026-03-02T08:14:00",
    "0001-01-01T00:00:00+14:00",
]


@settings(deadline=None, max_examples=150)
@given(
    comment_changes=st.dictionaries(
        st.sampled_from(
            ["id", "parent_id", "author", "from_organisation", "created", "text", "likes", "annat"]
        ),
        st.sampled_from([*ODD, *TIMES]),
        max_size=2,
    ),
    post_changes=st.dictionaries(
        st.sampled_from(["id", "text", "published", "permalink", "metrics"]),
        st.sampled_from([*ODD, *TIMES, {"reach": None}, {"reach": -1}]),
        max_size=1,
    ),
    changes=st.dictionaries(
        st.sampled_from(["channel", "account"]), st.sampled_from(["tiktok", *ODD]), max_size=1
    ),
)
def test_an_import_takes_in_what_an_analysis_reads(
    tmp_path_factory, comment_changes, post_changes, changes
):
    told = thread(comment(**comment_changes), **changes)
    told["post"] = told["post"] | post_changes
    line = json.dumps(told)
    path = tmp_path_factory.mktemp("format") / "tradar.jsonl"
    path.write_text(line + "\n", "utf-8")
    outcome = read(path)
    try:
        parsed = parse_thread(line)
    except ValueError:
        assert outcome.rejections
        assert not outcome.comments
    else:
        (taken,) = outcome.comments
        (analysed,) = to_thread(parsed, key=b"k", names=name_finder())[0].comments
        assert not outcome.rejections
        assert (taken.id, taken.parent_id) == (analysed.id, analysed.parent_id)
        assert (taken.created, taken.likes) == (analysed.created, analysed.likes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"created": "2100-01-01T00:00:00Z"}, "comments[1].created ligger utanför åren 2004–2099"),
        ({"created": "2026-03-02T08:14:00"}, "saknar tidszon; skriv tiden med Z eller +01:00"),
        ({"id": "c1"}, "comments[1].id är samma som comments[0].id"),
        ({"text": "a" * 10_001}, "comments[1].text är 10001 tecken lång"),
        ({"from_organisation": "kanske"}, "comments[1].from_organisation har ett värde"),
    ],
)
def test_an_analysis_names_the_place_and_nothing_that_was_sent(changes, said):
    second = comment(**({"id": "HEMLIGT", "author": "HEMLIGT"} | changes))
    with pytest.raises(ValueError) as refused:
        parse_thread(json.dumps(thread(comment("c1"), second)))
    assert said in str(refused.value)
    for unsaid in ("HEMLIGT", "aaaa", "--timezone"):
        assert unsaid not in str(refused.value)


def test_where_nothing_is_said_the_accounts_own_comments_are_known_by_its_name():
    comments = [comment("c1", author="Kim"), comment("c2", author="idrott"), comment("c3")]
    said = comment("c4", author="Idrott", from_organisation=False)
    made, _ = to_thread(
        parse_thread(json.dumps(thread(*comments, said))), key=b"k", names=name_finder()
    )
    assert [one.from_organisation for one in made.comments] == [False, True, False, False]


def test_a_comment_that_is_no_object_is_rejected(write):
    assert "JSON-objekt" in read(write(thread("hej", None, 3))).reasons[2]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"post": {"text": "utan id"}}, "”post.id” saknas"),
        ({"post": None}, "”post” ska vara"),
        ({"channel": "myspace"}, "”channel”"),
        ({"post": {"id": "p", "published": "i går"}}, "”post.published”"),
        ({"post": {"id": "p", "metrics": {"reach": -5}}}, "”post.metrics.reach”"),
    ],
)
def test_a_thread_without_a_readable_post_is_rejected_with_all_its_comments(changes, said, write):
    bad, good = thread(comment(), comment("c2"), **changes), thread(comment("c3"))
    outcome = read(write(lines(bad, good)))
    assert outcome.counts() == (1, 1, 3, 0)
    assert said in outcome.reasons[0]
    assert [rejection.place.column for rejection in outcome.rejections[1:]] == [
        "comments[0]",
        "comments[1]",
    ]


@pytest.mark.parametrize("version", [2, "1", 0])
def test_another_version_is_refused(version, write):
    with pytest.raises(FileRefused, match=r"rad 2.*version 1"):
        read(write(lines(thread(comment()), thread(comment(), version=version))))


def test_a_broken_line_is_rejected_and_the_rest_comes_in(write):
    outcome = read(
        write(lines(thread(comment())) + '{"version": oj}\n' + lines(thread(comment("c2"))))
    )
    assert outcome.counts() == (2, 2, 1, 0)
    assert outcome.rejections[0].place == Place(2)
    assert "tecken 13" in outcome.reasons[0]


def test_a_file_that_ends_within_a_line_is_refused(write):
    whole = lines(thread(comment()), thread(comment("c2")))
    for length in range(len(lines(thread(comment()))) + 1, len(whole) - 2, 7):
        with pytest.raises(FileRefused, match="slutar mitt i rad 2"):
            read(write(whole[:length]))


def test_times_without_an_offset_follow_the_zone_that_is_said(write):
    told = thread(comment(created="2026-10-25 02:30"), comment("c2", created="2026-03-29 02:30"))
    outcome = read(write(told), timezone="Europe/Stockholm")
    assert outcome.counts() == (1, 1, 1, 1)
    assert outcome.remarks[0].place == Place(1, "comments[0]")


def test_a_file_may_lack_the_account_and_the_person_say_it(write):
    assert read(write(thread(account=None)), account="Trafik").posts[0].account_name == "Trafik"
    assert read(write(thread()), account="Trafik").posts[0].account_name == "Idrott"


def test_nothing_that_is_shown_holds_a_text_or_an_author(write):
    told = thread(
        comment(text="MÄRKT " * 2_000, author="MÄRKT"),
        comment("c2", text="MÄRKT", author="MÄRKT"),
        comment("c3", created="MÄRKT", likes="MÄRKT"),
    )
    assert "MÄRKT" not in repr(read(write(told)).records)
