"""The profiled likelihood of a model with random intercepts, and its slopes.

Everything is a function of ``ratios``: for each grouping its variance over the residual variance. With
``V = I + sum(ratio_k Z_k Z_k')`` and one column of Z a group, ``V^-1 = I - Z K Z'`` with K of the size of the
groups; with one grouping K is diagonal and nothing is ever inverted. The criterion is minus twice the log
likelihood less its constant: ``log|V| (+ log|X'V^-1 X|) + nu log(variance) + rss / variance``, nu being n, or
n - p for the restricted one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError

_SMALLEST, _LARGEST = 1e-10, 1e12
_GRID = np.concatenate([np.zeros(1), np.geomspace(1e-4, 1e6, 41)])


@dataclass(frozen=True, slots=True)
class Parts:
    """What the criterion and its slopes are made of, at unit residual variance.

    `inverse` is (X'V^-1 X)^-1, `between` the diagonal of Z'V^-1 Z, `crossed` Z'V^-1 X and `pull`
    Z'V^-1 (y - X b).
    """

    coefficients: Floats
    inverse: Floats
    log_det: float
    log_det_fixed: float
    rss: float
    between: Floats
    crossed: Floats
    pull: Floats


@dataclass(frozen=True, slots=True)
class VarianceRatios:
    """The ratios of highest likelihood, the residual variance with them, and the criterion there."""

    ratios: Floats
    variance: float
    deviance: float


class MixedLikelihood:
    """The criterion for a response (n,), orthonormal columns (n, p) and the group of each value.

    The response is a residual of those columns with a mean square of one.
    """

    def __init__(
        self,
        response: Floats,
        columns: Floats,
        groups: Sequence[npt.NDArray[np.int64]],
        restricted: bool,
    ) -> None:
        n, p = columns.shape
        self.n_groups = tuple(int(codes.max()) + 1 for codes in groups)
        self.restricted = restricted
        self.nu = n - p if restricted else n
        self.n_fixed = p
        self.owner = np.repeat(np.arange(len(groups)), self.n_groups)
        offsets = np.concatenate([[0], np.cumsum(self.n_groups)[:-1]])
        joint = [codes + offset for codes, offset in zip(groups, offsets, strict=True)]
        size = int(sum(self.n_groups))
        self._y2 = float(response @ response)
        self._zy = np.zeros(size)
        self._zx = np.zeros((size, p))
        self._counts = np.zeros(size)
        for codes in joint:
            np.add.at(self._zy, codes, response)
            np.add.at(self._zx, codes, columns)
            np.add.at(self._counts, codes, 1.0)
        self._zz = np.empty((0, 0))  # with one grouping it is diagonal: its counts
        if len(joint) == 2:
            self._zz = np.diag(self._counts)
            np.add.at(self._zz, (joint[0], joint[1]), 1.0)
            np.add.at(self._zz, (joint[1], joint[0]), 1.0)

    def parts(self, ratios: Floats) -> Parts:
        """Evaluate everything at these ratios, all of them 0 or more."""
        if len(self.n_groups) == 1:
            shrink = 1.0 / (1.0 + ratios[0] * self._counts)  # of each group: Z'V^-1 = shrink Z'
            log_det = float(np.log1p(ratios[0] * self._counts).sum())
            pulled_y, crossed = shrink * self._zy, shrink[:, None] * self._zx
            between = shrink * self._counts
            lost_xx = self._zx.T @ (ratios[0] * crossed)
            lost_xy = self._zx.T @ (ratios[0] * pulled_y)
            lost_yy = float(self._zy @ (ratios[0] * pulled_y))
        else:
            root = np.sqrt(ratios)[self.owner]
            inner = root[:, None] * self._zz * root + np.eye(root.size)
            lower = np.linalg.cholesky(inner)
            log_det = 2.0 * float(np.log(np.diag(lower)).sum())
            kernel = root[:, None] * np.linalg.inv(inner) * root
            pulled_y = self._zy - self._zz @ (kernel @ self._zy)
            crossed = self._zx - self._zz @ (kernel @ self._zx)
            between = self._counts - np.einsum("ij,jk,ki->i", self._zz, kernel, self._zz, optimize=True)
            lost_xx = self._zx.T @ kernel @ self._zx
            lost_xy = self._zx.T @ (kernel @ self._zy)
            lost_yy = float(self._zy @ (kernel @ self._zy))
        xx = np.eye(self.n_fixed) - (lost_xx + lost_xx.T) / 2.0
        xy = -lost_xy  # the response is orthogonal to the columns
        inverse = np.linalg.inv(xx)
        coefficients = inverse @ xy
        return Parts(
            coefficients=coefficients,
            inverse=inverse,
            log_det=log_det,
            log_det_fixed=float(np.linalg.slogdet(xx)[1]),
            rss=self._y2 - lost_yy - float(xy @ coefficients),
            between=between,
            crossed=crossed,
            pull=pulled_y - crossed @ coefficients,
        )

    def log_parts(self, parts: Parts) -> float:
        """The criterion's determinants."""
        return parts.log_det + (parts.log_det_fixed if self.restricted else 0.0)

    def deviance(self, ratios: Floats) -> float:
        """The criterion, profiled over coefficients and residual variance; infinite where rss is lost."""
        parts = self.parts(ratios)
        if parts.rss <= 0.0:
            return math.inf
        return float(self.log_parts(parts) + self.nu * (1.0 + math.log(parts.rss / self.nu)))

    def slopes(self, ratios: Floats) -> Floats:
        """The profiled criterion's derivatives by each ratio."""
        parts = self.parts(ratios)
        return np.asarray(self._log_slopes(parts) - self.nu / parts.rss * self._rss_slopes(parts))

    def satterthwaite(self, contrast: Floats, found: VarianceRatios) -> float:
        """Degrees of freedom of a contrast of the orthonormal columns' coefficients.

        ``2 f^2 / (g' A g)``, f the contrast's variance, g its slopes by the ratios and the residual variance,
        A the inverse of half the observed information of those. A ratio at zero is left out.
        """
        parts = self.parts(found.ratios)
        inside = np.flatnonzero(found.ratios > 0.0)
        weights = parts.inverse @ contrast
        f = found.variance * float(contrast @ weights)
        g = np.empty(inside.size + 1)
        hessian = np.empty((inside.size + 1, inside.size + 1))
        # P = V^-1 - V^-1 X (X'V^-1 X)^-1 X'V^-1 for the restricted likelihood; P y is the same for both.
        between = self._between(found.ratios, parts)
        projected = between - parts.crossed @ parts.inverse @ parts.crossed.T
        trace_of = projected if self.restricted else between
        for i, k in enumerate(inside):
            own = self.owner == k
            g[i] = found.variance * float(np.sum((parts.crossed[own] @ weights) ** 2))
            hessian[i, -1] = hessian[-1, i] = float(np.sum(parts.pull[own] ** 2)) / found.variance**2
            for j, other in enumerate(inside):
                theirs = self.owner == other
                block = projected[np.ix_(own, theirs)]
                hessian[i, j] = (
                    -float(np.sum(trace_of[np.ix_(own, theirs)] ** 2))
                    + 2.0 * float(parts.pull[own] @ block @ parts.pull[theirs]) / found.variance
                )
        g[-1] = f / found.variance
        hessian[-1, -1] = self.nu / found.variance**2
        spread = float(g @ np.linalg.solve(hessian, g)) * 2.0
        return 2.0 * f**2 / spread

    def _between(self, ratios: Floats, parts: Parts) -> Floats:
        """Z'V^-1 Z, whole."""
        if len(self.n_groups) == 1:
            return np.diag(parts.between)
        root = np.sqrt(ratios)[self.owner]
        inner = root[:, None] * self._zz * root + np.eye(root.size)
        kernel = root[:, None] * np.linalg.inv(inner) * root
        return np.asarray(self._zz - self._zz @ kernel @ self._zz)

    def _log_slopes(self, parts: Parts) -> Floats:
        slopes = np.bincount(self.owner, weights=parts.between)
        if self.restricted:
            taken = np.einsum("qi,ij,qj->q", parts.crossed, parts.inverse, parts.crossed)
            slopes = slopes - np.bincount(self.owner, weights=taken)
        return np.asarray(slopes, dtype=np.float64)

    def _rss_slopes(self, parts: Parts) -> Floats:
        """How fast the residual sum of squares falls: a positive number for each ratio."""
        return np.asarray(np.bincount(self.owner, weights=parts.pull**2), dtype=np.float64)


def fit_ratios(likelihood: MixedLikelihood) -> VarianceRatios:
    """Find the ratios of highest likelihood, zero included.

    Raises
    ------
    StatisticsError
        ``statistics.constant`` if groups differ and nothing differs within them,
        ``statistics.no-convergence``
    """
    ratios = _fit_one(likelihood) if len(likelihood.n_groups) == 1 else _fit_two(likelihood)
    parts = likelihood.parts(ratios)
    if not parts.rss > 0.0 or float(ratios.max()) >= _GRID[-1] * 1e3:
        raise _nothing_within()
    return VarianceRatios(ratios, parts.rss / likelihood.nu, likelihood.deviance(ratios))


def _fit_one(likelihood: MixedLikelihood) -> Floats:
    from scipy.optimize import brentq

    def slope(log_ratio: float) -> float:
        return float(likelihood.slopes(np.array([math.exp(log_ratio)]))[0])

    values = np.array([likelihood.deviance(np.array([ratio])) for ratio in _GRID])
    best = int(np.argmin(values))
    if best == _GRID.size - 1:
        raise _nothing_within()
    if best == 0:
        # The slope at zero decides; between zero and the grid's first step there may still be a minimum.
        if float(likelihood.slopes(np.zeros(1))[0]) >= 0.0:
            return np.zeros(1)
        low = _SMALLEST
        if slope(math.log(low)) >= 0.0:
            return np.zeros(1)
    else:
        low = float(_GRID[best - 1]) or _SMALLEST
    low, high = math.log(low), math.log(_GRID[best + 1])
    if slope(low) >= 0.0 or slope(high) <= 0.0:
        raise _not_found()
    root = float(brentq(slope, low, high, xtol=1e-14, rtol=8.9e-16, maxiter=300))
    found = np.array([math.exp(root)])
    return found if likelihood.deviance(found) <= values[0] else np.zeros(1)


def _fit_two(likelihood: MixedLikelihood) -> Floats:
    from scipy.optimize import minimize

    coarse = _GRID[::4]
    values = np.array([[likelihood.deviance(np.array([a, b])) for b in coarse] for a in coarse])
    i, j = (int(k) for k in np.unravel_index(np.argmin(values), values.shape))
    if max(i, j) == coarse.size - 1:
        raise _nothing_within()
    start = np.sqrt([coarse[i] or 1e-3, coarse[j] or 1e-3])
    # In the ratio of SDs, as the criterion is smoother there; it is even in each, so zero needs no bound.
    rough = minimize(
        lambda theta: likelihood.deviance(theta**2),
        start,
        jac=lambda theta: 2.0 * theta * likelihood.slopes(theta**2),
        method="BFGS",
        options={"gtol": 1e-7, "maxiter": 500},
    )
    return _polish(likelihood, np.asarray(rough.x, dtype=np.float64) ** 2)


def _polish(likelihood: MixedLikelihood, ratios: Floats) -> Floats:
    """Turn by turn: each ratio to the root of its slope, or to zero where the slope rises from there."""
    from scipy.optimize import brentq

    current = np.clip(ratios, 0.0, _LARGEST)
    for _ in range(2000):
        before = current.copy()
        for k in range(current.size):

            def slope(ratio: float, k: int = k) -> float:
                trial = current.copy()
                trial[k] = ratio
                return float(likelihood.slopes(trial)[k])

            if slope(0.0) >= 0.0 and (current[k] == 0.0 or (slope(current[k]) >= 0.0 and current[k] < 1e-4)):
                current[k] = 0.0
                continue
            low = high = max(float(current[k]), 1e-8)
            while slope(low) > 0.0 and low > _SMALLEST:
                low /= 2.0
            while slope(high) < 0.0:
                high *= 2.0
                if high > _LARGEST:
                    raise _nothing_within()
            if slope(low) > 0.0:
                current[k] = 0.0
            elif low < high:
                current[k] = float(brentq(slope, low, high, xtol=1e-300, rtol=8.9e-16, maxiter=300))
        if np.all(np.abs(current - before) <= 1e-11 * np.maximum(current, 1e-6)):
            return current
    raise _not_found()


def _nothing_within() -> StatisticsError:
    return StatisticsError(
        "statistics.constant",
        "Values of a group do not differ, so that no variance is left within groups.",
        remedy="Take one value a group, and compare those.",
    )


def _not_found() -> StatisticsError:
    return StatisticsError(
        "statistics.no-convergence",
        "The variance of highest likelihood was not found.",
        remedy="Check for columns and groupings that almost coincide.",
    )
