"""``validation`` and ``decision-curve``: what is left of a chosen cut-off, and whether it helps to decide."""

from __future__ import annotations

from adcurate.model.answers.decision_curve import RISK, DecisionCurveAnswer, DecisionCurveQuestion
from adcurate.model.answers.validation import ValidationAnswer, ValidationQuestion
from adcurate.report.r_script.quote import pointer, r_flag, r_number, r_string
from adcurate.report.r_script.request import Block, lines


def write_validation(ask: ValidationQuestion, answer: ValidationAnswer, block: Block) -> str:
    """The choice of each cut-off repeated: in resamples, without each case, in folds."""
    if ask.direction == "chosen":
        reason = "A direction that is chosen by the sample, and again in each resample, is not repeated in R."
        return block.left_out("", reason)
    n_resamples = "n_resamples" if ask.resamples is None else str(ask.resamples)
    ties = r_string(ask.ties)
    parts = [
        "# The optimism bootstrap, .632 and .632+ (Efron 1983; Efron and Tibshirani 1997; Harrell 1996),"
    ]
    parts.append("# the stability of the cut-off, leaving out each case, and cross-validation.")
    for name, one in answer.markers.items():
        path = f"markers/{pointer(name)}"
        case = f"one$marker, one$positive, {block.direction(name)}, {ties}"
        parts += [
            "",
            f"one <- fixed_rule(cases, {block.marker(name)}, {block.direction(name)}, resolution)",
            block.record(path, "list(n = length(one$marker), n_missing = one$n_missing)"),
            f"repeated <- repeat_youden({case}, {r_string(ask.resampling)}, {n_resamples})",
            block.record(f"{path}/bootstrap", "bootstrap_validation(repeated)"),
            block.record(f"{path}/stability", "cutoff_stability(repeated, level)"),
        ]
        if one.leave_one_out is not None:
            parts.append(block.record(f"{path}/leave_one_out", f"leave_one_out({case})"))
        if one.cross_validation is not None:
            folds = one.cross_validation
            parts += [
                block.record(
                    f"{path}/cross_validation",
                    f"cross_validation({case}, {folds.n_folds}, {folds.n_repeats})",
                ),
                block.left_out(
                    f"{path}/cross_validation/repeats",
                    "Each repeat is a division at random; their means, SDs and ends are repeated.",
                ),
            ]
    return lines(parts)


def write_decision_curve(ask: DecisionCurveQuestion, answer: DecisionCurveAnswer, block: Block) -> str:
    """Net benefit of each rule, and of a risk made from the marker, over the threshold probability."""
    stated = "NULL" if ask.cutoff is None else r_number(ask.cutoff)
    prevalence = "NULL" if ask.prevalence is None else r_number(ask.prevalence)
    n_resamples = "n_resamples" if ask.resamples is None else str(ask.resamples)
    parts = [
        "# Net benefit over the threshold probability. Vickers and Elkin 2006.",
        f"thresholds <- {r_number(ask.threshold_low)} + {r_number(ask.threshold_step)} * "
        f"(0:{int((ask.threshold_high - ask.threshold_low) / ask.threshold_step + 1e-9)})",
    ]
    for name, one in answer.markers.items():
        call = (
            f"decision_curve(cases, {block.marker(name)}, {block.direction(name)}, resolution, {stated}, "
            f"{prevalence}, thresholds, {r_flag(RISK in one.curve.strategies)}, level, {n_resamples})"
        )
        parts.append(block.record(f"markers/{pointer(name)}", call))
    return lines(parts)
