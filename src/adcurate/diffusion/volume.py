"""ADC maps of whole volumes, fast: integers in, float32 out, block by block in the cache.

The closed-form fits of `adcurate.diffusion.loglinear` on one volume for each b-value. Blocks are independent
and each is computed in the same way by whichever thread takes it, so the number of threads moves no bit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Codes, Floats, Floats32
from adcurate.diffusion.adc_fit import FitStatus
from adcurate.diffusion.loglinear import loglinear_coefficients
from adcurate.diffusion.scheme import checked_b_values
from adcurate.diffusion.volume_blocks import LoglinearBlock, Signals, WeightedBlock
from adcurate.errors import FitError, SignalError

VolumeMethod = Literal["loglinear", "weighted"]
BlockFit = Callable[[list[Signals], Floats32], None]

_LONGEST_BLOCK: Final = 65_536
_BUFFER_BYTES: Final = 2**20
# A float32 logarithm of a ratio of 16-bit signals is wrong by at most about 1.3e-6; these keep the ADC within
# 5e-9 mm^2/s. With two b-values nothing cancels, so the error stays relative and a small step will do.
_LARGEST_COEFFICIENTS: Final = 2.3e-3
_NARROWEST_GAP: Final = 300.0
_SMALLEST_B_STEP: Final = 40.0


@dataclass(frozen=True, slots=True, eq=False)
class AdcVolume:
    """A float32 ADC map, (slice, row, column) or the shape given, mm^2/s; NaN where a signal is not positive.

    `method` names the method and its version; `b_values` (n_b,) in s/mm^2 are those fitted.
    """

    adc: Floats32
    method: str
    b_values: Floats

    @property
    def status(self) -> Codes:
        """The map of `FitStatus`, made when asked for: ``NO_SIGNAL`` where the map is NaN."""
        return np.where(np.isnan(self.adc), np.uint8(FitStatus.NO_SIGNAL), np.uint8(FitStatus.ESTIMATED))

    @property
    def n_estimated(self) -> int:
        """How many voxels have an estimate."""
        return int(self.adc.size - np.count_nonzero(np.isnan(self.adc)))


def fit_adc_volume(
    volumes: Sequence[npt.ArrayLike],
    b_values: npt.ArrayLike,
    *,
    method: VolumeMethod = "loglinear",
    threads: int = 2,
) -> AdcVolume:
    """Estimate the ADC of whole volumes by the log-linear or the weighted fit, in float32.

    The same models as `fit_adc_loglinear` and `fit_adc_weighted`, within 1e-5 of their value or 5e-9 mm^2/s,
    without S0. The float32 work uses signal ratios to the lowest b-value, which keeps logarithms small;
    b-values so close together that float32 could not hold that bound are worked in float64, two to three
    times slower.

    Parameters
    ----------
    volumes : n_b arrays (slice, row, column), scanner units
        8- or 16-bit integers, signed or not, one volume for each b-value. A volume that is not stored in C
        order is copied first.
    b_values : (n_b,), s/mm^2
        Any order, repeats allowed; at least two distinct.
    method : ``loglinear`` or ``weighted``
    threads : int
        At least 1. Moves no bit of the answer.

    Returns
    -------
    AdcVolume
        ``adc`` float32 mm^2/s; NaN, and ``NO_SIGNAL`` in ``status``, where a signal is zero or negative.
        Negative estimates are kept, nothing is clipped.

    Raises
    ------
    SchemeError
        ``scheme.too-few-b-values``, ``scheme.b-value-range``
    SignalError
        ``signal.shape``, ``signal.type``
    FitError
        ``fit.option``

    Notes
    -----
    Source and oracle: `fit_adc_loglinear` and `fit_adc_weighted`, voxel for voxel. Extra memory: the map and
    some buffers of one block for each thread.

    Examples
    --------
    >>> low, high = np.full((1, 2, 2), 1000, np.int16), np.full((1, 2, 2), 368, np.int16)
    >>> fit_adc_volume([low, high], [0, 1000]).adc.round(6).tolist()
    [[[0.0010000000474974513, 0.0010000000474974513], [0.0010000000474974513, 0.0010000000474974513]]]
    """
    b = checked_b_values(b_values)
    signals = _checked_volumes(volumes, b.size)
    if method not in ("loglinear", "weighted") or threads < 1:
        raise FitError(
            "fit.option",
            "A volume is fitted by the method 'loglinear' or 'weighted' on at least one thread.",
            remedy="Name one of the two methods, and 1 or more threads.",
        )
    adc = np.empty(signals[0].shape, dtype=np.float32)
    flat = [np.ascontiguousarray(volume).reshape(-1) for volume in signals]
    block, make_fit = _plan(b, method, flat[0].size)
    _each_block(flat, adc.reshape(-1), block, make_fit, threads)
    return AdcVolume(adc, f"adc-{method}-volume/1", b)


def _checked_volumes(volumes: Sequence[npt.ArrayLike], n_b: int) -> list[Signals]:
    given = [np.asarray(volume) for volume in volumes]
    if len(given) != n_b or len({volume.shape for volume in given}) != 1:
        raise SignalError(
            "signal.shape",
            f"There must be {n_b} volumes of one shape, one for each b-value; {len(given)} were given.",
            remedy="Give one volume for each b-value, all on one grid.",
            n_b_values=n_b,
            n_volumes=len(given),
        )
    wrong = next((v.dtype.name for v in given if v.dtype.kind not in "iu" or v.dtype.itemsize > 2), None)
    if wrong is not None:
        raise SignalError(
            "signal.type",
            f"The volumes of the fast fit must hold 8- or 16-bit integers, not {wrong}.",
            remedy="Use fit_adc_loglinear or fit_adc_weighted for other types.",
            dtype=wrong,
        )
    return given


def _plan(b: Floats, method: VolumeMethod, size: int) -> tuple[int, Callable[[int], BlockFit]]:
    """The block length, and a maker of block fits (each thread makes its own, with its own buffers)."""
    reference = int(b.argmin())
    order = [reference, *(i for i in range(b.size) if i != reference)]
    b = b[order]
    c = loglinear_coefficients(b)
    narrowest = min(abs(p - q) for p, q in combinations(b.tolist(), 2) if p != q)
    two_points = b.size == 2
    if two_points:
        kind = np.dtype(np.float32 if narrowest >= _SMALLEST_B_STEP else np.float64)
    elif method == "loglinear":
        kind = np.dtype(np.float32 if np.abs(c[1:]).sum() <= _LARGEST_COEFFICIENTS else np.float64)
    else:
        kind = np.dtype(np.float32 if narrowest >= _NARROWEST_GAP else np.float64)
    if method == "loglinear" or two_points:
        return _block_length(3, kind, size), lambda n: LoglinearBlock(order, c, n, kind)
    return _block_length(b.size + 4, kind, size), lambda n: WeightedBlock(order, b, n, kind)


def _block_length(n_buffers: int, kind: np.dtype[Any], size: int) -> int:
    fitting = _BUFFER_BYTES // (n_buffers * kind.itemsize)
    return max(1, min(size, fitting, _LONGEST_BLOCK))


def _each_block(
    flat: list[Signals], out: Floats32, block: int, make_fit: Callable[[int], BlockFit], threads: int
) -> None:
    """Fit every block; threads take the next one when they are done, so a slow one holds nobody up."""
    starts: Iterator[int] = iter(range(0, out.size, max(block, 1)))
    turn = threading.Lock()

    def work() -> None:
        fit = make_fit(block)
        with np.errstate(all="ignore"):
            while True:
                with turn:
                    start = next(starts, None)
                if start is None:
                    return
                part = slice(start, start + block)
                fit([volume[part] for volume in flat], out[part])

    if threads == 1 or out.size <= block:
        work()
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work) for _ in range(threads)]:
            done.result()
