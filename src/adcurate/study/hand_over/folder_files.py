"""What a hand-over's folder holds: the tables for several programs, what explains them, and the scripts."""

from __future__ import annotations

import json
from collections.abc import Sequence

from adcurate import __version__
from adcurate.formats.data_files import (
    CODEBOOK_HEADER,
    MISSING_HEADER,
    PlainRows,
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
from adcurate.report.hand_over_readme import ReadMe, hand_over_readme
from adcurate.store.data_locks import DataLock
from adcurate.study.hand_over.changes import CHANGES_HEADER, Change
from adcurate.study.hand_over.data_tables import StudyTables, with_digest
from adcurate.study.hand_over.scripts import r_files, spss_text

MANIFEST_NAME = "manifest.json"


def folder_files(
    results: StudyResults,
    tables: StudyTables,
    lock: DataLock | None,
    before: DataLock | None,
    changes: tuple[Change, ...],
) -> dict[str, bytes]:
    """Every file of the folder by its path in it; the same data and lock give the same bytes."""
    title, digest = results.protocol.title, tables.digest
    locked = with_digest(tables.cases, digest), with_digest(tables.readings, digest)
    codebook = codebook_rows(locked)
    codebook.append(["", "", f"Data digest {digest}", *[""] * (len(CODEBOOK_HEADER) - 3)])
    readme = _readme(results, tables, lock, before, changes)
    missing = missing_rows(locked)
    about: list[list[str | int]] = [[line] for line in readme.splitlines() if line]
    sheets: dict[str, tuple[Sequence[str], PlainRows]] = {
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


def _readme(
    results: StudyResults,
    tables: StudyTables,
    lock: DataLock | None,
    before: DataLock | None,
    changes: tuple[Change, ...],
) -> str:
    return hand_over_readme(
        ReadMe(
            title=results.protocol.title,
            version=__version__,
            digest=tables.digest,
            locked_at="" if lock is None else lock.at,
            reason="" if lock is None else lock.reason,
            unit=results.protocol.plan.unit,
            n_cases=len(tables.cases.rows),
            n_analysed=len(results.members),
            n_readings=len(tables.readings.rows),
            n_changes=None if before is None else len(changes),
            is_comparable=all(one.what != "not comparable" for one in changes),
            digests=results.digests,
            readers_are_named_in_r=any(name != code for name, code in tables.readers.items()),
        )
    )
