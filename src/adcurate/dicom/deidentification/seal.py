"""Objects that this key de-identified before, known by a seal and taken as they are.

A hospital that may not send identity de-identifies at home and sends research objects. Where they arrive,
a study with the same key must not code them a second time: code, UIDs and dates stay. Anyone can write
"de-identified by Adcurate" into a file, so an object is believed only by its seal: an HMAC under the key
over its header and pixels as they were written. Without the seal, or with another key's, it is coded like
any other.
"""

from __future__ import annotations

import re
from typing import Final

from adcurate.dicom.deidentification.encoding import Written, encoded, file_header, head_of, text_element
from adcurate.dicom.deidentification.kept_values import ValueKeeper
from adcurate.dicom.received.checks import PixelLayout
from adcurate.dicom.received.structure import WalkedObject
from adcurate.model import Pseudonyms

METHOD: Final = "Adcurate keep-list 2"
METHOD_TAG: Final = 0x00120063
_PIXEL_TAGS: Final = frozenset([0x7FE00008, 0x7FE00009, 0x7FE00010])
_STATED: Final = re.compile(re.escape(METHOD) + r"\\key ([0-9a-f]{16})\\seal ([0-9a-f]{32})")
_UID: Final = re.compile(r"2\.25\.\d{1,39}")
_DATE: Final = re.compile(r"\d{8}")


def encoded_around_method(written: Written) -> tuple[bytes, bytes]:
    """The header as bytes, before and after De-identification Method; without that and the pixels."""
    before = {tag: value for tag, value in written.items() if tag < METHOD_TAG}
    after = {tag: value for tag, value in written.items() if tag > METHOD_TAG and tag not in _PIXEL_TAGS}
    return encoded(before), encoded(after)


def method_text(header: tuple[bytes, bytes], pixels_sha256: str, pseudonyms: Pseudonyms) -> str:
    """The value of De-identification Method: method, the key's fingerprint, and the seal over `header`."""
    seal = pseudonyms.seal(b"".join([*header, pixels_sha256.encode("ascii")]))
    return f"{METHOD}\\key {pseudonyms.fingerprint()}\\seal {seal}"


def sealed_bytes(
    written: Written, layout: PixelLayout, pixels: bytes, pixels_sha256: str, pseudonyms: Pseudonyms
) -> bytes:
    """A research object's bytes: its header with the seal of this key, and its pixels."""
    before, after = encoded_around_method(written)
    text = method_text((before, after), pixels_sha256, pseudonyms)
    method = encoded({METHOD_TAG: text_element("LO", text)})
    integer_vr = "OW" if layout.bits_allocated > 8 else "OB"
    pixel_vr = {0x7FE00008: "OF", 0x7FE00009: "OD"}.get(layout.tag, integer_vr)
    image = [head_of(layout.tag, pixel_vr, len(pixels) + len(pixels) % 2), pixels, b"\0" * (len(pixels) % 2)]
    header = file_header(text_in(written, 0x00080016), text_in(written, 0x00080018))
    return b"".join([header, before, method, after, *image])


def text_in(written: Written, tag: int) -> str:
    """What a header says under a tag, "" where it says nothing."""
    return written[tag][1].decode("ascii").strip(" \0") if tag in written else ""


def claims_key(walked: WalkedObject, pseudonyms: Pseudonyms) -> bool:
    """Whether an object says that this key de-identified it; `method_text` of what it holds proves it."""
    stated = _STATED.fullmatch(walked.text(METHOD_TAG))
    return (
        stated is not None
        and stated[1] == pseudonyms.fingerprint()
        and pseudonyms.is_subject_code(walked.text(0x00100020))
    )


class SealedValueKeeper(ValueKeeper):
    """The same rules for an object that is coded already: UIDs and dates stand as they are."""

    def uid(self, original: str) -> str | None:
        """The UID itself, if it is a stand-in."""
        return original if _UID.fullmatch(original) else None

    def date(self, text: str) -> str | None:
        """The shifted date itself."""
        return text if _DATE.fullmatch(text) else None
