"""The card of what finds the answer to a question: what it cannot do, what it learnt from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from nlp.readers.passages import ANSWER_PIECES, QUESTION_PIECES
from nlp.training.reader_card import comma

AMONG: Final = 20
"""Replies among which that to a comment is to be found."""


def card(version: str, told: Mapping[str, Any]) -> str:
    """The card in Swedish, of what metrics.json holds."""
    recipe, test, dev = told["recipe"], told["test"], told["dev"]
    others = "".join(
        f"| frågor på myndigheters texter, {name} | CC BY 4.0 | {counts['taught']} |\n"
        for name, counts in told["others"].items()
        if counts["taught"]
    )
    ours = (
        "| frågor till myndigheter, `data/corpus/teaching/questions.jsonl` | EUPL-1.2, påhittade | "
        f"{told['questions']} |\n"
        if told["questions"]
        else ""
    )
    replies = f"{comma(test.get('replies'))} (n = {test.get('n.replies', 0):.0f})"
    paragraphs = f"{comma(test.get('questions'))} (n = {test.get('n.questions', 0):.0f})"
    count = told["examples"]["train"]
    return f"""# Det som hittar svar, version {version}

## Vad den inte klarar

- Den säger vilken av några texter som bäst svarar på en fråga, aldrig om den svarar. Bland bara
  fel svar väljer den ett fel svar.
- Den läser fråga och svar var för sig. Om ett svar säger ja eller nej, eller gäller ett annat år,
  ser den dåligt.
- Av en fråga läses {QUESTION_PIECES} ordbitar, av ett svar {ANSWER_PIECES}.

## Vad den är tränad på

| källa | licens | antal |
|---|---|---|
| kommentarer med en fråga och svaret de fick, träningsdelen | EUPL-1.2, påhittade | {count} |
{ours}{others}| kodaren multilingual-e5-small, se `models/encoder` | MIT | – |

## Hur den är gjord

Kodarens {recipe["layers"]} lager, de {recipe["frozen"]} nedersta orörda, lär sig i
{recipe["epochs"]} varv att varje ordbit i en fråga ska ligga nära någon ordbit i svaret på den,
närmare än i svaren på de andra frågorna i samma bunt och i en annan text på samma sida. Vikter och
mellanled är rundade till åtta bitar med fasta skalor. Likheten i mening vägs samman med likheten i
tecken, som väger hälften; det valdes på 126 frågor ur utvecklingsdelen av swequad-mc.

## Mätvärden

| vad | testdelen | utvecklingsdelen |
|---|---|---|
| rätt svar på en kommentar först, bland {AMONG} | {replies} | {comma(dev.get("replies"))} |
| rätt stycke först, bland alla i en myndighets text | {paragraphs} | – |

`lyssnad evaluate --set replies` mäter dessutom frågor och svar från myndigheter som varken tränat
eller valt något, bredvid TF-IDF och en fryst kodare.
"""
