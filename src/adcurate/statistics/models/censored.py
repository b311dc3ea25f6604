"""Regression of a quantity that is known exactly, as a range, or only from one side.

The model is a straight line with normal errors for a transformed quantity, such as log(1 + Ki-67). An exact
value adds its density to the likelihood, a range the probability between its ends, a bound the probability of
its tail: nothing is replaced by a midpoint.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, log_ndtr, ndtr, ndtri

from adcurate.arrays import Bools, Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.correlation.censored import IntervalValues
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.values import at_least, finite_vector

_MOST_STEPS = 200
_LOG_ROOT_TWO_PI = 0.5 * math.log(2.0 * math.pi)
# In units of the spread of the values: below, the errors have vanished; above, the line has run away.
_NO_ERROR = 1e-7
_RUNAWAY = 1e6


@dataclass(frozen=True, slots=True)
class RegressionTerm:
    """One coefficient: Wald's test and interval, and the likelihood-ratio test of leaving it out.

    The likelihood-ratio test is NaN for the intercept.
    """

    name: str
    estimate: float
    standard_error: float
    z: float
    p_value: float
    interval: Interval
    likelihood_ratio: float
    likelihood_ratio_p: float


@dataclass(frozen=True, slots=True, eq=False)
class IntervalRegression:
    """A line with normal errors, fitted to values known exactly or as intervals.

    `terms` are the intercept and the predictors in their order. `sigma` is the errors' standard deviation
    (maximum likelihood, not corrected for the coefficients) and `log_sigma_error` the standard error of its
    logarithm. `likelihood_ratio` compares with the intercept alone on `df` degrees of freedom. `covariance`
    is (k + 2, k + 2), of the coefficients and log sigma.
    """

    terms: tuple[RegressionTerm, ...]
    sigma: float
    log_sigma_error: float
    log_likelihood: float
    likelihood_ratio: float
    df: int
    p_value: float
    n: int
    n_exact: int
    n_interval: int
    n_left: int
    n_right: int
    covariance: Floats
    level: float
    method: str
    equals: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class FittedLine:
    """The line at some values of the predictors, (n,) each, with pointwise confidence limits."""

    location: Floats
    low: Floats
    high: Floats
    level: float


def fit_interval_regression(
    y: IntervalValues, predictors: Mapping[str, npt.ArrayLike], *, level: float = 0.95
) -> IntervalRegression:
    """Fit ``y = intercept + sum(coefficient * predictor) + error`` by maximum likelihood.

    The errors are normal with one standard deviation. In the parameters ``coefficient / sigma`` and ``1 /
    sigma`` the log-likelihood is concave (Burridge 1982), so that Newton's steps lead to the one maximum
    where there is one. The price: the normal shape is an assumption, and carries more of the answer the more
    values are intervals.

    Parameters
    ----------
    y : IntervalValues
        (n,), transformed already; an infinite end is a bound from one side. Whether an end belongs makes no
        difference to a continuous quantity.
    predictors : mapping of name to (n,)
        Finite, at least one, not collinear.

    Returns
    -------
    IntervalRegression
        Intervals are Wald's: ``estimate +- z * standard_error`` from the observed information.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.constant``,
        ``statistics.collinear``; ``statistics.no-convergence`` where no maximum exists: a line meets every
        value and interval without error, or bounds alone leave it free.

    Notes
    -----
    Checked against R's ``survival::survreg(Surv(low, high, type = "interval2") ~ x, dist = "gaussian")``.

    Examples
    --------
    >>> from adcurate.statistics.correlation.censored import interval_values
    >>> ends = np.log1p([[0, 3, 2, 18, 20, 7, 2], [1, 5, 2, 18, 100, 7, 4]])
    >>> fit = fit_interval_regression(
    ...     interval_values(*ends), {"adc": [1.5, 1.2, 1.3, 0.9, 0.7, 1.0, 1.4]}
    ... )
    >>> round(fit.terms[1].estimate, 2), round(fit.sigma, 3), (fit.n_exact, fit.n_interval)
    (-3.64, 0.225, (3, 4))
    """
    check_level(level)
    names, columns = _columns(y, predictors)
    n, k = columns.shape
    design = np.column_stack([np.ones(n), columns])
    if np.linalg.matrix_rank(design / np.abs(design).max(axis=0)) < k + 1:
        raise StatisticsError(
            "statistics.collinear",
            "A predictor can be computed from the others.",
            remedy="Leave one of them out.",
            n_predictors=k,
        )
    _refuse_same(y)
    problem = _scaled(y, columns)
    full = _maximum(problem, list(range(k + 1)))
    null = _maximum(problem, [0])
    without = [
        null if k == 1 else _maximum(problem, [0, *(j + 1 for j in range(k) if j != dropped)])
        for dropped in range(k)
    ]
    estimates, covariance, sigma = _unscaled(full, problem)
    z_level = float(ndtri(0.5 + level / 2.0))
    terms = []
    for i, name in enumerate(("intercept", *names)):
        error = math.sqrt(covariance[i, i])
        value = float(estimates[i])
        ratio = math.nan if i == 0 else max(0.0, 2.0 * (full.log_likelihood - without[i - 1].log_likelihood))
        terms.append(
            RegressionTerm(
                name=name,
                estimate=value,
                standard_error=error,
                z=value / error,
                p_value=float(2.0 * ndtr(-abs(value / error))),
                interval=Interval(value - z_level * error, value + z_level * error, level, "wald"),
                likelihood_ratio=ratio,
                likelihood_ratio_p=math.nan if i == 0 else float(chdtrc(1, ratio)),
            )
        )
    ratio = max(0.0, 2.0 * (full.log_likelihood - null.log_likelihood))
    exact = y.is_exact
    n_left, n_right = (int(np.count_nonzero(np.isinf(end))) for end in (y.low, y.high))
    n_exact = int(np.count_nonzero(exact))
    return IntervalRegression(
        terms=tuple(terms),
        sigma=sigma,
        log_sigma_error=math.sqrt(covariance[-1, -1]),
        log_likelihood=full.log_likelihood - n_exact * math.log(problem.scale),
        likelihood_ratio=ratio,
        df=k,
        p_value=float(chdtrc(k, ratio)),
        n=n,
        n_exact=n_exact,
        n_interval=n - n_exact - n_left - n_right,
        n_left=n_left,
        n_right=n_right,
        covariance=covariance,
        level=level,
        method="maximum likelihood, normal errors, interval-censored",
        equals="R survival::survreg(Surv(low, high, type = 'interval2') ~ ..., dist = 'gaussian')",
        findings=() if n >= 10 * (k + 1) else (_few(n, k),),
    )


def predict_line(fit: IntervalRegression, predictors: Mapping[str, npt.ArrayLike]) -> FittedLine:
    """Return the fitted line, on the scale of `y`, at given predictors.

    The limits are pointwise: each holds the level by itself. They are of the line, not of a next value.

    Raises
    ------
    StatisticsError
        ``statistics.option`` when a predictor of the fit is missing; ``statistics.not-finite``,
        ``statistics.shape``
    """
    names = [term.name for term in fit.terms[1:]]
    if set(names) != set(predictors):
        raise StatisticsError(
            "statistics.option",
            f"The line needs the predictors it was fitted with: {', '.join(names)}.",
            remedy="Give each of them, and no other.",
        )
    columns = [finite_vector(predictors[name], f"the predictor {name}") for name in names]
    design = np.column_stack([np.ones(columns[0].size), *columns])
    location = design @ np.array([term.estimate for term in fit.terms])
    own = fit.covariance[: design.shape[1], : design.shape[1]]
    reach = float(ndtri(0.5 + fit.level / 2.0)) * np.sqrt(np.einsum("ni,ij,nj->n", design, own, design))
    return FittedLine(location, location - reach, location + reach, fit.level)


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    """Values and predictors brought to a common size: y = centre + scale * y', x = mean + spread * x'."""

    low: Floats
    high: Floats
    exact: Bools
    design: Floats
    centre: float
    scale: float
    means: Floats
    spreads: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Maximum:
    theta: Floats
    hessian: Floats
    log_likelihood: float


def _columns(y: IntervalValues, predictors: Mapping[str, npt.ArrayLike]) -> tuple[tuple[str, ...], Floats]:
    k = at_least(len(predictors), 1, "the predictors")
    n = at_least(y.low.size, k + 3, "the values")
    held = []
    for name, values in predictors.items():
        column = finite_vector(values, f"the predictor {name}")
        if column.size != n:
            raise StatisticsError(
                "statistics.shape",
                f"The predictor {name} must have one number for each value.",
                remedy="Give one number for each lesion.",
                n=n,
                n_predictor=column.size,
            )
        if np.all(column == column[0]):
            raise StatisticsError(
                "statistics.constant",
                f"All values of the predictor {name} are equal.",
                remedy="Leave it out.",
                n=n,
            )
        held.append(column)
    return tuple(predictors), np.column_stack(held)


def _refuse_same(y: IntervalValues) -> None:
    if float(np.max(y.low)) <= float(np.min(y.high)):
        raise StatisticsError(
            "statistics.constant",
            "One value lies within every interval, so nothing is known to differ.",
            remedy="Check the column; more exact values or narrower ranges are needed.",
            n=y.low.size,
        )


def _scaled(y: IntervalValues, columns: Floats) -> _Problem:
    ends = np.concatenate([y.low, y.high])
    finite = ends[np.isfinite(ends)]
    centre, scale = float(finite.mean()), float(finite.std())
    means, spreads = columns.mean(axis=0), columns.std(axis=0)
    return _Problem(
        (y.low - centre) / scale,
        (y.high - centre) / scale,
        y.is_exact,
        np.column_stack([np.ones(columns.shape[0]), (columns - means) / spreads]),
        centre,
        scale,
        means,
        spreads,
    )


def _maximum(problem: _Problem, kept: list[int]) -> _Maximum:
    """Climb from a flat line, halving steps that do not rise; theta is (coefficients / sigma, 1 / sigma)."""
    x = problem.design[:, kept]
    theta = np.zeros(len(kept) + 1)
    theta[-1] = 1.0
    value, gradient, hessian = _likelihood(problem, x, theta)
    for _ in range(_MOST_STEPS):
        try:
            step = np.linalg.solve(-hessian, gradient)
        except np.linalg.LinAlgError:
            raise _no_maximum() from None
        gain = float(gradient @ step)
        if not (np.all(np.isfinite(step)) and gain >= -1e-9):
            raise _no_maximum()
        length = 1.0
        while True:
            tried = theta + length * step
            if tried[-1] > 0.0:
                new = _likelihood(problem, x, tried)
                if math.isfinite(new[0]) and new[0] >= value - 1e-13 * (1.0 + abs(value)):
                    break
            length /= 2.0
            if length < 1e-12:
                raise _no_maximum()
        theta, (value, gradient, hessian) = tried, new
        if 1.0 / theta[-1] < _NO_ERROR or float(np.abs(theta[:-1]).max()) > _RUNAWAY * max(1.0, theta[-1]):
            raise _no_maximum()
        # The step just made squares an error that was this small already.
        if gain < 1e-13:
            break
    else:
        raise _no_maximum()
    if np.any(np.linalg.eigvalsh(-hessian) <= 1e-10) or 1.0 / theta[-1] > _RUNAWAY:
        raise _no_maximum()
    return _Maximum(theta, hessian, value)


def _likelihood(problem: _Problem, x: Floats, theta: Floats) -> tuple[float, Floats, Floats]:
    """Log-likelihood of the scaled values, its gradient and its matrix of second derivatives."""
    fitted, tau = x @ theta[:-1], float(theta[-1])
    exact, censored = problem.exact, ~problem.exact
    z = tau * problem.low[exact] - fitted[exact]
    rows = np.column_stack([-x[exact], problem.low[exact]])
    value = exact.sum() * (math.log(tau) - _LOG_ROOT_TWO_PI) - 0.5 * float(z @ z)
    gradient, hessian = -rows.T @ z, -rows.T @ rows
    gradient[-1] += exact.sum() / tau
    hessian[-1, -1] -= exact.sum() / tau**2
    if not censored.any():
        return float(value), gradient, hessian

    low, high = problem.low[censored], problem.high[censored]
    a, b = tau * low - fitted[censored], tau * high - fitted[censored]
    log_chance = _log_between(a, b)
    at_a = np.exp(_log_density(a) - log_chance)
    at_b = np.exp(_log_density(b) - log_chance)
    rows_a = np.column_stack([-x[censored], np.where(np.isfinite(low), low, 0.0)])
    rows_b = np.column_stack([-x[censored], np.where(np.isfinite(high), high, 0.0)])
    a, b = np.where(np.isfinite(a), a, 0.0), np.where(np.isfinite(b), b, 0.0)
    gradient += rows_b.T @ at_b - rows_a.T @ at_a
    hessian += (rows_a * (a * at_a - at_a**2)[:, None]).T @ rows_a
    hessian -= (rows_b * (b * at_b + at_b**2)[:, None]).T @ rows_b
    mixed = (rows_a * (at_a * at_b)[:, None]).T @ rows_b
    hessian += mixed + mixed.T
    return float(value + log_chance.sum()), gradient, hessian


def _log_density(z: Floats) -> Floats:
    return np.asarray(-0.5 * z**2 - _LOG_ROOT_TWO_PI)


def _log_between(a: Floats, b: Floats) -> Floats:
    """log(Phi(b) - Phi(a)), taken in the tail where the two do not cancel."""
    upper = a > 0.0
    near, far = np.where(upper, -a, b), np.where(upper, -b, a)
    log_near = log_ndtr(near)
    with np.errstate(divide="ignore"):
        return np.asarray(log_near + np.log(-np.expm1(log_ndtr(far) - log_near)))


def _unscaled(full: _Maximum, problem: _Problem) -> tuple[Floats, Floats, float]:
    """Coefficients, covariance with log sigma, and sigma, in the units that came in."""
    tau = float(full.theta[-1])
    gamma = full.theta[:-1]
    p = gamma.size
    jacobian = np.zeros((p + 1, p + 1))
    jacobian[:p, :p] = np.eye(p) * tau
    jacobian[:p, p] = -gamma
    jacobian[p, p] = -tau
    inner = np.linalg.inv(-(jacobian.T @ full.hessian @ jacobian))
    back = np.eye(p + 1)
    back[:p, :p] *= problem.scale
    back[1:p, 1:p] /= problem.spreads[:, None]
    back[0, 1:p] = -problem.scale * problem.means / problem.spreads
    beta = back[:p, :p] @ (gamma / tau)
    beta[0] += problem.centre
    return beta, np.asarray(back @ inner @ back.T), problem.scale / tau


def _no_maximum() -> StatisticsError:
    return StatisticsError(
        "statistics.no-convergence",
        "The likelihood has no maximum: a line meets all values without error, or the bounds leave it free.",
        remedy="Report the rank correlation instead; a line needs values that scatter, some of them exact.",
    )


def _few(n: int, k: int) -> Finding:
    return Finding(
        "regression.few-cases",
        f"{n} cases are few for {k + 1} coefficients: fewer than ten for each.",
        where={"n": str(n), "predictors": str(k)},
    )
