"""What a fit accepts: b-values, signals and a mask, checked once and in one place.

Everything here is about form: how many b-values, which range, which shapes and types. Whether a voxel's
signals can be fitted is a matter of `adcurate.diffusion.adc_fit.FitStatus`.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Bools, Floats
from adcurate.errors import SchemeError, SignalError

HIGHEST_B_VALUE: Final = 1e5
"""The largest b-value taken for one, s/mm^2; GE's bias of 1e9 must be removed before a fit."""


def checked_b_values(b_values: npt.ArrayLike) -> Floats:
    """The b-values as float64 (n_b,) in s/mm^2, with at least two distinct ones.

    Raises
    ------
    SchemeError
        ``scheme.b-value-range`` for a value that is negative, not finite, above 1e5 or no number;
        ``scheme.too-few-b-values`` for fewer than two distinct values.
    """
    given = np.asarray(b_values)
    if given.dtype.kind not in "iuf" or given.ndim != 1:
        raise SchemeError(
            "scheme.b-value-range",
            "The b-values of a fit must be one list of real numbers.",
            remedy="Give one b-value in s/mm^2 for each signal.",
        )
    b = given.astype(np.float64)
    outside = ~(np.isfinite(b) & (b >= 0) & (b <= HIGHEST_B_VALUE))
    if outside.any():
        raise SchemeError(
            "scheme.b-value-range",
            f"{int(outside.sum())} of {b.size} b-values are not finite or not within 0 to "
            f"{HIGHEST_B_VALUE:g} s/mm^2.",
            remedy="Remove the vendor's bias from the b-values, or leave those frames out of the fit.",
            n_outside=int(outside.sum()),
            n_b_values=b.size,
        )
    n_distinct = int(np.unique(b).size)
    if n_distinct < 2:
        raise SchemeError(
            "scheme.too-few-b-values",
            f"A fit needs at least two distinct b-values; {n_distinct} was given.",
            remedy="Choose a series with two or more b-values, or name the series to use.",
            n_b_values=n_distinct,
        )
    return b


def checked_signal(signal: npt.ArrayLike, n_b: int) -> npt.NDArray[Any]:
    """The signals as a real array (*grid, n_b), in their own type.

    Raises
    ------
    SignalError
        ``signal.type`` for anything but integers and real numbers; ``signal.shape`` when the last axis
        does not have one entry for each b-value.
    """
    given = np.asarray(signal)
    if given.dtype.kind not in "iuf":
        raise SignalError(
            "signal.type",
            f"Signals must be integers or real numbers, not {given.dtype.name}.",
            remedy="Pass magnitude images; take the magnitude of complex ones first.",
            dtype=given.dtype.name,
        )
    if given.ndim == 0 or given.shape[-1] != n_b:
        raise SignalError(
            "signal.shape",
            f"The last axis of the signals must hold {n_b} b-values; the shape is {given.shape}.",
            remedy="Put the b-value axis last, with one entry for each b-value.",
            n_b_values=n_b,
            shape=str(given.shape),
        )
    return given


def checked_mask(mask: npt.ArrayLike | None, grid: tuple[int, ...]) -> Bools:
    """The mask as booleans on the grid; no mask means every voxel.

    Raises
    ------
    SignalError
        ``signal.type`` when the mask is not boolean, ``signal.shape`` when it lies on another grid.
    """
    if mask is None:
        return np.ones(grid, dtype=np.bool_)
    given = np.asarray(mask)
    if given.dtype != np.bool_:
        raise SignalError(
            "signal.type",
            f"A mask must be boolean, not {given.dtype.name}.",
            remedy="Compare the labels with the one that is meant, as in labels == 1.",
            dtype=given.dtype.name,
        )
    if given.shape != grid:
        raise SignalError(
            "signal.shape",
            f"The mask has shape {given.shape} and the voxel grid {grid}.",
            remedy="Give a mask on the grid of the signals, without the b-value axis.",
            shape=str(given.shape),
            grid=str(grid),
        )
    return given
