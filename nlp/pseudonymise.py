"""Mask personal data by exact rules, and give people keys in place of names.

The same key and person always give the same author key and handle key; without the key
nobody can go back from them, and another key gives others.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from base64 import b32encode
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from nlp import personal_data
from nlp.edits import Edit, Edited
from nlp.vocabulary import AuthorKey, HandleKey

PLACEHOLDERS: Final = {
    "personal_identity_number": "[personnummer]",
    "email": "[e-post]",
    "account_number": "[kontonummer]",
    "phone": "[telefonnummer]",
    "address": "[husnummer]",
    "name": "[namn]",
}
"""What stands in the text for each kind of personal data."""

PUBLIC_WAYS: Final = frozenset({"email", "phone", "address"})
"""Kinds that are ways to reach an organisation when it writes them itself; then kept."""

_MASKED = "|".join(map(re.escape, PLACEHOLDERS.values()))
_KEYED = "@~[a-z2-7]{10}"
MASK: Final = re.compile(rf"{_MASKED}|{_KEYED}")
"""Whatever masking puts into a text."""

_ANYBODY: Final = "@~omnämnande"
_KEYED_NAME: Final = re.compile(_KEYED)

FEWEST_DIGITS: Final = 4
"""The fewest that any rule but that of house numbers asks for: those of a clearing number."""

MOST_ROUNDS: Final = 4
"""What is masked can bring together what stood apart, so the rules go on until none finds
anything. What people write takes two rounds; only a text made to take more is cut off."""

_DIGIT = re.compile(r"\d")
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_AT_SIGN = re.compile(r"@|[\[({] ?(?:at|snabel)|snabel", re.IGNORECASE)
_SHIELDED = re.compile(f"{MASK.pattern}|{personal_data.EMAIL.pattern}", re.IGNORECASE)
# A mention ends at a space: where a name of several words ends only the network can tell.
_HANDLE = r"(?=\d*[^\W\d])\w+(?:[.\-·]\w+)*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """A text without its personal data."""

    edited: Edited
    """The masked text, aligned to what was given, or to the original of an `Edited`."""
    kinds: frozenset[str]
    """Kinds of personal data that were masked, of `PLACEHOLDERS`; mentions are none."""

    @property
    def text(self) -> str:
        """The masked text."""
        return self.edited.text


def author_key(key: bytes, channel: str, author: str) -> AuthorKey:
    """The 20 signs (100 bits) that stand for a person on a channel, from an id or a name."""
    return AuthorKey(_keyed(key, "author", channel, _folded(author).strip())[:20])


def handle_key(key: bytes, channel: str, name: str) -> HandleKey:
    """The 10 signs (50 bits) that stand for a name on a channel.

    A name as shown and as mentioned meet: "Lisa Ek", "@Lisa Ek" and "lisaek" have one key.
    """
    return HandleKey(_keyed(key, "handle", channel, _bare(name))[:10])


def pseudonymise(
    original: Edited | str,
    *,
    key: bytes,
    channel: str,
    tagged_names: Collection[str] = (),
    organisation_names: Collection[str] = (),
    from_organisation: bool = False,
) -> Masked:
    """The text with personal data masked, and mentions and tagged names keyed.

    Of an address the house number is masked and the street kept, for a fault has a place.
    Masking twice is masking once. Linear in the length of the text; raises on no text.

    Args:
        original: The text, best cleaned.
        key: The secret that the keys of people are made with.
        channel: The network; the same name on another network is another person.
        tagged_names: People whom the network marks as named in the text, with or without @.
        organisation_names: The organisation's own public accounts; mentions of them are kept.
        from_organisation: Keep phone numbers, e-mail and house numbers, its public ways.
    """
    edited = Edited.unchanged(original) if isinstance(original, str) else original
    organisations = {_bare(name) for name in organisation_names}

    @cache  # a text may call out to the same few people thousands of times
    def stand_in(name: str) -> str | None:
        return None if _bare(name) in organisations else f"@~{handle_key(key, channel, name)}"

    def keyed(text: str) -> Iterator[Edit]:
        names = _names_pattern((*tagged_names, *organisation_names))
        for start, end in _between_shielded(text):
            for match in names.finditer(text, start, end):
                if (replacement := stand_in(match["listed"] or match["mention"])) is not None:
                    yield *match.span(), replacement

    kept = PUBLIC_WAYS if from_organisation else frozenset()
    kinds: set[str] = set()
    for _ in range(MOST_ROUNDS):
        before = edited
        for kind, masked in _masked_kind_by_kind(edited, kept):
            kinds.add(kind)
            edited = masked
        if tagged_names or "@" in edited.text:
            edited = edited.replace(keyed(edited.text))
        if edited is before:
            break
    return Masked(edited=edited, kinds=frozenset(kinds))


def without_keys(text: str) -> str:
    """The text, as long as before, with all people alike.

    The letters of a key are chance and differ between installations, so nothing may be read
    out of them.
    """
    return _KEYED_NAME.sub(_ANYBODY, text) if "@~" in text else text


def _masked_kind_by_kind(edited: Edited, kept: Collection[str]) -> Iterator[tuple[str, Edited]]:
    """Each kind that was found, with the text in which it and those before are masked."""
    for kind, rule in _rules_worth_trying(edited.text):
        if kind not in kept:
            spans = rule(_with_ascii_digits(edited.text))
            masked = edited.replace((start, end, PLACEHOLDERS[kind]) for start, end in spans)
            if masked is not edited:
                yield kind, masked
                edited = masked


def _rules_worth_trying(text: str) -> Iterator[tuple[str, personal_data.Rule]]:
    """The rules for which the text has what they need, in the order in which they go."""
    said = MASK.sub(" ", text)  # keys hold digits, and a text of mentions is mostly keys
    digits = len(_DIGIT.findall(said))
    if digits >= FEWEST_DIGITS:
        yield "personal_identity_number", personal_data.identity_numbers
    if _AT_SIGN.search(said):
        yield "email", personal_data.emails
    if digits >= FEWEST_DIGITS:
        yield "account_number", personal_data.account_numbers
        yield "phone", personal_data.phone_numbers
    if digits:
        yield "address", personal_data.house_numbers


def _with_ascii_digits(text: str) -> str:
    """The text, as long as before, with all other scripts' digits as ASCII ones."""
    return _OTHER_DIGIT.sub(lambda digit: str(int(digit[0])), text)


def _names_pattern(names: Collection[str]) -> re.Pattern[str]:
    """Finds the names given, the longest first, and any @mention."""
    spelt = {
        r"\s+".join(map(re.escape, name.lstrip("@ ").split())) for name in names if _bare(name)
    }
    listed = "|".join(sorted(spelt, key=lambda name: (-len(name), name))) or "(?!)"
    return re.compile(
        rf"@?(?<!\w)(?P<listed>{listed})(?!\w)|@(?P<mention>{_HANDLE})", re.IGNORECASE
    )


def _between_shielded(text: str) -> Iterator[personal_data.Span]:
    """The stretches in which a name is a name: not in an e-mail address or a mask."""
    done = 0
    for match in _SHIELDED.finditer(text):
        yield done, match.start()
        done = match.end()
    yield done, len(text)


def _keyed(key: bytes, purpose: str, channel: str, person: str) -> str:
    message = "\0".join((purpose, channel, person)).encode("utf-8", "surrogatepass")
    digest = hmac.digest(key, message, "sha256")[:15]  # 24 signs, more than any key has
    return b32encode(digest).decode("ascii").lower()


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _bare(name: str) -> str:
    return "".join(_folded(name).split()).removeprefix("@")
