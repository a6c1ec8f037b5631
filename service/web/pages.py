"""The Swedish pages: take what the address says, lay it out, fill the template."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse

from nlp.vocabulary import Channel, Label
from service.counting import Question
from service.errors import BadRequest
from service.period import parse_period
from service.store.listing import known_groups
from service.web.catalogue import api_page, definition_page, definitions_page
from service.web.dependencies import PipelineDep, SettingsDep, StoreDep
from service.web.lifting import lifting_page
from service.web.listing import threads_page
from service.web.overview import overview
from service.web.queue import Wish, queue_page
from service.web.rendering import page
from service.web.thread import thread_page
from service.web.views import Site, site_of

LARGEST_ID: Final = 2**63 - 1  # what SQLite can hold
LAST_PAGE: Final = 1_000_000

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

SiteDep = Annotated[Site, Depends(site_of)]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=LAST_PAGE)]


def _account(store: StoreDep, account: Annotated[str, Query(max_length=200)] = "") -> str | None:
    """A box where nothing is chosen sends an empty text; in an empty store all are as good."""
    known, _ = known_groups(store)
    if account and known and account not in known:
        raise BadRequest(
            "Det finns inget konto med det namnet. Välj ett i listan.", parameter="account"
        )
    return account or None


def _channel(store: StoreDep, channel: Annotated[str, Query()] = "") -> str | None:
    _, known = known_groups(store)
    if channel and channel not in (known or tuple(Channel)):
        raise BadRequest("Kanalen finns inte. Välj en i listan.", parameter="channel")
    return channel or None


def _label(label: Annotated[str, Query()] = "") -> Label | None:
    if label and label not in tuple(Label):
        raise BadRequest("Slaget finns inte. Välj ett i listan.", parameter="label")
    return Label(label) if label else None


AccountDep = Annotated[str | None, Depends(_account)]
ChannelDep = Annotated[str | None, Depends(_channel)]
LabelDep = Annotated[Label | None, Depends(_label)]


def _question(
    account: AccountDep,
    channel: ChannelDep,
    period: Annotated[str, Query()] = "",
    first: Annotated[str, Query(alias="from")] = "",
    last: Annotated[str, Query(alias="to")] = "",
) -> Question:
    """A day of one's own goes before the list, which always has something chosen."""
    asked = f"{first or last}/{last or first}" if first or last else period
    return Question(period=parse_period(asked) if asked else None, account=account, channel=channel)


def _wish(
    account: AccountDep,
    channel: ChannelDep,
    label: LabelDep,
    unsure: Annotated[bool, Query()] = False,
    number: PageNumber = 1,
) -> Wish:
    return Wish(account=account, channel=channel, label=label, unsure=unsure, page=number)


@router.get("/")
def show_overview(
    question: Annotated[Question, Depends(_question)],
    site: SiteDep,
    store: StoreDep,
    pipeline: PipelineDep,
    settings: SettingsDep,
) -> HTMLResponse:
    """The nyckeltal by the four goals."""
    view = overview(store, question, site=site, pipeline=pipeline, settings=settings)
    return page("overview.html", view)


@router.get("/ko")
def show_queue(
    wish: Annotated[Wish, Depends(_wish)],
    site: SiteDep,
    store: StoreDep,
    pipeline: PipelineDep,
    settings: SettingsDep,
) -> HTMLResponse:
    """What needs an answer."""
    view = queue_page(store, wish, site=site, fingerprint=pipeline.fingerprint, settings=settings)
    return page("queue.html", view)


@router.get("/lyfta")
def show_worth_lifting(
    account: AccountDep,
    channel: ChannelDep,
    site: SiteDep,
    store: StoreDep,
    pipeline: PipelineDep,
    settings: SettingsDep,
    number: PageNumber = 1,
) -> HTMLResponse:
    """What others might like to see."""
    view = lifting_page(
        store,
        account=account,
        channel=channel,
        page=number,
        site=site,
        fingerprint=pipeline.fingerprint,
        settings=settings,
    )
    return page("lifting.html", view)


@router.get("/tradar")
def show_threads(
    account: AccountDep,
    channel: ChannelDep,
    site: SiteDep,
    store: StoreDep,
    pipeline: PipelineDep,
    settings: SettingsDep,
    number: PageNumber = 1,
) -> HTMLResponse:
    """Every post."""
    view = threads_page(
        store,
        site=site,
        fingerprint=pipeline.fingerprint,
        account=account,
        channel=channel,
        page=number,
        now=settings.clock(),
    )
    return page("threads.html", view)


@router.get("/trad/{post_id}")
def show_thread(
    post_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    site: SiteDep,
    store: StoreDep,
    pipeline: PipelineDep,
    number: PageNumber = 1,
    comment: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
) -> HTMLResponse:
    """One post and what is written under it."""
    view = thread_page(
        store,
        post_id,
        site=site,
        fingerprint=pipeline.fingerprint,
        page=number,
        comment_id=comment,
    )
    return page("thread.html", view)


@router.get("/nyckeltal")
def show_definitions(site: SiteDep) -> HTMLResponse:
    """Every nyckeltal and what it means."""
    return page("definitions.html", definitions_page(site))


@router.get("/nyckeltal/{name}")
def show_definition(name: str, site: SiteDep) -> HTMLResponse:
    """One nyckeltal and what it means."""
    return page("definition.html", definition_page(name, site=site))


@router.get("/api")
def show_api(request: Request, site: SiteDep) -> HTMLResponse:
    """The operations of the API."""
    return page("api.html", api_page(request.app.openapi(), site=site))
