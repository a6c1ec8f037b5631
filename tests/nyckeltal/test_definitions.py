"""Definitionerna är data: kompletta, på svenska, och alla namn i dem betyder något."""

from dataclasses import fields
from datetime import UTC, datetime

import pytest

from service.nyckeltal.definition import Goal
from service.nyckeltal.definitions import NYCKELTAL
from service.nyckeltal.facts import comment_facts, post_facts
from tests.nyckeltal.rows import frames

IDS = [definition.id for definition in NYCKELTAL]


def test_every_nyckeltal_has_its_own_id_and_title():
    assert len(set(IDS)) == len(NYCKELTAL)
    assert len({definition.title for definition in NYCKELTAL}) == len(NYCKELTAL)


def test_they_stand_by_goal_in_the_order_of_the_guide():
    goals = [definition.goal for definition in NYCKELTAL]
    assert goals == sorted(goals, key=list(Goal).index)
    assert [goal.heading for goal in dict.fromkeys(goals)] == [
        "Orienterad",
        "Förvissad",
        "Lyssnad till",
        "Fri att göra",
    ]


@pytest.mark.parametrize("definition", NYCKELTAL, ids=IDS)
def test_a_definition_says_what_a_reader_must_know(definition):
    assert definition.question.endswith("?")
    assert definition.caveat.endswith(".")
    texts = (definition.title, definition.numerator, definition.source)
    assert all(text and text == text.strip() for text in texts)
    assert "  " not in definition.caveat


@pytest.mark.parametrize("definition", NYCKELTAL, ids=IDS)
def test_the_names_in_a_definition_are_facts(definition):
    comments, posts = frames([])
    written = comment_facts(comments, datetime(2026, 10, 1, tzinfo=UTC))
    known = {*written.holds, *written.measures, *post_facts(posts, written).metrics}
    names = [getattr(definition.how, field.name) for field in fields(definition.how)]
    assert {name for name in names if isinstance(name, str)} <= known


def test_reach_is_never_summed_but_as_the_foot_of_a_ratio():
    assert "reach" not in {getattr(one.how, "of", None) for one in NYCKELTAL} - {
        one.how.of for one in NYCKELTAL if one.id == "reach_mean"
    }
