"""ADC maps as Parametric Maps: other programs read the values, the place and the unit that were written."""

from __future__ import annotations

import dataclasses
import io
from datetime import date

import highdicom
import numpy as np
import pydicom
import pytest
import SimpleITK
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.dicom.objects import parametric_map
from adcurate.dicom.objects.exam_context import ExamContext
from adcurate.dicom.objects.map_grid import MapGrid
from adcurate.dicom.objects.parametric_map import AdcMap, in_um2_per_s, write_parametric_map
from adcurate.errors import DicomError
from adcurate.geometry import Plane
from adcurate.model import SliceOrigin


def _read(content: bytes) -> pydicom.Dataset:
    return pydicom.dcmread(io.BytesIO(content))


def _definition(made: pydicom.Dataset) -> list[tuple[str, str]]:
    """The quantity's name-value pairs as (name's code, value)."""
    mapping = made.SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence[0]
    return [
        (
            item.ConceptNameCodeSequence[0].CodeValue,
            item.ConceptCodeSequence[0].CodeValue if item.ValueType == "CODE" else str(item.NumericValue),
        )
        for item in mapping.QuantityDefinitionSequence
    ]


def test_no_dialect_makes_an_object_that_the_validator_calls_wrong(any_exam, errors_of):
    assert errors_of(write_parametric_map(any_exam.map(), any_exam.context, series_number=9001)) == []


def test_the_validator_notices_a_planted_fault(exam, errors_of):
    made = _read(write_parametric_map(exam.map(), exam.context, series_number=9001))
    del made.FrameOfReferenceUID
    stream = io.BytesIO()
    made.save_as(stream)
    assert errors_of(stream.getvalue())


def test_dcmqi_and_itk_read_every_voxel_at_its_place(one_of_each, dcmqi):
    content = write_parametric_map(one_of_each.map(), one_of_each.context, series_number=9001)
    image = SimpleITK.ReadImage(str(dcmqi("paramap2itkimage", content) / "pmap.nrrd"))
    values = SimpleITK.GetArrayFromImage(image)
    np.testing.assert_array_equal(values, in_um2_per_s(one_of_each.values))
    for position in (0, 5, len(one_of_each.grid.planes) - 1):
        plane = one_of_each.grid.planes[position]
        there = image.TransformContinuousIndexToPhysicalPoint((7.0, 3.0, float(position)))
        np.testing.assert_allclose(there, plane.to_lps([(3.0, 7.0)])[0], atol=1e-3)


def test_highdicom_reads_every_voxel_in_um2_per_s(one_of_each):
    content = write_parametric_map(one_of_each.map(), one_of_each.context, series_number=9001)
    volume = highdicom.imread(io.BytesIO(content)).get_volume(apply_real_world_transform=True)
    # highdicom counts slices against the normal.
    np.testing.assert_array_equal(volume.array[::-1], in_um2_per_s(one_of_each.values))


def test_a_voxel_that_was_not_estimated_is_nan_and_never_0(exam):
    assert np.isnan(exam.values).any()
    content = write_parametric_map(exam.map(), exam.context, series_number=9001)
    stored = np.frombuffer(_read(content).FloatPixelData, dtype="<f4").reshape(exam.values.shape)
    np.testing.assert_array_equal(np.isnan(stored), np.isnan(exam.values))
    assert not (stored == 0).any()


def test_a_refit_says_quantity_model_fit_and_each_b_value(exam):
    made = _read(write_parametric_map(exam.map(), exam.context, series_number=9001))
    mapping = made.SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence[0]
    assert mapping.MeasurementUnitsCodeSequence[0].CodeValue == "um2/s"
    assert (mapping.RealWorldValueSlope, mapping.RealWorldValueIntercept) == (1.0, 0.0)
    assert _definition(made) == [
        ("246205007", "113041"),
        ("370129005", "113250"),
        ("113241", "113261"),
        ("113240", "0.0"),
        ("113240", "400.0"),
        ("113240", "800.0"),
    ]
    assert list(made.ImageType) == ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"]


@pytest.mark.parametrize(
    ("method", "b_values", "code"),
    [
        ("loglinear/1", (0.0, 800.0), "113260"),
        ("weighted/1", (0.0, 400.0, 800.0), "113261"),
        ("nonlinear/1", (0.0, 400.0, 800.0), "113265"),
        ("nonlinear/1", (0.0, 800.0), "113265"),
    ],
)
def test_each_fit_has_its_code(exam, method, b_values, code):
    one = exam.map(method=method, b_values=b_values)
    assert ("113241", code) in _definition(_read(write_parametric_map(one, exam.context, series_number=1)))


def test_a_scanner_map_claims_no_model_fit_or_b_values(exam):
    one = exam.map(source="scanner", method="scanner-map/1", b_values=(), unit_words="1e-06 mm2/s a unit")
    made = _read(write_parametric_map(one, exam.context, series_number=1))
    assert _definition(made) == [("246205007", "113041")]
    assert made.ContentDescription == "ADC map made by the scanner"
    mapping = made.SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence[0]
    assert "1e-06 mm2/s" in mapping.LUTExplanation


def test_each_frame_names_the_frames_that_it_was_made_from(one_of_each):
    made = _read(write_parametric_map(one_of_each.map(), one_of_each.context, series_number=1))
    assert len(made.PerFrameFunctionalGroupsSequence) == len(one_of_each.grid.planes)
    for position, frame in enumerate(made.PerFrameFunctionalGroupsSequence):
        (source,) = frame.DerivationImageSequence[0].SourceImageSequence
        origin = one_of_each.grid.origins[position]
        image = one_of_each.context.image(origin.sop_instance_uid)
        assert source.ReferencedSOPInstanceUID == origin.sop_instance_uid
        assert source.ReferencedSOPClassUID == image.sop_class_uid
        assert source.get("ReferencedFrameNumber") == (
            origin.frame_number if image.n_frames is not None else None
        )
    listed = {
        item.ReferencedSOPInstanceUID
        for series in made.ReferencedSeriesSequence
        for item in series.ReferencedInstanceSequence
    }
    assert listed == {origin.sop_instance_uid for origin in one_of_each.grid.origins}


def test_every_b_value_of_a_slice_is_named_as_its_source(exam):
    others = tuple(exam.context.images)[:2]
    sources = tuple((SliceOrigin(others[0], 1), SliceOrigin(others[1], 1)) for _ in exam.grid.planes)
    one = exam.map(grid=dataclasses.replace(exam.grid, sources=sources))
    made = _read(write_parametric_map(one, exam.context, series_number=1))
    for frame in made.PerFrameFunctionalGroupsSequence:
        named = [
            item.ReferencedSOPInstanceUID for item in frame.DerivationImageSequence[0].SourceImageSequence
        ]
        assert named == list(others)


def test_the_same_map_gives_the_same_bytes_without_a_clock(exam):
    first = write_parametric_map(exam.map(), exam.context, series_number=1)
    assert first == write_parametric_map(exam.map(), exam.context, series_number=1)
    made = _read(first)
    assert (made.ContentDate, made.ContentTime) == ("20240102", "000000")
    assert date.today().strftime("%Y%m%d").encode() not in first
    assert "InstanceCreationDate" not in made


def test_another_map_is_another_object_and_another_version_too(exam, monkeypatch):
    def uid(map_id: str) -> str:
        one = exam.map(map_id=map_id)
        return str(_read(write_parametric_map(one, exam.context, series_number=1)).SOPInstanceUID)

    first = uid("a" * 64)
    assert first != uid("b" * 64)
    monkeypatch.setattr("adcurate.dicom.objects.reproducible.__version__", "99.0")
    assert first != uid("a" * 64)


def test_a_map_of_nothing_but_nan_can_be_written(exam, errors_of):
    empty = np.full_like(exam.values, np.nan)
    assert errors_of(write_parametric_map(exam.map(values=empty), exam.context, series_number=1)) == []


def test_negative_estimates_are_kept(exam):
    values = exam.values.copy()
    values[0, 0, 0] = -2e-3
    volume = highdicom.imread(
        io.BytesIO(write_parametric_map(exam.map(values=values), exam.context, series_number=1))
    ).get_volume(apply_real_world_transform=True)
    assert volume.array[-1, 0, 0] == pytest.approx(-2000.0)


def test_a_source_that_is_not_in_the_exam_is_refused(exam):
    gone = tuple(SliceOrigin("1.2.3", 1) for _ in exam.grid.planes)
    with pytest.raises(DicomError) as refused:
        one = exam.map(grid=dataclasses.replace(exam.grid, origins=gone))
        write_parametric_map(one, exam.context, series_number=1)
    assert refused.value.code == "dicom.source-missing"


def test_a_header_of_the_images_does_not_come_along(exam):
    made = _read(write_parametric_map(exam.map(), exam.context, series_number=1))
    for keyword in ("InstitutionName", "StationName", "ProtocolName", "PatientComments", "OtherPatientIDs"):
        assert keyword not in made


def _turned(angles: tuple[float, float, float]) -> np.ndarray:
    a, b, c = angles
    about_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    about_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    about_z = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    return about_x @ about_y @ about_z


_ANGLE = st.floats(-3.1, 3.1)
_MM = st.floats(0.4, 9.0)


@settings(max_examples=25, deadline=None)
@given(
    angles=st.tuples(_ANGLE, _ANGLE, _ANGLE),
    spacing=st.tuples(_MM, _MM, _MM),
    start=st.tuples(*[st.floats(-400.0, 400.0)] * 3),
)
def test_any_orientation_and_spacing_comes_back(exam_context_for, angles, spacing, start):
    context, origins = exam_context_for
    turned = _turned(angles)
    row, column, normal = turned[:, 0], turned[:, 1], turned[:, 2]
    planes = tuple(
        Plane(
            tuple(np.array(start) + position * spacing[2] * normal),
            tuple(row),
            tuple(column),
            spacing[0],
            spacing[1],
            4,
            5,
            spacing[2] / 2,  # a gap of as much
        )
        for position in range(3)
    )
    values = np.arange(60, dtype=np.float32).reshape(3, 4, 5) * np.float32(1e-6)
    grid = MapGrid(planes, origins, tuple((origin,) for origin in origins))
    one = AdcMap(values, grid, "refit", "loglinear/1", (0.0, 800.0), "c" * 64)
    content = write_parametric_map(one, context, series_number=1)
    volume = highdicom.imread(io.BytesIO(content)).get_volume(apply_real_world_transform=True)
    for position in range(3):
        at = (volume.affine @ [2 - position, 3, 2, 1])[:3]
        np.testing.assert_allclose(at, planes[position].to_lps([(3.0, 2.0)])[0], atol=2e-4)
    np.testing.assert_array_equal(volume.array[::-1], in_um2_per_s(values))


@pytest.fixture(scope="module")
def exam_context_for() -> tuple[ExamContext, tuple[SliceOrigin, ...]]:
    """A context of an exam whose planes a test chooses itself."""
    from tests.dicom.objects.exams_to_write import exam_in

    exam = exam_in("siemens-classic")
    return exam.context, exam.grid.origins[:3]


def test_the_writer_names_itself_with_a_version():
    assert parametric_map.WRITER == "parametric-map/1"
