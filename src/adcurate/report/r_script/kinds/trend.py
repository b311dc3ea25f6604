"""``trend``: a marker against the order of the grades."""

from __future__ import annotations

from adcurate.model.answers.trend import TrendAnswer, TrendQuestion
from adcurate.report.r_script.quote import r_string, r_strings
from adcurate.report.r_script.request import Block, lines


def write_trend(ask: TrendQuestion, answer: TrendAnswer, block: Block) -> str:
    """The trend test, Kendall's coefficients and, given covariates, the partial correlation."""
    grades = r_strings(block.request.units.grades)
    covariates = ", ".join(block.column(name) for name in ask.covariates)
    parts = ["# Jonckheere-Terpstra test, Kendall's tau and its relatives, partial Spearman correlation."]
    for position, one in enumerate(answer.markers):
        parts += [
            f"trend <- trend_cases(cases, {block.marker(one.marker)}, {grades}, resolution, c({covariates}))",
            block.record(
                f"markers/{position}",
                "list(n_missing = trend$n_missing, n_without_covariates = trend$n_without)",
            ),
            block.record(
                f"markers/{position}/test",
                f"jonckheere_terpstra(trend$marker, trend$order, {r_string(ask.alternative)}, "
                f"{r_string(one.test.method)})",
            ),
            block.record(
                f"markers/{position}/kendall",
                f"kendall(trend$order, trend$marker, {r_string(ask.tau_interval)}, level, n_resamples)",
            ),
        ]
        if one.partial is not None:
            parts.append(
                block.record(
                    f"markers/{position}/partial",
                    "partial_spearman(trend$covered$marker, trend$covered$order, trend$covered$covariates, "
                    f"{r_string(ask.partial_interval)}, level, n_resamples)",
                )
            )
    return lines(parts)
