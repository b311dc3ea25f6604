"""What to look at in one exam: a slice at each b-value and its ADC, with the region and its noise floor."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from adcurate.arrays import Floats
from adcurate.model.quality import QualityPicture
from adcurate.report.figures.style import (
    DOUBLE_COLUMN_MM,
    MUTED,
    ORANGE,
    SKY,
    VERMILION,
    add_axes_mm,
    house_style,
    new_figure,
)

_MOST_PANELS: Final = 5
_GAP_MM: Final = 2.0
_TITLE_MM: Final = 6.0
_ZOOM_PIXELS: Final = 40
_HIGHEST_ADC: Final = 3e-3


@house_style
def render_exam_quality(picture: QualityPicture) -> Figure:
    """One column for each b-value and the ADC; below, the same around the region where there is one."""
    shown = _chosen(len(picture.b_values))
    n = len(shown) + 1
    side = (DOUBLE_COLUMN_MM - (n + 1) * _GAP_MM) / n
    rows, columns = picture.adc.shape
    height = min(side * picture.aspect * rows / columns, 1.3 * side)
    n_lines = 2 if picture.rings else 1
    figure = new_figure(DOUBLE_COLUMN_MM, n_lines * (height + _GAP_MM) + _TITLE_MM + _GAP_MM)
    box = _box(picture)
    for column, i in enumerate([*shown, -1]):
        left = _GAP_MM + column * (side + _GAP_MM)
        for line in range(n_lines):
            bottom = _GAP_MM + (n_lines - 1 - line) * (height + _GAP_MM)
            axes = add_axes_mm(figure, left, bottom, side, height)
            _draw(axes, picture, i, box if line else None)
            if line == 0:
                title = "ADC, 0–3 × 10⁻³ mm²/s" if i < 0 else f"b = {picture.b_values[i]:.4g} s/mm²"
                axes.set_title(title, fontsize=6.5, loc="left", pad=3)
                if n_lines == 2 and box is not None:
                    top, bottom_row, first, last = box
                    axes.add_patch(
                        Rectangle(
                            (first, top),
                            last - first,
                            bottom_row - top,
                            fill=False,
                            edgecolor=SKY,
                            linewidth=0.6,
                        )
                    )
    return figure


def describe_exam_quality(picture: QualityPicture) -> str:
    """The picture in words."""
    floor = int(picture.floor.sum())
    return (
        f"Slice {picture.slice_index + 1} at b = {', '.join(f'{b:.4g}' for b in picture.b_values)} s/mm² and "
        f"its ADC; {floor} voxels of the body are on the noise floor at the highest b."
    )


def _chosen(n: int) -> list[int]:
    """The lowest and highest b-values and some between them."""
    return list(range(n)) if n <= _MOST_PANELS else sorted({round(i * (n - 1) / 4) for i in range(5)})


def _box(picture: QualityPicture) -> tuple[float, float, float, float] | None:
    if not picture.rings:
        return None
    points = np.concatenate(picture.rings)
    centre = (points.min(axis=0) + points.max(axis=0)) / 2
    half = max(_ZOOM_PIXELS / 2, float((points.max(axis=0) - points.min(axis=0)).max()) * 0.9)
    return centre[0] - half, centre[0] + half, centre[1] - half, centre[1] + half


def _draw(axes: Axes, picture: QualityPicture, i: int, box: tuple[float, float, float, float] | None) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    image: Floats = picture.adc if i < 0 else picture.images[i]
    top = _HIGHEST_ADC if i < 0 else float(np.percentile(picture.images[i], 99.7)) or 1.0
    axes.set_facecolor(MUTED)
    axes.imshow(
        np.ma.masked_invalid(image),
        cmap="gray",
        vmin=0.0,
        vmax=top,
        aspect=picture.aspect,
        interpolation="nearest",
    )
    if i in (len(picture.b_values) - 1, -1):
        paint = np.zeros((*picture.floor.shape, 4))
        paint[picture.floor] = to_rgba(VERMILION, 0.55)
        axes.imshow(paint, aspect=picture.aspect, interpolation="nearest")
    for ring in picture.rings:
        closed = np.vstack([ring, ring[:1]])
        axes.plot(closed[:, 1], closed[:, 0], color=ORANGE, linewidth=0.8)
    rows, columns = picture.adc.shape
    top_row, bottom_row, first, last = box or (-0.5, rows - 0.5, -0.5, columns - 0.5)
    axes.set_xlim(first, last)
    axes.set_ylim(bottom_row, top_row)
