"""ROC curves: one panel for each marker, with its pointwise band, its cut-off and its area."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from adcurate.model.analysis import MarkerAnalysis
from adcurate.report.figures.style import (
    DOUBLE_COLUMN_MM,
    INK,
    MUTED,
    RULE,
    SERIES_COLOURS,
    SINGLE_COLUMN_MM,
    add_axes_mm,
    house_style,
    lighten,
    new_figure,
    open_spines,
    title_panel,
)
from adcurate.report.numbers import show_count_of, show_interval, show_number
from adcurate.report.scale import show_rule

_LEFT, _BOTTOM, _TOP, _RIGHT = 13.0, 12.0, 9.0, 3.0


@house_style
def render_roc(analyses: Sequence[MarkerAnalysis]) -> Figure:
    """Draw each marker's curve in colour and the others' in grey behind it.

    The band is pointwise: each of its limits holds the level by itself. The ring marks the Youden cut-off.
    """
    columns = min(2, len(analyses))
    rows = math.ceil(len(analyses) / 2)
    width = SINGLE_COLUMN_MM if columns == 1 else DOUBLE_COLUMN_MM
    side = width / columns - _LEFT - _RIGHT
    pitch = side + _BOTTOM + _TOP
    figure = new_figure(width, rows * pitch)
    for index, analysis in enumerate(analyses):
        row, column = divmod(index, 2)
        left = column * width / columns + _LEFT
        axes = add_axes_mm(figure, left, (rows - 1 - row) * pitch + _BOTTOM, side, side)
        _draw(axes, analysis, SERIES_COLOURS[index % len(SERIES_COLOURS)], analyses)
        title_panel(axes, "ABCDEFGH"[index] if len(analyses) > 1 else "", analysis.marker)
    return figure


def _draw(axes: Axes, analysis: MarkerAnalysis, colour: str, every: Sequence[MarkerAnalysis]) -> None:
    axes.plot([0, 1], [0, 1], color=RULE, linewidth=0.6, linestyle=(0, (1, 2)), label="no discrimination")
    band = analysis.roc_band
    axes.fill_between(
        1 - band.specificity,
        band.low,
        band.high,
        color=lighten(colour, 0.84),
        linewidth=0,
        label="pointwise band",
    )
    for other in every:
        if other is not analysis:
            axes.plot(1 - other.roc.specificity, other.roc.sensitivity, color=RULE, linewidth=0.8)
    axes.plot(1 - analysis.roc.specificity, analysis.roc.sensitivity, color=colour, label=analysis.marker)
    youden = analysis.youden
    x, y = 1 - youden.specificity, youden.sensitivity
    axes.plot([x, x], [x, y], color=colour, linewidth=0.6, linestyle=(0, (3, 2)))
    axes.plot(x, y, marker="o", markersize=5, color="white", markeredgecolor=colour, markeredgewidth=1.3)
    axes.annotate(
        f"{show_rule(analysis)}\nsensitivity {show_count_of(analysis.at_cutoff.sensitivity)}\n"
        f"specificity {show_count_of(analysis.at_cutoff.specificity)}",
        (x, y),
        xytext=(7, -5),
        textcoords="offset points",
        va="top",
        ha="left",
        fontsize=6.5,
        linespacing=1.35,
        bbox={"boxstyle": "square,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.8},
    )
    percent = show_number(analysis.level * 100, 0)
    axes.text(
        0.98,
        0.03,
        f"AUC {show_number(analysis.auc.value, 3)}\n"
        f"{percent} % CI {show_interval(analysis.auc_interval, 3)}\n"
        f"{analysis.auc.n_positive} positive, {analysis.auc.n_negative} negative",
        ha="right",
        va="bottom",
        fontsize=7,
        linespacing=1.45,
        color=INK,
    )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    ticks = [0, 0.2, 0.4, 0.6, 0.8, 1.0]
    axes.set_xticks(ticks)
    axes.set_yticks(ticks)
    axes.set_xlabel("1 − specificity")
    axes.set_ylabel("Sensitivity")
    axes.xaxis.label.set_color(INK)
    axes.tick_params(labelcolor=MUTED)
    open_spines(axes)
    for line in axes.lines:
        line.set_clip_on(False)
