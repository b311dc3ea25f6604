"""Bodies without lesions: organs as soft, slightly irregular solids, painted onto any grid.

Patient coordinates (LPS, mm) around the middle of the stack. Pure functions of their arguments; the
painted bodies are kept, because many exams share one.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy import ndimage

from adcurate.arrays import Floats32
from adcurate.phantom.grid import Grid
from adcurate.phantom.organs import (
    ABDOMEN,
    BACK,
    CAVITY,
    ENDLESS,
    PELVIC_CAVITY,
    PELVIC_WALL,
    PELVIS,
    SKIN,
    WALL,
    Solid,
)
from adcurate.phantom.tissue import TISSUES, Tissue

Station = Literal["abdomen", "pelvis"]


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

    put(SKIN, None)
    put(WALL, None)
    inner = CAVITY if station == "abdomen" else PELVIC_CAVITY
    if station == "pelvis":
        for solid in PELVIC_WALL:
            put(solid, None)
    box, cover = coverage(_fit(inner, habitus), grid)
    cavity = np.zeros(grid.shape, dtype=np.float32)
    cavity[box] = cover
    put(inner, None)
    if station == "abdomen":
        for solid in BACK:
            put(solid, None)
    for solid in ABDOMEN if station == "abdomen" else PELVIS:
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
