"""A workbook is opened only when opening it can do no harm."""

import io
import resource
import time
import zipfile

import pytest

from service.errors import FileRefused
from service.sources import spreadsheet
from service.sources.file import SourceFile
from tests.sources.reading import read

HEADERS = ("kommentar", "skapad", "inlägg_id")
MEGABYTE = 1024 * 1024


def repacked(path, *, method=zipfile.ZIP_DEFLATED, **parts):
    """The workbook with some parts replaced; its path."""
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    kept |= {name.replace("__", "/") + ".xml": content for name, content in parts.items()}
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in kept.items():
            archive.writestr(name, content)
    return path


def sheet(*cells, rows=1):
    """A sheet's XML with the cells in one row."""
    row = f"<row>{''.join(cells)}</row>"
    return f"<worksheet><sheetData>{row * rows}</sheetData></worksheet>"


def test_a_zip_bomb_is_refused_within_a_second_and_without_being_unpacked(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(315):
                part.write(bytes(1_000_000))
    assert path.stat().st_size < MEGABYTE
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    with pytest.raises(FileRefused, match="200 MB uppackad"):
        read(path)
    assert time.process_time() - started < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


def test_a_part_that_lies_about_its_size_is_not_believed(write_sheet):
    path = repacked(write_sheet(HEADERS), xl__worksheets__sheet1=bytes(50 * MEGABYTE))
    content = bytearray(path.read_bytes())
    true_size = (50 * MEGABYTE).to_bytes(4, "little")
    place = content.rindex(true_size)
    content[place : place + 4] = (1_000).to_bytes(4, "little")
    path.write_bytes(content)
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo("xl/worksheets/sheet1.xml").file_size == 1_000
    with pytest.raises(FileRefused, match="inte uppbyggd som en Excelfil"):
        read(path)


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        (sheet('<c r="A1"/>', '<c r="GR250000"/>'), "5000000 celler"),
        (sheet('<c r="XFD1"/>'), "200 kolumner"),
        (sheet('<c r="A250001"/>'), "250000 rader"),
        (sheet('<c r="A99999999999999999"/>'), "250000 rader"),
        (sheet("<c><v>1</v></c>" * 201), "200 kolumner"),
        ('<sst count="99999999999999"></sst>', "inte uppbyggd"),
        ("<worksheet>" + "a" * 3 * MEGABYTE, "100 gånger"),
    ],
    ids=["corners", "wide", "tall", "absurd", "unplaced", "claim", "ratio"],
)
def test_a_sheet_that_would_fill_the_memory_is_refused(xml, said, write_sheet):
    with pytest.raises(FileRefused, match=said):
        read(repacked(write_sheet(HEADERS), xl__worksheets__sheet1=xml))


def test_rows_that_do_not_say_where_they_are_are_counted(write_sheet, monkeypatch):
    monkeypatch.setattr(spreadsheet, "MAX_ROWS", 1_000)
    path = write_sheet(HEADERS)
    _ = SourceFile(repacked(path, xl__worksheets__sheet1=sheet("<c/>", rows=1_000))).workbook
    with pytest.raises(FileRefused, match="1000 rader"):
        read(repacked(path, xl__worksheets__sheet1=sheet("<c/>", rows=1_001)))


def test_cells_that_are_counted_are_those_of_sheets(write_sheet):
    chain = "<calcChain>" + '<c r="A1"/>' * 300 + "</calcChain>"
    path = write_sheet(HEADERS, ("Hej", "2026-09-15 10:00", "900"))
    assert read(repacked(path, xl__calcChain=chain)).counts() == (1, 1, 0, 0)


def test_too_many_parts_and_too_many_bytes_are_refused(write_sheet, monkeypatch):
    many = repacked(write_sheet(HEADERS), **{f"xl__p{number}": "x" for number in range(200)})
    with pytest.raises(FileRefused, match="högst 200"):
        read(many)
    monkeypatch.setattr(spreadsheet, "MAX_COMPRESSED", 1_000)
    with pytest.raises(FileRefused, match="MB tas emot"):
        read(many)


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "bilder.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("IMG_0001.jpg", b"x")
    with pytest.raises(FileRefused, match="ingen Excelfil"):
        read(path)


def test_a_workbook_cut_off_anywhere_is_refused(write_sheet):
    path = write_sheet(HEADERS, ("Hej", "2026-09-15 10:00", "900"))
    whole = path.read_bytes()
    for length in range(10, len(whole), len(whole) // 20):
        path.write_bytes(whole[:length])
        with pytest.raises(FileRefused, match=r"export\.xlsx"):
            read(path)


@pytest.mark.parametrize("part", ["xl__workbook", "xl__worksheets__sheet1"])
def test_broken_xml_inside_is_refused(part, write_sheet):
    with pytest.raises(FileRefused, match=r"spara om den som \.xlsx"):
        read(repacked(write_sheet(HEADERS), **{part: "<workbook><sheetData></row"}))


def test_parts_may_be_stored_but_not_packed_in_unusual_ways(write_sheet):
    row = ("Hej", "2026-09-15 10:00", "900")
    stored = repacked(write_sheet(HEADERS, row), method=zipfile.ZIP_STORED)
    assert read(stored).counts() == (1, 1, 0, 0)
    with pytest.raises(FileRefused, match="skadat"):
        read(repacked(stored, method=zipfile.ZIP_BZIP2))


def test_an_encrypted_part_is_refused(write_sheet):
    path = write_sheet(HEADERS, ("Hej", "2026-09-15 10:00", "900"))
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(FileRefused, match="skadat"):
        read(path)


def test_damage_inside_a_part_is_refused(write_sheet):
    path = write_sheet(HEADERS, ("Hej", "2026-09-15 10:00", "900"))
    content = bytearray(path.read_bytes())
    content[60:90] = bytes([0xFF] * 30)
    path.write_bytes(content)
    with pytest.raises(FileRefused, match="skadat"):
        read(path)


def test_a_large_ordinary_sheet_is_let_through(write_sheet):
    rows = [("Hej på dig", "2026-09-15 10:00", str(number)) for number in range(3_000)]
    assert read(write_sheet(HEADERS, *rows)).counts() == (3_000, 3_000, 0, 0)


def test_a_part_in_pieces_is_measured_as_one(write_sheet):
    # Random text, so that the part is larger than one chunk also when packed.
    noise = io.StringIO()
    for number in range(20_000):
        noise.write(f"<c><v>{hash(str(number)):x}{number}</v></c>")
    xml = f"<worksheet><sheetData><row>{noise.getvalue()}</row></sheetData></worksheet>"
    path = repacked(write_sheet(HEADERS), xl__worksheets__sheet1=xml)
    with pytest.raises(FileRefused, match="200 kolumner"):
        _ = SourceFile(path).workbook
