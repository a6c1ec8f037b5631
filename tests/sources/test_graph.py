"""Meta Graph API: posts, comments and insights, in all the shapes that they are saved in."""

from datetime import UTC, datetime

import pytest

from nlp.vocabulary import Channel, PostMetrics
from service.errors import FileRefused
from tests.sources.reading import FIXTURES, read

PAGING = "https://graph.facebook.com/v26.0/{}/{}?access_token=HEMLIG-NYCKEL&after=b"


def facebook(name="900_1", **changes):
    return {
        "id": name,
        "message": "Hej",
        "created_time": "2026-09-15T06:05:12+0000",
        "like_count": 0,
    } | changes


def instagram(name="1", **changes):
    return {"id": name, "text": "Hej", "timestamp": "2026-09-15T06:05:12+0000"} | changes


def page(*items, of=None, edge="comments"):
    paging = {"next": PAGING.format(of, edge)} if of else {"cursors": {"after": "b"}}
    return {"data": [*items], "paging": paging}


def test_comments_of_a_facebook_page_come_in_with_all_that_is_said():
    outcome = read("graph_comments_page.json")
    [post] = outcome.posts
    assert (post.id, post.aliases, post.account_id) == ("101_900", ("900",), "101")
    question, reply, sticker, *_ = outcome.comments
    assert (question.id, question.parent_id, question.likes) == ("900_11", None, 3)
    assert question.created == datetime(2026, 9, 15, 6, 5, 12, tzinfo=UTC)
    assert (question.author_id, question.author_name) == ("5001", "Alva Ek")
    assert (question.from_organisation, reply.from_organisation) == (None, True)
    assert reply.parent_id == "900_11"
    assert reply.tagged_names == ("Alva Ek", "Alva")
    assert (sticker.text, sticker.is_hidden, sticker.from_organisation) == ("", True, None)
    assert "data[4].message" in outcome.reasons[0]


def test_replies_inside_comments_come_after_what_they_answer():
    found = read("graph_comments_page.json").comments[3:]
    assert [(reply.id, reply.parent_id) for reply in found] == [
        ("900_14", None),
        ("900_15", "900_14"),
        ("900_16", "900_15"),
    ]


def test_replies_to_a_comment_that_cannot_be_read_are_kept(write):
    nested = facebook(message=None, comments={"data": [facebook("900_2")]})
    outcome = read(write(page(nested, of="101_900")))
    assert outcome.counts() == (1, 1, 1, 0)
    assert (outcome.comments[0].id, outcome.comments[0].parent_id) == ("900_2", None)


def test_ids_are_read_from_links_when_they_were_not_fetched():
    question, reply = read("graph_comments_without_ids.json").comments
    assert (question.id, question.parent_id) == ("900_21", None)
    assert (reply.id, reply.parent_id, reply.post_id) == ("900_22", "900_21", "101_900")


def test_instagram_comments_come_in_with_their_replies():
    outcome = read("instagram_comments.json")
    [post] = outcome.posts
    assert (post.channel, post.id) == (Channel.INSTAGRAM, "17900000000000077")
    first, reply, hidden = outcome.comments
    assert (first.text, first.author_name, first.likes) == ("Så fint!", "alva.ek", 2)
    assert (reply.parent_id, reply.author_name) == (first.id, "stockholmsliv")
    assert (hidden.is_hidden, hidden.author_name) == (True, None)


@pytest.mark.parametrize(
    "shape",
    [
        lambda items: page(*items, of="101_900"),
        lambda items: {item["id"]: item for item in items},
        lambda items: items,
        lambda items: [page(item, of="101_900") for item in items],
        lambda items: {"101_900": page(*items)},
    ],
    ids=["page", "by id", "list", "pages", "page by id"],
)
def test_every_shape_says_the_same(shape, write):
    items = [facebook(), facebook("900_2", parent={"id": "900_1"})]
    outcome = read(write(shape(items)))
    assert outcome.source == "graph-comments"
    assert [(kept.id, kept.parent_id) for kept in outcome.comments] == [
        ("900_1", None),
        ("900_2", "900_1"),
    ]


def test_pages_after_each_other_each_say_whose_they_are(write):
    told = [page(instagram(str(number)), of=f"1790{number}") for number in range(3)]
    path = write("\n".join(write(one).read_text() for one in told))
    assert [kept.post_id for kept in read(path).comments] == ["17900", "17901", "17902"]


@pytest.mark.parametrize(
    ("told", "post_id"),
    [
        (page(facebook(), of="101_900"), "101_900"),
        (page(facebook("101_900_1")), "101_900"),
        (page(facebook()), "900"),
        (page(facebook("1", object={"id": "101_900"})), "101_900"),
        (page(facebook("1"), of="101_900"), "101_900"),
        (page(facebook("900_2", parent={"id": "900_1"}), of="900_1"), "900"),
        (page(instagram(media={"id": "77"})), "77"),
        (page(instagram(), of="77"), "77"),
    ],
)
def test_the_post_is_found_where_the_file_has_it(told, post_id, write):
    outcome = read(write(told))
    assert outcome.comments[0].post_id == outcome.posts[0].id == post_id


@pytest.mark.parametrize("told", [page(instagram()), page(instagram(), of="99", edge="replies")])
def test_a_post_that_the_file_does_not_name_must_be_said(told, write):
    with pytest.raises(FileRefused, match="--post"):
        read(write(told))
    assert read(write(told), post_id="77").comments[0].post_id == "77"


def test_what_the_person_says_completes_what_the_file_says(write):
    outcome = read(write(page(facebook())), post_id="101_900", account="Trafik")
    assert (outcome.posts[0].id, outcome.posts[0].account_name) == ("101_900", "Trafik")


def test_a_link_by_another_name_becomes_an_alias(write):
    link = "https://www.facebook.com/101/posts/pfbid0Abc?comment_id=1"
    [post] = read(write(page(facebook(permalink_url=link)))).posts
    assert (post.id, post.aliases) == ("101_900", ("900", "pfbid0Abc"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"created_time": None}, "data[0].created_time” saknas"),
        ({"created_time": "i går"}, "tolka"),
        ({"created_time": "2026-09-15 10:00"}, "tidszon"),
        ({"message": "a" * 10_001}, "10000"),
        ({"message": ["hej"]}, "data[0].message” ska vara text"),
        ({"like_count": -1}, "negativt"),
        ({"from": "Kim"}, "data[0].from” ska vara"),
    ],
)
def test_a_bad_comment_is_rejected_alone(changes, said, write):
    outcome = read(write(page(facebook(**changes), facebook("900_2"), of="101_900")))
    assert [kept.id for kept in outcome.comments] == ["900_2"]
    assert said in outcome.reasons[0]


def test_a_reply_on_instagram_names_what_it_answers(write):
    [kept] = read(write(page(instagram("2", parent_id="1"), of="77"))).comments
    assert kept.parent_id == "1"


def test_a_tag_that_is_not_in_the_text_still_names_a_person(write):
    tags = [{"name": "Alva Ek", "type": "user", "offset": 50, "length": 4}, {"type": "user"}]
    [kept] = read(write(page(facebook(message_tags=tags), of="101_900"))).comments
    assert kept.tagged_names == ("Alva Ek",)


def test_a_tag_after_an_emoji_is_found_where_facebook_counts_it(write):
    tags = [{"name": "Alva Ek", "offset": 3, "length": 4}]
    [kept] = read(write(page(facebook(message="😡 Alva!", message_tags=tags), of="1_900"))).comments
    assert kept.tagged_names == ("Alva Ek", "Alva")


def test_a_comment_without_any_id_gets_none(write):
    told = facebook()
    del told["id"]
    [kept] = read(write(page(told, of="101_900"))).comments
    assert (kept.id, kept.post_id) == (None, "101_900")


def test_unix_times_are_read(write):
    [kept] = read(write(page(facebook(created_time=1789452312), of="101_900"))).comments
    assert kept.created == datetime(2026, 9, 15, 6, 5, 12, tzinfo=UTC)


def test_posts_come_in_with_figures_and_the_comments_inside_them():
    outcome = read("graph_posts_feed.json")
    post, other = outcome.posts
    assert (post.id, post.aliases) == ("101_900", ("900",))
    assert (post.account_id, post.account_name) == ("101", "Trafikkontoret")
    assert (post.text, post.published) == (
        "Slussen är öppen för cyklar",
        datetime(2026, 9, 15, 6, 5, tzinfo=UTC),
    )
    assert post.metrics == PostMetrics(reach=12000, reactions=210, comments=34, shares=12)
    assert (other.text, other.account_id, other.metrics) == (None, "101", PostMetrics())
    [comment] = outcome.comments
    assert (comment.post_id, comment.from_organisation) == ("101_900", True)


def test_instagram_posts_come_in_with_their_shortcode_as_a_name():
    [post] = read("instagram_media.json").posts
    assert (post.channel, post.id, post.aliases) == (
        Channel.INSTAGRAM,
        "17900000000000077",
        ("CzA1bC2",),
    )
    assert post.metrics == PostMetrics(reactions=600, comments=9)
    assert post.account_name == "stockholmsliv"


@pytest.mark.parametrize(
    ("told", "source"),
    [
        ({"id": "101_900", "created_time": "2026-09-15T06:05:12+0000"}, "graph-posts"),
        (page({"id": "1_2", "created_time": "x"}, of="101", edge="posts"), "graph-posts"),
        (page({"id": "1_2", "created_time": "x"}, of="1_2", edge="comments"), "graph-comments"),
        (page(facebook(permalink_url="https://www.facebook.com/1/posts/2")), "graph-posts"),
        (page({"id": "1_2", "created_time": "x", "message": "x", "from": {}}), "graph-comments"),
        (page({"id": "1", "timestamp": "x", "caption": "x"}), "graph-posts"),
    ],
)
def test_posts_and_comments_are_told_apart(told, source, write):
    from service.sources import SourceFile, detect

    assert detect(SourceFile(write(told))).name == source


def test_an_unclear_file_is_read_as_what_the_person_says():
    assert read("graph_unclear.json", source="graph-posts").counts() == (1, 0, 0, 0)
    assert read("graph_unclear.json", source="graph-comments").counts() == (1, 1, 0, 0)


def test_a_post_that_cannot_be_read_is_rejected_alone(write):
    told = [{"id": "101_1", "created_time": "i går", "shares": {}}, {"id": "101_2", "shares": {}}]
    outcome = read(write(page(*told, "x")))
    assert outcome.counts() == (1, 0, 2, 0)


def test_insights_become_figures_by_their_first_known_name():
    outcome = read("graph_insights.json")
    [post] = outcome.posts
    assert (post.channel, post.id, post.aliases) == (Channel.FACEBOOK, "101_900", ("900",))
    assert post.metrics == PostMetrics(
        reach=12000, views=15400, reactions=210, link_clicks=96, clicks=130
    )
    assert [remark.text for remark in outcome.remarks] == [
        "Mått som inte används här: post_video_views."
    ]


def test_instagram_insights_become_figures():
    [post] = read("instagram_insights.json").posts
    assert (post.channel, post.id) == (Channel.INSTAGRAM, "17900000000000077")
    assert post.metrics == PostMetrics(
        reach=4000, views=5000, reactions=600, comments=9, shares=3, saves=22, follows=1
    )


def test_a_figure_without_a_value_is_unknown(write):
    told = {"id": "77/insights/reach/lifetime", "name": "reach", "values": []}
    assert read(write(page(told))).posts[0].metrics == PostMetrics()


def test_insights_of_many_posts_are_kept_apart(write):
    def insight(post, value, **changes):
        return {
            "id": f"{post}/insights/post_clicks/lifetime",
            "name": "post_clicks",
            "period": "lifetime",
            "values": [{"value": value}],
        } | changes

    told = {
        "101_900": {"data": [insight("101_900", 3)]},
        "101_901": {
            "data": [insight("101_901", 5), insight("101_901", -1, name="post_media_view")]
        },
    }
    outcome = read(write(told))
    assert [(post.id, post.metrics.clicks) for post in outcome.posts] == [
        ("101_900", 3),
        ("101_901", 5),
    ]
    assert len(outcome.rejections) == 1


def test_figures_of_one_day_are_not_taken_for_a_posts_own(write):
    told = {
        "id": "101_900/insights/post_impressions/day",
        "name": "post_impressions",
        "period": "day",
        "values": [{"value": 7}],
    }
    outcome = read(write(page(told)))
    assert outcome.posts[0].metrics == PostMetrics()
    assert "post_impressions" in outcome.remarks[0].text


@pytest.mark.parametrize("name", ["graph_comments_page.json", "graph_posts_feed.json"])
def test_a_file_cut_off_anywhere_gives_nothing(name, write):
    whole = (FIXTURES / name).read_bytes()
    for length in range(1, len(whole) - 3, len(whole) // 15):
        file = write(whole[:length], "cut.json")
        for source in ("graph-comments", "graph-posts"):
            with pytest.raises(FileRefused, match=r"cut\.json"):
                read(file, source=source)
