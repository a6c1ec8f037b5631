"""Figures of posts from Meta Graph API's insights, Facebook and Instagram.

The names change over the years; several may mean the same figure and the first is used. A name
that is not known is let be and told of once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from nlp.vocabulary import Channel, PostMetrics
from service.errors import FileRefused
from service.sources import fields, links
from service.sources.fields import Count, FieldUnreadable, Identifier, Payload
from service.sources.file import SourceFile
from service.sources.graph import Member, member_keys, members
from service.sources.probe import Probe
from service.sources.raw import ImportOptions, Place, RawPost, Record, Remark

METRIC_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "reach": ("post_total_media_view_unique", "post_impressions_unique", "reach"),
    "views": ("post_media_view", "post_impressions", "views", "impressions"),
    "clicks": ("post_clicks",),
    "link_clicks": ("post_clicks_by_type",),
    "reactions": ("post_reactions_by_type_total", "likes"),
    "comments": ("comments",),
    "shares": ("shares",),
    "saves": ("saved",),
    "follows": ("follows",),
}
"""Our figure → its names in insights, first choice first."""

_LINK_CLICKS: Final = "link clicks"
_KNOWN: Final = frozenset(name for names in METRIC_NAMES.values() for name in names)


class Value(Payload):
    """One value: a number, or numbers by kind."""

    value: Count | dict[str, Count]


class Insight(Payload):
    """One named figure of one object."""

    id: Identifier
    name: str
    period: str = "lifetime"
    values: tuple[Value, ...] = ()
    total_value: Value | None = None

    @property
    def object_id(self) -> str:
        """The post in 101_900/insights/post_clicks/lifetime."""
        return self.id.partition("/")[0]

    @property
    def is_of_account(self) -> bool:
        """Accounts have figures for a day or a month, posts for their lifetime."""
        return self.name.startswith("page_") or (
            self.period != "lifetime" and not self.name.startswith("post_")
        )


def recognises(probe: Probe) -> bool:
    """Objects with a name, an id and values."""
    keys = member_keys(probe)[1]
    return {"name", "id"} <= keys and not keys.isdisjoint({"values", "total_value"})


def records(file: SourceFile, options: ImportOptions) -> Iterator[Record]:
    """One post with its figures for each object that the file tells of."""
    figures: dict[str, dict[str, int]] = {}
    places: dict[str, Place] = {}
    unused: set[str] = set()
    for member in members(file):
        try:
            insight = _insight(member)
            if insight.is_of_account:
                raise FileRefused(
                    f"{file.name} är statistik för hela kontot per dag eller period, inte för "
                    "inlägg. Hämta statistiken för varje inlägg (/{inlägg}/insights)."
                )
            places.setdefault(insight.object_id, Place(None, member.path))
            of_post = figures.setdefault(insight.object_id, {})
            if not _take(insight, of_post):
                unused.add(insight.name)
        except FieldUnreadable as unreadable:
            yield unreadable.rejection()
    for object_id, of_post in figures.items():
        is_facebook = "_" in object_id or any(name.startswith("post_") for name in of_post)
        yield RawPost(
            place=places[object_id],
            channel=Channel.FACEBOOK if is_facebook else Channel.INSTAGRAM,
            id=object_id,
            aliases=links.aliases_of(object_id),
            account_id=links.page_and_post(object_id)[0],
            account_name=options.account,
            metrics=metrics_of(of_post),
        )
    if unused:
        yield Remark(
            place=Place(),
            text=f"Mått som inte används här: {', '.join(sorted(unused))}.",
        )


def insights_inside(inner: Iterable[Member]) -> dict[str, int]:
    """The figures that came inside a post; FieldUnreadable when one cannot be read."""
    of_post: dict[str, int] = {}
    for member in inner:
        _take(_insight(member), of_post)
    return of_post


def metrics_of(by_name: Mapping[str, int]) -> PostMetrics:
    """The figures under our names."""
    return PostMetrics(
        **{
            ours: next((by_name[name] for name in names if name in by_name), None)
            for ours, names in METRIC_NAMES.items()
        }
    )


def _insight(member: Member) -> Insight:
    return fields.validated(Insight, member.value, path=member.path)


def _take(insight: Insight, of_post: dict[str, int]) -> bool:
    """Add a figure under its own name; False when it is not one that is used."""
    value = insight.total_value or next(iter(insight.values), None)
    if insight.name not in _KNOWN or insight.period != "lifetime":
        return False
    if value is not None:
        if isinstance(value.value, int):
            of_post[insight.name] = value.value
        elif insight.name == "post_clicks_by_type":
            of_post[insight.name] = value.value.get(_LINK_CLICKS, 0)
        else:
            of_post[insight.name] = sum(value.value.values())
    return True
