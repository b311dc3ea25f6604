"""The opening of an association: what a machine proposes, and which of it is taken.

Only classes that can be MR images are taken, so that reports and other modalities are not even sent; some
senders break off the whole exam then, for which a receiver may be told to accept the others too. Of the ways
to encode an image the plainest is taken. Images compressed with loss are taken too: they are quarantined
with the reason, where a person sees it, instead of staying away unseen. Read here and not by pynetdicom,
whose parser says what a stranger wrote in warnings to the terminal.
Source: DICOM PS3.8 sections 9.3.2, 9.3.3 and annex D, PS3.4 annex B.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from adcurate.dicom.network.file_form import IMPLEMENTATION_CLASS_UID
from adcurate.dicom.network.object_names import is_uid
from adcurate.dicom.network.received_as import Others
from adcurate.dicom.network.units import (
    HEADER_BYTES,
    INVALID_VALUE,
    VERSION_UNKNOWN,
    ConnectionCutError,
)
from adcurate.dicom.received.checks import MR_CLASSES

VERIFICATION: Final = "1.2.840.10008.1.1"
_ANY_STORAGE: Final = "1.2.840.10008.5.1.4.1.1."
_CAPTURE: Final = "1.2.840.10008.5.1.4.1.1.7"
STORAGE_CLASSES: Final = MR_CLASSES | {_CAPTURE} | {f"{_CAPTURE}.{kind}" for kind in range(1, 5)}

# In the order in which they are taken.
TRANSFER_SYNTAXES: Final = (
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.5",
    *(f"1.2.840.10008.1.2.4.{number}" for number in (80, 90, 70, 57, 201, 202)),
    "1.2.840.10008.1.2.1.99",
    *(f"1.2.840.10008.1.2.4.{number}" for number in (91, 81, 203, 51, 50)),
)
OUR_UNIT_BYTES: Final = 128 * 2**10

_APPLICATION_CONTEXT = b"1.2.840.10008.3.1.1.1"
_ACCEPTED, _CLASS_UNKNOWN, _SYNTAX_UNKNOWN = 0, 3, 4
_APPLICATION, _CONTEXT, _CONTEXT_RESULT, _USER = 0x10, 0x20, 0x21, 0x50
_ABSTRACT, _TRANSFER, _UNIT_LENGTH, _IMPLEMENTATION = 0x30, 0x40, 0x51, 0x52
# Version, titles and reserved bytes, after which the items begin.
_FIXED_BYTES = 68
_MOST_CONTEXTS = 128


@dataclass(frozen=True, slots=True)
class Titles:
    """Whom a machine calls and what it calls itself, as the bytes stand."""

    called: bytes
    calling: bytes


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was agreed: class and transfer syntax by context, and how long the peer's units may be.

    `answer` is the body of the A-ASSOCIATE-AC.
    """

    contexts: dict[int, tuple[str, str]]
    peer_unit_bytes: int
    answer: bytes


def read_titles(request: bytes) -> Titles | tuple[int, int, int]:
    """The titles in an A-ASSOCIATE-RQ (with its header), or the rejection where none can be read."""
    if len(request) < HEADER_BYTES + _FIXED_BYTES or not request[7] & 1:
        return VERSION_UNKNOWN
    return Titles(request[10:26].strip(b" \0"), request[26:42].strip(b" \0"))


def agree(request: bytes, others: Others = "refuse") -> Agreement:
    """Choose from what is proposed in an A-ASSOCIATE-RQ (with its header).

    Raises
    ------
    ConnectionCutError
        ``request``: the proposal cannot be read.
    """
    fixed = request[HEADER_BYTES : HEADER_BYTES + _FIXED_BYTES]
    contexts: dict[int, tuple[str, str]] = {}
    results: dict[int, bytes] = {}
    peer_unit_bytes = 0
    for kind, content in _items(request[HEADER_BYTES + _FIXED_BYTES :]):
        if kind == _CONTEXT:
            number, abstract, syntaxes = _proposed(content)
            if number in results or len(results) == _MOST_CONTEXTS:
                raise _unreadable()
            syntax, result = _choose(abstract, syntaxes, others)
            if result == _ACCEPTED:
                contexts[number] = (abstract, syntax)
            results[number] = struct.pack(">BxBx", number, result) + _item(_TRANSFER, syntax.encode())
        elif kind == _USER:
            peer_unit_bytes = _unit_length(content)
    user = _item(_UNIT_LENGTH, struct.pack(">I", OUR_UNIT_BYTES))
    user += _item(_IMPLEMENTATION, IMPLEMENTATION_CLASS_UID.encode())
    items = _item(_APPLICATION, _APPLICATION_CONTEXT)
    items += b"".join(_item(_CONTEXT_RESULT, result) for result in results.values())
    # The fixed part is sent back as it came, but for the version.
    return Agreement(contexts, peer_unit_bytes, b"\0\1" + fixed[2:] + items + _item(_USER, user))


def _choose(abstract: str, syntaxes: list[str], others: Others) -> tuple[str, int]:
    is_ours = abstract == VERIFICATION or abstract in STORAGE_CLASSES
    is_other = others == "accept" and abstract.startswith(_ANY_STORAGE) and is_uid(abstract)
    if not is_ours and not is_other:
        return TRANSFER_SYNTAXES[0], _CLASS_UNKNOWN
    for syntax in TRANSFER_SYNTAXES:
        if syntax in syntaxes:
            return syntax, _ACCEPTED
    if is_other and syntaxes and is_uid(syntaxes[0]):
        return syntaxes[0], _ACCEPTED
    return TRANSFER_SYNTAXES[0], _SYNTAX_UNKNOWN


def _proposed(content: bytes) -> tuple[int, str, list[str]]:
    """A presentation context's number, class and transfer syntaxes."""
    if len(content) < 4:
        raise _unreadable()
    abstract = ""
    syntaxes: list[str] = []
    for kind, value in _items(content[4:]):
        uid = value.rstrip(b"\0 ").decode("latin-1")
        if kind == _ABSTRACT:
            abstract = uid
        elif kind == _TRANSFER:
            syntaxes.append(uid)
    return content[0], abstract, syntaxes


def _unit_length(content: bytes) -> int:
    for kind, value in _items(content):
        if kind == _UNIT_LENGTH and len(value) == 4:
            return int.from_bytes(value, "big")
    return 0


def _items(content: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position < len(content):
        if len(content) - position < 4:
            raise _unreadable()
        kind, length = struct.unpack_from(">BxH", content, position)
        position += 4
        if length > len(content) - position:
            raise _unreadable()
        yield kind, content[position : position + length]
        position += length


def _item(kind: int, content: bytes) -> bytes:
    return struct.pack(">BxH", kind, len(content)) + content


def _unreadable() -> ConnectionCutError:
    return ConnectionCutError("request", INVALID_VALUE)
