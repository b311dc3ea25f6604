"""What clustering does: each estimate with lesions as if independent, within subjects, and one a subject."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import fill
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from adcurate.model.answers.clusters import (
    ANALYSES,
    ClusterEstimate,
    ClusterQuantity,
    ClustersAnswer,
    MarkerClusters,
)
from adcurate.report.answers.clusters import (
    ANALYSIS_NAMES,
    quantity_name,
    show_estimate,
    show_limits,
)
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
    new_figure,
)
from adcurate.report.numbers import show_interval, show_number
from adcurate.report.scale import MarkerScale

_ROW, _AXIS, _TOP, _BOTTOM = 4.2, 10.5, 11.0, 3.0
_LABELS, _NUMBERS = 72.0, 46.0
_LONGEST_LINE = 18
_PANELS: Final[tuple[tuple[tuple[ClusterQuantity, ...], str], ...]] = (
    (("auc", "sensitivity", "specificity"), "Share"),
    (("rho",), "Correlation"),
    (("cutoff",), "Cut-off"),
    (("difference",), "Difference"),
)
_SIGNS: Final = {"independent": ("o", MUTED), "clustered": ("D", BLUE), "one-lesion": ("s", VERMILION)}


@house_style
def render_cluster_effect(answer: ClustersAnswer, marker: str, scale: MarkerScale) -> Figure:
    """Draw one marker's quantities, three lines each; quantities of one unit share an axis."""
    own = _of(answer, marker)
    panels = [
        (present, label)
        for quantities, label in _PANELS
        if (present := [name for name in quantities if own.estimate(name, "clustered") is not None])
    ]
    heights = [_ROW * 3 * len(present) for present, _ in panels]
    height = _TOP + _BOTTOM + sum(heights) + _AXIS * len(panels)
    figure = new_figure(DOUBLE_COLUMN_MM, height)
    width = DOUBLE_COLUMN_MM - _LABELS - _NUMBERS
    top = height - _TOP
    for (present, label), tall in zip(panels, heights, strict=True):
        axes = add_axes_mm(figure, _LABELS, top - tall, width, tall)
        _draw(axes, present, own, answer, scale, label)
        if top == height - _TOP:
            _heads(axes, marker, answer)
        top -= tall + _AXIS
    return figure


def tabulate_cluster_effect(answer: ClustersAnswer, marker: str, scale: MarkerScale) -> FigureData:
    """Every estimate of the marker, unrounded, in the unit of the values."""
    rows: list[tuple[str | float | int | bool | None, ...]] = []
    for one in _of(answer, marker).estimates:
        shown = one.shown_interval
        rows.append(
            (
                one.quantity,
                one.analysis,
                one.value,
                shown.low if shown else None,
                shown.high if shown else None,
                shown.method if shown else "",
                one.n_lesions,
                one.n_subjects,
                one.reason,
            )
        )
    return FigureData(
        ("quantity", "analysis", "value", "low", "high", "method", "n_lesions", "n_subjects", "reason"),
        tuple(rows),
    )


def describe_cluster_effect(answer: ClustersAnswer, marker: str, scale: MarkerScale) -> str:
    """Alternative text with the area and its interval under each analysis."""
    parts = []
    for analysis in ANALYSES:
        one = _of(answer, marker).estimate("auc", analysis)
        if one is not None and not math.isnan(one.value):
            limits = show_interval(one.shown_interval, 3)
            parts.append(f"{ANALYSIS_NAMES[analysis]} {show_number(one.value, 3)} ({limits})")
    areas = "; ".join(parts) or "not estimated"
    return f"Forest of {marker}'s estimates under three analyses. Area under the ROC curve: {areas}."


def _of(answer: ClustersAnswer, marker: str) -> MarkerClusters:
    return next(one for one in answer.markers if one.marker == marker)


def _draw(
    axes: Axes,
    quantities: Sequence[ClusterQuantity],
    own: MarkerClusters,
    answer: ClustersAnswer,
    scale: MarkerScale,
    label: str,
) -> None:
    in_unit = label in ("Cut-off", "Difference")
    factor = scale.factor if in_unit else 1.0
    reach: list[float] = []
    for block, quantity in enumerate(quantities):
        if block % 2 == 0:
            axes.axhspan(3 * block - 0.5, 3 * block + 2.5, color=FAINT, alpha=0.6, linewidth=0, zorder=0)
        name = fill(quantity_name(quantity, answer), _LONGEST_LINE)
        _beside(axes, 3 * block + 1, name, 0, "left", -_LABELS + 2, fontsize=7, linespacing=1.3)
        for i, analysis in enumerate(ANALYSES):
            one = own.estimate(quantity, analysis)
            if one is not None:
                reach += _line(axes, 3 * block + i, one, factor, scale)
    axes.set_ylim(3 * len(quantities) - 0.5, -0.5)
    _limits(axes, reach, label)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(scale.axis(label) if in_unit else label)
    axes.tick_params(labelcolor=MUTED)


def _line(axes: Axes, y: float, one: ClusterEstimate, factor: float, scale: MarkerScale) -> list[float]:
    shape, colour = _SIGNS[one.analysis]
    bold = one.analysis == "clustered"
    ink = INK if bold else MUTED
    n = f"{one.n_lesions} / {one.n_subjects}"
    _beside(axes, y, ANALYSIS_NAMES[one.analysis], 0, "right", -17, fontsize=6, color=ink)
    _beside(axes, y, n, 0, "right", -2.5, fontsize=6, color=ink)
    if math.isnan(one.value):
        _beside(axes, y, "not estimated", 1, "left", 3, fontsize=6, color=MUTED)
        return []
    interval = one.shown_interval
    limits = [] if interval is None else [interval.low * factor, interval.high * factor]
    limits = [limit for limit in limits if not math.isnan(limit)]
    if len(limits) == 2:
        axes.plot(limits, [y, y], color=colour, linewidth=1.5 if bold else 0.9, clip_on=False, zorder=2)
    axes.plot(
        one.value * factor,
        y,
        shape,
        color=colour if bold else "white",
        markeredgecolor=colour,
        markeredgewidth=0.9,
        markersize=3.8,
        clip_on=False,
        zorder=3,
    )
    weight = "bold" if bold else "normal"
    _beside(axes, y, show_estimate(one, scale), 1, "left", 3, fontsize=6, color=ink, fontweight=weight)
    _beside(axes, y, show_limits(one, interval, scale), 1, "left", 14, fontsize=6, color=ink)
    return [one.value * factor, *limits]


def _limits(axes: Axes, reach: Sequence[float], label: str) -> None:
    if label == "Share":
        least = math.floor(min([*reach, 0.5]) * 10) / 10
        axes.set_xlim(max(0.0, least), 1.0)
        axes.axvline(0.5, color=RULE, linewidth=0.6, linestyle=(0, (1, 2)), zorder=1)
        return
    low, high = (min(reach), max(reach)) if reach else (0.0, 1.0)
    if label in ("Correlation", "Difference"):
        low, high = min(low, 0.0), max(high, 0.0)
        axes.axvline(0.0, color=RULE, linewidth=0.6, linestyle=(0, (1, 2)), zorder=1)
    margin = 0.06 * (high - low) or max(abs(high), 1.0) * 0.1
    axes.set_xlim(low - margin, high + margin)
    axes.locator_params(axis="x", nbins=6)


def _heads(axes: Axes, marker: str, answer: ClustersAnswer) -> None:
    head: dict[str, Any] = {"fontsize": 6, "color": MUTED}
    _beside(axes, -1.2, marker, 0, "left", -_LABELS + 2, fontsize=7.5, fontweight="bold")
    _beside(axes, -1.2, "lesions / subjects", 0, "right", -2.5, **head)
    _beside(axes, -1.2, "estimate", 1, "left", 3, **head)
    _beside(axes, -1.2, f"{answer.level * 100:g} % CI", 1, "left", 14, **head)


def _beside(axes: Axes, y: float, text: str, side: int, align: str, offset_mm: float, **style: Any) -> None:
    axes.annotate(
        text,
        (side, y),
        xycoords=("axes fraction", "data"),
        xytext=(offset_mm * 72.0 / 25.4, 0),
        textcoords="offset points",
        ha=align,
        va="center",
        annotation_clip=False,
        **style,
    )
