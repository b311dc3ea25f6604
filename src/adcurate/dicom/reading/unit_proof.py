"""What one unit of a scanner's ADC map is worth, and how that is known.

Evidence in this order: a refit of the exam's own DWI, a real-world mapping in a physical unit, a declared
unit, plausibility (with a finding). Where nothing shows it the unit is unknown; it is never assumed. The unit
multiplies the map after its rescale.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from adcurate.dicom.reading.pixels import load_adc_map
from adcurate.dicom.reading.unit_refit import best_refit
from adcurate.findings import Finding
from adcurate.model import AdcUnit, Series, UnitEvidence

LOWEST_PLAUSIBLE_MM2_S: Final = 0.2e-3
HIGHEST_PLAUSIBLE_MM2_S: Final = 4.0e-3
CONTRADICTION: Final = 0.15

_BASE_UNITS: Final = {"mm2/s": 1.0, "mm2/sec": 1.0, "um2/s": 1e-6, "um2/sec": 1e-6, "um2/ms": 1e-3}
_UNIT: Final = re.compile(r"^(?:1?[x.]?(?:10|1e)\^?(-\d{1,2})[x.]?)?((?:mm|um)2/(?:ms|sec|s))$")
_UNIT_IN_NAME: Final = re.compile(r"[(\[]([^()\[\]]{0,12}[mµμu]m\^?[2²]/m?s(?:ec)?)[)\]]")
_PLAIN_LETTERS: Final = str.maketrans("²µμ·", "2uu.")


@dataclass(frozen=True, slots=True)
class UnitProof:
    """The unit of one map, what was odd about it, and the series refitted to prove it (none without)."""

    unit: AdcUnit
    findings: tuple[Finding, ...]
    refitted_series_uids: tuple[str, ...] = ()


def prove_adc_unit(adc: Series, diffusion: Sequence[Series]) -> UnitProof:
    """Find the unit of a scanner's ADC map.

    Parameters
    ----------
    adc
        A series of kind ``adc`` that forms one volume.
    diffusion
        The exam's other series; those of kind ``dwi`` and ``trace`` on the map's grid are refitted, each
        alone and, where needed, together.

    Raises
    ------
    DicomError, GeometryError
        When the map itself cannot be read, as `pixels.load_adc_map`.
    """
    adc_map = load_adc_map(adc)
    refit, findings = best_refit(adc_map, diffusion)
    stated = _stated_unit(adc)
    if refit is not None and refit.agreement.unit_mm2_per_s is not None:
        proved = refit.agreement.unit_mm2_per_s
        if stated is not None and abs(stated[0] / proved - 1) > CONTRADICTION:
            findings.append(
                Finding(
                    "adc-unit.contradiction",
                    f"The header states {stated[0]:.6g} mm²/s for one unit of the ADC map; the exam's own "
                    f"DWI shows {proved:.6g}, which is used.",
                    "serious",
                    {"stated": f"{stated[0]:.6g}", "proved": f"{proved:.6g}"},
                )
            )
        if refit.resampled:
            findings.append(
                Finding(
                    "adc-unit.resampled",
                    "The ADC map and the diffusion images have different grids; the refit was brought to "
                    "the map's to prove its unit.",
                    "note",
                )
            )
        a = refit.agreement
        unit = AdcUnit(proved, "refit", a.slope, a.r, a.n, refit.formula)
        return UnitProof(unit, tuple(findings), refit.series_uids)
    slope, r, n = (None, None, 0)
    if refit is not None and refit.agreement.n:
        slope, r, n = refit.agreement.slope, refit.agreement.r, refit.agreement.n
        findings.append(
            Finding(
                "adc-unit.refit-disagrees",
                f"The ADC map does not follow a refit of the exam's own DWI. {refit.agreement.reason}",
                "serious",
                {"r": f"{r:.4f}", "slope": f"{slope:.6g}", "n": str(n)},
            )
        )
    if stated is not None and not _is_possible(adc_map.values, stated[0]):
        findings.append(
            Finding(
                "adc-unit.implausible",
                f"The header states {stated[0]:.6g} mm²/s for one unit of the ADC map, which no tissue can "
                "have; the statement is not used.",
                "serious",
                {"stated": f"{stated[0]:.6g}"},
            )
        )
        stated = None
    if stated is not None:
        return UnitProof(AdcUnit(stated[0], stated[1], slope, r, n), tuple(findings))
    plausible = plausible_unit(adc_map.values)
    if plausible is not None:
        findings.append(
            Finding(
                "adc-unit.plausibility",
                f"Nothing states the unit of the ADC map; {plausible:.0e} mm²/s is the one power of ten that "
                "gives tissue values.",
                "warning",
                {"mm2_per_s": f"{plausible:.0e}"},
            )
        )
        return UnitProof(AdcUnit(plausible, "plausibility", slope, r, n), tuple(findings))
    findings.append(
        Finding(
            "adc-unit.unknown",
            "Nothing shows the unit of the ADC map; it cannot be measured in mm²/s.",
            "serious",
        )
    )
    return UnitProof(AdcUnit(None, "unknown", slope, r, n), tuple(findings))


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


def plausible_unit(values: npt.NDArray[Any]) -> float | None:
    """The power of ten (mm²/s) that makes the median positive value a tissue ADC; None unless one does."""
    positive = values[np.isfinite(values) & (values > 0)]
    if positive.size == 0:
        return None
    median = float(np.median(positive))
    fitting = [
        float(f"1e{exponent}")
        for exponent in range(-12, 7)
        if LOWEST_PLAUSIBLE_MM2_S <= median * float(f"1e{exponent}") <= HIGHEST_PLAUSIBLE_MM2_S
    ]
    return fitting[0] if len(fitting) == 1 else None


def _is_possible(values: npt.NDArray[Any], unit: float) -> bool:
    """Whether a stated unit brings the median to within a factor of five of tissue; True without values."""
    positive = values[np.isfinite(values) & (values > 0)]
    if positive.size == 0:
        return True
    median = float(np.median(positive)) * unit
    return LOWEST_PLAUSIBLE_MM2_S / 5 <= median <= HIGHEST_PLAUSIBLE_MM2_S * 5


def _stated_unit(adc: Series) -> tuple[float, UnitEvidence] | None:
    """(mm²/s for one rescaled unit, evidence) from the header, if it says the same for every image."""
    mapped: set[float | None] = set()
    for frame in adc.frames:
        mapping = frame.real_world
        unit = None if mapping is None else parse_unit(mapping.unit)
        if mapping is None or unit is None:
            mapped.add(None)
            continue
        factor = unit * mapping.slope / frame.rescale_slope
        offset = unit * mapping.intercept - factor * frame.rescale_intercept
        mapped.add(float(f"{factor:.9g}") if abs(offset) < 1e-9 else None)
    declared = {parse_unit(frame.rescale_type) for frame in adc.frames}
    named = _UNIT_IN_NAME.search(adc.description)
    in_name = {None if named is None else parse_unit(named.group(1))}
    said: tuple[tuple[set[float | None], UnitEvidence], ...] = (
        (mapped, "real_world_map"),
        (declared, "declared"),
        (in_name, "declared"),
    )
    for factors, evidence in said:
        only = next(iter(factors)) if len(factors) == 1 else None
        if only is not None:
            return only, evidence
    return None
