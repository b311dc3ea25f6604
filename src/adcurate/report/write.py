"""The report as a folder: the page, its figures in every format, its tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from adcurate.model.cohort import StudyResults
from adcurate.report.catalogue import make_figures
from adcurate.report.figures.save import encode_figure
from adcurate.report.files import make_folder, write_atomically
from adcurate.report.html import render_report
from adcurate.report.svg import REPORT_NAME
from adcurate.report.tables import make_tables


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """What was written."""

    html: Path
    figures: tuple[Path, ...]
    tables: tuple[Path, ...]


def write_report(results: StudyResults, folder: Path) -> ReportFiles:
    """Write ``report.html``, ``figures/`` (SVG, PDF, PNG, TIFF) and ``tables/`` (CSV) into `folder`.

    Everything is made before anything is written; each file is replaced as a whole, the page last. The same
    results give the same bytes.

    Raises
    ------
    OutputError
        ``output.not-writable``
    """
    make_folder(folder)
    encoded = {name: encode_figure(figure) for name, figure in make_figures(results).items()}
    page = render_report(results, {name: formats["svg"].decode() for name, formats in encoded.items()})
    pictures = {
        folder / "figures" / f"{name}.{kind}": content
        for name, formats in encoded.items()
        for kind, content in formats.items()
    }
    tables = {folder / "tables" / name: content for name, content in make_tables(results).items()}
    for path, content in (pictures | tables).items():
        write_atomically(path, content)
    html = folder / REPORT_NAME
    write_atomically(html, page.encode())
    return ReportFiles(html, tuple(pictures), tuple(tables))
