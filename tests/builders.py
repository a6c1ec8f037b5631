"""Comments, threads and readings for tests, in few words; and the project's own lexicons."""

import functools
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nlp import artefacts
from nlp import tagger as text_pipeline
from nlp.lexicon import Lexicon
from nlp.phrases import Phrases
from nlp.readers.lexical import LexicalReader
from nlp.vocabulary import (
    Channel,
    Comment,
    Label,
    Post,
    Reading,
    Sentiment,
    SentimentReading,
    Thread,
)

MODELS = Path(__file__).parents[1] / "models"
LEXICON_FOLDER = MODELS / "lexicons" / "sv"
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ORGANISATION = "staden"


@functools.cache
def name_finder():
    """What finds names, as it ships."""
    return artefacts.load_names(MODELS)


_LINE = re.compile(r"(?P<indent> *)(?P<id>\w+) (?P<author>\w+|\?): ?(?P<text>.*)")


@functools.cache
def lexicons():
    """The lexicons as they are shipped."""
    return {
        path.stem: Lexicon.parse(path.stem, path.read_text("utf-8").splitlines())
        for path in sorted(LEXICON_FOLDER.glob("*.tsv"))
    }


@functools.cache
def tagger():
    """One text pipeline for all tests: it is without state."""
    return text_pipeline.build()


@functools.cache
def phrases():
    """All lexicons, ready to be found."""
    return Phrases(lexicons(), tagger())


@functools.cache
def lexical_reader():
    """The lexical reader with the shipped lexicons."""
    return LexicalReader(lexicons(), tagger(), version="1")


def a_comment(text="Hej!", **changes):
    """A citizen's comment under a post; any field may be changed."""
    fields = {
        "id": "k1",
        "parent_id": None,
        "author": "anna",
        "from_organisation": False,
        "created": START,
        "text": text,
    }
    return Comment(**(fields | changes))


def a_reply(text, **changes):
    """A reply by the organisation to the comment k1, an hour later."""
    fields = {
        "id": "s1",
        "parent_id": "k1",
        "author": None,
        "from_organisation": True,
        "created": START + timedelta(hours=1),
    }
    return a_comment(text, **(fields | changes))


def a_post(text="", **changes):
    """A post of the organisation."""
    return Post(**({"id": "p1", "text": text, "published": START} | changes))


def a_thread(drawing, *, post=""):
    """A thread from a drawing: one comment a line, ten minutes apart.

        k1 anna: När öppnar badet?
          s1 staden: På lördag.

    A comment stands under the nearest line above that is indented less. "staden" is the
    organisation, "?" an unknown writer; a person's name is key and handle in one.
    """
    comments = []
    above = []
    for number, line in enumerate(filter(str.strip, drawing.splitlines())):
        drawn = _LINE.fullmatch(line)
        assert drawn, f"not a line of a drawing: {line}"
        depth = len(drawn["indent"])
        above = [(indent, comment_id) for indent, comment_id in above if indent < depth]
        author = None if drawn["author"] in ("?", ORGANISATION) else drawn["author"]
        comments.append(
            Comment(
                id=drawn["id"],
                parent_id=above[-1][1] if above else None,
                author=author,
                handle=author,
                from_organisation=drawn["author"] == ORGANISATION,
                created=START + timedelta(minutes=10 * number),
                text=drawn["text"],
            )
        )
        above.append((depth, drawn["id"]))
    return Thread(
        channel=Channel.FACEBOOK, account=None, post=a_post(post), comments=tuple(comments)
    )


def a_reading(comment_id="k1", *labels, sentiment="neutral", unsure=(), evidence=(), on_topic=True):
    """A reading in which the named labels hold, and none but on_topic else."""
    decided = {Label(label) for label in labels} | ({Label.ON_TOPIC} if on_topic else set())
    likely = {attitude.value: 0.1 for attitude in Sentiment} | {sentiment: 0.8}
    return Reading(
        comment_id=comment_id,
        language="sv",
        labels={label: 0.9 if label in decided else 0.1 for label in Label}
        | {Label(label): 0.5 for label in unsure},
        decided=tuple(label for label in Label if label in decided),
        unsure=tuple(Label(label) for label in unsure),
        sentiment=SentimentReading(**likely),
        sentiment_unsure=False,
        evidence=tuple(evidence),
    )
