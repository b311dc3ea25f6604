"""How alike two readers outline lesions: every lesion by its overlap, and the outlines of some to look at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Polygon
from matplotlib.path import Path
from matplotlib.ticker import FuncFormatter, MaxNLocator

from adcurate.arrays import Floats
from adcurate.model.answers.overlap import DrawnRegion, PairOverlap, ShownOutlines
from adcurate.report.answers.differences import counted
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
    lighten,
    new_figure,
    open_spines,
    title_panel,
)
from adcurate.report.numbers import show_number
from adcurate.report.scale import MarkerScale
from adcurate.statistics.groups import GroupSummary

_LEFT, _RIGHT, _STRIP, _BETWEEN = 14.0, 3.0, 36.0, 18.0
_SIDE, _GUTTER, _FOOT = 26.0, 2.4, 2.0
_BELOW_STRIPS = 22.0
_MOST: Final = 6
_CROWDED: Final = 100
Dash = Literal["-"] | tuple[float, tuple[float, ...]]
_SECOND: Final[tuple[float, tuple[float, ...]]] = (0.0, (3.2, 1.4))
_EXCLUDED: Final[tuple[float, tuple[float, ...]]] = (0.0, (0.8, 1.2))
_BARS_MM: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0)


@house_style
def render_region_overlap(pair: PairOverlap, scale: MarkerScale) -> Figure:
    """Draw Dice and Hausdorff of every lesion from the least overlap, and up to six pairs of outlines.

    Outlines are in mm as the image is shown, each panel at its own scale with a bar; `scale` is not used.
    """
    height = _FOOT + _SIDE + _BELOW_STRIPS + _STRIP + 9.0
    figure = new_figure(DOUBLE_COLUMN_MM, height)
    width = (DOUBLE_COLUMN_MM - _LEFT - _RIGHT - _BETWEEN) / 2
    bottom = _FOOT + _SIDE + _BELOW_STRIPS
    dice = add_axes_mm(figure, _LEFT, bottom, width, _STRIP)
    distance = add_axes_mm(figure, _LEFT + width + _BETWEEN, bottom, width, _STRIP)
    _draw_dice(dice, pair)
    _draw_distance(distance, pair)
    title_panel(dice, "A", f"Overlap of {counted(len(pair.lesions), 'lesion')}")
    title_panel(distance, "B", "Distances")
    shown = pair.shown[:_MOST]
    for column, one in enumerate(shown):
        left = 3.0 + column * (_SIDE + _GUTTER)
        axes = add_axes_mm(figure, left, _FOOT, _SIDE, _SIDE)
        _draw_outlines(axes, pair, one)
        if column == 0:
            title_panel(axes, "C", "Outlines", offset_mm=8.0)
            _legend(axes, pair)
    return figure


def tabulate_region_overlap(pair: PairOverlap, scale: MarkerScale) -> FigureData:
    """A row for each lesion, from the least overlap; mm and mm², not rounded."""
    shown = {one.place for one in pair.shown}
    rows = tuple(
        (
            place,
            one.subject,
            one.lesion,
            one.overlap.dice,
            one.overlap.jaccard,
            one.overlap.distance.hausdorff,
            one.overlap.distance.hausdorff_95,
            one.overlap.distance.mean,
            one.overlap.size_first,
            one.overlap.size_second,
            place in shown,
        )
        for place, one in enumerate(pair.lesions, start=1)
    )
    columns = (
        *("place", "subject", "lesion", "dice", "jaccard", "hausdorff_mm", "hausdorff_95_mm"),
        *("mean_distance_mm", "area_first_mm2", "area_second_mm2", "outlines_shown"),
    )
    return FigureData(columns, rows)


def describe_region_overlap(pair: PairOverlap, scale: MarkerScale) -> str:
    """Alt text: how many lesions, the median and the extremes."""
    start = f"{counted(len(pair.lesions), 'lesion')} outlined by {pair.first} and {pair.second}"
    dice, distance = pair.summaries.get("dice"), pair.summaries.get("hausdorff_mm")
    if dice is None:
        return f"{start}."
    text = (
        f"{start}: Dice {show_number(dice.minimum, 2)} to {show_number(dice.maximum, 2)}, median "
        f"{show_number(dice.median, 2)}"
    )
    if distance is None:
        return f"{text}."
    return (
        f"{text}; Hausdorff distance {show_number(distance.minimum, 1)} to "
        f"{show_number(distance.maximum, 1)} mm, median {show_number(distance.median, 1)} mm."
    )


def _draw_dice(axes: Axes, pair: PairOverlap) -> None:
    values = np.array([one.overlap.dice for one in pair.lesions])
    _draw_middle(axes, pair.summaries.get("dice"))
    _ring_shown(axes, pair, values)
    dots: dict[str, Any] = {"color": INK, "markeredgewidth": 0, "clip_on": False, "zorder": 3}
    axes.plot(_places(pair), values, "o", markersize=_size(pair), **dots)
    known = values[np.isfinite(values)]
    low = min(0.8, math.floor(float(known.min(initial=1.0)) * 10.0) / 10.0) if known.size else 0.0
    axes.set_ylim(max(0.0, low), 1.0)
    axes.set_ylabel("Dice coefficient")
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(_two_decimals))
    _lesion_axis(axes, pair)


def _two_decimals(value: float, _: object) -> str:
    return show_number(value, 2)


def _draw_distance(axes: Axes, pair: PairOverlap) -> None:
    places = _places(pair)
    largest = np.array([one.overlap.distance.hausdorff for one in pair.lesions])
    most = np.array([one.overlap.distance.hausdorff_95 for one in pair.lesions])
    mean = np.array([one.overlap.distance.mean for one in pair.lesions])
    _draw_middle(axes, pair.summaries.get("hausdorff_mm"))
    crowded = len(pair.lesions) > _CROWDED
    if not crowded:
        axes.vlines(places, mean, largest, color=RULE, linewidth=0.7, zorder=1)
    _ring_shown(axes, pair, largest)
    size = _size(pair)
    whole: dict[str, Any] = {"color": INK, "markeredgewidth": 0, "clip_on": False}
    hollow: dict[str, Any] = {"markerfacecolor": "white", "markeredgecolor": MUTED, "clip_on": False}
    dashes: dict[str, Any] = {"color": MUTED, "markeredgewidth": 1.0, "clip_on": False}
    axes.plot(places, largest, "o", markersize=size, label="Hausdorff", **whole)
    if not crowded:
        axes.plot(
            places, most, "s", markersize=0.85 * size, markeredgewidth=0.7, label="95th percentile", **hollow
        )
    axes.plot(places, mean, "_", markersize=1.4 * size, label="mean", **dashes)
    top = float(np.nanmax(largest)) if np.isfinite(largest).any() else 1.0
    axes.set_ylim(0.0, 1.08 * top if top > 0.0 else 1.0)
    axes.set_ylabel("Distance (mm)")
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    _lesion_axis(axes, pair)
    axes.legend(
        loc="lower right",
        bbox_to_anchor=(1.0, 1.005),
        ncols=3,
        frameon=False,
        fontsize=5.5,
        handletextpad=0.1,
        columnspacing=0.8,
        borderaxespad=0.0,
    )


def _lesion_axis(axes: Axes, pair: PairOverlap) -> None:
    n = len(pair.lesions)
    axes.set_xlim(0.4, n + 0.6)
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True, steps=[1, 2, 5, 10], min_n_ticks=1))
    axes.set_xlabel("Lesions, from the least overlap")
    open_spines(axes)


def _draw_middle(axes: Axes, summary: GroupSummary | None) -> None:
    if summary is None:
        return
    axes.axhspan(summary.q1, summary.q3, color=FAINT, linewidth=0, zorder=0)
    axes.axhline(summary.median, color=MUTED, linewidth=0.8, zorder=1)


def _ring_shown(axes: Axes, pair: PairOverlap, values: Floats) -> None:
    """A ring round the lesions whose outlines stand below."""
    places = [one.place for one in pair.shown[:_MOST]]
    if len(places) == len(pair.lesions):
        return
    axes.plot(
        places,
        values[np.array(places, dtype=np.int64) - 1],
        "o",
        markersize=_size(pair) + 3.6,
        markerfacecolor="none",
        markeredgecolor=VERMILION,
        markeredgewidth=0.8,
        clip_on=False,
        zorder=4,
    )


def _places(pair: PairOverlap) -> Floats:
    return np.arange(1, len(pair.lesions) + 1, dtype=np.float64)


def _size(pair: PairOverlap) -> float:
    return max(1.6, min(4.2, 150.0 / max(1, len(pair.lesions))))


def _draw_outlines(axes: Axes, pair: PairOverlap, one: ShownOutlines) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(True)
        spine.set_color(FAINT)
    overlap = pair.lesions[one.place - 1].overlap
    points = np.concatenate([*one.first.rings, *one.second.rings])
    low, high = points.min(axis=0), points.max(axis=0)
    half = 0.5 * float((high - low).max()) * 1.12
    # Room for the bar below, so that no outline runs through it.
    x, y = (float(value) for value in 0.5 * (low + high))
    axes.set_xlim(x - 1.2 * half, x + 1.2 * half)
    axes.set_ylim(y - 1.4 * half, y + half)
    axes.set_aspect("equal")
    drawn: tuple[tuple[DrawnRegion, str, Dash], ...] = (
        (one.first, BLUE, "-"),
        (one.second, VERMILION, _SECOND),
    )
    for region, colour, _ in drawn:
        shade = lighten(colour, 0.75)
        axes.add_patch(PathPatch(_area(region.rings), facecolor=shade, linewidth=0, alpha=0.5))
    for region, colour, dash in drawn:
        _draw_lines(axes, region, colour, dash)
    _draw_bar(axes, (x - 1.1 * half, y - 1.28 * half), half)
    axes.annotate(
        f"{one.place}",
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, 10),
        textcoords="offset points",
        fontsize=6.5,
        fontweight="bold",
        color=INK,
    )
    axes.annotate(
        f"Dice {show_number(overlap.dice, 2)}, {show_number(overlap.distance.hausdorff, 1)} mm",
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, 2.5),
        textcoords="offset points",
        fontsize=6.0,
        color=INK,
    )


def _draw_lines(axes: Axes, region: DrawnRegion, colour: str, dash: Dash) -> None:
    lines: list[tuple[Floats, float, Dash]] = [(ring, 1.0, dash) for ring in region.rings]
    lines += [(ring, 0.7, _EXCLUDED) for part in region.excluded for ring in part]
    for ring, width, style in lines:
        line = Polygon(ring, closed=True, fill=False, edgecolor=colour, linewidth=width, linestyle=style)
        axes.add_patch(line)


def _area(rings: Sequence[Floats]) -> Path:
    """The region with its holes left open: holes run the other way round."""
    turned = [ring if (_signed(ring) > 0) == (k == 0) else ring[::-1] for k, ring in enumerate(rings)]
    return Path.make_compound_path(*(Path(np.vstack([ring, ring[:1]]), closed=True) for ring in turned))


def _signed(ring: Floats) -> float:
    following = np.roll(ring, -1, axis=0)
    return float(np.sum(ring[:, 0] * following[:, 1] - following[:, 0] * ring[:, 1]))


def _draw_bar(axes: Axes, corner: tuple[float, float], half: float) -> None:
    length = max((bar for bar in _BARS_MM if bar <= 0.8 * half), default=_BARS_MM[0])
    x, y = corner
    axes.plot([x, x + length], [y, y], color=INK, linewidth=1.2, solid_capstyle="butt")
    axes.annotate(
        f"{show_number(length, 0)} mm",
        (x + length, y),
        xytext=(2.5, 0),
        textcoords="offset points",
        va="center",
        fontsize=5.5,
        color=MUTED,
    )


def _legend(axes: Axes, pair: PairOverlap) -> None:
    lines = [
        Line2D([], [], color=BLUE, linewidth=1.1, label=pair.first),
        Line2D([], [], color=VERMILION, linewidth=1.1, linestyle=_SECOND, label=pair.second),
    ]
    if any(region.excluded for one in pair.shown[:_MOST] for region in (one.first, one.second)):
        lines.append(Line2D([], [], color=MUTED, linewidth=0.8, linestyle=_EXCLUDED, label="excluded"))
    axes.legend(
        handles=lines,
        loc="lower left",
        bbox_to_anchor=(0.75, 1.26),
        ncols=3,
        frameon=False,
        fontsize=6.5,
        handlelength=2.6,
        borderaxespad=0.0,
    )
