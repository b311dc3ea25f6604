"""The cut-off stability figure: which cut-offs resamples chose, what each would do, whose call moves."""

from __future__ import annotations

from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from adcurate.arrays import Floats
from adcurate.model.answers.validation import ValidationAnswer
from adcurate.report.figures.data import FigureData
from adcurate.report.figures.style import (
    BLUE,
    INK,
    MUTED,
    RULE,
    SINGLE_COLUMN_MM,
    VERMILION,
    add_axes_mm,
    house_style,
    lighten,
    new_figure,
    open_spines,
    title_panel,
)
from adcurate.report.numbers import show_percent
from adcurate.report.scale import RULES, MarkerScale
from adcurate.statistics.validation import CutoffStability

_LEFT, _RIGHT = 12.5, 3.0
_PANELS = ((74.5, 27.0), (43.5, 22.0), (11.0, 22.0))  # bottom, height
_HEIGHT = 110.0


@house_style
def render_cutoff_stability(answer: ValidationAnswer, marker: str, scale: MarkerScale) -> Figure:
    """Draw, over the marker's values: share of the resamples that chose each, its accuracy, unstable calls.

    In A filled heads are the fewest cut-offs that hold the level's share of the choices, the ring is the
    reported one, whose dashed line runs through all panels.
    """
    found = answer.markers[marker].stability
    x = found.values * scale.factor
    figure = new_figure(SINGLE_COLUMN_MM, _HEIGHT)
    width = SINGLE_COLUMN_MM - _LEFT - _RIGHT
    axes = [add_axes_mm(figure, _LEFT, bottom, width, height) for bottom, height in _PANELS]
    pad = 0.04 * ((x[-1] - x[0]) or abs(x[0]) or 1.0)
    for each in axes:
        each.set_xlim(x[0] - pad, x[-1] + pad)
        each.axvline(
            found.cutoff * scale.factor, color=RULE, linewidth=0.7, linestyle=(0, (4, 2.5)), zorder=0
        )
        each.tick_params(labelbottom=each is axes[-1], labelcolor=MUTED)
    _draw_choices(axes[0], found, x, scale)
    _draw_accuracy(axes[1], found, x)
    _draw_calls(axes[2], found, x, answer)
    axes[-1].set_xlabel(scale.axis(marker))
    for each in axes:
        open_spines(each)
    title_panel(axes[0], "A", "Cut-offs chosen by the resamples")
    title_panel(axes[1], "B", "What each cut-off does in the sample")
    title_panel(axes[2], "C", "Resamples that call a case otherwise")
    return figure


def _draw_choices(axes: Axes, found: CutoffStability, x: Floats, scale: MarkerScale) -> None:
    share = found.share * 100.0
    chosen = found.share > 0
    inside, outside = chosen & found.in_covering_set, chosen & ~found.in_covering_set
    axes.vlines(x[chosen], 0, share[chosen], color=BLUE, linewidth=1.0)
    size = 13.0 if int(chosen.sum()) <= 12 else 6.0
    axes.scatter(
        x[outside],
        share[outside],
        s=size,
        facecolor="white",
        edgecolor=BLUE,
        linewidth=0.8,
        zorder=3,
        clip_on=False,
    )
    axes.scatter(x[inside], share[inside], s=size, color=BLUE, zorder=3, clip_on=False)
    own = found.values == found.cutoff
    axes.scatter(x[own], share[own], s=46, facecolor="none", edgecolor=VERMILION, linewidth=1.2, zorder=4)
    top = max(float(share.max()) * 1.32, 1.0)
    axes.set_ylim(0, top)
    axes.set_ylabel("Chosen (%)")
    axes.locator_params(axis="y", nbins=4)
    middle = (float(x[0]) + float(x[-1])) / 2.0
    right = float(x[own][0]) < middle
    axes.annotate(
        f"{RULES[found.rule]} {scale.rule(found.cutoff)} reported\n{show_percent(found.cutoff_share)} %",
        (float(x[own][0]), float(share[own][0])),
        xytext=(6 if right else -6, 4),
        textcoords="offset points",
        ha="left" if right else "right",
        va="bottom" if share[own][0] < 0.55 * top else "center",
        fontsize=6.5,
        linespacing=1.3,
        bbox={"boxstyle": "square,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
    )


def _draw_accuracy(axes: Axes, found: CutoffStability, x: Floats) -> None:
    # A cut-off stays in force until the next value that somebody has.
    where: Literal["post", "pre"] = "post" if found.rule == "<=" else "pre"
    for values, colour, dash, name in (
        (found.sensitivity, BLUE, "solid", "sensitivity"),
        (found.specificity, VERMILION, (0, (3.2, 1.4)), "specificity"),
    ):
        axes.step(x, values * 100.0, where=where, color=colour, linewidth=1.1, linestyle=dash, label=name)
    axes.set_ylim(0, 100)
    axes.set_yticks([0, 50, 100])
    axes.set_ylabel("%")
    rising = found.rule == "<="
    ends = ((found.sensitivity, BLUE, "sensitivity"), (found.specificity, VERMILION, "specificity"))
    for values, colour, name in ends:
        at_right = (name == "sensitivity") == rising
        axes.text(
            1.0 if at_right else 0.0,
            0.93 if values[-1 if at_right else 0] < 0.5 else 0.80,
            name,
            transform=axes.transAxes,
            ha="right" if at_right else "left",
            va="center",
            fontsize=6.5,
            color=colour,
            bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
        )


def _draw_calls(axes: Axes, found: CutoffStability, x: Floats, answer: ValidationAnswer) -> None:
    unstable = found.instability * 100.0
    many = int((found.positives + found.negatives).sum()) > 150
    for counts, colour, shape, label, lift in (
        (found.negatives, BLUE, "o", answer.negative_label, 0.0),
        (found.positives, VERMILION, "^", answer.positive_label, 0.0),
    ):
        held = counts > 0
        axes.scatter(
            x[held],
            unstable[held] + lift,
            s=5.0 if many else 13.0,
            marker=shape,
            facecolor=lighten(colour, 0.35) if shape == "o" else colour,
            edgecolor="white",
            linewidth=0.2 if many else 0.35,
            label=label,
            clip_on=False,
            zorder=3 if shape == "o" else 4,
        )
    top = max(float(unstable.max()) * 1.25, 5.0)
    axes.set_ylim(0, top)
    axes.set_ylabel("Differ (%)")
    axes.locator_params(axis="y", nbins=3)
    axes.legend(
        loc="upper right" if float(x[np.argmax(unstable)]) < (x[0] + x[-1]) / 2.0 else "upper left",
        frameon=False,
        fontsize=6.3,
        handletextpad=0.1,
        borderpad=0,
        labelcolor=INK,
    )


def tabulate_cutoff_stability(answer: ValidationAnswer, marker: str, scale: MarkerScale) -> FigureData:
    """One row for each value, in the marker's own unit, not rounded."""
    del scale
    found = answer.markers[marker].stability
    columns = (
        "value",
        "n_positive",
        "n_negative",
        "share_chosen",
        "in_covering_set",
        "reported",
        "sensitivity",
        "specificity",
        "share_called_otherwise",
    )
    rows = tuple(
        (
            float(value),
            int(found.positives[i]),
            int(found.negatives[i]),
            float(found.share[i]),
            bool(found.in_covering_set[i]),
            bool(value == found.cutoff),
            float(found.sensitivity[i]),
            float(found.specificity[i]),
            float(found.instability[i]),
        )
        for i, value in enumerate(found.values)
    )
    return FigureData(columns, rows)


def describe_cutoff_stability(answer: ValidationAnswer, marker: str, scale: MarkerScale) -> str:
    """Alternative text with the numbers that the figure is for."""
    found = answer.markers[marker].stability
    low, high = found.covering_set[0], found.covering_set[-1]
    return (
        f"Cut-offs of {marker} chosen by {found.n_resamples - found.n_undefined:,} resamples: the reported "
        f"{RULES[found.rule]} {scale.rule(found.cutoff)}{scale.suffix} in "
        f"{show_percent(found.cutoff_share)} %, {found.n_distinct_chosen} values in all, "
        f"{len(found.covering_set)} of them from {scale.show(low)} to {scale.show(high)} holding "
        f"{show_percent(found.covering_share)} %. The least stable case is called otherwise in "
        f"{show_percent(float(found.instability.max()))} % of the resamples."
    )
