"""A command that cannot be followed is answered in Swedish, with the way to the help."""

import pytest


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import",), "FIL saknas"),
        (("spela",), "finns inte"),
        (("report", "--by", "planet"), "Värdet för --by"),
        (("import", "--bogus"), "Flaggan --bogus finns inte"),
        (("serve", "--port"), "Flaggan --port ska följas av ett värde"),
        (("serve", "--port", "hej"), "Värdet för --port"),
        (("train",), "--version saknas"),
    ],
)
def test_a_faulty_command_is_explained(lyssnad, words, said):
    outcome = lyssnad(*words)
    assert outcome.code == 2
    assert said in outcome.err
    assert "--help” för hjälp" in outcome.err


@pytest.mark.parametrize("words", [(), ("import", "--help"), ("report", "--help")])
def test_help_is_given_in_swedish(lyssnad, words):
    outcome = lyssnad(*words)
    assert outcome.code == 0
    assert "Flaggor" in outcome.out
    assert "Options" not in outcome.out.replace("[OPTIONS]", "")
