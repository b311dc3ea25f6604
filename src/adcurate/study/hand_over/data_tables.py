"""The data of a study now: its tables, and the digest that every file, the lock and the report carry."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from adcurate.model import Derivation
from adcurate.model.cohort import StudyResults
from adcurate.model.data_table import DataTable, Variable, data_digest
from adcurate.model.reading.draft import CannotAssessReason
from adcurate.report.r_script import number_leaves
from adcurate.store import StudyStore
from adcurate.study.analysis_json import marker_json
from adcurate.study.export.export import reader_code
from adcurate.study.hand_over.case_table import case_table
from adcurate.study.hand_over.joined_columns import joined_columns
from adcurate.study.hand_over.reading_table import reading_table
from adcurate.study.hand_over.record import StudyRecord
from adcurate.study.link import refresh_links
from adcurate.study.reader_of_record import CONSENSUS

METHOD = "data-tables/1"


@dataclass(frozen=True, slots=True)
class StudyTables:
    """Both tables and their digest; `readers` gives the code that stands for each reader.

    `numbers` are those of the main analysis, by their path; they are no part of the digest.
    """

    cases: DataTable
    readings: DataTable
    digest: str
    readers: Mapping[str, str]
    numbers: Mapping[str, float]

    @property
    def derivation(self) -> Derivation:
        """Under what the store keeps the data of a lock."""
        return Derivation("locked-data", METHOD, {"digest": self.digest}, ())

    def as_json(self) -> dict[str, Any]:
        """The data, as the store keeps them."""
        tables = [self.cases.as_json(), self.readings.as_json()]
        return {"tables": tables, "numbers": dict(self.numbers)}


def study_tables(store: StudyStore, results: StudyResults) -> StudyTables:
    """The tables behind `results`, which must be the study's as it is now."""
    record = study_record(store, results)
    cases, readings = case_table(record), reading_table(record)
    names = set(results.readings[record.protocol.adc.map_of_record].reader) | {
        reading.partition("#")[0] for _, _, reading in record.cannot_assess
    }
    codes = {name: record.reader_code(name) for name in sorted(names)}
    return StudyTables(cases, readings, data_digest([cases, readings]), codes, _numbers(results))


def study_record(store: StudyStore, results: StudyResults) -> StudyRecord:
    """What the tables are made from."""

    def code(reader: str) -> str:
        return reader if reader in (CONSENSUS, "") else reader_code(store, reader)

    return StudyRecord(
        results=results,
        rows=results.rows,
        links=refresh_links(store),
        cannot_assess=_cannot_assess(store),
        reader_code=code,
        joined=joined_columns(store),
        withdrawn=frozenset(store.withdrawals.all()),
    )


def with_digest(table: DataTable, digest: str) -> DataTable:
    """The table with a last column that says in each row which data it is of."""
    variable = Variable("data_digest", "Digest of the data, its first digits", "text", "nominal", "computed")
    rows = tuple((*row, digest[:12]) for row in table.rows)
    return replace(table, variables=(*table.variables, variable), rows=rows)


def data_digests(store: StudyStore, results: StudyResults) -> dict[str, str]:
    """The digest of the data as they are, and as they were locked last, where they were."""
    lock = store.data_locks.latest()
    now = {"data": study_tables(store, results).digest}
    return now if lock is None else {**now, "data as locked": lock.digest}


def _numbers(results: StudyResults) -> dict[str, float]:
    """The main analysis without the curve's points; what is infinite is no JSON and left out."""
    content = {one.marker: marker_json(one) for one in results.of_record}
    leaves = number_leaves(content, "markers")
    return {key: number for key, number in leaves if "/points/" not in key and math.isfinite(number)}


def _cannot_assess(store: StudyStore) -> dict[tuple[str, str, str], int]:
    """What readers locked as not assessable, with the code of the reason."""
    items = [one for one in store.reading.designs.items() if one.kind == "read"]
    statuses = store.reading.locks.statuses([one.item for one in items])
    reasons = get_args(CannotAssessReason)
    found = {}
    for one in items:
        lock = statuses[one.item].lock
        reason = None if lock is None else (lock.numbers or {}).get("cannot_assess")
        if reason:
            found[one.subject, one.lesion, one.reading_name] = reasons.index(reason) + 1
    return found
