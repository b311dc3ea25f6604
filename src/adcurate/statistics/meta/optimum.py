"""The lowest point of a smooth function of a few parameters, to the digits that double precision allows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError


def minimum_of(function: Callable[[Floats], float], starts: Sequence[Floats]) -> Floats:
    """Search from every start, keep the lowest point, and refine it by Newton steps.

    Raises
    ------
    StatisticsError
        ``statistics.no-convergence``
    """
    from scipy.optimize import minimize

    found: list[tuple[float, Floats]] = []

    def search(start: Floats, method: str, options: dict[str, float]) -> None:
        end = minimize(function, start, method=method, options=options)
        if math.isfinite(float(end.fun)):
            found.append((float(end.fun), np.asarray(end.x, dtype=np.float64)))

    for start in starts:
        search(start, "BFGS", {"gtol": 1e-5})
    # A simplex leaves a ridge or a kink on which a search by slopes has stopped.
    search(min(found, key=_value)[1] if found else starts[0], "Nelder-Mead", {"xatol": 1e-4, "fatol": 1e-7})
    if found:
        search(min(found, key=_value)[1], "BFGS", {"gtol": 1e-7})
    if not found:
        raise _no_convergence()
    value, point = min(found, key=_value)
    return _refine(function, point, value)


def _value(item: tuple[float, Floats]) -> float:
    return item[0]


def gradient_of(function: Callable[[Floats], float], point: Floats) -> Floats:
    """Central differences of fourth order, (p,)."""
    steps = 1e-3 * np.maximum(1.0, np.abs(point))
    gradient = np.empty(point.size)
    for i, step in enumerate(steps):
        e = np.zeros(point.size)
        e[i] = step
        near = function(point + e) - function(point - e)
        far = function(point + 2.0 * e) - function(point - 2.0 * e)
        gradient[i] = (8.0 * near - far) / (12.0 * step)
    return gradient


def hessian_of(function: Callable[[Floats], float], point: Floats) -> Floats:
    """Central differences, extrapolated once (Richardson), (p, p)."""
    wide, narrow = _hessian(function, point, 4e-3), _hessian(function, point, 2e-3)
    return np.asarray((4.0 * narrow - wide) / 3.0)


def _hessian(function: Callable[[Floats], float], point: Floats, relative: float) -> Floats:
    steps = relative * np.maximum(1.0, np.abs(point))
    p = point.size
    centre = function(point)
    hessian = np.empty((p, p))
    units = np.diag(steps)
    for i in range(p):
        e = units[i]
        hessian[i, i] = (function(point + e) - 2.0 * centre + function(point - e)) / steps[i] ** 2
        for j in range(i):
            d = units[j]
            mixed = function(point + e + d) - function(point + e - d)
            mixed += function(point - e - d) - function(point - e + d)
            hessian[i, j] = hessian[j, i] = mixed / (4.0 * steps[i] * steps[j])
    return hessian


def _refine(function: Callable[[Floats], float], point: Floats, value: float) -> Floats:
    """Newton steps: a search by function values alone stops at half the digits."""
    slope = math.inf
    for _ in range(8):
        gradient = gradient_of(function, point)
        if float(np.abs(gradient).max()) >= slope:
            break
        slope = float(np.abs(gradient).max())
        hessian = hessian_of(function, point)
        lowest, directions = np.linalg.eigh(hessian)
        # Along a flat or downward direction (a parameter on its boundary) there is no Newton step.
        usable = lowest > 1e-6 * max(1.0, float(np.abs(lowest).max()))
        step = directions @ np.where(usable, directions.T @ gradient / np.where(usable, lowest, 1.0), 0.0)
        candidate = point - step
        reached = function(candidate)
        if not math.isfinite(reached) or reached > value + 1e-9 * max(1.0, abs(value)):
            break
        point, value = candidate, min(value, reached)
    if not math.isfinite(value):
        raise _no_convergence()
    return point


def _no_convergence() -> StatisticsError:
    return StatisticsError(
        "statistics.no-convergence",
        "The likelihood of these studies has no peak that could be found.",
        remedy="Look at the counts; pool fewer studies, or by the other model.",
    )
