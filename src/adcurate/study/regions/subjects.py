"""Whose region it is, and which images that subject has: as the file says, else as a person says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adcurate.dicom.reading.exams import read_exams
from adcurate.errors import ForeignRegionError
from adcurate.model import Exam, Frame, Pseudonyms, Series
from adcurate.model.foreign_region import ForeignFile, ForeignRegion
from adcurate.store import StudyStore
from adcurate.study.regions.images import FrameKey, Images, missing_reference


@dataclass(frozen=True, slots=True, eq=False)
class _Subject:
    exams: tuple[Exam, ...]
    frames: Mapping[FrameKey, tuple[Frame, Series]]


class SubjectImages:
    """The images of a study's subjects, read when a region first asks for them."""

    def __init__(self, store: StudyStore, pseudonyms: Pseudonyms, subject: str, series: str) -> None:
        self._store = store
        self._pseudonyms = pseudonyms
        self._series = series
        self._subject_of = {one.sop_instance_uid: one.subject for one in store.instances.all()}
        self._study_of = {one.sop_instance_uid: one.study_uid for one in store.instances.all()}
        self._subjects = set(self._subject_of.values())
        self._known: dict[str, _Subject] = {}
        self._named = self._code(subject) if subject else ""
        if subject and self._named not in self._subjects:
            raise ForeignRegionError(
                "foreign.patient",
                "The named subject has no images in the study.",
                remedy="Write the hospital number or the study's code, and add the exam first.",
            )

    def of_region(self, found: ForeignFile, region: ForeignRegion) -> tuple[str, Images]:
        """The subject of a region, and the images it may lie on.

        Raises
        ------
        ForeignRegionError
            ``foreign.reference-missing``, ``foreign.patient``, ``foreign.image``
        """
        uids = {one.image.sop_instance_uid for one in region.contours if one.image.sop_instance_uid}
        if region.mask is not None:
            every = [[self._own_uid(one.sop_instance_uid) for one in named] for named in region.mask.images]
            if any(named and not any(uid in self._subject_of for uid in named) for named in every):
                raise missing_reference()
            uids |= {uid for named in every for uid in named if uid in self._subject_of}
        own = {self._own_uid(uid) for uid in uids}
        if not own <= self._subject_of.keys():
            raise missing_reference()
        subject = self._subject(found, {self._subject_of[uid] for uid in own})
        if subject not in self._known:
            scan = read_exams(self._store.instances.sources(subject=subject))
            frames = {
                (frame.sop_instance_uid, frame.frame_number): (frame, series)
                for exam in scan.exams
                for series in exam.series
                for frame in series.frames
            }
            self._known[subject] = _Subject(scan.exams, frames)
        known = self._known[subject]
        studies = {self._study_of[uid] for uid in own}
        exams = tuple(exam for exam in known.exams if not studies or exam.study_instance_uid in studies)
        return subject, Images(exams, known.frames, lambda: self._target(exams), self._own_uid)

    def _subject(self, found: ForeignFile, drawn_on: set[str]) -> str:
        said = self._code(found.patient_id) if found.patient_id.strip() else ""
        candidates = {*drawn_on, *([self._named] if self._named else []), *([said] if said else [])}
        if len(candidates) > 1 or (said and said not in self._subjects):
            raise ForeignRegionError(
                "foreign.patient",
                "The region's patient is not the subject whose images it was drawn on, or that was named.",
                remedy="Check that the file belongs to this subject; --subject takes the hospital number.",
            )
        if not candidates:
            raise ForeignRegionError(
                "foreign.image",
                "The file names neither patient nor images.",
                remedy="Name the subject with --subject, and the series it was drawn on with --series.",
            )
        return candidates.pop()

    def _code(self, written: str) -> str:
        written = written.strip()
        return written if written in self._subjects else self._pseudonyms.subject_code(written)

    def _own_uid(self, uid: str) -> str:
        return uid if uid in self._subject_of else self._pseudonyms.uid(uid)

    def _target(self, exams: tuple[Exam, ...]) -> Series:
        """The series that masks and unnamed contours belong to: as named, else the only ADC map."""
        every = [series for exam in exams for series in exam.series]
        if self._series:
            uids = {self._series, self._pseudonyms.uid(self._series)}
            fitting = [s for s in every if s.series_instance_uid in uids or str(s.number) == self._series]
        else:
            fitting = [series for series in every if series.kind == "adc"]
            fitting = fitting or [series for series in every if series.kind in ("trace", "dwi")]
        if len(fitting) == 1:
            return fitting[0]
        listed = ", ".join(f"{series.number} ({series.kind})" for series in every)
        raise ForeignRegionError(
            "foreign.image",
            f"{len(fitting)} series may be meant{' by --series' if self._series else ''}; the subject has: "
            f"{listed[:300]}.",
            remedy="Name one with --series NUMBER or its UID.",
        )
