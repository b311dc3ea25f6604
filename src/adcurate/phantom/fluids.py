"""A phantom of round vials with known fluids, as a scanner would image it: for testing the chain that judges.

Vials stand along the slice direction; between them is air. Signals are mono-exponential with Rician noise
and are stored as classic MR objects with the standard's own b-value tag.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from adcurate.arrays import Floats
from adcurate.diffusion import predict_signal, simulate_rician
from adcurate.errors import OutputError
from adcurate.phantom.encoding import Instance, Series, write_series
from adcurate.phantom.headers import MR_IMAGE_STORAGE, decimal
from adcurate.phantom.plain import plain_series

_SIGNAL: Final = 1000.0
_SLICE_MM: Final = 4.0


@dataclass(frozen=True, slots=True)
class Vial:
    """A round vial: its fluid's ADC in mm^2/s, and its centre (x, y) from the isocentre and radius in mm."""

    adc: float
    centre_mm: tuple[float, float] = (0.0, 0.0)
    radius_mm: float = 14.0


def write_fluid_phantom(
    vials: Sequence[Vial],
    folder: Path,
    *,
    b_values: Sequence[float] = (0.0, 500.0, 900.0, 2000.0),
    n_repeats: int = 4,
    snr: float = 100.0,
    b_error: float = 0.0,
    matrix: int = 128,
    pixel_mm: float = 1.875,
    n_slices: int = 5,
    date: str = "20000101",
    seed: int = 0,
) -> tuple[Path, ...]:
    """Simulate and write one scan, a folder for each repeat.

    Parameters
    ----------
    snr
        Signal at b = 0 over the noise's standard deviation in a channel.
    b_error
        By which share the b-values played out exceed those that are stored: a scanner with bent gradients.

    Raises
    ------
    OutputError
        ``output.exists`` where the folder holds something.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise OutputError("output.exists", "The folder is not empty.", remedy="Name a new folder.")
    centre = (np.arange(matrix) - (matrix - 1) / 2) * pixel_mm
    s0, adc = np.zeros((matrix, matrix)), np.zeros((matrix, matrix))
    for vial in vials:
        x, y = vial.centre_mm
        inside = (centre[None, :] - x) ** 2 + (centre[:, None] - y) ** 2 <= vial.radius_mm**2
        s0[inside], adc[inside] = _SIGNAL, vial.adc
    signal = predict_signal(s0, adc, [b * (1 + b_error) for b in b_values])
    rng = np.random.default_rng(seed)
    paths: list[Path] = []
    for number in range(1, n_repeats + 1):
        place = folder / f"series-{number}"
        place.mkdir()
        instances = tuple(
            _instance(
                f"{seed}/{date}/{number}/{i}/{z}",
                simulate_rician(signal[..., i], _SIGNAL / snr, rng),
                b,
                (float(centre[0]), float(centre[0]), (z - n_slices // 2) * _SLICE_MM),
                i * n_slices + z + 1,
            )
            for i, b in enumerate(b_values)
            for z in range(n_slices)
        )
        shared = _shared(matrix, pixel_mm, date, seed, number)
        names = tuple(f"{i:04d}.dcm" for i in range(len(instances)))
        paths += write_series(Series(number, MR_IMAGE_STORAGE, shared, instances), place, names)
    return tuple(paths)


def _instance(
    key: str, image: Floats, b: float, position: tuple[float, float, float], number: int
) -> Instance:
    return Instance(
        _uid("image", key),
        np.rint(image).astype(np.int16),
        {
            "InstanceNumber": number,
            "DiffusionBValue": b,
            "DiffusionDirectionality": "NONE" if b == 0 else "ISOTROPIC",
            "ImagePositionPatient": [decimal(value) for value in position],
        },
    )


def _shared(matrix: int, pixel_mm: float, date: str, seed: int, number: int) -> dict[str, Any]:
    return plain_series(
        patient="FLUID PHANTOM",
        patient_id=f"FLUID-{seed}",
        model="Fluid phantom",
        description="DWI",
        number=number,
        uids=(_uid("study", date, seed), _uid("series", date, seed, number), _uid("frame", date, seed)),
        shape=(matrix, matrix),
        pixel_mm=pixel_mm,
        field_t=3.0,
        date=date,
    )


def _uid(*parts: object) -> str:
    text = "\x1f".join(map(str, ("fluid phantom", *parts)))
    return f"2.25.{int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], 'big')}"
