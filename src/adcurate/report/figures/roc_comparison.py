"""Curves over each other, and under them the differences of their areas with intervals and p-values."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from adcurate.model.answers.roc_comparison import ComparedCurves
from adcurate.report.figures.data import FigureData
from adcurate.report.figures.roc_axes import DASHES, dress_roc_axes, shortened
from adcurate.report.figures.style import (
    INK,
    MUTED,
    RULE,
    SERIES_COLOURS,
    SINGLE_COLUMN_MM,
    add_axes_mm,
    house_style,
    new_figure,
)
from adcurate.report.numbers import show_interval, show_number, show_p_equation, show_percent
from adcurate.report.scale import MarkerScale
from adcurate.statistics.roc import AucDifference

_LEFT, _RIGHT, _TOP, _BOTTOM, _LINE, _HEAD = 13.0, 3.0, 3.0, 9.5, 3.6, 3.0
_UNDER_CURVES = 12.5
_ROW, _TALL_ROW, _MOST_IN_A_LINE = 7.6, 11.0, 52


@house_style
def render_roc_comparison(compared: ComparedCurves, scale: MarkerScale) -> Figure:
    """Draw every curve in its own colour and dash; below, each difference of areas on one axis.

    Areas have no unit, so `scale` is not used.
    """
    side = SINGLE_COLUMN_MM - _LEFT - _RIGHT
    words = [_pair_words(pair) for pair in compared.comparison.pairs]
    tall = any(len(names) + len(numbers) > _MOST_IN_A_LINE for names, numbers in words)
    forest = (_TALL_ROW if tall else _ROW) * len(words) + _HEAD
    key = _LINE * (len(compared.curves) + 1)
    figure = new_figure(SINGLE_COLUMN_MM, side + _TOP + _UNDER_CURVES + key + forest + _BOTTOM)
    axes = add_axes_mm(figure, _LEFT, _BOTTOM + forest + key + _UNDER_CURVES, side, side)
    _draw_curves(axes, compared)
    _draw_key(add_axes_mm(figure, _LEFT, _BOTTOM + forest + 1.5, side, key), compared)
    _draw_differences(add_axes_mm(figure, _LEFT, _BOTTOM, side, forest), compared, tall)
    return figure


def tabulate_roc_comparison(compared: ComparedCurves, scale: MarkerScale) -> FigureData:
    """The points of every curve, then the differences."""
    rows: list[tuple[str | float | int | bool | None, ...]] = []
    for name, curve in compared.curves.items():
        for cutoff, sensitivity, specificity in zip(
            curve.cutoffs.tolist(), curve.sensitivity.tolist(), curve.specificity.tolist(), strict=True
        ):
            rows.append(("curve", name, "", cutoff, sensitivity, specificity, None, None, None, None))
    for pair in compared.comparison.pairs:
        limits = pair.interval
        difference = (pair.difference, limits.low, limits.high, pair.p_value)
        rows.append(("difference of areas", pair.first, pair.second, None, None, None, *difference))
    return FigureData(
        ("what", "first", "second", "cutoff", "sensitivity", "specificity", "difference", "low", "high", "p"),
        tuple(rows),
    )


def describe_roc_comparison(compared: ComparedCurves, scale: MarkerScale) -> str:
    """Say the areas and their differences."""
    comparison = compared.comparison
    areas = ", ".join(f"{name} {show_number(area.value, 3)}" for name, area in comparison.areas.items())
    differences = "; ".join(
        f"{pair.first} minus {pair.second} {show_number(pair.difference, 3)} "
        f"({show_interval(pair.interval, 3)}, {show_p_equation(pair.p_value)})"
        for pair in comparison.pairs
    )
    what = f"ROC curves of {compared.subject} by group" if compared.subject else "ROC curves"
    return f"{what}, areas: {areas}. Differences of the areas: {differences}."


def _draw_curves(axes: Axes, compared: ComparedCurves) -> None:
    dress_roc_axes(axes)
    for index, curve in enumerate(compared.curves.values()):
        axes.plot(
            1 - curve.specificity,
            curve.sensitivity,
            linewidth=1.4,
            clip_on=False,
            zorder=3 + index,
            **_look(index),
        )


def _look(index: int) -> dict[str, Any]:
    return {"color": SERIES_COLOURS[index % len(SERIES_COLOURS)], "linestyle": DASHES[index % len(DASHES)]}


def _draw_key(axes: Axes, compared: ComparedCurves) -> None:
    """One line for each curve: its look, its name, its area with the interval."""
    axes.set_axis_off()
    comparison = compared.comparison
    axes.set_xlim(0, 1)
    axes.set_ylim(len(compared.curves) + 0.5, -0.5)
    text: dict[str, Any] = {"va": "center", "fontsize": 6.3}
    axes.text(0, 0, shortened(compared.subject, 36), **text)
    heading = f"AUC ({show_percent(comparison.level, 0)} % CI)"
    axes.text(1, 0, heading, ha="right", color=MUTED, **text)
    for line, (name, area) in enumerate(comparison.areas.items(), start=1):
        axes.plot([0, 0.1], [line, line], linewidth=1.6, solid_capstyle="butt", **_look(line - 1))
        axes.text(0.13, line, shortened(name, 24), **text)
        numbers = f"{show_number(area.value, 3)} ({show_interval(area.interval, 3)})"
        axes.text(1, line, numbers, ha="right", **text)


def _pair_words(pair: AucDifference) -> tuple[str, str]:
    estimate = f"{show_number(pair.difference, 3)} ({show_interval(pair.interval, 3)})"
    names = f"{shortened(pair.first, 22)} − {shortened(pair.second, 22)}"
    return names, f"{estimate}, {show_p_equation(pair.p_value)}"


def _draw_differences(axes: Axes, compared: ComparedCurves, tall: bool) -> None:
    pairs = compared.comparison.pairs
    ends = [
        abs(value) for pair in pairs for value in (pair.interval.low, pair.interval.high, pair.difference)
    ]
    reach = max([end for end in ends if math.isfinite(end)] + [0.05]) * 1.12
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-0.6, len(pairs) - 0.4)
    for row, pair in enumerate(pairs):
        _draw_difference(axes, len(pairs) - 1 - row, pair, tall)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.tick_params(labelcolor=MUTED)
    axes.locator_params(axis="x", nbins=6)
    axes.set_xlabel("Difference of areas")


def _draw_difference(axes: Axes, y: int, pair: AucDifference, tall: bool) -> None:
    at = y - (0.3 if tall else 0.2)
    axes.plot([0, 0], [at - 0.2, at + 0.2], color=RULE, linewidth=0.8, zorder=1)
    if math.isfinite(pair.interval.low):
        axes.plot([pair.interval.low, pair.interval.high], [at, at], color=INK, linewidth=1.0, zorder=2)
    axes.plot(
        pair.difference,
        at,
        marker="D",
        markersize=4.2,
        color=INK,
        markeredgecolor="white",
        markeredgewidth=0.5,
        zorder=3,
    )
    names, numbers = _pair_words(pair)
    place: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "va": "center", "fontsize": 6.3}
    axes.annotate(names, (0.0, y + (0.36 if tall else 0.28)), ha="left", **place)
    axes.annotate(numbers, (1.0, y + (0.06 if tall else 0.28)), ha="right", **place)
