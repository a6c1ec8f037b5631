"""Builds the list of threads."""

from __future__ import annotations

from datetime import datetime

from nlp.vocabulary import Channel
from service.store import Store
from service.store.derailing import Derailing, derailing_threads
from service.store.listing import ListedPost, known_groups, list_posts
from service.swedish import format_number
from service.web.choosing import group_choices, paged
from service.web.views import ListedThread, Site, ThreadsPage, Warned
from service.web.words import CHANNEL_TITLES


def threads_page(
    store: Store,
    *,
    site: Site,
    fingerprint: str,
    account: str | None,
    channel: str | None,
    page: int,
    now: datetime,
) -> ThreadsPage:
    """Lay out one page of the list."""
    posts = list_posts(store, fingerprint=fingerprint, account=account, channel=channel)
    shown, paging = paged(posts, page, account=account, channel=channel)
    warned = derailing_threads(
        store, fingerprint=fingerprint, now=now, account=account, channel=channel
    )
    return ThreadsPage(
        site=site,
        warned=[_warned(one) for one in warned] if page == 1 else [],
        choices=group_choices(store, account=account, channel=channel),
        items=[_listed(post) for post in shown],
        paging=paging,
        is_empty=not any(known_groups(store)),
    )


def _warned(one: Derailing) -> Warned:
    return Warned(
        post_id=one.post_id,
        account=one.account,
        channel=CHANNEL_TITLES[Channel(one.channel)],
        text=one.text,
        reason=f"{one.uncivil} av de {one.latest} senaste kommentarerna är ohövliga.",
        last=one.last,
    )


def _listed(post: ListedPost) -> ListedThread:
    index = post.discussion_index
    return ListedThread(
        post_id=post.post_id,
        account=post.account,
        channel=CHANNEL_TITLES[Channel(post.channel)],
        published=post.published,
        text=post.text,
        comments=post.comments,
        replies=post.replies,
        index=None if index is None else format_number(index, decimals=0),
    )
