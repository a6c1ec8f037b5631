"""The split is nobody's choice, and no thread ever moves."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.corpus.records import ThreadRecord
from nlp.corpus.splits import SHARES, Split, split
from tests.corpus.conftest import THREAD


def thread(number):
    told = json.loads(json.dumps(THREAD))
    told["post"]["id"] = f"t{number}"
    told["channel"] = ("facebook", "facebook", "facebook", "instagram", "youtube")[number % 5]
    return ThreadRecord.model_validate_json(json.dumps(told))


THREADS = [thread(number) for number in range(2_000)]


@pytest.mark.parametrize("part", list(Split))
def test_each_part_has_about_its_share(part):
    held = Counter(split(THREADS).values())
    assert held[part] / len(THREADS) == pytest.approx(SHARES[part], abs=0.025)


@given(st.sets(st.integers(min_value=0, max_value=len(THREADS) - 1)))
def test_a_thread_keeps_its_part_whatever_else_there_is(numbers):
    whole = split(THREADS)
    assert split(THREADS[number] for number in numbers) == {
        THREADS[number].name: whole[THREADS[number].name] for number in numbers
    }
