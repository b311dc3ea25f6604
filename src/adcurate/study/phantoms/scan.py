"""``phantom scan``: a scan of ice water or PVP vials, judged against the limits of the QIBA profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from adcurate.arrays import Floats
from adcurate.dicom.reading.diffusion_signals import load_diffusion
from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.reading.pixels import load_adc_map
from adcurate.dicom.reading.unit_proof import prove_adc_unit
from adcurate.dicom.received.sources import find_objects
from adcurate.diffusion import fit_adc_loglinear
from adcurate.diffusion.reference_fluids import pvp_adc, water_adc
from adcurate.errors import AdcurateError, InputError, UsageError
from adcurate.geometry import Plane
from adcurate.model import DiffusionStack, Exam, Series
from adcurate.model.phantom_scan import Fluid, PhantomScan, VialResult
from adcurate.model.progress import Progress, no_progress
from adcurate.region.discs import Disc, find_discs, share_in_discs
from adcurate.region.measure import measure_region
from adcurate.study.phantoms.checks import judge_vial
from adcurate.study.phantoms.likeness import judge_likeness

_INNER: Final = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class ScannedPhantom:
    """The result, and the picture it came from: the image of the lowest b (row, column) with its discs.

    `pixel_mm` is (row spacing, column spacing).
    """

    scan: PhantomScan
    image: Floats
    discs: tuple[Disc, ...]
    pixel_mm: tuple[float, float]


def scan_phantom(
    paths: Sequence[Path],
    fluid: Fluid,
    *,
    temperature_c: float = 0.0,
    pvp_percent: Sequence[float] = (),
    scanner: str = "",
    progress: Progress = no_progress,
) -> ScannedPhantom:
    """Find the tubes, measure their ADC, and judge them.

    Parameters
    ----------
    paths
        One exam of a phantom: diffusion series (repeats of one scheme count as repeats), and the scanner's
        ADC map where there is one.
    temperature_c : degrees Celsius
        Of the fluid during the scan.
    pvp_percent
        One for each vial. The vials found are taken in the order of their ADC, so their places need not
        be told; the picture shows which was taken for which.

    scanner
        What to call it; its model otherwise, which two scanners may share.

    Raises
    ------
    InputError
        ``input.empty``, ``input.not-a-phantom`` where no scheme can be fitted or the tubes are not found.
    UsageError
        ``usage.option`` for PVP without percentages.
    """
    if fluid == "pvp" and not pvp_percent:
        raise UsageError(
            "usage.option",
            "Which PVP solutions are in the phantom is not said.",
            remedy="Give one percentage for each vial, such as --pvp 0,10,20,30,40,50.",
        )
    truths = [pvp_adc(percent, temperature_c) for percent in pvp_percent] or [water_adc(temperature_c)]
    names = [f"PVP {percent:g} %" for percent in pvp_percent] or ["water"]
    exam = _one_exam(paths, progress)
    repeats, series = _repeats(exam)
    stack = repeats[0]
    middle = _middle_slice(stack)
    plane, image = stack.planes[middle], np.asarray(stack.volumes[0][middle], dtype=np.float64)
    maps = [_fit(one, middle) for one in repeats]
    round_areas = find_discs(image, plane)
    discs = _choose_discs(round_areas, maps[0], stack, middle, truths)
    theirs = _scanner_slice(exam, stack, middle)
    vials: list[VialResult] = []
    for name, truth, disc in zip(names, truths, discs, strict=True):
        progress("Measuring", len(vials), len(discs))
        ring = disc.contour(plane, _INNER)
        summaries = [measure_region(one, plane, ring).summary for one in maps]
        signal = measure_region(image, plane, ring, bin_width=float(np.ptp(image)) / 256).summary
        pairs = tuple(
            (b, measure_region(_fit(stack, middle, (0, i)), plane, ring).summary.mean)
            for i, b in enumerate(stack.b_values)
            if i > 0
        )
        means = tuple(summary.mean for summary in summaries)
        first = summaries[0]
        vials.append(
            VialResult(
                name,
                disc.centre_lps_mm,
                disc.radius_mm,
                first.n_voxels,
                truth,
                float(np.mean(means)),
                first.sd,
                means,
                pairs,
                None if theirs is None else measure_region(theirs, plane, ring).summary.mean,
                judge_vial(
                    truth,
                    first,
                    means,
                    pairs,
                    signal.mean / signal.sd if signal.sd > 0 else None,
                    disc.from_isocentre_mm,
                ),
            )
        )
    scan = PhantomScan(
        scanner=scanner or series.model or series.manufacturer or "scanner",
        field_strength_t=series.field_strength_t,
        software=series.software,
        date=exam.date,
        fluid=fluid,
        temperature_c=temperature_c,
        b_values=stack.b_values,
        n_repeats=len(repeats),
        slice_index=middle,
        vials=tuple(vials),
        findings=judge_likeness(fluid, vials, share_in_discs(image, plane, round_areas)),
    )
    return ScannedPhantom(scan, image, discs, (plane.row_spacing_mm, plane.column_spacing_mm))


def _one_exam(paths: Sequence[Path], progress: Progress) -> Exam:
    found = find_objects(paths)
    scan = read_exams(found.sources, progress=lambda done, total: progress("Reading", done, total))
    if len(scan.exams) != 1:
        raise InputError(
            "input.not-a-phantom",
            f"The files hold {len(scan.exams)} exams; a phantom scan is one.",
            remedy="Name the folder of one scan.",
            n_exams=len(scan.exams),
        )
    return scan.exams[0]


def _repeats(exam: Exam) -> tuple[list[DiffusionStack], Series]:
    """The series of the richest scheme, each a repeat."""
    stacks = []
    for series in exam.of_kind("trace", "dwi"):
        if len(series.b_values) < 2:
            continue
        try:
            stacks.append((load_diffusion([series]), series))
        except AdcurateError:
            continue
    if not stacks:
        raise InputError(
            "input.not-a-phantom",
            "No diffusion series with two b-values can be read.",
            remedy="Look at the files with: adcurate inspect.",
        )
    richest = max(stacks, key=lambda pair: len(pair[0].b_values))[0].b_values
    same = [pair for pair in stacks if pair[0].b_values == richest]
    shape = same[0][0].volumes[0].shape
    return [stack for stack, _ in same if stack.volumes[0].shape == shape], same[0][1]


def _middle_slice(stack: DiffusionStack) -> int:
    """The slice through the isocentre, else the nearest to it, however far."""
    return _nearest_slice(stack.planes, (0.0, 0.0, 0.0))


def _nearest_slice(planes: Sequence[Plane], point: Sequence[float]) -> int:
    return int(np.argmin([abs(float(plane.distance_mm([point])[0])) for plane in planes]))


def _fit(stack: DiffusionStack, position: int, chosen: Sequence[int] = ()) -> Floats:
    keep = list(chosen) or list(range(len(stack.b_values)))
    signal = np.stack([np.asarray(stack.volumes[i][position], dtype=np.float64) for i in keep], axis=-1)
    return fit_adc_loglinear(signal, [stack.b_values[i] for i in keep]).adc


def _choose_discs(
    found: Sequence[Disc], adc: Floats, stack: DiffusionStack, middle: int, truths: Sequence[float]
) -> tuple[Disc, ...]:
    if len(truths) == 1 and found:
        return (found[0],)
    if len(found) != len(truths):
        raise InputError(
            "input.not-a-phantom",
            f"{len(found)} round areas were found in the middle slice; {len(truths)} were expected.",
            remedy="Is it such a phantom? For PVP give a percentage for each vial of the middle slice.",
            n_found=len(found),
            n_expected=len(truths),
        )
    plane = stack.planes[middle]
    means = [measure_region(adc, plane, disc.contour(plane, _INNER)).summary.mean for disc in found]
    by_mean = [found[i] for i in np.argsort(means)]
    order = np.argsort(np.argsort(truths, kind="stable"), kind="stable")
    return tuple(by_mean[int(i)] for i in order)


def _scanner_slice(exam: Exam, stack: DiffusionStack, middle: int) -> Floats | None:
    """The scanner's own map on the same slice in mm^2/s, where its unit is known."""
    for series in exam.of_kind("adc"):
        try:
            unit = prove_adc_unit(series, exam.of_kind("trace", "dwi")).unit.mm2_per_s_per_stored_unit
            loaded = load_adc_map(series)
        except AdcurateError:
            continue
        position = _nearest_slice(loaded.planes, stack.planes[middle].origin)
        same_place = abs(float(loaded.planes[position].distance_mm([stack.planes[middle].origin])[0])) < 0.5
        if unit is None or not same_place or loaded.planes[position].shape != stack.planes[middle].shape:
            continue
        values = np.array(loaded.values[position], dtype=np.float64)
        values[values == 0] = np.nan
        scaled: Floats = values * unit
        return scaled
    return None
