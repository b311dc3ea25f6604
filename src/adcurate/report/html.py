"""The report as one HTML file that loads nothing: each number leads to where it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import jinja2

from adcurate.model.cohort import StudyResults
from adcurate.report.accuracy import accuracy_section, published_section, roc_section
from adcurate.report.captions import picture
from adcurate.report.firmness import findings_section, fragility_section, maps_section
from adcurate.report.groups_and_tests import correlation_section, tests_section, values_section
from adcurate.report.limits import write_limits
from adcurate.report.links import Anchors, make_anchors
from adcurate.report.listings import (
    digests_section,
    measurements_appendix,
    reconstruction_section,
    values_listing,
)
from adcurate.report.methods import write_methods
from adcurate.report.page import Bullets, Paragraph, Picture, Section, Table
from adcurate.report.participants import cohort_section, exams_section, participants_section
from adcurate.report.summary import summary_section
from adcurate.report.svg import inline_svg


def render_report(results: StudyResults, figures: Mapping[str, str]) -> str:
    """Write the whole report.

    Parameters
    ----------
    figures
        SVG text by the names of `make_figures`. One that is not given is left out of the report.

    Raises
    ------
    ReportError
        ``report.figure`` for an SVG with scripts or addresses outside the page.
    """
    sections = _kept(_sections(results, make_anchors(results)), figures)
    inline = {
        block.name: inline_svg(figures[block.name], f"fig-{block.name}", f"{block.title}. {block.caption}")
        for section in sections
        for block in section.blocks
        if isinstance(block, Picture)
    }
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("adcurate.report", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template("report.html.j2").render(
        title=results.protocol.title,
        statement=results.statement,
        sections=sections,
        numbers=_numbers(sections),
        figures=inline,
        version=results.software.get("adcurate", ""),
        n_analysed=len(results.members),
    )


def _sections(results: StudyResults, anchors: Anchors) -> list[Section]:
    analysed = bool(results.of_record)
    sections: list[Section | None] = [
        summary_section(results),
        participants_section(results),
        exams_section(results),
        cohort_section(results),
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


def _kept(sections: Sequence[Section], figures: Mapping[str, str]) -> list[Section]:
    """The sections without pictures that were not made, and without sections that then are empty."""
    kept = []
    for section in sections:
        blocks = tuple(b for b in section.blocks if not isinstance(b, Picture) or b.name in figures)
        if blocks:
            kept.append(replace(section, blocks=blocks))
    return kept


def _numbers(sections: Sequence[Section]) -> dict[str, Any]:
    """The running number of each table and figure, by its id."""
    tables = [block for section in sections for block in section.blocks if isinstance(block, Table)]
    pictures = [block for section in sections for block in section.blocks if isinstance(block, Picture)]
    return {
        **{table.anchor: i + 1 for i, table in enumerate(tables)},
        **{each.name: i + 1 for i, each in enumerate(pictures)},
    }
