"""The analysis of a study as scripts for other programs: R repeats all of it, SPSS the main tables."""

from __future__ import annotations

from dataclasses import replace

from adcurate.model.cohort import StudyResults
from adcurate.model.table_plan import TableColumns, TablePlan
from adcurate.report.r_script import r_script_files
from adcurate.report.spss_syntax import SyntaxMarker, SyntaxRequest, spss_syntax
from adcurate.study.analysis_json import answer_json, marker_json
from adcurate.study.hand_over.record import marker_columns
from adcurate.study.hand_over.screened_cases import ANALYSED
from adcurate.study.tables.analyze_table import TableAnalysis
from adcurate.study.tables.table_script import script_request
from adcurate.study.units import level_cases


def r_files(results: StudyResults) -> dict[str, bytes]:
    """The R script, its cases and Adcurate's numbers to compare with, by file name."""
    protocol = results.protocol
    first = results.reader_who_counts if protocol.plan.value == "first-reader" else ""
    outcome = protocol.outcome
    levels = level_cases(results.readings[protocol.adc.map_of_record], protocol.plan, first)
    # The script reads every eligible case, also those that the flow leaves out since nothing was measured.
    n_cases = sum(known is not None for known in levels.units.positive)
    markers = tuple(replace(one, n_missing=n_cases - len(one.values)) for one in results.of_record)
    as_table = TableAnalysis(
        file_name=f"the study {protocol.title!r}",
        plan=TablePlan(
            title=protocol.title,
            columns=TableColumns(outcome="grade", positive=outcome.positive, grade_order=protocol.grades),
            markers=(),
            resolution=protocol.analysis.resolution_mm2_per_s,
            analysis=protocol.analysis,
            plan=protocol.plan,
        ),
        levels=levels,
        markers=markers,
        answers=results.answers,
        findings=(),
    )
    content = {
        "markers": {one.marker: marker_json(one) for one in markers},
        "answers": [answer_json(one) for one in results.answers],
    }
    return r_script_files(script_request(as_table), content)


def spss_text(results: StudyResults, digest: str, file_name: str) -> str:
    """The SPSS syntax of the study's main tables."""
    protocol = results.protocol
    name_of = {one.marker: one.of_record for one in marker_columns(protocol)}
    return spss_syntax(
        SyntaxRequest(
            title=protocol.title,
            digest=digest,
            file_name=file_name,
            analysed=ANALYSED,
            n_grades=len(protocol.grades),
            resolution=protocol.analysis.resolution_mm2_per_s,
            level=protocol.analysis.confidence_level,
            markers=tuple(SyntaxMarker(name_of[one.marker], one) for one in results.of_record),
        )
    )
