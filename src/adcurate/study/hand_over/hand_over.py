"""``hand-over``: lock the study's data and write them into one folder, whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from adcurate import __version__
from adcurate.errors import OutputError, StudyError
from adcurate.formats.data_files import (
    CODEBOOK_HEADER,
    MISSING_HEADER,
    codebook_rows,
    data_csv,
    data_xlsx,
    missing_rows,
    plain_csv,
)
from adcurate.formats.redcap import redcap_dictionary, redcap_records
from adcurate.formats.spss_file import spss_file
from adcurate.model import content_digest
from adcurate.model.cohort import StudyResults
from adcurate.model.progress import Progress, no_progress
from adcurate.report.hand_over_readme import ReadMe, hand_over_readme
from adcurate.store import StudyStore
from adcurate.store.data_locks import DataLock
from adcurate.study.folder import StudyFolder
from adcurate.study.hand_over.changes import CHANGES_HEADER, Change, changes_between
from adcurate.study.hand_over.data_tables import StudyTables, study_tables, with_digest
from adcurate.study.hand_over.scripts import r_files, spss_text
from adcurate.study.run import run_study

STEP: Final = "hand-over"
MANIFEST_NAME: Final = "manifest.json"


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
    with study.open_store() as store, store.runs.record(STEP):
        tables = study_tables(store, results)
        before = store.data_locks.latest()
        changes = _changes(store, before, tables)
        if changes and not draft and not why.strip():
            raise StudyError(
                "study.data-changed",
                f"The data differ in {len(changes)} places from those that were locked before.",
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
        files = _files(results, tables, lock, before, changes)
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
    if before is None or before.digest == tables.digest:
        return ()
    kept: Any = store.derived.get(before.content_id)
    return changes_between(kept, tables.as_json())


def _files(
    results: StudyResults,
    tables: StudyTables,
    lock: DataLock | None,
    before: DataLock | None,
    changes: tuple[Change, ...],
) -> dict[str, bytes]:
    """Every file of the folder but the manifest, by its path in it."""
    title, digest = results.protocol.title, tables.digest
    locked = with_digest(tables.cases, digest), with_digest(tables.readings, digest)
    codebook = [
        *codebook_rows(locked),
        ["", "", f"Data digest {digest}", *[""] * (len(CODEBOOK_HEADER) - 3)],
    ]
    readme = hand_over_readme(
        ReadMe(
            title=title,
            version=__version__,
            digest=digest,
            locked_at="" if lock is None else lock.at,
            reason="" if lock is None else lock.reason,
            unit=results.protocol.plan.unit,
            n_cases=len(tables.cases.rows),
            n_analysed=len(results.members),
            n_readings=len(tables.readings.rows),
            n_changes=None if before is None else len(changes),
            digests=results.digests,
        )
    )
    missing = missing_rows(locked)
    about = [[line] for line in readme.splitlines() if line]
    sheets = {
        "codebook": (CODEBOOK_HEADER, codebook),
        "missing": (MISSING_HEADER, missing),
        "about": (("about",), about),
    }
    state = "Locked data" if lock is not None else "DRAFT"
    notes = [title, f"{state}, data digest:", digest, "Written by Adcurate. Research use only."]
    files = {
        "README.txt": readme.encode(),
        "codebook.csv": plain_csv(CODEBOOK_HEADER, codebook),
        "missing.csv": plain_csv(MISSING_HEADER, missing),
        "data.xlsx": data_xlsx(locked, sheets, title=f"Data digest {digest}"),
        "analysis.sps": spss_text(results, digest, "cases.sav").encode("ascii"),
        "redcap/data_dictionary.csv": redcap_dictionary(locked[0]),
        "redcap/records.csv": redcap_records(locked[0]),
    }
    for table in locked:
        files[f"{table.name}.csv"] = data_csv(table)
        files[f"{table.name}.sav"] = spss_file(table, label=f"{state} {digest[:12]}", notes=notes)
    files |= {f"r/{name}": content for name, content in r_files(results).items()}
    if changes:
        files["changes.csv"] = plain_csv(CHANGES_HEADER, [one.as_row() for one in changes])
    manifest = {
        "schema": "adcurate.hand-over",
        "schema_version": 1,
        "software": {"adcurate": __version__},
        "data_digest": digest,
        "draft": lock is None,
        "files": {name: content_digest(files[name]) for name in sorted(files)},
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    return {**files, MANIFEST_NAME: text.encode()}


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
