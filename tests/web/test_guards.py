"""What every request passes, and what every answer carries."""

import asyncio

import httpx
import pytest

from service.web.app import create_app
from service.web.headers import CONTENT_SECURITY_POLICY
from tests.web.conftest import FEW, HERE

ANSWERS = (
    "/",
    "/ko",
    "/trad/1",
    "/finns-inte",
    "/trad/999",
    "/api/v1/nyckeltal",
    "/api/v1/finns-inte",
    "/health",
    "/openapi.json",
    "/static/lyssnad.css",
    "/static/finns-inte.css",
)


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_carries_the_security_headers(client, path):
    headers = client.get(path).headers
    # Written out, not taken from the code: what it allows is a decision.
    assert headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "script-src 'none'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    kept = "no-cache" if path.startswith("/static/") else "no-store"
    assert headers["cache-control"] == kept


def test_the_policy_allows_nothing_from_elsewhere_and_nothing_inline():
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'; ")
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY


def test_a_bug_is_told_of_without_detail_and_with_the_same_headers(browse, settings, problem):
    broken = browse(settings)
    del broken.app.state.pipeline
    told = problem(broken.get("/health"), 500)
    assert "pipeline" not in str(told)
    page = broken.get("/", headers={"accept": "text/html"})
    assert page.status_code == 500
    assert "Något gick fel i tjänsten" in page.text
    assert "Traceback" not in page.text
    assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8000", "localhost:8123", "LOCALHOST", "[::1]:8000"]
)
def test_the_service_answers_to_its_own_names(client, host):
    assert client.get("/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "127.0.0.1.evil.example",
        "localhost@evil.example",
        "",
        "10.0.0.1",
        "[::1",
    ],
)
def test_the_service_answers_to_no_other_name(client, problem, host):
    problem(client.get("/health", headers={"host": host}), 421)
    page = client.get("/", headers={"host": host, "accept": "text/html"})
    assert page.status_code == 421
    assert "Fel namn på tjänsten" in page.text


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9000"},
        {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8000"},
    ],
)
def test_another_site_may_not_send_anything(client, problem, headers):
    problem(client.post("/api/v1/analyse", json={"threads": []}, headers=headers), 403)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {"origin": "http://127.0.0.1:8000"},
    ],
)
def test_own_pages_and_programs_may(client, problem, headers):
    problem(client.post("/api/v1/analyse", json={"threads": []}, headers=headers), 422)


def test_errors_of_programs_are_problems_and_those_of_people_are_pages(client, problem):
    told = problem(client.get("/api/v1/finns-inte", headers={"accept": "text/html"}), 404)
    assert told["instance"] == "/api/v1/finns-inte"
    problem(client.get("/finns-inte", headers={"accept": "*/*"}), 404)
    response = client.post("/api/v1/nyckeltal", headers={"accept": "text/html"})
    problem(response, 405)
    assert response.headers["allow"] == "GET, HEAD"


def test_the_files_of_the_pages_are_served_and_nothing_beside_them(client):
    assert client.get("/static/lyssnad.css").headers["content-type"].startswith("text/css")
    assert client.get("/static/lyssnad.svg").headers["content-type"] == "image/svg+xml"
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/", "/docs", "/redoc"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ANSWERS)
def test_head_tells_what_get_would_without_the_body(client, path):
    asked, told = client.get(path), client.head(path)
    assert (told.status_code, told.content) == (asked.status_code, b"")
    for name in ("content-type", "content-length", "content-security-policy"):
        assert told.headers[name] == asked.headers[name]


def test_a_client_that_goes_away_is_no_fault_of_ours(client):
    async def send_half():
        messages = [{"type": "http.request", "body": b"{", "more_body": True}]

        async def receive():
            return messages.pop() if messages else {"type": "http.disconnect"}

        async def send(message):
            pass

        scope = {
            "type": "http",
            "method": "POST",
            "scheme": "http",
            "path": "/api/v1/analyse",
            "query_string": b"",
            "headers": [(b"host", b"127.0.0.1:8000"), (b"content-type", b"application/json")],
        }
        await client.app(scope, receive, send)

    asyncio.run(send_half())  # raises what would be a traceback in the log


def test_those_who_wait_for_a_reading_leave_the_pages_alone(settings, pipeline):
    app = create_app(settings, pipeline=pipeline)
    transport = httpx.ASGITransport(app=app)

    async def ask():
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url=HERE) as browser,
        ):
            async with app.state.turn:
                waiting = [
                    asyncio.create_task(browser.post("/api/v1/analyse", json=FEW))
                    for _ in range(60)
                ]
                await asyncio.sleep(0.1)
                page = await asyncio.wait_for(browser.get("/tradar"), timeout=10)
            return page, await asyncio.gather(*waiting)

    page, answers = asyncio.run(ask())
    assert page.status_code == 200
    assert {answer.status_code for answer in answers} == {200}
