"""Swedish words for what the reader judges, in the terms of data/annotation-guide.md.

One table per enum; a test keeps every member in its table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from nlp.vocabulary import Channel, FollowUp, Label, LinkRule, Sentiment, WellAnswered
from service.nyckeltal.definition import Direction, Goal, Unit
from service.nyckeltal.figure import IntervalMethod, Withheld
from service.nyckeltal.suppress import FEWEST_COMMENTS, FEWEST_WRITERS
from service.store.verdicts import Subject
from service.swedish import HARD_SPACE, format_number

GOAL_MEANINGS: Final[Mapping[Goal, str]] = {
    Goal.INFORMED: (
        "Målgruppen ska känna till, veta eller enkelt ta reda på något om verksamheten."
    ),
    Goal.ASSURED: (
        "Målgruppen ska bli tilltalad, berörd, nyfiken eller känna sig trygg i det som "
        "Stockholms stad gör."
    ),
    Goal.LISTENED_TO: (
        "Målgruppen ska uppleva att en synpunkt, fråga eller kommentar har blivit väl besvarad."
    ),
    Goal.FREE_TO_ACT: (
        "Målgruppen ska uppleva flexibilitet och frihet att hantera sina ”måsten och önskningar” "
        "när det passar."
    ),
}
"""What each goal means, as the city's guide Mål och uppföljning says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelWords:
    """How a label is named on a pill, told in a sentence, and explained."""

    title: str
    does: str
    """Continues "Kommentaren …"."""
    meaning: str


LABEL_WORDS: Final[Mapping[Label, LabelWords]] = {
    Label.QUESTION: LabelWords(
        title="Fråga",
        does="ställer en fråga",
        meaning="Vill veta något som organisationen kan svara på, rakt ut eller mellan raderna.",
    ),
    Label.COMPLAINT: LabelWords(
        title="Klagomål",
        does="framför ett klagomål",
        meaning="Missnöje med något som organisationen gör, har beslutat eller har låtit bli.",
    ),
    Label.SUGGESTION: LabelWords(
        title="Förslag",
        does="lämnar ett förslag",
        meaning="Föreslår något som organisationen kan göra, konkret nog att ta vidare.",
    ),
    Label.PRAISE: LabelWords(
        title="Beröm",
        does="ger beröm",
        meaning="Uppskattar eller tackar för något som organisationen gör.",
    ),
    Label.NEEDS_REPLY: LabelWords(
        title="Behöver svar",
        does="behöver svar",
        meaning="En fråga, eller ett klagomål, förslag eller fel med något att ta upp.",
    ),
    Label.UNCIVIL: LabelWords(
        title="Ohövlig",
        does="är ohövlig",
        meaning="Förolämpar, hånar eller föraktar någon. Hård kritik i sak är inte ohövlig.",
    ),
    Label.TOXIC: LabelWords(
        title="Kränkande",
        does="är kränkande",
        meaning="Hot, hat eller grova påhopp: det som en moderator måste se i dag.",
    ),
    Label.REASONED: LabelWords(
        title="Motiverad",
        does="ger skäl för det den säger",
        meaning="Ger ett skäl, ett faktum, ett exempel eller en egen erfarenhet.",
    ),
    Label.ON_TOPIC: LabelWords(
        title="Håller sig till ämnet",
        does="håller sig till ämnet",
        meaning="Har med inlägget eller tråden att göra.",
    ),
    Label.FAULT_REPORT: LabelWords(
        title="Felanmälan",
        does="anmäler ett fel på en plats",
        meaning="Berättar om ett fel eller en fara på en plats som någon behöver åka och åtgärda.",
    ),
    Label.LEGAL_REVIEW: LabelWords(
        title="Bedöms enligt lag",
        does="kan behöva tas bort enligt BBS-lagen",
        meaning=(
            "En människa måste i dag bedöma om 5 § lagen om elektroniska anslagstavlor kräver att "
            "den tas bort. Läsningen föreslår bara; den avgör ingenting."
        ),
    ),
    Label.PERSONAL_DATA: LabelWords(
        title="Personuppgifter",
        does="innehåller personuppgifter",
        meaning="Innehåller till exempel personnummer, telefonnummer eller känsliga uppgifter.",
    ),
}

SENTIMENT_TITLES: Final[Mapping[Sentiment, str]] = {
    Sentiment.NEGATIVE: "Negativ",
    Sentiment.NEUTRAL: "Neutral",
    Sentiment.POSITIVE: "Positiv",
}

FOLLOW_UP_WORDS: Final[Mapping[FollowUp, str]] = {
    FollowUp.THANKS: "Skribenten tackade eller skrev att det löste sig.",
    FollowUp.FURTHER_QUESTION: "Skribenten ställde en ny fråga som bygger på svaret.",
    FollowUp.NOT_SATISFIED: "Skribenten var inte nöjd: frågade om eller klagade på svaret.",
    FollowUp.OTHER: "Skribenten skrev något annat efter svaret.",
    FollowUp.NONE: "Skribenten har inte skrivit mer. Tystnad betyder inte att hen är nöjd.",
}

FOLLOW_UP_TITLES: Final[Mapping[FollowUp, str]] = {
    FollowUp.THANKS: "Tackade, eller skrev att det löste sig",
    FollowUp.FURTHER_QUESTION: "Ställde en ny fråga som bygger på svaret",
    FollowUp.NOT_SATISFIED: "Var inte nöjd med svaret",
    FollowUp.OTHER: "Skrev något annat",
    FollowUp.NONE: "Skrev inget mer",
}

WELL_ANSWERED_TITLES: Final[Mapping[WellAnswered, str]] = {
    WellAnswered.YES: "Väl besvarad",
    WellAnswered.PARTLY: "Delvis besvarad",
    WellAnswered.NO: "Inte väl besvarad",
    WellAnswered.UNANSWERED: "Obesvarad",
}

LINK_RULE_WORDS: Final[Mapping[LinkRule, str]] = {
    LinkRule.PARENT: "skrevs direkt under kommentaren",
    LinkRule.MENTION: "nämner den som skrev",
    LinkRule.MATCH: "handlar om samma sak, med samma ord",
}

CHANNEL_TITLES: Final[Mapping[Channel, str]] = {
    Channel.FACEBOOK: "Facebook",
    Channel.INSTAGRAM: "Instagram",
    Channel.LINKEDIN: "Linkedin",
    Channel.YOUTUBE: "Youtube",
    Channel.X: "X",
    Channel.TIKTOK: "Tiktok",
    Channel.OTHER: "Annan kanal",
}

REASON_WORDS: Final[Mapping[str, str]] = {
    "automatic": "En maskin skickade svaret.",
    "ack_only": "Svaret säger bara att kommentaren är mottagen, eller att någon återkommer.",
    "question_sentence_unmatched": "Något som kommentaren tar upp nämns inte i svaret.",
    "blame": "Formuleringar som lägger skulden på den som skrev.",
    "stock_phrase": "En standardfras.",
    "link": "Har en länk.",
    "phone": "Har ett telefonnummer.",
    "email": "Har en e-postadress.",
    "outcome": "Säger vad som gäller, är gjort eller ska göras.",
    "pointer": "Hänvisar vidare.",
    "back_pointer": "Hänvisar tillbaka till det som personen redan hade.",
    "regret": "Beklagar.",
    "thanks": "Tackar.",
    "understanding": "Visar förståelse.",
    "named": "Tilltalar personen.",
    "signed": "Är undertecknat.",
    "long_sentences": "Långa meningar eller svåra ord.",
}
"""What the score of a reply rests on, by the codes of nlp.scoring.reply."""


MATTER_TITLES: Final[Mapping[Label, str]] = {
    Label.QUESTION: "Frågan",
    Label.COMPLAINT: "Klagomålet",
    Label.SUGGESTION: "Förslaget",
    Label.FAULT_REPORT: "Felanmälan",
}
"""What a comment raised, as the beginning of a sentence that `MATTER_OUTCOMES` ends."""

MATTER_OUTCOMES: Final[Mapping[Label, tuple[str, str, str]]] = {
    Label.QUESTION: ("är obesvarad", "berörs men är inte besvarad", "är besvarad"),
    Label.COMPLAINT: ("bemöts inte", "berörs men bemöts inte i sak", "bemöts i sak"),
    Label.SUGGESTION: ("bemöts inte", "berörs men bemöts inte i sak", "bemöts i sak"),
    Label.FAULT_REPORT: ("bemöts inte", "berörs men bemöts inte i sak", "bemöts i sak"),
}
"""What became of it, by its level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionWords:
    """A rated item: its name, what it asks, and what each whole point means, from 0."""

    title: str
    points: tuple[str, ...]


REPLY_DIMENSIONS: Final[Mapping[str, DimensionWords]] = {
    "answers": DimensionWords(
        title="Svar i sak",
        points=(
            "tar inte upp det som sägs",
            "tar upp det men lämnar något öppet",
            "svarar på allt",
        ),
    ),
    "next_step": DimensionWords(
        title="Nästa steg",
        points=(
            "inget att göra eller vänta sig",
            "en allmän hänvisning",
            "ett exakt nästa steg, eller inget behövdes",
        ),
    ),
    "tone": DimensionWords(
        title="Bemötande",
        points=(
            "kort, försvarande eller beskyllande",
            "korrekt men opersonligt",
            "vänligt och personligt",
        ),
    ),
    "clarity": DimensionWords(
        title="Klarspråk",
        points=("svårt att följa", "begripligt med viss möda", "klart direkt"),
    ),
}

GRADE_TITLES: Final[Mapping[str, str]] = {
    "1": "1: inte besvarad",
    "2": "2: dåligt besvarad",
    "3": "3: godtagbart besvarad",
    "4": "4: bra besvarad",
    "5": "5: kunde knappt ha besvarats bättre",
}

SUBJECT_TITLES: Final[Mapping[Subject, str]] = {
    Subject.REPLY: "Rätta bedömningen av svaret",
    Subject.ANSWER: "Rätta hur kommentaren blev besvarad",
    Subject.DISCUSSION: "Rätta bedömningen av samtalet",
}

ASPECT_TITLES: Final[Mapping[str, str]] = {
    "grade": "Helhet",
    "acknowledgement_only": "Bara en kvittens",
    "follow_up": "Vad skribenten gjorde sedan",
    "matter": "Om det blev bemött",
}

DISCUSSION_DIMENSIONS: Final[Mapping[str, tuple[str, str]]] = {
    "civility": ("Hövlighet", "Tonen är respektfull."),
    "reasoning": ("Skäl", "Det som hävdas kommer med skäl."),
    "reciprocity": ("Ömsesidighet", "Människor och organisationen svarar på vad den andra sa."),
    "relevance": ("Ämne", "Samtalet håller sig till ämnet."),
    "constructiveness": ("Vägar framåt", "Förslag, frågor och skäl som leder vidare."),
    "presence": ("Närvaro", "Organisationen deltar där den behövs."),
}

DISCUSSION_SHARES: Final[Mapping[str, str]] = {
    "reasoned": "Motiverade",
    "uncivil": "Ohövliga",
    "suggestion": "Förslag",
    "question": "Frågor",
    "reciprocity": "Svar till någon annan",
    "busiest": "Av den flitigaste",
}

WITHHELD_WORDS: Final[Mapping[Withheld, str]] = {
    Withheld.TOO_FEW_COMMENTS: (
        f"Visas inte: siffran vilar på färre än {FEWEST_COMMENTS} kommentarer och skulle kunna "
        "peka ut enskilda."
    ),
    Withheld.TOO_FEW_WRITERS: (
        f"Visas inte: färre än {FEWEST_WRITERS} personer har skrivit kommentarerna, och siffran "
        "skulle kunna peka ut dem."
    ),
    Withheld.SECONDARY: (
        "Visas inte: med den här siffran skulle en annan, dold siffra gå att räkna ut."
    ),
    Withheld.NO_DATA: "Det finns inget underlag att räkna på.",
}

DIRECTION_WORDS: Final[Mapping[Direction, str]] = {
    Direction.HIGHER: "Högre är bättre.",
    Direction.LOWER: "Lägre är bättre.",
    Direction.NEITHER: "Varken högt eller lågt är bra i sig.",
}

UNIT_WORDS: Final[Mapping[Unit, str]] = {
    Unit.SHARE: "Andel, visad i procent. I API:et ett tal från 0 till 1.",
    Unit.PER_1000: "Antal per tusen.",
    Unit.HOURS: "Kalendertid, dygnet runt. I API:et timmar.",
    Unit.WORKING_HOURS: "Arbetstid; en arbetsdag är nio timmar. I API:et timmar.",
    Unit.DAYS: "Dagar.",
    Unit.COUNT: "Antal.",
    Unit.POINTS: "Poäng från −100 till 100.",
}

INTERVAL_WORDS: Final[Mapping[IntervalMethod, str]] = {
    IntervalMethod.WILSON: (
        "Wilsons intervall för en andel. Det har en bredd också när alla eller ingen räknas in."
    ),
    IntervalMethod.BONETT_PRICE: (
        "Bonett och Prices intervall för skillnaden mellan två andelar av samma kommentarer."
    ),
    IntervalMethod.NEWCOMBE: (
        "Newcombes intervall för skillnaden mellan två andelar av olika kommentarer."
    ),
    IntervalMethod.PRICE_BONETT: (
        "Price och Bonetts intervall för skillnaden mellan två medianer."
    ),
    IntervalMethod.REVIEWED: (
        "När minst 100 lottade kommentarer har lästs av människor rättas andelen efter dem, och "
        "intervallet rymmer också hur ofta läsaren tar fel."
    ),
    IntervalMethod.BOOTSTRAP: (
        "Återsampling: inläggen lottas om tusen gånger, och intervallet är det som 95 % av "
        "lottningarna hamnar inom. Ges från fem inlägg och uppåt."
    ),
    IntervalMethod.DELTA: (
        "Deltametoden, för fler än tusen inlägg: en formel som ger samma svar som återsampling."
    ),
    IntervalMethod.ORDER_STATISTICS: (
        "De två uppmätta värden som medianen eller nionde tiondelen av alla tänkbara mätningar "
        "ligger mellan. Inget antas om hur värdena fördelar sig. Saknas när de är för få."
    ),
}

NO_INTERVAL: Final = "Siffran är en ren räkning, inte en skattning, och har därför inget intervall."

LANGUAGE_NAMES: Final[Mapping[str, str]] = {
    "ar": "arabiska",
    "da": "danska",
    "de": "tyska",
    "en": "engelska",
    "es": "spanska",
    "fa": "persiska",
    "fi": "finska",
    "fr": "franska",
    "nb": "norska",
    "pl": "polska",
    "ru": "ryska",
    "so": "somaliska",
    "sv": "svenska",
    "tr": "turkiska",
    "uk": "ukrainska",
    "und": "ett okänt språk",
}
"""The languages that nlp.language tells apart."""


def language_name(code: str | None) -> str | None:
    """The Swedish name of a language; the code itself for one without a name here."""
    return None if code is None else LANGUAGE_NAMES.get(code, code)


def percent(probability: float) -> str:
    """A probability as whole per cent; what is only nearly sure never reads as sure.

    >>> [percent(value).replace("\u00a0", "_") for value in (0.974, 0.9999, 1)]
    ['97_%', '>99_%', '100_%']
    """
    whole = round(probability * 100)
    if whole < 1 and probability > 0:
        return f"<1{HARD_SPACE}%"
    if whole > 99 and probability < 1:
        return f">99{HARD_SPACE}%"
    return f"{whole}{HARD_SPACE}%"


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun.

    >>> counted(1, "kommentar", "kommentarer").replace("\u00a0", "_")
    '1_kommentar'
    """
    return f"{format_number(number)}{HARD_SPACE}{one if number == 1 else many}"


def listed(words: list[str]) -> str:
    """Words as a Swedish list.

    >>> listed(["ett", "två", "tre"])
    'ett, två och tre'
    """
    return " och ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
