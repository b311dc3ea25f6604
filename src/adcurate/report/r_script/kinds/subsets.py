"""``sensitivity`` and ``assessability``: the main numbers on other rows, and with lesions not assessed."""

from __future__ import annotations

import math

from adcurate.model.answers.assessability import AssessabilityAnswer
from adcurate.model.answers.sensitivity import SensitivityAnswer, SensitivityQuestion, SensitivityRow
from adcurate.report.r_script.quote import r_comment, r_flag, r_number, r_string, r_strings
from adcurate.report.r_script.request import Block, Clause, lines

_CHOICES = ("reader", "value")


def write_sensitivity(ask: SensitivityQuestion, answer: SensitivityAnswer, block: Block) -> str:
    """Each row: the rows of the table it rests on, then the main numbers on them."""
    del ask
    methods = block.request.methods
    parts = [
        "# Each row of the sensitivity table is the analysis again on the rows that meet a condition.",
        f"intervals <- list(auc = {r_string(methods.auc_interval)}, "
        f"cutoff = {r_string(methods.cutoff_interval)}, spearman = {r_string(methods.spearman_interval)})",
        "chosen <- list(cases = cases, n_unknown = 0)",
    ]
    label = answer.rows[0].label if answer.rows else ""
    repeated = True
    for position, row in enumerate(answer.rows):
        if row.label != label:
            label = row.label
            chosen = _chosen(label, block)
            repeated = chosen is not None
            parts += ["", r_comment(f"Row: {label}"), *(chosen or ())]
        if not repeated:
            rule = "the grades of another edition are Adcurate's own rule (docs/methods/sensitivity.md)"
            reason = f"{label}: {rule}."
            parts.append(block.left_out(f"rows/{position}", reason))
        else:
            parts.append(_row(position, row, block))
    return lines(parts)


def _chosen(label: str, block: Block) -> list[str] | None:
    """Lines that take the rows of a condition; None where R does not make the choice."""
    clauses = block.request.conditions.get(label, ())
    choices = {one.column: one for one in clauses if one.sign == "="}
    if "edition" in choices or "map" in choices or not clauses:
        return None
    found = []
    value = choices.get("reader") or choices.get("value")
    if value is None:
        found.append("rows <- cases")
    else:
        found.append(
            f"rows <- analysed_cases(readings, {r_string(value.value)}, {r_string(block.request.plan.unit)})"
        )
    left = [one for one in clauses if not (one.sign == "=" and one.column in _CHOICES)]
    tests = ", ".join(_test(one, block) for one in left)
    found.append(f"chosen <- choose_rows(rows, list({tests}))")
    return found


def _test(clause: Clause, block: Block) -> str:
    column = block.column(clause.column)
    if clause.number is not None:
        resolution = ", resolution" if clause.column in block.names.markers else ""
        sign = {"=": "=="}.get(clause.sign, clause.sign)
        return f"compare(numbers_in(rows, {column}{resolution}), {r_string(sign)}, {r_number(clause.number)})"
    negated = "" if clause.sign == "=" else ", not = TRUE"
    return f"one_of(rows[[{column}]], {r_strings(clause.texts)}{negated})"


def _row(position: int, row: SensitivityRow, block: Block) -> str:
    grades = r_strings(block.request.units.grades)
    has = {
        "auc": not math.isnan(row.auc),
        "cutoff": not math.isnan(row.cutoff),
        "cutoff_interval": row.cutoff_interval is not None,
        "rho": not math.isnan(row.rho),
        "rho_interval": row.rho_interval is not None,
    }
    given = "".join(f", {name} = {r_flag(flag)}" for name, flag in has.items() if not flag)
    call = (
        f"subset_row(chosen, {block.marker(row.marker)}, {block.direction(row.marker)}, {grades}, "
        f"resolution, intervals, level, n_resamples{given})"
    )
    return lines(
        r_comment(row.reason) if row.reason else "",
        block.record(f"rows/{position}", call),
    )


def write_assessability(ask: object, answer: AssessabilityAnswer, block: Block) -> str:
    """The table at the cut-off of those assessed, and the others added to it by each policy."""
    del ask
    method = r_string(block.request.methods.proportion_interval)
    parts = [
        "# Lesions with an outcome and no number are left out, or called negative, positive, or wrongly."
    ]
    for position, one in enumerate(answer.markers):
        call = (
            f"assessability(cases, {block.marker(one.marker)}, {block.direction(one.marker)}, resolution, "
            f"{method}, level)"
        )
        parts.append(block.record(f"markers/{position}", call))
    return lines(parts)
