"""A research object under another subject's code: for an exam that came under the wrong one.

Only an object that bears this key's seal is touched. Its pixels, UIDs and everything else stay; code and
dates become the other subject's, so that an interval in days is that subject's own. It is proved as any
research object is.
"""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass, field

from adcurate.dicom.deidentification.deidentify import written_as_sealed, written_by
from adcurate.dicom.deidentification.proof import prove
from adcurate.dicom.deidentification.seal import SealedValueKeeper, sealed_bytes, text_in
from adcurate.dicom.received.checks import check_object
from adcurate.dicom.received.native_pixels import native_pixels
from adcurate.dicom.received.structure import walk_object
from adcurate.errors import DicomError
from adcurate.model import Pseudonyms


@dataclass(frozen=True, slots=True)
class MovedObject:
    """The object anew, with its shifted date."""

    content: bytes = field(repr=False)
    sop_instance_uid: str
    exam_date_shifted: str


class _MovedValueKeeper(SealedValueKeeper):
    """UIDs stand as they are; dates leave one subject's shift and take the other's."""

    def __init__(self, pseudonyms: Pseudonyms, before: str, after: str) -> None:
        super().__init__(pseudonyms, after)
        days = pseudonyms.shift_days(before) - pseudonyms.shift_days(after)
        self._change = datetime.timedelta(days=days)

    def date(self, text: str) -> str | None:
        """The day under the other shift."""
        if super().date(text) is None:
            return None
        try:
            day = datetime.date(int(text[:4]), int(text[4:6]), int(text[6:]))
            return (day + self._change).strftime("%Y%m%d").zfill(8)
        except (ValueError, OverflowError):
            return None


def move_research_object(content: bytes, subject: str, pseudonyms: Pseudonyms) -> MovedObject:
    """The same object as another subject's.

    Raises
    ------
    DicomError
        ``dicom.not-kept`` where it is no research object of this key, or something in it would change.
    """
    walked = walk_object(content)
    layout = check_object(walked)
    pixels, _ = native_pixels(walked, layout)
    digest = hashlib.sha256(pixels).hexdigest()
    if written_as_sealed(walked, layout, pseudonyms, digest) is None:
        raise DicomError(
            "dicom.not-kept",
            "An object of the exam does not bear this study's seal.",
            remedy="adcurate study verify   (says whether it was changed)",
        )
    keeper = _MovedValueKeeper(pseudonyms, walked.text(0x00100020), subject)
    builder, written = written_by(walked, layout, keeper)
    moved = sealed_bytes(written, layout, pixels, digest, pseudonyms)
    prove(moved, builder.facts, walked, layout, pixels, digest)
    return MovedObject(moved, text_in(written, 0x00080018), text_in(written, 0x00080020))
