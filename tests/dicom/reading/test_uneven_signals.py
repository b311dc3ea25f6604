from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from adcurate.dicom.reading.b_value_choice import parse_b_value_choice, with_chosen_b_values
from adcurate.dicom.reading.diffusion_signals import load_diffusion
from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.reading.unit_proof import prove_adc_unit
from adcurate.errors import SchemeError
from adcurate.findings import Finding
from adcurate.model import Series
from adcurate.model.protocol import AdcRule
from adcurate.study.maps import load_signals

Build = Callable[..., Any]
AXES = ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0])
SIGNALS = (200, 100, 50)
SLICES = range(4)


def series_of(objects: Sequence[Any]) -> tuple[Series, ...]:
    (exam,) = read_exams(list(objects)).exams
    return exam.series


def codes(series: Series) -> set[str]:
    return {finding.code for finding in series.findings}


class Scan:
    """Images of one exam, numbered as they are added."""

    def __init__(self, mr_object: Build) -> None:
        self.build = mr_object
        self.objects: list[Any] = []

    def add(self, z: int, b: float | None, signal: int = 100, **how: Any) -> None:
        pixels = np.full((4, 5), signal, dtype=np.uint16)
        weighting = {} if b is None else {"DiffusionBValue": b}
        number = len(self.objects) + 1
        self.objects.append(self.build(number, z_mm=5.0 * z, pixels=pixels, **weighting, **how))

    @property
    def series(self) -> tuple[Series, ...]:
        return series_of(self.objects)


@pytest.fixture
def scan(mr_object: Build) -> Scan:
    return Scan(mr_object)


@pytest.mark.parametrize("own_series", [False, True])
def test_a_slice_that_lacks_a_direction_is_left_out_of_the_fit(scan: Scan, own_series: bool) -> None:
    for z in SLICES:
        scan.add(z, 0.0, 1000)
        for k, axis in enumerate(AXES):
            if (z, k) != (1, 0):
                number = 5 + (k + 1) * own_series
                scan.add(z, 1000.0, SIGNALS[k], DiffusionGradientOrientation=axis, series=number)
    found: list[Finding] = []
    stack = load_signals(scan.series, None, AdcRule(), found)
    assert stack is not None
    assert [plane.origin[2] for plane in stack.planes] == [0.0, 10.0, 15.0]
    assert stack.volumes[1][:, 0, 0] == pytest.approx([100.0] * 3)
    (finding,) = [one for one in found if one.code == "b-value.slices-uneven"]
    assert finding.severity == "serious"
    assert (finding.where["slices"], finding.where["b_values"]) == ("1", "1000")


def test_a_second_image_of_one_slice_takes_the_slice_out_of_the_fit(scan: Scan) -> None:
    for z in SLICES:
        scan.add(z, 0.0, 1000)
        scan.add(z, 800.0, 400)
    scan.add(2, 800.0, 800)
    (series,) = scan.series
    assert "b-value.slices-uneven" in codes(series)
    stack = load_diffusion([series])
    assert set(stack.volumes[1].ravel()) == {400}
    assert len(stack.planes) == 3


def test_repeats_and_directions_that_every_slice_has_are_averaged_as_ever(scan: Scan) -> None:
    for z in SLICES:
        scan.add(z, 0.0, 1000)
        scan.add(z, 0.0, 1200)
        for axis in (*AXES, AXES[0]):
            scan.add(z, 800.0, 400, DiffusionGradientOrientation=axis)
        for _ in range(4 - (z == 3)):
            scan.add(z, 50.0, 900, DiffusionGradientOrientation=AXES[0])
    (series,) = scan.series
    assert series.findings == ()
    assert len(load_diffusion([series]).planes) == len(SLICES)


def test_what_a_person_sets_is_judged_for_evenness_too(scan: Scan) -> None:
    for z in SLICES:
        scan.add(z, 0.0, 1000)
        scan.add(z, 800.0, 400)
    scan.add(2, 800.0, 800)
    (series,) = scan.series
    chosen = with_chosen_b_values(series, parse_b_value_choice("800=790", series.series_instance_uid, "why"))
    assert len(load_diffusion([chosen]).planes) == 3
    in_order = parse_b_value_choice("none=800", series.series_instance_uid, "why")
    assert "b-value.slices-uneven" in codes(with_chosen_b_values(series, in_order))


def test_a_series_whose_echo_time_changes_with_b_is_not_fitted_nor_taken_for_b_zero(scan: Scan) -> None:
    for z in SLICES:
        scan.add(z, 0.0, 1000, EchoTime=60)
        scan.add(z, 800.0, 400, EchoTime=90)
        scan.add(z, 800.0, 400, EchoTime=60, series=6)
    changing, _ = scan.series
    assert changing.b_values == ()
    (finding,) = [one for one in changing.findings if one.code == "signal.timing-differs"]
    assert finding.severity == "serious"
    with pytest.raises(SchemeError, match="echo or repetition"):
        with_chosen_b_values(changing, parse_b_value_choice("0,800", changing.series_instance_uid, "why"))


def test_of_two_echoes_with_every_b_value_the_first_is_fitted(scan: Scan) -> None:
    for z in SLICES:
        for te, share in ((60, 1.0), (90, 0.5)):
            scan.add(z, 0.0, int(1000 * share), EchoTime=te)
            scan.add(z, 800.0, int(400 * share), EchoTime=te)
    (series,) = scan.series
    assert "signal.several-timings" in codes(series)
    assert series.echo_time_ms == 60
    assert [volume[0, 0, 0] for volume in load_diffusion([series]).volumes] == [1000, 400]


@pytest.mark.parametrize("how", [{"EchoTime": 90}, {"RepetitionTime": 9000}])
def test_series_of_other_timing_are_not_fitted_together(scan: Scan, how: dict[str, int]) -> None:
    for z in SLICES:
        scan.add(z, 50.0, 1000)
        scan.add(z, 800.0, 400, series=6, **how)
        scan.add(z, None, 1100, series=7, ImageType=["DERIVED", "PRIMARY", "DIFFUSION", "ADC"])
    diffusion = [one for one in scan.series if one.kind == "dwi"]
    adc = next(one for one in scan.series if one.kind == "adc")
    with pytest.raises(SchemeError) as caught:
        load_diffusion(diffusion)
    assert caught.value.code == "scheme.timing-differs"
    found: list[Finding] = []
    assert load_signals(diffusion, None, AdcRule(), found) is None
    (finding,) = [one for one in found if one.code == "refit.impossible"]
    assert (finding.severity, finding.where["code"]) == ("serious", "scheme.timing-differs")
    assert prove_adc_unit(adc, diffusion).unit.evidence != "refit"
    alike = [replace(one, echo_time_ms=60.0, repetition_time_ms=5000.0) for one in diffusion]
    assert load_signals(alike, None, AdcRule(), []) is not None


@pytest.mark.parametrize(
    "how",
    [
        *(
            {"ImageType": ["ORIGINAL", "PRIMARY", word]}
            for word in ("P", "PHASE", "R", "REAL", "I", "PHASE MAP")
        ),
        {"ImageType": ["ORIGINAL", "PRIMARY", "P_SE", "P", "SE"]},
        *({"ComplexImageComponent": word} for word in ("PHASE", "REAL", "IMAGINARY")),
    ],
)
def test_phase_real_and_imaginary_images_are_no_signals(scan: Scan, how: dict[str, Any]) -> None:
    for z in SLICES:
        scan.add(z, 0.0, 1000)
        scan.add(z, 800.0, 400)
        scan.add(z, 0.0, 2048, **how)
        scan.add(z, 800.0, 2048, **how)
    assert sorted((one.kind, len(one.frames)) for one in scan.series) == [("dwi", 8), ("other", 8)]


@pytest.mark.parametrize(
    "image_type",
    [["ORIGINAL", "PRIMARY", "M", "ND"], ["ORIGINAL", "PRIMARY", "M_SE", "M", "SE"], ["ORIGINAL", "PRIMARY"]],
)
def test_magnitudes_are_signals(scan: Scan, image_type: list[str]) -> None:
    for z in SLICES:
        scan.add(z, 0.0, 1000, ImageType=image_type, ComplexImageComponent="MAGNITUDE")
        scan.add(z, 800.0, 400, ImageType=image_type)
    assert [one.kind for one in scan.series] == ["dwi"]


@pytest.mark.parametrize(
    ("name", "image_type"),
    [
        ("Exponential Apparent Diffusion Coefficient", ["DERIVED", "PRIMARY", "OTHER"]),
        ("eADC", ["ORIGINAL", "PRIMARY", "OTHER"]),
        ("ratio image", ["DERIVED", "SECONDARY", "OTHER"]),
        ("", ["DERIVED", "SECONDARY"]),
    ],
)
@pytest.mark.parametrize("maker", ["GE MEDICAL SYSTEMS", "TOSHIBA_MEC"])
def test_a_derived_or_named_series_is_never_the_b_zero_of_another(
    scan: Scan, maker: str, name: str, image_type: list[str]
) -> None:
    for z in SLICES:
        scan.add(z, 800.0, 400, Manufacturer=maker)
        scan.add(z, None, 700, Manufacturer=maker, series=6, ImageType=image_type, SeriesDescription=name)
    assert [one.b_values for one in scan.series] == [(800.0,), ()]
