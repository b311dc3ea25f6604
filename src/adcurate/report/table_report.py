"""The report on a plain table: its markers, its plan and the answers, as a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure

from adcurate.findings import Finding
from adcurate.model.analysis import MarkerAnalysis
from adcurate.model.plan import Plan, PlannedAnswer
from adcurate.report.answer_figures import AnswerFigure, figures_of_answers
from adcurate.report.answer_sections import answer_sections, view_blocks
from adcurate.report.answers.marker import view_marker
from adcurate.report.figures.box_plot import render_box_plot
from adcurate.report.figures.roc import render_roc
from adcurate.report.figures.save import EncodeFigures, encode_figures
from adcurate.report.files import make_folder, write_atomically
from adcurate.report.html import render_page
from adcurate.report.links import slug
from adcurate.report.page import Block, Paragraph, Picture, Section
from adcurate.report.scale import MarkerScale
from adcurate.report.svg import REPORT_NAME
from adcurate.report.tables import write_csv
from adcurate.report.words import TONES


@dataclass(frozen=True, slots=True, eq=False)
class TableReport:
    """All that the report on a table is made from."""

    title: str
    file_name: str
    n_rows: int
    plan: Plan
    analyses: tuple[MarkerAnalysis, ...]
    scales: Mapping[str, MarkerScale]
    answers: tuple[PlannedAnswer, ...]
    answer_scale: MarkerScale
    findings: tuple[Finding, ...]
    version: str


def write_table_report(
    report: TableReport, folder: Path, more: Mapping[str, bytes], encode: EncodeFigures = encode_figures
) -> Path:
    """Write ``report.html``, its figures in every format with the data behind each, and `more` files.

    Everything is made before anything is written; the page comes last.

    Raises
    ------
    OutputError
        ``output.not-writable``
    """
    make_folder(folder)
    figures = figures_of_answers(report.answers, report.answer_scale)
    drawn: dict[str, Figure] = {"roc": render_roc(report.analyses)}
    if all(analysis.grades for analysis in report.analyses):
        drawn["box-plot"] = render_box_plot(report.analyses)
    files: dict[str, bytes] = dict(more)
    for each in (each for group in figures.values() for each in group):
        drawn[each.name] = each.figure
        files[f"figures/{each.name}.csv"] = write_csv(each.data.columns, each.data.rows)
    files["figures/roc.csv"] = _roc_data(report.analyses)
    if "box-plot" in drawn:
        files["figures/box-plot.csv"] = _point_data(report.analyses)
    encoded = encode(drawn)
    for name, formats in encoded.items():
        for kind, content in formats.items():
            files[f"figures/{name}.{kind}"] = content
    page = render_page(
        _sections(report, figures),
        {name: formats["svg"].decode() for name, formats in encoded.items()},
        kicker="Adcurate analysis of a table",
        title=report.title,
        facts=f"{report.n_rows} rows of {report.file_name}",
        version=report.version,
    )
    for name, content in files.items():
        write_atomically(folder / name, content)
    write_atomically(folder / REPORT_NAME, page.encode())
    return folder / REPORT_NAME


def _sections(report: TableReport, figures: Mapping[int, Sequence[AnswerFigure]]) -> list[Section]:
    sections = []
    if report.findings:
        said = tuple(Paragraph(f.sentence, TONES[f.severity]) for f in report.findings)
        sections.append(Section("findings", "What to know first", said))
    blocks: list[Block] = []
    for analysis in report.analyses:
        view = view_marker(analysis, report.scales[analysis.marker])
        blocks += view_blocks(view, f"marker-{slug(analysis.marker)}")
        blocks += [Paragraph(f.sentence, TONES[f.severity]) for f in analysis.findings]
    roc = Picture(
        "roc",
        "ROC curves",
        "Band: pointwise limits of sensitivity at a given specificity. Ring: the cut-off of greatest Youden "
        "index, chosen and judged on the same cases.",
    )
    boxes = Picture(
        "box-plot",
        "Markers by grade and by outcome",
        "Every dot is one case. Boxes: quartiles and median; whiskers: the farthest value within 1.5 "
        "interquartile ranges. Dashed: the cut-off of greatest Youden index.",
    )
    sections.append(Section("markers", "The markers", (boxes, roc, *blocks)))
    return [*sections, *answer_sections(report.plan, report.answers, figures, report.answer_scale)]


def _point_data(analyses: Sequence[MarkerAnalysis]) -> bytes:
    return write_csv(
        ("marker", "row", "grade", "positive", "value"),
        [
            (analysis.marker, one.subject, one.grade, one.positive, one.value)
            for analysis in analyses
            for one in analysis.values
        ],
    )


def _roc_data(analyses: Sequence[MarkerAnalysis]) -> bytes:
    head = ("marker", "cutoff", "sensitivity", "specificity")
    return write_csv(
        head,
        [
            (analysis.marker, *point)
            for analysis in analyses
            for point in zip(
                analysis.roc.cutoffs.tolist(),
                analysis.roc.sensitivity.tolist(),
                analysis.roc.specificity.tolist(),
                strict=True,
            )
        ],
    )
