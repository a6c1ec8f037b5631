"""Builds the page of comments worth lifting, beside the queue of what needs an answer."""

from __future__ import annotations

from nlp.vocabulary import Channel
from service.settings import Settings
from service.store import Store
from service.store.lifting import WorthLifting, worth_lifting
from service.store.listing import count_comments, known_groups
from service.web.choosing import group_choices, paged
from service.web.judged import pills
from service.web.marking import passages
from service.web.views import LiftingItem, LiftingPage, Site
from service.web.words import CHANNEL_TITLES, LABEL_WORDS, listed


def lifting_page(
    store: Store,
    *,
    account: str | None,
    channel: str | None,
    page: int,
    site: Site,
    fingerprint: str,
    settings: Settings,
) -> LiftingPage:
    """Lay out one page of them."""
    found = worth_lifting(
        store, fingerprint=fingerprint, now=settings.clock(), account=account, channel=channel
    )
    shown, paging = paged(found, page, account=account, channel=channel)
    _, unread = count_comments(store, fingerprint=fingerprint, account=account, channel=channel)
    return LiftingPage(
        site=site,
        choices=group_choices(store, account=account, channel=channel),
        items=[_item(one) for one in shown],
        paging=paging,
        is_empty=not any(known_groups(store)),
        unread=unread,
    )


def _item(one: WorthLifting) -> LiftingItem:
    does = listed([LABEL_WORDS[label].does for label in one.labels])
    return LiftingItem(
        comment_id=one.comment_id,
        post_id=one.post_id,
        account=one.account,
        channel=CHANNEL_TITLES[Channel(one.channel)],
        created=one.created,
        reason=f"Den {does}, är hövlig och säger varför.",
        pills=pills(one.labels, (), among=one.labels),
        passages=passages(one.text, one.evidence),
        post_text=one.post_text,
    )
