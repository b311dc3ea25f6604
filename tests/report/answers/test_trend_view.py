"""The trend answer as sentences and tables."""

import pytest
from tests.study.cohort_cases import cohort

from adcurate.model.answers.trend import TrendQuestion
from adcurate.model.protocol import Analysis
from adcurate.report.answers.trend import view_trend
from adcurate.report.scale import ADC
from adcurate.study.questions.trend import answer_trend
from adcurate.study.streams import Streams


@pytest.fixture(scope="module")
def view():
    question = TrendQuestion(covariates=("age",))
    return view_trend(answer_trend(question, cohort(), Analysis(), Streams(3)), ADC)


def test_the_sentence_holds_n_estimate_interval_and_method(view):
    (sentence,) = view.sentences
    for part in (
        "Over 47 lesions (G1: 21, G2: 17, G3: 9), adc fell with grade (Jonckheere-Terpstra, "
        "exact, two-sided: "
        "z = −4.24, p < 0.001)",
        "In 19.5 % of the pairs",
        "Kendall's tau-b was −0.491 (95 % CI −0.670 to −0.313, delta method)",
        "Given age, Spearman's rho",
        "on 43 degrees of freedom",
        "1 lesion without a covariate was left out of this.",
    ):
        assert part in sentence


def test_tables_are_rectangular(view):
    assert len(view.tables) == 2
    for table in view.tables:
        assert all(len(row) == len(table.columns) for row in table.rows)
    assert [row[1] for row in view.tables[1].rows][-1] == "Spearman's rho given age"
