"""What every object of an exam repeats from its images: the subject's code, the exam, and who made them.

Only the listed attributes are carried over, so nothing that a scanner wrote elsewhere can come along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset

from adcurate.dicom.objects.reproducible import derived_uid
from adcurate.dicom.reading.headers import scan_header, text, whole_number
from adcurate.errors import DicomError
from adcurate.model import ObjectSource

_SUBJECT_AND_EXAM: Final = (
    "SpecificCharacterSet",
    "StudyDate",
    "StudyTime",
    "StudyInstanceUID",
    "StudyID",
    "AccessionNumber",
    "ReferringPhysicianName",
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "PatientAge",
    "PatientSize",
    "PatientWeight",
    "PatientIdentityRemoved",
    "DeidentificationMethod",
    "DeidentificationMethodCodeSequence",
    "LongitudinalTemporalInformationModified",
)
_MAY_BE_EMPTY: Final = frozenset(
    {
        "StudyDate",
        "StudyTime",
        "StudyID",
        "AccessionNumber",
        "ReferringPhysicianName",
        "PatientName",
        "PatientID",
        "PatientBirthDate",
        "PatientSex",
    }
)
_BODY_PART: Final = "BodyPartExamined"
_SCANNER: Final = ("Manufacturer", "ManufacturerModelName", "SoftwareVersions")
_OF_IMAGE: Final = (
    "SOPClassUID",
    "SOPInstanceUID",
    "SeriesInstanceUID",
    "SeriesNumber",
    "FrameOfReferenceUID",
    "NumberOfFrames",
    "Rows",
    "Columns",
)


def _tag(keyword: str) -> int:
    return int(tag_for_keyword(keyword) or 0)


_READ: Final = tuple(_tag(keyword) for keyword in (*_SUBJECT_AND_EXAM, *_SCANNER, *_OF_IMAGE, _BODY_PART))


@dataclass(frozen=True, slots=True)
class ImageObject:
    """One image object of the exam. `n_frames` is None where the object is of a single-frame class."""

    sop_class_uid: str
    sop_instance_uid: str
    series_instance_uid: str
    series_number: int | None
    frame_of_reference_uid: str
    n_frames: int | None
    shape: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class ExamContext:
    """The exam's own attributes, and its images by SOP Instance UID in the order they were given."""

    attributes: Dataset
    scanner: Dataset
    body_part: str
    images: Mapping[str, ImageObject]

    @property
    def date(self) -> str:
        """The exam's date as the study keeps it, or ""."""
        return str(self.attributes.get("StudyDate") or "")

    @property
    def study_instance_uid(self) -> str:
        """The exam."""
        return str(self.attributes.StudyInstanceUID)

    def image(self, sop_instance_uid: str) -> ImageObject:
        """One image.

        Raises
        ------
        DicomError
            ``dicom.source-missing``
        """
        found = self.images.get(sop_instance_uid)
        if found is None:
            raise DicomError(
                "dicom.source-missing",
                "An image that a map or region was made from is not among the exam's objects.",
                remedy="Run the study again: adcurate study run.",
            )
        return found

    def copy_to(self, made: Dataset) -> None:
        """Write the subject's and the exam's attributes into an object."""
        for element in self.attributes:
            made[element.tag] = element


def read_exam_context(sources: Iterable[ObjectSource]) -> ExamContext:
    """Read the headers of an exam's objects; the first in SOP Instance UID order speaks for the exam.

    Raises
    ------
    DicomError
        ``dicom.source-missing`` where there is none; the codes of `scan_header`.
    """
    images: dict[str, ImageObject] = {}
    first: Dataset | None = None
    for source in sources:
        header = scan_header(source.read(), _READ).header
        image = _image(header)
        if first is None or image.sop_instance_uid < min(images):
            first = header
        images[image.sop_instance_uid] = image
    if first is None:
        raise DicomError(
            "dicom.source-missing", "The exam has no images.", remedy="Add them: adcurate study add."
        )
    return ExamContext(
        _kept(first, _SUBJECT_AND_EXAM), _kept(first, _SCANNER), text(first, _tag(_BODY_PART)), images
    )


def _image(header: Dataset) -> ImageObject:
    def said(keyword: str) -> str:
        return text(header, _tag(keyword))

    series = said("SeriesInstanceUID")
    return ImageObject(
        sop_class_uid=said("SOPClassUID"),
        sop_instance_uid=said("SOPInstanceUID"),
        series_instance_uid=series,
        series_number=whole_number(header, _tag("SeriesNumber")),
        # An image without one is alone in its space with the rest of its series.
        frame_of_reference_uid=said("FrameOfReferenceUID") or derived_uid("frame-of-reference", series),
        n_frames=whole_number(header, _tag("NumberOfFrames")),
        shape=(whole_number(header, _tag("Rows")) or 0, whole_number(header, _tag("Columns")) or 0),
    )


def _kept(header: Dataset, keywords: Iterable[str]) -> Dataset:
    kept = Dataset()
    for keyword in keywords:
        value = header.get(keyword)
        if value not in (None, "") or keyword in _MAY_BE_EMPTY:
            setattr(kept, keyword, "" if value is None else value)
    return kept
