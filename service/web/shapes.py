"""What the API takes and gives, field by field: the contract that openapi.json tells.

Fields may be added within version 1; none is renamed or changes meaning.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from nlp.vocabulary import Channel
from service.exchange import ExchangeThread, ThreadOut
from service.nyckeltal.definition import Direction, Goal, Unit
from service.nyckeltal.definitions import NYCKELTAL
from service.nyckeltal.figure import IntervalMethod, Withheld
from service.period import Earlier, Granularity

COMMENTS_AT_MOST: Final = 2_000
"""Comments in one call: some seconds of reading. Files of any size go through the command line."""

LAST_PAGE: Final = 1_000_000
FIGURES_AT_MOST: Final = 1_000


def _parted(value: object) -> object:
    """Take a,b for a and b: some programs cannot repeat a parameter."""
    if not isinstance(value, list):
        return value
    return [part for one in value for part in (one.split(",") if isinstance(one, str) else [one])]


def _known(names: list[str]) -> list[str]:
    if not {definition.id for definition in NYCKELTAL}.issuperset(names):
        raise ValueError("finns inte; alla nyckeltal står på /api/v1/definitions")
    return names


class FigureChoice(BaseModel):
    """Which nyckeltal are asked for."""

    model_config = ConfigDict(extra="forbid")

    period: str | None = Field(
        default=None,
        pattern=r"^[0-9QqWw/ -]+$",
        max_length=40,
        description=(
            "Månad (2026-10), vecka (2026-W42), kvartal (2026-Q3), år (2026), dag (2026-10-05) "
            "eller första och sista dagen (2026-09-01/2026-10-31). Utan period: allt."
        ),
        examples=["2026-10"],
    )
    granularity: Granularity | None = Field(
        default=None, description="Dela upp perioden i dagar, veckor, månader, kvartal eller år."
    )
    group_by: Annotated[list[Literal["account", "channel"]], BeforeValidator(_parted)] = Field(
        default=[],
        description=(
            "Dela upp på konto, kanal eller båda; upprepa parametern eller sätt komma emellan. "
            "Nyckeltal om inlägg delas alltid upp på kanal."
        ),
        examples=[["account", "channel"]],
    )
    account: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="Bara det här kontot.",
        examples=["Trafik i Stockholm"],
    )
    channel: Channel | None = Field(default=None, description="Bara den här kanalen.")
    goal: Goal | None = Field(default=None, description="Bara det här kommunikationsmålet.")
    compare: Earlier | None = Field(
        default=None,
        description="Jämför varje period med den före, eller med samma period året innan.",
    )
    nyckeltal: Annotated[list[str], BeforeValidator(_parted), AfterValidator(_known)] = Field(
        default=[],
        max_length=len(NYCKELTAL),
        description="Bara de här nyckeltalen; upprepa parametern eller sätt komma emellan.",
        examples=[["answer_rate"]],
        json_schema_extra={"items": {"enum": [one.id for one in NYCKELTAL], "type": "string"}},
    )


class FigurePage(FigureChoice):
    """Which nyckeltal are asked for, and how many at a time."""

    limit: int = Field(
        default=FIGURES_AT_MOST, ge=1, le=FIGURES_AT_MOST, description="Siffror per sida, högst."
    )
    page: int = Field(default=1, ge=1, le=LAST_PAGE, description="Sidans nummer, från 1.")


class FigureSheet(FigureChoice):
    """Which nyckeltal are asked for, and for what program."""

    excel: bool = Field(
        default=False,
        description=(
            "Skriv för svensk Excel: semikolon mellan kolumnerna, decimalkomma och ett märke "
            "för UTF-8, så att filen öppnas rätt med ett dubbelklick."
        ),
    )


class FigureRecord(BaseModel):
    """Ett nyckeltal för en period och en grupp."""

    nyckeltal: str = Field(description="Nyckeltalets namn, samma för alltid.")
    goal: Goal = Field(description="Kommunikationsmålet som nyckeltalet hör till.")
    title: str = Field(description="Nyckeltalets rubrik på svenska.")
    unit: Unit = Field(description="Vad värdet räknas i. En andel är ett tal från 0 till 1.")
    period: str = Field(description="Perioden, skriven så att den går att fråga efter.")
    period_start: str = Field(description="Periodens första dag, svensk tid.")
    period_end: str = Field(description="Periodens sista dag, svensk tid.")
    granularity: Granularity | None = Field(
        description="Dag, vecka, månad, kvartal eller år när perioden är precis det."
    )
    account: str | None = Field(description="Kontot; null betyder alla tillsammans.")
    channel: Channel | None = Field(description="Kanalen; null betyder alla tillsammans.")
    value: float | None = Field(description="Värdet; null när det inte visas, se withheld.")
    numerator: int | None = Field(description="Täljaren, när värdet är en kvot eller ett antal.")
    denominator: int | None = Field(description="Nämnaren, när värdet är en kvot.")
    n: int | None = Field(description="Hur många kommentarer eller inlägg siffran vilar på.")
    ci_low: float | None = Field(description="95 %-intervallets nedre gräns.")
    ci_high: float | None = Field(description="95 %-intervallets övre gräns.")
    interval_method: IntervalMethod | None = Field(description="Hur intervallet är räknat.")
    pending: int | None = Field(
        description="Kommentarer som räknas in först när tiden för svar har gått ut."
    )
    corrected_for: str | None = Field(
        description="Vad värdet är rättat för: reviews när minst 100 lottade kommentarer har "
        "lästs av människor."
    )
    withheld: Withheld | None = Field(description="Varför värdet inte visas.")
    fingerprint: str = Field(description="Vilka modeller och regler som läste kommentarerna.")
    as_of: str = Field(description="När siffran räknades, UTC enligt RFC 3339.")
    uncorrected: float | None = Field(
        description="Värdet så som läsaren ensam har det, när det är rättat."
    )
    reviews: int | None = Field(
        description="Hur många lottade kommentarer som människor har läst för rättningen."
    )
    compared_with: str | None = Field(description="Den tidigare perioden som change gäller.")
    change: float | None = Field(
        description="Värdet minus den tidigare periodens. Antal jämförs bara när båda är slut."
    )
    change_low: float | None = Field(
        description="95 %-intervallets nedre gräns; ligger båda på samma sida om 0 är det mer "
        "än slump."
    )
    change_high: float | None = Field(description="Förändringens övre gräns.")


class FigureAnswer(BaseModel):
    """En sida nyckeltal, och vad de vilar på."""

    nyckeltal: list[FigureRecord] = Field(description="Siffrorna, i definitionernas ordning.")
    period: str = Field(description="Hela perioden som siffrorna gäller.")
    as_of: str = Field(description="När siffrorna räknades, UTC enligt RFC 3339.")
    fingerprint: str = Field(description="Vilka modeller och regler som läste kommentarerna.")
    total: int = Field(description="Siffror på alla sidor tillsammans.")
    page: int = Field(description="Den här sidans nummer, från 1.")
    limit: int = Field(description="Siffror per sida, högst.")


class DefinitionRecord(BaseModel):
    """Vad ett nyckeltal betyder och hur det räknas."""

    id: str = Field(description="Nyckeltalets namn, samma för alltid.")
    title: str = Field(description="Rubrik.")
    question: str = Field(description="Frågan som nyckeltalet svarar på.")
    goal: Goal = Field(description="Kommunikationsmålet.")
    unit: Unit = Field(description="Vad värdet räknas i.")
    direction: Direction = Field(description="Om högre eller lägre är bättre, eller inget av dem.")
    numerator: str = Field(description="Vad som räknas eller mäts.")
    denominator: str | None = Field(description="Vad det räknas bland; null för ett rent antal.")
    caveat: str = Field(description="Vad man ska akta sig för.")
    source: str = Field(description="Var definitionen kommer ifrån.")
    interval: str = Field(description="Hur 95 %-intervallet räknas.")
    per_channel: bool = Field(description="Om kanalerna alltid redovisas var för sig.")


class DefinitionAnswer(BaseModel):
    """Alla nyckeltal."""

    definitions: list[DefinitionRecord] = Field(description="I den ordning som rapporter har dem.")


class AnalyseRequest(BaseModel):
    """Trådar att läsa, i utbytesformatet version 1."""

    threads: tuple[ExchangeThread, ...] = Field(
        min_length=1,
        description=f"Trådarna; tillsammans högst {COMMENTS_AT_MOST} kommentarer.",
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if sum(len(thread.comments) for thread in self.threads) > COMMENTS_AT_MOST:
            raise ValueError(
                f"fler än {COMMENTS_AT_MOST} kommentarer; dela upp dem i flera anrop, "
                "eller använd ”lyssnad analyse”"
            )
        return self


class AnalyseAnswer(BaseModel):
    """Det som är läst och bedömt, tråd för tråd i samma ordning."""

    threads: list[ThreadOut] = Field(description="En för varje tråd som skickades.")


class ApiInfo(BaseModel):
    """Om API:et, som Diggs REST API-profil vill ha det."""

    api_name: str = Field(serialization_alias="apiName", description="API:ets namn.")
    api_version: str = Field(serialization_alias="apiVersion", description="Version.")
    api_released: str = Field(
        serialization_alias="apiReleased", description="När versionen släpptes."
    )
    api_documentation: str = Field(
        serialization_alias="apiDocumentation", description="Var det beskrivs."
    )
    api_status: Literal["beta", "active", "deprecated"] = Field(
        serialization_alias="apiStatus",
        description="Om det är under utveckling, i drift eller på väg bort.",
    )


class Health(BaseModel):
    """Att tjänsten är i drift."""

    status: Literal["ok"] = Field(description="ok när allt fungerar; annars kommer ett fel.")
    fingerprint: str = Field(description="Vilka modeller och regler som läser.")
    database: Literal["writable"] = Field(description="Databasen går att läsa och skriva.")
