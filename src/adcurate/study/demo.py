"""``demo``: the main job from DICOM to the paper's tables, by the same steps as on a user's own files."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from adcurate.errors import OutputError
from adcurate.formats.worksheet import WorksheetOptions
from adcurate.model.progress import Progress, no_progress
from adcurate.phantom import load_published
from adcurate.study.create import create_study
from adcurate.study.demo_cohort import STATEMENT, make_demo_inputs
from adcurate.study.receiving.add import AddedExams, add_exams
from adcurate.study.regions.contours import import_contours
from adcurate.study.report import WrittenReport, report_study
from adcurate.study.worksheet import ImportedWorksheet, import_worksheet

_MARK = "made-up-data.txt"
# A published key protects nobody; it makes the demo's codes, and so its files, the same on every machine.
_DEMO_KEY = bytes(range(32)).hex()


@dataclass(frozen=True, slots=True)
class DemoOutcome:
    """What the demo made and what its steps said."""

    folder: Path
    added: AddedExams
    worksheet: ImportedWorksheet
    written: WrittenReport


def run_demo(
    folder: Path, *, overwrite: bool = False, workers: int | None = None, progress: Progress = no_progress
) -> DemoOutcome:
    """Simulate the exams of the made-up cohort, then create, add, worksheet, contours, run and report.

    Raises
    ------
    OutputError
        ``output.exists`` where the folder holds anything but an earlier demo that may be overwritten.
    """
    _make_room(folder, overwrite)
    inputs = make_demo_inputs(folder / "inputs", progress, workers=workers)
    key_file = folder / "demo-vault.key"
    key_file.write_text(_DEMO_KEY + "\n", encoding="ascii")
    study = create_study(folder / "study", "net-grade", key_file=key_file).folder
    added = add_exams(study, [inputs.exams], workers=workers, progress=progress)
    worksheet = import_worksheet(study, inputs.worksheet, WorksheetOptions())
    import_contours(study, inputs.contours)
    written = report_study(
        study, workers=workers, statement=STATEMENT, published=load_published(), progress=progress
    )
    return DemoOutcome(folder, added, worksheet, written)


def _make_room(folder: Path, overwrite: bool) -> None:
    """An earlier demo makes room: whole ones when asked, one that was broken off always. Other files stay."""
    mark = folder / _MARK
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        if not mark.is_file():
            raise OutputError(
                "output.exists",
                f"{folder.name!r} exists and is no earlier demo.",
                remedy="Name a new folder: adcurate demo FOLDER.",
            )
        if not overwrite and (folder / "study" / "results" / "report.html").is_file():
            raise OutputError(
                "output.exists",
                f"{folder.name!r} holds an earlier demo.",
                remedy="Name a new folder, or add --overwrite.",
            )
        for name in ("inputs", "study"):
            shutil.rmtree(folder / name, ignore_errors=True)
    try:
        (folder / "inputs").mkdir(parents=True)
        mark.write_text(STATEMENT + "\n", encoding="utf-8")
    except OSError as error:
        raise OutputError(
            "output.not-writable",
            f"{folder.name!r} cannot be made: {error.strerror}.",
            remedy="Choose a folder that you may write to.",
        ) from error
