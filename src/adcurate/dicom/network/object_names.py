"""The UIDs that an object gives itself, for the answer to its sender; nothing else of it is read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from adcurate.dicom.received.structure import walk_object
from adcurate.errors import AdcurateError

_UID = re.compile(r"[0-9.]{1,64}")


@dataclass(frozen=True, slots=True)
class ObjectNames:
    """UIDs as the sender knows them; "" where the object has none, or something else in its place."""

    sop_class_uid: str = ""
    sop_instance_uid: str = ""
    study_uid: str = ""


def is_uid(text: str) -> bool:
    """Whether `text` has the letters and the length of a UID, so that it may be said again."""
    return _UID.fullmatch(text) is not None


def read_object_names(content: bytes) -> ObjectNames:
    """The UIDs of an object; those of something unreadable are empty."""
    try:
        walked = walk_object(content)
    except AdcurateError:
        return ObjectNames()
    found = [walked.text(tag) for tag in (0x00080016, 0x00080018, 0x0020000D)]
    return ObjectNames(*(text if is_uid(text) else "" for text in found))
