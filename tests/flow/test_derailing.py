"""Which threads are going off the rails; people have said which comments are uncivil."""

from datetime import UTC, datetime, timedelta

import pytest

from service.store.derailing import FADES, LATEST, STILL_ON, derailing_threads
from tests.flow.test_reviews import installation  # noqa: F401  a fixture

LAST = datetime(2026, 3, 2, 9, 9, tzinfo=UTC)


@pytest.fixture
def warned(installation):  # noqa: F811  a fixture
    """Nine comments; gives what is warned of where some of them, by number, are uncivil."""
    installation.take_in(*(f"Badet har öppet till klockan {hour}" for hour in range(10, 19)))

    def warn(*uncivil, now=LAST, hidden=(), account=None):
        for number in range(1, 10):
            installation.say(number, uncivil=number in uncivil)
        with installation.store.writing() as connection:
            connection.executemany(
                "UPDATE comment SET is_hidden = 1 WHERE comment_id = ?",
                [(number,) for number in hidden],
            )
        return derailing_threads(installation.store, now=now, account=account, **installation.asked)

    return warn


def test_where_what_came_last_is_uncivil_is_warned_of(warned):
    (found,) = warned(7, 9)
    assert (found.uncivil, found.latest, found.last) == (2, LATEST, LAST)
    naive = total = 0.0
    for place, number in enumerate(range(9, 1, -1)):
        naive += FADES**place * (number in (7, 9))
        total += FADES**place
    assert found.share == pytest.approx(naive / total)


def test_one_rude_comment_or_a_storm_that_is_over_is_not(warned):
    assert warned(9) == []
    assert warned(2, 3) == []


def test_what_was_written_last_weighs_most(warned):
    (late,), (early,) = warned(8, 9), warned(5, 6, 7)
    assert late.share > 0.3
    assert early.share > 0.3
    assert warned(8, 9)[0].share > warned(6, 7)[0].share


def test_what_is_hidden_counts_no_more(warned):
    assert warned(8, 9, hidden=[9]) == []


def test_a_thread_that_has_gone_quiet_and_another_account_are_left_out(warned):
    assert warned(8, 9, now=LAST + STILL_ON)
    assert warned(8, 9, now=LAST + STILL_ON + timedelta(minutes=1)) == []
    assert warned(8, 9, account="Kultur") == []
