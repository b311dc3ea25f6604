"""Each marker against the grade and against Ki-67, which pathologists report as a number, bound or range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from adcurate.errors import GradingError
from adcurate.grading import Ki67, parse_ki67
from adcurate.model.analysis import MarkerAnalysis, MarkerValue
from adcurate.report.figures.style import (
    DOUBLE_COLUMN_MM,
    MUTED,
    RULE,
    SINGLE_COLUMN_MM,
    add_axes_mm,
    grade_colours,
    grade_shapes,
    house_style,
    new_figure,
    open_spines,
    title_panel,
)
from adcurate.report.figures.swarm import swarm_offsets
from adcurate.report.numbers import show_interval, show_number, show_p_equation
from adcurate.report.scale import scale_of

_LEFT, _RIGHT, _BOTTOM, _TOP, _PLOT = 13.0, 2.5, 12.0, 8.0, 52.0
_DOT = 3.6
_LOWEST_KI67 = 0.5
_KI67_TICKS = (0.5, 1, 2, 3, 5, 10, 20, 50, 100)


@dataclass(frozen=True, slots=True)
class _Panel:
    """One pair of axes: what it draws, how wide it is in mm, and where its dots lead."""

    axes: Axes
    analysis: MarkerAnalysis
    width_mm: float
    colours: Mapping[str, str]
    shapes: Mapping[str, str]
    links: Mapping[str, str]


@house_style
def render_grade_scatter(
    analyses: Sequence[MarkerAnalysis],
    ki67_by_subject: Mapping[str, str | None],
    *,
    links: Mapping[str, str] | None = None,
) -> Figure:
    """Draw a row for each marker: ADC by grade with rho in the corner, and ADC by Ki-67 on a log axis.

    A Ki-67 given as a range or a bound is a bar over the whole of it, with a hollow dot as its handle in the
    middle; a bar that starts at zero runs to the left end of the axis. Without any Ki-67 only the grades are
    drawn. No correlation is shown for Ki-67: ranges have no ranks.
    """
    ki67 = {subject: _read(text) for subject, text in ki67_by_subject.items()}
    columns = 2 if any(ki67.values()) else 1
    width = DOUBLE_COLUMN_MM if columns == 2 else SINGLE_COLUMN_MM
    pitch = _PLOT + _BOTTOM + _TOP
    figure = new_figure(width, pitch * len(analyses))
    for row, analysis in enumerate(analyses):
        positive = {value.grade: value.positive for value in analysis.values}
        bottom = (len(analyses) - 1 - row) * pitch + _BOTTOM
        for column in range(columns):
            across = width / columns - _LEFT - _RIGHT
            axes = add_axes_mm(figure, column * width / columns + _LEFT, bottom, across, _PLOT)
            panel = _Panel(
                axes,
                analysis,
                across,
                grade_colours(analysis.grades, positive),
                grade_shapes(analysis.grades),
                links or {},
            )
            _limit(panel)
            if column == 0:
                _draw_grades(panel)
            else:
                _draw_ki67(panel, ki67)
            subject = "grade" if column == 0 else "Ki-67"
            letter = "ABCDEFGHIJKL"[row * columns + column] if columns * len(analyses) > 1 else ""
            title_panel(axes, letter, f"{analysis.marker} and {subject}")
            open_spines(axes)
    return figure


def _limit(panel: _Panel) -> None:
    scale = scale_of(panel.analysis)
    shown = np.array([value.value for value in panel.analysis.values]) * scale.factor
    low, high = min(0.0, float(shown.min())), float(shown.max())
    panel.axes.set_ylim(low, high + 0.22 * (high - low))
    panel.axes.set_ylabel(scale.axis("ADC" if scale.unit else panel.analysis.marker))


def _draw_grades(panel: _Panel) -> None:
    analysis, axes = panel.analysis, panel.axes
    factor = scale_of(analysis).factor
    low, top = axes.get_ylim()
    dot_mm = _DOT * 25.4 / 72
    for place, grade in enumerate(analysis.grades):
        members = [value for value in analysis.values if value.grade == grade]
        values = [value.value * factor for value in members]
        across = dot_mm * (len(analysis.grades) + 0.2) / panel.width_mm
        offsets = swarm_offsets(values, dot_mm * (top - low) / _PLOT, across, 0.38)
        median = analysis.grade_groups[grade].median * factor
        axes.plot([place - 0.3, place + 0.3], [median, median], color=RULE, linewidth=1.6, zorder=1)
        _dots(panel, [place + float(offset) for offset in offsets], values, members, "filled")
    axes.set_xlim(-0.6, len(analysis.grades) - 0.4)
    axes.set_xticks(range(len(analysis.grades)), list(analysis.grades))
    axes.tick_params(axis="x", length=0)
    axes.set_xlabel("Grade")
    spearman = analysis.spearman
    if spearman is not None:
        percent = show_number(analysis.level * 100, 0)
        axes.text(
            0.99,
            0.99,
            f"ρ = {show_number(spearman.rho, 3)}  ({percent} % CI "
            f"{show_interval(analysis.spearman_interval, 3)})\n"
            f"{show_p_equation(spearman.p_value)}, n = {spearman.n}",
            transform=axes.transAxes,
            ha="right",
            va="top",
            fontsize=6.5,
            linespacing=1.4,
        )


def _draw_ki67(panel: _Panel, ki67: Mapping[str, Ki67 | None]) -> None:
    analysis, axes = panel.analysis, panel.axes
    factor = scale_of(analysis).factor
    axes.set_xscale("log")
    axes.set_xlim(_LOWEST_KI67, 115)
    axes.xaxis.set_major_locator(FixedLocator(list(_KI67_TICKS)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticklabels([f"{tick:g}" for tick in _KI67_TICKS])
    axes.set_xlabel("Ki-67 (%)")
    known = [(value, found) for value in analysis.values if (found := ki67.get(value.subject)) is not None]
    exact = [(value, found) for value, found in known if found.low == found.high]
    spans = [(value, found) for value, found in known if found.low != found.high]
    for value, found in spans:
        left = max(found.low, _LOWEST_KI67)
        height = value.value * factor
        axes.plot(
            [left, max(found.high, left)],
            [height, height],
            color=panel.colours.get(value.grade, MUTED),
            linewidth=0.9,
            alpha=0.7,
            solid_capstyle="butt",
            zorder=2,
        )
    _dots(
        panel,
        [max(found.low, _LOWEST_KI67) for _, found in exact],
        [value.value * factor for value, _ in exact],
        [value for value, _ in exact],
        "filled",
    )
    _dots(
        panel,
        [float(np.sqrt(max(f.low, _LOWEST_KI67) * max(f.high, _LOWEST_KI67))) for _, f in spans],
        [value.value * factor for value, _ in spans],
        [value for value, _ in spans],
        "hollow",
    )
    missing = len(analysis.values) - len(known)
    text = f"n = {len(known)}" + (f", {missing} without Ki-67" if missing else "")
    axes.text(0.99, 0.99, text, transform=axes.transAxes, ha="right", va="top", fontsize=6.5)


def _dots(
    panel: _Panel, x: Sequence[float], y: Sequence[float], members: Sequence[MarkerValue], filling: str
) -> None:
    for grade in dict.fromkeys(value.grade for value in members):
        chosen = [i for i, value in enumerate(members) if value.grade == grade]
        colour = panel.colours.get(grade, MUTED)
        dots = panel.axes.scatter(
            [x[i] for i in chosen],
            [y[i] for i in chosen],
            s=_DOT**2,
            marker=panel.shapes.get(grade, "o"),
            facecolor=colour if filling == "filled" else "white",
            edgecolor="white" if filling == "filled" else colour,
            linewidth=0.3 if filling == "filled" else 0.8,
            zorder=3,
            clip_on=False,
        )
        dots.set_urls([panel.links.get(members[i].measurement_id) for i in chosen])


def _read(text: str | None) -> Ki67 | None:
    if not text:
        return None
    try:
        return parse_ki67(text)
    except GradingError:
        return None
