"""Siemens, enhanced multi-frame objects (MAGNETOM Vida and later; software XA).

One object for each series. The b-value stands only in each frame's diffusion sequence; the ADC map has the
sequence without a b-value. Rescale stands per frame with slope 1 and type US: the unit is nowhere.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from adcurate.phantom.encoding import Elements, Private, Series, item
from adcurate.phantom.enhanced import Frames, enhanced_series
from adcurate.phantom.exam import SeriesKind, SyntheticExam
from adcurate.phantom.headers import b_range

_FRAME_CREATOR: Final = "SIEMENS MR SDI 02"
_MAKER: Final = {"Manufacturer": "SIEMENS", "SoftwareVersions": "syngo MR XA11"}


def describe_series(exam: SyntheticExam) -> tuple[Series, ...]:
    """The exam's series in the order of their numbers."""
    name = f"ep2d_diff_b{b_range(exam)}_tra"
    trace = Frames(np.concatenate(list(exam.dwi.values())), exam.prescription.b_values)
    plain = ["ORIGINAL", "PRIMARY", "M", "NONE"]
    derived = ["DERIVED", "PRIMARY", "DIFFUSION"]
    lowest, highest = exam.prescription.b_values[0], exam.prescription.b_values[-1]

    def groups(kind: SeriesKind, b: float | None) -> tuple[Elements, tuple[Private, ...]]:
        made: dict[str, Any] = {
            "PixelValueTransformationSequence": [
                item({"RescaleIntercept": "0", "RescaleSlope": "1", "RescaleType": "US"})
            ]
        }
        if kind == "adc":
            made["MRDiffusionSequence"] = [item({"DiffusionDirectionality": "ISOTROPIC"})]
            return made, _named(f"ep_b{lowest:.0f}_{highest:.0f}")
        if b is None:
            return made, ()
        direction = "NONE" if b == 0 else "ISOTROPIC"
        made["MRDiffusionSequence"] = [item({"DiffusionDirectionality": direction, "DiffusionBValue": b})]
        return made, _named("ep_b0" if b == 0 else f"ep_b{b:.0f}t")

    def series(
        kind: SeriesKind, number: int, description: str, image_type: list[str], frames: Frames
    ) -> Series:
        return enhanced_series(
            exam, kind, number, description, image_type, frames, maker=_MAKER, groups=groups
        )

    return (
        series("t2", 3, "t2_blade_fs_tra", plain, Frames(exam.t2)),
        series("dwi", 6, f"{name}_TRACEW", [*derived, "TRACEW"], trace),
        series("adc", 7, f"{name}_ADC", [*derived, "ADC"], Frames(exam.adc)),
        series("t1_ce", 12, "t1_vibe_fs_tra_art", plain, Frames(exam.t1_ce)),
    )


def _named(name: str) -> tuple[Private, ...]:
    """The frame's private sequence with the name of its sequence."""
    own = item({}, (Private(0x0021, _FRAME_CREATOR, 0x77, "LO", name),))
    return (Private(0x0021, _FRAME_CREATOR, 0xFE, "SQ", [own]),)
