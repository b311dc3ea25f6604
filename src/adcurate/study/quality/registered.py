"""The signals of an exam after registration between b-values; what was moved, and how far, is a finding."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Final

import numpy as np

from adcurate.diffusion.registration import register_volume
from adcurate.errors import RegistrationError
from adcurate.findings import Finding
from adcurate.geometry import Plane
from adcurate.model import DiffusionStack
from adcurate.model.protocol import AdcRule

METHOD: Final = "registration/1"
_FAR_IN_PIXELS: Final = 1.0


def register_stack(stack: DiffusionStack, rule: AdcRule, findings: list[Finding]) -> DiffusionStack | None:
    """Bring each volume onto that of the lowest b-value.

    None where the protocol does not ask for it, or where it failed, which is a serious finding: the map
    without registration is there in any case.

    Raises
    ------
    RegistrationError
        ``registration.missing`` without SimpleITK.
    """
    if rule.registration == "off":
        return None
    plane = stack.planes[0]
    spacing = (_slice_spacing_mm(stack.planes), plane.row_spacing_mm, plane.column_spacing_mm)
    volumes = [np.asarray(stack.volumes[0], dtype=np.float64)]
    for b_value, volume in zip(stack.b_values[1:], stack.volumes[1:], strict=True):
        where = {"b_value": f"{b_value:g}"}
        try:
            moved = register_volume(stack.volumes[0], volume, spacing, motion=rule.registration)
        except RegistrationError as error:
            if error.code == "registration.missing":
                raise
            sentence = f"b = {b_value:g} could not be registered: {error.sentence}"
            findings.append(Finding(error.code, sentence, "serious", where))
            return None
        volumes.append(moved.values)
        length = math.hypot(*moved.shift_mm)
        sentence = (
            f"Registration moved b = {b_value:g} by {length:.1f} mm and {moved.rotation_deg:.1f} degrees; "
            "the map without registration is measured beside it."
        )
        far = length > _FAR_IN_PIXELS * max(plane.row_spacing_mm, plane.column_spacing_mm)
        findings.append(Finding("registration.moved", sentence, "warning" if far else "note", where))
    return replace(stack, volumes=tuple(volumes), averaging=f"{stack.averaging}+registered")


def _slice_spacing_mm(planes: tuple[Plane, ...]) -> float:
    """Between slice centres, the median; the thickness of a single slice."""
    if len(planes) < 2:
        return planes[0].slice_thickness_mm or 1.0
    steps = [
        abs(float(first.distance_mm([second.origin])[0])) for first, second in itertools.pairwise(planes)
    ]
    return float(np.median(steps))
