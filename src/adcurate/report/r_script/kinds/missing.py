"""``missing``: what is missing, and the answers of complete cases."""

from __future__ import annotations

from adcurate.model.answers.missing import MissingAnswer, MissingQuestion
from adcurate.report.r_script.quote import r_strings
from adcurate.report.r_script.request import Block, lines

_IMPUTED = "Imputed values are drawn at random, and each depends on those drawn before; R's draws are others."


def write_missing(ask: MissingQuestion, answer: MissingAnswer, block: Block) -> str:
    """The pattern, and the area and rank correlation of complete cases; imputations are not repeated."""
    units = block.request.units
    grades = r_strings(units.grades)
    markers = [one.marker for one in answer.markers]
    # Outcome and grade are columns of the pattern only where some row has them.
    reference = {}
    if any(flag is not None for flag in units.positive):
        reference["outcome"] = "is.na(cases$positive)"
    if any(grade in units.grades for grade in units.grade):
        reference["grade"] = f"!(cases$grade %in% {grades})"
    gaps = {name: f"!is.finite(numbers_in(cases, {block.marker(name)}))" for name in markers}
    blanks = {name: f"blank(cases[[{block.column(name)}]])" for name in ask.predictors if name not in gaps}
    columns = {**reference, **gaps, **blanks}
    parts = [
        "# What is missing by column and by pattern, then the analyses of complete cases.",
        'blank <- function(cells) is.na(cells) | trimws(cells) == ""',
        f"missing <- list({', '.join(columns.values())})",
        block.record("pattern", "missing_pattern(missing)"),
    ]
    for position, one in enumerate(answer.markers):
        path = f"markers/{position}"
        column = block.marker(one.marker)
        if one.auc is not None:
            call = f"complete_auc(cases, {column}, {block.direction(one.marker)}, resolution, level)"
            parts.append(block.record(f"{path}/auc", call))
        if one.rho is not None:
            call = f"complete_rho(cases, {column}, {grades}, resolution, level)"
            parts.append(block.record(f"{path}/rho", call))
        if answer.imputation is None:
            parts.append(block.record(path, "list(n_imputed = 0, n_pooled = 0)"))
            continue
        counts = f"list(n_imputed = sum(known & {gaps[one.marker]}), n_pooled = sum(known))"
        parts += [f"known <- !({' | '.join(reference.values())})", block.record(path, counts)]
        for name in ("pooled_auc", "pooled_rho"):
            if getattr(one, name) is not None:
                parts.append(block.left_out(f"{path}/{name}", _IMPUTED))
    if answer.imputation is not None:
        parts += [block.left_out("imputation", _IMPUTED)]
    return lines(parts)
