"""The data card says what the corpus holds; LYSSNAD_WRITE_GOLDEN=1 renews it."""

import os
import re
from pathlib import Path

import pytest

from nlp.corpus.card import registers, tables
from nlp.corpus.check import check
from nlp.corpus.folder import read_corpus
from service.corpus import real_texts

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def corpus():
    return read_corpus(DATA / "corpus")


def says(part, made):
    card = DATA / "README.md"
    text = card.read_text("utf-8")
    marked = re.compile(rf"(<!-- {part} -->\n)(.*?)(<!-- /{part} -->)", re.DOTALL)
    if os.environ.get("LYSSNAD_WRITE_GOLDEN") == "1":
        card.write_text(marked.sub(lambda found: f"{found[1]}{made}\n{found[3]}", text), "utf-8")
        text = card.read_text("utf-8")
    assert marked.search(text)[2] == f"{made}\n"


def test_the_corpus_has_no_fault(corpus):
    assert check(corpus) == []


def test_the_tables_of_the_card_are_those_of_the_corpus(corpus):
    says(
        "corpus",
        "\n\n".join(f"### {table.title}\n\n{table.markdown()}" for table in tables(corpus)),
    )


def test_the_registers_of_the_card_are_those_of_the_texts(corpus):
    real, absent = real_texts()
    if absent:
        pytest.skip("the real texts to compare with are not fetched")
    says("register", registers(corpus, real).markdown())
