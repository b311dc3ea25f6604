"""The QIBA digital reference object for diffusion: known ADC against known signal-to-noise ratio, as DICOM.

One slice of 22 rows of blocks (signal-to-noise ratio 1, 2, 5, 10, 15 ... 100 at b = 0) and 18 columns
(ADC 0.1, 0.3 ... 3.5e-3 mm^2/s), each block 16 x 20 pixels, with a 20-pixel column of noise alone on the
left. Every weighted image is the geometric mean of three directions, each with Rician noise of standard
deviation 10 in a channel. Series 101, 201, 301 and 401 are repeats; 501 averages 3, 1, 2, 4, 6 and 8 images
at b = 0, 100, 500, 800, 2000 and 4000.
Source: description of the QIBA DWI digital reference object (RSNA QIBA diffusion task force).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.diffusion import predict_signal, simulate_rician
from adcurate.errors import OutputError, PhantomError
from adcurate.phantom.encoding import Instance, Series, write_series
from adcurate.phantom.headers import MR_IMAGE_STORAGE, decimal
from adcurate.phantom.plain import plain_series

SNR_LEVELS: Final = (1.0, 2.0, *(5.0 * step for step in range(1, 21)))
ADC_LEVELS: Final = tuple(round(1e-4 + 2e-4 * step, 7) for step in range(18))  # mm^2/s
B_VALUES: Final = (0.0, 100.0, 500.0, 800.0, 2000.0, 4000.0)
AVERAGES: Final = (3, 1, 2, 4, 6, 8)
REPEATS: Final = (101, 201, 301, 401)
AVERAGED: Final = 501
NOISE_SD: Final = 10.0
N_DIRECTIONS: Final = 3
BLOCK: Final = (16, 20)
NOISE_COLUMN: Final = 20
PIXEL_MM: Final = 1.0

Int16s = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True, eq=False)
class ReferenceObject:
    """The object in memory.

    Attributes
    ----------
    images
        Stored values (row, column) by series number, then b-value.
    truth : (row, column), mm^2/s
        NaN in the column of noise.
    cells : (row, column), int
        ``snr_index * 18 + adc_index``; -1 in the column of noise.
    """

    images: Mapping[int, Mapping[float, Int16s]]
    truth: Floats
    cells: npt.NDArray[np.int64]
    seed: int
    noise: bool = field(default=True)

    def uid(self, *parts: object) -> str:
        """A UID that is the same for the same object."""
        text = "\x1f".join(map(str, ("reference object", self.seed, self.noise, *parts)))
        return f"2.25.{int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], 'big')}"


def simulate_reference_object(seed: int = 0, *, noise: bool = True) -> ReferenceObject:
    """Simulate the object; `noise` False gives the signals as a noiseless scanner would round them.

    Raises
    ------
    PhantomError
        ``phantom.prescription`` for a negative seed.
    """
    if seed < 0:
        raise PhantomError(
            "phantom.prescription", "A seed is negative.", remedy="Give a whole number from 0."
        )
    truth, s0, cells = _layout()
    signal = predict_signal(s0, np.nan_to_num(truth), B_VALUES)
    streams = np.random.SeedSequence(seed).spawn(len(REPEATS) + 1)
    images: dict[int, dict[float, Int16s]] = {}
    for number, stream in zip((*REPEATS, AVERAGED), streams, strict=True):
        rng = np.random.default_rng(stream)
        averages = AVERAGES if number == AVERAGED else (1,) * len(B_VALUES)
        images[number] = {
            b: _image(signal[..., i], b, n if noise else 0, rng)
            for i, (b, n) in enumerate(zip(B_VALUES, averages, strict=True))
        }
    return ReferenceObject(images, truth, cells, seed, noise)


def layout_of_cells() -> tuple[Floats, npt.NDArray[np.int64]]:
    """Truth (mm^2/s, NaN in the noise) and cell numbers (-1 in the noise), (row, column)."""
    truth, _, cells = _layout()
    return truth, cells


def _layout() -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
    rows, columns = BLOCK
    n_snr, n_adc = len(SNR_LEVELS), len(ADC_LEVELS)
    cells = np.repeat(np.repeat(np.arange(n_snr * n_adc).reshape(n_snr, n_adc), rows, 0), columns, 1)
    truth = np.asarray(ADC_LEVELS)[cells % n_adc]
    s0 = NOISE_SD * np.asarray(SNR_LEVELS)[cells // n_adc]

    def beside_noise(inner: npt.NDArray[Any], outer: float) -> npt.NDArray[Any]:
        return np.pad(inner, ((0, 0), (NOISE_COLUMN, 0)), constant_values=outer)

    return beside_noise(truth, np.nan), beside_noise(s0, 0.0), beside_noise(cells, -1).astype(np.int64)


def _image(signal: Floats, b: float, n_averages: int, rng: np.random.Generator) -> Int16s:
    """One stored image: the mean over averages of the geometric mean over directions."""
    if n_averages == 0:
        return np.rint(signal).astype(np.int16)
    total = np.zeros(signal.shape)
    for _ in range(n_averages):
        directions = 1 if b == 0 else N_DIRECTIONS
        log = np.zeros(signal.shape)
        for _ in range(directions):
            log += np.log(simulate_rician(signal, NOISE_SD, rng))
        total += np.exp(log / directions)
    return np.rint(total / n_averages).astype(np.int16)


def write_reference_object(made: ReferenceObject, folder: Path) -> tuple[Path, ...]:
    """Write the five series as classic MR objects, one folder each.

    Raises
    ------
    OutputError
        ``output.exists`` where the folder holds something.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise OutputError("output.exists", "The folder is not empty.", remedy="Name a new folder.")
    paths: list[Path] = []
    for number, images in made.images.items():
        place = folder / f"series-{number}"
        place.mkdir()
        instances = tuple(
            Instance(
                made.uid("image", number, b),
                image,
                {
                    "InstanceNumber": position,
                    "DiffusionBValue": b,
                    "DiffusionDirectionality": "NONE" if b == 0 else "ISOTROPIC",
                    "ImagePositionPatient": [decimal(-side / 2) for side in reversed(image.shape)] + ["0"],
                },
            )
            for position, (b, image) in enumerate(images.items(), start=1)
        )
        names = tuple(f"b{b:.0f}.dcm" for b in images)
        paths += write_series(
            Series(number, MR_IMAGE_STORAGE, _shared(made, number), instances), place, names
        )
    return tuple(paths)


def _shared(made: ReferenceObject, number: int) -> dict[str, Any]:
    return plain_series(
        patient="REFERENCE OBJECT",
        patient_id=f"DRO-{made.seed}{'' if made.noise else '-NOISELESS'}",
        model="Digital reference object",
        description="DWI averaged" if number == AVERAGED else "DWI repeat",
        number=number,
        uids=(made.uid("study"), made.uid("series", number), made.uid("frame of reference")),
        shape=(made.truth.shape[0], made.truth.shape[1]),
        pixel_mm=PIXEL_MM,
        field_t=1.5,
    )
