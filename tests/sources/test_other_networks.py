"""Facebook's download, YouTube, LinkedIn, TikTok and webhooks."""

from datetime import UTC, datetime

import pytest

from nlp.vocabulary import Channel
from service.errors import FileRefused
from service.sources.facebook_download import repaired
from service.sources.raw import Place, RawPost
from service.sources.youtube import plain
from tests.sources.reading import read


def test_a_download_is_repaired_and_has_stand_ins_for_its_posts():
    outcome = read("facebook_download.json", account="Trafik")
    first, second, picture = outcome.comments
    assert (first.text, first.author_name) == ("Varför är Årstabron avstängd? 😡", "Åsa Öst")
    assert first.created == datetime(2026, 9, 15, 6, 5, 12, tzinfo=UTC)
    assert first.id is None
    assert first.post_id == second.post_id != picture.post_id
    assert picture.text == ""
    assert [(post.aliases, post.text, post.account_name) for post in outcome.posts] == [
        ((), None, "Trafik"),
        ((), None, "Trafik"),
    ]
    assert outcome.rejections[0].place == Place(None, "comments_v2[2].data")
    assert all(post.id_is_derived for post in outcome.posts)
    assert all(comment.post_id_is_derived for comment in outcome.comments)


def test_whose_a_download_is_must_be_said():
    assert read("facebook_download.json", account="Trafik").remarks == []
    [remark] = read("facebook_download.json").remarks
    assert "--account" in remark.text


def test_a_download_may_be_a_bare_list(write):
    event = {"timestamp": 1789452312, "title": "x", "data": [{"comment": {"comment": "Hej"}}]}
    empty = event | {"data": [{"comment": {"comment": ""}}]}
    told = [event, {"timestamp": 1, "title": "x"}, event | {"timestamp": None}, empty]
    outcome = read(write(told))
    assert (outcome.source, outcome.counts()) == ("facebook-download", (1, 1, 3, 1))
    assert outcome.comments[0].author_name is None


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("Varf\u00c3\u00b6r", "Varför"),
        ("\u00f0\u009f\u0098\u00a1", "😡"),
        ("Varför", "Varför"),
        ("åäö ÅÄÖ é", "åäö ÅÄÖ é"),
        ("😡", "😡"),
        ("", ""),
    ],
)
def test_mojibake_is_mended_and_nothing_else_is_touched(broken, whole):
    assert repaired(broken) == whole


def test_youtube_threads_come_in_with_their_replies():
    outcome = read("youtube_threads.json")
    [post] = outcome.posts
    assert (post.channel, post.id, post.account_id) == (Channel.YOUTUBE, "aB3-dE_f9xY", "UCstad")
    question, reply = outcome.comments
    assert (question.id, question.text) == ("T1", "Bra film!\nMen var är det?")
    assert (question.author_id, question.likes) == ("UC1", 2)
    assert (question.created, question.edited) == (
        datetime(2026, 9, 15, 6, 0, tzinfo=UTC),
        datetime(2026, 9, 15, 6, 30, tzinfo=UTC),
    )
    assert (reply.parent_id, reply.edited) == ("T1", None)
    assert (question.from_organisation, reply.from_organisation) == (None, True)


def test_youtube_replies_alone_need_their_video():
    [reply] = read("youtube_replies.json", post_id="aB3-dE_f9xY").comments
    assert (reply.post_id, reply.parent_id) == ("aB3-dE_f9xY", "T1")
    assert reply.text == "Tack & hej <3\nhär"


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        ("a<br />b<BR>c", "a\nb\nc"),
        ("<b>tjock</b> &lt;script&gt;", "tjock <script>"),
        ("1 < 2 och 3 > 2 <3", "1 < 2 och 3 > 2 <3"),
        ('<a href="http://example.invalid">länk</a>', "länk"),
    ],
)
def test_markup_of_youtube_becomes_text(shown, text):
    assert plain(shown) == text


def test_a_youtube_comment_that_cannot_be_read_is_rejected_alone(write):
    good = {
        "id": "1",
        "snippet": {"videoId": "v", "textOriginal": "Hej", "publishedAt": "2026-09-15T06:00:00Z"},
    }
    bad = [
        {"id": "2", "snippet": good["snippet"] | {"textOriginal": ""}},
        {"id": "3", "snippet": good["snippet"] | {"publishedAt": "i går"}},
        {"snippet": good["snippet"]},
        {"snippet": {"topLevelComment": good, "videoId": []}},
    ]
    outcome = read(write({"items": [*bad, good]}))
    assert outcome.counts() == (1, 2, 3, 0)
    assert outcome.rejections[0].place.column == "items[0].snippet.textOriginal"


def test_linkedin_comments_come_in():
    outcome = read("linkedin.json")
    [post] = outcome.posts
    assert (post.channel, post.id, post.aliases) == (
        Channel.LINKEDIN,
        "urn:li:activity:700",
        ("700",),
    )
    question, reply = outcome.comments
    assert question.created == datetime(2026, 9, 15, 6, 5, 12, tzinfo=UTC)
    assert question.edited == datetime(2026, 9, 15, 6, 15, 12, tzinfo=UTC)
    assert (question.from_organisation, reply.from_organisation) == (False, None)
    assert (reply.parent_id, reply.likes, reply.tagged_names) == ("6636", 1, ("Bo Li",))


@pytest.mark.parametrize("account", ["urn:li:organization:9", "9"])
def test_a_page_on_linkedin_is_ours_only_when_its_id_is_given(account):
    unsaid = read("linkedin.json", account="Trafikkontoret")
    assert unsaid.posts[0].account_id is None
    assert "--account" in unsaid.remarks[0].text
    said = read("linkedin.json", account=account)
    assert (said.posts[0].account_id, said.posts[0].account_name) == ("urn:li:organization:9", None)
    assert said.remarks == []


def test_linkedin_comments_that_cannot_be_read_are_rejected_alone(write):
    good = {
        "id": 1,
        "actor": "urn:li:x:1",
        "created": {"time": 1789452312000},
        "object": "urn:li:share:7",
        "message": {"text": "Hej"},
    }
    bad = [
        good | {"message": {"text": ""}},
        good | {"created": {"time": 5}},
        good | {"object": None},
    ]
    outcome = read(write({"elements": [*bad, good]}))
    assert outcome.counts() == (1, 1, 3, 0)
    assert outcome.comments[0].from_organisation is None


def test_tiktok_comments_come_in_with_ids_of_every_digit():
    outcome = read("tiktok.json")
    [post] = outcome.posts
    assert (post.channel, post.id) == (Channel.TIKTOK, "7000000000000000001")
    first, reply = outcome.comments
    assert (first.id, first.parent_id, first.likes) == ("7001000000000000001", None, 2)
    assert reply.parent_id == first.id
    assert first.author_name is None


def test_tiktok_comments_that_cannot_be_read_are_rejected_alone(write):
    good = {"id": 1, "video_id": 2, "text": "Hej", "create_time": 1789452312}
    bad = [good | {"text": " "}, good | {"create_time": 0}, good | {"video_id": None}]
    outcome = read(write({"data": {"comments": [*bad, good]}}))
    assert outcome.counts() == (1, 1, 3, 0)
    assert outcome.comments[0].parent_id is None


def test_webhook_events_become_comments_and_posts():
    outcome = read("webhook_deliveries.json")
    added, edited, reply, hidden, instagram = outcome.comments
    assert (added.post_id, added.id, added.parent_id) == ("101_900", "900_1", None)
    assert (added.author_id, added.from_organisation) == ("5001", None)
    assert added.created == edited.created == datetime(2026, 9, 15, 6, 5, 12, tzinfo=UTC)
    assert (added.edited, edited.edited) == (None, datetime(2026, 9, 15, 6, 15, 12, tzinfo=UTC))
    assert edited.text.endswith("i dag?")
    assert (reply.parent_id, reply.from_organisation) == ("900_1", True)
    assert (hidden.is_hidden, hidden.text) == (True, "Dold text")
    assert added.is_hidden is None
    assert (instagram.channel, instagram.post_id, instagram.parent_id) == (
        Channel.INSTAGRAM,
        "17900000000000077",
        "178_0",
    )
    assert instagram.created == datetime(2026, 9, 15, 6, 15, 12, tzinfo=UTC)
    assert instagram.author_name == "alva.ek"


def test_webhook_posts_are_told_of():
    stub, whole, media = read("webhook_deliveries.json").posts
    assert (stub.id, stub.aliases, stub.account_id) == ("101_900", ("900",), "101")
    assert stub.permalink == "https://www.facebook.com/101/posts/900"
    assert (whole.text, whole.account_name) == ("Nya räcken på Årstabron", "Trafikkontoret")
    assert (media.id, media.account_id) == ("17900000000000077", "1784")


def test_what_a_webhook_takes_away_is_told_of_and_cannot_be_a_comment():
    hidden, removed, others = read("webhook_deliveries.json").remarks
    assert "900_4" in hidden.text
    assert "900_5" in removed.text
    assert "ta bort" not in removed.text
    assert removed.place.column == "[0].entry[0].changes[5]"
    assert others.text.startswith("1 händelser")


def test_a_comment_that_is_shown_again_is_not_hidden(write):
    value = {"item": "comment", "post_id": "1_2", "comment_id": "2_3", "created_time": 1789452312}
    shown = value | {"verb": "unhide", "message": "Hej"}
    [comment] = read(write([{"field": "feed", "value": shown}])).comments
    assert comment.is_hidden is False


def test_webhook_events_that_cannot_be_read_are_rejected_alone(write):
    comment = {"item": "comment", "post_id": "1_2", "comment_id": "2_3", "message": "Hej"}
    bad = [
        {"field": "feed", "value": comment},
        {"field": "feed", "value": comment | {"message": None, "created_time": 1789452312}},
        {"field": "feed", "value": "x"},
        "x",
        {"field": "ratings", "value": {}},
    ]
    outcome = read(
        write([{"field": "feed", "value": comment | {"created_time": 1789452312}}, *bad])
    )
    assert outcome.counts() == (1, 1, 4, 1)


def test_one_delivery_alone_and_a_log_of_them_come_in(write):
    comment = {"item": "comment", "post_id": "1_2", "comment_id": "2_3", "message": "Hej"}
    change = {"field": "feed", "value": comment | {"created_time": "2026-09-15T06:00:00+0000"}}
    delivery = {"object": "page", "entry": [{"id": "1", "time": 1789452312, "changes": [change]}]}
    assert read(write(delivery)).comments[0].place == Place(None, "entry[0].changes[0]")
    text = write(delivery).read_text()
    assert read(write(f"{text}\n{text}\n")).counts() == (1, 2, 0, 0)


def test_an_old_delivery_names_its_sender(write):
    value = {
        "item": "comment",
        "post_id": "1_2",
        "comment_id": "2_3",
        "message": "Hej",
        "sender_id": 7,
        "sender_name": "Kim",
        "created_time": 1789452312,
    }
    [comment] = read(write([{"field": "feed", "value": value}])).comments
    assert (comment.author_id, comment.author_name) == ("7", "Kim")


@pytest.mark.parametrize(
    "name", ["facebook_download.json", "youtube_threads.json", "linkedin.json", "tiktok.json"]
)
def test_a_broken_file_is_refused_before_its_first_record(name, write):
    from service.sources import SourceFile, detect
    from service.sources.raw import ImportOptions
    from tests.sources.reading import FIXTURES

    file = SourceFile(write((FIXTURES / name).read_bytes()[:-3]))
    with pytest.raises(FileRefused, match="slutar mitt i"):
        next(detect(file).records(file, ImportOptions()))


def test_a_post_told_of_by_a_webhook_is_told_of_once(write):
    value = {"item": "comment", "post_id": "1_2", "message": "Hej", "created_time": 1789452312}
    told = [{"field": "feed", "value": value | {"comment_id": f"2_{n}"}} for n in range(3)]
    assert [type(record) for record in read(write(told)).records].count(RawPost) == 1
