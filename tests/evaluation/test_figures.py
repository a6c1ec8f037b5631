"""Every figure is what a loop over the comments says, its interval what draws of threads say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.metrics import cohen_kappa_score

from nlp.evaluate import evaluate
from nlp.readers.reader import LABELS, SENTIMENTS, Probabilities
from nlp.training.evaluation.figures import (
    difference,
    estimates,
    f1,
    kappa,
    rank_correlation,
    ratio,
)
from nlp.training.evaluation.metrics import figures_of
from nlp.vocabulary import FUNCTIONS, Label, Sentiment
from tests.evaluation import naive
from tests.evaluation.made import HALF, measured, perfect, texts_of

LOWER_IS_BETTER = ("ece", "unsure", "ece_mean", "ece_worst")


def counted(texts, answers):
    return estimates(figures_of(texts, answers, HALF), texts.groups)


@settings(deadline=None, max_examples=25)
@given(measured())
def test_every_figure_is_that_of_a_naive_loop(case):
    texts, answers = case
    expected = naive.all_figures(texts, answers, HALF)
    found = counted(texts, answers)
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert found[name].value == (value if value is None else pytest.approx(value, abs=1e-12))


@settings(deadline=None, max_examples=15)
@given(measured())
def test_figures_are_shares_and_lie_in_their_order(case):
    for name, estimate in counted(*case).items():
        if estimate.value is not None:
            assert 0 <= estimate.value <= 1, name
            assert 0 <= estimate.low <= estimate.high <= 1, name


def test_the_interval_of_a_large_error_of_gaps_ends_at_one():
    """Few threads draw far apart, and the draws are moved up to lie around the figure."""
    sure = np.full((5, len(LABELS)), 1.0)
    sure[3:] = 0.4
    texts = texts_of([set()] * 5, [Sentiment.NEUTRAL] * 5, ["a", "a", "b", "b", "c"])
    error = counted(texts, Probabilities(labels=sure, sentiment=np.full((5, 3), 1 / 3)))
    assert error["question.ece"].value == pytest.approx(0.76)
    assert error["question.ece"].high == 1


@settings(deadline=None, max_examples=12)
@given(measured())
def test_the_order_of_the_comments_changes_nothing(case):
    texts, answers = case
    turned = np.arange(len(texts.groups))[::-1]
    again = counted(
        texts_of(
            [{label for label in LABELS if texts.labels[label][row]} for row in turned],
            [SENTIMENTS[texts.sentiments[row]] for row in turned],
            [texts.groups[row] for row in turned],
        ),
        Probabilities(labels=answers.labels[turned], sentiment=answers.sentiment[turned]),
    )
    for name, estimate in counted(texts, answers).items():
        for one, other in (
            (estimate.value, again[name].value),
            (estimate.low, again[name].low),
            (estimate.high, again[name].high),
        ):
            assert other == (one if one is None else pytest.approx(one, abs=1e-9)), name


@settings(deadline=None, max_examples=12)
@given(measured())
def test_a_perfect_reader_is_perfect_in_every_draw(case):
    texts, _ = case
    for name, estimate in counted(texts, perfect(texts)).items():
        if estimate.value is not None and not name.endswith((".yes", ".no")):
            best = 0 if name.split(".")[-1] in LOWER_IS_BETTER else 1
            assert (estimate.value, estimate.low, estimate.high) == (best, best, best), name


def many_threads(count=40, size=6, seed=1):
    random = np.random.default_rng(seed)
    n = count * size
    held = random.random((n, len(LABELS))) < 0.4
    texts = texts_of(
        [{label for label, is_so in zip(LABELS, row, strict=True) if is_so} for row in held],
        [SENTIMENTS[place] for place in random.integers(0, 3, size=n)],
        [f"t{row // size}" for row in range(n)],
    )
    noise = random.random((n, len(LABELS)))
    sentiment = random.dirichlet([1, 1, 1], size=n)
    return texts, Probabilities(labels=np.clip(0.5 * held + 0.5 * noise, 0, 1), sentiment=sentiment)


def test_the_interval_is_that_of_naive_draws_of_threads():
    texts, answers = many_threads()
    found = counted(texts, answers)["question.f1"]
    column = LABELS.index(Label.QUESTION)
    drawn = [
        naive.f1(
            [
                (texts.labels[Label.QUESTION][row], answers.labels[row, column] >= 0.6)
                for row in rows
            ]
        )
        for rows in naive.draws(texts.groups, 1_000, seed=3)
    ]
    assert (found.low, found.high) == pytest.approx(np.percentile(drawn, [2.5, 97.5]), abs=0.015)


def test_the_interval_of_an_error_of_gaps_lies_around_it():
    """Else chance that the draws add would put the whole interval above the figure."""
    found = counted(*many_threads(count=12))
    for name in ("question.ece", "sentiment.ece", "ece_mean", "ece_worst"):
        assert found[name].low < found[name].value < found[name].high
        assert np.mean(found[name].draws) == pytest.approx(found[name].value, abs=0.002)


def test_the_macro_figures_and_intervals_are_those_of_the_cards():
    texts, answers = many_threads()
    rows = range(len(texts.groups))
    card = evaluate(
        [frozenset(label for label in LABELS if texts.labels[label][row]) for row in rows],
        [SENTIMENTS[texts.sentiments[row]] for row in rows],
        texts.groups,
        answers,
        HALF,
    )
    found = counted(texts, answers)
    functions, sentiment = found["functions_macro_f1"], found["sentiment_macro_f1"]
    assert functions.value == pytest.approx(card.functions_macro_f1)
    assert (functions.low, functions.high) == pytest.approx(card.functions_interval)
    assert sentiment.value == pytest.approx(card.sentiment_macro_f1)
    assert (sentiment.low, sentiment.high) == pytest.approx(card.sentiment_interval)
    for label, metric in card.labels.items():
        assert found[f"{label}.ece"].value == pytest.approx(metric.calibration_error)
        assert found[f"{label}.unsure"].value == pytest.approx(metric.unsure)


def test_a_difference_is_drawn_on_the_same_threads():
    """Two readers that err on the same comments differ by nothing, however wide each interval."""
    texts, answers = many_threads()
    one, other = counted(texts, answers), counted(texts, answers)
    apart = difference(one["question.f1"], other["question.f1"])
    assert one["question.f1"].high - one["question.f1"].low > 0.05
    assert (apart.value, apart.low, apart.high) == (0, 0, 0)


def test_a_difference_is_the_difference():
    texts, answers = many_threads()
    apart = difference(
        counted(texts, perfect(texts))["question.f1"], counted(texts, answers)["question.f1"]
    )
    assert apart.value == pytest.approx(1 - counted(texts, answers)["question.f1"].value)
    assert 0 < apart.low < apart.value < apart.high


def test_what_is_undefined_is_no_figure():
    nobody, everybody = np.zeros(4, dtype=bool), np.ones(4, dtype=bool)
    found = estimates(
        {
            "none": f1(nobody, nobody),
            "precision": ratio(nobody, nobody),
            "all": f1(everybody, nobody),
        },
        ["a", "a", "b", "b"],
    )
    assert (found["none"].value, found["none"].low, found["precision"].high) == (None, None, None)
    assert (found["all"].value, found["all"].high) == (0, 0)
    assert difference(found["all"], found["none"]).value is None


def test_a_macro_figure_is_over_the_labels_that_occur():
    texts = texts_of([{Label.QUESTION}, set()], [Sentiment.NEUTRAL] * 2, ["a", "b"])
    found = counted(texts, perfect(texts))
    assert found["functions_macro_f1"].value == 1
    assert found["sentiment_macro_f1"].value == 1
    assert {f"{label}.f1" for label in FUNCTIONS} <= found.keys()
    assert "sentiment.positive.f1" not in found


def test_of_a_reader_of_attitude_nothing_else_is_counted():
    texts = texts_of([{Label.QUESTION}], [Sentiment.NEUTRAL], ["a"])
    assert figures_of(texts, perfect(texts), None).keys() == {
        *("sentiment.neutral.f1", "sentiment_macro_f1")
    }


RATINGS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=4, max_size=60)


@settings(deadline=None)
@given(RATINGS, st.sampled_from([(0, None), (2, "quadratic")]))
def test_kappa_is_that_of_a_library(ratings, weighing):
    power, weights = weighing
    gold, said = ([one[place] for one in ratings] for place in (0, 1))
    groups = [str(place) for place in range(len(ratings))]
    found = estimates({"k": kappa(gold, said, range(5), power=power)}, groups)["k"].value
    if len({*gold, *said}) == 1:
        assert found == 1
    else:
        expected = cohen_kappa_score(gold, said, labels=range(5), weights=weights)
        assert found == pytest.approx(expected)


@settings(deadline=None)
@given(RATINGS)
def test_a_rank_correlation_is_that_of_a_library(ratings):
    one, other = ([pair[place] for pair in ratings] for place in (0, 1))
    groups = [str(place) for place in range(len(ratings))]
    found = estimates({"rho": rank_correlation(one, other)}, groups)["rho"].value
    if len(set(one)) == 1 or len(set(other)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(spearmanr(one, other).statistic)


def test_a_rank_correlation_is_drawn_by_threads():
    chance = np.random.default_rng(4)
    one = chance.integers(1, 6, 60)
    other = np.clip(one + chance.integers(-1, 2, 60), 1, 5)
    groups = [f"t{place // 3}" for place in range(60)]
    told = estimates({"rho": rank_correlation(one.tolist(), other.tolist())}, groups)["rho"]
    assert told.low < told.value < told.high
    assert 0.02 < told.high - told.low < 0.4
