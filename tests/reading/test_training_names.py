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
from nlp.pseudonymise import MASK, pseudonymise
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
        "Anna\t97291\nBo\t38000\nRosa\t1500\nVi\t40\nAmadi\t60\nEmma\t50000\nLiv\t150\nJesus\t227\n",
        "utf-8",
    )
    (tmp_path / "surnames.tsv").write_text("Ek\t8137\nLöf\t2708\n", "utf-8")
    (tmp_path / "words.txt").write_text("# ord\nrosa\nliv\n", "utf-8")
    (tmp_path / "nicknames.txt").write_text("kenta\n", "utf-8")
    (tmp_path / "not-people.txt").write_bytes(b"# gudar\r\njesus\r\n")
    news = [
        sentence("Anna Palmborg vill bo i staden", "Anna", "Palmborg"),
        sentence("ett ek bord kostar mer än vi tror och vi vill"),
    ]
    said = [
        *["ska man bo så här"] * 60,
        "bo kvar",
        *["emma kom hit"] * 40,
        *["vi vill ha badet i mitt liv"] * 3,
    ]
    return derive_names(tmp_path, sentences=news, texts=said)


def test_a_name_that_is_no_word_is_a_name(names):
    assert names["anna"] is WordKind.GIVEN
    assert names["palmborg"] is names["löf"] is WordKind.SURNAME
    assert names["amadi"] is WordKind.RARE


def test_a_name_that_stands_as_a_word_is_both(names):
    assert names["bo"] is names["ek"] is names["rosa"] is WordKind.WORD


def test_one_who_is_called_what_everybody_says_is_no_reason_to_mask_it(names):
    assert names["vi"] is names["badet"] is WordKind.COMMON


def test_what_is_known_by_hand_to_be_nobody_is_no_name(names):
    assert names["jesus"] is WordKind.COMMON
    assert "# gudar" not in names
    assert "" not in names


def test_a_name_that_many_bear_may_be_written_small_now_and_then(names):
    assert names["emma"] is WordKind.GIVEN


def test_what_is_known_by_hand_to_be_both_is_both_and_a_nickname_is_a_name(names):
    assert names["liv"] is WordKind.WORD
    assert names["kenta"] is WordKind.GIVEN


@pytest.mark.parametrize("line", ["Anna", "Anna\tmånga"])
def test_a_name_without_its_number_of_bearers_is_refused(tmp_path, line):
    (tmp_path / "surnames.tsv").write_text(f"Ek\t8137\n{line}\n", "utf-8")
    (tmp_path / "words.txt").write_text("", "utf-8")
    with pytest.raises(ArtefactError, match=r"surnames\.tsv line 2"):
        derive_names(tmp_path, sentences=[], texts=[])


def test_what_training_shows_is_never_marked_wrong(names):
    """However a text is varied, what was a name is marked, whole and apart, and nothing else is."""
    chance = random.Random(1)
    pools = training.Pools(given=["lisa", "kim"], words=["rosa"])
    told = training.Marked(
        words=("Hej", ",", "Anna", "Palmborg", "!", "Ska", "bo", "här", "Amadi", "?"),
        names=((2, 4), (8, 9)),
    )
    nobody = training.Marked(words=("ska", "man", "bo", "här", "?"), names=())
    called = {"anna", "palmborg", "amadi", "lisa", "kim", "rosa"}
    seen = set()
    small = 0
    for marked in [told, nobody] * 600:
        varied = training._varied(marked, names, pools, chance)
        inside = {place for start, end in varied.names for place in range(start, end)}
        places = [place for span in varied.names for place in span]
        assert places == sorted(places)
        assert {word.lower() in called for word in (varied.words[at] for at in inside)} <= {True}
        rest = [word for place, word in enumerate(varied.words) if place not in inside]
        assert not called & {word.lower() for word in rest}
        assert len(varied.names) + varied.words.count("[namn]") == len(marked.names)
        seen |= {word for place, word in enumerate(varied.words) if place in inside}
        small += bool(inside) and all(varied.words[place].islower() for place in inside)
        seen |= {varied.words[0], "".join(word for word in varied.words if word in ",!?")}
    assert small > 600 * training.NAMES_IN_LOWER_CASE  # and those that are in small letters whole
    # Every way to write was met: others' names, small and large letters, no signs, a word first.
    assert seen >= {"anna", "Anna", "ANNA", "Lisa", "kim", "Rosa", "rosa", "Hej", "HEJ", "", "Bo"}


def test_the_figures_are_those_of_a_plain_loop():
    comments = training.of_split(training.read_comments(read_corpus(DATA / "corpus")), Split.DEV)
    figures = training.measure(name_finder(), comments)
    wanted = gone = stretches = false = 0
    for comment in comments:
        done = training.mask_names(
            [comment.masked], name_finder(), from_organisation=[comment.from_organisation]
        )[0]
        assert (NAME in done.kinds) == ("[namn]" in done.text)
        # Letter by letter: what each sign of the masked text stands for in what was written.
        shown = set()
        masks = [range(*match.span()) for match in MASK.finditer(done.text)]
        for place in range(len(done.text)):
            if not any(place in mask for mask in masks):
                shown |= set(range(*done.edited.origin_span(place, place + 1)))
        named = {place for span in comment.names for place in range(*span)}
        for mask in masks:
            if done.text[mask.start : mask.stop] == "[namn]":
                stretches += 1
                origin = done.edited.origin_span(mask.start, mask.stop)
                false += named.isdisjoint(range(*origin))
        for start, end in comment.names:
            if comment.from_organisation and training.is_signature(comment.text, start, end):
                continue
            wanted += 1
            letters = {place for place in range(start, end) if comment.text[place].isalpha()}
            gone += letters.isdisjoint(shown)
    assert (figures.names, figures.masked) == (wanted, gone)
    assert (figures.stretches, figures.false) == (stretches, false)
    assert figures.recall == gone / wanted
    assert figures.precision == pytest.approx(1 - false / stretches)
    for value, (low, high) in (
        (figures.recall, figures.recall_interval),
        (figures.precision, figures.precision_interval),
    ):
        assert 0 <= low <= value <= high <= 1
        assert low < high


def a_comment(text, *names, ours=False, group="p1"):
    return training.ReadComment(
        group=group,
        split=Split.TEST,
        text=text,
        names=tuple((text.index(name), text.index(name) + len(name)) for name in names),
        masked=pseudonymise(text, key=b"nyckel", channel="facebook", from_organisation=ours),
        from_organisation=ours,
    )


def test_what_is_counted_is_what_a_person_would_count():
    figures = training.measure(
        name_finder(),
        [
            a_comment("Tack Anna Svensson!", "Anna Svensson"),
            a_comment("Hej Lisa! Lagat. /Kalle", "Lisa", "Kalle", ours=True),
            a_comment("@olle kolla!", "olle", group="p2"),
            a_comment("nya Läckberg är bra", "Läckberg", group="p2"),
            a_comment("min hund Tuva är borta, Olof såg henne", "Olof", group="p2"),
        ],
    )
    # Kalle signs and is not counted, Olle is keyed, Läckberg is shown and Tuva is a dog.
    assert (figures.comments, figures.names, figures.masked) == (5, 5, 4)
    assert (figures.stretches, figures.false) == (4, 1)
    assert (figures.recall, figures.precision) == (0.8, 0.75)


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
