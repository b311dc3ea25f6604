"""``analyze``: the statistics of a study for someone who only has a table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from adcurate import __version__
from adcurate.errors import StatisticsError, UsageError
from adcurate.findings import Finding
from adcurate.formats.table import read_table
from adcurate.model.analysis import MarkerAnalysis, MarkerValue
from adcurate.model.cases import CaseTable
from adcurate.model.jsonable import as_jsonable
from adcurate.model.plan import PlannedAnswer
from adcurate.model.progress import Progress, no_progress
from adcurate.model.protocol import Analysis
from adcurate.model.table_plan import TablePlan
from adcurate.study.analysis_json import SCHEMA_VERSION, answer_json, marker_json
from adcurate.study.answer import AS_DATED, UNDATED, answer_plan
from adcurate.study.marker_analysis import MarkerQuestion, analyze_marker
from adcurate.study.questions.naming import naming
from adcurate.study.tables.table_cases import cases_of_table
from adcurate.study.units import Levels, level_cases

_FAR = 50


@dataclass(frozen=True, slots=True, eq=False)
class TableAnalysis:
    """The answers, with how many rows each rests on."""

    file_name: str
    plan: TablePlan
    levels: Levels
    markers: tuple[MarkerAnalysis, ...]
    answers: tuple[PlannedAnswer, ...]
    findings: tuple[Finding, ...]

    def as_json(self) -> dict[str, Any]:
        """The documented JSON, nothing rounded."""
        plan, methods = self.plan, self.plan.analysis
        return {
            "schema": "adcurate.analysis",
            "schema_version": SCHEMA_VERSION,
            "adcurate_version": __version__,
            "table": self.file_name,
            "n_rows": len(self.levels.readings),
            "outcome": plan.columns.outcome,
            "positive": list(plan.columns.positive),
            "grade": plan.columns.grade or None,
            "grades": list(self.levels.units.grades),
            "seed": methods.seed,
            "confidence_level": methods.confidence_level,
            "bootstrap_resamples": methods.bootstrap_resamples,
            "stated_prevalence": methods.stated_prevalence,
            "plan": as_jsonable(plan.plan.as_json()),
            "markers": {analysis.marker: marker_json(analysis) for analysis in self.markers},
            "answers": [answer_json(answer) for answer in self.answers],
            "findings": [finding.as_json() for finding in self.findings],
        }


def analyze_table(path: Path, plan: TablePlan, *, progress: Progress = no_progress) -> TableAnalysis:
    """Analyse the marker columns of a CSV or XLSX table, and answer the questions of its plan.

    A row that lacks the marker, the outcome or (where asked for) the grade is left out of that marker and
    counted.

    Raises
    ------
    TableError
        ``table.missing-column``, ``table.value``, ``table.duplicate-row`` and the codes of `read_table`.
    UsageError
        ``usage.option``: a positive value that the outcome column does not hold, a grade that the order of
        grades leaves out, a prevalence outside (0, 1).
    StatisticsError
        ``statistics.option`` (a level outside (0, 1)), ``statistics.one-class``, ``statistics.too-few``,
        ``statistics.constant``.
    """
    _check_methods(plan.analysis)
    table = read_table(path, decimal=plan.columns.decimal, encoding=plan.columns.encoding)
    levels = level_cases(cases_of_table(table, plan), plan.plan)
    n_steps = len(plan.markers) + len(plan.plan.questions)
    analyses = []
    for position, marker in enumerate(plan.markers):
        progress("Statistics", position, n_steps)
        with naming(marker.label):
            analyses.append(analyze_column(levels.units, marker.label, plan.analysis))
    answers = answer_plan(
        plan.plan,
        levels,
        plan.analysis,
        stamps=dict.fromkeys(plan.plan.questions, AS_DATED if plan.plan.date else UNDATED),
        progress=lambda step, done, total: progress(step, done + len(plan.markers), n_steps),
    )
    progress("Statistics", n_steps, n_steps)
    findings = (*levels.findings, *_far_out(levels.units))
    return TableAnalysis(path.name, plan, levels, tuple(analyses), answers, findings)


def analyze_column(cases: CaseTable, marker: str, methods: Analysis) -> MarkerAnalysis:
    """Every statistic of one marker over the rows that have it, the outcome and (if graded) the grade."""
    numbers = cases.markers[marker]
    values = [
        MarkerValue(subject=row, value=float(number), grade=grade or "", positive=bool(positive))
        for row, number, grade, positive in zip(cases.rows, numbers, cases.grade, cases.positive, strict=True)
        if np.isfinite(number) and positive is not None and (not cases.grades or grade is not None)
    ]
    if not values:
        raise StatisticsError(
            "statistics.too-few",
            f"No row of the table has both the marker {marker!r} and the outcome.",
            remedy="Check that the columns are the ones you mean.",
            n=0,
        )
    return analyze_marker(
        MarkerQuestion(
            marker=marker,
            direction=cases.directions[marker],
            positive_label=cases.positive_label,
            negative_label=cases.negative_label,
            grades=cases.grades,
            methods=methods,
            resolution=cases.resolution,
            n_missing=len(cases) - len(values),
        ),
        values,
    )


def _far_out(cases: CaseTable) -> list[Finding]:
    """Values many times the median: a slip of the unit or of the decimal sign, most often."""
    found = []
    for name, values in cases.markers.items():
        sizes = np.abs(values[np.isfinite(values)])
        middle = float(np.median(sizes)) if sizes.size else 0.0
        rows = [
            row for row, value in zip(cases.rows, values, strict=True) if abs(value) > _FAR * middle > 0.0
        ]
        if rows:
            sentence = (
                f"{len(rows)} values of {name} are more than {_FAR} times the median, the first "
                f"in {rows[0]}: "
                "check the unit and the decimal sign."
            )
            found.append(Finding("table.far-out", sentence, "serious"))
    return found


def _check_methods(methods: Analysis) -> None:
    prevalence = methods.stated_prevalence
    if prevalence is not None and not 0 < prevalence < 1:
        raise UsageError(
            "usage.option",
            f"A prevalence is a share between 0 and 1, not {prevalence:g}.",
            remedy="Write 19 % as --prevalence 0.19.",
        )
