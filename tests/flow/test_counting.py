"""What is asked for is answered; of one period, no two answers tell what each withholds."""

import itertools
import json
from datetime import UTC, datetime

import pytest

from service import flow
from service.counting import Question, count
from service.errors import BadRequest
from service.period import Granularity, parse_period
from service.settings import Settings
from service.sources.raw import ImportOptions

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def three_accounts(tmp_path_factory, pipeline):
    """Badet with 3 comments, Skolorna with 9, Parkerna with 40."""
    folder = tmp_path_factory.mktemp("konton")
    path = folder / "tradar.jsonl"
    with path.open("w", encoding="utf-8") as opened:
        for account, comments in (("Badet", 3), ("Skolorna", 9), ("Parkerna", 40)):
            rows = [
                {
                    "id": f"c{number}",
                    "parent_id": None,
                    "author": f"Skribent {number}",
                    "from_organisation": False,
                    "created": "2026-03-02T09:00:00Z",
                    "text": "Så dåligt skött!" if number % 2 else "När öppnar ni?",
                }
                for number in range(comments)
            ]
            post = {"id": account, "text": "Nytt", "published": "2026-03-02T08:00:00Z"}
            line = {"version": 1, "channel": "facebook", "account": account, "post": post}
            opened.write(json.dumps(line | {"comments": rows}) + "\n")
    settings = Settings(data_dir=folder / "data")
    with flow.open_store(settings) as store:
        flow.import_files(
            store,
            [path],
            settings=settings,
            options=ImportOptions(),
            progress=lambda path, count: None,
        )
        flow.analyse(store, pipeline, settings=settings, progress=lambda done, total: None)
        yield lambda **asked: count(
            store, Question(**asked), fingerprint=pipeline.fingerprint, as_of=AS_OF
        )


def test_a_small_account_cannot_be_had_as_a_difference_between_answers(three_accounts):
    shown = {}
    for group_by, account in itertools.product(
        ((), ("account",), ("account", "channel")), (None, "Badet", "Skolorna", "Parkerna")
    ):
        answer = three_accounts(group_by=group_by, account=account, nyckeltal=("share_complaint",))
        for figure in answer.figures:
            if figure.withheld is None and figure.account is not None:
                shown[figure.account] = figure.numerator
    # The total is shown, so at most one of the two larger accounts may be.
    assert "Badet" not in shown
    assert len(shown) < 2


def test_an_account_asked_for_alone_is_told_alone(three_accounts):
    answer = three_accounts(account="Parkerna", nyckeltal=("comments",))
    assert {figure.account for figure in answer.figures} == {"Parkerna"}


def test_without_groups_only_totals_are_told(three_accounts):
    answer = three_accounts(nyckeltal=("comments", "share_complaint"))
    assert [(figure.nyckeltal, figure.account, figure.channel) for figure in answer.figures] == [
        ("share_complaint", None, None),
        ("comments", None, None),
    ]
    assert {figure.n for figure in answer.figures} == {52}


def test_totals_stand_beside_groups(three_accounts):
    answer = three_accounts(group_by=("account",), nyckeltal=("comments",))
    assert {figure.account for figure in answer.figures} == {
        None,
        "Badet",
        "Skolorna",
        "Parkerna",
    }


def test_a_period_in_parts_can_be_told_whole_too(three_accounts):
    march = parse_period("2026-03-01/2026-03-03")
    ask = {"period": march, "granularity": Granularity.DAY, "nyckeltal": ("comments",)}
    parts = three_accounts(**ask).figures
    assert [figure.n for figure in parts] == [0, 52, 0]
    both = three_accounts(**ask, with_whole=True).figures
    assert both[0].period == march
    assert both[0].n == 52
    assert both[1:] == parts
    day = {**ask, "period": parse_period("2026-03-02"), "with_whole": True}
    assert len(three_accounts(**day).figures) == 1


def test_what_is_too_much_to_count_goes_by_what_must_be_counted(three_accounts):
    """Groups are counted to find what must be withheld, whether they are asked for or not."""
    ask = {"period": parse_period("2020/2025"), "granularity": Granularity.DAY}
    for group_by in ((), ("account", "channel")):
        with pytest.raises(BadRequest, match=r"2.192 perioder för 8 grupper"):
            three_accounts(**ask, group_by=group_by)
    assert len(three_accounts(**ask, nyckeltal=("comments",)).figures) == 2192


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"account": "Finns inte"}, "Badet, Parkerna, Skolorna"),
        ({"channel": "tiktok"}, "facebook"),
        ({"nyckeltal": ("lycka",)}, "lycka"),
        ({"period": parse_period("2031")}, "har inte börjat"),
        (
            {"period": parse_period("2010-01-01/2026-05-01"), "granularity": Granularity.DAY},
            "kortare period",
        ),
    ],
)
def test_what_cannot_be_answered_is_said_so(three_accounts, asked, said):
    with pytest.raises(BadRequest, match=said):
        three_accounts(**asked)
