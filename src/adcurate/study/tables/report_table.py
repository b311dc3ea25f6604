"""``analyze --output``: the analysis of a table as a report, its figures, the numbers and a script."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from adcurate import __version__
from adcurate.errors import UsageError
from adcurate.model.progress import Progress, no_progress
from adcurate.report.r_script import r_script_files
from adcurate.report.table_report import TableReport, write_table_report
from adcurate.study.figures import figure_encoder
from adcurate.study.tables.analyze_table import TableAnalysis
from adcurate.study.tables.table_scale import scale_of_markers, scale_of_plan
from adcurate.study.tables.table_script import script_request

SCRIPT_LANGUAGES: Final = ("r",)


def report_table(
    result: TableAnalysis, folder: Path, script: str | None = None, progress: Progress = no_progress
) -> Path:
    """Write the report into `folder`, with a script that repeats it if one is asked for; return its page.

    Raises
    ------
    OutputError
        ``output.not-writable``
    UsageError
        ``usage.option``: a script in another language than `SCRIPT_LANGUAGES`.
    """
    if script is not None and script not in SCRIPT_LANGUAGES:
        raise UsageError(
            "usage.option",
            f"There is no script in {script!r}.",
            remedy=f"Languages: {', '.join(SCRIPT_LANGUAGES)}.",
        )
    content = result.as_json()
    scales = scale_of_markers(result.plan, result.levels.units)
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
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
    files = {"analysis.json": text.encode()}
    if script is not None:
        files |= r_script_files(script_request(result), content)
    return write_table_report(report, folder, files, figure_encoder(None, progress))
