"""The shapes that Meta Graph API answers in: a page of objects, one object, objects by id.

The links to other pages carry the key that fetched them; of a link only the id and the edge in
its path are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from nlp.vocabulary import Channel
from service.sources import json_values
from service.sources.fields import FieldUnreadable, Identifier, Payload
from service.sources.file import SourceFile
from service.sources.probe import Probe, probe

_LEVELS: Final = ("item.data.item", "*.data.item", "data.item", "item", "*", "")
"""Where the objects may lie, as paths of a Probe; the first that is there."""
_EDGE: Final = re.compile(
    r"graph\.(?:facebook|instagram)\.com\\?/v[\d.]+\\?/([\d_]+)\\?/([a-z_]+)\?", re.ASCII
)

_COMMENT_KEYS: Final = frozenset(
    {
        "attachment",
        "can_hide",
        "can_remove",
        "can_reply_privately",
        "comment_count",
        "from",
        "is_private",
        "like_count",
        "object",
        "parent",
        "user_likes",
        "username",
        "parent_id",
        "media",
        "hidden",
    }
)
"""Keys of comments that posts lack, or that a post has only beside a key of POST_KEYS."""
_POST_KEYS: Final = frozenset(
    {
        "attachments",
        "caption",
        "comments_count",
        "full_picture",
        "is_published",
        "media_product_type",
        "media_type",
        "reactions",
        "shares",
        "shortcode",
        "status_type",
        "story",
        "updated_time",
    }
)
_COMMENT_EDGES: Final = frozenset({"comments", "replies"})
_POST_EDGES: Final = frozenset({"posts", "feed", "published_posts", "visitor_posts", "media"})


class Person(Payload):
    """Whoever wrote something; the name is called username on Instagram."""

    id: Identifier | None = None
    name: str | None = None
    username: str | None = None


class Reference(Payload):
    """Another object, by id."""

    id: Identifier


@dataclass(frozen=True, slots=True)
class Page:
    """Whose comments or posts a page of answers holds, from its links to other pages."""

    object_id: str
    edge: str


@dataclass(frozen=True, slots=True)
class Member:
    """One object of a file and where it stood."""

    path: str
    value: object = field(repr=False)
    page: Page | None

    def mapping(self) -> Mapping[str, object]:
        """The object as a mapping; FieldUnreadable for anything else."""
        if not isinstance(self.value, dict):
            raise FieldUnreadable(self.path, "ska vara ett JSON-objekt")
        return self.value


def members(file: SourceFile) -> Iterator[Member]:
    """Every object of a file, whichever shape it has."""
    roots = json_values.check(file)
    keys = probe(file).keys
    if roots == 1 and "data.item" in keys:
        page = next((_page(paging) for paging in json_values.values(file, "paging")), None)
        for index, value in enumerate(json_values.values(file, "data.item")):
            yield Member(f"data[{index}]", value, page)
    elif roots == 1 and "*" in keys.get("", ()):
        for key, value in json_values.pairs(file):
            yield from _expanded(key, value)
    elif roots == 1 and "item" in keys:
        for index, value in enumerate(json_values.values(file, "item")):
            yield from _expanded(f"[{index}]", value)
    else:
        for index, value in enumerate(json_values.values(file, "")):
            yield from _expanded("" if roots == 1 else f"[{index}]", value)


def member_keys(found: Probe) -> tuple[str, frozenset[str]]:
    """Where the objects of a file lie, and their keys."""
    for level in _LEVELS:
        if level in found.keys:
            return level, found.keys[level]
    return "", frozenset()


def holds_comments(found: Probe) -> bool | None:
    """True for comments, False for posts, None when the objects could be either or neither.

    A comment taken for a post would keep a person's text as the organisation's, so what
    remains unclear is not guessed.
    """
    level, keys = member_keys(found)
    if keys & _POST_KEYS and "id" in keys:
        return False
    if not keys & {"created_time", "timestamp"}:
        return None
    edge = _EDGE.search(found.tail)
    if edge is not None and edge[2] in _COMMENT_EDGES | _POST_EDGES:
        return edge[2] in _COMMENT_EDGES
    if keys & {"permalink_url", "permalink"}:
        return "comment_id=" in found.tail
    if keys & _COMMENT_KEYS or {"timestamp", "text"} <= keys:
        return True
    # Nobody fetches one bare comment; one bare post is what the documentation shows first.
    return False if level == "" and {"id", "created_time"} <= keys else None


def is_unclear(found: Probe) -> bool:
    """Whether a file holds posts or comments of Facebook without a sign of which."""
    return holds_comments(found) is None and {"id", "created_time"} <= member_keys(found)[1]


def channel_of(value: Mapping[str, object]) -> Channel:
    """Instagram calls the time of a post or comment timestamp, Facebook created_time."""
    return Channel.INSTAGRAM if "timestamp" in value else Channel.FACEBOOK


def nested_members(member: Member, key: str) -> Iterator[Member]:
    """The objects of a page that lies inside an object, such as the replies to a comment."""
    inner = member.value.get(key) if isinstance(member.value, dict) else None
    if isinstance(inner, dict) and isinstance(items := inner.get("data"), list):
        for index, value in enumerate(items):
            yield Member(f"{member.path}.{key}.data[{index}]".lstrip("."), value, member.page)


def _expanded(path: str, value: object) -> Iterator[Member]:
    if isinstance(value, dict) and isinstance(inner := value.get("data"), list):
        page = _page(value.get("paging"))
        for index, item in enumerate(inner):
            yield Member(f"{path}.data[{index}]".lstrip("."), item, page)
    else:
        yield Member(path, value, None)


def _page(paging: object) -> Page | None:
    if isinstance(paging, dict):
        for direction in ("next", "previous"):
            found = _EDGE.search(str(paging.get(direction)))
            if found:
                return Page(found[1], found[2])
    return None
