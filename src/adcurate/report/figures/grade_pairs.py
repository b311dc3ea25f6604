"""Areas of each pair of grades, the ordinal C-index and the volume, as one small forest for each marker."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from adcurate.model.answers.grades import GradeSeparation
from adcurate.report.figures.data import FigureData
from adcurate.report.figures.roc_axes import shortened
from adcurate.report.figures.style import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    MUTED,
    RULE,
    SINGLE_COLUMN_MM,
    VERMILION,
    add_axes_mm,
    house_style,
    new_figure,
    title_panel,
)
from adcurate.report.numbers import show_interval, show_number, show_p_equation
from adcurate.report.scale import MarkerScale
from adcurate.statistics.interval import Interval

_LEFT, _MIDDLE, _RIGHT, _TOP, _BOTTOM, _ROW = 20.0, 32.0, 32.0, 7.5, 10.0, 6.0
_LOOKS: Final = {"pair": ("o", BLUE), "order": ("D", VERMILION), "volume": ("s", GREEN)}


@dataclass(frozen=True, slots=True)
class _Mark:
    kind: str
    label: str
    value: float
    interval: Interval | None
    p_value: float
    chance: float


@house_style
def render_grade_pairs(separations: Sequence[GradeSeparation], scale: MarkerScale) -> Figure:
    """Draw a forest for each marker, one under the other; areas have no unit, so `scale` is not used.

    The short bar across a row is its value of chance: 0.5 for areas and the C-index, 1/6 for the volume of
    three grades.
    """
    marks = [_marks(separation) for separation in separations]
    heights = [_TOP + _ROW * len(own) for own in marks]
    figure = new_figure(SINGLE_COLUMN_MM, sum(heights) + _BOTTOM)
    bottom = sum(heights) + _BOTTOM
    for index, (separation, own, height) in enumerate(zip(separations, marks, heights, strict=True)):
        bottom -= height
        axes = add_axes_mm(figure, _LEFT, bottom, _MIDDLE, _ROW * len(own))
        _draw(axes, own, is_last=index == len(marks) - 1)
        letter = "ABCDEFGH"[index % 8] if len(marks) > 1 else ""
        title_panel(axes, letter, shortened(separation.marker, 40), offset_mm=1.2)
    return figure


def tabulate_grade_pairs(separations: Sequence[GradeSeparation], scale: MarkerScale) -> FigureData:
    """One row for each mark."""
    rows = tuple(
        (
            separation.marker,
            mark.kind,
            mark.label,
            mark.value,
            mark.interval.low if mark.interval else None,
            mark.interval.high if mark.interval else None,
            mark.p_value,
            mark.chance,
        )
        for separation in separations
        for mark in _marks(separation)
    )
    return FigureData(("marker", "what", "label", "value", "low", "high", "p", "chance"), rows)


def describe_grade_pairs(separations: Sequence[GradeSeparation], scale: MarkerScale) -> str:
    """Say every number of the forest."""
    return " ".join(
        f"{separation.marker}: "
        + "; ".join(
            f"{mark.label} {show_number(mark.value, 3)} ({show_interval(mark.interval, 3)})"
            for mark in _marks(separation)
        )
        + "."
        for separation in separations
    )


def _marks(separation: GradeSeparation) -> list[_Mark]:
    marks = [
        _Mark(
            "pair",
            f"{pair.lower} – {pair.higher}",
            pair.area.value,
            pair.area.interval,
            pair.p_adjusted,
            0.5,
        )
        for pair in separation.pairs
    ]
    c, volume = separation.c_index, separation.volume
    marks.append(_Mark("order", "C-index", c.value, c.interval, c.p_value, 0.5))
    if volume is not None:
        marks.append(_Mark("volume", "Volume", volume.value, volume.interval, math.nan, volume.of_chance))
    return marks


def _draw(axes: Axes, marks: Sequence[_Mark], *, is_last: bool) -> None:
    axes.set_xlim(0, 1)
    axes.set_ylim(len(marks) - 0.5, -0.5)
    n_pairs = sum(mark.kind == "pair" for mark in marks)
    for row in range(0, len(marks), 2):
        axes.axhspan(row - 0.5, row + 0.5, color=FAINT, alpha=0.45, linewidth=0, zorder=0)
    if n_pairs < len(marks):
        axes.axhline(n_pairs - 0.5, color=RULE, linewidth=0.5)
    for row, mark in enumerate(marks):
        marker, colour = _LOOKS[mark.kind]
        axes.plot([mark.chance, mark.chance], [row - 0.5, row + 0.5], color=RULE, linewidth=0.8, zorder=1)
        if mark.interval is not None and math.isfinite(mark.interval.low):
            axes.plot(
                [mark.interval.low, mark.interval.high],
                [row, row],
                color=colour,
                linewidth=1.1,
                solid_capstyle="butt",
                zorder=2,
                clip_on=False,
            )
        axes.plot(
            mark.value,
            row,
            marker=marker,
            markersize=4.6,
            color=colour,
            markeredgecolor="white",
            markeredgewidth=0.5,
            zorder=3,
            clip_on=False,
        )
        numbers = f"{show_number(mark.value, 2)} ({show_interval(mark.interval, 2)})"
        p_words = "" if math.isnan(mark.p_value) else f"\n{show_p_equation(mark.p_value)}"
        if mark.kind == "pair" and p_words:
            p_words += ", Holm"
        axes.annotate(
            numbers + p_words,
            (1, row),
            xycoords=("axes fraction", "data"),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=6.0,
            linespacing=1.15,
            annotation_clip=False,
        )
    axes.set_yticks(range(len(marks)), [shortened(mark.label, 13) for mark in marks])
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1.0], ["0", "0.25", "0.5", "0.75", "1"])
    axes.tick_params(axis="x", labelcolor=MUTED, labelbottom=is_last)
    axes.spines["left"].set_visible(False)
    if is_last:
        axes.set_xlabel("Area, C-index or volume")
