"""Joining what several files tell: any order, any number of times, the same store."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.vocabulary import AuthorKey, Channel, PostMetrics
from service.store import Store
from service.store.intake import intake, loose_ends
from service.store.rows import CommentRow, PostRow, merge_comments, merge_posts


def a_post(external_id="p1", *, names=(), **changes):
    values = {"channel": Channel.FACEBOOK, "external_id": external_id} | changes
    return PostRow(names=frozenset({external_id, *names}), **values)


def a_comment(external_id="c1", **changes):
    values = {
        "external_id": external_id,
        "id_is_derived": False,
        "parent_external_id": None,
        "author_key": None,
        "handle_key": None,
        "said_ours": None,
        "created": "2026-03-02T08:00:00Z",
        "created_is_exact": True,
        "edited": None,
        "text": "När öppnar badet?",
        "likes": None,
        "is_hidden": None,
        "mask_kinds": "",
    } | changes
    return CommentRow(**{"text_identity": identity(values["text"])} | values)


def identity(text):
    """As prepare.py makes it, but for the key."""
    return f"{len(text):06}{text}"


def take_in(store, *tellings, own=()):
    """Import tellings as one file; a telling is a PostRow or (post name, CommentRow)."""
    with intake(
        store, file_name="f", file_sha256="s", source="x", timezone=None, started="2026"
    ) as current:
        for key in own:
            current.add_own_author(Channel.FACEBOOK, key)
        for telling in tellings:
            if isinstance(telling, PostRow):
                current.add_post(telling)
            else:
                name, row = telling
                current.add_comments([(Channel.FACEBOOK, name, row)])
    return current


def content(store):
    """All that the store holds, without its own row numbers and without provenance."""
    connection = store.connection
    posts = connection.execute(
        "SELECT p.*, (SELECT GROUP_CONCAT(name, '|') FROM (SELECT name FROM post_name AS n "
        "WHERE n.post_id = p.post_id ORDER BY name)) FROM post AS p"
    ).fetchall()
    comments = connection.execute(
        "SELECT p.external_id, c.external_id, parent_external_id, author_key, handle_key, "
        "said_ours, from_organisation, created, created_is_exact, edited, c.text, c.input_hash, "
        "text_identity, likes, mask_kinds "
        "FROM comment AS c JOIN post AS p USING (post_id)"
    ).fetchall()
    return sorted(repr(row[1:]) for row in posts), sorted(map(repr, comments))


def test_importing_again_changes_nothing(store):
    tellings = (a_post(text="Badet"), ("p1", a_comment()))
    first = take_in(store, *tellings)
    before = content(store)
    again = take_in(store, *tellings)
    assert (first.counts.new, again.counts.new, again.counts.unchanged) == (2, 0, 2)
    assert content(store) == before


def test_a_post_told_of_after_its_comments_takes_them_over(store):
    take_in(store, ("900", a_comment()))
    counts = take_in(store, a_post("101_900", names=("900",), text="Badet öppnar")).counts
    assert counts.new == 1
    assert store.connection.execute("SELECT external_id, is_stand_in FROM post").fetchall() == [
        ("101_900", 0)
    ]


def test_two_posts_that_turn_out_to_be_one_become_one(store):
    take_in(store, a_post("122157", text="Badet"), ("122157", a_comment("c1")))
    take_in(store, ("900", a_comment("c1", likes=4)), ("900", a_comment("c2")))
    take_in(store, a_post("122157", names=("900",)))
    rows = store.connection.execute(
        "SELECT p.external_id, c.external_id, likes FROM comment AS c "
        "JOIN post AS p USING (post_id) ORDER BY c.external_id"
    ).fetchall()
    assert rows == [("122157", "c1", 4), ("122157", "c2", None)]


def test_the_same_comment_id_under_two_posts_is_two_comments(store):
    take_in(store, ("p1", a_comment("c1")), ("p2", a_comment("c1", text="Annat")))
    assert store.connection.execute("SELECT COUNT(*) FROM comment").fetchone() == (2,)


def test_another_text_for_the_same_id_is_remarked_and_the_longer_one_counts(store):
    take_in(store, ("p1", a_comment(text="Kort")))
    current = take_in(store, ("p1", a_comment(text="Kort men längre")))
    assert list(current.other_texts) == ["c1"]
    current = take_in(store, ("p1", a_comment(text="Kort")))
    assert list(current.other_texts) == ["c1"]
    assert store.connection.execute("SELECT text FROM comment").fetchone() == ("Kort men längre",)


KEYED = "@~abcdefghij"
SAME = identity("Lisa Ek, hör av dig på [telefonnummer]")


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_maskings_of_a_text_the_one_that_shows_least_counts_without_a_remark(store, turn):
    shown = a_comment(text="Lisa Ek, hör av dig på 070-174 06 05", text_identity=SAME)
    half = a_comment(text=f"{KEYED} Ek, hör av dig på [telefonnummer]", text_identity=SAME)
    masked = a_comment(text=f"{KEYED}, hör av dig på [telefonnummer]", text_identity=SAME)
    for telling in (shown, half, masked)[::turn]:
        assert not take_in(store, ("p1", telling)).other_texts
    assert store.connection.execute("SELECT text FROM comment").fetchone() == (masked.text,)


@pytest.mark.parametrize("turn", [1, -1])
def test_a_time_in_a_stated_zone_beats_one_in_an_assumed_zone(store, turn):
    assumed = a_comment(created="2026-03-02T08:00:00Z", created_is_exact=False)
    stated = a_comment(created="2026-03-02T09:00:00Z")
    for telling in (assumed, stated)[::turn]:
        take_in(store, ("p1", telling))
    assert store.connection.execute("SELECT created, created_is_exact FROM comment").fetchall() == [
        ("2026-03-02T09:00:00Z", 1)
    ]


def test_whether_a_comment_is_hidden_is_as_the_last_import_that_says(store):
    def is_hidden():
        return bool(store.connection.execute("SELECT is_hidden FROM comment").fetchone()[0])

    for told, expected in ((None, False), (True, True), (None, True), (False, False)):
        take_in(store, ("p1", a_comment(is_hidden=told)))
        assert is_hidden() is expected


def test_a_known_edit_beats_a_longer_text(store):
    take_in(store, ("p1", a_comment(text="En lång första version")))
    take_in(store, ("p1", a_comment(text="Rättat", edited="2026-03-03T00:00:00Z")))
    assert store.connection.execute("SELECT text FROM comment").fetchone() == ("Rättat",)


def test_who_is_the_organisation_may_be_learnt_later(store):
    take_in(store, ("p1", a_comment(author_key=AuthorKey("staden"))))
    assert store.connection.execute("SELECT from_organisation FROM comment").fetchone() == (0,)
    take_in(store, a_post(), own=(AuthorKey("staden"),))
    assert store.connection.execute("SELECT from_organisation FROM comment").fetchone() == (1,)


def test_only_threads_with_a_comment_of_a_new_own_author_are_read_again(store):
    take_in(store, ("p1", a_comment(author_key=AuthorKey("staden"))), ("p2", a_comment()))
    store.connection.execute("UPDATE post SET is_dirty = 0")
    take_in(store, own=(AuthorKey("staden"),))
    dirty = "SELECT external_id FROM post WHERE is_dirty"
    assert store.connection.execute(dirty).fetchall() == [("p1",)]


def test_what_the_file_says_of_a_writer_is_not_overruled(store):
    comment = a_comment(author_key=AuthorKey("staden"), said_ours=False)
    take_in(store, a_post(), ("p1", comment), own=(AuthorKey("staden"),))
    assert store.connection.execute("SELECT from_organisation FROM comment").fetchone() == (0,)


def test_a_file_that_breaks_midway_leaves_the_store_as_it_was(store):
    take_in(store, ("p1", a_comment()))
    before = content(store)

    def break_midway():
        with intake(
            store, file_name="f", file_sha256="s", source="x", timezone=None, started="2026"
        ) as current:
            current.add_comments([(Channel.FACEBOOK, "p1", a_comment("c2"))])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_midway()
    assert content(store) == before
    assert store.connection.execute("SELECT COUNT(*) FROM import").fetchone() == (1,)


def test_loose_ends_are_named(store):
    current = take_in(
        store,
        a_post(published="2026-03-02T09:00:00Z", published_is_exact=True),
        ("p1", a_comment("c1", created="2026-03-02T08:00:00Z")),
        ("p1", a_comment("c2", parent_external_id="borta", created="2026-03-02T10:00:00Z")),
    )
    reasons = [note.reason for _, note in loose_ends(store, [current.import_id])]
    assert len(reasons) == 2
    assert "svarar på borta" in reasons[0]
    assert "före sitt inlägg" in reasons[1]
    assert "--timezone" not in reasons[1]


@pytest.mark.parametrize(
    ("comment_is_exact", "post_is_exact", "advised"),
    [(False, False, "kommentarens fil"), (True, False, "inläggets fil"), (True, True, "i filerna")],
)
def test_a_time_before_its_post_is_mended_where_it_was_assumed(
    store, comment_is_exact, post_is_exact, advised
):
    current = take_in(
        store,
        a_post(published="2026-03-02T09:00:00Z", published_is_exact=post_is_exact),
        ("p1", a_comment(created_is_exact=comment_is_exact)),
    )
    [(_, note)] = loose_ends(store, [current.import_id])
    assert advised in note.reason
    assert ("--timezone" in note.reason) is not (comment_is_exact and post_is_exact)


def test_a_parent_in_a_later_file_is_no_loose_end(store):
    first = take_in(store, ("p1", a_comment("c2", parent_external_id="c1")))
    second = take_in(store, ("p1", a_comment("c1")))
    assert loose_ends(store, [first.import_id, second.import_id]) == []


# Any order gives the same store.

names = st.sampled_from(["p1", "p2", "900", "101_900"])
times = st.sampled_from([None, "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"])
counts = st.one_of(st.none(), st.integers(0, 5))
posts = st.builds(
    lambda name, others, text, published, exact, reach, account: a_post(
        name,
        names=others,
        text=text,
        published=published,
        published_is_exact=exact and published is not None,
        metrics=PostMetrics(reach=reach),
        account_name=account,
    ),
    names,
    st.sets(names, max_size=1),
    st.sampled_from(["", "Badet", "Biblioteket"]),
    times,
    st.booleans(),
    counts,
    st.sampled_from([None, "Trafik", "Idrott"]),
)
texts = st.sampled_from(
    [
        ("Ett", identity("Ett")),
        ("Tre hela ord", identity("Tre hela ord")),
        (f"{KEYED} Ek hej", identity("Lisa Ek hej")),
        (f"{KEYED} hej", identity("Lisa Ek hej")),
        ("Lisa Ek hej", identity("Lisa Ek hej")),
        ("Från förr", ""),
    ]
)
comments = st.builds(
    lambda external_id, parent, author, ours, created, exact, edited, text, likes: a_comment(
        external_id,
        parent_external_id=parent,
        author_key=author,
        said_ours=ours,
        created=created,
        created_is_exact=exact,
        edited=edited,
        text=text[0],
        text_identity=text[1],
        likes=likes,
    ),
    st.sampled_from(["c1", "c2"]),
    st.sampled_from([None, "c1", "c9"]),
    st.sampled_from([None, AuthorKey("a"), AuthorKey("staden")]),
    st.sampled_from([None, True, False]),
    st.sampled_from(["2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z"]),
    st.booleans(),
    times,
    texts,
    counts,
)
tellings = st.lists(st.one_of(posts, st.tuples(names, comments)), min_size=1, max_size=5)


@settings(deadline=None, max_examples=60)
@given(told=tellings, cut=st.integers(0, 5), turn=st.randoms(use_true_random=False))
def test_files_in_any_order_and_any_number_of_times_give_the_same_store(
    tmp_path_factory, told, cut, turn
):
    """Overlapping files: the second run splits, shuffles and repeats the same rows."""
    folder = tmp_path_factory.mktemp("order")
    shuffled = list(told) + turn.sample(told, k=min(2, len(told)))
    turn.shuffle(shuffled)
    with Store(folder / "one.db") as one, Store(folder / "two.db") as two:
        own = (AuthorKey("staden"),)
        take_in(one, *told, own=own)
        take_in(two, *shuffled[:cut])
        take_in(two, *shuffled[cut:], own=own)
        assert content(one) == content(two)


@given(st.lists(st.tuples(names, comments), min_size=3, max_size=3))
def test_joining_comments_does_not_depend_on_order(three):
    rows = [replace(row, external_id="c1") for _, row in three]
    results = set()
    for first, second, third in itertools.permutations(rows):
        joined = merge_comments(merge_comments(first, second), third)
        results.add(repr(joined) + joined.text)
    assert len(results) == 1


@given(st.lists(posts, min_size=3, max_size=3))
def test_joining_posts_does_not_depend_on_order(three):
    joined = [merge_posts(merge_posts(a, b), c) for a, b, c in itertools.permutations(three)]
    assert all(one == joined[0] for one in joined)


@settings(max_examples=50)
@given(comments)
def test_joining_a_comment_with_itself_changes_nothing(row):
    assert merge_comments(row, row) == row
