"""A research object: built new from the keep-list, never a copy that was cleaned.

Everything that names a person, place, device or day is absent because nothing put it there: a fresh
header with an empty preamble, only listed attributes, each under its rule, and the pixels. UIDs, the
subject's code and the date shift come from the study's key. Pixels are written native (Explicit VR Little
Endian), because a compressed stream has room for comments.
Source: DICOM PS3.15 Annex E, Basic Application Level Confidentiality Profile with the options of
`PROFILE_OPTIONS`.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from adcurate.dicom.deidentification import siemens_header
from adcurate.dicom.deidentification.keep_list import KEPT, KEPT_PRIVATE, PRIVATE_CREATORS, Kept
from adcurate.dicom.deidentification.kept_values import ValueKeeper, padded
from adcurate.dicom.received.checks import PixelLayout
from adcurate.dicom.received.native_pixels import native_pixels
from adcurate.dicom.received.structure import (
    EXPLICIT_LITTLE,
    MAXIMUM_DEPTH,
    Element,
    WalkedObject,
    tag_text,
)
from adcurate.findings import Finding
from adcurate.model import Pseudonyms

METHOD = "Adcurate keep-list 1"
PROFILE_OPTIONS = (
    ("113100", "Basic Application Confidentiality Profile"),
    ("113105", "Clean Descriptors Option"),
    ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
    ("113108", "Retain Patient Characteristics Option"),
    ("113111", "Retain Safe Private Option"),
)
_IMPLEMENTATION_UID = "2.25.281327590021640126475236148719432871042"
_LONG_VRS = frozenset(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "UC", "UN", "UR", "UT"])
_EMPTY_TYPE_2 = (
    (0x00080030, "TM"),
    (0x00080050, "SH"),
    (0x00080090, "PN"),
    (0x00100030, "DA"),
    (0x00200010, "SH"),
)

# Free text in which nothing worth keeping was found is no fault of the object.
_MAY_SAY_NOTHING = frozenset(["words", "gradient-comment", "contrast", "sequence-name"])

_Written = dict[int, tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class ResearchObject:
    """One object of the research zone. UIDs and the date are stand-ins, `subject` is a code."""

    content: bytes = field(repr=False)
    subject: str
    study_uid: str
    series_uid: str
    sop_instance_uid: str
    exam_date_shifted: str
    findings: tuple[Finding, ...] = ()


def build_research_object(
    walked: WalkedObject, layout: PixelLayout, pseudonyms: Pseudonyms
) -> ResearchObject:
    """Build the research object of one checked object.

    Parameters
    ----------
    walked, layout
        As `walk_object` and `check_object` returned them.
    pseudonyms
        The study's key.

    Returns
    -------
    ResearchObject
        ``content`` is Explicit VR Little Endian. ``findings`` names listed attributes whose value failed
        its rule (``deid.value-dropped``) and overlays that lay in unused bits of the pixels
        (``deid.high-bits``).

    Raises
    ------
    DicomError
        ``dicom.pixel-length`` where compressed pixels do not unpack to what the header says,
        ``dicom.pixel-geometry`` where pixels use bits that the header does not declare.
    """
    subject = pseudonyms.subject_code(walked.text(0x00100020))
    builder = _Builder(walked, ValueKeeper(pseudonyms, subject))
    written = builder.item(walked.elements, 0, {})
    pixels, had_high_bits = native_pixels(walked, layout)
    _add_fixed(written, subject)
    _add_siemens(written, walked)
    if layout.kind == "encapsulated":
        written[0x00280004] = ("CS", b"MONOCHROME2 ")
    integer_vr = "OW" if layout.bits_allocated > 8 else "OB"
    pixel_vr = {0x7FE00008: "OF", 0x7FE00009: "OD"}.get(layout.tag, integer_vr)
    written[layout.tag] = (pixel_vr, pixels if len(pixels) % 2 == 0 else pixels + b"\0")

    def stated(tag: int) -> str:
        return written[tag][1].decode("ascii").strip(" \0") if tag in written else ""

    sop_class, sop_instance = stated(0x00080016), stated(0x00080018)
    content = b"".join([_file_header(sop_class, sop_instance), encoded(written)])
    findings = []
    if builder.dropped:
        tags = ", ".join(tag_text(tag) for tag in sorted(builder.dropped)[:12])
        findings.append(
            Finding(
                "deid.value-dropped",
                f"Values that are not what their attribute should hold were left out: {tags}.",
                "note",
                {"sop_instance_uid": sop_instance},
            )
        )
    if had_high_bits:
        findings.append(
            Finding(
                "deid.high-bits",
                "An overlay lay in unused bits of the pixels, and was cleared.",
                "warning",
                {"sop_instance_uid": sop_instance},
            )
        )
    return ResearchObject(
        content,
        subject,
        stated(0x0020000D),
        stated(0x0020000E),
        sop_instance,
        stated(0x00080020),
        tuple(findings),
    )


class _Builder:
    """Walks the kept part of an object; remembers which listed attributes failed their rule."""

    def __init__(self, walked: WalkedObject, keeper: ValueKeeper) -> None:
        self._walked = walked
        self._keeper = keeper
        self.dropped: set[int] = set()

    def item(
        self, elements: Mapping[int, Element], depth: int, creators: Mapping[tuple[int, int], str]
    ) -> _Written:
        written: _Written = {}
        if any(tag >> 16 & 1 for tag in elements):
            # Some vendors name the creator only outside the sequence.
            creators = {**creators, **self._creators(elements)}
        for tag, element in elements.items():
            if tag >> 16 & 1:
                creator = creators.get((tag >> 16, tag >> 8 & 0xFF))
                kept = KEPT_PRIVATE.get((tag >> 16, creator, tag & 0xFF)) if creator else None
            else:
                creator, kept = None, KEPT.get(tag)
            if kept is None:
                continue
            value = self._value(kept, element, depth, creators)
            if value is None:
                if kept.rule not in _MAY_SAY_NOTHING:
                    self.dropped.add(tag)
                continue
            written[tag] = value
            if creator:
                name_tag = (tag & 0xFFFF0000) | (tag >> 8 & 0xFF)
                written[name_tag] = ("LO", padded("LO", creator.encode("ascii")))
        return written

    def _creators(self, elements: Mapping[int, Element]) -> dict[tuple[int, int], str]:
        names = {}
        for tag, element in elements.items():
            if tag >> 16 & 1 and 0x10 <= tag & 0xFFFF <= 0xFF and element.length <= 64:
                name = self._walked.raw(element).decode("latin-1").strip(" \0")
                names[tag >> 16, tag & 0xFF] = name if name in PRIVATE_CREATORS else ""
        return names

    def _value(
        self, kept: Kept, element: Element, depth: int, creators: Mapping[tuple[int, int], str]
    ) -> tuple[str, bytes] | None:
        if kept.rule != "sequence":
            return None if element.undefined else self._keeper.keep(kept, element, self._walked.raw(element))
        if element.vr not in ("SQ", "UN", "") or depth >= MAXIMUM_DEPTH:
            return None
        items = self._walked.items(element)
        if len(items) > kept.most:
            return None
        parts = []
        for elements in items:
            body = encoded(self.item(elements, depth + 1, creators))
            parts.append(struct.pack("<HHL", 0xFFFE, 0xE000, len(body)) + body)
        return "SQ", b"".join(parts)


def encoded(written: _Written) -> bytes:
    """Elements in tag order as Explicit VR Little Endian."""
    parts = []
    for tag in sorted(written):
        vr, value = written[tag]
        head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr.encode("ascii")
        if vr in _LONG_VRS:
            parts += [head, struct.pack("<HL", 0, len(value)), value]
        else:
            parts += [head, struct.pack("<H", len(value)), value]
    return b"".join(parts)


def _text(vr: str, text: str) -> tuple[str, bytes]:
    return vr, padded(vr, text.encode("ascii"))


def _add_fixed(written: _Written, subject: str) -> None:
    for tag, vr in _EMPTY_TYPE_2:
        written[tag] = (vr, b"")
    written.setdefault(0x00080020, ("DA", b""))
    written.setdefault(0x00100040, ("CS", b""))
    written[0x00100010] = _text("PN", subject)
    written[0x00100020] = _text("LO", subject)
    written[0x00120062] = _text("CS", "YES")
    written[0x00120063] = _text("LO", METHOD)
    items = []
    for code, meaning in PROFILE_OPTIONS:
        body = encoded(
            {0x00080100: _text("SH", code), 0x00080102: _text("SH", "DCM"), 0x00080104: _text("LO", meaning)}
        )
        items.append(struct.pack("<HHL", 0xFFFE, 0xE000, len(body)) + body)
    written[0x00120064] = ("SQ", b"".join(items))
    written[0x00280303] = _text("CS", "MODIFIED")


def _add_siemens(written: _Written, walked: WalkedObject) -> None:
    """The numbers that only the Siemens private header says, where the tags do not say them."""
    is_mosaic = b"MOSAIC" in written.get(0x00080008, ("", b""))[1]
    if not is_mosaic and (0x0019100C in written or 0x00189087 in written):
        return
    header = siemens_header.rebuild_image_header(walked)
    if header is not None:
        written[0x00290010] = _text("LO", siemens_header.CREATOR)
        written[0x00291010] = ("OB", padded("OB", header))


def _file_header(sop_class: str, sop_instance: str) -> bytes:
    meta = encoded(
        {
            0x00020001: ("OB", b"\0\1"),
            0x00020002: _text("UI", sop_class),
            0x00020003: _text("UI", sop_instance),
            0x00020010: _text("UI", EXPLICIT_LITTLE),
            0x00020012: _text("UI", _IMPLEMENTATION_UID),
            0x00020013: _text("SH", "ADCURATE_1"),
        }
    )
    length = encoded({0x00020000: ("UL", struct.pack("<L", len(meta)))})
    return bytes(128) + b"DICM" + length + meta
