"""How well a reply met the comments that it answers: plain rules after section 4 of the guide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from typing import Final

from spacy.language import Language

from nlp.lexicon import Lexicon
from nlp.phrases import Phrases
from nlp.scoring import courtesy, matters
from nlp.scoring.courtesy import ReplyParts
from nlp.scoring.matters import Answer, Matter
from nlp.scoring.readability import lix, words_by_sentence
from nlp.tagger import EMOJI
from nlp.vocabulary import Comment, Post, ReplyScore, WellAnswered

LEXICONS: Final = (
    *courtesy.LEXICONS, *matters.LEXICONS, "automatic", "blame", "jargon", "understanding",
)  # fmt: skip
"""The files in models/lexicons/sv that these rules read."""

WEIGHTS: Final[Mapping[str, float]] = {"answers": 0.6, "next_step": 0.2, "tone": 0.2}
"""Share of each dimension in the grade: whether the matter was met outweighs all the rest."""

UNCLEAR: Final = 0.3
"""Grade lost for each step of clarity: plain language is expected, not rewarded."""

GRADE_UNANSWERED: Final = 2.0
"""Highest grade of a reply that passes the matter by: no tone makes up for that."""

GRADE_RUDE: Final = 2.5
"""Highest grade of a reply that is curt, blaming or mocking: raters give a bare "Nej." 2."""

CURT_WORDS: Final = 5
BARE_WORDS: Final = 2
"""A reply of so few words and hardly a kind one is curt: "Hej! Ansök via vår hemsida."; of a full
answer only the barest is: "Nej."."""

LONG_SENTENCE: Final = 30
MUDDLED_SENTENCE: Final = 45
"""Words in a sentence that takes effort, and in one that loses the reader (klarspråk advises
twenty at most)."""

HARD_LIX: Final = 50.0
BUREAUCRATIC_LIX: Final = 60.0
"""LIX from which a text is hard, and from which it is official prose."""

_WILLING: Final = re.compile(
    r"\s*(?:ja|jajamän|absolut|gärna|självklart|visst|javisst|yes)\b", re.I
)
_EMOJI: Final = re.compile(f"[{EMOJI}]")


def reply_phrases(lexicons: Mapping[str, Lexicon], tagger: Language) -> Phrases:
    """The `tools` that scoring works with; ArtefactError if one of `LEXICONS` is missing."""
    return Phrases(lexicons, tagger, names=LEXICONS)


def is_automatic(text: str, *, tools: Phrases) -> bool:
    """Whether a reply says that a machine wrote it. It stops no clock and is no answer."""
    return any(sentence.of("automatic") for sentence in tools.sentences(text))


def score_reply(
    wanted: Iterable[Matter], reply: Comment, post: Post, *, tools: Phrases
) -> ReplyScore:
    """Rate one reply against the comments that it answers, knowing only the thread.

    Args:
        wanted: What those comments want met, by `matters`; nothing where they called for nothing.
        reply: The organisation's comment, tied to at least one comment.
        post: What they stand under.
        tools: The phrases, by `reply_phrases`.
    """
    parts = courtesy.take_apart(reply.text, tools)
    receipt = courtesy.is_acknowledgement(parts)
    answer = Answer(parts, post.text)
    levels = {0 if receipt else answer.meets(matter) for matter in wanted}
    answers = _answers(levels, parts, receipt=receipt)
    next_step = _next_step(answers, parts, needed=bool(levels))
    tone = _tone(parts, answers)
    clarity = _clarity(parts)
    dimensions = {"answers": answers, "next_step": next_step, "tone": tone, "clarity": clarity}
    return ReplyScore(
        reply_id=reply.id,
        **dimensions,
        grade=grade(**dimensions),
        acknowledgement_only=receipt,
        well_answered=well_answered(**dimensions),
        reasons=tuple(_reasons(parts, levels, clarity, receipt=receipt)),
    )


def well_answered(*, answers: int, next_step: int, tone: int, clarity: int) -> WellAnswered:
    """The guide's verdict from the four dimensions, each 0–2."""
    if answers == 0 or tone == 0:
        return WellAnswered.NO
    if answers == 2 and next_step > 0 and clarity > 0:
        return WellAnswered.YES
    return WellAnswered.PARTLY


def grade(*, answers: int, next_step: int, tone: int, clarity: int) -> float:
    """The whole judgement, 1–5, to one decimal.

    1 + 4 · (0.6 · answers + 0.2 · next_step + 0.2 · tone) / 2 − 0.3 · (2 − clarity), and at most
    `GRADE_UNANSWERED` where answers is 0 and `GRADE_RUDE` where tone is 0.
    """
    points = {"answers": answers, "next_step": next_step, "tone": tone}
    whole = 1 + 4 * sum(WEIGHTS[name] * value / 2 for name, value in points.items())
    whole -= UNCLEAR * (2 - clarity)
    if answers == 0:
        whole = min(whole, GRADE_UNANSWERED)
    if tone == 0:
        whole = min(whole, GRADE_RUDE)
    return round(max(1.0, whole), 1)


def _answers(levels: Set[int], parts: ReplyParts, *, receipt: bool) -> int:
    if receipt:
        return 0
    if not levels:  # nothing was called for; a kind word meets it
        return 2 if parts.substance or parts.has("thanks") or parts.has("understanding") else 1
    return min(levels) if len(levels) == 1 else 1


def _next_step(answers: int, parts: ReplyParts, *, needed: bool) -> int:
    """An exact way on, a general pointer, or nothing; full marks where none is needed."""
    if parts.is_exact or (parts.states("contact") and answers > 0):
        return 2
    if answers == 2 or not needed:
        return 2
    # guide, ruling 12: an answer that leaves something open creates the need; "vi återkommer"
    # with no time is nothing to expect
    if parts.has("acknowledgement") and parts.has("time"):
        return 2
    return 1 if parts.has("pointer") or (answers == 1 and parts.states("time")) else 0


def _tone(parts: ReplyParts, answers: int) -> int:
    """Curt by blame or a few bare words; personal by two kind signs, or one in a full answer."""
    words = sum(map(len, words_by_sentence(parts.text)))
    kind = sum(
        (
            parts.named,
            parts.signed,
            parts.has("greeting") and not parts.named,
            parts.has("thanks"),
            parts.has("regret"),
            parts.has("understanding"),
            _WILLING.match(parts.said) is not None,
            _EMOJI.search(parts.text) is not None,
        )
    )
    blame = sum(hit.weight for sentence in parts.sentences for hit in sentence.of("blame"))
    if kind < 3 and (blame >= 1 or (blame > 0 and not kind)):
        return 0
    if kind < 2 and words <= (BARE_WORDS if answers == 2 else CURT_WORDS):
        return 0
    stock = parts.has("stock") and not (parts.named and parts.signed)
    fitted = int(answers == 2)
    return 2 if kind + fitted >= 2 and kind and not stock and not blame else 1


def _clarity(parts: ReplyParts) -> int:
    longest = max(map(len, words_by_sentence(parts.text)), default=0)
    jargon = len({hit.phrase for sentence in parts.sentences for hit in sentence.of("jargon")})
    readability = lix(parts.text) or 0.0
    if longest > MUDDLED_SENTENCE or (readability >= BUREAUCRATIC_LIX and jargon >= 2):
        return 0
    hard = longest > LONG_SENTENCE or readability >= HARD_LIX or jargon >= 2
    return 1 if hard else 2


def _reasons(parts: ReplyParts, levels: Set[int], clarity: int, *, receipt: bool) -> list[str]:
    """Codes of what the score rests on, the weightiest first."""
    codes = {
        "automatic": parts.has("automatic"),
        "ack_only": receipt,
        "question_sentence_unmatched": 0 in levels,
        "blame": parts.has("blame"),
        "stock_phrase": parts.has("stock"),
        "link": courtesy.LINK.search(parts.text) is not None,
        "phone": courtesy.PHONE.search(parts.text) is not None,
        "email": courtesy.EMAIL.search(parts.text) is not None,
        "named": parts.named,
        "signed": parts.signed,
        "long_sentences": clarity < 2,
    }
    for lexicon in ("outcome", "pointer", "back_pointer", "regret", "thanks", "understanding"):
        codes[lexicon] = parts.has(lexicon)
    return [code for code, holds in codes.items() if holds]
