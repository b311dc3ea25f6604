"""The sensitivity table, lesions not assessed, and a marker, as text."""

import math
from dataclasses import replace

from adcurate.model.answers.assessability import AssessabilityAnswer, MarkerAssessability
from adcurate.model.answers.sensitivity import SensitivityAnswer, SensitivityRow
from adcurate.report.answers.assessability import view_assessability
from adcurate.report.answers.marker import view_marker
from adcurate.report.answers.sensitivity import view_sensitivity
from adcurate.report.scale import ADC
from adcurate.statistics.diagnostic import ConfusionTable, estimate_accuracy
from adcurate.statistics.interval import Interval

PRIMARY = SensitivityRow(
    *(
        "Primary analysis",
        "primary",
        "avgADC",
        47,
        9,
        0,
        0.8713,
        Interval(0.741, 0.951, 0.95, "delong"),
        0.957e-3,
    ),
    *("<=", None, 1.0, 0.658, -0.606, None),
)


def test_the_table_says_estimate_interval_and_when_a_row_was_asked_for():
    rows = (
        PRIMARY,
        replace(PRIMARY, label="age <= 60", stamp="post hoc", n=20, n_unknown=3, auc=0.8),
        replace(PRIMARY, label="vendor = GE", stamp="planned", auc=math.nan, rule="", reason="Two lesions."),
    )
    view = view_sensitivity(SensitivityAnswer(rows), ADC)
    table = view.tables[0]
    assert table.rows[0] == (
        "Primary analysis",
        "primary",
        "47 (9)",
        "0.871 (0.741 to 0.951)",
        "≤ 0.957",
        "−0.606",
    )
    assert table.rows[1][1:3] == ("post hoc", "20 (9), 3 unknown")
    assert table.rows[2][3:5] == ("– (0.741 to 0.951)", "–")
    assert "vendor = GE: Two lesions." in table.note and "10⁻³ mm²/s" in table.note
    sentence = view.sentences[0]
    assert "0.871 in the primary analysis (n = 47, 9 positive) and 0.800" in sentence
    assert "2 other rows, 1 of them post hoc; 1 could not be estimated" in sentence


def test_a_table_of_the_primary_row_alone_claims_nothing():
    assert "no other row" in view_sensitivity(SensitivityAnswer((PRIMARY,)), ADC).sentences[0]


def accuracy(tp, fp, fn, tn):
    return estimate_accuracy(ConfusionTable(tp, fp, fn, tn), interval="clopper-pearson")


def test_lesions_that_could_not_be_assessed_are_counted_as_planned():
    one = MarkerAssessability(
        *("avgADC", "<=", 0.957e-3, 45, 1, 1),
        {"leave-out": accuracy(9, 13, 0, 23), "worst-case": accuracy(9, 14, 1, 23)},
    )
    view = view_assessability(AssessabilityAnswer((one,), "worst-case"), ADC)
    assert "2 of 47 lesions could not be assessed (1 positive)" in view.sentences[0]
    assert "sensitivity of 90 % (9 of 10; 95 % CI 55 to 100 %)" in view.sentences[0]
    assert [row[0] for row in view.tables[0].rows] == ["left out", "counted as called wrongly (worst case) ★"]
    everyone = replace(one, n_positive_not_assessed=0, n_negative_not_assessed=0)
    view = view_assessability(AssessabilityAnswer((everyone,), "leave-out"), ADC)
    assert view.tables == () and "Every lesion was assessed" in view.sentences[0]


def test_a_markers_sentence_holds_n_estimate_interval_and_the_warning(results):
    view = view_marker(results.of_record[0], ADC)
    sentence = view.sentences[0]
    assert "9 positive from 38 negative" in sentence and "0.871 (95 % CI 0.741 to 0.951" in sentence
    assert "≤ 0.957 10⁻³ mm²/s" in sentence and "are optimistic" in sentence
    assert [table.title for table in view.tables] == ["Groups", "Tests", "Estimates"]
