"""The frame of comments: who counts as one person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.store.frames import _persons, comment_frame


@pytest.fixture
def writers(store_with_texts):
    """How many people wrote comments with these keys of id and of name."""

    def count(*keys):
        store = store_with_texts(*("Hej" for _ in keys))
        for number, (author, handle) in enumerate(keys, start=1):
            store.connection.execute(
                "UPDATE comment SET author_key = ?, handle_key = ? WHERE comment_id = ?",
                (author, handle, number),
            )
        return comment_frame(store, fingerprint="f")["writer"].nunique()

    return count


def test_a_person_met_by_id_and_by_name_is_one(writers):
    assert writers(("id-lisa", "lisa"), ("name-lisa", "lisa"), ("id-kim", "kim")) == 2


def test_a_person_met_by_id_alone_is_the_one_whose_name_another_file_tells(writers):
    assert writers(("id-lisa", None), ("id-lisa", "lisa"), ("name-lisa", "lisa")) == 1


def test_a_person_who_has_changed_name_is_one(writers):
    assert writers(("id-lisa", "lisa"), ("id-lisa", "lisaek"), ("name-lisa", "lisaek")) == 1


def test_two_people_of_one_name_count_as_one(writers):
    assert writers(("id-1", "kim"), ("id-2", "kim")) == 1


def test_a_comment_without_a_writer_has_none(writers):
    assert writers((None, None), ("id-kim", "kim")) == 1


def naive_groups(pairs):
    """Keys that belong together, by joining groups until none meet."""
    groups = [{key for key in pair if key} for pair in pairs if pair[0]]
    while True:
        for one in groups:
            meeting = [other for other in groups if other is not one and one & other]
            if meeting:
                groups = [other for other in groups if other is not one and not one & other]
                groups.append(one.union(*meeting))
                break
        else:
            return groups


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a1", "a2", "a3", "a4", "a5"]),
            st.sampled_from([None, "h1", "h2", "h3", "h4"]),
        ),
        max_size=8,
    )
)
def test_people_are_told_apart_as_by_joining_one_by_one(pairs):
    persons = _persons(pairs)
    groups = naive_groups(pairs)
    for one, (author, _) in zip(persons, pairs, strict=True):
        for other, (another, _) in zip(persons, pairs, strict=True):
            together = any({author, another} <= group for group in groups)
            assert (one == other) == together
