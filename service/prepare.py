"""Turns what a source yields into what may be stored: cleaned, masked, under a keyed name.

Nothing that the store keeps has come any other way, and a raw comment goes no further than here.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from nlp.clean import clean
from nlp.names import NameFinder, mask_names
from nlp.pseudonymise import Masked, author_key, handle_key, pseudonymise
from nlp.vocabulary import AuthorKey, HandleKey
from service.mentions import Writers
from service.sources.links import page_and_post
from service.sources.raw import ImportOptions, RawComment, RawPost
from service.store.rows import CommentRow, PostRow, utc_text


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfDone:
    """A comment masked by the exact rules alone."""

    post_name: str
    """A name of the post that it stands under."""
    row: CommentRow = field(repr=False)
    """What may be stored once the text in it is."""
    masked: Masked = field(repr=False)


class Preparer:
    """Prepares the posts and comments of one file, in the order in which it tells of them.

    What a file gives depends on nothing but the file, what is said of it, and who writes: the
    more writers are known, the more is masked.
    """

    def __init__(
        self, *, key: bytes, options: ImportOptions, writers: Writers, names: NameFinder
    ) -> None:
        """Set up for one file.

        Args:
            key: The installation's secret.
            options: What the person who imports says that the file does not.
            writers: Who writes, in this file and elsewhere: their names are masked after @.
            names: Finds the names of people in running text.
        """
        self._key = key
        self._options = options
        self._writers = writers
        self._names = names
        self._accounts: dict[str, str] = {}
        self._repeats: Counter[str] = Counter()
        self._ids: dict[str, str] = {}

    def post(self, raw: RawPost) -> PostRow:
        """A post as it may be stored; its text is the organisation's own and only cleaned."""
        if raw.account_name is not None:
            # The account is no person, so a mention of it is kept.
            for name in (raw.id, *raw.aliases):
                self._accounts[name] = raw.account_name
        name = self._keyed(raw.id) if raw.id_is_derived else raw.id
        return PostRow(
            channel=raw.channel,
            external_id=name,
            names=frozenset({name, *raw.aliases}),
            account_external_id=raw.account_id,
            account_name=raw.account_name,
            text=clean(raw.text or "").text,
            published=None if raw.published is None else utc_text(raw.published),
            published_is_exact=(
                raw.published is not None and (raw.published_is_exact or self._zone_is_said)
            ),
            permalink=raw.permalink,
            metrics=raw.metrics,
        )

    def own_authors(self, raw: RawPost) -> list[AuthorKey | HandleKey]:
        """The keyed names that the post's account would have as a commenter."""
        keys: list[AuthorKey | HandleKey] = []
        if raw.account_id is not None:
            keys.append(author_key(self._key, raw.channel, raw.account_id))
        if raw.account_name is not None:
            name = clean(raw.account_name).text
            keys.append(author_key(self._key, raw.channel, name))
            keys.append(handle_key(self._key, raw.channel, name))
        return keys

    def without_names(self, half_done: Sequence[HalfDone]) -> list[tuple[str, CommentRow]]:
        """The comments as they may be stored, with the names in running text masked as well.

        Many at once are several times faster than one by one.
        """
        masked = mask_names(
            [each.masked for each in half_done],
            self._names,
            from_organisation=[each.row.said_ours is True for each in half_done],
        )
        return [
            (
                each.post_name,
                replace(each.row, text=done.text, mask_kinds=" ".join(sorted(done.kinds))),
            )
            for each, done in zip(half_done, masked, strict=True)
        ]

    def by_rule(self, raw: RawComment) -> HalfDone:
        """A comment with all masked but the names in running text, which are found in batches.

        Called in the order of the file: what it has told of accounts counts for what follows.
        """
        cleaned = clean(raw.text)
        account = self._accounts.get(raw.post_id, self._options.account)
        tagged = [clean(name).text for name in raw.tagged_names]
        names = (*tagged, *self._writers.mentioned(raw.channel, cleaned.text))
        # What the file itself says decides how much is masked: the result must not depend on
        # whose accounts other files have told of.
        is_ours = raw.from_organisation is True
        masked = pseudonymise(
            cleaned,
            key=self._key,
            channel=raw.channel,
            tagged_names=names,
            organisation_names=() if account is None else (account,),
            from_organisation=is_ours,
        )
        # Masked by what stands in it alone, so that every telling of the same text is known as
        # such, and no digest is made of numbers. Names in running text stay in: a comment must
        # not become another one when names are found better.
        plain = masked.text
        if names or is_ours or "@" in plain:
            plain = pseudonymise(cleaned, key=self._key, channel=raw.channel).text
        author_name = None if raw.author_name is None else clean(raw.author_name).text
        author = raw.author_id or author_name
        row = CommentRow(
            external_id=self._external_id(raw, author, plain),
            id_is_derived=raw.id is None or raw.id_is_local,
            parent_external_id=(
                self._ids.get(raw.parent_id)
                if raw.id_is_local and raw.parent_id is not None
                else raw.parent_id
            ),
            author_key=None if author is None else author_key(self._key, raw.channel, author),
            handle_key=(
                None if author_name is None else handle_key(self._key, raw.channel, author_name)
            ),
            said_ours=raw.from_organisation,
            created=utc_text(raw.created),
            created_is_exact=raw.wall_clock is None or self._zone_is_said,
            edited=None if raw.edited is None else utc_text(raw.edited),
            text=masked.text,
            # Sorts by length: without a time of editing the longer of two texts loses least.
            text_identity=f"{len(plain):06}{self._keyed(plain)}",
            likes=raw.likes,
            is_hidden=raw.is_hidden,
            mask_kinds=" ".join(sorted(masked.kinds)),
        )
        post_name = self._keyed(raw.post_id) if raw.post_id_is_derived else raw.post_id
        return HalfDone(post_name=post_name, row=row, masked=masked)

    @property
    def _zone_is_said(self) -> bool:
        return self._options.timezone is not None

    def _external_id(self, raw: RawComment, author: str | None, text: str) -> str:
        """The comment's own id, or the same name for the same comment in every export."""
        if raw.id is not None and not raw.id_is_local:
            return raw.id
        # The time as written and the post without its page: neither --timezone nor how a file
        # names the post makes another comment of it.
        written = raw.created if raw.wall_clock is None else raw.wall_clock
        _, post = page_and_post(raw.post_id)
        told = (raw.channel, post, author or "", f"{written:%Y-%m-%dT%H:%M:%S%z}", text)
        name = self._keyed("\0".join(told))
        self._repeats[name] += 1
        derived = f"{name}-{self._repeats[name]}"
        if raw.id is not None:
            self._ids[raw.id] = derived
        return derived

    def _keyed(self, told: str) -> str:
        return f"~{hmac.digest(self._key, told.encode(), 'sha256').hex()[:24]}"
