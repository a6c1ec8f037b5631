"""The select boxes and page numbers that several pages share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

from nlp.vocabulary import Channel
from service.store import Store
from service.store.listing import known_groups
from service.web.rendering import query_string
from service.web.views import Choice, Choices, Paging
from service.web.words import CHANNEL_TITLES

ITEMS_ON_A_PAGE: Final = 25

Item = TypeVar("Item")


def group_choices(store: Store, *, account: str | None, channel: str | None) -> list[Choices]:
    """Select boxes for the account and the channel; none where there is nothing to choose."""
    accounts, channels = known_groups(store)
    titles = {name: CHANNEL_TITLES[Channel(name)] for name in channels}
    return [
        _choices("account", "Konto", "Alla konton", {name: name for name in accounts}, account),
        _choices("channel", "Kanal", "Alla kanaler", titles, channel),
    ]


def group_in_words(*, account: str | None, channel: str | None) -> str:
    """Which accounts and channels a page is about."""
    where = "alla kanaler" if channel is None else CHANNEL_TITLES[Channel(channel)]
    return f"{account or 'alla konton'}, {where}"


def paged(
    items: Sequence[Item],
    page: int,
    *,
    size: int = ITEMS_ON_A_PAGE,
    **parameters: str | bool | None,
) -> tuple[Sequence[Item], Paging]:
    """Take one page of a list, and tell how to reach its neighbours.

    Args:
        items: The whole list.
        page: Counted from 1; one past the last is empty.
        size: Items on a page.
        parameters: What the other pages' addresses must carry too.
    """
    start = (page - 1) * size
    shown = items[start : start + size]
    pages = max(1, -(-len(items) // size))
    return shown, Paging(
        page=page,
        pages=pages,
        total=len(items),
        first=start + 1 if shown else 0,
        last=start + len(shown),
        previous=query_string(**parameters, page=min(page - 1, pages)) if page > 1 else None,
        next=query_string(**parameters, page=page + 1) if page < pages else None,
    )


def _choices(
    name: str, title: str, everything: str, titles: dict[str, str], chosen: str | None
) -> Choices:
    every = Choice(value="", title=everything, chosen=chosen is None)
    return Choices(
        name=name,
        title=title,
        groups=[
            (
                None,
                [
                    every,
                    *(
                        Choice(value=value, title=shown, chosen=value == chosen)
                        for value, shown in titles.items()
                    ),
                ],
            )
        ],
    )
