"""What is missing, as sentences and tables."""

from dataclasses import replace

import numpy as np
from tests.study.cohort_cases import cohort

from adcurate.model.answers.missing import MissingQuestion
from adcurate.model.protocol import Analysis
from adcurate.report.answers.missing import view_missing
from adcurate.report.scale import ADC
from adcurate.study.questions.missing import answer_missing
from adcurate.study.streams import Streams


def ask(**options):
    cases = cohort()
    adc = cases.markers["adc"].copy()
    adc[[1, 8, 20, 33]] = np.nan
    cases = replace(cases, markers={"adc": adc})
    question = MissingQuestion(predictors=("age",), imputations=4, iterations=2, **options)
    return view_missing(answer_missing(question, cases, Analysis(), Streams(3)), ADC)


def test_without_imputation_only_complete_cases_are_shown():
    view = ask()
    assert view.sentences == ("Of 47 rows 42 (89.4 %) were complete; missing were adc in 4, age in 1.",)
    assert [row[2] for row in view.tables[-1].rows] == ["complete cases", "complete cases"]
    assert not view.notes


def test_imputation_is_named_with_its_assumptions():
    view = ask(impute=True)
    assert "imputed 4 times (chained equations" in view.sentences[1]
    assert "adc in 4" in view.sentences[1]
    assert "over imputed tables (4 of 47 values imputed" in view.sentences[2]
    assert any("reference standard was not imputed" in note for note in view.notes)
    assert [row[2] for row in view.tables[-1].rows] == ["complete cases", "imputed"] * 2
    for table in view.tables:
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_nothing_missing_is_said():
    view = view_missing(answer_missing(MissingQuestion(), cohort(), Analysis(), Streams(3)), ADC)
    assert view.sentences == ("Nothing was missing in 47 rows of 3 columns.",)
