"""One curve with all that is said of it: both bands, the partial area, fixed points and cut-offs."""

from __future__ import annotations

import math
import textwrap
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from adcurate.arrays import Floats
from adcurate.model.answers.roc_detail import RocDetail
from adcurate.report.answers.roc_detail import range_words, rule_name, rule_words
from adcurate.report.figures.data import FigureData
from adcurate.report.figures.roc_axes import dress_roc_axes
from adcurate.report.figures.style import (
    BLUE,
    INK,
    ORANGE,
    SINGLE_COLUMN_MM,
    VERMILION,
    add_axes_mm,
    house_style,
    lighten,
    new_figure,
    title_panel,
)
from adcurate.report.numbers import show_interval, show_number, show_percent
from adcurate.report.scale import MarkerScale
from adcurate.statistics.cutoff import RuleCutoff

_LEFT, _RIGHT, _TOP, _BOTTOM, _LINE = 13.0, 3.0, 7.0, 12.0, 3.5

# Characters of the key's small print that fit beside a letter.
_WIDEST = 56


@house_style
def render_roc_band(detail: RocDetail, scale: MarkerScale) -> Figure:
    """Draw the curve, its pointwise band inside its simultaneous one, the partial area and the points.

    The bar of a diamond is the interval where specificity is fixed (upright) or sensitivity is (level).
    Letters on the curve are cut-offs; rules that do the same share one. The key stands below.
    """
    side = SINGLE_COLUMN_MM - _LEFT - _RIGHT
    lettered = _lettered(detail)
    words = _key_words(lettered, scale)
    n_lines = 3 + sum(len(lines) for lines in words)
    key = n_lines * _LINE + 1.5
    figure = new_figure(SINGLE_COLUMN_MM, side + _TOP + _BOTTOM + key)
    axes = add_axes_mm(figure, _LEFT, key + _BOTTOM, side, side)
    dress_roc_axes(axes)
    _draw_bands(axes, detail)
    _draw_partial(axes, detail)
    curve = detail.curve
    axes.plot(1 - curve.specificity, curve.sensitivity, color=BLUE, linewidth=1.5, zorder=4, clip_on=False)
    _draw_points(axes, detail)
    _draw_cutoffs(axes, lettered)
    title_panel(axes, "", detail.marker)
    _draw_key(figure, detail, lettered, words, key)
    return figure


def tabulate_roc_band(detail: RocDetail, scale: MarkerScale) -> FigureData:
    """The curve, both bands, the fixed points and the cut-offs, one mark a row."""
    rows: list[tuple[str | float | int | bool | None, ...]] = []
    curve, pointwise, simultaneous = detail.curve, detail.pointwise, detail.simultaneous
    for cutoff, specificity, sensitivity in zip(
        curve.cutoffs.tolist(), curve.specificity.tolist(), curve.sensitivity.tolist(), strict=True
    ):
        rows.append(("curve", specificity, sensitivity, None, None, cutoff))
    for what, band in (("pointwise band", pointwise), ("simultaneous band", simultaneous)):
        limits = (band.specificity, band.sensitivity, band.low, band.high)
        columns = zip(*(array.tolist() for array in limits), strict=True)
        rows += [(what, *values, None) for values in columns]
    for points in (detail.at_specificity, detail.at_sensitivity):
        for point in points.points:
            fixed_first = point.fixed == "specificity"
            place = (point.at, point.value) if fixed_first else (point.value, point.at)
            low = point.interval.low if point.interval else None
            high = point.interval.high if point.interval else None
            rows.append((f"fixed {point.fixed}", *place, low, high, None))
    for name, rule in detail.cutoffs.items():
        rows.append((f"cut-off, {name}", rule.specificity, rule.sensitivity, None, None, rule.cutoff))
    return FigureData(("what", "specificity", "sensitivity", "low", "high", "cutoff"), tuple(rows))


def describe_roc_band(detail: RocDetail, scale: MarkerScale) -> str:
    """Say the area, the partial area and the cut-offs."""
    part = detail.partial
    cutoffs = "; ".join(
        f"{rule_name(name, rule)} {rule_words(rule, scale)}{scale.suffix}"
        for name, rule in detail.cutoffs.items()
    )
    return (
        f"ROC curve of {detail.marker} with its pointwise and simultaneous bands: area "
        f"{show_number(detail.auc.value, 3)} ({show_interval(detail.auc.interval, 3)}), corrected partial "
        f"area over {range_words(part)} {show_number(part.corrected, 3)} "
        f"({show_interval(part.corrected_interval, 3)}). Cut-offs: {cutoffs or 'none'}."
    )


def _draw_bands(axes: Axes, detail: RocDetail) -> None:
    for band, share, order in ((detail.simultaneous, 0.88, 0.5), (detail.pointwise, 0.68, 0.6)):
        axes.fill_between(
            1 - band.specificity,
            band.low,
            band.high,
            color=lighten(BLUE, share),
            linewidth=0,
            zorder=order,
        )
    for edge in (detail.simultaneous.low, detail.simultaneous.high):
        axes.plot(
            1 - detail.simultaneous.specificity,
            edge,
            color=lighten(BLUE, 0.55),
            linewidth=0.5,
            linestyle=(0, (3, 1.5)),
            zorder=0.7,
        )


def _draw_partial(axes: Axes, detail: RocDetail) -> None:
    part, curve = detail.partial, detail.curve
    look: dict[str, Any] = {
        "facecolor": "none",
        "edgecolor": ORANGE,
        "hatch": "/////",
        "linewidth": 0.0,
        "zorder": 2,
    }
    x, y = 1 - curve.specificity, curve.sensitivity
    edge: dict[str, Any] = {"color": ORANGE, "linewidth": 0.8, "zorder": 2, "clip_on": False}
    if part.focus == "specificity":
        along, height = _clipped(x, y, 1 - part.high, 1 - part.low)
        axes.fill_between(along, 0, height, **look)
        for end in (0, -1):
            axes.plot([along[end], along[end]], [0, height[end]], **edge)
    else:
        # Along sensitivity the area lies between the curve and its right edge.
        along, start = _clipped(y, x, part.low, part.high)
        axes.fill_betweenx(along, start, 1, **look)
        for end in (0, -1):
            axes.plot([start[end], 1], [along[end], along[end]], **edge)


def _clipped(along: Floats, across: Floats, low: float, high: float) -> tuple[Floats, Floats]:
    """The part of a polyline between two places along it, its cut ends interpolated."""
    first = int(np.searchsorted(along, low, side="right"))
    last = int(np.searchsorted(along, high, side="left"))
    ends = [
        across[i - 1] + (across[i] - across[i - 1]) * (at - along[i - 1]) / (along[i] - along[i - 1])
        for i, at in ((first, low), (last, high))
    ]
    return (
        np.concatenate([[low], along[first:last], [high]]),
        np.concatenate([ends[:1], across[first:last], ends[1:]]),
    )


def _draw_points(axes: Axes, detail: RocDetail) -> None:
    look: dict[str, Any] = {
        "color": INK,
        "linewidth": 0.9,
        "zorder": 5,
        "clip_on": False,
        "solid_capstyle": "butt",
    }
    for points in (detail.at_specificity, detail.at_sensitivity):
        for point in points.points:
            upright = point.fixed == "specificity"
            x, y = (1 - point.at, point.value) if upright else (1 - point.value, point.at)
            if point.interval is not None and math.isfinite(point.interval.low):
                low, high = point.interval.low, point.interval.high
                if upright:
                    axes.plot([x, x], [low, high], **look)
                else:
                    axes.plot([1 - high, 1 - low], [y, y], **look)
            axes.plot(
                x,
                y,
                marker="D",
                markersize=4.4,
                color=INK,
                markeredgecolor="white",
                markeredgewidth=0.6,
                zorder=6,
                clip_on=False,
            )


def _lettered(detail: RocDetail) -> list[tuple[str, list[tuple[str, RuleCutoff]]]]:
    """Cut-offs that do the same share a letter."""
    shared: dict[float, list[tuple[str, RuleCutoff]]] = {}
    for name, rule in detail.cutoffs.items():
        shared.setdefault(rule.cutoff, []).append((name, rule))
    return list(zip("abcdefgh", shared.values(), strict=False))


def _draw_cutoffs(axes: Axes, lettered: list[tuple[str, list[tuple[str, RuleCutoff]]]]) -> None:
    for letter, rules in lettered:
        rule = rules[0][1]
        x, y = 1 - rule.specificity, rule.sensitivity
        axes.plot(
            x,
            y,
            marker="o",
            markersize=7.4,
            color="white",
            markeredgecolor=VERMILION,
            markeredgewidth=1.0,
            zorder=7,
            clip_on=False,
        )
        axes.annotate(
            letter,
            (x, y),
            ha="center",
            va="center_baseline",
            fontsize=5.8,
            color=INK,
            zorder=8,
            annotation_clip=False,
        )


def _key_words(
    lettered: list[tuple[str, list[tuple[str, RuleCutoff]]]], scale: MarkerScale
) -> list[list[str]]:
    """What stands beside each letter, in lines that fit."""
    return [
        textwrap.wrap(
            f"{rule_words(rules[0][1], scale)}: {', '.join(rule_name(name, own) for name, own in rules)}",
            _WIDEST,
        )
        for _, rules in lettered
    ]


def _draw_key(
    figure: Figure,
    detail: RocDetail,
    lettered: list[tuple[str, list[tuple[str, RuleCutoff]]]],
    words: list[list[str]],
    key: float,
) -> None:
    axes = add_axes_mm(figure, _LEFT - 9.0, 0.0, SINGLE_COLUMN_MM - _LEFT - _RIGHT + 9.0, key)
    axes.set_axis_off()
    percent = show_percent(detail.simultaneous.level, 0)
    part = detail.partial
    handles = [
        Patch(facecolor=lighten(BLUE, 0.68), label=f"{percent} % band, each point"),
        Patch(
            facecolor=lighten(BLUE, 0.88),
            edgecolor=lighten(BLUE, 0.55),
            linestyle=(0, (3, 1.5)),
            linewidth=0.5,
            label=f"{percent} % band, whole curve",
        ),
        Patch(
            facecolor="white",
            edgecolor=ORANGE,
            hatch="/////",
            linewidth=0.5,
            label=f"{range_words(part)}: {show_number(part.corrected, 2)} of 1, corrected",
        ),
        Line2D(
            [],
            [],
            marker="D",
            markersize=4,
            color=INK,
            linewidth=0.9,
            markeredgecolor="white",
            label="one side fixed, interval of the other",
        ),
    ]
    for handle, column, line in zip(handles, (0.0, 0.5, 0.0, 0.0), (0, 0, 1, 2), strict=True):
        legend = axes.legend(
            handles=[handle],
            loc="upper left",
            bbox_to_anchor=(column, 1.0 - line * _LINE / key),
            fontsize=6.2,
            frameon=False,
            handlelength=2.0,
            borderaxespad=0.0,
            borderpad=0.0,
            handletextpad=0.6,
        )
        if handle is not handles[-1]:
            axes.add_artist(legend)
    line = 3
    for (letter, _), lines in zip(lettered, words, strict=True):
        y = 1.0 - (line * _LINE + 1.2) / key
        line += len(lines)
        axes.plot(
            0.024,
            y,
            marker="o",
            markersize=7.0,
            color="white",
            markeredgecolor=VERMILION,
            markeredgewidth=0.9,
            transform=axes.transAxes,
            clip_on=False,
        )
        axes.text(
            0.024,
            y,
            letter,
            transform=axes.transAxes,
            ha="center",
            va="center_baseline",
            fontsize=5.6,
            zorder=9,
        )
        for place, text in enumerate(lines):
            axes.text(
                0.073,
                y - place * _LINE / key,
                text,
                transform=axes.transAxes,
                va="center_baseline",
                fontsize=6.2,
            )
