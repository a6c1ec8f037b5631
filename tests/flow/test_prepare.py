"""From raw to storable: keys, derived ids, and names of several words after @."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from nlp.pseudonymise import handle_key
from nlp.vocabulary import Channel
from service.mentions import Writers
from service.prepare import Preparer
from service.sources.raw import ImportOptions, Place, RawComment, RawPost
from tests.builders import name_finder

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


def a_preparer(*names, key=KEY, **options):
    """A preparer for a file in which people of these names write."""
    writers = Writers(key=key)
    for name in names:
        writers.add(Channel.FACEBOOK, name)
    return Preparer(key=key, options=ImportOptions(**options), writers=writers, names=name_finder())


def row(raw, *names, key=KEY, **options):
    return stored(a_preparer(*names, key=key, **options), raw)[1]


def stored(preparer, raw):
    """A comment the whole way: the name of its post and what the store gets."""
    return preparer.without_names([preparer.by_rule(raw)])[0]


def test_a_number_within_the_file_ties_a_reply_to_its_comment_and_is_not_kept():
    preparer = a_preparer()
    _, first = stored(preparer, a_raw(id="1", id_is_local=True))
    _, reply = stored(preparer, a_raw("Tack", id="1-1", id_is_local=True, parent_id="1"))
    assert first.id_is_derived
    assert reply.parent_external_id == first.external_id
    assert row(a_raw(id="7", id_is_local=True)).external_id == first.external_id
    other = row(a_raw(id="1", id_is_local=True), key=b"x" * 32)
    assert other.external_id != first.external_id


def test_a_word_that_somebody_is_called_stays_a_word():
    taken = row(a_raw("@Sol vilken fin sol det är", id="c2"), "Sol")
    key = handle_key(KEY, Channel.FACEBOOK, "Sol")
    assert taken.text == f"@~{key} vilken fin sol det är"


def test_a_comment_without_an_id_gets_the_same_one_in_every_export():
    rows = [row(a_raw(id=None, author_name="Kim")) for _ in range(2)]
    assert rows[0].external_id == rows[1].external_id
    assert rows[0].id_is_derived


WALL = datetime(2026, 3, 2, 10)  # noqa: DTZ001 - the file has no zone


def test_neither_the_zone_nor_the_name_of_the_post_makes_another_comment():
    stockholm = row(a_raw(id=None, wall_clock=WALL, post_id="101_900"))
    utc = a_raw(id=None, wall_clock=WALL, post_id="900", created=WALL.replace(tzinfo=UTC))
    assert row(utc).external_id == stockholm.external_id
    later = a_raw(id=None, wall_clock=WALL.replace(hour=11), post_id="900")
    assert row(later).external_id != stockholm.external_id


def test_a_time_is_exact_when_the_file_or_the_person_says_the_zone():
    assert row(a_raw()).created_is_exact
    assert not row(a_raw(wall_clock=WALL)).created_is_exact
    assert row(a_raw(wall_clock=WALL), timezone="UTC").created_is_exact
    post = RawPost(
        place=Place(),
        channel=Channel.FACEBOOK,
        id="p1",
        published=WALL.replace(tzinfo=UTC),
        published_is_exact=False,
    )
    assert not a_preparer().post(post).published_is_exact
    assert a_preparer(timezone="UTC").post(post).published_is_exact


def test_a_post_named_by_what_the_file_says_of_it_has_a_keyed_name():
    post = RawPost(place=Place(), channel=Channel.FACEBOOK, id="abc", id_is_derived=True)
    told = a_preparer().post(post)
    name, _ = stored(a_preparer(), a_raw(post_id="abc", post_id_is_derived=True))
    assert "abc" not in told.external_id
    assert told.names == {told.external_id} == {name}
    assert a_preparer(key=b"x" * 32).post(post).external_id != told.external_id


def test_the_same_words_twice_are_two_comments():
    preparer = a_preparer()
    first, second = (stored(preparer, a_raw("👍", id=None))[1] for _ in range(2))
    assert first.external_id != second.external_id


def test_an_account_is_recognised_by_id_by_name_and_by_handle():
    post = RawPost(
        place=Place(), channel=Channel.FACEBOOK, id="p1", account_id="101", account_name="Vår stad"
    )
    own = set(a_preparer().own_authors(post))
    by_id = row(a_raw(author_id="101"))
    by_name = row(a_raw(author_name="Vår stad"))
    by_handle = row(a_raw(author_id="77", author_name="vårstad"))
    assert by_id.author_key in own
    assert by_name.author_key in own
    assert by_handle.handle_key in own
    assert row(a_raw(author_id="77", author_name="Kim")).author_key not in own


def test_the_posts_own_account_is_no_person():
    post = RawPost(place=Place(), channel=Channel.FACEBOOK, id="p1", account_name="Trafik")
    preparer = a_preparer()
    preparer.post(post)
    _, ours = stored(preparer, a_raw("@Trafik när då?"))
    _, elsewhere = stored(preparer, a_raw("@Trafik när då?", post_id="p2"))
    assert ours.text == "@Trafik när då?"
    assert "@Trafik" not in elsewhere.text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Lisa Ek Berg", "@lisa ek berg hur gick det?"),
        ("Lisa\N{NO-BREAK SPACE}Ek Berg", "@Lisa Ek Berg hur gick det?"),
        (unicodedata.normalize("NFD", "Åsa Öst"), "@Åsa Öst hur gick det?"),
        ("Åsa Öst", unicodedata.normalize("NFD", "@Åsa  Öst hur gick det?")),
        ("Bo (Bosse) Ek", "@Bo (Bosse) Ek hur gick det?"),
    ],
)
def test_whoever_writes_is_masked_with_the_whole_name(name, text):
    writer = row(a_raw(author_name=name))
    assert row(a_raw(text), name).text == f"@~{writer.handle_key} hur gick det?"


def test_a_name_ends_where_the_name_of_a_writer_ends():
    berg, ek = row(a_raw(author_name="Lisa Ek Berg")), row(a_raw(author_name="Lisa Ek"))
    names = ("Lisa Ek", "Lisa Ek Berg")
    assert row(a_raw("@Lisa Ek Berg, hej"), *names).text == f"@~{berg.handle_key}, hej"
    assert row(a_raw("@Lisa Ek: hej"), *names).text == f"@~{ek.handle_key}: hej"
    assert row(a_raw("@Lisa Ekström"), *names).text.endswith(" [namn]")
    assert Writers(key=KEY).mentioned(Channel.FACEBOOK, "hej @") == ()


def test_two_maskings_of_one_text_are_the_same_text():
    plain, marked = a_raw("Lisa Ek ring 070-174 06 05"), ("Lisa Ek",)
    tellings = [
        row(plain),
        row(replace(plain, tagged_names=marked)),
        row(replace(plain, from_organisation=True)),
    ]
    assert len({telling.text for telling in tellings}) == 3
    assert len({telling.text_identity for telling in tellings}) == 1
    assert row(a_raw("Kort")).text_identity < row(a_raw("Mycket längre")).text_identity
    other_number = row(a_raw("Lisa Ek ring 070-174 06 06"))
    assert other_number.text_identity == tellings[0].text_identity
