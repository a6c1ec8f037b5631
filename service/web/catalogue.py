"""Builds the pages that explain: what each nyckeltal means, and what the API answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from service.errors import NotFound
from service.nyckeltal.definition import (
    AnsweredInTime,
    CommentShare,
    Definition,
    Goal,
    NetDifference,
    PostRatio,
)
from service.nyckeltal.definitions import NYCKELTAL
from service.nyckeltal.outcome import interval_methods
from service.nyckeltal.suppress import FEWEST_COMMENTS, FEWEST_WRITERS
from service.web.problems import MEANINGS, anchor
from service.web.views import ApiPage, DefinitionPage, DefinitionsPage, Operation, Site
from service.web.words import (
    DIRECTION_WORDS,
    GOAL_MEANINGS,
    INTERVAL_WORDS,
    NO_INTERVAL,
    UNIT_WORDS,
)

_BY_ID: Final[Mapping[str, Definition]] = {one.id: one for one in NYCKELTAL}

_QUOTIENTS: Final = (AnsweredInTime, CommentShare, NetDifference, PostRatio)


def definitions_page(site: Site) -> DefinitionsPage:
    """Lay out every nyckeltal by goal."""
    return DefinitionsPage(
        site=site,
        goals=[
            (goal, GOAL_MEANINGS[goal], [one for one in NYCKELTAL if one.goal is goal])
            for goal in Goal
        ],
    )


def definition_page(name: str, *, site: Site) -> DefinitionPage:
    """Lay out one nyckeltal.

    Raises:
        NotFound: There is none of that name.
    """
    definition = _BY_ID.get(name)
    if definition is None:
        raise NotFound("Det finns inget nyckeltal med det namnet. Alla finns på /nyckeltal.")
    methods = interval_methods(definition.how)
    is_quotient = isinstance(definition.how, _QUOTIENTS)
    return DefinitionPage(
        site=site,
        definition=definition,
        numerator_title="Täljare" if is_quotient else "Det som räknas",
        denominator_title="Nämnare" if is_quotient else "Bland",
        goal_meaning=GOAL_MEANINGS[definition.goal],
        direction=DIRECTION_WORDS[definition.direction],
        unit=UNIT_WORDS[definition.unit],
        intervals=[INTERVAL_WORDS[method] for method in methods] or [NO_INTERVAL],
        fewest_comments=FEWEST_COMMENTS if _rests_on_comments(definition) else None,
        fewest_writers=FEWEST_WRITERS,
    )


def _rests_on_comments(definition: Definition) -> bool:
    how = definition.how
    return not definition.per_channel or (isinstance(how, PostRatio) and how.from_comments)


def api_page(document: Mapping[str, Any], *, site: Site) -> ApiPage:
    """Lay out the operations of an OpenAPI document."""
    return ApiPage(
        site=site,
        description=_paragraphs(document["info"]["description"]),
        operations=list(_operations(document)),
        problems=[
            (anchor(status), status, title, meaning)
            for status, (title, meaning) in sorted(MEANINGS.items())
        ],
    )


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield Operation(
                method=method.upper(),
                path=path,
                summary=operation["summary"],
                description=_paragraphs(operation["description"]),
                parameters=[
                    (
                        parameter["name"],
                        parameter["description"],
                        _values(parameter["schema"], document["components"]["schemas"]),
                    )
                    for parameter in operation.get("parameters", ())
                ],
            )


def _values(schema: Mapping[str, Any], shapes: Mapping[str, Any]) -> list[str]:
    """What a parameter may be set to; empty where that is no list of words."""
    if "$ref" in schema:
        schema = shapes[schema["$ref"].rpartition("/")[2]]
    inner = (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ()))
    return [*schema.get("enum", ()), *(value for one in inner for value in _values(one, shapes))]


def _paragraphs(markdown: str) -> list[str]:
    """The text without the few marks that the descriptions use."""
    plain = markdown.translate(str.maketrans("", "", "*`"))
    return [paragraph.replace("\n", " ") for paragraph in plain.strip().split("\n\n")]
