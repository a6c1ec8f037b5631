"""From raw to storable: keys, derived ids, and names of several words after @."""

from datetime import UTC, datetime

from nlp.vocabulary import Channel
from service.mentions import WritersOfThreads
from service.prepare import CommentPreparer, own_authors
from service.sources.raw import Place, RawComment, RawPost

KEY = b"k" * 32


def a_raw(text="Hej", **changes):
    values = {
        "place": Place(),
        "channel": Channel.FACEBOOK,
        "post_id": "p1",
        "id": "c1",
        "created": datetime(2026, 3, 2, 9, tzinfo=UTC),
        "text": text,
    } | changes
    return RawComment(**values)


def a_preparer(account=None):
    return CommentPreparer(key=KEY, account=account)


def test_an_id_derived_by_the_source_is_keyed_and_so_is_its_parent():
    first = a_preparer().row(a_raw(id="abc-1", id_is_derived=True))
    reply = a_preparer().row(a_raw(id="abc-2", id_is_derived=True, parent_id="abc-1"))
    assert first.id_is_derived
    assert "abc" not in first.external_id
    assert reply.parent_external_id == first.external_id
    other_key = CommentPreparer(key=b"x" * 32, account=None)
    assert other_key.row(a_raw(id="abc-1", id_is_derived=True)).external_id != first.external_id


def test_a_comment_without_an_id_gets_the_same_one_in_every_export():
    rows = [a_preparer().row(a_raw(id=None, author_name="Kim")) for _ in range(2)]
    assert rows[0].external_id == rows[1].external_id
    assert rows[0].id_is_derived


def test_the_same_words_twice_are_two_comments():
    preparer = a_preparer()
    first, second = (preparer.row(a_raw("👍", id=None)) for _ in range(2))
    assert first.external_id != second.external_id


def test_an_account_is_recognised_by_id_by_name_and_by_handle():
    post = RawPost(
        place=Place(), channel=Channel.FACEBOOK, id="p1", account_id="101", account_name="Vår stad"
    )
    own = set(own_authors(post, key=KEY))
    by_id = a_preparer().row(a_raw(author_id="101"))
    by_name = a_preparer().row(a_raw(author_name="Vår stad"))
    by_handle = a_preparer().row(a_raw(author_id="77", author_name="vårstad"))
    assert by_id.author_key in own
    assert by_name.author_key in own
    assert by_handle.handle_key in own
    assert a_preparer().row(a_raw(author_id="77", author_name="Kim")).author_key not in own


def test_the_posts_own_account_is_no_person():
    post = RawPost(place=Place(), channel=Channel.FACEBOOK, id="p1", account_name="Trafik")
    preparer = a_preparer()
    preparer.meet(post)
    assert preparer.row(a_raw("@Trafik när då?")).text == "@Trafik när då?"
    assert "@Trafik" not in preparer.row(a_raw("@Trafik när då?", post_id="p2")).text


def test_a_writer_of_the_thread_is_masked_with_the_whole_name():
    preparer = a_preparer()
    writer = preparer.row(a_raw(author_name="Lisa Ek Berg"))
    text = preparer.row(a_raw("@lisa ek berg hur gick det?", id="c2")).text
    assert text == f"@~{writer.handle_key} hur gick det?"


def test_the_longest_name_after_an_at_sign_comes_first():
    writers = WritersOfThreads()
    writers.add("p1", "Lisa Ek")
    writers.add("p1", "Lisa Ek Berg")
    writers.add("p2", "Lisa Ek Lind")
    writers.add("p1", "Lisa")
    assert writers.mentioned("p1", "@Lisa Ek Berg hej") == ("Lisa Ek Berg", "Lisa Ek")
    assert writers.mentioned("p1", "hej @") == ()
