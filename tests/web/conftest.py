"""An installation filled through the real import, and a browser that is no browser."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from service import flow
from service.settings import Settings
from service.sources.raw import ImportOptions
from service.web.app import create_app

NOW = datetime(2026, 10, 30, 12, 0, tzinfo=UTC)
START = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
HERE = "http://127.0.0.1:8000"

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=javascript:alert(1)>klicka</a>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<body onload=alert(1)>",
    "<style>@import 'http://evil.example/x.css';</style>",
    "<link rel=stylesheet href=//evil.example>",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<form action=https://evil.example><input name=x>",
    "<object data=data:text/html,<script>alert(1)</script>>",
    "{{ 7 * 7 }} {% raw %} {{ config }}",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\x3cscript\x3ealert(1)\x3c/script\x3e",
    "<details open ontoggle=alert(1)>",
    "<marquee onstart=alert(1)>hej</marquee>",
)


def a_reply(name, parent, text, *, minutes):
    """One comment by the organisation, in the exchange format."""
    return a_comment(name, text, minutes=minutes, parent=parent) | {"from_organisation": True}


def a_comment(name, text, *, minutes=0, parent=None, author=None):
    """One comment of the exchange format, so many minutes after the start."""
    return {
        "id": name,
        "parent_id": parent,
        "author": author or name,
        "from_organisation": False,
        "created": (START + timedelta(minutes=minutes)).isoformat(),
        "text": text,
        "likes": 2,
    }


def a_thread(
    name, comments, *, account="Badkontoret", channel="facebook", text="Vi öppnar badet.", **post
):
    """One thread of the exchange format."""
    return {
        "version": 1,
        "channel": channel,
        "account": account,
        "post": {
            "id": name,
            "text": text,
            "published": START.isoformat(),
            "metrics": {"reach": 1000, "reactions": 20, "comments": len(comments), "shares": 3},
            **post,
        },
        "comments": comments,
    }


BATHS = a_thread(
    "bad",
    [
        a_comment("k1", "När öppnar badet på lördag?", minutes=10),
        a_reply("s1", "k1", "Hej! Badet öppnar klockan 9 på lördag. /Maja", minutes=40),
        a_comment("k2", "Tack så mycket för svaret!", minutes=50, parent="s1", author="k1"),
        a_comment("k3", "Skandal att bastun fortfarande är trasig. När lagas den?", minutes=60),
        a_reply("s2", "k3", "Tack för din kommentar, vi återkommer.", minutes=90),
        a_comment("k4", "Hur mycket kostar det att bada?", minutes=70),
        a_comment("k5", "Var köper man biljett?", minutes=60 * 24 * 9),
        a_comment("k6", "Jättefint bad, tack! ❤️", minutes=60 * 24 * 10),
        a_comment("k7", "Is the sauna open to everyone, and where are the prices?", minutes=80),
        a_comment(
            "k8", "jag ska döda dig din jävla idiot, jag vet var du bor", minutes=60 * 24 * 15
        ),
        a_comment("k9", "Har ni öppet i dag?", minutes=60 * 24 * 25, parent="borta"),
    ],
    permalink="https://example.com/inlagg/bad",
)
FEW = a_thread(
    "få",
    [a_comment("f1", "När kommer bussen?", minutes=20), a_comment("f2", "Bra!", minutes=30)],
    account="Lilla kontot",
    channel="instagram",
)
EVIL = a_thread(
    "ont",
    [
        a_comment(f"x{number}", f"När öppnar badet i morgon? {text}", minutes=number)
        for number, text in enumerate(HOSTILE)
    ],
    account='<b onclick="alert(1)">Kontot</b>\u202e',
    text=HOSTILE[0],
    permalink="javascript:alert(1)",
)


@pytest.fixture(scope="session")
def installation(tmp_path_factory, pipeline):
    """Set up a data folder with these threads read; gives its settings."""

    def fill(*threads, **settings):
        folder = tmp_path_factory.mktemp("installation")
        made = Settings(data_dir=folder / "data", now=NOW, **settings)
        file = folder / "threads.jsonl"
        file.write_text("\n".join(json.dumps(thread) for thread in threads), encoding="utf-8")
        with flow.open_store(made) as store:
            if threads:
                (receipt,) = flow.import_files(
                    store,
                    [file],
                    settings=made,
                    options=ImportOptions(),
                    source="exchange",
                    progress=lambda path, count: None,
                )
                assert receipt.refused is None
                assert receipt.rejected == 0
            flow.analyse(store, pipeline, settings=made, progress=lambda done, total: None)
        return made

    return fill


@pytest.fixture(scope="session")
def browse(pipeline):
    """Open an installation; server errors come back as a browser would see them."""
    opened = []

    def start(settings):
        app = create_app(settings, pipeline=pipeline)
        client = TestClient(app, base_url=HERE, raise_server_exceptions=False)
        opened.append(client.__enter__())
        return client

    yield start
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture(scope="session")
def settings(installation):
    return installation(BATHS, FEW, EVIL)


@pytest.fixture(scope="session")
def client(browse, settings):
    return browse(settings)


@pytest.fixture(scope="session")
def empty_client(browse, installation):
    return browse(installation())


@dataclass
class Page(HTMLParser):
    """A page taken apart; refuses what a browser would have to guess at."""

    html: str
    tags: list = field(default_factory=list)
    """(tag, attributes) in order."""
    texts: list = field(default_factory=list)
    _open: list = field(default_factory=list)

    def __post_init__(self):
        super().__init__(convert_charrefs=True)
        self.feed(self.html)
        self.close()
        assert not self._open, f"never closed: {self._open}"
        ids = self.values("id")
        assert len(ids) == len(set(ids)), "an id stands twice"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "input", "br"):
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag, f"</{tag}> closes another tag"

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        """All that can be read, with single spaces."""
        return " ".join(" ".join(self.texts).replace("\u00a0", " ").split())

    def values(self, attribute):
        return [attributes[attribute] for _, attributes in self.tags if attribute in attributes]


@pytest.fixture(scope="session")
def see():
    """Open a page and take it apart."""

    def look(client, path, *, status=200):
        response = client.get(path, headers={"accept": "text/html"})
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        return Page(html=response.text)

    return look


@pytest.fixture(scope="session")
def problem():
    """Check that an answer is an error as the API promises them, and give its fields."""

    def check(response, status):
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "application/problem+json"
        told = response.json()
        assert {"type", "title", "status", "detail", "instance"} <= told.keys()
        assert told.keys() <= {
            *("type", "title", "status", "detail", "instance"),
            "invalid-parameters",
        }
        assert told["status"] == status
        assert told["type"] == f"/api#fel-{status}"
        for invalid in told.get("invalid-parameters", ()):
            assert invalid.keys() == {"property", "reason"}
        return told

    return check
