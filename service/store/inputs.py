"""Names what a reader is given of each comment, so that it shows which readings still hold.

The name stands beside the comment and beside every reading of it. It covers all that is read: the
comment, what it stands under, and who speaks to whom; see nlp.threads.reader_inputs.
"""

from __future__ import annotations

import hashlib

from nlp.threads import reader_inputs
from nlp.vocabulary import CommentId, Thread
from service.store.database import Store
from service.store.threads import StoredThread


def input_hashes(thread: Thread) -> dict[CommentId, str]:
    """For each citizen's comment, the short name of what a reader is given of it."""
    citizens = [comment for comment in thread.comments if not comment.from_organisation]
    names = {}
    for comment, given in zip(citizens, reader_inputs(thread), strict=True):
        texts = (given.text, given.post_text, given.parent_text, given.previous_text)
        standing = "".join("01"[holds] for holds in given.standing)
        # What was masked decides a label whatever the text says.
        whole = "\0".join((*texts, standing, *sorted(comment.mask_kinds)))
        names[comment.id] = hashlib.blake2b(whole.encode(), digest_size=8).hexdigest()
    return names


def settle_inputs(store: Store, stored: StoredThread) -> dict[CommentId, str]:
    """Write beside the comments of a thread what a reader is given of them now, and return it."""
    names = input_hashes(stored.thread)
    store.connection.executemany(
        "UPDATE comment SET input_hash = ?1 WHERE comment_id = ?2 AND input_hash IS NOT ?1",
        [(names.get(name), number) for name, number in stored.comment_ids.items()],
    )
    return names
