"""Fills the templates: one view dataclass in, its fields the names that a template may use."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service.swedish import format_date, format_datetime, format_number
from service.web.marking import visible
from service.web.words import LABEL_WORDS

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

TEMPLATES: Final = Path(__file__).parent / "templates"


def page(template: str, view: DataclassInstance, *, status: int = 200) -> HTMLResponse:
    """Answer with a page.

    Args:
        template: File name in templates/.
        view: The page's dataclass of views.py.
        status: HTTP status.
    """
    return HTMLResponse(render(template, view), status_code=status)


def render(template: str, view: DataclassInstance) -> str:
    """Fill a template with the fields of a view."""
    fields = {field.name: getattr(view, field.name) for field in dataclasses.fields(view)}
    return ENVIRONMENT.get_template(template).render(fields)


def query_string(**parameters: object) -> str:
    """A query string of those parameters that have a value, with its question mark.

    >>> query_string(account="Trafik & vägar", channel=None, page=2)
    '?account=Trafik+%26+v%C3%A4gar&page=2'
    """
    given = {name: value for name, value in parameters.items() if value not in (None, "", False)}
    return f"?{urlencode(given)}" if given else ""


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["visible"] = visible
    environment.filters["label_title"] = lambda label: LABEL_WORDS[label].title
    environment.filters["number"] = format_number
    environment.filters["moment"] = format_datetime
    environment.filters["day"] = format_date
    return environment


ENVIRONMENT: Final = _environment()
