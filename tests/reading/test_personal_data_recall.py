"""How much of what people write of themselves the exact rules find: measured, not promised.

Two measures. Written ways: sloppy comments, each with a number or address in one of the ways
that people write one. The corpus: every number of the series for fiction that a naive search,
which knows the series and nothing else, finds in the threads.
"""

import random
import re
from pathlib import Path

import pytest
from stdnum import luhn

from nlp.clean import clean
from nlp.corpus.folder import read_corpus
from nlp.pseudonymise import MASK, PLACEHOLDERS, pseudonymise

CORPUS = Path(__file__).parents[2] / "data" / "corpus"
N = 600

# fmt: off
COMMENTS = [
    "Hej! Mitt nummer är {} kan ni kolla", "{}", "ni når mig på {}.", "Ring/skriv ({}) tack",
    "skickade in i går men inget svar, {} om ni vill nå mig", "{}!!!", "hör av er till {} snarast",
    "Kan ni ta bort mig? {}", "Jag heter Kim, {}, och har väntat i 3 veckor", "nr:{}",
    "gäller {} och ärende 2026-118", "Hej\n{}\nMvh Kim", "det är {}, inte det ni skrev",
    "Kim Ek {} Götgatan", "😡 {} 😡", "har ringt 4 ggr sen kl 12. {}", "min dotters {}",
    "skriv till {} så skickar jag bilder", "Obs nytt! {}", "HALLÅ {} SVARA",
]
# fmt: on
IDENTITY = [
    "{c}{d}-{l}",
    "{d}-{l}",
    "{c}{d}{l}",
    "{d}{l}",
    "{d} {l}",
    "{d} - {l}",
    "{c}{d} {l}",
    "{y}-{m}-{day}-{l}",
    "{c}{y} {m} {day} {l}",
    "{d}\u2013{l}",
    "{d}+{l}",
    "pnr {d}-{l}",
]  # fmt: skip
PHONE = [
    "{a}-{n}", "{a}{n}", "{a} {n}", "{a}-{n1} {n2}{n3}", "{a} {n1} {n2} {n3}", "{a}-{n1} {n2} {n3}",
    "+46{b}{n}", "+46 {b} {n1} {n2}{n3}", "+46 (0){b}-{n1} {n2} {n3}", "0046{b}{n}",
    "{a}.{n1}.{n2}.{n3}", "tel {a}/{n}", "({a}) {n1} {n2} {n3}", "{a}-{n1}-{n2}-{n3}",
]  # fmt: skip
EMAIL = [
    "{u}@example.se", "{u}@mail.example.com", "{u} @ example.se", "{u}(at)example.se",
    "{u} [at] example.se", "{u}@example.co.uk", "{u} snabel-a example.se", "{u}@EXAMPLE.SE",
    "{u}(at)example(punkt)se", "mailto:{u}@example.org",
]  # fmt: skip


def _identity(chance):
    year, month, day = chance.randint(1930, 2015), chance.randint(1, 12), chance.randint(1, 28)
    day += chance.choice([0, 0, 0, 60])
    six = f"{year % 100:02}{month:02}{day:02}"
    nine = f"{six}{chance.randint(980, 999)}"
    last = nine[6:] + luhn.calc_check_digit(nine)
    if six.startswith("070"):  # bare, it is read as a mobile number: masked under another name
        return _identity(chance)
    return chance.choice(IDENTITY).format(
        c=year // 100, d=six, l=last, y=six[:2], m=six[2:4], day=six[4:]
    )


def _phone(chance):
    area, number = chance.choice(
        [
            ("070", f"17406{chance.randint(5, 99):02}"),
            ("08", f"465004{chance.randint(0, 99):02}"),
            ("031", f"39006{chance.randint(0, 99):02}"),
            ("040", f"62804{chance.randint(0, 99):02}"),
        ]
    )
    cut = len(number) - 4
    return chance.choice(PHONE).format(
        a=area,
        b=area[1:],
        n=number,
        n1=number[:cut],
        n2=number[cut : cut + 2],
        n3=number[cut + 2 :],
    )


def _email(chance):
    user = chance.choice(
        ["kim", "kim.ek", "kim_ek", "k.ek-berg", "åsa.öst", "kim+flytt", "Kim.Ek", "ek1972", "k"]
    )
    return chance.choice(EMAIL).format(u=user)


@pytest.mark.parametrize(
    ("kind", "written", "least"),
    [
        ("personal_identity_number", _identity, 0.99),
        ("phone", _phone, 0.98),
        ("email", _email, 0.98),
    ],
)
def test_what_people_write_of_themselves_is_masked(kind, written, least):
    chance = random.Random(kind)
    missed = []
    for _ in range(N):
        said = written(chance)
        text = chance.choice(COMMENTS).format(said)
        masked = pseudonymise(clean(text), key=b"k", channel="facebook")
        letters = re.sub(r"\W", "", said)[-6:]
        if kind not in masked.kinds or letters in re.sub(r"\W", "", masked.text):
            missed.append(text)
    assert 1 - len(missed) / N >= least, missed[:20]


_DIGITS = re.compile(r"(?<!\d)\+?\d(?:[ ()./\u2010-\u2015-]{0,3}\d){8,13}(?!\d)")
_FICTION = re.compile(r"(?:0|0046|46|460)(?:7017406|8465004|3139006|4062804)\d\d|0?9803192\d\d")
_ADDRESS = re.compile(r"\S+@example\.\S+")


def test_every_number_of_the_fiction_series_in_the_corpus_is_masked():
    found = {"phone": 0, "email": 0}
    left = []
    for placed in read_corpus(CORPUS).threads:
        for comment in placed.record.citizens:
            numbers = [
                match.span()
                for match in _DIGITS.finditer(comment.text)
                if _FICTION.fullmatch(re.sub(r"\D", "", match[0]))
            ]
            addresses = [match.span() for match in _ADDRESS.finditer(comment.text)]
            if not numbers + addresses:
                continue
            edited = pseudonymise(clean(comment.text), key=b"k", channel="facebook").edited
            hidden = {
                place
                for match in MASK.finditer(edited.text)
                for place in range(*edited.origin_span(*match.span()))
            }
            for kind, spans in (("phone", numbers), ("email", addresses)):
                for start, end in spans:
                    found[kind] += 1
                    signs = [p for p in range(start, end) if comment.text[p].isalnum()]
                    if not hidden.issuperset(signs):
                        left.append((kind, comment.text[start:end]))
    assert found["phone"] > 100
    assert found["email"] > 30
    for kind, count in found.items():
        missed = [text for which, text in left if which == kind]
        assert 1 - len(missed) / count >= 0.98, missed
    assert set(found) <= PLACEHOLDERS.keys()
