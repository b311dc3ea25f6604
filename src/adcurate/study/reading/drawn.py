"""From a draft to contours of the study: the series and frames of the page become images of the store."""

from __future__ import annotations

from collections.abc import Iterable

from adcurate.model.contour_record import REFERENCE, ContourRecord, ContourRole
from adcurate.model.reading.design import ReadItem
from adcurate.model.reading.draft import Draft, DrawnContour
from adcurate.study.reading.room_exam import RoomExam


def contour_record(drawn: DrawnContour, item: ReadItem, reader: str, exam: RoomExam) -> ContourRecord:
    """One contour as it is measured.

    Raises
    ------
    ReadError
        ``read.no-frame``
    """
    origin = exam.frame(drawn.series, drawn.frame).origin
    role: ContourRole = "exclusion" if drawn.role == "exclusion" else "lesion"
    return ContourRecord(
        subject=item.subject,
        lesion=item.lesion + (REFERENCE if drawn.role == "reference" else ""),
        reader=reader,
        role=role,
        sop_instance_uid=origin.sop_instance_uid,
        points_lps_mm=drawn.points_lps_mm,
        frame_number=origin.frame_number,
        holes_lps_mm=drawn.holes_lps_mm,
    )


def records_of(draft: Draft, item: ReadItem, reader: str, exam: RoomExam) -> tuple[ContourRecord, ...]:
    """Every contour of a draft, as it is measured; none where the lesion cannot be assessed.

    Raises
    ------
    ReadError
        ``read.no-frame``
    """
    drawn: Iterable[DrawnContour] = () if draft.cannot_assess is not None else draft.contours
    return tuple(contour_record(one, item, reader, exam) for one in drawn)
