"""An analysis as text and tables in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from adcurate.cli.console import show_findings, show_lines, show_table
from adcurate.model.plan import PlannedAnswer
from adcurate.report.answers.catalogue import badge_of, view_answer
from adcurate.report.answers.marker import view_marker
from adcurate.report.answers.view import AnswerView
from adcurate.report.scale import MarkerScale
from adcurate.study.tables.analyze_table import TableAnalysis
from adcurate.study.tables.table_scale import scale_of_markers, scale_of_plan

_FEW_ROWS = 7


def show_table_analysis(result: TableAnalysis) -> None:
    """Print each marker, then each question of the plan."""
    scales = scale_of_markers(result.plan, result.levels.units)
    for analysis in result.markers:
        view = view_marker(analysis, scales[analysis.marker])
        show_lines(["", view.title])
        _tables(view)
        show_findings(analysis.findings)
    show_answers(result.answers, scale_of_plan(scales))
    show_findings(result.findings)


def show_answers(answers: Sequence[PlannedAnswer], scale: MarkerScale) -> None:
    """Print the questions of a plan with their answers, in the plan's order."""
    for answer in answers:
        view = view_answer(answer, scale)
        show_lines(["", f"{view.title}  [{badge_of(answer)}]", *view.sentences])
        _tables(view)
        show_lines(list(view.notes))
        show_findings(() if answer.answer is None else answer.answer.findings)


def _tables(view: AnswerView) -> None:
    for table in view.tables:
        columns, rows = table.columns, table.rows
        if len(rows) < _FEW_ROWS <= len(columns):
            # Wide and flat: turned, it fits a terminal.
            turned = tuple(zip(columns, *rows, strict=True))
            columns, rows = turned[0], turned[1:]
        show_table(table.title, columns, rows, note=table.note)
