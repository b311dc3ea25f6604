"""Sections as one HTML file that loads nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import jinja2

from adcurate.report.page import Picture, Section, Table
from adcurate.report.svg import inline_svg


def render_page(
    sections: Sequence[Section],
    figures: Mapping[str, str],
    *,
    kicker: str,
    title: str,
    facts: str,
    statement: str = "",
    version: str = "",
) -> str:
    """Write a page.

    Parameters
    ----------
    figures
        SVG text by the name of its `Picture`. A picture that is not given is left out, and a section that
        then is empty with it.

    Raises
    ------
    ReportError
        ``report.figure`` for an SVG with scripts or addresses outside the page.
    """
    kept = _kept(sections, figures)
    inline = {
        block.name: inline_svg(
            figures[block.name], f"fig-{block.name}", block.alternative or f"{block.title}. {block.caption}"
        )
        for section in kept
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
        kicker=kicker,
        title=title,
        facts=facts,
        statement=statement,
        sections=kept,
        numbers=_numbers(kept),
        figures=inline,
        version=version,
    )


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
