"""``adcurate analyze``: a table of numbers becomes tests, curves and cut-offs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adcurate.cli.options import JsonOption, wants_only_json, write_json


def analyze(
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="A CSV or XLSX file with a header row.")],
    marker: Annotated[list[str], typer.Option("--marker", help="A column of numbers. May be given again.")],
    outcome: Annotated[str, typer.Option("--outcome", help="The column with the reference standard.")],
    positive: Annotated[
        list[str], typer.Option("--positive", help="The outcome value that is positive. May be given again.")
    ],
    direction: Annotated[
        str, typer.Option("--direction", help="low: low values are positive; high: high values are.")
    ],
    grade: Annotated[str | None, typer.Option("--grade", help="A column with ordered grades.")] = None,
    grade_order: Annotated[
        str | None, typer.Option("--grade-order", help="The grades, lowest first: G1,G2,G3.")
    ] = None,
    prevalence: Annotated[
        float | None, typer.Option("--prevalence", help="Also give PPV and NPV at this share, such as 0.19.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the bootstraps.")] = 1,
    resamples: Annotated[int, typer.Option("--resamples", min=100, help="Bootstrap resamples.")] = 10_000,
    level: Annotated[float, typer.Option("--level", help="Confidence level.")] = 0.95,
    decimal: Annotated[str, typer.Option("--decimal", help="Decimal sign of the table: . or ,")] = ".",
    encoding: Annotated[str, typer.Option("--encoding", help="Of a CSV: utf-8, utf-16 or cp1252.")] = "utf-8",
    json_file: JsonOption = None,
) -> None:
    """Compare groups, correlate, draw the ROC curve and find the cut-off of each marker column."""
    from adcurate.cli.analysis_view import show_analysis
    from adcurate.cli.console import progress_bar
    from adcurate.cli.options import one_of
    from adcurate.model.protocol import Analysis
    from adcurate.study.analyze_table import TableQuestion, analyze_table

    question = TableQuestion(
        markers=tuple(marker),
        outcome=outcome,
        positive=tuple(positive),
        direction="low" if one_of("--direction", direction, ("low", "high")) == "low" else "high",
        grade=grade,
        grade_order=tuple(part.strip() for part in grade_order.split(",")) if grade_order else (),
        methods=Analysis(
            seed=seed, bootstrap_resamples=resamples, confidence_level=level, stated_prevalence=prevalence
        ),
    )
    one_of("--decimal", decimal, (".", ","))
    one_of("--encoding", encoding, ("utf-8", "utf-16", "cp1252"))
    with progress_bar() as progress:
        result = analyze_table(table, question, decimal=decimal, encoding=encoding, progress=progress)
    if not wants_only_json(json_file):
        for analysis in result.markers:
            show_analysis(analysis)
    write_json(json_file, result.as_json())
