"""What every request passes: own names only, no other site's forms, no body too large.

Plain ASGI middleware, outermost first as `add_guards` lists them.
"""

from __future__ import annotations

import re
from typing import Final

from fastapi import FastAPI, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.web.headers import SECURITY_HEADERS, STATIC_CACHE_CONTROL
from service.web.problems import BODY_LIMIT, RequestRefused, refusal

_SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS")

_OWN_HOST: Final = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?", re.IGNORECASE)


def add_guards(app: FastAPI) -> None:
    """Put the guards around an application."""
    # The last one added is the outermost.
    for guard in (HeadAsGet, BodyLimit, SameOrigin, KnownHost, SecurityHeaders):
        app.add_middleware(guard)


class SecurityHeaders:
    """Adds the security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(SECURITY_HEADERS)
                if scope["path"].startswith("/static/"):
                    headers["Cache-Control"] = STATIC_CACHE_CONTROL
            await send(message)

        await self.app(scope, receive, send_with_headers)


class KnownHost:
    """Refuses requests by another name than this computer's own.

    Another site can give its name this computer's address and so read what is shown here (DNS
    rebinding); the name it is asked for by then gives it away.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or _is_ours(Headers(scope=scope)):
            await self.app(scope, receive, send)
            return
        await refusal(Request(scope), RequestRefused(421))(scope, receive, send)


class SameOrigin:
    """Refuses what changes or reads on behalf of another site; programs send neither header."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] in _SAFE_METHODS or _is_own(scope):
            await self.app(scope, receive, send)
            return
        await refusal(Request(scope), RequestRefused(403))(scope, receive, send)


class BodyLimit:
    """Refuses bodies over the limit, whether they tell their length or not."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "")
        if length.isdecimal() and int(length) > BODY_LIMIT:
            await refusal(Request(scope), RequestRefused(413))(scope, receive, send)
            return
        taken = 0

        async def receive_within_limit() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > BODY_LIMIT:
                raise RequestRefused(413)
            return message

        await self.app(scope, receive_within_limit, send)


class HeadAsGet:
    """Answers HEAD as GET, without the body: FastAPI's routes know nothing of it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_no_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET"}, receive, send_no_body)


def _is_ours(headers: Headers) -> bool:
    hosts = headers.getlist("host")
    return len(hosts) == 1 and _OWN_HOST.fullmatch(hosts[0]) is not None


def _is_own(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or origin == f"{scope['scheme']}://{headers.get('host')}"
