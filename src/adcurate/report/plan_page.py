"""The analysis plan as a page: what is analysed, what is asked, which answers confirm."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from adcurate.model.plan import Plan, PlannedAnswer, PlannedQuestion
from adcurate.report.html import render_page
from adcurate.report.links import link
from adcurate.report.page import Block, Paragraph, Section, Table, body_rows
from adcurate.report.words import KIND_WORDS

_VALUE = {
    "first-reader": "the readings of the reader who drew first (of a table, the first by name)",
    "mean": "the mean of all readers of a lesion",
}
_UNIT = {"subject": "one lesion a subject", "lesion": "every lesion"}
_CANNOT_ASSESS = {
    "leave-out": "left out of sensitivity and specificity, and counted",
    "test-negative": "counted as called negative",
    "test-positive": "counted as called positive",
    "worst-case": "counted as called wrongly",
}
_MULTIPLICITY = {
    "none": "not corrected for the number of tests",
    "bonferroni": "corrected by Bonferroni",
    "holm": "corrected by Holm",
    "benjamini-hochberg": "corrected by Benjamini and Hochberg (false discovery rate)",
}

_TO_REGRADE = frozenset({"ki67_column", "mitoses_column"})


def plan_table(plan: Plan, answers: Sequence[PlannedAnswer] = ()) -> tuple[Block, ...]:
    """The plan's rules in a sentence, and its questions in a table (with their stamps when answered)."""
    stamps = [answer.stamp for answer in answers] or [""] * len(plan.questions)
    head = ("No.", "Question", "Role", "Choices", *(("Asked",) if answers else ()))
    rows = [
        (
            str(number),
            link(question.title or KIND_WORDS[question.kind], f"question-{number}" if answers else ""),
            question.role.replace("-", " "),
            _choices(question),
            *((stamp,) if answers else ()),
        )
        for number, (question, stamp) in enumerate(zip(plan.questions, stamps, strict=True), start=1)
    ]
    blocks: list[Block] = [Paragraph(describe_rules(plan))]
    if rows:
        align = "l" * len(head)
        blocks.append(Table("Questions of the plan", head, body_rows(rows), align, "table-plan"))
    else:
        blocks.append(Paragraph("The plan asks no questions beyond the analyses of each marker.", "note"))
    return tuple(blocks)


def render_plan(plan: Plan, *, title: str, methods: Sequence[str], version: str, kept: str = "") -> str:
    """Write the plan as a page to print, with the choices of method that it fixes.

    `kept` says since when a study's store has held it.
    """
    sections = (
        Section("plan", "What is asked", plan_table(plan)),
        Section("methods", "Methods that are fixed", tuple(Paragraph(text) for text in methods)),
    )
    dated = f"Settled on {plan.date}" if plan.date else "" if kept else "Not dated"
    dated = " · ".join(filter(None, (dated, kept)))
    return render_page(
        sections, {}, kicker="Adcurate analysis plan", title=title, facts=dated, version=version
    )


def describe_rules(plan: Plan) -> str:
    """Date, value, unit, what "cannot assess" counts as, and the correction of p-values."""
    dated = f"The plan is dated {plan.date}." if plan.date else "The plan bears no date."
    value = _VALUE.get(plan.value, f"the readings of {plan.value}")
    return (
        f"{dated} Analysed are {value}; the unit of analysis is {_UNIT[plan.unit]}. Lesions that could not "
        f"be assessed are {_CANNOT_ASSESS[plan.cannot_assess]}. The p-values of confirmatory questions are "
        f"{_MULTIPLICITY[plan.multiplicity]}; those of exploratory questions are not corrected and prove "
        "nothing by themselves."
    )


def _choices(question: PlannedQuestion) -> str:
    """Every key that says something: a plan fixes its defaults too."""
    chosen = []
    for each in dataclasses.fields(question.ask):
        value = getattr(question.ask, each.name)
        if value in ("", (), None) or (each.name in _TO_REGRADE and not _regrades(question)):
            continue
        shown = ", ".join(map(str, value)) if isinstance(value, tuple) else _plainly(value)
        chosen.append(f"{each.name.replace('_', ' ')}: {shown}")
    return "; ".join(chosen) or "all markers"


def _regrades(question: PlannedQuestion) -> bool:
    """Whether a row of a sensitivity analysis grades anew, which is what Ki-67 and mitoses are read for."""
    rows = (*getattr(question.ask, "rows", ()), *getattr(question.ask, "post_hoc_rows", ()))
    return any("edition" in row for row in rows)


def _plainly(value: object) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
