"""Which figures of an exam's quality a person must know of, and from where on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from adcurate.diffusion.noise import FLOOR_IN_SIGMA
from adcurate.findings import Finding
from adcurate.geometry import Plane
from adcurate.model.quality import ExamQuality, RegionQuality

MOST_FLOOR: Final = 0.05
FAR_IN_PIXELS: Final = 1.0
FARTHEST_IN_PIXELS: Final = 3.0
LOWEST_SNR: Final = 10.0


def quality_findings(quality: ExamQuality, plane: Plane) -> list[Finding]:
    """The findings on noise, movement and saturation.

    Movement counts from a median of one pixel, or three in any slice; the noise floor from 5 % of a
    region's voxels; a signal-to-noise ratio at the lowest b below 10 in a region.
    """
    found: list[Finding] = []
    pixel = max(plane.row_spacing_mm, plane.column_spacing_mm)
    for image in quality.images:
        where = {"b_value": f"{image.b_value:g}"}
        if image.shift_mm is not None and image.largest_shift_mm is not None:
            median = (image.shift_mm[0] ** 2 + image.shift_mm[1] ** 2) ** 0.5
            if median > FAR_IN_PIXELS * pixel or image.largest_shift_mm > FARTHEST_IN_PIXELS * pixel:
                sentence = (
                    f"At b = {image.b_value:g} the images lie {median:.1f} mm off those of the lowest b "
                    f"(median of the slices; {image.largest_shift_mm:.1f} mm in the worst)."
                )
                found.append(Finding("quality.motion", sentence, "warning", where))
        if image.n_saturated:
            sentence = (
                f"{image.n_saturated} pixels at b = {image.b_value:g} stand at the largest value that fits."
            )
            found.append(Finding("quality.saturated", sentence, "note", where))
    for region in quality.regions:
        found += _of_region(region)
    if quality.sigma is None:
        found.append(Finding("quality.noise-unknown", "The noise of the images cannot be told.", "note"))
    return found


def padding_findings(regions: Sequence[RegionQuality]) -> list[Finding]:
    """Regions that reach where there is no image."""
    return [
        Finding(
            "quality.padding",
            f"{one.n_padding} of {one.n_voxels + one.n_padding} voxels of the region are pixel padding, "
            "where there is no image: nothing is told from them.",
            "warning",
            {"lesion": one.lesion, "reader": one.reader},
        )
        for one in regions
        if one.n_padding
    ]


def _of_region(region: RegionQuality) -> list[Finding]:
    where = {"lesion": region.lesion, "reader": region.reader}
    found = []
    share = region.n_noise_floor / region.n_voxels
    if share > MOST_FLOOR:
        sentence = (
            f"{region.n_noise_floor} of {region.n_voxels} voxels of the region lie below {FLOOR_IN_SIGMA:g} "
            "standard deviations of the noise at the highest b: their ADC reads too low."
        )
        found.append(Finding("quality.noise-floor", sentence, "warning", where))
    if region.n_saturated:
        sentence = (
            f"{region.n_saturated} voxels of the region are saturated: their ADC is not to be believed."
        )
        found.append(Finding("quality.saturated-region", sentence, "serious", where))
    if region.snr and region.snr[0] is not None and region.snr[0] < LOWEST_SNR:
        sentence = f"The region's signal is {region.snr[0]:.1f} times the noise at the lowest b."
        found.append(Finding("quality.low-signal", sentence, "warning", where))
    return found
