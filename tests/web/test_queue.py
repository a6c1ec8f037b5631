"""What needs a person, and in what order."""

import pytest

from nlp.vocabulary import Label
from service import flow
from service.web.queue import waiting
from service.worktime import working_minutes
from tests.web.conftest import NOW, a_comment, a_thread


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


def test_the_queue_is_paged_and_keeps_its_filters(client, see):
    account = '<b onclick="alert(1)">Kontot</b>\u202e'
    first = client.get("/ko", params={"account": account, "unsure": "1"})
    assert 'rel="next"' not in first.text or "account=%3Cb+onclick" in first.text


def test_a_long_queue_goes_on_on_the_next_page(browse, installation, see):
    comments = [a_comment(f"k{n}", f"När öppnar bad nummer {n}?", minutes=n) for n in range(30)]
    client = browse(installation(a_thread("många", comments)))
    assert "1–25 av 30" in see(client, "/ko").text
    second = see(client, "/ko?account=Badkontoret&page=2")
    assert "26–30 av 30" in second.text
    assert "?account=Badkontoret&page=1" in second.values("href")


def test_nothing_waits_says_so(browse, installation, see):
    client = browse(installation(a_thread("lugn", [a_comment("k1", "Bra!"), a_comment("k2", "❤️")])))
    assert "Inget väntar" in see(client, "/ko").text
    assert "Ingen kommentar väntar på svar just nu." in see(client, "/").text


def test_a_channel_asked_for_alone_is_shown_alone(client):
    assert "/trad/" in client.get("/ko").text
    assert "/trad/" not in client.get("/ko?channel=tiktok").text
