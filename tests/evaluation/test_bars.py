"""What a reader has to reach, and when it has."""

import numpy as np
import pytest

from nlp.training.evaluation.bars import BARS, LEGAL, REAL_TEXTS, Bar, judge
from nlp.training.evaluation.figures import Estimate


def exactly(value):
    return Estimate(value=value, low=value, high=value, draws=np.full(10, value))


def met(bar, **readers):
    """Whether transformer@1 meets a bar, of figures by the kind of reader."""
    found = {
        f"{kind}@1" if kind in ("transformer", "linear", "lexical") else kind.replace("_", "-"): {
            bar.figure: exactly(value)
        }
        for kind, value in readers.items()
    }
    return judge(bar, {bar.set: found}, "transformer@1").met


LEAST = Bar(set="test", figure="question.f1", limit=0.84)
MOST = Bar(set="test", figure="ece_mean", limit=0.03, at_most=True)
ABOVE = Bar(set="twitter-sv-palm", figure="sentiment_macro_f1", limit=0.06, above="linear")
BETTER = Bar(set="twitter-sv-palm", figure="sentiment_macro_f1", limit=0.0, above="word-sum")


@pytest.mark.parametrize(
    ("bar", "value", "expected"),
    [
        (LEAST, 0.84, True),
        (LEAST, 0.8399, False),
        (MOST, 0.03, True),
        (MOST, 0.0301, False),
    ],
)
def test_a_bar_is_met_by_the_figure_itself_unrounded(bar, value, expected):
    assert met(bar, transformer=value) is expected


def test_a_lead_is_over_the_other_reader():
    assert met(ABOVE, transformer=0.57, linear=0.5) is True
    assert met(ABOVE, transformer=0.55, linear=0.5) is False
    assert met(BETTER, transformer=0.5001, word_sum=0.5) is True
    assert met(BETTER, transformer=0.5, word_sum=0.5) is False


def test_what_is_not_measured_is_neither_met_nor_missed():
    assert met(LEAST) is None
    assert met(ABOVE, transformer=0.9) is None
    assert met(ABOVE, linear=0.5) is None


def test_no_reader_is_held_against_its_own_kind():
    found = {"linear@1": {ABOVE.figure: exactly(0.5)}}
    assert judge(ABOVE, {ABOVE.set: found}, "linear@1") is None


@pytest.mark.parametrize(
    ("decided", "seen", "expected", "shown"),
    [
        ((0.96, 0.6), (0.99, 0.2), True, 0.96),
        ((0.70, 0.9), (0.95, 0.5), True, 0.95),
        ((0.96, 0.4), (0.99, 0.3), False, 0.99),
        ((0.70, 0.9), (0.96, 0.49), False, 0.96),
        ((0.0, None), (0.0, None), False, 0.0),
    ],
)
def test_recall_and_precision_are_reached_at_one_threshold(decided, seen, expected, shown):
    found = {
        "legal_review.recall": exactly(decided[0]),
        "legal_review.precision": exactly(decided[1]),
        "legal_review.seen_recall": exactly(seen[0]),
        "legal_review.seen_precision": exactly(seen[1]),
    }
    verdict = judge(LEGAL, {LEGAL.set: {"transformer@1": found}}, "transformer@1")
    assert verdict.met is expected
    assert verdict.estimate.value == shown


def test_no_bar_is_lowered():
    held = {(bar.set, bar.figure, bar.above): bar.limit for bar in BARS}
    assert held == {
        ("test", "functions_macro_f1", None): 0.88,
        **{("test", f"{label}.f1", None): 0.84
           for label in ("question", "complaint", "suggestion", "praise")},
        ("test", "sentiment_macro_f1", None): 0.84,
        ("test", "needs_reply.f1", None): 0.88,
        ("test", "uncivil.f1", None): 0.80,
        ("test", "legal_review.recall", None): 0.95,
        ("test", "ece_mean", None): 0.03,
        ("test", "ece_worst", None): 0.03,
        ("test", "right_worst", None): 0.95,
        ("pairs", "right", None): 0.70,
        **{(name, "sentiment_macro_f1", other): 0.06
           for name in REAL_TEXTS for other in ("linear", "tfidf")},
        **{(name, "sentiment_macro_f1", other): 0.0
           for name in REAL_TEXTS for other in ("vader", "lexical", "word-sum")},
        ("replies", "grade.rho", None): 0.70,
        ("replies", "grade.rho", "length"): 0.35,
        ("replies", "grade.qwk", None): 0.65,
        ("replies", "answers.qwk", None): 0.65,
        ("replies", "well_answered", None): 0.72,
        ("replies", "acknowledgement", None): 0.90,
        ("replies", "follow_up", None): 0.75,
        ("replies", "picked", None): 0.72,
        ("replies", "missed", None): 0.75,
        ("replies", "discussion.rho", None): 0.60,
        ("replies", "index.words", None): 0.30,
    }  # fmt: skip
    assert LEGAL.precision == 0.5
