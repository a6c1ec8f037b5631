"""Posts from Meta Graph API, of Facebook and Instagram, with what was fetched inside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from nlp.vocabulary import PostMetrics
from service.sources import fields, graph_comments, graph_insights, links, times
from service.sources.fields import Count, FieldUnreadable, Identifier, Payload
from service.sources.file import SourceFile
from service.sources.graph import (
    Member,
    Person,
    channel_of,
    holds_comments,
    members,
    nested_members,
)
from service.sources.probe import Probe
from service.sources.raw import ImportOptions, Place, RawPost, Record


class Summary(Payload):
    """What an edge says of itself; the total counts also what may not be read."""

    total_count: Count | None = None


class Edge(Payload):
    """Comments or reactions of a post, as their summary."""

    summary: Summary = Summary()


class Shares(Payload):
    """How often a post was shared."""

    count: Count | None = None


class GraphPost(Payload):
    """The fields of a post that are used, by their names on both networks."""

    id: Identifier
    created_time: int | str | None = None
    timestamp: int | str | None = None
    message: str | None = None
    caption: str | None = None
    author: Annotated[Person | None, Field(alias="from")] = None
    owner: Person | None = None
    username: str | None = None
    permalink_url: str | None = None
    permalink: str | None = None
    shortcode: str | None = None
    shares: Shares = Shares()
    comments: Edge = Edge()
    reactions: Edge = Edge()
    likes: Edge = Edge()
    like_count: Count | None = None
    comments_count: Count | None = None


def recognises(probe: Probe) -> bool:
    """Objects with the keys of posts."""
    return holds_comments(probe) is False


def records(file: SourceFile, options: ImportOptions) -> Iterator[Record]:
    """Each post, then the comments that came inside it."""
    for member in members(file):
        try:
            post = _post(member, options)
        except FieldUnreadable as unreadable:
            yield unreadable.rejection()
            continue
        yield post
        yield from graph_comments.comments_under(post, member, file_name=file.name, options=options)


def _post(member: Member, options: ImportOptions) -> RawPost:
    channel = channel_of(member.mapping())
    payload = fields.validated(GraphPost, member.value, path=member.path)
    written = payload.created_time or payload.timestamp
    published = None
    if written is not None:
        zone = times.zone_named(options.timezone)
        published = fields.moment(written, f"{member.path}.created_time", zone=zone)
    account = payload.author or payload.owner or Person()
    page = links.page_and_post(payload.id)[0]
    # A visitor's post on the page: neither an account of ours nor a text of ours to keep.
    is_visitor = bool(page and account.id and account.id != page)
    if is_visitor:
        account = Person(id=page)
    permalink = links.safe_link(payload.permalink_url or payload.permalink)
    return RawPost(
        place=Place(None, member.path or None),
        channel=channel,
        id=payload.id,
        aliases=links.aliases_of(payload.id, links.link_alias(permalink), payload.shortcode),
        account_id=account.id or page,
        account_name=account.name or account.username or payload.username or options.account,
        text=None
        if is_visitor
        else payload.caption
        if payload.message is None
        else payload.message,
        published=published.at if published else None,
        published_is_exact=published.is_exact if published else True,
        permalink=permalink,
        metrics=_metrics(payload, member),
    )


def _metrics(payload: GraphPost, member: Member) -> PostMetrics:
    """Counts from the post itself, the rest from insights fetched with it."""
    by_name = graph_insights.insights_inside(nested_members(member, "insights"))
    own = {
        "post_reactions_by_type_total": (
            payload.reactions.summary.total_count,
            payload.likes.summary.total_count,
            payload.like_count,
        ),
        "comments": (payload.comments.summary.total_count, payload.comments_count),
        "shares": (payload.shares.count,),
    }
    for name, counts in own.items():
        known = next((count for count in counts if count is not None), None)
        if known is not None:
            by_name[name] = known
    return graph_insights.metrics_of(by_name)
