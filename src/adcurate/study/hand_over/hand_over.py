"""``hand-over``: lock the study's data and write them into one folder, whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from adcurate.errors import OutputError, StudyError
from adcurate.model import content_digest
from adcurate.model.progress import Progress, no_progress
from adcurate.store import StudyStore
from adcurate.store.data_locks import DataLock
from adcurate.study.folder import StudyFolder
from adcurate.study.hand_over.changes import CHANGES_HEADER, Change, changes_between, moved_numbers
from adcurate.study.hand_over.data_tables import StudyTables, study_tables
from adcurate.study.hand_over.folder_files import folder_files
from adcurate.study.run import run_study

STEP: Final = "hand-over"


@dataclass(frozen=True, slots=True)
class HandOver:
    """What was written where. `lock` is None for a draft; `changes` are those since the lock before."""

    folder: Path
    tables: StudyTables
    n_analysed: int
    lock: DataLock | None
    locked_before: DataLock | None
    changes: tuple[Change, ...]
    files: Mapping[str, str]

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study hand-over --json``."""
        return {
            "folder": str(self.folder),
            "draft": self.lock is None,
            "digest": self.tables.digest,
            "locked_at": None if self.lock is None else self.lock.at,
            "locked_before": None if self.locked_before is None else self.locked_before.digest,
            "cases": len(self.tables.cases.rows),
            "analysed": self.n_analysed,
            "readings": len(self.tables.readings.rows),
            "changes": [dict(zip(CHANGES_HEADER, one.as_row(), strict=True)) for one in self.changes],
            "reader_codes": dict(self.tables.readers),
            "files": dict(self.files),
        }


def hand_over_study(
    study: StudyFolder,
    output: Path,
    *,
    draft: bool = False,
    why: str = "",
    person: str = "",
    workers: int | None = None,
    progress: Progress = no_progress,
) -> HandOver:
    """Bring the study's numbers up to date, lock the data, and write them into the new folder `output`.

    A draft locks nothing and may be written at any time. Data that differ from the last lock's need `why`.

    Raises
    ------
    OutputError
        ``output.exists``, ``output.not-writable``
    StudyError
        ``study.not-locked``: readings are open. ``study.data-changed``: data moved since the last lock, and
        nobody says why.
    StudyError, ProtocolError, StatisticsError, ReadError
        As `run_study`.
    """
    _refuse_existing(output)
    if not draft:
        with study.open_store("read") as store:
            _refuse_open_readings(store)
    results = run_study(study, workers=workers, progress=progress).results
    with study.open_store() as store, store.runs.record(STEP, str(output.absolute())):
        tables = study_tables(store, results)
        before = store.data_locks.latest()
        changes = _changes(store, before, tables)
        if changes and not draft and not why.strip():
            sentence = f"The data differ in {len(changes)} places from those that were locked before."
            if changes[0].what == "not comparable":
                sentence = "The data that were locked before were erased with a subject who was in them."
            raise StudyError(
                "study.data-changed",
                sentence,
                remedy="Look at changes.csv of a --draft; then say why they changed: --why TEXT.",
                n_changes=len(changes),
            )
        lock = None
        if not draft:
            store.derived.put(tables.derivation, tables.as_json())
            content_id = tables.derivation.derived_id
            reason = why.strip() if changes else ""
            lock = store.data_locks.keep(tables.digest, content_id, reason=reason, person=person)
        progress("Files", 0, 1)
        files = folder_files(results, tables, lock, before, changes)
        _write_folder(output, files)
        progress("Files", 1, 1)
    digests = {name: content_digest(content) for name, content in files.items()}
    return HandOver(output, tables, len(results.members), lock, before, changes, digests)


def _refuse_open_readings(store: StudyStore) -> None:
    items = [one.item for one in store.reading.designs.items()]
    statuses = store.reading.locks.statuses(items)
    n_open = sum(one.state != "locked" for one in statuses.values())
    if n_open:
        raise StudyError(
            "study.not-locked",
            f"{n_open} of {len(items)} readings are not locked yet, so the data are not final.",
            remedy="Wait for the last lock, or write a draft: --draft.",
            n_open=n_open,
        )


def _changes(store: StudyStore, before: DataLock | None, tables: StudyTables) -> tuple[Change, ...]:
    """Data that differ from the last lock's, then the numbers that moved with them."""
    if before is None or before.digest == tables.digest:
        return ()
    if not store.derived.has(before.content_id):
        lock = f"lock {before.version} of {before.at[:10]}, data digest {before.digest[:12]}"
        return (Change("data", "", "", "not comparable", lock, "erased with a subject who was in it"),)
    kept: Any = store.derived.get(before.content_id)
    now = tables.as_json()
    return (
        *changes_between(kept["tables"], now["tables"]),
        *moved_numbers(kept["numbers"], now["numbers"]),
    )


def _refuse_existing(output: Path) -> None:
    if output.exists() or output.is_symlink():
        raise OutputError(
            "output.exists",
            f"{output.name!r} exists already.",
            remedy="Name a new folder: what was handed over stays as it is.",
        )


def _write_folder(output: Path, files: Mapping[str, bytes]) -> None:
    """Write all files beside the folder's place, then give it its name: it is complete or absent."""
    unfinished = output.with_name(f".unfinished-{os.getpid()}-{output.name}")
    try:
        unfinished.mkdir(parents=True)
        for name, content in files.items():
            path = unfinished / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        _refuse_existing(output)
        unfinished.rename(output)
    except OSError as error:
        raise OutputError(
            "output.not-writable",
            f"{output.name!r} cannot be written: {error.strerror}.",
            remedy="Make room or choose another folder, and give the command again.",
        ) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
