"""Turns what a source yields into what may be stored: cleaned, masked, under a keyed name.

Nothing that the store keeps has come any other way, and a raw comment goes no further than here.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter

from nlp.clean import clean
from nlp.pseudonymise import author_key, handle_key, pseudonymise
from nlp.vocabulary import AuthorKey, HandleKey
from service.mentions import WritersOfThreads
from service.sources.raw import RawComment, RawPost
from service.store.rows import CommentRow, PostRow, utc_text


def post_row(raw: RawPost) -> PostRow:
    """A post as it may be stored; its text is the organisation's own and only cleaned."""
    return PostRow(
        channel=raw.channel,
        external_id=raw.id,
        names=frozenset({raw.id, *raw.aliases}),
        account_external_id=raw.account_id,
        account_name=raw.account_name,
        text=clean(raw.text or "").text,
        published=None if raw.published is None else utc_text(raw.published),
        published_is_exact=raw.published is not None and raw.published_is_exact,
        permalink=raw.permalink,
        metrics=raw.metrics,
    )


def own_authors(raw: RawPost, *, key: bytes) -> list[AuthorKey | HandleKey]:
    """The keyed names that the post's account would have as a commenter."""
    keys: list[AuthorKey | HandleKey] = []
    if raw.account_id is not None:
        keys.append(author_key(key, raw.channel, raw.account_id))
    if raw.account_name is not None:
        keys.append(author_key(key, raw.channel, raw.account_name))
        keys.append(handle_key(key, raw.channel, raw.account_name))
    return keys


class CommentPreparer:
    """Prepares the comments of one file; counts repeats, so that derived ids are stable."""

    def __init__(self, *, key: bytes, account: str | None) -> None:
        """Set up for one file.

        Args:
            key: The installation's secret.
            account: Public name of the account that the whole file belongs to, if said.
        """
        self._key = key
        self._account = account
        self._accounts: dict[str, str] = {}
        self._repeats: Counter[str] = Counter()
        self._writers = WritersOfThreads()

    def meet(self, post: RawPost) -> None:
        """Learn whose post it is: the account is no person, so a mention of it is kept."""
        if post.account_name is not None:
            for name in (post.id, *post.aliases):
                self._accounts[name] = post.account_name

    def row(self, raw: RawComment) -> CommentRow:
        """A comment as it may be stored."""
        account = self._accounts.get(raw.post_id, self._account)
        cleaned = clean(raw.text)
        if raw.author_name is not None:
            self._writers.add(raw.post_id, raw.author_name)
        mentioned = self._writers.mentioned(raw.post_id, cleaned.text)
        masked = pseudonymise(
            cleaned,
            key=self._key,
            channel=raw.channel,
            tagged_names=(*raw.tagged_names, *mentioned),
            organisation_names=() if account is None else (account,),
            # What the file itself says decides how much is masked: the result must not depend
            # on which other files were imported before.
            from_organisation=raw.from_organisation is True,
        )
        author = raw.author_id or raw.author_name
        return CommentRow(
            external_id=self._external_id(raw, cleaned.text),
            id_is_derived=raw.id is None or raw.id_is_derived,
            parent_external_id=(
                self._keyed(raw.parent_id)
                if raw.id_is_derived and raw.parent_id is not None
                else raw.parent_id
            ),
            author_key=None if author is None else author_key(self._key, raw.channel, author),
            handle_key=(
                None
                if raw.author_name is None
                else handle_key(self._key, raw.channel, raw.author_name)
            ),
            said_ours=raw.from_organisation,
            created=utc_text(raw.created),
            edited=None if raw.edited is None else utc_text(raw.edited),
            text=masked.text,
            likes=raw.likes,
            is_hidden=raw.is_hidden,
            mask_kinds=" ".join(sorted(masked.kinds)),
        )

    def _external_id(self, raw: RawComment, text: str) -> str:
        """The comment's own id, or the same name for the same comment in every export."""
        if raw.id is not None:
            return self._keyed(raw.id) if raw.id_is_derived else raw.id
        author = raw.author_id or raw.author_name or ""
        told = "\0".join((raw.channel, raw.post_id, author, utc_text(raw.created), text))
        name = self._keyed(told)
        self._repeats[name] += 1
        return f"{name}-{self._repeats[name]}"

    def _keyed(self, told: str) -> str:
        return f"~{hmac.new(self._key, told.encode(), hashlib.sha256).hexdigest()[:24]}"
