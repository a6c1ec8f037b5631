"""What a route may ask for: the settings, the pipeline, and a store of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from fastapi import Depends, Request

from nlp.pipeline import Pipeline
from service import flow
from service.errors import StoreError
from service.settings import Settings
from service.store import Store


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _pipeline(request: Request) -> Pipeline:
    pipeline: Pipeline = request.app.state.pipeline
    return pipeline


async def _pipeline_in_turn(request: Request) -> AsyncIterator[Pipeline]:
    """One request at a time: a reader already uses every core, and spaCy's vocabulary grows.

    Waited for on the event loop: those who wait must not use up the threads that pages need.
    """
    async with request.app.state.turn:
        yield _pipeline(request)


def _store(request: Request) -> Iterator[Store]:
    settings = _settings(request)
    # Opening makes what is missing, but a folder that goes missing while the service runs was
    # moved: an empty one in its place would show that nobody waits for an answer.
    if not settings.database.exists():
        raise StoreError(
            f"Databasen {settings.database} fanns när tjänsten startade men finns inte längre. "
            "Lägg tillbaka mappen, eller starta om tjänsten med rätt --data-dir."
        )
    with flow.open_store(settings) as store:
        yield store


SettingsDep = Annotated[Settings, Depends(_settings)]
PipelineDep = Annotated[Pipeline, Depends(_pipeline)]
PipelineInTurnDep = Annotated[Pipeline, Depends(_pipeline_in_turn, scope="function")]
StoreDep = Annotated[Store, Depends(_store)]
