"""What needs a person, and in what order."""

import dataclasses
import random
import re
from datetime import timedelta

import pytest

from nlp.vocabulary import Label
from service import flow
from service.store.queue import OpenComment
from service.web.queue import Waiting, waiting
from service.worktime import working_minutes
from tests.web.conftest import NOW, START, a_comment, a_thread

OPEN = OpenComment(
    comment_id=1,
    post_id=1,
    account="Badkontoret",
    channel="facebook",
    created=START,
    language="sv",
    text="",
    post_text="",
    labels=(Label.NEEDS_REPLY,),
    unsure=(),
    evidence=(),
    needs_reply=0.5,
    acknowledged=False,
)


def items(client, path):
    """The items of a page as HTML, by the first word that somebody wrote."""
    found = re.findall(r"<article.*?</article>", client.get(path).text, re.DOTALL)
    return {re.search(r'class="said".*?>(?:<mark>)?(\w+)', item)[1]: item for item in found}


@pytest.fixture(scope="module")
def queue(settings, pipeline):
    def ask(**wish):
        with flow.open_store(settings) as store:
            return waiting(store, fingerprint=pipeline.fingerprint, now=NOW, **wish)

    return ask


def test_an_answered_question_waits_no_more_but_a_receipt_stops_no_clock(queue):
    texts = {one.comment.text: one.comment for one in queue(account="Badkontoret")}
    assert "När öppnar badet på lördag?" not in texts
    sauna = next(comment for text, comment in texts.items() if "bastun" in text)
    assert sauna.acknowledged


def test_a_threat_waits_although_it_calls_for_no_reply_and_stands_first(queue):
    first = queue(account="Badkontoret")[0].comment
    assert first.text.startswith("jag ska döda")
    assert Label.LEGAL_REVIEW in first.labels


def test_then_need_times_waiting_decides(queue):
    rest = [
        one for one in queue() if not {Label.LEGAL_REVIEW, Label.TOXIC} & set(one.comment.labels)
    ]
    products = [one.comment.needs_reply * working_minutes(one.comment.created, NOW) for one in rest]
    assert len(products) > 20
    assert products == sorted(products, reverse=True)


def test_the_law_comes_first_then_what_is_toxic_then_need_times_age_then_the_oldest():
    def one(minutes, **changed):
        return Waiting(dataclasses.replace(OPEN, **changed), minutes)

    in_order = [
        one(1, labels=(Label.LEGAL_REVIEW,), needs_reply=0.01),
        one(2, labels=(Label.TOXIC,), needs_reply=0.01),
        one(900, needs_reply=0.9),
        one(1000, needs_reply=0.8, created=START),
        one(800, needs_reply=1.0, created=START + timedelta(hours=1)),
        one(900, needs_reply=0.1),
    ]
    mixed = in_order.copy()
    random.Random(1).shuffle(mixed)
    assert sorted(mixed, key=lambda waits: waits.order) == in_order


def test_the_page_keeps_the_order_of_the_queue(client, see, queue):
    expected = [f"k-{one.comment.comment_id}" for one in queue()]
    pages = [see(client, f"/ko?page={number}") for number in (1, 2)]
    shown = [name for page in pages for name in page.values("id") if name.startswith("k-")]
    assert len(shown) > 25
    assert shown == expected


def test_a_comment_of_tomorrow_does_not_wait_yet(browse, installation, see):
    client = browse(
        installation(
            a_thread(
                "bad",
                [
                    a_comment("k1", "När öppnar badet?"),
                    a_comment("k2", "Var ligger badet?", minutes=60 * 24 * 40),
                ],
            )
        )
    )
    text = see(client, "/ko").text
    assert "När öppnar badet?" in text
    assert "Var ligger badet?" not in text


def test_only_what_has_waited_too_long_is_late(browse, installation):
    five_working_days_ago = 60 * 24 * 18 + 60 * 3  # to the minute, before NOW
    client = browse(
        installation(
            a_thread(
                "bad",
                [
                    a_comment(
                        "k1", "När öppnar badet i morgon?", minutes=five_working_days_ago - 1
                    ),
                    a_comment("k2", "Var ligger badet?", minutes=five_working_days_ago),
                ],
            )
        )
    )
    late = {text: ">Sent<" in items(client, "/ko")[text] for text in ("När", "Var")}
    assert late == {"När": True, "Var": False}


def test_every_item_has_a_heading_that_names_it(client, see):
    page = see(client, "/ko")
    headings = [a["id"] for tag, a in page.tags if tag == "h2" and "id" in a]
    articles = [a for tag, a in page.tags if tag == "article"]
    assert len(articles) == 25
    assert [article["aria-labelledby"] for article in articles] == headings


def test_nothing_is_said_of_how_a_text_that_cannot_be_read_should_be_met(client):
    shown = items(client, "/ko?unsure=1&account=Badkontoret")
    assert "Behov" in shown["Skandal"]
    assert "Behov" not in shown["Is"]


def test_what_a_label_means_can_be_read_by_all(client, see):
    page = see(client, "/ko")
    assert "Vad etiketterna betyder" in page.text
    assert "Hård kritik i sak är inte ohövlig." in page.text


def test_unread_comments_are_no_empty_queue(browse, installation, see):
    settings = installation(a_thread("bad", [a_comment("k1", "När öppnar badet?")]))
    with flow.open_store(settings) as store, store.writing() as connection:
        connection.execute("DELETE FROM reading")
        connection.execute("UPDATE post SET is_dirty = 1")
    for path in ("/ko", "/ko?account=Badkontoret"):
        text = see(browse(settings), path).text
        assert "1 kommentar ligger i en tråd med något oläst" in text
        assert "Inget väntar bland det som är läst" in text
        assert "har fått ett" not in text


def test_posts_alone_are_no_empty_queue(browse, installation, see):
    text = see(browse(installation(a_thread("bad", []))), "/ko").text
    assert "Inga kommentarer än" in text
    assert "har fått ett" not in text


def test_what_the_reader_is_unsure_of_is_shown_on_request_and_counted_always(client, see, queue):
    sure, everything = (len(queue(unsure=unsure)) for unsure in (False, True))
    assert sure < everything
    assert f"Läsningen är osäker på {everything - sure} till" in see(client, "/ko").text
    page = see(client, "/ko?unsure=1&account=Badkontoret")
    assert "Skriven på engelska, som läsningen inte kan." in page.text
    assert "Is the sauna open" not in see(client, "/ko?account=Badkontoret").text


def test_every_item_says_why_it_stands_there(client, see):
    text = see(client, "/ko?account=Badkontoret").text
    assert "Ställer en fråga. Inget svar har kommit på" in text
    assert "Kan vara något som måste tas bort enligt 5 § BBS-lagen." in text
    assert "Kvitterad" in text
    assert "Sent" in text
    assert "hur troligt det är att ett svar behövs, gånger hur lång arbetstid" in text


def test_filters_can_be_linked_to(client, see):
    page = see(client, "/ko?account=Lilla+kontot&channel=instagram&label=question")
    assert "När kommer bussen?" in page.text
    assert "bastun" not in page.text
    chosen = [a["value"] for tag, a in page.tags if tag == "option" and "selected" in a]
    assert chosen == ["Lilla kontot", "instagram", "question"]
    empty = see(client, "/ko?account=Lilla+kontot&label=praise")
    assert "Med det här urvalet är kön tom." in empty.text


def test_a_long_queue_goes_on_on_the_next_page(browse, installation, see):
    comments = [a_comment(f"k{n}", f"När öppnar bad nummer {n}?", minutes=n) for n in range(30)]
    client = browse(installation(a_thread("många", comments)))
    assert "1–25 av 30" in see(client, "/ko").text
    second = see(client, "/ko?account=Badkontoret&page=2")
    assert "26–30 av 30" in second.text
    assert "?account=Badkontoret&page=1" in second.values("href")
    asked = "?account=Badkontoret&channel=facebook&label=question&unsure=1"
    assert f"{asked}&page=2" in see(client, f"/ko{asked}").values("href")
    assert f"{asked}&page=1" in see(client, f"/ko{asked}&page=2").values("href")


def test_nothing_waits_says_so(browse, installation, see):
    client = browse(installation(a_thread("lugn", [a_comment("k1", "Bra!"), a_comment("k2", "❤️")])))
    assert "Inget väntar" in see(client, "/ko").text
    assert "Ingen kommentar väntar på svar just nu." in see(client, "/").text


def test_a_channel_asked_for_alone_is_shown_alone(client, see):
    assert "Facebook" in see(client, "/ko?channel=facebook").text.split("1–")[1]
    assert "Facebook" not in see(client, "/ko?channel=instagram").text.split("1–")[1]
