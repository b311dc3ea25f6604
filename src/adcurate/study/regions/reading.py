"""Files of other tools, each read by a worker process within limits; the format is told from the bytes.

Whoever sends a file chose its bytes, so this process never parses them: a worker reads them, and what comes
back is checked. A worker that dies, or takes too much, costs one file a refusal; the next gets a new one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from adcurate.compute import run_limited
from adcurate.errors import AdcurateError, DicomError, ForeignRegionError, InputError, LimitError
from adcurate.formats.regions.packed_file import pack_foreign_file, unpack_foreign_file
from adcurate.formats.source import read_source
from adcurate.formats.strict_json import parse_strict_json
from adcurate.model import content_digest
from adcurate.model.foreign_region import ForeignFile

SIZE_LIMIT: Final = 300_000_000
SECONDS: Final = 20.0
WORKER_BYTES: Final = 1280 * 2**20
"""The file, its voxels unpacked, and as much again to sort them."""

_MOST_ANSWER_BYTES: Final = 160 * 2**20
_DIGEST_LENGTH: Final = 64
_READ, _REFUSED = b"+", b"-"
_FAMILIES: Final = (InputError, ForeignRegionError, DicomError)
_LIMITS: Final = {
    "limit.memory": "took more memory than it may",
    "limit.time": "took longer than it may",
    "limit.died": "ended without an answer",
}


def read_foreign_file(path: Path) -> tuple[ForeignFile, str]:
    """What a file of another tool holds, and the digest of its bytes.

    Raises
    ------
    InputError
        As `read_source`.
    ForeignRegionError, DicomError
        ``foreign.too-big``, ``foreign.format``, ``foreign.limit`` and the codes of the readers.
    """
    return read_within_limits(answer_of_file, path)


def read_within_limits(answer: Callable[[str], bytes], path: Path) -> tuple[ForeignFile, str]:
    """What `answer`, at the top of a module, says of a file in a worker process; as `read_foreign_file`."""
    try:
        content = run_limited(
            answer,
            (str(path.absolute()),),
            most_bytes=_MOST_ANSWER_BYTES,
            seconds=SECONDS,
            worker_bytes=WORKER_BYTES,
        )
        if content[:1] == _READ:
            digest = content[1 : 1 + _DIGEST_LENGTH].decode("ascii")
            return unpack_foreign_file(content[1 + _DIGEST_LENGTH :]), digest
        refusal = _refusal(content[1:])
    except LimitError as over:
        raise ForeignRegionError(
            "foreign.limit",
            f"Reading the file {_LIMITS[over.code]}.",
            remedy="Save only the regions of this study, or save them in another format.",
        ) from None
    except ValueError:  # a reader met what it did not expect, or its answer is none
        raise ForeignRegionError(
            "foreign.header",
            "The file of regions holds values that cannot be read.",
            remedy="Save it again from the tool that drew it; if that does not help, choose another format.",
        ) from None
    raise refusal


def answer_of_file(path: str) -> bytes:
    """What a worker sends back of one file: its digest and its regions, or why they cannot be read."""
    try:
        content = read_source(
            Path(path), limit=SIZE_LIMIT, too_big=ForeignRegionError, too_big_code="foreign.too-big"
        )
        digest = content_digest(content).encode()
        answer = _READ + digest + pack_foreign_file(_read(content, Path(path).stem))
    except _FAMILIES as error:
        return _REFUSED + json.dumps(error.as_json()["error"]).encode()
    if len(answer) > _MOST_ANSWER_BYTES:
        raise MemoryError
    return answer


def _refusal(written: bytes) -> AdcurateError:
    said = parse_strict_json(written)
    if not isinstance(said, dict) or not isinstance(said.get("facts"), dict):
        raise ValueError("no refusal")
    code, sentence, remedy = (str(said.get(name)) for name in ("code", "sentence", "remedy"))
    for family in _FAMILIES:
        if code.startswith(f"{family.family}."):
            try:
                return family(code, sentence, remedy=remedy, **said["facts"])
            except (LookupError, TypeError):
                break
    raise ValueError("no refusal")


def _read(content: bytes, name: str) -> ForeignFile:
    """The regions of a file, by the reader that its bytes ask for."""
    from adcurate.dicom.regions import is_region_object, read_region_object
    from adcurate.formats.regions.imagej import is_imagej, read_imagej
    from adcurate.formats.regions.nifti_labels import is_nifti, read_nifti_labels
    from adcurate.formats.regions.nrrd_labels import is_nrrd, read_nrrd_labels
    from adcurate.formats.regions.osirix import is_osirix, read_osirix

    if is_region_object(content):
        return read_region_object(content)
    if is_nrrd(content):
        return read_nrrd_labels(content)
    if is_imagej(content):
        return read_imagej(content, name)
    if is_nifti(content):
        return read_nifti_labels(content)
    if is_osirix(content):
        return read_osirix(content)
    raise ForeignRegionError(
        "foreign.format",
        "The file is of no format whose regions are read.",
        remedy="Save the regions as DICOM (SEG, RTSTRUCT, SR, presentation state), NIfTI, NRRD, ImageJ ROI, "
        "or OsiriX XML or CSV.",
    )
