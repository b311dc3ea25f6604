"""Objects made wrong on purpose, one way or several at a time, each the same for the same number."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable

import numpy as np
from tests.dicom.hostile.seeds import SYNTAXES, deflated, seed

from adcurate.dicom.received.structure import Element, walk_object

SEEDS = {(name, frames): seed(name, frames) for name in SYNTAXES for frames in (1, 3)}
_ODD_LENGTHS = (0, 1, 3, 7, 255, 65_534, 65_535, 2**20, 2**31 - 1, 0xFFFFFFF0, 0xFFFFFFFE, 0xFFFFFFFF)
_SIZES = (0, 1, 47, 49, 63, 65, 255, 4096, 8192, 8193, 32_767, 46_341, 65_535)

Mutation = Callable[[bytearray, "Anatomy", np.random.Generator], bytes]


class Anatomy:
    """Where the elements of a seed are."""

    def __init__(self, content: bytes) -> None:
        walked = walk_object(content)
        self.content = walked.content
        self.encoding = walked.encoding
        self.elements = list(walked.elements.values())
        self.order = ">" if walked.encoding == "explicit-big" else "<"
        self.start = min(self.head(element) for element in self.elements)

    def head(self, element: Element) -> int:
        """The first byte of an element's tag."""
        long = element.vr in ("OB", "OW", "SQ", "UN", "UT")
        return element.start - (12 if long else 8)

    def find(self, tag: int) -> Element:
        return next(element for element in self.elements if element.tag == tag)


def mutant(number: int) -> tuple[str, bytes]:
    """The seed's name and the bytes of mutant `number`."""
    rng = np.random.default_rng(number)
    names = list(SEEDS)
    name, frames = names[number % len(names)]
    content = SEEDS[name, frames]
    is_deflated = name == "deflated" and rng.random() < 0.7
    anatomy = _anatomy((name, frames))
    body = bytearray(anatomy.content if is_deflated else content)
    if name == "deflated" and not is_deflated:
        return name, _flip(body, anatomy, rng)
    made = bytes(body)
    for _ in range(int(rng.choice([1, 1, 1, 2, 3]))):
        # After a cut the place of the next fault may be gone.
        with contextlib.suppress(struct.error, ValueError, IndexError):
            made = MUTATIONS[int(rng.integers(len(MUTATIONS)))](bytearray(made), anatomy, rng)
    if is_deflated:
        made = made[: anatomy.start] + deflated(made[anatomy.start :])
    return name, made


_ANATOMIES: dict[tuple[str, int], Anatomy] = {}


def _anatomy(key: tuple[str, int]) -> Anatomy:
    if key not in _ANATOMIES:
        _ANATOMIES[key] = Anatomy(SEEDS[key])
    return _ANATOMIES[key]


def _any(anatomy: Anatomy, rng: np.random.Generator) -> Element:
    return anatomy.elements[int(rng.integers(len(anatomy.elements)))]


def _flip(body: bytearray, anatomy: Anatomy, rng: np.random.Generator) -> bytes:
    for _ in range(int(rng.integers(1, 9))):
        body[int(rng.integers(128, len(body)))] ^= 1 << int(rng.integers(8))
    return bytes(body)


def _random_bytes(body: bytearray, anatomy: Anatomy, rng: np.random.Generator) -> bytes:
    place = int(rng.integers(128, len(body)))
    fresh = rng.integers(0, 256, int(rng.integers(1, 24)), dtype=np.uint8).tobytes()
    return bytes(body[:place] + fresh + body[place + len(fresh) * int(rng.integers(2)) :])


def _length_lie(body: bytearray, anatomy: Anatomy, rng: np.random.Generator) -> bytes:
    element = _any(anatomy, rng)
    nearly = max(0, element.length + int(rng.integers(-9, 9)))
    lie = int(rng.choice(_ODD_LENGTHS)) if rng.random() < 0.7 else nearly
    short = element.start - anatomy.head(element) == 8 and element.vr != ""
    if short:
        struct.pack_into(anatomy.order + "H", body, element.start - 2, lie & 0xFFFF)
    else:
        struct.pack_into(anatomy.order + "L", body, element.start - 4, lie & 0xFFFFFFFF)
    return bytes(body)


def _truncate(body: bytearray, anatomy: Anatomy, rng: np.random.Generator) -> bytes:
    return bytes(body[: int(rng.integers(0, len(body)))])


def _vr_change(body: bytearray, anatomy: Anatomy, rng: np.random.Generator) -> bytes:
    place = anatomy.head(_any(anatomy, rng)) + 4
    body[place : place + 2] = [b"UL", b"UN", b"SQ", b"OB", b"DS", b"ZZ", b"UT", b"\0\0"][int(rng.integers(8))]
    return bytes(body)


def _tag_swap(body: bytearray, anatomy: Anatomy, rng: np.random.Generator) -> bytes:
    one, other = anatomy.head(_any(anatomy, rng)), anatomy.head(_any(anatomy, rng))
    body[one : one + 4], body[other : other + 4] = body[other : other + 4], body[one : one + 4]
    return bytes(body)


def _duplicate(body: bytearray, anatomy: Anatomy, rng: np.random.Generator) -> bytes:
    element = _any(anatomy, rng)
    copy = body[anatomy.head(element) : element.start + element.length]
    place = anatomy.head(_any(anatomy, rng))
    return bytes(body[:place] + copy + body[place:])


def _remove(body: bytearray, anatomy: Anatomy, rng: np.random.Generator) -> bytes:
    element = _any(anatomy, rng)
    return bytes(body[: anatomy.head(element)] + body[element.start + element.length :])


def _geometry(body: bytearray, anatomy: Anatomy, rng: np.random.Generator) -> bytes:
    one = int(rng.choice([0x00280010, 0x00280100, 0x00280101]))
    for tag in (0x00280010, 0x00280011) if rng.random() < 0.5 else (one,):
        struct.pack_into(anatomy.order + "H", body, anatomy.find(tag).start, int(rng.choice(_SIZES)))
    return bytes(body)


def _frames(body: bytearray, anatomy: Anatomy, rng: np.random.Generator) -> bytes:
    text = str(rng.choice(["0", "2", "1000000", "20000", "-1", "1e3", " ", "99999999999"])).encode()
    text += b" " * (len(text) % 2)
    head = struct.pack(anatomy.order + "HH", 0x0028, 0x0008)
    if anatomy.encoding == "implicit-little":
        element = head + struct.pack("<L", len(text)) + text
    else:
        element = head + b"IS" + struct.pack(anatomy.order + "H", len(text)) + text
    place = anatomy.head(anatomy.find(0x00280010))
    return bytes(body[:place] + element + body[place:])


def _nest(body: bytearray, anatomy: Anatomy, rng: np.random.Generator) -> bytes:
    depth = int(rng.choice([16, 17, 100, 1000, 50_000]))
    order, explicit = anatomy.order, anatomy.encoding != "implicit-little"
    item = struct.pack(order + "HHL", 0xFFFE, 0xE000, 0xFFFFFFFF)
    sequence = (
        struct.pack(order + "HH", 0x0040, 0x0275) + (b"SQ\0\0" if explicit else b"") + b"\xff\xff\xff\xff"
    )
    end_item = struct.pack(order + "HHL", 0xFFFE, 0xE00D, 0)
    end = struct.pack(order + "HHL", 0xFFFE, 0xE0DD, 0)
    nested = sequence + (item + sequence) * (depth - 1) + end + (end_item + end) * (depth - 1)
    place = anatomy.head(anatomy.find(0x7FE00010))
    return bytes(body[:place] + nested + body[place:])


def _nest_with_lengths(body: bytearray, anatomy: Anatomy, rng: np.random.Generator) -> bytes:
    depth = int(rng.choice([15, 18, 200, 2000]))
    order, explicit = anatomy.order, anatomy.encoding != "implicit-little"
    vr = [b"SQ\0\0", b"UN\0\0"][int(rng.integers(2))] if explicit else b""
    nested = b""
    for _ in range(depth):
        item = struct.pack(order + "HHL", 0xFFFE, 0xE000, len(nested)) + nested
        nested = struct.pack(order + "HH", 0x0040, 0x0275) + vr + struct.pack(order + "L", len(item)) + item
    place = anatomy.head(anatomy.find(0x7FE00010))
    return bytes(body[:place] + nested + body[place:])


def _many_tiny(body: bytearray, anatomy: Anatomy, rng: np.random.Generator) -> bytes:
    n = int(rng.choice([1000, 20_000, 60_000]))
    numbers = np.arange(n, dtype=np.uint32)
    tiny = np.zeros((n, 4), np.dtype(anatomy.order + "u2"))
    tiny[:, 0], tiny[:, 1] = 0x3001 + 2 * (numbers >> 16), numbers & 0xFFFF
    explicit = anatomy.encoding != "implicit-little"
    content = tiny.tobytes()
    if explicit:
        raw = np.frombuffer(content, np.uint8).reshape(n, 8).copy()
        raw[:, 4:6] = np.frombuffer(b"CS", np.uint8)
        content = raw.tobytes()
    place = anatomy.head(anatomy.find(0x7FE00010))
    return bytes(body[:place] + content + body[place:])


def _stream(body: bytearray, anatomy: Anatomy, rng: np.random.Generator) -> bytes:
    """Something wrong in the pixel data: a coded size, a marker, a fragment's length."""
    element = anatomy.find(0x7FE00010)
    end = min(element.start + element.length, len(body) - 8)
    if element.start + 64 >= end:
        return bytes(body)
    for _ in range(int(rng.integers(1, 5))):
        near = min(element.start + int(rng.choice([24, 90, 300, 10**6])), end)
        place = int(rng.integers(element.start, near))
        body[place : place + 2] = [b"\xff\xff", b"\0\0", b"\xff\xd9", b"\xb5\x05", b"\x20\0", b"\x7f\xff"][
            int(rng.integers(6))
        ]
    return bytes(body)


def _trailing(body: bytearray, anatomy: Anatomy, rng: np.random.Generator) -> bytes:
    return bytes(body) + rng.integers(0, 256, int(rng.integers(1, 4000)), dtype=np.uint8).tobytes()


def _long_value(body: bytearray, anatomy: Anatomy, rng: np.random.Generator) -> bytes:
    size = int(rng.choice([65_000, 2**20, 2**23]))
    head = struct.pack(anatomy.order + "HH", 0x0010, 0x4000)
    how = b"UT\0\0" if anatomy.encoding != "implicit-little" else b""
    element = head + how + struct.pack(anatomy.order + "L", size) + b"A" * size
    place = anatomy.head(anatomy.find(0x00180024))
    return bytes(body[:place] + element + body[place:])


MUTATIONS: tuple[Mutation, ...] = (
    *(_flip, _flip, _random_bytes, _length_lie, _length_lie, _truncate, _vr_change, _tag_swap, _duplicate),
    *(
        _remove,
        _geometry,
        _geometry,
        _frames,
        _nest,
        _nest_with_lengths,
        _many_tiny,
        _stream,
        _stream,
        _stream,
    ),
    *(_trailing, _long_value),
)
