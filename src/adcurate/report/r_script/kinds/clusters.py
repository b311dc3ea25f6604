"""``clusters``: several lesions in a subject."""

from __future__ import annotations

import math
from typing import Final

from adcurate.model.answers.clusters import ClustersAnswer, ClustersQuestion
from adcurate.report.r_script.quote import r_flag, r_number, r_string, r_strings
from adcurate.report.r_script.request import Block, lines

_NO_LIMITS: Final = "A class is held by one subject: without a standard error R gives no limits."


def write_clusters(ask: ClustersQuestion, answer: ClustersAnswer, block: Block) -> str:
    """Each marker, and each pair, with lesions as independent, clustered, and one a subject."""
    size = block.column(ask.size_column) if ask.one_lesion == "largest" else "NULL"
    parts = [
        "# Obuchowski 1997 (areas), Rao and Scott 1992 (shares), Donner 1986 (correlation within subjects),",
        "# Rutter 2000 (subjects resampled with all their lesions).",
        f"options <- list(interval = {r_string(ask.auc_interval)}, stratified = {r_flag(ask.stratified)}, "
        f"difference = {r_string(ask.difference)}, size = {size})",
        "held <- table(table(lesions$subject))",
        block.record("lesions_per_subject", "setNames(as.list(as.numeric(held)), names(held))"),
    ]
    grades = r_strings(block.request.units.grades)
    for position, one in enumerate(answer.markers):
        cutoff = r_number(one.cutoff) if one.cutoff_stated else "NULL"
        call = (
            f"clusters_of_marker(lesions, {block.marker(one.marker)}, {r_string(one.direction)}, {cutoff}, "
            f"{grades}, options, resolution, level, n_resamples)"
        )
        parts.append(block.record(f"markers/{position}", call))
    for position, pair in enumerate(answer.pairs):
        columns = ", ".join(block.marker(name) for name in (pair.first, pair.second))
        directions = ", ".join(block.direction(name) for name in (pair.first, pair.second))
        call = f"clusters_of_pair(lesions, c({columns}), c({directions}), options, resolution, level)"
        parts.append(block.record(f"pairs/{position}", call))
        parts += [
            block.left_out(f"pairs/{position}/tests/{analysis}/interval", _NO_LIMITS)
            for analysis, test in pair.tests.items()
            if test is not None and math.isnan(test.standard_error)
        ]
    return lines(parts)
