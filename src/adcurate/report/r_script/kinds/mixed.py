"""``mixed``: a marker by class where a subject gives several values."""

from __future__ import annotations

from adcurate.model.answers.mixed import MixedAnswer, MixedQuestion
from adcurate.report.r_script.quote import pointer, r_flag, r_string, r_strings
from adcurate.report.r_script.request import Block, lines


def write_mixed(ask: MixedQuestion, answer: MixedAnswer, block: Block) -> str:
    """A random intercept for each group, Satterthwaite's tests and profile-likelihood intervals."""
    groups = ", ".join(
        r_string("lesion") if name == "lesion" else block.column(name) for name in answer.groups
    )
    parts = ["# A linear model with random intercepts; every lesion or reading is a row."]
    for name in answer.markers:
        call = (
            f"mixed_marker(lesions, {block.marker(name)}, c({groups}), {r_string(ask.compare)}, "
            f"{r_strings(answer.compared)}, c({', '.join(map(block.column, ask.covariates))}), "
            f"c({', '.join(map(block.column, ask.factors))}), resolution, "
            f"{r_flag(ask.estimation == 'reml')}, level)"
        )
        parts.append(block.record(f"markers/{pointer(name)}", call))
    return lines(parts)
