"""DICOM objects on disk, fast: what a series shares is encoded once, each object adds its own.

Explicit VR Little Endian, Part 10 files. Only the writing: which elements there are is the vendors' business.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_data_element
from pydicom.uid import ExplicitVRLittleEndian

Elements = Mapping[str, Any]
_IMPLEMENTATION_UID: Final = "2.25.292105537409498018237265405121837562117"
_IMPLEMENTATION_NAME: Final = "SYNTHETIC_MR"


@dataclass(frozen=True, slots=True)
class Private:
    """A private element: its block (creator and group) and its number inside the block."""

    group: int
    creator: str
    number: int
    vr: str
    value: Any
    block: int = 0x10


@dataclass(frozen=True, slots=True)
class Instance:
    """One object: its UID, its pixels, and the elements that are its own."""

    sop_instance_uid: str
    pixels: np.ndarray[tuple[int, ...], np.dtype[np.int16]]
    elements: Elements
    private: tuple[Private, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """One series: the elements its objects share, and the objects."""

    number: int
    sop_class_uid: str
    elements: Elements
    instances: tuple[Instance, ...]
    private: tuple[Private, ...] = ()


def write_series(series: Series, folder: Path, names: tuple[str, ...]) -> tuple[Path, ...]:
    """Write each object of a series as a file of the given name; returns the paths."""
    shared = _encode(series.elements, series.private)
    paths = []
    for instance, name in zip(series.instances, names, strict=True):
        own = {
            "SOPClassUID": series.sop_class_uid,
            "SOPInstanceUID": instance.sop_instance_uid,
            **instance.elements,
        }
        encoded = shared | _encode(own, instance.private)
        encoded[0x7FE00010] = _pixel_element(instance.pixels)
        path = folder / name
        body = b"".join(encoded[tag] for tag in sorted(encoded))
        path.write_bytes(_preamble(series.sop_class_uid, instance.sop_instance_uid) + body)
        paths.append(path)
    return tuple(paths)


def item(elements: Elements, private: tuple[Private, ...] = ()) -> Dataset:
    """A sequence item made of these elements."""
    made = Dataset()
    for element in _data_elements(elements, private):
        made.add(element)
    return made


def _data_elements(elements: Elements, private: tuple[Private, ...]) -> list[DataElement]:
    made = []
    for keyword, value in elements.items():
        tag = tag_for_keyword(keyword)
        if tag is None:
            raise LookupError(f"{keyword} is not a DICOM keyword")
        vr = dictionary_VR(tag)
        made.append(DataElement(tag, "US" if vr == "US or SS" else vr, value))
    for element in private:
        made.append(DataElement((element.group, element.block), "LO", element.creator))
        made.append(
            DataElement((element.group, element.block << 8 | element.number), element.vr, element.value)
        )
    return made


def _encode(elements: Elements, private: tuple[Private, ...]) -> dict[int, bytes]:
    encoded: dict[int, bytes] = {}
    for element in _data_elements(elements, private):
        buffer = DicomBytesIO()
        buffer.is_little_endian = True
        buffer.is_implicit_VR = False
        write_data_element(buffer, element, ["iso8859"])
        encoded[int(element.tag)] = buffer.getvalue()
    return encoded


def _pixel_element(pixels: np.ndarray[tuple[int, ...], np.dtype[np.int16]]) -> bytes:
    stored = pixels.astype("<i2", copy=False).tobytes()
    return struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OW", 0, len(stored)) + stored


def _preamble(sop_class_uid: str, sop_instance_uid: str) -> bytes:
    group = (
        struct.pack("<HH2sHI", 2, 1, b"OB", 0, 2)
        + b"\x00\x01"
        + _meta(0x0002, b"UI", sop_class_uid)
        + _meta(0x0003, b"UI", sop_instance_uid)
        + _meta(0x0010, b"UI", str(ExplicitVRLittleEndian))
        + _meta(0x0012, b"UI", _IMPLEMENTATION_UID)
        + _meta(0x0013, b"SH", _IMPLEMENTATION_NAME)
    )
    return bytes(128) + b"DICM" + struct.pack("<HH2sHI", 2, 0, b"UL", 4, len(group)) + group


def _meta(element: int, vr: bytes, text: str) -> bytes:
    value = text.encode("ascii")
    value += (b"\x00" if vr == b"UI" else b" ") * (len(value) % 2)
    return struct.pack("<HH2sH", 2, element, vr, len(value)) + value
