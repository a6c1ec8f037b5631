"""Builds the queue: what needs a person, in the order that the page itself explains."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pandas as pd

from nlp.vocabulary import FUNCTIONS, Channel, Label
from service.nyckeltal.families import ANSWER_WINDOW
from service.settings import Settings
from service.store import Store
from service.store.listing import count_comments, known_groups
from service.store.queue import OpenComment, open_comments
from service.swedish import format_working_time
from service.web.choosing import group_choices, paged
from service.web.judged import OWN_LANGUAGE, is_left_to_a_person, pills
from service.web.marking import passages
from service.web.rendering import query_string
from service.web.views import Choice, Choices, QueueItem, QueuePage, Site
from service.web.words import CHANNEL_TITLES, LABEL_WORDS, language_name, listed, percent
from service.worktime import MINUTES_PER_WORKING_DAY, working_minutes_many

LABELS: Final = (
    *FUNCTIONS,
    Label.FAULT_REPORT,
    Label.UNCIVIL,
    Label.TOXIC,
    Label.LEGAL_REVIEW,
    Label.PERSONAL_DATA,
)
"""What tells a moderator more than that a reply is called for, which all of them have in common."""

FOR_TODAY: Final = (Label.LEGAL_REVIEW, Label.TOXIC)
"""What a person must see today, by law or by the guide."""

_TAKEN_UP: Final = (Label.QUESTION, Label.COMPLAINT, Label.SUGGESTION, Label.FAULT_REPORT)
"""What a comment may do that calls for a reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What of the queue a page shows. None means all."""

    account: str | None = None
    channel: str | None = None
    label: Label | None = None
    unsure: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Waiting:
    """A comment and how long it has waited."""

    comment: OpenComment
    minutes: int
    """Of working time."""

    @property
    def order(self) -> tuple[bool, bool, float, datetime]:
        """Sorts the most pressing first: law, toxic, need times age, and then the older."""
        return (
            Label.LEGAL_REVIEW not in self.comment.labels,
            Label.TOXIC not in self.comment.labels,
            -self.comment.needs_reply * self.minutes,
            self.comment.created,
        )


def is_unsure(comment: OpenComment) -> bool:
    """Whether it waits only because the reader leaves to a person what it calls for."""
    return not any(label in comment.labels for label in (Label.NEEDS_REPLY, *FOR_TODAY))


def waiting(
    store: Store,
    *,
    fingerprint: str,
    now: datetime,
    account: str | None = None,
    channel: str | None = None,
    label: Label | None = None,
    unsure: bool = False,
) -> list[Waiting]:
    """The queue in its order; the arguments are those of `open_comments`."""
    found = open_comments(
        store,
        fingerprint=fingerprint,
        account=account,
        channel=channel,
        label=label,
        unsure=unsure,
    )
    written = [comment for comment in found if comment.created <= now]
    created = pd.Series([comment.created for comment in written], dtype="datetime64[us, UTC]")
    minutes = working_minutes_many(created, now)
    queue = [
        Waiting(comment, int(waited)) for comment, waited in zip(written, minutes, strict=True)
    ]
    return sorted(queue, key=lambda one: one.order)


def queue_page(
    store: Store, wish: Wish, *, site: Site, fingerprint: str, settings: Settings
) -> QueuePage:
    """Lay out one page of the queue."""
    everything = waiting(
        store,
        fingerprint=fingerprint,
        now=settings.clock(),
        account=wish.account,
        channel=wish.channel,
        label=wish.label,
        unsure=True,
    )
    sure = [one for one in everything if not is_unsure(one.comment)]
    found = everything if wish.unsure else sure
    shown, paging = paged(
        found,
        wish.page,
        account=wish.account,
        channel=wish.channel,
        label=wish.label,
        unsure="1" if wish.unsure else None,
    )
    groups = group_choices(store, account=wish.account, channel=wish.channel)
    written, unread = count_comments(
        store, fingerprint=fingerprint, account=wish.account, channel=wish.channel
    )
    return QueuePage(
        site=site,
        choices=(*groups, _label_choices(wish.label)),
        unsure=wish.unsure,
        unsure_count=len(everything) - len(sure),
        unsure_query=query_string(
            account=wish.account, channel=wish.channel, label=wish.label, unsure="1"
        ),
        is_filtered=any((wish.account, wish.channel, wish.label)),
        items=[_item(one) for one in shown],
        paging=paging,
        answer_window=ANSWER_WINDOW,
        meanings=[(LABEL_WORDS[label].title, LABEL_WORDS[label].meaning) for label in LABELS],
        is_empty=not any(known_groups(store)),
        has_comments=written > 0,
        unread=unread,
    )


def _label_choices(chosen: Label | None) -> Choices:
    every = Choice(value="", title="Alla slag", chosen=chosen is None)
    labels = [
        Choice(value=label, title=LABEL_WORDS[label].title, chosen=label is chosen)
        for label in LABELS
    ]
    return Choices(name="label", title="Slag", groups=[(None, [every, *labels])])


def _item(one: Waiting) -> QueueItem:
    comment = one.comment
    is_foreign = is_left_to_a_person(comment.language, comment.labels, comment.unsure)
    other = comment.language if comment.language != OWN_LANGUAGE else None
    return QueueItem(
        comment_id=comment.comment_id,
        post_id=comment.post_id,
        account=comment.account,
        channel=CHANNEL_TITLES[Channel(comment.channel)],
        created=comment.created,
        age=_age(one.minutes),
        need=None if is_foreign else percent(comment.needs_reply),
        is_late=one.minutes > ANSWER_WINDOW * MINUTES_PER_WORKING_DAY,
        is_for_today=any(label in comment.labels for label in FOR_TODAY),
        reason=_reason(one),
        is_acknowledged=comment.acknowledged,
        pills=[] if is_foreign else pills(comment.labels, comment.unsure, among=LABELS),
        language=other,
        language_name=language_name(other),
        passages=passages(comment.text, comment.evidence),
        post_text=comment.post_text,
    )


def _age(minutes: int) -> str:
    return format_working_time(minutes / 60) if minutes else "ingen arbetstid än"


def _reason(one: Waiting) -> str:
    comment = one.comment
    if Label.LEGAL_REVIEW in comment.labels:
        return (
            "Kan vara något som måste tas bort enligt 5 § BBS-lagen. "
            "En människa ska bedöma den i dag."
        )
    if Label.TOXIC in comment.labels:
        return "Kan vara kränkande. En moderator ska se den i dag."
    if is_left_to_a_person(comment.language, comment.labels, comment.unsure):
        language = language_name(comment.language) or "ett annat språk"
        return (
            f"Skriven på {language}, som läsningen inte kan. "
            "En människa behöver avgöra om den ska ha svar."
        )
    if Label.NEEDS_REPLY not in comment.labels and any(
        label in comment.unsure for label in FOR_TODAY
    ):
        return "Läsningen är osäker på om den behöver modereras. En människa behöver titta."
    does = [LABEL_WORDS[label].does for label in _TAKEN_UP if label in comment.labels]
    if Label.NEEDS_REPLY not in comment.labels:
        told = f"Kanske {LABEL_WORDS[Label.NEEDS_REPLY].does}"
    elif does:
        told = listed(does).capitalize()
    else:
        told = LABEL_WORDS[Label.NEEDS_REPLY].does.capitalize()
    return f"{told}. Inget svar har kommit på {_age(one.minutes)}." if one.minutes else f"{told}."
