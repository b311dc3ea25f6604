"""``add``: received DICOM becomes research objects; received = stored + duplicate + quarantined."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from adcurate.compute import available_workers
from adcurate.dicom.received.sources import FileSource, find_objects
from adcurate.errors import InputError
from adcurate.model import ObjectSource
from adcurate.model.progress import Progress, no_progress
from adcurate.store import Outcome
from adcurate.study.folder import StudyFolder
from adcurate.study.receiving.intake import Intake

# Fewer objects are stored before the worker processes would have started.
_WORTH_WORKERS = 512


@dataclass(frozen=True, slots=True)
class AddedExams:
    """What became of everything at the given paths. `refused` names each quarantined object's reason.

    `places` leads from a refused file's name here to its path below the given folder, for a person at a
    terminal to find it. A path may hold a patient's name: it is kept nowhere, and is not in `as_json`.
    """

    received: int
    stored: int
    duplicate: int
    quarantined: int
    skipped: dict[str, int]
    refused: tuple[Outcome, ...]
    n_subjects: int
    n_exams: int
    places: Mapping[str, str] = field(default_factory=dict, repr=False)

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study add --json``."""
        return {
            "received": self.received,
            "stored": self.stored,
            "duplicate": self.duplicate,
            "quarantined": self.quarantined,
            "skipped": self.skipped,
            "refused": [
                {"source": one.source_name, "code": one.code, "sentence": one.sentence}
                for one in self.refused
            ],
            "subjects_in_study": self.n_subjects,
            "exams_in_study": self.n_exams,
        }


def add_exams(
    study: StudyFolder, paths: Sequence[Path], *, workers: int | None = None, progress: Progress = no_progress
) -> AddedExams:
    """Take identity off every object below `paths` and store it; broken off, the same call goes on.

    Raises
    ------
    InputError
        ``input.missing``, ``input.empty`` where nothing looks like DICOM.
    ArchiveError
        A zip file that is refused.
    StoreError, VaultError
        ``store.locked``, ``store.disk-full``, ``store.disk``, ``vault.key-missing``.
    """
    found = find_objects(paths)
    if not found.sources:
        raise InputError(
            "input.empty",
            f"Nothing there looks like DICOM ({len(found.skipped)} other files were left alone).",
            remedy="Name the folder or zip file that the PACS exported.",
            n_other_files=len(found.skipped),
        )
    if workers is None:
        workers = available_workers() if len(found.sources) > _WORTH_WORKERS else 0
    with Intake(study, source="folder") as intake:
        intake.skip(found.skipped)
        refused = intake.receive_many(found.sources, workers=workers, progress=progress)
        totals, size = intake.totals, intake.size()
    return AddedExams(
        received=totals.received,
        stored=totals.stored,
        duplicate=totals.duplicate,
        quarantined=totals.quarantined,
        skipped=dict(totals.skipped),
        refused=refused,
        n_subjects=size.n_subjects,
        n_exams=size.n_exams,
        places=_places(found.sources, {one.source_name for one in refused}, paths),
    )


def _places(
    sources: Sequence[ObjectSource], wanted: Collection[str], given: Sequence[Path]
) -> dict[str, str]:
    """Where the wanted plain files lie below the given folders; members of zip files are not listed."""
    places = {}
    for source in sources:
        if isinstance(source, FileSource) and source.name in wanted:
            below = next((path for path in given if source.path.is_relative_to(path)), source.path.parent)
            inside = source.path.relative_to(below)
            places[source.name] = str(inside) if inside.parts else source.path.name
    return places
