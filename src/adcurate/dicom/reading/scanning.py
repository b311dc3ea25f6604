"""One object's header as a pydicom data set of the wanted elements, read by the index and not by pydicom.

The elements are raw: `headers` converts the plain ones, pydicom the others when they are touched. pydicom
never sees a structure that the walker has not followed.
"""

from __future__ import annotations

from collections.abc import MutableSequence
from dataclasses import dataclass

from pydicom.charset import convert_encodings, default_encoding
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

from adcurate.dicom.reading.walked_sequence import is_sequence, walked_sequence
from adcurate.dicom.received.elements import VR_TEXT
from adcurate.dicom.received.index import ObjectIndex, PartlyRead, Wanted, index_object, index_source
from adcurate.model import ObjectSource

_CHARACTER_SET = 0x00080005
_MAY_BE_SEQUENCES = frozenset([b"SQ", b"UN", b""])


@dataclass(frozen=True, slots=True)
class ScannedHeader:
    """The wanted elements, and the index they came from."""

    header: Dataset
    index: ObjectIndex


def scan_source(source: ObjectSource, wanted: Wanted) -> ScannedHeader:
    """Read the wanted elements of one object from as few of its bytes as hold them.

    Raises
    ------
    DicomError
        As `index.index_object`.
    """
    if isinstance(source, PartlyRead):
        index = index_source(source, wanted)
    else:
        index = index_object(source.read(), wanted)
    return ScannedHeader(header_of(index, wanted), index)


def _character_set(index: ObjectIndex) -> str | MutableSequence[str]:
    """What pydicom reads an object's text by."""
    value = index.value(_CHARACTER_SET)
    if value is None:
        return default_encoding
    try:
        return convert_encodings(value.decode("ascii").rstrip("\0 ").split("\\"))
    except (UnicodeDecodeError, LookupError):
        return default_encoding


def header_of(index: ObjectIndex, wanted: Wanted) -> Dataset:
    """The wanted elements of an index as a data set; its own character set comes with them."""
    content = index.content
    is_little = index.encoding != "explicit-big"
    is_implicit = index.encoding == "implicit-little"
    found = list(index.found(wanted))
    span = index.span(_CHARACTER_SET)
    if span is not None and _CHARACTER_SET not in wanted.tags:
        found.append((_CHARACTER_SET, span))
    character_set = _character_set(index)
    elements: dict[BaseTag, DataElement | RawDataElement] = {}
    for tag, span in found:
        vr, start, length = span[:3]
        key = BaseTag(tag)
        if is_little and is_sequence(tag, span):
            walked = walked_sequence(tag, content, span, index.encoding, character_set)
            if walked is not None:
                elements[key] = walked
                continue
        name: str | None = VR_TEXT.get(vr) or (vr.decode("latin-1") if vr else None)
        implicit = is_implicit
        if vr in _MAY_BE_SEQUENCES:
            if len(span) == 4:
                name, implicit = "SQ", span[3] == "implicit-little"
            if name == "SQ" or content[start : start + 4] == b"\xfe\xff\x00\xe0":
                index.check_items(span)
        elements[key] = RawDataElement(
            key, name, length, content[start : start + length], start, implicit, is_little
        )
    header = Dataset(elements)
    header.set_original_encoding(is_implicit, is_little)
    return header
