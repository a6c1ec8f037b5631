"""TikTok comments as the Research API answers. It names no authors."""

from __future__ import annotations

from collections.abc import Iterator

from nlp.vocabulary import Channel
from service.sources import fields, json_values
from service.sources.fields import Count, FieldUnreadable, Identifier, Payload
from service.sources.file import SourceFile
from service.sources.probe import Probe
from service.sources.raw import ImportOptions, Place, RawComment, RawPost, Record


class TikTokComment(Payload):
    """The fields of a comment that are used."""

    id: Identifier
    video_id: Identifier
    parent_comment_id: Identifier | None = None
    text: str
    like_count: Count | None = None
    create_time: int


def recognises(probe: Probe) -> bool:
    """Comments of videos under data."""
    return probe.has("data.comments.item", "video_id", "create_time")


def records(file: SourceFile, options: ImportOptions) -> Iterator[Record]:
    """Each comment, before it the video when it is new in this file."""
    json_values.check(file)
    seen: set[str] = set()
    for index, value in enumerate(json_values.values(file, "data.comments.item")):
        path = f"data.comments[{index}]"
        try:
            comment = _comment(value, path)
        except FieldUnreadable as unreadable:
            yield unreadable.rejection()
            continue
        if comment.post_id not in seen:
            seen.add(comment.post_id)
            yield RawPost(
                place=comment.place,
                channel=Channel.TIKTOK,
                id=comment.post_id,
                account_name=options.account,
            )
        yield comment


def _comment(value: object, path: str) -> RawComment:
    comment = fields.validated(TikTokComment, value, path=path)
    if not comment.text.strip():
        raise FieldUnreadable(f"{path}.text", "är tomt")
    # A comment on the video itself names the video as its parent.
    is_reply = comment.parent_comment_id != comment.video_id
    return RawComment(
        place=Place(None, path),
        channel=Channel.TIKTOK,
        post_id=comment.video_id,
        id=comment.id,
        parent_id=comment.parent_comment_id if is_reply else None,
        created=fields.moment(comment.create_time, f"{path}.create_time").at,
        text=fields.bounded(comment.text, f"{path}.text"),
        likes=comment.like_count,
    )
