"""The kept part of a received object, item by item; everything else is only counted.

A builder belongs to one object. It remembers what it left out (tags, for the account), which listed
attributes failed their rule, and the facts that `proof` holds against what was written.
"""

from __future__ import annotations

from collections.abc import Mapping

from adcurate.dicom.deidentification.encoding import Written, encoded_items, padded
from adcurate.dicom.deidentification.keep_list import KEPT, KEPT_PRIVATE, PRIVATE_CREATORS, Kept
from adcurate.dicom.deidentification.kept_values import ValueKeeper, meaning_of
from adcurate.dicom.deidentification.proof import Fact, Place, fact_of
from adcurate.dicom.received.structure import MAXIMUM_DEPTH, Element, WalkedObject

# Free text in which nothing worth keeping was found is no fault of the object.
_MAY_SAY_NOTHING = frozenset(["words", "gradient-comment", "contrast", "sequence-name"])
_CODE_VALUE, _CODE_MEANING = 0x00080100, 0x00080104
_Creators = Mapping[tuple[int, int], str]


class ObjectBuilder:
    """Walks a received object and writes what the keep-list allows."""

    def __init__(self, walked: WalkedObject, keeper: ValueKeeper) -> None:
        self._walked = walked
        self._keeper = keeper
        self.dropped: set[int] = set()
        self.left_out: list[int] = []
        self.kept: list[str] = []
        self.facts: dict[Place, Fact] = {}

    def item(
        self, elements: Mapping[int, Element], place: Place = (), creators: _Creators | None = None
    ) -> Written:
        """The kept elements of the object itself, or of one item of a kept sequence."""
        written: Written = {}
        creators = creators or {}
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
                self._leave_out(tag)
                continue
            value = self._value(kept, element, place, creators)
            if value is None:
                self.left_out.append(tag)
                if kept.rule not in _MAY_SAY_NOTHING:
                    self.dropped.add(tag)
                continue
            written[tag] = value
            self.kept.append(kept.rule)
            if creator:
                name_tag = (tag & 0xFFFF0000) | (tag >> 8 & 0xFF)
                written[name_tag] = ("LO", padded("LO", creator.encode("ascii")))
        if _CODE_MEANING in written:
            code = written[_CODE_VALUE][1].decode("ascii").strip() if _CODE_VALUE in written else ""
            written[_CODE_MEANING] = ("LO", padded("LO", meaning_of(code).encode("ascii")))
        return written

    def _leave_out(self, tag: int) -> None:
        is_length = not tag & 0xFFFF
        is_creator = tag >> 16 & 1 and tag & 0xFFFF <= 0xFF
        if not is_length and not is_creator:
            self.left_out.append(tag)

    def _creators(self, elements: Mapping[int, Element]) -> dict[tuple[int, int], str]:
        names = {}
        for tag, element in elements.items():
            if tag >> 16 & 1 and 0x10 <= tag & 0xFFFF <= 0xFF and element.length <= 64:
                name = self._walked.raw(element).decode("latin-1").strip(" \0")
                names[tag >> 16, tag & 0xFF] = name if name in PRIVATE_CREATORS else ""
        return names

    def _value(
        self, kept: Kept, element: Element, place: Place, creators: _Creators
    ) -> tuple[str, bytes] | None:
        if kept.rule != "sequence":
            if element.undefined:
                return None
            raw = self._walked.raw(element)
            fact = fact_of(kept, element.tag, element.vr, element.encoding == "explicit-big", raw)
            if fact is not None:
                self.facts[(*place, element.tag)] = fact
            return self._keeper.keep(kept, element, raw)
        if element.vr not in ("SQ", "UN", "") or len(place) >= 2 * MAXIMUM_DEPTH:
            return None
        items = self._walked.items(element)
        if len(items) > kept.most:
            return None
        return encoded_items(
            [self.item(elements, (*place, element.tag, n), creators) for n, elements in enumerate(items)]
        )
