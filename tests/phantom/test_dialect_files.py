"""Files on disk, read by pydicom alone: each vendor's habits, one truth."""

import dataclasses
import hashlib
import warnings
from pathlib import Path
from typing import get_args

import numpy as np
import pydicom
import pytest
from pydicom.dataset import FileDataset

from adcurate.errors import OutputError
from adcurate.phantom import (
    Dialect,
    ExamPrescription,
    LesionPrescription,
    SyntheticExam,
    simulate_exam,
    write_exam,
)
from adcurate.phantom.prescription import ENHANCED

DIALECTS = get_args(Dialect)
B_SETS = ((0.0, 1000.0), (50.0, 600.0, 1000.0))


def order(dialect: Dialect, b_values: tuple[float, ...]) -> ExamPrescription:
    return ExamPrescription(
        patient_id="NET901",
        patient_name="SYNTHETIC^NET901",
        birth_date="19550101",
        sex="M",
        exam_date="20180303",
        dialect=dialect,
        model="Skyra",
        field_strength_t=3.0,
        b_values=b_values,
        lesions=(LesionPrescription("1", "liver", 0.969e-3, 0.378e-3, 32.0, cystic_centre=True),),
        seed=5,
    )


Written = tuple[SyntheticExam, list[FileDataset]]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, tuple[float, ...]], Written]:
    made = {}
    for dialect in DIALECTS:
        for b_values in B_SETS:
            exam = simulate_exam(order(dialect, b_values))
            paths = write_exam(exam, tmp_path_factory.mktemp("exam") / "out")
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                made[dialect, b_values] = exam, [pydicom.dcmread(path) for path in paths]
    return made


def _series(objects: list[FileDataset], word: str) -> list[FileDataset]:
    return [one for one in objects if word in one.SeriesDescription]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("b_values", B_SETS)
def test_the_map_on_disk_has_the_prescribed_mean_and_minimum_at_the_named_image(
    written: dict[tuple[str, tuple[float, ...]], Written], dialect: str, b_values: tuple[float, ...]
) -> None:
    exam, objects = written[dialect, b_values]
    (lesion,) = exam.lesions
    (image,) = [one for one in objects if one.SOPInstanceUID == lesion.sop_instance_uid]
    if dialect in ENHANCED:
        place = image.PerFrameFunctionalGroupsSequence[lesion.frame_number - 1]
        position = place.PlanePositionSequence[0].ImagePositionPatient
        plane = image.pixel_array[lesion.frame_number - 1]
    else:
        position, plane = image.ImagePositionPatient, image.pixel_array
    assert position[2] == lesion.points_lps_mm[0, 2]
    values = plane[lesion.voxels].astype(int)
    if dialect == "bruker":  # whole steps of the slice's own slope
        micro = values * float(image.RescaleSlope) * 1e6
        assert micro.mean() == pytest.approx(969, abs=0.06)
        assert micro.min() == pytest.approx(378, abs=0.06)
        return
    assert values.sum() == 969 * values.size
    assert values.min() == 378


def _images(one: FileDataset, exam: SyntheticExam) -> np.ndarray:
    """The slices in an object, in the unit that the exam holds them in."""
    if "VFRAME" in one.ImageType:
        side = exam.grid.matrix
        down, across = one.Rows // side, one.Columns // side
        tiles = one.pixel_array.reshape(down, side, across, side).swapaxes(1, 2)
        return tiles.reshape(-1, side, side)[: exam.grid.n_slices]
    if one.Manufacturer.startswith("Bruker") and "RescaleSlope" in one:
        return np.rint(one.pixel_array * float(one.RescaleSlope) * 1e6).astype(np.int16)
    return one.pixel_array


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("b_values", B_SETS)
def test_pixels_and_uids_survive_the_disk(
    written: dict[tuple[str, tuple[float, ...]], Written], dialect: str, b_values: tuple[float, ...]
) -> None:
    exam, objects = written[dialect, b_values]
    uids = [one.SOPInstanceUID for one in objects]
    assert len(set(uids)) == len(uids)
    assert len({one.SeriesInstanceUID for one in objects}) == 4
    assert len({one.StudyInstanceUID for one in objects}) == 1
    assert len({one.FrameOfReferenceUID for one in objects}) == 1
    assert all(one.file_meta.MediaStorageSOPInstanceUID == one.SOPInstanceUID for one in objects)
    assert all(uid.startswith("2.25.") and len(uid) <= 64 for uid in uids)
    stacks = {}
    for one in objects:
        stacks.setdefault(one.SeriesNumber, []).append(_images(one, exam))
    series = [np.concatenate([np.atleast_3d(p.T).T for p in stack]) for stack in stacks.values()]
    expected = {
        "t2": exam.t2,
        "t1": exam.t1_ce,
        "adc": exam.adc,
        "dwi": np.concatenate(list(exam.dwi.values())),
    }
    for name, stack in expected.items():
        assert any(np.array_equal(found, stack) for found in series), name


def test_siemens_classic_tells_b_only_in_its_private_element(
    written: dict[tuple[str, tuple[float, ...]], Written],
) -> None:
    for b_values in B_SETS:
        exam, objects = written["siemens-classic", b_values]
        trace = _series(objects, "TRACEW")
        assert [one[0x0019, 0x100C].value for one in trace] == [b for b in b_values for _ in range(12)]
        assert trace[0][0x0019, 0x0010].value == "SIEMENS MR HEADER"
        assert all("DiffusionBValue" not in one and "RescaleSlope" not in one for one in objects)
        adc = _series(objects, "_ADC")
        assert len(adc) == exam.grid.n_slices
        assert {one[0x0019, 0x100C].value for one in adc} == {1000}
        assert {tuple(one.ImageType[:4]) for one in adc} == {("DERIVED", "PRIMARY", "DIFFUSION", "ADC")}


def test_siemens_enhanced_has_one_frame_for_each_slice_and_b_value(
    written: dict[tuple[str, tuple[float, ...]], Written],
) -> None:
    for b_values in B_SETS:
        _, objects = written["siemens-xa", b_values]
        (trace,), (adc,) = _series(objects, "TRACEW"), _series(objects, "_ADC")
        assert len(objects) == 4
        assert trace.NumberOfFrames == 12 * len(b_values) == len(trace.PerFrameFunctionalGroupsSequence)
        found = [f.MRDiffusionSequence[0].DiffusionBValue for f in trace.PerFrameFunctionalGroupsSequence]
        assert found == [b for b in b_values for _ in range(12)]
        assert "DiffusionBValue" not in trace
        assert adc.NumberOfFrames == 12
        for frame in adc.PerFrameFunctionalGroupsSequence:
            assert "DiffusionBValue" not in frame.MRDiffusionSequence[0]
            assert frame.PixelValueTransformationSequence[0].RescaleType == "US"


def test_ge_adds_its_bias_only_with_more_than_two_b_values(
    written: dict[tuple[str, tuple[float, ...]], Written],
) -> None:
    _, many = written["ge", B_SETS[1]]
    biased = [one for one in many if (0x0043, 0x1039) in one]
    assert [int(one[0x0043, 0x1039].value[0]) for one in biased[::12]] == [
        1_000_000_050,
        1_000_000_600,
        1_000_001_000,
    ]
    assert all("DiffusionBValue" not in one for one in many)
    _, two = written["ge", B_SETS[0]]
    plain = [one for one in two if (0x0043, 0x1039) in one]
    assert [int(one[0x0043, 0x1039].value[0]) for one in plain[::12]] == [0, 1000]
    assert ["DiffusionBValue" in one for one in plain[::12]] == [False, True]
    assert [one[0x0043, 0x1030].value for one in plain[::12]] == [14, 16]
    assert {one.PixelRepresentation for one in two} == {1}
    assert {tuple(one.ImageType) for one in _series(two, "ADC")} == {("DERIVED", "SECONDARY", "PROCESSED")}


def test_philips_scales_its_signals_and_sets_a_trap_on_the_map(
    written: dict[tuple[str, tuple[float, ...]], Written],
) -> None:
    _, objects = written["philips", B_SETS[0]]
    adc = _series(objects, "dADC")
    trace = [one for one in _series(objects, "DWI_") if one not in adc]
    assert [one.DiffusionBValue for one in trace[::12]] == [0.0, 1000.0]
    assert [one[0x2001, 0x1003].value for one in trace[::12]] == [0.0, 1000.0]
    assert {float(one.RescaleSlope) for one in trace} == {1.51477}
    assert {(float(one.RescaleSlope), float(one.RescaleIntercept)) for one in adc} == {(1.0, 0.0)}
    assert all(one[0x2005, 0x100E].value != pytest.approx(1.0) for one in adc)
    unit = adc[0].RealWorldValueMappingSequence[0].MeasurementUnitsCodeSequence[0]
    assert (unit.CodeValue, unit.CodingSchemeDesignator) == ("1", "UCUM")


def test_uih_says_what_was_chosen_and_what_was_played_out_as_a_real_scanner_does(
    written: dict[tuple[str, tuple[float, ...]], Written],
) -> None:
    for dialect in ("uih", "uih-mosaic"):
        _, objects = written[dialect, B_SETS[0]]
        weighted = [one for one in objects if (0x0065, 0x1009) in one]
        pairs = {(one[0x0065, 0x100A].value, one[0x0065, 0x1009].value) for one in weighted}
        assert pairs == {(0.0, 1.25), (1000.0, 929.75)}
        assert all("DiffusionBValue" not in one for one in objects)
    tiled = [one for one in objects if "VFRAME" in one.ImageType]
    assert len(tiled) == 2
    assert all("ImagePositionPatient" not in one for one in tiled)
    assert {len(one[0x0065, 0x1051].value) for one in tiled} == {12}
    assert {(one.Rows, one.Columns) for one in tiled} == {(3 * 128, 4 * 128)}


def test_toshiba_leaves_b_zero_out_and_writes_one_on_the_map_where_canon_does_neither(
    written: dict[tuple[str, tuple[float, ...]], Written],
) -> None:
    _, toshiba = written["toshiba", B_SETS[0]]
    assert ["DiffusionBValue" in one for one in toshiba if one.SeriesNumber == 3000] == [False] * 12 + [
        True
    ] * 12
    assert {one.DiffusionBValue for one in toshiba if one.SeriesNumber == 3001} == {1000.0}
    assert all("RescaleSlope" not in one for one in toshiba)
    _, canon = written["canon", B_SETS[0]]
    assert [one.DiffusionBValue for one in canon if one.SeriesNumber == 3000] == [0.0] * 12 + [1000.0] * 12
    assert {one.ImageComments for one in canon if "ImageComments" in one} == {
        "b=0",
        "b=1000(0.000,0.000,0.000)",
    }


def test_bruker_stores_no_b_value_and_a_slope_for_every_slice_of_the_map(
    written: dict[tuple[str, tuple[float, ...]], Written],
) -> None:
    _, objects = written["bruker", B_SETS[1]]
    assert all("DiffusionBValue" not in one for one in objects)
    slopes = [float(one.RescaleSlope) for one in objects if "RescaleSlope" in one]
    assert len(slopes) == 12
    assert len(set(slopes)) > 6
    assert all(0 < slope < 2e-6 for slope in slopes)


def test_philips_enhanced_keeps_its_scale_slope_in_a_private_sequence_of_each_frame(
    written: dict[tuple[str, tuple[float, ...]], Written],
) -> None:
    _, objects = written["philips-enhanced", B_SETS[0]]
    assert len(objects) == 4
    for one in objects:
        for frame in one.PerFrameFunctionalGroupsSequence:
            (own,) = frame[0x2005, 0x140F].value
            assert own[0x2005, 0x100E].value > 0
            unit = frame.RealWorldValueMappingSequence[0].MeasurementUnitsCodeSequence[0]
            assert unit.CodeValue == "1"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_identity_element_says_that_it_is_synthetic(
    written: dict[tuple[str, tuple[float, ...]], Written], dialect: str
) -> None:
    for one in written[dialect, B_SETS[0]][1]:
        for keyword in ("PatientName", "ReferringPhysicianName", "OperatorsName", "PatientComments"):
            assert "SYNTHETIC" in str(one[keyword].value)
        for keyword in ("InstitutionName", "InstitutionAddress", "PatientAddress"):
            assert "Synthetic" in one[keyword].value


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_same_prescription_gives_the_same_bytes(dialect: Dialect, tmp_path: Path) -> None:
    digests = []
    for turn in ("a", "b"):
        paths = write_exam(simulate_exam(order(dialect, B_SETS[0])), tmp_path / turn)
        content = b"".join(
            path.relative_to(tmp_path / turn).as_posix().encode() + path.read_bytes() for path in paths
        )
        digests.append(hashlib.sha256(content).hexdigest())
    assert digests[0] == digests[1]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_pydicom_writes_the_same_elements_back(
    written: dict[tuple[str, tuple[float, ...]], Written], dialect: str, tmp_path: Path
) -> None:
    for one in written[dialect, B_SETS[1]][1][::25]:
        one.save_as(tmp_path / "again.dcm", enforce_file_format=True)
        assert pydicom.dcmread(tmp_path / "again.dcm") == one


def test_a_folder_with_files_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    exam = simulate_exam(dataclasses.replace(order("ge", B_SETS[0]), lesions=()))
    with pytest.raises(OutputError) as caught:
        write_exam(exam, tmp_path)
    assert caught.value.code == "output.exists"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
