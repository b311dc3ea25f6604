"""Questions to an archive and what its answers say, for DIMSE and DICOMweb alike.

Only the few keys that are asked for are read from an answer, as short text; anything else in it is ignored.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from adcurate.dicom.network.archive import ExamAtArchive, ExamQuery, SeriesAtArchive

# Key in our words -> (attribute's keyword, its tag in DICOM JSON).
EXAM_KEYS: Final[Mapping[str, tuple[str, str]]] = {
    "study_uid": ("StudyInstanceUID", "0020000D"),
    "patient_id": ("PatientID", "00100020"),
    "accession": ("AccessionNumber", "00080050"),
    "day": ("StudyDate", "00080020"),
    "description": ("StudyDescription", "00081030"),
    "modalities": ("ModalitiesInStudy", "00080061"),
}
SERIES_KEYS: Final[Mapping[str, tuple[str, str]]] = {
    "series_uid": ("SeriesInstanceUID", "0020000E"),
    "modality": ("Modality", "00080060"),
    "description": ("SeriesDescription", "0008103E"),
    "number": ("SeriesNumber", "00200011"),
    "n_objects": ("NumberOfSeriesRelatedInstances", "00201209"),
}
OBJECT_KEYS: Final[Mapping[str, tuple[str, str]]] = {"sop_uid": ("SOPInstanceUID", "00080018")}

_LONGEST: Final = 1024


def asked_values(query: ExamQuery) -> dict[str, str]:
    """The matching values of a query by their keys."""
    values = {
        "patient_id": query.patient_id,
        "accession": query.accession,
        "study_uid": query.study_uid,
        "day": query.day.strftime("%Y%m%d") if query.day else "",
    }
    return {key: value for key, value in values.items() if value}


def keep_values_out_of_warnings() -> None:
    """From here on pydicom says nothing about odd values: its warnings quote them, and they are identity."""
    warnings.filterwarnings("ignore", category=UserWarning, module=r"pydicom\.")


def values_of_dataset(answer: Any, keys: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """The asked keys of a C-FIND answer as text; a value that cannot be read is left out."""
    values = {}
    for key, (keyword, _) in keys.items():
        try:
            value = answer.get(keyword)
        except (ValueError, TypeError, LookupError, AttributeError, NotImplementedError):
            continue
        many = value if isinstance(value, list | tuple) or type(value).__name__ == "MultiValue" else [value]
        values[key] = tuple(_text(one) for one in many if one is not None)
    return values


def values_of_json(answer: Any, keys: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """The asked keys of one QIDO-RS answer (DICOM JSON) as text."""
    values = {}
    for key, (_, tag) in keys.items():
        element = answer.get(tag) if isinstance(answer, dict) else None
        many = element.get("Value") if isinstance(element, dict) else None
        values[key] = tuple(
            _text(one)
            for one in (many if isinstance(many, list) else [])
            if isinstance(one, str | int | float)
        )
    return values


def exam_of(values: Mapping[str, tuple[str, ...]]) -> ExamAtArchive:
    """An exam from the values of one answer."""
    return ExamAtArchive(
        study_uid=_first(values, "study_uid"),
        patient_id=_first(values, "patient_id"),
        accession=_first(values, "accession"),
        day=_day(_first(values, "day")),
        description=_first(values, "description"),
        modalities=tuple(
            sorted({part for one in values.get("modalities", ()) for part in one.split("\\") if part})
        ),
    )


def series_of(values: Mapping[str, tuple[str, ...]]) -> SeriesAtArchive:
    """A series from the values of one answer."""
    return SeriesAtArchive(
        series_uid=_first(values, "series_uid"),
        modality=_first(values, "modality"),
        description=_first(values, "description"),
        number=_count(_first(values, "number")),
        n_objects=_count(_first(values, "n_objects")),
    )


def _first(values: Mapping[str, tuple[str, ...]], key: str) -> str:
    return next(iter(values.get(key, ())), "")


def _text(value: object) -> str:
    return str(value)[:_LONGEST].strip(" \0")


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date()
    except ValueError:
        return None
