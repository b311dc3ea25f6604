"""``analyze --output``: the analysis of a table as a report, its figures, the numbers and a script."""

from __future__ import annotations

import json
from pathlib import Path

from adcurate import __version__
from adcurate.report.table_report import TableReport, write_table_report
from adcurate.study.analyze_table import TableAnalysis
from adcurate.study.table_scale import scale_of_markers, scale_of_plan


def report_table(result: TableAnalysis, folder: Path) -> Path:
    """Write the report into `folder` and return its page.

    Raises
    ------
    OutputError
        ``output.not-writable``
    """
    scales = scale_of_markers(result.plan, result.levels.units)
    text = json.dumps(result.as_json(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    report = TableReport(
        title=result.plan.title,
        file_name=result.file_name,
        n_rows=len(result.levels.readings),
        plan=result.plan.plan,
        analyses=result.markers,
        scales=scales,
        answers=result.answers,
        answer_scale=scale_of_plan(scales),
        findings=result.findings,
        version=__version__,
    )
    return write_table_report(report, folder, {"analysis.json": text.encode()})
