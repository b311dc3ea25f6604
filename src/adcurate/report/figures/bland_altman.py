"""Bland-Altman plots: a panel for each pair, limits of agreement with the intervals they deserve."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator, NullFormatter, NullLocator, StrMethodFormatter

from adcurate.arrays import Floats
from adcurate.model.answers.agreement import PairComparison
from adcurate.report.answers.differences import DifferenceScale
from adcurate.report.figures.data import FigureData
from adcurate.report.figures.style import (
    BLUE,
    DOUBLE_COLUMN_MM,
    GREEN,
    INK,
    MUTED,
    RULE,
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
from adcurate.statistics.agreement import BlandAltman

_LEFT, _RIGHT, _BOTTOM, _TOP, _PLOT = 16.0, 17.0, 11.0, 9.0, 52.0
_LINE_P: Final = 0.05
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@house_style
def render_bland_altman(pairs: Sequence[PairComparison], marker: str, scale: MarkerScale) -> Figure:
    """Draw a panel for each pair, all on the same axes so that widths can be compared.

    Solid: bias with its interval; dashed: limits with theirs, lighter where less is known. The slanting line
    is drawn only where differences follow the mean (p < 0.05).
    """
    columns = min(2, len(pairs))
    rows = math.ceil(len(pairs) / 2)
    width = SINGLE_COLUMN_MM if columns == 1 else DOUBLE_COLUMN_MM
    plot_width = width / columns - _LEFT - _RIGHT
    pitch = _PLOT + _BOTTOM + _TOP
    figure = new_figure(width, rows * pitch)
    shown = DifferenceScale.of(pairs[0].limits.variant, scale)
    x_range, y_range = _ranges([pair.limits for pair in pairs], shown, scale)
    for index, pair in enumerate(pairs):
        row, column = divmod(index, 2)
        left = column * width / columns + _LEFT
        axes = add_axes_mm(figure, left, (rows - 1 - row) * pitch + _BOTTOM, plot_width, _PLOT)
        _frame(axes, pair, marker, shown, scale, x_range, y_range, plot_width)
        _draw(axes, pair.limits, shown, scale)
        title_panel(
            axes,
            _LETTERS[index % len(_LETTERS)] if len(pairs) > 1 else "",
            f"{pair.first} and {pair.second}, n = {pair.limits.n}",
        )
    return figure


def tabulate_bland_altman(pairs: Sequence[PairComparison], marker: str, scale: MarkerScale) -> FigureData:
    """A row for each dot, and one for each line; in the unit of the readings, as measured."""
    rows: list[tuple[str | float | int | bool | None, ...]] = []
    for pair in pairs:
        found = pair.limits
        name = f"{pair.first} and {pair.second}"
        for mean, difference in zip(found.means.tolist(), found.differences.tolist(), strict=True):
            rows.append((marker, name, "lesion", mean, difference, None, None))
        for what, value, interval in (
            ("bias", found.bias, found.bias_interval),
            ("lower limit", found.lower_limit, found.lower_interval),
            ("upper limit", found.upper_limit, found.upper_interval),
        ):
            rows.append((marker, name, what, None, value, interval.low, interval.high))
    return FigureData(("marker", "pair", "what", "mean", "difference", "ci_low", "ci_high"), tuple(rows))


def describe_bland_altman(pairs: Sequence[PairComparison], marker: str, scale: MarkerScale) -> str:
    """Alt text: bias and limits of each pair, or of the widest of many."""
    shown = DifferenceScale.of(pairs[0].limits.variant, scale)
    chosen = list(pairs)
    start = f"Bland-Altman plot of {marker}"
    if len(pairs) > 3:
        chosen = [max(pairs, key=lambda pair: pair.limits.upper_limit - pair.limits.lower_limit)]
        start += f" for {len(pairs)} pairs; the widest"
    said = [
        f"{pair.first} and {pair.second} (n = {pair.limits.n}): {shown.bias_name(pair.first, pair.second)} "
        f"{shown.show(pair.limits.bias)}{shown.suffix}, limits of agreement "
        f"{shown.show(pair.limits.lower_limit)} "
        f"to {shown.show(pair.limits.upper_limit)}{shown.suffix}"
        for pair in chosen
    ]
    return f"{start}: {'; '.join(said)}."


def _ranges(
    found: Sequence[BlandAltman], shown: DifferenceScale, scale: MarkerScale
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Axes that hold every dot, and every interval that is not wider than the rest of the plot."""
    x = np.concatenate([item.means for item in found]) * scale.factor
    dots = np.concatenate([item.differences for item in found])
    lines = np.array([[item.lower_limit, item.upper_limit] for item in found]).ravel()
    ends = np.array([[item.lower_interval.low, item.upper_interval.high] for item in found]).ravel()
    if shown.variant == "log":
        core = np.log(np.concatenate([dots, lines, [1.0]]))
        reach = float(np.abs(core).max()) or 0.05
        outer = min(float(np.abs(np.log(ends)).max()), 1.8 * reach)
        top = 1.06 * max(reach, outer)
        return _padded(np.log(x), log=True), (math.exp(-top), math.exp(top))
    core = np.concatenate([dots, lines, [0.0]]) * shown.factor
    span = float(np.ptp(core)) or 1.0
    inside = np.clip(ends * shown.factor, core.min() - 0.45 * span, core.max() + 0.45 * span)
    low, high = min(core.min(), inside.min()), max(core.max(), inside.max())
    margin = 0.05 * (high - low) or 0.5 * span
    return _padded(x, log=False), (float(low - margin), float(high + margin))


def _padded(x: Floats, *, log: bool) -> tuple[float, float]:
    low, high = float(x.min()), float(x.max())
    margin = 0.05 * (high - low) or 0.05 * abs(high) or 1.0
    ends = (low - margin, high + margin)
    return (math.exp(ends[0]), math.exp(ends[1])) if log else ends


def _frame(
    axes: Axes,
    pair: PairComparison,
    marker: str,
    shown: DifferenceScale,
    scale: MarkerScale,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    width_mm: float,
) -> None:
    if shown.variant == "log":
        axes.set_xscale("log")
        axes.set_yscale("log")
        for axis, (low, high) in ((axes.xaxis, x_range), (axes.yaxis, y_range)):
            axis.set_major_locator(_ratio_ticks(low, high))
            axis.set_major_formatter(StrMethodFormatter("{x:.3g}"))
            axis.set_minor_locator(NullLocator())
            axis.set_minor_formatter(NullFormatter())
    else:
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.yaxis.set_major_locator(MaxNLocator(6))
    axes.set_xlim(x_range)
    axes.set_ylim(y_range)
    kind = "Geometric mean" if shown.variant == "log" else "Mean"
    axes.set_xlabel(scale.axis(f"{kind} {marker} of the two"))
    axes.set_ylabel(shown.axis(pair.first, pair.second))
    axes.yaxis.set_label_coords(-12.5 / width_mm, 0.5)
    axes.tick_params(labelcolor=MUTED)
    open_spines(axes)


def _ratio_ticks(low: float, high: float) -> FixedLocator:
    candidates = MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return FixedLocator([value for value in candidates if low < value < high])


def _draw(axes: Axes, found: BlandAltman, shown: DifferenceScale, scale: MarkerScale) -> None:
    low, high = axes.get_xlim()
    bottom, top = axes.get_ylim()
    places = []
    none = 1.0 if shown.variant == "log" else 0.0
    axes.plot([low, high], [none, none], color=RULE, linewidth=0.6, linestyle=(0, (1, 2)), zorder=1)
    for value, interval, colour, dash in (
        (found.lower_limit, found.lower_interval, VERMILION, (0, (4, 2))),
        (found.upper_limit, found.upper_interval, VERMILION, (0, (4, 2))),
        (found.bias, found.bias_interval, INK, "solid"),
    ):
        below, above = (min(max(end * shown.factor, bottom), top) for end in (interval.low, interval.high))
        axes.fill_between([low, high], below, above, color=lighten(colour, 0.86), linewidth=0, zorder=0)
        axes.plot(
            [low, high], [value * shown.factor] * 2, color=colour, linewidth=1.1, linestyle=dash, zorder=2
        )
        places.append((value, colour))
    size = 16 if found.n <= 40 else 9 if found.n <= 150 else 4
    axes.scatter(
        found.means * scale.factor,
        found.differences * shown.factor,
        s=size,
        facecolor=lighten(BLUE, 0.25) if found.n <= 150 else BLUE,
        edgecolor="white" if found.n <= 150 else "none",
        linewidth=0.4,
        alpha=0.9 if found.n <= 150 else 0.55,
        zorder=3,
        clip_on=False,
    )
    _slant(axes, found, shown, scale)
    _label(axes, places, shown)


def _slant(axes: Axes, found: BlandAltman, shown: DifferenceScale, scale: MarkerScale) -> None:
    line = found.proportional
    if line is None or not line.p_value < _LINE_P:
        return
    ends = np.array([found.means.min(), found.means.max()])
    x = np.log(ends) if shown.variant == "log" else ends
    y = line.intercept + line.slope * x
    drawn = np.exp(y) if shown.variant == "log" else y * shown.factor
    axes.plot(ends * scale.factor, drawn, color=GREEN, linewidth=1.1, linestyle=(0, (5, 1, 1, 1)), zorder=4)
    low_side = drawn[0] > drawn[-1]
    axes.text(
        0.02 if low_side else 0.98,
        0.02,
        f"slope {show_number(line.slope, 2)}, {show_p_equation(line.p_value)}",
        transform=axes.transAxes,
        ha="left" if low_side else "right",
        va="bottom",
        fontsize=6,
        color=GREEN,
    )


def _label(axes: Axes, places: Sequence[tuple[float, str]], shown: DifferenceScale) -> None:
    """Numbers at the right end of each line, moved apart where lines lie close."""
    bottom, top = axes.get_ylim()
    to = math.log if shown.variant == "log" else float
    ordered = sorted(places)
    share = [(to(value * shown.factor) - to(bottom)) / (to(top) - to(bottom)) for value, _ in ordered]
    for i in (1, 2):
        share[i] = max(share[i], share[i - 1] + 0.115)
    excess = max(0.0, share[2] - 0.97)
    names = ("lower", "mean ratio" if shown.variant == "log" else "bias", "upper")
    for at, (value, colour), name in zip(share, ordered, names, strict=True):
        axes.text(
            1.025,
            at - excess,
            f"{name}\n{shown.show(value)}{' %' if shown.variant == 'percent' else ''}",
            transform=axes.transAxes,
            va="center",
            ha="left",
            fontsize=6.5,
            linespacing=1.15,
            color=colour,
        )
