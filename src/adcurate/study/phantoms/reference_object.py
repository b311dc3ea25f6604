"""``phantom dro`` and ``phantom assess``: write the digital reference object, and judge fits on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

import numpy as np

from adcurate.arrays import Floats
from adcurate.dicom.reading.diffusion_signals import load_diffusion
from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.reading.pixels import load_adc_map
from adcurate.dicom.received.sources import find_objects
from adcurate.diffusion import fit_adc_loglinear, fit_adc_nonlinear, fit_adc_weighted
from adcurate.diffusion.bias_precision import BiasPrecision, Ints, assess_bias_precision
from adcurate.diffusion.unit import UNIT_CANDIDATES
from adcurate.errors import InputError, SchemeError, UsageError
from adcurate.formats.nifti_map import read_nifti_map, values_at
from adcurate.geometry import Plane
from adcurate.model import Series, group_b_values
from adcurate.model.progress import Progress, no_progress
from adcurate.model.reference_assessment import JudgedFit, ReferenceAssessment
from adcurate.phantom.reference_object import (
    ADC_LEVELS,
    AVERAGED,
    REPEATS,
    SNR_LEVELS,
    layout_of_cells,
    simulate_reference_object,
    write_reference_object,
)

Fit = Literal["loglinear", "weighted", "nonlinear"]
Images = Literal["repeats", "averaged"]

FITS: Final = {"loglinear": fit_adc_loglinear, "weighted": fit_adc_weighted, "nonlinear": fit_adc_nonlinear}
_CLEAR_SNR: Final = 50.0
_CLEAR_ADC: Final = (4e-4, 1.6e-3)
_UNIT_TOLERANCE: Final = 0.25
_PLACE_TOLERANCE_MM: Final = 0.01


@dataclass(frozen=True, slots=True)
class ForeignMap:
    """A map that another program fitted to the object: NIfTI, or DICOM files. `name` is what it is called."""

    name: str
    path: Path


def foreign_map(text: str) -> ForeignMap:
    """``NAME=PATH`` as a map.

    Raises
    ------
    UsageError
        ``usage.option``
    """
    name, equals, path = text.partition("=")
    if not (name.strip() and equals and path):
        raise UsageError("usage.option", "--map takes NAME=PATH.", remedy="Such as --map mine=adc.nii.gz.")
    return ForeignMap(name.strip(), Path(path))


def read_numbers(text: str, option: str) -> tuple[float, ...]:
    """``0,500,800`` as numbers; nothing as none.

    Raises
    ------
    UsageError
        ``usage.option``
    """
    try:
        return tuple(float(part) for part in text.split(",")) if text.strip() else ()
    except ValueError:
        raise UsageError(
            "usage.option", f"{option} takes numbers with commas.", remedy=f"Such as {option} 0,10,20."
        ) from None


def write_dro(folder: Path, *, seed: int = 0, noise: bool = True) -> tuple[Path, ...]:
    """Write the object as DICOM into a new folder.

    Raises
    ------
    OutputError
        ``output.exists``
    PhantomError
        ``phantom.prescription``
    """
    return write_reference_object(simulate_reference_object(seed, noise=noise), folder)


def assess_fits(
    folder: Path,
    *,
    fits: Sequence[Fit] = get_args(Fit),
    b_values: Sequence[float] = (),
    images: Images = "repeats",
    maps: Sequence[ForeignMap] = (),
    progress: Progress = no_progress,
) -> ReferenceAssessment:
    """Fit the object in `folder` with each method and compare with the truth, and so each foreign map.

    Parameters
    ----------
    b_values : s/mm^2
        Those that enter the fit; all of them when empty.
    images
        The four repeats, one map of each, or the one averaged series.

    Raises
    ------
    InputError
        ``input.not-the-object`` when the folder does not hold it, or a map does not lie on its grid.
    SchemeError
        ``scheme.too-few-b-values``
    """
    series = _series_of(folder)
    truth, cells = layout_of_cells()
    numbers = REPEATS if images == "repeats" else (AVERAGED,)
    missing = [number for number in numbers if number not in series]
    if missing:
        raise _not_the_object(f"it lacks series {missing[0]}")
    stacks = [load_diffusion([series[number]]) for number in numbers]
    if any(stack.planes[0].shape != truth.shape for stack in stacks):
        raise _not_the_object("its images have another size")
    total = len(fits) + len(maps)
    judged = []
    chosen: tuple[float, ...] = ()
    for done, fit in enumerate(fits):
        progress("Fitting", done, total)
        fitted = []
        for stack in stacks:
            keep = _positions(stack.b_values, b_values)
            chosen = tuple(stack.b_values[i] for i in keep)
            signal = np.stack([stack.volumes[i][0] for i in keep], axis=-1).astype(np.float64)
            fitted.append(FITS[fit](signal, chosen).adc)
        judged.append(JudgedFit(f"Adcurate {fit}", chosen, assess_bias_precision(fitted, truth, cells)))
    plane = stacks[0].planes[0]
    for done, one in enumerate(maps, start=len(fits)):
        progress("Fitting", done, total)
        judged.append(JudgedFit(one.name, (), _judge_foreign(one, plane, truth, cells)))
    progress("Fitting", total, total)
    return ReferenceAssessment(SNR_LEVELS, ADC_LEVELS, images, tuple(judged))


def _series_of(folder: Path) -> dict[int, Series]:
    scan = read_exams(find_objects([folder]).sources)
    if len(scan.exams) != 1:
        raise _not_the_object("it holds another number of exams than one")
    return {one.number: one for one in scan.exams[0].series if one.number is not None and one.b_values}


def _positions(have: Sequence[float], wanted: Sequence[float]) -> list[int]:
    if not wanted:
        return list(range(len(have)))
    keep = [i for b in wanted for i, one in enumerate(have) if len(group_b_values([one, b])) == 1]
    if len(keep) != len(wanted) or len(set(keep)) < 2:
        raise SchemeError(
            "scheme.too-few-b-values",
            f"The object has the b-values {', '.join(f'{b:g}' for b in have)}; a fit needs two of them.",
            remedy="Name two or more of these.",
        )
    return sorted(set(keep))


def _judge_foreign(one: ForeignMap, plane: Plane, truth: Floats, cells: Ints) -> BiasPrecision:
    values = _dicom_map(one, plane) if one.path.is_dir() or one.path.suffix == ".dcm" else _nifti(one, plane)
    return assess_bias_precision([values * _unit_of(values, truth, cells, one.name)], truth, cells)


def _dicom_map(one: ForeignMap, plane: Plane) -> Floats:
    scan = read_exams(find_objects([one.path]).sources)
    candidates = [series for exam in scan.exams for series in exam.of_kind("adc")]
    if len(candidates) != 1:
        raise _not_the_map(one.name, f"it holds {len(candidates)} ADC series, not one")
    stack = load_adc_map(candidates[0])
    if len(stack.planes) != 1 or stack.planes[0].shape != plane.shape:
        raise _not_the_map(one.name, "its grid is another one")
    corners = np.array([[0.0, 0.0], [plane.n_rows - 1.0, plane.n_columns - 1.0]])
    if np.abs(stack.planes[0].to_lps(corners) - plane.to_lps(corners)).max() > _PLACE_TOLERANCE_MM:
        raise _not_the_map(one.name, "it lies at another place")
    values = np.array(stack.values[0], dtype=np.float64)
    values[values == 0] = np.nan
    return values


def _nifti(one: ForeignMap, plane: Plane) -> Floats:
    found = read_nifti_map(one.path)
    rows, columns = np.indices(plane.shape)
    places = plane.to_lps(np.stack([rows.ravel(), columns.ravel()], axis=1).astype(np.float64))
    values = values_at(found, places, _PLACE_TOLERANCE_MM)
    if values is None:
        raise _not_the_map(one.name, "its voxels do not lie on those of the object")
    values = values.reshape(plane.shape)
    values[values == 0] = np.nan
    return values


def _unit_of(values: Floats, truth: Floats, cells: Ints, name: str) -> float:
    """What one stored unit is worth in mm^2/s, from cells where no fit can be far off."""
    snr = np.asarray(SNR_LEVELS)[np.maximum(cells, 0) // len(ADC_LEVELS)]
    clear = (cells >= 0) & (snr >= _CLEAR_SNR) & (truth > _CLEAR_ADC[0]) & (truth < _CLEAR_ADC[1])
    with np.errstate(invalid="ignore"):
        ratio = float(np.nanmedian(truth[clear] / values[clear]))
    near = min(UNIT_CANDIDATES, key=lambda unit: abs(np.log(ratio / unit)) if ratio > 0 else np.inf)
    if not ratio > 0 or abs(ratio / near - 1) > _UNIT_TOLERANCE:
        raise _not_the_map(name, "its values follow the truth in no known unit")
    return near


def _not_the_object(why: str) -> InputError:
    return InputError(
        "input.not-the-object",
        f"The folder does not hold the digital reference object: {why}.",
        remedy="Write it with: adcurate phantom dro FOLDER.",
    )


def _not_the_map(name: str, why: str) -> InputError:
    return InputError(
        "input.not-the-object",
        f"The map {name!r} cannot be judged: {why}.",
        remedy="Fit the object's own images, and give the map as NIfTI or DICOM on their grid.",
    )
