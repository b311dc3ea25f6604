"""``roc-comparison`` and ``grades``: areas compared, and more than two grades."""

from __future__ import annotations

from adcurate.model.answers.grades import GradesAnswer, GradesQuestion
from adcurate.model.answers.roc_comparison import RocComparisonAnswer, RocComparisonQuestion
from adcurate.report.r_script.quote import pointer, r_string, r_strings
from adcurate.report.r_script.request import Block, lines


def write_roc_comparison(ask: RocComparisonQuestion, answer: RocComparisonAnswer, block: Block) -> str:
    """The markers on the same cases, or each between groups that share no case."""
    parts = []
    for position, compared in enumerate(answer.comparisons):
        path = f"comparisons/{position}"
        if not ask.group:
            names = tuple(compared.comparison.areas)
            columns = ", ".join(f"{r_string(name)} = {block.marker(name)}" for name in names)
            directions = ", ".join(block.direction(name) for name in names)
            call = (
                f"compare_markers(cases, c({columns}), c({directions}), resolution, "
                f"{r_string(ask.method)}, level, n_resamples)"
            )
            parts.append(
                "# Areas of several markers of the same cases. DeLong, DeLong and Clarke-Pearson 1988."
            )
        else:
            call = (
                f"compare_groups(cases, {block.marker(compared.subject)}, "
                f"{block.direction(compared.subject)}, {block.column(ask.group)}, "
                f"{r_strings(compared.comparison.areas)}, resolution, "
                f"{r_string(ask.method)}, {r_string(ask.reference)}, level, n_resamples)"
            )
            parts.append("# Areas of one marker in groups that share no case.")
        parts.append(block.record(path, call))
    return lines(parts)


def write_grades(ask: GradesQuestion, answer: GradesAnswer, block: Block) -> str:
    """Each pair of grades, all of them in order, and the volume under the surface."""
    order = r_strings(ask.grades or block.request.units.grades)
    parts = [
        "# Pairs of grades (Hand and Till 2001), the ordinal C-index (Harrell 1996), the ordered volume."
    ]
    for name in answer.markers:
        call = (
            f"grade_separation(cases, {block.marker(name)}, {block.direction(name)}, {order}, resolution, "
            f"{r_string(ask.interval)}, {r_string(ask.test)}, {r_string(ask.c_interval)}, level, n_resamples)"
        )
        parts.append(block.record(f"markers/{pointer(name)}", call))
    return lines(parts)
