"""What a route may ask for: the settings, the pipeline, and a store of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Annotated

from fastapi import Depends, Request

from nlp.pipeline import Pipeline
from service import flow
from service.settings import Settings
from service.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The one pipeline, and whose turn it is to read with it.

    One text at a time: a reader already uses every core, and spaCy's vocabulary grows while it
    reads.
    """

    pipeline: Pipeline
    turn: Lock


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _pipeline(request: Request) -> Pipeline:
    pipeline: Pipeline = request.app.state.pipeline
    return pipeline


def _reading(request: Request) -> Reading:
    return Reading(pipeline=request.app.state.pipeline, turn=request.app.state.turn)


def _store(request: Request) -> Iterator[Store]:
    with flow.open_store(request.app.state.settings) as store:
        yield store


SettingsDep = Annotated[Settings, Depends(_settings)]
PipelineDep = Annotated[Pipeline, Depends(_pipeline)]
ReadingDep = Annotated[Reading, Depends(_reading)]
StoreDep = Annotated[Store, Depends(_store)]
