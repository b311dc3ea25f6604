"""NIST's reference data sets: right digits of ours and of R, against the certified values."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from adcurate.statistics.groups import summarize_group
from adcurate.statistics.models import compare_anova, fit_linear
from parity.comparison import load_oracle, numbers, right_digits

ORACLE = "nist_strd.json"
# Certified values have 15 digits, the last of them rounded.
ALL_DIGITS = 14.2
# Mean and SD are sums of floats in both programs: they may differ in their last digit.
LAST_DIGIT = 0.2


@dataclass(frozen=True, slots=True)
class Certified:
    """Fewest right digits of a quantity of one data set."""

    kind: str
    name: str
    quantity: str
    ours: float
    of_r: float

    @property
    def is_as_good(self) -> bool:
        return self.ours >= min(self.of_r - LAST_DIGIT, ALL_DIGITS)


def certified_digits() -> list[Certified]:
    oracle, makers = load_oracle(ORACLE), _makers()
    found = []
    for case in oracle["univariate"]:
        values = case["values"] or makers.alternating(case["name"])
        summary = summarize_group(np.array(values, dtype=float))
        found += _rows("mean, SD", case, {"mean": summary.mean, "sd": summary.sd})
    for case in oracle["anova"]:
        groups = case["groups"] or makers.simon_lesage(case["name"])
        table = compare_anova({str(place): values for place, values in enumerate(groups)})
        mine = {
            "between": table.between_sum_of_squares,
            "within": table.within_sum_of_squares,
            "f": table.f,
            "r_squared": table.r_squared,
            "sd": table.residual_sd,
        }
        found += _rows("analysis of variance", case, mine)
    for case in oracle["linear"]:
        x = np.array(case["x"], dtype=float)
        names = tuple(f"x{j + 1}" for j in range(x.shape[1]))
        fit = fit_linear(x, case["y"], names=names, degree=case["power"], intercept=case["intercept"])
        mine = {
            "values": [one.value for one in fit.coefficients],
            "errors": [one.standard_error for one in fit.coefficients],
            "sd": fit.residual_sd,
            "r_squared": fit.r_squared,
        }
        found += _rows("linear regression", case, mine)
    return found


def _rows(kind: str, case: Any, mine: dict[str, Any]) -> list[Certified]:
    return [
        Certified(kind, case["name"], name, _fewest(mine[name], value), _fewest(case["r"][name], value))
        for name, value in case["certified"].items()
    ]


def _fewest(values: Any, certified: Any) -> float:
    return min(map(right_digits, numbers(values), numbers(certified)))


def _makers() -> Any:
    """The test of the same data, which makes the longest sets by rule."""
    path = Path(__file__).parents[2] / "statistics" / "models" / "test_nist.py"
    spec = importlib.util.spec_from_file_location("nist_sets", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
