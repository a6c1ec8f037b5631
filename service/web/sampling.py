"""Pages where people read comments drawn by lot, so that shares can be put right by them.

What the reader decided is not shown: who has seen it would agree with it too often.
"""

from __future__ import annotations

import re
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from nlp.reviews import Review
from nlp.vocabulary import Label
from service import flow
from service.errors import BadRequest, NotFound
from service.nyckeltal.definitions import CORRECTED_LABELS, LARGEST_LOT, USUAL_LOT
from service.nyckeltal.reviewed import FEWEST_REVIEWS
from service.period import Period, parse_period
from service.store import Store
from service.store.draws import StoredLot, load_lots, load_waiting
from service.store.listing import known_groups
from service.swedish import STOCKHOLM
from service.web.dependencies import PipelineDep, PipelineInTurnDep, SettingsDep, StoreDep
from service.web.problems import RequestRefused
from service.web.rendering import page
from service.web.views import Choice, Choices, LotLine, LotPage, LotsPage, Site, site_of
from service.web.words import LABEL_WORDS

AT_A_TIME: Final = 10
"""Comments on a page: what one reads without looking up."""

LARGEST_ID: Final = 2**63 - 1
ANSWERS: Final = {"ja": True, "nej": False}
_SAID: Final = re.compile(r"said\.(?P<comment>[0-9]{1,18})")
"""The name of each question."""

router = APIRouter(include_in_schema=False)


async def _fields(request: Request) -> dict[str, str]:
    try:
        return dict(parse_qsl((await request.body()).decode("utf-8"), max_num_fields=100))
    except ValueError:
        raise RequestRefused(400) from None


FieldsDep = Annotated[dict[str, str], Depends(_fields)]
SiteDep = Annotated[Site, Depends(site_of)]
LotNumber = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.get("/granska")
def show_lots(site: SiteDep, store: StoreDep, settings: SettingsDep) -> HTMLResponse:
    """What is drawn, and the form to draw more."""
    month = settings.clock().astimezone(STOCKHOLM)
    accounts = [Choice(value="", title="Alla konton", chosen=True)]
    accounts += [Choice(value=one, title=one, chosen=False) for one in known_groups(store)[0]]
    labels = [
        Choice(value=one.value, title=LABEL_WORDS[one].title, chosen=False)
        for one in CORRECTED_LABELS
    ]
    view = LotsPage(
        site=site,
        boxes=[
            Choices(name="label", title="Andel", groups=[(None, labels)]),
            Choices(name="account", title="Konto", groups=[(None, accounts)]),
        ],
        period=f"{month:%Y}",
        size=USUAL_LOT,
        needed=FEWEST_REVIEWS,
        lots=[_line(one) for one in load_lots(store)],
    )
    return page("lots.html", view)


@router.post("/granska")
def draw(
    fields: FieldsDep, store: StoreDep, pipeline: PipelineDep, settings: SettingsDep
) -> RedirectResponse:
    """Draw, and show the first comments."""
    label, size = fields.get("label", ""), fields.get("size", "")
    if label not in CORRECTED_LABELS:
        raise BadRequest("Välj vilken andel det gäller.", parameter="label")
    if not (size.isascii() and size.isdigit() and len(size) <= len(str(LARGEST_LOT))):
        raise BadRequest(f"Skriv ett antal från 1 till {LARGEST_LOT}.", parameter="size")
    lot = flow.draw(
        store,
        Label(label),
        parse_period(fields.get("period", "")),
        account=fields.get("account") or None,
        wanted=int(size),
        pipeline=pipeline,
        settings=settings,
    )
    return RedirectResponse(f"/granska/{lot.number}", status_code=303)


@router.get("/granska/{number}")
def show_lot(number: LotNumber, site: SiteDep, store: StoreDep) -> HTMLResponse:
    """The next comments of a lot."""
    lot = _lot(store, number)
    words = LABEL_WORDS[lot.label]
    view = LotPage(
        site=site,
        lot=_line(lot),
        question=f"{words.title}?",
        meaning=words.meaning,
        comments=load_waiting(store, lot, at_most=AT_A_TIME),
    )
    return page("lot.html", view)


@router.post("/granska/{number}")
def save(
    number: LotNumber,
    fields: FieldsDep,
    store: StoreDep,
    pipeline: PipelineInTurnDep,
    settings: SettingsDep,
) -> RedirectResponse:
    """Keep what was said of the comments of a page, all or none, and show the next."""
    lot = _lot(store, number)
    asked = (_SAID.fullmatch(name) for name in fields)
    said = {
        int(found["comment"]): Review(labels={lot.label: ANSWERS[fields[found[0]]]})
        for found in asked
        if found is not None and fields[found[0]] in ANSWERS
    }
    if not said:
        raise BadRequest("Svara ja eller nej om minst en av kommentarerna. Inget är sparat.")
    flow.review_several(
        store,
        said,
        reviewer=fields.get("reviewer", "")[:100],
        pipeline=pipeline,
        settings=settings,
    )
    return RedirectResponse(f"/granska/{number}", status_code=303)


def _lot(store: Store, number: int) -> StoredLot:
    for one in load_lots(store):
        if one.number == number:
            return one
    raise NotFound(f"Det finns ingen lottning med nummer {number}.")


def _line(lot: StoredLot) -> LotLine:
    period = Period(lot.start.astimezone(STOCKHOLM).date(), lot.end.astimezone(STOCKHOLM).date())
    whose = lot.account or "alla konton"
    return LotLine(
        number=lot.number,
        title=f"{LABEL_WORDS[lot.label].title}, {period.title}, {whose}",
        drawn=lot.drawn,
        read=lot.read,
        missing=max(0, FEWEST_REVIEWS - lot.read),
    )
