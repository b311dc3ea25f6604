"""The part of the script that repeats the analysis of one marker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adcurate.model.analysis import MarkerAnalysis
from adcurate.report.r_script.quote import pointer, r_comment, r_heading, r_number, r_string, r_strings
from adcurate.statistics.interval import Interval

LIBRARIES = ("proportion", "resampling", "groups", "spearman", "roc", "youden", "accuracy")


def marker_part(analysis: MarkerAnalysis, column: str, grades: Sequence[str], proportion: str) -> str:
    """Every statistic of the marker, a block for each question.

    `column` is the marker's name in cases.csv, `grades` the order of the table's grades.
    """
    key = pointer("markers", analysis.marker)
    blocks = [
        _cases(analysis, column, grades, key),
        _groups(analysis, key),
        _mann_whitney(analysis, key),
        *_graded(analysis, key),
        _roc(analysis, key),
        _youden(analysis, key),
        _accuracy(analysis, key, proportion),
    ]
    return "\n\n".join(blocks)


def _title(analysis: MarkerAnalysis, question: str) -> str:
    return r_heading(f"{analysis.marker[:50]}: {question}")


def _cases(analysis: MarkerAnalysis, column: str, grades: Sequence[str], key: str) -> str:
    side = "low" if analysis.direction == "low" else "high"
    has = "the marker, the outcome and the grade" if grades else "the marker and the outcome"
    return "\n".join(
        [
            _title(analysis, f"the cases ({side} values are positive)"),
            r_comment(f"Rows of cases.csv that have {has}."),
            f"used <- complete_cases(cases, {r_string(column)}, {r_strings(grades)}, resolution)",
            f"direction <- {r_string(side)}",
            f"record({r_string(key)}, list(n = used$n, n_missing = used$n_missing))",
            "set.seed(seed)",
        ]
    )


def _groups(analysis: MarkerAnalysis, key: str) -> str:
    def block(name: str, rows: str, percentile_type: int) -> str:
        target = r_string(f"{key}/groups/{pointer(name)}")
        return f"record({target}, summarize_group(used$value[{rows}], {percentile_type}))"

    lines = [
        _title(analysis, "what do the groups look like?"),
        "# Mean, standard deviation, median and quartiles (the rule of percentiles is the last number).",
    ]
    for name, group in analysis.grade_groups.items():
        lines.append(block(name, f"used$grade == {r_string(name)}", group.percentile_type))
    for rows, (name, group) in zip(
        ("!used$positive", "used$positive"), analysis.outcome_groups.items(), strict=True
    ):
        lines.append(block(name, rows, group.percentile_type))
    return "\n".join(lines)


def _mann_whitney(analysis: MarkerAnalysis, key: str) -> str:
    of_record = analysis.mann_whitney_of_record
    lines = [
        _title(analysis, "do positives and negatives differ?"),
        "# Mann-Whitney test, negatives (x) against positives (y).",
        "negatives <- used$marker[!used$positive]",
        "positives <- used$marker[used$positive]",
    ]
    for name, test in analysis.mann_whitney.items():
        if test.note:
            lines.append(r_comment(f"{name}: {test.note}."))
        lines.append(
            f"record({r_string(f'{key}/mann_whitney/variants/{name}')}, "
            f"mann_whitney(negatives, positives, {r_string(test.method)}))"
        )
    used = analysis.mann_whitney[of_record].method
    lines += [
        r_comment(f"Of record: {of_record}."),
        f"record({r_string(f'{key}/mann_whitney')}, mann_whitney(negatives, positives, {r_string(used)}))",
    ]
    return "\n".join(lines)


def _graded(analysis: MarkerAnalysis, key: str) -> Iterator[str]:
    if analysis.kruskal_wallis is None:
        yield (
            r_comment(f"{analysis.marker}: fewer than two grades, so no Kruskal-Wallis test, no correlation.")
        )
        return
    lines = [
        _title(analysis, "do the grades differ?"),
        "# Kruskal-Wallis test, then Dunn's test of each pair of grades by each correction.",
        f"record({r_string(f'{key}/kruskal_wallis')}, kruskal_wallis(used$marker, used$order))",
    ]
    for name in analysis.pairwise:
        target = r_string(f"{key}/kruskal_wallis/pairwise_variants/{name}")
        lines.append(f"record({target}, dunn(used$marker, used$order, {r_string(name)}))")
    of_record = r_string(analysis.pairwise_of_record)
    lines += [
        r_comment(f"Of record: {analysis.pairwise_of_record}."),
        f"record({r_string(f'{key}/kruskal_wallis/pairwise')}, dunn(used$marker, used$order, {of_record}))",
    ]
    yield "\n".join(lines)
    if analysis.spearman is None:
        yield r_comment(f"{analysis.marker}: no rank correlation can be given.")
        return
    lines = [
        _title(analysis, "does it rise or fall with the grade?"),
        "# Spearman's rank correlation and its intervals.",
        f"record({r_string(f'{key}/spearman')}, spearman(used$marker, used$order))",
        "limits <- list()",
    ]
    lines += [
        f"limits[[{r_string(name)}]] <- "
        f"spearman_interval(used$marker, used$order, {r_string(name)}, level, n_resamples)"
        for name in analysis.spearman_intervals
    ]
    lines.append(
        f"for (name in names(limits)) record(paste0({r_string(f'{key}/spearman/intervals/')}, name), "
        "limits[[name]]$interval)"
    )
    record = analysis.spearman_of_record
    if record in analysis.spearman_intervals:
        lines += [
            r_comment(f"Of record: {record}."),
            f"of_record <- limits[[{r_string(record)}]]",
            f"record({r_string(f'{key}/spearman')}, "
            "list(interval = of_record$interval, n_undefined = of_record$n_undefined))",
        ]
    else:
        lines.append(f"record({r_string(f'{key}/spearman')}, list(n_undefined = 0))")
    yield "\n".join(lines)


def _roc(analysis: MarkerAnalysis, key: str) -> str:
    lines = [
        _title(analysis, "how well does it separate the classes?"),
        "# The empirical ROC curve, its area, and the intervals of the area.",
        "curve <- roc_points(used$marker, used$positive, direction)",
        f"record({r_string(f'{key}/roc/points')}, rows_of(curve))",
        f"record({r_string(f'{key}/roc')}, roc_area(used$marker, used$positive, direction))",
    ]
    lines += [
        f"record({r_string(f'{key}/roc/intervals/{name}')}, auc_interval(used$marker, used$positive, "
        f"direction, {r_string(name)}, level, n_resamples))"
        for name in analysis.auc_intervals
    ]
    return "\n".join(lines)


def _youden(analysis: MarkerAnalysis, key: str) -> str:
    lines = [
        _title(analysis, "which cut-off, and how far does the choice move?"),
        "# The cut-off of greatest Youden index J, chosen and judged on the same cases.",
        "best <- youden(used$marker, used$positive, direction)",
        f"record({r_string(f'{key}/youden')}, best)",
    ]
    of_record = analysis.cutoff_of_record
    intervals: dict[str, Interval] = dict(analysis.cutoff_intervals)
    for name in intervals:
        lines += [
            f"moved <- youden_interval(used$marker, used$positive, direction, {r_string(name)}, level, "
            "n_resamples)",
            f"record({r_string(f'{key}/youden/intervals/{name}')}, moved$cutoff)",
            f"record({r_string(f'{key}/youden/j_intervals/{name}')}, moved$j)",
        ]
        if name == of_record:
            lines += [
                "# That is the one of record.",
                f"record({r_string(f'{key}/youden')}, "
                "list(interval = moved$cutoff, n_dropped = moved$n_dropped))",
            ]
    if of_record not in intervals:
        lines.append(f"record({r_string(f'{key}/youden')}, list(n_dropped = 0))")
    return "\n".join(lines)


def _accuracy(analysis: MarkerAnalysis, key: str, proportion: str) -> str:
    lines = [
        _title(analysis, "what does that cut-off say of a patient?"),
        "# Sensitivity, specificity, predictive values and likelihood ratios in the sample.",
        "calls <- classify_at(used$marker, used$positive, best$cutoff, direction)",
        f"record({r_string(f'{key}/at_cutoff')}, accuracy(calls, {r_string(proportion)}, level))",
    ]
    stated = analysis.at_stated_prevalence
    if stated is not None:
        share = r_number(stated.prevalence)
        lines += [
            r_comment(f"The same where a share of {share} of patients is positive."),
            f"record({r_string(f'{key}/at_cutoff/at_stated_prevalence')}, "
            f"accuracy(calls, {r_string(proportion)}, level, prevalence = {share}))",
        ]
    return "\n".join(lines)
