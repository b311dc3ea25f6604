"""The sensitivity table as a forest: a row for each subset or choice, its area, interval, n and cut-off."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from adcurate.model.answers.sensitivity import SensitivityAnswer, SensitivityRow
from adcurate.report.figures.data import FigureData
from adcurate.report.figures.style import (
    BLUE,
    DOUBLE_COLUMN_MM,
    FAINT,
    INK,
    MUTED,
    RULE,
    VERMILION,
    add_axes_mm,
    house_style,
    new_figure,
)
from adcurate.report.numbers import show_interval, show_number
from adcurate.report.scale import RULES, MarkerScale

_ROW_MM = 4.6
_TOP_MM, _BOTTOM_MM = 8.0, 11.0
_LABEL_MM, _N_MM, _TEXT_MM = 52.0, 15.0, 60.0
_LONGEST_LABEL = 42


@house_style
def render_sensitivity_forest(answer: SensitivityAnswer, marker: str, scale: MarkerScale) -> Figure:
    """Draw one marker's rows; the dotted line is the primary area, hollow squares were asked post hoc."""
    rows = [row for row in answer.rows if row.marker == marker]
    with_rho = any(not math.isnan(row.rho) for row in answer.rows)
    height = _TOP_MM + _BOTTOM_MM + _ROW_MM * len(rows)
    figure = new_figure(DOUBLE_COLUMN_MM, height)
    plot_left = _LABEL_MM + _N_MM
    plot_width = DOUBLE_COLUMN_MM - plot_left - _TEXT_MM
    labels = _blank(add_axes_mm(figure, 0, _BOTTOM_MM, plot_left, _ROW_MM * len(rows)), len(rows))
    axes = add_axes_mm(figure, plot_left, _BOTTOM_MM, plot_width, _ROW_MM * len(rows))
    right = _blank(
        add_axes_mm(figure, plot_left + plot_width, _BOTTOM_MM, _TEXT_MM, _ROW_MM * len(rows)), len(rows)
    )
    _draw(axes, rows)
    for i, row in enumerate(rows):
        if i % 2:
            for each in (labels, axes, right):
                each.axhspan(i - 0.5, i + 0.5, color=FAINT, alpha=0.55, linewidth=0, zorder=0)
        weight = "bold" if row.stamp == "primary" else "normal"
        labels.text(2 / plot_left, i, _shortened(row.label), va="center", fontsize=6.5, fontweight=weight)
        labels.text(0.985, i, f"{row.n} ({row.n_positive})", va="center", ha="right", fontsize=6.5)
        right.text(0.04, i, f"{show_number(row.auc, 3)}", va="center", fontsize=6.5, fontweight=weight)
        right.text(0.185, i, show_interval(row.auc_interval, 3), va="center", fontsize=6.5, color=MUTED)
        rule = f"{RULES[row.rule]} {scale.rule(row.cutoff)}" if row.rule else "–"
        right.text(0.59, i, rule, va="center", fontsize=6.5)
        if with_rho:
            right.text(0.98, i, show_number(row.rho, 2), va="center", ha="right", fontsize=6.5)
    head: dict[str, Any] = {"va": "bottom", "fontsize": 6.5, "color": MUTED}
    top = -0.75
    labels.text(2 / plot_left, top, marker, va="bottom", fontsize=7.5, fontweight="bold")
    labels.text(0.985, top, "n (positive)", ha="right", **head)
    right.text(0.04, top, "AUC", **head)
    right.text(0.185, top, "interval", **head)
    right.text(0.59, top, "cut-off", **head)
    if with_rho:
        right.text(0.98, top, "rho", ha="right", **head)
    return figure


def tabulate_sensitivity_forest(answer: SensitivityAnswer, marker: str, scale: MarkerScale) -> FigureData:
    """Every row of the marker, unrounded and in its own unit."""
    del scale
    return FigureData(
        (
            "row",
            "asked",
            "n",
            "n_positive",
            "n_unknown",
            "auc",
            "auc_low",
            "auc_high",
            "cutoff",
            "cutoff_low",
            "cutoff_high",
            "sensitivity",
            "specificity",
            "rho",
            "rho_low",
            "rho_high",
            "reason",
        ),
        tuple(
            (
                *(row.label, row.stamp, row.n, row.n_positive, row.n_unknown, row.auc),
                *_limits(row.auc_interval),
                row.cutoff,
                *_limits(row.cutoff_interval),
                *(row.sensitivity, row.specificity, row.rho),
                *_limits(row.rho_interval),
                row.reason,
            )
            for row in answer.rows
            if row.marker == marker
        ),
    )


def describe_sensitivity_forest(answer: SensitivityAnswer, marker: str, scale: MarkerScale) -> str:
    """Alternative text with the primary area and the span of the others."""
    del scale
    rows = [row for row in answer.rows if row.marker == marker]
    others = [row.auc for row in rows[1:] if not math.isnan(row.auc)]
    text = (
        f"Forest of {len(rows)} areas under the ROC curve of {marker}: primary {show_number(rows[0].auc, 3)}"
    )
    if not others:
        return f"{text}, no other row estimated."
    return f"{text}, other rows from {show_number(min(others), 3)} to {show_number(max(others), 3)}."


def _draw(axes: Axes, rows: Sequence[SensitivityRow]) -> None:
    axes.set_ylim(len(rows) - 0.5, -0.5)
    primary = rows[0]
    if not math.isnan(primary.auc):
        axes.axvline(primary.auc, color=BLUE, linewidth=0.7, linestyle=(0, (1, 2)), zorder=1)
    axes.axvline(0.5, color=RULE, linewidth=0.6, zorder=1)
    largest = max(row.n for row in rows) or 1
    lows = [row.auc_interval.low for row in rows if row.auc_interval is not None]
    left = min([0.4, *(low for low in lows if not math.isnan(low))])
    axes.set_xlim(max(0.0, math.floor(left * 10) / 10), 1.02)
    for i, row in enumerate(rows):
        if math.isnan(row.auc):
            axes.text(0.75, i, "not estimated", va="center", ha="center", fontsize=6, color=MUTED)
            continue
        colour = BLUE if row.stamp == "primary" else VERMILION if row.stamp == "post hoc" else INK
        if row.auc_interval is not None and not math.isnan(row.auc_interval.low):
            axes.plot([row.auc_interval.low, row.auc_interval.high], [i, i], color=colour, linewidth=1.0)
        size = 2.5 + 3.5 * math.sqrt(row.n / largest)
        face = "white" if row.stamp == "post hoc" else colour
        shape = "D" if row.stamp == "primary" else "s"
        axes.plot(row.auc, i, shape, markersize=size, color=face, markeredgecolor=colour, markeredgewidth=0.9)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("Area under the ROC curve")
    axes.xaxis.label.set_color(INK)
    axes.tick_params(labelcolor=MUTED)


def _blank(axes: Axes, n: int) -> Axes:
    axes.set_axis_off()
    axes.set_ylim(n - 0.5, -0.5)
    axes.set_xlim(0, 1)
    return axes


def _limits(interval: object) -> tuple[float | None, float | None]:
    low, high = getattr(interval, "low", None), getattr(interval, "high", None)
    return low, high


def _shortened(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1] + "…"
