"""Names of a post: its id, its id without the page, and what its link calls it.

The same post is `101_900` to Graph API, `900` in a comment's id and `/posts/900` in a link.
No link is ever followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit

from nlp.vocabulary import Channel

_PAGE_AND_POST: Final = re.compile(r"(\d+)_(\d+)", re.ASCII)
_FACEBOOK_KINDS: Final = frozenset({"posts", "videos", "photos", "reel", "permalink"})
_HOSTS: Final = (
    ("facebook.com", Channel.FACEBOOK),
    ("fb.watch", Channel.FACEBOOK),
    ("instagram.com", Channel.INSTAGRAM),
    ("youtube.com", Channel.YOUTUBE),
    ("youtu.be", Channel.YOUTUBE),
    ("linkedin.com", Channel.LINKEDIN),
    ("tiktok.com", Channel.TIKTOK),
    ("twitter.com", Channel.X),
    ("x.com", Channel.X),
)
_IDS_IN_PATHS: Final = {
    Channel.INSTAGRAM: re.compile(r"/(?:p|reels?|tv)/([\w-]+)", re.ASCII),
    Channel.YOUTUBE: re.compile(r"/(?:shorts|live|embed)/([\w-]+)", re.ASCII),
    Channel.LINKEDIN: re.compile(r"(?:activity|share|ugcPost)[:-](\d+)", re.ASCII),
    Channel.TIKTOK: re.compile(r"/(?:video|photo)/(\d+)", re.ASCII),
    Channel.X: re.compile(r"/status/(\d+)", re.ASCII),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PostLink:
    """What a link to a post or to a comment under it says."""

    channel: Channel
    post_id: str
    """As the link has it, without the page."""
    page_id: str | None = None
    comment_id: str | None = None
    """The top-level comment, without the post."""
    reply_id: str | None = None

    @property
    def full_id(self) -> str:
        """The post's id with its page where the link names one."""
        return f"{self.page_id}_{self.post_id}" if self.page_id else self.post_id


def page_and_post(identifier: str) -> tuple[str | None, str]:
    """The two halves of Facebook's 101_900; (None, id) for any other id."""
    found = _PAGE_AND_POST.fullmatch(identifier)
    return (found[1], found[2]) if found else (None, identifier)


def aliases_of(identifier: str, *others: str | None) -> tuple[str, ...]:
    """Every other name of a post, each once."""
    _, short = page_and_post(identifier)
    names: Iterable[str | None] = (short, *others)
    return tuple(dict.fromkeys(name for name in names if name and name != identifier))


def link_alias(permalink: str | None) -> str | None:
    """The name that a permalink has for its post."""
    link = None if permalink is None else read_link(permalink)
    return None if link is None else link.post_id


def safe_link(url: str | None) -> str | None:
    """A link that can be shown; None for other schemes and for one that carries a key."""
    if not url or "access_token" in url.casefold():
        return None
    parts = _split(url)
    return url.strip() if parts is not None and parts.hostname else None


def read_link(url: str) -> PostLink | None:
    """The post that a link leads to; None when the link does not say."""
    parts = _split(url)
    if parts is None:
        return None
    host = parts.hostname or ""
    channel = next((of for name, of in _HOSTS if host == name or host.endswith("." + name)), None)
    if channel is None:
        return None
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    if channel is Channel.FACEBOOK:
        return _facebook(parts.path, query)
    if channel is Channel.YOUTUBE and (video := query.get("v")):
        return PostLink(channel=channel, post_id=video)
    if host.endswith("youtu.be"):
        return PostLink(channel=channel, post_id=parts.path.strip("/")) if parts.path[1:] else None
    found = _IDS_IN_PATHS[channel].search(parts.path)
    return PostLink(channel=channel, post_id=found[1]) if found else None


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        return parts if parts.scheme in ("http", "https") else None
    except ValueError:  # such as an unclosed [ in the host
        return None


def _facebook(path: str, query: dict[str, str]) -> PostLink | None:
    segments = [segment for segment in path.split("/") if segment]
    page_id = query.get("id")
    post_id = query.get("story_fbid") or query.get("fbid") or query.get("v")
    if post_id is None and segments:
        last = segments[-1]
        whole = _PAGE_AND_POST.fullmatch(last)
        if whole:
            page_id, post_id = whole[1], whole[2]
        elif _FACEBOOK_KINDS.intersection(segments[:-1]) and _is_post_name(last):
            post_id = last
            page_id = segments[0] if segments[0].isdecimal() and len(segments) > 2 else None
    if not post_id:
        return None
    return PostLink(
        channel=Channel.FACEBOOK,
        post_id=post_id,
        page_id=page_id,
        comment_id=query.get("comment_id"),
        reply_id=query.get("reply_comment_id"),
    )


def _is_post_name(segment: str) -> bool:
    return segment.isdecimal() or segment.startswith("pfbid")
