"""Calibration asked of a table."""

import json

import numpy as np
import pytest
from tests.cohort_tables import cohort, table_of

from adcurate.errors import StatisticsError, TableError
from adcurate.model.answers.calibration import CalibrationQuestion
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Analysis
from adcurate.statistics.models import fit_logistic
from adcurate.statistics.validation import assess_calibration
from adcurate.study.questions.calibration import answer_calibration
from adcurate.study.streams import Streams


def ask(cases, **keys):
    return answer_calibration(CalibrationQuestion(**{"resamples": 40, **keys}), cases, Analysis(), Streams(7))


def test_risks_of_a_column_are_judged_as_they_are():
    risks = (0.1, 0.3, None, 0.2, 0.7, 0.8)
    positive = [False, True, True, None, False, True]
    answer = ask(table_of([1.0] * 6, positive, columns={"risk": risks}), risks="risk")
    (one,) = answer.models
    assert (one.name, one.source, one.n, one.n_missing, one.model) == ("risk", "column", 4, 2, None)
    wanted = assess_calibration([0.1, 0.3, 0.7, 0.8], [False, True, False, True])
    assert one.calibration.slope == wanted.slope


def test_each_case_is_predicted_by_the_model_of_the_others():
    (one,) = ask(cohort(), markers=("avgADC",)).models
    cases = cohort()
    marker, positive = cases.marker("avgADC"), np.array(cases.positive)
    order = np.lexsort((positive, marker))
    marker, positive = marker[order], positive[order]
    fit = fit_logistic(marker[1:], positive[1:], names=("avgADC",), penalty="none")
    assert one.calibration.risks[0] == pytest.approx(fit.predict(marker[:1])[0])
    assert one.model.of("slope").apparent == pytest.approx(1.0, abs=1e-6)
    assert one.source == "leave-one-out"


def test_one_model_of_all_markers():
    answer = ask(cohort(), together=True)
    assert [model.name for model in answer.models] == ["avgADC + minADC"]
    assert answer.models[0].model.of("auc").corrected < answer.models[0].model.of("auc").apparent


def test_the_order_of_the_rows_moves_nothing():
    cases = cohort()
    shuffled = cases.take(np.random.default_rng(2).permutation(47))
    first, second = (as_jsonable(ask(table, markers=("minADC",))) for table in (cases, shuffled))
    assert first == second
    assert json.dumps(first)


def test_separated_classes_need_firths_penalty():
    cases = table_of([0.6, 0.7, 0.8, 1.0, 1.1, 1.2], [True] * 3 + [False] * 3)
    with pytest.raises(StatisticsError) as refused:
        ask(cases)
    assert refused.value.code == "statistics.no-convergence"
    assert "Firth" in refused.value.remedy
    answer = ask(cases, penalty="firth")
    assert answer.models[0].n == 6 and np.isnan(answer.models[0].model.of("slope").corrected)
    assert 0.9 < answer.models[0].model.of("auc").corrected <= 1.0
    assert "validation.no-slope" in [finding.code for finding in answer.findings]


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"risks": "risk"}, "table.missing-column"),
        ({"risks": "percent"}, "table.value"),
        ({"risks": "blank"}, "statistics.too-few"),
        ({"groups": 1}, "statistics.option"),
        ({"penalty": "ridge"}, "statistics.option"),
        ({"markers": ("ADC",)}, "table.missing-column"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(keys, code):
    cases = cohort(columns={"percent": (12.0,) * 47, "blank": (None,) * 47})
    with pytest.raises((StatisticsError, TableError)) as refused:
        ask(cases, **keys)
    assert refused.value.code == code
