"""Writes what is kept of a training of the recogniser of names: list, model, figures, card."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from nlp import artefacts
from nlp.corpus.check import names_stand_in_their_comments
from nlp.corpus.folder import Corpus, read_corpus
from nlp.corpus.outside import OutsideSentence, OutsideSet, read_for_training, read_manifest
from nlp.corpus.splits import Split
from nlp.errors import ArtefactError
from nlp.names import NameFinder
from nlp.recogniser import Recogniser
from nlp.training.keep import check_version, comma, pipeline_toml
from nlp.training.name_list import derive_names
from nlp.training.names import NameFigures, measure, of_split, read_comments, train

NEWS: Final = "ner-klintan"
"""The outside set that the recogniser learns from, beside our own threads."""


def train_and_keep_names(
    models_dir: Path, corpus_dir: Path, *, version: str, progress: Callable[[str], None]
) -> NameFigures:
    """Train and measure what finds names; write it, its card and its version in pipeline.toml.

    Args:
        models_dir: The folder with pipeline.toml; names/<version>/ is written there.
        corpus_dir: A folder with threads/*.jsonl and names.jsonl. Beside it lie names/ with how
            many people bear each name, outside-sets.toml and outside/.
        version: Name of the version to be kept; must not exist.
        progress: Told in Swedish what is being done.

    Returns:
        How it did on threads that it was not trained on.

    Raises:
        ArtefactError: The corpus or the news set is missing or does not fit, the version is
            there already, or its name is no name for a folder.
        OSError: The files cannot be written.
    """
    check_version(models_dir, version, kinds=("names",))
    before = artefacts.load_settings(models_dir)
    corpus = _corpus(corpus_dir)
    news = _news(corpus_dir.parent / "outside-sets.toml")
    sentences = [
        sentence
        for sentence in read_for_training(corpus_dir.parent / "outside", news)
        if isinstance(sentence, OutsideSentence)
    ]
    progress("namnlistan tas fram")
    names = derive_names(
        corpus_dir.parent / "names", sentences=sentences, texts=_training_texts(corpus)
    )
    comments = read_comments(corpus)
    model = train(names, comments, sentences, progress=progress)
    progress("namnen i testdelen räknas")
    finder = NameFinder(names, Recogniser(model))
    measured = {split: measure(finder, of_split(comments, split)) for split in Split}
    described = {
        "corpus_sha256": _sha256(corpus_dir / "names.jsonl"),
        **{
            f"{path.stem.replace('-', '_')}_sha256": _sha256(path)
            for path in sorted((corpus_dir.parent / "names").iterdir())
        },
        "news": {"name": news.name, "licence": news.licence, "sentences": len(sentences)},
        "words": len(names),
    }
    # Written aside and then moved, the settings last: an interrupted run changes nothing.
    with tempfile.TemporaryDirectory(dir=models_dir, prefix=".new-") as aside:
        new = Path(aside)
        artefacts.save_names(new / "names", names, model)
        artefacts.save_json(new / "names" / "metrics.json", _figures(measured, described))
        artefacts.save_text(new / "names" / "card.md", _card(version, measured, described))
        settings = pipeline_toml(replace(before, names_version=version))
        artefacts.save_text(new / "pipeline.toml", settings)
        (models_dir / "names").mkdir(exist_ok=True)
        (new / "names").rename(models_dir / "names" / version)
        (new / "pipeline.toml").replace(models_dir / "pipeline.toml")
    return measured[Split.TEST]


def _corpus(folder: Path) -> Corpus:
    corpus = read_corpus(folder)
    faults = [*corpus.unreadable, *names_stand_in_their_comments(corpus)]
    if faults:
        first = min(faults)
        raise ArtefactError(
            f"{folder} has {len(faults)} faults, the first in {first.file} line {first.line}: "
            f"{first.said}; `lyssnad corpus check` names them all"
        )
    for split in Split:
        if not any(
            corpus.splits[corpus.thread_of[p.record.id].name] is split for p in corpus.names
        ):
            raise ArtefactError(f"{folder / 'names.jsonl'} holds no comment of the {split} part")
    return corpus


def _news(manifest: Path) -> OutsideSet:
    described, _ = read_manifest(manifest)
    for each in described:
        if each.name == NEWS:
            return each
    raise ArtefactError(f"{manifest} does not describe {NEWS}")


def _training_texts(corpus: Corpus) -> list[str]:
    return [
        text
        for placed in corpus.threads
        if corpus.splits[placed.record.name] is Split.TRAIN
        for text in (
            placed.record.post.text,
            *(comment.text for comment in placed.record.comments),
        )
    ]


def _sha256(path: Path) -> str:
    return hashlib.sha256(artefacts.read_bytes(path)).hexdigest()


def _figures(measured: Mapping[Split, NameFigures], described: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "method": "fitted on train, settings by dev, measured on test; split by thread",
        "data": dict(described),
        **{
            split.value: {
                "comments": figures.comments,
                "names": figures.names,
                "masked": figures.masked,
                "stretches": figures.stretches,
                "false": figures.false,
                "recall": round(figures.recall, 4),
                "recall_interval": [round(value, 4) for value in figures.recall_interval],
                "precision": round(figures.precision, 4),
                "precision_interval": [round(value, 4) for value in figures.precision_interval],
            }
            for split, figures in measured.items()
        },
    }


def _card(version: str, measured: Mapping[Split, NameFigures], described: Mapping[str, Any]) -> str:
    rows = "\n".join(
        _row(title, measured[split])
        for split, title in (
            (Split.TEST, "test"),
            (Split.DEV, "utveckling"),
            (Split.TRAIN, "träning"),
        )
    )
    news = described["news"]
    own = f"{measured[Split.TRAIN].comments} påhittade kommentarer, lästa av en språkmodell"
    return f"""# Personnamn i löpande text, version {version}

## Vad den inte klarar

- Ett ensamt efternamn som varken finns i listan eller är byggt som svenska efternamn brukar vara
  (”nya Läckberg”) och smeknamn som inte finns i listan (”rasse”) blir kvar, särskilt med liten
  bokstav.
- Namn som också är ord (Bo, Sten, My, Liv) hittas bara med stor bokstav, och då av sammanhanget;
  med liten bara efter ”heter” och ”mvh”. Ovanliga förnamn med liten bokstav hittas bara efter en
  hälsning.
- Hundar, hästar och stormar med personnamn (”min hund Tuva”, ”efter Gudrun”) maskas.
- Engelska ord som också är ovanliga förnamn (Love, Happy) maskas ibland i engelska texter.
- Platser och företag som heter efter personer lämnas kvar när ordet efter säger vad de är
  (”Olof Palmes gata”, ”Maria kyrka”, ”Olles Pizza”), annars inte alltid. Den som bor på ”Annas
  gata” maskas, även om gatan heter så. Efternamnet i ”Wallins gata” tas för gatans.
- Gudar, affärer och högtider som någon också heter (”Jesus”, ”Willys”, ”Kristi”) maskas aldrig,
  inte ens när de är en människas namn; vilka står i `data/names/not-people.txt`.
- Namn på andra alfabet än det latinska hittas sällan.
- I organisationens egna svar står namnen i underskriften kvar. Vad som är en underskrift avgörs
  av formen: ”/Anna”, ”Mvh Anna, Kundtjänst”, sista raden. ”Tack! Lisa” sist i ett svar tas för en
  underskrift, även om Lisa är den som svaret gäller.
- Det som inte hittas syns. Lita inte på maskeringen för att lämna ut texter.

## Hur den är gjord

En lista pekar ut de få kommentarer som kan ha ett namn. Ett förnamn med stor bokstav som inte
också är ett ord är ett namn, och ord med stor bokstav efter det hör till; resten avgör ett litet
nät (spaCy, utan ordvektorer) av sammanhanget.

Vad som går att läsa ut: `names.tsv` är en läsbar lista och ska vara det. Där står förnamn ur SCB:s
statistik och de efternamn som står i nyhetsmeningarna, men inte vem som bär dem. Av ord som bara
är namn får nätet veta vilket slag det är och hur versalerna står, varken ordet eller dess slut.
Namn som också är ord och namn som inte finns i listan lär sig nätet som andra ord: som tal, i vilka
inget ord står i klartext, men den som gissar ett ord kan pröva hur nätet svarar på det.

| underlag | vad | villkor |
|---|---|---|
| `data/corpus/names.jsonl` | {own} | projektets egna |
| {news["name"]} | {news["sentences"]} nyhetsmeningar med namn märkta | {news["licence"]} |
| `data/names/` | hur många som heter vad (SCB), ord valda för hand; `data/README.md` | öppna data |

Listan, `names.tsv`, har {described["words"]} ord: namn, namn som också är ord, och vardagsord ur
underlaget. `recogniser.msgpack` är nätets tal.

## Mätvärden

Tränad på träningsdelen, inställd på utvecklingsdelen, mätt på testdelen. Ett namn räknas som
maskat om ingen av dess bokstäver är kvar, även när det är nyckeln för ett omnämnande som har dolt
dem; en maskad sträcka som inte rör vid något namn är falsk. Namn i organisationens underskrifter
räknas inte. Intervallen är 95 %, av dragningar bland hela trådar.
Kommentarerna är påhittade; i riktiga kommentarsfält är skriften slarvigare.

| del | kommentarer | namn | täckning | maskade sträckor | precision |
|---|---|---|---|---|---|
{rows}
"""


def _row(title: str, each: NameFigures) -> str:
    recall = _with_interval(each.recall, each.recall_interval)
    precision = _with_interval(each.precision, each.precision_interval)
    return (
        f"| {title} | {each.comments} | {each.names} | {recall} | {each.stretches} | {precision} |"
    )


def _with_interval(value: float, interval: tuple[float, float]) -> str:
    return f"{comma(value)} ({comma(interval[0])}–{comma(interval[1])})"
