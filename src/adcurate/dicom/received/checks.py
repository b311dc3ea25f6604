"""What must hold of one object before its pixels, geometry or identity are believed.

Only what can change pixels, geometry, b-values or identity is refused here, each with a code; any other
oddity of real files becomes a finding. `check_object` looks at headers and lengths; it decodes no pixel
and keeps nothing.
Source: DICOM PS3.3 C.7.6.3 (image pixel), C.7.6.1.1.5 (lossy compression), PS3.5 section 9 (UIDs).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from adcurate.dicom.received.codestream import read_codestream
from adcurate.dicom.received.frame_parts import frame_parts
from adcurate.dicom.received.structure import PIXEL_DATA, Element, WalkedObject, tag_text, truncated
from adcurate.dicom.received.transfer_syntax import (
    HTJ2K,
    JPEG_2000,
    JPEG_LOSSLESS,
    JPEG_LS,
    LOSSY,
    NATIVE,
    RLE,
    UNPACKED,
)
from adcurate.errors import DicomError

MAXIMUM_ROWS = 8192
MAXIMUM_FRAMES = 20_000
MAXIMUM_PIXEL_BYTES = 4 * 2**30

# A blank small frame may pack as well as it likes; a large one that does is a bomb.
_RATIO_COUNTS_ABOVE_BYTES = 4 * 2**20
_PLAUSIBLE_RATIO = 300
# Two bytes of RLE make at most 128.
_RLE_RATIO = 64

MR_CLASSES = frozenset(
    [
        "1.2.840.10008.5.1.4.1.1.4",  # MR Image
        "1.2.840.10008.5.1.4.1.1.4.1",  # Enhanced MR Image
        "1.2.840.10008.5.1.4.1.1.4.4",  # Legacy Converted Enhanced MR Image
        "1.2.840.10008.5.1.4.1.1.30",  # Parametric Map
    ]
)
_DIRECTORY_CLASS = "1.2.840.10008.1.3.10"
_CAPTURE_CLASS = "1.2.840.10008.5.1.4.1.1.7"
_SCREEN_WORDS = ("SCREEN", "CSA REPORT", "REPORT", "SNAPSHOT")

_UID = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))+")
# Many archives write components with leading zeros; they name the object all the same.
_TOLERATED_UID = re.compile(r"\d+(\.\d+)+")

PixelKind = Literal["native", "encapsulated"]

_FAMILIES = {
    **dict.fromkeys(JPEG_2000 | HTJ2K, "jpeg-2000"),
    **dict.fromkeys(JPEG_LS, "jpeg-ls"),
    **dict.fromkeys(JPEG_LOSSLESS, "jpeg-lossless"),
}


@dataclass(frozen=True, slots=True)
class PixelLayout:
    """How the pixels of a checked object are stored; the signal's bits begin at `low_bit` of each word."""

    kind: PixelKind
    tag: int
    rows: int
    columns: int
    frames: int
    samples: int
    bits_allocated: int
    bits_stored: int
    pixel_representation: int
    low_bit: int = 0

    @property
    def signal_mask(self) -> int:
        """The bits of a word that may hold signal; a signed word's sign goes on above those stored."""
        above = self.bits_allocated if self.pixel_representation == 1 else self.low_bit + self.bits_stored
        return (1 << above) - (1 << self.low_bit)

    @property
    def has_idle_bits(self) -> bool:
        """Whether words have bits that may not hold signal."""
        return self.tag == PIXEL_DATA and self.signal_mask != (1 << self.bits_allocated) - 1

    @property
    def frame_bytes(self) -> int:
        """Bytes of one frame once native."""
        return self.rows * self.columns * self.samples * self.bits_allocated // 8

    @property
    def total_bytes(self) -> int:
        """Bytes of all frames once native."""
        return self.frame_bytes * self.frames


def reason_to_leave(walked: WalkedObject) -> str | None:
    """Why an object is no MR image and is left alone, or None.

    A report, a presentation state, a PDF or another modality's image is no fault: it is counted under
    ``dicomdir``, ``not-image`` or ``not-mr``.
    """
    sop_class = walked.text(0x00080016) or walked.text(0x00020002)
    if sop_class == _DIRECTORY_CLASS:
        return "dicomdir"
    modality = walked.text(0x00080060)
    is_capture = sop_class.startswith(_CAPTURE_CLASS)
    if sop_class in MR_CLASSES or (modality == "MR" and is_capture):
        return None
    if not any(tag in walked.elements for tag in (PIXEL_DATA, 0x7FE00008, 0x7FE00009, 0x00280010)):
        return "not-image"
    return None if modality == "MR" and not sop_class else "not-mr"


def check_object(walked: WalkedObject) -> PixelLayout:
    """Hold one MR object against everything that could change a number or a person.

    Raises
    ------
    DicomError
        ``dicom.bad-uid``, ``dicom.meta-mismatch``, ``dicom.missing-attribute``,
        ``dicom.syntax-unsupported``, ``dicom.lossy``, ``dicom.pixel-text-risk``,
        ``dicom.pixel-geometry``, ``dicom.pixel-length``, ``dicom.truncated``, ``dicom.bomb``,
        ``dicom.rescale``
    """
    _check_uids(walked)
    _check_pixel_text(walked)
    layout = check_pixels(walked)
    _check_rescale(walked)
    return layout


def check_pixels(walked: WalkedObject) -> PixelLayout:
    """How an object's pixels are stored, once that is known to be true of the bytes that are there.

    Raises
    ------
    DicomError
        ``dicom.syntax-unsupported``, ``dicom.lossy``, ``dicom.pixel-geometry``, ``dicom.pixel-length``,
        ``dicom.truncated``, ``dicom.bomb``
    """
    _check_compression(walked)
    layout = _layout(walked)
    _check_pixel_length(walked, layout)
    return layout


def _check_uids(walked: WalkedObject) -> None:
    for tag in (0x00080016, 0x00080018, 0x0020000D, 0x0020000E):
        uid = walked.text(tag)
        if not uid:
            raise DicomError(
                "dicom.missing-attribute",
                f"The object has no {tag_text(tag)}, so it cannot be placed in a series.",
                remedy="Export the object again from the PACS.",
                tag=tag_text(tag),
            )
        if len(uid) > 64 or not _TOLERATED_UID.fullmatch(uid):
            raise DicomError(
                "dicom.bad-uid",
                f"The UID at {tag_text(tag)} is not one.",
                remedy="Export the object again from the PACS.",
                tag=tag_text(tag),
            )
    if not walked.text(0x00100020):
        raise DicomError(
            "dicom.missing-attribute",
            "The object has no Patient ID, so nobody can tell whose it is.",
            remedy="Export it with a Patient ID, or with a study code in its place.",
            tag="(0010,0020)",
        )
    for meta_tag, tag in ((0x00020002, 0x00080016), (0x00020003, 0x00080018)):
        in_meta = walked.text(meta_tag)
        if in_meta and in_meta != walked.text(tag):
            raise DicomError(
                "dicom.meta-mismatch",
                f"The file header and the data set disagree on {tag_text(tag)}.",
                remedy="Export the object again from the PACS.",
                tag=tag_text(tag),
            )


def uid_is_strict(uid: str) -> bool:
    """Whether a UID follows the standard to the letter."""
    return len(uid) <= 64 and _UID.fullmatch(uid) is not None


def _check_pixel_text(walked: WalkedObject) -> None:
    image_type = walked.text(0x00080008).upper()
    photometric = walked.text(0x00280004).upper()
    suspicious = (
        walked.text(0x00080016).startswith(_CAPTURE_CLASS)
        or walked.text(0x00280301).upper() == "YES"
        or bool(walked.text(0x00080064))
        or any(word in image_type for word in _SCREEN_WORDS)
        or (photometric != "" and not photometric.startswith("MONOCHROME"))
    )
    if suspicious:
        raise DicomError(
            "dicom.pixel-text-risk",
            "The picture is a capture or colour image, or says that text is burned into it.",
            remedy="Leave it out, or export the original image series instead.",
        )


def _check_compression(walked: WalkedObject) -> None:
    syntax = walked.transfer_syntax_uid
    if syntax in LOSSY or walked.text(0x00282110) == "01":
        raise lossy(syntax)
    if syntax not in NATIVE and syntax not in UNPACKED:
        raise DicomError(
            "dicom.syntax-unsupported",
            "The object's transfer syntax is not read here.",
            remedy="Export it as Explicit VR Little Endian.",
            transfer_syntax=syntax if uid_is_strict(syntax) else "",
        )


def lossy(syntax: str) -> DicomError:
    """The refusal of an image whose signals are no longer the scanner's."""
    return DicomError(
        "dicom.lossy",
        "The image was compressed with loss, so its signals are no longer what the scanner measured.",
        remedy="Export the original from the PACS without lossy compression.",
        transfer_syntax=syntax if uid_is_strict(syntax) else "",
    )


def _layout(walked: WalkedObject) -> PixelLayout:
    pixel_tag = next((tag for tag in (PIXEL_DATA, 0x7FE00008, 0x7FE00009) if tag in walked.elements), None)
    if pixel_tag is None:
        raise truncated()
    rows = walked.unsigned_short(0x00280010)
    columns = walked.unsigned_short(0x00280011)
    allocated = walked.unsigned_short(0x00280100)
    samples = walked.unsigned_short(0x00280002) or 1
    stored = walked.unsigned_short(0x00280101) or allocated
    representation = walked.unsigned_short(0x00280103) or 0
    high_bit = walked.unsigned_short(0x00280102)
    frames_text = walked.text(0x00280008) or "1"
    frames = int(frames_text) if re.fullmatch(r"\+?\d{1,6}", frames_text) else 0
    allowed_bits = {PIXEL_DATA: (8, 16, 32), 0x7FE00008: (32,), 0x7FE00009: (64,)}[pixel_tag]
    if (
        rows is None
        or columns is None
        or allocated is None
        or stored is None
        or not 1 <= rows <= MAXIMUM_ROWS
        or not 1 <= columns <= MAXIMUM_ROWS
        or not 1 <= frames <= MAXIMUM_FRAMES
        or samples != 1
        or allocated not in allowed_bits
        or not 1 <= stored <= allocated
        or representation not in (0, 1)
        or rows * columns * frames * (allocated // 8) > MAXIMUM_PIXEL_BYTES
    ):
        raise DicomError(
            "dicom.pixel-geometry",
            "The image's rows, columns, frames or bits are missing or not plausible.",
            remedy="Export the object again from the PACS.",
        )
    if high_bit is None or pixel_tag != PIXEL_DATA:
        high_bit = stored - 1
    # Codecs give the signal from bit 0 on; RLE packs the words as they are.
    packs_words = walked.transfer_syntax_uid in NATIVE or walked.transfer_syntax_uid == RLE
    if not stored - 1 <= high_bit < (allocated if packs_words else stored):
        raise DicomError(
            "dicom.pixel-geometry",
            "The header's high bit does not fit its bits stored, so the pixels' values are in doubt.",
            remedy="Export the object again from the scanner, as Explicit VR Little Endian.",
            bits_stored=stored,
            high_bit=high_bit,
        )
    kind: PixelKind = "native" if walked.transfer_syntax_uid in NATIVE else "encapsulated"
    low_bit = high_bit + 1 - stored
    return PixelLayout(
        kind, pixel_tag, rows, columns, frames, samples, allocated, stored, representation, low_bit
    )


def _check_pixel_length(walked: WalkedObject, layout: PixelLayout) -> None:
    element = walked.elements[layout.tag]
    if layout.kind == "native":
        expected = layout.total_bytes
        if element.undefined or element.length not in (expected, expected + expected % 2):
            raise _pixel_length(element.length, expected)
        return
    if not element.undefined:
        raise _pixel_length(element.length, 0)
    parts = frame_parts(walked, element, layout.frames)
    # An incompressible frame grows a little; more than that is a frame that unpacks to something else.
    limit = layout.frame_bytes + layout.frame_bytes // 16 + 65_536
    if len(parts) != layout.frames or any(len(part) > limit for part in parts):
        raise _pixel_length(element.length, layout.total_bytes)
    for part in parts:
        _check_frame(walked.transfer_syntax_uid, part, layout)


def _check_frame(syntax: str, part: bytes, layout: PixelLayout) -> None:
    """Hold one compressed frame's own header against the object's, before anything unpacks it."""
    ratio = _RLE_RATIO if syntax == RLE else _PLAUSIBLE_RATIO
    if layout.frame_bytes > max(ratio * len(part), 0 if syntax == RLE else _RATIO_COUNTS_ABOVE_BYTES):
        raise DicomError(
            "dicom.bomb",
            "The object unpacks to more than is plausible.",
            remedy="Export it again without compression.",
            limit_ratio=ratio,
        )
    if syntax == RLE:
        return
    stream = read_codestream(part)
    if stream is None or stream.family != _FAMILIES[syntax]:
        raise _pixel_length(len(part), layout.frame_bytes)
    if not stream.is_lossless:
        raise lossy(syntax)
    if (stream.rows, stream.columns, stream.components) != (layout.rows, layout.columns, layout.samples):
        raise _pixel_length(len(part), layout.frame_bytes)
    if stream.precision > layout.bits_allocated:
        raise DicomError(
            "dicom.pixel-geometry",
            "The compressed pixels have another number of bits than the header says.",
            remedy="Export the object again from the scanner.",
            bits_stored=layout.bits_stored,
        )


def _pixel_length(found: int, expected: int) -> DicomError:
    return DicomError(
        "dicom.pixel-length",
        "The pixel data are longer or shorter than rows, columns and frames say.",
        remedy="Send or copy the object again.",
        found_bytes=found,
        expected_bytes=expected,
    )


def _check_rescale(walked: WalkedObject) -> None:
    for values in _rescales(walked, walked.elements, 0):
        for tag, value in values.items():
            if not math.isfinite(value) or (tag == 0x00281053 and value == 0.0):
                raise DicomError(
                    "dicom.rescale",
                    "The rescale slope or intercept is zero or no number, so stored values mean nothing.",
                    remedy="Export the object again from the scanner.",
                )


def _rescales(walked: WalkedObject, elements: dict[int, Element], depth: int) -> list[dict[int, float]]:
    """Rescale slope and intercept of the object and of each of its functional groups."""
    values: dict[int, float] = {}
    for tag in (0x00281052, 0x00281053):
        if tag in elements:
            text = walked.raw(elements[tag]).decode("latin-1").strip(" \0")
            try:
                values[tag] = float(text) if text else (1.0 if tag == 0x00281053 else 0.0)
            except ValueError:
                values[tag] = math.nan
    found = [values] if values else []
    if depth <= 2:
        for tag in (0x52009229, 0x52009230, 0x00289145):
            if tag in elements:
                for item in walked.items(elements[tag]):
                    found += _rescales(walked, item, depth + 1)
    return found
