"""Everything that can be shown has its Swedish words."""

import ast
import doctest
from pathlib import Path

import pytest

from nlp import language
from nlp.scoring import reply
from nlp.scoring.discussion import ITEMS
from nlp.vocabulary import Channel, FollowUp, Label, LinkRule, Sentiment, WellAnswered
from service.nyckeltal.definition import Direction, Goal, Unit
from service.nyckeltal.definitions import NYCKELTAL
from service.nyckeltal.figure import IntervalMethod, Withheld
from service.nyckeltal.outcome import interval_methods
from service.web import marking, problems, rendering, words


@pytest.mark.parametrize(
    ("members", "table"),
    [
        (Goal, words.GOAL_MEANINGS),
        (Label, words.LABEL_WORDS),
        (Sentiment, words.SENTIMENT_TITLES),
        (FollowUp, words.FOLLOW_UP_WORDS),
        (WellAnswered, words.WELL_ANSWERED_TITLES),
        (LinkRule, words.LINK_RULE_WORDS),
        (Channel, words.CHANNEL_TITLES),
        (Withheld, words.WITHHELD_WORDS),
        (Direction, words.DIRECTION_WORDS),
        (Unit, words.UNIT_WORDS),
        (IntervalMethod, words.INTERVAL_WORDS),
        (ITEMS, words.DISCUSSION_DIMENSIONS),
        (("answers", "next_step", "tone", "clarity"), words.REPLY_DIMENSIONS),
    ],
)
def test_every_member_has_words(members, table):
    assert set(table) == set(members)


def test_every_reason_that_a_reply_can_be_scored_for_has_words():
    tree = ast.parse(Path(reply.__file__).read_text(encoding="utf-8"))
    (function,) = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name == "_reasons"
    ]
    in_calls = {
        part for node in ast.walk(function) if isinstance(node, ast.Call) for part in ast.walk(node)
    }
    codes = {
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in in_calls
    } - {ast.get_docstring(function, clean=False)}
    assert codes == set(words.REASON_WORDS)


def test_every_language_that_is_told_apart_has_a_name():
    codes = {one.iso_code_639_1.name.lower() for one in language._LANGUAGES}
    assert codes | {language.UNKNOWN} == set(words.LANGUAGE_NAMES)


def test_the_interval_of_every_nyckeltal_is_found_as_its_page_says(client):
    records = client.get("/api/v1/nyckeltal").json()["nyckeltal"]
    found = {(r["nyckeltal"], r["interval_method"]) for r in records if r["interval_method"]}
    promised = {(one.id, method.value) for one in NYCKELTAL for method in interval_methods(one.how)}
    assert len(found) > 10
    assert found <= promised


@pytest.mark.parametrize("module", [words, marking, rendering, problems])
def test_the_examples_in_the_code_hold(module):
    assert doctest.testmod(module).failed == 0
