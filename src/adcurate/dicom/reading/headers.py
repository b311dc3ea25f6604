"""One DICOM object's header: bytes to a pydicom data set, and values that never raise.

Real headers hold text where numbers belong and private numbers as bytes. Every accessor here answers with
the value or with "not there" (None, "" or an empty tuple): what an absent value means is decided by the
caller, who knows the attribute.
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import pydicom
from pydicom.config import disable_value_validation
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.tag import BaseTag

from adcurate.dicom.reading.plain_values import plain_value
from adcurate.dicom.reading.walked_sequence import WalkedSequence
from adcurate.dicom.received.structure import require_bounded
from adcurate.errors import DicomError

Binary = Literal["text", "float32", "float64", "uint16"]

_PREAMBLE: Final = 128
_FORMATS: Final[dict[str, tuple[str, int]]] = {"float32": ("f", 4), "float64": ("d", 8), "uint16": ("H", 2)}

SHARED_GROUPS: Final = 0x52009229
PER_FRAME_GROUPS: Final = 0x52009230
_FRAME_LEFTOVERS: Final = 0x00209171
_SHARED_LEFTOVERS: Final = 0x00209170


def parse_object(
    content: bytes, *, stop_before_pixels: bool = True, tags: Sequence[int] | None = None
) -> Dataset:
    """Parse the bytes of one DICOM object.

    Parameters
    ----------
    content : bytes
        A whole DICOM file (PS3.10: preamble and ``DICM``).
    stop_before_pixels : bool
        Leave the pixel data unread.
    tags : sequence of int, optional
        Read only these elements (sequences among them whole), which is several times faster.

    Raises
    ------
    DicomError
        ``dicom.not-dicom``, ``dicom.truncated``
    """
    return _parse(content, stop_before_pixels, tags).header


@dataclass(frozen=True, slots=True)
class ScannedHeader:
    """A header without its pixels; `n_bytes_left` is what the file holds from the pixel element on."""

    header: Dataset
    n_bytes_left: int


def scan_header(content: bytes, tags: Sequence[int]) -> ScannedHeader:
    """Read the named elements, as `parse_object` does, and say how much is left for pixels."""
    return _parse(content, True, tags)


def _parse(content: bytes, stop_before_pixels: bool, tags: Sequence[int] | None) -> ScannedHeader:
    if content[_PREAMBLE : _PREAMBLE + 4] != b"DICM":
        raise DicomError(
            "dicom.not-dicom",
            "The bytes are not a DICOM file: the letters DICM are not where the standard puts them.",
            remedy="Leave the file out, or export it from the archive again.",
            n_bytes=len(content),
        )
    require_bounded(content)
    stream = io.BytesIO(content)
    try:
        with disable_value_validation():
            header = pydicom.dcmread(
                stream,
                stop_before_pixels=stop_before_pixels,
                specific_tags=None if tags is None else list(tags),
            )
        return ScannedHeader(header, max(len(content) - stream.tell(), 0))
    except InvalidDicomError:
        raise _broken("dicom.not-dicom", len(content)) from None
    except Exception:  # hostile bytes make the parser raise anything; no text of theirs may leave
        raise _broken("dicom.truncated", len(content)) from None


def _broken(code: str, n_bytes: int) -> DicomError:
    return DicomError(
        code,
        "The DICOM file is damaged or cut short: its elements cannot be read to the end.",
        remedy="Export the object from the archive again.",
        n_bytes=n_bytes,
    )


def raw_value(header: Dataset | None, tag: int) -> Any:
    """The element's value as pydicom converts it; None where absent, empty or not convertible."""
    # Every accessor of a data set makes a tag of the number first, which costs more than all the rest.
    raw = None if header is None else header._dict.get(BaseTag(tag))
    if header is None or raw is None:
        return None
    try:
        found = plain_value(raw) if isinstance(raw, RawDataElement) else NotImplemented
        if found is NotImplemented:
            element = header.get(tag)
            found = None if element is None else element.value
    except Exception:  # conversion of a damaged value: its bytes may still be digits
        found = raw.value if isinstance(raw, RawDataElement) and isinstance(raw.value, bytes) else None
    return None if found is None or found == "" or found == b"" else found


def text(header: Dataset | None, tag: int) -> str:
    """One line of text, stripped; the first of several values."""
    found = texts(header, tag)
    return found[0] if found else ""


def texts(header: Dataset | None, tag: int) -> tuple[str, ...]:
    """All values as stripped text; bytes of unknown kind are read as ASCII."""
    found = raw_value(header, tag)
    if found is None:
        return ()
    if isinstance(found, (bytes, bytearray)):
        found = found.decode("ascii", errors="ignore").strip(" \0").split("\\")
    values = [found] if isinstance(found, str) or not isinstance(found, Sequence) else list(found)
    return tuple(str(value).strip(" \0") for value in values)


def number(header: Dataset | None, tag: int, binary: Binary = "text") -> float | None:
    """The first value as a finite float, None where there is none."""
    found = numbers(header, tag, binary)
    return found[0] if found else None


def is_stated(header: Dataset | None, tag: int) -> bool:
    """Whether the element is there and not empty, readable or not."""
    if header is None or tag not in header.keys():  # noqa: SIM118 - `in header` is far slower
        return False
    found = header.get_item(tag).value
    return (
        found is not None
        and found not in ("", b"")
        and (not isinstance(found, bytes) or bool(found.strip(b" \0")))
    )


def whole_number(header: Dataset | None, tag: int) -> int | None:
    """The first value as an int, None where absent or not whole."""
    found = number(header, tag)
    return int(found) if found is not None and found == int(found) else None


def numbers(header: Dataset | None, tag: int, binary: Binary = "text") -> tuple[float, ...]:
    """All values as finite floats, or nothing if one is not.

    An element whose VR was lost (OB or UN, as archives leave private ones) holds bytes: `binary` says how
    the vendor writes them. Digits are tried first.
    """
    found = raw_value(header, tag)
    if found is None:
        return ()
    if isinstance(found, (bytes, bytearray)):
        return _numbers_in_bytes(bytes(found), binary)
    values = [found] if isinstance(found, str) or not isinstance(found, Sequence) else list(found)
    try:
        parsed = tuple(float(value) for value in values)
    except (TypeError, ValueError):
        return ()
    return parsed if all(math.isfinite(value) for value in parsed) else ()


def _numbers_in_bytes(content: bytes, binary: Binary) -> tuple[float, ...]:
    digits = content.decode("ascii", errors="replace").strip(" \0")
    try:
        parsed = tuple(float(part) for part in digits.split("\\"))
    except ValueError:
        if binary == "text":
            return ()
        letter, size = _FORMATS[binary]
        if len(content) % size:
            return ()
        parsed = tuple(float(v) for v in struct.unpack(f"<{len(content) // size}{letter}", content))
    return parsed if all(math.isfinite(value) for value in parsed) else ()


def items(header: Dataset | None, tag: int) -> tuple[Dataset, ...]:
    """The items of a sequence, none where it is absent."""
    raw = None if header is None else header._dict.get(BaseTag(tag))
    made = raw.made_items() if isinstance(raw, WalkedSequence) else None
    if made is not None:
        return made
    found = raw_value(header, tag)
    if found is None or isinstance(found, (str, bytes)) or not isinstance(found, Sequence):
        return ()
    return tuple(item for item in found if isinstance(item, Dataset))


def private_tag(header: Dataset, group: int, creators: Sequence[str], element: int) -> int | None:
    """The tag of a private element, wherever its creator reserved a block.

    Where a de-identifier left the elements and took every creator, the customary block 0x10 is used.
    """
    reserved = False
    present = header.keys()
    for block in range(0x10, 0x20):
        if group << 16 | block not in present:
            continue
        creator = text(header, group << 16 | block)
        reserved = reserved or bool(creator)
        if creator in creators:
            tag = group << 16 | block << 8 | element
            if tag in present:
                return tag
    tag = group << 16 | 0x1000 | element
    return tag if not reserved and tag in present else None


def private_tags(group: int, *elements: int) -> tuple[int, ...]:
    """All tags at which a private group may hold its creators and the given elements."""
    blocks = range(0x10, 0x20)
    creators = tuple(group << 16 | block for block in blocks)
    return creators + tuple(group << 16 | block << 8 | element for block in blocks for element in elements)


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """What one frame's header says: the object's elements, and in enhanced objects functional groups."""

    root: Dataset
    shared: Dataset | None = None
    own: Dataset | None = None

    @property
    def is_enhanced(self) -> bool:
        """Whether the frame's facts lie in functional groups."""
        return self.own is not None or self.shared is not None

    def group(self, sequence_tag: int) -> Dataset | None:
        """That functional group macro: the frame's, else the shared one; a classic object itself."""
        if not self.is_enhanced:
            return self.root
        for groups in (self.own, self.shared):
            found = items(groups, sequence_tag)
            if found:
                return found[0]
        return None

    def converted(self) -> Iterator[Dataset]:
        """What a legacy object said, in a converted one: the frame's leftover elements, then the shared."""
        for groups, tag in ((self.own, _FRAME_LEFTOVERS), (self.shared, _SHARED_LEFTOVERS)):
            yield from items(groups, tag)

    def homes(self) -> Iterator[Dataset]:
        """Where private elements may lie: the frame's private sequences, its groups, the object."""
        yield from self.converted()
        for groups in (self.own, self.shared):
            if groups is None:
                continue
            yield groups
            for tag in sorted(tag for tag in groups.keys() if tag >> 16 & 1):  # noqa: SIM118
                yield from items(groups, tag)
        yield self.root

    def private_numbers(
        self, group: int, creators: Sequence[str], element: int, binary: Binary = "text"
    ) -> tuple[float, ...]:
        """All numbers of a private element, nothing where absent."""
        for home in self.homes():
            tag = private_tag(home, group, creators, element)
            if tag is not None:
                return numbers(home, tag, binary)
        return ()

    def private_number(
        self, group: int, creators: Sequence[str], element: int, binary: Binary = "text"
    ) -> float | None:
        """The first number of a private element."""
        found = self.private_numbers(group, creators, element, binary)
        return found[0] if found else None

    def private_value(self, group: int, creators: Sequence[str], element: int) -> Any:
        """A private element's value as it stands, None where absent."""
        for home in self.homes():
            tag = private_tag(home, group, creators, element)
            if tag is not None:
                return raw_value(home, tag)
        return None

    def is_private_stated(self, group: int, creators: Sequence[str], element: int) -> bool:
        """Whether a private element is there and not empty, readable or not."""
        for home in self.homes():
            tag = private_tag(home, group, creators, element)
            if tag is not None:
                return is_stated(home, tag)
        return False

    def private_text(self, group: int, creators: Sequence[str], element: int) -> str:
        """A private element's first value as text."""
        for home in self.homes():
            tag = private_tag(home, group, creators, element)
            if tag is not None:
                return text(home, tag)
        return ""


def frame_headers(header: Dataset) -> tuple[FrameHeader, ...]:
    """One header for each frame of an object; a classic object has one."""
    per_frame = items(header, PER_FRAME_GROUPS)
    shared = items(header, SHARED_GROUPS)
    if not per_frame:
        return (FrameHeader(header),)
    return tuple(FrameHeader(header, shared[0] if shared else None, own) for own in per_frame)
