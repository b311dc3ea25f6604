"""Forest, funnel and summary ROC: every study is drawn, tables hold what is drawn, words hold the numbers."""

import math

import numpy as np
import pytest

from adcurate.model.answers.literature import (
    LiteratureAccuracyQuestion,
    LiteratureCorrelationQuestion,
    LiteratureMeansQuestion,
    StudyAccuracy,
    StudyCorrelation,
    StudyMean,
)
from adcurate.model.protocol import Analysis
from adcurate.report.figures.effect_axis import axis_of
from adcurate.report.figures.forest import describe_forest, render_forest, tabulate_forest
from adcurate.report.figures.funnel import describe_funnel, render_funnel, tabulate_funnel
from adcurate.report.figures.save import encode_figure
from adcurate.report.figures.summary_roc import describe_summary_roc, render_summary_roc, tabulate_summary_roc
from adcurate.report.scale import ADC
from adcurate.study.literature import load_literature
from adcurate.study.questions.literature import (
    answer_literature_accuracy,
    answer_literature_correlation,
    answer_literature_means,
    parse_accuracy,
    parse_means,
)

METHODS = Analysis()
OWN = tuple(
    StudyMean("This study", None, "avgADC", group, 20, "mean-sd", mean, 2e-4, unit="mm2/s")
    for group, mean in (("G1", 1.3e-3), ("G2", 1.1e-3), ("G3", 0.8e-3))
)


def pools():
    studies = parse_means(load_literature("means"))
    for question in (
        LiteratureMeansQuestion(),
        LiteratureMeansQuestion(measure="ratio-of-means", mean_scale="log", pool_this_study=False),
        LiteratureMeansQuestion(measure="hedges-g", tau2="fixed", interval="normal"),
    ):
        answer = answer_literature_means(question, studies, OWN, METHODS)
        yield from (answer.means[0], answer.differences[1])
    rng = np.random.default_rng(3)
    rows = [
        StudyCorrelation(f"A study with a very long name {i}", 2000 + i, "m", "g", "pearson", r, n)
        for i, (r, n) in enumerate(
            zip(np.tanh(rng.normal(-0.6, 0.2, 30)), rng.integers(10, 150, 30), strict=True)
        )
    ]
    question = LiteratureCorrelationQuestion(marker="m", against="g")
    yield answer_literature_correlation(question, rows, None, METHODS).pool
    yield answer_literature_correlation(question, rows[:1], None, METHODS).pool


POOLS = list(pools())


@pytest.mark.parametrize("pool", POOLS)
def test_a_forest_holds_every_study_within_its_width(pool):
    figure = render_forest(pool, ADC)
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(174)
    table = tabulate_forest(pool, ADC)
    assert sum(row[5] is not None and row[0] != "pooled" for row in table.rows) == pool.pooled.k
    assert str(len(pool.studies)) in describe_forest(pool, ADC)
    figure.canvas.draw()
    right = figure.bbox.width
    for text in (text for axes in figure.axes for text in axes.texts):
        box = text.get_window_extent()
        assert box.x0 >= 0
        assert box.x1 <= right


def test_names_and_sizes_of_a_forest_do_not_meet():
    figure = render_forest(POOLS[-2], ADC)
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    for i, one in enumerate(boxes):
        assert not any(one.overlaps(other) for other in boxes[i + 1 :])


@pytest.mark.parametrize("pool", [pool for pool in POOLS if len(pool.studies) > 2])
def test_a_funnel_tells_its_test_and_its_caution(pool):
    figure = render_funnel(pool, ADC)
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(84)
    assert len(tabulate_funnel(pool, ADC).rows) == len(pool.studies)
    words = describe_funnel(pool, ADC)
    assert ("Fewer than 10" in words) == (len(pool.studies) < 10)
    figure.canvas.draw()
    (note,) = figure.texts
    assert note.get_window_extent().x1 <= figure.bbox.width


def test_ticks_of_a_ratio_stand_at_round_ratios():
    axis = axis_of(POOLS[3], ADC)
    places, labels = axis.ticks(math.log(0.2), math.log(1.5))
    assert [math.exp(place) for place in places] == pytest.approx([float(label) for label in labels])
    assert "1" in labels


def accuracy_answers():
    studies = parse_accuracy(load_literature("accuracy"))
    yield answer_literature_accuracy(LiteratureAccuracyQuestion(), studies, None, METHODS)
    own = StudyAccuracy("This study", None, "avgADC", 0.94e-3, "mm2/s", 10, 2, 9, 43)
    yield answer_literature_accuracy(LiteratureAccuracyQuestion(model="approximate"), studies, own, METHODS)
    rng = np.random.default_rng(5)
    rows = []
    for i in range(14):
        u, n1, n0 = rng.normal(), *rng.integers(10, 90, 2)
        tp, tn = (
            rng.binomial(n1, 1 / (1 + np.exp(-1.3 - 0.6 * u))),
            rng.binomial(n0, 1 / (1 + np.exp(-1.4 + 0.5 * u))),
        )
        counts = (int(tp), int(n1 - tp), int(n0 - tn), int(tn))
        rows.append(StudyAccuracy(f"Study {i}", 2000 + i, "avgADC", 1e-3, "mm2/s", *counts))
    yield answer_literature_accuracy(LiteratureAccuracyQuestion(model="approximate"), rows, own, METHODS)


@pytest.mark.parametrize("answer", list(accuracy_answers()))
def test_a_summary_roc_draws_what_it_tabulates(answer):
    figure = render_summary_roc(answer, ADC)
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(84)
    series = [row[0] for row in tabulate_summary_roc(answer, ADC).rows]
    assert series.count("study") + series.count("this study") == len(answer.studies)
    assert ("summary point" in series) == (answer.pooled is not None)
    assert ("curve" in series) == (answer.pooled is not None and answer.pooled.joint)
    assert str(len(answer.studies)) in describe_summary_roc(answer, ADC)
    figure.canvas.draw()
    (key,) = figure.texts
    assert key.get_window_extent().x1 <= figure.bbox.width


def test_the_same_pool_gives_the_same_bytes():
    first, second = (encode_figure(render_forest(POOLS[0], ADC), ("svg",))["svg"] for _ in range(2))
    assert first == second
