"""Rows of a scanner figure: one a setting, with its name, its stripe and its values as dots.

Shared by the figures that set scanner settings below each other, so that a setting looks the same in each.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from adcurate.arrays import Bools, Floats
from adcurate.report.figures.style import (
    BLUE,
    DOUBLE_COLUMN_MM,
    FAINT,
    INK,
    MUTED,
    RULE,
    add_axes_mm,
    grade_colours,
    grade_shapes,
    lighten,
)
from adcurate.report.figures.swarm import swarm_offsets

BOTTOM: Final = 13.5
TOP: Final = 8.0
LABELS: Final = 44.0
_LABEL_LEFT, _ROW, _TALL_ROW, _STEP = 2.0, 8.4, 9.8, 2.75
_LETTERS, _MOST_LINES = 30, 2
_LANE = 0.21
_MM_PER_POINT = 25.4 / 72.0


@dataclass(frozen=True, slots=True)
class Row:
    """`label` over `below`; `chosen` (n,) are the cases whose dots it holds, None for none."""

    label: str
    below: str
    chosen: Bools | None
    is_summary: bool


@dataclass(frozen=True, slots=True)
class Dots:
    """The cases of all rows: (n,) values as shown, classes and grades, with the signs of each grade."""

    values: Floats
    positive: Bools
    grade: tuple[str, ...]
    grades: tuple[str, ...]
    colours: dict[str, str]
    shapes: dict[str, str]


def dots_of(values: Floats, positive: Sequence[bool], grade: tuple[str, ...], order: Sequence[str]) -> Dots:
    """Cases with a colour and shape for each grade, in the order of the grades."""
    held = set(grade)
    grades = (*(name for name in order if name in held), *sorted(held - set(order)))
    colours = grade_colours(grades, dict(zip(grade, positive, strict=True)))
    return Dots(values, np.asarray(positive), grade, grades, colours, grade_shapes(grades))


def row_height(rows: Sequence[Row]) -> float:
    """Millimetres; more where a name needs two lines."""
    return _TALL_ROW if any(len(_wrapped(row.label)) > 1 for row in rows) else _ROW


def stripe_colour(i: int, row: Row) -> str:
    """What lies under a row."""
    if row.is_summary:
        return lighten(BLUE, 0.92)
    return lighten(FAINT, 0.55) if i % 2 == 0 else "white"


def add_row_axes(figure: Figure, rows: Sequence[Row], left: float, width: float) -> Axes:
    """Axes over all rows; row i lies at height i, the first on top."""
    axes = add_axes_mm(figure, left, BOTTOM, width, row_height(rows) * len(rows))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    axes.patch.set_alpha(0.0)
    axes.spines["left"].set_visible(False)
    return axes


def draw_stripes(figure: Figure, rows: Sequence[Row]) -> None:
    """Stripes across the figure, and a rule above the rows that sum up."""
    axes = add_row_axes(figure, rows, 0, DOUBLE_COLUMN_MM)
    axes.set_axis_off()
    axes.set_xlim(0, DOUBLE_COLUMN_MM)
    for i, row in enumerate(rows):
        axes.add_patch(
            Rectangle((0, i - 0.5), DOUBLE_COLUMN_MM, 1.0, facecolor=stripe_colour(i, row), edgecolor="none")
        )
    summaries = [i for i, row in enumerate(rows) if row.is_summary]
    if summaries:
        axes.plot([0, DOUBLE_COLUMN_MM], [summaries[0] - 0.5] * 2, color=RULE, linewidth=0.6)


def draw_labels(figure: Figure, rows: Sequence[Row], dots: Dots) -> None:
    """Names on the left, and the signs of the grades below them."""
    axes = add_row_axes(figure, rows, 0, LABELS)
    axes.set_axis_off()
    axes.set_xlim(0, LABELS)
    step = _STEP / row_height(rows)
    for i, row in enumerate(rows):
        words = _wrapped(row.label)
        lines = [*words, *([row.below] if row.below else [])]
        for k, text in enumerate(lines):
            is_name = k < len(words)
            axes.text(
                _LABEL_LEFT,
                i + (k - (len(lines) - 1) / 2) * step,
                text,
                va="center",
                ha="left",
                fontsize=6.5 if is_name else 6.0,
                fontweight="bold" if row.is_summary and is_name else "normal",
                color=INK if is_name else MUTED,
            )
    handles = [
        Line2D(
            [],
            [],
            linestyle="",
            marker=dots.shapes[grade],
            markersize=4,
            color=dots.colours[grade],
            markeredgewidth=0,
        )
        for grade in dots.grades
    ]
    key = add_axes_mm(figure, 0, 0, LABELS, BOTTOM)
    key.set_axis_off()
    key.legend(
        handles,
        [grade or "no grade" for grade in dots.grades],
        loc="lower left",
        ncols=min(4, len(dots.grades)),
        frameon=False,
        fontsize=6.5,
        handletextpad=0.0,
        columnspacing=0.6,
        borderpad=0.5,
        borderaxespad=0.2,
    )


def draw_dots(axes: Axes, rows: Sequence[Row], dots: Dots, width_mm: float) -> None:
    """Positive cases in the upper lane of their row, negative ones in the lower, a tick at each mean."""
    low, high = axes.get_xlim()
    size = 3.0 if dots.values.size <= 80 else 2.2
    dot_mm = size * _MM_PER_POINT
    along, across = dot_mm * (high - low) / width_mm, dot_mm / row_height(rows)
    grade_of = np.asarray(dots.grade)
    for i, row in enumerate(rows):
        if row.chosen is None:
            continue
        for flag, lane in ((True, i - _LANE), (False, i + _LANE)):
            own = np.flatnonzero(row.chosen & (dots.positive == flag))
            if own.size == 0:
                continue
            offsets = swarm_offsets(dots.values[own].tolist(), along, across, _LANE - 0.07)
            for grade in dots.grades:
                at = np.flatnonzero(grade_of[own] == grade)
                axes.scatter(
                    dots.values[own[at]],
                    lane + offsets[at],
                    s=size**2,
                    marker=dots.shapes[grade],
                    facecolor=dots.colours[grade],
                    edgecolor="white",
                    linewidth=0.25,
                    zorder=3,
                    clip_on=False,
                )
            if own.size > 1:
                mean = float(dots.values[own].mean())
                axes.plot([mean, mean], [lane - 0.19, lane + 0.19], color=INK, linewidth=0.9, zorder=3.5)


def _wrapped(label: str) -> list[str]:
    """At most two lines, broken between the parts of the name."""
    lines = textwrap.wrap(label, _LETTERS, break_on_hyphens=False) or [label]
    if len(lines) > _MOST_LINES:
        rest = textwrap.shorten(" ".join(lines[_MOST_LINES - 1 :]), _LETTERS, placeholder=" …")
        lines = [*lines[: _MOST_LINES - 1], rest]
    return [line.removesuffix(" ·") for line in lines]
