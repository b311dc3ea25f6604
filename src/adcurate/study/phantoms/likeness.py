"""Signs that a scan is not of the phantom it was said to be of: another fluid, another warmth, a patient."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from adcurate.diffusion.reference_fluids import water_temperature
from adcurate.findings import Finding
from adcurate.model.phantom_scan import Fluid, VialResult

UNLIKELY: Final = "phantom.unlikely"
FARTHEST_BIAS: Final = 0.25
LEAST_IN_DISCS: Final = 1.0 / 3.0


def judge_likeness(fluid: Fluid, vials: Sequence[VialResult], in_discs: float) -> tuple[Finding, ...]:
    """The findings of a scan that is unlikely to be such a phantom.

    Parameters
    ----------
    in_discs
        The share of the slice's bright area that lies in round tubes.
    """
    found = []
    shares = {vial.name: vial.bias / vial.true_adc for vial in vials if math.isfinite(vial.bias)}
    name = max(shares, key=lambda one: abs(shares[one]), default="")
    if name and abs(shares[name]) > FARTHEST_BIAS:
        measured = next(vial.mean for vial in vials if vial.name == name)
        side = "above" if shares[name] > 0 else "below"
        sentence = (
            f"The ADC of {name} is {100 * abs(shares[name]):.0f} % {side} what it should be: no scanner errs "
            f"so. {_hint(fluid, measured)}"
        )
        found.append(Finding(UNLIKELY, sentence, "warning", {"vial": name}))
    if in_discs < LEAST_IN_DISCS:
        sentence = (
            f"Only {100 * in_discs:.0f} % of what is bright in the slice lies in round tubes. Is it a scan "
            "of a phantom, and not of a patient?"
        )
        found.append(Finding(UNLIKELY, sentence, "warning"))
    return tuple(found)


def _hint(fluid: Fluid, adc: float) -> str:
    if fluid == "pvp":
        return "Are the percentages and the temperature right, and is it a phantom and no patient?"
    temperature = water_temperature(adc)
    if temperature is None:
        return "No water between 0 and 60 °C has such an ADC: is it a phantom, and no patient?"
    return (
        f"Water has such an ADC at {temperature:.0f} °C. Is it a phantom and no patient, and was the "
        "temperature told (--temperature)?"
    )
