"""How fast is an ADC map of a whole volume, against its peers and against memory itself?

One interleaved run (A B C A B C ...) on 256 x 256 x 40 voxels, b 50/600/1000, int16 in, float32 out;
medians, and ratios paired round by round. Ends with a non-zero exit code when a target is missed.

Run: python benchmarks/adc_fit.py [--rounds 11] [--json FILE]
Needs the dependency group ``bench``; without SimpleITK that target is skipped and said so, without numba the
memory limit is measured with two threads of numpy.copyto.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import sys
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from adcurate.diffusion import fit_adc_loglinear, fit_adc_volume, predict_signal, simulate_rician

B_VALUES = [50.0, 600.0, 1000.0]
SHAPE = (40, 256, 256)
LSTSQ, SITK, LOGLINEAR, WEIGHTED, LIMIT = (
    "numpy lstsq",
    "SimpleITK filters",
    "log-linear",
    "weighted",
    "memory",
)
COPIED = 50_000_000  # float32, far larger than any cache
BUFFERS_MIB = 4.0
AT_LEAST_FASTER_THAN_LSTSQ = 10.0
AT_MOST_TIMES_THE_LIMIT = 25.0


def phantom(seed: int = 0) -> list[np.ndarray]:
    """Three int16 volumes: an elliptical body with noise in a background of noise and zeros."""
    rng = np.random.default_rng(seed)
    row, column = np.ogrid[:256, :256]
    body = ((row - 128) / 92) ** 2 + ((column - 128) / 118) ** 2 < 1
    s0 = np.where(body, rng.uniform(300, 3000, SHAPE), 0.0)
    adc = rng.uniform(0.5e-3, 3.0e-3, SHAPE)
    noisy = simulate_rician(predict_signal(s0, adc, B_VALUES), 6.0, rng)
    noisy -= np.where(body, 0.0, 6.0)[None, :, :, None]
    return [np.clip(np.rint(noisy[..., i]), 0, 32767).astype(np.int16) for i in range(len(B_VALUES))]


def lstsq(stacked: np.ndarray) -> np.ndarray:
    """The usual float64 answer of numpy, from signals already stacked (n_b, n)."""
    signal = np.maximum(stacked, 1)
    design = np.stack([np.ones(len(B_VALUES)), -np.array(B_VALUES)], axis=1)
    return np.linalg.lstsq(design, np.log(signal.astype(np.float64)), rcond=None)[0][1]


def filter_chain(volumes: list[np.ndarray]) -> Callable[[], object] | None:
    """The float32 filters of SimpleITK, or None where it is not installed."""
    try:
        import SimpleITK
    except ImportError:
        return None
    images = [SimpleITK.GetImageFromArray(v) for v in volumes]
    centred = np.array(B_VALUES) - np.mean(B_VALUES)
    coefficients = -centred / (centred @ centred)

    def run() -> object:
        terms = [
            SimpleITK.Log(SimpleITK.Maximum(SimpleITK.Cast(image, SimpleITK.sitkFloat32), 1.0)) * float(c)
            for image, c in zip(images, coefficients, strict=True)
        ]
        total = terms[0]
        for term in terms[1:]:
            total = total + term
        return total

    return run


def memory_copy() -> tuple[str, Callable[[], object]]:
    """A copy of arrays far larger than the cache on two threads, and what made it."""
    source, target = np.ones(COPIED, np.float32), np.empty(COPIED, np.float32)
    try:
        from numba import njit, prange
    except ImportError:
        half = COPIED // 2
        pool = ThreadPoolExecutor(2)

        def run() -> object:
            first = pool.submit(np.copyto, target[:half], source[:half])
            np.copyto(target[half:], source[half:])
            return first.result()

        return "numpy copyto", run

    @njit(parallel=True)
    def copy(into, out_of):
        for i in prange(into.size):
            into[i] = out_of[i]

    copy(target[:16], source[:16])
    return "numba", lambda: copy(target, source)


def interleave(runs: dict[str, Callable[[], object]], rounds: int) -> dict[str, np.ndarray]:
    """Seconds (rounds,) for each run, after one round of warming up."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for i in range(rounds + 1):
        for name, run in runs.items():
            gc.collect()
            start = time.perf_counter()
            answer = run()
            took = time.perf_counter() - start
            del answer
            if i:
                seconds[name].append(took)
    return {name: np.array(values) for name, values in seconds.items()}


def extra_mib(run: Callable[[], object]) -> float:
    """Peak memory of one run beyond what was there before, MiB."""
    gc.collect()
    tracemalloc.start()
    answer = run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    del answer
    return peak / 2**20


def worst_difference(volumes: list[np.ndarray]) -> tuple[float, float]:
    """Largest |fast - reference| in mm^2/s, and as a share of what is allowed."""
    reference = fit_adc_loglinear(np.stack(volumes, axis=-1), B_VALUES).adc
    difference = np.abs(fit_adc_volume(volumes, B_VALUES).adc - reference)
    allowed = np.maximum(5e-9, 1e-5 * np.abs(reference))
    return float(np.nanmax(difference)), float(np.nanmax(difference / allowed))


def main() -> int:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--rounds", type=int, default=11)
    arguments.add_argument("--json", type=Path)
    chosen = arguments.parse_args()
    volumes = phantom()
    stacked = np.stack([volume.reshape(-1) for volume in volumes])
    limit_by, copy = memory_copy()
    runs: dict[str, Callable[[], object]] = {
        LIMIT: copy,
        LOGLINEAR: lambda: fit_adc_volume(volumes, B_VALUES),
        WEIGHTED: lambda: fit_adc_volume(volumes, B_VALUES, method="weighted"),
        LSTSQ: lambda: lstsq(stacked),
    }
    chain = filter_chain(volumes)
    if chain is not None:
        runs[SITK] = chain
    seconds = interleave(runs, chosen.rounds)

    map_mib = 4 * volumes[0].size / 2**20
    bytes_moved = sum(v.nbytes for v in volumes) + 4 * volumes[0].size
    limit = seconds.pop(LIMIT) * (bytes_moved / (8 * COPIED))
    ours = seconds[LOGLINEAR]
    memory = {name: extra_mib(runs[name]) for name in (LOGLINEAR, WEIGHTED, LSTSQ)}
    difference, share = worst_difference(volumes)

    print(
        f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}; "
        f"memory limit by {limit_by}"
    )
    print(f"{'':20s}{'median ms':>11s}{'x memory':>10s}{'x log-linear':>14s}{'extra MiB':>11s}")
    print(f"{'memory limit':20s}{1e3 * np.median(limit):11.2f}")
    for name, taken in seconds.items():
        extra = f"{memory[name]:11.1f}" if name in memory else f"{'-':>11s}"
        paired = np.median(taken / ours)
        print(
            f"{name:20s}{1e3 * np.median(taken):11.2f}{np.median(taken / limit):10.1f}{paired:14.2f}{extra}"
        )
    print(
        f"largest difference from the float64 reference {difference:.2g} mm^2/s, {share:.2f} of the allowed"
    )

    faster = float(np.median(seconds[LSTSQ] / ours))
    times_limit = float(np.median(ours / limit))
    extra_buffers = max(memory[LOGLINEAR], memory[WEIGHTED]) - map_mib
    targets = {
        f"at least {AT_LEAST_FASTER_THAN_LSTSQ:g} times as fast as lstsq": faster
        >= AT_LEAST_FASTER_THAN_LSTSQ,
        f"at most {AT_MOST_TIMES_THE_LIMIT:g} times the memory limit": times_limit <= AT_MOST_TIMES_THE_LIMIT,
        f"extra memory is the map and at most {BUFFERS_MIB:g} MiB": extra_buffers <= BUFFERS_MIB,
        "equal to the float64 reference": share <= 1.0,
    }
    if chain is not None:
        targets["faster than SimpleITK"] = float(np.median(seconds[SITK] / ours)) > 1.0
    else:
        print("SimpleITK is not installed: that target was not checked.")
    for target, met in targets.items():
        print(f"{'met   ' if met else 'MISSED'}  {target}")
    if chosen.json:
        chosen.json.write_text(
            json.dumps(
                {
                    "rounds": chosen.rounds,
                    "numpy": np.__version__,
                    "limit_by": limit_by,
                    "limit_ms": 1e3 * float(np.median(limit)),
                    "median_ms": {name: 1e3 * float(np.median(s)) for name, s in seconds.items()},
                    "paired_ratio_to_log_linear": {n: float(np.median(s / ours)) for n, s in seconds.items()},
                    "times_limit": {name: float(np.median(s / limit)) for name, s in seconds.items()},
                    "extra_mib": memory,
                    "map_mib": map_mib,
                    "worst_difference_mm2_s": difference,
                    "targets": targets,
                },
                indent=1,
            )
            + "\n",
            encoding="utf-8",
        )
    return 0 if all(targets.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
