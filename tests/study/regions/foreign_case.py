"""A study with one exam, and what tests of foreign regions ask of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.received.sources import FileSource
from adcurate.model.protocol import AdcRule, RegionRule
from adcurate.phantom import ExamPrescription, LesionPrescription, simulate_exam, write_exam
from adcurate.store import StudyStore
from adcurate.study.derive import derive_exam
from adcurate.study.exam_task import ExamTask
from adcurate.study.regions.contours import current_contours
from adcurate.study.regions.foreign_import import RegionRequest
from adcurate.study.regions.foreign_regions import import_foreign_regions
from adcurate.study.regions.images import slices_of
from adcurate.study.regions.mapping import mapping_of_words


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
