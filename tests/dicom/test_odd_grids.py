"""Any orientation and slice order, gaps, duplicates, missing slices, and maps on a grid of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from tests.dicom.conftest import HeldObject, build_object
from tests.dicom.vendors.contract import held

from adcurate.dicom.reading.diffusion_signals import load_diffusion
from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.reading.pixels import load_adc_map
from adcurate.dicom.reading.unit_proof import prove_adc_unit
from adcurate.geometry import Plane, resample_bilinear
from adcurate.model import Exam

N, SPACING, STEP = 24, 2.0, 6.0
ORIENTATIONS = {
    "axial": [1, 0, 0, 0, 1, 0],
    "coronal": [1, 0, 0, 0, 0, -1],
    "sagittal": [0, 1, 0, 0, 0, -1],
    "feet first": [-1, 0, 0, 0, 1, 0],
    "oblique": [0.9063078, 0.4226183, 0.0, -0.1445, 0.3099, -0.9397],
    "double oblique": [0.8660254, 0.3535534, 0.3535534, 0.0, 0.7071068, -0.7071068],
}
# A smooth map, so that interpolating it changes little.
ADC = 1000 + 600 * np.sin(np.linspace(0, 3, N))[:, None] * np.cos(np.linspace(0, 4, N))[None, :]


def adc_of(position: int) -> Any:
    return ADC * (1 + 0.05 * position)


def slices(
    orientation: Sequence[float], positions: Sequence[int], b: float, series: int, start: int = 1
) -> list[HeldObject]:
    normal = np.cross(orientation[:3], orientation[3:])
    return [
        held(
            build_object(
                start + order,
                series=series,
                Manufacturer="Hitachi",
                DiffusionBValue=b,
                ImageOrientationPatient=[f"{x:.8g}" for x in orientation],
                ImagePositionPatient=[f"{x:.8g}" for x in normal * STEP * position],
                PixelSpacing=[SPACING, SPACING],
                pixels=np.rint(3000 * np.exp(-b * 1e-6 * adc_of(position))).astype(np.uint16),
            ),
            f"{b} {position}",
        )
        for order, position in enumerate(positions)
    ]


def map_objects(orientation: Sequence[float], positions: Sequence[int], zoom: int = 1) -> list[HeldObject]:
    """The scanner's map in 1e-6 mm²/s, interpolated in the slice by a whole factor."""
    normal = np.cross(orientation[:3], orientation[3:])
    axes = (tuple(map(float, orientation[:3])), tuple(map(float, orientation[3:])))
    coarse = Plane((0.0, 0.0, 0.0), *axes, SPACING, SPACING, N, N)
    shift = (SPACING / zoom - SPACING) / 2
    corner = coarse.to_lps([[shift / SPACING, shift / SPACING]])[0]
    fine = Plane(tuple(corner), *axes, SPACING / zoom, SPACING / zoom, N * zoom, N * zoom)
    objects = []
    for order, position in enumerate(positions, start=1):
        values = np.nan_to_num(resample_bilinear(adc_of(position), coarse, fine))
        objects.append(
            held(
                build_object(
                    order,
                    series=9,
                    Manufacturer="Hitachi",
                    ImageType=["DERIVED", "SECONDARY", "ADC"],
                    ImageOrientationPatient=[f"{x:.8g}" for x in orientation],
                    ImagePositionPatient=[f"{x:.8g}" for x in corner + normal * STEP * position],
                    PixelSpacing=[SPACING / zoom, SPACING / zoom],
                    pixels=np.rint(values).astype(np.uint16),
                )
            )
        )
    return objects


def one_exam(objects: Sequence[HeldObject]) -> Exam:
    result = read_exams(objects)
    assert result.refused == ()
    (exam,) = result.exams
    return exam


@pytest.mark.parametrize("name", sorted(ORIENTATIONS))
@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 1, 0, 2), (0, 2, 1, 3), (3, 2, 1, 0)])
def test_any_orientation_and_slice_order_is_the_same_volume(name: str, order: tuple[int, ...]) -> None:
    axes = ORIENTATIONS[name]
    objects = [*slices(axes, order, 0.0, 5), *slices(axes, order[::-1], 1000.0, 5, start=50)]
    exam = one_exam([*objects, *map_objects(axes, order)])
    stack = load_diffusion(exam.of_kind("dwi"))
    assert stack.volumes[0].shape == (4, N, N)
    ratio = np.log(stack.volumes[0] / stack.volumes[1]) / 1000 * 1e6
    expected = [adc_of(position) for position in range(4)]
    assert np.abs(ratio - expected).max() < 2
    steps = [
        float(b.distance_mm([a.origin])[0]) for a, b in zip(stack.planes, stack.planes[1:], strict=False)
    ]
    assert np.abs(steps) == pytest.approx([STEP] * 3, abs=1e-3)
    unit = prove_adc_unit(exam.of_kind("adc")[0], exam.of_kind("dwi")).unit
    assert (unit.evidence, unit.mm2_per_s_per_stored_unit) == ("refit", 1e-6)


@pytest.mark.parametrize("name", ["axial", "coronal", "double oblique"])
def test_a_map_that_the_scanner_interpolated_is_still_proved_by_its_diffusion_images(name: str) -> None:
    axes = ORIENTATIONS[name]
    objects = [*slices(axes, range(4), 0.0, 5), *slices(axes, range(4), 1000.0, 5, start=50)]
    exam = one_exam([*objects, *map_objects(axes, range(4), zoom=2)])
    proof = prove_adc_unit(exam.of_kind("adc")[0], exam.of_kind("dwi"))
    assert (proof.unit.evidence, proof.unit.mm2_per_s_per_stored_unit) == ("refit", 1e-6)
    assert proof.unit.r is not None
    assert proof.unit.r > 0.99
    assert [one.code for one in proof.findings] == ["adc-unit.resampled"]


def test_a_map_elsewhere_in_the_body_is_not_proved_by_images_that_miss_it() -> None:
    axes = ORIENTATIONS["axial"]
    objects = [*slices(axes, range(4), 0.0, 5), *slices(axes, range(4), 1000.0, 5, start=50)]
    exam = one_exam([*objects, *map_objects(axes, range(40, 44), zoom=2)])
    proof = prove_adc_unit(exam.of_kind("adc")[0], exam.of_kind("dwi"))
    assert proof.unit.evidence != "refit"


def test_a_slice_that_lacks_a_b_value_is_left_out_and_said() -> None:
    axes = ORIENTATIONS["oblique"]
    exam = one_exam([*slices(axes, range(5), 0.0, 5), *slices(axes, (0, 1, 3, 4), 1000.0, 5, start=50)])
    (series,) = exam.series
    assert ("geometry.slice-missing", "serious") in {(one.code, one.severity) for one in series.findings}
    assert load_diffusion([series]).volumes[0].shape[0] == 4


def test_a_gap_in_every_b_value_is_a_finding_and_the_slices_stay() -> None:
    axes = ORIENTATIONS["sagittal"]
    both = [*slices(axes, (0, 1, 2, 5), 0.0, 5), *slices(axes, (0, 1, 2, 5), 1000.0, 5, start=50)]
    (series,) = one_exam(both).series
    assert "geometry.slice-missing" in {one.code for one in series.findings}
    assert load_diffusion([series]).volumes[0].shape[0] == 4


def test_a_slice_twice_is_a_repeat_of_signals_and_no_map() -> None:
    axes = ORIENTATIONS["axial"]
    twice = slices(axes, range(3), 1000.0, 5, start=90)
    exam = one_exam([*slices(axes, range(3), 0.0, 5), *slices(axes, range(3), 1000.0, 5, start=50), *twice])
    stack = load_diffusion(exam.of_kind("dwi"))
    assert stack.volumes[1].shape[0] == 3
    assert np.allclose(np.log(stack.volumes[0][1] / stack.volumes[1][1]) * 1000, adc_of(1), atol=2)
    maps = one_exam(
        [
            *map_objects(axes, (0, 1)),
            *(
                held(
                    build_object(
                        7,
                        series=9,
                        Manufacturer="Hitachi",
                        ImageType=["DERIVED", "SECONDARY", "ADC"],
                        PixelSpacing=[SPACING, SPACING],
                        pixels=np.rint(ADC).astype(np.uint16),
                    )
                ),
            ),
        ]
    )
    (series,) = maps.series
    assert ("geometry.slice-twice", "serious") in {(one.code, one.severity) for one in series.findings}
    with pytest.raises(Exception, match="several images of one slice"):
        load_adc_map(series)


def test_series_with_different_matrices_in_one_exam_are_kept_apart() -> None:
    axes = ORIENTATIONS["axial"]
    small = [
        held(build_object(n, series=6, Manufacturer="Hitachi", DiffusionBValue=b))
        for n, b in ((1, 0.0), (2, 900.0))
    ]
    exam = one_exam(
        [
            *slices(axes, range(2), 0.0, 5),
            *slices(axes, range(2), 1000.0, 5, start=50),
            *small,
            *map_objects(axes, range(2)),
        ]
    )
    assert {one.frames[0].plane.shape for one in exam.of_kind("dwi")} == {(N, N), (4, 5)}
    assert prove_adc_unit(exam.of_kind("adc")[0], exam.of_kind("dwi")).unit.evidence == "refit"
