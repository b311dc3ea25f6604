"""The form a file has, put around a data set that came over the network; the data set stays as it came.

Source: DICOM PS3.10 section 7.1.
"""

from __future__ import annotations

import struct
from typing import Final

IMPLEMENTATION_CLASS_UID: Final = "2.25.281327590021640126475236148719432871042"


def file_head(sop_class_uid: str, sop_instance_uid: str, transfer_syntax_uid: str) -> bytes:
    """Empty preamble, prefix and file meta information. It names neither sender nor receiver."""
    elements = b"".join(
        [
            struct.pack("<HH2sHI", 2, 0x0001, b"OB", 0, 2) + b"\0\1",
            _uid(0x0002, sop_class_uid),
            _uid(0x0003, sop_instance_uid),
            _uid(0x0010, transfer_syntax_uid),
            _uid(0x0012, IMPLEMENTATION_CLASS_UID),
        ]
    )
    length = struct.pack("<HH2sHI", 2, 0x0000, b"UL", 4, len(elements))
    return bytes(128) + b"DICM" + length + elements


def _uid(element: int, value: str) -> bytes:
    content = value.encode("ascii")
    content += b"\0" * (len(content) % 2)
    return struct.pack("<HH2sH", 2, element, b"UI", len(content)) + content
