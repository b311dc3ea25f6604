"""A study leaves as files that other tools open, by the commands: the same each time, and without a name."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import highdicom
import nibabel
import numpy as np
import pydicom
import pytest
import SimpleITK
from tests.orthanc import AE_TITLE, Orthanc

from adcurate.cli.entry import run
from adcurate.model.contour_record import ContourRecord
from adcurate.phantom import (
    ExamPrescription,
    LesionPrescription,
    contour_records,
    redraw_lesions,
    simulate_exam,
    write_exam,
)
from adcurate.store import StudyStore

DIALECTS = ("siemens-classic", "uih-mosaic", "siemens-xa")
SECOND_READER = "Quirina Sentinel"
HEADER = "subject,status,mri date,lesion type,lesion site,lesion size (mm),ki-67,grade,primary site"


def _prescription(number: int) -> ExamPrescription:
    return ExamPrescription(
        patient_id=f"QZX{number:02d}8841",
        patient_name=f"SYNTHETIC^PLANTED{number}",
        birth_date="19610203",
        sex="F",
        exam_date=f"2024030{number + 1}",
        dialect=DIALECTS[number],  # type: ignore[arg-type]
        model="Model",
        field_strength_t=3.0,
        b_values=(0.0, 400.0, 800.0),
        lesions=(
            LesionPrescription("1", "liver", round(0.0011 - number * 1e-5, 6), 0.0008, 30.0, number == 0),
        ),
        seed=number,
        matrix=64,
    )


@dataclass(frozen=True)
class Study:
    """A measured study and its commands."""

    folder: Path
    place: Path

    def export(self, name: str, *options: str) -> tuple[int, dict[str, Any]]:
        out = self.place / f"{name}.json"
        out.unlink(missing_ok=True)
        where = ["--study", str(self.folder), "--json", str(out), "--workers", "0"]
        code = run(["study", "export", str(self.place / name), *options, *where])
        return code, json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}

    def manifest(self, name: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.place / name / "manifest.json").read_text("utf-8"))
        return content

    def files(self, name: str, kind: str) -> list[tuple[Path, dict[str, Any]]]:
        return [
            (self.place / name / one["path"], one["made_from"])
            for one in self.manifest(name)["files"]
            if one["kind"] == kind
        ]

    def stored(self, derived_id: str) -> Any:
        with StudyStore.open(self.folder / "store", "read") as store:
            return store.derived.get(derived_id)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Study]:
    """Three exams of three dialects, two readers; one lesion has a hole, one an exclusion."""
    place = tmp_path_factory.mktemp("work")
    contours: list[dict[str, Any]] = []
    rows = [HEADER]
    for number in range(len(DIALECTS)):
        exam = simulate_exam(_prescription(number))
        write_exam(exam, place / "pacs" / f"exam{number}")
        contours += contour_records(exam)
        contours += contour_records(exam, reader=SECOND_READER, lesions=redraw_lesions(exam))
        grade = "G3" if number % 2 else "G1"
        rows.append(f"QZX{number:02d}8841,included,2024-03-0{number + 1},primary,liver,30,5,{grade},pancreas")
    last = contours[-1]
    points = np.array(last["points_lps_mm"])
    inner = points.mean(axis=0) + 0.3 * (points - points.mean(axis=0))
    contours.append({**last, "role": "exclusion", "points_lps_mm": np.round(inner, 3).tolist()})
    (place / "rows.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    content = {"schema": "adcurate.contours", "schema_version": 1, "contours": contours}
    (place / "contours.json").write_text(json.dumps(content), encoding="utf-8")
    folder = place / "study"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADCURATE_VAULT_KEY_FILE", str(place / "vault.key"))
        assert run(["study", "create", str(folder), "--template", "graded-outcome"]) == 0
        for step in (
            ["add", str(place / "pacs"), "--workers", "0"],
            ["worksheet", str(place / "rows.csv")],
            ["contours", str(place / "contours.json")],
            ["run", "--workers", "0"],
        ):
            assert run(["study", *step, "--study", str(folder)]) == 0
        yield Study(folder, place)


@pytest.fixture(scope="module")
def exported(study: Study) -> Study:
    """The study with its DICOM export in ``out``."""
    code, told = study.export("out")
    assert code == 0
    assert told["exams"] == 3
    return study


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_kind_of_file_is_there_and_in_the_manifest(exported):
    kinds = [one["kind"] for one in exported.manifest("out")["files"]]
    assert {kind: kinds.count(kind) for kind in kinds if kind != "image"} == {
        "parametric-map": 6,
        "segmentation": 12,
        "structure-set": 6,
        "measurement-report": 6,
    }
    on_disk = {name for name in _tree(exported.place / "out") if name != "manifest.json"}
    assert on_disk == {one["path"] for one in exported.manifest("out")["files"]}
    assert exported.manifest("out")["complete"] is True


def test_exporting_twice_gives_the_same_bytes(exported):
    assert exported.export("again")[0] == 0
    assert _tree(exported.place / "again") == _tree(exported.place / "out")


def test_an_earlier_export_is_replaced_only_when_asked(exported, capsys):
    before = _tree(exported.place / "again")
    assert exported.export("again")[0] == 2
    assert "--overwrite" in capsys.readouterr().err
    assert exported.export("again", "--overwrite", "--what", "maps")[0] == 0
    after = _tree(exported.place / "again")
    assert {Path(name).parts[1] for name in after if name != "manifest.json"} == {"maps"}
    assert all(before[name] == after[name] for name in after if name != "manifest.json")


def test_a_folder_that_holds_anything_else_is_left_alone(exported, capsys):
    (exported.place / "mine").mkdir()
    (exported.place / "mine" / "thesis.txt").write_text("words")
    assert exported.export("mine", "--overwrite")[0] == 2
    assert "no earlier export" in capsys.readouterr().err
    assert list((exported.place / "mine").iterdir()) == [exported.place / "mine" / "thesis.txt"]


def test_an_export_that_was_broken_off_goes_on(exported, monkeypatch):
    from adcurate.study.export import export as use_case

    written = []

    def break_off(output: Path, file: Any) -> Any:
        written.append(file.path)
        if len(written) > 3:
            raise KeyboardInterrupt
        return whole(output, file)

    whole = use_case.write_file
    monkeypatch.setattr(use_case, "write_file", break_off)
    assert exported.export("cut", "--what", "maps")[0] == 130
    assert exported.manifest("cut")["complete"] is False
    monkeypatch.undo()
    monkeypatch.setenv("ADCURATE_VAULT_KEY_FILE", str(exported.place / "vault.key"))
    assert exported.export("cut", "--what", "maps")[0] == 0
    whole_tree = _tree(exported.place / "out")
    cut = _tree(exported.place / "cut")
    assert len(cut) == 7
    assert all(whole_tree[name] == content for name, content in cut.items() if name != "manifest.json")


# Dates and numbers stand alone, so that digits inside a made UID are none.
PLANTED = re.compile(
    rb"PLANTED|SYNTHETIC|QZX|Quirina|Sentinel|(?<![0-9])(19610203|2024030[1-9])(?![0-9])", re.IGNORECASE
)


def test_no_name_number_date_or_grade_leaves(exported):
    for name, content in _tree(exported.place / "out").items():
        assert not PLANTED.search(content), name
        assert not PLANTED.search(name.encode())
        if name.endswith(".dcm") and "images" not in Path(name).parts:
            header = pydicom.dcmread(io.BytesIO(content), stop_before_pixels=True)
            assert not re.search(r"\bG[123]\b|grade", str(header), re.IGNORECASE), name


def test_the_leak_check_sees_a_planted_name(exported, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(exported.place / "out", copy)
    first = next(copy.rglob("report-*.dcm"))
    made = pydicom.dcmread(first)
    made.PatientComments = "Quirina"
    made.save_as(first)
    assert any(PLANTED.search(content) for content in _tree(copy).values())


def test_maps_are_the_stored_maps(exported):
    for path, made_from in exported.files("out", "parametric-map"):
        stored = np.load(io.BytesIO(exported.stored(made_from["map_id"])))
        expected = (stored.astype(np.float64) * 1e6).astype(np.float32)
        pixels = pydicom.dcmread(path).FloatPixelData
        np.testing.assert_array_equal(np.frombuffer(pixels, dtype="<f4").reshape(expected.shape), expected)


def test_averaging_a_map_over_a_segment_gives_the_number_of_record(exported):
    maps = {made_from["map_id"]: path for path, made_from in exported.files("out", "parametric-map")}
    checked = 0
    for path, made_from in exported.files("out", "segmentation"):
        volume = highdicom.imread(maps[made_from["map_id"]]).get_volume(apply_real_world_transform=True)
        made = highdicom.seg.segread(path)
        for number, measurement in enumerate(made_from["measurement_ids"], start=1):
            record = exported.stored(measurement)
            mask = made.get_volume(segment_numbers=[number], allow_missing_positions=True)
            inside = mask.match_geometry(volume).squeeze_channel().array.astype(bool)
            values = volume.array[inside]
            assert values.size == record["values"]["n_voxels"]
            assert values.mean() == pytest.approx(record["values"]["mean"] * 1e6, rel=1e-6)
            assert values.min() == pytest.approx(record["values"]["minimum"] * 1e6, rel=1e-6)
            checked += 1
    assert checked == 12


def test_reports_say_the_numbers_of_record_to_the_last_digit(exported):
    for path, made_from in exported.files("out", "measurement-report"):
        groups = highdicom.sr.srread(path).content.get_planar_roi_measurement_groups()
        assert len(groups) == len(made_from["measurement_ids"]) == 2
        for group, measurement in zip(groups, made_from["measurement_ids"], strict=True):
            record = exported.stored(measurement)
            adc = [one.value for one in group.get_measurements() if one.unit.value == "um2/s"]
            wanted = [record["values"][name] * 1e6 for name in ("mean", "minimum", "median", "sd")]
            assert adc == wanted


def test_a_hole_an_exclusion_and_a_mosaic_point_at_voxels_and_a_plain_line_at_the_image(exported):
    with_line = {}
    for path, _ in exported.files("out", "measurement-report"):
        made = pydicom.dcmread(path)
        groups = highdicom.sr.srread(path).content.get_planar_roi_measurement_groups()
        reader = "R1" if path.name == "report-R1.dcm" else "other"
        with_line[str(made.PatientID), reader] = {group.roi is not None for group in groups}
    # The mosaic's map from the scanner has an image for each slice; its signals, and so the refit, do not.
    assert sorted(map(sorted, with_line.values())) == [[False]] * 3 + [[False, True]] * 2 + [[True]]


def test_a_label_that_may_be_a_name_becomes_a_code_that_the_person_is_told(exported, capsys):
    code, told = exported.export("told", "--what", "images")
    assert code == 0
    shown = capsys.readouterr().out
    assert "3D Slicer" in shown
    assert SECOND_READER in shown
    assert told["reader_codes"]["R1"] == "R1"
    assert re.fullmatch(r"reader-[0-9a-f]{6}", told["reader_codes"][SECOND_READER])


def test_contours_come_back_as_they_were_drawn(exported):
    with StudyStore.open(exported.folder / "store", "read") as store:
        from adcurate.study.regions.contours import current_contours

        drawn = current_contours(store)
    read: list[ContourRecord] = []
    for path, _ in exported.files("out", "structure-set"):
        made = pydicom.dcmread(path)
        for roi in made.ROIContourSequence:
            read += [np.array(ring.ContourData, dtype=float).reshape(-1, 3) for ring in roi.ContourSequence]
    rings = [ring for one in drawn for ring in (one.points_lps_mm, *one.holes_lps_mm)]
    assert len(read) == len(rings)
    for ring in rings:
        assert any(one.shape == np.shape(ring) and np.allclose(one, ring, atol=1e-9) for one in read)


def test_nifti_maps_hold_the_same_voxel_at_the_same_place_as_the_dicom(exported):
    assert exported.export("nifti", "--format", "nifti")[0] == 0
    dicom = {made_from["map_id"]: path for path, made_from in exported.files("out", "parametric-map")}
    for path, made_from in exported.files("nifti", "nifti-map"):
        volume = highdicom.imread(dicom[made_from["map_id"]]).get_volume(apply_real_world_transform=True)
        image = nibabel.load(path)
        itk = SimpleITK.ReadImage(str(path))
        array = np.asarray(image.dataobj)
        assert image.header.get_slope_inter() in ((1.0, 0.0), (None, None))
        for index in ((2, 10, 20), (0, 0, 63), (11, 40, 5)):
            place = (volume.affine @ [*index, 1])[:3]
            ras = place * (-1, -1, 1)
            i, j, k = np.rint(np.linalg.inv(image.affine) @ [*ras, 1])[:3].astype(int)
            np.testing.assert_allclose((image.affine @ [i, j, k, 1])[:3], ras, atol=1e-3)
            np.testing.assert_allclose(array[i, j, k] * 1e6, volume.array[index], rtol=1e-6)
            # ITK turns RAS back into LPS by itself.
            assert itk.TransformPhysicalPointToIndex(list(map(float, place))) == (i, j, k)
        told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        assert told["unit"] == "mm2/s"
        assert told["map_id"] == made_from["map_id"]
        if told["map_source"] == "refit":
            assert len(told["b_values"]) == 3
        else:
            assert told["b_values"] is None


def test_nifti_masks_hold_the_voxels_that_were_measured(exported):
    for path, made_from in exported.files("nifti", "nifti-mask"):
        record = exported.stored(made_from["measurement_ids"][0])
        mask = np.asarray(nibabel.load(path).dataobj)
        assert mask.dtype == np.uint8
        assert int(mask.sum()) == record["values"]["n_voxels"]


def test_a_study_that_was_not_measured_says_what_comes_first(study, capsys):
    text = (study.folder / "study.toml").read_text(encoding="utf-8")
    changed = text.replace('rule = "centre"', 'rule = "half"')
    assert changed != text
    (study.folder / "study.toml").write_text(changed, encoding="utf-8")
    try:
        assert study.export("early")[0] == 3
        assert "adcurate study run" in capsys.readouterr().err
    finally:
        (study.folder / "study.toml").write_text(text, encoding="utf-8")
    assert not (study.place / "early").exists()


@pytest.mark.parametrize(
    ("options", "word"),
    [(("--what", "grades"), "--what"), (("--format", "mat"), "--format"), (("--what", ""), "--what")],
)
def test_an_option_that_means_nothing_is_refused(study, capsys, options, word):
    assert study.export("refused", *options)[0] == 2
    assert word in capsys.readouterr().err


@pytest.fixture
def endpoints(orthanc: Orthanc, tmp_path: Path) -> Path:
    file = tmp_path / "endpoints.toml"
    file.write_text(
        f'[endpoints.by-dimse]\nkind = "dimse"\nhost = "127.0.0.1"\nport = {orthanc.dicom_port}\n'
        f'ae_title = "{AE_TITLE}"\n'
        f'[endpoints.by-web]\nkind = "dicomweb"\nurl = "{orthanc.dicom_web}"\n',
        encoding="utf-8",
    )
    return file


@pytest.mark.parametrize(
    ("name", "what", "n"), [("by-dimse", "maps,measurements", 12), ("by-web", "regions", 18)]
)
def test_an_export_is_sent_to_a_named_endpoint(
    exported: Study, orthanc: Orthanc, endpoints: Path, name: str, what: str, n: int
):
    orthanc.empty()
    options = ("--what", what, "--send", name, "--endpoints", str(endpoints))
    code, told = exported.export(f"sent-{name}", *options)
    assert code == 0
    assert told["sent"] == {"to": name, "objects": n, "refused": 0}
    assert len(orthanc.call("GET", "/instances")) == n


def test_only_a_named_endpoint_is_contacted(exported, endpoints, capsys):
    code, _ = exported.export("sent-nowhere", "--send", "nowhere", "--endpoints", str(endpoints))
    assert code == 3
    assert "no endpoint of that name" in capsys.readouterr().err
    assert not (exported.place / "sent-nowhere").exists()
