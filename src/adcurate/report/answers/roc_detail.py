"""Curves in detail, as sentences and tables."""

from __future__ import annotations

import math
from typing import Final

from adcurate.model.answers.roc_detail import RocDetail, RocDetailAnswer
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.numbers import show_interval, show_number, show_percent, show_percent_interval
from adcurate.report.scale import MarkerScale
from adcurate.statistics.cutoff import RuleCutoff
from adcurate.statistics.roc import PartialAreaEstimate

RULE_SIGNS: Final = {"<=": "≤", ">=": "≥"}
_POINTS: Final = {
    "exact-joint": "exact for both classes together, without a model (Hilgers)",
    "percentile-bootstrap": "bootstrap percentiles",
    "bt2-bootstrap": "bootstrap of Zhou and Qin (BTII)",
    "clopper-pearson": "Clopper-Pearson, the cut-off taken as known",
}
_BANDS: Final = {
    "kolmogorov-smirnov": "Kolmogorov-Smirnov rectangles (Campbell)",
    "fixed-width-bootstrap": "bootstrapped rectangles of fixed size (Macskassy and Provost)",
}


def view_roc_detail(answer: RocDetailAnswer, scale: MarkerScale) -> AnswerView:
    """Say what each curve is worth where it would be used; cut-offs are in the marker's own unit."""
    sentences: list[str] = []
    tables: list[TableView] = []
    for detail in answer.markers.values():
        sentences += [
            _area_sentence(answer, detail),
            _cutoff_sentence(answer, detail, scale.of(detail.marker)),
        ]
        tables += [_points_table(answer, detail), _cutoffs_table(answer, detail, scale.of(detail.marker))]
    return AnswerView(
        title="What can the marker do where it would be used, and which cut-off gets there?",
        sentences=tuple(sentence for sentence in sentences if sentence),
        tables=tuple(tables),
        notes=(
            "Every cut-off was chosen and judged in the same cases: in new cases it will do less well.",
            *dict.fromkeys(finding.sentence for finding in answer.findings),
        ),
    )


def rule_name(name: str, cutoff: RuleCutoff) -> str:
    """A rule as a reader knows it: "sensitivity ≥ 90 %"."""
    if name == "fixed-sensitivity":
        return f"Sensitivity ≥ {show_percent(cutoff.target, 0)} %"
    if name == "fixed-specificity":
        return f"Specificity ≥ {show_percent(cutoff.target, 0)} %"
    return {
        "youden": "Youden index",
        "closest-corner": "Closest to (0, 1)",
        "youden-priced": "Youden index, priced",
    }[name]


def rule_words(cutoff: RuleCutoff, scale: MarkerScale) -> str:
    """``≤ 0.957``, without the unit; where the cut-off is infinite, who is called positive."""
    if math.isinf(cutoff.cutoff):
        return "nobody positive"
    return f"{RULE_SIGNS[cutoff.rule]} {scale.rule(cutoff.cutoff)}"


def range_words(part: PartialAreaEstimate) -> str:
    """``specificity 80 to 100 %``."""
    return f"{part.focus} {show_percent(part.low, 0)} to {show_percent(part.high, 0)} %"


def _area_sentence(answer: RocDetailAnswer, detail: RocDetail) -> str:
    part, percent = detail.partial, show_percent(answer.level, 0)
    band = detail.simultaneous
    missing = f" {detail.n_missing} incomplete cases were left out." if detail.n_missing else ""
    return (
        f"{detail.marker} ({part.n_positive} {answer.positive_label}, {part.n_negative} "
        f"{answer.negative_label}): the area under the ROC curve was {show_number(detail.auc.value, 3)} "
        f"({percent} % CI {show_interval(detail.auc.interval, 3)}). Over {range_words(part)} the partial "
        f"area was {show_number(part.value, 4)} of at most {show_number(part.largest, 4)} ({percent} % CI "
        f"{show_interval(part.interval, 4)}); corrected by McClish, so that chance is 0.5 and perfection 1, "
        f"{show_number(part.corrected, 3)} ({percent} % CI {show_interval(part.corrected_interval, 3)}; "
        f"bootstrap percentiles, {part.n_resamples} resamples within classes). The simultaneous {percent} % "
        f"band of the curve is by {_BANDS[band.method]}.{missing}"
    )


def _cutoff_sentence(answer: RocDetailAnswer, detail: RocDetail, scale: MarkerScale) -> str:
    percent = show_percent(answer.level, 0)
    parts = []
    for name, cutoff in detail.cutoffs.items():
        called = rule_words(cutoff, scale)
        who = f"{detail.marker} {called}{scale.suffix}" if math.isfinite(cutoff.cutoff) else called
        parts.append(
            f"{rule_name(name, cutoff)}: {who} "
            f"({percent} % CI {scale.interval(cutoff.cutoff_interval)}), sensitivity "
            f"{show_percent(cutoff.sensitivity)} %, specificity {show_percent(cutoff.specificity)} %"
        )
    if not parts:
        return ""
    first = next(iter(detail.cutoffs.values()))
    drawn = "cases" if first.resampling == "cases" else "cases within classes"
    return (
        f"Cut-offs of {detail.marker} with bootstrap percentiles of {first.n_resamples} resamples of "
        f"{drawn}, the cut-off chosen anew in each: {'; '.join(parts)}."
    )


def _points_table(answer: RocDetailAnswer, detail: RocDetail) -> TableView:
    rows = []
    method = ""
    for points in (detail.at_specificity, detail.at_sensitivity):
        for point in points.points:
            other = "sensitivity" if point.fixed == "specificity" else "specificity"
            rows.append(
                (
                    f"{point.fixed} {show_percent(point.at)} %",
                    other,
                    f"{show_percent(point.value)} %",
                    show_percent_interval(point.interval),
                    str(point.n),
                )
            )
            method = method or (_POINTS[point.interval.method] if point.interval else "")
    return TableView(
        f"{detail.marker}: where one side is fixed",
        ("Fixed", "Read", "Value", f"{show_percent(answer.level, 0)} % CI (%)", "n"),
        tuple(rows),
        f"Read along the empirical curve, linear between its points. Interval: {method}." if method else "",
    )


def _cutoffs_table(answer: RocDetailAnswer, detail: RocDetail, scale: MarkerScale) -> TableView:
    percent = show_percent(answer.level, 0)
    rows = tuple(
        (
            rule_name(name, cutoff),
            rule_words(cutoff, scale),
            scale.interval(cutoff.cutoff_interval),
            scale.show(cutoff.midpoint),
            f"{show_percent(cutoff.sensitivity)} ({show_percent_interval(cutoff.sensitivity_interval)})",
            f"{show_percent(cutoff.specificity)} ({show_percent_interval(cutoff.specificity_interval)})",
            str(max(0, len(cutoff.tied_cutoffs) - 1)),
        )
        for name, cutoff in detail.cutoffs.items()
    )
    return TableView(
        f"{detail.marker}: cut-offs by rule" + (f" ({scale.unit})" if scale.unit else ""),
        (
            "Rule",
            "Cut-off",
            f"{percent} % CI",
            "As pROC writes it",
            f"Sensitivity % ({percent} % CI)",
            f"Specificity % ({percent} % CI)",
            "Ties",
        ),
        rows,
        "Cut-offs are observed values; pROC names the midpoint to the next value. Ties: other values that do "
        "equally well by the rule.",
    )
