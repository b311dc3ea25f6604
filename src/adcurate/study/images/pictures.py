"""Pictures of one exam for a page: a thumbnail of a series, and the page on the quality of its images."""

from __future__ import annotations

from typing import Final

from adcurate import __version__
from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.reading.pixels import stored_images
from adcurate.errors import ReadError
from adcurate.formats.grey_png import grey_png
from adcurate.report.quality_report import render_exam_page
from adcurate.study.b_values import sources_of
from adcurate.study.folder import StudyFolder
from adcurate.study.images.seen import look_at_exam
from adcurate.study.quality.exam import QualityTask, examine_exam

_LARGEST_SIDE: Final = 192


def series_thumbnail(
    study: StudyFolder, study_instance_uid: str, series_instance_uid: str, kind: str
) -> bytes:
    """The middle slice of a series as it is seen (of its highest b-value), as PNG.

    Raises
    ------
    ReadError
        ``read.no-frame`` where the exam has no such series, or its image cannot be shown.
    StudyError
        ``study.unmatched``
    """
    seen = look_at_exam(study, study_instance_uid)["series"]
    meant = [one for one in seen if (one["series_instance_uid"], one["kind"]) == (series_instance_uid, kind)]
    if not meant:
        raise _no_picture()
    shown = meant[0]["shown"]
    with study.open_store("read") as store:
        records = store.instances.all(study_uid=study_instance_uid)
        sources = [
            store.blobs.source(one.blob)
            for one in records
            if one.sop_instance_uid == shown["sop_instance_uid"]
        ]
        frames = [
            frame
            for exam in read_exams(sources).exams
            for series in exam.series
            for frame in series.frames
            if (frame.frame_number, frame.tile) == (shown["frame_number"], shown["tile"])
        ]
        for _, image in stored_images(frames[:1]):
            return grey_png(image, _LARGEST_SIDE)
    raise _no_picture()


def exam_quality_page(study: StudyFolder, study_instance_uid: str) -> str:
    """Noise, movement and saturation of an exam's diffusion images, with pictures, as one HTML page.

    Regions are left out: whoever looks at images before the reading is not shown what readers drew.

    Raises
    ------
    StudyError
        ``study.unmatched``
    """
    look_at_exam(study, study_instance_uid)
    with study.open_store("read") as store:
        subject = store.instances.all(study_uid=study_instance_uid)[0].subject
        task = QualityTask(study_instance_uid, subject, sources_of(store, study_instance_uid), ())
        found = examine_exam(task)
    return render_exam_page(found.quality, found.pictures, __version__).text


def _no_picture() -> ReadError:
    return ReadError(
        "read.no-frame", "The exam has no such picture.", remedy="Load the page again; the exam has changed."
    )
