"""The split is exact, whole and nobody's choice."""

import json
import random
from collections import Counter

import pytest

from nlp.corpus.records import ThreadRecord
from nlp.corpus.splits import SHARES, Split, split
from tests.corpus.conftest import THREAD


def thread(number):
    told = json.loads(json.dumps(THREAD))
    told["post"]["id"] = f"t{number}"
    told["channel"] = ("facebook", "facebook", "facebook", "instagram", "youtube")[number % 5]
    return ThreadRecord.model_validate(told)


THREADS = [thread(number) for number in range(420)]


@pytest.mark.parametrize("part", list(Split))
def test_each_part_has_its_share_of_the_threads_and_of_each_channel(part):
    parts = split(THREADS)
    assert Counter(parts.values())[part] / len(THREADS) == pytest.approx(SHARES[part], abs=0.005)
    for channel in ("facebook", "instagram", "youtube"):
        ours = [each for each in THREADS if each.channel == channel]
        share = sum(parts[each.name] is part for each in ours) / len(ours)
        assert share == pytest.approx(SHARES[part], abs=0.04)


def test_the_order_of_the_threads_does_not_matter():
    shuffled = random.Random(3).sample(THREADS, len(THREADS))
    assert split(shuffled) == split(THREADS)
