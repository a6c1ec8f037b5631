"""The tables of the data card, counted from the corpus itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nlp.corpus.agreement import agreement
from nlp.corpus.counts import MINIMA, counts, form_and_grade
from nlp.corpus.folder import Corpus
from nlp.corpus.records import Mark
from nlp.corpus.register import Register, register
from nlp.corpus.splits import Split
from nlp.vocabulary import Label, Sentiment

_MEASURES: Final = {
    "texts": "texter",
    "words_p10": "ord, tionde percentilen",
    "words_median": "ord, median",
    "words_p90": "ord, nittionde percentilen",
    "ends_with_a_stop": "slutar med skiljetecken",
    "starts_in_lower_case": "börjar med liten bokstav",
    "holds_question_mark": "har frågetecken",
    "holds_exclamation_mark": "har utropstecken",
    "holds_emoji": "har emoji",
    "words_in_capitals": "ord i versaler",
    "unknown_words": "ord som saknas i ordlistan",
    "types": "olika ord bland 500",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A heading and cells already written out in Swedish number form."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> str:
        """The table as it stands in data/README.md."""
        lines = [self.header, tuple("---" for _ in self.header), *self.rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def tables(corpus: Corpus) -> list[Table]:
    """The tables of the card that the corpus alone decides."""
    return [_sizes(corpus), _labels(corpus), _kinds(corpus), _agreement(corpus)]


def _sizes(corpus: Corpus) -> Table:
    found = counts(corpus)
    rows = [(what, _whole(found[what]), _whole(least)) for what, least in MINIMA.items()]
    rows += [
        (f"Spearman, svarets {form} och betyg", _decimal(likeness), "mellan −0,30 och 0,30")
        for form, likeness in form_and_grade(corpus).items()
    ]
    return Table(title="Mängd", header=("vad", "finns", "ska minst finnas"), rows=tuple(rows))


def _labels(corpus: Corpus) -> Table:
    by_split: dict[Split, Counter[str]] = {part: Counter() for part in Split}
    sizes: Counter[Split] = Counter()
    for name, comment in corpus.labelled_comments.items():
        part = corpus.splits[corpus.thread_of[name].name]
        sizes[part] += 1
        by_split[part].update([*comment.labels, *comment.marks, comment.sentiment])
    rows = [
        (
            what,
            *(
                f"{_whole(by_split[part][what])} ({_share(by_split[part][what], sizes[part])})"
                for part in Split
            ),
        )
        for what in (*Label, *Mark, *Sentiment)
    ]
    rows.append(("alla", *(_whole(sizes[part]) for part in Split)))
    return Table(title="Märkningar per del", header=("etikett", *Split), rows=tuple(rows))


def _kinds(corpus: Corpus) -> Table:
    threads: Counter[str] = Counter()
    comments: Counter[str] = Counter()
    for placed in corpus.threads:
        thread = placed.record
        for key in (thread.channel, thread.post.published.strftime("%Y")):
            threads[key] += 1
            comments[key] += len(thread.citizens)
    return Table(
        title="Kanaler och år",
        header=("", "trådar", "kommentarer"),
        rows=tuple((key, _whole(threads[key]), _whole(comments[key])) for key in sorted(threads)),
    )


def _agreement(corpus: Corpus) -> Table:
    return Table(
        title="Samstämmighet mellan två läsare, före avgörandet",
        header=("vad", "antal", "gäller (läsare 1)", "lika", "Krippendorffs alfa"),
        rows=tuple(
            (
                each.what,
                _whole(each.n),
                _whole(each.held),
                _share(each.same, 1),
                _decimal(each.alpha),
            )
            for each in agreement(corpus)
        ),
    )


def registers(corpus: Corpus, real: Mapping[str, Sequence[str]]) -> Table:
    """How the comments are written, beside real texts by the name of their set.

    Raises:
        ArtefactError: There are fewer than ten texts of a kind.
    """
    own = [comment.text for placed in corpus.threads for comment in placed.record.citizens]
    described = {"korpusen": own, **real}
    columns = [list(_measures(register(texts))) for texts in described.values()]
    return Table(
        title="Register",
        header=("mått", *described),
        rows=tuple(
            (said, *(column[place] for column in columns))
            for place, said in enumerate(_MEASURES.values())
        ),
    )


def _measures(measured: Register) -> Iterator[str]:
    for name in _MEASURES:
        value = getattr(measured, name)
        yield _whole(value) if isinstance(value, int) else _decimal(value)


def _whole(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0")


def _decimal(number: float | None) -> str:
    return "–" if number is None else f"{number:.2f}".replace(".", ",").replace("-", "−")


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.0%}".replace("%", "\u00a0%") if whole else "–"
