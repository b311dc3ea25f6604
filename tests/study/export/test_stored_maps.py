"""A stored map put back on its slices, and what is said where it no longer fits or NIfTI cannot hold it."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path
from typing import Any

import highdicom
import numpy as np
import pytest

from adcurate.dicom.received.sources import FileSource
from adcurate.errors import StoreError
from adcurate.model import content_digest
from adcurate.model.contour_record import ContourRecord
from adcurate.model.protocol import AdcRule, RegionRule
from adcurate.phantom import ExamPrescription, LesionPrescription, simulate_exam, write_exam
from adcurate.study.derive import DerivedExam, derive_exam
from adcurate.study.exam_task import ExamTask
from adcurate.study.export.exam_objects import exam_objects
from adcurate.study.export.stored_maps import PlacedMap, StoredMap, place_maps
from adcurate.study.export.task import ObjectsTask, file_word
from adcurate.study.regions.measured_regions import find_regions


@dataclasses.dataclass(frozen=True)
class Derived:
    """An exam as the study holds it."""

    task: ExamTask
    derived: DerivedExam

    def map(self, source: str) -> StoredMap:
        one = next(one for one in self.derived.maps if one.source == source)
        made = one.derivation
        return StoredMap(
            one.source,  # type: ignore[arg-type]
            made.derived_id,
            made.method,
            made.parameters,
            one.content,
            one.affine_lps,
            made.inputs,
        )

    @property
    def records(self) -> tuple[dict[str, Any], ...]:
        return tuple(dict(one.record) for one in self.derived.measurements)

    def objects(self, **changes: Any) -> ObjectsTask:
        how: dict[str, Any] = {
            "exam": self.task,
            "folder": "exam",
            "maps": (self.map("scanner"), self.map("refit")),
            "measurements": self.records,
            "sites": {},
            "readers": {"R1": "R1"},
            "what": ("maps", "regions", "measurements"),
            "format": "dicom",
        }
        return ObjectsTask(**{**how, **changes})


def _derived(folder: Path, rule: RegionRule) -> Derived:
    order = ExamPrescription(
        "D1",
        "SYNTHETIC^D1",
        "19600101",
        "F",
        "20240102",
        "siemens-classic",
        "Aera",
        1.5,
        (50.0, 400.0, 800.0),
        (LesionPrescription("1", "liver", 0.001010, 0.000640, 40.0),),
        seed=5,
        matrix=64,
    )
    exam = simulate_exam(order)
    paths = write_exam(exam, folder / "exam")
    (lesion,) = exam.lesions
    drawn = []
    for step in (0, 1):
        points = np.array(lesion.points_lps_mm)
        points[:, 2] += 6.0 * step
        uid = exam.sop_instance_uid("adc", lesion.slice_index + step)
        ring = tuple((float(x), float(y), float(z)) for x, y, z in points)
        drawn.append(ContourRecord("D1", "1", "R1", "lesion", uid, ring))
    sources = tuple(FileSource(path, f"file {i}") for i, path in enumerate(paths))
    task = ExamTask(
        exam.uid("study"),
        "S-CODE",
        sources,
        tuple(content_digest(path.read_bytes()) for path in paths),
        tuple(drawn),
        AdcRule(),
        rule,
    )
    from adcurate.dicom.reading.exams import read_exams

    found = read_exams(sources[:1]).exams[0].study_instance_uid
    task = dataclasses.replace(task, study_instance_uid=found)
    return Derived(task, derive_exam(task))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Derived:
    """A region on two slices, measured whole."""
    return _derived(tmp_path_factory.mktemp("whole"), RegionRule(extent="volume"))


@pytest.fixture(scope="module")
def one_slice(tmp_path_factory: pytest.TempPathFactory) -> Derived:
    """The same region, measured on the slice with its largest area."""
    return _derived(tmp_path_factory.mktemp("slice"), RegionRule(rule="half"))


def _place(one: Derived) -> PlacedMap:
    """The exam's scanner map on its slices."""
    (placed,) = place_maps(one.task, [one.map("scanner")])
    return placed


@pytest.mark.parametrize("source", ["scanner", "refit"])
def test_a_map_comes_back_with_the_planes_that_its_affine_says(whole, source):
    stored = whole.map(source)
    (placed,) = place_maps(whole.task, [stored])
    for position in (0, 5):
        at = (np.array(stored.affine_lps) @ [position, 0, 0, 1])[:3]
        np.testing.assert_allclose(placed.map.planes[position].origin, at, atol=1e-6)
    n_sources = 1 if source == "scanner" else 3
    assert {len(frames) for frames in placed.sources} == {n_sources}


def test_values_that_do_not_fit_the_objects_are_refused(whole):
    stored = whole.map("scanner")
    other = io.BytesIO()
    np.save(other, np.zeros((3, 4, 5), dtype=np.float32))
    for broken in (
        dataclasses.replace(stored, inputs=stored.inputs[1:]),
        dataclasses.replace(stored, content=other.getvalue()),
    ):
        with pytest.raises(StoreError) as refused:
            place_maps(whole.task, [broken])
        assert refused.value.code == "store.integrity"


def test_an_exam_whose_objects_are_gone_is_refused(whole):
    gone = dataclasses.replace(whole.task, sources=(), digests=())
    with pytest.raises(StoreError) as refused:
        place_maps(gone, [whole.map("scanner")])
    assert refused.value.code == "store.integrity"


def test_a_region_on_several_slices_has_the_voxels_of_all_of_them(whole):
    placed = _place(whole)
    (region,) = find_regions(whole.task, placed, whole.records)
    assert len(region.slices) == 2
    assert region.line is None
    assert int(region.voxels.sum()) == region.record["values"]["n_voxels"]


def test_a_region_measured_on_one_slice_has_the_voxels_of_that_slice(one_slice):
    placed = _place(one_slice)
    (region,) = find_regions(one_slice.task, placed, one_slice.records)
    assert region.slices == (region.record["slice_index"],)
    assert region.line is not None
    assert int(region.voxels.sum()) == region.record["values"]["n_voxels"]


def test_the_outline_lies_where_it_was_drawn_by_another_programs_count(one_slice):
    placed = _place(one_slice)
    (region,) = find_regions(one_slice.task, placed, one_slice.records)
    (position,) = region.slices
    plane = placed.map.planes[position]
    to_patient = highdicom.spatial.ImageToReferenceTransformer(
        image_position=plane.origin,
        image_orientation=(*plane.row_direction, *plane.column_direction),
        pixel_spacing=(plane.row_spacing_mm, plane.column_spacing_mm),
    )
    drawn = next(
        one
        for one in one_slice.task.contours
        if one.sop_instance_uid == placed.map.origins[position].sop_instance_uid
    )
    np.testing.assert_allclose(to_patient(region.line)[:-1], drawn.points_lps_mm, atol=1e-6)
    np.testing.assert_array_equal(region.line[0], region.line[-1])


def test_a_contour_that_is_not_the_one_that_was_measured_is_refused(whole):
    placed = _place(whole)
    first = whole.task.contours[0]
    moved = dataclasses.replace(
        first, points_lps_mm=tuple((x + 3.0, y, z) for x, y, z in first.points_lps_mm)
    )
    changed = dataclasses.replace(whole.task, contours=(moved, *whole.task.contours[1:]))
    with pytest.raises(StoreError) as refused:
        find_regions(changed, placed, whole.records)
    assert refused.value.code == "store.integrity"


def test_a_region_on_several_slices_leaves_as_valid_objects(whole, program, tmp_path):
    import subprocess

    verify = program("dciodvfy", "dicom3tools")
    made = exam_objects(whole.objects())
    assert {one.kind for one in made.files} == {
        "parametric-map",
        "segmentation",
        "structure-set",
        "measurement-report",
    }
    for file in made.files:
        (tmp_path / "object.dcm").write_bytes(file.content)
        said = subprocess.run([verify, str(tmp_path / "object.dcm")], capture_output=True, text=True)
        assert "Error" not in said.stdout + said.stderr, file.path


def test_uneven_slices_are_refused_as_nifti_by_name(whole, monkeypatch):
    from adcurate.study.export import exam_objects as use_case

    def spread(task: ExamTask, maps: Any) -> list[PlacedMap]:
        found = []
        for placed in place_maps(task, maps):
            last = placed.map.planes[-1]
            moved = dataclasses.replace(last, origin=(*last.origin[:2], last.origin[2] + 1.0))
            one = dataclasses.replace(placed.map, planes=(*placed.map.planes[:-1], moved))
            found.append(dataclasses.replace(placed, map=one))
        return found

    monkeypatch.setattr(use_case, "place_maps", spread)
    made = exam_objects(whole.objects(format="nifti", what=("maps",)))
    assert made.files == ()
    assert {one.code for one in made.refused} == {"geometry.uneven-slices"}


def test_a_measurement_of_a_map_that_is_not_there_is_told(whole):
    records = tuple(
        {**one, "map_id": "0" * 64} if one["map_source"] == "refit" else one for one in whole.records
    )
    made = exam_objects(whole.objects(measurements=records, what=("regions",)))
    assert [(one.path, one.code) for one in made.refused] == [("exam/regions (refit)", "store.integrity")]
    assert "exam/regions/segmentation-R1-scanner.dcm" in [one.path for one in made.files]


def test_a_label_becomes_a_file_name_that_every_system_takes():
    assert file_word("reader 2/é") == "reader_2__"
    assert file_word("") == "_"
