"""Exact moments of empirical areas when both classes are normal: nothing is approximated but the model.

The empirical area is a mean over pairs. Its variance, and its covariance with another marker's area in the
same cases, need only the probability that two pairs are both ranked rightly, which under normal classes is a
bivariate normal one.
"""

from __future__ import annotations

import math

from scipy.special import ndtr, ndtri, owens_t


def bivariate_normal(h: float, k: float, correlation: float) -> float:
    """P(Z1 <= h, Z2 <= k) of two standard normal numbers, by Owen's T function (Owen 1956, eq. 2.1).

    Checked against R's ``mvtnorm::pmvnorm``.

    Examples
    --------
    >>> round(bivariate_normal(0.0, 0.0, 0.5), 6)
    0.333333
    """
    if correlation >= 1.0:
        return float(ndtr(min(h, k)))
    if correlation <= -1.0:
        return max(0.0, float(ndtr(h) + ndtr(k)) - 1.0)
    if h == 0.0 and k == 0.0:
        return 0.25 + math.asin(correlation) / (2.0 * math.pi)
    root = math.sqrt((1.0 - correlation) * (1.0 + correlation))

    def part(own: float, other: float) -> float:
        if own == 0.0:
            return math.copysign(0.25, other)
        return float(owens_t(own, (other / own - correlation) / root))

    beyond = 0.5 if h * k < 0.0 or (h * k == 0.0 and h + k < 0.0) else 0.0
    return 0.5 * float(ndtr(h) + ndtr(k)) - part(h, k) - part(k, h) - beyond


def area_covariance(
    first: float,
    second: float,
    n_positive: float,
    n_negative: float,
    *,
    r_positive: float = 1.0,
    r_negative: float = 1.0,
) -> float:
    """Covariance of two empirical areas in the same cases, both classes normal with one SD.

    With both correlations 1 and equal areas it is the variance of one area.

    Parameters
    ----------
    first, second
        The true areas.
    r_positive, r_negative
        Correlation of the two markers among the positives, and among the negatives.

    Notes
    -----
    ``[P_both + (n_neg - 1) P_pos + (n_pos - 1) P_neg - (n_pos + n_neg - 1) A1 A2] / (n_pos n_neg)``, where
    the P are that two pairs with both cases, only the positive or only the negative in common are both
    ranked rightly (Bamber 1975, eq. 7, for two markers).
    """
    h, k = float(ndtri(first)), float(ndtri(second))
    product = first * second
    same_both = bivariate_normal(h, k, (r_positive + r_negative) / 2.0)
    same_positive = bivariate_normal(h, k, r_positive / 2.0)
    same_negative = bivariate_normal(h, k, r_negative / 2.0)
    total = (
        (same_both - product)
        + (n_negative - 1.0) * (same_positive - product)
        + (n_positive - 1.0) * (same_negative - product)
    )
    return total / (n_positive * n_negative)
