"""One marker's analysis: groups, tests, correlation, ROC curve and cut-off, each with its method."""

from __future__ import annotations

from adcurate.model.analysis import MarkerAnalysis
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.direction import is_shown
from adcurate.report.numbers import (
    show_interval,
    show_number,
    show_p,
    show_p_equation,
    show_percent,
    show_percent_interval,
    show_share,
)
from adcurate.report.scale import RULES, MarkerScale

_QUARTILES = {5: "0.5 + np, as MedCalc", 6: "(n + 1)p, as SPSS", 7: "1 + (n − 1)p, as R"}


def view_marker(analysis: MarkerAnalysis, scale: MarkerScale) -> AnswerView:
    """Show every statistic of a marker."""
    side = "low values are positive" if analysis.direction == "low" else "high values are positive"
    missing = f", {analysis.n_missing} left out" if analysis.n_missing else ""
    return AnswerView(
        title=f"{analysis.marker}: n = {len(analysis.values)}{missing}; {side}",
        sentences=(_sentence(analysis, scale),),
        tables=(
            _groups(analysis, scale),
            TableView("Tests", ("test", "method", "statistic", "p"), tuple(_tests(analysis))),
            TableView(
                "Estimates", ("estimate", "value", "interval", "method"), tuple(_estimates(analysis, scale))
            ),
        ),
    )


def _sentence(analysis: MarkerAnalysis, scale: MarkerScale) -> str:
    auc, youden, at = analysis.auc, analysis.youden, analysis.at_cutoff
    level = show_number(analysis.level * 100, 0)
    test = analysis.mann_whitney[analysis.mann_whitney_of_record]
    separated = "separated" if is_shown(test.p_value, analysis.level) else "was not shown to separate"
    return (
        f"{analysis.marker} {separated} {auc.n_positive} positive from {auc.n_negative} negative cases: "
        f"area under the ROC curve {show_number(auc.value, 3)} ({level} % CI "
        f"{show_interval(analysis.auc_interval, 3)}; Mann-Whitney {show_p_equation(test.p_value)}). The "
        f"cut-off of greatest Youden index in this sample was {RULES[youden.rule]} "
        f"{scale.rule(youden.cutoff)}{scale.suffix}, with a sensitivity of "
        f"{show_share(at.sensitivity)} and a "
        f"specificity of {show_share(at.specificity)}; chosen and judged on the same cases, these two "
        "are optimistic."
    )


def _groups(analysis: MarkerAnalysis, scale: MarkerScale) -> TableView:
    groups = {**analysis.grade_groups, **analysis.outcome_groups}
    kind = next(iter(groups.values())).percentile_type
    return TableView(
        "Groups",
        ("group", "n", "mean", "SD", "median", "IQR", "min", "max"),
        tuple(
            (
                name,
                str(group.n),
                *(
                    scale.show(value)
                    for value in (
                        group.mean,
                        group.sd,
                        group.median,
                        group.iqr,
                        group.minimum,
                        group.maximum,
                    )
                ),
            )
            for name, group in groups.items()
        ),
        note=f"quartiles of type {kind}: {_QUARTILES[kind]} · {len(analysis.values)} rows",
    )


def _tests(analysis: MarkerAnalysis) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [
        ("Mann-Whitney", name, f"U = {show_number(min(test.u_x, test.u_y), 1)}", show_p(test.p_value))
        for name, test in analysis.mann_whitney.items()
    ]
    if analysis.kruskal_wallis is not None:
        kruskal = analysis.kruskal_wallis
        rows.append(
            ("Kruskal-Wallis", kruskal.method, f"H = {show_number(kruskal.h, 3)}", show_p(kruskal.p_value))
        )
        rows += [
            (
                f"  {pair.first} against {pair.second}",
                f"Dunn, {name}",
                f"z = {show_number(pair.z, 3)}",
                show_p(pair.p_value),
            )
            for name, pairs in analysis.pairwise.items()
            if name != "none"
            for pair in pairs
        ]
    if analysis.spearman is not None:
        rho = analysis.spearman
        rows.append(("Spearman", rho.p_method, f"rho = {show_number(rho.rho, 3)}", show_p(rho.p_value)))
    return rows


def _estimates(analysis: MarkerAnalysis, scale: MarkerScale) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    if analysis.spearman is not None:
        rows += [
            ("rho", show_number(analysis.spearman.rho, 3), show_interval(interval, 3), name)
            for name, interval in analysis.spearman_intervals.items()
        ]
    rows += [
        ("AUC", show_number(analysis.auc.value, 3), show_interval(interval, 3), name)
        for name, interval in analysis.auc_intervals.items()
    ]
    youden = analysis.youden
    cutoff = f"{RULES[youden.rule]} {scale.rule(youden.cutoff)}"
    rows += [
        ("Youden cut-off", cutoff, scale.interval(interval), name)
        for name, interval in analysis.cutoff_intervals.items()
    ]
    rows += [
        ("Youden J", show_number(youden.j, 4), show_interval(interval, 4), name)
        for name, interval in analysis.j_intervals.items()
    ]
    for accuracy in (analysis.at_cutoff, analysis.at_stated_prevalence):
        if accuracy is None:
            continue
        where = f"at prevalence {show_percent(accuracy.prevalence)} % ({accuracy.prevalence_source})"
        if accuracy.prevalence_source == "sample":
            for name, share in (
                ("sensitivity, %", accuracy.sensitivity),
                ("specificity, %", accuracy.specificity),
            ):
                interval = show_percent_interval(share.interval)
                rows.append((name, show_percent(share.value, 2), interval, share.interval.method))
            for name, ratio in (("LR+", accuracy.lr_positive), ("LR−", accuracy.lr_negative)):
                interval = show_interval(ratio.interval, 2)
                rows.append((name, show_number(ratio.value, 2), interval, ratio.interval.method))
        for name, value in (("PPV, %", accuracy.ppv), ("NPV, %", accuracy.npv)):
            interval = show_percent_interval(value.interval)
            rows.append((name, show_percent(value.value, 2), interval, f"{value.interval.method}, {where}"))
    return rows
