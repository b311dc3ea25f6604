"""The Ki-67 question: texts of pathologists become intervals, never midpoints."""

import math
from dataclasses import replace

import numpy as np
import pytest
from tests.study.cohort_cases import cohort

from adcurate.errors import TableError
from adcurate.model.answers.ki67 import Ki67Question
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Analysis
from adcurate.statistics.correlation import interval_values
from adcurate.statistics.models.censored import fit_interval_regression
from adcurate.study.questions.ki67 import answer_ki67
from adcurate.study.streams import Streams

METHODS = Analysis(seed=3)
QUICK = Ki67Question(permutations=199)


def ask(question=QUICK, cases=None):
    return answer_ki67(question, cases or cohort(), METHODS, Streams(3))


def with_ki67(texts, adc=None):
    n = len(texts)
    cases = cohort().take(list(range(n)))
    columns = {**cases.columns, "ki67": tuple(texts)}
    return replace(
        cases, columns=columns, markers={"adc": np.linspace(2e-3, 5e-4, n) if adc is None else adc}
    )


def test_the_cohort_has_ranges_and_bounds():
    answer = ask()
    (one,) = answer.markers
    kendall = one.kendall
    assert kendall.n == 47 and 0 < kendall.n_exact < 47 and kendall.undecided > 0
    assert kendall.concordant + kendall.discordant + kendall.tied + kendall.undecided == 47 * 46 // 2
    assert one.tau_bounds.low < kendall.tau < one.tau_bounds.high
    assert one.rho_bounds.low < one.midpoint.rho < one.rho_bounds.high
    assert one.regression.n_exact == kendall.n_exact
    assert one.midpoint.n_replaced == 47 - kendall.n_exact
    assert answer.p_values == {"adc: Ki-67": kendall.p_value}
    assert len(one.values) == 47 and len(one.line) == 60
    assert as_jsonable(answer)["markers"][0]["regression"]["n"] == 47


def test_texts_become_the_ends_of_the_regression():
    texts = ["<1", "2", "3-5", "≤2", "8", "12", ">20", "25", "40", "15-20"]
    adc = np.array([1.6, 1.5, 1.2, 1.4, 1.3, 0.9, 0.8, 0.9, 0.5, 0.7]) * 1e-3
    (one,) = ask(cases=with_ki67(texts, adc)).markers
    low = [-math.inf, 2, 3, -math.inf, 8, 12, 20, 25, 40, 15]
    high = [1, 2, 5, 2, 8, 12, math.inf, 25, 40, 20]
    ends = [[math.log1p(v) if math.isfinite(v) else v for v in side] for side in (low, high)]
    by_hand = fit_interval_regression(interval_values(*ends), {"marker": adc})
    assert one.regression.terms[1].estimate == pytest.approx(by_hand.terms[1].estimate, rel=1e-10)
    assert (one.regression.n_left, one.regression.n_right, one.regression.n_interval) == (2, 1, 2)


def test_the_regression_may_be_the_test_that_counts():
    answer = ask(replace(QUICK, counted="regression"))
    assert answer.p_values == {"adc: Ki-67": answer.markers[0].regression.p_value}


def test_without_scatter_there_is_no_line_and_the_rank_correlation_stays():
    answer = ask(cases=with_ki67(["1", "2", "3", "4", "5", "6", "7", "8"], -np.log1p(np.arange(1.0, 9.0))))
    (one,) = answer.markers
    assert one.regression is None and one.line == ()
    assert "no maximum" in one.regression_refused
    assert one.kendall.tau == -1.0
    assert answer.p_values
    assert (
        ask(
            replace(QUICK, counted="regression"),
            with_ki67(["1", "2", "3", "4", "5", "6"], -np.log1p(np.arange(1.0, 7.0))),
        ).p_values
        == {}
    )


def test_blanks_are_counted_and_the_order_of_the_rows_changes_nothing():
    texts = [None, "2", "3-5", "≤2", "8", "12", ">20", "25", "40", "15-20", " "]
    adc = np.array([1.6, 1.5, 1.2, 1.4, 1.3, 0.9, 0.8, 0.9, 0.5, 0.7, np.nan]) * 1e-3
    cases = with_ki67(texts, adc)
    (one,) = ask(cases=cases).markers
    assert one.n_missing == 2
    shuffled = cases.take(np.random.default_rng(2).permutation(11))
    (again,) = ask(cases=shuffled).markers
    assert one.kendall == again.kendall
    assert one.tau_bounds == again.tau_bounds
    assert one.regression.terms[1].estimate == pytest.approx(again.regression.terms[1].estimate, rel=1e-9)


@pytest.mark.parametrize(
    ("texts", "question"),
    [
        (["1", "2", "about 5", "3", "4"], QUICK),
        (["1", "2,5", "5", "3", "4"], QUICK),
        (["1", "2", "0", "3", "4"], replace(QUICK, transform="log")),
    ],
)
def test_a_cell_that_cannot_be_taken_names_its_row(texts, question):
    with pytest.raises(TableError) as refused:
        ask(question, with_ki67(texts))
    assert refused.value.code == "table.value"
    assert refused.value.facts["row"]


def test_a_decimal_comma_is_read_where_it_is_named():
    (one,) = ask(
        replace(QUICK, decimal=","), with_ki67(["1,5", "2", "0", "3", "4", "9"], np.arange(6.0))
    ).markers
    assert one.kendall.n_exact == 6


def test_a_missing_column_is_named():
    with pytest.raises(TableError) as refused:
        ask(replace(QUICK, column="MIB-1"))
    assert refused.value.code == "table.missing-column"
