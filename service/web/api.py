"""The JSON and CSV operations under /api/v1, and /health."""

from __future__ import annotations

import hashlib
import os
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import PlainTextResponse

from service import flow
from service.counting import Answer, Question
from service.errors import StoreError
from service.exchange import ThreadOut, to_line
from service.nyckeltal.definitions import NYCKELTAL
from service.nyckeltal.outcome import interval_methods
from service.period import parse_period
from service.report import table
from service.web.bodies import LINES, BodyDep, BodyForm, threads_in
from service.web.dependencies import PipelineDep, PipelineInTurnDep, SettingsDep, StoreDep
from service.web.shapes import (
    AnalyseAnswer,
    ApiInfo,
    DefinitionAnswer,
    DefinitionRecord,
    FigureAnswer,
    FigureChoice,
    FigurePage,
    FigureRecord,
    FigureSheet,
    Health,
)
from service.web.words import INTERVAL_WORDS, NO_INTERVAL

VERSION: Final = "1.0.0"
RELEASED: Final = "2026-11-23"

_UNCHANGED: Final[dict[int | str, dict[str, Any]]] = {
    304: {"description": "Siffrorna är desamma som den ETag i If-None-Match stod för."}
}

router = APIRouter()


@router.get(
    "/api/v1/nyckeltal",
    tags=["nyckeltal"],
    summary="Nyckeltal för en period",
    response_model=FigureAnswer,
    responses=_UNCHANGED,
)
def get_figures(
    asked: Annotated[FigurePage, Query()],
    request: Request,
    response: Response,
    store: StoreDep,
    pipeline: PipelineDep,
    settings: SettingsDep,
) -> FigureAnswer | Response:
    """Nyckeltal för en period, i ett stycke eller uppdelade på tid, konto och kanal.

    Varje siffra har sitt underlag och sitt 95 %-intervall. Siffror om för få personer visas inte;
    withheld säger varför.
    """
    answer = flow.count(store, _question(asked), pipeline=pipeline, settings=settings)
    tag = _tag(answer, asked)
    if _is_known(request, tag):
        return Response(status_code=304, headers={"etag": tag})
    response.headers["etag"] = tag
    return _page(answer, limit=asked.limit, page=asked.page)


@router.get(
    "/api/v1/nyckeltal.csv",
    tags=["nyckeltal"],
    summary="Nyckeltal för en period, som CSV",
    response_class=PlainTextResponse,
    responses=_UNCHANGED,
)
def get_figures_as_csv(
    asked: Annotated[FigureSheet, Query()],
    request: Request,
    store: StoreDep,
    pipeline: PipelineDep,
    settings: SettingsDep,
) -> Response:
    """Samma siffror med samma kolumner som i JSON, alla på en gång.

    Komma mellan kolumnerna, punkt i decimaltal, UTF-8; med excel=1 så som svenska Excel vill ha
    det. Kolumnerna byter aldrig namn eller plats; nya läggs sist.
    """
    answer = flow.count(store, _question(asked), pipeline=pipeline, settings=settings)
    tag = _tag(answer, asked)
    if _is_known(request, tag):
        return Response(status_code=304, headers={"etag": tag})
    content = table.as_csv(answer, swedish_excel=asked.excel)
    return Response(content, media_type="text/csv; charset=utf-8", headers={"etag": tag})


@router.get("/api/v1/definitions", tags=["nyckeltal"], summary="Vad nyckeltalen betyder")
def get_definitions() -> DefinitionAnswer:
    """Alla nyckeltal: frågan de svarar på, täljare, nämnare, källa och vad man ska akta sig för."""
    return DefinitionAnswer(
        definitions=[
            DefinitionRecord(
                id=one.id,
                title=one.title,
                question=one.question,
                goal=one.goal,
                unit=one.unit,
                direction=one.direction,
                numerator=one.numerator,
                denominator=one.denominator,
                caveat=one.caveat,
                source=one.source,
                interval=" ".join(
                    [INTERVAL_WORDS[method] for method in interval_methods(one.how)]
                    or [NO_INTERVAL]
                ),
                per_channel=one.per_channel,
            )
            for one in NYCKELTAL
        ]
    )


@router.post(
    "/api/v1/analyse",
    tags=["läsning"],
    summary="Läs och bedöm trådar",
    response_model=AnalyseAnswer | ThreadOut,
)
def analyse(body: BodyDep, pipeline: PipelineInTurnDep) -> AnalyseAnswer | ThreadOut | Response:
    """Läser trådar i utbytesformatet och svarar med vad som är bedömt. Ingenting sparas.

    Skicka `application/json` med `{"threads": […]}` eller en ensam tråd, eller
    `application/x-ndjson` med en tråd per rad; svaret har samma form. Högst 2 000 kommentarer och
    2 MB i ett anrop. Evidensens platser räknas i kodpunkter i den text som skickades.
    """
    form, threads = threads_in(body)
    answers = flow.analyse_threads(threads, pipeline)
    match form:
        case BodyForm.LINES:
            return Response("".join(f"{to_line(one)}\n" for one in answers), media_type=LINES)
        case BodyForm.THREAD:
            return answers[0]
        case BodyForm.THREADS:
            return AnalyseAnswer(threads=answers)


@router.get("/api/v1/api-info", tags=["drift"], summary="Om API:et")
def get_api_info(request: Request) -> ApiInfo:
    """API:ets namn, version och status enligt Diggs REST API-profil."""
    return ApiInfo(
        api_name="lyssnad",
        api_version=VERSION,
        api_released=RELEASED,
        api_documentation=f"{request.base_url}api",
        api_status="beta",
    )


@router.get("/health", tags=["drift"], summary="Är tjänsten i drift?")
def get_health(store: StoreDep, pipeline: PipelineDep) -> Health:
    """Svarar 200 när läsaren är laddad och databasen går att läsa och skriva, annars 503."""
    # Asked of the file: to try a write would stand in the way of an import, or wait for it.
    if not os.access(store.path, os.W_OK):
        raise StoreError(
            f"Databasen {store.path} går inte att skriva i. Ge tjänstens användare rätt till filen."
        )
    return Health(status="ok", fingerprint=pipeline.fingerprint, database="writable")


def _question(asked: FigureChoice) -> Question:
    return Question(
        period=None if asked.period is None else parse_period(asked.period),
        granularity=asked.granularity,
        group_by=tuple(dict.fromkeys(asked.group_by)),
        account=asked.account,
        channel=asked.channel,
        nyckeltal=tuple(asked.nyckeltal),
        goal=asked.goal,
        compare=asked.compare,
    )


def _tag(answer: Answer, asked: FigureChoice) -> str:
    """An ETag that stands as long as the figures do.

    Weak: when they were counted is another moment each time, and says nothing new.
    """
    told = hashlib.sha256(asked.model_dump_json().encode())
    told.update(f"{VERSION} {answer.fingerprint} {answer.period.label}".encode())
    for figure in answer.figures:
        told.update(repr(figure).encode())
    return f'W/"{told.hexdigest()[:32]}"'


def _is_known(request: Request, tag: str) -> bool:
    """Whether the one who asks has the same already (RFC 9110, 13.1.2: compared as weak)."""
    given = request.headers.get("if-none-match", "")
    bare = tag.removeprefix("W/")
    return given.strip() == "*" or bare in {
        one.strip().removeprefix("W/") for one in given.split(",")
    }


def _page(answer: Answer, *, limit: int, page: int) -> FigureAnswer:
    start = (page - 1) * limit
    return FigureAnswer(
        nyckeltal=[
            FigureRecord.model_validate(table.record(figure, as_of=answer.as_of))
            for figure in answer.figures[start : start + limit]
        ],
        period=answer.period.label,
        as_of=table.timestamp(answer.as_of),
        fingerprint=answer.fingerprint,
        total=len(answer.figures),
        page=page,
        limit=limit,
    )
