"""Each marker against Ki-67 as it was reported: a dot for a number, a bar for a range or a bound."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, NullLocator

from adcurate.arrays import Floats
from adcurate.model.answers.ki67 import Ki67Answer, MarkerKi67
from adcurate.report.figures.data import FigureData
from adcurate.report.figures.style import (
    BLUE,
    DOUBLE_COLUMN_MM,
    MUTED,
    SINGLE_COLUMN_MM,
    VERMILION,
    add_axes_mm,
    house_style,
    lighten,
    new_figure,
    open_spines,
    title_panel,
)
from adcurate.report.numbers import show_number, show_p_equation
from adcurate.report.scale import MarkerScale

_LEFT, _RIGHT, _BOTTOM, _TOP, _KEY, _PLOT = 13.0, 4.5, 11.0, 8.0, 6.5, 52.0
_TICKS: Final = (0, 1, 2, 3, 5, 10, 20, 50, 100)
_HEADROOM = 0.24


@house_style
def render_ki67_intervals(answer: Ki67Answer, scale: MarkerScale) -> Figure:
    """Draw a panel for each marker: Ki-67 on a log(1 + x) axis across, the marker up.

    A range or a bound is a bar from its lower to its upper end. The line is the median Ki-67 of the
    interval-censored regression, with the pointwise band of the line.
    """
    n = len(answer.markers)
    columns = min(2, n)
    rows = math.ceil(n / 2)
    width = SINGLE_COLUMN_MM if columns == 1 else DOUBLE_COLUMN_MM
    pitch = _PLOT + _BOTTOM + _TOP
    figure = new_figure(width, rows * pitch + _KEY)
    for index, one in enumerate(answer.markers):
        row, column = divmod(index, 2)
        across = width / columns - _LEFT - _RIGHT
        axes = add_axes_mm(
            figure,
            column * width / columns + _LEFT,
            (rows - 1 - row) * pitch + _BOTTOM + _KEY,
            across,
            _PLOT,
        )
        _draw(axes, one, scale)
        title_panel(axes, "ABCDEFGHIJKL"[index] if n > 1 else "", f"{one.marker} and Ki-67")
    _key(figure, answer, width)
    return figure


def tabulate_ki67_intervals(answer: Ki67Answer, scale: MarkerScale) -> FigureData:
    """One row for each dot, bar and point of the line; markers in the shown unit, Ki-67 in percent."""
    rows: list[tuple[str | float | int | bool | None, ...]] = []
    for one in answer.markers:
        for value in one.values:
            kind = "exact" if value.low == value.high else "interval"
            rows.append((one.marker, kind, value.marker * scale.factor, None, value.low, value.high))
        rows += [
            (one.marker, "line", point.marker * scale.factor, point.median, point.low, point.high)
            for point in one.line
        ]
    return FigureData(("marker", "mark", "value", "median_ki67", "low_ki67", "high_ki67"), tuple(rows))


def describe_ki67_intervals(answer: Ki67Answer, scale: MarkerScale) -> str:
    """Say what each panel shows, with its numbers."""
    parts = []
    for one in answer.markers:
        kendall = one.kendall
        parts.append(
            f"{one.marker} against Ki-67 in {kendall.n} lesions, {kendall.n - kendall.n_exact} of "
            f"them with a "
            f"range or a bound: Kendall's tau-b {show_number(kendall.tau, 3)}, "
            f"{show_p_equation(kendall.p_value)}, {kendall.undecided} pairs undecided."
        )
    return " ".join(parts)


def _draw(axes: Axes, one: MarkerKi67, scale: MarkerScale) -> None:
    heights = np.array([value.marker for value in one.values]) * scale.factor
    crowd = min(1.0, max(0.25, 60.0 / max(heights.size, 1)))
    if one.line:
        line = np.array(
            [(point.marker * scale.factor, point.median, point.low, point.high) for point in one.line]
        )
        up, across = line[:, 0], np.log1p(line[:, 1:])
        # Beyond the ends of the percent scale there is no median to draw.
        across[(line[:, 1] <= 0.0) | (line[:, 1] >= 100.0), 0] = np.nan
        axes.fill_betweenx(
            up, across[:, 1], across[:, 2], color=lighten(VERMILION, 0.82), linewidth=0, zorder=1
        )
        axes.plot(across[:, 0], up, color=VERMILION, linewidth=1.3, zorder=2)
    for value, height in zip(one.values, heights, strict=True):
        if value.low == value.high:
            continue
        low, high = math.log1p(value.low), math.log1p(value.high)
        axes.plot(
            [low, high],
            [height, height],
            color=BLUE,
            linewidth=1.1,
            alpha=0.2 + 0.55 * crowd,
            marker="|",
            markersize=3.6,
            markeredgewidth=0.9,
            solid_capstyle="butt",
            zorder=3,
            clip_on=False,
        )
    exact = [(math.log1p(v.low), h) for v, h in zip(one.values, heights, strict=True) if v.low == v.high]
    if exact:
        axes.scatter(
            [across for across, _ in exact],
            [height for _, height in exact],
            s=11 * (0.45 + 0.55 * crowd),
            facecolor=BLUE,
            edgecolor="white",
            linewidth=0.35,
            alpha=0.55 + 0.45 * crowd,
            zorder=4,
            clip_on=False,
        )
    _axes(axes, one, scale, heights)


def _axes(axes: Axes, one: MarkerKi67, scale: MarkerScale, heights: Floats) -> None:
    axes.set_xlim(0.0, math.log1p(100.0))
    axes.xaxis.set_major_locator(FixedLocator([math.log1p(tick) for tick in _TICKS]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticklabels([str(tick) for tick in _TICKS])
    axes.set_xlabel("Ki-67 (%)")
    axes.set_ylabel(scale.axis(one.marker))
    low, high = float(np.min(heights)), float(np.max(heights))
    low = min(0.0, low) if low < 0.6 * high else low - 0.05 * (high - low)
    axes.set_ylim(low, high + _HEADROOM * (high - low))
    kendall = one.kendall
    axes.text(
        0.995,
        0.995,
        f"tau-b {show_number(kendall.tau, 2)}, {show_p_equation(kendall.p_value)}\n"
        f"{kendall.n_exact} exact, {kendall.n - kendall.n_exact} as range or bound"
        + (f", {one.n_missing} missing" if one.n_missing else ""),
        transform=axes.transAxes,
        ha="right",
        va="top",
        fontsize=6.5,
        linespacing=1.4,
    )
    axes.tick_params(labelcolor=MUTED)
    open_spines(axes)


def _key(figure: Figure, answer: Ki67Answer, width: float) -> None:
    percent = show_number(answer.level * 100, 0)
    number = figure.axes[0].scatter([], [], s=11, color=BLUE, label="number")
    handles: list[PathCollection | Line2D | Patch] = [
        number,
        Line2D([], [], color=BLUE, linewidth=1.1, marker="|", markersize=3.6, label="range, bound"),
    ]
    if any(one.line for one in answer.markers):
        handles += [
            Line2D([], [], color=VERMILION, linewidth=1.3, label="median"),
            Patch(facecolor=lighten(VERMILION, 0.82), label=f"{percent} % band"),
        ]
    full_height = figure.get_size_inches()[1] * 25.4
    figure.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=((_LEFT - 1.5) / width, 0.8 / full_height),
        ncol=len(handles),
        numpoints=2,
        scatterpoints=1,
        frameon=False,
        fontsize=6.2,
        handlelength=1.6,
        columnspacing=1.3,
        handletextpad=0.5,
        borderpad=0.2,
    )
