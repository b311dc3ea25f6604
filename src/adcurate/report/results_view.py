"""A study's results for a page that a person explores: main numbers, what is plotted, and the report's text.

All is text and places on an axis by now: a page draws it and computes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adcurate.model.cohort import StudyResults
from adcurate.report.direction import corrected_over_markers, show_both_p
from adcurate.report.firmness import fragility_of
from adcurate.report.moved import LISTS, plain
from adcurate.report.numbers import show_interval, show_number, show_share
from adcurate.report.page import Block, Bullets, Heading, Paragraph, Table
from adcurate.report.plot_parts import Plot
from adcurate.report.plots import plots_of
from adcurate.report.scale import scale_of, show_rule
from adcurate.report.study_report import report_sections


@dataclass(frozen=True, slots=True)
class MainNumber:
    """One number that a paper's abstract would have; `marker` is "" for the cohort's."""

    marker: str
    name: str
    shown: str


@dataclass(frozen=True, slots=True)
class ViewedCase:
    """An analysed case, and by what it stands out."""

    case: str
    subject: str
    lesion: str
    grade: str
    positive: bool
    vendor: str
    values: tuple[str, ...]
    one_voxel: bool


@dataclass(frozen=True, slots=True)
class ViewedBlock:
    """A part of a section; which fields say something depends on its kind. `rows` tell headings apart."""

    kind: str
    text: str = ""
    tone: str = ""
    badge: str = ""
    anchor: str = ""
    items: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    heading_rows: tuple[int, ...] = ()
    align: str = ""
    notes: tuple[str, ...] = ()
    folded: bool = False


@dataclass(frozen=True, slots=True)
class ViewedSection:
    """A section of the report. `about`: ``planned``, ``post-hoc``, or "" for what is said of every study."""

    anchor: str
    title: str
    about: str
    blocks: tuple[ViewedBlock, ...]


@dataclass(frozen=True, slots=True)
class ResultsView:
    """Everything that the page shows of one analysis."""

    title: str
    statement: str
    map_of_record: str
    markers: tuple[str, ...]
    main: tuple[MainNumber, ...]
    plots: tuple[Plot, ...]
    cases: tuple[ViewedCase, ...]
    sections: tuple[ViewedSection, ...]


def view_results(results: StudyResults) -> ResultsView:
    """Take the report's sections without its lists of single cases, and the numbers behind its plots."""
    sections = [one for one in report_sections(results) if one.anchor not in LISTS - {"findings", "methods"}]
    return ResultsView(
        title=results.protocol.title,
        statement=results.statement,
        map_of_record=results.protocol.adc.map_of_record,
        markers=tuple(analysis.marker for analysis in results.of_record),
        main=tuple(main_numbers(results)),
        plots=plots_of(results),
        cases=tuple(_cases(results)),
        sections=tuple(
            ViewedSection(
                one.anchor,
                one.title,
                one.anchor if one.anchor in ("planned", "post-hoc") else "",
                tuple(block for each in one.blocks if (block := _block(each)) is not None),
            )
            for one in sections
        ),
    )


def main_numbers(results: StudyResults) -> list[MainNumber]:
    """The numbers of an abstract: who, and for each marker area, cut-off, accuracy and correlation."""
    outcome = results.protocol.outcome
    found = [
        MainNumber("", "Analysed", str(len(results.members))),
        MainNumber("", outcome.positive_label, str(sum(one.positive for one in results.members))),
    ]
    level = results.protocol.analysis.confidence_level
    ci = f"{show_number(level * 100, 0)} % CI"
    corrected = corrected_over_markers(results.of_record, results.protocol.plan.multiplicity, level)
    for analysis in results.of_record:
        marker, accuracy = analysis.marker, analysis.at_cutoff
        scale, test = scale_of(analysis), analysis.mann_whitney[analysis.mann_whitney_of_record]
        cutoff = scale.times(f"{show_rule(analysis)} ({ci} {scale.interval(analysis.cutoff_interval)})")
        interval = show_interval(analysis.auc_interval, 3)
        found.append(MainNumber(marker, "AUC", f"{show_number(analysis.auc.value, 3)} ({ci} {interval})"))
        found.append(
            MainNumber(marker, "p, Mann-Whitney", show_both_p(test.p_value, corrected[marker], level))
        )
        found.append(MainNumber(marker, "Cut-off", cutoff))
        found.append(MainNumber(marker, "Sensitivity", show_share(accuracy.sensitivity)))
        found.append(MainNumber(marker, "Specificity", show_share(accuracy.specificity)))
        if analysis.spearman is not None:
            of_rho = show_interval(analysis.spearman_interval, 3)
            found.append(
                MainNumber(marker, "ρ with grade", f"{show_number(analysis.spearman.rho, 3)} ({ci} {of_rho})")
            )
    return found


def _cases(results: StudyResults) -> list[ViewedCase]:
    shown = [
        ({value.subject: scale_of(one).show(value.value) for value in one.values})
        for one in results.of_record
    ]
    source = results.protocol.adc.map_of_record
    return [
        ViewedCase(
            member.case,
            member.subject,
            member.row.lesion,
            member.grade,
            member.positive,
            member.scanner.vendor,
            tuple(of_case.get(member.case, "–") for of_case in shown),
            source in member.measurements
            and fragility_of(member.measurements[source]).get("minimum_rests_on_one_voxel") is True,
        )
        for member in results.members
    ]


def _block(block: Block) -> ViewedBlock | None:
    if isinstance(block, Paragraph):
        return ViewedBlock("paragraph", plain(block.text), block.tone, anchor=block.anchor)
    if isinstance(block, Heading):
        return ViewedBlock("heading", plain(block.text), badge=block.badge, anchor=block.anchor)
    if isinstance(block, Bullets):
        return ViewedBlock("bullets", items=_plain(block.items))
    if isinstance(block, Table):
        return ViewedBlock(
            "table",
            plain(block.title),
            anchor=block.anchor,
            head=_plain(block.head),
            rows=tuple(_plain(row.cells) for row in block.rows),
            heading_rows=tuple(at for at, row in enumerate(block.rows) if row.kind == "heading"),
            align=block.align,
            notes=_plain(block.notes),
            folded=block.folded,
        )
    return None


def _plain(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(plain(text) for text in texts)
