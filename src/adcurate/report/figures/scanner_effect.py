"""The scanner figure: values, class difference and AUC, a row for each scanner setting.

One row reads across: what was measured there, what the classes differ by there, and what the AUC is when
it is left out. Below a rule stand all cases, and the comparison within settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from adcurate.model.answers.scanners import MarkerScanners, ScannersAnswer
from adcurate.report.answers.scanners import why_no_estimate
from adcurate.report.figures.data import FigureData
from adcurate.report.figures.scanner_rows import (
    BOTTOM,
    TOP,
    Row,
    add_row_axes,
    dots_of,
    draw_dots,
    draw_labels,
    draw_stripes,
    row_height,
    stripe_colour,
)
from adcurate.report.figures.style import (
    BLUE,
    DOUBLE_COLUMN_MM,
    INK,
    MUTED,
    RULE,
    VERMILION,
    house_style,
    new_figure,
    open_spines,
    title_panel,
)
from adcurate.report.numbers import show_interval, show_number
from adcurate.report.scale import MarkerScale
from adcurate.statistics.interval import Interval

_DOTS, _DIFFERENCES, _AREAS = (44.0, 42.0), (93.0, 29.0), (138.0, 24.0)  # left, width


@dataclass(frozen=True, slots=True)
class _Line:
    """What stands in B and C of a row; None where there is nothing to draw, and the gaps say why."""

    row: Row
    difference: tuple[float, Interval | None] | None
    gap: str
    area: tuple[float, Interval | None] | None
    area_gap: str
    n: int


@house_style
def render_scanner_effect(answer: ScannersAnswer, marker: str, scale: MarkerScale) -> Figure:
    """Draw values by setting, the class difference in each, and the AUC without it.

    In A the upper dots of a row are the positive cases, the ticks are class means. Hollow squares in B have
    no interval (a class of one case); an arrow is an interval that goes on. The dashed lines are all cases.
    """
    entry = answer.markers[marker]
    lines = _lines(entry, answer)
    rows = [line.row for line in lines]
    dots = dots_of(entry.values * scale.factor, entry.positive, entry.grade, answer.grades)
    figure = new_figure(DOUBLE_COLUMN_MM, BOTTOM + TOP + row_height(rows) * len(rows))
    draw_stripes(figure, rows)
    draw_labels(figure, rows, dots)
    axes = [add_row_axes(figure, rows, *place) for place in (_DOTS, _DIFFERENCES, _AREAS)]
    low, high = float(dots.values.min()), float(dots.values.max())
    pad = 0.06 * ((high - low) or abs(high) or 1.0)
    axes[0].set_xlim(low - pad, high + pad)
    axes[0].locator_params(axis="x", nbins=5)
    axes[0].set_xlabel(scale.axis(marker))
    draw_dots(axes[0], rows, dots, _DOTS[1])
    open_spines(axes[0])
    _draw_differences(axes[1], lines, entry, scale)
    _draw_areas(axes[2], lines, entry)
    title_panel(axes[0], "A", f"{marker} by scanner setting")
    title_panel(axes[1], "B", "Class difference")
    title_panel(axes[2], "C", "AUC without it")
    return figure


def tabulate_scanner_effect(answer: ScannersAnswer, marker: str, scale: MarkerScale) -> FigureData:
    """Every dot, difference and area, in the marker's own unit, not rounded."""
    entry = answer.markers[marker]
    rows: list[tuple[str | float | int | bool | None, ...]] = [
        ("value", setting, grade, positive, float(value), None, None)
        for setting, grade, positive, value in zip(
            entry.stratum, entry.grade, entry.positive, entry.values, strict=True
        )
    ]
    for line in _lines(entry, answer):
        for part, found in (("difference", line.difference), ("auc", line.area)):
            if found is not None:
                low, high = (None, None) if found[1] is None else (found[1].low, found[1].high)
                rows.append((part, line.row.label, None, None, found[0], low, high))
    return FigureData(("part", "setting", "grade", "positive", "value", "low", "high"), tuple(rows))


def describe_scanner_effect(answer: ScannersAnswer, marker: str, scale: MarkerScale) -> str:
    """Alternative text with the numbers that the figure is for."""
    entry = answer.markers[marker]
    pooled, adjusted = entry.effect.unadjusted, entry.effect.adjusted
    within = (
        "none can be estimated within settings"
        if adjusted is None
        else f"{scale.show(adjusted.value)} ({scale.interval(adjusted.interval)}) within settings"
    )
    left = entry.leave_one_out
    spans = (
        ""
        if left is None or np.isnan(left.lowest)
        else f", {show_number(left.lowest, 3)} to {show_number(left.highest, 3)} without any one setting"
    )
    area = (
        ""
        if entry.within is None
        else f", {show_number(entry.within.value, 3)} ({show_interval(entry.within.interval, 3)}) within "
        "settings"
    )
    return (
        f"{marker} of {entry.effect.n} cases by {len(entry.strata)} scanner {_settings(entry)}: "
        f"{answer.positive_label} minus "
        f"{answer.negative_label} is {scale.show(pooled.value)}{scale.suffix} over all cases and {within}. "
        "The AUC is "
        f"{show_number(entry.auc.value, 3)} over all cases{area}{spans}."
    )


def _lines(entry: MarkerScanners, answer: ScannersAnswer) -> list[_Line]:
    names = np.asarray(entry.stratum)
    left_out = {} if entry.leave_one_out is None else {row.name: row for row in entry.leave_one_out.strata}
    lines = []
    for row in entry.strata:
        difference = row.difference
        without = left_out.get(row.name)
        lines.append(
            _Line(
                Row(
                    row.name,
                    f"n = {row.n}, {row.n_positive} {answer.positive_label}",
                    np.asarray(names == row.name),
                    is_summary=False,
                ),
                difference=None if difference is None else (difference.value, _known(difference.interval)),
                gap=why_no_estimate(row, answer),
                area=None
                if without is None or without.auc is None
                else (without.auc.value, _known(without.auc.interval)),
                area_gap="" if without is None else "one class is left",
                n=row.n,
            )
        )
    pooled, adjusted, within = entry.effect.unadjusted, entry.effect.adjusted, entry.within
    lines.append(
        _Line(
            Row(
                "All cases",
                f"n = {entry.effect.n}, {entry.effect.n_positive} {answer.positive_label}",
                np.ones(names.size, dtype=bool),
                is_summary=True,
            ),
            difference=(pooled.value, pooled.interval),
            gap="",
            area=(entry.auc.value, _known(entry.auc.interval)),
            area_gap="",
            n=entry.effect.n,
        )
    )
    lines.append(
        _Line(
            Row(
                "Within settings",
                "" if within is None else f"{within.n_pairs} of {within.n_all_pairs} pairs of cases",
                None,
                is_summary=True,
            ),
            difference=None if adjusted is None else (adjusted.value, adjusted.interval),
            gap="no setting holds both",
            area=None if within is None else (within.value, _known(within.interval)),
            area_gap="no pairs",
            n=entry.effect.n if within is None else within.n_used,
        )
    )
    return lines


def _settings(entry: MarkerScanners) -> str:
    return "setting" if len(entry.strata) == 1 else "settings"


def _known(interval: Interval | None) -> Interval | None:
    return None if interval is None or np.isnan(interval.low) else interval


def _draw_differences(axes: Axes, lines: Sequence[_Line], entry: MarkerScanners, scale: MarkerScale) -> None:
    found = [line.difference for line in lines if line.difference is not None]
    sure = [entry.effect.unadjusted.interval]
    sure += [] if entry.effect.adjusted is None else [entry.effect.adjusted.interval]
    reach = [0.0, *(value for value, _ in found), *(limit for one in sure for limit in (one.low, one.high))]
    low, high = min(reach) * scale.factor, max(reach) * scale.factor
    room = 0.45 * (high - low)
    ends = [limit * scale.factor for _, one in found if one for limit in (one.low, one.high)]
    low, high = max(low - room, min([*ends, low])), min(high + room, max([*ends, high]))
    pad = 0.05 * (high - low)
    axes.set_xlim(low - pad, high + pad)
    axes.axvline(0.0, color=RULE, linewidth=0.6)
    axes.axvline(
        entry.effect.unadjusted.value * scale.factor, color=MUTED, linewidth=0.6, linestyle=(0, (3, 2))
    )
    for i, line in enumerate(lines):
        if line.difference is None:
            _say(axes, i, line.gap, stripe_colour(i, line.row))
            continue
        value, interval = line.difference
        _mark(axes, i, value, interval, line, entry.effect.n, scale.factor, VERMILION)
        _number(axes, i, scale.show(value), line)
    axes.locator_params(axis="x", nbins=3)
    axes.set_xlabel(scale.axis("Difference"))
    open_spines(axes)


def _draw_areas(axes: Axes, lines: Sequence[_Line], entry: MarkerScanners) -> None:
    lows = [one.low if one else value for value, one in (line.area for line in lines if line.area)]
    low = max(0.0, min(0.45, min(lows) - 0.03))
    axes.set_xlim(low, 1.0)
    axes.axvline(0.5, color=RULE, linewidth=0.6)
    axes.axvline(entry.auc.value, color=MUTED, linewidth=0.6, linestyle=(0, (3, 2)))
    for i, line in enumerate(lines):
        if line.area is None:
            _say(axes, i, line.area_gap, stripe_colour(i, line.row))
            continue
        value, interval = line.area
        _mark(axes, i, value, interval, line, entry.effect.n, 1.0, BLUE)
        _number(axes, i, show_number(value, 3), line)
    axes.set_xticks([tick for tick in (0.0, 0.25, 0.5, 0.75, 1.0) if tick >= low])
    axes.set_xlabel("AUC")
    open_spines(axes)


def _mark(
    axes: Axes,
    i: int,
    value: float,
    interval: Interval | None,
    line: _Line,
    n_all: int,
    factor: float,
    colour: str,
) -> None:
    left, right = axes.get_xlim()
    colour = INK if line.row.is_summary else colour
    if interval is not None:
        low, high = interval.low * factor, interval.high * factor
        axes.plot(
            [max(low, left), min(high, right)],
            [i, i],
            color=colour,
            linewidth=1.0,
            solid_capstyle="butt",
            clip_on=False,
            zorder=2,
        )
        for beyond, edge, sign in ((low < left - 1e-12, left, "<"), (high > right + 1e-12, right, ">")):
            if beyond:
                axes.plot(edge, i, marker=sign, markersize=3.2, color=colour, clip_on=False, linewidth=0)
    axes.plot(
        value * factor,
        i,
        marker="D" if line.row.is_summary else "s",
        markersize=5.0 if line.row.is_summary else 2.6 + 2.6 * (line.n / n_all) ** 0.5,
        markerfacecolor="white" if interval is None else colour,
        markeredgecolor=colour,
        markeredgewidth=0.8,
        clip_on=False,
        zorder=3,
    )


def _number(axes: Axes, i: int, text: str, line: _Line) -> None:
    axes.annotate(
        text,
        (1.0, i),
        xycoords=("axes fraction", "data"),
        xytext=(30, 0),
        textcoords="offset points",
        ha="right",
        va="center",
        fontsize=6.5,
        fontweight="bold" if line.row.is_summary else "normal",
        annotation_clip=False,
    )


def _say(axes: Axes, i: int, text: str, under: str) -> None:
    axes.annotate(
        text,
        (0.5, i),
        xycoords=("axes fraction", "data"),
        ha="center",
        va="center",
        fontsize=6,
        color=MUTED,
        fontstyle="italic",
        bbox={"boxstyle": "square,pad=0.2", "facecolor": under, "edgecolor": "none"},
        annotation_clip=False,
    )
