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
from adcurate.diffusion.loglinear import (
    loglinear_coefficients,
    loglinear_estimates,
    weighted_estimates,
)
from adcurate.diffusion.scheme import checked_b_values
from adcurate.errors import FitError, SignalError

VolumeMethod = Literal["loglinear", "weighted"]
Signals = npt.NDArray[np.integer[Any]]
BlockFit = Callable[[list[Signals], Floats32], None]

_BLOCK: Final = 65_536
_CAREFUL_BLOCK: Final = 8_192
_MOST_PAIRED: Final = 4
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
    b-values so close together that float32 could not hold that bound are fitted in float64 blocks, several
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
    if method == "loglinear" or b.size == 2:
        c = loglinear_coefficients(b)
        if np.abs(c[1:]).sum() <= _LARGEST_COEFFICIENTS or (b.size == 2 and np.ptp(b) >= _SMALLEST_B_STEP):
            return min(_BLOCK, size), lambda n: _LoglinearBlock(order, c, n)
    elif b.size <= _MOST_PAIRED and _gaps_suit_float32(b):
        return min(_BLOCK // 2, size), lambda n: _WeightedBlock(order, b, n)
    return min(_CAREFUL_BLOCK, size), lambda n: _CarefulBlock(order, b, method, n)


def _gaps_suit_float32(b: Floats) -> bool:
    """Whether a float32 logarithm of up to 11 costs every pair of b-values less than the promised error."""
    narrowest = min(abs(p - q) for p, q in combinations(b.tolist(), 2) if p != q)
    return bool(narrowest >= _NARROWEST_GAP)


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


def _mark_no_signal(signals: list[Signals], out: Floats32, spare: Floats32) -> None:
    """NaN wherever a signal is zero or negative.

    A zero made the estimate infinite or NaN already, and x - x is NaN for both; two negatives would make
    an innocent ratio, so they are looked for.
    """
    np.subtract(out, out, out=spare)
    np.add(out, spare, out=out)
    for signal in signals:
        if signal.dtype.kind == "i" and signal.min() < 0:
            np.copyto(out, np.float32(np.nan), where=signal < 0)


class _LoglinearBlock:
    """``ADC = sum(c_i * ln(S_i / S_r))``: the c add up to 0, so the reference signal S_r drops out."""

    def __init__(self, order: list[int], coefficients: Floats, block: int) -> None:
        self.order = order
        self.coefficients = coefficients.astype(np.float32)
        self.per_reference = np.empty(block, np.float32)
        self.term = np.empty(block, np.float32)

    def __call__(self, signals: list[Signals], out: Floats32) -> None:
        inverse, term = self.per_reference[: out.size], self.term[: out.size]
        np.copyto(inverse, signals[self.order[0]], casting="unsafe")
        np.reciprocal(inverse, out=inverse)
        for position, i in enumerate(self.order[1:], start=1):
            into = out if position == 1 else term
            np.copyto(into, signals[i], casting="unsafe")
            np.multiply(into, inverse, out=into)
            np.log(into, out=into)
            np.multiply(into, self.coefficients[position], out=into)
            if position > 1:
                np.add(out, term, out=out)
        _mark_no_signal(signals, out, term)


class _WeightedBlock:
    """The weighted fit as a weighted mean over all pairs of b-values.

    ``ADC = sum(w db ln(S_i / S_j)) / sum(w db^2)`` with ``db = b_j - b_i`` and ``w = (S_i S_j)^2`` equals the
    usual quotient of weighted sums, but has no difference of near-equal numbers for float32 to lose. All
    signals are taken as ratios to the reference, number 0, whose own ratio is 1.
    """

    def __init__(self, order: list[int], b_values: Floats, block: int) -> None:
        self.order = order
        self.b_values = b_values
        self.ratios = np.empty((len(order), block), np.float32)
        self.spread = np.empty(block, np.float32)
        self.term = np.empty(block, np.float32)
        self.weight = np.empty(block, np.float32)

    def __call__(self, signals: list[Signals], out: Floats32) -> None:
        ratios = self.ratios[:, : out.size]
        spread, term, weight = (a[: out.size] for a in (self.spread, self.term, self.weight))
        inverse = ratios[0]
        np.copyto(inverse, signals[self.order[0]], casting="unsafe")
        np.reciprocal(inverse, out=inverse)
        for ratio, i in zip(ratios[1:], self.order[1:], strict=True):
            np.copyto(ratio, signals[i], casting="unsafe")
            np.multiply(ratio, inverse, out=ratio)
        out.fill(0.0)
        spread.fill(0.0)
        for i, j in combinations(range(len(self.order)), 2):
            gap = np.float32(self.b_values[j] - self.b_values[i])
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
            np.subtract(out, term, out=out)
            np.multiply(weight, gap, out=weight)
            np.add(spread, weight, out=spread)
        np.divide(out, spread, out=out)
        _mark_no_signal(signals, out, term)


class _CarefulBlock:
    """The float64 reference on one block, for b-values that float32 does not suit."""

    def __init__(self, order: list[int], b_values: Floats, method: VolumeMethod, block: int) -> None:
        self.order = order
        self.b_values = b_values
        self.method = method
        self.signal = np.empty((block, len(order)))

    def __call__(self, signals: list[Signals], out: Floats32) -> None:
        signal = self.signal[: out.size]
        for k, i in enumerate(self.order):
            np.copyto(signal[:, k], signals[i])
        unusable = (signal <= 0).any(axis=1)
        if self.method == "loglinear":
            np.log(signal, out=signal)
            adc, _ = loglinear_estimates(signal, self.b_values)
        else:
            adc, _ = weighted_estimates(signal, self.b_values)
        np.copyto(out, adc, casting="same_kind")
        out[unusable] = np.nan
