"""How far a fitted ADC map lies from a known truth, cell by cell: bias, spread, and what was not estimated.

A cell is a set of voxels that share one true ADC and one signal-to-noise ratio, as in a digital reference
object. Nothing here knows how the map was made, so any fit can be judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.errors import SignalError

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class BiasPrecision:
    """One entry for each cell, in the order of its number.

    Attributes
    ----------
    truth : mm^2/s
    n_voxels, n_estimated
        Voxels of the cell over all maps, and those of them with a finite value.
    mean, bias, sd : mm^2/s
        Over the estimated voxels: their mean, the mean less the truth, and the standard deviation
        (n - 1) about the mean. NaN without voxels (for `sd`, with fewer than two).
    repeat_sd : mm^2/s
        Within-voxel standard deviation over repeated maps, pooled over voxels estimated in all of them;
        NaN with one map.
    """

    truth: Floats
    n_voxels: Ints
    n_estimated: Ints
    mean: Floats
    bias: Floats
    sd: Floats
    repeat_sd: Floats

    @property
    def relative_bias(self) -> Floats:
        """Bias over truth."""
        return self.bias / self.truth

    @property
    def relative_sd(self) -> Floats:
        """Standard deviation over truth: random error of one voxel."""
        return self.sd / self.truth


def assess_bias_precision(
    maps: Sequence[npt.ArrayLike], truth: npt.ArrayLike, cells: npt.ArrayLike
) -> BiasPrecision:
    """Compare fitted maps with the truth in every cell.

    Parameters
    ----------
    maps : sequence of (*grid,), mm^2/s
        One map, or repeats of it; NaN where not estimated.
    truth : (*grid,), mm^2/s
        Alike within a cell.
    cells : (*grid,), int
        The cell's number from 0; -1 where a voxel belongs to none.

    Raises
    ------
    SignalError
        ``signal.shape`` when the grids differ or there is no map.

    Examples
    --------
    >>> found = assess_bias_precision([[1.1e-3, 0.9e-3, 2.0e-3]], [1e-3, 1e-3, 2e-3], [0, 0, 1])
    >>> found.n_estimated.tolist(), (found.relative_bias * 100).round(6).tolist()
    ([2, 1], [0.0, 0.0])
    """
    known = np.asarray(truth, dtype=np.float64)
    where = np.asarray(cells, dtype=np.int64)
    stack = [np.asarray(one, dtype=np.float64) for one in maps]
    if not stack or any(one.shape != known.shape for one in stack) or where.shape != known.shape:
        raise SignalError(
            "signal.shape",
            "Map, truth and cells are not of one shape.",
            remedy="Give each fitted map on the grid of the truth.",
        )
    flat = where.ravel()
    used = flat >= 0
    number = flat[used]
    n_cells = int(number.max(initial=-1)) + 1
    values = np.stack([one.ravel()[used] for one in stack])
    finite = np.isfinite(values)

    def over_cells(terms: npt.NDArray[np.floating]) -> Floats:
        sums: Floats = np.bincount(number, weights=terms.sum(axis=0), minlength=n_cells).astype(np.float64)
        return sums

    with np.errstate(invalid="ignore", divide="ignore"):
        n_voxels = np.bincount(number, minlength=n_cells) * len(stack)
        n_estimated = np.rint(over_cells(finite.astype(np.float64))).astype(np.int64)
        level = np.bincount(number, weights=known.ravel()[used], minlength=n_cells) / np.bincount(
            number, minlength=n_cells
        )
        # Deviations from the truth are summed, not the values: nothing cancels.
        off = np.where(finite, values - level[number], 0.0)
        bias = over_cells(off) / n_estimated
        about = np.where(finite, off - bias[number], 0.0)
        sd = np.sqrt(over_cells(about**2) / (n_estimated - 1))
    sd[n_estimated < 2] = np.nan
    return BiasPrecision(
        level, n_voxels, n_estimated, level + bias, bias, sd, _repeat_sd(values, finite, number, n_cells)
    )


def _repeat_sd(values: Floats, finite: npt.NDArray[np.bool_], number: Ints, n_cells: int) -> Floats:
    if len(values) < 2:
        return np.full(n_cells, np.nan)
    whole = finite.all(axis=0)
    variance = np.zeros(values.shape[1])
    variance[whole] = values[:, whole].var(axis=0, ddof=1)
    n = np.bincount(number[whole], minlength=n_cells)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.sqrt(np.bincount(number, weights=variance, minlength=n_cells) / n))
