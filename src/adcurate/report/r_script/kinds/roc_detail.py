"""``roc-detail``: bands, partial area, operating points and cut-offs by several rules."""

from __future__ import annotations

from adcurate.model.answers.roc_detail import RocDetailAnswer, RocDetailQuestion
from adcurate.report.r_script.quote import pointer, r_number, r_numbers, r_string
from adcurate.report.r_script.request import Block, lines


def write_roc_detail(ask: RocDetailQuestion, answer: RocDetailAnswer, block: Block) -> str:
    """Each marker's curve, from its band to its cut-offs."""
    parts = []
    for name, detail in answer.markers.items():
        path = f"markers/{pointer(name)}"
        curve = "one$marker, one$positive, direction"
        low, high = ask.partial_range
        parts += [
            "",
            f"one <- fixed_cases(cases, {block.marker(name)}, resolution)",
            f"direction <- {block.direction(name)}",
            block.record(path, "list(n_missing = one$n_missing)"),
            block.record(f"{path}/curve", f"roc_curve({curve})"),
            block.record(
                f"{path}/auc",
                f"area_estimate({curve}, {r_string(block.request.methods.auc_interval)}, level, n_resamples)",
            ),
            "# Pointwise limits of sensitivity, from 2000 resamples within the classes.",
            block.record(f"{path}/pointwise", f"pointwise_band({curve}, level, 2000)"),
            "# A band that holds for the whole curve. Campbell 1994; Macskassy and Provost 2005.",
            block.record(
                f"{path}/simultaneous", f"simultaneous_band({curve}, {r_string(ask.band)}, level, 2000)"
            ),
            "# The area under a part of the curve, plain and corrected. McClish 1989.",
            block.record(
                f"{path}/partial",
                f"partial_area({curve}, {r_string(ask.partial_focus)}, {r_number(low)}, {r_number(high)}, "
                "level, n_resamples)",
            ),
            "# One of sensitivity and specificity where the other is fixed.",
        ]
        for key, fixed, at in (
            ("at_specificity", "specificity", ask.specificities),
            ("at_sensitivity", "sensitivity", ask.sensitivities),
        ):
            parts.append(
                block.record(
                    f"{path}/{key}",
                    f"operating_points({curve}, {r_string(fixed)}, {r_numbers(at)}, "
                    f"{r_string(ask.point_interval)}, level, n_resamples)",
                )
            )
        parts.append("# Cut-offs by a rule.")
        for rule, cutoff in detail.cutoffs.items():
            parts.append(
                block.record(
                    f"{path}/cutoffs/{pointer(rule)}",
                    f"cutoff_by_rule({curve}, {r_string(cutoff.chosen_by)}, {_target(cutoff.target)}, "
                    f"{r_number(cutoff.weight)}, {r_string(ask.ties)}, {r_string(ask.resampling)}, level, "
                    "n_resamples)",
                )
            )
    return lines(parts)


def _target(target: float) -> str:
    return "NULL" if target != target else r_number(target)
