"""What one unit of a scanner's ADC map is worth, and how that is known.

Evidence in this order: a refit of the exam's own DWI, a real-world mapping in a physical unit, a declared
unit, plausibility (with a finding). Where nothing shows it the unit is unknown; it is never assumed. The unit
multiplies the map after its rescale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from adcurate.dicom.reading.adc_scaling import says_several_units, stated_unit
from adcurate.dicom.reading.pixels import load_adc_map
from adcurate.dicom.reading.unit_refit import best_refit
from adcurate.findings import Finding
from adcurate.model import AdcUnit, Series

LOWEST_PLAUSIBLE_MM2_S: Final = 0.2e-3
HIGHEST_PLAUSIBLE_MM2_S: Final = 4.0e-3
CONTRADICTION: Final = 0.15
PLAUSIBLE_UNITS_MM2_S: Final = (1e6, 1.0, 1e-3, 1e-6, 1e-9)
BACKGROUND_FRACTION: Final = 0.1


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
    stated = stated_unit(adc)
    refit, findings = best_refit(adc_map, diffusion, None if stated is None else stated[0])
    if says_several_units(adc):
        findings.append(
            Finding(
                "adc-unit.mixed",
                "The images of the ADC map state different units, or only some of them state one, so no "
                "statement is used. Look at the map slice by slice, or export it from the scanner again.",
                "serious",
            )
        )
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
                f"Nothing states the unit of the ADC map; {plausible:.0e} mm²/s is the one usual unit that "
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


def plausible_unit(values: npt.NDArray[Any]) -> float | None:
    """The usual unit (mm²/s) that makes the map's median a tissue ADC; None unless exactly one does.

    Values far below the map's bright ones are background noise and are left out of the median.
    """
    tissue = _above_background(values)
    if tissue.size == 0:
        return None
    median = float(np.median(tissue))
    fitting = [
        unit
        for unit in PLAUSIBLE_UNITS_MM2_S
        if LOWEST_PLAUSIBLE_MM2_S <= median * unit <= HIGHEST_PLAUSIBLE_MM2_S
    ]
    return fitting[0] if len(fitting) == 1 else None


def _above_background(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The positive values that stand out from a map's background."""
    positive: npt.NDArray[Any] = values[np.isfinite(values) & (values > 0)]
    if positive.size:
        positive = positive[positive > BACKGROUND_FRACTION * float(np.percentile(positive, 99.0))]
    return positive


def _is_possible(values: npt.NDArray[Any], unit: float) -> bool:
    """Whether a stated unit brings the median to within a factor of five of tissue; True without values."""
    tissue = _above_background(values)
    if tissue.size == 0:
        return True
    median = float(np.median(tissue)) * unit
    return LOWEST_PLAUSIBLE_MM2_S / 5 <= median <= HIGHEST_PLAUSIBLE_MM2_S * 5
