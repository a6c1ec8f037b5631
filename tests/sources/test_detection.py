"""Every kind of file is known by its content, and every other is refused with a reason."""

import pytest

from service.errors import BadRequest, FileRefused
from service.sources import SOURCES, SourceFile, detect, json_values, source_named
from tests.sources.reading import FIXTURES, read

#                                     posts, comments, rejections, remarks
IMPORTED = {
    "exchange.jsonl": ("exchange", (2, 4, 0, 0)),
    "exchange_list.json": ("exchange", (2, 4, 0, 0)),
    "business_suite_facebook_sv.csv": ("business-suite", (3, 0, 0, 0)),
    "business_suite_facebook_en.csv": ("business-suite", (3, 0, 0, 0)),
    "business_suite_instagram_sv.csv": ("business-suite", (2, 0, 0, 0)),
    "business_suite_instagram_en.csv": ("business-suite", (2, 0, 0, 0)),
    "comments_sv.csv": ("table", (1, 2, 0, 0)),
    "comments_sv_bom.csv": ("table", (1, 2, 0, 0)),
    "comments_unicode.txt": ("table", (1, 2, 0, 0)),
    "comments_en.csv": ("table", (2, 2, 0, 0)),
    "graph_comments_page.json": ("graph-comments", (1, 6, 1, 0)),
    "graph_comments_by_id.json": ("graph-comments", (2, 2, 0, 0)),
    "graph_comments_without_ids.json": ("graph-comments", (1, 2, 0, 0)),
    "graph_posts_feed.json": ("graph-posts", (2, 1, 0, 0)),
    "graph_insights.json": ("graph-insights", (1, 0, 0, 1)),
    "instagram_comments.json": ("graph-comments", (1, 3, 0, 0)),
    "instagram_media.json": ("graph-posts", (1, 0, 0, 0)),
    "instagram_insights.json": ("graph-insights", (1, 0, 0, 1)),
    "facebook_download.json": ("facebook-download", (2, 3, 1, 1)),
    "youtube_threads.json": ("youtube", (1, 2, 0, 0)),
    "linkedin.json": ("linkedin", (1, 2, 0, 1)),
    "tiktok.json": ("tiktok", (1, 2, 0, 0)),
    "webhook_deliveries.json": ("webhook", (3, 5, 0, 3)),
    "webhook_changes.json": ("webhook", (1, 1, 0, 0)),
}
REFUSED = {
    "business_suite_daily.csv": "per inlägg och dag",
    "page_daily_series.csv": "dagsserie för hela sidan",
    "graph_error.json": "pages_read_engagement",
    "graph_schema.json": "beskriver ett format",
    "graph_unclear.json": "--source graph-posts",
    "graph_empty.json": "tom sida",
    "instagram_account_insights.json": "hela kontot",
    "facebook_download_posts.json": "egna inlägg",
    "youtube_replies.json": "--post",
}


def test_every_fixture_is_expected_to_do_something():
    assert {path.name for path in FIXTURES.iterdir()} == IMPORTED.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", IMPORTED)
def test_a_known_file_comes_in(name):
    outcome = read(name)
    assert (outcome.source, outcome.counts()) == IMPORTED[name]


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_with_nothing_to_take_is_refused_with_its_reason(name):
    with pytest.raises(FileRefused, match=REFUSED[name]):
        read(name)


@pytest.mark.parametrize("name", IMPORTED)
def test_the_name_of_a_file_says_nothing(name, write):
    content = (FIXTURES / name).read_bytes()
    assert detect(SourceFile(write(content, "utan ändelse"))).name == IMPORTED[name][0]


@pytest.mark.parametrize("name", IMPORTED)
def test_a_post_comes_before_its_comments_and_goes_by_one_of_its_names(name):
    known = set()
    for record in read(name).records:
        if hasattr(record, "aliases"):
            known |= {record.id, *record.aliases}
        elif hasattr(record, "post_id"):
            assert record.post_id in known


@pytest.mark.parametrize("name", IMPORTED)
def test_no_record_keeps_or_shows_the_key_that_fetched_it(name):
    outcome = read(name)
    assert "HEMLIG-NYCKEL" not in repr(outcome.records)
    assert all("HEMLIG-NYCKEL" not in str(post.permalink) for post in outcome.posts)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "tom"),
        (b"\xef\xbb\xbf \r\n\t", "tom"),
        (b"\x89PNG\r\n\x1a\n\x00", "PNG-bild"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "spara den som .xlsx"),
        (b"<!DOCTYPE html><html>", "webbsida"),
        (b"PK\x05\x06" + bytes(18), "ingen Excelfil"),
        (b"PK\x03\x04 avhuggen", "skadat eller avhugget"),
        (b"namn,ort\nKim,Farsta\n", "kommentar"),
        (b'{"meddelanden": [1]}', "JSON av okänt slag"),
        (b'{"data": [{"id": "1_2", "mess', "slutar mitt i ett JSON-värde, vid byte 29"),
        (b'{"data": [{"id": "1_2",\n "text": oj}]}', "rad 2, tecken 10"),
        (b'{"data": []}\n{"data": oj}', "rad 2, tecken 10"),
        (b'{"data": NaN}', r"inte giltig JSON\. Hämta"),
        (b"[" * 100_000, "64 niv"),
        (b'{"data": [{"id": ' + b"9" * 5_000 + b"}]}", "inte giltig JSON"),
    ],
)
def test_what_is_no_export_is_refused_saying_what_it_is(content, said, write):
    with pytest.raises(FileRefused, match=said):
        read(write(content))


@pytest.mark.parametrize(("code", "said"), [(190, "skapa en ny"), (613, "vänta en timme")])
def test_an_error_from_graph_api_is_explained(code, said, write):
    error = {"message": "(#x) …", "type": "OAuthException", "code": code, "fbtrace_id": "A"}
    with pytest.raises(FileRefused, match=said):
        read(write({"error": error}))


def test_a_refusal_names_the_kinds_that_exist(write):
    with pytest.raises(FileRefused) as refused:
        read(write("bara text"))
    assert all(source.title in str(refused.value) for source in SOURCES)


def test_an_unknown_table_is_described_without_its_cells(write):
    with pytest.raises(FileRefused) as refused:
        read(write("Hej Kim Andersson,varför svarar ni inte\n"))
    assert "Kim" not in str(refused.value)


def test_unknown_json_is_described_without_its_keys(write):
    with pytest.raises(FileRefused) as refused:
        read(write({"KimAndersson": 1}))
    assert "Kim" not in str(refused.value)


def test_the_place_of_a_fault_is_not_sought_in_a_very_large_file(write, monkeypatch):
    monkeypatch.setattr(json_values, "_MAX_LOCATED", 10)
    with pytest.raises(FileRefused, match=r"inte giltig JSON\. Hämta"):
        read(write(b'{"data": [{"id": oj}]}'))


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "saknas.csv", tmp_path):
        with pytest.raises(FileRefused, match=path.name):
            SourceFile(path)
    with pytest.raises(FileRefused, match="går inte att använda"):
        SourceFile(tmp_path / "nolltecken\0")


def test_a_source_is_found_by_name():
    assert [source_named(source.name) for source in SOURCES] == list(SOURCES)
    with pytest.raises(BadRequest, match="business-suite"):
        source_named("meta")


def test_a_forced_source_refuses_a_file_of_another_kind():
    for source in ("table", "business-suite", "exportcomments"):
        with pytest.raises(FileRefused, match="kolumn"):
            read("graph_insights.json", source=source)


def test_an_unknown_time_zone_is_refused():
    for zone in ("Mars/Olympus", "../etc", "Europe"):
        with pytest.raises(FileRefused, match="Tidszonen"):
            read("comments_sv.csv", timezone=zone)
