"""The probability of each grade along a marker, by a proportional-odds model, above the cases themselves."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from adcurate.model.answers.ordinal import MarkerOrdinal
from adcurate.report.figures.data import FigureData
from adcurate.report.figures.style import (
    BLUE,
    DOUBLE_COLUMN_MM,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    SINGLE_COLUMN_MM,
    SKY,
    VERMILION,
    add_axes_mm,
    house_style,
    lighten,
    new_figure,
    open_spines,
    title_panel,
)
from adcurate.report.numbers import show_percent
from adcurate.report.scale import MarkerScale

_LEFT, _BOTTOM, _TOP, _PLOT, _STRIP, _GAP = 13.0, 11.0, 9.0, 46.0, 3.6, 3.0
_DASHES = ((), (4, 1.6), (1.2, 1.4), (6, 1.5, 1.2, 1.5))


@house_style
def render_ordinal_probabilities(markers: Sequence[MarkerOrdinal], scale: MarkerScale) -> Figure:
    """Draw a panel for each marker: lines with pointwise bands, and a tick for each case by its grade."""
    columns = min(2, len(markers))
    rows = math.ceil(len(markers) / 2)
    width = SINGLE_COLUMN_MM if columns == 1 else DOUBLE_COLUMN_MM
    n_grades = max(len(one.fit.grades) for one in markers)
    pitch = _TOP + _PLOT + _GAP + _STRIP * n_grades + _BOTTOM
    figure = new_figure(width, rows * pitch)
    longest = max(len(grade) for one in markers for grade in one.fit.grades)
    side = max(_LEFT, 4.0 + 1.25 * longest)
    panel = width / columns - side - max(9.0, 4.0 + 1.55 * longest)
    for index, one in enumerate(markers):
        row, column = divmod(index, 2)
        left = column * width / columns + side
        base = (rows - 1 - row) * pitch + _BOTTOM
        strip = add_axes_mm(figure, left, base, panel, _STRIP * n_grades)
        upper = add_axes_mm(figure, left, base + _STRIP * n_grades + _GAP, panel, _PLOT)
        _draw_lines(upper, one, scale)
        _draw_rug(strip, one, scale)
        strip.set_xlim(upper.get_xlim())
        title_panel(upper, "ABCDEFGH"[index] if len(markers) > 1 else "", one.marker)
    return figure


def tabulate_ordinal_probabilities(markers: Sequence[MarkerOrdinal], scale: MarkerScale) -> FigureData:
    """One row a point of a line, and one for each case of the rug (without probability)."""
    rows: list[tuple[str | float | int | bool | None, ...]] = []
    for one in markers:
        curve = one.probabilities
        parts = (curve.probability, curve.low, curve.high)
        for place, at in enumerate(curve.at):
            rows += [
                (one.marker, "line", grade, at, *(part[place][j] for part in parts))
                for j, grade in enumerate(one.fit.grades)
            ]
        rows += [
            (one.marker, "case", grade, value, None, None, None)
            for grade, values in curve.values.items()
            for value in values
        ]
    return FigureData(("marker", "mark", "grade", "value", "probability", "low", "high"), tuple(rows))


def describe_ordinal_probabilities(markers: Sequence[MarkerOrdinal], scale: MarkerScale) -> str:
    """Alternative text: the probabilities at the ends of each marker."""
    parts = []
    for one in markers:
        curve = one.probabilities
        ends = " and ".join(
            f"at {scale.show(curve.at[place])}{scale.suffix} "
            + ", ".join(
                f"{grade} {show_percent(share, 0)} %"
                for grade, share in zip(one.fit.grades, curve.probability[place], strict=True)
            )
            for place in (0, -1)
        )
        parts.append(f"{one.marker}: {ends}")
    return (
        "Probability of each grade along the marker by a proportional-odds model. " + "; ".join(parts) + "."
    )


def _colours(n_grades: int) -> list[str]:
    known = {2: [BLUE, VERMILION], 3: [BLUE, GREEN, VERMILION], 4: [BLUE, SKY, ORANGE, VERMILION]}
    return known.get(n_grades) or ([BLUE, SKY, GREEN, ORANGE, VERMILION, INK] * n_grades)[:n_grades]


def _draw_lines(axes: Axes, one: MarkerOrdinal, scale: MarkerScale) -> None:
    curve = one.probabilities
    at = np.array(curve.at) * scale.factor
    ends: list[tuple[float, str, str]] = []
    for j, (grade, colour) in enumerate(zip(one.fit.grades, _colours(len(one.fit.grades)), strict=True)):
        low, line, high = (
            np.array([row[j] for row in rows]) for rows in (curve.low, curve.probability, curve.high)
        )
        axes.fill_between(at, low, high, color=lighten(colour, 0.8), alpha=0.6, linewidth=0)
        axes.plot(at, line, color=colour, dashes=_DASHES[j % len(_DASHES)])
        ends.append((float(line[-1]), grade, colour))
    _name_ends(axes, float(at[-1]), ends)
    axes.set_xlim(at[0], at[-1])
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1.0])
    axes.set_yticklabels(["0", "25", "50", "75", "100"])
    axes.set_ylabel("Probability (%)")
    axes.tick_params(labelcolor=MUTED, labelbottom=False)
    open_spines(axes)


def _name_ends(axes: Axes, x: float, ends: list[tuple[float, str, str]]) -> None:
    """Names beside the lines' ends, moved apart where they would overlap."""
    least = 0.065
    placed: list[float] = []
    for height, grade, colour in sorted(ends):
        y = max(height, placed[-1] + least) if placed else max(height, 0.015)
        placed.append(y)
        axes.annotate(
            grade, (x, y), xytext=(4, 0), textcoords="offset points", va="center", ha="left",
            fontsize=7, fontweight="bold", color=colour, annotation_clip=False,
        )  # fmt: skip


def _draw_rug(axes: Axes, one: MarkerOrdinal, scale: MarkerScale) -> None:
    grades = one.fit.grades
    for j, (grade, colour) in enumerate(zip(grades, _colours(len(grades)), strict=True)):
        values = np.array(one.probabilities.values[grade]) * scale.factor
        axes.vlines(values, j - 0.36, j + 0.36, color=colour, linewidth=0.8, clip_on=False)
        axes.annotate(
            f"n = {values.size}", (1, j), xycoords=("axes fraction", "data"), xytext=(4, 0),
            textcoords="offset points", va="center", ha="left", fontsize=5.5, color=MUTED,
        )  # fmt: skip
    axes.set_ylim(-0.6, len(grades) - 0.4)
    axes.set_yticks(range(len(grades)))
    axes.set_yticklabels(grades)
    axes.tick_params(axis="y", length=0, labelcolor=MUTED, labelsize=6)
    axes.tick_params(axis="x", labelcolor=MUTED)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_position(("outward", 2))
    axes.set_xlabel(scale.axis(one.marker))
