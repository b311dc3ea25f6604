"""``inspect``: what is in these DICOM files? Nothing is stored and nobody is named.

`exam_places` alone tells where an exam lies and of which day it is, for the person whose own files they are.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from adcurate.dicom.reading.headers import text
from adcurate.dicom.reading.inspection import Inspection
from adcurate.dicom.reading.inspection import inspect_paths as _inspect
from adcurate.dicom.reading.scanning import scan_source
from adcurate.dicom.received.index import Wanted
from adcurate.dicom.received.sources import FileSource
from adcurate.dicom.received.zip_members import ZipMember
from adcurate.errors import AdcurateError
from adcurate.model import Exam
from adcurate.model.progress import Progress, no_progress

_IDENTITY_REMOVED: Final = 0x00120062


@dataclass(frozen=True, slots=True)
class ExamPlace:
    """Where exam number `exam` lies below the given folder, and its day (YYYY-MM-DD).

    Both may tell who somebody is: they are for a terminal, and are kept nowhere. `day` is "" where it is
    absent or not the real one, since identity was taken off the files.
    """

    exam: int
    place: str = field(repr=False)
    day: str = field(repr=False)
    n_series: int
    n_images: int


def inspect_paths(paths: Sequence[Path], progress: Progress = no_progress) -> Inspection:
    """Read the headers under `paths`, tell each series' kind, and prove the units of ADC maps."""
    return _inspect(paths, progress=lambda done, total: progress("Reading", done, total))


def exam_places(inspection: Inspection, paths: Sequence[Path]) -> tuple[ExamPlace, ...]:
    """What tells one exam from another: its folder, or its first file where several exams share a folder."""
    files = [_files(exam) for exam in inspection.exams]
    folders = [_common_folder(one) for one in files]
    shared = Counter(folders)
    return tuple(
        ExamPlace(
            number,
            _below(own[0] if own and shared[folder] > 1 else folder, paths),
            _day(exam),
            len(exam.series),
            sum(len(series.frames) for series in exam.series),
        )
        for number, (exam, own, folder) in enumerate(
            zip(inspection.exams, files, folders, strict=True), start=1
        )
    )


def _files(exam: Exam) -> list[Path]:
    """The files that the exam's images lie in; a member of a zip file lies in that."""
    sources = (frame.source for series in exam.series for frame in series.frames)
    return sorted(
        {
            one.path if isinstance(one, FileSource) else one.archive
            for one in sources
            if isinstance(one, (FileSource, ZipMember))
        }
    )


def _common_folder(files: Sequence[Path]) -> Path:
    if len(files) == 1:
        return files[0]
    return Path(os.path.commonpath([file.parent for file in files])) if files else Path()


def _below(place: Path, given: Sequence[Path]) -> str:
    """The place as seen from the given folder that holds it; the folder's own name where it is that."""
    folder = next((path for path in given if place.is_relative_to(path)), None)
    inside = place if folder is None else place.relative_to(folder)
    return str(inside) if inside.parts else place.absolute().name


def _day(exam: Exam) -> str:
    source = exam.series[0].frames[0].source
    try:
        removed = text(scan_source(source, Wanted([_IDENTITY_REMOVED])).header, _IDENTITY_REMOVED)
    except AdcurateError:
        return ""
    day = exam.date
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 and removed.upper() != "YES" else ""
