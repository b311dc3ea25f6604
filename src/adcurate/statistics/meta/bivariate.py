"""Sensitivity and specificity of several studies together: the bivariate model, approximate or exact.

Studies that call more lesions positive gain sensitivity and lose specificity, so the two must be pooled
together. Logit sensitivity and logit specificity of the studies are taken as bivariate normal; the counts of
a study are either turned into logits with known variances (approximate) or kept as binomial counts (exact).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy.special import expit, fdtri, ndtri

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.meta.accuracy_counts import AccuracyCounts, Continuity, logits_with_variances
from adcurate.statistics.meta.binomial_normal import fit_binomial_normal
from adcurate.statistics.meta.normal_normal import fit_normal_normal
from adcurate.statistics.values import at_least

BivariateModel = Literal["approximate", "exact"]
RegionQuantile = Literal["f", "chi-squared"]

ENOUGH_FOR_CORRELATION: Final = 4
_NO_SPREAD: Final = 1e-3
_NO_CORRELATION: Final = 0.995


@dataclass(frozen=True, slots=True)
class HsrocParameters:
    """Rutter and Gatsonis' parameters of the same model, by the identities of Harbord 2007."""

    accuracy: float
    threshold: float
    shape: float
    accuracy_variance: float
    threshold_variance: float


@dataclass(frozen=True, slots=True)
class BivariateAccuracy:
    """A summary point with its uncertainty and the spread between studies, on the logit scale and as shares.

    `logit_sensitivity`, `logit_specificity` and `covariance` (2, 2) are of the summary point;
    `sd_sensitivity` and `sd_specificity` are standard deviations between studies on the logit scale,
    `correlation` between them (NaN when the two were pooled apart: then `joint` is False and `hsroc` None).
    `log_likelihood` is restricted for the approximate model. Ratios come with delta-method intervals.
    `region_factor` is the radius of the regions in standard errors: NaN with fewer than three studies, and
    where the two were pooled apart, which leaves no region of both.
    """

    sensitivity: float
    sensitivity_interval: Interval
    specificity: float
    specificity_interval: Interval
    logit_sensitivity: float
    logit_specificity: float
    covariance: tuple[tuple[float, float], tuple[float, float]]
    sd_sensitivity: float
    sd_specificity: float
    correlation: float
    positive_likelihood_ratio: float
    positive_likelihood_ratio_interval: Interval
    negative_likelihood_ratio: float
    negative_likelihood_ratio_interval: Interval
    diagnostic_odds_ratio: float
    diagnostic_odds_ratio_interval: Interval
    hsroc: HsrocParameters | None
    joint: bool
    k: int
    n_corrected: int
    log_likelihood: float
    level: float
    region_factor: float
    method: str
    findings: tuple[Finding, ...] = ()


def pool_accuracy(
    counts: AccuracyCounts,
    *,
    model: BivariateModel,
    level: float = 0.95,
    continuity: Continuity = "all-if-any-zero",
    quadrature_points: int = 1,
    region: RegionQuantile = "f",
) -> BivariateAccuracy:
    """Pool sensitivity and specificity of studies by the bivariate model.

    ``approximate`` is a linear mixed model on logits with known variances, by restricted maximum likelihood
    (Reitsma 2005); it needs a continuity correction for empty cells and leans towards 50 % when they are
    many. ``exact`` keeps the counts binomial, by maximum likelihood (Chu and Cole 2006), with the Laplace
    approximation (one quadrature point) or adaptive Gauss-Hermite quadrature. With fewer than four studies,
    or when the correlation runs to its limit or a spread to zero, the correlation says nothing: sensitivity
    and specificity are then pooled apart, and a finding says so.

    Parameters
    ----------
    counts : AccuracyCounts
        At least two studies.
    continuity : str
        For ``approximate`` only; see `logits_with_variances`.
    quadrature_points : int
        For ``exact`` only: 1 (Laplace, as R's lme4) up to 25, in each of the two directions.
    region : str
        ``f``: ``2 F(2, k - 2)`` (Harbord and Whiting 2009; RevMan); ``chi-squared`` on 2 degrees of freedom
        (R's mada).

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.option``, ``statistics.no-convergence``

    Notes
    -----
    Reitsma et al. 2005; Chu and Cole 2006; Harbord et al. 2007 (equivalence to Rutter and Gatsonis 2001).
    Checked against R's ``metafor::rma.mv(struct = "UN")`` and ``lme4::glmer``.

    Examples
    --------
    >>> from adcurate.statistics.meta.accuracy_counts import accuracy_counts
    >>> tp, fn = [30, 40, 18, 25, 33], [6, 12, 2, 9, 5]
    >>> counts = accuracy_counts(tp, fn, [4, 9, 6, 3, 10], [40, 50, 22, 38, 31])
    >>> pooled = pool_accuracy(counts, model="exact")
    >>> round(pooled.sensitivity, 2), round(pooled.specificity, 2), pooled.k
    (0.81, 0.85, 5)
    """
    check_level(level)
    k = at_least(counts.k, 2, "the studies")
    if model not in ("approximate", "exact") or region not in ("f", "chi-squared"):
        raise StatisticsError(
            "statistics.option",
            "The model is 'approximate' or 'exact', and the region's quantile 'f' or 'chi-squared'.",
            remedy="Name one of the two.",
        )
    if not 1 <= quadrature_points <= 25:
        raise StatisticsError(
            "statistics.option",
            "Quadrature takes 1 to 25 points in each direction.",
            remedy="Use 1 for the Laplace approximation, or an odd number such as 15.",
        )
    findings: list[Finding] = []
    n_corrected = 0
    if model == "approximate":
        logits, variances, n_corrected = logits_with_variances(counts, continuity)
        if n_corrected:
            findings.append(_corrected(n_corrected, k))

    def fit(joint: bool) -> tuple[Floats, Floats, Floats, float]:
        if model == "approximate":
            return fit_normal_normal(logits, variances, joint=joint)
        return fit_binomial_normal(counts, joint=joint, quadrature_points=quadrature_points)

    joint = k >= ENOUGH_FOR_CORRELATION
    if not joint:
        findings.append(_too_few_for_correlation(k))
    mean, covariance, between, log_likelihood = fit(joint)
    if joint and not _identified(between):
        findings.append(_not_identified(between))
        joint = False
        mean, covariance, between, log_likelihood = fit(joint)
    spreads = np.sqrt(np.diag(between))
    if not np.all(np.isfinite(covariance)):
        findings.append(_NO_ERRORS)

    z = float(ndtri(0.5 + level / 2.0))
    ends = mean[:, None] + z * np.sqrt(np.diag(covariance))[:, None] * np.array([-1.0, 1.0])
    shares = expit(mean)
    name = "normal on the logit scale"
    ratios = _ratios(mean, covariance, z, level)
    if model == "approximate":
        method = "approximate bivariate model (Reitsma 2005), REML"
        if n_corrected:
            method += f"; 0.5 added ({continuity})"
    else:
        how = "Laplace" if quadrature_points == 1 else f"adaptive quadrature, {quadrature_points} points"
        method = f"exact binomial-normal bivariate model (Chu and Cole 2006), ML, {how}"
    if not joint:
        method += "; sensitivity and specificity pooled apart"
    return BivariateAccuracy(
        sensitivity=float(shares[0]),
        sensitivity_interval=Interval(float(expit(ends[0, 0])), float(expit(ends[0, 1])), level, name),
        specificity=float(shares[1]),
        specificity_interval=Interval(float(expit(ends[1, 0])), float(expit(ends[1, 1])), level, name),
        logit_sensitivity=float(mean[0]),
        logit_specificity=float(mean[1]),
        covariance=(
            (float(covariance[0, 0]), float(covariance[0, 1])),
            (float(covariance[1, 0]), float(covariance[1, 1])),
        ),
        sd_sensitivity=float(spreads[0]),
        sd_specificity=float(spreads[1]),
        correlation=float(between[0, 1] / (spreads[0] * spreads[1])) if joint else math.nan,
        positive_likelihood_ratio=ratios[0][0],
        positive_likelihood_ratio_interval=ratios[0][1],
        negative_likelihood_ratio=ratios[1][0],
        negative_likelihood_ratio_interval=ratios[1][1],
        diagnostic_odds_ratio=ratios[2][0],
        diagnostic_odds_ratio_interval=ratios[2][1],
        hsroc=_hsroc(mean, between) if joint else None,
        joint=joint,
        k=k,
        n_corrected=n_corrected,
        log_likelihood=log_likelihood,
        level=level,
        region_factor=_region_factor(region, k, level) if joint else math.nan,
        method=method,
        findings=tuple(findings),
    )


def summary_region(
    pooled: BivariateAccuracy, kind: Literal["confidence", "prediction"], n_points: int = 181
) -> tuple[Floats, Floats]:
    """Outline a region as shares: sensitivity (n_points,) and specificity (n_points,), closed.

    ``confidence`` is where the summary point lies, ``prediction`` where a further study's true point would
    lie. Both are ellipses on the logit scale; all NaN when the region is not defined.

    Examples
    --------
    >>> from adcurate.statistics.meta.accuracy_counts import accuracy_counts
    >>> tp, fn = [30, 40, 18, 25, 33], [6, 12, 2, 9, 5]
    >>> counts = accuracy_counts(tp, fn, [4, 9, 6, 3, 10], [40, 50, 22, 38, 31])
    >>> sensitivity, specificity = summary_region(pool_accuracy(counts, model="exact"), "confidence")
    >>> bool(sensitivity.min() < 0.81 < sensitivity.max())
    True
    """
    matrix = np.array(pooled.covariance)
    if kind == "prediction":
        cross = 0.0 if math.isnan(pooled.correlation) else pooled.correlation
        cross *= pooled.sd_sensitivity * pooled.sd_specificity
        matrix = matrix + np.array([[pooled.sd_sensitivity**2, cross], [cross, pooled.sd_specificity**2]])
    angles = np.linspace(0.0, 2.0 * math.pi, n_points)
    first, second = np.sqrt(np.diag(matrix))
    correlation = np.clip(matrix[0, 1] / (first * second), -1.0, 1.0) if first * second > 0 else 0.0
    reach = pooled.region_factor
    x = pooled.logit_sensitivity + reach * first * np.cos(angles)
    y = pooled.logit_specificity + reach * second * np.cos(angles + math.acos(correlation))
    return np.asarray(expit(x)), np.asarray(expit(y))


def summary_roc(pooled: BivariateAccuracy, specificity: Floats) -> Floats:
    """Read the HSROC curve: the sensitivity at each specificity, both as shares of any shape.

    ``logit(sensitivity) = accuracy e^(-shape/2) - e^(-shape) logit(specificity)`` (Rutter and Gatsonis 2001).
    All NaN when the model was not joint. Outside the specificities that studies had, it is a guess.

    Examples
    --------
    >>> from adcurate.statistics.meta.accuracy_counts import accuracy_counts
    >>> tp, fn = [30, 40, 18, 25, 33], [6, 12, 2, 9, 5]
    >>> counts = accuracy_counts(tp, fn, [4, 9, 6, 3, 10], [40, 50, 22, 38, 31])
    >>> summary_roc(pool_accuracy(counts, model="exact"), np.array([0.8, 0.9])).shape
    (2,)
    """
    if pooled.hsroc is None:
        return np.full(np.shape(specificity), math.nan)
    shape = pooled.hsroc.shape
    logit = np.log(specificity) - np.log1p(-np.asarray(specificity, dtype=np.float64))
    return np.asarray(expit(pooled.hsroc.accuracy * math.exp(-shape / 2.0) - math.exp(-shape) * logit))


def _identified(between: Floats) -> bool:
    spreads = np.sqrt(np.diag(between))
    if np.any(spreads < _NO_SPREAD):
        return False
    return bool(abs(between[0, 1]) < _NO_CORRELATION * spreads[0] * spreads[1])


def _hsroc(mean: Floats, between: Floats) -> HsrocParameters:
    a, b = np.sqrt(np.diag(between))
    root = math.sqrt(b / a)
    return HsrocParameters(
        accuracy=float(root * mean[0] + mean[1] / root),
        threshold=float(0.5 * (root * mean[0] - mean[1] / root)),
        shape=math.log(b / a),
        accuracy_variance=float(2.0 * (a * b + between[0, 1])),
        threshold_variance=float(0.5 * (a * b - between[0, 1])),
    )


def _region_factor(region: RegionQuantile, k: int, level: float) -> float:
    if k < 3:
        return math.nan
    if region == "f":
        return math.sqrt(2.0 * float(fdtri(2, k - 2, level)))
    return math.sqrt(-2.0 * math.log1p(-level))


def _ratios(mean: Floats, covariance: Floats, z: float, level: float) -> list[tuple[float, Interval]]:
    """Likelihood ratios and the odds ratio, each by the delta method on its logarithm."""
    a, b = mean
    sensitivity, specificity = expit(mean)
    rows = (
        (float(np.logaddexp(0.0, b) - np.logaddexp(0.0, -a)), (1.0 - sensitivity, specificity)),
        (float(np.logaddexp(0.0, -b) - np.logaddexp(0.0, a)), (-sensitivity, -(1.0 - specificity))),
        (float(mean.sum()), (1.0, 1.0)),
    )
    made = []
    for value, slope in rows:
        gradient = np.array(slope)
        half = z * math.sqrt(float(gradient @ covariance @ gradient))
        limits = Interval(_exp(value - half), _exp(value + half), level, "delta method, logarithm")
        made.append((_exp(value), limits))
    return made


def _exp(value: float) -> float:
    return math.inf if value > 709.0 else math.exp(value)


def _corrected(n_corrected: int, k: int) -> Finding:
    return Finding(
        "meta.continuity-corrected",
        f"A study has an empty cell: 0.5 was added to each cell of {n_corrected} of {k} studies, which pulls "
        "sensitivities and specificities towards 50 %. The exact model does without.",
        where={"n_corrected": str(n_corrected), "k": str(k)},
    )


def _too_few_for_correlation(k: int) -> Finding:
    return Finding(
        "meta.pooled-apart",
        f"With {k} studies, fewer than {ENOUGH_FOR_CORRELATION}, the correlation of sensitivity and "
        "specificity cannot be estimated: they were pooled apart, and no summary ROC curve is drawn.",
        where={"k": str(k)},
    )


def _not_identified(between: Floats) -> Finding:
    return Finding(
        "meta.pooled-apart",
        "A spread between studies came out as zero, or the correlation of sensitivity and specificity as -1 "
        "or 1: these studies do not identify it. They were pooled apart, and no summary ROC curve is drawn.",
        where={
            "variance_sensitivity": repr(float(between[0, 0])),
            "variance_specificity": repr(float(between[1, 1])),
            "covariance": repr(float(between[0, 1])),
        },
    )


_NO_ERRORS: Final = Finding(
    "meta.no-standard-errors",
    "The likelihood is flat: a standard error could not be had, and intervals are missing.",
    severity="serious",
)
