"""What do all studies together say? One pooled effect, how far studies differ, and where the next may lie."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, ndtr, ndtri, stdtr, stdtrit

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.meta.heterogeneity import (
    Tau2Method,
    estimate_tau2,
    fit_weighted,
    tau2_q_profile,
    typical_variance,
)
from adcurate.statistics.values import at_least, finite_pair

PooledInterval = Literal["normal", "knapp-hartung", "knapp-hartung-at-least-one"]
PredictionRule = Literal["higgins-2009", "as-interval", "none"]

FEW_STUDIES: Final = 5


@dataclass(frozen=True, slots=True)
class PooledEffect:
    """A pooled effect on the scale of its studies.

    `weights` are shares of the whole, (k,). `df` is None where the normal distribution was used. `i2` is a
    share, not a percentage. `prediction` is where the true effect of a further study would lie; None when it
    was not asked for, when the effect is taken as the same in all studies, or when there are too few studies.
    `tau2_interval` is None for the fixed model and for a single study.
    """

    estimate: float
    standard_error: float
    interval: Interval
    statistic: float
    df: int | None
    p_value: float
    k: int
    weights: tuple[float, ...]
    q: float
    q_df: int
    q_p_value: float
    i2: float
    h2: float
    tau2: float
    tau2_interval: Interval | None
    prediction: Interval | None
    method: str
    findings: tuple[Finding, ...] = ()


def pool_effects(
    effects: npt.ArrayLike,
    variances: npt.ArrayLike,
    *,
    tau2: Tau2Method,
    interval: PooledInterval,
    prediction: PredictionRule = "higgins-2009",
    level: float = 0.95,
) -> PooledEffect:
    """Pool effects by inverse variance, with or without a variance between studies.

    ``y_i ~ N(mu, v_i + tau2)`` with the ``v_i`` taken as known, which is the price: with a handful of cases a
    study's variance is itself a guess. ``fixed`` takes tau2 = 0 and speaks of these studies only. The
    interval ``normal`` is too short with few studies; ``knapp-hartung`` rescales the variance by the spread
    seen and uses t on k - 1 degrees of freedom (it may be shorter than ``normal`` when studies happen to
    agree, which ``knapp-hartung-at-least-one`` forbids by never scaling below 1).

    Parameters
    ----------
    effects, variances : (k,)
        Any scale; variances positive. One study is returned as it is.
    tau2 : str
        ``fixed``, ``dersimonian-laird``, ``reml`` or ``paule-mandel``.
    prediction : str
        ``higgins-2009``: t on k - 2 degrees of freedom, from three studies on; ``as-interval``: the
        distribution of the interval (normal, or t on k - 1), as R's metafor has it; ``none``.
    level : float
        Share, 0.95 for 95 %.

    Returns
    -------
    PooledEffect
        ``i2`` and ``h2`` follow from tau2 (Higgins and Thompson 2002), and from Q for ``fixed``; NaN for a
        single study.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``

    Notes
    -----
    DerSimonian and Laird 1986; Hartung and Knapp 2001; Higgins, Thompson and Spiegelhalter 2009, eq. 12;
    Viechtbauer 2007 (Q-profile). Checked against R's ``metafor::rma``, ``predict`` and ``confint``.

    Examples
    --------
    >>> pooled = pool_effects([0.10, 0.30, 0.35], [0.01, 0.02, 0.01], tau2="reml", interval="knapp-hartung")
    >>> round(pooled.estimate, 4), pooled.df, pooled.k
    (0.2435, 2, 3)
    """
    check_level(level)
    y, v = finite_pair(effects, variances, "the effects", "their variances")
    k = at_least(y.size, 1, "the studies")
    _check_options(interval, prediction)
    if np.any(v <= 0.0):
        raise StatisticsError(
            "statistics.option",
            "Every study needs a positive sampling variance.",
            remedy="Check the standard deviations and numbers of cases, or leave the study out.",
        )
    ones = np.ones((k, 1))
    between = estimate_tau2(y, v, ones, tau2)
    fit = fit_weighted(y, v, ones, between)
    plain = fit_weighted(y, v, ones, 0.0)
    estimate, error = float(fit.coefficients[0]), math.sqrt(float(fit.covariance[0, 0]))
    findings = list(_few(k, tau2, interval))

    df: int | None = None
    name = interval
    if interval != "normal" and k > 1:
        df = k - 1
        scale = fit.q / df
        shorter = math.sqrt(scale) * _quantile(level, df) < _quantile(level, None)
        if interval == "knapp-hartung" and shorter:
            findings.append(_narrowed(scale))
        if interval == "knapp-hartung-at-least-one":
            scale = max(1.0, scale)
        error *= math.sqrt(scale)
    elif k == 1:
        name = "normal"
    reach = _quantile(level, df)
    statistic = (
        estimate / error if error > 0.0 else math.copysign(math.inf, estimate) if estimate else math.nan
    )
    i2, h2 = _inconsistency(tau2, plain.q, between, v, ones)
    predicted = _prediction(prediction, tau2, estimate, error, between, k, df, level)
    if predicted is None and prediction == "higgins-2009" and tau2 != "fixed":
        findings.append(_NO_PREDICTION)
    return PooledEffect(
        estimate=estimate,
        standard_error=error,
        interval=Interval(estimate - reach * error, estimate + reach * error, level, name),
        statistic=statistic,
        df=df,
        p_value=_p_value(statistic, df),
        k=k,
        weights=tuple((fit.weights / fit.weights.sum()).tolist()),
        q=plain.q if k > 1 else 0.0,
        q_df=k - 1,
        q_p_value=float(chdtrc(k - 1, plain.q)) if k > 1 else math.nan,
        i2=i2,
        h2=h2,
        tau2=between,
        tau2_interval=tau2_q_profile(y, v, ones, level) if k > 1 and tau2 != "fixed" else None,
        prediction=predicted,
        method=f"inverse variance; tau2: {tau2}; interval: {name}",
        findings=tuple(findings),
    )


def leave_one_out(
    effects: npt.ArrayLike,
    variances: npt.ArrayLike,
    *,
    tau2: Tau2Method,
    interval: PooledInterval,
    prediction: PredictionRule = "higgins-2009",
    level: float = 0.95,
) -> tuple[PooledEffect, ...]:
    """Pool without each study in turn, (k,), so that one can see whether a single one carries the result.

    Raises
    ------
    StatisticsError
        ``statistics.too-few`` below two studies; otherwise as `pool_effects`.

    Notes
    -----
    R's ``metafor::leave1out``.

    Examples
    --------
    >>> without = leave_one_out([0.1, 0.3, 0.9], [0.01, 0.02, 0.01], tau2="fixed", interval="normal")
    >>> [round(pooled.estimate, 3) for pooled in without]
    [0.7, 0.5, 0.167]
    """
    y, v = finite_pair(effects, variances, "the effects", "their variances")
    at_least(y.size, 2, "the studies")
    kept = ~np.eye(y.size, dtype=bool)
    return tuple(
        pool_effects(y[rest], v[rest], tau2=tau2, interval=interval, prediction=prediction, level=level)
        for rest in kept
    )


def _check_options(interval: str, prediction: str) -> None:
    if interval not in ("normal", "knapp-hartung", "knapp-hartung-at-least-one"):
        raise StatisticsError(
            "statistics.option",
            "This interval of a pooled effect is not known.",
            remedy="Choose normal, knapp-hartung or knapp-hartung-at-least-one.",
        )
    if prediction not in ("higgins-2009", "as-interval", "none"):
        raise StatisticsError(
            "statistics.option",
            "This rule for the prediction interval is not known.",
            remedy="Choose higgins-2009, as-interval or none.",
        )


def _quantile(level: float, df: int | None) -> float:
    upper = 0.5 + level / 2.0
    return float(ndtri(upper) if df is None else stdtrit(df, upper))


def _p_value(statistic: float, df: int | None) -> float:
    if math.isnan(statistic):
        return math.nan
    return 2.0 * float(ndtr(-abs(statistic)) if df is None else stdtr(df, -abs(statistic)))


def _inconsistency(
    tau2: Tau2Method, q: float, between: float, v: Floats, ones: Floats
) -> tuple[float, float]:
    df = v.size - 1
    if df == 0:
        return math.nan, math.nan
    if tau2 == "fixed":
        return (max(0.0, (q - df) / q) if q > 0.0 else 0.0), q / df
    typical = typical_variance(v, ones)
    return between / (between + typical), between / typical + 1.0


def _prediction(
    rule: PredictionRule,
    tau2: Tau2Method,
    estimate: float,
    error: float,
    between: float,
    k: int,
    df: int | None,
    level: float,
) -> Interval | None:
    if rule == "none" or tau2 == "fixed" or k < 2:
        return None
    if rule == "higgins-2009":
        if k < 3:
            return None
        reach, name = _quantile(level, k - 2), "t with k - 2 df"
    else:
        reach, name = _quantile(level, df), "normal" if df is None else "t with k - 1 df"
    half = reach * math.sqrt(between + error**2)
    return Interval(estimate - half, estimate + half, level, name)


def _few(k: int, tau2: Tau2Method, interval: PooledInterval) -> tuple[Finding, ...]:
    if k == 1:
        return (
            Finding("meta.single-study", "There is one study: its own effect is shown, nothing is pooled."),
        )
    if k < FEW_STUDIES and tau2 != "fixed":
        sentence = (
            f"The variance between studies is estimated from {k} studies: it, its interval and the "
            "prediction interval are very uncertain."
        )
        if interval == "normal":
            sentence += " The normal interval of the pooled effect is too short."
        return (Finding("meta.few-studies", sentence, where={"k": str(k)}),)
    return ()


def _narrowed(scale: float) -> Finding:
    return Finding(
        "meta.knapp-hartung-narrowed",
        "The studies agree so well that Knapp and Hartung's interval is shorter than the normal one. "
        "'knapp-hartung-at-least-one' does not let its scale fall below 1.",
        severity="note",
        where={"scale": repr(scale)},
    )


_NO_PREDICTION: Final = Finding(
    "meta.no-prediction", "A prediction interval on k - 2 degrees of freedom needs at least three studies."
)
