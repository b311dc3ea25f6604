"""Is there a direction in which the likelihood never stops rising?

A logistic or proportional-odds likelihood has no maximum when some combination of the predictors keeps every
case on its own side of its thresholds (Albert and Anderson 1984). That is a question of linear programming
(Konis 2007): among bounded directions along which no case gets worse, find the one that gains most.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from adcurate.arrays import Floats

Separation = Literal["none", "quasi-complete", "complete"]

_GAIN = 1e-6
_BACKWARD = 1e-9


def find_separation(rows: Floats) -> Separation:
    """Say whether a direction d with ``rows @ d >= 0`` exists that is not zero everywhere.

    Parameters
    ----------
    rows : (m, k)
        One row for each threshold a case must stay on its side of: what must not fall. Columns of about
        unit size and linearly independent.

    Returns
    -------
    Separation
        ``complete`` when all rows can be strictly positive, ``quasi-complete`` when only some.
    """
    from scipy.optimize import linprog

    m, k = rows.shape
    if k == 1:
        low, high = float(rows.min()), float(rows.max())
        if low > 0 or high < 0:
            return "complete"
        return "quasi-complete" if low >= 0 or high <= 0 else "none"
    gain = linprog(-rows.sum(axis=0), A_ub=-rows, b_ub=np.zeros(m), bounds=[(-1.0, 1.0)] * k, method="highs")
    if gain.status != 0 or -gain.fun <= _GAIN:
        return "none"
    least = linprog(
        np.append(np.zeros(k), -1.0),
        A_ub=np.column_stack([-rows, np.ones(m)]),
        b_ub=np.zeros(m),
        bounds=[(-1.0, 1.0)] * k + [(None, 1.0)],
        method="highs",
    )
    return "complete" if least.status == 0 and -least.fun > _BACKWARD else "quasi-complete"
