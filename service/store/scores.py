"""Hands out what was judged of a thread beyond its readings and reply scores.

Only what that pipeline version judged: until it has, there is nothing to hand out.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import NamedTuple

from nlp.vocabulary import CommentId, DiscussionScore, FollowUp, LinkRule, ReplyLink
from service.store.database import Store
from service.store.threads import StoredThread


def load_links(
    store: Store, stored: StoredThread, *, fingerprint: str
) -> dict[CommentId, ReplyLink]:
    """Which comments each reply answers, by reply; replies that answer nobody have no link."""
    with store.guarded():
        found = store.connection.execute(
            """
            SELECT reply.external_id, asked.external_id, reply_link.rule
            FROM reply_link
            JOIN comment AS reply ON reply.comment_id = reply_link.reply_id
            JOIN comment AS asked ON asked.comment_id = reply_link.comment_id
            JOIN post ON post.post_id = reply_link.post_id
            WHERE reply_link.post_id = ? AND post.scored_by = ?
            ORDER BY asked.created, asked.external_id
            """,
            (stored.post_id, fingerprint),
        ).fetchall()
    targets: defaultdict[tuple[str, str], list[CommentId]] = defaultdict(list)
    for reply, asked, rule in found:
        targets[reply, rule].append(CommentId(asked))
    return {
        CommentId(reply): ReplyLink(reply_id=CommentId(reply), to=tuple(asked), rule=LinkRule(rule))
        for (reply, rule), asked in targets.items()
    }


class Reaction(NamedTuple):
    """What the writer of an answered comment did next."""

    reply_id: CommentId
    """The first reply that counts."""
    follow_up: FollowUp
    machine: FollowUp | None = None
    """What the machine took it for, where a person has said."""


def load_follow_ups(
    store: Store, stored: StoredThread, *, fingerprint: str
) -> dict[CommentId, Reaction]:
    """By answered comment, what its writer did after the first reply that counts."""
    with store.guarded():
        found = store.connection.execute(
            """
            SELECT asked.external_id, reply.external_id, answer.follow_up, answer.machine_follow_up
            FROM answer
            JOIN comment AS asked ON asked.comment_id = answer.comment_id
            JOIN comment AS reply ON reply.comment_id = answer.first_reply_id
            JOIN post ON post.post_id = answer.post_id
            WHERE answer.post_id = ? AND post.scored_by = ?
            """,
            (stored.post_id, fingerprint),
        ).fetchall()
    return {
        CommentId(asked): Reaction(
            CommentId(reply), FollowUp(follow_up), FollowUp(machine) if machine else None
        )
        for asked, reply, follow_up, machine in found
    }


def load_automatic(store: Store, stored: StoredThread, *, fingerprint: str) -> frozenset[CommentId]:
    """The replies that a machine sent."""
    with store.guarded():
        found = store.connection.execute(
            """
            SELECT comment.external_id
            FROM reply_score JOIN comment ON comment.comment_id = reply_score.reply_id
            JOIN post ON post.post_id = reply_score.post_id
            WHERE reply_score.post_id = ? AND post.scored_by = ? AND reply_score.is_automatic = 1
            """,
            (stored.post_id, fingerprint),
        ).fetchall()
    return frozenset(CommentId(reply) for (reply,) in found)


def load_discussion(
    store: Store, stored: StoredThread, *, fingerprint: str
) -> DiscussionScore | None:
    """How the discussion went; None where it is not rated."""
    with store.guarded():
        row = store.connection.execute(
            """
            SELECT civility, reasoning, reciprocity, relevance, constructiveness, presence,
                   discussion_index, machine
            FROM discussion_score JOIN post USING (post_id)
            WHERE post_id = ? AND post.scored_by = ?
            """,
            (stored.post_id, fingerprint),
        ).fetchone()
    if row is None:
        return None
    civility, reasoning, reciprocity, relevance, constructiveness, presence, index, machine = row
    return DiscussionScore(
        civility=civility,
        reasoning=reasoning,
        reciprocity=reciprocity,
        relevance=relevance,
        constructiveness=constructiveness,
        presence=presence,
        index=index,
        machine=json.loads(machine),
    )
