"""A locally weighted line, for curves that nobody wants to bend by hand."""

from __future__ import annotations

import numpy as np

from adcurate.arrays import Floats

_BLOCK_CELLS = 1 << 22


def smooth_locally(x: Floats, y: Floats, *, span: float = 2.0 / 3.0, at: Floats | None = None) -> Floats:
    """Fit a tricube-weighted straight line around each point and read it there (Cleveland 1979).

    No robustness rounds. Each line sees the nearest ``floor(span * n)`` points (two at least). Where those do
    not differ enough in `x` the line is level.

    Parameters
    ----------
    x, y : (n,)
        Finite, in any order.
    at : (m,), optional
        Which of the values of `x` to read at; all of them if not given.

    Returns
    -------
    Floats
        (m,) values; not kept within the range of `y`.

    Notes
    -----
    Equals R's ``lowess(x, y, f = span, iter = 0, delta = 0)``.

    Examples
    --------
    >>> smooth_locally(np.arange(5.0), 2.0 * np.arange(5.0)).round(9).tolist()
    [0.0, 2.0, 4.0, 6.0, 8.0]
    """
    where = x if at is None else at
    n_near = max(2, min(x.size, int(span * x.size + 1e-7)))
    spread = float(x.max() - x.min())
    rows = max(1, _BLOCK_CELLS // x.size)
    found = []
    for start in range(0, where.size, rows):
        centre = where[start : start + rows, None]
        distance = np.abs(x[None, :] - centre)
        reach = np.partition(distance, n_near - 1, axis=1)[:, n_near - 1 : n_near]
        share = distance / np.where(reach > 0.0, reach, 1.0)
        # Cleveland's own limits: almost at the point counts fully, almost at the edge not at all.
        weight = np.where(share <= 0.001, 1.0, np.where(share <= 0.999, (1.0 - share**3) ** 3, 0.0))
        weight = np.where(reach > 0.0, weight, (distance == 0.0).astype(np.float64))
        weight = weight / weight.sum(axis=1, keepdims=True)
        mean = (weight * x).sum(axis=1, keepdims=True)
        moment = (weight * (x - mean) ** 2).sum(axis=1, keepdims=True)
        tilted = (np.sqrt(moment) > 0.001 * spread) & (spread > 0.0)
        lean = np.where(tilted, (centre - mean) / np.where(tilted, moment, 1.0), 0.0)
        found.append((weight * (1.0 + lean * (x - mean)) * y).sum(axis=1))
    return np.concatenate(found)
