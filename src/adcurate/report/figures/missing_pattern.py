"""Which rows lack which columns: one line for each pattern, the complete rows first."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from adcurate.report.figures.data import FigureData
from adcurate.report.figures.style import (
    BLUE,
    DOUBLE_COLUMN_MM,
    INK,
    MUTED,
    RULE,
    SINGLE_COLUMN_MM,
    VERMILION,
    add_axes_mm,
    house_style,
    lighten,
    new_figure,
)
from adcurate.report.numbers import show_percent
from adcurate.report.scale import MarkerScale
from adcurate.statistics.models.missing import MissingPattern, Pattern

_MOST_PATTERNS = 20
_ROW, _LEFT, _TOP_FREE, _BOTTOM, _BARS = 4.4, 3.0, 2.0, 6.5, 25.0
_WIDEST_CELL = 9.0
_CHARACTER = 1.2  # mm of a slanted letter's height


@house_style
def render_missing_pattern(pattern: MissingPattern, scale: MarkerScale) -> Figure:
    """Draw a matrix: columns across, patterns down, a cross where a pattern lacks a column.

    The bar beside a pattern is how many rows have it; under each column stands how many rows lack it. Beyond
    20 patterns the rarest are joined in one line without cells. `scale` is not needed.
    """
    shown, others = _shown(pattern)
    n_columns, n_rows = len(pattern.columns), len(shown) + bool(others)
    width = SINGLE_COLUMN_MM if n_columns <= 10 else DOUBLE_COLUMN_MM
    cell = min(_WIDEST_CELL, (width - _LEFT - _BARS - 6.0) / n_columns)
    longest = max(len(_label(name)) for name in pattern.columns)
    head = _TOP_FREE + 2.0 + longest * _CHARACTER
    figure = new_figure(width, n_rows * _ROW + head + _BOTTOM)
    axes = add_axes_mm(figure, _LEFT, _BOTTOM, width - _LEFT - 1.0, n_rows * _ROW)
    axes.set_xlim(0.0, width - _LEFT - 1.0)
    axes.set_ylim(n_rows * _ROW, 0.0)
    axes.axis("off")
    most = max([one.n for one in shown] + ([sum(one.n for one in others)] if others else []))
    for row, one in enumerate(shown):
        _cells(axes, one, row, cell)
        _bar(axes, one.n, most, pattern.n, row, n_columns * cell)
    if others:
        place = (len(shown) + 0.5) * _ROW
        text = f"{len(others)} rarer patterns"
        axes.text(n_columns * cell - 0.5, place, text, ha="right", va="center", fontsize=6.5, color=MUTED)
        _bar(axes, sum(one.n for one in others), most, pattern.n, len(shown), n_columns * cell)
    for column, (name, n) in enumerate(zip(pattern.columns, pattern.n_missing, strict=True)):
        middle = (column + 0.5) * cell
        axes.text(
            middle - 1.0,
            -1.2,
            _label(name),
            rotation=50,
            rotation_mode="anchor",
            ha="left",
            va="bottom",
            fontsize=6.5,
            clip_on=False,
        )
        axes.text(
            middle,
            n_rows * _ROW + 1.0,
            str(n),
            ha="center",
            va="top",
            fontsize=6.5,
            color=VERMILION if n else MUTED,
            clip_on=False,
        )
    axes.text(
        n_columns * cell + 2.0,
        n_rows * _ROW + 1.0,
        f"missing, of {pattern.n} rows",
        ha="left",
        va="top",
        fontsize=6.5,
        color=MUTED,
        clip_on=False,
    )
    axes.text(
        n_columns * cell + 2.0, -1.2, "rows", ha="left", va="bottom", fontsize=6.5, color=MUTED, clip_on=False
    )
    return figure


def tabulate_missing_pattern(pattern: MissingPattern, scale: MarkerScale) -> FigureData:
    """One row for each pattern: how many rows have it, and whether each column is missing."""
    return FigureData(("rows", *pattern.columns), tuple((one.n, *one.is_missing) for one in pattern.patterns))


def describe_missing_pattern(pattern: MissingPattern, scale: MarkerScale) -> str:
    """Say how many rows are complete, and what the others lack most often."""
    text = (
        f"Matrix of missing values: {pattern.n_complete} of {pattern.n} rows lack nothing; "
        f"{len(pattern.patterns)} {'pattern' if len(pattern.patterns) == 1 else 'patterns'} in all."
    )
    if pattern.n_cells:
        most, name = max(zip(pattern.n_missing, pattern.columns, strict=True), key=lambda pair: pair[0])
        text += f" Missing most often is {name}, in {most} {'row' if most == 1 else 'rows'}."
    return text


def _shown(pattern: MissingPattern) -> tuple[tuple[Pattern, ...], tuple[Pattern, ...]]:
    if len(pattern.patterns) <= _MOST_PATTERNS:
        return pattern.patterns, ()
    by_size = sorted(pattern.patterns, key=lambda one: (one.n_missing > 0, -one.n))
    kept = set(by_size[: _MOST_PATTERNS - 1])
    shown = tuple(one for one in pattern.patterns if one in kept)
    return shown, tuple(one for one in pattern.patterns if one not in kept)


def _cells(axes: Axes, one: Pattern, row: int, cell: float) -> None:
    for column, gone in enumerate(one.is_missing):
        left, top = column * cell + 0.3, row * _ROW + 0.3
        side, height = cell - 0.6, _ROW - 0.6
        axes.add_patch(
            Rectangle(
                (left, top),
                side,
                height,
                facecolor=lighten(VERMILION, 0.75) if gone else lighten(BLUE, 0.78),
                edgecolor="none",
            )
        )
        if gone:
            reach = min(side, height) * 0.24
            x, y = left + side / 2, top + height / 2
            for sign in (1, -1):
                axes.plot(
                    [x - reach, x + reach],
                    [y - sign * reach, y + sign * reach],
                    color=VERMILION,
                    linewidth=1.0,
                    clip_on=False,
                )


def _bar(axes: Axes, n: int, most: int, total: int, row: int, edge: float) -> None:
    start, place = edge + 2.0, (row + 0.5) * _ROW
    length = 8.0 * n / most
    axes.add_patch(Rectangle((start, place - 1.1), length, 2.2, facecolor=RULE, edgecolor="none"))
    axes.text(
        start + length + 1.0,
        place,
        f"{n} ({show_percent(n / total, 0)} %)",
        ha="left",
        va="center",
        fontsize=6.5,
        color=INK,
    )


def _label(name: str) -> str:
    return name if len(name) <= 18 else f"{name[:17]}…"
