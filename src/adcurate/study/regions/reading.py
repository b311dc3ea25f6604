"""Which reader a file of another tool goes to: told from its bytes, never from its name."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from adcurate.dicom.regions import is_region_object, read_region_object
from adcurate.errors import ForeignRegionError
from adcurate.formats.regions.imagej import is_imagej, read_imagej
from adcurate.formats.regions.nifti_labels import is_nifti, read_nifti_labels
from adcurate.formats.regions.nrrd_labels import is_nrrd, read_nrrd_labels
from adcurate.formats.regions.osirix import is_osirix, read_osirix
from adcurate.formats.source import read_source
from adcurate.model import content_digest
from adcurate.model.foreign_region import ForeignFile

SIZE_LIMIT: Final = 300_000_000


def read_foreign_file(path: Path) -> tuple[ForeignFile, str]:
    """What a file of another tool holds, and the digest of its bytes.

    Raises
    ------
    InputError
        As `read_source`.
    ForeignRegionError, DicomError
        ``foreign.too-big``, ``foreign.format`` and the codes of the readers.
    """
    content = read_source(path, limit=SIZE_LIMIT, too_big=ForeignRegionError, too_big_code="foreign.too-big")
    digest = content_digest(content)
    if is_region_object(content):
        return read_region_object(content), digest
    if is_nrrd(content):
        return read_nrrd_labels(content), digest
    if is_imagej(content):
        return read_imagej(content, path.stem), digest
    if is_nifti(content):
        return read_nifti_labels(content), digest
    if is_osirix(content):
        return read_osirix(content), digest
    raise ForeignRegionError(
        "foreign.format",
        "The file is of no format whose regions are read.",
        remedy="Save the regions as DICOM (SEG, RTSTRUCT, SR, presentation state), NIfTI, NRRD, ImageJ ROI, "
        "or OsiriX XML or CSV.",
    )
