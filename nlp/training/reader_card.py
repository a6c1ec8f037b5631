"""The cards of readers, in Swedish: what they cannot do first, then how they were made.

All that is measured is taken from what metrics.json says, so a card can be written anew from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from nlp.evaluate import AIMED_AT, FEWEST_SURE, RIGHT, WORTHWHILE
from nlp.registers import FEW
from nlp.training.encoder import WEIGHTS_SHA256
from nlp.training.linear import MUST_BE_SEEN

Told = Mapping[str, Any]
"""What metrics.json says of one reader."""

_TITLES: Final = {"linear": "TF-IDF och logistisk regression", "lexical": "Lexikon och regler"}

_WRITTEN: Final = {
    "emoji_only": "bara emojier",
    "lower_case": "bara små bokstäver",
    "spoken": "talspråk och slang",
    "formal": "formellt, minst 25 ord",
    "masked": "med maskade uppgifter",
    "english": "engelska",
    "other_language": "annat språk",
    "ironic": "ironi (märkarnas ord)",
    "rhetorical": "retoriska frågor (märkarnas ord)",
    "indirect": "underförstått (märkarnas ord)",
}


def comma(value: float | None) -> str:
    """A figure as Swedish writes it, with two decimals; a dash where there is none."""
    return "–" if value is None else f"{value:.2f}".replace(".", ",")


def card(version: str, told: Told) -> str:
    """The card of a transformer reader, as Markdown.

    Args:
        version: Name of the version.
        told: What its metrics.json says.
    """
    recipe, rounding = told["recipe"], told["rounding"]
    data, counts = told["data"], told["examples"]
    partly = "".join(
        f"| {name}, med egna etiketter | se `data/outside-sets.toml` | {count} |\n"
        for name, count in counts.get("partly", {}).items()
    )
    sources = "".join(
        f"| {name}, med våra etiketter i `data/outside-labels` | {each['licence']} | "
        f"{each['comments']} av {each['labelled']} |\n"
        for name, each in data["outside"].items()
    )
    contrasts = (
        "| grannar på var sin sida om en gräns, `data/corpus/teaching/contrasts.jsonl`, "
        f"bara funktioner, ohövlighet, sentiment och ironi | EUPL-1.2, påhittade | {taught} |\n"
        if (taught := counts.get("contrasts"))
        else ""
    )
    context = (
        "ett väger in inlägget, den besvarade kommentaren, det som sades\nnärmast före och var i "
        "samtalet kommentaren står"
        if recipe["context"]
        else "sammanhanget vägs inte in"
    )
    legal = told["labels"]["legal_review"]["seen"]
    unseen = "".join(told.get("unseen_emoji", ()))
    emoji = (
        f" Emojier som kodaren aldrig har sett ({unseen}) är tomma tecken\n  för den."
        if unseen
        else ""
    )
    return f"""# Transformatorläsare, version {version}

## Vad den inte klarar

- Svagast är {_weak(told)}.
- Hot och annat som lagen gäller: av det som märkts så i testdelen når {_per_cent(legal)}
  en person. Läs.
- Andra språk än svenska läses inte: sådana kommentarer lämnas helt till en person.{emoji}
- Kommentarer ur testdelen som den läser fel, de säkraste felen (texterna är påhittade):

{_failures(told)}

## Vad den är tränad på

| källa | licens | kommentarer |
|---|---|---|
| trådarna i `data/corpus`, träningsdelen | EUPL-1.2, påhittade för projektet | {counts["corpus"]} |
{sources}{partly}{contrasts}| {_encoder(told["encoder"])} | – |

Både skribenter och märkare av trådarna är språkmodeller; ingen människa har märkt dem. Se
`data/README.md`. Underlagets kontrollsumma är `{data["corpus_sha256"][:16]}…`.

## Hur den är gjord

De {recipe["layers"]} nedersta lagren av kodaren, anpassade till alla etiketter på en gång i
{recipe["epochs"]} varv. Ett huvud läser kommentaren, ett per etikett ser på de ord som bär den
(märkarnas belägg lär orden direkt), {context}. Ovanliga etiketter väger mer. Vad som prövades och
vad det gav står i [`trials.md`](trials.md).

Kalibrerad (en linje per etikett, en temperatur för sentiment) och trösklar valda på
utvecklingsdelen. Vikter och mellanled är rundade till åtta bitar med fasta skalor. På
utvecklingsdelen, macro-F1:

| | funktioner | sentiment |
|---|---|---|
| före avrundning | {comma(rounding["before"]["functions"])} | {comma(rounding["before"]["sentiment"])} |
| efter avrundning | {comma(rounding["after"]["functions"])} | {comma(rounding["after"]["sentiment"])} |
{_rivals(told)}
{_reviews(told)}{_measured(told)}"""  # noqa: E501  a row of a table is one line


def light_card(kind: str, version: str, told_of: Mapping[str, Told]) -> str:
    """The card of a plain reader, beside the other one, as Markdown.

    Args:
        kind: Which of the two.
        version: Name of the version.
        told_of: What metrics.json says, of both.
    """
    told = told_of[kind]
    data = told["data"]
    compared = "\n".join(
        f"| {_TITLES[other]} | {_macro(each, 'functions')} | {_macro(each, 'sentiment')} |"
        for other, each in told_of.items()
    )
    outside = "".join(
        f"Dessutom {each['comments']} texter ur {name} ({each['licence']}), med våra etiketter.\n"
        for name, each in data["outside"].items()
    )
    return f"""# {_TITLES[kind]}, version {version}

## Vad den inte klarar

- Den är en grundläsare, till för jämförelse och för maskiner där en större läsare inte får plats.
- Ironi läses som vad orden säger: ”Jättebra att snöröjningen kommer i april 👏” blir lätt beröm.
- Svagast är {_weak(told)}.
- Lita inte på den för att hitta hot eller annat som lagen gäller: läs.
- Inlägget och den kommentar som besvaras påverkar knappt läsningen.
- Andra språk än svenska läses inte: sådana kommentarer lämnas helt till en person.
- Kommentarer ur testdelen som den läser fel, de säkraste felen (texterna är påhittade):

{_failures(told)}

## Vad den är tränad på

Trådarna i `data/corpus`, påhittade för projektet och märkta av en annan än den som skrev, efter
`data/annotation-guide.md` version {data["code_book"]}. Både skribenter och märkare är
språkmodeller: det finns inget mått på hur människor skulle märka. Se `data/README.md`.
Träningsdelen har {data["comments"]["train"]} kommentarer i {data["threads"]["train"]}
trådar. {outside}Underlagets kontrollsumma är `{data["corpus_sha256"][:16]}…`. Trösklarna är valda
på utvecklingsdelen.

| läsare | macro-F1 fråga, klagomål, förslag, beröm | macro-F1 sentiment |
|---|---|---|
{compared}

{_reviews(told)}{_measured(told)}"""


def told_of_reviews(reviews: Told) -> list[str]:
    """In Swedish, how a version that has learnt from reviews stands to the one it took over from.

    Args:
        reviews: What metrics.json says under that name.
    """
    people = reviews["people"]
    return [
        f"{reviews['reader']}, tränad även på {reviews['taught']} granskade kommentarer, bredvid "
        f"{reviews['beside']}. Medel av macro-F1 för alla etiketter och för sentiment, med "
        "95 %-intervall för skillnaden:",
        f"utvecklingsdelen ({reviews['dev']['n']} kommentarer): {_gain(reviews['dev'])}",
        f"testdelen ({reviews['test']['n']} kommentarer): {_gain(reviews['test'])}",
        "inga granskningar är ställda åt sidan"
        if people is None
        else f"granskningar som ställts åt sidan ({people['n']} svar), andel lika: {_gain(people)}",
    ]


def _gain(told: Told) -> str:
    if told["gain"] is None:
        return "går inte att mäta"
    before, after = (f"{told[name]:.3f}".replace(".", ",") for name in ("before", "after"))
    gain, low, high = (_signed(told[name]) for name in ("gain", "low", "high"))
    return f"{before} → {after}, skillnad {gain} ({low} till {high})"


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace(".", ",").replace("-", "−")


def _reviews(told: Told) -> str:
    """What a card says of the reviews that a version was trained on, if it was."""
    if "reviews" not in told:
        return ""
    first, *others = told_of_reviews(told["reviews"])
    rows = "\n".join(f"- {line}" for line in others)
    return f"""## Tränad även på granskade kommentarer

{first}

{rows}

De granskade kommentarernas texter ligger kvar i databasen. Modellen har fått andra vikter av
dem men inga ord.

"""


def _measured(told: Told) -> str:
    """The figures, which all cards have alike."""
    threads = told["data"]["threads"]["test"]
    share = _per_cent(RIGHT)
    left, right = told["sentiment"]["unsure"][0], told["sentiment"]["right"]
    return f"""## Mätvärden

Mätt på testdelen: de {told["tested_on"]} kommentarerna i {threads} trådar som varken
anpassning eller trösklar har sett. Inom parentes: 95 %-intervall, genom dragning bland hela trådar.
`lyssnad evaluate` ställer den bredvid andra sätt att läsa och mäter på verkliga texter.

- Macro-F1 för fråga, klagomål, förslag och beröm: {_macro(told, "functions")}
- Macro-F1 för sentiment: {_macro(told, "sentiment")}

| etikett | antal | precision | täckning | F1 | kalibreringsfel |
|---|---|---|---|---|---|
{_rows(_per_label(told))}

### Vad som avgörs utan person

Från den översta gränsen avgörs utan person att etiketten gäller, under den nedersta att den inte
gör det; däremellan (`unsure`) ska en person säga sitt. Minst {share} av det avgjorda ska vara rätt,
på båda sidor. Gränserna är valda på utvecklingsdelen, så att {_per_cent(AIMED_AT)} är rätt där, bland minst
{FEWEST_SURE} kommentarer; tabellen är mätt på testdelen.

| etikett | avgjort att den gäller | rätt av det | avgjort att den inte gäller | rätt av det | lämnas till person |
|---|---|---|---|---|---|
{_rows(_decided(told))}

{_short(told)}
Sentiment lämnas till en person för den tiondel som läsaren tvekar mest om, {_per_cent(left)} av
testdelen; av resten är {_with_ends(right[0], right[1:])} rätt.

### Efter skrivsätt

\\* = färre än {FEW} kommentarer, ett osäkert tal. Andraspråkssvenska är inte utmärkt i korpusen
och kan inte mätas för sig.

| skrivsätt | antal | fråga, klagomål, förslag, beröm (macro-F1) | sentiment (macro-F1) | klagomål (täckning) |
|---|---|---|---|---|
{_rows(_by_register(told))}

### Kalibrering

Alla etiketter och kommentarer tillsammans: vad läsaren sade i medeltal, och hur ofta det var så.

| sannolikhet | antal | sagt | var så |
|---|---|---|---|
{_rows(_calibration(told))}

Etikett för etikett: vad som var så (och vad som sades), ur samma tiondelar; streck där ingen
kommentar hamnade.

| etikett | {" | ".join(_TENTHS)} |
|---|{"---|" * len(_TENTHS)}
{_rows(_calibration_by_label(told))}
"""  # noqa: E501  a row of a table is one line


_TENTHS: Final = tuple(
    f"{comma(tenth / 10)[:3]}–{comma((tenth + 1) / 10)[:3]}" for tenth in range(10)
)


def _rows(rows: Iterator[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _per_label(told: Told) -> Iterator[Sequence[str]]:
    for label, each in told["labels"].items():
        yield (
            *(label, str(each["support"])),
            *(
                _with_ends(each[name], each["intervals"][name])
                for name in ("precision", "recall", "f1")
            ),
            comma(each["calibration_error"]),
        )


def _decided(told: Told) -> Iterator[Sequence[str]]:
    for label, each in told["labels"].items():
        yield (
            *(label, _per_cent(each["yes"])),
            _with_ends(each["yes_right"], each["intervals"]["yes_right"]),
            _per_cent(each["no"]),
            _with_ends(each["no_right"], each["intervals"]["no_right"]),
            _per_cent(each["unsure"]),
        )


def _short(told: Told) -> str:
    """Which labels could not be told as well as asked for, already where their limits were set."""
    said = []
    for label, each in told["labels"].items():
        dev = each["dev"]
        for side, where in (("yes_right", "gäller"), ("no_right", "inte gäller")):
            if dev[side] is None:
                said.append(f"- {label}: det avgörs aldrig utan person att den {where}.")
            elif dev[side] < RIGHT:
                said.append(
                    f"- {label}: {comma(dev[side])} är det högsta som nås på utvecklingsdelen för "
                    f"att den {where}."
                )
    for label, share in MUST_BE_SEEN.items():
        dev = told["labels"][label.value]["dev"]
        if dev["seen"] is not None and dev["seen"] < share:
            said.append(
                f"- {label.value}: en person ska se {_per_cent(share)} men ser "
                f"{_per_cent(dev['seen'])} på utvecklingsdelen; längre går inte utan att mindre än "
                f"{_per_cent(WORTHWHILE)} av det som visas är rätt."
            )
    return "\n".join(("Så långt gick det inte för:", "", *said, "")) if said else ""


def _by_register(told: Told) -> Iterator[Sequence[str]]:
    for name, each in told["registers"].items():
        mark = "\\*" if each["n"] < FEW else ""
        yield (
            *(_WRITTEN[name], f"{each['n']}{mark}"),
            *(
                _with_ends(each[figure][0], each[figure][1:]) if figure in each else "–"
                for figure in ("functions_macro_f1", "sentiment_macro_f1", "complaint.recall")
            ),
        )


def _calibration(told: Told) -> Iterator[Sequence[str]]:
    bins = np.array([each["bins"] for each in told["labels"].values()])
    for tenth, name in enumerate(_TENTHS):
        count, said, was = bins[:, tenth].T
        whole = count.sum()
        shares = (
            ((count * said).sum() / whole, (count * was).sum() / whole) if whole else (None, None)
        )
        yield name, str(int(whole)), *map(comma, shares)


def _calibration_by_label(told: Told) -> Iterator[Sequence[str]]:
    for label, each in told["labels"].items():
        yield (
            label,
            *(
                f"{comma(was)} ({comma(said)})" if count else "–"
                for count, said, was in each["bins"]
            ),
        )


def _weak(told: Told) -> str:
    ranked = sorted(told["labels"].items(), key=lambda item: float(item[1]["f1"]))
    return ", ".join(f"{label} ({comma(each['f1'])})" for label, each in ranked[:4])


def _failures(told: Told) -> str:
    return "\n".join(
        f"  - {'missar' if each['holds'] else 'ser i onödan'} {each['label']}: "
        f"”{' '.join(each['text'].split())}”"
        for each in told["failures"]
    )


def _rivals(told: Told) -> str:
    shown = {"kalibrerad, med valda trösklar": told["dev"], **told.get("rivals", {})}
    return "".join(
        f"| {name} | {comma(each['functions'])} | {comma(each['sentiment'])} |\n"
        for name, each in shown.items()
    )


def _encoder(encoder: Mapping[str, Any]) -> str:
    files: Mapping[str, str] = encoder["files"]
    weights = files.get("model.safetensors")
    name = f"kodaren i mappen `{encoder['folder']}`"
    licence = "se dess ursprung"
    if weights == WEIGHTS_SHA256:
        name, licence = "kodaren multilingual-e5-small, se `models/encoder`", "MIT"
    if weights is None:
        return f"{name} | {licence}"
    return f"{name}, vikter `{weights[:16]}…` | {licence}"


def _macro(told: Told, of: str) -> str:
    return _with_ends(told[f"{of}_macro_f1"], told[f"{of}_interval"])


def _with_ends(value: float | None, ends: Sequence[float | None]) -> str:
    if value is None or None in ends:
        return comma(value)
    return f"{comma(value)} ({comma(ends[0])}–{comma(ends[1])})"


def _per_cent(share: float) -> str:
    return f"{100 * share:.0f} %"
