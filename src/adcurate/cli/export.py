"""``adcurate study export``: maps, regions and measurements for 3D Slicer, OHIF, ITK, R and a PACS."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adcurate.cli.options import JsonOption, StudyOption, one_of, wants_only_json, write_json
from adcurate.errors import DONE_WITH_REFUSALS, UsageError

if TYPE_CHECKING:
    from adcurate.dicom.network.send import Sent
    from adcurate.study.export.export import Export

_WHAT = ("images", "maps", "regions", "measurements")
_FORMATS = ("dicom", "nifti")


def export(
    output: Annotated[Path, typer.Argument(metavar="OUT", help="The folder to write into.")],
    study: StudyOption = Path(),
    what: Annotated[
        str, typer.Option("--what", metavar="LIST", help="Any of: images, maps, regions, measurements.")
    ] = ",".join(_WHAT),
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help="dicom or nifti.")] = "dicom",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an earlier export there.")] = False,
    send: Annotated[
        str, typer.Option("--send", metavar="NAME", help="Then send the files to this endpoint.")
    ] = "",
    endpoints: Annotated[
        Path | None,
        typer.Option("--endpoints", metavar="FILE", help="The endpoints file.", show_default="your settings"),
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=0, help="Processes to use.", show_default="all cores")
    ] = None,
    json_file: JsonOption = None,
) -> None:
    """Write maps, regions and measurements as files that other tools open, with a manifest."""
    from adcurate.cli.console import progress_bar
    from adcurate.formats.endpoints import find_endpoint
    from adcurate.study.export.export import export_study, send_export
    from adcurate.study.folder import find_study

    chosen = _chosen(what)
    written_as = one_of("--format", format, _FORMATS)
    if send and written_as != "dicom":
        raise UsageError(
            "usage.option",
            "Only DICOM files can be sent.",
            remedy="Leave --format away, or --send.",
        )
    endpoint = find_endpoint(endpoints, send) if send else None
    folder = find_study(study)
    sent = None
    with progress_bar() as progress:
        outcome = export_study(
            folder,
            output,
            what=chosen,  # type: ignore[arg-type]
            format=written_as,  # type: ignore[arg-type]
            overwrite=overwrite,
            workers=workers,
            progress=progress,
        )
        if endpoint is not None:
            sent = send_export(outcome, endpoint, progress=progress)
    if not wants_only_json(json_file):
        _show(outcome)
        _show_sent(sent, send)
    told = None if sent is None else {"to": send, "objects": sent.n_sent, "refused": len(sent.refused)}
    write_json(json_file, {**outcome.as_json(), "sent": told})
    if outcome.refused or (sent is not None and sent.refused):
        raise typer.Exit(DONE_WITH_REFUSALS)


def _chosen(what: str) -> tuple[str, ...]:
    named = [word.strip() for word in what.split(",") if word.strip()]
    unknown = [word for word in named if word not in _WHAT]
    if unknown or not named:
        raise UsageError(
            "usage.option",
            f"--what takes a list of: {', '.join(_WHAT)}.",
            remedy="Write --what maps,regions, for example.",
        )
    return tuple(word for word in _WHAT if word in named)


def _show_sent(sent: Sent | None, name: str) -> None:
    from adcurate.cli.console import show_lines, show_table

    if sent is None:
        return
    show_lines([f"{sent.n_sent} objects sent to {name}."])
    if sent.refused:
        rows = [[one.file.name, one.status] for one in sent.refused]
        show_table(f"Not taken by {name}", ["file", "status"], rows)


def _show(outcome: Export) -> None:
    from adcurate.cli.console import show_lines, show_next, show_table

    rows = [[str(n), kind] for kind, n in outcome.counts.items()]
    show_table(f"{outcome.n_exams} exams written to {outcome.folder}", ["files", "kind"], rows)
    renamed = {label: code for label, code in outcome.reader_codes.items() if label != code}
    if renamed:
        show_lines(
            ["In the files a code stands for each reader:"]
            + [f"  {code} is {label}" for label, code in renamed.items()]
        )
    if outcome.refused:
        refusals = [[one.path, one.code, one.sentence] for one in outcome.refused]
        show_table("Not written", ["file", "code", "why"], refusals)
    if outcome.format == "dicom":
        show_next(f"in 3D Slicer: Add DICOM Data > Import {outcome.folder}, then load a subject")
    else:
        show_next(f"in 3D Slicer: drag an adc-*.nii of {outcome.folder} into the window")
