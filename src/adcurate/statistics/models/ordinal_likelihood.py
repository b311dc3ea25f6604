"""The likelihood of ordered grades whose thresholds lie on a logistic scale.

A case of grade j has log-likelihood ``log(F(upper) - F(lower))`` with F the logistic distribution and `upper`
and `lower` linear in the parameters. The proportional-odds model and the models that relax it differ only in
those two designs. The likelihood is concave (Pratt 1981), so Newton's method finds the one maximum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from adcurate.arrays import Bools, Floats, Integers

_STEP = 1e-11
_FLAT = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class OrdinalDesign:
    """Rows (n, q) of each case's upper and lower limit; the outermost limits are infinite offsets (n,)."""

    upper: Floats
    lower: Floats
    upper_offset: Floats
    lower_offset: Floats

    def barriers(self) -> Floats:
        """(m, q) what must not fall along a direction in which no case gets less likely."""
        return np.concatenate(
            [self.upper[np.isfinite(self.upper_offset)], -self.lower[np.isfinite(self.lower_offset)]]
        )

    def hold(self, column: int, value: float) -> OrdinalDesign:
        """The design without a column, whose parameter is held at `value`."""
        rest = np.delete(np.arange(self.upper.shape[1]), column)
        return OrdinalDesign(
            self.upper[:, rest],
            self.lower[:, rest],
            self.upper_offset + self.upper[:, column] * value,
            self.lower_offset + self.lower[:, column] * value,
        )


@dataclass(frozen=True, slots=True, eq=False)
class OrdinalMaximum:
    """Parameters (q,), the log-likelihood and its negative second derivative (q, q)."""

    parameters: Floats
    log_likelihood: float
    information: Floats
    converged: bool
    iterations: int


def ordinal_design(
    columns: Floats, codes: Integers, n_grades: int, relaxed: Bools | None = None
) -> OrdinalDesign:
    """Thresholds first, then slopes: ``threshold - columns @ slopes`` at each limit.

    A column that is `relaxed` (p,) has a slope of its own at each threshold.
    """
    n, p = columns.shape
    k = n_grades - 1
    free = np.zeros(p, dtype=bool) if relaxed is None else relaxed
    offsets = []
    sides = []
    for limit, outside in ((codes, np.inf), (codes - 1, -np.inf)):
        inside = (limit >= 0) & (limit < k)
        at = np.zeros((n, k))
        at[inside, limit[inside]] = 1.0
        parts = [at]
        for j in range(p):
            column = -columns[:, j : j + 1]
            parts.append(at * column if free[j] else np.where(inside[:, None], column, 0.0))
        sides.append(np.column_stack(parts))
        offsets.append(np.where(inside, 0.0, outside))
    return OrdinalDesign(sides[0], sides[1], offsets[0], offsets[1])


def first_thresholds(codes: Integers, n_grades: int) -> Floats:
    """The thresholds (n_grades - 1,) of a model without slopes: log-odds of the cumulated shares."""
    below = np.cumsum(np.bincount(codes, minlength=n_grades))[:-1]
    return np.asarray(np.log(below) - np.log(codes.size - below))


def maximise_ordinal(design: OrdinalDesign, start: Floats, *, iterations: int = 200) -> OrdinalMaximum:
    """Maximise from a `start` (q,) whose limits are in order.

    Not converged where the likelihood rises without end (see `find_separation`).
    """
    parameters = start.copy()
    value, score, information = _evaluate(design, parameters)
    if not parameters.size:
        return OrdinalMaximum(parameters, value, information, np.isfinite(value).item(), 0)
    for done in range(1, iterations + 1):
        eigenvalues = np.linalg.eigvalsh(information)
        if not eigenvalues[0] > _FLAT * max(1.0, eigenvalues[-1]):
            return OrdinalMaximum(parameters, value, information, False, done)
        step = np.linalg.solve(information, score)
        for _ in range(60):
            new = _evaluate(design, parameters + step)
            if new[0] >= value - 1e-12 * (1.0 + abs(value)):
                break
            step *= 0.5
        parameters = parameters + step
        value, score, information = new
        if np.abs(step).max() <= _STEP * (1.0 + np.abs(parameters).max()):
            return OrdinalMaximum(parameters, value, information, True, done)
    return OrdinalMaximum(parameters, value, information, False, iterations)


def _evaluate(design: OrdinalDesign, parameters: Floats) -> tuple[float, Floats, Floats]:
    upper = design.upper @ parameters + design.upper_offset
    lower = design.lower @ parameters + design.lower_offset
    q = parameters.size
    if not np.all(upper > lower):
        return -np.inf, np.zeros(q), np.zeros((q, q))
    # F(upper) - F(lower) without cancelling: F(upper) F(-lower) (1 - exp(lower - upper)).
    log_gap = np.log(-np.expm1(lower - upper))
    below_upper, above_lower = _log_expit(upper), _log_expit(-lower)
    value = float(np.sum(below_upper + above_lower + log_gap))
    at_upper = np.exp(_log_expit(-upper) - above_lower - log_gap)
    at_lower = np.exp(_log_expit(lower) - below_upper - log_gap)
    gradient = at_upper[:, None] * design.upper - at_lower[:, None] * design.lower
    bend_upper = at_upper * (1.0 - 2.0 * expit(upper))
    bend_lower = at_lower * (1.0 - 2.0 * expit(lower))
    information = (
        gradient.T @ gradient
        - (design.upper * bend_upper[:, None]).T @ design.upper
        + (design.lower * bend_lower[:, None]).T @ design.lower
    )
    return value, gradient.sum(axis=0), information


def _log_expit(x: Floats) -> Floats:
    return np.asarray(-np.logaddexp(0.0, -x))
