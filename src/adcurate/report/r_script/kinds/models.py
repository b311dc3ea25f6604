"""``logistic`` and ``ordinal``: the odds of the outcome, or of a higher grade."""

from __future__ import annotations

from collections.abc import Sequence

from adcurate.model.answers.logistic import LogisticAnswer, LogisticQuestion
from adcurate.model.answers.ordinal import OrdinalAnswer, OrdinalQuestion
from adcurate.model.answers.predictor import Predictor
from adcurate.report.r_script.quote import r_flag, r_number, r_string, r_strings
from adcurate.report.r_script.request import Block, lines


def write_logistic(ask: LogisticQuestion, answer: LogisticAnswer, block: Block) -> str:
    """The model, a test of each predictor, and the test of what was asked beyond others."""
    if any(finding.code == "logistic.several-maxima" for finding in answer.findings):
        return block.left_out("", "The penalised likelihood has several maxima; the search is not repeated.")
    firth = r_flag(answer.fit.penalty == "firth")
    parts = [
        "# Logistic regression of the outcome: maximum likelihood, or Firth's penalised likelihood (Firth",
        "# 1993; Heinze and Schemper 2002), with profile-likelihood intervals or Wald's.",
        *design_lines(answer.predictors, block, "!is.na(cases$positive)"),
        "model <- design_of(cases, columns, usable, resolution)",
        "outcome <- is_positive(cases)[model$rows]",
        block.record(
            "", "list(n_unknown = sum(is.na(cases$positive)), n_missing = sum(usable) - length(model$rows))"
        ),
        block.record("predictors", f"predictors_of(model, {unit_vector(answer.predictors)})"),
        f"fit <- logistic_fit(model, outcome, {firth}, {r_string(ask.interval)}, level, "
        f"{unit_vector(answer.predictors, each=True)})",
        block.record("fit", "all_iterative(fit)"),
    ]
    for position, one in enumerate(answer.predictors):
        test = f"logistic_term(model, outcome, {firth}, {r_strings(one.coefficients)})"
        parts.append(block.record(f"terms/{position}", f"all_iterative({test})"))
    if answer.added is not None:
        rest = [
            column for one in answer.predictors if one.name not in ask.beyond for column in one.coefficients
        ]
        parts.append(
            block.record("added", f"all_iterative(logistic_term(model, outcome, {firth}, {r_strings(rest)}))")
        )
    return lines(parts)


def write_ordinal(ask: OrdinalQuestion, answer: OrdinalAnswer, block: Block) -> str:
    """A proportional-odds model for each marker, the tests of its assumption, the curves of the grades."""
    parts = ["# Proportional-odds regression of the grade (McCullagh 1980; the same model as MASS::polr)."]
    for position, one in enumerate(answer.markers):
        path = f"markers/{position}"
        parts += [
            *design_lines(one.predictors, block, "!is.na(cases$grade)"),
            "model <- design_of(cases, columns, usable, resolution)",
            f"grade <- match(cases$grade[model$rows], {r_strings(one.fit.grades)})",
            block.record(path, "list(n_missing = nrow(cases) - length(model$rows))"),
            block.record(f"{path}/predictors", f"predictors_of(model, {unit_vector(one.predictors)})"),
            f"fit <- ordinal_fit(model$x, grade, {r_string(ask.interval)}, level, "
            f"{unit_vector(one.predictors, each=True)})",
            block.record(f"{path}/fit", "all_iterative(fit)"),
            block.record(f"{path}/tests", "all_iterative(proportional_odds(model$x, grade))"),
            block.record(
                f"{path}/probabilities",
                f"all_iterative(grade_probabilities(fit, model, grade, {r_strings(one.fit.grades)}, level, "
                f"{len(one.probabilities.at)}))",
            ),
        ]
    return lines(parts)


def design_lines(predictors: Sequence[Predictor], block: Block, usable: str) -> list[str]:
    """Lines that say which columns enter, and the levels of those that are categories."""
    entries = []
    for one in predictors:
        if one.is_category:
            levels = [name.removeprefix(f"{one.name} = ") for name in one.coefficients]
            entries.append(
                f"list(name = {r_string(one.name)}, column = {block.column(one.name)}, "
                f"levels = {r_strings(levels)})"
            )
        else:
            entries.append(f"list(name = {r_string(one.name)}, column = {block.column(one.name)})")
    return [f"columns <- list({', '.join(entries)})", f"usable <- {usable}"]


def unit_vector(predictors: Sequence[Predictor], *, each: bool = False) -> str:
    """The change of each predictor (or of each coefficient) that its odds ratio is for; NA: its SD."""
    units = [
        "NA" if one.is_per_sd else r_number(one.unit)
        for one in predictors
        for _ in (one.coefficients if each else (one.name,))
    ]
    return f"c({', '.join(units)})"
