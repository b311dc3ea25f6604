"""Curves in detail, in words."""

from dataclasses import replace

from tests.report.graded_table import METHODS, table

from adcurate.model.answers.roc_detail import RocDetailQuestion
from adcurate.report.answers.roc_detail import view_roc_detail
from adcurate.report.scale import ADC, MarkerScale
from adcurate.study.questions.roc_detail import answer_roc_detail
from adcurate.study.streams import Streams


def ask(cases, **keys):
    return answer_roc_detail(RocDetailQuestion(**keys), cases, METHODS, Streams(3))


def test_areas_points_and_cutoffs_are_said_with_intervals_and_methods():
    view = view_roc_detail(ask(table()), MarkerScale())
    assert len(view.sentences) == 4 and len(view.tables) == 4
    assert view.sentences[0].startswith(
        "mean (10 high grade, 20 low grade): the area under the ROC curve was"
    )
    assert "specificity 80 to 100 %" in view.sentences[0] and "McClish" in view.sentences[0]
    assert "Youden index: mean ≤" in view.sentences[1] and "resamples of cases" in view.sentences[1]
    points, cutoffs = view.tables[:2]
    assert [row[0] for row in points.rows] == ["specificity 90.0 %", "sensitivity 90.0 %"]
    assert "bootstrap percentiles" in points.note
    assert [row[0] for row in cutoffs.rows] == [
        "Youden index",
        "Closest to (0, 1)",
        "Sensitivity ≥ 90 %",
        "Specificity ≥ 90 %",
    ]
    assert "in new cases it will do less well" in view.notes[0]


def test_cutoffs_have_the_unit_of_the_scale():
    cases = table()
    small = {name: values / 1000 for name, values in cases.markers.items()}
    view = view_roc_detail(ask(replace(cases, markers=small)), ADC)
    assert "10⁻³ mm²/s" in view.sentences[1]
    plain = view_roc_detail(ask(cases), MarkerScale())
    assert view.tables[1].rows[0][1] == plain.tables[1].rows[0][1]


def test_a_rule_that_calls_nobody_positive_says_so():
    view = view_roc_detail(ask(table(), cost_ratio=0.001, prevalence=0.01, cutoff_rules=()), MarkerScale())
    assert "Youden index, priced: nobody positive (95 % CI" in view.sentences[1]
    assert view.tables[1].rows[0][1] == "nobody positive"


def test_a_priced_rule_and_a_band_are_named():
    view = view_roc_detail(
        ask(table(), cost_ratio=2.0, prevalence=0.3, band="kolmogorov-smirnov", markers=("mean",)),
        MarkerScale(),
    )
    assert view.tables[1].rows[-1][0] == "Youden index, priced"
    assert "Campbell" in view.sentences[0]
