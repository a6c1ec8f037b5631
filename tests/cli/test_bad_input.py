"""Bad input: nothing lost, nothing half written, a non-zero exit, and what to do."""

import json
import os
import sqlite3
import time
import zipfile

import pytest

HEADINGS = "kanal;konto;inlägg_id;kommentar_id;skribent;skapad;kommentar\n"


def a_thread(*comments, **post):
    return {
        "version": 1,
        "channel": "facebook",
        "account": "Idrott",
        "post": {"id": "p1", "text": "Badet", "published": "2026-03-02T08:00:00Z"} | post,
        "comments": list(comments),
    }


def a_comment(name="c1", **changes):
    return {
        "id": name,
        "parent_id": None,
        "author": "Kim",
        "from_organisation": False,
        "created": "2026-03-02T09:00:00Z",
        "text": "När öppnar badet?",
        "likes": 0,
    } | changes


@pytest.fixture
def stored(tmp_path):
    """What the database holds: texts by id."""

    def look():
        path = tmp_path / "data" / "lyssnad.db"
        connection = sqlite3.connect(path)
        texts = dict(connection.execute("SELECT external_id, text FROM comment").fetchall())
        connection.close()
        return texts

    return look


@pytest.fixture
def written(tmp_path):
    """Write a file, by name and content."""

    def write(name, content):
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            lines = content if isinstance(content, str) else json.dumps(content) + "\n"
            path.write_text(lines, encoding="utf-8")
        return path

    return write


@pytest.fixture
def loaded(lyssnad, written):
    """A store that holds one good comment already."""
    assert lyssnad("import", written("bra.jsonl", a_thread(a_comment()))).code == 0
    return lyssnad


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("tom.jsonl", b"", "tom"),
        ("bild.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG"),
        ("avbruten.json", b'{"data": [{"id": "1_2", "message": "hej", "created_ti', "JSON"),
        ("utan.csv", (HEADINGS.replace(";skapad", "") + "x;y;1;2;k;hej\n").encode(), "skapad"),
        (
            "trasig.jsonl",
            '{"version": 1, "account": "Vår'.encode() + b'\xff"}\n',
            "byte 32 (rad 1)",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(loaded, stored, written, name, content, said):
    before = stored()
    outcome = loaded("import", written(name, content))
    assert outcome.code == 2
    assert said in outcome.out
    assert name in outcome.out
    assert stored() == before


def test_a_missing_column_is_named_together_with_those_found(loaded, written):
    path = written(
        "utan.csv", "kanal;inlägg_id;kommentar_id;skribent;kommentar\nfacebook;1;2;k;hej\n"
    )
    told = loaded("import", path).out
    assert "skapad" in told
    for found in ("kanal", "inlägg_id", "kommentar_id", "skribent", "kommentar"):
        assert found in told


def test_a_line_of_ten_megabytes_is_refused(loaded, stored, written):
    before = stored()
    thread = a_thread(a_comment("c2", text="a" * 10_000_000))
    outcome = loaded("import", written("lang.jsonl", thread))
    assert outcome.code == 2
    assert "rad" in outcome.out
    assert stored() == before


def test_a_zip_bomb_is_refused_within_a_second(loaded, tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(315):
                sheet.write(b"0" * 1_000_000)
    assert path.stat().st_size < 1_000_000
    started = time.process_time()
    outcome = loaded("import", path)
    assert time.process_time() - started < 1
    assert outcome.code == 2
    assert "MB" in outcome.out


def test_good_rows_come_in_beside_bad_ones_and_each_bad_one_is_named(loaded, stored, written):
    rows = [
        "facebook;Idrott;p1;c2;Kim;2026-03-02 10:00;Tack för svaret",
        "facebook;Idrott;p1;c3;Kim;2026-03-29 02:30;En tid som inte fanns",
        f"facebook;Idrott;p1;c4;Kim;2026-03-02 10:00;{'a' * 40_000}",
        "facebook;Idrott;p1;c5;Kim;i går;Ingen tid",
    ]
    outcome = loaded("import", written("blandat.csv", HEADINGS + "\n".join(rows) + "\n"))
    assert outcome.code == 1
    assert "5 inlägg och kommentarer: 1 ny, 0 ändrade, 1 oförändrad, 3 avvisade" in outcome.out
    assert set(stored()) == {"c1", "c2"}
    for row in ("rad 3", "rad 4", "rad 5"):
        assert row in outcome.out
    assert "aaaa" not in outcome.out


def test_a_time_that_happened_twice_is_taken_in_and_remarked(loaded, stored, written):
    row = "facebook;Idrott;p1;c2;Kim;2026-10-25 02:30;Två gånger den natten\n"
    outcome = loaded("import", written("tvetydig.csv", HEADINGS + row))
    assert outcome.code == 1
    assert "Obs (rad 2" in outcome.out
    assert "c2" in stored()


def test_the_same_id_with_another_text_keeps_the_longer_and_says_so(loaded, stored, written):
    path = written("annan.jsonl", a_thread(a_comment(text="När öppnar badet i höst?")))
    outcome = loaded("import", path)
    assert outcome.code == 1
    assert "c1 finns med två olika texter" in outcome.out
    assert stored()["c1"] == "När öppnar badet i höst?"


def test_an_unknown_parent_is_kept_and_remarked(loaded, stored, written):
    path = written("foralder.jsonl", a_thread(a_comment("c2", parent_id="borta")))
    outcome = loaded("import", path)
    assert outcome.code == 1
    assert "c2 svarar på borta" in outcome.out
    assert "c2" in stored()


def test_a_comment_before_its_post_is_kept_and_an_assumed_zone_suspected(loaded, stored, written):
    path = written("fore.jsonl", a_thread(a_comment("c2", created="2026-03-01T10:00:00Z")))
    outcome = loaded("import", path)
    assert outcome.code == 1
    assert "före sitt inlägg" in outcome.out
    assert "--timezone" not in outcome.out
    row = "facebook;Idrott;p1;c3;Kim;2026-03-02 08:30;Klockan är halv åtta i UTC\n"
    outcome = loaded("import", written("fore.csv", HEADINGS + row))
    assert outcome.code == 1
    assert "före sitt inlägg" in outcome.out
    assert "--timezone" in outcome.out
    assert {"c2", "c3"} <= set(stored())


def test_ids_beyond_two_to_the_53_keep_every_digit(loaded, stored, written):
    name = str(2**53 + 1)
    assert loaded("import", written("stort.jsonl", a_thread(a_comment(name)))).code == 0
    assert name in stored()


def test_one_bad_file_does_not_stop_the_next(loaded, stored, written):
    bad = written("tom.csv", b"")
    good = written("god.jsonl", a_thread(a_comment("c2")))
    outcome = loaded("import", bad, good)
    assert outcome.code == 1
    assert "c2" in stored()


def test_a_pipe_is_refused_rather_than_waited_for(lyssnad, tmp_path):
    os.mkfifo(tmp_path / "rör")
    outcome = lyssnad("import", tmp_path / "rör")
    assert outcome.code == 2
    assert "ingen vanlig fil" in outcome.out


def test_a_folder_is_named_even_when_one_stands_in_it(lyssnad, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert ". är en mapp. Ange filerna i den." in lyssnad("import", ".").out


def test_a_file_that_is_not_there_is_named(lyssnad, tmp_path):
    outcome = lyssnad("import", tmp_path / "borta.csv")
    assert outcome.code == 2
    assert "borta.csv" in outcome.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("report", "2026-13"), "2026-13"),
        (("report", "2031-01"), "har inte börjat"),
        (("analyse", "x.jsonl"), "--out"),
    ],
)
def test_what_cannot_be_asked_is_answered_in_swedish(loaded, words, said):
    outcome = loaded(*words)
    assert outcome.code == 2
    assert said in outcome.out + outcome.err


@pytest.mark.parametrize(
    ("flag", "value"), [("--source", "finns-inte"), ("--timezone", "Mars/Olympus")]
)
def test_a_flag_that_means_nothing_is_named(loaded, written, flag, value):
    row = "facebook;Idrott;p1;c2;Kim;2026-03-02 10:00;Tack\n"
    outcome = loaded("import", written("god.csv", HEADINGS + row), flag, value)
    assert outcome.code == 2
    assert value in outcome.out + outcome.err


def test_a_data_folder_that_cannot_be_made_is_named(lyssnad, written, tmp_path):
    in_the_way = written("fil", b"x")
    outcome = lyssnad("import", "x.csv", "--data-dir", in_the_way / "under")
    assert outcome.code == 2
    assert "--data-dir" in outcome.err
