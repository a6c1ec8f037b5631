"""Which comments a reply answers: by its place, by mention, by shared words."""

import dataclasses
import math
import random
import time
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.errors import ThreadError
from nlp.tagger import content_lemmas
from nlp.threads import MATCH_ALONE, MATCH_THRESHOLD, MATCH_WORDS, link, order, root_of
from nlp.vocabulary import Channel, Comment, LinkRule, Thread
from tests.builders import START, a_comment, a_post, a_reply, a_thread


def _links(thread):
    return {one.reply_id: (one.rule and one.rule.value, set(one.to)) for one in link(thread)}


def _of(*comments):
    return Thread(channel=Channel.FACEBOOK, account=None, post=a_post(), comments=tuple(comments))


def test_a_reply_under_a_comment_answers_it():
    thread = a_thread("""
k1 anna: När öppnar badet?
  s1 staden: På lördag.
k2 per: Kostar det något?
""")
    assert _links(thread) == {"s1": ("parent", {"k1"})}


def test_a_reply_under_the_organisations_own_answers_the_latest_of_the_branch():
    thread = a_thread("""
k1 anna: När öppnar badet?
  s1 staden: På lördag.
    k2 anna: Vilken tid?
    s2 staden: Klockan tio.
""")
    assert _links(thread)["s2"] == ("parent", {"k2"})


def test_a_mention_in_the_branch_goes_before_the_latest():
    thread = a_thread("""
k1 anna: När öppnar badet?
  s1 staden: På lördag.
    k2 per: Får man ta med hund?
    k3 eva: Finns det kiosk?
    s2 staden: @~per Ja, i koppel.
""")
    assert _links(thread)["s2"] == ("mention", {"k2"})


def test_a_mention_of_somebody_else_in_the_branch_goes_before_a_citizen_parent():
    """Instagram hangs every answer under the first comment and tells whom it is for by @."""
    thread = a_thread("""
k1 anna: När öppnar badet?
  k2 per: Får man ta med hund?
  s1 staden: @~per Ja, i koppel.
""")
    assert _links(thread)["s1"] == ("mention", {"k2"})


def test_a_mention_of_the_parents_own_writer_changes_nothing():
    thread = a_thread("""
k1 anna: När öppnar badet?
  s1 staden: @~anna På lördag.
""")
    assert _links(thread)["s1"] == ("parent", {"k1"})


def test_in_a_flat_branch_a_second_reply_answers_what_it_takes_up():
    thread = a_thread("""
k1 anna: När öppnar badet?
  s1 staden: På lördag.
  k2 anna: Tack! Får hunden följa med?
  s2 staden: Hunden får följa med i koppel.
""")
    assert _links(thread)["s2"] == ("parent", {"k2"})


def test_in_a_flat_branch_the_real_answer_after_a_receipt_still_answers_the_question():
    thread = a_thread("""
k1 anna: När öppnar badet i Farsta?
  s1 staden: Vi återkommer.
  k2 anna: Okej tack
  s2 staden: Badet i Farsta öppnar på lördag.
""")
    assert _links(thread)["s2"] == ("parent", {"k1"})


def test_without_a_parent_a_mention_tells_whom_it_answers():
    thread = a_thread("""
k1 anna: När öppnar badet?
k2 anna: Och kiosken?
k3 per: Bra!
s1 staden: @~anna Kiosken öppnar i juni.
""")
    assert _links(thread) == {"s1": ("mention", {"k2"})}


def test_without_a_parent_several_may_be_mentioned():
    thread = a_thread("""
k1 anna: När öppnar badet?
k2 per: Kostar det något?
s1 staden: @~anna @~per På lördag, det är gratis.
""")
    assert _links(thread) == {"s1": ("mention", {"k1", "k2"})}


def test_a_key_in_the_genitive_is_a_mention_as_well():
    asked = a_comment("Hur går det?", handle="k3f2aaaaaa")
    told = a_reply("Till @~k3f2aaaaaas fråga: bra.", parent_id=None)
    assert _links(_of(asked, told)) == {"s1": ("mention", {"k1"})}


def test_an_update_to_everybody_answers_all_who_asked_what_it_answers():
    thread = a_thread("""
k1 anna: När tänds lamporna i Bagarmossen?
k2 per: Fin bild!
k3 eva: Kolsvart i Bagarmossen, laga lamporna
s1 staden: Uppdatering: lamporna i Bagarmossen lyser igen på torsdag.
""")
    assert _links(thread) == {"s1": ("match", {"k1", "k3"})}


def test_an_update_that_shares_one_word_with_a_long_comment_answers_nothing():
    thread = a_thread("""
k1 anna: Min dotter tycker att lekplatsen med rutschkanan och gungorna är rolig på sommaren
s1 staden: Nu har bygget av bron börjat och trafiken leds om via Nynäsvägen, lekplatsen berörs inte.
""")
    assert _links(thread) == {"s1": (None, set())}


def test_an_update_answers_only_what_was_written_before_it():
    thread = a_thread("""
s1 staden: Lamporna i Bagarmossen lyser igen.
k1 anna: Lamporna i Bagarmossen lyser inte
""")
    assert _links(thread) == {"s1": (None, set())}


def test_the_organisation_that_answers_itself_answers_nobody():
    thread = a_thread("""
s1 staden: Badet har öppnat.
  s2 staden: Kiosken också.
""")
    assert _links(thread) == {"s1": (None, set()), "s2": (None, set())}


def test_a_reply_under_a_deleted_comment_answers_only_whom_it_mentions():
    asked = a_comment("När öppnar badet?", handle="anna")
    silent = a_reply("Badet öppnar på lördag.", parent_id="borta")
    telling = a_reply("@~anna På lördag.", id="s2", parent_id="borta")
    assert _links(_of(asked, silent, telling)) == {
        "s1": (None, set()),
        "s2": ("mention", {"k1"}),
    }


def test_comments_of_the_same_minute_count_as_earlier():
    asked = a_comment("När öppnar badet?", handle="anna")
    told = a_reply("@~anna På lördag.", id="a1", parent_id=None, created=START)
    assert _links(_of(told, asked)) == {"a1": ("mention", {"k1"})}


def test_a_reply_dated_before_its_parent_still_answers_it():
    asked = a_comment("När öppnar badet?")
    told = a_reply("På lördag.", created=START - timedelta(hours=1))
    assert _links(_of(told, asked)) == {"s1": ("parent", {"k1"})}


def test_parents_in_a_circle_are_no_trouble():
    one = a_comment("När öppnar badet?", id="k1", parent_id="s1")
    two = a_reply("På lördag.", id="s1", parent_id="k1")
    own = a_reply("Hej", id="s2", parent_id="s2")
    thread = _of(one, two, own)
    assert _links(thread) == {"s1": ("parent", {"k1"}), "s2": (None, set())}
    assert root_of(thread) == {"k1": "k1", "s1": "k1", "s2": "s2"}


def test_two_comments_with_one_id_are_refused_without_their_text():
    with pytest.raises(ThreadError, match="k1") as told:
        link(_of(a_comment("hemligt"), a_comment("också hemligt")))
    assert "hemligt" not in str(told.value)


def test_a_thread_is_read_in_time_order_with_what_hangs_under_each():
    thread = a_thread("""
k1 anna: Ett
  k2 per: Under ett
    k3 eva: Under två
k4 ulf: Fyra
  k5 anna: Under fyra
k6 per: Sex
""")
    assert [(comment.id, depth) for comment, depth in order(thread)] == [
        ("k1", 0), ("k2", 1), ("k3", 2), ("k4", 0), ("k5", 1), ("k6", 0),
    ]  # fmt: skip


def test_comments_under_one_deleted_comment_stay_together():
    first = a_comment(id="k1", parent_id="borta")
    between = a_comment(id="k2", created=START + timedelta(minutes=1))
    second = a_comment(id="k3", parent_id="borta", created=START + timedelta(minutes=2))
    thread = _of(second, between, first)
    assert root_of(thread) == {"k1": "borta", "k2": "k2", "k3": "borta"}
    assert [(comment.id, depth) for comment, depth in order(thread)] == [
        ("k1", 1), ("k3", 1), ("k2", 0),
    ]  # fmt: skip


IDS = [f"k{number}" for number in range(8)]
TEXTS = [
    "När öppnar badet i Farsta?", "Badet i Farsta öppnar på lördag", "@~anna Ja!",
    "@~per @~anna Nej", "Tack", "Lampan på Ringvägen lyser inte", "Lampan på Ringvägen är lagad",
    "😍",
]  # fmt: skip


@st.composite
def threads(draw):
    """Any thread: parents unknown, circular, own or in the future; equal and backward times."""
    count = draw(st.integers(0, len(IDS)))
    comments = []
    for comment_id in IDS[:count]:
        author = draw(st.sampled_from(["anna", "per", None]))
        comments.append(
            Comment(
                id=comment_id,
                parent_id=draw(st.sampled_from([None, None, "borta", *IDS])),
                author=author,
                handle=author,
                from_organisation=draw(st.booleans()),
                created=START + timedelta(minutes=draw(st.integers(0, 6))),
                text=draw(st.sampled_from(TEXTS)),
            )
        )
    return _of(*comments)


@settings(deadline=None, max_examples=200)
@given(threads(), st.randoms(use_true_random=False))
def test_linking_does_not_depend_on_the_order_of_the_list(thread, chance):
    shuffled = list(thread.comments)
    chance.shuffle(shuffled)
    other = dataclasses.replace(thread, comments=tuple(shuffled))
    assert link(other) == link(thread)
    assert order(other) == order(thread)
    assert root_of(other) == root_of(thread)


@settings(deadline=None, max_examples=200)
@given(threads())
def test_every_reply_is_linked_once_and_only_to_citizens(thread):
    by_id = {comment.id: comment for comment in thread.comments}
    replies = [comment for comment in thread.comments if comment.from_organisation]
    links = link(thread)
    assert sorted(one.reply_id for one in links) == sorted(reply.id for reply in replies)
    times = [by_id[one.reply_id].created for one in links]
    assert times == sorted(times)
    for one in links:
        assert (one.rule is None) == (one.to == ())
        assert len(set(one.to)) == len(one.to)
        assert not any(by_id[target].from_organisation for target in one.to)
        if one.rule is not LinkRule.PARENT:
            assert all(by_id[to].created <= by_id[one.reply_id].created for to in one.to)


@settings(deadline=None, max_examples=200)
@given(threads())
def test_the_order_holds_every_comment_once_and_children_share_their_parents_root(thread):
    ordered = [comment.id for comment, _ in order(thread)]
    assert sorted(ordered) == sorted(comment.id for comment in thread.comments)
    roots = root_of(thread)
    for comment in thread.comments:
        if comment.parent_id in roots:
            assert roots[comment.id] == roots[comment.parent_id]
        elif comment.parent_id is not None:
            assert roots[comment.id] == comment.parent_id
        else:
            assert roots[comment.id] == comment.id


@settings(deadline=None, max_examples=100)
@given(threads())
def test_matches_equal_a_naive_loop_over_all_pairs(thread):
    for one in link(thread):
        update = next(comment for comment in thread.comments if comment.id == one.reply_id)
        if update.parent_id is not None or "@~" in update.text:
            continue
        said = content_lemmas(update.text)
        naive = set()
        for comment in thread.comments:
            if comment.from_organisation or comment.parent_id is not None:
                continue
            if comment.created > update.created:
                continue
            asked = content_lemmas(comment.text)
            shared = [word for word in asked if word in said]
            dot = sum(asked[word] * said[word] for word in shared)
            size = math.sqrt(sum(n * n for n in asked.values()) * sum(n * n for n in said.values()))
            cosine = dot / size if size else 0.0
            if cosine >= MATCH_ALONE or (cosine >= MATCH_THRESHOLD and len(shared) >= MATCH_WORDS):
                naive.add(comment.id)
        assert set(one.to) == naive


@pytest.mark.parametrize("shape", ["top", "flat", "deep", "branching"])
def test_five_thousand_comments_are_linked_in_a_second_or_two(shape):
    chance = random.Random(7)
    words = " ".join(TEXTS).split()
    comments = []
    for number in range(5_000):
        parents = {
            "top": None,
            "flat": "0" if number else None,
            "deep": str(number - 1) if number else None,
            "branching": str(chance.randrange(number)) if number else None,
        }
        comments.append(
            Comment(
                id=str(number),
                parent_id=parents[shape],
                author=f"a{number % 300}",
                handle=f"h{number % 300}",
                from_organisation=number % 2 == 1,
                created=START + timedelta(minutes=number),
                text=" ".join(chance.choices(words, k=15)),
            )
        )
    start = time.process_time()
    link(_of(*comments))
    order(_of(*comments))
    assert time.process_time() - start < 5
