"""Reads the threads that a request carries: several as JSON, one by itself, or one a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Final

from fastapi import Depends, Request
from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from service.exchange import ExchangeThread
from service.sources import json_values
from service.web.problems import InvalidParameter, RequestRefused, invalid_parameters
from service.web.shapes import AnalyseRequest

JSON: Final = "application/json"
LINES: Final = "application/x-ndjson"

PROBLEMS_SHOWN: Final = 20

_THREAD: Final = TypeAdapter(ExchangeThread)


class BodyForm(StrEnum):
    """The forms that threads can be sent in; the answer has the same."""

    THREADS = "threads"
    THREAD = "thread"
    LINES = "lines"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBody:
    """What was sent, not yet read."""

    content: bytes = field(repr=False)
    has_lines: bool


async def _sent_body(request: Request) -> SentBody:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (JSON, LINES):
        raise RequestRefused(415)
    return SentBody(content=await request.body(), has_lines=kind == LINES)


BodyDep = Annotated[SentBody, Depends(_sent_body)]


def threads_in(body: SentBody) -> tuple[BodyForm, tuple[ExchangeThread, ...]]:
    """Read the threads of a body, and tell which form they were sent in.

    Raises:
        RequestRefused: It is no JSON (400), or does not have the shape of threads (422).
    """
    try:
        text = json_values.mended(body.content).decode("utf-8")
    except UnicodeDecodeError:
        raise RequestRefused(400) from None
    if body.has_lines:
        return BodyForm.LINES, _checked_together(tuple(_threads_in_lines(text)))
    try:
        tree = from_json(text)
    except ValueError:
        raise RequestRefused(400) from None
    try:
        if isinstance(tree, dict) and "post" in tree and "threads" not in tree:
            thread = _THREAD.validate_python(tree)
            return BodyForm.THREAD, _checked_together((thread,))
        return BodyForm.THREADS, AnalyseRequest.model_validate(tree).threads
    except ValidationError as error:
        raise _refused(error) from None


def _threads_in_lines(text: str) -> Iterator[ExchangeThread]:
    problems: list[InvalidParameter] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield _THREAD.validate_json(line)
        except ValidationError as error:
            refused = _refused(error, place=f"rad {number}")
            problems.extend(refused.invalid)
            if len(problems) >= PROBLEMS_SHOWN:
                break
    if problems:
        raise RequestRefused(422, invalid=problems[:PROBLEMS_SHOWN])


def _checked_together(threads: tuple[ExchangeThread, ...]) -> tuple[ExchangeThread, ...]:
    try:
        return AnalyseRequest(threads=threads).threads
    except ValidationError as error:
        raise _refused(error) from None


def _refused(error: ValidationError, *, place: str | None = None) -> RequestRefused:
    errors = error.errors(include_url=False, include_input=False)
    if place is None and any(problem["type"] == "json_invalid" for problem in errors):
        return RequestRefused(400)
    prefix = () if place is None else (place,)
    return RequestRefused(422, invalid=invalid_parameters(errors, prefix=prefix)[:PROBLEMS_SHOWN])
