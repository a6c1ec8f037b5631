"""Threads in, judgements out, over HTTP."""

import json

import pytest

from service import flow
from tests.web.conftest import BATHS, FEW, a_comment, a_thread

ANALYSE = "/api/v1/analyse"
LINES = {"content-type": "application/x-ndjson"}


def as_lines(*threads):
    return "".join(json.dumps(thread) + "\n" for thread in threads)


@pytest.fixture(scope="module")
def from_file(tmp_path_factory, pipeline):
    """The answer of the command line to the same threads."""
    folder = tmp_path_factory.mktemp("analyse")
    (folder / "in.jsonl").write_text(as_lines(BATHS, FEW), encoding="utf-8")
    flow.analyse_file(
        folder / "in.jsonl", folder / "out.jsonl", pipeline, progress=lambda done, total: None
    )
    return (folder / "out.jsonl").read_text(encoding="utf-8")


def test_lines_are_answered_as_the_command_line_answers_them(client, from_file):
    response = client.post(ANALYSE, content=as_lines(BATHS, FEW), headers=LINES)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/x-ndjson"
    assert response.text == from_file


def test_json_is_answered_the_same(client, from_file):
    response = client.post(ANALYSE, json={"threads": [BATHS, FEW]})
    assert response.status_code == 200
    assert response.json() == {"threads": [json.loads(line) for line in from_file.splitlines()]}


def test_a_thread_by_itself_is_answered_by_itself(client, from_file):
    response = client.post(ANALYSE, json=BATHS)
    assert response.status_code == 200
    assert response.json() == json.loads(from_file.splitlines()[0])


def test_what_is_wrong_with_a_thread_by_itself_is_named(client, problem):
    told = problem(client.post(ANALYSE, json=BATHS | {"channel": "fax"}), 422)
    assert [invalid["property"] for invalid in told["invalid-parameters"]] == ["channel"]


def test_nothing_is_kept(client, settings):
    before = client.get("/api/v1/nyckeltal").json()
    client.post(ANALYSE, json={"threads": [a_thread("ny", [a_comment("k1", "Hej?")])]})
    assert client.get("/api/v1/nyckeltal").json() == before


def test_a_thread_without_comments_is_answered(client):
    (answer,) = client.post(ANALYSE, json={"threads": [a_thread("tom", [])]}).json()["threads"]
    assert answer["comments"] == answer["replies"] == []
    assert answer["discussion"] is None


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"threads": [', b'{"threads": "\xff\xfe"}', b"\xef\xbb\xbf{}", b"NaN,"]
)
def test_what_is_no_json_is_refused(client, problem, body):
    headers = {"content-type": "application/json"}
    problem(client.post(ANALYSE, content=body, headers=headers), 400)


@pytest.mark.parametrize(
    ("threads", "name", "reason"),
    [
        ([], "threads", "har ett värde som inte passar"),
        ([{"version": 2}], "threads.0.version", "är inget av de värden som finns"),
        ([a_thread("p", [{}])], "threads.0.comments.0.id", "saknas"),
        ([a_thread("", [])], "threads.0.post.id", "är tom"),
        (
            [a_thread("p", [], channel="fax")],
            "threads.0.channel",
            "är inget av de värden som finns",
        ),
        (
            [a_thread("p", [a_comment("k1", "Hemligt") | {"created": "i går"}])],
            "threads.0.comments.0.created",
            "går inte att tolka som en tid",
        ),
        (
            [a_thread("p", [a_comment("k1", "Hemligt") | {"created": "2026-10-05T08:00:00"}])],
            "threads.0.comments.0.created",
            "saknar tidszon",
        ),
        (
            [
                a_thread(
                    "p", [a_comment("k1", "Hemligt") | {"created": "0001-01-01T00:00:00+14:00"}]
                )
            ],
            "threads.0.comments.0.created",
            "är inget datum som finns",
        ),
        (
            [a_thread("p", [a_comment("k1", "Hemligt"), a_comment("k1", "Hemligt")])],
            "threads.0",
            "comments[1].id är samma som comments[0].id",
        ),
        (
            [a_thread("p", [a_comment(f"k{n}", "Hemligt") for n in range(2001)])],
            ".",
            "fler än 2000 kommentarer",
        ),
    ],
)
def test_what_does_not_fit_is_named_and_never_repeated(client, problem, threads, name, reason):
    told = problem(client.post(ANALYSE, json={"threads": threads}), 422)
    assert name in [invalid["property"] for invalid in told["invalid-parameters"]]
    assert any(reason in invalid["reason"] for invalid in told["invalid-parameters"])
    assert "Hemligt" not in str(told)


def test_wrong_lines_are_named_by_number(client, problem):
    body = as_lines(FEW) + "inte json\n\n" + as_lines({"version": 1})
    told = problem(client.post(ANALYSE, content=body, headers=LINES), 422)
    places = [invalid["property"] for invalid in told["invalid-parameters"]]
    assert places[0] == "rad 2"
    assert "rad 4.channel" in places


def test_two_thousand_comments_are_the_most_in_lines_too(client, problem):
    threads = [
        a_thread(f"p{n}", [a_comment(f"k{m}", "Hej") for m in range(1001)]) for n in range(2)
    ]
    problem(client.post(ANALYSE, content=as_lines(*threads), headers=LINES), 422)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_other_formats_are_refused(client, problem, kind):
    headers = {"content-type": kind} if kind else {}
    problem(client.post(ANALYSE, content=b"{}", headers=headers), 415)


def test_a_body_over_the_limit_is_refused_whether_it_tells_its_length_or_not(client, problem):
    headers = {"content-type": "application/json"}
    told = problem(client.post(ANALYSE, content=b" " * 2_000_001, headers=headers), 413)
    assert "lyssnad analyse" in told["detail"]
    pieces = (b" " * 100_000 for _ in range(21))
    problem(client.post(ANALYSE, content=pieces, headers=headers), 413)
    pieces = (b" " * 100_000 for _ in range(20))
    problem(client.post(ANALYSE, content=pieces, headers=headers), 400)
