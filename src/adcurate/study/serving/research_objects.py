"""Research objects by study, series and object, for programs that speak DICOMweb.

They carry the study's codes, dates as shifted, and nothing of the identity zone; the worksheet is not in
them. A blinded reader is never given this: codes and dates could be known from elsewhere.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from adcurate.dicom.serving.frames import frame_bytes
from adcurate.dicom.serving.json_form import (
    JsonHeader,
    chosen,
    element,
    header_json,
    matches,
    tag_of,
    values_of,
)
from adcurate.errors import WebError
from adcurate.store import StudyStore
from adcurate.store.received import InstanceRecord

MOST_ROWS: Final = 1000
_MOST_KEPT: Final = 10_000
_UIDS: Final = {
    "study_uid": "StudyInstanceUID",
    "series_uid": "SeriesInstanceUID",
    "sop_instance_uid": "SOPInstanceUID",
}

_STUDY: Final = (
    *("StudyDate", "StudyTime", "AccessionNumber", "PatientName", "PatientID", "PatientBirthDate"),
    *("PatientSex", "StudyInstanceUID", "StudyID", "StudyDescription"),
)
_SERIES: Final = (
    *("Modality", "SeriesDescription", "StudyInstanceUID", "SeriesInstanceUID", "SeriesNumber"),
    *("PatientID", "BodyPartExamined"),
)
_INSTANCE: Final = (
    *("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "InstanceNumber"),
    *("NumberOfFrames", "Rows", "Columns", "BitsAllocated"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query: wanted values by keyword or tag, and which page of the answer."""

    wanted: Mapping[str, str]
    limit: int = MOST_ROWS
    offset: int = 0


class ResearchObjects:
    """What is in a study's research zone, as DICOMweb asks for it. Any thread may ask."""

    def __init__(self, store: StudyStore, base_url: str) -> None:
        self._store = store
        self._base = base_url
        self._headers: dict[str, JsonHeader] = {}
        self._lock = Lock()

    def studies(self, asked: Asked) -> list[dict[str, Any]]:
        """Exams, a row each.

        Raises
        ------
        WebError
            ``web.malformed``
        """

        def row(records: Sequence[InstanceRecord]) -> dict[str, Any]:
            first = [self._header(one[0]) for one in _by(records, "series_uid")]
            return {
                **chosen(first[0], _STUDY),
                **element("ModalitiesInStudy", *values_of(first, "Modality")),
                **element("NumberOfStudyRelatedSeries", len(first)),
                **element("NumberOfStudyRelatedInstances", len(records)),
                **element("RetrieveURL", self._url(records[0].study_uid)),
            }

        records = _narrowed(self._store.instances.all(), asked, "study_uid")
        return _page(map(row, _by(records, "study_uid")), asked)

    def series(self, asked: Asked, study_uid: str | None = None) -> list[dict[str, Any]]:
        """Series of one exam or of all.

        Raises
        ------
        WebError
            ``web.malformed``, ``web.not-found``
        """

        def row(records: Sequence[InstanceRecord]) -> dict[str, Any]:
            one = records[0]
            return {
                **chosen(self._header(one), _SERIES),
                **element("NumberOfSeriesRelatedInstances", len(records)),
                **element("RetrieveURL", self._url(one.study_uid, one.series_uid)),
            }

        records = _narrowed(self._records(study_uid), asked, "study_uid", "series_uid")
        return _page(map(row, _by(records, "series_uid")), asked)

    def instances(
        self, asked: Asked, study_uid: str | None = None, series_uid: str | None = None
    ) -> list[dict[str, Any]]:
        """Objects of a series, of an exam, or all.

        Raises
        ------
        WebError
            ``web.malformed``, ``web.not-found``
        """

        def row(one: InstanceRecord) -> dict[str, Any]:
            return {
                **chosen(self._header(one), _INSTANCE),
                **element("RetrieveURL", self._url_of(one)),
            }

        records = self._records(study_uid, series_uid)
        records = _narrowed(records, asked, "study_uid", "series_uid", "sop_instance_uid")
        return _page(map(row, records), asked)

    def metadata(
        self, study_uid: str, series_uid: str | None = None, sop_uid: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """Whole headers, their pixels named by an address.

        Raises
        ------
        WebError
            ``web.not-found``
        """
        records = self._records(study_uid, series_uid, sop_uid)
        return (header_json(self._bytes(one), f"{self._url_of(one)}/bulkdata/pixels") for one in records)

    def objects(
        self, study_uid: str, series_uid: str | None = None, sop_uid: str | None = None
    ) -> Iterator[bytes]:
        """Whole objects, one after the other.

        Raises
        ------
        WebError
            ``web.not-found``
        """
        records = self._records(study_uid, series_uid, sop_uid)
        return (self._bytes(one) for one in records)

    def frames(
        self, study_uid: str, series_uid: str, sop_uid: str, numbers: Sequence[int]
    ) -> tuple[bytes, ...]:
        """Frames of one object, from 1; all of them where no number is given.

        Raises
        ------
        WebError
            ``web.not-found``
        """
        (record,) = self._records(study_uid, series_uid, sop_uid)
        stated = self._header(record).get(tag_of("NumberOfFrames"), {}).get("Value", [1])
        return frame_bytes(self._source(record), numbers or range(1, int(stated[0]) + 1))

    def _records(
        self, study_uid: str | None, series_uid: str | None = None, sop_uid: str | None = None
    ) -> tuple[InstanceRecord, ...]:
        found = tuple(
            one
            for one in self._store.instances.all(study_uid=study_uid)
            if series_uid in (None, one.series_uid) and sop_uid in (None, one.sop_instance_uid)
        )
        if not found and study_uid is not None:
            raise WebError("web.not-found", "There is no such thing here.", remedy="Check the address.")
        return found

    def _header(self, record: InstanceRecord) -> JsonHeader:
        with self._lock:
            known = self._headers.get(record.blob)
        if known is not None:
            return known
        keywords = {*_STUDY, *_SERIES, *_INSTANCE}
        form = chosen(header_json(self._bytes(record)), sorted(keywords))
        with self._lock:
            if len(self._headers) >= _MOST_KEPT:
                self._headers.clear()
            self._headers[record.blob] = form
        return form

    def _source(self, record: InstanceRecord) -> Any:
        return self._store.blobs.source(record.blob)

    def _bytes(self, record: InstanceRecord) -> bytes:
        return bytes(self._source(record).read())

    def _url(self, *uids: str) -> str:
        parts = zip(("studies", "series", "instances"), uids, strict=False)
        return self._base + "".join(f"/{name}/{uid}" for name, uid in parts)

    def _url_of(self, one: InstanceRecord) -> str:
        return self._url(one.study_uid, one.series_uid, one.sop_instance_uid)


def _by(records: Sequence[InstanceRecord], column: str) -> list[list[InstanceRecord]]:
    found: dict[str, list[InstanceRecord]] = {}
    for one in records:
        found.setdefault(getattr(one, column), []).append(one)
    return list(found.values())


def _narrowed(records: Sequence[InstanceRecord], asked: Asked, *columns: str) -> tuple[InstanceRecord, ...]:
    """Records that the UIDs of a query leave, so that only their headers are read."""
    wanted = {tag_of(name): value for name, value in asked.wanted.items()}
    uids = [(column, wanted.get(tag_of(_UIDS[column]), "")) for column in columns]
    limits = [
        (column, value.replace("\\", ",").split(",")) for column, value in uids if value not in ("", "*")
    ]
    return tuple(one for one in records if all(getattr(one, column) in values for column, values in limits))


def _page(rows: Iterable[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
    """The page that was asked for; no row behind it is made."""
    wanted = {tag_of(name): value for name, value in asked.wanted.items()}
    fitting = (row for row in rows if matches(row, wanted))
    return list(itertools.islice(fitting, asked.offset, asked.offset + min(asked.limit, MOST_ROWS)))
