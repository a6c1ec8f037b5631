"""The name of a post's account is looked up, not sought through all posts for each post."""

from service.store.threads import ACCOUNT_NAME


def test_the_name_that_another_file_tells_is_found_by_index(store):
    plan = store.connection.execute(f"EXPLAIN QUERY PLAN SELECT {ACCOUNT_NAME} FROM post")
    steps = [row[-1] for row in plan]
    assert any("SEARCH known USING" in step and "post_by_account_id" in step for step in steps)
    assert not any("SCAN known" in step for step in steps)
