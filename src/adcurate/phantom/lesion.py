"""Lesions: where they sit and what shape they have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from adcurate.arrays import Floats, Floats32
from adcurate.phantom.anatomy import Station, build
from adcurate.phantom.grid import Grid
from adcurate.phantom.prescription import LesionPrescription, refusal

_HARMONICS: Final = np.arange(2, 7)
CORE_SHARE: Final = 0.40

_SITES: Final[dict[Station, dict[str, tuple[tuple[float, float, float], ...]]]] = {
    "abdomen": {
        "liver": ((-92, -6, 6), (-62, -46, 12), (-58, 26, 12), (-10, -46, 18)),
        "pancreas": ((36, -8, 2), (-24, -2, -9), (64, 6, 8)),
        "small intestine": ((32, -30, -27), (-8, -44, -27)),
        "duodenum": ((-42, 6, -15),),
        "paraduodenal": ((-40, 20, -15),),
        "mesenteric": ((8, -34, -21), (16, -14, -27)),
        "rectum": ((62, -24, -27),),
        "colon": ((84, -16, -27),),
        "spleen": ((102, 26, 18),),
    },
    "pelvis": {
        "rectum": ((5, 38, 0), (-5, 38, 24)),
        "peripheral zone": ((13, 9, -26), (-13, 9, -26)),
        "transition zone": ((-7, -6, -24), (8, -6, -24)),
    },
}
_ROAMING_MM: Final = {"peripheral zone": 1.0, "transition zone": 1.5}
_FREELY_MM: Final = 4.0  # how far a lesion lies from its site at most, along each axis


def organs() -> tuple[str, ...]:
    """The organs a lesion can be prescribed for."""
    return tuple(sorted(set(_SITES["abdomen"]) | set(_SITES["pelvis"])))


def station_of(lesions: tuple[LesionPrescription, ...]) -> Station:
    """The part of the body to scan: the pelvis when every lesion lies there, else the abdomen."""
    return "pelvis" if lesions and all(lesion.organ in _SITES["pelvis"] for lesion in lesions) else "abdomen"


@dataclass(frozen=True, slots=True)
class Outline:
    """An irregular solid: a wavy ellipse in the plane, an ellipse along z.

    Attributes
    ----------
    slice_index
        The slice through its centre.
    half_height_mm
        Semi-axis along z.
    waves : (5, 2)
        Amplitude (share of the radius) and phase of the 2nd to 6th harmonic.
    """

    x: float
    y: float
    z: float
    slice_index: int
    half_length_mm: float
    half_height_mm: float
    waves: Floats

    def radius_mm(self, angle: Floats) -> Floats:
        """Distance of the border from the centre, in the central slice."""
        swing = (self.waves[:, 0] * np.cos(angle[..., None] * _HARMONICS + self.waves[:, 1])).sum(axis=-1)
        reach: Floats = self.half_length_mm * (1.0 + swing)
        return reach

    def depth_mm(self, grid: Grid) -> tuple[tuple[slice, slice, slice], Floats32]:
        """Depth below the surface (negative outside), in the box of voxels around the lesion."""
        x, y, z = grid.axes_mm()
        reach = 1.6 * self.half_length_mm + 6.0
        box = (
            slice(*np.searchsorted(z, [self.z - self.half_height_mm, self.z + self.half_height_mm])),
            slice(*np.searchsorted(y, [self.y - reach, self.y + reach])),
            slice(*np.searchsorted(x, [self.x - reach, self.x + reach])),
        )
        dx, dy = np.meshgrid(x[box[2]] - self.x, y[box[1]] - self.y)
        height = np.sqrt(np.clip(1.0 - ((z[box[0]] - self.z) / self.half_height_mm) ** 2, 0.0, 1.0))
        depth = height[:, None, None] * self.radius_mm(np.arctan2(dy, dx)) - np.hypot(dx, dy)
        return box, depth.astype(np.float32)


def place_lesions(
    lesions: tuple[LesionPrescription, ...], habitus: int, grid: Grid, rng: np.random.Generator
) -> tuple[Outline, ...]:
    """Give each lesion its place and outline.

    Raises
    ------
    PhantomError
        ``phantom.prescription``: an unknown organ, more lesions than an organ has room for, or lesions
        that run into each other.
    """
    station = station_of(lesions)
    used: dict[str, int] = {}
    outlines: list[Outline] = []
    for lesion in lesions:
        sites = _SITES[station].get(lesion.organ)
        if sites is None:
            raise refusal(
                "A lesion's organ is not one the phantom has.", f"Use one of: {', '.join(organs())}."
            )
        turn = used.get(lesion.organ, 0)
        if turn >= len(sites):
            raise refusal("An organ has more lesions than sites.", f"Prescribe at most {len(sites)} there.")
        used[lesion.organ] = turn + 1
        outlines.append(_outline(lesion, sites[turn], habitus, grid, rng))
    for one, first in enumerate(outlines):
        for second in outlines[one + 1 :]:
            apart = np.hypot(first.x - second.x, first.y - second.y)
            together = abs(first.z - second.z) < first.half_height_mm + second.half_height_mm
            if together and apart < first.half_length_mm + second.half_length_mm + 2.0:
                raise refusal(
                    "Two lesions run into each other.", "Make them smaller or put them into other organs."
                )
    return tuple(outlines)


def _outline(
    lesion: LesionPrescription,
    site: tuple[float, float, float],
    habitus: int,
    grid: Grid,
    rng: np.random.Generator,
) -> Outline:
    width, depth, lift = build(habitus)
    roaming = _ROAMING_MM.get(lesion.organ, _FREELY_MM)
    shift = rng.uniform(-roaming, roaming, 2)
    heights = grid.axes_mm()[2]
    slice_index = int(np.argmin(np.abs(heights - (site[2] + lift))))
    phases = rng.uniform(0.0, 2 * np.pi, _HARMONICS.size)
    sizes = np.array([0.16, 0.07, 0.045, 0.03, 0.02]) * rng.uniform(0.5, 1.0, _HARMONICS.size)
    outline = Outline(
        x=site[0] * width + shift[0],
        y=site[1] * depth + shift[1],
        z=float(heights[slice_index]),
        slice_index=slice_index,
        half_length_mm=1.0,
        half_height_mm=max(0.42 * lesion.long_axis_mm, 0.9 * grid.slice_spacing_mm),
        waves=np.stack([sizes, phases], axis=1),
    )
    angle = np.linspace(0.0, np.pi, 90)
    longest = (outline.radius_mm(angle) + outline.radius_mm(angle + np.pi)).max()
    return Outline(
        outline.x,
        outline.y,
        outline.z,
        slice_index,
        lesion.long_axis_mm / float(longest),
        outline.half_height_mm,
        outline.waves,
    )


def core_depth(outline: Outline, grid: Grid) -> tuple[tuple[slice, slice, slice], Floats32]:
    """Depth below the surface of the cystic core, mm."""
    core = Outline(
        outline.x,
        outline.y,
        outline.z,
        outline.slice_index,
        outline.half_length_mm * CORE_SHARE,
        outline.half_height_mm * CORE_SHARE + 0.5 * grid.slice_spacing_mm,
        outline.waves,
    )
    return core.depth_mm(grid)
