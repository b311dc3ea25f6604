"""The Siemens private image header (CSA), written anew without its text.

As received it is one binary blob with free text in it, which the research zone cannot keep; yet no DICOM
tag repeats which way a mosaic's slices run, and older systems state the b-value nowhere else. So a header
of the same layout is built that holds those few numbers and one known term.
"""

from __future__ import annotations

import struct
from typing import Final

from adcurate.dicom.received.structure import WalkedObject
from adcurate.dicom.siemens_csa import csa_numbers, csa_text, parse_csa

CREATOR: Final = "SIEMENS CSA HEADER"
# Name, value representation and the number of values it must have.
_NUMBERS: Final = (
    ("B_value", b"IS", 1),
    ("DiffusionGradientDirection", b"FD", 3),
    ("NumberOfImagesInMosaic", b"US", 1),
    ("SliceNormalVector", b"FD", 3),
)
_DIRECTIONALITIES = frozenset(["NONE", "DIRECTIONAL", "ISOTROPIC"])
_LARGEST = 1e6
_MARK = 77


def rebuild_image_header(walked: WalkedObject) -> bytes | None:
    """A CSA image header with the numbers of `_NUMBERS`; None where the object has none of them."""
    received = _received(walked)
    if received is None:
        return None
    csa = parse_csa(received)
    kept = []
    for name, vr, count in _NUMBERS:
        values = csa_numbers(csa, name)
        if len(values) == count and all(abs(value) < _LARGEST for value in values):
            kept.append(_tag(name, vr, [_digits(value) for value in values]))
    directionality = csa_text(csa, "DiffusionDirectionality")
    if directionality in _DIRECTIONALITIES:
        kept.append(_tag("DiffusionDirectionality", b"CS", [directionality]))
    if not kept:
        return None
    header = b"SV10" + b"\4\3\2\1" + struct.pack("<II", len(kept), _MARK)
    return header + b"".join(kept)


def stated_numbers(walked: WalkedObject) -> dict[str, tuple[float, ...]]:
    """The numbers of `_NUMBERS` that an object's header states, each with the count it must have."""
    received = _received(walked)
    if received is None:
        return {}
    csa = parse_csa(received)
    stated = {name: csa_numbers(csa, name) for name, _, _ in _NUMBERS}
    return {
        name: stated[name]
        for name, _, count in _NUMBERS
        if len(stated[name]) == count and all(abs(value) < _LARGEST for value in stated[name])
    }


def _digits(value: float) -> str:
    """All digits of a number, without the point of a whole one."""
    return str(int(value)) if value.is_integer() else repr(value)


def _received(walked: WalkedObject) -> bytes | None:
    for tag, element in walked.elements.items():
        if 0x00290010 <= tag <= 0x002900FF and element.length <= 64:
            if walked.raw(element).strip(b" \0") != CREATOR.encode("ascii"):
                continue
            blob = walked.elements.get(0x00290000 | (tag & 0xFF) << 8 | 0x10)
            return None if blob is None or blob.undefined else walked.raw(blob)
    return None


def _tag(name: str, vr: bytes, values: list[str]) -> bytes:
    head = struct.pack("<64si4siii", name.encode("ascii"), len(values), vr + b"\0\0", 0, len(values), _MARK)
    items = []
    for value in values:
        text = value.encode("ascii") + b"\0"
        items.append(struct.pack("<4i", len(text), len(text), _MARK, len(text)))
        items.append(text + bytes(-len(text) % 4))
    return head + b"".join(items)
