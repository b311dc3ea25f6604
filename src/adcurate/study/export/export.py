"""``export``: the study's maps, regions and measurements as files that other tools open, with a manifest.

The same study gives the same bytes each time. Nothing leaves but what lies in the research zone: codes for
subjects and readers, shifted dates, no grades.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from adcurate.compute import available_workers, run_tasks
from adcurate.dicom.network.send import Sent, send_files
from adcurate.errors import StudyError
from adcurate.model.endpoint import Endpoint
from adcurate.model.jsonable import as_jsonable
from adcurate.model.progress import Progress, no_progress
from adcurate.store import StudyStore
from adcurate.study.exam_task import ExamTask
from adcurate.study.export.exam_objects import exam_objects
from adcurate.study.export.folder import (
    MANIFEST_NAME,
    WrittenFile,
    disk_trouble,
    earlier_files,
    take_out,
    write_file,
    write_manifest,
)
from adcurate.study.export.stored_maps import StoredMap
from adcurate.study.export.task import Format, ObjectsTask, Refusal, What
from adcurate.study.folder import IDENTITY_CHOICE, StudyFolder
from adcurate.study.rows import current_rows
from adcurate.study.run import load_exam, plan

STEP: Final = "export"
EVERYTHING: Final[tuple[What, ...]] = ("images", "maps", "regions", "measurements")

_WORTH_WORKERS: Final = 3
_A_CODE: Final = re.compile(r"[A-Za-z]{0,8}[-_ ]?[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Export:
    """What was written where. `reader_codes` gives the code that stands for each reader's label."""

    folder: Path
    format: Format
    n_exams: int
    files: tuple[WrittenFile, ...]
    refused: tuple[Refusal, ...]
    reader_codes: Mapping[str, str]

    @property
    def counts(self) -> dict[str, int]:
        """Files by kind."""
        kinds = [one.kind for one in self.files]
        return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study export --json``."""
        return {
            "folder": str(self.folder),
            "format": self.format,
            "exams": self.n_exams,
            "files": self.counts,
            "refused": as_jsonable(self.refused),
            "reader_codes": dict(self.reader_codes),
            "manifest": str(self.folder / MANIFEST_NAME),
        }


def export_study(
    study: StudyFolder,
    output: Path,
    *,
    what: Sequence[What] = EVERYTHING,
    format: Format = "dicom",
    overwrite: bool = False,
    workers: int | None = None,
    progress: Progress = no_progress,
) -> Export:
    """Write every measured exam of the study below `output`.

    An export that was broken off goes on when it is called again; a complete one is replaced only with
    `overwrite`, and then only the files that its manifest lists.

    Raises
    ------
    OutputError
        ``output.exists``, ``output.not-writable``
    StudyError
        ``study.not-run``, and those of `plan`.
    StoreError
        ``store.integrity``
    """
    before = earlier_files(output, overwrite)
    with study.open_store() as store, store.runs.record(STEP, str(output.absolute())):
        codes = reader_codes(store)
        tasks = _tasks(store, study, tuple(what), format, codes)
        if workers is None:
            workers = available_workers() if len(tasks) >= _WORTH_WORKERS else 0
        made = run_tasks(
            exam_objects,
            tasks,
            workers=workers,
            progress=lambda done, total: progress("Exporting exams", done, total),
        )
        files: list[WrittenFile] = []
        refused: list[Refusal] = []
        with disk_trouble(output):
            write_manifest(
                output, format, [WrittenFile(path, "", "", {}) for path in sorted(before)], complete=False
            )
            for one in made:
                files += [write_file(output, file) for file in one.files]
                refused += one.refused
            take_out(output, before - {one.path for one in files})
            write_manifest(output, format, files, complete=True)
    return Export(output, format, len(tasks), tuple(files), tuple(refused), codes)


def send_export(export: Export, endpoint: Endpoint, *, progress: Progress = no_progress) -> Sent:
    """Send every DICOM file of an export to a named endpoint, images first.

    Raises
    ------
    NetworkError
        As `send_files`.
    """
    files = [export.folder / PurePosixPath(one.path) for one in export.files]
    return send_files(endpoint, files, progress=progress)


def _tasks(
    store: StudyStore, study: StudyFolder, what: tuple[What, ...], format: Format, codes: Mapping[str, str]
) -> list[ObjectsTask]:
    exams = plan(store, study.protocol())
    if not exams:
        raise StudyError(
            "study.not-run",
            "No exam of the study belongs to a row of the worksheet yet, so nothing was measured.",
            remedy="adcurate study status says which exams wait for what.",
        )
    missing = [one for one in exams if not store.derived.has(one.derivation.derived_id)]
    if missing:
        raise StudyError(
            "study.not-run",
            f"{len(missing)} of {len(exams)} exams have not been measured as the study stands now.",
            remedy="adcurate study run",
            n_exams=len(missing),
        )
    sites = _sites(store)
    return [_task(store, one, what, format, codes, sites) for one in exams]


def _task(
    store: StudyStore,
    exam: ExamTask,
    what: tuple[What, ...],
    format: Format,
    codes: Mapping[str, str],
    sites: Mapping[tuple[str, str], str],
) -> ObjectsTask:
    derived = load_exam(store, exam.derivation)
    maps = []
    for source, made in derived["maps"].items():
        record = store.derived.record(made["id"])
        content = store.derived.get(made["id"])
        if not isinstance(content, bytes):
            raise TypeError("a map is stored as bytes")
        affine = tuple(tuple(row) for row in made["affine_lps"])
        maps.append(
            StoredMap(source, made["id"], record.method, record.parameters, content, affine, record.inputs)
        )
    return ObjectsTask(
        exam=exam,
        folder=f"{exam.subject}_{exam.study_instance_uid[-6:]}",
        maps=tuple(maps),
        measurements=tuple(derived["measurements"]),
        sites={lesion: site for (subject, lesion), site in sites.items() if subject == exam.subject},
        readers=codes,
        what=what,
        format=format,
    )


def _sites(store: StudyStore) -> dict[tuple[str, str], str]:
    """The organ of each lesion, where the worksheet's rows agree."""
    said: dict[tuple[str, str], set[str]] = {}
    for row in current_rows(store):
        if row.lesion_site:
            said.setdefault((row.subject, row.lesion), set()).add(row.lesion_site)
    return {lesion: sites.pop() for lesion, sites in said.items() if len(sites) == 1}


def reader_codes(store: StudyStore) -> dict[str, str]:
    """The code that stands for each label under which regions were drawn."""
    labels = {str(item["reader"]) for one in store.contours.all() for item in one.payload}
    return {reader: reader_code(store, reader) for reader in sorted(labels)}


def reader_code(store: StudyStore, reader: str) -> str:
    """A label that is a code already (R1, reader 2) stays; any other may be a name and becomes a code."""
    if _A_CODE.fullmatch(reader):
        return reader
    chosen = store.choices.latest(IDENTITY_CHOICE)
    study_id = str(chosen.payload.get("id", "")) if chosen else ""
    digest = hashlib.sha256(f"{study_id}\x1freader\x1f{reader}".encode()).hexdigest()
    return f"reader-{digest[:6]}"
