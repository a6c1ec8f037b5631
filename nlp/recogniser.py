"""Decides by context which words are names: a small spaCy model, trained by `nlp.training`.

It is told what the list says of a word, and of a word that is nothing but a name only that.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any, Final, cast

import spacy
from spacy.attrs import IS_SPACE, LOWER, NORM, PREFIX, SHAPE, SUFFIX
from spacy.language import Language
from spacy.tokens import Doc

from nlp.name_list import Names, WordKind, word_kind

ENTITY: Final = "PER"
"""What the model calls a name."""

AT_ONCE: Final = 256
"""Texts that are read at once; more are no faster and take memory."""

_UNLEARNT: Final = frozenset({WordKind.GIVEN, WordKind.RARE, WordKind.SURNAME})


class Recogniser:
    """Reads texts that are cut into words, and tells which stretches are names."""

    def __init__(self, model: Language) -> None:
        """Wrap a model made by `new_model`."""
        self._model = model
        self._one_at_a_time = Lock()

    def read(self, texts: Sequence[Sequence[str]]) -> list[list[tuple[int, int]]]:
        """For each text, half-open stretches of its words: in order and apart.

        Any number of threads may call; nothing of what was read is kept.
        """
        found = []
        for start in range(0, len(texts), AT_ONCE):
            # spaCy keeps every word that it meets outside of a zone, and knows one zone at a time.
            with self._one_at_a_time, self._model.memory_zone():
                documents = [
                    Doc(self._model.vocab, words=list(words))
                    for words in texts[start : start + AT_ONCE]
                ]
                for told in self._model.pipe(documents, batch_size=AT_ONCE):
                    found.append([(entity.start, entity.end) for entity in told.ents])
        return found


def new_model(names: Names) -> Language:
    """A model that has learnt nothing yet.

    Of a word that is nothing but a name it is told the kind, how it is cut in capitals, and neither
    the word nor its ending: one that it never saw is as good as one that it did. Names that are
    words as well, and those that are not in the list, it learns as it learns words.
    """
    model = spacy.blank("sv")

    def norm(word: str) -> str:
        kind = word_kind(word, names)
        return f"[{kind}]" if kind in _UNLEARNT else word.lower()

    def suffix(word: str) -> str:
        kind = word_kind(word, names)
        return f"[{kind}]" if kind in _UNLEARNT else word[-3:].lower()

    vocabulary = cast("Any", model.vocab)
    read = {each: vocabulary.lex_attr_getters[each] for each in (LOWER, SHAPE, IS_SPACE)}
    # Words are met anew in every batch, so what the model does not look at is not worked out.
    vocabulary.lex_attr_getters = read | {
        NORM: norm,
        PREFIX: lambda word: word_kind(word, names) or "",
        SUFFIX: suffix,
    }
    model.add_pipe("ner", config={"model": _MODEL})
    return model


def weights(model: Language) -> bytes:
    """What the model has learnt; bare numbers, no code."""
    return bytes(cast("Any", model.get_pipe("ner")).to_bytes(exclude=["vocab"]))


def set_weights(model: Language, content: bytes) -> None:
    """Give a model what another has learnt; raises whatever msgpack and thinc do on damage."""
    cast("Any", model.get_pipe("ner")).from_bytes(content, exclude=["vocab"])


_WIDTH: Final = 48
_MODEL: Final = {
    "@architectures": "spacy.TransitionBasedParser.v2",
    "state_type": "ner",
    "extra_state_tokens": False,
    "hidden_width": 32,
    "maxout_pieces": 2,
    "use_upper": False,
    "tok2vec": {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2",
            "width": _WIDTH,
            "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"],
            "rows": [4000, 50, 1000, 300],
            "include_static_vectors": False,
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2",
            "width": _WIDTH,
            "window_size": 1,
            "maxout_pieces": 2,
            "depth": 2,
        },
    },
}
"""Small, for it reads every seventh comment of an archive while somebody waits."""
