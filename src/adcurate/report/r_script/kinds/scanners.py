"""``scanners``: whether the scanner, rather than the tumour, makes the number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adcurate.model.answers.scanners import Harmonized, MarkerScanners, ScannersAnswer, ScannersQuestion
from adcurate.report.r_script.quote import pointer, r_comment, r_flag, r_string
from adcurate.report.r_script.request import Block, lines

_NEAR = 1e-9


def write_scanners(ask: ScannersQuestion, answer: ScannersAnswer, block: Block) -> str:
    """Linear models, each stratum by itself, pairs within strata, each stratum left out, the class table."""
    methods = block.request.methods
    area = "exact-binomial" if methods.auc_interval == "exact-binomial" else "delong"
    by = ", ".join(
        f"list(column = {block.column(name)}, tesla = {r_flag(name.endswith('_t'))})" for name in ask.by
    )
    parts = [
        "# Linear models of the marker by class and scanner; then the classes compared within strata only.",
        f"by <- list({by})",
        f"area <- {r_string(area)}",
        f"share <- {r_string(methods.proportion_interval)}",
        block.record("", f"list(minimum_stratum = {ask.minimum_stratum})"),
    ]
    for name, one in answer.markers.items():
        parts += ["", *_marker(name, one, tuple(answer.markers), ask, block)]
    return lines(parts)


def _marker(
    name: str, one: MarkerScanners, names: Sequence[str], ask: ScannersQuestion, block: Block
) -> list[str]:
    path = f"markers/{pointer(name)}"
    parts = [
        f"used <- scanner_cases(cases, {block.marker(name)}, by, resolution)",
        f"direction <- {block.direction(name)}",
        block.record(path, "list(values = as.list(used$marker), n_missing = used$n_missing)"),
        block.record(f"{path}/strata", "stratum_rows(used, direction, area, level)"),
        block.record(f"{path}/effect", "scanner_effect(used, level)"),
        block.record(f"{path}/auc", "small_area(used$marker, used$positive, direction, area, level)"),
    ]
    if one.within is None:
        parts.append(r_comment(f"No area within strata: {one.why_not_within}"))
    else:
        exact = r_flag(one.within.p_method.startswith("exact"))
        parts.append(block.record(f"{path}/within", f"within_area(used, direction, {exact}, level)"))
    if one.leave_one_out is None:
        parts.append(r_comment(f"No stratum is left out: {one.why_not_leave_out}"))
    else:
        parts.append(_left_out(f"{path}/leave_one_out", "used$stratum", block))
    for i, column in enumerate(ask.by):
        if column in one.by_level:
            parts.append(_left_out(f"{path}/by_level/{pointer(column)}", f"used$factors[[{i + 1}]]", block))
    exact = r_flag(one.confounding.method == "fisher-exact")
    parts.append(block.record(f"{path}/confounding", f"class_table(used$positive, used$stratum, {exact})"))
    if one.harmonized is not None:
        parts += _harmonized(f"{path}/harmonized", name, one, one.harmonized, names, block)
    if one.random is not None:
        parts += [
            "# The strata as draws from all scanners: a random intercept for each.",
            block.record(
                f"{path}/random",
                "all_iterative(mixed_fit(used$marker, list(used$stratum), cbind(1, used$positive), TRUE, "
                "level))",
            ),
        ]
    return parts


def _left_out(path: str, stratum: str, block: Block) -> str:
    return block.record(
        path, f"without_each_stratum(used$marker, used$positive, {stratum}, direction, area, share, level)"
    )


def _harmonized(
    path: str, name: str, one: MarkerScanners, found: Harmonized, names: Sequence[str], block: Block
) -> list[str]:
    searched = found.blind.method == "parametric empirical Bayes"
    columns = ", ".join(block.marker(marker) for marker in names)
    parts = [
        "# ComBat harmonizes together all markers that these cases hold.",
        "values_of <- function(column) numbers_in(cases, column, resolution)[used$rows]",
        f"features <- sapply(c({columns}), values_of)",
        "features <- features[, colSums(!is.finite(features)) == 0, drop = FALSE]",
        f"at <- match({block.marker(name)}, colnames(features))",
        f"moved <- harmonized(used, unname(features), at, direction, area, level, "
        f"{r_flag(found.informed is not None)}, {r_flag(searched)})",
    ]
    if _nearly_tied(one, found):
        parts += [
            block.left_out(f"{path}/blind_auc", "Harmonized values differ in their last digits: ties."),
            "moved$blind_auc <- NULL",
        ]
    parts.append(block.record(path, "moved"))
    for fit in ("blind", "informed"):
        if getattr(found, fit) is None:
            continue
        if searched:
            parts.append(block.left_out(f"{path}/{fit}/n_steps", "The number of steps of a search."))
        else:
            parts.append(block.record(f"{path}/{fit}", "list(n_steps = 0)"))
    return parts


def _nearly_tied(one: MarkerScanners, found: Harmonized) -> bool:
    """Whether cases that were not ties are harmonized to what may be the same number."""
    cases = dict(zip(zip(one.stratum, one.values.tolist(), strict=True), found.blind_values, strict=True))
    alone = {stratum for stratum in one.stratum if one.stratum.count(stratum) == 1}
    values = np.sort([value for (stratum, _), value in cases.items() if stratum not in alone])
    return bool(np.any(np.diff(values) <= _NEAR * np.abs(values).max())) if values.size else False
