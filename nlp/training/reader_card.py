"""The card of a transformer reader, in Swedish: what it cannot do first, then how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nlp.evaluate import Evaluation


def card(version: str, evaluation: Evaluation, told: Mapping[str, Any]) -> str:
    """Markdown.

    Args:
        version: Name of the version.
        evaluation: On the test part.
        told: What metrics.json says.
    """
    rows = "\n".join(
        f"| {label.value} | {metric.support} | {_comma(metric.precision)} | "
        f"{_comma(metric.recall)} | {_comma(metric.f1)} | {_comma(metric.calibration_error)} | "
        f"{_comma(metric.unsure)} |"
        for label, metric in evaluation.labels.items()
    )
    weak = ", ".join(
        f"{label.value} ({_comma(metric.f1)})"
        for label, metric in sorted(evaluation.labels.items(), key=lambda item: item[1].f1)[:4]
    )
    data, recipe, rounding = told["data"], told["recipe"], told["rounding"]
    ours, others = told["examples"]["corpus"], told["examples"]["outside"]
    functions, sentiment = evaluation.functions_interval, evaluation.sentiment_interval
    return f"""# Transformatorläsare, version {version}

## Vad den inte klarar

- Ironi utan markörer: ”ryssen kommer före hopptornet”, ”Tack, vilken transparens”. Ungefär var
  tredje ironiskt klagomål missas.
- Klagomål som bara är en berättelse: ”Det stod koner i år också. Fick vända.”
- Klagomål på andra än organisationen (hundägare, cyklister, en annan skribent) tas ibland för
  klagomål på den, särskilt i svar till andra.
- Glädje som ingen har gett anledning till (”Grattis till alla ❤️”) läses lätt som beröm.
- Svagast är {weak}.
- Hot och annat som lagen gäller: den hittar inte allt. Läs det som den lämnar till en person.
- Andra språk än svenska läses inte: sådana kommentarer lämnas helt till en person. Emojier som
  kodaren aldrig har sett (bland andra 🥹 🫶 🥳 🤢) är tomma tecken för den.

## Vad den är tränad på

| källa | licens | kommentarer |
|---|---|---|
| trådarna i `data/corpus`, träningsdelen | EUPL-1.2, påhittade för projektet | {ours} |
| brighter-swe, med våra etiketter i `data/outside-labels` | CC BY 4.0 | {others} |
| kodaren multilingual-e5-small, se `models/encoder` | MIT | – |

Både skribenter och märkare av trådarna är språkmodeller; ingen människa har märkt dem. Se
`data/README.md`. Underlagets kontrollsumma är `{data["corpus_sha256"][:16]}…`, kodarens
`{told["encoder"][:16]}…`.

## Hur den är gjord

De {recipe["layers"]} nedersta lagren av kodaren, anpassade till alla etiketter på en gång i
{recipe["epochs"]} varv. Ett huvud läser kommentaren, ett per etikett ser på de ord som bär den
(märkarnas belägg lär orden direkt), ett väger in inlägget, den besvarade kommentaren, det som sades
närmast före och var i samtalet kommentaren står. Ovanliga etiketter väger mer. Vad som prövades och
vad det gav står i `trials.md`.

Kalibrerad (en linje per etikett, en temperatur för sentiment) och trösklar valda på
utvecklingsdelen. Vikter och mellanled är rundade till åtta bitar med fasta skalor: på
utvecklingsdelen {_comma(rounding["before"]["functions"])} före och
{_comma(rounding["after"]["functions"])} efter (funktioner),
{_comma(rounding["before"]["sentiment"])} och {_comma(rounding["after"]["sentiment"])} (sentiment).

## Mätvärden

Mätt på testdelen: de {evaluation.n} kommentarerna i {data["threads"]["test"]} trådar som varken
anpassning eller trösklar har sett. Intervallen kommer av dragningar bland hela trådar.
`lyssnad evaluate` ställer den bredvid enklare sätt att läsa och mäter på verkliga texter.

Macro-F1 för fråga, klagomål, förslag och beröm: {_comma(evaluation.functions_macro_f1)}
({_comma(functions[0])}–{_comma(functions[1])}). Macro-F1 för sentiment:
{_comma(evaluation.sentiment_macro_f1)} ({_comma(sentiment[0])}–{_comma(sentiment[1])}).

| etikett | antal | precision | täckning | F1 | kalibreringsfel | lämnas till person |
|---|---|---|---|---|---|---|
{rows}
"""


def _comma(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")
