"""Regions of other tools: one region, every format, the same voxels; and every mismatch refused by name."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.study import region_files as write

from adcurate.cli.entry import run
from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.reading.pixels import load_adc_map
from adcurate.dicom.received.sources import FileSource
from adcurate.model.protocol import AdcRule, RegionRule
from adcurate.phantom import ExamPrescription, LesionPrescription, simulate_exam, write_exam
from adcurate.store import StudyStore
from adcurate.study.derive import derive_exam
from adcurate.study.exam_task import ExamTask
from adcurate.study.folder import find_study
from adcurate.study.regions.contours import current_contours
from adcurate.study.regions.foreign_import import RegionRequest
from adcurate.study.regions.foreign_regions import import_foreign_regions
from adcurate.study.regions.images import slices_of
from adcurate.study.regions.mapping import mapping_of_words
from adcurate.study.results import measurement
from adcurate.study.show import _contours as contours_behind


class Case:
    """A study with one exam, and the scanner's view of its series."""

    def __init__(self, folder: Path) -> None:
        exam = simulate_exam(
            ExamPrescription(
                patient_id="P1",
                patient_name="SYNTHETIC^P1",
                birth_date="19600101",
                sex="F",
                exam_date="20240102",
                dialect="siemens-classic",
                model="Aera",
                field_strength_t=1.5,
                b_values=(0.0, 800.0),
                lesions=(LesionPrescription("1", "liver", 0.0009, 0.0003, 40.0),),
                seed=3,
            )
        )
        paths = write_exam(exam, folder / "exam")
        scan = read_exams([FileSource(path, path.name) for path in paths])
        (found,) = scan.exams
        self.folder = folder
        self.paths = paths
        self.adc = next(series for series in found.series if series.kind == "adc")
        self.t2 = next(series for series in found.series if series.kind == "t2")
        self.frames = slices_of(self.adc)
        self.numbers = [frame.instance_number for frame in self.frames]
        lesion = exam.lesions[0]
        self.mask = np.zeros((len(self.frames), *self.frames[0].plane.shape), dtype=bool)
        for at, keep in ((5, 0.6), (6, 1.0), (7, 0.8)):
            rows, columns = np.nonzero(lesion.voxels)
            middle = rows.mean(), columns.mean()
            near = np.hypot(rows - middle[0], columns - middle[1]) <= keep * 6
            self.mask[at, rows[near], columns[near]] = True

    def own_adc(self, store) -> set[str]:
        """The study's UIDs of the scanner's ADC map."""
        pseudonyms = self.study.open_vault(store).pseudonyms
        return {pseudonyms.uid(frame.sop_instance_uid) for frame in self.frames}

    def write(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    folder = tmp_path_factory.mktemp("regions")
    made = Case(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADCURATE_VAULT_KEY_FILE", str(folder / "key"))
        assert run(["study", "create", str(folder / "study")]) == 0
        assert (
            run(["study", "add", str(folder / "exam"), "--workers", "0", "--study", str(folder / "study")])
            == 0
        )
        made.study = find_study(folder / "study")
        yield made


def bring_in(case, path, *, label="lesion", dry_run=False, reader="R1", **request):
    mapping = mapping_of_words(reader, [f"{label}=1"], ())
    return import_foreign_regions(case.study, [path], RegionRequest(mapping, **request), dry_run=dry_run)


def codes(found):
    return [one.code for one in found.faults]


def voxels_of(case, reader="R1"):
    """The voxels on each ADC slice that the stored region means, and its record."""
    with case.study.open_store("read") as store:
        return measure(case, store, [c for c in current_contours(store) if c.reader == reader])


def measure(case, store: StudyStore, contours, extent="volume", source="scanner"):
    drawn_on = {contour.sop_instance_uid for contour in contours}
    every = store.instances.all()
    series = {record.series_uid for record in every if record.sop_instance_uid in drawn_on}
    adc = {record.series_uid for record in every if record.sop_instance_uid in case.own_adc(store)}
    records = [record for record in every if record.series_uid in series | adc]
    task = ExamTask(
        study_instance_uid=records[0].study_uid,
        subject=records[0].subject,
        sources=tuple(store.blobs.source(record.blob) for record in records),
        digests=tuple(record.blob for record in records),
        contours=tuple(contours),
        adc=AdcRule(),
        region=RegionRule(extent=extent),
    )
    derived = derive_exam(task)
    (one,) = [m for m in derived.measurements if m.record["map_source"] == source]
    return one.record


FORMATS = {
    "seg.dcm": (lambda c: write.write_seg(c.mask, c.frames, c.adc), {}),
    "rtstruct.dcm": (lambda c: write.write_rtstruct(c.mask, c.frames, c.adc), {}),
    "scoord.dcm": (lambda c: write.write_report(c.mask, c.frames, c.adc), {}),
    "scoord3d.dcm": (lambda c: write.write_report(c.mask, c.frames, c.adc, space="SCOORD3D"), {}),
    "presentation.dcm": (lambda c: write.write_presentation(c.mask, c.frames), {}),
    "labels.nii.gz": (
        lambda c: write.write_nifti_labels(*write.turned(c.mask, c.frames)),
        {"label": "1", "subject": "P1"},
    ),
    "labels.nrrd": (
        lambda c: write.write_nrrd_labels(*write.turned(c.mask, c.frames)),
        {"label": "1", "subject": "P1"},
    ),
    "RoiSet.zip": (
        lambda c: write.write_roi_zip(c.mask, c.numbers),
        {"subject": "P1", "series": "7"},
    ),
    "osirix.xml": (lambda c: write.write_osirix_xml(c.mask, c.frames), {"subject": "P1"}),
    "osirix.csv": (lambda c: write.write_osirix_csv(c.mask, c.frames), {}),
}


def test_one_region_by_every_format_is_measured_alike(case):
    records = {}
    for name, (make, options) in FORMATS.items():
        found = bring_in(case, case.write(name, make(case)), **options)
        assert found.faults == () and found.imported, (name, found.faults)
        row = next(row for row in found.rows if row.status == "ready")
        assert (row.n_slices or 0) in (1, 3)
        records[name] = voxels_of(case)
    first = records["seg.dcm"]
    assert first["values"]["n_voxels"] == int(case.mask.sum())
    assert first["values"]["n_slices"] == 3
    for name, record in records.items():
        assert record["values"]["n_voxels"] == first["values"]["n_voxels"], name
        assert record["values"]["mean"] == pytest.approx(first["values"]["mean"], rel=1e-9), name
        assert record["values"]["minimum"] == first["values"]["minimum"], name
        assert record["slice_index"] == first["slice_index"], name


ORIENTATIONS = [
    (axes, flips)
    for axes in itertools.permutations(range(3))
    for flips in itertools.product((False, True), repeat=3)
]


def test_a_label_map_turned_and_flipped_in_48_ways_is_one_region(case):
    assert len(ORIENTATIONS) == 48
    rows = set()
    for number, (axes, flips) in enumerate(ORIENTATIONS):
        volume, affine = write.turned(case.mask, case.frames, axes, flips)
        make = write.write_nifti_labels if number % 2 else write.write_nrrd_labels
        found = bring_in(
            case, case.write(f"turned{number}", make(volume, affine)), label="1", subject="P1", dry_run=True
        )
        assert found.faults == (), (axes, flips, found.faults)
        rows.add((found.rows[0].n_slices, found.rows[0].n_voxels))
    assert rows == {(3, int(case.mask.sum()))}


def test_a_mask_in_eight_orientations_is_measured_to_the_last_digit(case):
    means = []
    for axes, flips in ORIENTATIONS[::6]:
        content = write.write_nifti_labels(*write.turned(case.mask, case.frames, axes, flips))
        bring_in(case, case.write("turned.nii.gz", content), label="1", subject="P1")
        means.append(voxels_of(case)["values"]["mean"])
    assert len(set(means)) == 1


def test_the_mean_is_that_of_the_mask_s_voxels(case):
    bring_in(case, case.write("seg.dcm", write.write_seg(case.mask, case.frames, case.adc)))
    stack = load_adc_map(case.adc)
    values = stack.values[case.mask].astype(float)
    values = values[values != 0] * 1e-6
    record = voxels_of(case)
    assert record["values"]["mean"] == pytest.approx(values.mean(), rel=1e-9)
    assert record["values"]["minimum"] == pytest.approx(values.min(), rel=1e-9)
    pixel = case.frames[0].plane.voxel_area_mm2
    step = abs(case.frames[1].plane.origin[2] - case.frames[0].plane.origin[2])
    assert record["values"]["volume_mm3"] == pytest.approx(case.mask.sum() * pixel * step)


def test_on_one_slice_the_largest_is_measured_and_said(case):
    bring_in(case, case.write("seg.dcm", write.write_seg(case.mask, case.frames, case.adc)))
    with case.study.open_store("read") as store:
        record = measure(case, store, current_contours(store), extent="slice")
    largest = int(np.argmax(case.mask.sum(axis=(1, 2))))
    assert record["slice_index"] == largest
    assert record["values"]["n_voxels"] == int(case.mask[largest].sum())
    assert "volume_mm3" not in record["values"]


def shifted(case, mm):
    volume, affine = write.turned(case.mask, case.frames)
    affine[:3, 3] += (mm, 0, 0)
    return volume, affine


def coarser(case):
    volume, affine = write.turned(case.mask, case.frames)
    affine[:3, :2] *= 1.25
    return volume, affine


def rotated(case):
    volume, affine = write.turned(case.mask, case.frames)
    turn = np.deg2rad(5)
    rotation = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    affine[:3, :3] = rotation @ affine[:3, :3]
    return volume, affine


def one_contour(case, change):
    at, ring = write.rings_by_frame(case.mask)[0]
    points = np.array(case.frames[at].plane.to_lps(ring))
    item = change(points, case.frames[at])
    return write.write_rtstruct(case.mask, case.frames, case.adc, contours=[item])


MISMATCHES = {
    "an image that is not there": (
        "foreign.reference-missing",
        lambda c: write.write_seg(c.mask, [replace(f, sop_instance_uid="1.2.3") for f in c.frames], c.adc),
        {},
    ),
    "a contour on an image that is not there": (
        "foreign.reference-missing",
        lambda c: write.write_rtstruct(
            c.mask, [replace(f, sop_instance_uid="1.2.3") for f in c.frames], c.adc
        ),
        {},
    ),
    "another frame of reference": (
        "foreign.frame-of-reference",
        lambda c: write.write_rtstruct(c.mask, c.frames, c.adc, frame_of_reference="1.2.3.4"),
        {},
    ),
    "a mask in another frame of reference": (
        "foreign.frame-of-reference",
        lambda c: write.write_seg(c.mask, c.frames, c.adc, FrameOfReferenceUID="1.2.3.4"),
        {},
    ),
    "a mask without a frame of reference": (
        "foreign.frame-of-reference",
        lambda c: write.write_seg(c.mask, c.frames, c.adc, FrameOfReferenceUID=""),
        {},
    ),
    "another patient": (
        "foreign.patient",
        lambda c: write.write_rtstruct(c.mask, c.frames, c.adc, patient="P2"),
        {},
    ),
    "a mask moved by half a voxel": (
        "foreign.grid-mismatch",
        lambda c: write.write_nifti_labels(*shifted(c, 1.4)),
        {"label": "1", "subject": "P1"},
    ),
    "a mask of larger voxels": (
        "foreign.grid-mismatch",
        lambda c: write.write_nrrd_labels(*coarser(c)),
        {"label": "1", "subject": "P1"},
    ),
    "a turned mask": (
        "foreign.grid-mismatch",
        lambda c: write.write_nrrd_labels(*rotated(c)),
        {"label": "1", "subject": "P1"},
    ),
    "a fractional segmentation": (
        "foreign.fractional",
        lambda c: write.write_seg(c.mask, c.frames, c.adc, SegmentationType="FRACTIONAL"),
        {},
    ),
    "an empty segment": (
        "foreign.empty",
        lambda c: write.write_seg(c.mask, c.frames, c.adc, PixelData=bytes(3 * 128 * 128 // 8)),
        {},
    ),
    "bits that do not fill the frames": (
        "foreign.packed-length",
        lambda c: write.write_seg(c.mask, c.frames, c.adc, PixelData=bytes(100)),
        {},
    ),
    "a contour between slices": (
        "foreign.contour-plane",
        lambda c: one_contour(c, lambda p, f: write.contour_item(p + np.array([0, 0, 0.02]), f)),
        {},
    ),
    "a contour that is not flat": (
        "foreign.contour-plane",
        lambda c: one_contour(
            c, lambda p, f: write.contour_item(p + np.arange(len(p))[:, None] % 2 * [[0, 0, 0.5]], f)
        ),
        {},
    ),
    "an open contour": (
        "foreign.contour-data",
        lambda c: one_contour(c, lambda p, f: write.contour_item(p, f, kind="OPEN_PLANAR")),
        {},
    ),
    "a wrong count of points": (
        "foreign.contour-data",
        lambda c: one_contour(c, lambda p, f: write.contour_item(p, f, NumberOfContourPoints=len(p) + 1)),
        {},
    ),
    "coordinates that are no triples": (
        "foreign.contour-data",
        lambda c: one_contour(c, lambda p, f: write.contour_item(p, f, ContourData=["1", "2", "3", "4"])),
        {},
    ),
    "an open polyline in a report": (
        "foreign.contour-data",
        lambda c: write.write_report(c.mask, c.frames, c.adc, open_line=True),
        {},
    ),
    "a curve in a presentation state": (
        "foreign.contour-data",
        lambda c: write.write_presentation(c.mask, c.frames, kind="INTERPOLATED"),
        {},
    ),
    "a drawing on the display": (
        "foreign.contour-data",
        lambda c: write.write_presentation(c.mask, c.frames, unit="DISPLAY"),
        {},
    ),
    "an open polygon of OsiriX": (
        "foreign.contour-data",
        lambda c: write.write_osirix_xml(c.mask, c.frames, kind=10),
        {"subject": "P1"},
    ),
    "a label map without a subject": (
        "foreign.image",
        lambda c: write.write_nifti_labels(*write.turned(c.mask, c.frames)),
        {"label": "1"},
    ),
    "pixels of a series that is not named": (
        "foreign.image",
        lambda c: write.roi_bytes(write.rings_by_frame(c.mask)[0][1], name="lesion"),
        {"subject": "P1"},
    ),
    "a slice that the series does not have": (
        "foreign.image",
        lambda c: write.roi_bytes(write.rings_by_frame(c.mask)[0][1], name="lesion", position=99),
        {"subject": "P1", "series": "7"},
    ),
    "a label that no file has": (
        "foreign.mapping",
        lambda c: write.write_seg(c.mask, c.frames, c.adc),
        {"label": "tumour"},
    ),
    "a file of another kind": ("foreign.format", lambda c: b"%PDF-1.7 nothing here", {}),
}


@pytest.mark.parametrize("what", MISMATCHES)
def test_a_mismatch_is_refused_by_name_and_nothing_enters(case, what):
    code, make, options = MISMATCHES[what]
    found = bring_in(case, case.write("mismatch", make(case)), reader="R9", **options)
    assert code in codes(found), found.faults
    assert not found.imported
    with case.study.open_store("read") as store:
        assert not [c for c in current_contours(store) if c.reader == "R9"]


def test_one_fault_keeps_everything_out_and_every_fault_is_listed(case):
    good = case.write("good.dcm", write.write_seg(case.mask, case.frames, case.adc))
    bad = case.write("bad.dcm", write.write_seg(case.mask, case.frames, case.adc, patient="P2"))
    worse = case.write("worse.dcm", write.write_presentation(case.mask, case.frames, unit="DISPLAY"))
    request = RegionRequest(mapping_of_words("R8", ["lesion=1"], ()))
    found = import_foreign_regions(case.study, [good, bad, worse], request)
    assert [row.status for row in found.rows].count("ready") == 1
    assert {found.file_names[one.file] for one in found.faults} == {"bad.dcm", "worse.dcm"}
    assert not found.imported


def test_two_lesions_of_one_reader_in_one_voxel_are_refused(case):
    paths = [
        case.write(f"{name}.dcm", write.write_seg(case.mask, case.frames, case.adc, label=name))
        for name in ("first", "second")
    ]
    request = RegionRequest(mapping_of_words("R8", ["first=1", "second=2"], ()))
    assert codes(import_foreign_regions(case.study, paths, request)) == ["foreign.overlap"]


def t2_mask(case):
    """The lesion's place on the finer grid of the T2 series."""
    frames = slices_of(case.t2)
    mask = np.zeros((len(frames), *frames[0].plane.shape), dtype=bool)
    for at, frame in enumerate(frames):
        grid = np.argwhere(np.ones(frame.plane.shape, dtype=bool))
        points = frame.plane.to_lps(grid)
        for own, adc in enumerate(case.frames):
            if abs(float(adc.plane.distance_mm(frame.plane.origin)[0])) < 0.1 and case.mask[own].any():
                row, column = np.rint(adc.plane.to_pixel(points)).astype(int).T
                inside = (row >= 0) & (column >= 0) & (row < 128) & (column < 128)
                grid_in, row, column = grid[inside], row[inside], column[inside]
                held = case.mask[own][row, column]
                mask[at, grid_in[held, 0], grid_in[held, 1]] = True
    return mask, frames


@pytest.mark.parametrize("other_grid", ["refuse", "nearest", "contours"])
def test_a_mask_on_t2_is_refused_or_carried_over_with_a_finding(case, other_grid):
    content = write.write_nifti_labels(*write.turned(*t2_mask(case)))
    path = case.write("t2.nii.gz", content)
    found = bring_in(case, path, label="1", subject="P1", reader="R7", other_grid=other_grid)
    if other_grid == "refuse":
        assert codes(found) == ["foreign.grid-mismatch"]
        return
    assert found.imported
    assert "region.other-grid" in [one.code for one in found.findings]
    n_voxels = voxels_of(case, "R7")["values"]["n_voxels"]
    assert n_voxels == pytest.approx(case.mask.sum(), rel=0.05)
    if other_grid == "nearest":
        assert n_voxels == int(case.mask.sum())


def test_a_hole_of_a_keyhole_and_of_xor_is_a_hole(case):
    frame = case.frames[6]
    outer = np.array([[40.5, 40.5], [40.5, 50.5], [50.5, 50.5], [50.5, 40.5]])
    hole = np.array([[43.5, 43.5], [43.5, 46.5], [46.5, 46.5], [46.5, 43.5]])
    keyhole = np.vstack([outer, outer[:1], hole, hole[:1]])
    to_lps = frame.plane.to_lps
    several = {
        "keyhole": [write.contour_item(to_lps(keyhole), frame)],
        "xor": [write.contour_item(to_lps(each), frame, kind="CLOSEDPLANAR_XOR") for each in (outer, hole)],
        "nested": [write.contour_item(to_lps(each), frame) for each in (outer, hole)],
    }
    for name, contours in several.items():
        content = write.write_rtstruct(case.mask, case.frames, case.adc, contours=contours)
        found = bring_in(case, case.write("holes.dcm", content), dry_run=True)
        assert found.faults == (), name
        assert found.rows[0].n_voxels == 100 - 9, name
        assert bool(found.findings) == (name == "nested")


def test_an_exclusion_is_taken_away_and_never_stands_alone(case):
    rim = case.mask & (np.arange(128) < np.nonzero(case.mask)[2].mean())
    lesion = case.write("lesion.dcm", write.write_seg(case.mask, case.frames, case.adc))
    necrosis = case.write("necrosis.dcm", write.write_seg(rim, case.frames, case.adc, label="necrosis"))
    request = RegionRequest(mapping_of_words("R6", ["lesion=1"], ["necrosis=1"]))
    found = import_foreign_regions(case.study, [lesion, necrosis], request)
    assert found.imported
    assert voxels_of(case, "R6")["values"]["n_voxels"] == int((case.mask & ~rim).sum())
    alone = import_foreign_regions(case.study, [necrosis], RegionRequest(mapping_of_words("R6", [], ["*=1"])))
    assert codes(alone) == ["foreign.mapping"]


def test_the_command_shows_labels_then_takes_them_in(case, capsys):
    path = case.write("seg.dcm", write.write_seg(case.mask, case.frames, case.adc))
    at = ["--study", str(case.study.path)]
    assert run(["study", "regions", str(path), "--dry-run", *at]) == 0
    shown = capsys.readouterr().out
    assert "not mapped" in shown
    assert "--lesion-of" in shown
    assert run(["study", "regions", str(path), "--reader", "R5", "--lesion-of", "lesion=1", *at]) == 0
    assert "1 regions entered" in capsys.readouterr().out
    table = case.folder / "mapping.csv"
    table.write_text("label,lesion,reader\nlesion,1,R4\n", encoding="utf-8")
    result = case.folder / "regions.json"
    words = ["--mapping", str(table), "--json", str(result)]
    assert run(["study", "regions", str(path), *words, *at]) == 0
    assert json.loads(result.read_text())["labels"][0]["reader"] == "R4"
    assert run(["study", "regions", str(path), "--lesion-of", "lesion=1", *at]) == 2
    capsys.readouterr()


@pytest.mark.parametrize("extent", ["slice", "volume"])
def test_a_measured_region_is_traced_back_to_its_contours(case, extent):
    bring_in(case, case.write("seg.dcm", write.write_seg(case.mask, case.frames, case.adc)))
    with case.study.open_store() as store:
        drawn = [c for c in current_contours(store) if c.reader == "R1"]
        record = measure(case, store, drawn, extent)
        traced = contours_behind(store, measurement(record))
    assert traced
    assert len({one.sop_instance_uid for one in traced}) == (3 if extent == "volume" else 1)


NAME = "KOWALSKA"


def named_seg(case):
    """A SEG whose label, patient and file are called after a person."""
    content = write.write_seg(case.mask, case.frames, case.adc, label=f"{NAME} JANINA ca")
    return case.write(f"{NAME}_JANINA.dcm", content)


def named_label_map(case):
    """A label map whose file is called after a person, with a finding about it."""
    volume, affine = write.turned(case.mask, case.frames)
    content = bytearray(write.write_nifti_labels(volume, affine, packed=False))
    content[123] = 0  # no unit of length
    return case.write(f"{NAME}_labels.nii", bytes(content))


def says_the_name(content: bytes) -> bool:
    spellings = (NAME, NAME.lower(), NAME.title())
    return any(one.encode(form) in content for one in spellings for form in ("ascii", "utf-16-le"))


def test_no_label_and_no_file_name_enters_the_study_or_what_is_written_of_it(case, capsys):
    study = str(case.folder / "study")
    written = [case.folder / "regions.json", case.folder / "refused.json", case.folder / "status.json"]
    of_all = ["--lesion-of", "*=1", "--subject", "P1", "--study", study, "--json"]
    files = [str(named_seg(case)), str(named_label_map(case))]
    assert run(["study", "regions", *files, "--reader", "R9", *of_all, str(written[0])]) == 0
    junk = case.write(f"{NAME}.bin", b"no region at all")
    refused = ["--lesion-of", f"{NAME}*=1", "--lesion-of", f"x{NAME}=2", "--reader", "R9"]
    assert run(["study", "regions", *files, str(junk), *refused, *of_all[2:], str(written[1])]) != 0
    assert NAME in capsys.readouterr().out  # whoever holds the files is shown what they are called
    assert run(["study", "status", "--study", study, "--json", str(written[2])]) == 0
    assert {one["where"].get("file") for one in json.loads(written[0].read_bytes())["findings"]} >= {"file 2"}
    assert {one["file"] for one in json.loads(written[1].read_bytes())["faults"]} >= {"file 3"}
    inside = [path for path in (case.folder / "study").rglob("*") if path.is_file()]
    kept = [path for path in inside if "vault" not in path.relative_to(case.folder / "study").parts]
    assert any(path.suffix == ".sqlite" for path in kept)
    assert [path.name for path in [*kept, *written] if says_the_name(path.read_bytes())] == []
