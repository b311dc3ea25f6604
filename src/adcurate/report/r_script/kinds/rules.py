"""``prevalence`` and ``external-cutoffs``: what a rule says elsewhere, and a rule from elsewhere."""

from __future__ import annotations

import math

from adcurate.model.answers.external_cutoffs import ExternalCutoffsAnswer, ExternalCutoffsQuestion
from adcurate.model.answers.prevalence import PrevalenceAnswer, PrevalenceQuestion
from adcurate.report.r_script.quote import pointer, r_comment, r_number, r_numbers, r_string
from adcurate.report.r_script.request import Block, lines


def write_prevalence(ask: PrevalenceQuestion, answer: PrevalenceAnswer, block: Block) -> str:
    """Predictive values over prevalence at a stated cut-off, or at Youden's."""
    stated = "NULL" if ask.cutoff is None else r_number(ask.cutoff)
    parts = ["# Predictive values over prevalence, by Bayes' theorem. Mercaldo, Lau and Zhou 2007."]
    for name in answer.markers:
        call = (
            f"prevalence_curves(cases, {block.marker(name)}, {block.direction(name)}, resolution, {stated}, "
            f"{r_numbers(ask.prevalences)}, {r_string(ask.band)}, level)"
        )
        parts.append(block.record(f"markers/{pointer(name)}", call))
    return lines(parts)


def write_external_cutoffs(ask: ExternalCutoffsQuestion, answer: ExternalCutoffsAnswer, block: Block) -> str:
    """Each published cut-off, applied to these cases and compared with what was printed."""
    parts = [
        "# Published cut-offs on these cases, beside the printed shares. Newcombe 1998; Fisher's exact test."
    ]
    for position, entry in enumerate(answer.entries):
        result = entry.result
        printed = ", ".join(_printed(one.printed) for one in (result.sensitivity, result.specificity))
        sizes = ", ".join(_size(one.printed_n) for one in (result.sensitivity, result.specificity))
        call = (
            f"external_cutoff(cases, {block.marker(entry.marker)}, {block.direction(entry.marker)}, "
            f"resolution, {r_number(result.cutoff)}, c({printed}), c({sizes}), "
            f"{r_string(ask.interval)}, level)"
        )
        parts += [r_comment(result.study), block.record(f"entries/{position}", call)]
    return lines(parts)


def _printed(share: float) -> str:
    return "NA" if math.isnan(share) else r_number(share)


def _size(n: int | None) -> str:
    return "NA" if n is None else str(n)
