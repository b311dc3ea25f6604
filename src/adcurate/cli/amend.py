"""``adcurate study amend``: a study.toml that was changed after reading began, with the reason why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adcurate.cli.options import JsonOption, StudyOption, wants_only_json, write_json


def amend(
    why: Annotated[str, typer.Option("--why", help="The reason: it stands in the log and in the report.")],
    study: StudyOption = Path(),
    json_file: JsonOption = None,
) -> None:
    """Make a study.toml that was changed after reading began an amendment of the protocol, with a reason."""
    from adcurate.cli.console import show_lines
    from adcurate.study.folder import find_study
    from adcurate.study.protocol.amend import amend_protocol

    folder = find_study(study)
    with folder.open_store() as store:
        before = store.protocols.latest()
        amended = amend_protocol(folder, store, why)
    earlier = "" if before is None else before.digest
    if not wants_only_json(json_file):
        show_lines(
            [
                f"Version {amended.version} of the protocol counts from now on.",
                f"Before: {earlier}",
                f"Now:    {amended.digest}",
                "The reason stands in the log, in the status and in the report.",
            ]
        )
    content = {"version": amended.version, "before": earlier, "after": amended.digest, "why": amended.reason}
    write_json(json_file, content)
