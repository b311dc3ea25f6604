"""The transfer syntaxes by what can be done with them: read as they stand, unpacked without loss, or not.

Source: DICOM PS3.5 section 10 and PS3.6 table A-1.
"""

from __future__ import annotations

from typing import Final

IMPLICIT_LITTLE: Final = "1.2.840.10008.1.2"
EXPLICIT_LITTLE: Final = "1.2.840.10008.1.2.1"
DEFLATED: Final = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG: Final = "1.2.840.10008.1.2.2"

RLE: Final = "1.2.840.10008.1.2.5"
_JPEG: Final = "1.2.840.10008.1.2.4."
JPEG_LOSSLESS: Final = frozenset({_JPEG + "57", _JPEG + "70"})
JPEG_LS: Final = frozenset({_JPEG + "80", _JPEG + "81"})
JPEG_2000: Final = frozenset({_JPEG + "90", _JPEG + "91"})
HTJ2K: Final = frozenset({_JPEG + "201", _JPEG + "202", _JPEG + "203"})

NATIVE: Final = frozenset({IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG, DEFLATED, ""})
"""Pixels stand in the object as they are; "" is an object that names no transfer syntax."""

UNPACKED: Final = frozenset({RLE}) | JPEG_LOSSLESS | JPEG_LS | JPEG_2000 | HTJ2K
"""Compressed in a way that can be free of loss. Whether a stream is, its own header says."""

LOSSY: Final = frozenset(_JPEG + number for number in ("50", "51", "52", "53", "54", "55", "56"))
"""Compressed with loss, always."""
