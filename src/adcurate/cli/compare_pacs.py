"""``adcurate study compare-pacs``: values typed from a PACS beside ours."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adcurate.cli.options import JsonOption, StudyOption, one_of, wants_only_json, write_json

HERE = Path()


def compare_pacs(
    table: Annotated[
        Path,
        typer.Argument(
            help="CSV or XLSX: subject, lesion, reader, mean [10-3 mm2/s], minimum [10-3 mm2/s], area [mm2]."
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", metavar="FOLDER", help="Where the page, plots and tables go.")
    ],
    unit: Annotated[
        str, typer.Option("--unit", help='Of the ADC, if the header does not say: "10-3 mm2/s", for example.')
    ] = "",
    area_unit: Annotated[str, typer.Option("--area-unit", help="Of the area: mm2 or cm2.")] = "",
    decimal: Annotated[str, typer.Option("--decimal", help="The decimal sign: . or ,")] = ".",
    source: Annotated[
        str,
        typer.Option(
            "--source", help="The map: scanner or refit.", show_default="the protocol's map of record"
        ),
    ] = "",
    study: StudyOption = HERE,
    json_file: JsonOption = None,
) -> None:
    """Compare values read on the PACS with ours for the same regions, and explain each difference."""
    from adcurate import __version__
    from adcurate.cli.console import progress_bar, show_findings, show_lines, show_next
    from adcurate.report.pacs_page import comparison_json, summarize_comparison, write_pacs_comparison
    from adcurate.study.figures import figure_encoder
    from adcurate.study.folder import find_study
    from adcurate.study.pacs.compare import compare_with_pacs

    one_of("--decimal", decimal, (".", ","))
    one_of("--source", source, ("", "scanner", "refit"))
    with progress_bar() as progress:
        found = compare_with_pacs(
            find_study(study),
            table,
            source=source,
            unit=unit,
            area_unit=area_unit,
            decimal="," if decimal == "," else ".",
            progress=progress,
        )
        encode = figure_encoder(None, progress)
        page = write_pacs_comparison(found, output, table_name=table.name, version=__version__, encode=encode)
    if not wants_only_json(json_file):
        show_lines(summarize_comparison(found))
        show_findings(found.findings)
        show_next(f"open {page}")
    write_json(json_file, comparison_json(found, __version__))
