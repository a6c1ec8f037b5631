"""What went wrong, told to programs as problem+json (RFC 9457) and to people as a Swedish page.

Nothing of what was sent is repeated in an answer: it may hold a comment's text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from service.errors import BadRequest, UserError
from service.web import rendering
from service.web.headers import SECURITY_HEADERS
from service.web.views import ErrorPage, site_of

MEDIA_TYPE: Final = "application/problem+json"

BODY_LIMIT: Final = 2_000_000
"""Bytes of a request; 2,000 comments of ordinary length are a quarter of it."""

MEANINGS: Final[Mapping[int, tuple[str, str]]] = {
    400: (
        "Anropet går inte att läsa",
        "Det som skickades är inte giltig JSON i UTF-8, eller så är adressen fel skriven.",
    ),
    403: (
        "Anrop från en annan webbplats",
        "Anropet kom från en annan webbplats och har inte utförts. "
        "Gör det från tjänstens egna sidor eller från ett program.",
    ),
    404: ("Finns inte", "Det finns ingenting på den här adressen. Kontrollera att den är rätt."),
    405: (
        "Metoden går inte att använda här",
        "Adressen finns, men inte för den metoden. Huvudet Allow säger vilka som går.",
    ),
    413: (
        "För mycket på en gång",
        f"Det som skickades är större än {BODY_LIMIT // 1_000_000} MB. Dela upp det i flera "
        "anrop, eller använd ”lyssnad analyse” som läser filer av vilken storlek som helst.",
    ),
    415: (
        "Formatet tas inte emot",
        "Skicka application/json eller application/x-ndjson i huvudet Content-Type.",
    ),
    421: (
        "Fel namn på tjänsten",
        "Tjänsten svarar bara när den anropas som 127.0.0.1, localhost eller [::1]. "
        "Öppna adressen som stod när den startade.",
    ),
    422: (
        "Frågan går inte att besvara",
        "Någon parameter eller något fält saknas eller har ett värde som inte passar.",
    ),
    500: (
        "Något gick fel i tjänsten",
        "Felet är vårt, inte ditt. Försök igen; om det upprepas, se efter i tjänstens logg.",
    ),
    503: (
        "Databasen går inte att använda",
        "Databasen är låst, full, skadad eller går inte att skriva i. Svaret säger vilket.",
    ),
}
"""By status: what it is called, and what to do about it where nothing more is known."""

_OTHERWISE: Final = ("Anropet går inte att besvara", "Kontrollera anropet och försök igen.")

_REASONS: Final = {
    "missing": "saknas",
    "extra_forbidden": "finns inte",
    "int_parsing": "är inget heltal",
    "int_type": "är inget heltal",
    "int_from_float": "är inget heltal",
    "greater_than_equal": "är för litet",
    "less_than_equal": "är för stort",
    "string_type": "är ingen text",
    "string_too_short": "är tom",
    "string_too_long": "är för lång",
    "string_pattern_mismatch": "är inte skriven som den ska",
    "bool_type": "är varken true eller false",
    "bool_parsing": "är varken true eller false",
    "enum": "är inget av de värden som finns",
    "literal_error": "är inget av de värden som finns",
    "json_invalid": "är inte giltig JSON",
    "model_type": "är inget objekt",
    "model_attributes_type": "är inget objekt",
    "tuple_type": "är ingen lista",
    "list_type": "är ingen lista",
    "timezone_aware": "saknar tidszon",
}
_REASON_STARTS: Final = {
    "datetime": "är ingen tidpunkt enligt RFC 3339",
    "timezone": "saknar tidszon",
}


class InvalidParameter(BaseModel):
    """One part of a request that does not fit."""

    property: str = Field(description="Parametern eller fältet, med punkt mellan nivåer.")
    reason: str = Field(description="Vad som är fel med det, på svenska.")


class Problem(BaseModel):
    """An error as RFC 9457 and Digg's REST API profile want it."""

    type: str = Field(description="Vad för slags fel; leder till en förklaring.")
    title: str = Field(description="Felet i korthet, lika för alla fel av slaget.")
    status: int = Field(description="HTTP-statuskoden.")
    detail: str = Field(description="Vad som är fel den här gången och vad man kan göra åt det.")
    instance: str = Field(description="Sökvägen som anropades.")
    invalid_parameters: list[InvalidParameter] | None = Field(
        default=None,
        serialization_alias="invalid-parameters",
        description="De parametrar eller fält som inte passar, när det är de som är felet.",
    )


class RequestRefused(UserError):
    """A request that the service will not or cannot take in."""

    def __init__(
        self,
        status: int,
        *,
        message: str | None = None,
        invalid: Sequence[InvalidParameter] = (),
    ) -> None:
        self.title, meaning = MEANINGS[status]
        super().__init__(message or meaning)
        self.status = status
        self.invalid = tuple(invalid)


def add_handlers(app: FastAPI) -> None:
    """Answer every error in one shape."""
    app.add_exception_handler(UserError, _on_user_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(ClientDisconnect, _on_disconnect)
    app.add_exception_handler(Exception, _on_bug)


def invalid_parameters(
    errors: Sequence[Any], *, prefix: Sequence[str] = ()
) -> list[InvalidParameter]:
    """Pydantic's errors in Swedish, without what was given.

    Args:
        errors: What `ValidationError.errors()` gives.
        prefix: Put before each place, such as the line of a file.
    """
    found = []
    for error in errors:
        place = (*prefix, *_declared(error["loc"]))
        found.append(InvalidParameter(property=".".join(place) or ".", reason=_reason(error)))
    return found


def _declared(loc: Sequence[str | int]) -> list[str]:
    """A place as far as we have named it: keys under `said` are the caller's own words."""
    parts = [str(part) for part in loc]
    return parts[: parts.index("said") + 1] if "said" in parts else parts


def anchor(status: int) -> str:
    """Where on the page /api an error is explained.

    >>> anchor(404)
    'fel-404'
    """
    return f"fel-{status}"


def refusal(request: Request, error: UserError) -> Response:
    """The answer to a request that failed in a way that the user can mend."""
    invalid: Sequence[InvalidParameter] = ()
    if isinstance(error, RequestRefused):
        invalid = error.invalid
    elif isinstance(error, BadRequest) and error.parameter is not None:
        invalid = [InvalidParameter(property=error.parameter, reason=str(error))]
    return _answer(request, error.status, error.title, str(error), invalid=invalid)


def _on_user_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, UserError)  # noqa: S101  registered for it alone; tells mypy
    return refusal(request, error)


def _on_invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  as above
    errors = error.errors()
    if any(problem["loc"][:1] == ("path",) for problem in errors):
        return _answer(request, 404, *MEANINGS[404])
    for problem in errors:
        problem["loc"] = problem["loc"][1:]  # FastAPI puts first whether it is query or body
    return _answer(request, 422, *MEANINGS[422], invalid=invalid_parameters(errors))


def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  as above
    title, detail = MEANINGS.get(error.status_code, _OTHERWISE)
    response = _answer(request, error.status_code, title, detail)
    response.headers.update(error.headers or {})
    if response.headers.get("allow") == "GET":
        response.headers["allow"] = "GET, HEAD"  # which guards.HeadAsGet answers
    return response


def _on_disconnect(request: Request, error: Exception) -> Response:
    """Nobody is there to read it; an answer keeps the log from telling of a fault of ours."""
    return _answer(request, 400, *MEANINGS[400])


def _on_bug(request: Request, error: Exception) -> Response:
    response = _answer(request, 500, *MEANINGS[500])
    # Made outside all middleware, so what that would add is added here.
    response.headers.update(SECURITY_HEADERS)
    return response


def _reason(error: Any) -> str:  # noqa: ANN401  pydantic gives loosely typed dictionaries
    kind = str(error["type"])
    if kind == "value_error":  # raised by our own validators, in Swedish and without any value
        return str(error["ctx"]["error"])
    starts = (words for start, words in _REASON_STARTS.items() if kind.startswith(start))
    return _REASONS.get(kind) or next(starts, "har ett värde som inte passar")


def _answer(
    request: Request,
    status: int,
    title: str,
    detail: str,
    *,
    invalid: Sequence[InvalidParameter] = (),
) -> Response:
    if _wants_page(request):
        page = ErrorPage(site=site_of(request), status=status, title=title, detail=detail)
        return rendering.page("error.html", page, status=status)
    problem = Problem(
        type=f"/api#{anchor(status)}",
        title=title,
        status=status,
        detail=detail,
        instance=request.url.path,
        invalid_parameters=list(invalid) or None,
    )
    return Response(
        problem.model_dump_json(by_alias=True, exclude_none=True),
        status_code=status,
        media_type=MEDIA_TYPE,
    )


def _wants_page(request: Request) -> bool:
    path = request.url.path
    is_for_programs = path.startswith("/api/") or path in ("/health", "/openapi.json")
    return not is_for_programs and "text/html" in request.headers.get("accept", "")
