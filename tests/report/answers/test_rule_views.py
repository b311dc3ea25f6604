"""Prevalence, net benefit, calibration and published cut-offs as text."""

import numpy as np
from tests.cohort_tables import cohort, table_of

from adcurate.model.answers.calibration import CalibrationQuestion
from adcurate.model.answers.decision_curve import DecisionCurveQuestion
from adcurate.model.answers.external_cutoffs import ExternalCutoffsQuestion
from adcurate.model.answers.prevalence import PrevalenceQuestion
from adcurate.model.protocol import Analysis
from adcurate.report.answers.calibration import view_calibration
from adcurate.report.answers.decision_curve import show_ranges, view_decision_curve
from adcurate.report.answers.external_cutoffs import view_external_cutoffs
from adcurate.report.answers.prevalence import view_prevalence
from adcurate.report.scale import ADC, MarkerScale
from adcurate.study.questions.calibration import answer_calibration
from adcurate.study.questions.decision_curve import answer_decision_curve
from adcurate.study.questions.external_cutoffs import answer_external_cutoffs
from adcurate.study.questions.prevalence import answer_prevalence
from adcurate.study.streams import Streams

METHODS = Analysis(bootstrap_resamples=200)


def ask(answer, question, cases):
    return answer(question, cases, METHODS, Streams(7))


def is_whole(view):
    assert view.sentences
    for table in view.tables:
        assert all(len(row) == len(table.columns) for row in table.rows)
    assert "nan" not in " ".join([*view.sentences, *view.notes, *map(str, view.tables)]).lower()
    return " ".join(view.sentences)


def test_predictive_values_name_prevalence_and_method():
    view = view_prevalence(ask(answer_prevalence, PrevalenceQuestion(), cohort()), ADC)
    said = is_whole(view)
    assert (
        "At avgADC ≤ 0.957 10⁻³ mm²/s (Youden cut-off of these cases), sensitivity was 100.0 % (9 of 9"
        in said
    )
    assert "Where 5 % have the condition, a positive result would mean it in 13.3 % (PPV; 95 % CI" in said
    assert "confidence box" in said
    assert view.tables[0].rows[-1][0] == "19.1 % (this sample)"
    assert any("optimistic" in note for note in view.notes)


def test_a_stated_cut_off_is_not_called_optimistic():
    question = PrevalenceQuestion(markers=("avgADC",), cutoff=0.95e-3, prevalences=())
    view = view_prevalence(ask(answer_prevalence, question, cohort()), ADC)
    assert "stated beforehand" in is_whole(view)
    assert not any("optimistic" in note for note in view.notes)


def test_net_benefit_says_where_the_rule_is_worth_it():
    question = DecisionCurveQuestion(markers=("avgADC",))
    view = view_decision_curve(ask(answer_decision_curve, question, cohort()), ADC)
    said = is_whole(view)
    assert "at a prevalence of 19.1 % (of the sample)" in said
    assert "threshold probabilities of 2 to 40 % (of 2 to 60 % looked at)" in said
    assert "Corrected for optimism this held at" in said
    assert len(view.tables[0].rows) == 8


def test_a_useless_rule_is_called_so():
    cases = table_of(np.arange(8.0), [False] * 4 + [True] * 4, resolution=None)
    question = DecisionCurveQuestion(cutoff=3.0, model="none", markers=("avgADC",))
    view = view_decision_curve(ask(answer_decision_curve, question, cases), MarkerScale())
    assert "had at no threshold probability a greater net benefit" in is_whole(view)


def test_ranges_are_joined():
    assert show_ranges(((0.05, 0.2), (0.4, 0.4))) == "5 to 20 % and 40 %"


def test_calibration_names_level_slope_and_score():
    question = CalibrationQuestion(markers=("avgADC",), resamples=50)
    view = view_calibration(ask(answer_calibration, question, cohort()), ADC)
    said = is_whole(view)
    assert "The leave-one-out risks of a logistic model of avgADC averaged" in said
    assert "with a slope of" in said and "Brier score of" in said
    assert "the AUC of a single marker needs no correction" in said
    assert any("Hosmer-Lemeshow" in note for note in view.notes)
    together = view_calibration(
        ask(answer_calibration, CalibrationQuestion(together=True, resamples=50), cohort()), ADC
    )
    assert "and the AUC" in is_whole(together)


def test_separated_risks_have_no_slope_and_say_so():
    cases = table_of([1.0] * 6, [False] * 3 + [True] * 3, columns={"risk": (0.1, 0.2, 0.3, 0.6, 0.7, 0.8)})
    view = view_calibration(ask(answer_calibration, CalibrationQuestion(risks="risk"), cases), ADC)
    assert "no calibration slope" in is_whole(view)


def test_published_cut_offs_stand_beside_what_was_printed():
    question = ExternalCutoffsQuestion(
        studies=("A 2016", "B 2017"),
        cutoffs=(1.24e-3, 0.95e-3),
        sensitivities=(1.0, -1.0),
        specificities=(0.8421, 0.916),
        n_positive=(4.0, -1.0),
        markers=("avgADC",),
    )
    view = view_external_cutoffs(ask(answer_external_cutoffs, question, cohort()), ADC)
    said = is_whole(view)
    assert "The cut-off of A 2016, avgADC ≤ 1.240 10⁻³ mm²/s, found 9 of 9 high grade cases here" in said
    assert "The printed specificity of 84.2 % lies outside this interval." in said
    assert "9 of 9 against 4 of 4, Fisher's exact test, p > 0.999" in said
    assert len(view.tables[0].rows) == 4
