"""Ordinal regression: how the odds of a higher grade change with one or several predictors.

The proportional-odds model uses the order of the grades and says one odds ratio for every division of them
into lower and higher. That the one ratio suffices is an assumption, tested in `proportional_odds`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, chdtri, expit, logit, ndtr, ndtri

from adcurate.arrays import Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.models.coefficient import Coefficient, CoefficientInterval, TermTest, check_units
from adcurate.statistics.models.design import check_predictors, standardise
from adcurate.statistics.models.logistic import EVENTS_PER_COEFFICIENT
from adcurate.statistics.models.ordinal_likelihood import (
    OrdinalDesign,
    OrdinalMaximum,
    first_thresholds,
    maximise_ordinal,
    ordinal_design,
)
from adcurate.statistics.models.profile import ProfileCurve, no_convergence
from adcurate.statistics.models.separation import find_separation

METHOD: Final = "proportional odds, maximum likelihood"


@dataclass(frozen=True, slots=True)
class Threshold:
    """The log-odds of a grade up to `lower` against `upper` and beyond, when every predictor is zero."""

    lower: str
    upper: str
    value: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class OrdinalFit:
    """A proportional-odds model: ``logit P(grade <= j) = threshold_j - sum of coefficient * predictor``.

    A positive coefficient speaks for higher grades; odds ratios are of a higher grade, at every threshold.
    `covariance` (k, k) is the inverse of the observed information, thresholds first. `model_test` compares
    with the thresholds alone. `sizes` counts the cases of each of the `grades`.
    """

    thresholds: tuple[Threshold, ...]
    coefficients: tuple[Coefficient, ...]
    covariance: tuple[tuple[float, ...], ...] = field(repr=False)
    log_likelihood: float
    null_log_likelihood: float
    model_test: TermTest
    aic: float
    nagelkerke_r2: float
    grades: tuple[str, ...]
    sizes: tuple[int, ...]
    n: int
    iterations: int
    method: str
    findings: tuple[Finding, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The predictors."""
        return tuple(coefficient.name for coefficient in self.coefficients)

    def predict(self, predictors: npt.ArrayLike) -> Floats:
        """Probability (n, n_grades) of each grade for each row of predictors (n, p)."""
        return np.diff(self._cumulative(self._rows(predictors)), axis=1)

    def predict_interval(self, predictors: npt.ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
        """Limits (n, n_grades) of each probability: delta method on its log-odds, hence within 0 and 1."""
        rows = self._rows(predictors)
        cumulative = self._cumulative(rows)
        probability = np.diff(cumulative, axis=1)
        density = cumulative * (1.0 - cumulative)
        k, p = len(self.thresholds), len(self.coefficients)
        gradient = np.zeros((*probability.shape, k + p))
        for j in range(len(self.grades)):
            if j < k:
                gradient[:, j, j] += density[:, j + 1]
            if j > 0:
                gradient[:, j, j - 1] -= density[:, j]
            gradient[:, j, k:] = -(density[:, j + 1] - density[:, j])[:, None] * rows
        variance = np.einsum("ijk,kl,ijl->ij", gradient, np.array(self.covariance), gradient)
        half = float(ndtri((1.0 + check_level(level)) / 2.0)) * np.sqrt(np.maximum(variance, 0.0))
        half /= probability * (1.0 - probability)
        centre = logit(probability)
        return np.asarray(expit(centre - half)), np.asarray(expit(centre + half))

    def _rows(self, predictors: npt.ArrayLike) -> Floats:
        rows = np.atleast_1d(np.asarray(predictors, dtype=np.float64))
        return check_predictors(rows, self.names, rows.shape[0])

    def _cumulative(self, rows: Floats) -> Floats:
        """(n, n_grades + 1) probability of a grade below each limit, from 0 to 1."""
        thresholds = np.array([threshold.value for threshold in self.thresholds])
        slopes = np.array([coefficient.value for coefficient in self.coefficients])
        inner = expit(thresholds[None, :] - (rows @ slopes)[:, None])
        return np.column_stack([np.zeros(rows.shape[0]), inner, np.ones(rows.shape[0])])


def fit_ordinal(
    predictors: npt.ArrayLike,
    grades: Sequence[str],
    *,
    names: tuple[str, ...],
    order: tuple[str, ...],
    interval: CoefficientInterval = "profile",
    level: float = 0.95,
    units: tuple[float, ...] | None = None,
) -> OrdinalFit:
    """Fit the proportional-odds model by maximum likelihood.

    Parameters
    ----------
    predictors : (n, p) or (n,), any units
        Finite numbers; categories as indicator columns.
    grades : (n,)
        The grade of each case.
    names : p distinct names
    order : two or more
        The grades from lowest to highest; each must occur.
    interval : {"profile", "wald"}
        As for `fit_logistic`.
    units : (p,), optional
        The change of each predictor that its odds ratio is for; 1 unless given.

    Raises
    ------
    StatisticsError
        ``statistics.too-few`` for a grade without a case; ``statistics.no-convergence`` when the predictors
        put the grades in order without error, so that no estimate exists; ``statistics.constant``,
        ``statistics.collinear``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``

    Notes
    -----
    McCullagh, J R Stat Soc B 1980;42:109-142. Checked against ``ordinal::clm`` and ``MASS::polr`` of R.

    Examples
    --------
    >>> adc = [1.4, 1.2, 1.0, 1.3, 1.1, 0.9, 1.1, 0.8, 0.7]
    >>> fit = fit_ordinal(adc, ["G1"] * 3 + ["G2"] * 3 + ["G3"] * 3, names=("ADC",), order=("G1", "G2", "G3"))
    >>> round(fit.coefficients[0].value, 3), [round(float(p), 2) for p in fit.predict([1.0])[0]]
    (-6.882, [0.19, 0.45, 0.36])
    """
    check_level(level)
    check_units(units, names)
    if interval not in ("profile", "wald"):
        raise StatisticsError(
            "statistics.option",
            "The intervals of an ordinal model are profile or wald.",
            remedy="Name one of the two.",
        )
    codes = grade_codes(grades, order)
    n, n_grades = codes.size, len(order)
    standard = standardise(check_predictors(predictors, names, n), names)
    design = ordinal_design(standard.columns, codes, n_grades)
    separation = find_separation(design.barriers())
    if separation != "none":
        raise StatisticsError(
            "statistics.no-convergence",
            f"The predictors put the grades in order without error ({separation} separation): maximum "
            "likelihood has no estimate.",
            remedy="Join grades into two groups and use the logistic model with Firth's penalty.",
            separation=separation,
        )
    k = n_grades - 1
    start = np.concatenate([first_thresholds(codes, n_grades), np.zeros(len(names))])
    best = maximise_ordinal(design, start)
    if not best.converged:
        raise no_convergence()
    back = standard.back(k, sign=-1.0)
    values = back @ best.parameters
    covariance = back @ np.linalg.inv(best.information) @ back.T
    errors = np.sqrt(np.diag(covariance))

    coefficients = []
    for j, name in enumerate(names):
        value, error = float(values[k + j]), float(errors[k + j])
        spread = float(standard.spread[j])
        wald_p = 2.0 * float(ndtr(-abs(value / error)))
        if interval == "wald":
            half = float(ndtri((1.0 + level) / 2.0)) * error
            low, high, p_value, test, method = value - half, value + half, wald_p, "Wald", "wald"
        else:
            curve = _profile(design, best, k + j)
            critical = float(chdtri(1, 1.0 - level))
            low = curve.limit(-error * spread, critical) / spread
            high = curve.limit(error * spread, critical) / spread
            p_value = float(chdtrc(1, max(curve.drop(0.0), 0.0)))
            test, method = "likelihood ratio", "profile-likelihood"
        unit = 1.0 if units is None else float(units[j])
        coefficients.append(
            Coefficient.of(
                name, value, error, Interval(low, high, level, method), p_value, test, wald_p, unit
            )
        )
    sizes = np.bincount(codes, minlength=n_grades)
    null = float(np.sum(sizes * np.log(sizes / n)))
    chi_squared = max(0.0, 2.0 * (best.log_likelihood - null))
    return OrdinalFit(
        thresholds=tuple(
            Threshold(order[j], order[j + 1], float(values[j]), float(errors[j])) for j in range(k)
        ),
        coefficients=tuple(coefficients),
        covariance=tuple(tuple(float(cell) for cell in row) for row in covariance),
        log_likelihood=best.log_likelihood,
        null_log_likelihood=null,
        model_test=TermTest(
            "all predictors",
            chi_squared,
            len(names),
            float(chdtrc(len(names), chi_squared)),
            "likelihood ratio",
        ),
        aic=2.0 * (k + len(names)) - 2.0 * best.log_likelihood,
        nagelkerke_r2=math.expm1(2.0 * (null - best.log_likelihood) / n) / math.expm1(2.0 * null / n),
        grades=order,
        sizes=tuple(int(size) for size in sizes),
        n=n,
        iterations=best.iterations,
        method=METHOD,
        findings=_findings(sizes, len(names)),
    )


def grade_codes(grades: Sequence[str], order: tuple[str, ...]) -> Integers:
    """Return the place (n,) of each case's grade in `order`, of which none may be empty.

    Raises
    ------
    StatisticsError
        ``statistics.option``, ``statistics.too-few``
    """
    if len(order) < 2 or len(set(order)) != len(order):
        raise StatisticsError(
            "statistics.option",
            "An ordinal model needs two or more distinct grades, from lowest to highest.",
            remedy="Name the grades in their order.",
        )
    place = {grade: i for i, grade in enumerate(order)}
    unknown = sorted({str(grade) for grade in grades if grade not in place})
    if unknown:
        raise StatisticsError(
            "statistics.option",
            f"The order of the grades does not say where {unknown[0]!r} stands.",
            remedy="Name every grade of the table, from lowest to highest.",
        )
    codes = np.array([place[grade] for grade in grades], dtype=np.int64)
    empty = [grade for i, grade in enumerate(order) if not np.any(codes == i)]
    if empty:
        raise StatisticsError(
            "statistics.too-few",
            f"No case has the grade {empty[0]!r}: its threshold cannot be estimated.",
            remedy="Leave the grade out of the order, or join it with its neighbour.",
            n=codes.size,
        )
    return codes


def _profile(design: OrdinalDesign, best: OrdinalMaximum, index: int) -> ProfileCurve:
    def maximum(at: float, start: Floats) -> tuple[float, Floats] | None:
        held = maximise_ordinal(design.hold(index, at), np.delete(start, index))
        return (held.log_likelihood, np.insert(held.parameters, index, at)) if held.converged else None

    covariance = np.asarray(np.linalg.inv(best.information), dtype=np.float64)
    return ProfileCurve(maximum, best.parameters, index, best.log_likelihood, covariance)


def _findings(sizes: Integers, n_slopes: int) -> tuple[Finding, ...]:
    n = int(sizes.sum())
    effective = n - float(np.sum(sizes.astype(float) ** 3)) / n**2
    if effective >= EVENTS_PER_COEFFICIENT * n_slopes:
        return ()
    return (
        Finding(
            "ordinal.few-cases",
            f"{n} cases in grades of {', '.join(str(size) for size in sizes)} weigh as {effective:.0f} in an "
            f"ordinal model, fewer than {EVENTS_PER_COEFFICIENT} for each of {n_slopes} "
            f"coefficient{'s' * (n_slopes > 1)}: the estimates are unstable.",
            where={"effective": f"{effective:.1f}", "coefficients": str(n_slopes)},
        ),
    )
