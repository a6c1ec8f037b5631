"""Families of nyckeltal that differ in a few words, and the Swedish sentences that many share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from service.nyckeltal.definition import (
    AnsweredInTime,
    AnswerGap,
    Clock,
    CommentCount,
    CommentShare,
    Definition,
    Direction,
    Goal,
    PostRatio,
    PostSum,
    ReplyTime,
    ShareGap,
    TimeGap,
    Unit,
)

ANSWER_WINDOW: Final = 5
"""Working days within which a comment is to be answered; municipal practice is 5."""

GUIDE: Final = "Stockholms stads guide Mål och uppföljning"
KKIK: Final = "Efter förebild i Kommunens kvalitet i korthet: svar inom en och två dagar"
PRACTICE: Final = "Kommunal praxis för svar på synpunkter, fem arbetsdagar"
POLICY: Final = "Stockholms stads policy: lyhörda oavsett ingång, ämne och tonalitet"
JUDGED_REPLIES: Final = (
    "Svaren är bedömda automatiskt, efter vad som står i tråden; om svaret stämmer prövas inte."
)
OWN: Final = "lyssnads egen definition"

READ_COMMENTS: Final = "Lästa kommentarer från medborgare"
AS_JUDGED: Final = "Läst automatiskt. En kommentar som läsningen är osäker på räknas inte dit."
SAME_POSTS: Final = "Sammanlagd räckvidd för samma inlägg; ett hjälptal, inte ett antal personer"
ONLY_KNOWN: Final = "Bara inlägg där kanalen har lämnat båda talen räknas. Kanaler jämförs inte."
NO_CLICKS: Final = "Instagram lämnar inga länkklick."
ANSWERED_ONLY: Final = (
    "Bara besvarade kommentarer har en svarstid. Läs tillsammans med svarsgraden: "
    "de som aldrig fick svar syns inte här."
)
WORKING_TIME: Final = "Arbetstid är helgfri måndag–fredag 08–17."
ALL_HOURS: Final = "Tiden räknas dygnet runt: arbetstid hoppar över just den väntan det gäller."
RECEIPTS: Final = "Kvittenser och automatiska svar räknas inte som svar."


def share(label: str, noun: str, *, direction: Direction, caveat: str = "") -> Definition:
    """The share of read comments that carry a label."""
    return Definition(
        id=f"share_{label}",
        title=f"Andel {noun}",
        question=f"Hur stor del av kommentarerna är {noun}?",
        goal=Goal.ASSURED,
        unit=Unit.SHARE,
        direction=direction,
        numerator=f"Kommentarer som är {noun}",
        denominator=READ_COMMENTS,
        caveat=f"{AS_JUDGED} {caveat}".strip(),
        source="Kodboken i data/annotation-guide.md",
        how=CommentShare(that=label),
    )


def received(name: str, noun: str, *, label: str, caveat: str) -> Definition:
    """The number of read comments that carry a label, as work to take further."""
    return Definition(
        id=name,
        title=f"Inkomna {noun}",
        question=f"Hur många {noun} har kommit in att ta vidare?",
        goal=Goal.FREE_TO_ACT,
        unit=Unit.COUNT,
        direction=Direction.NEITHER,
        numerator=f"Kommentarer som är {noun}",
        denominator=READ_COMMENTS,
        caveat=f"{AS_JUDGED} {caveat}",
        source=GUIDE,
        how=CommentCount(that=label),
    )


def total(metric: str, title: str, *, question: str, caveat: str = "") -> Definition:
    """The sum of a metric that the network counts."""
    return Definition(
        id=metric,
        title=title,
        question=question,
        goal=Goal.INFORMED,
        unit=Unit.COUNT,
        direction=Direction.HIGHER,
        numerator=title,
        denominator=None,
        caveat=f"Bara inlägg där kanalen har lämnat antalet räknas. {caveat}".strip(),
        source=GUIDE,
        how=PostSum(of=metric),
    )


def rate(
    name: str,
    title: str,
    *,
    question: str,
    of: str,
    counted: str,
    goal: Goal = Goal.INFORMED,
    caveat: str = "",
) -> Definition:
    """A metric that the network counts, by reach, as a ratio of sums."""
    return Definition(
        id=name,
        title=title,
        question=question,
        goal=goal,
        unit=Unit.SHARE,
        direction=Direction.HIGHER,
        numerator=counted,
        denominator=SAME_POSTS,
        caveat=f"{caveat} {ONLY_KNOWN}".strip(),
        source=GUIDE,
        how=PostRatio(of=of, per="reach"),
    )


def answered(
    name: str,
    title: str,
    *,
    question: str,
    how: AnsweredInTime,
    within: str = f"{ANSWER_WINDOW} arbetsdagar",
    noun: str = "kommentarer",
    source: str = PRACTICE,
) -> Definition:
    """The share answered in time."""
    return Definition(
        id=name,
        title=title,
        question=question,
        goal=Goal.LISTENED_TO,
        unit=Unit.SHARE,
        direction=Direction.HIGHER,
        numerator=f"De som fått svar av en människa inom {within}",
        denominator=f"{noun.capitalize()} som behöver svar, äldre än {within}",
        caveat=f"Yngre {noun} är för nya att räkna in. {RECEIPTS} {WORKING_TIME}",
        source=source,
        how=how,
    )


def equal(
    name: str,
    title: str,
    *,
    one: str,
    other: str,
    asked: tuple[str, str],
    groups: tuple[str, str],
    caveat: str = "",
    clock: Clock = "working_minutes",
) -> Iterator[Definition]:
    """How much more often, sooner and better some are met than others: listening is to be equal.

    Args:
        name: Ends the name of each.
        title: Ends the title of each.
        one: The comments of which it is asked whether they are met as well.
        other: Those that they are compared with.
        asked: The same two as people, for the question.
        groups: The same two as the facts of comments name them.
        caveat: What else to beware of.
        clock: What time to the first reply is counted in.
    """
    is_working_time = clock == "working_minutes"
    whom, than = asked
    first, second = groups
    shared = (
        f"Visas när det finns minst fem av vardera. Skillnader i vad de skriver om är inte "
        f"borträknade. {caveat}"
    ).strip()
    worse = f"Noll är lika, under noll får {one} det sämre."
    yield Definition(
        id=f"answer_gap_{name}",
        title=f"Svarsgrad {title}",
        question=f"Får {whom} svar lika ofta som {than}?",
        goal=Goal.LISTENED_TO,
        unit=Unit.POINTS,
        direction=Direction.HIGHER,
        numerator=f"Procentenheter: andelen besvarade inom {ANSWER_WINDOW} arbetsdagar bland "
        f"{one}, minus andelen bland {other}",
        denominator=None,
        caveat=f"{worse} {shared} {RECEIPTS}",
        source=POLICY,
        how=AnswerGap(
            working_days=ANSWER_WINDOW, one=f"answerable_{first}", other=f"answerable_{second}"
        ),
    )
    yield Definition(
        id=f"reply_time_gap_{name}",
        title=f"Svarstid {title}",
        question=f"Får {whom} svar lika snart som {than}?",
        goal=Goal.LISTENED_TO,
        unit=Unit.WORKING_HOURS if is_working_time else Unit.HOURS,
        direction=Direction.LOWER,
        numerator=f"{'Arbetstimmar' if is_working_time else 'Timmar'}: mediantiden till första "
        f"svar på {one}, minus den på {other}",
        denominator=None,
        caveat=f"Noll är lika, över noll får {one} vänta längre. {shared} {ANSWERED_ONLY} "
        f"{RECEIPTS} {WORKING_TIME if is_working_time else ALL_HOURS}",
        source=POLICY,
        how=TimeGap(clock=clock, one=f"answered_{first}", other=f"answered_{second}"),
    )
    yield Definition(
        id=f"well_answered_gap_{name}",
        title=f"Väl besvarade {title}",
        question=f"Blir {whom} lika väl besvarad som {than}?",
        goal=Goal.LISTENED_TO,
        unit=Unit.POINTS,
        direction=Direction.HIGHER,
        numerator=f"Procentenheter: andelen väl besvarade bland {one}, minus andelen bland {other}",
        denominator=None,
        caveat=f"{worse} {shared} {JUDGED_REPLIES} {RECEIPTS}",
        source=POLICY,
        how=ShareGap(that="well_answered", one=f"rated_{first}", other=f"rated_{second}"),
    )


def reply_time(name: str, title: str, *, question: str, how: ReplyTime) -> Definition:
    """A quantile of the time until the first reply."""
    is_working_time = how.clock == "working_minutes"
    return Definition(
        id=name,
        title=title,
        question=question,
        goal=Goal.LISTENED_TO,
        unit=Unit.WORKING_HOURS if is_working_time else Unit.HOURS,
        direction=Direction.LOWER,
        numerator="Tid från kommentar till första svar av en människa",
        denominator="Besvarade kommentarer som behövde svar",
        caveat=" ".join((ANSWERED_ONLY, RECEIPTS, *([WORKING_TIME] * is_working_time))),
        source=OWN,
        how=how,
    )
