"""What each page shows: one dataclass per template, whose fields are the names it may use.

Everything is decided here or before: a template chooses tags, never facts. Texts that people
wrote are plain strings and are escaped where they are shown.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from fastapi import Request

from nlp.vocabulary import FollowUp, WellAnswered
from service.nyckeltal.definition import Definition, Goal
from service.settings import Settings
from service.store.draws import DrawnComment
from service.web.marking import Passage
from service.web.trend import Trend


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What stands on every page, around its own content."""

    path: str
    """Of this page, to mark it in the menu."""
    demo: bool
    stands_still_at: datetime | None
    """The moment at which the clock is stopped; None when it runs."""
    data_dir: str
    """What a command must be given to reach this installation's data; empty where nothing."""


def site_of(request: Request) -> Site:
    """The surroundings of a page."""
    settings: Settings = request.app.state.settings
    is_usual = settings.data_dir == Settings.model_fields["data_dir"].default
    return Site(
        path=request.url.path,
        demo=settings.demo,
        stands_still_at=settings.now,
        data_dir="" if is_usual else f" --data-dir {shlex.quote(str(settings.data_dir.resolve()))}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One line of a select box."""

    value: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """A select box, in groups; a group without a title stands first."""

    name: str
    title: str
    groups: Sequence[tuple[str | None, Sequence[Choice]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLine:
    """One figure in Swedish words; either a value or why there is none."""

    channel: str | None
    """None for all channels together."""
    number: str | None
    unit: str
    interval: str | None
    basis: str | None
    change: str | None
    """Since the period before."""
    pending: str | None
    withheld: str | None
    trend: Trend | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """One nyckeltal with its figures: one, or one per channel."""

    definition: Definition
    lines: Sequence[FigureLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalSection:
    """One communication goal with its nyckeltal."""

    goal: Goal
    meaning: str
    rows: Sequence[FigureRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewPage:
    """overview.html: the nyckeltal of a period by the four goals."""

    site: Site
    period: str
    group: str
    """Which accounts and channels, in words."""
    as_of: datetime
    choices: Sequence[Choices]
    sections: Sequence[GoalSection]
    is_empty: bool
    """There is nothing in the store."""
    has_comments: bool
    """Of the accounts and channels chosen."""
    unread: int
    """Comments in threads that are not read as they are now."""
    waiting: int
    """Comments in the queue."""
    fingerprint: str
    trend_unit: str
    """What a point of a trend stands for, as "vecka"."""
    query: str
    """Query string for the same figures from the API."""
    sheet_query: str
    """The same, for a Swedish spreadsheet."""
    queue_query: str
    """Query string for the queue of the same account and channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pill:
    """One label that holds, or may hold."""

    code: str
    title: str
    is_unsure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueItem:
    """One comment that waits for a person."""

    comment_id: int
    post_id: int
    account: str
    channel: str
    created: datetime
    need: str | None
    """How likely it is that a reply is called for; None where the reader cannot say."""
    age: str
    """In working time."""
    is_late: bool
    """It has waited longer than replies may take."""
    is_for_today: bool
    """A person must see it today, whether it calls for a reply or not."""
    reason: str
    """Why it stands in the queue, in one sentence."""
    is_acknowledged: bool
    pills: Sequence[Pill]
    language: str | None
    """ISO code of another language than Swedish."""
    language_name: str | None
    passages: Sequence[Passage]
    post_text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftingItem:
    """One comment worth lifting."""

    comment_id: int
    post_id: int
    account: str
    channel: str
    created: datetime
    reason: str
    """Why it is here, in one sentence."""
    pills: Sequence[Pill]
    passages: Sequence[Passage]
    post_text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """Where in a list a page is; pages are counted from 1."""

    page: int
    pages: int
    total: int
    first: int
    """The place of this page's first item, from 1; 0 on an empty page."""
    last: int
    previous: str | None
    """Query string of the page before."""
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """queue.html: what needs an answer, the most pressing first."""

    site: Site
    choices: Sequence[Choices]
    unsure: bool
    """Whether those that the reader is unsure of are shown."""
    unsure_count: int
    """How many they are, shown or not."""
    unsure_query: str
    is_filtered: bool
    items: Sequence[QueueItem]
    paging: Paging
    answer_window: int
    """Working days within which a comment is to be answered."""
    meanings: Sequence[tuple[str, str]]
    """Title and meaning of each label."""
    is_empty: bool
    """There is nothing in the store."""
    has_comments: bool
    """Of the accounts and channels chosen."""
    unread: int
    """Comments in threads that are not read as they are now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftingPage:
    """lifting.html: comments worth lifting."""

    site: Site
    choices: Sequence[Choices]
    items: Sequence[LiftingItem]
    paging: Paging
    is_empty: bool
    """Nothing has been imported."""
    unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihood:
    """How likely it is that a label holds, and what was decided."""

    title: str
    percent: str
    decision: str
    """In a word; empty where it does not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the reader says of one comment."""

    pills: Sequence[Pill]
    is_left_to_a_person: bool
    """It is in a language that the reader cannot read."""
    sentiment: str
    sentiment_percent: str
    sentiment_is_unsure: bool
    likelihoods: Sequence[Likelihood]
    language: str | None
    language_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One rated item: its name, its points of so many, and what they mean."""

    title: str
    points: float
    most: int
    shown: str
    """The points in Swedish figures."""
    meaning: str
    machine: str | None = None
    """The machine's points, where a person has said otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A comment that a reply answers."""

    href: str
    writer: str
    waited: str | None
    """After how long, in working time; None where the times do not fit."""
    follow_up: FollowUp | None
    """What its writer did next; None where another reply was the first to answer it."""
    follow_up_words: str | None
    machine: str | None = None
    """What the machine took that for, where a person has said otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """How well a reply met what it answers."""

    verdict: WellAnswered
    verdict_title: str
    grade: str
    index: str
    is_acknowledgement: bool
    is_automatic: bool
    dimensions: Sequence[Dimension]
    reasons: Sequence[str]
    is_corrected: bool
    """A person has said something of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One thing that a comment raised: what it is, its words, and what came of it."""

    title: str
    text: str = field(repr=False)
    level: int
    outcome: str
    """"är obesvarad": goes on where the title and the words end."""
    machine: str | None
    """What came of it to the machine, where a person has said otherwise."""
    passages: Sequence[tuple[str, str]] = field(repr=False)
    """What the outcome rests on: words of a reply, and a link to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a comment raised and what it got for an answer."""

    matters: Sequence[Matter]
    together: str | None
    """The verdict on several replies together; None where there is one, which has its own."""
    is_corrected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadComment:
    """One comment in the tree."""

    comment_id: int
    writer: str
    from_organisation: bool
    created: datetime
    likes: int | None
    is_hidden: bool
    parent: tuple[str, str] | None
    """Link to the comment that it stands under, and who wrote that."""
    is_orphan: bool
    """It stands under a comment that is not in the store."""
    passages: Sequence[Passage]
    judged: Judged | None
    needs_answer: bool
    """A reply is called for and none has come."""
    answered: Answered | None
    rated: Rated | None
    targets: Sequence[Target]
    linked_by: str | None
    depth: int
    """How deep in the tree, 0 at the first level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadPage:
    """thread.html: one post with everything written under it."""

    site: Site
    account: str
    channel: str
    published: datetime | None
    permalink: str | None
    metrics: Sequence[tuple[str, int]]
    text: str = field(repr=False)
    comments: Sequence[ThreadComment]
    """Those of this page."""
    paging: Paging
    from_citizens: int
    from_organisation: int
    discussion_index: str | None
    discussion: Sequence[Dimension]
    is_corrected: bool
    """A person has said something of the discussion."""
    shares: Sequence[tuple[str, str]]
    """What can be counted of the discussion, in words and figures."""
    post_id: int
    meanings: Sequence[tuple[str, str]]
    """Title and meaning of each label."""
    is_unread: bool
    """Not all is read as it is now."""
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidWord:
    """What one person said of one item."""

    title: str
    value: str
    reviewer: str = field(repr=False)
    reason: str = field(repr=False)
    said_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionPage:
    """correction.html: one judgement, and the form by which a person corrects it."""

    site: Site
    post_id: int
    subject: str
    number: int
    title: str
    shown: str
    """Changes when what was judged does, so that nobody corrects what they have not read."""
    lasts: str
    """For how long what is said counts."""
    texts: Sequence[tuple[str, str]] = field(repr=False)
    """What was judged, in the order that it was written: what it is, and its words."""
    boxes: Sequence[Choices]
    words: Sequence[SaidWord]
    """What has been said of it, the last first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """A thread that is on its way off the rails."""

    post_id: int
    account: str
    channel: str
    text: str = field(repr=False)
    reason: str
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedThread:
    """One line of the list of threads."""

    post_id: int
    account: str
    channel: str
    published: datetime | None
    text: str = field(repr=False)
    comments: int
    replies: int
    index: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadsPage:
    """threads.html: every post, the most recently discussed first."""

    site: Site
    choices: Sequence[Choices]
    warned: Sequence[Warned]
    """Those to look at now, the worst first."""
    items: Sequence[ListedThread]
    paging: Paging
    is_empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionPage:
    """definition.html: what one nyckeltal means."""

    site: Site
    definition: Definition
    numerator_title: str
    denominator_title: str
    goal_meaning: str
    direction: str
    unit: str
    intervals: Sequence[str]
    fewest_comments: int | None
    """Fewest comments that it is shown for; None where it rests on no comments."""
    fewest_writers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionsPage:
    """definitions.html: every nyckeltal by goal."""

    site: Site
    goals: Sequence[tuple[Goal, str, Sequence[Definition]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of the API."""

    method: str
    path: str
    summary: str
    description: Sequence[str]
    """Paragraphs."""
    parameters: Sequence[tuple[str, str, Sequence[str]]]
    """Name, meaning, and the values to choose among; none where it is no such choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiPage:
    """api.html: the operations of the API, as openapi.json tells them."""

    site: Site
    description: Sequence[str]
    """Paragraphs."""
    operations: Sequence[Operation]
    problems: Sequence[tuple[str, int, str, str]]
    """Anchor, status, title and meaning of each kind of error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """error.html: what went wrong and what to do."""

    site: Site
    status: int
    title: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LotLine:
    """A lot of comments to read, in words."""

    number: int
    title: str
    """Whose share, of what."""
    drawn: int
    read: int
    missing: int
    """How many more must be read before the share is put right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LotsPage:
    """lots.html: what is drawn for people to read, and the form to draw more."""

    site: Site
    boxes: Sequence[Choices]
    period: str
    """As it may be written, to begin with."""
    size: int
    needed: int
    lots: Sequence[LotLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class LotPage:
    """lot.html: the next comments of a lot, with one question for each."""

    site: Site
    lot: LotLine
    question: str
    meaning: str
    """What the guide says of the label."""
    comments: Sequence[DrawnComment]
