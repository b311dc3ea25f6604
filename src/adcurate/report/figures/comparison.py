"""The map of record beside the other map: identity plot and differences against means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from adcurate.arrays import Floats
from adcurate.model.analysis import MapComparison
from adcurate.report.figures.style import (
    BLUE,
    DOUBLE_COLUMN_MM,
    INK,
    RULE,
    add_axes_mm,
    house_style,
    new_figure,
    open_spines,
    title_panel,
)
from adcurate.report.numbers import show_number
from adcurate.report.scale import scale_of_maps

_LEFT, _RIGHT, _BOTTOM, _TOP, _PLOT = 15.0, 3.0, 12.0, 8.0, 52.0
_LIMITS = 1.96


@house_style
def render_comparison(
    comparisons: Sequence[MapComparison], *, links: Mapping[str, str] | None = None
) -> Figure:
    """Draw a row for each marker: the other map against the map of record, and their differences.

    Limits of agreement are the mean difference ± 1.96 SD. `links` maps a subject to the address its dot
    leads to (SVG only).
    """
    pitch = _PLOT + _BOTTOM + _TOP
    figure = new_figure(DOUBLE_COLUMN_MM, pitch * len(comparisons))
    identity_left = _LEFT
    difference_left = _LEFT + _PLOT + _LEFT + 9.0
    for row, comparison in enumerate(comparisons):
        bottom = (len(comparisons) - 1 - row) * pitch + _BOTTOM
        identity = add_axes_mm(figure, identity_left, bottom, _PLOT, _PLOT)
        _draw_identity(identity, comparison, links or {})
        title_panel(identity, "ABCDEFGH"[2 * row], comparison.marker)
        right = DOUBLE_COLUMN_MM - difference_left - _RIGHT - 16.0
        difference = add_axes_mm(figure, difference_left, bottom, right, _PLOT)
        _draw_difference(difference, comparison, links or {})
        title_panel(difference, "ABCDEFGH"[2 * row + 1], f"{comparison.marker}: difference")
    return figure


def _draw_identity(axes: Axes, comparison: MapComparison, links: Mapping[str, str]) -> None:
    scale = scale_of_maps(comparison)
    x, y = comparison.values_of_record * scale.factor, comparison.values_other * scale.factor
    both = np.concatenate([x, y])
    both = both[np.isfinite(both)]
    low, high = (min(0.0, float(both.min())), float(both.max()) * 1.06) if both.size else (0.0, 1.0)
    axes.plot([low, high], [low, high], color=RULE, linewidth=0.7, label="identity")
    _dots(axes, x, y, comparison.subjects, links)
    axes.set_xlim(low, high)
    axes.set_ylim(low, high)
    axes.locator_params(nbins=5)
    axes.set_xlabel(scale.axis(f"{comparison.of_record.capitalize()} map, of record"))
    axes.set_ylabel(scale.axis(f"{comparison.other.capitalize()} map"))
    axes.text(
        0.98,
        0.04,
        f"ρ = {show_number(comparison.rho, 3)}\nn = {len(comparison.subjects)}",
        transform=axes.transAxes,
        ha="right",
        va="bottom",
        linespacing=1.4,
        fontsize=6.5,
    )
    open_spines(axes)


def _draw_difference(axes: Axes, comparison: MapComparison, links: Mapping[str, str]) -> None:
    scale = scale_of_maps(comparison)
    mean = (comparison.values_of_record + comparison.values_other) / 2 * scale.factor
    difference = (comparison.values_other - comparison.values_of_record) * scale.factor
    _dots(axes, mean, difference, comparison.subjects, links)
    centre, half = comparison.mean_difference, _LIMITS * comparison.sd_difference
    axes.axhline(0, color=RULE, linewidth=0.5)
    for value, dash, name in (
        (centre, "-", "mean"),
        (centre + half, (0, (4, 2.5)), "+1.96 SD"),
        (centre - half, (0, (4, 2.5)), "−1.96 SD"),
    ):
        if not np.isfinite(value):
            continue
        axes.axhline(value * scale.factor, color=INK, linewidth=0.8, linestyle=dash)
        axes.annotate(
            f"{name}\n{scale.show(value)}",
            (1, value * scale.factor),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=6,
            linespacing=1.2,
            annotation_clip=False,
        )
    spread = [abs(v) for v in difference if np.isfinite(v)]
    limits = (abs(centre) + half) * scale.factor if np.isfinite(half) else 0.0
    reach = max([*spread, limits, 1e-3]) * 1.15
    axes.set_ylim(-reach, reach)
    axes.locator_params(nbins=6)
    axes.set_xlabel(scale.axis("Mean of both maps"))
    axes.set_ylabel(scale.axis(f"{comparison.other.capitalize()} − {comparison.of_record}"))
    open_spines(axes)


def _dots(axes: Axes, x: Floats, y: Floats, subjects: Sequence[str], links: Mapping[str, str]) -> None:
    dots = axes.scatter(x, y, s=12, facecolor=BLUE, edgecolor="white", linewidth=0.3, zorder=3, clip_on=False)
    dots.set_urls([links.get(subject) for subject in subjects])
