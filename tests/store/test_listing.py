"""Posts as rows of a list, and their accounts in Swedish order."""

import functools
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.store.listing import known_groups, swedish_key

SWEDISH = "abcdefghijklmnopqrstuvwxyzåäö"


@pytest.fixture
def store_with_accounts(store):
    def fill(*names):
        store.connection.executemany(
            "INSERT INTO post (channel, external_id, is_stand_in, account_name, text) "
            "VALUES ('facebook', 'p', 0, ?, '')",
            [(name,) for name in names],
        )
        return store

    return fill


def test_accounts_stand_in_swedish_order(store_with_accounts):
    store = store_with_accounts(
        *("Ängby", "Årsta", "Zinken", "Örby", "Akalla", "ängar", "Éden", "Edsberg", "Ängby")
    )
    accounts, channels = known_groups(store)
    assert accounts == [*("Akalla", "Éden", "Edsberg", "Zinken", "Årsta", "ängar", "Ängby", "Örby")]
    assert channels == ["facebook"]


def compared(one, two):
    """The place of two words in a dictionary: letter by letter, the shorter first."""
    for left, right in itertools.zip_longest(one, two):
        if left != right:
            if left is None or right is None:
                return -1 if left is None else 1
            return SWEDISH.index(left) - SWEDISH.index(right)
    return 0


@given(st.lists(st.text(SWEDISH, max_size=4), max_size=6))
def test_words_are_ordered_as_in_a_dictionary(words):
    assert sorted(words, key=swedish_key) == sorted(words, key=functools.cmp_to_key(compared))


@given(st.text(SWEDISH))
def test_capitals_and_accents_written_apart_change_no_order(word):
    decomposed = word.replace("å", "a\u030a").replace("ä", "a\u0308").replace("ö", "o\u0308")
    assert swedish_key(decomposed) == swedish_key(word.upper()) == swedish_key(word)
