"""Files that a test writes for itself."""

import json

import pytest
import xlsxwriter


@pytest.fixture
def write(tmp_path):
    """Write bytes, text or JSON to a file and give its path."""

    def written(content, name="export", encoding="utf-8"):
        path = tmp_path / name
        if not isinstance(content, bytes | str):
            content = json.dumps(content, ensure_ascii=False)
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return written


@pytest.fixture
def write_sheet(tmp_path):
    """Write rows to a workbook, dates as Excel dates, and give its path.

    Other sheets, by title, get one cell each.
    """

    def written(*rows, name="export.xlsx", other=None):
        path = tmp_path / name
        book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm:ss"})
        sheet = book.add_worksheet("Kommentarer")
        for title, text in (other or {}).items():
            book.add_worksheet(title).write_string(0, 0, text)
        for number, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif cell is not None:
                    sheet.write(number, column, cell)
        book.close()
        return path

    return written
