"""Rubin's rules against mice::pool.scalar."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from adcurate.errors import StatisticsError
from adcurate.statistics.models.pooling import pool_auc, pool_rubin, pool_spearman

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "missing.json").read_text())


def test_pooled_numbers_equal_mice():
    n_checked = 0
    for record in ORACLE["pooled"]:
        df = math.inf if record["n"] == 0 else record["n"] - record["k"]
        found = pool_rubin(record["q"], record["u"], df_complete=df)
        assert found.value == pytest.approx(record["qbar"], rel=1e-10, abs=1e-14)
        for own, theirs in ((found.within, "ubar"), (found.between, "b"), (found.total, "t")):
            assert own == pytest.approx(record[theirs], rel=1e-10)
        if (found.total - found.within) / found.total < 1e-4:
            continue  # mice takes a smaller share for 1e-4
        n_checked += 1
        assert found.df == pytest.approx(record["df"], rel=1e-10)
        assert found.relative_increase == pytest.approx(record["r"], rel=1e-10)
        assert found.fraction_missing == pytest.approx(record["fmi"], rel=1e-10)
        assert (found.interval.low, found.interval.high) == pytest.approx(
            (record["low"], record["high"]), rel=1e-8, abs=1e-10
        )
    assert n_checked > 190


def test_tables_that_agree_have_nothing_missing():
    found = pool_rubin([0.5, 0.5, 0.5], [0.01, 0.01, 0.01], df_complete=math.inf)
    assert (found.between, found.relative_increase, found.fraction_missing) == (0.0, 0.0, 0.0)
    assert (found.interval.low, found.interval.high) == pytest.approx(
        (0.5 - 0.1 * 1.959963984540054, 0.5 + 0.1 * 1.959963984540054)
    )


def test_without_any_variance_there_is_no_interval():
    found = pool_rubin([0.5, 0.5], [0.0, 0.0], df_complete=10)
    assert math.isnan(found.interval.low)
    assert math.isnan(found.p_value)


def test_an_auc_is_pooled_as_its_logit():
    areas, errors = np.array([0.8, 0.85, 0.9]), np.array([0.05, 0.04, 0.03])
    found = pool_auc(areas, errors, n=47)
    plain = pool_rubin(np.log(areas / (1 - areas)), (errors / (areas * (1 - areas))) ** 2, df_complete=45)
    assert found.value == pytest.approx(1 / (1 + math.exp(-plain.value)), rel=1e-12)
    assert 0.0 < found.interval.low < found.value < found.interval.high < 1.0
    assert (found.df, found.scale) == (pytest.approx(plain.df), "logit")


def test_a_correlation_is_pooled_as_fishers_z():
    found = pool_spearman([-0.6, -0.5, -0.55], n=47)
    assert found.value == pytest.approx(math.tanh(np.mean(np.arctanh([-0.6, -0.5, -0.55]))), rel=1e-12)
    assert -1.0 < found.interval.low < found.value < found.interval.high < 0.0
    assert found.scale == "fisher-z"


def test_much_missing_information_is_noted():
    found = pool_rubin([0.0, 1.0, 2.0, 3.0], [0.1, 0.1, 0.1, 0.1], df_complete=100)
    assert [finding.code for finding in found.findings] == ["imputation.much-missing"]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: pool_rubin([1.0], [1.0], df_complete=10), "statistics.too-few"),
        (lambda: pool_rubin([1.0, 2.0], [1.0, -1.0], df_complete=10), "statistics.option"),
        (lambda: pool_rubin([1.0, 2.0], [1.0, 1.0], df_complete=0), "statistics.option"),
        (lambda: pool_rubin([1.0, math.nan], [1.0, 1.0], df_complete=10), "statistics.not-finite"),
        (lambda: pool_rubin([1.0, 2.0], [1.0], df_complete=10), "statistics.shape"),
        (lambda: pool_auc([1.0, 0.9], [0.0, 0.1], n=20), "statistics.constant"),
        (lambda: pool_spearman([-1.0, 0.9], n=20), "statistics.constant"),
        (lambda: pool_spearman([0.1, 0.2], n=3), "statistics.too-few"),
    ],
)
def test_what_cannot_be_pooled_is_refused(call, code):
    with pytest.raises(StatisticsError) as refused:
        call()
    assert refused.value.code == code
