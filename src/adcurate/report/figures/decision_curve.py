"""The decision curve: net benefit of the rule and the risk against treating all and none."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from adcurate.arrays import Floats
from adcurate.model.answers.decision_curve import RISK, RULE, DecisionCurveAnswer
from adcurate.report.answers.decision_curve import better_ranges, show_ranges
from adcurate.report.figures.data import FigureData
from adcurate.report.figures.style import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    SINGLE_COLUMN_MM,
    VERMILION,
    add_axes_mm,
    house_style,
    lighten,
    new_figure,
    open_spines,
    title_panel,
)
from adcurate.report.figures.style import RULE as GREY
from adcurate.report.numbers import show_percent
from adcurate.report.scale import RULES, MarkerScale

_HEIGHT, _LEFT, _BOTTOM, _TOP, _RIGHT = 82.0, 15.5, 19.0, 8.0, 3.0


@house_style
def render_decision_curve(answer: DecisionCurveAnswer, marker: str, scale: MarkerScale) -> Figure:
    """Draw net benefit over the threshold probability; the band is the rule's, pointwise."""
    one = answer.markers[marker]
    curve = one.curve
    x = curve.thresholds * 100.0
    figure = new_figure(SINGLE_COLUMN_MM, _HEIGHT)
    axes = add_axes_mm(figure, _LEFT, _BOTTOM, SINGLE_COLUMN_MM - _LEFT - _RIGHT, _HEIGHT - _BOTTOM - _TOP)
    rule = curve.strategies[RULE]
    if rule.low is not None and rule.high is not None:
        axes.fill_between(x, rule.low, rule.high, color=lighten(BLUE, 0.85), linewidth=0)
    axes.axhline(0.0, color=GREY, linewidth=0.8, zorder=1)
    axes.plot(x, curve.treat_all, color=MUTED, linewidth=0.9, linestyle=(0, (1, 1.4)), label="treat all")
    if RISK in curve.strategies:
        axes.plot(
            x,
            curve.strategies[RISK].value,
            color=GREEN,
            linewidth=1.0,
            linestyle=(0, (5, 1.3, 1, 1.3)),
            label="risk, apparent",
        )
    if one.corrected is not None:
        axes.plot(
            x,
            one.corrected,
            color=VERMILION,
            linewidth=1.1,
            linestyle=(0, (3.2, 1.4)),
            label="rule, corrected for optimism",
        )
    apparent = "rule" if one.cutoff_is_stated else "rule, apparent"
    axes.plot(x, rule.value, color=BLUE, label=apparent, zorder=3)
    _frame(axes, x, curve.prevalence, [line.value for line in curve.strategies.values()])
    title_panel(
        axes,
        "",
        f"{marker} {RULES[one.rule]} {scale.rule(one.cutoff)}{scale.suffix}, "
        f"prevalence {show_percent(curve.prevalence)} %",
    )
    return figure


def _frame(axes: Axes, x: Floats, prevalence: float, drawn: list[Floats]) -> None:
    lowest = min(float(values.min()) for values in drawn)
    axes.set_ylim(max(-0.5 * prevalence, min(lowest, -0.12 * prevalence)), 1.22 * prevalence)
    axes.set_xlim(0 if x[0] < 12 else float(x[0]), float(x[-1]))
    axes.annotate(
        "treat none",
        (0.0, 0.0),
        xycoords=("axes fraction", "data"),
        xytext=(2, 2),
        textcoords="offset points",
        ha="left",
        va="bottom",
        fontsize=6.3,
        color=MUTED,
    )
    axes.locator_params(axis="y", nbins=7)
    axes.set_xlabel("Threshold probability (%)")
    axes.set_ylabel("Net benefit")
    axes.tick_params(labelcolor=MUTED)
    open_spines(axes)
    order = axes.get_legend_handles_labels()
    handles = sorted(
        zip(*order, strict=True), key=lambda pair: ("rule" not in pair[1], "corrected" in pair[1])
    )
    axes.legend(
        [handle for handle, _ in handles],
        [label for _, label in handles],
        loc="upper left",
        bbox_to_anchor=(-0.03, -0.17),
        ncols=2,
        frameon=False,
        fontsize=6.3,
        handlelength=2.6,
        columnspacing=1.2,
        borderpad=0,
        labelcolor=INK,
    )


def tabulate_decision_curve(answer: DecisionCurveAnswer, marker: str, scale: MarkerScale) -> FigureData:
    """One row for each strategy and threshold, not rounded."""
    del scale
    one = answer.markers[marker]
    curve = one.curve
    rows: list[tuple[str | float | int | bool | None, ...]] = []
    for i, threshold in enumerate(curve.thresholds.tolist()):
        for name, found in curve.strategies.items():
            limits = (
                (None, None)
                if found.low is None or found.high is None
                else (float(found.low[i]), float(found.high[i]))
            )
            rows.append((threshold, name, float(found.value[i]), *limits))
        if one.corrected is not None:
            rows.append((threshold, "rule, corrected", float(one.corrected[i]), None, None))
        rows.append((threshold, "treat all", float(curve.treat_all[i]), None, None))
        rows.append((threshold, "treat none", 0.0, None, None))
    return FigureData(("threshold", "strategy", "net_benefit", "low", "high"), tuple(rows))


def describe_decision_curve(answer: DecisionCurveAnswer, marker: str, scale: MarkerScale) -> str:
    """Alternative text with the numbers that the figure is for."""
    one = answer.markers[marker]
    ranges = better_ranges(one)
    text = (
        f"Decision curve of {marker} {RULES[one.rule]} {scale.rule(one.cutoff)}{scale.suffix} at a "
        f"prevalence of {show_percent(one.curve.prevalence)} %: "
    )
    text += (
        f"more net benefit than treating all or none at threshold probabilities of {show_ranges(ranges)}"
        if ranges
        else "nowhere more net benefit than treating all or none"
    )
    if one.corrected is not None:
        corrected = better_ranges(one, one.corrected)
        text += (
            f"; corrected for optimism at {show_ranges(corrected)}" if corrected else "; corrected, nowhere"
        )
    return text + "."
