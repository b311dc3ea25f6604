"""Reader agreement at a glance: every lesion with all its readings, and every pair of readers beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullFormatter

from adcurate.model.answers.agreement import ReadingTable
from adcurate.report.answers.differences import DifferenceScale, counted
from adcurate.report.figures.data import FigureData
from adcurate.report.figures.style import (
    DOUBLE_COLUMN_MM,
    FAINT,
    INK,
    MUTED,
    POINT_SHAPES,
    RULE,
    SERIES_COLOURS,
    VERMILION,
    add_axes_mm,
    house_style,
    lighten,
    new_figure,
    open_spines,
    title_panel,
)
from adcurate.report.numbers import MINUS, show_interval, show_number, show_percent
from adcurate.report.scale import MarkerScale
from adcurate.statistics.agreement import IccForm, Precision

_BOTTOM, _TOP = 11.0, 15.0
_LEFT, _LESIONS, _GAP, _PAIRS = 22.0, 74.0, 24.0, 48.0
_ROW_MM: Final = 3.1
_LEAST, _MOST = 45.0, 140.0
_CROWDED_MM: Final = 110.0
_SPREAD_MM: Final = 38.0
_NAMED: Final = 45


@house_style
def render_reader_agreement(
    table: ReadingTable,
    marker: str,
    scale: MarkerScale,
    *,
    form: IccForm = "2,1",
    precision: Mapping[str, Precision] | None = None,
) -> Figure:
    """Draw lesions from the lowest mean to the highest, a sign for each reader, and the pairs' limits.

    `precision` adds each reader's wCV beneath the pairs.
    """
    n = len(table.lesions)
    height = min(_MOST, max(_LEAST, _ROW_MM * n)) if n <= _NAMED else _CROWDED_MM
    figure = new_figure(DOUBLE_COLUMN_MM, height + _BOTTOM + _TOP)
    left = add_axes_mm(figure, _LEFT, _BOTTOM, _LESIONS, height)
    _draw_lesions(left, table, marker, scale, height)
    icc = table.icc
    what = "lesion" if n == 1 else "lesions"
    title_panel(left, "A", f"{n} {what}, each with {len(table.columns)} readings", offset_mm=8.0)
    known = {name: found for name, found in (precision or {}).items() if found.wcv_rms.interval is not None}
    beneath = 12.0 + 3.6 * len(known) if known else 0.0
    pairs_height = min(height - beneath, max(16.0, (9.0 if len(table.pairs) < 5 else 6.5) * len(table.pairs)))
    room = height - pairs_height - beneath - 2 * _BOTTOM
    right = add_axes_mm(
        figure, _LEFT + _LESIONS + _GAP, _BOTTOM + height - pairs_height, _PAIRS, pairs_height
    )
    _draw_pairs(right, table, scale)
    title = "No coefficient"
    if icc is not None:
        title = f"ICC({form}) {show_number(icc[form].value, 3)} ({show_interval(icc[form].interval, 3)})"
    title_panel(right, "B", title, offset_mm=8.0)
    _note(right, "bias with interval; limits of agreement")
    if known:
        _write_precision(right, known)
    if room >= _SPREAD_MM:
        spread = add_axes_mm(figure, _LEFT + _LESIONS + _GAP, _BOTTOM, _PAIRS, min(room, 1.5 * _SPREAD_MM))
        _draw_spread(spread, table, marker, scale)
        title_panel(spread, "C", "How far apart, by size")
    return figure


def tabulate_reader_agreement(table: ReadingTable, marker: str, scale: MarkerScale) -> FigureData:
    """A row for each reading, lesions from the lowest mean to the highest; as measured."""
    order = np.argsort(table.values.mean(axis=1), kind="stable")
    rows = [
        (marker, place + 1, table.lesions[i], column, float(table.values[i, j]))
        for place, i in enumerate(order.tolist())
        for j, column in enumerate(table.columns)
    ]
    return FigureData(("marker", "place", "lesion", table.what, "value"), tuple(rows))


def describe_reader_agreement(
    table: ReadingTable, marker: str, scale: MarkerScale, *, form: IccForm = "2,1"
) -> str:
    """Alt text: how many lesions and readings, the typical and largest spread, the coefficient."""
    start = f"{marker} of {counted(len(table.lesions), 'lesion')}, each read {len(table.columns)} times"
    if not len(table.lesions):
        return f"{start}."
    spread = np.ptp(table.values, axis=1)
    text = (
        f"{start}: the readings of a lesion lie {scale.show(float(np.median(spread)))}{scale.suffix} "
        "apart in the "
        f"median and {scale.show(float(spread.max()))}{scale.suffix} at most."
    )
    if table.icc is None:
        return text
    icc = table.icc[form]
    return f"{text} ICC({form}) {show_number(icc.value, 3)} ({show_interval(icc.interval, 3)})."


def _draw_lesions(axes: Axes, table: ReadingTable, marker: str, scale: MarkerScale, height: float) -> None:
    n = len(table.lesions)
    order = np.argsort(table.values.mean(axis=1), kind="stable") if n else np.empty(0, dtype=np.int64)
    values = table.values[order] * scale.factor
    rows = np.arange(n)
    row_mm = height / max(n, 1)
    if n <= _NAMED:
        for row in rows[::2]:
            axes.axhspan(row - 0.5, row + 0.5, color=FAINT, alpha=0.55, linewidth=0, zorder=0)
    axes.hlines(
        rows,
        values.min(axis=1, initial=math.inf),
        values.max(axis=1, initial=-math.inf),
        color=RULE,
        linewidth=min(1.1, 0.35 * row_mm),
        zorder=1,
    )
    size = min(20.0, max(2.5, 5.5 * row_mm))
    # Readers a little above one another, so that equal readings are both seen.
    dodge = -0.5 / len(table.columns) if n <= _NAMED else 0.0
    for j, column in enumerate(table.columns):
        axes.scatter(
            values[:, j],
            rows + dodge * (j - (len(table.columns) - 1) / 2),
            s=size,
            marker=POINT_SHAPES[j % len(POINT_SHAPES)],
            facecolor=_colour(j) if j < len(SERIES_COLOURS) else "white",
            edgecolor=_colour(j) if j >= len(SERIES_COLOURS) or n > 100 else "white",
            linewidth=0.35 if n <= 100 else 0.0,
            alpha=0.95,
            label=column or table.what,
            zorder=3,
            clip_on=False,
        )
    axes.set_ylim(-0.7, max(n, 1) - 0.3)
    if n <= _NAMED:
        axes.set_yticks(rows, [_shortened(table.lesions[i]) for i in order.tolist()])
        axes.tick_params(axis="y", length=0, labelsize=5.5)
    else:
        axes.set_yticks([])
        axes.set_ylabel(f"{n} lesions, from the lowest mean to the highest", color=MUTED)
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.set_xlabel(scale.axis(marker))
    axes.tick_params(labelcolor=MUTED)
    open_spines(axes)
    axes.spines["left"].set_visible(False)
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(-0.02, 1.0),
        ncols=min(6, len(table.columns)),
        frameon=False,
        fontsize=6.5,
        handletextpad=0.1,
        columnspacing=1.0,
        borderaxespad=0.2,
        markerscale=1.0 if size > 8 else 1.6,
    )


def _draw_pairs(axes: Axes, table: ReadingTable, scale: MarkerScale) -> None:
    pairs = table.pairs
    variant = pairs[0].limits.variant
    shown = DifferenceScale.of(variant, scale)
    for row, pair in enumerate(reversed(pairs)):
        found = pair.limits
        limits = [found.lower_limit * shown.factor, found.upper_limit * shown.factor]
        for interval in (found.lower_interval, found.upper_interval):
            ends = [interval.low * shown.factor, interval.high * shown.factor]
            axes.plot(
                ends,
                [row, row],
                color=lighten(VERMILION, 0.72),
                linewidth=4.5,
                solid_capstyle="butt",
                zorder=1,
            )
        axes.plot(limits, [row, row], color=VERMILION, linewidth=1.0, zorder=2)
        for limit in limits:
            axes.plot([limit, limit], [row - 0.17, row + 0.17], color=VERMILION, linewidth=1.1, zorder=2)
        bias = [end * shown.factor for end in (found.bias_interval.low, found.bias_interval.high)]
        axes.plot(bias, [row, row], color=INK, linewidth=2.6, solid_capstyle="butt", zorder=3)
        axes.plot(
            found.bias * shown.factor,
            row,
            marker="o",
            markersize=4,
            color="white",
            markeredgecolor=INK,
            zorder=4,
        )
    none = 1.0 if variant == "log" else 0.0
    axes.axvline(none, color=RULE, linewidth=0.6, linestyle=(0, (1, 2)), zorder=0)
    sign = "/" if variant == "log" else MINUS
    axes.set_yticks(range(len(pairs)), [f"{p.first} {sign} {p.second}" for p in reversed(pairs)])
    axes.set_ylim(-0.6, len(pairs) - 0.4)
    axes.tick_params(axis="y", length=0)
    if variant == "log":
        axes.set_xscale("log")
        axes.xaxis.set_minor_formatter(NullFormatter())
    low, high = axes.get_xlim()
    ticks = [tick for tick in MaxNLocator(5).tick_values(low, high) if low <= tick <= high]
    axes.set_xticks(
        ticks, [f"{tick:.3g}".replace("-", MINUS) if abs(tick) > 1e-12 else "0" for tick in ticks]
    )
    unit = {"difference": scale.unit, "percent": "% of mean", "log": ""}[variant]
    axes.set_xlabel("Ratio" if variant == "log" else f"Difference ({unit})" if unit else "Difference")
    axes.tick_params(labelcolor=MUTED)
    axes.tick_params(axis="y", labelcolor=INK)
    open_spines(axes)
    axes.spines["left"].set_visible(False)


def _draw_spread(axes: Axes, table: ReadingTable, marker: str, scale: MarkerScale) -> None:
    """Highest minus lowest reading of each lesion on its mean: is a large value read worse?"""
    mean = table.values.mean(axis=1) * scale.factor
    apart = np.ptp(table.values, axis=1) * scale.factor
    axes.scatter(
        mean,
        apart,
        s=12 if mean.size <= 60 else 5,
        color=INK,
        alpha=0.55,
        linewidth=0,
        clip_on=False,
    )
    axes.axhline(float(np.median(apart)), color=MUTED, linewidth=0.8, linestyle=(0, (4, 2)))
    axes.text(
        0.02,
        0.99,
        f"dashed: median {show_number(float(np.median(apart)), scale.decimals)}",
        transform=axes.transAxes,
        ha="left",
        va="top",
        fontsize=6,
        color=MUTED,
    )
    axes.set_ylim(bottom=0.0)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.set_xlabel(scale.axis(f"Mean {marker}"))
    axes.set_ylabel("Highest − lowest")
    axes.tick_params(labelcolor=MUTED)
    open_spines(axes)


def _note(axes: Axes, text: str) -> None:
    axes.annotate(
        text,
        (0, 1),
        xytext=(0, 5),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=6,
        color=MUTED,
        va="bottom",
    )


def _write_precision(axes: Axes, precision: Mapping[str, Precision]) -> None:
    """Each reader's own scatter, as text under the pairs."""
    lines = ["Within reader: wCV, and the change that is real"]
    for reader, found in precision.items():
        interval = show_interval(found.wcv_rms.interval, 1, 100.0)
        lines.append(
            f"{reader or 'reader'}   {show_percent(found.wcv_rms.value)} % ({interval})   "
            f"{show_percent(found.fall.value, 0)} / +{show_percent(found.rise.value, 0)} %"
        )
    for i, line in enumerate(lines):
        axes.annotate(
            line,
            (-0.28, 0),
            xytext=(0, -33 - 10 * i),
            xycoords="axes fraction",
            textcoords="offset points",
            fontsize=6.5,
            color=MUTED if i == 0 else INK,
            va="top",
        )


def _colour(index: int) -> str:
    return SERIES_COLOURS[index % len(SERIES_COLOURS)]


def _shortened(name: str) -> str:
    return name if len(name) <= 16 else f"{name[:15]}…"
