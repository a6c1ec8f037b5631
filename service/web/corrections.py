"""Takes people's word on replies, answers and discussions, from programs and from the pages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from textwrap import shorten
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nlp.reviews import AnswerReview, ReplyReview
from nlp.threads import MOST_BESIDE
from nlp.vocabulary import (
    AnswerScore,
    CommentId,
    DiscussionScore,
    FollowUp,
    MatterScore,
    Rated,
    ReplyScore,
)
from service import flow
from service.errors import NotFound
from service.store import Store
from service.store.answers import load_answers
from service.store.readings import load_reply_scores
from service.store.scores import Reaction, load_discussion, load_follow_ups, load_links
from service.store.threads import load_thread
from service.store.verdicts import (
    ACKNOWLEDGEMENT,
    FOLLOW_UP,
    MATTER,
    Subject,
    find_judged,
    load_words,
    shown_of,
)
from service.web.dependencies import PipelineDep, PipelineInTurnDep, SettingsDep, StoreDep
from service.web.problems import RequestRefused, invalid_parameters
from service.web.rendering import page
from service.web.views import Choice, Choices, CorrectionPage, SaidWord, Site, site_of
from service.web.words import (
    ASPECT_TITLES,
    DISCUSSION_DIMENSIONS,
    FOLLOW_UP_TITLES,
    GRADE_TITLES,
    MATTER_TITLES,
    REPLY_DIMENSIONS,
    SUBJECT_TITLES,
)

TAKEN_BACK: Final = "-"
"""What a select box sends where what was said is to be taken back."""

SAID: Final = "said."
"""Begins the name of each select box; the rest of the name is the aspect."""

LARGEST_ID: Final = 2**63 - 1

api_router = APIRouter()
page_router = APIRouter(include_in_schema=False)


class CorrectionIn(BaseModel):
    """One person's word on what was judged of a thread."""

    model_config = ConfigDict(extra="forbid")

    subject: Subject = Field(
        description="Vad det gäller: ett svar, hur en kommentar besvarats, ett samtal."
    )
    id: int = Field(
        ge=1,
        le=LARGEST_ID,
        description="Svarets, den besvarade kommentarens eller inläggets nummer i databasen.",
    )
    said: dict[str, int | str | bool | None] = Field(
        min_length=1,
        max_length=20,
        description=(
            "Det som ska gälla, efter namn: answers, next_step, tone, clarity (0–2) och grade "
            "(1–5); för ett svar också acknowledgement_only, för en besvarad kommentar follow_up "
            "och matter:början:slut (0–2); för ett samtal de sex delarna (0–4). null tar tillbaka "
            "det som sagts."
        ),
    )
    reviewer: str = Field(min_length=1, max_length=100, description="Vem som säger det.")
    reason: str = Field(default="", max_length=500, description="Varför.")
    shown: str | None = Field(
        default=None,
        max_length=16,
        description="Vad som lästes, så som sidan säger det; har det ändrats sparas inget.",
    )


class CorrectionAnswer(BaseModel):
    """Where what was said now counts."""

    thread: int = Field(description="Inläggets nummer i databasen; tråden är bedömd på nytt.")


@api_router.post("/api/v1/corrections", tags=["rättelser"], summary="Rätta en bedömning")
def correct(
    body: CorrectionIn, store: StoreDep, pipeline: PipelineInTurnDep, settings: SettingsDep
) -> CorrectionAnswer:
    """Sparar en människas ord om ett svar, en besvarad kommentar eller ett samtal.

    Det gäller framför maskinens bedömning i allt som visas och räknas. Ord om ett svar eller en
    besvarad kommentar gäller tills någon av texterna ändras eller ett svar tillkommer; om vad
    skribenten gjorde sedan, tills kommentaren ändras; om ett samtal, tills ordet tas tillbaka.
    Maskinens värde sparas bredvid.
    """
    post_id = flow.rate(
        store,
        body.subject,
        body.id,
        {aspect: _as_text(value) for aspect, value in body.said.items()},
        reviewer=body.reviewer,
        reason=body.reason,
        shown=body.shown,
        pipeline=pipeline,
        settings=settings,
    )
    return CorrectionAnswer(thread=post_id)


def _as_text(value: int | str | bool | None) -> str | None:
    return None if value is None else str(int(value) if isinstance(value, bool) else value)


async def _form(request: Request) -> CorrectionIn:
    """A form of the thread page; boxes where nothing was chosen say nothing."""
    try:
        fields = dict(parse_qsl((await request.body()).decode("utf-8"), max_num_fields=400))
    except ValueError:
        raise RequestRefused(400) from None
    told = {
        "subject": fields.get("subject"),
        "id": fields.get("id"),
        "said": {
            name.removeprefix(SAID): None if value == TAKEN_BACK else value
            for name, value in fields.items()
            if name.startswith(SAID)
        },
        "reviewer": fields.get("reviewer", "").strip(),
        "reason": fields.get("reason", ""),
        "shown": fields.get("shown"),
    }
    try:
        return CorrectionIn.model_validate(told)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        raise RequestRefused(422, invalid=invalid_parameters(problems, prefix=())) from None


@page_router.post("/trad/{post_id}/ratta")
def correct_on_page(
    post_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    body: Annotated[CorrectionIn, Depends(_form)],
    store: StoreDep,
    pipeline: PipelineInTurnDep,
    settings: SettingsDep,
) -> RedirectResponse:
    """Take a form of the thread page, and show the page again where the form stood."""
    # The page that it was told from may be another thread's: the word's own is shown.
    post_id = correct(body, store, pipeline, settings).thread
    place = "#samtalet" if body.subject is Subject.DISCUSSION else f"#k-{body.id}"
    asked = "" if body.subject is Subject.DISCUSSION else f"?comment={body.id}"
    return RedirectResponse(f"/trad/{post_id}{asked}{place}", status_code=303)


@page_router.get("/trad/{post_id}/ratta/{subject}/{number}", response_class=HTMLResponse)
def show_correction(
    post_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    subject: Subject,
    number: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    site: Annotated[Site, Depends(site_of)],
    store: StoreDep,
    pipeline: PipelineDep,
) -> HTMLResponse:
    """The form by which one judgement is corrected, and what has been said of it."""
    stored = load_thread(store, post_id)
    names = {ours: name for name, ours in stored.comment_ids.items()}
    asked = {"fingerprint": pipeline.fingerprint}
    boxes: Sequence[Choices] | None = None
    texts: list[tuple[str, str]] = []
    name = names.get(number, CommentId(""))
    said = {comment.id: comment.text for comment in stored.thread.comments}
    if subject is Subject.DISCUSSION:
        discussion = load_discussion(store, stored, **asked)
        if discussion is not None and number == post_id:
            boxes = _discussion_boxes(discussion)
            texts = [("Inlägget", stored.thread.post.text)]
    elif subject is Subject.REPLY:
        if (reply := load_reply_scores(store, stored, **asked).get(name)) is not None:
            link = load_links(store, stored, **asked)[name]
            texts = [(_ASKED, said[one]) for one in link.to[:MOST_BESIDE]]
            texts.append((_REPLIED, said[name]))
            review = stored.review.replies.get(name, ReplyReview())
            is_beside = set(review.of) == set(link.to[:MOST_BESIDE])
            boxes = _reply_boxes(reply, review.ratings if is_beside else (), review)
    elif (answer := load_answers(store, stored, **asked).get(name)) is not None:
        reaction = load_follow_ups(store, stored, **asked)[name]
        answered = stored.review.answers.get(name, AnswerReview())
        texts = [(_ASKED, said[name]), *((_REPLIED, said[one]) for one in answer.reply_ids)]
        boxes = _answer_boxes(answer, reaction, said[name], answered)
    if boxes is None:
        raise NotFound("Här finns ingen bedömning att rätta. Gå tillbaka till tråden.")
    return page(
        "correction.html",
        CorrectionPage(
            site=site,
            post_id=post_id,
            subject=subject.value,
            number=number,
            title=SUBJECT_TITLES[subject],
            shown=_shown(store, subject, number),
            lasts=_LASTS[subject],
            texts=texts,
            boxes=boxes,
            words=[
                SaidWord(
                    title=_aspect_title(one.aspect, said.get(name, "")),
                    value=_value_title(one.aspect, one.value),
                    reviewer=one.reviewer,
                    reason=one.reason,
                    said_at=one.reviewed_at,
                )
                for one in load_words(store, subject, number)
            ],
        ),
    )


_ASKED, _REPLIED = "Kommentaren", "Svaret"


_LASTS: Final = {
    Subject.REPLY: "Det gäller tills någon av texterna ändras, svaret kopplas till en annan "
    "kommentar eller någon tar tillbaka det.",
    Subject.ANSWER: "Det gäller tills någon av texterna ändras, ett svar tillkommer eller någon "
    "tar tillbaka det; vad som hände sedan tills kommentaren ändras.",
    Subject.DISCUSSION: "Det gäller tills någon tar tillbaka det, också när det kommer fler "
    "kommentarer.",
}


def _aspect_title(aspect: str, text: str) -> str:
    if aspect in DISCUSSION_DIMENSIONS:
        return DISCUSSION_DIMENSIONS[aspect][0]
    if aspect in REPLY_DIMENSIONS:
        return REPLY_DIMENSIONS[aspect].title
    if aspect.startswith(MATTER):
        _, start, end = aspect.split(":")
        return f"{ASPECT_TITLES[MATTER]} ”{_in_short(text[int(start) : int(end)])}”"
    return ASPECT_TITLES[aspect]


def _value_title(aspect: str, value: str | None) -> str:
    if value is None:
        return "taget tillbaka"
    if aspect == FOLLOW_UP:
        return FOLLOW_UP_TITLES[FollowUp(value)]
    if aspect == ACKNOWLEDGEMENT:
        return _YES_NO[value]
    return _LEVELS[value] if aspect.startswith(MATTER) else value


def _shown(store: Store, subject: Subject, number: int) -> str:
    with store.guarded():
        found = find_judged(store, subject, number)
        return "" if found is None else shown_of(store, found)


def _reply_boxes(score: ReplyScore, rated: Collection[str], review: ReplyReview) -> list[Choices]:
    return [
        *_ratings(score, rated),
        _box(
            ACKNOWLEDGEMENT,
            ASPECT_TITLES[ACKNOWLEDGEMENT],
            _YES_NO,
            str(int(score.acknowledgement_only)),
            is_said=review.acknowledgement_only is not None,
        ),
    ]


def _answer_boxes(
    score: AnswerScore, reaction: Reaction, text: str, review: AnswerReview
) -> list[Choices]:
    rated = review.ratings if review.of == score.reply_ids else ()
    boxes = [
        _box(
            f"{MATTER}:{one.start}:{one.end}",
            _matter_title(one, text),
            _LEVELS,
            str(one.level),
            is_said=one.machine is not None,
        )
        for one in score.matters
    ]
    boxes.append(
        _box(
            FOLLOW_UP,
            ASPECT_TITLES[FOLLOW_UP],
            {each.value: title for each, title in FOLLOW_UP_TITLES.items()},
            reaction.follow_up.value,
            is_said=review.follow_up is not None,
        )
    )
    return [*boxes, *_ratings(score, rated)]


def _matter_title(one: MatterScore, text: str) -> str:
    return f"{MATTER_TITLES[one.label]} ”{_in_short(text[one.start : one.end])}”"


def _in_short(words: str) -> str:
    return shorten(words, 60, placeholder=" …")


def _discussion_boxes(score: DiscussionScore) -> list[Choices]:
    return [
        _box(
            name,
            title,
            {str(points): f"{points} av 4" for points in range(5)},
            f"{round(getattr(score, name), 1):g}",
            is_said=name in score.machine,
        )
        for name, (title, _) in DISCUSSION_DIMENSIONS.items()
    ]


_YES_NO: Final = {"1": "Ja", "0": "Nej"}
_LEVELS: Final = {"0": "Obesvarad", "1": "Berörd", "2": "Besvarad"}


def _ratings(score: Rated, said: Collection[str]) -> Iterator[Choices]:
    for name, words in REPLY_DIMENSIONS.items():
        yield _box(
            name,
            words.title,
            {str(points): f"{points}: {meaning}" for points, meaning in enumerate(words.points)},
            str(getattr(score, name)),
            is_said=name in said,
        )
    yield _box(
        "grade",
        ASPECT_TITLES["grade"],
        GRADE_TITLES,
        f"{score.grade:g}",
        is_said="grade" in said,
    )


def _box(
    aspect: str, title: str, options: Mapping[str, str], counts: str, *, is_said: bool
) -> Choices:
    """A select box where nothing is chosen until somebody chooses."""
    now = options.get(counts, counts.replace(".", ","))
    choices = [Choice(value="", title=f"{now} (som det är)", chosen=True)]
    choices += [
        Choice(value=value, title=words, chosen=False)
        for value, words in options.items()
        if is_said or value != counts
    ]
    if is_said:
        choices.append(Choice(value=TAKEN_BACK, title="Maskinens gäller igen", chosen=False))
    return Choices(name=f"{SAID}{aspect}", title=title, groups=[(None, choices)])
