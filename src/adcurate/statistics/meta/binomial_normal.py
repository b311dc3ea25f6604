"""The exact bivariate model: binomial counts, normal logits, by maximum likelihood.

A study's likelihood is an integral over its own two logits. It is taken around the integrand's peak, with the
curvature there: one point is the Laplace approximation, more are adaptive Gauss-Hermite quadrature.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import expit, gammaln

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.statistics.meta.accuracy_counts import AccuracyCounts
from adcurate.statistics.meta.optimum import hessian_of, minimum_of


def fit_binomial_normal(
    counts: AccuracyCounts, *, joint: bool, quadrature_points: int
) -> tuple[Floats, Floats, Floats, float]:
    """Fit the model: mean (2,), its covariance, Sigma (2, 2), log-likelihood with binomial coefficients.

    The spread is ``Lambda Lambda'`` with Lambda lower triangular. The covariance is taken from the curvature
    in all parameters, so that it knows of the uncertainty of the spread; NaN where the curvature is not that
    of a peak. Without `joint` sensitivity and specificity are fitted by themselves.

    Raises
    ------
    StatisticsError
        ``statistics.no-convergence``
    """
    events = np.column_stack([counts.tp, counts.tn])
    totals = np.column_stack([counts.tp + counts.fn, counts.tn + counts.fp])
    if joint:
        return _fit(events, totals, quadrature_points)
    parts = [_fit(events[:, [j]], totals[:, [j]], quadrature_points) for j in range(2)]
    return (
        np.concatenate([part[0] for part in parts]),
        np.diag([float(part[1][0, 0]) for part in parts]),
        np.diag([float(part[2][0, 0]) for part in parts]),
        sum(part[3] for part in parts),
    )


def log_likelihood(
    events: Floats, totals: Floats, mean: Floats, lower: Floats, nodes: Floats, log_weights: Floats
) -> float:
    """Log-likelihood of (k, d) events out of totals, at a mean (d,) and a spread ``lower lower'`` (d, d).

    `nodes` (m, d) and `log_weights` (m,) are of the rule for the weight ``exp(-|x|^2 / 2)``.
    """
    mode = np.zeros_like(events)
    identity = np.eye(events.shape[1])
    for _ in range(100):
        eta = mean + mode @ lower.T
        share = expit(eta)
        gradient = (events - totals * share) @ lower - mode
        curvature = totals * share * (1.0 - share)
        hessian = np.einsum("ji,kj,jl->kil", lower, curvature, lower) + identity
        step = np.linalg.solve(hessian, gradient[..., None])[..., 0]
        # A Newton step of a concave function; shortened so that it cannot overshoot far into the tail.
        size = np.sqrt((step**2).sum(axis=1, keepdims=True))
        step = step * np.minimum(1.0, 2.0 / np.maximum(size, 1e-300))
        mode = mode + step
        if float(np.abs(step).max()) < 1e-11:
            break
    eta = mean + mode @ lower.T
    share = expit(eta)
    hessian = np.einsum("ji,kj,jl->kil", lower, totals * share * (1.0 - share), lower) + identity
    factor = np.linalg.cholesky(hessian)
    spread = np.linalg.inv(factor).transpose(0, 2, 1)
    points = mode[:, None, :] + np.einsum("kij,mj->kmi", spread, nodes)
    at = mean + points @ lower.T
    terms = (events[:, None, :] * at - totals[:, None, :] * np.logaddexp(0.0, at)).sum(axis=2)
    terms = terms - 0.5 * (points**2).sum(axis=2) + 0.5 * (nodes**2).sum(axis=1) + log_weights
    peak = terms.max(axis=1)
    summed = peak + np.log(np.exp(terms - peak[:, None]).sum(axis=1))
    half_determinant = np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
    return float((summed - half_determinant).sum()) + _coefficients(events, totals)


def _fit(events: Floats, totals: Floats, quadrature_points: int) -> tuple[Floats, Floats, Floats, float]:
    d = events.shape[1]
    nodes, log_weights = _rule(quadrature_points, d)
    raw = np.log((events + 0.5) / (totals - events + 0.5))
    start = np.maximum(0.1, raw.std(axis=0, ddof=1))
    pooled = np.log((events.sum(axis=0) + 0.5) / ((totals - events).sum(axis=0) + 0.5))

    def minus_log_likelihood(parameters: Floats) -> float:
        mean, lower = _unpack(parameters, d)
        if float(np.abs(parameters).max()) > 60.0:
            return math.inf
        return -log_likelihood(events, totals, mean, lower, nodes, log_weights)

    starts = [
        np.concatenate([centre, [start[0]] if d == 1 else [start[0], share * start[1], start[1]]])
        for centre in (raw.mean(axis=0), pooled)
        for share in ((0.0,) if d == 1 else (-0.5, 0.3))
    ]
    if np.any((events.sum(axis=0) == 0.0) | (events.sum(axis=0) == totals.sum(axis=0))):
        raise StatisticsError(
            "statistics.no-convergence",
            "Sensitivity or specificity is 100 % (or 0 %) in every study: the exact model has no estimate.",
            remedy="Pool by the approximate model, or report the studies without pooling them.",
        )
    best = minimum_of(minus_log_likelihood, starts)
    mean, lower = _unpack(best, d)
    hessian = hessian_of(minus_log_likelihood, best)
    # A spread on its boundary (zero) adds no uncertainty, and its curvature is not that of a peak.
    free = np.ones(best.size, dtype=bool)
    free[d:] = np.abs(best[d:]) > 1e-4
    part = hessian[np.ix_(free, free)]
    covariance = np.full((d, d), math.nan)
    if np.all(np.linalg.eigvalsh(part) > 0.0):
        covariance = np.linalg.inv(part)[:d, :d]
    return mean, covariance, np.asarray(lower @ lower.T), -minus_log_likelihood(best)


def _unpack(parameters: Floats, d: int) -> tuple[Floats, Floats]:
    mean = parameters[:d]
    if d == 1:
        return mean, np.array([[parameters[1]]])
    return mean, np.array([[parameters[2], 0.0], [parameters[3], parameters[4]]])


def _rule(n: int, d: int) -> tuple[Floats, Floats]:
    """The product rule for the standard normal distribution: nodes (n^d, d) and the logarithms of weights."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(n)
    log_weights = np.log(weights) - 0.5 * math.log(2.0 * math.pi)
    if d == 1:
        return nodes[:, None], log_weights
    first, second = np.meshgrid(nodes, nodes, indexing="ij")
    summed = np.add.outer(log_weights, log_weights)
    return np.column_stack([first.ravel(), second.ravel()]), summed.ravel()


def _coefficients(events: Floats, totals: Floats) -> float:
    return float((gammaln(totals + 1.0) - gammaln(events + 1.0) - gammaln(totals - events + 1.0)).sum())
