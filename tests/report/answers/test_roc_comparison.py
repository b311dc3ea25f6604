"""Areas compared, in words."""

from dataclasses import replace

import numpy as np
from tests.report.graded_table import METHODS, table

from adcurate.model.answers.roc_comparison import RocComparisonQuestion
from adcurate.report.answers.roc_comparison import view_roc_comparison
from adcurate.report.scale import ADC
from adcurate.study.questions.roc_comparison import answer_roc_comparison
from adcurate.study.streams import Streams


def ask(cases, **keys):
    return answer_roc_comparison(RocComparisonQuestion(**keys), cases, METHODS, Streams(3))


def test_a_paired_comparison_can_be_pasted():
    view = view_roc_comparison(ask(table()), ADC)
    (sentence,) = view.sentences
    assert sentence.startswith("In the same 30 cases (10 high grade, 20 low grade) the areas")
    assert "Difference: mean minus minimum " in sentence
    assert "95 % CI" in sentence and "DeLong's test for areas of the same cases" in sentence
    areas, differences = view.tables
    assert [row[0] for row in areas.rows] == ["mean", "minimum"]
    assert differences.columns[4] == "z" and "roc.test(paired = TRUE" in differences.note


def test_groups_are_named_with_their_sizes_and_t():
    view = view_roc_comparison(ask(table(), group="scanner"), ADC)
    assert len(view.sentences) == 2
    assert "by scanner (5 high grade and 10 low grade in A and" in view.sentences[0]
    assert view.tables[1].columns[4] == "t"


def test_three_markers_have_an_overall_test():
    cases = table()
    third = dict(cases.markers) | {"noise": np.arange(30.0) % 7}
    directions = dict.fromkeys(third, "low")
    view = view_roc_comparison(ask(replace(cases, markers=third, directions=directions)), ADC)
    assert "chi-squared" in view.sentences[0] and "2 degrees of freedom" in view.sentences[0]
    assert "Holm-adjusted" in view.sentences[0]
    assert len(view.tables[1].rows) == 3


def test_missing_cases_and_resamples_are_said():
    cases = table()
    view = view_roc_comparison(
        ask(replace(cases, positive=(None, *cases.positive[1:])), method="bootstrap"), ADC
    )
    assert "1 incomplete cases were left out" in view.sentences[0]
    assert "100 resamples" in view.sentences[0]
