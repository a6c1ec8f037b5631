"""Ramarna: en kolumn för mycket gör inget, en för lite är ett fel som säger vilken."""

import pytest

from service.columns import (
    COMMENT_COLUMNS,
    POST_COLUMNS,
    check_comments,
    check_posts,
)
from tests.nyckeltal.rows import comment, frames, post


def test_frames_of_the_right_columns_pass_also_when_empty():
    comments, posts = frames([])
    check_comments(comments.assign(extra=1))
    check_posts(posts)


@pytest.mark.parametrize("name", COMMENT_COLUMNS)
def test_a_missing_column_of_comments_is_named(name):
    comments, _ = frames([])
    with pytest.raises(ValueError, match=rf"'{name}': 'missing'"):
        check_comments(comments.drop(columns=name))


@pytest.mark.parametrize("name", POST_COLUMNS)
def test_a_column_of_posts_of_another_dtype_is_named(name):
    _, posts = frames([])
    with pytest.raises(ValueError, match=rf"'{name}': 'complex128'"):
        check_posts(posts.astype({name: object}).astype({name: "complex128"}))


def test_a_comment_must_have_a_time_and_a_place():
    comments, _ = frames([comment(created=None)])
    with pytest.raises(ValueError, match="created"):
        check_comments(comments)


def test_a_post_must_have_an_account():
    _, posts = frames([], [post(account=None)])
    with pytest.raises(ValueError, match="account"):
        check_posts(posts)


def test_a_post_stands_once():
    _, posts = frames([], [post(), post()])
    with pytest.raises(ValueError, match="more than once"):
        check_posts(posts)
