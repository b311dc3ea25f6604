"""The sections of a study's report: each number leads to where it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from adcurate.model.cohort import StudyResults
from adcurate.report.accuracy import accuracy_section, published_section, roc_section
from adcurate.report.answer_figures import AnswerFigure
from adcurate.report.answer_sections import answer_sections
from adcurate.report.captions import picture
from adcurate.report.firmness import findings_section, fragility_section, maps_section
from adcurate.report.groups_and_tests import correlation_section, tests_section, values_section
from adcurate.report.html import render_page
from adcurate.report.limits import write_limits
from adcurate.report.links import make_anchors
from adcurate.report.listings import (
    digests_section,
    measurements_appendix,
    reconstruction_section,
    values_listing,
)
from adcurate.report.methods import write_methods
from adcurate.report.page import Bullets, Paragraph, Section
from adcurate.report.participants import cohort_section, exams_section, participants_section
from adcurate.report.reading_account import reading_section
from adcurate.report.scale import scale_of_protocol
from adcurate.report.summary import summary_section

_UNITS = {"subject": "subjects", "lesion": "lesions"}


def render_report(
    results: StudyResults,
    figures: Mapping[str, str],
    of_answers: Mapping[int, Sequence[AnswerFigure]] = MappingProxyType({}),
) -> str:
    """Write the whole report.

    Parameters
    ----------
    figures
        SVG text by the names of `make_figures`. One that is not given is left out of the report.
    of_answers
        The figures of the plan's questions, by number; their SVG text is among `figures`.

    Raises
    ------
    ReportError
        ``report.figure`` for an SVG with scripts or addresses outside the page.
    """
    return render_page(
        report_sections(results, of_answers),
        figures,
        kicker="Adcurate study report",
        title=results.protocol.title,
        facts=f"{len(results.members)} {_UNITS[results.protocol.plan.unit]} analysed",
        statement=results.statement,
        version=results.software.get("adcurate", ""),
    )


def report_sections(
    results: StudyResults, of_answers: Mapping[int, Sequence[AnswerFigure]] = MappingProxyType({})
) -> list[Section]:
    """Every section of the report, in its order."""
    anchors = make_anchors(results)
    analysed = bool(results.of_record)
    sections: list[Section | None] = [
        summary_section(results),
        participants_section(results),
        exams_section(results),
        cohort_section(results),
        reading_section(results),
    ]
    if results.panels:
        sections.append(Section("regions", "Regions", picture(results, "region-panels")))
    if analysed:
        sections += [
            values_section(results, anchors),
            tests_section(results, anchors),
            correlation_section(results),
            roc_section(results, anchors),
            accuracy_section(results, anchors),
            published_section(results),
        ]
    sections += answer_sections(
        results.protocol.plan, results.answers, of_answers, scale_of_protocol(results.protocol)
    )
    sections += [
        maps_section(results),
        fragility_section(results, anchors),
        findings_section(results),
        Section(
            "methods", "Methods", tuple(Paragraph(text) for text in write_methods(results).split("\n\n"))
        ),
        Section("limits", "Limits", (Bullets(write_limits(results)),)),
        reconstruction_section(results),
        values_listing(results, anchors),
        measurements_appendix(results, anchors),
        digests_section(results),
    ]
    return [section for section in sections if section is not None]
