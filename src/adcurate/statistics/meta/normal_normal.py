"""The approximate bivariate model: logits with known variances, by restricted maximum likelihood."""

from __future__ import annotations

import math

import numpy as np

from adcurate.arrays import Floats
from adcurate.statistics.meta.heterogeneity import estimate_tau2, fit_weighted
from adcurate.statistics.meta.optimum import minimum_of


def fit_normal_normal(
    logits: Floats, variances: Floats, *, joint: bool
) -> tuple[Floats, Floats, Floats, float]:
    """Fit ``y_i ~ N(mu, Sigma + S_i)`` by REML: mean (2,), its covariance, Sigma (2, 2), log-likelihood.

    `logits` and `variances` are (k, 2). Without `joint` the two columns are pooled by themselves.
    """
    if not joint:
        return _apart(logits, variances)

    def minus_log_likelihood(theta: Floats) -> float:
        return -_profile(logits, variances, _between(theta))[2]

    start = np.sqrt(np.var(logits, axis=0, ddof=1))
    best = minimum_of(
        minus_log_likelihood,
        [np.array([start[0], share * start[1], start[1]]) for share in (-0.5, 0.0, 0.5)],
    )
    between = _between(best)
    mean, covariance, log_likelihood = _profile(logits, variances, between)
    return mean, covariance, between, log_likelihood


def _between(theta: Floats) -> Floats:
    lower = np.array([[theta[0], 0.0], [theta[1], theta[2]]])
    return np.asarray(lower @ lower.T)


def _profile(logits: Floats, variances: Floats, between: Floats) -> tuple[Floats, Floats, float]:
    """Mean, covariance and restricted log-likelihood (with metafor's constants) at a given spread."""
    a, b = variances[:, 0] + between[0, 0], variances[:, 1] + between[1, 1]
    c = between[0, 1]
    determinant = a * b - c * c
    inverse = np.array([[b, np.full_like(a, -c)], [np.full_like(a, -c), a]]) / determinant
    information = inverse.sum(axis=2)
    score = np.einsum("ijk,kj->i", inverse, logits)
    covariance = np.linalg.inv(information)
    mean = covariance @ score
    residuals = logits - mean
    quadratic = float(np.einsum("ki,ijk,kj->", residuals, inverse, residuals))
    k = logits.shape[0]
    log_likelihood = math.log(k) - 0.5 * (
        (2 * k - 2) * math.log(2.0 * math.pi)
        + float(np.log(determinant).sum())
        + float(np.linalg.slogdet(information)[1])
        + quadratic
    )
    return mean, covariance, log_likelihood


def _apart(logits: Floats, variances: Floats) -> tuple[Floats, Floats, Floats, float]:
    ones = np.ones((logits.shape[0], 1))
    tau2 = [estimate_tau2(logits[:, j], variances[:, j], ones, "reml") for j in range(2)]
    fits = [fit_weighted(logits[:, j], variances[:, j], ones, tau2[j]) for j in range(2)]
    between = np.diag(np.array(tau2))
    mean = np.array([float(fit.coefficients[0]) for fit in fits])
    covariance = np.diag(np.array([float(fit.covariance[0, 0]) for fit in fits]))
    return mean, covariance, between, _profile(logits, variances, between)[2]
