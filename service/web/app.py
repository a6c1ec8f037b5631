"""Puts the web application together: the only wiring."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from nlp.pipeline import Pipeline
from service import flow
from service.settings import Settings
from service.web import api, corrections, pages, sampling
from service.web.guards import add_guards
from service.web.openapi import describe
from service.web.problems import add_handlers

STATIC: Final = Path(__file__).parent / "static"


def create_app(settings: Settings, *, pipeline: Pipeline | None = None) -> FastAPI:
    """Make the application.

    Args:
        settings: Of this installation.
        pipeline: Already built; else it is built when the application starts.

    Raises:
        SettingsError: At the start of the application, when models or rules are missing.
        StoreError: At the start, when the database cannot be used.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.pipeline = pipeline or flow.build_pipeline(settings)
        app.state.turn = asyncio.Lock()
        flow.open_store(settings).close()  # made here if at all: see dependencies.py
        yield

    app = FastAPI(
        lifespan=lifespan,
        docs_url=None,  # FastAPI's own pages load their scripts from another site
        redoc_url=None,
        redirect_slashes=False,
        # What people wrote must reach no collector, whatever the environment asks for.
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
    )
    app.state.settings = settings
    add_handlers(app)
    add_guards(app)
    app.include_router(api.router)
    app.include_router(corrections.api_router)
    app.include_router(pages.router)
    app.include_router(corrections.page_router)
    app.include_router(sampling.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    describe(app)
    return app
