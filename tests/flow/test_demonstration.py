"""The bundled example is as rich as it says, and its figures are those of a naive loop."""

from datetime import datetime

import pytest

from service import flow
from service.columns import COMMENT_COLUMNS, POST_COLUMNS
from service.counting import Question
from service.nyckeltal.definitions import NYCKELTAL
from service.store.frames import comment_frame, post_frame
from tests.nyckeltal import naive


def test_every_file_comes_in_whole(demo_receipts):
    for receipt in demo_receipts:
        assert receipt.refused is None
        assert receipt.rejected == 0, receipt.path
        assert receipt.notes == (), receipt.path


def test_it_holds_what_it_promises(demo_store):
    connection = demo_store.connection

    def one(sql):
        return connection.execute(sql).fetchone()[0]

    assert one("SELECT COUNT(*) FROM post WHERE is_stand_in = 0") >= 15
    assert one("SELECT COUNT(*) FROM post WHERE is_stand_in = 1") == 0
    assert one("SELECT COUNT(DISTINCT account_name) FROM post") >= 3
    assert one("SELECT COUNT(DISTINCT channel) FROM post") >= 2
    assert one("SELECT COUNT(*) FROM comment") >= 250
    assert one("SELECT COUNT(*) FROM comment WHERE from_organisation = 1") >= 60
    assert one("SELECT COUNT(DISTINCT language) FROM reading WHERE language IS NOT NULL") >= 2
    assert one("SELECT COUNT(*) FROM post WHERE reach IS NULL") >= 1
    first, last = connection.execute("SELECT MIN(created), MAX(created) FROM comment").fetchone()
    assert (datetime.fromisoformat(last) - datetime.fromisoformat(first)).days >= 8 * 7


def test_reading_again_finds_nothing_new(demo_store, demo_settings, pipeline):
    seen = []
    flow.analyse(
        demo_store, pipeline, settings=demo_settings, progress=lambda *told: seen.append(told)
    )
    assert seen == []


def _rows(frame, columns):
    """The frame as plain rows, missing as None."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    moments = [name for name, dtype in columns.items() if str(dtype).startswith("datetime")]
    for row in rows:
        for name in moments:
            row[name] = None if row[name] is None else row[name].to_pydatetime()
    return rows


@pytest.mark.parametrize("group_by", [(), ("account",), ("channel",)])
def test_the_figures_are_those_of_a_naive_loop(demo_store, demo_settings, pipeline, group_by):
    answer = flow.count(
        demo_store, Question(group_by=group_by), pipeline=pipeline, settings=demo_settings
    )
    comments = _rows(comment_frame(demo_store, fingerprint=pipeline.fingerprint), COMMENT_COLUMNS)
    posts = _rows(post_frame(demo_store), POST_COLUMNS)
    compared = 0
    for figure in answer.figures:
        if figure.withheld is not None:
            continue
        expected = naive.count(
            figure.nyckeltal,
            comments,
            posts,
            period=figure.period,
            account=figure.account,
            channel=figure.channel,
            as_of=answer.as_of,
        )
        for field, value in expected.items():
            told = getattr(figure, field)
            assert told == (pytest.approx(value) if isinstance(value, float) else value), (
                figure.nyckeltal,
                field,
            )
        compared += 1
    assert compared >= len(NYCKELTAL) - 4


def test_the_answers_behind_the_figures_are_those_of_a_naive_loop(demo_store, pipeline):
    """First reply per comment, straight from links, receipts and times."""
    connection = demo_store.connection
    created = dict(connection.execute("SELECT comment_id, created FROM comment").fetchall())
    void = {
        reply
        for (reply,) in connection.execute(
            "SELECT reply_id FROM reply_score WHERE acknowledgement_only = 1 OR is_automatic = 1"
        )
    }
    expected = {}
    for reply, comment in connection.execute("SELECT reply_id, comment_id FROM reply_link"):
        if reply not in void and created[comment] <= created[reply]:
            first = expected.get(comment)
            expected[comment] = min(first, created[reply]) if first else created[reply]
    told = dict(connection.execute("SELECT comment_id, first_reply FROM answer").fetchall())
    assert told == expected
    assert len(told) > 50
