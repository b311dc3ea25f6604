"""Is one odds ratio enough for every division of the grades? Two tests of the proportional-odds assumption.

Both ask whether a predictor's slope is the same at every threshold. With few cases beyond a threshold neither
has the power to say so: a large p-value is no proof.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, expit

from adcurate.arrays import Floats, Integers
from adcurate.findings import Finding
from adcurate.statistics.models.binary_likelihood import maximise_binary
from adcurate.statistics.models.coefficient import TermTest
from adcurate.statistics.models.design import check_predictors, standardise
from adcurate.statistics.models.ordinal import grade_codes
from adcurate.statistics.models.ordinal_likelihood import first_thresholds, maximise_ordinal, ordinal_design
from adcurate.statistics.models.profile import no_convergence
from adcurate.statistics.models.separation import find_separation


@dataclass(frozen=True, slots=True)
class ProportionalOdds:
    """Tests of the assumption, one for each predictor, and `..._omnibus` for all of them together.

    `brant` compares the slopes of the separate logistic models at the thresholds; `likelihood_ratio` the
    proportional model with one in which the predictor has a slope for each threshold. A test that could not
    be made, because the cases beyond a threshold are separated, is NaN, and a finding says so. With two
    grades there is nothing to test: the tuples are empty.
    """

    brant: tuple[TermTest, ...]
    brant_omnibus: TermTest | None
    likelihood_ratio: tuple[TermTest, ...]
    likelihood_ratio_omnibus: TermTest | None
    findings: tuple[Finding, ...]


def compare_proportional_odds(
    predictors: npt.ArrayLike, grades: Sequence[str], *, names: tuple[str, ...], order: tuple[str, ...]
) -> ProportionalOdds:
    """Test, predictor by predictor and together, whether slopes are the same at every threshold.

    Parameters
    ----------
    predictors, grades, names, order
        As for `fit_ordinal`.

    Raises
    ------
    StatisticsError
        As `fit_ordinal`.

    Notes
    -----
    Brant, Biometrics 1990;46:1171-1178, whose Wald test takes the covariance between the thresholds' models
    from their fitted probabilities. Checked against an independent calculation in R, and the likelihood
    ratio against ``ordinal::nominal_test`` and models with all slopes free.

    Examples
    --------
    >>> adc = [1.4, 1.2, 1.0, 0.8, 1.3, 1.1, 0.9, 0.7, 1.25, 1.05, 0.85, 0.65]
    >>> grades = ["G1"] * 4 + ["G2"] * 4 + ["G3"] * 4
    >>> tests = compare_proportional_odds(adc, grades, names=("ADC",), order=("G1", "G2", "G3"))
    >>> tests.brant[0].df, round(tests.brant[0].p_value, 2), round(tests.likelihood_ratio[0].p_value, 2)
    (1, 0.86, 0.86)
    """
    codes = grade_codes(grades, order)
    n_grades = len(order)
    columns = standardise(check_predictors(predictors, names, codes.size), names).columns
    if n_grades == 2:
        return ProportionalOdds((), None, (), None, ())
    findings = []
    brant = _brant(columns, codes, n_grades, names)
    if brant is None:
        findings.append(
            Finding(
                "ordinal.brant-separated",
                "Brant's test could not be made: at one division of the grades the predictors separate the "
                "cases, so that its logistic model has no estimate.",
            )
        )
    ratios = _likelihood_ratios(columns, codes, n_grades, names)
    if any(math.isnan(test.p_value) for test in ratios):
        findings.append(
            Finding(
                "ordinal.free-slopes-separated",
                "The likelihood-ratio test of proportional odds could not be made for every predictor: with "
                "a slope of its own at each threshold the model has no estimate.",
            )
        )
    nothing = [
        TermTest(name, math.nan, (n_grades - 2) * df, math.nan, "Brant")
        for name, df in [*((name, 1) for name in names), ("all predictors", len(names))]
    ]
    tested = brant or nothing
    return ProportionalOdds(tuple(tested[:-1]), tested[-1], tuple(ratios[:-1]), ratios[-1], tuple(findings))


def _brant(columns: Floats, codes: Integers, n_grades: int, names: tuple[str, ...]) -> list[TermTest] | None:
    n, p = columns.shape
    k = n_grades - 1
    design = np.column_stack([np.ones(n), columns])
    slopes, probabilities, inverses = [], [], []
    for threshold in range(k):
        beyond = codes > threshold
        if find_separation(design * np.where(beyond, 1.0, -1.0)[:, None]) != "none":
            return None
        fit = maximise_binary(design, beyond, firth=False)
        if not fit.converged[0]:
            return None
        slopes.append(fit.coefficients[0, 1:])
        probabilities.append(expit(design @ fit.coefficients[0]))
        inverses.append(np.linalg.inv(fit.information[0]))
    covariance = np.empty((k * p, k * p))
    for i in range(k):
        for j in range(i, k):
            # A case beyond threshold j is beyond i as well: their covariance is P(beyond j)(1 - P(beyond i)).
            shared = probabilities[j] * (1.0 - probabilities[i])
            block = (inverses[i] @ (design.T * shared) @ design @ inverses[j])[1:, 1:]
            covariance[i * p : (i + 1) * p, j * p : (j + 1) * p] = block
            covariance[j * p : (j + 1) * p, i * p : (i + 1) * p] = block.T
    stacked = np.concatenate(slopes)
    tests = []
    for name, chosen in [*((name, [j]) for j, name in enumerate(names)), ("all predictors", list(range(p)))]:
        contrast = np.zeros(((k - 1) * len(chosen), k * p))
        for i in range(1, k):
            for place, j in enumerate(chosen):
                row = (i - 1) * len(chosen) + place
                contrast[row, j] = 1.0
                contrast[row, i * p + j] = -1.0
        difference = contrast @ stacked
        chi_squared = float(difference @ np.linalg.solve(contrast @ covariance @ contrast.T, difference))
        df = contrast.shape[0]
        p_value = float(chdtrc(df, chi_squared)) if chi_squared >= 0 else math.nan
        tests.append(TermTest(name, chi_squared, df, p_value, "Brant"))
    return tests


def _likelihood_ratios(
    columns: Floats, codes: Integers, n_grades: int, names: tuple[str, ...]
) -> list[TermTest]:
    p, k = columns.shape[1], n_grades - 1
    base_design = ordinal_design(columns, codes, n_grades)
    base = maximise_ordinal(base_design, np.concatenate([first_thresholds(codes, n_grades), np.zeros(p)]))
    if not base.converged:
        raise no_convergence()
    tests = []
    for j in range(p + 1):
        relaxed = np.arange(p) == j if j < p else np.ones(p, dtype=bool)
        design = ordinal_design(columns, codes, n_grades, relaxed)
        slopes = [np.repeat(base.parameters[k + i], k if relaxed[i] else 1) for i in range(p)]
        name, df = (names[j], k - 1) if j < p else ("all predictors", p * (k - 1))
        chi_squared = math.nan
        if find_separation(design.barriers()) == "none":
            full = maximise_ordinal(design, np.concatenate([base.parameters[:k], *slopes]))
            if full.converged:
                chi_squared = max(0.0, 2.0 * (full.log_likelihood - base.log_likelihood))
        p_value = math.nan if math.isnan(chi_squared) else float(chdtrc(df, chi_squared))
        tests.append(TermTest(name, chi_squared, df, p_value, "likelihood ratio"))
    return tests
