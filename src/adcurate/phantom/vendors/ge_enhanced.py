"""GE, enhanced multi-frame objects (SIGNA, software MR29 and later).

The b-value stands in each frame's diffusion sequence; b = 0 frames have the sequence without a value. Rescale
stands per frame with slope 1; the map's name states the unit.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from adcurate.phantom.encoding import Elements, Private, Series, item
from adcurate.phantom.enhanced import Frames, enhanced_series
from adcurate.phantom.exam import SeriesKind, SyntheticExam
from adcurate.phantom.headers import b_range

_MAKER: Final = {
    "Manufacturer": "GE MEDICAL SYSTEMS",
    "SoftwareVersions": ["29", "LX", "MR Software release:MR29.1_EA_2039.g"],
}


def describe_series(exam: SyntheticExam) -> tuple[Series, ...]:
    """The exam's series in the order of their numbers."""
    name = f"Ax DWI b{b_range(exam).replace('_', '-')}"
    trace = Frames(np.concatenate(list(exam.dwi.values())), exam.prescription.b_values)
    plain = ["ORIGINAL", "PRIMARY", "OTHER", "NONE"]

    def series(
        kind: SeriesKind, number: int, description: str, image_type: list[str], frames: Frames
    ) -> Series:
        return enhanced_series(
            exam, kind, number, description, image_type, frames, maker=_MAKER, groups=_groups
        )

    return (
        series("t2", 3, "Ax T2 FRFSE FS", plain, Frames(exam.t2)),
        series("dwi", 5, name, ["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE"], trace),
        series("t1_ce", 9, "Ax LAVA Art", plain, Frames(exam.t1_ce)),
        series(
            "adc",
            500,
            f"ADC (10^-6 mm2/s):{name}",
            ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"],
            Frames(exam.adc),
        ),
    )


def _groups(kind: SeriesKind, b: float | None) -> tuple[Elements, tuple[Private, ...]]:
    made: dict[str, Any] = {
        "PixelValueTransformationSequence": [
            item({"RescaleIntercept": "0", "RescaleSlope": "1", "RescaleType": "US"})
        ]
    }
    if b is not None:
        weighted = {"DiffusionDirectionality": "ISOTROPIC", "DiffusionBValue": b}
        made["MRDiffusionSequence"] = [item(weighted if b > 0 else {"DiffusionDirectionality": "NONE"})]
    return made, ()
