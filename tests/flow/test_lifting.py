"""Which comments are worth lifting, and in which order; people have said what they are."""

from datetime import UTC, datetime

import pytest

from nlp.vocabulary import Label
from service.store.lifting import worth_lifting
from tests.flow.test_reviews import installation  # noqa: F401  a fixture

NOW = datetime(2026, 3, 4, tzinfo=UTC)
WORTHY = {
    **dict.fromkeys(Label, False),
    Label.REASONED: True,
    Label.ON_TOPIC: True,
    Label.PRAISE: True,
}


@pytest.fixture
def lifted(installation):  # noqa: F811  a fixture
    """Three comments that people have read whole; gives who is lifted after some change."""
    installation.take_in(
        "Tack för bänkarna, nu orkar mamma gå hit för hon kan vila på vägen",
        "Sätt upp fler bänkar, för min mamma orkar inte stå så länge i kön",
        "Bra att badet öppnar tidigt, då hinner vi simma före jobbet",
    )
    for number in (1, 2, 3):
        installation.say(number, **{label.value: holds for label, holds in WORTHY.items()})

    def lift(number=None, *, now=NOW, account=None, **labels):
        if number is not None:
            installation.say(number, **labels)
        found = worth_lifting(installation.store, now=now, account=account, **installation.asked)
        return [one.comment_id for one in found]

    return lift


def test_what_is_as_worthy_comes_newest_first(lifted):
    assert lifted() == [3, 2, 1]


@pytest.mark.parametrize(
    "missing", [{"reasoned": False}, {"on_topic": False}, {"praise": False}], ids=str
)
def test_without_reason_subject_or_what_it_offers_it_is_not_lifted(lifted, missing):
    assert lifted(2, **missing) == [3, 1]


def test_a_proposal_is_as_good_as_praise(lifted):
    assert lifted(2, praise=False, suggestion=True) == [3, 2, 1]


@pytest.mark.parametrize("label", ["uncivil", "legal_review", "personal_data"])
def test_what_may_hurt_somebody_is_not_lifted(lifted, label):
    assert lifted(1, **{label: True}) == [3, 2]


def test_what_is_of_another_account_or_of_tomorrow_is_left_out(lifted):
    assert lifted(account="Idrott") == [3, 2, 1]
    assert lifted(account="Kultur") == []
    assert lifted(now=datetime(2026, 3, 2, 9, 2, tzinfo=UTC)) == [2, 1]
