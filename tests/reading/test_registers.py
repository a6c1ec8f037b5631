"""Ways of writing are told by rules that anybody can check on the text."""

import pytest

from nlp.registers import REGISTERS

LONG = (
    "Vi bor vid Lövgatan sedan tio år och har aldrig haft så många avbrott i sophämtningen som "
    "under den här hösten, trots att vi har betalat full avgift."
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("😍😍 👏", {"emoji_only"}),
        ("❤️", {"emoji_only"}),
        ("👍 tack", set()),
        ("...", set()),
        ("10/10 👏", set()),
        ("när öppnar badet då", {"lower_case"}),
        ("när öppnar badet då @~omnämnande", {"lower_case"}),
        ("när öppnar badet i Ekhagen", set()),
        ("ok tack", set()),
        (LONG, {"formal"}),
        (LONG + "!!!", set()),
        (LONG + " 😡", set()),
        (LONG.lower(), {"lower_case"}),
        (LONG.removesuffix("."), set()),
        ("Ring mig på [telefonnummer]", {"masked"}),
        ("jag bor på storgatan [husnummer]", {"lower_case", "masked"}),
        ("Hej @~omnämnande", set()),
        ("Why is the library closed on Sundays?", {"english"}),
        ("Miksi kirjasto on suljettu sunnuntaisin?", {"other_language"}),
        ("", set()),
    ],
)
def test_a_text_is_of_these_registers(text, expected):
    assert {name for name, is_so in REGISTERS.items() if is_so(text)} == expected
