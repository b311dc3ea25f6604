"""``adcurate study quarantine`` and ``verify``: what was refused, and whether all is still there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adcurate.cli.options import JsonOption, StudyOption, wants_only_json, write_json
from adcurate.errors import DONE_WITH_REFUSALS, ERRORS, UsageError

_HERE = Path()


def quarantine(
    digests: Annotated[
        list[str] | None,
        typer.Argument(metavar="[DIGEST]...", help="Only these objects (their first digits)."),
    ] = None,
    study: StudyOption = _HERE,
    try_again: Annotated[
        bool, typer.Option("--try-again", help="Try them once more, under the rules of this version.")
    ] = False,
    why: Annotated[str, typer.Option("--why", help="The reason for trying, for the record.")] = "",
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="FOLDER", help="Write the bytes as received. They name patients."),
    ] = None,
    json_file: JsonOption = None,
) -> None:
    """List what was refused, by reason; try it again, or write its bytes out."""
    from adcurate.cli.console import progress_bar
    from adcurate.cli.quarantine_view import quarantine_json, show_exported, show_quarantine, show_tried
    from adcurate.study.folder import find_study
    from adcurate.study.receiving.quarantine import export_quarantine, list_quarantine
    from adcurate.study.receiving.quarantine import try_again as try_once_more

    folder = find_study(study)
    if try_again and export is not None:
        raise UsageError(
            "usage.option", "--try-again and --export are two commands.", remedy="Give one of them."
        )
    if try_again and not why.strip():
        raise UsageError("usage.option", "Another try needs a reason.", remedy='Add --why "…".')
    if export is not None:
        with progress_bar() as progress:
            n_written = export_quarantine(folder, export, digests or (), progress=progress)
        if not wants_only_json(json_file):
            show_exported(n_written, export)
        write_json(json_file, {"written": n_written})
        return
    if try_again:
        with progress_bar() as progress:
            tried = try_once_more(folder, why, digests or (), progress=progress)
        if not wants_only_json(json_file):
            show_tried(tried)
        write_json(json_file, tried.as_json())
        if tried.as_json()["still_refused"]:
            raise typer.Exit(DONE_WITH_REFUSALS)
        return
    held = list_quarantine(folder)
    if not wants_only_json(json_file):
        show_quarantine(held)
    write_json(json_file, quarantine_json(held))


def verify(
    study: StudyOption = _HERE,
    mend: Annotated[
        list[Path] | None,
        typer.Option(
            "--mend",
            metavar="PATH",
            help="First put right what is damaged, objects from their originals here.",
        ),
    ] = None,
    json_file: JsonOption = None,
) -> None:
    """Check that everything the study holds is still there, bit for bit; exit code 4 if not."""
    from adcurate.cli.console import progress_bar
    from adcurate.cli.quarantine_view import show_mended, show_verified
    from adcurate.study.folder import find_study
    from adcurate.study.receiving.mend import Mended, mend_study
    from adcurate.study.receiving.verify import verify_study

    folder = find_study(study)
    with progress_bar() as progress:
        mended = mend_study(folder, mend, progress=progress) if mend else Mended(0, 0)
        verified = verify_study(folder, progress=progress)
    if not wants_only_json(json_file):
        if mend:
            show_mended(mended)
        show_verified(verified)
    write_json(
        json_file, {**verified.as_json(), "mended": mended.n_objects, "to_be_made_again": mended.n_derived}
    )
    if not verified.is_whole:
        raise typer.Exit(ERRORS["store.integrity"].exit_code)
