"""An exam on disk, laid out as a PACS exports it: a folder for each series, names that say nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

from adcurate.errors import OutputError
from adcurate.phantom.encoding import write_series
from adcurate.phantom.exam import SyntheticExam
from adcurate.phantom.vendors import DIALECTS


def write_exam(exam: SyntheticExam, folder: Path) -> tuple[Path, ...]:
    """Write an exam as DICOM files in its dialect.

    Parameters
    ----------
    folder
        Made if need be; must be empty. Gets one subfolder for each series.

    Returns
    -------
    The files, series by series in the order of their numbers, within a series in the order of the instances.

    Raises
    ------
    OutputError
        ``output.exists``
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise OutputError(
            "output.exists", "The folder for the exam is not empty.", remedy="Name a new folder."
        )
    paths: list[Path] = []
    for order, series in enumerate(DIALECTS[exam.prescription.dialect](exam), start=1):
        place = folder / f"SE{order:06d}"
        place.mkdir()
        names = tuple(_opaque(instance.sop_instance_uid) for instance in series.instances)
        paths += write_series(series, place, names)
    return tuple(paths)


def _opaque(uid: str) -> str:
    return "I" + hashlib.sha256(uid.encode()).hexdigest()[:11].upper()
