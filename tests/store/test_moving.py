"""Two posts that turn out to be one: of a comment that both have, no telling is lost."""

import pytest

from tests.store.test_intake import a_comment, a_post, take_in


@pytest.mark.parametrize("turned", [False, True])
def test_the_same_comment_under_both_keeps_what_either_says(store, turned):
    tellings = [
        ("122157", a_comment("c1", text="Kort", likes=7, parent_external_id="c0")),
        ("900", a_comment("c1", text="Kort men längre")),
    ]
    take_in(store, *(reversed(tellings) if turned else tellings))
    take_in(store, a_post("122157", names=("900",)))
    rows = store.connection.execute("SELECT text, likes, parent_external_id FROM comment")
    assert rows.fetchall() == [("Kort men längre", 7, "c0")]


def test_what_was_judged_of_either_is_judged_again(store):
    take_in(store, ("122157", a_comment("c1")), ("900", a_comment("c2")))
    store.connection.execute("UPDATE post SET is_dirty = 0")
    take_in(store, a_post("122157", names=("900",)))
    assert store.connection.execute("SELECT is_dirty FROM post").fetchall() == [(1,)]


@pytest.mark.parametrize("turned", [False, True])
def test_what_either_calls_hidden_stays_hidden(store, turned):
    tellings = [("122157", a_comment("c1", is_hidden=True)), ("900", a_comment("c1"))]
    take_in(store, *(reversed(tellings) if turned else tellings))
    take_in(store, a_post("122157", names=("900",)))
    assert store.connection.execute("SELECT is_hidden FROM comment").fetchall() == [(1,)]
