"""The six forms of the intraclass correlation."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.agreement import ICC_FORMS, estimate_icc, estimate_icc_forms

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "agreement.json").read_text())
TABLES = [pytest.param(item, id=item["name"]) for item in ORACLE["icc"]]
JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


@st.composite
def tables(draw):
    n, k = draw(st.integers(3, 8)), draw(st.integers(2, 4))
    values = draw(st.lists(st.integers(-9, 9), min_size=n * k, max_size=n * k))
    table = np.array(values, dtype=float).reshape(n, k)
    table[0, 0] += 0.37
    return table


def test_the_published_six_coefficients_of_1979():
    found = estimate_icc_forms(JUDGES)
    assert [round(found[form].value, 2) for form in ICC_FORMS] == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]


@pytest.mark.parametrize("oracle", TABLES)
def test_every_form_equals_psych(oracle):
    found = estimate_icc_forms(oracle["readings"])
    for form, numbers in zip(ICC_FORMS, oracle["psych"], strict=True):
        value, f, df1, df2, p, low, high = numbers
        mine = found[form]
        # A denominator of zero or less gives psych a coefficient above one, or of any size; here it is not
        # defined, and said so.
        if isinstance(value, float) and (value > 1.0 or value < -1e12):
            assert math.isnan(mine.value) and "icc.undefined" in [f.code for f in found.findings]
        elif value != "-Inf":
            assert mine.value == pytest.approx(value, rel=1e-8, abs=1e-10)
        assert (mine.df1, mine.df2) == (df1, df2)
        assert mine.f_statistic == pytest.approx(f, rel=1e-8, abs=1e-12)
        assert mine.p_value == pytest.approx(p, rel=1e-8, abs=1e-14)
        # psych steps a limit of one reading up to the mean of k, which wraps round below -1 / (k - 1).
        single = oracle["psych"][ICC_FORMS.index("2,1")][5]
        if form == "2,k" and isinstance(single, float) and single <= -1 / (found.n_readers - 1):
            assert mine.interval.low == -math.inf
            continue
        if math.isfinite(mine.value):
            limits = (mine.interval.low, mine.interval.high)
            assert limits == pytest.approx((low, high), rel=1e-8, abs=1e-10)


@settings(max_examples=60, deadline=None)
@given(tables())
def test_the_mean_of_k_readings_is_the_single_one_stepped_up(table):
    found = estimate_icc_forms(table)
    k = found.n_readers
    for model in "123":
        single, mean = found[f"{model},1"].value, found[f"{model},k"].value
        if math.isfinite(mean) and abs(1 + (k - 1) * single) > 1e-9:
            assert mean == pytest.approx(k * single / (1 + (k - 1) * single), rel=1e-6, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(tables(), st.floats(0.1, 10), st.floats(-5, 5))
def test_unit_origin_and_order_change_nothing(table, factor, origin):
    found = estimate_icc_forms(table)
    moved = estimate_icc_forms((table * factor + origin)[::-1, ::-1])
    for form in ICC_FORMS:
        if math.isfinite(found[form].value):
            assert moved[form].value == pytest.approx(found[form].value, rel=1e-6, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(tables())
def test_a_reader_who_reads_higher_lowers_agreement_and_not_consistency(table):
    higher = table.copy()
    readers = higher.mean(axis=0)
    higher[:, int(np.argmax(readers))] += 50.0
    before, after = estimate_icc_forms(table), estimate_icc_forms(higher)
    assert after["3,1"].value == pytest.approx(before["3,1"].value, rel=1e-6, abs=1e-8)
    if before["2,1"].value > 0:
        assert after["2,1"].value < before["2,1"].value


@pytest.mark.parametrize("form", ICC_FORMS)
def test_the_interval_holds_its_level(form):
    rng = np.random.default_rng(5)
    truth = {"1,1": 0.5, "3,1": 0.5, "2,1": 0.5, "1,k": 0.75, "2,k": 0.75, "3,k": 0.75}[form]
    held = 0
    for _ in range(400):
        table = rng.normal(size=(15, 1)) + rng.normal(size=(15, 3))
        interval = estimate_icc(table, form=form).interval
        held += interval.low <= truth <= interval.high
    assert 0.925 <= held / 400 <= 0.985


def test_a_negative_coefficient_is_kept_and_said():
    found = estimate_icc_forms([[1, 3], [3, 1], [2, 2.1], [1.1, 2.9]])
    assert found["1,1"].value < 0 and found["3,1"].value < 0
    assert "icc.negative" in [finding.code for finding in found.findings]


def test_readers_who_differ_by_a_constant_are_consistent_and_do_not_agree():
    table = np.array([[1.0, 3.1], [2.0, 4.1], [3.5, 5.6], [0.2, 2.3]])
    found = estimate_icc_forms(table)
    assert found["3,1"].value == 1.0 and found["3,1"].interval.low == 1.0
    assert 0 < found["2,1"].value < 0.7
    assert 0 <= found["2,1"].interval.low < found["2,1"].value < found["2,1"].interval.high < 1
    assert "icc.no-residual" in [finding.code for finding in found.findings]


def test_equal_readers_give_one_everywhere():
    table = np.repeat(np.array([[0.9], [1.1], [1.7]]), 3, axis=1)
    found = estimate_icc_forms(table)
    assert all(estimate.value == 1.0 for estimate in found.forms.values())
    assert all(
        (estimate.interval.low, estimate.interval.high) == (1.0, 1.0) for estimate in found.forms.values()
    )


def test_lesions_without_any_difference_have_no_reliable_mean():
    found = estimate_icc_forms([[1, 2], [2, 1]])
    assert found["1,k"].value == -math.inf
    assert "icc.undefined" in [finding.code for finding in found.findings]


def test_names_of_other_traditions():
    found = estimate_icc(JUDGES, form="2,1")
    assert (found.mcgraw_wong, found.spss) == (
        "ICC(A,1)",
        "two-way random, absolute agreement, single measures",
    )
    assert estimate_icc(JUDGES, form="1,k").spss == "one-way random, average measures"
    assert estimate_icc(JUDGES, form="3,1").spss == "two-way mixed, consistency, single measures"


@pytest.mark.parametrize(
    ("readings", "code"),
    [
        ([[1.0, 2.0]], "statistics.too-few"),
        ([[1.0], [2.0], [3.0]], "statistics.shape"),
        ([1.0, 2.0, 3.0], "statistics.shape"),
        ([[1.0, 2.0], [3.0]], "statistics.shape"),
        ([[1.0, math.nan], [2.0, 3.0]], "statistics.not-finite"),
        ([[0.3, 0.3], [0.3, 0.1 + 0.2]], "statistics.constant"),
        ([["a", "b"], ["c", "d"]], "statistics.shape"),
    ],
)
def test_tables_that_no_coefficient_fits(readings, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_icc_forms(readings)
    assert refused.value.code == code


def test_the_form_is_asked_for():
    with pytest.raises(StatisticsError) as refused:
        estimate_icc(JUDGES, form="A,1")
    assert refused.value.code == "statistics.option"
