"""How the list of names comes about, and what a training of the recogniser refuses to do."""

import random
import shutil
from pathlib import Path

import pytest

from nlp.corpus.folder import read_corpus
from nlp.corpus.outside import OutsideSentence
from nlp.corpus.splits import Split
from nlp.errors import ArtefactError
from nlp.name_list import WordKind
from nlp.names import NAME
from nlp.training import names as training
from nlp.training.keep_names import train_and_keep_names
from nlp.training.name_list import derive_names
from tests.builders import MODELS, name_finder

DATA = Path(__file__).parents[2] / "data"


def sentence(text, *names):
    words = tuple(text.split())
    return OutsideSentence(words=words, is_name=tuple(word in names for word in words))


@pytest.fixture
def names(tmp_path):
    """The list that comes of a few names, a line of news and some comments."""
    (tmp_path / "given.tsv").write_text(
        "Anna\t97291\nBo\t38000\nRosa\t1500\nVi\t40\nAmadi\t60\nEmma\t50000\n", "utf-8"
    )
    (tmp_path / "surnames.tsv").write_text("Ek\t8137\nLöf\t2708\n", "utf-8")
    (tmp_path / "words.txt").write_text("# ord\nrosa\n", "utf-8")
    news = [
        sentence("Anna Palmborg vill bo i staden", "Anna", "Palmborg"),
        sentence("ett ek bord kostar mer än vi tror och vi vill"),
    ]
    said = ["ska man bo så här", "bo kvar", "emma kom hit", *["vi vill ha badet"] * 3]
    return derive_names(tmp_path, sentences=news, texts=said)


def test_a_name_that_is_no_word_is_a_name(names):
    assert names["anna"] is WordKind.GIVEN
    assert names["palmborg"] is names["löf"] is WordKind.SURNAME
    assert names["amadi"] is WordKind.RARE


def test_a_name_that_stands_as_a_word_is_both(names):
    assert names["bo"] is names["ek"] is names["rosa"] is WordKind.WORD


def test_one_who_is_called_what_everybody_says_is_no_reason_to_mask_it(names):
    assert names["vi"] is names["badet"] is WordKind.COMMON


def test_a_name_written_small_once_is_still_a_name(names):
    assert names["emma"] is WordKind.GIVEN


@pytest.mark.parametrize("line", ["Anna", "Anna\tmånga"])
def test_a_name_without_its_number_of_bearers_is_refused(tmp_path, line):
    (tmp_path / "surnames.tsv").write_text(f"Ek\t8137\n{line}\n", "utf-8")
    (tmp_path / "words.txt").write_text("", "utf-8")
    with pytest.raises(ArtefactError, match=r"surnames\.tsv line 2"):
        derive_names(tmp_path, sentences=[], texts=[])


def test_what_training_shows_is_never_marked_wrong(names):
    """However a text is varied, names stay whole words, in order and apart."""
    chance = random.Random(1)
    pools = training.Pools(given=["lisa", "kim"], words=["bo"])
    told = training.Marked(
        words=("Hej", ",", "Anna", "Palmborg", "!", "Ska", "bo", "här", "Amadi", "?"),
        names=((2, 4), (8, 9)),
    )
    nobody = training.Marked(words=("ska", "man", "bo", "här", "?"), names=())
    for marked in [told, nobody] * 300:
        varied = training._varied(marked, names, pools, chance)
        places = [place for span in varied.names for place in span]
        assert places == sorted(places)
        assert all(0 <= place <= len(varied.words) for place in places)
        assert all(varied.words[start:end] for start, end in varied.names)
        assert len(varied.names) <= len(marked.names)


def test_the_figures_are_those_of_a_plain_loop():
    comments = training.of_split(training.read_comments(read_corpus(DATA / "corpus")), Split.DEV)
    figures = training.measure(name_finder(), comments)
    wanted = gone = 0
    for comment in comments:
        done = training.mask_names(
            [comment.masked], name_finder(), from_organisation=[comment.from_organisation]
        )[0]
        assert (NAME in done.kinds) == ("[namn]" in done.text)
        for start, end in comment.names:
            if comment.from_organisation and training.is_signature(comment.text, start, end):
                continue
            wanted += 1
            # As often left in the text as it was in it, once more than not at all.
            name = comment.text[start:end]
            gone += done.text.count(name) < comment.text.count(name)
    assert figures.names == wanted
    assert figures.masked <= gone <= figures.masked + 5  # "Solveig Bro" loses half of itself


@pytest.fixture
def models(tmp_path):
    """Settings alone, with no version kept yet."""
    shutil.copy(MODELS / "pipeline.toml", tmp_path / "pipeline.toml")
    return tmp_path


def _keep(models, corpus, version="2"):
    return train_and_keep_names(models, corpus, version=version, progress=lambda step: None)


def test_a_kept_version_is_never_overwritten(models):
    (models / "names" / "2").mkdir(parents=True)
    with pytest.raises(ArtefactError, match="never overwritten"):
        _keep(models, DATA / "corpus")
    with pytest.raises(ArtefactError, match="no name for a version"):
        _keep(models, DATA / "corpus", "../2")


def test_without_the_news_set_it_is_said_where_to_get_it(models, tmp_path):
    corpus = tmp_path / "data" / "corpus"
    shutil.copytree(DATA / "corpus", corpus)
    shutil.copy(DATA / "outside-sets.toml", tmp_path / "data")
    with pytest.raises(ArtefactError, match=r"train_corpus\.txt is not there\. Fetch ner-klintan"):
        _keep(models, corpus)
    (corpus / "names.jsonl").write_text("", "utf-8")
    with pytest.raises(ArtefactError, match=r"names\.jsonl line 1: filen är tom"):
        _keep(models, corpus)
    assert not (models / "names").exists()
