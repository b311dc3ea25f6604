"""A research object: built new from the keep-list, never a copy that was cleaned.

Everything that names a person, place, device or day is absent because nothing put it there: a fresh
header with an empty preamble, only listed attributes, each under its rule, and the pixels. UIDs, the
subject's code and the date shift come from the study's key. Pixels are written native (Explicit VR Little
Endian), because a compressed stream has room for comments. What is written is read again and held against
what was received before anyone gets it.
Source: DICOM PS3.15 Annex E, Basic Application Level Confidentiality Profile with the options that
`profile` claims.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from adcurate.dicom.deidentification import siemens_header
from adcurate.dicom.deidentification.account import Account, account_of
from adcurate.dicom.deidentification.building import ObjectBuilder
from adcurate.dicom.deidentification.burned_text import looks_written_on
from adcurate.dicom.deidentification.encoding import (
    Written,
    encoded_items,
    padded,
    text_element,
)
from adcurate.dicom.deidentification.keep_list import EMPTIED, STAND_INS
from adcurate.dicom.deidentification.kept_values import ValueKeeper
from adcurate.dicom.deidentification.profile import BASIC_PROFILE, CLAIMED
from adcurate.dicom.deidentification.proof import prove
from adcurate.dicom.deidentification.seal import (
    METHOD_TAG,
    SealedValueKeeper,
    claims_key,
    encoded_around_method,
    method_text,
    sealed_bytes,
    text_in,
)
from adcurate.dicom.received.checks import PixelLayout
from adcurate.dicom.received.native_pixels import native_pixels
from adcurate.dicom.received.structure import PIXEL_DATA, WalkedObject, tag_text
from adcurate.errors import DicomError
from adcurate.findings import Finding
from adcurate.model import Pseudonyms
from adcurate.model.limited_work import RunLimited, run_here

DrawnText = Literal["refuse", "looked-at"]
"""What becomes of a picture with bright letters in it."""

_NOTICED: Final = {
    "deid.high-bits": "An overlay lay in unused bits of the pixels, and was cleared.",
    "deid.seal-broken": "The object says that this study's key de-identified it, but it was changed since; "
    "it was coded once more, as any received object.",
    "deid.looked-at": "Bright letters seem to be drawn into the picture; a person looked and let it in.",
}


@dataclass(frozen=True, slots=True)
class ResearchObject:
    """One object of the research zone. UIDs and the date are stand-ins, `subject` is a code."""

    content: bytes = field(repr=False)
    subject: str
    study_uid: str
    series_uid: str
    sop_instance_uid: str
    exam_date_shifted: str
    account: Account
    findings: tuple[Finding, ...] = ()


def build_research_object(
    walked: WalkedObject,
    layout: PixelLayout,
    pseudonyms: Pseudonyms,
    run_limited: RunLimited = run_here,
    drawn_text: DrawnText = "refuse",
) -> ResearchObject:
    """Build the research object of one checked object.

    Parameters
    ----------
    walked, layout
        As `walk_object` and `check_object` returned them.
    pseudonyms
        The study's key. An object that bears its seal keeps its code, UIDs and dates.
    run_limited
        Who unpacks compressed pixels.
    drawn_text
        Whether a person has looked at a picture that has bright letters in it.

    Returns
    -------
    ResearchObject
        ``content`` is Explicit VR Little Endian. ``findings`` names listed attributes whose value failed
        its rule (``deid.value-dropped``), overlays that lay in unused bits of the pixels
        (``deid.high-bits``), a seal that does not fit any more (``deid.seal-broken``), and letters that a
        person has looked at (``deid.looked-at``).

    Raises
    ------
    DicomError
        ``dicom.pixel-length`` where compressed pixels do not unpack to what the header says,
        ``dicom.pixel-geometry`` where pixels use bits that the header does not declare,
        ``dicom.pixel-text-risk`` where text seems to be drawn into the picture,
        ``dicom.not-kept`` where a b-value, direction, scale, position or pixel would change.
    """
    claimed = claims_key(walked, pseudonyms)
    pixels, had_high_bits = native_pixels(walked, layout, run_limited)
    digest = hashlib.sha256(pixels).hexdigest()
    sealed = written_as_sealed(walked, layout, pseudonyms, digest) if claimed else None
    builder, written = sealed or _written_anew(walked, layout, pseudonyms)
    is_written_on = sealed is None and _is_written_on(pixels, layout)
    if is_written_on and drawn_text == "refuse":
        raise DicomError(
            "dicom.pixel-text-risk",
            "Bright letters seem to be drawn into the picture.",
            remedy="Look at it. If it names nobody: adcurate study quarantine DIGEST --try-again --why TEXT.",
        )
    content = sealed_bytes(written, layout, pixels, digest, pseudonyms)
    proof = prove(content, builder.facts, walked, layout, pixels, digest)
    stated = functools.partial(text_in, written)
    return ResearchObject(
        content,
        stated(0x00100020),
        stated(0x0020000D),
        stated(0x0020000E),
        stated(0x00080018),
        stated(0x00080020),
        account_of(walked, builder, proof),
        _findings(
            builder,
            {
                "deid.high-bits": had_high_bits,
                "deid.seal-broken": claimed and sealed is None,
                "deid.looked-at": is_written_on,
            },
            stated(0x00080018),
        ),
    )


def _written_anew(
    walked: WalkedObject, layout: PixelLayout, pseudonyms: Pseudonyms
) -> tuple[ObjectBuilder, Written]:
    return written_by(walked, layout, _keeper_of(pseudonyms, walked.text(0x00100020)))


@functools.lru_cache(maxsize=32)
def _keeper_of(pseudonyms: Pseudonyms, patient_id: str) -> ValueKeeper:
    """The rules for one subject, kept while that subject's objects follow each other."""
    return ValueKeeper(pseudonyms, pseudonyms.subject_code(patient_id))


def written_as_sealed(
    walked: WalkedObject, layout: PixelLayout, pseudonyms: Pseudonyms, pixels_sha256: str
) -> tuple[ObjectBuilder, Written] | None:
    """The header as it stands, where the object bears this key's seal; None where it was changed since."""
    keeper = SealedValueKeeper(pseudonyms, walked.text(0x00100020))
    builder, written = written_by(walked, layout, keeper)
    expected = method_text(encoded_around_method(written), pixels_sha256, pseudonyms)
    return (builder, written) if expected == walked.text(METHOD_TAG) else None


def written_by(
    walked: WalkedObject, layout: PixelLayout, keeper: ValueKeeper
) -> tuple[ObjectBuilder, Written]:
    """The header under a subject's rules, and what was left out of it."""
    builder = ObjectBuilder(walked, keeper)
    written = builder.item(walked.elements)
    _add_fixed(written, keeper.subject_code)
    _add_siemens(written, walked)
    if layout.kind == "encapsulated":
        written[0x00280004] = ("CS", b"MONOCHROME2 ")
    return builder, written


def _is_written_on(pixels: bytes, layout: PixelLayout) -> bool:
    """Whether text seems to be drawn into one of the frames of whole numbers."""
    if layout.tag != PIXEL_DATA:
        return False
    kind = "i" if layout.pixel_representation else "u"
    stored = np.frombuffer(pixels, f"<{kind}{layout.bits_allocated // 8}")
    return any(looks_written_on(frame) for frame in stored.reshape(-1, layout.rows, layout.columns))


def _add_fixed(written: Written, subject: str) -> None:
    for tag, vr in EMPTIED.items():
        written[tag] = (vr, b"")
    written.setdefault(0x00080020, ("DA", b""))
    written.setdefault(0x00100040, ("CS", b""))
    for tag, vr in STAND_INS.items():
        written[tag] = text_element(vr, subject)
    written[0x00120062] = text_element("CS", "YES")
    written[0x00120064] = _METHOD_CODES
    written[0x00280303] = text_element("CS", "MODIFIED")


def _code_item(code: str, meaning: str) -> Written:
    return {
        0x00080100: text_element("SH", code),
        0x00080102: text_element("SH", "DCM"),
        0x00080104: text_element("LO", meaning),
    }


_METHOD_CODES: Final = encoded_items(
    [
        _code_item(*BASIC_PROFILE),
        *(_code_item(option.code, option.meaning) for option in CLAIMED),
    ]
)


def _add_siemens(written: Written, walked: WalkedObject) -> None:
    """The numbers that only the Siemens private header says, where the tags do not say them."""
    is_mosaic = b"MOSAIC" in written.get(0x00080008, ("", b""))[1]
    if not is_mosaic and (0x0019100C in written or 0x00189087 in written):
        return
    header = siemens_header.rebuild_image_header(walked)
    if header is not None:
        written[0x00290010] = text_element("LO", siemens_header.CREATOR)
        written[0x00291010] = ("OB", padded("OB", header))


def _findings(builder: ObjectBuilder, noticed: Mapping[str, bool], sop_instance: str) -> tuple[Finding, ...]:
    where = {"sop_instance_uid": sop_instance}
    found = []
    if builder.dropped:
        tags = ", ".join(tag_text(tag) for tag in sorted(builder.dropped)[:12])
        sentence = f"Values that are not what their attribute should hold were left out: {tags}."
        found.append(Finding("deid.value-dropped", sentence, "note", where))
    found += [Finding(code, _NOTICED[code], "warning", where) for code, is_so in noticed.items() if is_so]
    return tuple(found)
