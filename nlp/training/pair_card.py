"""The card of a reader of pairs: what it cannot do, what it learnt from, how well it reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from nlp.training.reader_card import comma

_FIGURES: Final[Mapping[str, str]] = {
    "grade.rho": "betyg 1–5, Spearman",
    "grade.qwk": "betyg 1–5, kvadratisk kappa",
    "answers.qwk": "svar i sak, kvadratisk kappa",
    "next_step.qwk": "nästa steg, kvadratisk kappa",
    "tone.qwk": "bemötande, kvadratisk kappa",
    "clarity.qwk": "klarspråk, kvadratisk kappa",
    "well_answered": "väl besvarad, macro-F1",
    "acknowledgement": "kvittens, F1 (i drift räcker det att regler ser den)",
    "parts.qwk": "hur långt en sak möts, kvadratisk kappa",
    "missed": "saker som inte möts: andel funna",
    "passage": "saker som möts: andel där troligaste mening är rätt",
    "follow_up": "vad skribenten gjorde sedan, macro-F1 (tystnad borträknad)",
}
"""What `pairs.measure` gives, in the order that it is shown."""


def card(version: str, told: Mapping[str, Any]) -> str:
    """The card in Swedish, of what metrics.json holds."""
    recipe, test, rounding = told["recipe"], told["test"], told["rounding"]
    examples = told["examples"]
    rows = "\n".join(
        f"| {title} | {comma(test[name])} | {comma(rounding['before'].get(name))} | "
        f"{comma(rounding['after'].get(name))} |"
        for name, title in _FIGURES.items()
        if name in test
    )
    others = "".join(
        f"| frågor på myndigheters texter, {name} | CC BY 4.0 | {count} |\n"
        for name, count in told["others"].items()
        if count
    )
    weakest = sorted((name for name in _FIGURES if name in test), key=lambda name: test[name])[:3]
    weak = ", ".join(f"{_FIGURES[name]} ({comma(test[name])})" for name in weakest)
    return f"""# Parläsare, version {version}

## Vad den inte klarar

- Svagast: {weak}.
- Den vet bara det som står i tråden: att ett svar är fel i sak ser den inte, bara om det möter det
  som sades.
- Att en av flera frågor blev obesvarad ser den sämre än att allt eller inget besvarades. Läs det som
  pekas ut.
- Bedömarna den lärt av är språkmodeller, och deras betyg ligger ofta i ändarna, 1 eller 5.
- Av en kommentar läses {told["room"]["first"]} ordbitar, av ett svar {told["room"]["second"]}; det som
  inte ryms bedöms inte. Högst {told["room"]["parts"]} saker i en kommentar läses.

## Vad den är tränad på

| källa | licens | antal |
|---|---|---|
| svar med bedömningar i `data/corpus`, träningsdelen | EUPL-1.2, påhittade | {examples["train"]["replies"]} |
| vad den som fick svar skrev sedan, därifrån | EUPL-1.2, påhittade | {examples["train"]["reactions"]} |
| kommentarer med två svar, `data/corpus/teaching/replies.jsonl` | EUPL-1.2, påhittade | {told["contrasts"]} |
| frågor till myndigheter, `data/corpus/teaching/questions.jsonl` | EUPL-1.2, påhittade | {told["questions"]} |
{others}
Dessutom kommentarer bredvid svar till någon annan, som den ska se inte hör ihop.

## Hur den är gjord

De {recipe["layers"]} nedersta lagren av samma kodare som läser kommentarer, anpassade i
{recipe["epochs"]} varv till båda texterna på en gång: betyg i steg, hur långt varje sak i
kommentaren möts och av vilka meningar, om texterna alls hör ihop, och vad den som svarades gjorde
sedan. Betygen vilar också på vad regler finner i svaret: kvittens, länk, telefon, hälsning,
underskrift och annat som står exakt. Varje betygssteg är förskjutet till den gräns som tjänar
utvecklingsdelen bäst, så utvecklingsdelens siffror är något för goda. Vikter och mellanled är
rundade till åtta bitar.

## Hur väl den läser

Testdelen: {examples["test"]["replies"]} svar bredvid kommentarer och {examples["test"]["reactions"]}
reaktioner; utvecklingsdelen före och efter avrundning. Här är sakerna de som märkarna pekat ut; i
drift är de vad läsaren av kommentarer hittar. Hela vägen mäts av `lyssnad evaluate --set replies`.

| mått | testdelen | utvecklingsdelen, före avrundning | efter |
|---|---|---|---|
{rows}
"""  # noqa: E501  a row of a table is one line
