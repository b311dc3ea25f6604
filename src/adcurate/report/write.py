"""The report as a folder: the page, its figures in every format, its tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from adcurate.model.cohort import StudyResults
from adcurate.report.answer_figures import figures_of_answers
from adcurate.report.catalogue import make_figures
from adcurate.report.figures.save import EncodeFigures, encode_figures
from adcurate.report.files import make_folder, write_atomically
from adcurate.report.methods import write_fixed_methods
from adcurate.report.plan_page import render_plan
from adcurate.report.scale import scale_of_protocol
from adcurate.report.study_report import render_report
from adcurate.report.svg import REPORT_NAME
from adcurate.report.tables import figure_data, make_tables, write_csv


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """What was written."""

    html: Path
    plan: Path
    figures: tuple[Path, ...]
    tables: tuple[Path, ...]


def write_report(results: StudyResults, folder: Path, encode: EncodeFigures = encode_figures) -> ReportFiles:
    """Write ``report.html``, ``plan.html``, ``figures/`` and ``tables/`` into `folder`.

    Figures come as SVG, PDF, PNG and TIFF with the data behind them, tables as CSV.

    Everything is made before anything is written; each file is replaced as a whole, the page last. The same
    results give the same bytes.

    Raises
    ------
    OutputError
        ``output.not-writable``
    """
    make_folder(folder)
    drawn = make_figures(results)
    behind = figure_data(results)
    of_answers = figures_of_answers(results.answers, scale_of_protocol(results.protocol))
    for each in (each for group in of_answers.values() for each in group):
        drawn[each.name] = each.figure
        behind[each.name] = write_csv(each.data.columns, each.data.rows)
    encoded = encode(drawn)
    svg = {name: formats["svg"].decode() for name, formats in encoded.items()}
    page = render_report(results, svg, of_answers)
    plan = render_plan(
        results.protocol.plan,
        title=results.protocol.title,
        methods=write_fixed_methods(results.protocol),
        version=results.software.get("adcurate", ""),
    )
    pictures = {
        folder / "figures" / f"{name}.{kind}": content
        for name, formats in encoded.items()
        for kind, content in formats.items()
    }
    tables = {folder / "tables" / name: content for name, content in make_tables(results).items()}
    tables |= {folder / "figures" / f"{name}.csv": behind[name] for name in encoded if name in behind}
    plan_page = folder / "plan.html"
    for path, content in (pictures | tables).items():
        write_atomically(path, content)
    write_atomically(plan_page, plan.encode())
    html = folder / REPORT_NAME
    write_atomically(html, page.encode())
    return ReportFiles(html, plan_page, tuple(pictures), tuple(tables))
