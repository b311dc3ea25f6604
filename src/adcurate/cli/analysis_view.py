"""An analysis as tables in a terminal."""

from __future__ import annotations

import math

from adcurate.cli.console import show_findings, show_lines, show_table
from adcurate.model.analysis import MarkerAnalysis
from adcurate.report.numbers import show_interval, show_number, show_p, show_percent, show_percent_interval


def show_analysis(analysis: MarkerAnalysis) -> None:
    """Print one marker: groups, tests, correlation, ROC curve and cut-off, each with its method."""
    side = "low values are positive" if analysis.direction == "low" else "high values are positive"
    missing = f", {analysis.n_missing} rows left out" if analysis.n_missing else ""
    show_lines(["", f"{analysis.marker}: n = {len(analysis.values)}{missing}; {side}"])
    decimals = _decimals(analysis)
    groups = {**analysis.grade_groups, **analysis.outcome_groups}
    show_table(
        "Groups",
        ["group", "n", "mean", "SD", "median", "IQR", "min", "max"],
        [
            [name, str(group.n)]
            + [
                show_number(value, decimals)
                for value in (group.mean, group.sd, group.median, group.iqr, group.minimum, group.maximum)
            ]
            for name, group in groups.items()
        ],
        note=f"quartiles at (n+1)p, type 6 · {len(analysis.values)} rows"
        if next(iter(groups.values())).percentile_type == 6
        else "quartiles of type 7",
    )
    show_table("Tests", ["test", "method", "statistic", "p"], _tests(analysis))
    show_table("Estimates", ["estimate", "value", "interval", "method"], _estimates(analysis))
    show_findings(analysis.findings)


def _tests(analysis: MarkerAnalysis) -> list[list[str]]:
    rows = [
        ["Mann-Whitney", name, f"U = {show_number(min(test.u_x, test.u_y), 1)}", show_p(test.p_value)]
        for name, test in analysis.mann_whitney.items()
    ]
    if analysis.kruskal_wallis is not None:
        kruskal = analysis.kruskal_wallis
        rows.append(
            ["Kruskal-Wallis", kruskal.method, f"H = {show_number(kruskal.h, 3)}", show_p(kruskal.p_value)]
        )
        rows += [
            [
                f"  {pair.first} against {pair.second}",
                f"Dunn, {name}",
                f"z = {show_number(pair.z, 3)}",
                show_p(pair.p_value),
            ]
            for name, pairs in analysis.pairwise.items()
            if name != "none"
            for pair in pairs
        ]
    if analysis.spearman is not None:
        rho = analysis.spearman
        rows.append(["Spearman", rho.p_method, f"rho = {show_number(rho.rho, 3)}", show_p(rho.p_value)])
    return rows


def _estimates(analysis: MarkerAnalysis) -> list[list[str]]:
    rows = []
    if analysis.spearman is not None:
        rows += [
            ["rho", show_number(analysis.spearman.rho, 3), show_interval(interval, 3), name]
            for name, interval in analysis.spearman_intervals.items()
        ]
    rows += [
        ["AUC", show_number(analysis.auc.value, 3), show_interval(interval, 3), name]
        for name, interval in analysis.auc_intervals.items()
    ]
    youden = analysis.youden
    decimals = _decimals(analysis)
    cutoff = f"{youden.rule} {show_number(youden.cutoff, decimals)}"
    rows += [
        ["Youden cut-off", cutoff, show_interval(interval, decimals), name]
        for name, interval in analysis.cutoff_intervals.items()
    ]
    rows += [
        ["Youden J", show_number(youden.j, 4), show_interval(interval, 4), name]
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
                rows.append([name, show_percent(share.value, 2), interval, share.interval.method])
            for name, ratio in (("LR+", accuracy.lr_positive), ("LR−", accuracy.lr_negative)):
                interval = show_interval(ratio.interval, 2)
                rows.append([name, show_number(ratio.value, 2), interval, ratio.interval.method])
        for name, value in (("PPV, %", accuracy.ppv), ("NPV, %", accuracy.npv)):
            interval = show_percent_interval(value.interval)
            rows.append([name, show_percent(value.value, 2), interval, f"{value.interval.method}, {where}"])
    return rows


def _decimals(analysis: MarkerAnalysis) -> int:
    """Enough decimals for the marker's own scale: 0.000957 needs more than 0.957."""
    sizes = sorted(abs(value.value) for value in analysis.values)
    typical = sizes[len(sizes) // 2]
    return 4 if typical == 0 else max(0, min(12, 4 - math.ceil(math.log10(typical))))
