"""What the groups look like, whether they differ, and whether the marker falls with the grade."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from adcurate.model.analysis import MarkerAnalysis
from adcurate.model.cohort import StudyResults
from adcurate.report.captions import picture
from adcurate.report.links import Anchors, link, marker_id
from adcurate.report.numbers import (
    show_interval,
    show_number,
    show_p,
)
from adcurate.report.page import Block, Paragraph, Row, Section, Table, heading_row
from adcurate.report.scale import scale_of
from adcurate.report.words import ADJUSTMENT_WORDS, INTERVAL_WORDS, MANN_WHITNEY_WORDS, of_record

_NO_GRADES = "Fewer than two grades are present, so there is no test across grades and no rank correlation."


def values_section(results: StudyResults, anchors: Anchors) -> Section:
    """Mean, SD, median and quartiles of each group; each number leads to the values behind it."""
    rows: list[Row] = []
    for analysis in results.of_record:
        scale = scale_of(analysis)
        rows.append(heading_row(scale.axis(analysis.marker), marker_id("groups", analysis)))
        for name, group in (*analysis.grade_groups.items(), *analysis.outcome_groups.items()):
            target = anchors.of_group(name)
            cells = (
                str(group.n),
                f"{scale.show(group.mean)} ± {scale.show(group.sd)}",
                scale.show(group.median),
                f"{scale.show(group.q1)} to {scale.show(group.q3)}",
                scale.show(group.iqr),
                f"{scale.show(group.minimum)} to {scale.show(group.maximum)}",
            )
            rows.append(Row((name, *(link(cell, target) for cell in cells))))
        if analysis.n_missing:
            rows.append(Row(("without a value", str(analysis.n_missing), *("",) * 5)))
    table = Table(
        "Markers by group",
        ("Group", "n", "Mean ± SD", "Median", "Quartiles", "IQR", "Range"),
        tuple(rows),
        "lrrrrrr",
        "table-groups",
        (
            f"SD with n − 1. Quartiles by percentile type {results.protocol.analysis.percentile_type}. "
            "Every number leads to the list of values it was computed from.",
        ),
    )
    return Section("groups", "Markers by group", (table, *picture(results, "box-plot")))


def tests_section(results: StudyResults, anchors: Anchors) -> Section:
    """Mann-Whitney between the sides of the outcome; Kruskal-Wallis and pairs across grades."""
    analyses = results.of_record
    blocks: list[Block] = [_two_groups(results, analyses, anchors)]
    if any(analysis.kruskal_wallis for analysis in analyses):
        blocks += [_several_groups(analyses), _pairs(analyses, anchors)]
    elif results.protocol.ranked_grades:
        blocks.append(Paragraph(_NO_GRADES, "note"))
    return Section("tests", "Differences between groups", tuple(blocks))


def _two_groups(results: StudyResults, analyses: Sequence[MarkerAnalysis], anchors: Anchors) -> Table:
    outcome = results.protocol.outcome
    rows: list[Row] = []
    for analysis in analyses:
        rows.append(heading_row(analysis.marker, marker_id("mann-whitney", analysis)))
        for name, test in analysis.mann_whitney.items():
            used = MANN_WHITNEY_WORDS[test.method]
            label = of_record(used if test.method == name else f"{MANN_WHITNEY_WORDS[name]}: {used} used")
            rows.append(
                Row(
                    (
                        label if name == analysis.mann_whitney_of_record else Markup("{}").format(used),
                        show_number(min(test.u_x, test.u_y), 1),
                        f"{show_number(test.mean_rank_x, 2)} / {show_number(test.mean_rank_y, 2)}",
                        show_number(test.z, 3),
                        link(show_p(test.p_value), anchors.of_group(outcome.positive_label)),
                        test.equals,
                    )
                )
            )
    return Table(
        f"Mann-Whitney test, two-sided: {outcome.negative_label} against {outcome.positive_label}",
        ("Method", "U", "Mean ranks", "z", "p", "Equals"),
        tuple(rows),
        "lrrrrl",
        "table-mann-whitney",
        (f"Mean ranks: {outcome.negative_label} / {outcome.positive_label}. ★ method of record.",),
    )


def _several_groups(analyses: Sequence[MarkerAnalysis]) -> Table:
    rows = []
    for analysis in analyses:
        test = analysis.kruskal_wallis
        if test is None:
            continue
        ranks = ", ".join(
            f"{name} {show_number(rank, 2)}" for name, rank in zip(test.groups, test.mean_ranks, strict=True)
        )
        rows.append(
            Row(
                (
                    analysis.marker,
                    show_number(test.h, 3),
                    str(test.df),
                    str(test.n),
                    link(show_p(test.p_value), "values"),
                    ranks,
                ),
                marker_id("kruskal-wallis", analysis),
            )
        )
    return Table(
        "All grades: Kruskal-Wallis test",
        ("Marker", "H", "df", "n", "p", "Mean ranks"),
        tuple(rows),
        "lrrrrl",
        "table-kruskal-wallis",
        ("H is corrected for ties.",),
    )


def _pairs(analyses: Sequence[MarkerAnalysis], anchors: Anchors) -> Table:
    methods = list(next(analysis.pairwise for analysis in analyses if analysis.pairwise))
    record = next(analysis.pairwise_of_record for analysis in analyses)
    rows: list[Row] = []
    for analysis in analyses:
        if not analysis.pairwise:
            continue
        rows.append(heading_row(analysis.marker, marker_id("pairs", analysis)))
        for index, pair in enumerate(analysis.pairwise[record]):
            grades = Markup("{} – {}").format(
                link(pair.first, anchors.of_group(pair.first)),
                link(pair.second, anchors.of_group(pair.second)),
            )
            p_values = (show_p(analysis.pairwise[method][index].p_value) for method in methods)
            rows.append(Row((grades, show_number(pair.z, 3), *p_values)))
    heads = (f"p, {ADJUSTMENT_WORDS[method]}" + (" ★" if method == record else "") for method in methods)
    return Table(
        "Pairs of grades: Dunn's test on the common ranks",
        ("Pair", "z", *heads),
        tuple(rows),
        "lr" + "r" * len(methods),
        "table-pairs",
        ("★ adjustment of record. Not Mann-Whitney tests of the pairs: the ranks are those of all grades.",),
    )


def correlation_section(results: StudyResults) -> Section | None:
    """Spearman's rho with every interval by name. None where the grades have no order to go by."""
    if not results.protocol.ranked_grades:
        return None
    analyses = [analysis for analysis in results.of_record if analysis.spearman is not None]
    if not analyses:
        return Section("correlation", "Correlation with grade", (Paragraph(_NO_GRADES, "note"),))
    rows: list[Row] = []
    for analysis in analyses:
        estimate = analysis.spearman
        if estimate is None:
            continue
        title = Markup("{}: ρ = {}, p {}, n = {}").format(
            analysis.marker,
            link(show_number(estimate.rho, 3), "values"),
            _with_sign(show_p(estimate.p_value)),
            estimate.n,
        )
        rows.append(heading_row(title, marker_id("spearman", analysis)))
        for name, interval in analysis.spearman_intervals.items():
            words = INTERVAL_WORDS.get(name, name)
            label = of_record(words) if name == analysis.spearman_of_record else words
            rows.append(Row((label, show_interval(interval, 3))))
        if not analysis.spearman_intervals:
            rows.append(Row(("no interval could be made", "–")))
    level = show_number(results.protocol.analysis.confidence_level * 100, 0)
    table = Table(
        "Spearman's rank correlation with grade",
        ("Interval", f"{level} % interval of ρ"),
        tuple(rows),
        "lr",
        "table-spearman",
        ("★ interval of record. No closed form is exact with ties; the forms differ in the second decimal.",),
    )
    return Section("correlation", "Correlation with grade", (table, *picture(results, "grade-scatter")))


def _with_sign(p_text: str) -> str:
    return p_text if p_text[0] in "<>" else f"= {p_text}"
