"""Bias and random error of a fit over true ADC and signal-to-noise ratio, as two maps of cells."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure

from adcurate.arrays import Floats
from adcurate.model.reference_assessment import JudgedFit, ReferenceAssessment
from adcurate.report.figures.data import FigureData
from adcurate.report.figures.style import (
    BLUE,
    DOUBLE_COLUMN_MM,
    FAINT,
    INK,
    MUTED,
    PAPER,
    VERMILION,
    add_axes_mm,
    house_style,
    lighten,
    new_figure,
    title_panel,
)

BIAS_LIMITS: Final = (-0.5, -0.2, -0.1, -0.05, -0.02, 0.02, 0.05, 0.1, 0.2, 0.5)
SPREAD_LIMITS: Final = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_HEIGHT_MM: Final = 88.0

_Panel = tuple[float, str, str, Floats, tuple[float, ...], ListedColormap, Literal["both", "max"]]


@house_style
def render_bias_precision(assessment: ReferenceAssessment, fit: JudgedFit) -> Figure:
    """Two panels: bias and standard deviation, each in percent of the true ADC."""
    figure = new_figure(DOUBLE_COLUMN_MM, _HEIGHT_MM)
    shades = (0.0, 0.3, 0.55, 0.75, 0.88)
    below = [lighten(BLUE, share) for share in shades]
    above = [lighten(VERMILION, share) for share in reversed(shades)]
    bias = ListedColormap([*below, PAPER, *above])
    spread = ListedColormap([lighten(INK, share) for share in (1.0, 0.88, 0.72, 0.54, 0.36, 0.18, 0.0)])
    panels: tuple[_Panel, ...] = (
        (14.0, "A", "Bias", fit.found.relative_bias, BIAS_LIMITS, bias, "both"),
        (98.0, "B", "Standard deviation of a voxel", fit.found.relative_sd, SPREAD_LIMITS, spread, "max"),
    )
    for left, letter, title, values, limits, colours, extend in panels:
        axes = add_axes_mm(figure, left, 12.0, 58.0, 66.0)
        norm = BoundaryNorm(limits, colours.N, extend=extend)
        image = _cells(axes, assessment, assessment.grid(values), colours, norm)
        title_panel(axes, letter, f"{title} (% of the true ADC)")
        scale = figure.colorbar(image, cax=add_axes_mm(figure, left + 60.5, 12.0, 2.6, 66.0))
        scale.set_ticks(
            list(limits),
            labels=[f"{100 * limit:+g}" if extend == "both" else f"{100 * limit:g}" for limit in limits],
        )
        scale.outline.set_linewidth(0.5)
        scale.ax.tick_params(labelsize=5.8, length=1.5, width=0.4)
    return figure


def _cells(
    axes: Axes, assessment: ReferenceAssessment, values: Floats, colours: ListedColormap, norm: BoundaryNorm
) -> Any:
    axes.set_facecolor(FAINT)
    image = axes.pcolormesh(
        np.ma.masked_invalid(values), cmap=colours, norm=norm, edgecolors=PAPER, linewidth=0.3
    )
    adc = [1e3 * level for level in assessment.adc_levels]
    axes.set_xticks(
        [i + 0.5 for i in range(0, len(adc), 2)], labels=[f"{adc[i]:.1f}" for i in range(0, len(adc), 2)]
    )
    snr = assessment.snr_levels
    shown = [i for i, level in enumerate(snr) if level in (1, 2, 5) or level % 10 == 0]
    axes.set_yticks([i + 0.5 for i in shown], labels=[f"{snr[i]:g}" for i in shown])
    axes.tick_params(length=1.5)
    axes.set_xlabel("True ADC (10⁻³ mm²/s)")
    axes.set_ylabel("Signal-to-noise ratio at b = 0", color=MUTED)
    return image


def tabulate_bias_precision(assessment: ReferenceAssessment, fit: JudgedFit) -> FigureData:
    """One row for each cell."""
    found = fit.found
    n_adc = len(assessment.adc_levels)
    return FigureData(
        (
            *("snr", "true_adc_mm2_per_s", "n_voxels", "n_estimated", "bias_mm2_per_s"),
            *("sd_mm2_per_s", "repeat_sd_mm2_per_s"),
        ),
        tuple(
            (
                assessment.snr_levels[cell // n_adc],
                assessment.adc_levels[cell % n_adc],
                int(found.n_voxels[cell]),
                int(found.n_estimated[cell]),
                *(
                    float(values[cell]) if np.isfinite(values[cell]) else None
                    for values in (found.bias, found.sd, found.repeat_sd)
                ),
            )
            for cell in range(len(found.truth))
        ),
    )


def describe_bias_precision(assessment: ReferenceAssessment, fit: JudgedFit) -> str:
    """The picture in words."""
    bias = 100 * assessment.grid(fit.found.relative_bias)

    def ends(row: int) -> str:
        return f"between {np.nanmin(bias[row]):+.1f} and {np.nanmax(bias[row]):+.1f} percent"

    ten, top = assessment.snr_levels.index(10.0), len(bias) - 1
    return (
        f"{fit.name}: at the highest ratio ({assessment.snr_levels[top]:g}) the bias is {ends(top)} over the "
        f"range of ADC; at a ratio of 10 it is {ends(ten)}."
    )
