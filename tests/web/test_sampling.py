"""Comments drawn by lot are read on a page, and the share is put right by what is said of them."""

import pytest

from nlp.vocabulary import Label
from service import flow
from service.period import parse_period
from tests.web.conftest import HERE, HOSTILE, a_comment, a_thread

OCTOBER = parse_period("2026-10")
QUESTIONS = [
    a_comment(f"f{number}", f"När öppnar bad nummer {number}?", minutes=number)
    for number in range(80)
]
OTHERS = [
    a_comment(f"o{number}", f"Vi var där i går, bana {number} var full.", minutes=100 + number)
    for number in range(80)
]


@pytest.fixture
def settings(installation):
    return installation(a_thread("p1", [*QUESTIONS, *OTHERS]))


@pytest.fixture
def opened(settings, browse):
    return browse(settings)


def send(opened, path, **fields):
    return opened.post(
        path,
        data=fields,
        headers={"accept": "text/html", "origin": HERE},
        follow_redirects=False,
    )


def draw(opened, **fields):
    asked = {"label": "question", "period": "2026-10", "size": "30", "account": ""} | fields
    return send(opened, "/granska", **asked)


def asked_about(page):
    return sorted({given["name"] for tag, given in page.tags if given.get("type") == "radio"})


def read_all(opened, see, path, answer):
    """Read a lot to its end; what each comment is answered is told by its text."""
    pages = 0
    while names := asked_about(page := see(opened, path)):
        said = {name: "ja" if answer(name, page.text) else "nej" for name in names}
        assert send(opened, path, **said, reviewer="Kim").status_code == 303
        pages += 1
    return pages


def figure(opened, **asked):
    told = {"nyckeltal": "share_question", "period": "2026-10", **asked}
    (found,) = opened.get("/api/v1/nyckeltal", params=told).json()["nyckeltal"]
    return found


def test_the_share_is_put_right_when_a_hundred_have_been_read(opened, see):
    raw = figure(opened)
    assert (raw["corrected_for"], raw["uncorrected"], raw["reviews"]) == (None, None, None)
    answer = draw(opened, size="110")
    assert answer.headers["location"] == "/granska/1"
    # People say that no comment is a question, whatever the reader found.
    assert read_all(opened, see, "/granska/1", lambda name, text: False) == 11
    corrected = figure(opened)
    assert corrected["corrected_for"] == "reviews"
    assert corrected["reviews"] == 110
    assert corrected["value"] == corrected["ci_low"] == 0
    assert corrected["interval_method"] == "reviewed"
    assert corrected["ci_high"] < 0.05
    assert corrected["n"] == raw["n"]
    assert "utan rättning" in see(opened, "/?period=2026-10").text


def test_fewer_correct_nothing(opened, see):
    draw(opened, size="99")
    read_all(opened, see, "/granska/1", lambda name, text: True)
    assert figure(opened)["corrected_for"] is None
    assert "1 kvar innan andelen rättas" in see(opened, "/granska").text


def test_drawing_again_lets_the_lot_grow_by_others(opened, see):
    draw(opened)
    first = set(asked_about(see(opened, "/granska/1")))
    answer = draw(opened)
    assert answer.headers["location"] == "/granska/1"
    assert "0 av 60 lästa" in see(opened, "/granska/1").text
    assert first == set(asked_about(see(opened, "/granska/1")))


def test_more_than_there_are_draws_all_of_them(opened, see):
    draw(opened, size="1000")
    assert "0 av 160 lästa" in see(opened, "/granska/1").text


def test_what_the_reader_found_is_not_shown(opened, see):
    draw(opened)
    text = see(opened, "/granska/1").text
    assert "pill" not in text
    assert "säker" not in text


@pytest.mark.parametrize(
    "wrong",
    [
        {"label": "needs_reply"},
        {"label": ""},
        {"size": "0"},
        {"size": "1001"},
        {"size": "-5"},
        {"size": "några"},
        {"size": "²"},
        {"period": "2026-13"},
        {"period": ""},
        {"period": "2025-01"},
        {"account": "Finns inte"},
    ],
)
def test_what_cannot_be_drawn_is_refused_and_nothing_is_kept(opened, see, wrong):
    answer = draw(opened, **wrong)
    assert answer.status_code in (400, 422)
    assert "Traceback" not in answer.text
    assert "Inget är lottat än" in see(opened, "/granska").text


def test_a_page_is_kept_whole_or_not_at_all(opened, see):
    draw(opened)
    names = asked_about(see(opened, "/granska/1"))
    for fields in (
        {},
        {"reviewer": "Kim"},
        {names[0]: "ja"},
        {names[0]: "ja", "said.999": "ja", "reviewer": "Kim"},
        {names[0]: "kanske", "reviewer": "Kim"},
        {f"said.{'9' * 5000}": "ja", "reviewer": "Kim"},
        {"said.²": "ja", "reviewer": "Kim"},
    ):
        assert send(opened, "/granska/1", **fields).status_code in (404, 422)
    assert "0 av 30 lästa" in see(opened, "/granska/1").text


def test_a_lot_that_is_not_there(opened):
    assert opened.get("/granska/7", headers={"accept": "text/html"}).status_code == 404


def test_hostile_texts_are_shown_as_text(installation, browse, see):
    comments = [a_comment(f"h{place}", text, minutes=place) for place, text in enumerate(HOSTILE)]
    opened = browse(installation(a_thread("p2", comments, account=HOSTILE[0], text=HOSTILE[1])))
    draw(opened, size="1000")
    for path in ("/granska", "/granska/1"):
        page = see(opened, path)
        assert "script" not in {tag for tag, _ in page.tags}
        assert not any(name.startswith("on") for _, given in page.tags for name in given)


def test_a_lot_that_was_drawn_before_older_comments_came_in_corrects_nothing(
    opened, see, settings, pipeline, tmp_path
):
    draw(opened, size="160")
    read_all(opened, see, "/granska/1", lambda name, text: True)
    assert figure(opened)["corrected_for"] == "reviews"
    with flow.open_store(settings) as store:
        store.connection.execute("UPDATE drawn_stratum SET size = size - 5 WHERE size > 5")
        lot = flow.draw(
            store,
            Label.QUESTION,
            OCTOBER,
            account=None,
            wanted=1,
            pipeline=pipeline,
            settings=settings,
        )
    assert lot.number == 2  # what is there is no longer what the first was drawn from
    assert figure(opened)["corrected_for"] is None


def test_what_was_not_read_when_the_lot_was_drawn_does_not_stop_it(opened, see, settings):
    with flow.open_store(settings) as store:
        store.connection.execute("UPDATE comment SET input_hash = NULL WHERE comment_id % 2 = 0")
    draw(opened, size="160")
    assert "av 80 lästa" in see(opened, "/granska/1").text
    draw(opened, size="1")
    assert see(opened, "/granska").text.count("av 80 lästa") == 1
