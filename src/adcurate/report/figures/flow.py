"""The participant flow: boxes down the middle, who left and why beside the arrow."""

from __future__ import annotations

import textwrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from adcurate.model.cohort import FlowStage, ParticipantFlow
from adcurate.report.figures.style import (
    BLUE,
    DOUBLE_COLUMN_MM,
    FAINT,
    INK,
    MUTED,
    RULE,
    SINGLE_COLUMN_MM,
    add_axes_mm,
    house_style,
    lighten,
    new_figure,
)

_MARGIN, _BOX, _BOX_HEIGHT, _SIDE_LEFT, _LINE, _ARROW = 1.5, 66.0, 12.0, 88.0, 3.6, 9.0


@house_style
def render_flow(flow: ParticipantFlow) -> Figure:
    """Draw each stage with its number, and each reason for leaving with its own; numbers add up by type."""
    leaving = any(stage.left_out for stage in flow.stages)
    width = DOUBLE_COLUMN_MM if leaving else SINGLE_COLUMN_MM
    gaps = [_gap(stage) for stage in flow.stages[:-1]]
    height = 2 * _MARGIN + _BOX_HEIGHT * len(flow.stages) + sum(gaps)
    figure = new_figure(width, height)
    axes = add_axes_mm(figure, 0, 0, width, height)
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)
    left = _MARGIN if leaving else (width - _BOX) / 2
    top = height - _MARGIN
    for index, stage in enumerate(flow.stages):
        last = index == len(flow.stages) - 1
        _stage_box(axes, left, top - _BOX_HEIGHT, stage, last)
        if not last:
            _arrow(
                axes, (left + _BOX / 2, top - _BOX_HEIGHT), (left + _BOX / 2, top - _BOX_HEIGHT - gaps[index])
            )
            if stage.left_out:
                _side_box(axes, left + _BOX / 2, top - _BOX_HEIGHT - gaps[index] / 2, stage, width)
            top -= _BOX_HEIGHT + gaps[index]
    return figure


def _gap(stage: FlowStage) -> float:
    return max(_ARROW, _side_height(stage) + 3.0) if stage.left_out else _ARROW


def _lines(stage: FlowStage) -> list[tuple[str, str]]:
    """(number, text) of each line of a side box; a wrapped reason goes on without a number."""
    lines = [(str(sum(n for _, n in stage.left_out)), "left out")]
    for reason, n in stage.left_out:
        first, *rest = textwrap.wrap(reason, 52) or [""]
        lines.append((str(n), first))
        lines += [("", part) for part in rest]
    return lines


def _side_height(stage: FlowStage) -> float:
    return _LINE * len(_lines(stage)) + 3.4


def _stage_box(axes: Axes, left: float, bottom: float, stage: FlowStage, last: bool) -> None:
    axes.add_patch(
        FancyBboxPatch(
            (left, bottom),
            _BOX,
            _BOX_HEIGHT,
            boxstyle="round,pad=0,rounding_size=1.2",
            facecolor=lighten(BLUE, 0.88) if last else "white",
            edgecolor=BLUE if last else RULE,
        )
    )
    middle = bottom + _BOX_HEIGHT / 2
    axes.text(left + 4, middle, stage.label, va="center", ha="left", fontsize=7.5)
    axes.text(
        left + _BOX - 4, middle, f"n = {stage.n}", va="center", ha="right", fontsize=8, fontweight="bold"
    )


def _side_box(axes: Axes, stem: float, middle: float, stage: FlowStage, width: float) -> None:
    height = _side_height(stage)
    _arrow(axes, (stem, middle), (_SIDE_LEFT, middle))
    axes.add_patch(
        FancyBboxPatch(
            (_SIDE_LEFT, middle - height / 2),
            width - _SIDE_LEFT - _MARGIN,
            height,
            boxstyle="round,pad=0,rounding_size=1.2",
            facecolor=lighten(FAINT, 0.5),
            edgecolor=FAINT,
        )
    )
    top = middle + height / 2 - 1.7
    for index, (number, text) in enumerate(_lines(stage)):
        line = top - _LINE * (index + 0.5)
        weight = "bold" if index == 0 else "normal"
        axes.text(_SIDE_LEFT + 9, line, number, va="center", ha="right", fontsize=7, fontweight=weight)
        axes.text(
            _SIDE_LEFT + 11,
            line,
            text,
            va="center",
            ha="left",
            fontsize=7,
            fontweight=weight,
            color=INK if index == 0 else MUTED,
        )


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    style = {
        "arrowstyle": "-|>,head_width=0.16,head_length=0.32",
        "color": MUTED,
        "linewidth": 0.7,
        "shrinkA": 0,
        "shrinkB": 0.5,
    }
    axes.annotate("", end, xytext=start, arrowprops=style)
