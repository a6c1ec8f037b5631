"""Makes the OpenAPI document say what is true: errors as problem+json, both kinds of bodies."""

from __future__ import annotations

from typing import Any, Final, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from service.web import api, examples
from service.web.bodies import JSON, LINES
from service.web.problems import MEANINGS, MEDIA_TYPE, Problem, anchor
from service.web.shapes import AnalyseRequest

TITLE: Final = "lyssnad"
SUMMARY: Final = "Hur väl människor blir lyssnade till i kommentarsfält."

DESCRIPTION: Final = """\
Läser kommentarer under en stads inlägg i sociala medier och räknar nyckeltalen för stadens fyra
kommunikationsmål: Orienterad, Förvissad, Lyssnad till och Fri att göra.

*In English: reads the comments under a city's posts and counts figures for its four
communication goals. Identifiers are English and stable; texts are Swedish.*

**Löften.** Inom version 1 byter inget fält namn eller betydelse och inget tas bort; nya fält kan
tillkomma. Tider i svaren är UTC enligt RFC 3339. Perioder är svenska dagar, båda ändarna med.
Ingen kommentarstext lämnas ut av nyckeltalen, och felsvar upprepar aldrig det som skickades.

**Kända begränsningar.** Tjänsten har ingen inloggning och svarar bara på datorn som den körs på.
Nyckeltalen om kommentarer är lästa av en maskin och har fel ibland; de rättas ännu inte mot
granskningar av människor. Läsaren kan svenska; kommentarer på andra språk lämnas åt en människa.
Siffror som vilar på färre än 5 kommentarer eller 3 skribenter visas inte; skyddet gäller inom ett
svar, inte mellan flera frågor om överlappande perioder. Ingen tillgänglighet är utlovad: tjänsten
går så länge den som kör den låter den gå.
"""

TAGS: Final = (
    ("nyckeltal", "Siffror för rapporter, sammanräknade och utan texter."),
    ("läsning", "Läsning av trådar som skickas med; ingenting sparas."),
    ("rättelser", "Människors ord om det som är bedömt; det gäller framför maskinens."),
    ("drift", "Om tjänsten själv."),
)

_REF: Final = "#/components/schemas/{model}"
_SHAPES: Final[tuple[tuple[type[BaseModel], Literal["serialization", "validation"]], ...]] = (
    (Problem, "serialization"),
    (AnalyseRequest, "validation"),
)
"""Shapes that no route's signature tells FastAPI of."""

_ON_EVERY: Final = (421, 422, 500)
_STATUSES: Final = {
    "/api/v1/nyckeltal": (*_ON_EVERY, 503),
    "/api/v1/nyckeltal.csv": (*_ON_EVERY, 503),
    "/api/v1/analyse": (400, 403, 413, 415, *_ON_EVERY),
    "/api/v1/corrections": (400, 403, 404, 413, *_ON_EVERY, 503),
    "/api/v1/definitions": (421, 500),
    "/api/v1/api-info": (421, 500),
    "/health": (421, 500, 503),
}


def describe(app: FastAPI) -> None:
    """Let the application tell this document as its own."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # as FastAPI's documentation has it


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=TITLE,
        version=api.VERSION,
        summary=SUMMARY,
        description=DESCRIPTION,
        routes=app.routes,
        tags=[{"name": name, "description": meaning} for name, meaning in TAGS],
        contact={"name": "Den som förvaltar den här installationen av lyssnad"},
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    )
    document["externalDocs"] = {"description": "Vad varje nyckeltal betyder", "url": "/nyckeltal"}
    schemas = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for shape, mode in _SHAPES:
        tree = shape.model_json_schema(ref_template=_REF, mode=mode)
        schemas.update(tree.pop("$defs", {}))
        schemas[shape.__name__] = tree
    for path, methods in document["paths"].items():
        for operation in methods.values():
            _complete(operation, path)
    schemas_in_order = dict(sorted(schemas.items()))
    document["components"]["schemas"] = schemas_in_order
    return document


def _complete(operation: dict[str, Any], path: str) -> None:
    """Add the examples, and the errors with theirs."""
    responses = operation["responses"]
    responses.pop("422", None)
    answers = responses["200"]
    answers["description"] = examples.ANSWERED[path]
    for kind, example in examples.ANSWERS[path].items():
        answers["content"].setdefault(kind, {"schema": {"type": "string"}})["example"] = example
    for kind in set(answers["content"]) - set(examples.ANSWERS[path]):
        del answers["content"][kind]
    for status in sorted(_STATUSES[path]):
        responses[str(status)] = _problem(status, path)
    if path == "/api/v1/analyse":
        operation["requestBody"] = _threads_body()
    elif "requestBody" in operation:
        operation["requestBody"]["content"][JSON]["example"] = examples.CORRECTION


def _problem(status: int, path: str) -> dict[str, Any]:
    title, meaning = MEANINGS[status]
    example = {
        "type": f"/api#{anchor(status)}",
        "title": title,
        "status": status,
        "detail": meaning,
        "instance": path,
    }
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": title, "content": {MEDIA_TYPE: {"schema": schema, "example": example}}}


def _threads_body() -> dict[str, Any]:
    return {
        "required": True,
        "description": "Trådar i utbytesformatet, version 1.",
        "content": {
            JSON: {
                "schema": {
                    "anyOf": [
                        {"$ref": "#/components/schemas/AnalyseRequest"},
                        {"$ref": "#/components/schemas/ExchangeThread"},
                    ]
                },
                "example": {"threads": [examples.THREAD]},
            },
            LINES: {
                "schema": {"type": "string", "description": "En tråd per rad, som JSON."},
                "example": f"{examples.THREAD_LINE}\n",
            },
        },
    }
