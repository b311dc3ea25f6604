"""What a frame's real-world value mapping says: from stored values to a quantity in a unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pydicom.dataset import Dataset

from adcurate.dicom.reading.headers import FrameHeader, items, number, text
from adcurate.dicom.reading.series_kind import ADC_QUANTITY
from adcurate.model import RealWorldMapping

MAPPINGS: Final = 0x00409096
_QUANTITY_DEFINITIONS: Final = 0x00409220
_CONCEPT_CODE: Final = 0x0040A168
_UNIT_CODE: Final = 0x004008EA
_CODE_VALUE: Final = 0x00080100


def real_world_of(header: FrameHeader) -> tuple[RealWorldMapping | None, tuple[str, ...]]:
    """The mapping that names a quantity, else the first one; and the quantity codes found."""
    if header.is_enhanced:
        candidates: Sequence[Dataset] = ()
        for groups in (header.own, header.shared, header.root):
            candidates = candidates or items(groups, MAPPINGS)
    else:
        candidates = items(header.root, MAPPINGS)
    first: RealWorldMapping | None = None
    for item in candidates:
        slope, intercept = number(item, 0x00409225), number(item, 0x00409224)
        if not slope:
            continue
        units = items(item, _UNIT_CODE)
        unit = text(units[0], _CODE_VALUE) if units else ""
        mapping = RealWorldMapping(slope, intercept or 0.0, unit, text(item, 0x00409210))
        codes = {
            text(code, _CODE_VALUE)
            for definition in items(item, _QUANTITY_DEFINITIONS)
            for code in items(definition, _CONCEPT_CODE)
        }
        if ADC_QUANTITY in codes:
            return mapping, (ADC_QUANTITY,)
        first = first or mapping
    return first, ()
