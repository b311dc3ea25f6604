"""The limits of the QIBA diffusion profile for a phantom scan, and what a vial says of each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from adcurate.model.phantom_scan import CheckName, PhantomCheck
from adcurate.region.summary import RegionSummary

# mm^2/s, fractions, a ratio, mm. Source: QIBA diffusion-weighted MRI profile, phantom conformance.
BIAS: Final = 0.04e-3
RANDOM_ERROR: Final = 0.02
REPEATABILITY: Final = 0.005
B_DEPENDENCE: Final = 0.02
SNR: Final = 45.0
OFFSET_BIAS: Final = 0.04
ISOCENTRE_MM: Final = 40.0


def judge_vial(
    truth: float,
    summary: RegionSummary,
    repeats: Sequence[float],
    two_point: Sequence[tuple[float, float]],
    snr: float | None,
    from_isocentre_mm: float,
) -> tuple[PhantomCheck, ...]:
    """Each check of one vial.

    Parameters
    ----------
    truth : mm^2/s
    repeats : mm^2/s
        The mean ADC of each repeat.
    two_point : (s/mm^2, mm^2/s)
        Each higher b-value and the ADC from it and the lowest.
    from_isocentre_mm
        Bias is judged as such within 4 cm of the isocentre; beyond, in percent: gradients bend there.
    """
    mean = float(np.mean(repeats))
    near = from_isocentre_mm <= ISOCENTRE_MM
    bias = mean - truth
    checks = [
        _most("bias", bias, BIAS) if near else _most("offset-bias", bias / truth, OFFSET_BIAS),
        _most("random-error", _random_error(summary), RANDOM_ERROR),
    ]
    if len(repeats) > 1:
        checks.append(_most("repeatability", float(np.std(repeats, ddof=1)) / mean, REPEATABILITY))
    else:
        checks.append(_unjudged("repeatability", REPEATABILITY, "the scan has one series of this scheme"))
    values = [adc for _, adc in two_point]
    if len(values) > 1:
        checks.append(_most("b-dependence", (max(values) - min(values)) / mean, B_DEPENDENCE))
    else:
        checks.append(_unjudged("b-dependence", B_DEPENDENCE, "the scheme has two b-values"))
    if snr is None or not math.isfinite(snr):
        checks.append(_unjudged("snr", SNR, "the signal has no spread"))
    else:
        checks.append(PhantomCheck("snr", snr, SNR, "pass" if snr >= SNR else "fail"))
    return tuple(checks)


def _random_error(summary: RegionSummary) -> float | None:
    """Half the 95 % interval of the area's mean, over the mean."""
    if not (summary.mean > 0 and summary.n_voxels > 1):
        return None
    return 1.96 * summary.sd / math.sqrt(summary.n_voxels) / summary.mean


def _most(name: CheckName, value: float | None, limit: float) -> PhantomCheck:
    if value is None or not math.isfinite(value):
        return _unjudged(name, limit, "nothing was estimated")
    return PhantomCheck(name, value, limit, "pass" if abs(value) <= limit else "fail")


def _unjudged(name: CheckName, limit: float, why: str) -> PhantomCheck:
    return PhantomCheck(name, None, limit, "not-judged", why)
