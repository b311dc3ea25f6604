"""The arithmetic of `adcurate.diffusion.volume` on one block: in place, in buffers that stay in the cache.

A block fit belongs to one thread and is called with the signals of a block, one array for each b-value, and
the part of the map to fill. It knows nothing of volumes, threads or which float type is precise enough.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats, Floats32

Signals = npt.NDArray[np.integer[Any]]
Work = npt.NDArray[np.floating[Any]]


def _finish(signals: list[Signals], total: Work, spare: Work, out: Floats32) -> None:
    """Write the estimates out, with NaN wherever a signal is zero or negative.

    A zero made the estimate infinite or NaN already, and x - x is NaN for both; two negatives would make
    an innocent ratio, so they are looked for.
    """
    np.subtract(total, total, out=spare)
    np.add(total, spare, out=out, casting="same_kind")
    for signal in signals:
        if signal.dtype.kind == "i" and signal.min() < 0:
            np.copyto(out, np.float32(np.nan), where=signal < 0)


class LoglinearBlock:
    """``ADC = sum(c_i * ln(S_i / S_r))``: the c add up to 0, so the reference signal S_r drops out."""

    def __init__(self, order: list[int], coefficients: Floats, block: int, kind: np.dtype[Any]) -> None:
        self.order = order
        self.coefficients = coefficients.astype(kind)
        self.buffers = np.empty((3, block), kind)

    def __call__(self, signals: list[Signals], out: Floats32) -> None:
        total, inverse, term = self.buffers[:, : out.size]
        np.copyto(inverse, signals[self.order[0]])
        np.reciprocal(inverse, out=inverse)
        for position, i in enumerate(self.order[1:], start=1):
            into = total if position == 1 else term
            np.copyto(into, signals[i])
            np.multiply(into, inverse, out=into)
            np.log(into, out=into)
            np.multiply(into, self.coefficients[position], out=into)
            if position > 1:
                np.add(total, term, out=total)
        _finish(signals, total, term, out)


class WeightedBlock:
    """The weighted fit as a weighted mean over all pairs of b-values.

    ``ADC = sum(w db ln(S_i / S_j)) / sum(w db^2)`` with ``db = b_j - b_i`` and ``w = (S_i S_j)^2`` equals the
    usual quotient of weighted sums, but has no difference of near-equal numbers for float32 to lose. All
    signals are taken as ratios to the reference, number 0, whose own ratio is 1.
    """

    def __init__(self, order: list[int], b_values: Floats, block: int, kind: np.dtype[Any]) -> None:
        self.order = order
        self.b_values = b_values.astype(kind)
        self.ratios = np.empty((len(order), block), kind)
        self.buffers = np.empty((4, block), kind)

    def __call__(self, signals: list[Signals], out: Floats32) -> None:
        ratios = self.ratios[:, : out.size]
        total, spread, term, weight = self.buffers[:, : out.size]
        inverse = ratios[0]
        np.copyto(inverse, signals[self.order[0]])
        np.reciprocal(inverse, out=inverse)
        for ratio, i in zip(ratios[1:], self.order[1:], strict=True):
            np.copyto(ratio, signals[i])
            np.multiply(ratio, inverse, out=ratio)
        total.fill(0.0)
        spread.fill(0.0)
        for i, j in combinations(range(len(self.order)), 2):
            gap = self.b_values[j] - self.b_values[i]
            if gap == 0:
                continue
            if i == 0:
                np.multiply(ratios[j], gap, out=weight)
                np.multiply(weight, ratios[j], out=weight)
                np.log(ratios[j], out=term)
            else:
                np.multiply(ratios[i], ratios[j], out=weight)
                np.multiply(weight, weight, out=weight)
                np.multiply(weight, gap, out=weight)
                np.divide(ratios[j], ratios[i], out=term)
                np.log(term, out=term)
            np.multiply(term, weight, out=term)
            np.subtract(total, term, out=total)
            np.multiply(weight, gap, out=weight)
            np.add(spread, weight, out=spread)
        np.divide(total, spread, out=total)
        _finish(signals, total, term, out)
