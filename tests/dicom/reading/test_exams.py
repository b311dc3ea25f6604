from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.received.ingest_object import Prepared, prepare_object
from adcurate.model import Pseudonyms, Series
from adcurate.phantom import load_reconstructed_cohort, prescribe_exam, simulate_exam, write_exam

Build = Callable[..., Any]
GE = "GE MEDICAL SYSTEMS"


def only_series(objects: list[Any]) -> Series:
    (exam,) = read_exams(objects).exams
    (series,) = exam.series
    return series


def codes(series: Series) -> set[str]:
    return {finding.code for finding in series.findings}


@pytest.mark.parametrize("maker", [GE, "TOSHIBA_MEC"])
def test_an_absent_b_value_is_zero_only_beside_weighted_images(maker: str, mr_object: Build) -> None:
    weighted = mr_object(2, Manufacturer=maker, DiffusionBValue=1500.0)
    series = only_series([mr_object(1, Manufacturer=maker), weighted])
    assert series.b_values == (0.0, 1500.0)
    zero = series.frames[0].b_value
    assert zero is not None
    assert zero.inferred
    assert "b-value.inferred-zero" in codes(series)
    alone = only_series([mr_object(1, Manufacturer=maker)])
    assert alone.kind == "other"
    assert alone.frames[0].b_value is None


def test_a_diffusion_series_without_any_b_value_is_not_read_as_b_zero(mr_object: Build) -> None:
    diffusion = ["ORIGINAL", "PRIMARY", "DIFFUSION"]
    series = only_series([mr_object(1, Manufacturer=GE, ImageType=diffusion)])
    assert series.b_values == ()
    assert {"b-value.missing", "series.kind-uncertain"} <= codes(series)


def test_an_absent_b_value_of_another_maker_is_missing_not_zero(mr_object: Build) -> None:
    series = only_series([mr_object(1), mr_object(2, DiffusionBValue=800.0)])
    assert series.b_values == (800.0,)
    assert "b-value.missing" in codes(series)


def test_near_equal_b_values_are_one_and_their_value_is_the_median(mr_object: Build) -> None:
    series = only_series([mr_object(n, DiffusionBValue=b) for n, b in enumerate((0, 3, 995, 1000, 1003))])
    assert series.b_values == (0.0, 3.0, 1000.0)
    assert "b-value.near-equal" in codes(series)


@pytest.mark.parametrize("word", ["ADC", "CALC_BVALUE", "FA"])
def test_maps_and_calculated_images_have_no_b_values_to_fit(word: str, mr_object: Build) -> None:
    image_type = ["DERIVED", "PRIMARY", "DIFFUSION", word]
    series = only_series([mr_object(1, ImageType=image_type, DiffusionBValue=800.0)])
    assert series.b_values == ()
    assert series.kind in ("adc", "calculated_b", "other")
    if word == "ADC":
        assert "b-value.on-adc-map" in codes(series)


def test_a_map_among_the_raw_images_becomes_a_series_of_its_own(mr_object: Build) -> None:
    objects = [mr_object(1, DiffusionBValue=0.0), mr_object(2, DiffusionBValue=900.0)]
    objects.append(mr_object(3, ImageType=["DERIVED", "PRIMARY", "ADC"], DiffusionBValue=900.0))
    (exam,) = read_exams(objects).exams
    assert {(one.kind, len(one.frames)) for one in exam.series} == {("dwi", 2), ("adc", 1)}
    assert len({one.series_instance_uid for one in exam.series}) == 1
    assert all("series.split" in codes(one) for one in exam.series)


def test_a_missing_slice_and_a_repeated_slice_are_found(mr_object: Build) -> None:
    adc = ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"]
    gap = only_series([mr_object(n, z_mm=z, ImageType=adc) for n, z in enumerate((0, 5, 10, 20))])
    assert "geometry.slice-missing" in codes(gap)
    twice = only_series([mr_object(n, z_mm=z, ImageType=adc) for n, z in enumerate((0, 0, 5, 5))])
    assert {f.code: f.severity for f in twice.findings}["geometry.slice-twice"] == "serious"
    lacking = [mr_object(n, z_mm=z, DiffusionBValue=0.0) for n, z in enumerate((0, 5, 10))]
    lacking += [mr_object(n + 3, z_mm=z, DiffusionBValue=800.0) for n, z in enumerate((0, 5))]
    assert "geometry.slice-missing" in codes(only_series(lacking))
    whole = only_series([mr_object(n, z_mm=z, ImageType=adc) for n, z in enumerate((0, 5, 10, 15))])
    assert codes(whole) == set()


def test_mixed_geometry_and_varying_rescale_are_found(mr_object: Build) -> None:
    adc = ["DERIVED", "PRIMARY", "ADC"]
    tilted = mr_object(2, z_mm=5, ImageType=adc, ImageOrientationPatient=[0, 1, 0, 0, 0, 1])
    assert "geometry.mixed" in codes(only_series([mr_object(1, ImageType=adc), tilted]))
    scaled = mr_object(2, z_mm=5, ImageType=adc, RescaleSlope=2, RescaleIntercept=0)
    assert "rescale.varies" in codes(only_series([mr_object(1, ImageType=adc), scaled]))


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"leave_out": ["ImagePositionPatient"]}, "dicom.missing-attribute"),
        ({"leave_out": ["SeriesInstanceUID"]}, "dicom.missing-attribute"),
        ({"RescaleSlope": 0}, "dicom.rescale"),
        ({"ImageOrientationPatient": [1, 0, 0, 1, 0, 0]}, "geometry.plane"),
        ({"Rows": 400}, "dicom.pixel-length"),
    ],
)
def test_one_bad_object_is_refused_by_name_and_the_rest_is_read(
    how: dict[str, Any], code: str, mr_object: Build
) -> None:
    result = read_exams([mr_object(1, **how), mr_object(2, series=6)])
    assert [one.code for one in result.refused] == [code]
    assert [one.name for one in result.refused] == ["object 1"]
    assert len(result.exams[0].series) == 1


def test_an_odd_date_or_time_stops_nothing(mr_object: Build) -> None:
    (exam,) = read_exams([mr_object(1, StudyDate="***", ContentDate="***")]).exams
    assert exam.date == ""


def test_reading_warns_of_nothing_and_so_prints_no_value(mr_object: Build) -> None:
    odd = mr_object(1, DiffusionBValue=800.0, private=[(0x0019, "SIEMENS MR HEADER", 0x0C, "OB", b"80x ")])
    content = odd.content.replace(b"20200102", b"SECRET**").replace(b"IS\x02\x001 ", b"IS\x02\x001A")
    content = content.replace(b"5000", b"5O00")
    assert b"IS\x02\x001A" in content
    assert b"5O00" in content
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        result = read_exams([replace(odd, content=content)])
    assert len(result.exams) == 1
    assert said == []


def test_the_research_object_is_read_as_the_received_one(tmp_path: Path, held: Build) -> None:
    prescription = prescribe_exam(load_reconstructed_cohort()[0], 3)
    paths = write_exam(simulate_exam(prescription), tmp_path / "exam")
    received = [held("object", path.read_bytes()) for path in paths]
    pseudonyms = Pseudonyms(b"0123456789abcdef0123456789abcdef")
    prepared = [prepare_object(source, pseudonyms) for source in received]
    kept = [held("object", one.content) for one in prepared if isinstance(one, Prepared)]
    assert len(kept) == len(received)

    def told(objects: list[Any]) -> list[tuple[Any, ...]]:
        (exam,) = read_exams(objects).exams
        return [
            (s.number, s.kind, s.b_values, s.vendor, s.model, s.findings, [f.plane for f in s.frames])
            for s in exam.series
        ]

    assert told(kept) == told(received)


def test_what_is_no_mr_image_is_counted_and_left(mr_object: Build, held: Build) -> None:
    first = mr_object(1)
    result = read_exams(
        [
            first,
            first,
            held("text", b"not a DICOM file"),
            mr_object(2, SOPClassUID="1.2.840.10008.5.1.4.1.1.2", Modality="CT"),
            mr_object(3, SOPClassUID="1.2.840.10008.1.3.10"),
            mr_object(4, leave_out=["PixelData"]),
            mr_object(5, SOPClassUID="1.2.840.10008.5.1.4.1.1.30"),
        ]
    )
    reasons = ("dicomdir", "duplicate", "no-pixels", "not-dicom", "not-mr", "parametric-map")
    assert result.ignored == dict.fromkeys(reasons, 1)
    assert result.refused == ()


def test_one_uid_for_two_objects_and_one_exam_for_two_patients_are_refused(mr_object: Build) -> None:
    result = read_exams([mr_object(1), mr_object(1, EchoTime=61), mr_object(2, PatientID="ANOTHER")])
    assert [one.code for one in result.refused] == ["dicom.uid-conflict", "dicom.patient-conflict"]
    assert "ANOTHER" not in str(result.refused)


def test_progress_counts_every_object(mr_object: Build) -> None:
    calls: list[tuple[int, int]] = []
    read_exams([mr_object(1), mr_object(2)], progress=lambda done, total: calls.append((done, total)))
    assert calls == [(1, 2), (2, 2)]


@pytest.mark.parametrize("length", [0, 100, 131, 132, 140, 300, 600, -60, -40, -12, -1])
def test_an_object_cut_anywhere_is_refused_or_left_and_never_raises(
    length: int, mr_object: Build, held: Build
) -> None:
    result = read_exams([held("cut", mr_object(1).content[:length])])
    assert result.exams == ()
    assert len(result.refused) + sum(result.ignored.values()) == 1


@pytest.mark.parametrize("dialect", ["siemens-classic", "siemens-xa", "ge", "philips"])
def test_phantom_exams_of_every_dialect_are_told_apart(dialect: str, tmp_path: Path, held: Build) -> None:
    prescription = next(
        p for p in (prescribe_exam(row, 3) for row in load_reconstructed_cohort()) if p.dialect == dialect
    )
    paths = write_exam(simulate_exam(prescription), tmp_path / "exam")
    result = read_exams([held("object", path.read_bytes()) for path in paths])
    assert result.refused == ()
    (exam,) = result.exams
    kinds = [one.kind for one in exam.series]
    assert sorted(kind.replace("trace", "dwi") for kind in kinds) == ["adc", "dwi", "t1_ce", "t2"]
    (diffusion,) = exam.of_kind("dwi", "trace")
    assert diffusion.b_values == prescription.b_values
    assert diffusion.field_strength_t == prescription.field_strength_t
    assert diffusion.vendor == dialect.split("-")[0]
    assert all(finding.severity == "note" for one in exam.series for finding in one.findings)
