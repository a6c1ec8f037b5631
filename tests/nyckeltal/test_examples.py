"""Exemplen i dokumentationen stämmer."""

import doctest

import pytest

from service import period, swedish, worktime


@pytest.mark.parametrize("module", [period, swedish, worktime], ids=lambda one: one.__name__)
def test_the_examples_hold(module):
    tried = doctest.testmod(module)
    assert tried.attempted > 0
    assert tried.failed == 0
