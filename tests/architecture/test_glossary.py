"""The glossary names what the code names, and nothing that is not there."""

import enum
import inspect
import re
from pathlib import Path

from nlp import vocabulary

GLOSSARY = Path(vocabulary.__file__).parent / "GLOSSARY.md"


def _rows():
    for line in GLOSSARY.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3 and not set(cells[0]) <= {"-", " "}:
            yield cells


def _named_in_code():
    return {
        name
        for name, thing in vars(vocabulary).items()
        if inspect.isclass(thing) and thing.__module__ == vocabulary.__name__
    }


def test_every_class_of_the_vocabulary_is_in_the_glossary():
    named = set(re.findall(r"`(\w+)`", " ".join(cells[1] for cells in _rows())))
    assert _named_in_code() <= named


def test_every_label_is_in_the_glossary():
    named = set(re.findall(r"`(\w+)`", GLOSSARY.read_text("utf-8")))
    enums = (vocabulary.Label, vocabulary.Sentiment, vocabulary.FollowUp, vocabulary.WellAnswered)
    for one in enums:
        assert issubclass(one, enum.Enum)
        assert {member.value for member in one} <= named


def test_every_row_has_a_swedish_word_a_name_and_a_definition():
    rows = list(_rows())
    assert len(rows) > 20
    assert all(all(cells) for cells in rows)


def test_every_name_in_the_glossary_is_in_the_code():
    code = "\n".join(
        path.read_text("utf-8")
        for folder in ("nlp", "service")
        for path in (GLOSSARY.parents[1] / folder).rglob("*.py")
    )
    for cells in list(_rows())[1:]:
        for name in re.findall(r"`(\w+)`", cells[1]):
            assert re.search(rf"\b{name}\b", code), name
