"""The operations that programs call."""

import csv
import io

import pytest

from service import flow
from service.nyckeltal.definitions import NYCKELTAL
from service.report.table import COLUMNS
from tests.web.conftest import FEW

FIGURES = "/api/v1/nyckeltal"


def test_figures_come_under_the_names_of_the_report_in_their_order(client, pipeline):
    answer = client.get(FIGURES).json()
    assert list(answer) == ["nyckeltal", "period", "as_of", "fingerprint", "total", "page", "limit"]
    assert tuple(answer["nyckeltal"][0]) == COLUMNS
    assert {record["nyckeltal"] for record in answer["nyckeltal"]} == {one.id for one in NYCKELTAL}
    assert answer["total"] == len(answer["nyckeltal"])
    assert answer["fingerprint"] == pipeline.fingerprint
    assert answer["as_of"] == "2026-10-30T12:00:00Z" == answer["nyckeltal"][0]["as_of"]


def test_the_clock_is_told_in_one_form_wherever_it_stands(browse, settings):
    odd = settings.now.replace(microsecond=250_000)
    answer = browse(settings.model_copy(update={"now": odd})).get(FIGURES).json()
    assert {record["as_of"] for record in answer["nyckeltal"]} == {answer["as_of"]}


def test_a_period_can_be_split(client):
    answer = client.get(f"{FIGURES}?period=2026-10&granularity=week&nyckeltal=comments").json()
    weeks = [record["period"] for record in answer["nyckeltal"]]
    assert weeks[1:4] == ["2026-W41", "2026-W42", "2026-W43"]
    assert answer["period"] == "2026-10"


@pytest.mark.parametrize(
    "grouping", ["group_by=account&group_by=channel", "group_by=account,channel"]
)
def test_groups_may_be_repeated_or_parted_by_commas(client, grouping):
    records = client.get(f"{FIGURES}?nyckeltal=comments&{grouping}").json()["nyckeltal"]
    groups = {(record["account"], record["channel"]) for record in records}
    assert {(None, None), ("Badkontoret", None), (None, "instagram")} <= groups
    assert ("Badkontoret", "facebook") in groups


def test_figures_can_be_narrowed(client):
    ask = {"goal": "lyssnad_till", "account": "Badkontoret", "channel": "facebook"}
    records = client.get(FIGURES, params=ask).json()["nyckeltal"]
    assert {record["goal"] for record in records} == {"lyssnad_till"}
    two = client.get(f"{FIGURES}?nyckeltal=comments&nyckeltal=answer_rate").json()["nyckeltal"]
    assert [record["nyckeltal"] for record in two] == ["comments", "answer_rate"]


def test_a_figure_about_too_few_says_why_and_nothing_else(client):
    (record,) = client.get(f"{FIGURES}?nyckeltal=comments&account=Lilla+kontot").json()["nyckeltal"]
    assert record["withheld"] == "too_few_comments"
    hidden = ("value", "numerator", "denominator", "n", "ci_low", "ci_high", "pending")
    assert not any(record[name] for name in hidden)


def test_pages_together_are_the_whole(client):
    whole = client.get(FIGURES).json()
    pages = [client.get(f"{FIGURES}?limit=7&page={n}").json() for n in range(1, 9)]
    records = [record for page in pages for record in page["nyckeltal"]]
    assert records == whole["nyckeltal"]
    assert {page["total"] for page in pages} == {whole["total"]}
    assert client.get(f"{FIGURES}?limit=7&page=900").json()["nyckeltal"] == []


def test_the_csv_says_the_same(client):
    response = client.get(f"{FIGURES}.csv?group_by=channel")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(response.text)))
    records = client.get(f"{FIGURES}?group_by=channel").json()["nyckeltal"]
    assert [as_told(row) for row in rows] == records
    assert any(record["ci_low"] for record in records)


def test_the_csv_for_swedish_excel_says_the_same(client):
    content = client.get(f"{FIGURES}.csv?group_by=channel&excel=1").content
    assert content.startswith(b"\xef\xbb\xbfnyckeltal;goal;")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    records = client.get(f"{FIGURES}?group_by=channel").json()["nyckeltal"]
    for row in rows:
        for name in NUMBERS:
            assert "." not in row[name]
            row[name] = row[name].replace(",", ".")
    assert [as_told(row) for row in rows] == records


NUMBERS = ("value", "ci_low", "ci_high")


def as_told(row):
    """A row of CSV with its cells as JSON has them."""
    whole = ("numerator", "denominator", "n", "pending")
    kinds = dict.fromkeys(NUMBERS, float) | dict.fromkeys(whole, int)
    return {name: kinds.get(name, str)(cell) if cell else None for name, cell in row.items()}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("period=2026-13", "period"),
        ("period=2026-W60", "period"),
        ("period=hemlig+text", "period"),
        ("period=2031-01", "period"),
        ("granularity=hour", "granularity"),
        ("granularity=day&period=2000/2026&group_by=account", "granularity"),
        ("group_by=writer", "group_by.0"),
        ("channel=fax", "channel"),
        ("channel=tiktok", "channel"),
        ("account=Hemliga+kontot", "account"),
        ("account=", "account"),
        ("goal=lycklig", "goal"),
        ("nyckeltal=hemlighet", "nyckeltal"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=tio", "limit"),
        ("page=0", "page"),
        ("sort=value", "sort"),
        ("query=hemligt", "query"),
        ("body=hemligt", "body"),
    ],
)
def test_what_does_not_fit_is_named_and_never_repeated(client, problem, query, name):
    told = problem(client.get(f"{FIGURES}?{query}"), 422)
    assert [invalid["property"] for invalid in told["invalid-parameters"]] == [name]
    assert "hemlig" not in str(told).casefold()
    problem(client.get(f"{FIGURES}.csv?{query}"), 422)


def test_every_definition_is_served(client):
    definitions = client.get("/api/v1/definitions").json()["definitions"]
    assert [one["id"] for one in definitions] == [one.id for one in NYCKELTAL]
    assert all(one["interval"] for one in definitions)


def test_api_info_has_the_fields_of_the_profile(client):
    info = client.get("/api/v1/api-info").json()
    assert list(info) == ["apiName", "apiVersion", "apiReleased", "apiDocumentation", "apiStatus"]
    assert info["apiDocumentation"] == "http://127.0.0.1:8000/api"


def test_health_is_ok_when_the_database_can_be_written(client, pipeline):
    response = client.get("/health")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "fingerprint": pipeline.fingerprint,
        "database": "writable",
    }


def test_health_neither_waits_for_a_writer_nor_stands_in_its_way(client, settings):
    with flow.open_store(settings) as store, store.writing():
        assert client.get("/health").status_code == 200


def test_health_fails_when_the_database_may_not_be_written(
    browse, installation, problem, monkeypatch
):
    client = browse(installation())
    monkeypatch.setattr("os.access", lambda path, mode: False)  # the tests may run as root
    assert "går inte att skriva i" in problem(client.get("/health"), 503)["detail"]


def test_a_data_folder_that_is_moved_while_serving_is_told_of_and_not_made_anew(
    browse, installation, problem
):
    settings = installation(FEW)
    client = browse(settings)
    settings.data_dir.rename(settings.data_dir.with_name("flyttad"))
    for path in (FIGURES, "/health", "/ko"):
        assert "finns inte längre" in problem(client.get(path), 503)["detail"]
    assert not settings.data_dir.exists()


def test_health_fails_when_the_database_is_damaged(browse, installation, problem):
    settings = installation()
    client = browse(settings)
    for file in settings.data_dir.glob("lyssnad.db*"):
        file.unlink()
    settings.database.write_bytes(b"inte en databas" * 1000)
    told = problem(client.get("/health"), 503)
    assert "säkerhetskopian" in told["detail"]
    problem(client.get(FIGURES), 503)
    page = client.get("/", headers={"accept": "text/html"})
    assert page.status_code == 503
    assert "Databasen går inte att använda" in page.text


@pytest.mark.parametrize("path", ["/api/v1/nyckeltal", "/api/v1/nyckeltal.csv"])
@pytest.mark.parametrize("given", ["{}", 'W/"x", {}', "*", "bare"])
def test_the_same_figures_are_not_sent_twice(client, path, given):
    first = client.get(path, params={"period": "2026-10"})
    tag = first.headers["etag"]
    known = tag.removeprefix("W/") if given == "bare" else given.format(tag)
    again = client.get(path, params={"period": "2026-10"}, headers={"if-none-match": known})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag


@pytest.mark.parametrize("path", ["/api/v1/nyckeltal", "/api/v1/nyckeltal.csv"])
def test_other_figures_have_another_tag(client, settings, path):
    first = client.get(path, params={"period": "2026-10"})
    known = {"if-none-match": first.headers["etag"]}
    assert client.get(path, params={"period": "2026-09"}, headers=known).status_code == 200
    with flow.open_store(settings) as store:
        store.connection.execute("UPDATE comment SET is_hidden = 1 - is_hidden")
    changed = client.get(path, params={"period": "2026-10"}, headers=known)
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize(("compare", "since"), [("previous", "2026-09"), ("last_year", "2025-10")])
def test_a_figure_is_compared_with_an_earlier_period(client, compare, since):
    asked = {"period": "2026-10", "compare": compare, "group_by": "account"}
    compared = client.get(FIGURES, params=asked).json()["nyckeltal"]
    plain = client.get(FIGURES, params={"period": "2026-10", "group_by": "account"}).json()
    assert {one["compared_with"] for one in compared} == {since}
    assert {one["period"] for one in compared} == {"2026-10"}
    added = ("compared_with", "change", "change_low", "change_high")
    for one, other in zip(compared, plain["nyckeltal"], strict=True):
        assert {**one, **{name: other[name] for name in added}} == other


def test_an_unknown_comparison_is_refused(client):
    assert client.get(FIGURES, params={"compare": "next"}).status_code == 422
