"""Which comments each reply by the organisation answers, and the tree that comments form.

A link rests on who wrote under whom, on who is mentioned and on shared words, never on a reading.
Parent ids may be unknown (the parent was deleted), circular, or point forward in time.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from scipy.sparse import csr_array

from nlp.errors import ThreadError
from nlp.pseudonymise import without_keys
from nlp.readers.reader import ReaderInput, Standing
from nlp.tagger import content_lemmas
from nlp.vocabulary import Comment, CommentId, LinkRule, ReplyLink, Thread

READ_AT_MOST: Final = 10_000
"""Characters of one comment that are read; no network allows longer ones."""

MATCH_THRESHOLD: Final = 0.09
"""Least cosine of term frequencies at which an update to everybody answers a comment.

An update is long and a question short, so the cosine of a good match stays low: a question of four
content words and an update of a hundred that share two of them reach 0.1.
"""

MATCH_WORDS: Final = 2
"""Fewest words that a match shares: one is chance, as all comments of a post are on one matter."""

MATCH_ALONE: Final = 0.35
"""The cosine from which one shared word will do, for texts of a few words ("Öppet?", "Öppet!")."""

MOST_BESIDE: Final = 8
"""Comments beside which a reply is read and rated: an update may answer thousands."""

_RECENT: Final = 20
"""How many comments back a reply in a flat branch may answer; a reader scrolls no further."""

_MENTION: Final = re.compile(r"@~([a-z2-7]{10}|\w+)")
"""A keyed handle; the ten signs of a key may have a genitive s after them."""


def link(thread: Thread) -> tuple[ReplyLink, ...]:
    """For every comment by the organisation, in time order, the comments that it answers.

    - Under a citizen's comment it answers that comment; or whom else in the branch it mentions; or,
      where the network puts all answers flat under the first comment and the organisation has
      answered there before, the later comment that it shares most words with.
    - Under its own comment it answers whom it mentions in the branch, else the branch's latest.
    - With no parent it answers whom it mentions in the thread, else all earlier comments of the
      first level that share enough words with it (guide, ruling 13).
    - Under a comment that is gone it answers only whom it mentions.

    Raises:
        ThreadError: Two comments have the same id.
    """
    comments = _by_time(thread.comments)
    branches = _Branches(comments)
    updates = [
        comment
        for comment in comments
        if comment.from_organisation and comment.parent_id is None and not _handles(comment)
    ]
    answered = _matches(updates, [c for c in branches.citizens if c.parent_id is None])
    links = []
    for reply in comments:
        if reply.from_organisation:
            found, rule = branches.answered_by(reply)
            if rule is None and reply.parent_id is None:
                found = answered.get(reply.id, [])
                rule = LinkRule.MATCH if found else None
            to = tuple(comment.id for comment in _by_time(found))
            links.append(ReplyLink(reply_id=reply.id, to=to, rule=rule))
    return tuple(links)


def root_of(thread: Thread) -> Mapping[CommentId, CommentId]:
    """The first-level comment above each comment, itself included.

    Under a parent that is not in the thread that parent's id is the root, so that comments under
    one deleted comment stay together. In a circle of parents the earliest comment is the root.
    """
    return _roots(_by_time(thread.comments))


def reader_inputs(thread: Thread) -> list[ReaderInput]:
    """What a reader is given of each citizen's comment, in the order of the thread.

    Nothing else of a thread is read, and all people are alike in it.
    """
    roots = root_of(thread)
    comments = {comment.id: comment for comment in thread.comments}
    texts = {comment.id: without_keys(comment.text) for comment in thread.comments}
    latest: dict[CommentId, Comment] = {}
    writers: dict[CommentId, set[str]] = defaultdict(set)
    organisation_has_spoken = False
    made: dict[CommentId, ReaderInput] = {}
    for comment in _by_time(thread.comments):
        root = roots[comment.id]
        parent = None if comment.parent_id is None else comments.get(comment.parent_id)
        previous = latest.get(root)
        made[comment.id] = ReaderInput(
            text=texts[comment.id][:READ_AT_MOST],
            post_text=thread.post.text,
            parent_text="" if parent is None else texts[parent.id],
            previous_text="" if previous is None else texts[previous.id],
            standing=Standing(
                is_reply=parent is not None,
                to_organisation=parent is not None and parent.from_organisation,
                to_self=_is_same_writer(parent, comment),
                after_organisation=previous is not None and previous.from_organisation,
                after_self=_is_same_writer(previous, comment),
                has_spoken=comment.author in writers[root],
                organisation_has_spoken=organisation_has_spoken,
            ),
        )
        organisation_has_spoken |= comment.from_organisation
        latest[root] = comment
        if comment.author is not None:
            writers[root].add(comment.author)
    return [made[comment.id] for comment in thread.comments if not comment.from_organisation]


def _is_same_writer(one: Comment | None, other: Comment) -> bool:
    return one is not None and one.author is not None and one.author == other.author


def order(thread: Thread) -> tuple[tuple[Comment, int], ...]:
    """All comments for reading: first level in time order, each with what hangs under it.

    The number is the depth, 0 at the first level; a comment under a deleted one has depth 1.
    """
    comments = _by_time(thread.comments)
    known = {comment.id for comment in comments}
    roots = _roots(comments)
    children: dict[CommentId, list[Comment]] = defaultdict(list)
    starts: dict[CommentId, list[tuple[Comment, int]]] = {}
    for comment in comments:
        root = roots[comment.id]
        if comment.id == root:
            starts[root] = [(comment, 0)]
        elif comment.parent_id is not None and comment.parent_id in known:
            children[comment.parent_id].append(comment)
        else:
            starts.setdefault(root, []).append((comment, 1))
    ordered: list[tuple[Comment, int]] = []
    for start in starts.values():
        waiting = start[::-1]
        while waiting:
            comment, depth = waiting.pop()
            ordered.append((comment, depth))
            waiting += [(child, depth + 1) for child in reversed(children[comment.id])]
    return tuple(ordered)


class _Branches:
    """The citizens' comments of one thread, by branch and by who wrote them."""

    def __init__(self, comments: Sequence[Comment]) -> None:
        self.citizens = [comment for comment in comments if not comment.from_organisation]
        self._by_id = {comment.id: comment for comment in comments}
        self._roots = _roots(comments)
        self._in_branch: dict[CommentId, list[Comment]] = defaultdict(list)
        self._by_handle: dict[str, list[Comment]] = defaultdict(list)
        self._under: dict[CommentId, list[Comment]] = defaultdict(list)
        for comment in comments:
            if comment.parent_id is not None:
                self._under[comment.parent_id].append(comment)
        for comment in self.citizens:
            self._in_branch[self._roots[comment.id]].append(comment)
            if comment.handle:
                self._by_handle[comment.handle].append(comment)

    def answered_by(self, reply: Comment) -> tuple[Sequence[Comment], LinkRule | None]:
        """What a reply answers by its place or by mention."""
        parent = self._by_id.get(reply.parent_id) if reply.parent_id else None
        if parent is None or parent.id == reply.id:
            mentioned = self._mentioned(reply, root=None)
            return mentioned, LinkRule.MENTION if mentioned else None
        root = self._roots[reply.id]
        mentioned = self._mentioned(reply, root=root)
        if not parent.from_organisation:
            if any(comment.handle != parent.handle for comment in mentioned):
                return mentioned, LinkRule.MENTION
            return [self._in_flat_branch(reply, parent)], LinkRule.PARENT
        if mentioned:
            return mentioned, LinkRule.MENTION
        if earlier := _before(self._in_branch[root], reply):
            return earlier[-1:], LinkRule.PARENT
        mentioned = self._mentioned(reply, root=None)
        return mentioned, LinkRule.MENTION if mentioned else None

    def _mentioned(self, reply: Comment, *, root: CommentId | None) -> list[Comment]:
        """The latest earlier comment of each person that the reply mentions."""
        found = []
        for handle in _handles(reply):
            for comment in reversed(_before(self._by_handle.get(handle, []), reply)):
                if root in (None, self._roots[comment.id]):
                    found.append(comment)
                    break
        return found

    def _in_flat_branch(self, reply: Comment, parent: Comment) -> Comment:
        """The parent, or the later comment beside the reply that it answers instead."""
        beside = _before(self._under[parent.id], reply)
        replies = (c for c in beside if c.from_organisation and c.id != reply.id)
        first = next(replies, None)
        if first is None:
            return parent
        later = [c for c in beside[-_RECENT:] if not c.from_organisation and _is_before(first, c)]
        said = content_lemmas(reply.text)
        # of equals the latest: a reply that shares no word with anybody continues the talk
        _, answered = max(
            enumerate([parent, *later]),
            key=lambda pair: (_cosine(said, content_lemmas(pair[1].text)), pair[0]),
        )
        return answered


def _by_time(comments: Iterable[Comment]) -> list[Comment]:
    return sorted(comments, key=lambda comment: (comment.created, comment.id))


def _handles(comment: Comment) -> list[str]:
    return list(dict.fromkeys(_MENTION.findall(comment.text)))


def _is_before(comment: Comment, other: Comment) -> bool:
    """Networks round to the second or minute: what is equally old counts as earlier."""
    return comment.created <= other.created


def _before(comments: Sequence[Comment], reply: Comment) -> Sequence[Comment]:
    """Those of comments in time order that are not younger than the reply."""
    return comments[: bisect_right(comments, reply.created, key=lambda comment: comment.created)]


def _roots(comments: Sequence[Comment]) -> dict[CommentId, CommentId]:
    parents = {comment.id: comment.parent_id for comment in comments}
    if len(parents) < len(comments):
        counts = Counter(comment.id for comment in comments)
        twice = min(comment_id for comment_id, count in counts.items() if count > 1)
        raise ThreadError(f"two comments have the id {twice}")
    rank = {comment.id: place for place, comment in enumerate(comments)}
    roots: dict[CommentId, CommentId] = {}
    for comment in comments:
        path: dict[CommentId, None] = {}
        place = comment.id
        while place not in roots and place not in path:
            path[place] = None
            above = parents.get(place)
            if above is None:
                roots[place] = place
            else:
                place = above
        if place not in roots:  # came round to where the path has been: a circle
            walked = list(path)
            circle = walked[walked.index(place) :]
            roots[place] = min(circle, key=lambda comment_id: rank[comment_id])
        root = roots[place]
        roots.update(dict.fromkeys(path, root))
    return {comment.id: roots[comment.id] for comment in comments}


def _cosine(left: Counter[str], right: Counter[str]) -> float:
    shared = sum(count * right[word] for word, count in left.items())
    if not shared:
        return 0.0
    return shared / (math.hypot(*left.values()) * math.hypot(*right.values()))


def _matches(
    updates: Sequence[Comment], comments: Sequence[Comment]
) -> dict[CommentId, list[Comment]]:
    """For each update the earlier comments whose words it takes up."""
    if not updates or not comments:
        return {}
    rows = _unit_rows([*updates, *comments])
    # products of sparse matrices: pair by pair 2,000 updates among 3,000 comments take minutes
    cosines = rows[: len(updates)] @ rows[len(updates) :].T
    present = rows.astype(bool).astype(int)
    shared = present[: len(updates)] @ present[len(updates) :].T
    enough = (cosines >= MATCH_THRESHOLD).multiply(shared >= MATCH_WORDS) + (cosines >= MATCH_ALONE)
    found: dict[CommentId, list[Comment]] = defaultdict(list)
    for row, column in zip(*enough.nonzero(), strict=True):
        update, comment = updates[row], comments[column]
        if _is_before(comment, update):
            found[update.id].append(comment)
    return found


def _unit_rows(comments: Sequence[Comment]) -> csr_array:
    """Term frequencies, one row of length one per comment, one column per word."""
    columns: dict[str, int] = {}
    weights: list[float] = []
    places: list[int] = []
    ends = [0]
    for comment in comments:
        counts = content_lemmas(comment.text)
        length = math.hypot(*counts.values())
        weights += [count / length for count in counts.values()]
        places += [columns.setdefault(word, len(columns)) for word in counts]
        ends.append(len(places))
    return csr_array((weights, places, ends), shape=(len(comments), max(1, len(columns))))
