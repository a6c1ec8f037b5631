"""YouTube comments as the Data API answers: threads with some replies, or replies alone."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import Field

from nlp.vocabulary import Channel
from service.errors import FileRefused
from service.sources import fields, json_values
from service.sources.fields import Count, FieldUnreadable, Identifier, Payload
from service.sources.file import SourceFile
from service.sources.probe import Probe, probe
from service.sources.raw import ImportOptions, Place, RawComment, RawPost, Record

_LISTS: Final = ("items.item", "comments.item", "item", "")
_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_MARKUP: Final = re.compile(r"</?(?:a|b|i|s|span)\b[^<>]*>", re.IGNORECASE)
"""All that YouTube marks up with; "<3" is what a person wrote."""


class AuthorChannel(Payload):
    """The channel of whoever wrote."""

    value: Identifier | None = None


class Snippet(Payload):
    """What is said of a comment."""

    video_id: Annotated[Identifier | None, Field(alias="videoId")] = None
    channel_id: Annotated[Identifier | None, Field(alias="channelId")] = None
    """Of the video."""
    parent_id: Annotated[Identifier | None, Field(alias="parentId")] = None
    author_name: Annotated[str | None, Field(alias="authorDisplayName")] = None
    author: Annotated[AuthorChannel, Field(alias="authorChannelId")] = AuthorChannel()
    text: Annotated[str | None, Field(alias="textOriginal")] = None
    shown: Annotated[str | None, Field(alias="textDisplay")] = None
    likes: Annotated[Count | None, Field(alias="likeCount")] = None
    published: Annotated[str, Field(alias="publishedAt")]
    updated: Annotated[str | None, Field(alias="updatedAt")] = None


class Comment(Payload):
    """A comment or reply."""

    id: Identifier
    snippet: Snippet


class ThreadSnippet(Payload):
    """What is said of a thread; the comment is looked at by itself."""

    video_id: Annotated[Identifier | None, Field(alias="videoId")] = None
    channel_id: Annotated[Identifier | None, Field(alias="channelId")] = None


def recognises(found: Probe) -> bool:
    """A comment's text in a snippet, in any of the shapes."""
    return any(
        path.endswith("snippet") and keys & {"topLevelComment", "textOriginal", "textDisplay"}
        for path, keys in found.keys.items()
    )


def records(file: SourceFile, options: ImportOptions) -> Iterator[Record]:
    """Each comment and the replies that came with it, before them the video when new."""
    json_values.check(file)
    keys = probe(file).keys
    level = next((level for level in _LISTS if level in keys), "")
    seen: set[str] = set()
    for index, value in enumerate(json_values.values(file, level)):
        for path, comment, thread in _comments(level.replace(".item", "") + f"[{index}]", value):
            try:
                taken, account = _comment(comment, thread, path, file, options)
            except FieldUnreadable as unreadable:
                yield unreadable.rejection()
                continue
            if taken.post_id not in seen:
                seen.add(taken.post_id)
                yield RawPost(
                    place=taken.place,
                    channel=Channel.YOUTUBE,
                    id=taken.post_id,
                    account_id=account,
                    account_name=options.account,
                )
            yield taken


def plain(shown: str) -> str:
    """The text of a comment that came as HTML, never to be shown as HTML again."""
    return html.unescape(_MARKUP.sub("", _BREAK.sub("\n", shown)))


def _comments(path: str, value: object) -> Iterator[tuple[str, object, ThreadSnippet]]:
    """The comments in one item: itself, or a thread's first comment and its replies."""
    whole = value if isinstance(value, dict) else {}
    snippet = whole.get("snippet")
    if not isinstance(snippet, dict) or "topLevelComment" not in snippet:
        yield path, value, ThreadSnippet()
        return
    try:
        thread = fields.validated(ThreadSnippet, snippet, path=path)
    except FieldUnreadable:
        thread = ThreadSnippet()  # its comments may name the video themselves
    yield f"{path}.snippet.topLevelComment", snippet["topLevelComment"], thread
    replies = whole.get("replies")
    listed = replies.get("comments") if isinstance(replies, dict) else None
    for index, reply in enumerate(listed if isinstance(listed, list) else ()):
        yield f"{path}.replies.comments[{index}]", reply, thread


def _comment(
    value: object, thread: ThreadSnippet, path: str, file: SourceFile, options: ImportOptions
) -> tuple[RawComment, str | None]:
    comment = fields.validated(Comment, value, path=path)
    snippet = comment.snippet
    video_id = snippet.video_id or thread.video_id or options.post_id
    if video_id is None:
        raise FileRefused(
            f"{file.name} säger inte vilken video kommentarerna hör till ({path}). "
            "Ange videons id med --post."
        )
    text = snippet.text if snippet.text is not None else plain(snippet.shown or "")
    if not text:
        raise FieldUnreadable(f"{path}.snippet.textOriginal", "är tomt")
    column = f"{path}.snippet.publishedAt"
    created = fields.moment(snippet.published, column).at
    changed = fields.moment(snippet.updated, column).at if snippet.updated else created
    account = thread.channel_id or snippet.channel_id
    author = snippet.author.value
    raw = RawComment(
        place=Place(None, path),
        channel=Channel.YOUTUBE,
        post_id=video_id,
        id=comment.id,
        parent_id=snippet.parent_id,
        author_id=author,
        author_name=snippet.author_name,
        from_organisation=True if author and author == account else None,
        created=created,
        text=fields.bounded(text, f"{path}.snippet.textOriginal"),
        likes=snippet.likes,
        edited=changed if changed != created else None,
    )
    return raw, account
