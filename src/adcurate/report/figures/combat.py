"""A marker before and after harmonization, by scanner setting."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from adcurate.errors import ReportError
from adcurate.model.answers.scanners import Harmonized, MarkerScanners, ScannersAnswer
from adcurate.report.figures.data import FigureData
from adcurate.report.figures.scanner_rows import (
    BOTTOM,
    LABELS,
    TOP,
    Row,
    add_row_axes,
    dots_of,
    draw_dots,
    draw_labels,
    draw_stripes,
    row_height,
)
from adcurate.report.figures.style import (
    DOUBLE_COLUMN_MM,
    MUTED,
    house_style,
    new_figure,
    open_spines,
    title_panel,
)
from adcurate.report.numbers import show_number
from adcurate.report.scale import MarkerScale

_WIDTH, _GAP = 60.0, 6.0


@house_style
def render_combat(answer: ScannersAnswer, marker: str, scale: MarkerScale) -> Figure:
    """Draw the values as measured beside the values after ComBat that did not know the classes.

    Upper dots are positive cases, lower ones negative; ticks are class means; the dashed line is the mean of
    all cases, to which settings are brought.

    Raises
    ------
    ReportError
        ``report.figure`` if the marker was not harmonized.
    """
    entry = answer.markers[marker]
    found = _harmonized(entry)
    rows = _rows(entry, answer)
    before, after = entry.values * scale.factor, found.blind_values * scale.factor
    figure = new_figure(DOUBLE_COLUMN_MM, BOTTOM + TOP + row_height(rows) * len(rows))
    draw_stripes(figure, rows)
    low, high = float(min(before.min(), after.min())), float(max(before.max(), after.max()))
    pad = 0.05 * ((high - low) or abs(high) or 1.0)
    panels = (
        ("A", "as measured", before, entry.auc.value),
        ("B", "after ComBat", after, found.blind_auc.value),
    )
    for k, (letter, title, values, area) in enumerate(panels):
        dots = dots_of(values, entry.positive, entry.grade, answer.grades)
        if k == 0:
            draw_labels(figure, rows, dots)
        axes = add_row_axes(figure, rows, LABELS + k * (_WIDTH + _GAP), _WIDTH)
        axes.set_xlim(low - pad, high + pad)
        axes.axvline(float(values.mean()), color=MUTED, linewidth=0.6, linestyle=(0, (3, 2)))
        draw_dots(axes, rows, dots, _WIDTH)
        axes.locator_params(axis="x", nbins=5)
        axes.set_xlabel(scale.axis(marker))
        open_spines(axes)
        title_panel(axes, letter, f"{marker} {title}: AUC {show_number(area, 3)}")
    return figure


def tabulate_combat(answer: ScannersAnswer, marker: str, scale: MarkerScale) -> FigureData:
    """Every value before and after, in the marker's own unit, not rounded."""
    entry = answer.markers[marker]
    found = _harmonized(entry)
    return FigureData(
        ("setting", "grade", "positive", "measured", "harmonized"),
        tuple(
            (setting, grade, positive, float(before), float(after))
            for setting, grade, positive, before, after in zip(
                entry.stratum, entry.grade, entry.positive, entry.values, found.blind_values, strict=True
            )
        ),
    )


def describe_combat(answer: ScannersAnswer, marker: str, scale: MarkerScale) -> str:
    """Alternative text with the difference before and after."""
    entry = answer.markers[marker]
    found = _harmonized(entry)
    return (
        f"{marker} of {entry.effect.n} cases by {len(entry.strata)} scanner settings before and after ComBat "
        f"({found.blind.adjusts}): {answer.positive_label} minus {answer.negative_label} is "
        f"{scale.show(entry.effect.unadjusted.value)}{scale.suffix} before and "
        f"{scale.show(found.blind_difference.value)} after, the AUC {show_number(entry.auc.value, 3)} and "
        f"{show_number(found.blind_auc.value, 3)}."
    )


def _harmonized(entry: MarkerScanners) -> Harmonized:
    if entry.harmonized is None:
        raise ReportError(
            "report.figure",
            "The marker was not harmonized, so there is nothing to draw.",
            remedy="Ask for combat in the scanner question; its answer says why where it was refused.",
        )
    return entry.harmonized


def _rows(entry: MarkerScanners, answer: ScannersAnswer) -> list[Row]:
    names = np.asarray(entry.stratum)
    rows = [
        Row(
            row.name,
            f"n = {row.n}, {row.n_positive} {answer.positive_label}",
            np.asarray(names == row.name),
            is_summary=False,
        )
        for row in entry.strata
    ]
    below = f"n = {names.size}, {entry.effect.n_positive} {answer.positive_label}"
    return [*rows, Row("All cases", below, np.ones(names.size, dtype=bool), is_summary=True)]
