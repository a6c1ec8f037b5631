"""One field of one row: what it may hold, and the Swedish reason when it does not.

The pydantic types and the reader of times that the formats share. A reason names the field
and never quotes its value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Final, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic import ValidationError as PydanticValidationError

from service.sources import times
from service.sources.raw import Place, Rejection

MAX_COMMENT_LENGTH: Final = 10_000
"""Code points. Facebook's own maximum is near 8,000; anything longer is two rows in one."""
MAX_COUNT: Final = 2**53
"""Past this a number that went through JavaScript or Excel is no longer the number."""

_MAX_IDENTIFIER_LENGTH: Final = 500
_MODEL = TypeVar("_MODEL", bound=BaseModel)

_REASONS: Final[Mapping[str, str]] = {
    "missing": "saknas",
    "string_type": "ska vara text",
    "string_too_short": "är tomt",
    "string_too_long": f"är längre än {_MAX_IDENTIFIER_LENGTH} tecken",
    "int_type": "ska vara ett heltal",
    "int_parsing": "ska vara ett heltal",
    "int_parsing_size": "är ett för stort tal",
    "int_from_float": "ska vara ett heltal",
    "greater_than_equal": "får inte vara negativt",
    "less_than_equal": "är ett för stort tal",
    "bool_type": "ska vara true eller false",
    "bool_parsing": "ska vara true eller false",
    "enum": "har ett värde som inte finns",
    "model_type": "ska vara ett JSON-objekt",
    "model_attributes_type": "ska vara ett JSON-objekt",
    "list_type": "ska vara en lista",
}


class FieldUnreadable(Exception):
    """One field that cannot be used; the row it stands in is rejected."""

    def __init__(self, column: str | None, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason

    def rejection(self, *, row: int | None = None) -> Rejection:
        """The rejection of the row that the field stands in."""
        subject = "Raden" if self.column is None else f"”{self.column}”"
        return Rejection(place=Place(row, self.column), reason=f"{subject} {self.reason}.")


class Payload(BaseModel):
    """What another system sends: its unknown fields are let be."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


def _as_text(identifier: object) -> object:
    # Ids are text always; a number is taken only while it is whole. True is an int to Python.
    if isinstance(identifier, int) and not isinstance(identifier, bool):
        return str(identifier)
    return identifier


Identifier = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=_MAX_IDENTIFIER_LENGTH),
    BeforeValidator(_as_text),
]
Count = Annotated[int, Field(ge=0, le=MAX_COUNT)]


def validated(
    model: type[_MODEL], value: object, *, path: str, context: Mapping[str, object] | None = None
) -> _MODEL:
    """The value as the model, or FieldUnreadable naming the first field that does not fit."""
    try:
        return model.model_validate(value, context=context)
    except PydanticValidationError as invalid:
        first = invalid.errors(include_url=False, include_input=False)[0]
        column = ".".join((path, *map(str, first["loc"]))).strip(".")
        # A value_error is raised by a validator of ours, in Swedish and without the value.
        reason = (
            str(first["ctx"]["error"])
            if first["type"] == "value_error"
            else _REASONS.get(first["type"], "har inte den form som väntas")
        )
        raise FieldUnreadable(column or None, reason) from None


def bounded(text: str, column: str, *, limit: int = MAX_COMMENT_LENGTH) -> str:
    """The text, unless it is so long that it must be several rows in one."""
    if len(text) > limit:
        raise FieldUnreadable(
            column,
            f"är {len(text)} tecken lång; högst {limit} tas emot. "
            "Kanske saknas ett avslutande citattecken i filen",
        )
    return text


def moment(
    value: str | float | datetime | date,
    column: str,
    *,
    zone: ZoneInfo | None = None,
    date_is_enough: bool = False,
) -> times.Moment:
    """ISO text, unix seconds or milliseconds, or a date cell, in UTC."""
    try:
        if isinstance(value, str):
            return times.from_iso(value, zone=zone, date_is_enough=date_is_enough)
        if isinstance(value, datetime):
            return times.from_local(value, zone=zone)
        if isinstance(value, date):
            return times.from_day(value, zone=zone, date_is_enough=date_is_enough)
        return times.from_unix(value)
    except times.TimeUnreadable as unreadable:
        raise FieldUnreadable(column, str(unreadable)) from None
