"""A phantom scan in a picture: where the vials were found, and how far each lies from the truth."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from adcurate.arrays import Floats
from adcurate.model.phantom_scan import PhantomScan, VialResult
from adcurate.region.discs import Disc
from adcurate.report.figures.data import FigureData
from adcurate.report.figures.style import (
    BLUE,
    DOUBLE_COLUMN_MM,
    FAINT,
    MUTED,
    ORANGE,
    PAPER,
    VERMILION,
    add_axes_mm,
    house_style,
    new_figure,
    open_spines,
    title_panel,
)

_HEIGHT_MM: Final = 80.0
_SIDE_MM: Final = 66.0


@house_style
def render_phantom_scan(
    scan: PhantomScan,
    image: Floats,
    discs: tuple[Disc, ...],
    pixel_mm: tuple[float, float],
    bias_limit: float,
) -> Figure:
    """The image of the lowest b with each vial's circle, and the bias of each with the allowed band."""
    figure = new_figure(DOUBLE_COLUMN_MM, _HEIGHT_MM)
    picture = add_axes_mm(figure, 4.0, 5.0, _SIDE_MM, _SIDE_MM)
    picture.set_axis_off()
    top = float(np.percentile(image, 99.5)) or 1.0
    picture.imshow(image, cmap="gray", vmin=0.0, vmax=top, aspect=pixel_mm[0] / pixel_mm[1])
    for number, (vial, disc) in enumerate(zip(scan.vials, discs, strict=True), start=1):
        row, column = disc.pixel
        failed = any(check.verdict == "fail" for check in vial.checks)
        colour = VERMILION if failed else ORANGE
        picture.add_patch(
            Circle((column, row), disc.radius_mm / pixel_mm[1], fill=False, edgecolor=colour, linewidth=1.0)
        )
        picture.annotate(
            str(number),
            (column, row),
            ha="center",
            va="center",
            fontsize=7,
            fontweight="bold",
            color=VERMILION,
        )
    title_panel(picture, "A", f"b = {scan.b_values[0]:g} s/mm², slice {scan.slice_index + 1}")
    axes = add_axes_mm(figure, 92.0, 14.0, 76.0, 57.0)
    axes.axhline(0, color=MUTED, linewidth=0.6)
    for number, vial in enumerate(scan.vials, start=1):
        colour = VERMILION if any(check.verdict == "fail" for check in vial.checks) else BLUE
        allowed = 1e3 * _allowed(vial, bias_limit)
        axes.plot(
            [1e3 * vial.true_adc] * 2, [-allowed, allowed], color=FAINT, linewidth=7, solid_capstyle="butt"
        )
        off = [1e3 * (one - vial.true_adc) for one in vial.repeats]
        axes.plot([1e3 * vial.true_adc] * len(off), off, "o", ms=3.4, mec=PAPER, mew=0.4, color=colour)
        axes.annotate(
            str(number),
            (1e3 * vial.true_adc, max(off)),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            fontsize=6,
            color=colour,
        )
        if vial.scanner_mean is not None:
            axes.plot(1e3 * vial.true_adc, 1e3 * (vial.scanner_mean - vial.true_adc), "x", ms=4, color=MUTED)
    reach = max(
        1.5e3 * bias_limit, *(1.2e3 * abs(one - vial.true_adc) for vial in scan.vials for one in vial.repeats)
    )
    axes.set_ylim(-reach, reach)
    axes.margins(x=0.15)
    axes.set_xlabel("True ADC (10⁻³ mm²/s)")
    axes.set_ylabel("Measured less true (10⁻³ mm²/s)")
    open_spines(axes)
    title_panel(axes, "B", "Bias of each repeat; grey: what is allowed there")
    return figure


def _allowed(vial: VialResult, bias_limit: float) -> float:
    """How far off a vial may be where it lies, mm^2/s."""
    off_centre = next((check.limit for check in vial.checks if check.name == "offset-bias"), None)
    return bias_limit if off_centre is None else off_centre * vial.true_adc


def tabulate_phantom_scan(scan: PhantomScan) -> FigureData:
    """One row for each vial and repeat."""
    return FigureData(
        ("vial", "x_mm", "y_mm", "z_mm", "radius_mm", "true_adc_mm2_per_s", "repeat", "mean_adc_mm2_per_s"),
        tuple(
            (vial.name, *vial.centre_lps_mm, vial.radius_mm, vial.true_adc, number, mean)
            for vial in scan.vials
            for number, mean in enumerate(vial.repeats, start=1)
        ),
    )


def describe_phantom_scan(scan: PhantomScan) -> str:
    """The picture in words."""
    said = "; ".join(f"{vial.name} {1e3 * vial.bias:+.3f}" for vial in scan.vials)
    return f"Bias of each vial in 10⁻³ mm²/s: {said}."
