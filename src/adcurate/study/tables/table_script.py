"""What a script needs to repeat the analysis of a table: cases, answers, conditions as read."""

from __future__ import annotations

import dataclasses

from adcurate import __version__
from adcurate.model.answers.literature import LiteratureCorrelationQuestion, LiteratureMeansQuestion
from adcurate.model.answers.sensitivity import SensitivityAnswer
from adcurate.model.cases import CaseTable
from adcurate.report.r_script import Clause, ScriptRequest, StudyTable
from adcurate.study.conditions import Condition, parse_conditions, select
from adcurate.study.questions.literature_cases import (
    factor_to_mm2_per_s,
    studies_of_correlations,
    studies_of_means,
)
from adcurate.study.tables.analyze_table import TableAnalysis
from adcurate.study.tables.table_cases import CANNOT_ASSESS

_ORDER = ("<=", ">=", "<", ">")
_CHOICES = ("reader", "value", "map", "edition")


def script_request(result: TableAnalysis) -> ScriptRequest:
    """The analysis of a table, to be repeated by a script."""
    levels = result.levels
    named = _named_columns(result)
    labels = {
        row.label
        for answer in result.answers
        if isinstance(answer.answer, SensitivityAnswer)
        for row in answer.answer.rows
        if row.stamp != "primary"
    }
    return ScriptRequest(
        title=result.plan.title,
        file_name=result.file_name,
        version=__version__,
        plan=result.plan.plan,
        methods=result.plan.analysis,
        readings=_only(levels.readings, named),
        lesions=_only(levels.lesions, named),
        units=_only(levels.units, named),
        markers=result.markers,
        answers=result.answers,
        conditions={
            label: tuple(_clause(one, levels.lesions) for one in parse_conditions(label))
            for label in sorted(labels)
        },
        studies=_studies(result),
    )


def _named_columns(result: TableAnalysis) -> set[str]:
    """The columns that a question names, and no others: names and dates of birth may stand beside them."""
    named = {CANNOT_ASSESS}
    for answer in result.answers:
        for field in dataclasses.fields(answer.question.ask):
            value = getattr(answer.question.ask, field.name)
            named.update(
                one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, str)
            )
        if isinstance(answer.answer, SensitivityAnswer):
            rows = (row for row in answer.answer.rows if row.stamp != "primary")
            named.update(one.column for row in rows for one in parse_conditions(row.label))
    return named


def _only(cases: CaseTable, named: set[str]) -> CaseTable:
    return dataclasses.replace(
        cases, columns={name: cells for name, cells in cases.columns.items() if name in named}
    )


def _studies(result: TableAnalysis) -> dict[str, StudyTable]:
    """The tables of studies that were pooled, by the path of the answer."""
    found = {}
    for position, one in enumerate(result.answers):
        ask = one.question.ask
        if one.answer is None:
            continue
        if isinstance(ask, LiteratureMeansQuestion):
            factor = factor_to_mm2_per_s(result.levels.units, ask.marker) or 1.0
            found[f"answers/{position}/answer"] = StudyTable(studies_of_means(ask), factor)
        elif isinstance(ask, LiteratureCorrelationQuestion):
            found[f"answers/{position}/answer"] = StudyTable(studies_of_correlations(ask))
    return found


def _clause(condition: Condition, cases: CaseTable) -> Clause:
    if condition.column in _CHOICES and condition.sign == "=":
        return Clause(condition.column, "=", condition.value, None, ())
    if condition.sign in _ORDER or condition.column in cases.markers:
        return Clause(condition.column, condition.sign, condition.value, float(condition.value), ())
    equal = select(cases, (Condition(condition.column, "=", condition.value),)).chosen
    cells = cases.text(condition.column)
    texts = sorted({str(cell) for cell, same in zip(cells, equal, strict=True) if same})
    return Clause(condition.column, condition.sign, condition.value, None, tuple(texts))
