"""``combined-marker``: several markers in one score."""

from __future__ import annotations

from adcurate.model.answers.combined_marker import CombinedMarkerAnswer, CombinedMarkerQuestion
from adcurate.report.r_script.kinds.models import design_lines, unit_vector
from adcurate.report.r_script.quote import r_strings
from adcurate.report.r_script.request import Block, lines


def write_combined_marker(ask: CombinedMarkerQuestion, answer: CombinedMarkerAnswer, block: Block) -> str:
    """The score, its areas on the same cases and on others, and the markers alone."""
    if any(finding.code == "logistic.several-maxima" for finding in answer.findings):
        return block.left_out("", "The penalised likelihood has several maxima; the search is not repeated.")
    combined = answer.combined
    directions = r_strings(single.direction for single in combined.singles)
    parts = [
        "# Firth 1993 (the fit); Harrell, Lee and Mark 1996 (optimism); Noma et al. 2021 (its interval);",
        "# Demler, Pencina and D'Agostino 2012 (why nested models are compared by their likelihoods).",
        *design_lines(answer.predictors, block, "!is.na(cases$positive)"),
        "one <- combined_cases(cases, columns, resolution)",
        block.record("", "list(n_unknown = one$n_unknown, n_missing = one$n_missing)"),
        block.record("predictors", f"predictors_of(one$model, {unit_vector(answer.predictors)})"),
        f"combined <- combined_marker(one, {directions}, {unit_vector(answer.predictors, each=True)}, "
        f"{ask.folds}, {ask.repeats}, level, n_resamples)",
        block.record("combined", "combined"),
    ]
    if combined.folds and combined.repeats == 1:
        reason = "A single division at random has no mean over repeats: another division gives another area."
        parts.append(block.left_out("combined/cross_validated_auc", reason))
    return lines(parts)
