"""The document that other programs are built on. LYSSNAD_WRITE_GOLDEN=1 writes it anew."""

import json
import re
from pathlib import Path

import pytest

from service.exchange import ExchangeThread, ThreadOut
from service.nyckeltal.definitions import NYCKELTAL
from service.report.table import COLUMNS
from service.settings import Settings
from service.web import examples, shapes
from service.web.app import create_app

ANSWERS = {
    "/api/v1/nyckeltal": shapes.FigureAnswer,
    "/api/v1/definitions": shapes.DefinitionAnswer,
    "/api/v1/analyse": shapes.AnalyseAnswer,
    "/health": shapes.Health,
}


@pytest.fixture(scope="module")
def document():
    return create_app(Settings()).openapi()


def operations(document):
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_it_is_the_one_that_was_reviewed(document, golden):
    golden("openapi.json", json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def test_it_is_served(client, document):
    assert client.get("/openapi.json").json() == document


def test_it_says_whom_to_ask_under_what_licence_and_what_is_not_promised(document):
    info = document["info"]
    assert info["contact"]["name"]
    assert info["license"] == {"name": "EUPL-1.2", "identifier": "EUPL-1.2"}
    assert "Kända begränsningar" in info["description"]


def test_every_operation_is_explained_with_examples_of_every_answer(document):
    assert len(operations(document)) == 7
    for path, _, operation in operations(document):
        assert operation["summary"], path
        assert operation["description"], path
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], (path, parameter["name"])
        for status, response in operation["responses"].items():
            assert response["description"]
            if status == "304":
                assert "content" not in response
                continue
            kinds = response["content"]
            assert all("example" in content for content in kinds.values()), (path, status)
            if status != "200":
                assert list(kinds) == ["application/problem+json"]


def test_the_readme_lists_every_operation(document):
    readme = (Path(__file__).parents[2] / "service" / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(GET|POST) ([^`]+)` \| (.+) \|$", readme, re.MULTILINE)
    assert listed == [
        (method.upper(), path, operation["summary"])
        for path, method, operation in operations(document)
    ]


def test_names_are_written_in_one_way(document):
    for path, _, operation in operations(document):
        assert path == path.lower()
        assert "_" not in path
        for parameter in operation.get("parameters", ()):
            assert parameter["name"].isascii()
            assert parameter["name"].islower()


def test_every_reference_leads_somewhere(document):
    told = json.dumps(document)
    schemas = document["components"]["schemas"]
    for part in told.split('"#/components/schemas/')[1:]:
        assert part.split('"')[0] in schemas
    assert "HTTPValidationError" not in told


@pytest.mark.parametrize("path", ANSWERS)
def test_the_examples_have_the_shapes(path):
    example = examples.ANSWERS[path]["application/json"]
    assert ANSWERS[path].model_validate(example).model_dump(mode="json") == example


def test_the_examples_in_lines_are_the_same_threads():
    ExchangeThread.model_validate_json(examples.THREAD_LINE)
    lines = examples.ANSWERS["/api/v1/analyse"]["application/x-ndjson"]
    ThreadOut.model_validate_json(lines)


def test_a_record_has_the_columns_of_the_report():
    assert tuple(shapes.FigureRecord.model_fields) == COLUMNS


def test_the_names_of_all_nyckeltal_are_listed(document):
    (asked,) = [
        parameter
        for parameter in document["paths"]["/api/v1/nyckeltal"]["get"]["parameters"]
        if parameter["name"] == "nyckeltal"
    ]
    assert asked["schema"]["items"]["enum"] == [one.id for one in NYCKELTAL]
