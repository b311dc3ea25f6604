"""NIST's reference data sets: as many right digits as R gives, or more.

Data and certified values: NIST Statistical Reference Datasets (StRD), https://www.itl.nist.gov/div898/strd/.
PiDigits is left out: its file is not made of the digits of pi (they sum to 22,679 and not 22,674), so that
it cannot be generated. The log relative error counts right digits; certified values have 15, the last of
which is rounded.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from adcurate.statistics.groups import summarize_group
from adcurate.statistics.models import compare_anova, fit_linear

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "nist_strd.json").read_text())
ALL_DIGITS = 14.2


def right_digits(value, certified):
    error = abs(value - certified) / abs(certified) if certified else abs(value)
    return 15.0 if error == 0.0 else min(15.0, -math.log10(error))


def fewest(values, certified):
    return min(map(right_digits, np.ravel(values), np.ravel(certified)))


def simon_lesage(name):
    level = int(name[4:]) - 1
    lead, n = (1, 10**6, 10**12)[level // 3], (21, 201, 2001)[level % 3]
    return [
        [float(f"{lead}.{tenth + step}") for step in [0] + [-1, 1] * ((n - 1) // 2)]
        for tenth in (4, 3, 5, 3, 5, 3, 5, 3, 5)
    ]


def alternating(name):
    lead = {"NumAcc2": 1, "NumAcc3": 10**6, "NumAcc4": 10**7}[name]
    return [float(f"{lead}.{tenth}") for tenth in [2] + [1, 3] * 500]


@pytest.mark.parametrize("oracle", ORACLE["linear"], ids=lambda oracle: oracle["name"])
def test_linear_regression_has_at_least_the_digits_of_r(oracle):
    x, y = np.array(oracle["x"], dtype=float), np.array(oracle["y"], dtype=float)
    fit = fit_linear(
        x,
        y,
        names=tuple(f"x{j + 1}" for j in range(x.shape[1])),
        degree=oracle["power"],
        intercept=oracle["intercept"],
    )
    mine = {
        "values": [one.value for one in fit.coefficients],
        "errors": [one.standard_error for one in fit.coefficients],
        "sd": fit.residual_sd,
        "r_squared": fit.r_squared,
    }
    for quantity, certified in oracle["certified"].items():
        of_r = fewest(oracle["r"][quantity], certified)
        assert fewest(mine[quantity], certified) >= min(of_r, ALL_DIGITS), quantity
        assert fewest(mine[quantity], certified) >= ALL_DIGITS, quantity


@pytest.mark.parametrize("oracle", ORACLE["anova"], ids=lambda oracle: oracle["name"])
def test_analysis_of_variance_has_at_least_the_digits_of_r(oracle):
    groups = oracle["groups"] or simon_lesage(oracle["name"])
    table = compare_anova({str(place): values for place, values in enumerate(groups)})
    mine = {
        "between": table.between_sum_of_squares,
        "within": table.within_sum_of_squares,
        "f": table.f,
        "r_squared": table.r_squared,
        "sd": table.residual_sd,
    }
    for quantity, certified in oracle["certified"].items():
        of_r = right_digits(oracle["r"][quantity], certified)
        assert right_digits(mine[quantity], certified) >= min(of_r, ALL_DIGITS), quantity
        assert right_digits(mine[quantity], certified) >= ALL_DIGITS, quantity


@pytest.mark.parametrize("oracle", ORACLE["univariate"], ids=lambda oracle: oracle["name"])
def test_mean_and_sd_have_the_digits_of_r(oracle):
    summary = summarize_group(np.array(oracle["values"] or alternating(oracle["name"]), dtype=float))
    for quantity, value in (("mean", summary.mean), ("sd", summary.sd)):
        certified = oracle["certified"][quantity]
        of_r = min(right_digits(oracle["r"][quantity], certified), ALL_DIGITS)
        # The doubles nearest to the file's decimals set the limit; at it the last bit is chance.
        assert right_digits(value, certified) >= of_r - 0.05, quantity
