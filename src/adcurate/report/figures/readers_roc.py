"""Readers' ROC curves: each reader thin, the average bold, a panel a modality, all areas beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from adcurate.model.answers.readers_roc import ReadersRocAnswer
from adcurate.report.figures.data import FigureData
from adcurate.report.figures.style import (
    DOUBLE_COLUMN_MM,
    FAINT,
    INK,
    MUTED,
    POINT_SHAPES,
    RULE,
    SERIES_COLOURS,
    add_axes_mm,
    house_style,
    lighten,
    new_figure,
    open_spines,
    title_panel,
)
from adcurate.report.numbers import show_interval, show_number, show_p_equation
from adcurate.report.scale import MarkerScale
from adcurate.statistics.interval import Interval

_LEFT, _BOTTOM, _TOP, _GAP = 13.0, 12.0, 9.0, 11.0
_NAMES, _NUMBERS, _RIGHT = 14.0, 24.0, 2.0
_ROW: Final = 2.6
_LONGEST_NAME = 12


@house_style
def render_readers_roc(answer: ReadersRocAnswer, scale: MarkerScale) -> Figure:
    """Draw a panel of curves for each modality, two in a row, and a forest of the areas at the right."""
    n = len(answer.modalities)
    forest_mm = _ROW * (len(answer.readers) + 1) * (n + 0.8)
    columns, side = _layout(n, forest_mm)
    rows = math.ceil(n / columns)
    pitch = side + _BOTTOM + _TOP
    in_grid = columns == 2 and n % 2 == 1  # the last cell is free: the forest goes there
    above = (rows - 1) * pitch if in_grid else 0.0
    height = max(rows * pitch, above + forest_mm + _BOTTOM + _TOP)
    figure = new_figure(DOUBLE_COLUMN_MM, height)
    for index, modality in enumerate(answer.modalities):
        row, column = divmod(index, columns)
        left = _LEFT + column * (side + _GAP)
        axes = add_axes_mm(figure, left, height - (row + 1) * pitch + _BOTTOM, side, side)
        _draw_curves(axes, answer, modality, index, side)
        if column:
            axes.set_ylabel("")
        title_panel(axes, "ABCDEFGH"[index % 8], modality)
    before = 1 if in_grid else columns
    start = _LEFT + before * (side + _GAP) - _GAP + 6.0 + _NAMES
    width = DOUBLE_COLUMN_MM - start - _NUMBERS - _RIGHT
    tall = max(forest_mm, side)
    forest = add_axes_mm(figure, start, height - above - _TOP - tall, width, tall)
    _draw_forest(forest, answer)
    title_panel(forest, "ABCDEFGHI"[n % 9], _test(answer))
    return figure


def _layout(n: int, forest_mm: float) -> tuple[int, float]:
    """Columns of panels and their side: stacked where the forest is tall anyway."""
    if n == 1:
        return 1, 58.0
    if n == 2 and forest_mm > 60.0:
        return 1, 44.0
    return 2, 40.0 if n % 2 == 0 else 56.0


def tabulate_readers_roc(answer: ReadersRocAnswer, scale: MarkerScale) -> FigureData:
    """Points of every curve, of the averages, and the areas with their intervals."""
    rows: list[tuple[str | float | int | bool | None, ...]] = []
    for modality in answer.modalities:
        for reader, curve in answer.curves[modality].items():
            points = zip(curve.specificity.tolist(), curve.sensitivity.tolist(), strict=True)
            rows += [("curve", modality, reader, x, y, None, None, None) for x, y in points]
        average = answer.average[modality]
        points = zip(average.specificity.tolist(), average.sensitivity.tolist(), strict=True)
        rows += [("average curve", modality, "", x, y, None, None, None) for x, y in points]
    rows += [
        ("area", one.modality, one.reader, None, None, one.value, one.interval.low, one.interval.high)
        for one in answer.reader_areas
    ]
    rows += [
        ("average area", one.modality, "", None, None, one.value, one.interval.low, one.interval.high)
        for one in answer.test.areas
    ]
    return FigureData(
        ("what", "modality", "reader", "specificity", "sensitivity", "auc", "auc_low", "auc_high"),
        tuple(rows),
    )


def describe_readers_roc(answer: ReadersRocAnswer, scale: MarkerScale) -> str:
    """Alternative text with the averaged areas and the test."""
    areas = ", ".join(
        f"{one.modality} {show_number(one.value, 3)} ({show_interval(one.interval, 3)})"
        for one in answer.test.areas
    )
    text = (
        f"ROC curves of {len(answer.readers)} readers over {answer.n_cases} cases, thin, with their average, "
        f"bold; areas averaged over readers: {areas}"
    )
    if math.isnan(answer.test.p_value):
        return f"{text}."
    return f"{text}; {show_p_equation(answer.test.p_value)} for a difference."


def _draw_curves(axes: Axes, answer: ReadersRocAnswer, modality: str, index: int, side_mm: float) -> None:
    colour = SERIES_COLOURS[index % len(SERIES_COLOURS)]
    axes.plot([0, 1], [0, 1], color=RULE, linewidth=0.6, linestyle=(0, (1, 2)), label="no discrimination")
    for reader, curve in answer.curves[modality].items():
        axes.plot(
            1 - curve.specificity, curve.sensitivity, color=lighten(colour, 0.45), linewidth=0.6, label=reader
        )
    average = answer.average[modality]
    axes.plot(
        1 - average.specificity,
        average.sensitivity,
        color=colour,
        linewidth=1.8,
        solid_joinstyle="round",
        label="average",
    )
    own = next(one for one in answer.test.areas if one.modality == modality)
    axes.text(
        0.98,
        0.03,
        f"mean AUC {show_number(own.value, 3)}\n"
        f"{answer.level * 100:g} % CI {show_interval(own.interval, 3)}\n"
        f"{answer.test.n_positive} positive, {answer.test.n_negative} negative",
        ha="right",
        va="bottom",
        fontsize=6,
        linespacing=1.4,
        color=INK,
    )
    axes.plot(
        0.97,
        1.0 + 3.6 / side_mm,
        POINT_SHAPES[index % len(POINT_SHAPES)],
        color=colour,
        markersize=4.2,
        transform=axes.transAxes,
        clip_on=False,
        label="sign",
    )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    ticks = [0, 0.2, 0.4, 0.6, 0.8, 1.0]
    axes.set_xticks(ticks)
    axes.set_yticks(ticks)
    axes.set_xlabel("1 − specificity")
    axes.set_ylabel("Sensitivity")
    axes.tick_params(labelcolor=MUTED)
    open_spines(axes)
    for line in axes.lines:
        line.set_clip_on(False)


def _draw_forest(axes: Axes, answer: ReadersRocAnswer) -> None:
    n = len(answer.modalities)
    block = n + 0.8
    by_both = {(one.modality, one.reader): one for one in answer.reader_areas}
    lows: list[float] = []
    for position, reader in enumerate((*answer.readers, None)):
        top = position * block
        if position % 2 == 0:
            axes.axhspan(top - 0.5, top + block - 0.5, color=FAINT, alpha=0.6, linewidth=0, zorder=0)
        middle = top + (n - 1) / 2 + 0.4
        _name(axes, "mean" if reader is None else reader, middle, bold=reader is None)
        for index, modality in enumerate(answer.modalities):
            y = top + index + 0.4
            if reader is None:
                value, interval = answer.test.areas[index].value, answer.test.areas[index].interval
            else:
                own = by_both[modality, reader]
                value, interval = own.value, own.interval
            lows += [limit for limit in (interval.low, value) if not math.isnan(limit)]
            _estimate(axes, y, value, interval, index, bold=reader is None)
    axes.set_ylim((len(answer.readers) + 1) * block - 0.5, -0.5)
    least = math.floor(min([*lows, 0.9]) * 10) / 10
    axes.set_xlim(least, 1.0)
    if least < 0.5:
        axes.axvline(0.5, color=RULE, linewidth=0.6, linestyle=(0, (1, 2)), zorder=1)
    axes.set_yticks([])
    axes.locator_params(axis="x", nbins=4)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("Area under the curve")
    axes.tick_params(labelcolor=MUTED)


def _estimate(axes: Axes, y: float, value: float, interval: Interval, index: int, *, bold: bool) -> None:
    colour = SERIES_COLOURS[index % len(SERIES_COLOURS)]
    if not math.isnan(interval.low):
        width = 1.6 if bold else 0.8
        axes.plot([interval.low, interval.high], [y, y], color=colour, linewidth=width, clip_on=False)
    axes.plot(
        value,
        y,
        POINT_SHAPES[index % len(POINT_SHAPES)],
        color=colour if bold else "white",
        markeredgecolor=colour,
        markeredgewidth=0.9,
        markersize=4.2 if bold else 3.2,
        clip_on=False,
    )
    axes.annotate(
        f"{show_number(value, 3)}  {show_interval(interval, 3)}",
        (1, y),
        xycoords=("axes fraction", "data"),
        xytext=(5, 0),
        textcoords="offset points",
        va="center",
        fontsize=5.5,
        color=INK if bold else MUTED,
        fontweight="bold" if bold else "normal",
        annotation_clip=False,
    )


def _name(axes: Axes, name: str, y: float, *, bold: bool) -> None:
    shown = name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
    axes.annotate(
        shown or "reader",
        (0, y),
        xycoords=("axes fraction", "data"),
        xytext=(-4, 0),
        textcoords="offset points",
        ha="right",
        va="center",
        fontsize=6.5,
        fontweight="bold" if bold else "normal",
        annotation_clip=False,
    )


def _test(answer: ReadersRocAnswer) -> str:
    names: Sequence[str] = answer.modalities
    if math.isnan(answer.test.p_value):
        return "Areas"
    return (
        f"Areas; {'difference' if len(names) == 2 else 'all equal'}: {show_p_equation(answer.test.p_value)}"
    )
