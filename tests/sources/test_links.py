"""Names of a post, read from its links and ids. No link is followed."""

import pytest

from nlp.vocabulary import Channel
from service.sources.links import aliases_of, page_and_post, read_link, safe_link


@pytest.mark.parametrize(
    ("url", "channel", "page", "post"),
    [
        ("https://www.facebook.com/101/posts/900", Channel.FACEBOOK, "101", "900"),
        ("https://www.facebook.com/101/posts/900/?comment_id=1", Channel.FACEBOOK, "101", "900"),
        ("https://www.facebook.com/stockholm/posts/snö/900", Channel.FACEBOOK, None, "900"),
        ("https://www.facebook.com/stad/posts/pfbid0Ab", Channel.FACEBOOK, None, "pfbid0Ab"),
        ("https://m.facebook.com/story.php?story_fbid=900&id=101", Channel.FACEBOOK, "101", "900"),
        ("https://facebook.com/permalink.php?id=101&story_fbid=9", Channel.FACEBOOK, "101", "9"),
        ("https://www.facebook.com/101/photos/a.1/900/", Channel.FACEBOOK, "101", "900"),
        ("https://www.facebook.com/reel/900", Channel.FACEBOOK, None, "900"),
        ("https://www.facebook.com/watch/?v=900", Channel.FACEBOOK, None, "900"),
        ("https://www.facebook.com/101_900", Channel.FACEBOOK, "101", "900"),
        ("https://www.instagram.com/p/Cz_A-1/", Channel.INSTAGRAM, None, "Cz_A-1"),
        ("https://www.instagram.com/stad/reel/Cz1/", Channel.INSTAGRAM, None, "Cz1"),
        ("https://www.youtube.com/watch?v=aB-_1&t=3", Channel.YOUTUBE, None, "aB-_1"),
        ("https://www.youtube.com/shorts/aB1", Channel.YOUTUBE, None, "aB1"),
        ("https://youtu.be/aB1", Channel.YOUTUBE, None, "aB1"),
        ("https://www.tiktok.com/@stad/video/7000", Channel.TIKTOK, None, "7000"),
        ("https://linkedin.com/feed/update/urn:li:activity:700/", Channel.LINKEDIN, None, "700"),
        ("https://www.linkedin.com/posts/stad_snö-activity-700-x", Channel.LINKEDIN, None, "700"),
        ("https://x.com/stad/status/7", Channel.X, None, "7"),
    ],
)  # fmt: skip
def test_a_link_says_which_post_it_leads_to(url, channel, page, post):
    link = read_link(url)
    assert (link.channel, link.page_id, link.post_id) == (channel, page, post)


def test_a_link_to_a_reply_names_what_it_answers():
    link = read_link("https://www.facebook.com/101/posts/900?comment_id=1&reply_comment_id=2")
    assert (link.full_id, link.comment_id, link.reply_id) == ("101_900", "1", "2")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "https://[",
        "https://www.facebook.com/stockholm",
        "https://www.facebook.com/stockholm/posts/",
        "https://example.invalid/101/posts/900",
        "https://notfacebook.com/101/posts/900",
        "https://youtu.be/",
        "https://x.com/stad",
        "javascript:alert(1)//facebook.com/101/posts/900",
    ],
)
def test_other_links_say_nothing(url):
    assert read_link(url) is None


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://www.facebook.com/101/posts/900", True),
        (" https://example.invalid/a b ", True),
        ("javascript:alert(1)", False),
        ("https://graph.facebook.com/x?access_token=HEMLIG", False),
        ("https://graph.facebook.com/x?ACCESS_TOKEN=HEMLIG", False),
        ("https://", False),
        ("", False),
        (None, False),
    ],
)
def test_a_link_is_kept_only_when_it_can_be_shown(url, kept):
    assert safe_link(url) == (url.strip() if kept else None)


def test_the_halves_of_an_id():
    assert page_and_post("101_900") == ("101", "900")
    assert page_and_post("CzA_bC") == (None, "CzA_bC")
    assert aliases_of("101_900", "900", None, "pfbid0", "101_900") == ("900", "pfbid0")
