"""Names of people in running text are masked; places, words and signatures of replies stay."""

import hashlib
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import artefacts
from nlp.corpus.folder import read_corpus
from nlp.corpus.splits import Split
from nlp.edits import Edited
from nlp.errors import ArtefactError, NamesError
from nlp.name_list import WordKind, parse_names, word_kind
from nlp.names import NAME, mask_names
from nlp.pseudonymise import MASK, Masked, pseudonymise
from nlp.training.names import measure, of_split, read_comments
from tests.builders import MODELS, name_finder

CORPUS = Path(__file__).parents[2] / "data" / "corpus"
VERSION = artefacts.load_settings(MODELS).names_version


def masked(text, *, ours=False):
    """The text as it would be stored."""
    by_rule = pseudonymise(text, key=b"nyckel", channel="facebook", from_organisation=ours)
    return mask_names([by_rule], name_finder(), from_organisation=[ours])[0]


# --- what is a name ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Tack Anna för hjälpen!", "Tack [namn] för hjälpen!"),
        ("Jag heter Anna Svensson och bor här", "Jag heter [namn] och bor här"),
        ("Vi ringde Karl-Gustaf Ek i går", "Vi ringde [namn] i går"),
        ("kommunalrådet Lars Strand lovade det", "kommunalrådet [namn] lovade det"),
        ("Olles son fick vänta", "[namn] son fick vänta"),
        ("Lisa, Kalle och Fatima kommer", "[namn], [namn] och [namn] kommer"),
        ("mvh Bengt", "mvh [namn]"),
        ("Skriv till Amira Zeid Hovsjögatan", "Skriv till [namn] Hovsjögatan"),
        ("GUN-BRITT har rätt", "[namn] har rätt"),
        ("Hej Nasrin 😊 när öppnar ni?", "Hej [namn] 😊 när öppnar ni?"),
        ("Emilias skola har mögel", "[namn] skola har mögel"),
        ("Annas väg är inte plogad", "[namn] väg är inte plogad"),
        ("Karin bor på Karin Boyes gata", "[namn] bor på Karin Boyes gata"),
        ("Ring Sven Ringvägen i dag", "Ring [namn] Ringvägen i dag"),
        ("Emma's cykel är stulen", "[namn] cykel är stulen"),
        ("Emma’s cykel är stulen", "[namn] cykel är stulen"),
        ("Daniels cykel är stulen", "[namn] cykel är stulen"),
        ("hej fatima, ring mig", "hej [namn], ring mig"),
        ("fatima har rätt", "[namn] har rätt"),
        ("hej kalle lundgren, ring mig", "hej [namn], ring mig"),
        ("mvh bo", "mvh [namn]"),
        ("Herr Lindholm svarade inte", "Herr [namn] svarade inte"),
        ("Tack Anna Snöröjningen är usel", "Tack [namn] Snöröjningen är usel"),
        ("Tack Lisa Jag ska kolla", "Tack [namn] Jag ska kolla"),
        ("Kent-Ove M är anmäld", "[namn] är anmäld"),
        ("Lisa ring oss", "[namn] ring oss"),
        ("Verner von Heidenstam", "[namn]"),
    ],
)
def test_a_name_is_masked_and_the_rest_stays(text, result):
    assert masked(text).text == result
    assert masked(text).kinds == {NAME}


@pytest.mark.parametrize(
    "text",
    [
        "När öppnar badet?",
        "Bo kvar här den som vill",
        "Vi bor på Karl Johansgatan",
        "Det är halt på Olof Palmes gata",
        "Det är halt på Karin Boyes gata",
        "Grus överallt på Sankt Eriksplan",
        "Köerna på S:t Görans sjukhus är långa",
        "Astrid Lindgrens barnsjukhus är bra",
        "Olles Pizza har stängt",
        "Klockan i Maria kyrka går fel",
        "Sofia skola byggs om",
        "Johannes församling",
        "Kristi himmelsfärd och Marie bebådelsedag",
        "Herregud och Jesus vilken röra",
        "Allah är stor",
        "Har ni öppet på Valborg?",
        "Gå till Willys eller Åhléns",
        "Öppet i Maj och Juni",
        "Vi bor i Strömstad, nära Lundby",
        "tack rosa bussen gick",
        "Ni kan ta bussen till Farsta",
        "min rosa cykel blev stulen i maj",
        "Sol hela dagen och liv på torget",
        "Ska man bo så här",
        "Se www.anna.se eller https://example.se/Anna",
        "",
    ],
)
def test_what_is_no_name_stays(text):
    assert masked(text).text == text
    assert masked(text).kinds == frozenset()


def test_who_is_mentioned_is_keyed_and_not_masked():
    result = masked("@anna kolla! Lisa kommer också")
    assert result.text.startswith("@~")
    assert result.text.endswith(" kolla! [namn] kommer också")


def test_the_surname_after_a_mention_is_masked():
    assert masked("@Lisa Ekström kolla").text.endswith(" [namn] kolla")


def test_the_masked_text_leads_back_to_the_original():
    text = "Hej Anna Svensson, ring 070-174 06 05"
    edited = masked(text).edited
    spans = [edited.origin_span(*match.span()) for match in MASK.finditer(edited.text)]
    assert [text[start:end] for start, end in spans] == ["Anna Svensson", "070-174 06 05"]


# --- the organisation's own replies -----------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Lampan lagas på fredag. /Anna",
        "Lampan lagas på fredag /Anna & Kalle",
        "Lampan lagas på fredag. Mvh Anna, Kundtjänst",
        "Lampan lagas på fredag.\nVänliga hälsningar\nAnna Svensson",
        "Lampan lagas på fredag.\nAnna på kundtjänst",
        "Lampan lagas på fredag. Marie, sektionschef",
        "Lampan lagas på fredag. Petra Ek, 08-465 004 61",
        "Lampan lagas på fredag /Trafikkontoret genom Anna",
        "Lampan lagas på fredag. Mvh Anna. PS: Parken är öppen.",
        "Lampan lagas på fredag. /Anna\nPS: Parken är öppen.",
        "Tack för ditt tips! Anna, kundtjänst",
        "Hej! Anna, kundtjänst",
        "Mvh Anna\nTrafikkontoret, Stockholms stad\nTelefon 08-508 00 000",
    ],
)
def test_a_reply_keeps_the_name_that_it_is_signed_with(text):
    assert masked(text, ours=True).text == text
    assert "[namn]" in masked(text).text


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Hej Lisa! Den lagas på fredag. /Anna", "Hej [namn]! Den lagas på fredag. /Anna"),
        ("Hej Lisa, vi tittar på det.", "Hej [namn], vi tittar på det."),
        ("Vi tittar på det. Tack Lisa!", "Vi tittar på det. Tack [namn]!"),
        ("Vi hör av oss.\nTack Lisa!", "Vi hör av oss.\nTack [namn]!"),
        ("Hej! Lisa", "Hej! [namn]"),
        ("Hej! Lisa Ek", "Hej! [namn]"),
        ("Hej,\nLisa, lampan är lagad", "Hej,\n[namn], lampan är lagad"),
        ("Vi hör av oss! Lisa, du kan ringa", "Vi hör av oss! [namn], du kan ringa"),
        ("Mvh Anna, hälsa Lisa", "Mvh Anna, hälsa [namn]"),
        ("Mvh Anna\n\nHej igen Lisa! Det är klart", "Mvh Anna\n\nHej igen [namn]! Det är klart"),
        ("Lagat. /Anna, Lisa ring oss på fredag", "Lagat. /Anna, [namn] ring oss på fredag"),
        ("Hälsningar till Lisa", "Hälsningar till [namn]"),
        ("Vi hälsar Lisa välkommen", "Vi hälsar [namn] välkommen"),
        ("Hej Karin / Lisa! Det är lagat", "Hej [namn] / [namn]! Det är lagat"),
    ],
)
def test_a_reply_names_nobody_else(text, result):
    assert masked(text, ours=True).text == result


# --- all of it --------------------------------------------------------------------------------

# fmt: off
PIECES = [
    "Anna", "Svensson", "Bo", "Ek", "kalle", "Karl", "Johansgatan", "Olof Palmes", "gata", "Lars",
    "Olles", "Pizza", "MS", "Love", " ", " ", " ", ".", "\n", "/", "mvh", "hej", "och", "@lisa",
    "[namn]", "070-174 06 05", "-", "’", "😊", "www.anna.se", "a@b.se", "١", "\ud83d", "Хелло",
]
# fmt: on
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=14).map("".join)


@settings(deadline=None, max_examples=300)
@given(texts, st.booleans())
def test_masking_twice_is_masking_once_and_nothing_raises(text, ours):
    once = masked(text, ours=ours)
    unmasked = Masked(edited=Edited.unchanged(once.text), kinds=frozenset())
    again = mask_names([unmasked], name_finder(), from_organisation=[ours])[0]
    assert again == unmasked
    start, end = once.edited.origin_span(0, len(once.text))
    assert 0 <= start <= end <= len(text)


@settings(deadline=None, max_examples=100)
@given(st.lists(texts, max_size=6))
def test_many_at_once_are_masked_as_one_by_one(several):
    found = name_finder().find(several)
    assert found == [name_finder().find([text])[0] for text in several]
    for text, spans in zip(several, found, strict=True):
        ends = [0, *(end for _, end in spans)]
        assert all(done <= start < end for done, (start, end) in zip(ends, spans, strict=False))
        assert all(text[start:end].strip() == text[start:end] for start, end in spans)


@pytest.mark.parametrize(
    "hostile",
    ["Anna ", "Anna", "a.a", "a-", "a_", "@", "Anna gata ", "/Anna ", "mvh ", "[", "\n", "Olles "],
)
def test_no_hostile_text_stalls_an_import(hostile):
    text = ("Anna " + hostile * 30_000)[:30_000]
    started = time.process_time()
    masked(text, ours=True)
    assert time.process_time() - started < 10


# --- the list ---------------------------------------------------------------------------------


def test_the_list_tells_names_from_words():
    names = parse_names(["anna\tgiven", "bo\tword", "svensson\tsurname", "badet\tcommon", ""])
    assert word_kind("Anna", names) is WordKind.GIVEN
    assert word_kind("Annas", names) is WordKind.GIVEN
    assert word_kind("annas", names) is None
    assert word_kind("BO", names) is WordKind.WORD
    assert word_kind("Okändsson", names) is WordKind.SURNAME
    assert word_kind("Lindgrens", names) is WordKind.SURNAME
    assert word_kind("lindgren", names) is None
    assert word_kind("Annaberg", names) is None
    assert word_kind("lampa", names) is None
    with pytest.raises(ArtefactError, match="line 2"):
        parse_names(["anna\tgiven", "bo"])


def test_a_name_that_few_bear_does_not_hide_the_genitive_of_one_that_many_do():
    names = parse_names(["daniel\tgiven", "daniels\trare", "annis\trare", "anni\trare"])
    assert word_kind("Daniels", names) is WordKind.GIVEN
    assert word_kind("Daniel's", names) is WordKind.GIVEN
    assert word_kind("Annis", names) is WordKind.RARE


# fmt: off
COMMON_SURNAMES = (
    "Lindberg Lindström Lindqvist Lindgren Berglund Lundberg Lundgren Lundqvist Sandberg Forsberg "
    "Sjöberg Wallin Engström Eklund Lundin Bergman Wikström Holmberg Löfgren Söderberg Nyberg "
    "Nordström Björklund Hedlund Sundberg Hellström Sjögren Öhman Sundström Strömberg Lindholm "
    "Norberg Åström Ekman Dahlgren Lindblom Moberg Malmberg Nordlund Haglund Hagberg Edlund Norén "
    "Westerlund Lindell Ahlström Österberg Hedman Byström Nyman Lundmark Lindén Sjödin Wallén "
    "Widén Hellgren Granberg Rosenberg Asplund Backman Dahlström Almgren Wallander Stenmark "
)
NOT_SURNAMES = (
    "Sundbyberg Strömstad Bergslagen Lundby Hagfors Hammarby Trelleborg Gröndal Sandviken "
    "Rosengård Björkhagen Nybro Skogsgård Blomman Brandman Forsmark Åhléns "
    "Lindesberg Hallsberg Sandstranden "
)
# fmt: on


def test_common_surnames_are_in_the_list_or_built_as_surnames_are_and_places_are_not():
    listed = parse_names((MODELS / "names" / VERSION / "names.tsv").read_text("utf-8").split("\n"))
    known = {WordKind.SURNAME, WordKind.WORD}
    assert [name for name in COMMON_SURNAMES.split() if word_kind(name, listed) not in known] == []
    assert [word for word in NOT_SURNAMES.split() if word_kind(word, listed) in known] == []


# --- what ships -------------------------------------------------------------------------------


def test_most_names_are_masked_and_little_else():
    """Read anew on the test part: nothing in a card is taken on trust."""
    told = json.loads((MODELS / "names" / VERSION / "metrics.json").read_text("utf-8"))["test"]
    figures = measure(name_finder(), of_split(read_comments(read_corpus(CORPUS)), Split.TEST))
    assert (figures.comments, figures.names) == (told["comments"], told["names"])
    assert abs(figures.recall - told["recall"]) < 0.005
    assert abs(figures.precision - told["precision"]) < 0.005
    assert figures.recall >= 0.90
    assert figures.precision >= 0.90


def test_the_share_that_people_are_told_of_is_the_one_that_was_measured():
    told = json.loads((MODELS / "names" / VERSION / "metrics.json").read_text("utf-8"))["test"]
    low, high = (round(100 * value) for value in told["recall_interval"])
    said = " ".join((MODELS.parent / "service" / "README.md").read_text("utf-8").split())
    share = f"{round(100 * told['recall'])} % ({told['names']} namn, 95 % intervall {low}–{high} %)"
    assert f"maskas {share}" in said


def test_the_model_is_small():
    folder = MODELS / "names" / VERSION
    assert sum(path.stat().st_size for path in folder.iterdir()) < 5_000_000


@pytest.fixture
def models(tmp_path):
    """A copy of what finds names, to be damaged."""
    kept = ("names.tsv", MODEL, "sha256.json")
    for name in ("pipeline.toml", *(f"names/{VERSION}/{each}" for each in kept)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((MODELS / name).read_bytes())
    return tmp_path


MODEL = "recogniser.msgpack"


@pytest.mark.parametrize("name", ["names.tsv", MODEL, "sha256.json", "../../pipeline.toml"])
def test_a_file_that_is_missing_is_named(models, name):
    path = (models / "names" / VERSION / name).resolve()
    path.unlink()
    with pytest.raises(ArtefactError, match=path.name):
        artefacts.load_names(models)


def _damaged(whole):
    return (
        *(b"", b"skadad", whole[: len(whole) // 2], whole[:-1], b"\x80", b"\x93\x01\x02\x03"),
        (MODELS / "lexicons" / "sv" / "praise.tsv").read_bytes()[:10_000],
    )


@pytest.mark.parametrize("name", ["names.tsv", MODEL])
def test_a_damaged_file_is_told_from_the_one_that_was_kept(models, name):
    """A list that is cut after any of its lines would load, and let names through."""
    path = models / "names" / VERSION / name
    whole = path.read_bytes()
    for damaged in (*_damaged(whole), whole[: whole.rindex(b"\n", 0, len(whole) // 2) + 1]):
        path.write_bytes(damaged)
        with pytest.raises(NamesError, match=rf"{name} is not the file that was kept; .*--names"):
            artefacts.load_names(models)


def test_a_recogniser_that_does_not_fit_says_what_to_do(models):
    """Sums that are right and a file that is not: kept by another version of the program."""
    folder = models / "names" / VERSION
    sums = json.loads((folder / "sha256.json").read_text("utf-8"))
    for damaged in _damaged((folder / MODEL).read_bytes()):
        (folder / MODEL).write_bytes(damaged)
        artefacts.save_json(
            folder / "sha256.json", sums | {MODEL: hashlib.sha256(damaged).hexdigest()}
        )
        with pytest.raises(NamesError, match=r"damaged or finds no names .*--names"):
            artefacts.load_names(models)
    for damaged in ("", "[]", "{}", "skadad"):
        (folder / "sha256.json").write_text(damaged, "utf-8")
        with pytest.raises(NamesError, match=r"damaged or finds no names .*--names"):
            artefacts.load_names(models)


def test_the_ends_of_lines_change_no_name(models):
    path = models / "names" / VERSION / "names.tsv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert artefacts.load_names(models).find(["Tack Anna Ek!"]) == [[(5, 12)]]


def test_nothing_of_what_was_read_is_kept():
    """spaCy would keep every word that it meets, and a service meets new ones for months."""
    finder = name_finder()
    finder.find(["Tack Anna"])
    strings = finder._recogniser._model.vocab.strings
    before = len(strings)
    finder.find([f"Tack Anna ord{number}x för allt{number}" for number in range(600)])
    assert len(strings) == before


def test_several_threads_may_read_at_once():
    """spaCy has one zone for all threads, and what one of them ends is gone for the rest."""
    finder = name_finder()
    texts = [f"Hej Anna Svensson, hälsa Bo och ord{number}x" for number in range(400)]
    alone = [finder.find([text])[0] for text in texts]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(lambda text: finder.find([text])[0], texts))
    finally:
        sys.setswitchinterval(before)
    assert together == alone
    assert not finder._recogniser._model.vocab.in_memory_zone
