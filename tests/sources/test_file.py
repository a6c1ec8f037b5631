"""Encodings by rule, never by guess; lines of bounded length."""

import pytest

from service.errors import FileRefused
from service.sources.file import MAX_LINE_LENGTH, SourceFile
from tests.sources.reading import FIXTURES, read

SWEDISH = "Går det att åka över Årstabron? ÄÖÅ é ”ja” – 3 € …\n"


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp1252", "cp1252"),
        ("utf-16", "utf-16-le"),
        ("ascii", "utf-8"),
    ],
)
def test_the_encoding_follows_the_rule(encoding, told, write):
    text = "Hej\n" if encoding == "ascii" else SWEDISH
    file = SourceFile(write(text, encoding=encoding))
    assert file.encoding == told
    assert list(file.lines()) == [text]
    with file.open_utf8() as stream:
        assert stream.read().decode("utf-8") == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("name", ["instagram_media.json", "exchange_list.json", "tiktok.json"])
def test_json_is_read_in_every_encoding(name, encoding, write):
    text = (FIXTURES / name).read_text("utf-8").replace("🍂", "…").replace("😍", "…")
    path = write(text, encoding=encoding)
    assert read(path).records == read(write(text, "plain")).records


def test_big_endian_utf16_is_read(write):
    file = SourceFile(write(b"\xfe\xff" + SWEDISH.encode("utf-16-be")))
    assert list(file.lines()) == [SWEDISH]


def test_three_encodings_of_one_table_say_the_same():
    names = ("comments_sv.csv", "comments_sv_bom.csv", "comments_unicode.txt")
    outcomes = [[(c.text, c.author_name) for c in read(name).comments] for name in names]
    assert outcomes[0] == outcomes[1] == outcomes[2]
    text, author = outcomes[0][0]
    assert text.splitlines() == ['Hej; när öppnar "Götgatan"?', "Det är halt."]
    assert author == "Åsa Öst"


def test_capitals_before_a_typographic_sign_are_still_cp1252(write):
    # Ä… and Å” happen to be valid UTF-8 for Polish letters.
    file = SourceFile(write("NEJ DÄ… sa hon ”HALLÅ” å", encoding="cp1252"))
    assert file.encoding == "cp1252"


@pytest.mark.parametrize(
    "text", ["Vi åker", "Så här 😡", "Hon sa ”nej”"], ids=["letters", "emoji", "quotes"]
)
def test_damaged_utf8_is_refused_and_never_read_as_cp1252(text, write):
    head = f"{text}\n".encode()
    with pytest.raises(FileRefused, match=rf"UTF-8 vid byte {len(head) + 3} \(rad 2\)"):
        _ = SourceFile(write(head + b"x;\xe5;y\n")).encoding


def test_bytes_that_mean_nothing_in_cp1252_are_refused(write):
    with pytest.raises(FileRefused, match=r"CP1252 vid byte 5 \(rad 2\)"):
        _ = SourceFile(write(b"\xe5\xe4\n\xf6\x81")).encoding


@pytest.mark.parametrize("content", [b"id;text\x00;skapad", b"a" * 5_000 + b"\x00"])
def test_a_file_with_nul_bytes_is_refused(content, write):
    with pytest.raises(FileRefused, match="ingen textfil"):
        read(write(content))


def test_half_a_character_of_utf16_is_refused(write):
    with pytest.raises(FileRefused, match="UTF-16-LE"):
        read(write(b"\xff\xfeh\x00e\x00j"))


def test_a_fault_is_found_beyond_the_first_chunk(write):
    content = "å\n".encode() * 500_000
    with pytest.raises(FileRefused, match=rf"byte {len(content) + 1} \(rad 500001\)"):
        _ = SourceFile(write(content + b"\xff")).encoding


@pytest.mark.parametrize(
    "start",
    ["", "kommentar;skapad;inlägg_id\n", '{"version": 1, "post": {}, "comments": ["'],
    ids=["text", "table", "exchange"],
)
def test_a_line_of_ten_megabytes_is_refused(start, write):
    with pytest.raises(FileRefused, match=str(MAX_LINE_LENGTH)):
        read(write(start + "a" * 10_000_000))
