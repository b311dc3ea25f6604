"""Box plots of each marker by grade and by outcome, with every value as a dot over its box."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from adcurate.model.analysis import MarkerAnalysis, MarkerValue
from adcurate.report.figures.style import (
    DOUBLE_COLUMN_MM,
    INK,
    MUTED,
    RULE,
    SINGLE_COLUMN_MM,
    add_axes_mm,
    grade_colours,
    grade_shapes,
    house_style,
    lighten,
    new_figure,
    open_spines,
    title_panel,
)
from adcurate.report.figures.swarm import swarm_offsets
from adcurate.report.numbers import show_p_equation
from adcurate.report.scale import scale_of, show_rule
from adcurate.statistics.groups import GroupSummary

_HEIGHT, _BOTTOM, _TOP, _LEFT, _RIGHT = 84.0, 14.5, 8.0, 13.0, 2.0
_DOT = 3.4  # points across
_BOX_WIDTH = 0.62
_GAP = 0.7
_LABEL_POINTS, _LETTERS_PER_MM = 6.5, 0.8


@house_style
def render_box_plot(analyses: Sequence[MarkerAnalysis], *, links: Mapping[str, str] | None = None) -> Figure:
    """Draw one panel for each marker: a box for each grade, then one for each side of the outcome.

    Boxes are the quartiles and medians of the analysis itself, by its own percentile rule; whiskers reach
    the farthest value within 1.5 interquartile ranges of the box. The dashed line is the cut-off. `links`
    maps a measurement id to the address its dot leads to (SVG only).
    """
    columns = len(analyses)
    width = SINGLE_COLUMN_MM if columns == 1 else DOUBLE_COLUMN_MM
    figure = new_figure(width, _HEIGHT)
    pitch = width / columns
    for index, analysis in enumerate(analyses):
        axes = add_axes_mm(
            figure, index * pitch + _LEFT, _BOTTOM, pitch - _LEFT - _RIGHT, _HEIGHT - _BOTTOM - _TOP
        )
        _draw(axes, analysis, pitch - _LEFT - _RIGHT, links or {})
        title_panel(axes, "ABCDEFGH"[index] if columns > 1 else "", analysis.marker)
    return figure


def _draw(axes: Axes, analysis: MarkerAnalysis, width_mm: float, links: Mapping[str, str]) -> None:
    scale = scale_of(analysis)
    positive = {value.grade: value.positive for value in analysis.values}
    names = analysis.grades or tuple(sorted(filter(None, positive), key=lambda grade: positive[grade]))
    colours, shapes = grade_colours(names, positive), grade_shapes(names)
    graded = [(name, analysis.grade_groups[name], _of_grade(analysis, name)) for name in analysis.grades]
    sides = [
        (name, group, _of_side(analysis, side))
        for (name, group), side in zip(analysis.outcome_groups.items(), (False, True), strict=True)
    ]
    at = [float(i) for i in range(len(graded))]
    start = at[-1] + 1 + _GAP if at else 0.0
    at += [start + i for i in range(len(sides))]

    shown = np.array([value.value for value in analysis.values]) * scale.factor
    low, high = min(0.0, float(shown.min())), float(shown.max())
    top = high + 0.13 * (high - low)
    axes.set_ylim(low, top)
    axes.set_xlim(-0.6, at[-1] + 0.6)
    dot_mm = _DOT * 25.4 / 72.0
    across = dot_mm * (at[-1] + 1.2) / width_mm
    along = dot_mm * (top - low) / (_HEIGHT - _BOTTOM - _TOP)

    for place, (name, group, members) in zip(at, graded + sides, strict=True):
        colour = colours.get(name, MUTED)
        values = [value.value * scale.factor for value in members]
        _box(axes, place, group, values, scale.factor, colour)
        offsets = swarm_offsets(values, along, across, _BOX_WIDTH / 2)
        for grade in dict.fromkeys(value.grade for value in members):
            chosen = [i for i, value in enumerate(members) if value.grade == grade]
            dots = axes.scatter(
                [place + offsets[i] for i in chosen],
                [values[i] for i in chosen],
                s=_DOT**2,
                marker=shapes.get(grade, "o"),
                facecolor=colours.get(grade, MUTED),
                edgecolor="white",
                linewidth=0.3,
                zorder=3,
            )
            dots.set_urls([links.get(members[i].measurement_id) for i in chosen])
    labels = [f"{_wrapped(name)}\nn = {group.n}" for name, group, _ in graded + sides]
    room = _LETTERS_PER_MM * width_mm / (at[-1] + 1.2)
    longest = max(len(word) for label in labels for word in label.split("\n"))
    axes.set_xticks(at, labels, fontsize=_LABEL_POINTS * min(1.0, max(room / longest, 0.7)))
    axes.tick_params(axis="x", length=0)
    if graded:
        axes.axvline(start - (1 + _GAP) / 2, color=RULE, linewidth=0.5, linestyle=(0, (1, 2)))
    cutoff = analysis.youden.cutoff * scale.factor
    axes.axhline(cutoff, color=INK, linewidth=0.7, linestyle=(0, (4, 2.5)), zorder=1.5)
    axes.annotate(
        show_rule(analysis),
        (start - (1 + _GAP) / 2 if graded else -0.58, cutoff),
        xytext=(0, 2.5),
        textcoords="offset points",
        ha="center" if graded else "left",
        va="bottom",
        fontsize=6,
        bbox={"boxstyle": "square,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 1.0},
        zorder=4,
    )
    _bracket(axes, at[-2], at[-1], high + 0.045 * (top - low), analysis)
    axes.set_ylabel(scale.axis("ADC" if scale.unit else analysis.marker))
    open_spines(axes)


def _box(
    axes: Axes, place: float, group: GroupSummary, values: Sequence[float], factor: float, colour: str
) -> None:
    q1, median, q3 = group.q1 * factor, group.median * factor, group.q3 * factor
    reach = 1.5 * (q3 - q1)
    within = [value for value in values if q1 - reach - 1e-12 <= value <= q3 + reach + 1e-12]
    statistics = {
        "q1": q1,
        "med": median,
        "q3": q3,
        "whislo": min([*within, q1]),
        "whishi": max([*within, q3]),
        "fliers": [],
    }
    line = {"color": colour, "linewidth": 0.8}
    axes.bxp(
        [statistics],
        positions=[place],
        widths=_BOX_WIDTH,
        showfliers=False,
        patch_artist=True,
        manage_ticks=False,
        boxprops={"facecolor": lighten(colour, 0.82), "edgecolor": colour, "linewidth": 0.8},
        medianprops={"color": INK, "linewidth": 1.2, "solid_capstyle": "butt", "zorder": 3.5},
        whiskerprops=line,
        capprops={**line, "linewidth": 0},
        zorder=2,
    )


def _bracket(axes: Axes, left: float, right: float, height: float, analysis: MarkerAnalysis) -> None:
    p_value = analysis.mann_whitney[analysis.mann_whitney_of_record].p_value
    axes.plot([left, right], [height, height], color=MUTED, linewidth=0.6, solid_capstyle="butt")
    axes.annotate(
        show_p_equation(p_value),
        ((left + right) / 2, height),
        xytext=(0, 2),
        textcoords="offset points",
        ha="center",
        fontsize=6.5,
    )


def _wrapped(label: str) -> str:
    """Short words of a label one below the other, so that neighbours stay apart."""
    return "\n".join(textwrap.wrap(label, 8, break_long_words=False)) or label


def _of_grade(analysis: MarkerAnalysis, grade: str) -> list[MarkerValue]:
    return [value for value in analysis.values if value.grade == grade]


def _of_side(analysis: MarkerAnalysis, positive: bool) -> list[MarkerValue]:
    return [value for value in analysis.values if value.positive is positive]
