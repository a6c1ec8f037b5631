"""Tells made-up identity numbers, phones and addresses from such as may be somebody's.

Series: Skatteverket's test identity numbers (birth numbers 238, 239 and 980 to 999, and the old
"Tolvan"), PTS's numbers for use in fiction, and the domains of RFC 2606.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from nlp.personal_data import emails, identity_numbers, phone_numbers

_TEST_BIRTH_NUMBERS: Final = frozenset({"238", "239", *(str(n) for n in range(980, 1000))})
_TOLVAN: Final = "1212121212"

_FICTION_PHONE: Final = re.compile(
    r"(?:0|46)(?:7017406(?:0[5-9]|[1-9]\d)|(?:3139006|4062804|8465004|9803192)\d\d)"
)
_FICTION_DOMAIN: Final = re.compile(r"@(?:[\w-]+\.)*example(?:\.(?:se|com|org|net))?$")

_NOT_DIGIT: Final = re.compile(r"\D")


def not_fiction(text: str) -> Iterator[str]:
    """Swedish names of the kinds of personal data in a text that might be real."""
    for start, end in identity_numbers(text):
        digits = _NOT_DIGIT.sub("", text[start:end])[-10:]
        if digits[6:9] not in _TEST_BIRTH_NUMBERS and digits != _TOLVAN:
            yield "ett personnummer"
    for start, end in phone_numbers(text):
        digits = _NOT_DIGIT.sub("", text[start:end]).removeprefix("00")
        if not _FICTION_PHONE.fullmatch(digits):
            yield "ett telefonnummer"
    for start, end in emails(text):
        if not _FICTION_DOMAIN.search(text[start:end].lower()):
            yield "en e-postadress"
