"""Where the numbers came from: the images of a region with its contour, one row per region."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Polygon

from adcurate.model.cohort import RegionPanel
from adcurate.report.figures.style import (
    DOUBLE_COLUMN_MM,
    INK,
    MUTED,
    ORANGE,
    SKY,
    add_axes_mm,
    house_style,
    new_figure,
)
from adcurate.report.numbers import ADC_UNIT, show_number
from adcurate.report.region_window import ADC_RANGE, shown_levels, shown_window

PANEL_IMAGES: Final = ("t2", "high_b", "adc", "t1_ce")

_GUTTER, _LABEL, _BAR, _TOP, _BOTTOM = 1.5, 7.0, 13.5, 6.0, 1.0
_MM_PER_LETTER = 2.35  # of a row's label


@house_style
def render_region_panels(panels: Sequence[RegionPanel]) -> Figure:
    """Draw the slice of each region in all its series, at one scale within a row.

    Images are keyed as in `PANEL_IMAGES`; a missing one leaves its place empty and says so. Grey levels of
    ADC span 0 to 3 x 10⁻³ mm²/s in every row; the others are windowed to what is shown. The cross-hair
    marks the voxel with the lowest ADC.
    """
    label = max(_LABEL, _MM_PER_LETTER * max((len(panel.grade) for panel in panels), default=0))
    side = (DOUBLE_COLUMN_MM - label - _BAR - 3 * _GUTTER) / 4
    height = _TOP + _BOTTOM + len(panels) * side + (len(panels) - 1) * _GUTTER
    figure = new_figure(DOUBLE_COLUMN_MM, height)
    same_b = len({panel.b_value for panel in panels if "high_b" in panel.images}) == 1
    for row, panel in enumerate(panels):
        bottom = _BOTTOM + (len(panels) - 1 - row) * (side + _GUTTER)
        window = shown_window(panel)
        adc_picture = None
        for column, name in enumerate(PANEL_IMAGES):
            axes = add_axes_mm(figure, label + column * (side + _GUTTER), bottom, side, side)
            picture = _draw(axes, panel, name, window)
            if row == 0:
                axes.annotate(
                    _title(name, panels, same_b),
                    (0.5, 1),
                    xycoords="axes fraction",
                    xytext=(0, 4),
                    textcoords="offset points",
                    ha="center",
                    fontsize=7,
                )
            if name == "high_b" and not same_b and picture is not None:
                _write_b_value(axes, panel)
            if column == 0:
                _row_label(axes, panel)
            if name == "adc":
                adc_picture = picture
        if adc_picture is not None:
            left = label + 4 * side + 3 * _GUTTER + 2.0
            _bar(figure, adc_picture, left, bottom + side * 0.08, side * 0.84, row == 0)
    return figure


def _title(name: str, panels: Sequence[RegionPanel], same_b: bool) -> str:
    b_value = next((panel.b_value for panel in panels if "high_b" in panel.images), math.nan)
    return {
        "t2": "T2",
        "high_b": f"b = {show_number(b_value, 0)} s/mm²" if same_b else "DWI, highest b",
        "adc": "ADC",
        "t1_ce": "T1, contrast-enhanced",
    }[name]


def _write_b_value(axes: Axes, panel: RegionPanel) -> None:
    axes.text(
        0.04,
        0.04,
        f"b = {show_number(panel.b_value, 0)}",
        transform=axes.transAxes,
        color="white",
        fontsize=5.5,
    )


def _draw(
    axes: Axes, panel: RegionPanel, name: str, window: tuple[float, float, float, float]
) -> AxesImage | None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_facecolor("black")
    for spine in axes.spines.values():
        spine.set_visible(False)
    image = panel.images.get(name)
    if image is None:
        axes.set_facecolor("#f2f4f6")
        axes.text(0.5, 0.5, "not available", transform=axes.transAxes, ha="center", va="center", color=MUTED)
        return None
    left, right, bottom, top = panel.extents_mm[name]
    shown = np.asarray(image, dtype=np.float64) * (1e3 if name == "adc" else 1.0)
    lowest, highest = ADC_RANGE if name == "adc" else shown_levels(shown, panel.extents_mm[name], window)
    picture = axes.imshow(
        np.ma.masked_invalid(shown),
        cmap="gray",
        vmin=lowest,
        vmax=highest,
        extent=(left, right, bottom, top),
        interpolation="nearest",
        aspect="equal",
    )
    for ring in panel.rings_mm:
        axes.add_patch(
            Polygon(np.asarray(ring)[:, :2], closed=True, fill=False, edgecolor=ORANGE, linewidth=0.9)
        )
    axes.set_xlim(window[0], window[1])
    axes.set_ylim(window[2], window[3])
    if name == "adc":
        x, y = panel.minimum_at_mm
        axes.plot(x, y, marker="+", markersize=6, color="black", markeredgewidth=1.8)
        axes.plot(x, y, marker="+", markersize=6, color=SKY, markeredgewidth=0.9)
    if name == "t2":
        _scale_bar(axes, window)
    return picture


def _row_label(axes: Axes, panel: RegionPanel) -> None:
    axes.annotate(
        panel.grade,
        (0, 1),
        xycoords="axes fraction",
        xytext=(-5, 0),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=9,
        fontweight="bold",
        color=INK,
    )
    axes.annotate(
        panel.title,
        (0, 0),
        xycoords="axes fraction",
        xytext=(-5, 0),
        textcoords="offset points",
        ha="right",
        va="bottom",
        rotation=90,
        fontsize=5.5,
        color=MUTED,
    )


def _scale_bar(axes: Axes, window: tuple[float, float, float, float]) -> None:
    width = abs(window[1] - window[0])
    length = 10.0 if width < 100 else 10.0 ** math.floor(math.log10(width / 4)) * 2
    left = min(window[:2]) + 0.06 * width
    height = window[2] + 0.07 * (window[3] - window[2])
    axes.plot([left, left + length], [height, height], color="white", linewidth=1.8, solid_capstyle="butt")
    axes.annotate(
        f"{show_number(length, 0)} mm",
        (left + length / 2, height),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        va="bottom",
        color="white",
        fontsize=5.5,
    )


def _bar(figure: Figure, picture: AxesImage, left: float, bottom: float, height: float, named: bool) -> None:
    axes = add_axes_mm(figure, left, bottom, 2.2, height)
    bar = figure.colorbar(picture, cax=axes, ticks=[0, 1, 2, 3])
    bar.outline.set_visible(False)
    axes.tick_params(length=1.5, labelsize=5.5, pad=1.5)
    if named:
        axes.annotate(
            ADC_UNIT,
            (1, 1),
            xycoords="axes fraction",
            xytext=(-10, 6.5),
            textcoords="offset points",
            fontsize=5.5,
            ha="left",
            color=MUTED,
        )
