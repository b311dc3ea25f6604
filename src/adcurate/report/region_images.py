"""The images of a region for a page: grey PNGs, and outlines in percent of the square that is shown."""

from __future__ import annotations

import base64
import io
import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from adcurate.model.cohort import RegionPanel
from adcurate.report.numbers import show_number
from adcurate.report.region_window import ADC_RANGE, shown_levels, shown_window

_ORDER: Final = ("t2", "high_b", "adc", "t1_ce")
_SIDE: Final = 100.0

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ShownImage:
    """One image as a data address, and where it lies; `levels` are what is black and what is white."""

    name: str
    title: str
    address: str
    x: float
    y: float
    width: float
    height: float
    levels: str


@dataclass(frozen=True, slots=True)
class RegionImages:
    """All images of a region in the same square of `side_mm`, whose sides are 100 long."""

    images: tuple[ShownImage, ...]
    rings: tuple[tuple[Place, ...], ...]
    minimum: Place
    side_mm: float


def show_region(panel: RegionPanel) -> RegionImages:
    """Show the region in each image there is, as the report's figure does."""
    window = shown_window(panel)
    left, right, bottom, top = window

    def place(x: float, y: float) -> Place:
        return (x - left) / (right - left) * _SIDE, (top - y) / (top - bottom) * _SIDE

    images = []
    for name in _ORDER:
        if name not in panel.images:
            continue
        is_adc = name == "adc"
        values = np.asarray(panel.images[name], dtype=np.float64) * (1e3 if is_adc else 1.0)
        low, high = ADC_RANGE if is_adc else shown_levels(values, panel.extents_mm[name], window)
        own_left, own_right, own_bottom, own_top = panel.extents_mm[name]
        x, y = place(own_left, own_top)
        far_x, far_y = place(own_right, own_bottom)
        levels = f"{show_number(low, 1)} to {show_number(high, 1)}" + (" × 10⁻³ mm²/s" if is_adc else "")
        images.append(
            ShownImage(name, _title(name, panel), _png(values, low, high), x, y, far_x - x, far_y - y, levels)
        )
    return RegionImages(
        tuple(images),
        tuple(
            tuple(place(float(x), float(y)) for x, y in np.asarray(ring)[:, :2]) for ring in panel.rings_mm
        ),
        place(*panel.minimum_at_mm),
        abs(right - left),
    )


def _title(name: str, panel: RegionPanel) -> str:
    b_value = "DWI" if math.isnan(panel.b_value) else f"b = {show_number(panel.b_value, 0)} s/mm²"
    return {"t2": "T2", "high_b": b_value, "adc": "ADC", "t1_ce": "T1, contrast-enhanced"}[name]


def _png(values: np.ndarray, low: float, high: float) -> str:
    from PIL import Image

    grey = np.nan_to_num((values - low) / (high - low), nan=0.0, posinf=1.0, neginf=0.0)
    held = io.BytesIO()
    Image.fromarray(np.clip(np.rint(grey * 255), 0, 255).astype(np.uint8)).save(held, "png")
    return "data:image/png;base64," + base64.b64encode(held.getvalue()).decode()
