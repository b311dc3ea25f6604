"""Bodies without lesions: organs as soft, slightly irregular solids, painted onto any grid.

Patient coordinates (LPS, mm) around the middle of the stack. Pure functions of their arguments; the
painted bodies are kept, because many exams share one.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
from scipy import ndimage

from adcurate.arrays import Floats32
from adcurate.phantom.grid import Grid
from adcurate.phantom.tissue import TISSUES, Tissue

Station = Literal["abdomen", "pelvis"]
ENDLESS: Final = 1e6  # a semi-axis along z that spans the stack


class Solid(NamedTuple):
    """One soft solid: centre, semi-axes (mm), rotation in the plane, and how it leans along z."""

    tissue: str
    x: float
    y: float
    z: float
    a: float
    b: float
    c: float = ENDLESS
    turn_deg: float = 0.0
    wobble: float = 0.04
    power: float = 2.0
    lean: tuple[float, float] = (0.0, 0.0)
    confined: bool = True


@dataclass(frozen=True, slots=True)
class Body:
    """A painted body. Every array is (slice, row, column) on the grid it was painted for.

    Attributes
    ----------
    s0, t2, t1_ce : scanner units
    adc : 1e-6 mm^2/s
    inside : share of the voxel that is body
    liver : share of the voxel that is liver
    """

    s0: Floats32
    adc: Floats32
    t2: Floats32
    t1_ce: Floats32
    inside: Floats32
    liver: Floats32


_FAINTEST: Final = 4.0  # signal of air, far below any noise

_ABDOMEN: Final = (
    Solid("liver", -76, -6, 6, 72, 76, 78, 8, 0.035, 2.3),
    Solid("liver", -18, -46, 16, 62, 34, 46, -14, 0.04, 2.2),
    Solid("liver", -58, 30, 0, 34, 36, 52, 20, 0.05),
    Solid("portal", -40, -4, 18, 30, 5.0, 16, 18, 0.10),
    Solid("vessel", -72, -30, 26, 4.0, 4.0, 40, 0, 0.10, lean=(0.4, 0.1)),
    Solid("vessel", -100, -2, 22, 4.5, 3.6, 40, 30, 0.10, lean=(-0.3, 0.2)),
    Solid("vessel", -64, 22, 24, 3.6, 3.6, 34, 0, 0.10, lean=(0.2, -0.2)),
    Solid("vessel", -94, -38, 8, 3.2, 2.8, 30, 0, 0.10, lean=(0.3, 0.3)),
    Solid("portal", -86, 14, 0, 14, 3.4, 9, -30, 0.12),
    Solid("portal", -104, -24, -4, 12, 3.0, 8, 40, 0.12),
    Solid("gallbladder", -50, -40, -16, 14, 19, 20, 20, 0.04),
    Solid("bowel wall", 50, -44, 22, 42, 31, 34, -18, 0.06, 2.3),
    Solid("fluid", 50, -40, 22, 37, 24, 30, -18, 0.06, 2.3),
    Solid("air", 46, -62, 24, 26, 9, 24, -10, 0.05),
    Solid("spleen", 102, 22, 18, 25, 50, 46, -20, 0.05, 2.2),
    Solid("renal cortex", -58, 56, -22, 27, 33, 44, 24, 0.03),
    Solid("renal medulla", -57, 55, -22, 19, 24, 34, 24, 0.16),
    Solid("renal sinus", -50, 50, -22, 10, 12, 20, 24, 0.10),
    Solid("renal cortex", 64, 54, -12, 27, 33, 46, -24, 0.03),
    Solid("renal medulla", 63, 53, -12, 19, 24, 36, -24, 0.16),
    Solid("renal sinus", 56, 48, -12, 10, 12, 22, -24, 0.10),
    Solid("bowel wall", -44, 2, -14, 13, 15, 30, 0, 0.08),
    Solid("bowel content", -44, 2, -14, 9, 11, 28, 0, 0.10),
    Solid("pancreas", -24, -2, -10, 21, 19, 22, 10, 0.07),
    Solid("pancreas", 2, -15, -2, 24, 11, 16, 18, 0.08),
    Solid("pancreas", 32, -8, 2, 27, 11, 15, -12, 0.08),
    Solid("pancreas", 62, 6, 8, 22, 10, 15, 30, 0.08),
    Solid("bowel wall", 26, -52, -30, 22, 17, 22, 10, 0.10),
    Solid("bowel content", 26, -52, -30, 18, 13, 20, 10, 0.12),
    Solid("bowel wall", 66, -36, -30, 19, 22, 24, 0, 0.10),
    Solid("bowel content", 66, -36, -30, 15, 18, 22, 0, 0.14),
    Solid("bowel wall", -12, -64, -30, 48, 15, 22, 4, 0.10),
    Solid("bowel content", -12, -62, -30, 44, 10, 19, 4, 0.14),
    Solid("air", -12, -69, -30, 36, 6, 17, 2, 0.06),
    Solid("bowel wall", 94, -12, -32, 16, 18, 30, 0, 0.08),
    Solid("air", 93, -18, -32, 11, 10, 26, 0, 0.08),
    Solid("bowel content", 94, -8, -32, 12, 7, 26, 0, 0.12),
    Solid("bowel wall", 36, -20, -32, 16, 13, 17, 30, 0.12),
    Solid("bowel content", 36, -20, -32, 12, 9, 15, 30, 0.15),
    Solid("portal", -4, 2, -18, 6.5, 6.0, 40, 0, 0.05, lean=(-0.1, -0.1)),
    Solid("vessel", 11, 8, -20, 4.0, 4.0, 34, 0, 0.04, lean=(0.0, 0.1)),
    Solid("portal", 26, 2, 2, 26, 4.0, 8, -8, 0.06),
    Solid("vessel", -22, 26, 0, 14, 10, ENDLESS, 10, 0.05),
    Solid("vessel", 14, 27, 0, 10.5, 10.5, ENDLESS, 0, 0.03),
    Solid("muscle", -40, 62, -30, 13, 16, 46, 20, 0.06),
    Solid("muscle", 40, 62, -30, 13, 16, 46, -20, 0.06),
    Solid("lung", -70, 78, 42, 44, 24, 12, 14, 0.03),
    Solid("lung", 78, 74, 42, 42, 24, 12, -14, 0.03),
)
_BACK: Final = (
    Solid("bone", 0, 52, 0, 25, 20, confined=False, wobble=0.02, power=2.3),
    Solid("marrow", 0, 52, 0, 23, 18, confined=False, wobble=0.02, power=2.3),
    Solid("disc", 0, 52, -14, 23, 18, 4.5, confined=False, wobble=0.02, power=2.3),
    Solid("disc", 0, 52, 20, 23, 18, 4.5, confined=False, wobble=0.02, power=2.3),
    Solid("muscle", -36, 84, 0, 31, 19, confined=False, turn_deg=10, power=2.4),
    Solid("muscle", 36, 84, 0, 31, 19, confined=False, turn_deg=-10, power=2.4),
    Solid("bone", 0, 80, 0, 17, 11, confined=False),
    Solid("marrow", 0, 94, 0, 4, 12, confined=False),
    Solid("csf", 0, 78, 0, 10, 8, confined=False, wobble=0.02),
    Solid("cord", 0, 79, 10, 5, 4.5, confined=False, wobble=0.02),
)
_PELVIS: Final = (
    Solid("bone", 0, 76, 6, 27, 12, 60, 0, 0.05, 2.3, confined=False),
    Solid("marrow", 0, 76, 6, 24, 9.5, 58, 0, 0.05, 2.3, confined=False),
    Solid("muscle", 0, -84, 0, 46, 8, ENDLESS, 0, 0.03, 2.4, confined=False),
    Solid("bladder", 2, -42, -4, 42, 31, 40, 4, 0.03, 2.3),
    Solid("prostate", 0, 0, -26, 23, 17, 22, 0, 0.04),
    Solid("fluid", -18, 4, 2, 17, 7, 9, 14, 0.12),
    Solid("fluid", 18, 4, 2, 17, 7, 9, -14, 0.12),
    Solid("muscle", -62, 8, 0, 9, 36, ENDLESS, 12, 0.06, confined=False),
    Solid("muscle", 62, 8, 0, 9, 36, ENDLESS, -12, 0.06, confined=False),
    Solid("bowel wall", 0, 38, 0, 19, 18, ENDLESS, 0, 0.06, lean=(0.1, 0.1)),
    Solid("bowel content", 0, 38, 0, 12.5, 11.5, ENDLESS, 0, 0.12, lean=(0.1, 0.1)),
    Solid("air", 1, 31, 0, 8, 3.5, ENDLESS, 0, 0.10, lean=(0.1, 0.1)),
    Solid("bowel wall", 44, -30, 28, 17, 19, 22, 30, 0.10),
    Solid("bowel content", 44, -30, 28, 13, 15, 20, 30, 0.14),
    Solid("bowel wall", -40, -36, 32, 19, 16, 18, -20, 0.10),
    Solid("bowel content", -40, -36, 32, 15, 12, 16, -20, 0.14),
    Solid("vessel", -48, -22, 6, 6.5, 5.5, ENDLESS, 0, 0.04, lean=(0.2, 0.1)),
    Solid("vessel", 50, -22, 6, 6.5, 5.5, ENDLESS, 0, 0.04, lean=(-0.2, 0.1)),
)
_PELVIC_WALL: Final = (
    Solid("bone", -92, -6, 0, 27, 33, ENDLESS, -14, 0.04, 2.2, confined=False),
    Solid("marrow", -92, -6, 0, 24.5, 30.5, ENDLESS, -14, 0.04, 2.2, confined=False),
    Solid("bone", 92, -6, 0, 27, 33, ENDLESS, 14, 0.04, 2.2, confined=False),
    Solid("marrow", 92, -6, 0, 24.5, 30.5, ENDLESS, 14, 0.04, 2.2, confined=False),
    Solid("muscle", -70, 64, 0, 48, 26, ENDLESS, 22, 0.04, 2.4, confined=False),
    Solid("muscle", 70, 64, 0, 48, 26, ENDLESS, -22, 0.04, 2.4, confined=False),
    Solid("visceral fat", -78, 36, 0, 40, 6, ENDLESS, 18, 0.05, confined=False),
    Solid("visceral fat", 78, 36, 0, 40, 6, ENDLESS, -18, 0.05, confined=False),
    Solid("visceral fat", -104, 62, 0, 36, 3.5, ENDLESS, 48, 0.05, confined=False),
    Solid("visceral fat", 104, 62, 0, 36, 3.5, ENDLESS, -48, 0.05, confined=False),
    Solid("fat", 0, 98, 0, 14, 12, ENDLESS, 0, 0.05, confined=False),
)
_SKIN: Final = Solid("fat", 0, 0, 0, 163, 113, ENDLESS, 0, 0.012, 2.35, confined=False)
_WALL: Final = Solid("muscle", 0, 3, 0, 149, 99, ENDLESS, 0, 0.014, 2.3, confined=False)
_CAVITY: Final = Solid("visceral fat", 0, -1, 0, 139, 89, ENDLESS, 0, 0.014, 2.3, confined=False)
_PELVIC_CAVITY: Final = Solid("visceral fat", 0, -2, 0, 72, 84, ENDLESS, 0, 0.02, 2.4, confined=False)


@functools.cache
def paint_body(station: Station, habitus: int, grid: Grid) -> Body:
    """Paint one body onto a grid.

    Parameters
    ----------
    station
        Which part of the trunk.
    habitus
        0, 1, 2, ...: slim to stout, with organs a little moved.
    grid
        Where the voxels lie.

    Returns
    -------
    Body
        Shared between exams: read-only arrays.
    """
    layers = np.zeros((6, *grid.shape), dtype=np.float32)
    layers[0] = np.log(_FAINTEST)
    texture = np.zeros(grid.shape, dtype=np.float32)
    rng = np.random.default_rng([habitus, *grid.shape, len(station)])

    def put(solid: Solid, cavity: Floats32 | None) -> None:
        fitted = _fit(solid, habitus)
        box, cover = coverage(fitted, grid)
        if cavity is not None and solid.confined:
            cover = cover * cavity[box]
        _blend(layers, texture, box, cover, TISSUES[solid.tissue], solid.tissue)

    put(_SKIN, None)
    put(_WALL, None)
    inner = _CAVITY if station == "abdomen" else _PELVIC_CAVITY
    if station == "pelvis":
        for solid in _PELVIC_WALL:
            put(solid, None)
    box, cover = coverage(_fit(inner, habitus), grid)
    cavity = np.zeros(grid.shape, dtype=np.float32)
    cavity[box] = cover
    put(inner, None)
    if station == "abdomen":
        for solid in _BACK:
            put(solid, None)
    for solid in _ABDOMEN if station == "abdomen" else _PELVIS:
        put(solid, cavity)
    layers[0] = np.exp(layers[0])
    grain = speckle(rng, grid)
    for layer, share in ((0, 1.0), (1, 0.5), (2, 0.9), (3, 0.8)):
        layers[layer] *= 1.0 + share * texture * np.roll(grain, 17 * layer, axis=2)
    layers.flags.writeable = False
    return Body(*layers)


def build(habitus: int) -> tuple[float, float, float]:
    """How a habitus stretches the width and the depth, and lifts the organs (mm)."""
    return 0.97 + 0.025 * habitus, 0.95 + 0.04 * habitus, 2.0 * (habitus - 1)


def _fit(solid: Solid, habitus: int) -> Solid:
    width, depth, lift = build(habitus)
    return solid._replace(
        x=solid.x * width, y=solid.y * depth, z=solid.z + lift, a=solid.a * width, b=solid.b * depth
    )


def coverage(solid: Solid, grid: Grid) -> tuple[tuple[slice, slice, slice], Floats32]:
    """The share of each voxel that a solid fills, in the box of voxels around it.

    Returns
    -------
    box, cover
        `cover` has the shape of ``array[box]``, values 0 to 1; the border is about one pixel soft.
    """
    x, y, z = grid.axes_mm()
    reach = 1.35 * max(solid.a, solid.b)
    drift = 0.0 if solid.c >= ENDLESS else min(solid.c, 80.0)
    reach_x = reach + abs(solid.lean[0]) * (drift or 50.0)
    reach_y = reach + abs(solid.lean[1]) * (drift or 50.0)
    box = (
        _span(z, solid.z, min(solid.c, 1e5)),
        _span(y, solid.y, reach_y),
        _span(x, solid.x, reach_x),
    )
    dz = (z[box[0]] - solid.z).astype(np.float32)[:, None, None]
    dx = x[box[2]].astype(np.float32)[None, None, :] - np.float32(solid.x) - np.float32(solid.lean[0]) * dz
    dy = y[box[1]].astype(np.float32)[None, :, None] - np.float32(solid.y) - np.float32(solid.lean[1]) * dz
    turn = np.deg2rad(solid.turn_deg)
    u = np.abs(dx * np.float32(np.cos(turn)) + dy * np.float32(np.sin(turn)))
    v_signed = dy * np.float32(np.cos(turn)) - dx * np.float32(np.sin(turn))
    u_signed = dx * np.float32(np.cos(turn)) + dy * np.float32(np.sin(turn))
    radius = ((u / solid.a) ** solid.power + (np.abs(v_signed) / solid.b) ** solid.power) ** (
        1.0 / solid.power
    )
    angle = np.arctan2(v_signed, u_signed)
    phase = np.float32(0.37 * solid.x + 0.21 * solid.y)
    wave = (
        np.cos(2 * angle + phase + dz / 25)
        + np.cos(3 * angle - phase - dz / 17)
        + 0.6 * np.cos(5 * angle + 2 * phase)
    )
    height = np.sqrt(np.clip(1.0 - (dz / np.float32(solid.c)) ** 2, 0.0, 1.0))
    edge = height * (1.0 + solid.wobble * wave) - radius
    cover = np.clip(0.5 + edge * (min(solid.a, solid.b) / (1.1 * grid.pixel_mm)), 0.0, 1.0)
    return box, np.asarray(np.where(height > 0, cover, 0.0), dtype=np.float32)


def _span(axis: np.ndarray[tuple[int, ...], np.dtype[np.float64]], centre: float, reach: float) -> slice:
    first, last = np.searchsorted(axis, [centre - reach, centre + reach])
    return slice(int(first), int(last))


def _blend(
    layers: Floats32,
    texture: Floats32,
    box: tuple[slice, slice, slice],
    cover: Floats32,
    tissue: Tissue,
    name: str,
) -> None:
    # ln S mixes like b * ADC does, so that borders stay between their neighbours at every b-value
    values = (np.log(max(tissue.s0, _FAINTEST)), *tissue[1:4], 1.0, float(name == "liver"))
    for layer, value in enumerate(values):
        if layer == 4 and name == "air":
            continue  # gas in the bowel is inside the body
        part = layers[layer][box]
        part += cover * (value - part)
    part = texture[box]
    part += cover * (tissue.texture - part)


def speckle(rng: np.random.Generator, grid: Grid) -> Floats32:
    """A smooth random field, mean 0 and standard deviation 1: fine grain on coarse clouds."""
    noise = rng.standard_normal(grid.shape, dtype=np.float32)
    fine = ndimage.gaussian_filter(noise, (0.4, 2.6 / grid.pixel_mm, 2.6 / grid.pixel_mm), mode="wrap")
    coarse = ndimage.gaussian_filter(noise, (0.8, 11.0 / grid.pixel_mm, 11.0 / grid.pixel_mm), mode="wrap")
    field = fine / fine.std() + 0.8 * coarse / coarse.std()
    return np.asarray(field / field.std(), dtype=np.float32)
