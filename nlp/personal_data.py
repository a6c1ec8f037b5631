"""Find personal data in Swedish text by exact rules.

A rule takes a text whose digits are ASCII and yields the spans to mask, in order and apart.
Every rule is linear in the length of the text: patterns begin only where a run of digits or
letters does, and try a bounded number of lengths from there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

import phonenumbers
from stdnum import iban, luhn

Span = tuple[int, int]
Rule = Callable[[str], Iterator[Span]]
Check = Callable[[str], bool]

_HYPHEN = "[-\u2010-\u2015\u2212]"

_FIRST_GROUP = re.compile(r"\W*\w+")
_LAST_GROUP = re.compile(r"(?:^|\W+)\w+\W?\Z")


def _longest_valid(pattern: re.Pattern[str], text: str, is_valid: Check) -> Iterator[Span]:
    """Spans that begin where the pattern does and take in the most groups that are valid.

    What follows may be digits or words that the pattern takes for part of the number.
    """
    position = 0
    while match := pattern.search(text, position):
        number: str = match[0]
        while number and not is_valid(number):
            number = _LAST_GROUP.sub("", number)
        if number:
            yield match.start(), match.start() + len(number)
        first = _FIRST_GROUP.match(text, match.start())
        position = match.start() + len(number) if number else first.end() if first else match.end()


# --- personnummer and samordningsnummer -------------------------------------------------

_IDENTITY = re.compile(
    r"(?<!\d)(?P<century>18|19|20)?(?P<year>\d\d)(?P<gap>[-. ]?)(?P<month>\d\d)(?P=gap)"
    rf"(?P<day>\d\d) ?(?P<sign>{_HYPHEN}|\+)? ?(?P<last>\d{{4}})(?!\w)"
)
_BARE_MOBILE = re.compile(r"070\d{7}")


def identity_numbers(text: str) -> Iterator[Span]:
    """Personnummer and samordningsnummer (day plus 60), of 10 or 12 digits.

    The date must exist and the check digit fit, so organisation numbers, whose month is 20 or
    more, are none. Ten bare digits from 070 are read as a mobile number.
    """
    for match in _IDENTITY.finditer(text):
        year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
        centuries = (match["century"],) if match["century"] else ("18", "19", "20")
        # "2026-03-12 1400" is a day and an hour.
        is_day_and_more = match["gap"] in {"-", "."} and not match["sign"]
        if (
            not is_day_and_more
            and any(_is_date(int(century) * 100 + year, month, day) for century in centuries)
            and luhn.is_valid(f"{year:02}{month:02}{day:02}{match['last']}")
            and not _BARE_MOBILE.fullmatch(match[0])
        ):
            yield match.span()


def _is_date(year: int, month: int, day: int) -> bool:
    # stdnum's own check of ten digits asks the clock for the century.
    try:
        date(year, month, day - 60 if day > 60 else day)
    except ValueError:
        return False
    return True


# --- e-mail -------------------------------------------------------------------------------

_LOCAL = r"(?<![\w.+\-])[\w.+\-]++"
_BRACKETED = r"[\[({] ?%s ?[\])}]"
_AT = rf"(?:@| @ | ?{_BRACKETED % '(?:at|@|snabel-?a)'} ?| snabel-?a )"
_DOT = rf"(?:\.| ?{_BRACKETED % '(?:dot|punkt|prick)'} ?| punkt )"
EMAIL = re.compile(rf"{_LOCAL}{_AT}[\w\-]++(?:{_DOT}[\w\-]++)*{_DOT}[^\W\d_]{{2,}}", re.IGNORECASE)


def emails(text: str) -> Iterator[Span]:
    """E-mail addresses, also those written `namn (at) example.se`."""
    for match in EMAIL.finditer(text):
        yield match.span()


# --- accounts -----------------------------------------------------------------------------

_IBAN = re.compile(r"(?<!\w)[A-Za-z]{2}\d\d(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,3})?(?!\w)")
_GIRO = re.compile(rf"(?<![\w\-/])\d{{3,4}} ?{_HYPHEN}? ?\d{{4}}(?![\w/]|-\d)")
_PLUSGIRO = re.compile(rf"(?<![\w\-/])\d(?: ?\d){{2,6}} ?{_HYPHEN} ?\d(?![\w/]|-\d)")
_SWISH = re.compile(r"(?<!\w)123[ \-]?\d{3}[ \-]?\d\d[ \-]?\d\d(?!\w)")
_ACCOUNT = re.compile(r"(?<!\w)[1-9]\d{3}(?:-\d)?[ ,\-]{0,2}\d{1,10}(?:[ .\-]\d{1,10}){0,5}(?!\w)")
_ACCOUNT_DIGITS: Final = range(11, 16)  # clearing number 4–5, account number 7–10

# A placeholder names accounts too, but it stands for one that is already masked.
_NEAR_ACCOUNTS = (
    (re.compile(r"\b(?:bankgiro\w*|bg)\b", re.IGNORECASE), _GIRO),
    (re.compile(r"\b(?:(?:plus|post)giro\w*|pg)\b", re.IGNORECASE), _PLUSGIRO),
    (re.compile(r"\bswish", re.IGNORECASE), _SWISH),
    (
        re.compile(
            r"(?<![\w\[])(?:\w{0,20}konto(?:t|n|nr|nummer|numret)?\b"
            r"|clearing|swish|sätt(?:a|er)? in\b)",
            re.IGNORECASE,
        ),
        _ACCOUNT,
    ),
)
_NEAR: Final = 40
"""Signs on either side of a number in which the word that says what it is must begin."""

_NAMED_ACCOUNT = re.compile(
    r"(?<![\w\[])(?:(?P<clearing>clearing)|\w{0,20}konto)(?:nummer|numret|nr)?(?: ?nr| ?nummer)?"
    r"[.:]? ?(?!20\d\d-\d\d-\d\d)(?P<number>\d(?:[ .\-]?\d){3,14})(?![\w/])",
    re.IGNORECASE,
)


def account_numbers(text: str) -> Iterator[Span]:
    """IBAN anywhere; bankgiro, plusgiro, swish and bank accounts near the word.

    A bank account is a clearing number of 4–5 digits and a number of 7–10, together or each
    after its name ("clearingnr 8327-9, kontonr 123 456 789-0").
    """
    found = [*_longest_valid(_IBAN, text, _is_iban), *_named_accounts(text)]
    for word, number in _NEAR_ACCOUNTS:
        if not word.search(text):
            continue
        for match in number.finditer(text):
            near = text[max(0, match.start() - _NEAR) : match.end() + _NEAR]
            if word.search(near) and (
                number is not _ACCOUNT or _digit_count(match[0]) in _ACCOUNT_DIGITS
            ):
                found.append(match.span())
    return _apart(found)


def _is_iban(number: str) -> bool:
    return iban.is_valid(number, check_country=False)


def _named_accounts(text: str) -> Iterator[Span]:
    for match in _NAMED_ACCOUNT.finditer(text):
        if _digit_count(match["number"]) >= (4 if match["clearing"] else 7):
            yield match.span("number")


def _digit_count(text: str) -> int:
    return sum(map(str.isdigit, text))


def _apart(spans: list[Span]) -> Iterator[Span]:
    """Of overlapping spans, the one that begins first."""
    done = 0
    for start, end in sorted(spans):
        if start >= done:
            yield start, end
            done = end


# --- phone --------------------------------------------------------------------------------

_PHONE = re.compile(
    r"(?<!\d)(?<!\d[-/.:])(?:"
    r"(?:\+|00)[1-9]\d{0,14}(?: ?\(0\) ?\d{1,10})?(?: ?[ \-./] ?(?:\d{1,10}|\(\d{1,5}\))){0,7}"
    rf"|(?:0[1-9]\d{{0,2}}|\(0[1-9]\d{{0,2}}\)) ?(?:{_HYPHEN}|[/.])? ?\d{{2,12}}"
    rf"(?:(?P<gap>[ .]|{_HYPHEN})\d{{2,9}}(?:(?P=gap)\d{{2,9}}){{0,3}})?"
    r")(?!\w)"
)
_PHONE_DIGITS: Final = range(7, 16)  # the shortest Swedish number with its 0; E.164's longest
# "08-17" are opening hours and "08-12-2026" is a date, though both begin like Stockholm.
_HOURS_OR_DATE = re.compile(
    r"08[-–](?:[01]\d|2[0-4])(?= )(?! \d\d \d\d\Z)|\d\d([-/.])\d\d\1(?:\d\d)?\d\d\Z"
)
_CASE_WORD = re.compile(
    r"\b(?:dnr|diarie|ärende|order|kund|faktura|boknings?|referens|ref|artikel)"
    r"(?:t|nr|nummer|numret)?[.:#]? ?(?:nr\.?|nummer)? ?\Z",
    re.IGNORECASE,
)


def phone_numbers(text: str) -> Iterator[Span]:
    """Phone numbers: Swedish ones with their leading 0, any with + or 00.

    `phonenumbers` judges each candidate. Its own matcher is not asked to find them, for it
    takes "08-16 10-14" and "08-12-2026" and overlooks a number that follows a date.
    """
    for start, end in _longest_valid(_PHONE, text, _is_phone):
        if not (text[start:end].isdigit() and _CASE_WORD.search(text[max(0, start - 25) : start])):
            yield start, end


def _is_phone(number: str) -> bool:
    if _digit_count(number) not in _PHONE_DIGITS or _HOURS_OR_DATE.match(number):
        return False
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, "SE"))
    except phonenumbers.NumberParseException:
        return False


# --- street addresses ---------------------------------------------------------------------

# Endings that make a street of any word, and endings that need a capital to be a name.
_STREET_ENDINGS = "gatan|gata|vägen|väg|gränden|gränd|stigen|torget|torg|allén|allé|stråket"
_NAME_ENDINGS = (
    "plan|platsen|backen|backe|kajen|kaj|leden|bron|stranden|strand|gången|slingan|viadukten"
    "|esplanaden|stig"
)
# fmt: off
_NO_HOUSES = frozenset({
    "arbetsplatsen", "badplatsen", "bilvägen", "bollplan", "bottenplan", "busshållplatsen",
    "cykelbanan", "cykelleden", "cykelvägen", "detaljplan", "entréplan", "fotbollsplan",
    "gågatan", "gångstigen", "gångvägen", "handlingsplan", "hållplatsen", "huvudgatan",
    "huvudvägen", "idrottsplan", "infartsvägen", "ingången", "konstgräsplan", "källarplan",
    "lekplatsen", "markplan", "motionsslingan", "motorvägen", "nedgången", "omgången",
    "parkeringsplatsen", "pulkabacken", "sidogatan", "skidbacken", "skogsvägen", "stadsplan",
    "tidsplan", "tvärgatan", "undergången", "uppgången", "utfartsvägen", "utgången",
    "verksamhetsplan", "våningsplan", "vårdplan", "återvändsgränd", "återvändsgränden",
    "översiktsplan", "övergången",
})
# fmt: on
"""Words that end like a street and are none: a number after them is no house."""
_OWNED = frozenset({"gata", "väg", "torg", "gränd", "allé", "stig", "kaj", "strand", "backe"})
"""What a street may be called as a word of its own, after a name: "Sergels torg"."""
_NO_OWNERS = frozenset({"Längs", "Statens", "Stadens", "Kommunens", "Trafikverkets", "Vems"})
"""Words before "väg 73" that end like the name of a person a road is called after."""

_COUNTED = (
    r"gång(?:er)?|ggr|tim(?:me|mar)?|h|min(?:ut(?:er)?)?|sek(?:under)?|dag(?:ar)?|dygn|veck(?:a|or)"
    r"|mån(?:ad(?:er)?)?|år|km|m|meter|mil|cm|kr(?:onor)?|miljoner|mkr|tkr|procent|st(?:ycken)?"
    r"|personer|barn|bilar|bussar|träd|jan(?:uari)?|feb(?:ruari)?|mars|apr(?:il)?|maj|juni|juli"
    r"|aug(?:usti)?|sep(?:t(?:ember)?)?|okt(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_HOUSE = (
    r"\d{1,3}+"  # a fourth digit makes it a year
    r"(?![.,:]\d|:\w| ?[%°])"
    rf"(?! ?(?:{_COUNTED})\b)"
    r"(?: ?[A-Ha-h]\b|[A-Za-z]\b)?"
    r"(?: ?[-–/] ?\d{1,3}(?!\d)(?:[A-Za-z]\b)?)?(?!\w)"
)
_FLAT = (
    r"(?:,? (?:(?i:lgh|lägenhet|port|uppg(?:ång)?|vån(?:ing)?|plan)"
    r"\.?:? ?(?:nr )?(?:\d{1,4}|[A-H])\b"
    r"|\d{1,2} ?tr(?:p|appor)?\b\.?|n\.?b\.?\b|b\.?v\.?\b)){0,3}"
)
_TOWN = r"(?:(?:,\s?|\s)(?:SE?[- ]?)?[1-9]\d\d ?\d\d(?!\d)(?: [A-ZÅÄÖ][\w\-]+)?)?"
_ADDRESS = re.compile(
    rf"(?P<ending>(?i:{_STREET_ENDINGS}|{_NAME_ENDINGS})),? ?(?:nr\.? ?|nummer )?"
    rf"(?P<house>{_HOUSE}{_FLAT}{_TOWN})"
)
_WORD_BEFORE = re.compile(r"(?:(?P<owner>\w+) )?(?P<word>\w*)\Z")


def house_numbers(text: str) -> Iterator[Span]:
    """The house number of a street address, with flat, post code and town; not the street."""
    for match in _ADDRESS.finditer(text):
        lead = _WORD_BEFORE.search(text[max(0, match.start() - 60) : match.start()])
        if lead and _is_street(lead["owner"] or "", lead["word"], match["ending"]):
            yield match.span("house")


def _is_street(owner: str, beginning: str, ending: str) -> bool:
    """Whether [owner] beginning + ending names a street: "Sergels" "" "torg"."""
    if not beginning:
        named = owner[:1].isupper() and len(owner) > 2 and ending.lower() in _OWNED
        common = ending.lower() in {"gata", "väg"}
        return named and not (common and (owner[-1] != "s" or owner in _NO_OWNERS))
    word = f"{beginning}{ending}"
    if len(beginning) < 2 or word.lower() in _NO_HOUSES:
        return False
    return word[0].isupper() or re.fullmatch(_STREET_ENDINGS, ending) is not None
