"""Points side by side: where dots of one group go so that none hides another. No chance is involved."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import numpy as np

from adcurate.arrays import Floats


def swarm_offsets(values: Sequence[float], spacing: float, width: float, reach: float) -> Floats:
    """Offsets across the axis, smallest first, for dots that would overlap.

    Parameters
    ----------
    values : (n,)
        Along the axis.
    spacing
        Diameter of a dot in the unit of `values`.
    width
        Diameter of a dot in the unit of the offsets.
    reach
        Largest offset: beyond it dots are allowed to overlap.

    Examples
    --------
    >>> swarm_offsets([1.0, 1.0, 5.0], spacing=0.5, width=0.1, reach=0.4).tolist()
    [0.0, 0.1, 0.0]
    """
    placed: list[tuple[float, float]] = []
    offsets = np.zeros(len(values))
    for index in np.argsort(np.asarray(values, dtype=np.float64), kind="stable"):
        value = float(values[index])
        near = [(v, o) for v, o in placed if abs(value - v) < spacing]
        offset = 0.0
        for step in count():
            offset = (step + 1) // 2 * width / 2 * (1 if step % 2 else -1)
            if abs(offset) > reach:
                offset = 0.0
                break
            if all(((value - v) / spacing) ** 2 + ((offset - o) / width) ** 2 >= 1.0 for v, o in near):
                break
        placed.append((value, offset))
        offsets[index] = offset
    return offsets
