"""A cut-off's future as text."""

from dataclasses import replace

from tests.cohort_tables import cohort, table_of

from adcurate.model.answers.validation import ValidationQuestion
from adcurate.model.protocol import Analysis
from adcurate.report.answers.validation import view_validation
from adcurate.report.scale import ADC, MarkerScale
from adcurate.study.questions.validation import answer_validation
from adcurate.study.streams import Streams


def view(cases, scale=ADC, **keys):
    methods = Analysis(bootstrap_resamples=400)
    return view_validation(answer_validation(ValidationQuestion(**keys), cases, methods, Streams(7)), scale)


def test_sentences_say_n_estimate_and_method():
    found = view(cohort(), markers=("avgADC",))
    said = " ".join(found.sentences)
    assert (
        "In 47 cases (9 high grade, 38 low grade) the Youden cut-off of avgADC was ≤ 0.957 10⁻³ mm²/s" in said
    )
    assert "apparent sensitivity of 100.0 %, specificity of 65.8 % and J of 0.658" in said
    assert "400 bootstrap resamples" in said and ".632+" in said
    assert "(leave-one-out), 6 of 9 high grade and 25 of 38 low grade cases were called rightly" in said
    assert "needs no correction: its direction was stated beforehand" in said


def test_the_tables_hold_every_correction_once():
    corrections, cutoffs = view(cohort(), markers=("avgADC",)).tables
    assert len(corrections.rows) == 1 + 3 * 5
    assert all(len(row) == len(corrections.columns) for row in corrections.rows)
    assert corrections.rows[0][1:6] == ("AUC", "nothing fitted", "0.871", "0.871", "0.000")
    assert cutoffs.rows[0][0] == "≤ 0.957 (reported)"
    assert len(view(cohort()).tables) == 3


def test_a_chosen_direction_and_missing_rows_are_said():
    whole = cohort()
    cases = replace(whole, positive=(None, *whole.positive[1:]))
    said = " ".join(view(cases, direction="chosen", markers=("avgADC",)).sentences)
    assert "The direction of avgADC was chosen on these cases" in said
    assert "1 case without avgADC or outcome was left out." in said


def test_a_single_positive_has_no_cross_validation():
    found = view(table_of([0.6, 0.7, 0.9, 1.0], [True, False, False, False]), MarkerScale())
    said = " ".join(found.sentences)
    assert "leave-one-out" not in said and "cross-validation" not in said and "nan" not in said.lower()
