"""Proof that a research object says of b-values, directions, scaling, geometry and pixels what was received.

The facts of the received object are taken down while it is rebuilt, as its bytes stand. Then the finished
research object is walked anew, by the same walker that reads any file, and each fact is looked up in it.
A fact that is missing or another number refuses the object. Text is no fact here, and neither is a number
that was never one (``***``).
"""

from __future__ import annotations

import functools
import math
import struct
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np

from adcurate.dicom.deidentification import siemens_header, vocabulary
from adcurate.dicom.deidentification.keep_list import KEPT_PRIVATE, Kept
from adcurate.dicom.deidentification.ranges import BINARY_UNITS, are_plausible, are_plausible_bytes
from adcurate.dicom.received.checks import PixelLayout
from adcurate.dicom.received.structure import Element, WalkedObject, tag_text, walk_object
from adcurate.errors import DicomError

Topic = Literal["b-values", "directions", "scaling", "geometry"]
Place = tuple[int, ...]
"""Where a fact stands: tags and item numbers of the sequences around it, and its own tag."""

TOPICS: Final[tuple[Topic, ...]] = ("b-values", "directions", "scaling", "geometry")

_PUBLIC: Final[dict[Topic, tuple[int, ...]]] = {
    "b-values": (0x00189087, *range(0x00189602, 0x00189608), 0x00204000),
    "directions": (0x00189075, 0x00189089),
    "scaling": (
        *(0x00281052, 0x00281053, 0x00409211, 0x00409216, 0x00409224, 0x00409225),
        *range(0x00280120, 0x00280126),
    ),
    "geometry": (
        *(0x00180050, 0x00180088, 0x00200032, 0x00200037, 0x00280002, 0x00280008, 0x00280010, 0x00280011),
        *(0x00280030, 0x00280100, 0x00280101, 0x00280102, 0x00280103),
    ),
}
_TOPIC_OF_TAG: Final[dict[int, Topic]] = {tag: topic for topic, tags in _PUBLIC.items() for tag in tags}
# A private attribute's topic follows from its name on the keep-list, so that a new line is proved as well.
_NAME_WORDS: Final[tuple[tuple[str, Topic], ...]] = (
    ("direction", "directions"),
    ("b-value", "b-values"),
    ("b-matrix", "b-values"),
    ("scale", "scaling"),
    ("slope", "scaling"),
    ("intercept", "scaling"),
    ("position", "geometry"),
    ("normal", "geometry"),
    ("tiles", "geometry"),
    ("slice number", "geometry"),
    ("number of slices", "geometry"),
)
_REMEMBERED_BYTES: Final = 128
_BINARY: Final = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d"}


class Fact(NamedTuple):
    """One value as it was received."""

    topic: Topic
    vr: str
    is_big: bool
    raw: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """What was compared and found equal: facts by topic, and the pixels' SHA-256 (native, little endian)."""

    facts: Mapping[str, int]
    pixels_sha256: str

    def as_json(self) -> dict[str, object]:
        """The shape in which a proof is stored."""
        return {"facts": dict(self.facts), "pixels": self.pixels_sha256}


def _topic_of_private(kept: Kept) -> Topic | None:
    if kept.rule not in ("number", "terms"):
        return None
    return next((topic for word, topic in _NAME_WORDS if word in kept.name), None)


_TOPIC_OF_PRIVATE: Final = {kept: _topic_of_private(kept) for kept in KEPT_PRIVATE.values()}


def topic_of(kept: Kept, tag: int) -> Topic | None:
    """What an attribute is a fact of, if of anything that must not change."""
    return _TOPIC_OF_PRIVATE.get(kept) if tag >> 16 & 1 else _TOPIC_OF_TAG.get(tag)


def fact_of(kept: Kept, tag: int, received_vr: str, is_big: bool, raw: bytes) -> Fact | None:
    """The fact that a received element states, or None where it is of no topic or says nothing."""
    if topic_of(kept, tag) is None:
        return None
    read = _fact if len(raw) <= _REMEMBERED_BYTES else _fact.__wrapped__
    return read(kept, tag, received_vr, is_big, raw)


@functools.lru_cache(maxsize=1024)
def _fact(kept: Kept, tag: int, received_vr: str, is_big: bool, raw: bytes) -> Fact | None:
    topic = topic_of(kept, tag)
    assert topic is not None
    vr = received_vr if received_vr not in ("", "UN", "OB") else kept.vr.split("/")[0]
    fact = Fact(topic, vr, is_big, raw)
    meaning = _meaning(fact)
    return fact if meaning and _can_be(kept, tag, fact, meaning) else None


def _can_be(kept: Kept, tag: int, fact: Fact, meaning: tuple[float | str, ...]) -> bool:
    """Whether the attribute can say such a thing at all; a name read as a number was never a fact."""
    if kept.rule != "number":
        return True
    if fact.vr in BINARY_UNITS:
        return are_plausible_bytes(kept, tag, fact.vr, fact.raw, fact.is_big)
    return are_plausible(kept, tag, [one for one in meaning if not isinstance(one, str)])


def prove(
    content: bytes,
    facts: Mapping[Place, Fact],
    walked: WalkedObject,
    layout: PixelLayout,
    received_pixels: bytes,
    pixels_sha256: str,
) -> Proof:
    """Read a finished research object again and hold it against the facts of the received one.

    Parameters
    ----------
    content
        The research object as it will be stored.
    facts
        Of the received object, by place.
    walked, layout
        The received object.
    received_pixels
        Its native pixels, little endian, without bits that hold no signal.
    pixels_sha256
        Their digest.

    Raises
    ------
    DicomError
        ``dicom.not-kept``
    """
    written = walk_object(content)
    items: dict[Place, Mapping[int, Element]] = {(): written.elements}
    for place, fact in facts.items():
        element = _item_of(written, items, place[:-1]).get(place[-1])
        if element is None or not _says_the_same(fact, element, written.raw(element)):
            raise _not_kept(place[-1])
    _prove_siemens_header(walked, written)
    pixels = written.elements.get(layout.tag)
    is_native = (
        pixels is not None
        and len(received_pixels) == layout.total_bytes <= pixels.length
        and content.startswith(received_pixels, pixels.start)
    )
    if not is_native or not _are_the_received_values(walked, layout, received_pixels):
        raise _not_kept(layout.tag)
    counted = Counter(fact.topic for fact in facts.values())
    return Proof(
        {topic: counted[topic] for topic in TOPICS if counted[topic]},
        pixels_sha256,
    )


def _are_the_received_values(walked: WalkedObject, layout: PixelLayout, native: bytes) -> bool:
    """Whether native pixels hold the stored values that came; what was compressed is unpacked only once."""
    if layout.kind == "encapsulated":
        return len(native) == layout.total_bytes
    element = walked.elements[layout.tag]
    width = layout.bits_allocated // 8
    is_big = element.encoding == "explicit-big" and width > 1
    if not is_big and walked.content.startswith(native, element.start):
        return len(native) == layout.total_bytes <= element.length
    raw = walked.raw(element)[: layout.total_bytes]
    order = ">" if is_big else "<"
    came = np.frombuffer(raw, f"{order}u{width}")
    if layout.has_idle_bits:
        came = came & came.dtype.type(layout.signal_mask)
    return bool(np.array_equal(came, np.frombuffer(native, f"<u{width}")))


def _item_of(
    written: WalkedObject, items: dict[Place, Mapping[int, Element]], place: Place
) -> Mapping[int, Element]:
    """The elements of an item of the research object; those of all its siblings are remembered."""
    if place not in items:
        *outer, tag, _ = place
        sequence = _item_of(written, items, tuple(outer)).get(tag)
        if sequence is None:
            return {}
        for number, elements in enumerate(written.items(sequence)):
            items[(*outer, tag, number)] = elements
    return items.get(place, {})


def _says_the_same(fact: Fact, element: Element, raw: bytes) -> bool:
    if raw == fact.raw and element.vr == fact.vr and not fact.is_big:
        return True
    return _meaning(Fact(fact.topic, element.vr, False, raw)) == _meaning(fact)


@functools.lru_cache(maxsize=1024)
def _meaning(fact: Fact) -> tuple[float | str, ...]:
    """The finite numbers, or the known term, that a value holds; nothing where it holds anything else."""
    letter = _BINARY.get(fact.vr)
    if letter is not None:
        size = struct.calcsize(letter)
        if not fact.raw or len(fact.raw) % size:
            return ()
        order = ">" if fact.is_big else "<"
        numbers = struct.unpack(f"{order}{len(fact.raw) // size}{letter}", fact.raw)
        return numbers if all(math.isfinite(number) for number in numbers) else ()
    text = fact.raw.decode("latin-1").strip(" \0")
    if fact.vr == "CS":
        return (text.upper(),) if text.upper() in vocabulary.TERMS else ()
    if fact.vr in ("LT", "ST", "UT"):
        match = vocabulary.GRADIENT_COMMENT.search(text)
        return (match.group(),) if match else ()
    try:
        parsed = tuple(float(part) for part in text.split("\\") if part.strip())
    except ValueError:
        return ()
    return parsed if all(math.isfinite(number) for number in parsed) else ()


def _prove_siemens_header(received: WalkedObject, written: WalkedObject) -> None:
    """A header that was written anew says nothing else than the one that came."""
    anew = siemens_header.stated_numbers(written)
    if anew and anew != siemens_header.stated_numbers(received):
        raise _not_kept(0x00291010)


def _not_kept(tag: int) -> DicomError:
    return DicomError(
        "dicom.not-kept",
        f"What {tag_text(tag)} says could not be carried over as it was.",
        remedy="Look at the attribute in the original; the scanner may write it in a form not known here.",
        tag=tag_text(tag),
    )
