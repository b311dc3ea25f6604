from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from adcurate.dicom.reading.adc_scaling import parse_unit
from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.reading.pixels import load_adc_map
from adcurate.dicom.reading.unit_proof import UnitProof, plausible_unit, prove_adc_unit

Build = Callable[..., Any]
SHAPE = (40, 40)
ADC = ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"]


def adc_truth() -> Any:
    return np.linspace(0.5e-3, 2.5e-3, SHAPE[0] * SHAPE[1]).reshape(SHAPE)


def diffusion(mr_object: Build, **how: Any) -> list[Any]:
    return [
        mr_object(
            n,
            series=5,
            pixels=np.rint(20_000 * np.exp(-b * adc_truth())).astype(np.uint16),
            ImageType=["DERIVED", "PRIMARY", "DIFFUSION", "TRACEW"],
            DiffusionBValue=b,
            **how,
        )
        for n, b in enumerate((0.0, 800.0))
    ]


def adc_map(mr_object: Build, unit: float = 1e-6, *, shuffled: bool = False, **how: Any) -> Any:
    stored = np.rint(adc_truth() / unit).astype(np.uint16)
    if shuffled:
        stored = np.random.default_rng(1).permutation(stored.ravel()).reshape(SHAPE)
    return mr_object(1, series=6, pixels=stored, ImageType=ADC, **how)


def prove(objects: list[Any]) -> UnitProof:
    result = read_exams(objects)
    assert result.refused == ()
    (exam,) = result.exams
    (adc,) = exam.of_kind("adc")
    return prove_adc_unit(adc, exam.series)


def mapping(unit: str, slope: float) -> Sequence:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator = unit, "UCUM"
    item = Dataset()
    item.RealWorldValueSlope, item.RealWorldValueIntercept = slope, 0.0
    item.MeasurementUnitsCodeSequence = Sequence([code])
    return Sequence([item])


def codes(proof: UnitProof) -> dict[str, str]:
    return {finding.code: finding.severity for finding in proof.findings}


@pytest.mark.parametrize("unit", [1e-6, 1e-5])
def test_the_exams_own_dwi_proves_the_unit(unit: float, mr_object: Build) -> None:
    proof = prove([*diffusion(mr_object), adc_map(mr_object, unit)])
    assert proof.unit.evidence == "refit"
    assert proof.unit.mm2_per_s_per_stored_unit == unit
    assert proof.unit.slope == pytest.approx(1 / unit, rel=0.01)
    assert proof.unit.r is not None
    assert proof.unit.r > 0.999
    assert proof.findings == ()
    assert proof.refitted_series_uids == ("1.2.3.5",)


def test_the_unit_applies_after_the_rescale(mr_object: Build) -> None:
    proof = prove([*diffusion(mr_object), adc_map(mr_object, 1e-6, RescaleSlope=1e-6, RescaleIntercept=0)])
    assert (proof.unit.evidence, proof.unit.mm2_per_s_per_stored_unit) == ("refit", 1.0)


def test_a_refit_overrules_a_wrong_statement_and_says_so(mr_object: Build) -> None:
    wrong = adc_map(mr_object, RealWorldValueMappingSequence=mapping("mm2/s", 1e-5))
    proof = prove([*diffusion(mr_object), wrong])
    assert (proof.unit.evidence, proof.unit.mm2_per_s_per_stored_unit) == ("refit", 1e-6)
    assert codes(proof) == {"adc-unit.contradiction": "serious"}


def test_without_dwi_a_physical_mapping_counts_before_a_declared_unit(mr_object: Build) -> None:
    both = adc_map(
        mr_object,
        RealWorldValueMappingSequence=mapping("mm2/s", 1e-6),
        RescaleSlope=1,
        RescaleIntercept=0,
        RescaleType="10^-6 mm2/s",
    )
    proof = prove([both])
    assert (proof.unit.evidence, proof.unit.mm2_per_s_per_stored_unit) == ("real_world_map", 1e-6)
    assert proof.unit.slope is None


def test_a_mapping_without_a_physical_unit_says_nothing(mr_object: Build) -> None:
    proof = prove([adc_map(mr_object, RealWorldValueMappingSequence=mapping("1", 1.5))])
    assert proof.unit.evidence == "plausibility"


def test_a_declared_unit_counts_and_us_is_none(mr_object: Build) -> None:
    how: dict[str, Any] = {"RescaleSlope": 1, "RescaleIntercept": 0}
    declared = prove([adc_map(mr_object, RescaleType="10^-6 mm2/s", **how)])
    assert (declared.unit.evidence, declared.unit.mm2_per_s_per_stored_unit) == ("declared", 1e-6)
    in_name = prove([adc_map(mr_object, SeriesDescription="ADC (10^-6 mm2/s): liver")])
    assert (in_name.unit.evidence, in_name.unit.mm2_per_s_per_stored_unit) == ("declared", 1e-6)
    unspecified = prove([adc_map(mr_object, RescaleType="US", **how)])
    assert (unspecified.unit.evidence, unspecified.unit.mm2_per_s_per_stored_unit) == ("plausibility", 1e-6)
    assert codes(unspecified) == {"adc-unit.plausibility": "warning"}


def test_an_impossible_statement_is_not_used(mr_object: Build) -> None:
    proof = prove([adc_map(mr_object, SeriesDescription="Apparent Diffusion Coefficient (mm2/s)")])
    assert proof.unit.evidence == "plausibility"
    assert codes(proof)["adc-unit.implausible"] == "serious"


def test_a_map_that_does_not_follow_the_refit_falls_back_and_says_so(mr_object: Build) -> None:
    proof = prove([*diffusion(mr_object), adc_map(mr_object, shuffled=True)])
    assert proof.unit.evidence == "plausibility"
    assert codes(proof)["adc-unit.refit-disagrees"] == "serious"
    assert proof.unit.r is not None
    assert abs(proof.unit.r) < 0.2


def test_dwi_on_another_grid_is_not_refitted(mr_object: Build) -> None:
    proof = prove([*diffusion(mr_object, z_mm=30.0), adc_map(mr_object)])
    assert proof.unit.evidence == "plausibility"
    assert proof.unit.n == 0


def test_b_values_in_separate_series_are_refitted_together(mr_object: Build) -> None:
    objects = [
        mr_object(
            n,
            series=10 + n,
            pixels=np.rint(20_000 * np.exp(-b * adc_truth())).astype(np.uint16),
            ImageType=["ORIGINAL", "PRIMARY", "DIFFUSION"],
            DiffusionBValue=b,
        )
        for n, b in enumerate((0.0, 800.0))
    ]
    assert prove([*objects, adc_map(mr_object)]).unit.evidence == "refit"


def test_an_empty_map_has_no_unit(mr_object: Build) -> None:
    empty = mr_object(1, series=6, pixels=np.zeros(SHAPE, dtype=np.uint16), ImageType=ADC)
    proof = prove([empty])
    assert (proof.unit.evidence, proof.unit.mm2_per_s_per_stored_unit) == ("unknown", None)
    assert codes(proof) == {"adc-unit.unknown": "serious"}


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ("10^-6 mm2/s", 1e-6),
        ("10-6.mm2/s", 1e-6),
        ("10*-6.mm2/s", 1e-6),
        ("1E-06 mm2/s", 1e-6),
        ("10-3 mm²/s", 1e-3),
        ("um2/ms", 1e-3),
        ("µm²/s", 1e-6),
        ("mm2/s", 1.0),
        ("US", None),
        ("1", None),
        ("normalized", None),
        ("mm2", None),
        ("", None),
    ],
)
def test_units_are_read_in_every_usual_spelling(words: str, unit: float | None) -> None:
    assert parse_unit(words) == unit


@pytest.mark.parametrize(
    ("median", "unit"),
    [(1100, 1e-6), (800, 1e-6), (1.1, 1e-3), (1.1e-3, 1.0), (300, 1e-6), (50, None), (0, None), (-5, None)],
)
def test_plausibility_needs_exactly_one_usual_unit(median: float, unit: float | None) -> None:
    assert plausible_unit(np.full(10, median)) == unit


def slices(mr_object: Build, factors: tuple[float, ...], mapped: tuple[float | None, ...]) -> list[Any]:
    """A map of several slices, each stored in its own unit and mapped as stated."""
    return [
        mr_object(
            n,
            series=6,
            z_mm=5.0 * n,
            pixels=np.rint(adc_truth() / factor).astype(np.uint16),
            ImageType=ADC,
            **({} if stated is None else {"RealWorldValueMappingSequence": mapping("mm2/s", stated)}),
        )
        for n, (factor, stated) in enumerate(zip(factors, mapped, strict=True))
    ]


@pytest.mark.parametrize("unit", [1.1e-6, 1.3e-6, 2e-6, 1e-4 * 1.05])
def test_a_stated_factor_that_the_dwi_confirms_is_the_unit_itself(unit: float, mr_object: Build) -> None:
    stated = adc_map(mr_object, unit, RealWorldValueMappingSequence=mapping("mm2/s", unit))
    proof = prove([*diffusion(mr_object), stated])
    assert proof.unit.evidence == "refit"
    assert proof.unit.mm2_per_s_per_stored_unit == pytest.approx(unit, rel=1e-8)
    assert proof.findings == ()


def test_mappings_that_differ_from_image_to_image_are_applied_to_each(mr_object: Build) -> None:
    factors = (1e-6, 1.3e-6, 2e-6)
    objects = slices(mr_object, factors, factors)
    (adc,) = read_exams(objects).exams[0].of_kind("adc")
    values = load_adc_map(adc).values
    assert all(np.abs(one - adc_truth()).max() <= 1e-6 for one in values)
    alone = prove(objects)
    assert (alone.unit.evidence, alone.unit.mm2_per_s_per_stored_unit) == ("real_world_map", 1.0)
    with_dwi = prove([*diffusion(mr_object), *objects])
    assert (with_dwi.unit.evidence, with_dwi.unit.mm2_per_s_per_stored_unit) == ("refit", 1.0)


def test_a_mapping_on_some_images_only_is_said_to_be_in_doubt(mr_object: Build) -> None:
    proof = prove(slices(mr_object, (1e-6, 1.3e-6), (1e-6, None)))
    assert codes(proof)["adc-unit.mixed"] == "serious"
    assert proof.unit.evidence == "plausibility"


def test_a_rescale_that_an_enhanced_object_keeps_outside_its_groups_counts(
    mr_dataset: Build, held: Callable[..., Any]
) -> None:
    made = mr_dataset(1, ImageType=ADC, RescaleSlope=0.5, RescaleIntercept=-3)
    own = Dataset()
    own.PlanePositionSequence = [Dataset()]
    own.PlanePositionSequence[0].ImagePositionPatient = [0, 0, 0]
    own.PlaneOrientationSequence = [Dataset()]
    own.PlaneOrientationSequence[0].ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    own.PixelMeasuresSequence = [Dataset()]
    own.PixelMeasuresSequence[0].PixelSpacing = [2, 2]
    made.PerFrameFunctionalGroupsSequence = [own]
    made.NumberOfFrames = 1
    stream = io.BytesIO()
    made.save_as(stream, enforce_file_format=True)
    (series,) = read_exams([held("enhanced", stream.getvalue())]).exams[0].series
    assert (series.frames[0].rescale_slope, series.frames[0].rescale_intercept) == (0.5, -3.0)


@pytest.mark.parametrize("brightest_noise", [30, 50, 100])
def test_a_noisy_background_does_not_choose_the_unit(brightest_noise: int) -> None:
    noise = np.random.default_rng(1).integers(1, brightest_noise, 3000)
    tissue = np.linspace(600, 2300, 1000)
    assert plausible_unit(np.concatenate([noise, tissue])) == 1e-6
