"""``study protocol``: the protocol as a document to sign."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adcurate.cli.options import JsonOption, StudyOption, wants_only_json, write_json

HERE = Path()


def protocol(
    study: StudyOption = HERE,
    institution: Annotated[str | None, typer.Option(help="Who runs the study.", show_default=False)] = None,
    responsible: Annotated[str | None, typer.Option(help="Who answers for it.", show_default=False)] = None,
    sites: Annotated[str | None, typer.Option(help="Where subjects come from.", show_default=False)] = None,
    period: Annotated[str | None, typer.Option(help="From when until when.", show_default=False)] = None,
    retention_years: Annotated[
        int | None,
        typer.Option(min=0, max=100, help="How long research data are kept.", show_default=False),
    ] = None,
    key_years: Annotated[
        int | None,
        typer.Option(min=0, max=100, help="How long the table of persons is kept.", show_default=False),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Where the page goes.", show_default=False)
    ] = None,
    json_file: JsonOption = None,
) -> None:
    """Write the protocol as two pages to sign (results/protocol.html), for an ethics committee.

    What is said of the institution and of retention is kept for the next time.
    """
    from dataclasses import asdict, replace

    from adcurate.cli.console import show_next
    from adcurate.study.folder import find_study
    from adcurate.study.protocol.document import document_facts, write_protocol_document

    folder = find_study(study)
    with folder.open_store("read") as store:
        kept = document_facts(store)
    said = {
        "institution": institution,
        "responsible": responsible,
        "sites": sites,
        "period": period,
        "retention_years": retention_years,
        "key_years": key_years,
    }
    facts = replace(kept, **{name: value for name, value in said.items() if value is not None})  # type: ignore[arg-type]
    written = write_protocol_document(folder, output, facts)
    if not wants_only_json(json_file):
        show_next(f"open {written}, print it, and sign it")
    write_json(json_file, {"protocol": str(written), **asdict(facts)})
