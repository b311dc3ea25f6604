"""What the header of an ADC map says about the unit of its values, image by image.

A real-world mapping in a physical unit leads from stored values to mm²/s; a rescale type or a name only
names the unit of rescaled values. Nothing here is believed yet: `unit_proof` holds it against a refit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from adcurate.model import Frame, Series, UnitEvidence

_BASE_UNITS: Final = {"mm2/s": 1.0, "mm2/sec": 1.0, "um2/s": 1e-6, "um2/sec": 1e-6, "um2/ms": 1e-3}
_UNIT: Final = re.compile(r"^(?:1?[x.]?(?:10|1e)\^?(-\d{1,2})[x.]?)?((?:mm|um)2/(?:ms|sec|s))$")
_UNIT_IN_NAME: Final = re.compile(r"[(\[]([^()\[\]]{0,12}[mµμu]m\^?[2²]/m?s(?:ec)?)[)\]]")
_PLAIN_LETTERS: Final = str.maketrans("²µμ·", "2uu.")
_NO_OFFSET_MM2_S: Final = 1e-9


@dataclass(frozen=True, slots=True)
class PhysicalMapping:
    """From one image's stored values to mm²/s, and what that makes of one rescaled unit.

    `mm2_s_per_unit` is None where the mapping and the rescale do not differ by a factor alone.
    """

    slope: float
    intercept: float
    mm2_s_per_unit: float | None


def parse_unit(words: str) -> float | None:
    """mm²/s in one unit of a text such as ``10^-6 mm2/s``, ``um2/ms`` or ``10*-6.mm2/s``; None for no unit.

    Examples
    --------
    >>> parse_unit("10-6.mm2/s"), parse_unit("US")
    (1e-06, None)
    """
    plain = words.strip().lower().translate(_PLAIN_LETTERS)
    plain = plain.replace("mm^2", "mm2").replace("um^2", "um2").replace("*", "").replace(" ", "")
    found = _UNIT.match(plain)
    if found is None:
        return None
    exponent = int(found.group(1) or 0)
    base = _BASE_UNITS.get(found.group(2))
    return None if base is None else float(f"{base:.0e}") * float(f"1e{exponent}")


def physical_mapping(frame: Frame) -> PhysicalMapping | None:
    """An image's real-world mapping in mm²/s; None where it has none in a physical unit."""
    mapping = frame.real_world
    unit = None if mapping is None else parse_unit(mapping.unit)
    if mapping is None or unit is None:
        return None
    factor = unit * mapping.slope / frame.rescale_slope
    offset = unit * mapping.intercept - factor * frame.rescale_intercept
    only_a_factor = abs(offset) < _NO_OFFSET_MM2_S
    return PhysicalMapping(
        unit * mapping.slope, unit * mapping.intercept, float(f"{factor:.9g}") if only_a_factor else None
    )


def mappings_to_apply(frames: Sequence[Frame]) -> tuple[PhysicalMapping, ...] | None:
    """Each image's own mapping, where only these bring all images to one unit; None where a factor does.

    So it is where every image has a physical mapping and they differ from one to the next, or carry an
    offset that the rescale has not.
    """
    found = [physical_mapping(frame) for frame in frames]
    mappings = tuple(mapping for mapping in found if mapping is not None)
    if not mappings or len(mappings) < len(frames):
        return None
    factors = {mapping.mm2_s_per_unit for mapping in mappings}
    return mappings if len(factors) > 1 or None in factors else None


def stated_unit(adc: Series) -> tuple[float, UnitEvidence] | None:
    """(mm²/s for one value of the loaded map, evidence), if the header says the same for every image."""
    if mappings_to_apply(adc.frames) is not None:
        return 1.0, "real_world_map"
    named = _UNIT_IN_NAME.search(adc.description)
    said: tuple[tuple[set[float | None], UnitEvidence], ...] = (
        (_mapped(adc.frames), "real_world_map"),
        (_declared(adc.frames), "declared"),
        ({None if named is None else parse_unit(named.group(1))}, "declared"),
    )
    for factors, evidence in said:
        only = next(iter(factors)) if len(factors) == 1 else None
        if only is not None:
            return only, evidence
    return None


def says_several_units(adc: Series) -> bool:
    """Whether the images of a map state different units and nothing brings them to one."""
    if mappings_to_apply(adc.frames) is not None:
        return False
    mapped, declared = _mapped(adc.frames), _declared(adc.frames)
    return len(mapped) > 1 or (mapped == {None} and len(declared) > 1)


def _mapped(frames: Sequence[Frame]) -> set[float | None]:
    found = [physical_mapping(frame) for frame in frames]
    return {None if mapping is None else mapping.mm2_s_per_unit for mapping in found}


def _declared(frames: Sequence[Frame]) -> set[float | None]:
    return {parse_unit(frame.rescale_type) for frame in frames}
