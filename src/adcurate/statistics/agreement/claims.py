"""What has been claimed of the repeatability of a tumour's mean ADC, by organ; and where nothing has.

A claim holds for the organ, the measurement (mean ADC of a lesion) and the acquisition of its profile.
There is none for pancreas or for neuroendocrine tumours: none is borrowed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_SOURCE: Final = "QIBA ADC Profile report, Radiology 2024 (PMC11537247)"


@dataclass(frozen=True, slots=True)
class RepeatabilityClaim:
    """The change of a lesion's mean ADC (share) beyond which 95 % confidence in a true change is claimed."""

    organ: str
    smallest_true_change: float
    measurand: str
    source: str


REPEATABILITY_CLAIMS: Final[tuple[RepeatabilityClaim, ...]] = tuple(
    RepeatabilityClaim(organ, change, "mean ADC of a lesion", _SOURCE)
    for organ, change in (("brain", 0.08), ("liver", 0.27), ("prostate", 0.27), ("breast", 0.15))
)


def find_repeatability_claim(organ: str) -> RepeatabilityClaim | None:
    """Return the claim for an organ by its English name, None where none exists.

    Examples
    --------
    >>> find_repeatability_claim("Liver").smallest_true_change
    0.27
    >>> find_repeatability_claim("pancreas") is None
    True
    """
    name = organ.strip().casefold()
    return next((claim for claim in REPEATABILITY_CLAIMS if claim.organ == name), None)
