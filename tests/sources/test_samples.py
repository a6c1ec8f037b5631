"""Real and true-to-form files, where they lie beside the project; skipped where they do not."""

from pathlib import Path

import pytest

from service.errors import FileRefused
from tests.sources.reading import read

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"

NO_POST = ("refused", "--post")
NO_COLUMNS = ("refused", "utan en rad med kända kolumnrubriker")
SCHEMA = ("refused", "beskriver ett format .* innehåller inga kommentarer")
PERMISSION = ("refused", "felsvar från Meta Graph API")

#                                             posts, comments, rejections, remarks
EXPECTED = {
    "README.md": NO_COLUMNS,
    "instagram/comments_comment_fields.json": NO_POST,
    "instagram/comments_comments_fields.json": NO_POST,
    "instagram/comments_replies.json": NO_POST,
    "instagram/medias_comments_p1.json": ("graph-comments", (1, 2, 0, 0)),
    "instagram/medias_comments_p2.json": NO_POST,
    "instagram/medias_insights.json": ("graph-insights", (1, 0, 0, 0)),
    "instagram/medias_insights_new.json": ("graph-insights", (1, 0, 0, 1)),
    "instagram/medias_media_default.json": ("graph-posts", (1, 0, 0, 0)),
    "instagram/users_user_insights_new.json": ("refused", "hela kontot"),
    "meta-graph/comments_comment_info.json": ("graph-comments", (1, 1, 0, 0)),
    "meta-graph/comments_comments_info.json": ("graph-comments", (1, 2, 0, 0)),
    "meta-graph/comments_comments_p1.json": ("graph-comments", (1, 10, 0, 0)),
    "meta-graph/comments_comments_p2.json": ("graph-comments", (1, 5, 0, 0)),
    "meta-graph/error.json": PERMISSION,
    "meta-graph/error_data.json": ("refused", "pages_read_engagement"),
    "meta-graph/posts_feed_fields_p1.json": ("graph-posts", (5, 0, 0, 0)),
    "meta-graph/posts_feeds_default_fields_p1.json": ("graph-posts", (5, 0, 0, 0)),
    "meta-graph/posts_single_post_data_fields.json": ("graph-posts", (1, 0, 0, 0)),
    "schemas/tap_facebook_pages_post_insights.json": SCHEMA,
    "schemas/tap_facebook_pages_posts.json": SCHEMA,
    "synthetic/excel_sv_semicolon_cp1252.csv": ("table", (1, 1, 0, 0)),
    "synthetic/excel_sv_semicolon_utf16le_tab.csv": ("refused", "”inlägg_id” saknas"),
    "synthetic/exportcomments_facebook.xlsx": ("exportcomments", (1, 2, 0, 0)),
    "synthetic/fb_dyi_comments.json": ("facebook-download", (1, 1, 0, 1)),
    "synthetic/linkedin_comments.json": ("linkedin", (1, 1, 0, 0)),
    "synthetic/mbs_facebook_en_utf8bom.csv": ("business-suite", (1, 0, 0, 0)),
    "synthetic/mbs_facebook_sv_utf8bom.csv": ("business-suite", (1, 0, 0, 0)),
    "synthetic/mbs_instagram_en_utf8bom.csv": ("business-suite", (1, 0, 0, 0)),
    "synthetic/mbs_instagram_sv_utf8bom.csv": ("business-suite", (1, 0, 0, 0)),
    "synthetic/meta_comments_full.json": ("graph-comments", (1, 3, 0, 0)),
    "synthetic/meta_post_insights.json": ("graph-insights", (1, 0, 0, 0)),
    "synthetic/tiktok_research_comments.json": ("tiktok", (1, 1, 0, 0)),
    "synthetic/webhook_feed_comment_add.json": ("webhook", (1, 1, 0, 0)),
    "synthetic/webhook_feed_comment_add.sig.txt": NO_COLUMNS,
    "synthetic/webhook_feed_variants.json": ("webhook", (2, 1, 0, 4)),
    "synthetic/webhook_instagram_comment.json": ("webhook", (1, 1, 0, 0)),
    "youtube/comment_threads_comment_thread_single.json": ("youtube", (1, 1, 0, 0)),
    "youtube/comment_threads_comment_threads_by_video_paged_1.json": ("youtube", (1, 5, 0, 0)),
    "youtube/comments_comments_by_parent_paged_1.json": NO_POST,
    "youtube/modeldata_comment_thread_replies.json": ("youtube", (1, 1, 0, 0)),
}
WITH_A_POST = {
    "instagram/comments_comment_fields.json": ("graph-comments", (1, 1, 0, 0)),
    "instagram/comments_comments_fields.json": ("graph-comments", (1, 2, 0, 0)),
    "instagram/comments_replies.json": ("graph-comments", (1, 1, 0, 0)),
    "instagram/medias_comments_p2.json": ("graph-comments", (1, 2, 0, 0)),
    "synthetic/excel_sv_semicolon_utf16le_tab.csv": ("table", (1, 1, 0, 1)),
    "youtube/comments_comments_by_parent_paged_1.json": ("youtube", (1, 2, 0, 0)),
}

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no samples beside the project")


def test_every_sample_is_expected_to_do_something():
    found = {str(path.relative_to(SAMPLES)) for path in SAMPLES.rglob("*") if path.is_file()}
    assert found == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_comes_in_or_is_refused_with_its_reason(name):
    source, expected = EXPECTED[name]
    if source == "refused":
        with pytest.raises(FileRefused, match=expected):
            read(SAMPLES / name)
    else:
        outcome = read(SAMPLES / name)
        assert (outcome.source, outcome.counts()) == (source, expected)


@pytest.mark.parametrize("name", WITH_A_POST)
def test_a_sample_that_names_no_post_comes_in_when_it_is_said(name):
    outcome = read(SAMPLES / name, post_id="900")
    assert (outcome.source, outcome.counts()) == WITH_A_POST[name]
